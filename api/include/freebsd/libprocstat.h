/*
 * <libprocstat.h> for programs written for FreeBSD: processes and what they
 * have mapped, of the current simulated machine.  Files, sockets and the like
 * are not there.
 *
 * A failure sets errno as sysctl(3) does; unlike FreeBSD's library, nothing is
 * printed.
 */
#ifndef UVMSIM_FREEBSD_LIBPROCSTAT_H
#define UVMSIM_FREEBSD_LIBPROCSTAT_H
#pragma GCC system_header

#include <sys/types.h>

struct kinfo_proc;
struct kinfo_vmentry;
struct procstat;

#define procstat_open_sysctl	uvmsim_freebsd_procstat_open_sysctl
#define procstat_close		uvmsim_freebsd_procstat_close
#define procstat_getprocs	uvmsim_freebsd_procstat_getprocs
#define procstat_freeprocs	uvmsim_freebsd_procstat_freeprocs
#define procstat_getvmmap	uvmsim_freebsd_procstat_getvmmap
#define procstat_freevmmap	uvmsim_freebsd_procstat_freevmmap
#define procstat_getpathname	uvmsim_freebsd_procstat_getpathname

#ifdef __cplusplus
extern "C" {
#endif

/* => NULL and errno ENOMEM */
struct procstat *procstat_open_sysctl(void);
void	procstat_close(struct procstat *);
/* what: KERN_PROC_PID (arg is a pid) or KERN_PROC_PROC, KERN_PROC_ALL (arg is
 * not looked at).  => NULL and errno: none; EINVAL: another what */
struct kinfo_proc *procstat_getprocs(struct procstat *, int what, int arg,
	    unsigned int *count);
void	procstat_freeprocs(struct procstat *, struct kinfo_proc *);
struct kinfo_vmentry *procstat_getvmmap(struct procstat *,
	    struct kinfo_proc *, unsigned int *count);
void	procstat_freevmmap(struct procstat *, struct kinfo_vmentry *);
/* => 0 and the path ("" when there is none); -1 and errno */
int	procstat_getpathname(struct procstat *, struct kinfo_proc *, char *,
	    size_t maxlen);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_FREEBSD_LIBPROCSTAT_H */
