/*
 * Every process with the pages that it has in memory, by libprocstat.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <sys/user.h>

#include <err.h>
#include <libprocstat.h>
#include <stdio.h>
#include <string.h>

static void
show(struct procstat *ps, struct kinfo_proc *kp)
{
	struct kinfo_vmentry *map;
	unsigned int n, pages = 0;
	char path[1024];

	if (procstat_getpathname(ps, kp, path, sizeof(path)) != 0)
		strcpy(path, "?");
	map = procstat_getvmmap(ps, kp, &n);
	for (unsigned int i = 0; map != NULL && i < n; i++)
		pages += (unsigned int)map[i].kve_resident;
	printf("%5d %5d %-10s %2u entries %3u pages %s\n", (int)kp->ki_pid,
	    (int)kp->ki_ppid, kp->ki_comm, n, pages,
	    map == NULL ? "(not to be seen)" : path);
	if (map != NULL)
		procstat_freevmmap(ps, map);
}

int
main(void)
{
	struct procstat *ps = procstat_open_sysctl();
	struct kinfo_proc *kp;
	unsigned int n;

	if (ps == NULL)
		err(1, "procstat_open_sysctl");
	if (procstat_getprocs(ps, KERN_PROC_PID, 31337, &n) != NULL || n != 0)
		errx(1, "a process that is not there was found");
	kp = procstat_getprocs(ps, KERN_PROC_PROC, 0, &n);
	if (kp == NULL)
		err(1, "procstat_getprocs");
	for (unsigned int i = 0; i < n; i++)
		show(ps, &kp[i]);
	procstat_freeprocs(ps, kp);
	procstat_close(ps);
	return 0;
}
