/*
 * --from FORMAT of the commands that read traces of references.
 */
#include "cmd.h"
#include "workloads/refsource.h"

int
cmd_from(const struct cmd *cmd, const char *name,
    const struct wl_refformat **as)
{
	*as = NULL;
	if (name == NULL || (*as = wl_refformat_byname(name)) != NULL)
		return CMD_OK;
	return cmd_usage_error(cmd,
	    "--from %s: expected a format of uvmsim convert --list", name);
}
