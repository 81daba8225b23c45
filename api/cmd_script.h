/*
 * What the commands that run a script share.
 */
#ifndef API_CMD_SCRIPT_H
#define API_CMD_SCRIPT_H

#include "cmd.h"
#include "workloads/script/script.h"

/* Tells what is wrong with a script; path "-": standard input. => CMD_FAIL */
int	cmd_script_fail(const struct cmd *, const char *path,
	    const struct wl_script_error *);
/* The machine that the script, then --machine, want. => CMD_OK or CMD_FAIL */
int	cmd_script_machine(const struct cmd *, const struct wl_script *,
	    struct machine **);

#endif /* API_CMD_SCRIPT_H */
