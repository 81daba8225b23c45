/*
 * uvmsim generate: reference traces from rules (workloads/gen/gen.h), written
 * as files, or drawn.
 *
 * The format of OUT is --to, or the suffix of its name; a generator of several
 * processes can be written as a script too.  OUT is there only when it is
 * whole.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_generate.h"
#include "cmd_trace_out.h"
#include "watch.h"

struct generating {
	struct cmd cmd;
	const char *out, *to, *n, *seed;
	bool plot, list, append;
	struct wl_gen_args args;
	const struct wl_sinkformat *format; /* NULL: a script */
	struct cmd_trace_out file;
	struct wl_refsink sink;
	struct wl_gen gen;
	struct cmd_watch watch;
};

/* -------------------------------------------------------------- list ---- */

static void
print_kind(const struct wl_gen_kind *kind)
{
	printf("%-10s %s\n", kind->name, kind->summary);
	for (const struct wl_gen_param *p = kind->params; p->name != NULL; p++)
		printf("  %s=%" PRIu64 "  %s (%" PRIu64 " to %" PRIu64 ")\n",
		    p->name, p->value, p->summary, p->min, p->max);
	if (kind->ends)
		printf("  n=0  references, at most; 0: all\n");
	else
		printf("  n=%" PRIu64 "  references\n", kind->n);
}

/* All of them, or those named. */
static int
list(const struct cmd *cmd)
{
	for (size_t i = 0; wl_gens[i] != NULL && cmd->noperands == 0; i++)
		print_kind(wl_gens[i]);
	for (int i = 0; i < cmd->noperands; i++) {
		const char *name = cmd->operand[i];
		const struct wl_gen_kind *kind = wl_gen_byname(name,
		    strcspn(name, ":"));

		if (kind == NULL)
			return cmd_usage_error(cmd,
			    "there is no generator '%s'", name);
		print_kind(kind);
	}
	return CMD_OK;
}

/* -------------------------------------------------------------- file ---- */

static int
expected_format(const struct generating *g, const char *what)
{
	char names[400];
	int at = 0;

	for (size_t i = 0; wl_sinkformats[i] != NULL; i++)
		at += snprintf(names + at, sizeof(names) - (size_t)at, "%s%s",
		    at > 0 ? ", " : "", wl_sinkformats[i]->name);
	return cmd_usage_error(&g->cmd, "%s: expected %s%s, for a script uvm",
	    what,
	    g->to != NULL ? "a format: " : "--to FORMAT, or a suffix: ", names);
}

static int
choose_format(struct generating *g)
{
	const char *dot = strrchr(g->out, '.');
	const char *name = g->to != NULL ? g->to : dot != NULL ? dot + 1 : "";

	g->format = g->to != NULL ? wl_sinkformat_byname(g->to) :
				    cmd_trace_format(g->out);
	if (g->append && (g->format == NULL || g->format->append == NULL))
		return cmd_usage_error(&g->cmd,
		    "--append: expected OUT to be uvt");
	if (g->format != NULL)
		return CMD_OK;
	if (strcmp(name, "uvm") != 0)
		return expected_format(g, g->to != NULL ? g->to : g->out);
	if (!g->args.kind->forks)
		return cmd_usage_error(&g->cmd,
		    "%s has one process and no script; expected another format",
		    g->args.kind->name);
	return CMD_OK;
}

static int
cannot_write(const struct generating *g, int error)
{
	return cmd_fail(&g->cmd, "%s: %s", g->out,
	    strerror(error != 0 ? error : EIO));
}

/* The operations before a batch, for formats that have them, and the batch. */
static bool
put_batch(struct generating *g, const struct wl_ref *ref, size_t n)
{
	const char *line = g->gen.ops, *end = line + g->gen.opslen;

	while (line < end) {
		const size_t len = strcspn(line, "\n");

		if (!wl_refsink_op(&g->sink, line, len))
			return false;
		line += len + 1;
	}
	g->sink.process = g->gen.process;
	return wl_refsink_put(&g->sink, ref, n);
}

/* Behind what is there; operations behind operations alone, as convert does. */
static int
append(struct generating *g, const char *origin)
{
	char err[512];

	if (!wl_refsink_append(&g->sink, g->format, g->file.fp, g->file.old,
		origin, err, sizeof(err)))
		return cmd_fail(&g->cmd, "%s", err);
	if (g->sink.uvt.operations == g->args.kind->forks)
		return CMD_OK;
	return cmd_fail(&g->cmd,
	    "%s has %soperations, %s has %s: expected two of a kind", g->out,
	    g->sink.uvt.operations ? "" : "no ", g->args.kind->name,
	    g->args.kind->forks ? "some" : "none");
}

