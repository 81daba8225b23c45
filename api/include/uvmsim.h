/*
 * uvmsim.h: which simulated process a program is.
 *
 * Programs written for FreeBSD, NetBSD, OpenBSD or AIX compile against the
 * headers of include/freebsd, netbsd, openbsd or aix and link with -luvmsim.
 * The calls of those headers have no machine argument: they act for the
 * thread's current process, which is set by one call of this header or, when
 * no call was made, by the environment at the first use:
 *
 *	UVMSIM_CORE	core file or script; else uvmsim.core in the current
 *			directory
 *	UVMSIM_PID	the process that getpid() names; else an observer that
 *			is no process of the machine
 *	UVMSIM_UID	user id of the caller; else the process's, or 0
 *
 * An observer without a process is root unless UVMSIM_UID says otherwise; its
 * pid is the next one free and its parent is the process with the lowest pid.
 *
 * Each thread has its own; nothing is shared between threads but a machine
 * that the program itself attaches in several of them (then it must not be
 * used in two at once).
 */
#ifndef UVMSIM_H
#define UVMSIM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct machine;			/* a live one: sim/sim.h */

/*
 * Load a core, or run a script to its end (found out from the content), and
 * be its process pid; 0: be an observer.  What was open before is closed.
 * => 0; -1 and errno: ENOENT and the like; EINVAL: not a core and not a
 *    script that runs; ESRCH: no such process; ENOMEM.  uvmsim_errmsg() has
 *    the sentence.  On failure nothing is open.
 */
int	uvmsim_open(const char *path, int pid);

/* Look at a live machine, which stays the caller's.  => as uvmsim_open() */
int	uvmsim_attach(struct machine *, int pid);

/* Let go; a machine that uvmsim_open() made is destroyed. */
void	uvmsim_close(void);

/* Be another process of the machine, or another user. => 0, or -1 and errno */
int	uvmsim_setpid(int pid);
int	uvmsim_setuid(unsigned uid);

/*
 * The current process touches len bytes at addr: each page once, prot being
 * PROT_READ (1), PROT_WRITE (2) or PROT_EXEC (4).  Memory of a simulated
 * process cannot be touched in any other way.
 * => 0; -1 and errno: EFAULT (a signal would have come), EINVAL, ESRCH
 */
int	uvmsim_touch(const void *addr, size_t len, int prot);

/*
 * Simulated files, for mmap(): a client's own open(2) opens files of the host.
 * path is a name of the machine; flags are those of <fcntl.h> (O_CREAT makes
 * an empty file).  /dev/zero is always there.
 * => a descriptor of the current process, as the simulated mmap() takes it;
 *    -1 and errno: ENOENT, EEXIST, EINVAL, EISDIR, EFAULT, ENAMETOOLONG, ENOMEM
 */
int	uvmsim_file(const char *path, int flags);
/* => 0; -1 and errno: EBADF */
int	uvmsim_file_close(int fd);
/* ftruncate(2). => 0; -1 and errno: EBADF, EINVAL, EFBIG */
int	uvmsim_file_truncate(int fd, long long size);

/*
 * fork(2) of the current process, which stays the parent; uvmsim_setpid() to
 * the result makes the caller the child.  => the child's pid; -1 and errno
 */
int	uvmsim_fork(void);

/* Why the last call of a client header failed: one sentence, or "". */
const char *uvmsim_errmsg(void);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_H */
