/*
 * The tunables by name and by number, for those that list or set any of them.
 */
#include "sim.h"

const struct sim_tunable sim_tunable_rows[] = {
#define X(name, value, summary) { #name, value, summary },
	SIM_TUNABLES(X)
#undef X
	    { NULL, 0, NULL },
};

_Static_assert(sizeof(struct sim_tunables) ==
	(NELEM(sim_tunable_rows) - 1) * sizeof(uint64_t),
    "one word for each");

uint64_t *
sim_tunable_at(struct machine *m, size_t i)
{
	return (uint64_t *)&m->tunables + i;
}
