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
	X(mincore_mapped, 1, "vm.mincore_mapped: own mappings only")	\
	X(vmmap_skip_resident, 0,					\
	    "kern.proc_vmmap_skip_resident_count")

struct sim_tunables {
#define X(name, value, summary) uint64_t name;
	SIM_TUNABLES(X)
#undef X
};

#endif /* SIM_TUNABLES_H */
