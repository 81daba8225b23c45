/*
 * uvmsim convert: a trace of references from one format into another.
 *
 * The format of IN is found from its content, that of OUT is --to, or the
 * suffix of its name.  OUT is there only when it is whole.
 */
#include "cmd_convert.h"

#include <inttypes.h>
#include <string.h>

#include "workloads/io/output.h"

/* The names of what can be written, each behind `before'. */
static const char *
names(char *buf, size_t len, const char *before)
{
	size_t at = 0;

	for (size_t i = 0; wl_sinkformats[i] != NULL && at < len; i++)
		at += (size_t)snprintf(buf + at, len - at, "%s%s%s",
		    i == 0                            ? "" :
			wl_sinkformats[i + 1] != NULL ? ", " :
							" or ",
		    before, wl_sinkformats[i]->name);
	return buf;
}

/* => OUT is to be a script: .uvm, compressed or not */
static bool
wants_script(const struct convert *c)
{
	const char *path = c->cmd.operand[1];
	const struct wl_encoder *e = wl_encoder_bysuffix(path);
	size_t len = strlen(path) -
	    (e != NULL ? strlen(wl_encoder_suffix(e)) : 0);

	if (c->to != NULL)
		return strcmp(c->to, "uvm") == 0;
	return len > 4 && memcmp(path + len - 4, ".uvm", 4) == 0;
}

static int
choose_format(struct convert *c)
{
	const char *path = c->cmd.operand[1];
	char all[256];

	c->script = wants_script(c);
	if (c->script && c->append)
		return cmd_usage_error(&c->cmd,
		    "--append: expected OUT to be uvt, not a script");
	if (c->script)
		return CMD_OK;
	c->format = c->to != NULL ? wl_sinkformat_byname(c->to) :
				    cmd_trace_format(path);
	if (c->format == NULL && c->to != NULL)
		return cmd_usage_error(&c->cmd, "--to %s: expected %s", c->to,
		    names(all, sizeof(all), ""));
	if (c->format == NULL)
		return cmd_usage_error(&c->cmd,
		    "%s: expected a name that ends in %s, or --to FORMAT", path,
		    names(all, sizeof(all), "."));
	if (c->append && c->format->append == NULL)
		return cmd_usage_error(&c->cmd,
		    "--append: expected OUT to be uvt, not %s",
		    c->format->name);
	return CMD_OK;
}

static int
open_input(struct convert *c)
{
	const char *path = c->cmd.operand[0];
	char err[512];
	int status;

	c->in = wl_input_open(path, err, sizeof(err));
	if (c->in == NULL)
		return cmd_fail(&c->cmd, "%s: %s", path, err);
	c->in->as = c->as;
	cmd_slice_set(&c->slice, c->data_only, c->in);
	cmd_watch_begin(&c->watch, &c->cmd, c->in, "references");
	status = cmd_convert_begin(c);
	if (c->way == CONVERT_CALLS)
		cmd_watch_end(&c->watch);
	return status;
}

static void
report(const struct convert *c)
{
	const uint64_t left_out = c->sink.left_out + c->left_out;

	if (c->way != CONVERT_CALLS && cmd_convert_cut(c))
		fprintf(stderr,
		    "uvmsim convert: %s: warning: the trace breaks off%s%s\n",
		    c->cmd.operand[0], c->in->error[0] != '\0' ? ": " : "",
		    c->in->error);
	if (strcmp(c->cmd.operand[1], "-") == 0)
		return;
	if (c->way == CONVERT_LOG) {
		printf("%s: %" PRIu64 " operations, %" PRIu64 " processes\n",
		    c->cmd.operand[1], c->operations, c->processes);
		return;
	}
	if (c->way == CONVERT_CALLS) {
		cmd_record_summary(stdout, c->cmd.operand[1], &c->recorded);
		return;
	}
	printf("%s: %" PRIu64 " references%s, from %s to %s", c->cmd.operand[1],
	    c->references - c->sink.left_out, c->out.old != NULL ? " more" : "",
	    cmd_convert_format(c), c->format->name);
	if (c->operations > 0)
		printf(", %" PRIu64 " operations", c->operations);
	if (left_out > 0)
		printf(", %" PRIu64 " fetches left out", left_out);
	putchar('\n');
}

