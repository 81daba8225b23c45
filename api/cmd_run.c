/*
 * uvmsim run: run a workload script.
 *
 * Results of show and explain go to stdout, expectations that fail and errors
 * to stderr.  The record and the event file appear only when the script has
 * been run to its end, or to where a signal or a bound has ended it; so does
 * the core.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_explain.h"
#include "cmd_run.h"
#include "cmd_script.h"
#include "paint.h"
#include "tools.h"
#include "watch.h"
#include "workloads/io/memstream.h"

#define MAXPAIRS 256

struct job {
	struct cmd cmd;
	const char *record; /* --record FILE */
	struct cmd_samples samples;
	struct wl_script *script;
	struct machine *machine;
	struct cmd_file record_file;
	struct cmd_events events;
	bool explain; /* --explain */
	struct cmd_whys whys;
	struct wl_run run;
	struct cmd_watch watch;
	char *text; /* --json: what would be printed */
	size_t textlen;
	char *pairs; /* of --machine, cut up */
	const char *pair[MAXPAIRS];
	char *command;
};

static int
read_script(struct job *s)
{
	struct wl_script_error err;
	struct wl_input *in;
	char text[200];

	in = wl_input_open(s->cmd.operand[0], text, sizeof(text));
	if (in == NULL)
		return cmd_fail(&s->cmd, "%s: %s", s->cmd.operand[0], text);
	if (in->generated) {
		wl_input_close(in);
		return cmd_fail(&s->cmd,
		    "%s: expected a script, not a generator of references",
		    s->cmd.operand[0]);
	}
	s->script = wl_script_read(in, &err);
	wl_input_close(in);
	return s->script != NULL ?
	    CMD_OK :
	    cmd_script_fail(&s->cmd, s->cmd.operand[0], &err);
}

/* The pairs of --machine one by one, and the command that reproduces. */
static int
keep_options(struct job *s)
{
	size_t len = 0, commandlen;
	FILE *fp;
	char *p;

	for (unsigned i = 0; i < s->cmd.nmachine; i++)
		len += strlen(s->cmd.machine[i]) + 1;
	s->pairs = p = malloc(len + 1);
	fp = wl_memstream(&s->command, &commandlen);
	if (s->pairs == NULL || fp == NULL) {
		if (fp != NULL)
			fclose(fp);
		return cmd_fail(&s->cmd, "no memory left");
	}
	fputs("uvmsim run", fp);
	for (unsigned i = 0; i < s->cmd.nmachine; i++) {
		fprintf(fp, " --machine %s", s->cmd.machine[i]);
		p = stpcpy(p, s->cmd.machine[i]);
		*p++ = ',';
	}
	*p = '\0';
	fprintf(fp, " %s", s->cmd.operand[0]);
	if (fclose(fp) != 0)
		return cmd_fail(&s->cmd, "no memory left");
	for (p = s->pairs; *p != '\0' && s->run.npairs < MAXPAIRS;) {
		s->pair[s->run.npairs++] = p;
		p += strcspn(p, ",");
		*p++ = '\0';
	}
	s->run.pairs = s->pair;
	s->run.command = s->command;
	return CMD_OK;
}

static int
open_files(struct job *s)
{
	int err, status = cmd_events_open(&s->events, &s->cmd);

	if (status != CMD_OK)
		return status;
	cmd_events_attach(&s->events, s->machine);
	if (s->explain &&
	    cmd_whys_attach(&s->whys, &s->cmd, &s->events, &s->run) != CMD_OK)
		return CMD_FAIL;
	status = cmd_samples_open(&s->samples, &s->cmd);
	if (status != CMD_OK || s->record == NULL)
		return status;
	err = cmd_file_open(&s->record_file, s->record);
	if (err != 0)
		return cmd_fail(&s->cmd, "%s: %s", s->record, strerror(err));
	return CMD_OK;
}

/* Keep the files of a run that came to its end. */
static int
commit(struct job *s)
{
	int err, status = cmd_save_core(&s->cmd, s->machine);

	err = cmd_file_commit(&s->record_file);
	if (err != 0)
		status = cmd_fail(&s->cmd, "%s: %s", s->record, strerror(err));
	if (cmd_samples_close(&s->samples, &s->cmd, true) != CMD_OK)
		status = CMD_FAIL;
	err = cmd_events_close(&s->events, &s->cmd, true);
	return status != CMD_OK ? status : err;
}

/*
 * A bound was met elsewhere than between two operations: before the last one,
 * within it, or behind it, for what the script has to remember of it.
 */
static int
broke_off(struct job *s)
{
	const struct wl_run *r = &s->run;
	char place[WL_SCRIPT_PLACE], why[128], state[300] = "";
	struct wl_script_error at = { .line = r->error.line };

	if (commit(s) == CMD_OK && s->cmd.core != NULL)
		snprintf(state, sizeof(state),
		    "; the state %s operation %" PRIu64 " is in %.200s",
		    r->in_part     ? "within" :
			r->starved ? "before" :
				     "after",
		    r->operations, s->cmd.core);
	return cmd_fail(&s->cmd, "%s%s: %s%s", s->cmd.operand[0],
	    wl_script_place(&at, place),
	    api_bounds_why(&s->cmd.bounds, s->watch.over, why), state);
}

