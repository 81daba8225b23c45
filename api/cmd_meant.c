/*
 * Names of counters that are mistyped.
 */
#include "cmd.h"
#include "sim/stats.h"
#include "sim/suggest.h"

#define MAXCOUNTERS 512

int
cmd_no_counter(const struct cmd *cmd, const struct machine *m,
    const char *option, const char *name)
{
	const char *names[MAXCOUNTERS], *near;
	struct sim_stat stat;
	size_t n = 0;

	while (n < MAXCOUNTERS && sim_stat_at(m, n, &stat))
		names[n++] = stat.name;
	near = sim_suggest(name, names, n);
	if (near != NULL)
		return cmd_usage_error(cmd,
		    "%s: no counter is named %s; did you mean %s?", option,
		    name, near);
	return cmd_usage_error(cmd,
	    "%s: no counter is named %s (run --json shows them all)", option,
	    name);
}