static int
convert(struct convert *c)
{
	int status = choose_format(c);
	char why[128];

	if (c->from != NULL)
		c->log_as = wl_callformat_byname(c->from);
	if (status == CMD_OK && c->log_as == NULL)
		status = cmd_from(&c->cmd, c->from, &c->as);
	if (status == CMD_OK)
		status = cmd_slice(&c->cmd, &c->slice);
	if (status == CMD_OK)
		status = open_input(c);
	if (status == CMD_OK)
		status = cmd_trace_open(&c->cmd, &c->out, c->cmd.operand[1],
		    c->append);
	if (status == CMD_OK)
		status = cmd_convert_copy(c);
	cmd_watch_end(&c->watch);
	if (c->watch.signal != 0 && c->watch.over != API_OVER_OPS)
		return cmd_fail(&c->cmd, "%s: %s is not written",
		    c->watch.over == API_OVER_NOT ?
			"interrupted" :
			api_bounds_why(&c->cmd.bounds, c->watch.over, why),
		    c->cmd.operand[1]);
	if (status == CMD_OK)
		status = cmd_trace_commit(&c->cmd, &c->out);
	if (status == CMD_OK && !c->cmd.quiet)
		report(c);
	if (status == CMD_OK && c->watch.over == API_OVER_OPS)
		cmd_watch_tell(&c->watch, c->references, "references",
		    c->cmd.operand[0]);
	return status;
}

/* Formats, and which of them can be read and written. */
static int
list(void)
{
	for (size_t i = 0; wl_refformats[i] != NULL; i++) {
		const struct wl_refformat *f = wl_refformats[i];

		if (f->name[0] != '\0')
			printf("%-13s %-10s %s\n", f->name,
			    wl_sinkformat_byname(f->name) != NULL ?
				"read write" :
				"read",
			    f->summary);
	}
	for (size_t i = 0; wl_callformats[i] != NULL; i++)
		printf("%-13s %-10s %s\n", wl_callformats[i]->name, "read",
		    wl_callformats[i]->summary);
	printf("%-13s %-10s %s\n", "uvm", "write",
	    "script of what a log of calls did: uvmsim run");
	return CMD_OK;
}

int
cmd_convert(int argc, char **argv)
{
	struct convert c = { .to = NULL };
	bool formats = false;
	const struct cmd_option options[] = {
		{ "from", 0, "FORMAT", "format of IN (--list has them)",
		    &c.from },
		{ "to", 0, "FORMAT", "format of OUT", &c.to },
		CMD_SLICE_OPTIONS(c.slice),
		{ "data-only", 0, NULL, "leave the fetches out", &c.data_only },
		{ "append", 0, NULL, CMD_APPEND_HELP, &c.append },
		{ "list", 0, NULL, "list the formats and stop", &formats },
		{ .name = NULL }
	};
	int status;

	c.cmd = (struct cmd){
		.name = "convert",
		.operands = "IN OUT",
		.about =
		    "Writes the references of the trace IN as the trace "
		    "OUT, in the format of --to, or\nthat of OUT's suffix "
		    "(as .uvt), compressed if .gz, .xz or .zst follows it. "
		    " What IN\nis, its content tells; - is standard input "
		    "or output.  A log of system calls\nbecomes a script "
		    "(.uvm) or a uvt of operations.",
		.takes = CMD_TAKES_QUIET | CMD_TAKES_BOUNDS | CMD_TAKES_OPS,
		.options = options,
		.max_operands = 2,
	};
	if (!cmd_parse(&c.cmd, argc, argv))
		return c.cmd.status;
	if (formats)
		return list();
	if (c.cmd.noperands < 2)
		return cmd_usage_error(&c.cmd, "expected IN OUT");
	status = convert(&c);
	cmd_convert_end(&c);
	return cmd_watch_kill(&c.watch, status);
}
