/*
 * Switches of the simulated kernels that programs see and may set (sysctl(3),
 * the `set' statement of scripts), and the stored statistics that an interface
 * answers with.  One list: it makes the structure, the defaults, the core's
 * section (each by its name) and what `show tunables' prints.
 */
#ifndef SIM_TUNABLES_H
#define SIM_TUNABLES_H

#include <stdint.h>

/*	name, value at boot, summary */
#define SIM_TUNABLES(X)							\
	X(maxsmap, 0, "OpenBSD's maxsmap, bytes; 0: as the processes have it") \
	X(mincore_mapped, 1, "vm.mincore_mapped: own mappings only")	\
	X(vmmap_skip_resident, 0,					\
	    "kern.proc_vmmap_skip_resident_count")			\
	X(see_other_uids, 1, "security.bsd.see_other_uids")		\
	X(unprivileged_proc_debug, 1,					\
	    "security.bsd.unprivileged_proc_debug")			\
	X(overcommit, 0, "vm.overcommit; nothing is refused")		\
	X(wxallowed, 0, "OpenBSD: memory may be writable and executable") \
	X(minfree, 0, "AIX: free pages at which stealing starts") \
	X(maxfree, 0, "AIX: free pages at which stealing stops") \
	X(minperm, 3, "AIX: minperm%, of lruable memory")		\
	X(maxperm, 90, "AIX: maxperm%")					\
	X(maxclient, 90, "AIX: maxclient%")				\
	X(strict_maxperm, 0, "AIX: file pages stay below maxperm")	\
	X(strict_maxclient, 1, "AIX: file pages stay below maxclient")	\
	X(lru_file_repage, 0, "AIX: repages choose between the kinds")	\
	X(rpdecay, 90, "AIX: % of the recent repages that a second leaves") \
	X(npswarn, 0, "AIX: free blocks at which SIGDANGER goes out") \
	X(npskill, 0, "AIX: free blocks at which SIGKILL goes out") \
	X(low_ps_handling, 1, "AIX: 2: those with a handler are killed too") \
	X(nokilluid, 0, "AIX: processes of lower uids are not killed")	\
	X(v_repage_hi, 0, "AIX: load control; 0: off")			\
	X(v_repage_proc, 4, "AIX: repages that let a process be suspended") \
	X(v_min_process, 2, "AIX: processes that are never suspended")	\
	X(v_sec_wait, 1, "AIX: seconds until suspended processes go on") \
	X(v_exempt_secs, 2, "AIX: seconds that they cannot be suspended") \
	X(aix_warned, 0, "SIGDANGER has gone out")			\
	X(aix_looked, 0, "second of load control's last look")		\
	X(aix_quiet, 0, "seconds since memory was overcommitted")	\
	X(aix_outs, 0, "pages paged out at the last look")		\
	X(aix_steals, 0, "pages stolen at the last look")		\
	X(aix_numvpages, 0, "numvpages of the last VMINFO")		\
	X(aix_numwseguse, 0, "numwseguse of the last VMINFO")		\
	X(aix_numpseguse, 0, "numpseguse of the last VMINFO")		\
	X(aix_numclseguse, 0, "numclseguse of the last VMINFO")		\
	X(aix_numwsegpin, 0, "numwsegpin of the last VMINFO")		\
	X(aix_numpsegpin, 0, "numpsegpin of the last VMINFO")		\
	X(aix_numclsegpin, 0, "numclsegpin of the last VMINFO")		\
	X(aix_system_pgs, 0, "system_pgs of the last VMINFO")		\
	X(aix_nonsys_pgs, 0, "nonsys_pgs of the last VMINFO")		\
	X(aix_unmngd_pgs, 0, "unmngd_pgs of the last VMINFO")

struct sim_tunables {
#define X(name, value, summary) uint64_t name;
	SIM_TUNABLES(X)
#undef X
};

struct sim_tunable {
	const char     *name;		/* as in the structure */
	uint64_t	boot;		/* value at boot */
	const char     *summary;
};
extern const struct sim_tunable sim_tunable_rows[];	/* ends with NULL */

struct machine;
/* => the value of the i-th row */
uint64_t *sim_tunable_at(struct machine *, size_t i);

#endif /* SIM_TUNABLES_H */
