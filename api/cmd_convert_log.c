/*
 * uvmsim convert of a log of system calls: into a script, or into the
 * operations of a uvt.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_convert.h"
#include "workloads/refs/refs.h"
#include "workloads/replay/script.h"

#define MAXREPORTS 20 /* lines on stderr; the rest is counted */

struct converting {
	struct convert *c;
	uint64_t reports;
};

static void
report(void *ctx, enum wl_replay_report what, uint64_t line, const char *text)
{
	struct converting *l = ctx;

	if ((l->c->cmd.quiet && what == WL_REPLAY_WARNING) ||
	    l->reports++ >= MAXREPORTS)
		return;
	fprintf(stderr, "uvmsim convert: %s:%" PRIu64 ": %s%s\n",
	    l->c->cmd.operand[0], line,
	    what == WL_REPLAY_WARNING ? "warning: " : "", text);
}

static bool
put_text(void *ctx, const char *text, size_t len)
{
	struct convert *c = ctx;

	return fwrite(text, 1, len, c->out.fp) == len &&
	    putc('\n', c->out.fp) != EOF;
}

static bool
put_operation(void *ctx, const char *text, size_t len)
{
	struct convert *c = ctx;

	return wl_refsink_op(&c->sink, text, len);
}

int
cmd_convert_log(struct convert *c)
{
	struct converting l = { .c = c };
	struct wl_replay_config config = {
		.format = c->log_as,
		.trace = c->cmd.operand[0],
		.input = c->in,
		.keep_input = true,
		.host_files = true,
		.report = report,
		.ctx = &l,
	};
	struct wl_replay_script out = {
		.line = c->script ? put_text : put_operation,
		.ctx = c,
	};
	struct wl_replay_stats stats;
	char err[512];
	int error;

	sim_config_default(&config.machine);
	config.machine.ram = 0;
	config.machine.personality = NULL; /* what the log says */
	wl_refs_ram(&config.machine);
	errno = 0;
	error = wl_replay_script(&config, &stats, &out, err, sizeof(err));
	if (l.reports > MAXREPORTS)
		fprintf(stderr,
		    "uvmsim convert: %s: %" PRIu64 " more reports\n",
		    c->cmd.operand[0], l.reports - MAXREPORTS);
	if (out.failed)
		return cmd_fail(&c->cmd, "%s: %s", c->cmd.operand[1],
		    strerror(errno != 0 ? errno : EIO));
	if (error != 0)
		return cmd_fail(&c->cmd, "%s", err);
	c->operations = out.operations;
	c->processes = stats.processes;
	return CMD_OK;
}
