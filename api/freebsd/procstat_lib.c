/*
 * libprocstat of FreeBSD, as far as it is about memory: a thin layer over
 * kinfo_getproc(), kinfo_getallproc() and kinfo_getvmmap().
 */
#include <stdlib.h>

#include "api/context.h"
#include "api/include/freebsd/libprocstat.h"
#include "api/include/freebsd/libutil.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "api/include/freebsd/sys/user.h"

/* There is nothing to remember: the machine is the thread's. */
struct procstat {
	char nothing;
};

struct procstat *
procstat_open_sysctl(void)
{
	return calloc(1, sizeof(struct procstat));
}

void
procstat_close(struct procstat *ps)
{
	free(ps);
}

struct kinfo_proc *
procstat_getprocs(struct procstat *ps, int what, int arg, unsigned int *count)
{
	struct kinfo_proc *kp;
	int n = 1;

	(void)ps;
	*count = 0;
	switch (what) {
	case KERN_PROC_PID: kp = kinfo_getproc(arg); break;
	case KERN_PROC_ALL:
	case KERN_PROC_PROC: kp = kinfo_getallproc(&n); break;
	default:
		api_fail(EINVAL,
		    "procstat_getprocs: %d is not KERN_PROC_PID, _PROC or _ALL",
		    what);
		return NULL;
	}
	if (kp != NULL)
		*count = (unsigned)n;
	return kp;
}

void
procstat_freeprocs(struct procstat *ps, struct kinfo_proc *kp)
{
	(void)ps;
	free(kp);
}

struct kinfo_vmentry *
procstat_getvmmap(struct procstat *ps, struct kinfo_proc *kp,
    unsigned int *count)
{
	struct kinfo_vmentry *map;
	int n;

	(void)ps;
	map = kinfo_getvmmap(kp->ki_pid, &n);
	*count = (unsigned)n;
	return map;
}

void
procstat_freevmmap(struct procstat *ps, struct kinfo_vmentry *map)
{
	(void)ps;
	free(map);
}

int
procstat_getpathname(struct procstat *ps, struct kinfo_proc *kp, char *path,
    size_t maxlen)
{
	const int mib[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME,
		kp->ki_pid };
	size_t len = maxlen;

	(void)ps;
	if (sysctl(mib, NELEM(mib), path, &len, NULL, 0) != 0)
		return -1;
	if (len == 0 && maxlen > 0)
		path[0] = '\0';
	return 0;
}
