/*
 * uvmsim procfs: write the simulated processes as a tree like /proc.
 *
 * The machine is a core's, or that of a script when it has run to its end.
 */
#include <string.h>

#include "api/procfs/procfs.h"
#include "cmd.h"
#include "context.h"
#include "api/include/uvmsim.h"
#include "sim/suggest.h"

static int
unknown_style(const struct cmd *cmd, const char *name)
{
	const char *near = sim_suggest(name, procfs_style_names,
	    PROCFS_NSTYLES);

	if (near != NULL)
		return cmd_usage_error(cmd,
		    "--style %s is unknown; did you mean %s?", name, near);
	return cmd_usage_error(cmd,
	    "--style %s is unknown; expected linux, freebsd or netbsd", name);
}

/* => false: no style has that name */
static bool
style_byname(const char *name, enum procfs_style *style)
{
	for (int i = 0; i < PROCFS_NSTYLES; i++)
		if (strcmp(procfs_style_names[i], name) == 0) {
			*style = (enum procfs_style)i;
			return true;
		}
	return false;
}

int
cmd_procfs(int argc, char **argv)
{
	const char *style_name = procfs_style_names[PROCFS_LINUX];
	const struct cmd_option options[] = {
		{ "style", 0, "NAME", "whose /proc: linux, freebsd, netbsd",
		    &style_name },
		{ .name = NULL },
	};
	struct cmd cmd = { .name = "procfs",
		.operands = "CORE|SCRIPT DIR",
		.about = "Writes the processes of a core, or of a script when "
			 "it has run, as the new\ndirectory DIR in the form of "
			 "/proc, for pmap and other tools that read it.",
		.takes = CMD_TAKES_BOUNDS,
		.options = options,
		.min_operands = 2,
		.max_operands = 2 };
	enum procfs_style style;
	char why[600];
	int status = CMD_OK;

	if (!cmd_parse(&cmd, argc, argv))
		return cmd.status;
	if (!style_byname(style_name, &style))
		return unknown_style(&cmd, style_name);
	if (uvmsim_open(cmd.operand[0], 0) != 0)
		return cmd_fail(&cmd, "%s", uvmsim_errmsg());
	if (procfs_write(api_machine(), style, cmd.operand[1], why,
		sizeof(why)) != 0)
		status = cmd_fail(&cmd, "%s", why);
	uvmsim_close();
	return status;
}
