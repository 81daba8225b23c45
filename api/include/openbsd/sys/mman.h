/*
 * <sys/mman.h> for programs written for OpenBSD (7).
 *
 * The calls act on the memory of the current simulated process (uvmsim.h); the
 * addresses they give cannot be touched but by uvmsim_touch().  Descriptors are
 * simulated ones: uvmsim_file(), shm_open().
 * A process that runs another system: ENOSYS.
 */
#ifndef UVMSIM_OPENBSD_SYS_MMAN_H
#define UVMSIM_OPENBSD_SYS_MMAN_H
#pragma GCC system_header

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROT_NONE		0x00
#define PROT_READ		0x01
#define PROT_WRITE		0x02
#define PROT_EXEC		0x04

#define MAP_FILE		0
#define MAP_SHARED		0x0001
#define MAP_PRIVATE		0x0002
#define MAP_FIXED		0x0010
#define __MAP_NOREPLACE		0x0800
#define MAP_ANON		0x1000
#define MAP_ANONYMOUS		MAP_ANON
#define __MAP_NOFAULT		0x2000
#define MAP_STACK		0x4000
#define MAP_CONCEAL		0x8000
#define MAP_FLAGMASK		0xfff7
#define MAP_COPY		MAP_PRIVATE
#define MAP_FAILED		((void *)-1)

/* Names of old, without effect. */
#define MAP_INHERIT		0
#define MAP_NOEXTEND		0
#define MAP_NORESERVE		0
#define MAP_RENAME		0
#define MAP_TRYFIXED		0
#define MAP_HASSEMAPHORE	0

#define MS_ASYNC		0x01
#define MS_SYNC			0x02
#define MS_INVALIDATE		0x04

#define MCL_CURRENT		0x01
#define MCL_FUTURE		0x02

#define MAP_INHERIT_SHARE	0
#define MAP_INHERIT_COPY	1
#define MAP_INHERIT_NONE	2
#define MAP_INHERIT_ZERO	3

#define POSIX_MADV_NORMAL	0
#define POSIX_MADV_RANDOM	1
#define POSIX_MADV_SEQUENTIAL	2
#define POSIX_MADV_WILLNEED	3
#define POSIX_MADV_DONTNEED	4

#define MADV_NORMAL		POSIX_MADV_NORMAL
#define MADV_RANDOM		POSIX_MADV_RANDOM
#define MADV_SEQUENTIAL		POSIX_MADV_SEQUENTIAL
#define MADV_WILLNEED		POSIX_MADV_WILLNEED
#define MADV_DONTNEED		POSIX_MADV_DONTNEED
#define MADV_SPACEAVAIL		5
#define MADV_FREE		6

#define mmap		uvmsim_openbsd_mmap
#define munmap		uvmsim_openbsd_munmap
#define mprotect	uvmsim_openbsd_mprotect
#define msync		uvmsim_openbsd_msync
#define mlock		uvmsim_openbsd_mlock
#define munlock		uvmsim_openbsd_munlock
#define mlockall	uvmsim_openbsd_mlockall
#define munlockall	uvmsim_openbsd_munlockall
#define madvise		uvmsim_openbsd_madvise
#define posix_madvise	uvmsim_openbsd_posix_madvise
#define minherit	uvmsim_openbsd_minherit
#define shm_open	uvmsim_openbsd_shm_open
#define shm_unlink	uvmsim_openbsd_shm_unlink
#define mincore		uvmsim_openbsd_mincore
#define mquery		uvmsim_openbsd_mquery

#ifdef __cplusplus
extern "C" {
#endif

void   *mmap(void *, size_t, int, int, int, int64_t);
int	munmap(void *, size_t);
int	mprotect(void *, size_t, int);
int	msync(void *, size_t, int);
int	mlock(const void *, size_t);
int	munlock(const void *, size_t);
int	mlockall(int);
int	munlockall(void);
int	madvise(void *, size_t, int);
int	posix_madvise(void *, size_t, int);
int	minherit(void *, size_t, int);
int	mincore(void *, size_t, char *);
int	shm_open(const char *, int, mode_t);
int	shm_unlink(const char *);
void   *mquery(void *, size_t, int, int, int, int64_t);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_OPENBSD_SYS_MMAN_H */
