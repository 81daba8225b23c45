/*
 * <sys/mman.h> for programs written for FreeBSD (14).
 *
 * The calls act on the memory of the current simulated process (uvmsim.h); the
 * addresses they give cannot be touched but by uvmsim_touch().  Descriptors are
 * simulated ones: uvmsim_file(), shm_open(), memfd_create().
 * A process that runs another system: ENOSYS (mincore() looks at any).
 */
#ifndef UVMSIM_FREEBSD_SYS_MMAN_H
#define UVMSIM_FREEBSD_SYS_MMAN_H
#pragma GCC system_header

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROT_NONE		0x00
#define PROT_READ		0x01
#define PROT_WRITE		0x02
#define PROT_EXEC		0x04
#define _PROT_ALL		(PROT_READ | PROT_WRITE | PROT_EXEC)
#define PROT_EXTRACT(prot)	((prot) & _PROT_ALL)
#define _PROT_MAX_SHIFT		16
#define PROT_MAX(prot)		((prot) << _PROT_MAX_SHIFT)
#define PROT_MAX_EXTRACT(prot)	(((prot) >> _PROT_MAX_SHIFT) & _PROT_ALL)

#define MAP_FILE		0x0000
#define MAP_SHARED		0x0001
#define MAP_PRIVATE		0x0002
#define MAP_COPY		MAP_PRIVATE
#define MAP_FIXED		0x0010
#define MAP_HASSEMAPHORE	0x0200
#define MAP_STACK		0x0400
#define MAP_NOSYNC		0x0800
#define MAP_ANON		0x1000
#define MAP_ANONYMOUS		MAP_ANON
#define MAP_GUARD		0x00002000
#define MAP_EXCL		0x00004000
#define MAP_NOCORE		0x00020000
#define MAP_PREFAULT_READ	0x00040000
#define MAP_32BIT		0x00080000
#define MAP_ALIGNED(n)		((n) << MAP_ALIGNMENT_SHIFT)
#define MAP_ALIGNMENT_SHIFT	24
#define MAP_ALIGNMENT_MASK	MAP_ALIGNED(0xff)
#define MAP_ALIGNED_SUPER	MAP_ALIGNED(1)
#define MAP_FAILED		((void *)-1)

#define MS_SYNC			0x0000
#define MS_ASYNC		0x0001
#define MS_INVALIDATE		0x0002

#define MCL_CURRENT		0x0001
#define MCL_FUTURE		0x0002

#define INHERIT_SHARE		0
#define INHERIT_COPY		1
#define INHERIT_NONE		2
#define INHERIT_ZERO		3

#define MADV_NORMAL		0
#define MADV_RANDOM		1
#define MADV_SEQUENTIAL		2
#define MADV_WILLNEED		3
#define MADV_DONTNEED		4
#define MADV_FREE		5
#define MADV_NOSYNC		6
#define MADV_AUTOSYNC		7
#define MADV_NOCORE		8
#define MADV_CORE		9
#define MADV_PROTECT		10

#define POSIX_MADV_NORMAL	MADV_NORMAL
#define POSIX_MADV_RANDOM	MADV_RANDOM
#define POSIX_MADV_SEQUENTIAL	MADV_SEQUENTIAL
#define POSIX_MADV_WILLNEED	MADV_WILLNEED
#define POSIX_MADV_DONTNEED	MADV_DONTNEED

/* A byte of mincore(); PSIND(i): part of a page of getpagesizes()[i]. */
#define MINCORE_INCORE		0x1
#define MINCORE_REFERENCED	0x2
#define MINCORE_MODIFIED	0x4
#define MINCORE_REFERENCED_OTHER	0x8
#define MINCORE_MODIFIED_OTHER	0x10
#define MINCORE_SUPER		0x60
#define MINCORE_PSIND_SHIFT	5
#define MINCORE_PSIND(i)	(((i) << MINCORE_PSIND_SHIFT) & MINCORE_SUPER)

/* shm_open(SHM_ANON, ...): memory without a name */
#define SHM_ANON		((char *)1)
#define MFD_CLOEXEC		0x00000001
#define MFD_ALLOW_SEALING	0x00000002

#define mmap		uvmsim_freebsd_mmap
#define munmap		uvmsim_freebsd_munmap
#define mprotect	uvmsim_freebsd_mprotect
#define msync		uvmsim_freebsd_msync
#define mlock		uvmsim_freebsd_mlock
#define munlock		uvmsim_freebsd_munlock
#define mlockall	uvmsim_freebsd_mlockall
#define munlockall	uvmsim_freebsd_munlockall
#define madvise		uvmsim_freebsd_madvise
#define posix_madvise	uvmsim_freebsd_posix_madvise
#define minherit	uvmsim_freebsd_minherit
#define shm_open	uvmsim_freebsd_shm_open
#define shm_unlink	uvmsim_freebsd_shm_unlink
#define mincore		uvmsim_freebsd_mincore
#define getpagesizes	uvmsim_freebsd_getpagesizes
#define memfd_create	uvmsim_freebsd_memfd_create

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
int	mincore(const void *, size_t, char *);
int	getpagesizes(size_t *, int);
int	memfd_create(const char *, unsigned int);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_FREEBSD_SYS_MMAN_H */
