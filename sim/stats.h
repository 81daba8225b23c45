/*
 * All counters of a machine as one list of names and values.
 */
#ifndef SIM_STATS_H
#define SIM_STATS_H

#include "sim.h"

struct sim_stat {
	const char     *name;
	uint64_t	value;
};

/* The i-th counter, in a fixed order. => false behind the last */
bool	sim_stat_at(const struct machine *, size_t i, struct sim_stat *);
/* => false: no counter has that name */
bool	sim_stat_byname(const struct machine *, const char *name,
	    uint64_t *value);

/*
 * The i-th part of sim_clock(), ns: its name says what it was spent on.  All
 * parts together are the clock.  => false behind the last
 */
bool	sim_clock_part(const struct machine *, size_t i, struct sim_stat *);

#endif /* SIM_STATS_H */