/* Was it for want of memory that the run was stopped? */
static bool
wanted_memory(struct job *s)
{
	return (s->run.starved ||
		   strstr(s->run.error.text, "no memory") != NULL) &&
	    cmd_watch_refused(&s->watch);
}

/* Operations may be long ones: more often than references are. */
static bool
look(void *ctx)
{
	struct job *s = ctx;

	s->watch.watch.ask_at = s->watch.watch.done + 16;
	return cmd_watch_look(&s->watch);
}

static int
run_script(struct job *s)
{
	bool ok, short_of_memory, within;
	int err;

	s->run.script = s->script;
	s->run.machine = s->machine;
	s->run.err = api_paint(stderr, API_PAINT_COMPLAINTS);
	s->run.tool = api_tool;
	s->run.record = s->record_file.fp;
	s->run.samples = s->samples.file.fp;
	s->run.samples_csv = s->samples.csv;
	s->run.stat = s->samples.stat;
	s->run.nstats = s->samples.nstats;
	s->run.sample_every = s->samples.every;
	if (s->cmd.json)
		s->run.out = wl_memstream(&s->text, &s->textlen);
	else if (!s->cmd.quiet)
		s->run.out = api_paint(stdout, API_PAINT_STORY);
	if (s->cmd.json && s->run.out == NULL)
		return cmd_fail(&s->cmd, "no memory left");
	cmd_watch_begin(&s->watch, &s->cmd, NULL, "operations");
	cmd_progress_end(&s->watch.progress); /* show prints between */
	s->watch.watch.look = look;
	s->watch.watch.ctx = s;
	s->run.watch = &s->watch.watch;
	ok = wl_script_run(&s->run);
	short_of_memory = !ok && wanted_memory(s);
	api_paint_end(s->run.err, stderr);
	if (!s->cmd.json)
		api_paint_end(s->run.out, stdout);
	cmd_watch_end(&s->watch);
	cmd_whys_detach(&s->whys);
	if (s->cmd.json) {
		if (fclose(s->run.out) != 0)
			return cmd_fail(&s->cmd, "no memory left");
		cmd_run_json(stdout, &s->run, ok, s->cmd.operand[0], s->text);
	}
	if ((err = cmd_flush_stdout()) != 0)
		return cmd_fail(&s->cmd, "standard output: %s", strerror(err));
	within = s->run.in_part && s->watch.signal != 0;
	if (short_of_memory || (within && s->watch.over != API_OVER_NOT))
		return broke_off(s);
	if (!ok && !within)
		return cmd_script_fail(&s->cmd, s->cmd.operand[0],
		    &s->run.error);
	if (commit(s) != CMD_OK)
		return CMD_FAIL;
	cmd_watch_tell(&s->watch, s->run.operations, "operations",
	    s->cmd.operand[0]);
	return s->run.failed == 0 ? CMD_OK : CMD_FAIL;
}

static void
finish(struct job *s)
{
	cmd_file_abandon(&s->record_file);
	(void)cmd_samples_close(&s->samples, &s->cmd, false);
	(void)cmd_events_close(&s->events, &s->cmd, false);
	sim_machine_destroy(s->machine);
	wl_script_free(s->script);
	free(s->text);
	free(s->pairs);
	free(s->command);
}

int
cmd_run(int argc, char **argv)
{
	struct job s = {
		.cmd = { .name = "run",
		    .operands = "SCRIPT",
		    .about = "Runs a workload script (see uvmsim-script(5)); - "
			     "reads standard input.\nExit status 0: all "
			     "expectations were met; 1: one failed, or an "
			     "error; 2: usage.",
		    .takes = CMD_TAKES_ALL,
		    .min_operands = 1,
		    .max_operands = 1 },
	};
	const struct cmd_option options[] = {
		{ "explain", 0, NULL,
		    "with --events: why each operation went as it did",
		    &s.explain },
		{ "record", 0, "FILE", "write what was done as a plain script",
		    &s.record },
		CMD_SAMPLES_OPTIONS(&s.samples), { NULL, 0, NULL, NULL, NULL }
	};
	int status;

	s.cmd.options = options;
	if (!cmd_parse(&s.cmd, argc, argv))
		return s.cmd.status;
	if (s.explain && s.cmd.events == NULL)
		return cmd_usage_error(&s.cmd,
		    "--explain goes with --events FILE");
	if ((status = read_script(&s)) == CMD_OK &&
	    (status = keep_options(&s)) == CMD_OK &&
	    (status = cmd_script_machine(&s.cmd, s.script, &s.machine)) ==
		CMD_OK &&
	    (status = open_files(&s)) == CMD_OK)
		status = run_script(&s);
	finish(&s);
	return cmd_watch_kill(&s.watch, status);
}
