/*
 * <sys/shm.h> for programs written for FreeBSD: System V segments of the
 * simulated machine.  shmctl() knows IPC_STAT and IPC_RMID; owners, modes and
 * times of a segment are not simulated and read as 0 (mode 0600).
 */
#ifndef UVMSIM_FREEBSD_SYS_SHM_H
#define UVMSIM_FREEBSD_SYS_SHM_H
#pragma GCC system_header

#include <stddef.h>
#include "ipc.h"

#define SHM_RDONLY		010000
#define SHM_RND			020000
#define SHMLBA			4096
#define SHM_R			(IPC_R)
#define SHM_W			(IPC_W)
#define SHM_REMAP		040000
#define SHM_LOCK		11
#define SHM_UNLOCK		12

typedef unsigned int shmatt_t;

struct shmid_ds {
	struct ipc_perm	shm_perm;
	size_t		shm_segsz;	/* bytes */
	int		shm_lpid;
	int		shm_cpid;
	shmatt_t	shm_nattch;
	int64_t		shm_atime;
	int64_t		shm_dtime;
	int64_t		shm_ctime;
};

#define shmget		uvmsim_freebsd_shmget
#define shmat		uvmsim_freebsd_shmat
#define shmdt		uvmsim_freebsd_shmdt
#define shmctl		uvmsim_freebsd_shmctl

#ifdef __cplusplus
extern "C" {
#endif

int	shmget(key_t, size_t, int);
void   *shmat(int, const void *, int);
int	shmdt(const void *);
int	shmctl(int, int, struct shmid_ds *);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_FREEBSD_SYS_SHM_H */
