/*
 * The result of `uvmsim run' as one JSON object.
 */
#ifndef API_CMD_RUN_H
#define API_CMD_RUN_H

#include <stdio.h>

#include "workloads/script/script.h"

/*
 * Keys: script, status (ok, failed, error), passed, failed, error (line,
 * column, text; only with status error), output (lines of show and explain),
 * clock (ns), statistics, processes with their maps.  Addresses are strings.
 */
void	cmd_run_json(FILE *, const struct wl_run *, bool completed,
	    const char *script, char *output);

#endif /* API_CMD_RUN_H */
