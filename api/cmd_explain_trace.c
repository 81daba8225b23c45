/*
 * uvmsim explain TRACE:N: why operation N of a trace, or of a log of system
 * calls, went as it did.
 *
 * What an operation is, is known when it has been done; a story begins before.
 * So operation N is done twice: once to see what it is (a reference is told by
 * the moment, a call by the machine), and, the machine being put back, once
 * more for the story.
 */
#include "cmd_explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools.h"
#include "workloads/history/history.h"

struct job {
	struct cmd *cmd;
	const struct cmd_place *place;
	struct wl_history *history;
	/* operation N, by its first time */
	struct sim_call call;
	char *str; /* of call */
	bool called, nomem;
	int pid;
	struct wl_deed deed;
	/* who was told of calls before */
	void (*next_fn)(void *, struct machine *, struct process *,
	    const struct sim_call *, int, uint64_t);
	void *next_ctx;
};

static bool
configure(void *ctx, struct sim_config *config)
{
	struct job *s = ctx;

	cmd_config(s->cmd, config);
	return true;
}

static bool
progress(void *ctx, uint64_t at)
{
	const struct job *s = ctx;

	(void)at;
	return api_guard_over(s->cmd->bounds.guard) == API_OVER_NOT;
}

/* It is not done so far. */
static int
ends_before(const struct job *s)
{
	const struct api_bounds *b = &s->cmd->bounds;
	enum api_over over = api_guard_said(b->guard);
	const char *error = wl_history_error(s->history);
	char why[128];

	if (over == API_OVER_NOT && error[0] != '\0')
		return cmd_fail(s->cmd, "%s", error);
	if (over == API_OVER_NOT && b->ops > 0 && s->place->line > b->ops)
		over = API_OVER_OPS;
	if (over != API_OVER_NOT)
		return cmd_fail(s->cmd, "%s:%" PRIu64 ": %s", s->place->path,
		    s->place->line, api_bounds_why(b, over, why));
	return cmd_fail(s->cmd,
	    "%s:%" PRIu64 ": the trace has only %" PRIu64 " operations",
	    s->place->path, s->place->line, wl_history_known(s->history));
}

/* A record may take several calls (mmap of a file opens it): the last one that
 * closes nothing is what it is about. */
static void
note_call(void *ctx, struct machine *m, struct process *p,
    const struct sim_call *c, int err, uint64_t ret)
{
	struct job *s = ctx;

	if (s->next_fn != NULL)
		s->next_fn(s->next_ctx, m, p, c, err, ret);
	if (c->no == SIM_SYS_CLOSE && s->called)
		return;
	free(s->str);
	s->str = c->str != NULL ? strdup(c->str) : NULL;
	s->nomem |= c->str != NULL && s->str == NULL;
	s->call = *c;
	s->call.str = s->str;
	s->called = true;
	s->pid = p->pid;
}

/* => CMD_OK: the machine stands before operation N */
static int
go_there(struct job *s)
{
	const uint64_t n = s->place->line - 1;
	const char *error;

	switch (wl_history_goto(s->history, n)) {
	case WL_WENT: return CMD_OK;
	case WL_WENT_END:
	case WL_WENT_ENOUGH: return ends_before(s);
	default:
		error = wl_history_error(s->history);
		return cmd_fail(s->cmd, "%s",
		    error[0] != '\0' ? error : "the trace cannot be read");
	}
}

/* Do operation N and see what it is. */
static int
look(struct job *s)
{
	struct machine *m = wl_history_machine(s->history);
	const struct wl_moment *moment;
	const char *error;
	enum wl_went went;

	s->next_fn = m->op_fn;
	s->next_ctx = m->op_ctx;
	m->op_fn = note_call;
	m->op_ctx = s;
	went = wl_history_step(s->history, NULL);
	m = wl_history_machine(s->history);
	m->op_fn = s->next_fn;
	m->op_ctx = s->next_ctx;
	if (went == WL_WENT_END)
		return ends_before(s);
	error = wl_history_error(s->history);
	moment = wl_history_moment(s->history);
	/* Where it stops is told, what would lie behind is not. */
	if (went != WL_WENT &&
	    (went != WL_WENT_STOPPED || moment->n != s->place->line))
		return cmd_fail(s->cmd, "%s", error);
	if (moment->nomem || s->nomem)
		return cmd_fail(s->cmd, "no memory left for explanations");
	s->deed = (struct wl_deed){ .va = moment->va,
		.len = moment->len,
		.type = moment->type,
		.call = !moment->access && s->called ? &s->call : NULL };
	if (moment->access)
		s->pid = moment->pid;
	if (s->pid == 0 || (!moment->access && !s->called))
		return cmd_fail(s->cmd,
		    "%s:%" PRIu64 ": not an operation of a process: %s",
		    s->place->path, s->place->line, moment->text);
	return go_there(s);
}

/* Do it once more, and tell. */
static int
tell(struct job *s, struct cmd_tales *tales)
{
	struct machine *m = wl_history_machine(s->history);
	const struct wl_moment *moment;
	struct wl_story *story;

	s->deed.p = sim_process_bypid(m, s->pid);
	story = s->deed.p != NULL ? wl_story_new(m) : NULL;
	if (s->deed.p == NULL)
		return cmd_fail(s->cmd,
		    "%s:%" PRIu64 ": the operation makes its process",
		    s->place->path, s->place->line);
	if (story == NULL)
		return cmd_fail(s->cmd, "no memory left for explanations");
	wl_story_begin(story, &s->deed);
	if (wl_history_step(s->history, NULL) == WL_WENT_LOST) {
		wl_story_free(story);
		return cmd_fail(s->cmd, "%s", wl_history_error(s->history));
	}
	moment = wl_history_moment(s->history);
	wl_story_end(story, moment->err, moment->ret, &moment->sig);
	if (moment->nomem || wl_story_nomem(story)) {
		wl_story_free(story);
		return cmd_fail(s->cmd, "no memory left for explanations");
	}
	cmd_tales_begin(tales);
	cmd_tales_add(tales,
	    &(struct cmd_tale){ .operation = moment->n,
		.line = moment->line,
		.count = 1,
		.text = moment->text,
		.err = moment->err,
		.story = story });
	cmd_tales_end(tales);
	wl_story_free(story);
	return CMD_OK;
}

int
cmd_explain_trace(struct cmd *cmd, const struct cmd_place *place,
    struct wl_input *in, struct cmd_tales *tales)
{
	struct job s = { .cmd = cmd, .place = place };
	const struct wl_history_config config = { .path = place->path,
		.input = in,
		.most = cmd->bounds.ops,
		.configure = configure,
		.progress = progress,
		.tool = api_tool,
		.ctx = &s };
	char err[300];
	int status;

	if (wl_history_open(&config, &s.history, err, sizeof(err)) != 0) {
		wl_input_close(in);
		return err[0] != '\0' ? cmd_fail(cmd, "%s", err) : CMD_FAIL;
	}
	if (place->line == 0 || place->count != 0)
		status = cmd_usage_error(cmd,
		    "%s: expected %s:N, the number of an operation of the "
		    "trace",
		    place->path, place->path);
	else if ((status = go_there(&s)) == CMD_OK &&
	    (status = look(&s)) == CMD_OK)
		status = tell(&s, tales);
	wl_history_close(s.history);
	free(s.str);
	return status;
}
