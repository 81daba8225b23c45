/*
 * uvmsim report: a run, or a state of a machine, as one page of HTML, or a
 * figure of it as SVG.
 *
 * A run goes straight on from its beginning to its end
 * (workloads/history/history.h), and after each operation the report takes what
 * has changed.  A core is a single moment.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "api/report/report.h"
#include "api/report/figure.h"
#include "watch.h"
#include "workloads/history/history.h"
#include "workloads/script/exec.h"

#define MAXLINES 20000 /* of a source that the page has */

struct job {
	struct cmd cmd;
	struct report r;
	const char *out, *title, *figure;
	const char *at_text, *moments_text, *from;
	const struct wl_refformat *as;
	bool data_only;
	struct cmd_slice slice;
	struct wl_history *run; /* NULL: a core */
	struct machine *core;
	struct cmd_watch watch;
	struct cmd_file file;
	const char *stopped; /* why the run did not come to its end; or NULL */
	char about[700];
};

/* --------------------------------------------------------- the options ---- */

static int
read_options(struct job *j)
{
	int status = cmd_from(&j->cmd, j->from, &j->as);

	if (status == CMD_OK)
		status = cmd_slice(&j->cmd, &j->slice);
	if (status != CMD_OK)
		return status;
	if (!cmd_number(j->at_text, 1, UINT64_MAX, &j->r.at))
		return cmd_usage_error(&j->cmd,
		    "--at %s: expected the number of an operation, from 1 on",
		    j->at_text);
	if (!cmd_number(j->moments_text, 1, UINT64_MAX, &j->r.limit.moments))
		return cmd_usage_error(&j->cmd,
		    "--moments %s: expected a number from 1 on",
		    j->moments_text);
	if (j->figure != NULL && !report_figure_known(j->figure))
		return cmd_usage_error(&j->cmd, "--svg %s: expected one of %s",
		    j->figure, report_figure_names());
	if (j->out == NULL)
		return cmd_usage_error(&j->cmd,
		    "expected -o FILE, where the %s is written (- is standard "
		    "output)",
		    j->figure != NULL ? "figure" : "page");
	return CMD_OK;
}

/* -------------------------------------------------------------- a core ---- */

static int
take_core(struct job *j)
{
	char err[512];

	if (sim_core_load(j->cmd.operand[0], &j->core, err, sizeof(err)) != 0)
		return cmd_fail(&j->cmd, "%s", err);
	if (!report_begin(&j->r, j->core) || !report_end(&j->r))
		return cmd_fail(&j->cmd, "no memory left");
	snprintf(j->about, sizeof(j->about),
	    "The state of a machine, from a core.");
	return CMD_OK;
}

/* --------------------------------------------------------------- a run ---- */

static bool
configure(void *ctx, struct sim_config *config)
{
	struct job *j = ctx;

	cmd_config(&j->cmd, config);
	return true;
}

static const char *
source_line(void *ctx, uint32_t line)
{
	return wl_history_line(ctx, line);
}

static int
open_run(struct job *j)
{
	struct wl_history_config config = {
		.path = j->cmd.operand[0],
		.every = UINT64_MAX,
		.data_only = j->data_only,
		.configure = configure,
		.ctx = j,
	};
	char err[512];

	config.input = wl_input_open(config.path, err, sizeof(err));
	if (config.input == NULL)
		return cmd_fail(&j->cmd, "%s: %s", config.path, err);
	config.input->as = j->as;
	cmd_slice_set(&j->slice, j->data_only, config.input);
	if (wl_history_open(&config, &j->run, err, sizeof(err)) == 0)
		return CMD_OK;
	wl_input_close(config.input);
	return cmd_fail(&j->cmd, "%s", err);
}

/* Has the operation that was just done been told of? */
static bool
was_told(struct job *j, const struct wl_moment *w)
{
	const struct wl_exec *ex;

	if (w->access)
		return true;
	ex = wl_history_exec(j->run);
	return ex != NULL && ex->last.op != NULL;
}

static enum wl_went
take_moment(struct job *j)
{
	struct wl_story *story = report_story(&j->r);
	const struct wl_moment *w;
	enum wl_went went;

	wl_history_tell_story(j->run, story);
	went = wl_history_step(j->run, NULL);
	if (went != WL_WENT && went != WL_WENT_STOPPED)
		return went;
	w = wl_history_done(j->run);
	if (!w->access)
		w = wl_history_moment(j->run);
	j->r.nomem |= w->nomem && !w->access;
	report_moment(&j->r,
	    &(struct report_op){
		.line = w->line,
		.pid = w->pid,
		.access = w->access,
		.va = w->va,
		.len = w->len,
		.type = w->type,
		.err = w->err,
		.told = story != NULL && was_told(j, w),
		.text = w->text,
	    });
	return went;
}

/* Of the run, so many operations as may be done, and not beyond its end. */
static bool
stopped(struct job *j)
{
	const uint64_t most = j->watch.watch.most;

	if (most > 0 && j->r.ops == most && wl_history_next_line(j->run) == 0 &&
	    wl_history_kind(j->run) == WL_RUN_SCRIPT)
		return true; /* that was all */
	return cmd_watch_step(&j->watch, j->r.ops);
}

/* To the end.  A run that stops is told of up to there. */
static int
go_on(struct job *j)
{
	enum wl_went went = WL_WENT;

	while (went == WL_WENT && !j->r.nomem && !stopped(j))
		went = take_moment(j);
	if (!report_end(&j->r))
		return cmd_fail(&j->cmd, "no memory left");
	if (went == WL_WENT_LOST)
		return cmd_fail(&j->cmd, "%s", wl_history_error(j->run));
	if (went == WL_WENT_STOPPED ||
	    (went == WL_WENT_END && wl_history_error(j->run)[0] != '\0'))
		j->stopped = wl_history_error(j->run);
	if (j->stopped != NULL && strstr(j->stopped, "no memory") != NULL)
		return cmd_fail(&j->cmd, "%s", j->stopped);
	return CMD_OK;
}

