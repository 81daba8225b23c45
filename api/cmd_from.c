/*
 * --from FORMAT of the commands that read traces of references.
 */
#include "cmd.h"
#include "sim/suggest.h"
#include "workloads/refs/refsource.h"

#define MAXFORMATS 64

int
cmd_from(const struct cmd *cmd, const char *name,
    const struct wl_refformat **as)
{
	const char *names[MAXFORMATS], *near;
	size_t n = 0;

	*as = NULL;
	if (name == NULL || (*as = wl_refformat_byname(name)) != NULL)
		return CMD_OK;
	for (; n < MAXFORMATS && wl_refformats[n] != NULL; n++)
		names[n] = wl_refformats[n]->name;
	near = sim_suggest(name, names, n);
	if (near != NULL)
		return cmd_usage_error(cmd,
		    "--from %s: there is no such format; did you mean %s?",
		    name, near);
	return cmd_usage_error(cmd,
	    "--from %s: expected a format of uvmsim convert --list", name);
}
