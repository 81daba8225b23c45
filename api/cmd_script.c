/*
 * What the commands that run a script share.
 */
#include <string.h>

#include "cmd_script.h"

int
cmd_script_fail(const struct cmd *cmd, const char *path,
    const struct wl_script_error *e)
{
	char place[WL_SCRIPT_PLACE];

	return cmd_fail(cmd, "%s%s: %s",
	    strcmp(path, "-") == 0 ? "standard input" : path,
	    wl_script_place(e, place), e->text);
}

int
cmd_script_machine(const struct cmd *cmd, const struct wl_script *script,
    struct machine **m)
{
	struct sim_config config;
	char err[200];

	sim_config_default(&config);
	wl_script_config(script, &config);
	cmd_config(cmd, &config);
	if (sim_machine_create(&config, m, err, sizeof(err)) != 0)
		return cmd_fail(cmd, "%s", err);
	return CMD_OK;
}