static int
write_trace(struct generating *g)
{
	const struct wl_ref *ref;
	const uint64_t most = g->cmd.bounds.ops;
	uint64_t done = 0;
	char origin[512];
	size_t n;

	snprintf(origin, sizeof(origin), "source: gen:%s\nseed: %" PRIu64 "\n",
	    g->cmd.operand[0], g->args.seed);
	errno = 0;
	if (g->file.old != NULL) {
		if (append(g, origin) != CMD_OK)
			return CMD_FAIL;
	} else if (!wl_refsink_begin(&g->sink, g->format, g->file.fp, origin)) {
		return cannot_write(g, errno);
	}
	if (!wl_gen_open(&g->gen, &g->args))
		return cmd_fail(&g->cmd, "no memory");
	do {
		n = wl_gen_next(&g->gen, &ref);
		if (most > 0 && n > most - done) {
			n = (size_t)(most - done);
			g->watch.watch.full = true;
		}
		if (!put_batch(g, ref, n))
			return cannot_write(g, errno);
		done += n;
	} while (n > 0 && !wl_watch_at(&g->watch.watch, done));
	if (g->watch.signal != 0 && g->watch.over != API_OVER_OPS)
		return CMD_FAIL;
	return wl_refsink_end(&g->sink) ? CMD_OK : cannot_write(g, errno);
}

static int
write_out(struct generating *g)
{
	int error, status = choose_format(g);
	char why[128];

	if (status != CMD_OK)
		return status;
	status = cmd_trace_open(&g->cmd, &g->file, g->out, g->append);
	if (status != CMD_OK)
		return status;
	cmd_watch_begin(&g->watch, &g->cmd, NULL, "references");
	g->watch.progress.total = g->args.n;
	if (g->format != NULL)
		status = write_trace(g);
	else if ((error = wl_gen_script(&g->args, g->file.fp)) != 0)
		status = cannot_write(g, error);
	cmd_watch_end(&g->watch);
	if (status == CMD_OK)
		status = cmd_trace_commit(&g->cmd, &g->file);
	if (g->watch.over == API_OVER_OPS)
		cmd_watch_tell(&g->watch, g->cmd.bounds.ops, "references",
		    g->cmd.operand[0]);
	else if (g->watch.signal != 0)
		return cmd_fail(&g->cmd, "%s: %s is not written",
		    g->watch.over == API_OVER_NOT ?
			"interrupted" :
			api_bounds_why(&g->cmd.bounds, g->watch.over, why),
		    g->out);
	return status;
}

/* ----------------------------------------------------------- command ---- */

static int
read_args(struct generating *g)
{
	char err[512];

	if (!wl_gen_parse(&g->args, g->cmd.operand[0], err, sizeof(err)) ||
	    (g->n != NULL &&
		!wl_gen_set(&g->args, "n", g->n, err, sizeof(err))) ||
	    (g->seed != NULL &&
		!wl_gen_set(&g->args, "seed", g->seed, err, sizeof(err))))
		return cmd_usage_error(&g->cmd, "%s", err);
	if (g->out == NULL && !g->plot)
		return cmd_usage_error(&g->cmd, "expected -o OUT or --plot");
	return CMD_OK;
}

static int
generate(struct generating *g)
{
	int status = read_args(g);

	if (status == CMD_OK && g->out != NULL)
		status = write_out(g);
	if (status == CMD_OK && g->plot &&
	    cmd_generate_plot(stdout, &g->args) != 0)
		status = cmd_fail(&g->cmd, "no memory");
	return status;
}

static int
run(struct generating *g, int argc, char **argv)
{
	const struct cmd_option options[] = {
		{ "out", 'o', "OUT", "write the trace; - is standard output",
		    &g->out },
		{ "to", 0, "FORMAT", "format of OUT (its suffix)", &g->to },
		{ "append", 0, NULL, CMD_APPEND_HELP, &g->append },
		{ "n", 'n', "REFS", "references, at most", &g->n },
		{ "seed", 0, "N", "random numbers begin with it (1)",
		    &g->seed },
		{ "plot", 0, NULL, "draw which pages are touched when",
		    &g->plot },
		{ "list", 0, NULL, "list the generators and stop", &g->list },
		{ .name = NULL }
	};

	g->cmd = (struct cmd){
		.name = "generate",
		.operands = "NAME[:PARAMETER=N...]",
		.about =
		    "Generates a trace of references from a rule, the same for "
		    "the same seed on every host.\nEvery command that takes a "
		    "trace of references takes gen:NAME:PARAMETER=N as well.",
		.takes = CMD_TAKES_BOUNDS | CMD_TAKES_OPS,
		.options = options,
		.max_operands = 1,
	};
	if (!cmd_parse(&g->cmd, argc, argv))
		return g->cmd.status;
	if (g->list)
		return list(&g->cmd);
	if (g->cmd.noperands == 0)
		return cmd_usage_error(&g->cmd, "expected %s or --list",
		    g->cmd.operands);
	return generate(g);
}

int
cmd_generate(int argc, char **argv)
{
	struct generating *g = calloc(1, sizeof(*g));
	int status;

	if (g == NULL) {
		fprintf(stderr, "uvmsim generate: no memory\n");
		return CMD_FAIL;
	}
	status = run(g, argc, argv);
	wl_gen_close(&g->gen);
	wl_refsink_drop(&g->sink);
	cmd_trace_abandon(&g->file);
	status = cmd_watch_kill(&g->watch, status);
	free(g);
	return status;
}
