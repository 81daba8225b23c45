/*
 * Machines of tests, as --machine has them: KEY=VALUE,KEY=VALUE.
 */
#ifndef TESTS_PAIRS_H
#define TESTS_PAIRS_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/sim.h"

/* => 0; the errno of the first pair that is refused, and why */
static inline int
pairs_set(struct sim_config *config, const char *pairs, char *err,
    size_t errlen)
{
	char copy[400], *at = copy, *pair;
	int error = 0;

	if ((size_t)snprintf(copy, sizeof(copy), "%s", pairs) >= sizeof(copy)) {
		snprintf(err, errlen, "pairs are too long: %s", pairs);
		return E2BIG;
	}
	while (error == 0 && (pair = strsep(&at, ",")) != NULL)
		if (pair[0] != '\0')
			error = sim_config_set(config, pair, err, errlen);
	return error;
}

#endif /* TESTS_PAIRS_H */
