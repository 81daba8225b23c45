/*
 * uvmsim explain: why each operation of a script, or of a trace, went as it
 * did.
 *
 * A script is run to its end; its own output is left out, its expectations are
 * judged.  Which of its operations are told:
 *
 *	SCRIPT			each kind of story once; --all: all of them
 *	SCRIPT:LINE		the first operation of the line, --all: all
 *	SCRIPT:LINE:N		the N-th one: a line in a repeat or with a
 *				pattern has many
 *
 * A machine that nobody listens to is the faster one: there is a story only
 * while one is wanted.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_explain.h"
#include "cmd_script.h"
#include "paint.h"
#include "tools.h"
#include "watch.h"
#include "workloads/history/history.h"
#include "workloads/io/memstream.h"
#include "workloads/script/exec.h"

struct job {
	struct cmd cmd;
	bool all, full, errors;
	struct cmd_place place;
	struct cmd_tales tales;
	struct wl_script *script;
	struct machine *machine;
	struct wl_run run;
	struct wl_story *story;
	bool listening; /* the operation under way has a story */
	bool nomem;
	uint64_t operation, count; /* so far; of the line */
	uint32_t nearest;          /* line with an operation; 0: none yet */
	struct cmd_watch watch;
};

/* ------------------------------------------------------ which are told ---- */

static bool
is_wanted(const struct job *s, uint32_t line)
{
	const struct cmd_place *at = &s->place;

	if (at->line == 0)
		return true;
	if (line != at->line)
		return false;
	return s->all || s->count == (at->count != 0 ? at->count : 1);
}

static uint64_t
distance(uint64_t a, uint64_t b)
{
	return a < b ? b - a : a - b;
}

static void
note_nearest(struct job *s, uint32_t line)
{
	if (s->nearest == 0 ||
	    distance(line, s->place.line) < distance(s->nearest, s->place.line))
		s->nearest = line;
}

static void
before(void *ctx, uint32_t line, const struct wl_deed *deed)
{
	struct job *s = ctx;

	s->operation++;
	s->listening = false;
	if (deed == NULL)
		return;
	note_nearest(s, line);
	if (s->place.line != 0 && line == s->place.line)
		s->count++;
	s->listening = is_wanted(s, line);
	if (!s->listening)
		return;
	if (s->story == NULL)
		s->story = wl_story_new(s->machine);
	if (s->story == NULL) {
		s->nomem = true;
		s->listening = false;
		return;
	}
	wl_story_begin(s->story, deed);
}

static void
after(void *ctx, uint32_t line, const struct wl_done *d)
{
	struct job *s = ctx;
	struct cmd_tale tale = { .operation = s->operation,
		.line = line,
		.count = s->place.line != 0 ? s->count : 1,
		.err = d->err,
		.story = s->story };
	char *text;
	size_t len;
	FILE *fp;

	if (!s->listening)
		return;
	wl_story_end(s->story, d->err, d->ret, &d->sig);
	s->nomem |= wl_story_nomem(s->story);
	if (s->place.line == 0 && !s->all &&
	    !cmd_tales_new_kind(&s->tales, &tale))
		return;
	fp = wl_memstream(&text, &len);
	if (fp == NULL) {
		s->nomem = true;
		return;
	}
	wl_write_op(fp, d);
	if (fclose(fp) != 0) {
		free(text);
		s->nomem = true;
		return;
	}
	tale.text = text;
	cmd_tales_add(&s->tales, &tale);
	free(text);
	if (s->place.line != 0 && !s->all) {
		wl_story_free(s->story);
		s->story = NULL;
	}
}

/* ----------------------------------------------------------- the run ---- */

/* Nothing was told though a line was named. */
static int
not_there(const struct job *s)
{
	const struct cmd_place *at = &s->place;

	if (s->nearest == 0)
		return cmd_fail(&s->cmd, "%s: the script does no operation",
		    at->path);
	if (s->count == 0)
		return cmd_fail(&s->cmd,
		    "%s:%" PRIu64
		    ": no operation is done on this line; the nearest one is "
		    "on line %" PRIu32,
		    at->path, at->line, s->nearest);
	return cmd_fail(&s->cmd,
	    "%s:%" PRIu64 ":%" PRIu64 ": the line has only %" PRIu64
	    " operation%s",
	    at->path, at->line, at->count, s->count, s->count == 1 ? "" : "s");
}

