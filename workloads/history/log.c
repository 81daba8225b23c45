/*
 * Histories of logs of system calls.
 *
 * An operation is a record of the log that changes the machine; records that do
 * not (signals, calls that only the log is about) belong to the operation
 * behind them.  A replay of a log knows much besides the machine (tasks,
 * descriptors, calls under way), so there are no checkpoints: to go back, it
 * begins again.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "workloads/refs/refs.h"
#include "workloads/replay/replay.h"
#include "workloads/script/exec.h"
#include "workloads/script/lines.h"

#define MAXTEXT ((size_t)64 << 20) /* of the log, that is kept to be shown */

struct log_run {
	struct wl_replay_config config;
	struct wl_replay_stats stats;
	struct wl_replay *replay;
	struct wl_lines *lines; /* for what looks */
	uint64_t line;          /* of the record done last */
	bool over;              /* there are no more */
};

static void
report(void *ctx, enum wl_replay_report what, uint64_t line, const char *text)
{
	struct wl_history *h = ctx;

	wl_history_tell(h, "%s:%" PRIu64 ": %s%s", h->config.path, line,
	    what == WL_REPLAY_WARNING ? "warning: " : "", text);
}

/* Who did what, and how it went. */
static void
called(void *ctx, struct machine *m, struct process *p,
    const struct sim_call *call, int err, uint64_t ret)
{
	struct wl_history *h = ctx;

	(void)m;
	(void)call;
	h->moment.pid = p->pid;
	h->moment.err = err;
	h->moment.ret = ret;
}

/* -------------------------------------------------- opening, closing ---- */

static int
begin(struct wl_history *h, char *err, size_t errlen)
{
	struct log_run *r = h->run;
	int error;

	r->over = false;
	r->line = 0;
	error = wl_replay_begin(&r->config, &r->stats, &r->replay, &h->m, err,
	    errlen);
	if (error != 0)
		return error;
	h->m->op_fn = called;
	h->m->op_ctx = h;
	wl_lines_machine(r->lines, h->m);
	if (h->config.start != NULL)
		h->config.start(h->config.ctx, h->m);
	return 0;
}

/* => false: no memory, or the log cannot be read twice */
static bool
keep_lines(struct wl_history *h)
{
	struct wl_input *in = h->config.input;
	size_t len;
	char *line;

	while (h->lines.len < MAXTEXT && wl_input_line(in, &line, &len) == 1)
		if (!wl_lines_add(&h->lines, line, len))
			return false;
	return !in->failed && wl_input_rewind(in);
}

static int
log_open(struct wl_history *h, char *err, size_t errlen)
{
	struct log_run *r = h->run = calloc(1, sizeof(*r));

	if (r == NULL || (r->lines = wl_lines_new()) == NULL ||
	    !keep_lines(h)) {
		snprintf(err, errlen, "%s: %s", h->config.path,
		    h->config.input->failed ? h->config.input->error :
					      "no memory");
		return ENOMEM;
	}
	r->config = (struct wl_replay_config){ .trace = h->config.path,
		.input = h->config.input,
		.keep_input = true,
		.host_files = true,
		.report = report,
		.ctx = h };
	sim_config_default(&r->config.machine);
	r->config.machine.ram = 0;
	r->config.machine.personality = NULL;
	err[0] = '\0';
	if (h->config.configure != NULL &&
	    !h->config.configure(h->config.ctx, &r->config.machine))
		return EINVAL;
	wl_refs_ram(&r->config.machine);
	return begin(h, err, errlen);
}

static void
log_close(struct wl_history *h)
{
	struct log_run *r = h->run;

	if (r == NULL)
		return;
	wl_replay_end(r->replay);
	wl_lines_free(r->lines);
	free(r);
}

static int
log_again(struct wl_history *h, char *err, size_t errlen)
{
	struct log_run *r = h->run;
	struct machine *old = h->m;
	int error;

	wl_replay_end(r->replay);
	r->replay = NULL;
	h->m = NULL;
	wl_lines_free(r->lines);
	if (old != NULL)
		sim_machine_destroy(old);
	r->lines = wl_lines_new();
	if (r->lines == NULL || !wl_input_rewind(h->config.input)) {
		snprintf(err, errlen, "%s: the log cannot be read again",
		    h->config.path);
		return EIO;
	}
	error = begin(h, err, errlen);
	return error;
}

/* ---------------------------------------------------------- operations ---- */

static enum wl_went
log_one(struct wl_history *h)
{
	struct log_run *r = h->run;
	const uint64_t before = h->m->changes;
	int more;

	while (!r->over) {
		more = wl_replay_next(r->replay, &r->line);
		r->over = more <= 0;
		h->cut = r->stats.cut;
		if (more == -ENOMEM)
			return wl_history_lose(h, "%s:%" PRIu64 ": no memory",
			    h->config.path, r->line);
		if (more < 0) {
			snprintf(h->error, sizeof(h->error),
			    "%s:%" PRIu64 ": %s", h->config.path, r->line,
			    strerror(-more));
			return WL_WENT_STOPPED;
		}
		if (h->m->changes != before) {
			h->moment.line = (uint32_t)r->line;
			return WL_WENT;
		}
	}
	return WL_WENT_END;
}

static uint32_t
log_next_line(const struct wl_history *h)
{
	const struct log_run *r = h->run;

	return r->over || r->line >= h->lines.n ? 0 : (uint32_t)r->line + 1;
}

static void
log_text(struct wl_history *h, FILE *fp)
{
	fputs(wl_history_line(h, h->moment.line), fp);
}

static struct wl_exec *
log_exec(struct wl_history *h)
{
	return wl_lines_exec(((struct log_run *)h->run)->lines);
}

const struct wl_source wl_source_log = {
	.name = "log",
	.kind = WL_RUN_LOG,
	.open = log_open,
	.close = log_close,
	.one = log_one,
	.next_line = log_next_line,
	.text = log_text,
	.exec = log_exec,
	.again = log_again,
};
