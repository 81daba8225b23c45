/*
 * <sys/ipc.h> for programs written for NetBSD.
 */
#ifndef UVMSIM_NETBSD_SYS_IPC_H
#define UVMSIM_NETBSD_SYS_IPC_H
#pragma GCC system_header

#include <stdint.h>
#include <sys/types.h>

#define IPC_R			000400
#define IPC_W			000200
#define IPC_M			010000
#define IPC_CREAT		001000
#define IPC_EXCL		002000
#define IPC_NOWAIT		004000
#define IPC_PRIVATE		(key_t)0
#define IPC_RMID		0
#define IPC_SET			1
#define IPC_STAT		2

struct ipc_perm {
	uint32_t	uid;		/* owner */
	uint32_t	gid;
	uint32_t	cuid;		/* creator */
	uint32_t	cgid;
	uint32_t	mode;
	unsigned short	_seq;
	long		_key;
};

#ifdef __cplusplus
extern "C" {
#endif

key_t	ftok(const char *, int);	/* the host's */

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_NETBSD_SYS_IPC_H */