static int
run_script(struct job *s)
{
	int status = cmd_script_machine(&s->cmd, s->script, &s->machine);
	bool ok;

	if (status != CMD_OK)
		return status;
	s->run = (struct wl_run){ .script = s->script,
		.machine = s->machine,
		.err = stderr,
		.tool = api_tool,
		.before = before,
		.after = after,
		.looker = s };
	cmd_tales_begin(&s->tales);
	cmd_watch_begin(&s->watch, &s->cmd, NULL, "operations");
	s->run.watch = &s->watch.watch;
	ok = wl_script_run(&s->run);
	cmd_watch_end(&s->watch);
	cmd_tales_end(&s->tales);
	if (s->nomem)
		return cmd_fail(&s->cmd, "no memory left for explanations");
	cmd_watch_tell(&s->watch, s->run.operations, "operations",
	    s->place.path);
	if (s->watch.signal != 0)
		return CMD_FAIL;
	if (!ok)
		return cmd_script_fail(&s->cmd, s->place.path, &s->run.error);
	if (s->tales.told == 0 && s->place.line != 0)
		return not_there(s);
	return s->run.failed == 0 ? CMD_OK : CMD_FAIL;
}

/* --------------------------------------------------------- the input ---- */

/* => is what stands before the last colon of it a file? */
static bool
has_file(const char *place)
{
	const char *colon = strrchr(place, ':');
	char *path = colon != NULL ? strndup(place, (size_t)(colon - place)) :
				     NULL;
	const bool has = path != NULL && access(path, F_OK) == 0;

	free(path);
	return has;
}

/* A place that is no file: perhaps its number is none, or it is an errno. */
static int
not_opened(const struct job *s, const char *why)
{
	const char *path = s->place.path;

	if (access(path, F_OK) != 0 && has_file(path))
		return cmd_usage_error(&s->cmd,
		    "%s: expected a number from 1 on behind the colon, not "
		    "'%s'",
		    path, strrchr(path, ':') + 1);
	if (path[0] == 'E' && path[1] != '\0' &&
	    strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") ==
		strlen(path))
		return cmd_fail(&s->cmd,
		    "%s: %s (explain --errors %s tells of an errno)", path, why,
		    path);
	return cmd_fail(&s->cmd, "%s: %s", path, why);
}

/* Is it a script?  What begins as none, and is a trace or a log of calls, is
 * not. */
static int
explain(struct job *s)
{
	struct wl_script_error err;
	struct wl_input *in;
	char text[200];
	int status;

	in = wl_input_open(s->place.path, text, sizeof(text));
	if (in == NULL)
		return not_opened(s, text);
	if (wl_history_detect(in) != WL_RUN_SCRIPT)
		return cmd_explain_trace(&s->cmd, &s->place, in, &s->tales);
	s->script = wl_script_read(in, &err);
	wl_input_close(in);
	status = s->script != NULL ?
	    CMD_OK :
	    cmd_script_fail(&s->cmd, s->place.path, &err);
	return status == CMD_OK ? run_script(s) : status;
}

int
cmd_explain(int argc, char **argv)
{
	struct job s = {
		.cmd = { .name = "explain",
		    .operands = "SCRIPT[:LINE[:N]] | TRACE:N",
		    .about = "Tells why the operations of a script, or "
			     "operation N of a trace, went as\nthey did: each "
			     "kind of story once, or the one on the LINE (its "
			     "N-th, in a\nrepeat).  uvmsim-explain(1) tells "
			     "what the lines mean.",
		    .takes = CMD_TAKES_MACHINE | CMD_TAKES_JSON |
			CMD_TAKES_BOUNDS | CMD_TAKES_OPS,
		    .max_operands = 1 },
	};
	const struct cmd_option options[] = {
		{ "all", 0, NULL,
		    "every operation, of the line if one is given", &s.all },
		{ "full", 0, NULL, "all that was found, not the short chain",
		    &s.full },
		{ "errors", 0, NULL,
		    "what manuals say of errors, of the call or errno given",
		    &s.errors },
		{ NULL, 0, NULL, NULL, NULL }
	};
	int status;

	s.cmd.options = options;
	if (!cmd_parse(&s.cmd, argc, argv))
		return s.cmd.status;
	if (s.errors)
		return cmd_explain_errors(&s.cmd,
		    s.cmd.noperands > 0 ? s.cmd.operand[0] : NULL, s.cmd.json);
	if (s.cmd.noperands == 0)
		return cmd_usage_error(&s.cmd, "expected %s", s.cmd.operands);
	if (!cmd_place_parse(s.cmd.operand[0], &s.place))
		return cmd_fail(&s.cmd, "no memory left");
	s.tales = (struct cmd_tales){ .fp = stdout,
		.path = s.place.path,
		.json = s.cmd.json,
		.full = s.full };
	if (!s.cmd.json)
		s.tales.fp = api_paint(stdout, API_PAINT_STORY);
	status = explain(&s);
	api_paint_end(s.tales.fp, stdout);
	wl_story_free(s.story);
	sim_machine_destroy(s.machine);
	wl_script_free(s.script);
	cmd_place_free(&s.place);
	return cmd_watch_kill(&s.watch, status);
}