static int
take_run(struct job *j)
{
	int status = open_run(j);

	if (status != CMD_OK)
		return status;
	if (!report_begin(&j->r, wl_history_machine(j->run)))
		return cmd_fail(&j->cmd, "no memory left");
	cmd_watch_begin(&j->watch, &j->cmd, NULL, "operations");
	status = go_on(j);
	cmd_watch_end(&j->watch);
	j->r.nlines = wl_history_nlines(j->run);
	if (j->r.nlines > MAXLINES)
		j->r.nlines = 0;
	j->r.line = source_line;
	j->r.line_ctx = j->run;
	snprintf(j->about, sizeof(j->about),
	    "A run of %" PRIu64 " operation%s%s%s.", j->r.ops,
	    j->r.ops == 1 ? "" : "s",
	    j->watch.signal != 0       ? ", interrupted" :
		j->stopped != NULL     ? "; it stopped: " :
		wl_history_cut(j->run) ? "; the trace breaks off" :
					 "",
	    j->stopped != NULL ? j->stopped : "");
	if (status == CMD_OK && wl_history_cut(j->run) && !j->cmd.quiet)
		fprintf(stderr,
		    "uvmsim report: %s: warning: the trace breaks off\n",
		    j->cmd.operand[0]);
	return status;
}

/* ---------------------------------------------------------- the file ---- */

static int
write_out(struct job *j)
{
	int err = cmd_file_open(&j->file, j->out);
	bool ok;

	if (err != 0)
		return cmd_fail(&j->cmd, "%s: %s", j->out, strerror(err));
	ok = j->figure != NULL ? report_figure(&j->r, j->figure, j->file.fp) :
				 report_write(&j->r, j->file.fp);
	if (!ok && !ferror(j->file.fp))
		return cmd_fail(&j->cmd, "%s: %s", j->cmd.operand[0],
		    j->r.nomem || j->figure == NULL ?
			"no memory left" :
			report_figure_why(&j->r, j->figure));
	err = cmd_file_commit(&j->file);
	if (err != 0)
		return cmd_fail(&j->cmd, "%s: %s", j->out, strerror(err));
	return CMD_OK;
}

static int
run(struct job *j)
{
	const char *path = j->cmd.operand[0];
	bool core, empty;
	int status, error;

	j->r.source = path;
	j->r.title = j->title != NULL ? j->title : path;
	j->r.about = j->about;
	error = sim_core_sniff(path, &core, &empty);
	if (error != 0 && error != ENOENT)
		return cmd_fail(&j->cmd, "%s: %s", path, strerror(error));
	status = core ? take_core(j) : take_run(j);
	if (status == CMD_OK && j->r.at > j->r.ops)
		status = cmd_fail(&j->cmd,
		    "%s: --at %" PRIu64 ": the run has %" PRIu64 " operations",
		    path, j->r.at, j->r.ops);
	if (status == CMD_OK)
		status = write_out(j);
	if (status == CMD_OK && j->stopped != NULL)
		status = cmd_fail(&j->cmd, "%s", j->stopped);
	cmd_file_abandon(&j->file);
	report_fini(&j->r);
	wl_history_close(j->run);
	if (j->core != NULL)
		sim_machine_destroy(j->core);
	if (j->watch.signal != 0)
		cmd_watch_tell(&j->watch, j->r.ops, "operations", path);
	return cmd_watch_kill(&j->watch, status);
}

int
cmd_report(int argc, char **argv)
{
	struct job *j = calloc(1, sizeof(*j));
	int status;

	if (j == NULL) {
		fprintf(stderr, "uvmsim report: no memory left\n");
		return CMD_FAIL;
	}
	const struct cmd_option options[] = {
		{ "out", 'o', "FILE", "write the page; - is standard output",
		    &j->out },
		{ "title", 0, "TEXT", "what stands on top (the input's name)",
		    &j->title },
		{ "at", 0, "N", "begin at operation N, and tell all of it",
		    &j->at_text },
		{ "svg", 0, "FIGURE",
		    "write one figure as SVG: map, pagetable, frames, heat, "
		    "faults,\n                               rss, wset, mrc",
		    &j->figure },
		{ "moments", 0, "N",
		    "join operations where a run has more than N (2097152)",
		    &j->moments_text },
		{ "data-only", 0, NULL,
		    "leave the fetches of a reference trace out",
		    &j->data_only },
		CMD_SLICE_OPTIONS(j->slice),
		{ "from", 0, "FORMAT", CMD_FROM_HELP, &j->from },
		{ .name = NULL },
	};

	j->cmd = (struct cmd){
		.name = "report",
		.operands = "CORE|SCRIPT|TRACE",
		.about =
		    "Writes one page of HTML about a run or a core: a timeline "
		    "with a slider, the\naddress space, page tables and "
		    "frames at every moment, why each operation did what\nit "
		    "did, pages over time, faults, working sets, miss ratios. "
		    "The page needs no\nnetwork.",
		.takes = CMD_TAKES_MACHINE | CMD_TAKES_QUIET |
		    CMD_TAKES_BOUNDS | CMD_TAKES_OPS,
		.options = options,
		.min_operands = 1,
		.max_operands = 1,
	};
	if (!cmd_parse(&j->cmd, argc, argv))
		status = j->cmd.status;
	else if ((status = read_options(j)) == CMD_OK)
		status = run(j);
	free(j);
	return status;
}
