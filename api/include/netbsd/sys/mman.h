/*
 * <sys/mman.h> for programs written for NetBSD (10).
 *
 * The calls act on the memory of the current simulated process (uvmsim.h); the
 * addresses they give cannot be touched but by uvmsim_touch().  Descriptors are
 * simulated ones: uvmsim_file(), shm_open().
 * A process that runs another system: ENOSYS.
 */
#ifndef UVMSIM_NETBSD_SYS_MMAN_H
#define UVMSIM_NETBSD_SYS_MMAN_H
#pragma GCC system_header

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROT_NONE		0x00
#define PROT_READ		0x01
#define PROT_WRITE		0x02
#define PROT_EXEC		0x04
#define PROT_MPROTECT(x)	((x) << 3)
#define PROT_MPROTECT_EXTRACT(x)	(((x) >> 3) & 0x7)

#define MAP_FILE		0x0000
#define MAP_SHARED		0x0001
#define MAP_PRIVATE		0x0002
#define MAP_REMAPDUP		0x0004
#define MAP_FIXED		0x0010
#define MAP_RENAME		0x0020
#define MAP_NORESERVE		0x0040
#define MAP_INHERIT		0x0080
#define MAP_HASSEMAPHORE	0x0200
#define MAP_TRYFIXED		0x0400
#define MAP_WIRED		0x0800
#define MAP_ANON		0x1000
#define MAP_ANONYMOUS		MAP_ANON
#define MAP_STACK		0x2000
#define MAP_ALIGNED(n)		\
    ((int)((unsigned int)(n) << MAP_ALIGNMENT_SHIFT))
#define MAP_ALIGNMENT_SHIFT	24
#define MAP_ALIGNMENT_MASK	MAP_ALIGNED(0xff)
#define MAP_ALIGNMENT_64KB	MAP_ALIGNED(16)
#define MAP_ALIGNMENT_16MB	MAP_ALIGNED(24)
#define MAP_ALIGNMENT_4GB	MAP_ALIGNED(32)
#define MAP_ALIGNMENT_1TB	MAP_ALIGNED(40)
#define MAP_ALIGNMENT_256TB	MAP_ALIGNED(48)
#define MAP_ALIGNMENT_64PB	MAP_ALIGNED(56)
#define MAP_FAILED		((void *)-1)

#define MS_ASYNC		0x01
#define MS_INVALIDATE		0x02
#define MS_SYNC			0x04

#define MCL_CURRENT		0x01
#define MCL_FUTURE		0x02

#define MAP_INHERIT_SHARE	0
#define MAP_INHERIT_COPY	1
#define MAP_INHERIT_NONE	2
#define MAP_INHERIT_DONATE_COPY	3
#define MAP_INHERIT_ZERO	4
#define MAP_INHERIT_DEFAULT	MAP_INHERIT_COPY

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

#define mmap		uvmsim_netbsd_mmap
#define munmap		uvmsim_netbsd_munmap
#define mprotect	uvmsim_netbsd_mprotect
#define msync		uvmsim_netbsd_msync
#define mlock		uvmsim_netbsd_mlock
#define munlock		uvmsim_netbsd_munlock
#define mlockall	uvmsim_netbsd_mlockall
#define munlockall	uvmsim_netbsd_munlockall
#define madvise		uvmsim_netbsd_madvise
#define posix_madvise	uvmsim_netbsd_posix_madvise
#define minherit	uvmsim_netbsd_minherit
#define shm_open	uvmsim_netbsd_shm_open
#define shm_unlink	uvmsim_netbsd_shm_unlink
#define mincore		uvmsim_netbsd_mincore
#define mremap		uvmsim_netbsd_mremap

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
int	shm_open(const char *, int, mode_t);
int	shm_unlink(const char *);
int	mincore(void *, size_t, char *);
void   *mremap(void *, size_t, void *, size_t, int);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_NETBSD_SYS_MMAN_H */
