/*
 * Machines that are saved and loaded and go on: what is loaded is the same to
 * the byte and does what the original does, every counter of it; and a load
 * for which the host has not enough memory.
 *
 * Each machine must have done what it is here for: the counters named in its
 * row are not 0 at the end.
 */
#ifndef TESTS_CORE_GOES_ON_H
#define TESTS_CORE_GOES_ON_H

#include "core_files.h"

struct core_row {
	const struct sim_personality *pers;
	const char     *config;		/* as core_machine_new's */
	const char     *stats;		/* not 0 at the end, comma between */
	unsigned	rounds;
};

/*
 * The group of tests `name`: n tests of the caller's own, then each row goes
 * on, then each third one without memory.  => exit status
 */
int	core_goes_on_main(const char *name, const struct core_row *,
	    unsigned nrows, const struct CMUnitTest *, unsigned n);

#endif /* TESTS_CORE_GOES_ON_H */
