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
