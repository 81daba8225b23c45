/*
 * The replay's main loop: records to tasks, calls and ends.
 *
 *	pass 1	scan: births, breaks, load addresses (scan.c)
 *	pass 2	ENTRY	remember the call, for what it frees
 *		CALL	birth, execution, memory call, descriptor
 *		EXITED	end of a task; the last one's ends its process
 *
 * What is still running at the end of the log stays; its map is reported, in
 * the order of birth.
 */
#include "replay.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "workloads/watch.h"

void
wl_replay_say(struct wl_replay *r, enum wl_replay_report what, uint64_t line,
    const char *fmt, ...)
{
	char text[1200];
	va_list ap;

	if (r->m != NULL && mem_refused(r->m->mem))
		return; /* of no line that is done */
	if (what == WL_REPLAY_DIVERGENCE)
		r->stats->divergences++;
	else
		r->stats->warnings++;
	if (r->config->report == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->config->report(r->config->ctx, what, line, text);
}

/* -------------------------------------------------------------- calls ---- */

/* A birth under way, in case its return never comes. */
static void
begin_birth(struct wl_replay *r, struct wl_task *t, uint64_t flags)
{
	free(t->clone);
	t->clone = calloc(1, sizeof(*t->clone));
	if (t->clone == NULL)
		r->error = ENOMEM;
	else
		t->clone->flags = flags;
}

static void
end_birth(struct wl_replay *r, struct wl_task *t, const struct wl_callrec *rec)
{
	free(t->clone);
	t->clone = NULL;
	for (size_t i = 0; i < r->scan.nbirth; i++)
		if (r->scan.birth[i].line == rec->line) {
			if (!r->scan.birth[i].used)
				wl_task_born(r, &r->scan.birth[i], rec->line);
			return;
		}
}

/* The path as the log gives it; execveat's may stand behind a descriptor. */
static void
exec_path(const struct wl_callrec *rec, char *path, size_t len)
{
	bool at = strcmp(rec->name, "execveat") == 0, cut;

	path[0] = '\0';
	if (rec->nargs > (at ? 1 : 0))
		(void)wl_text_string(rec->arg[at ? 1 : 0], path, len, &cut);
	if (path[0] == '\0' && at)
		(void)wl_text_fdpath(rec->arg[0], path, len);
	if (path[0] == '\0')
		snprintf(path, len, "program");
}

static void
do_exec(struct wl_replay *r, struct wl_task *t, const struct wl_callrec *rec)
{
	struct wl_image_hint *hint = wl_scan_image(&r->scan, t->proc->pid,
	    rec->line);
	struct wl_fds *fds = t->proc->fds;
	char path[WL_PATH];

	if (rec->result != WL_LOG_VALUE || rec->ret != 0)
		return;
	exec_path(rec, path, sizeof(path));
	wl_task_alone(r, t);
	if (fds->refs > 1) { /* the table is its own now */
		t->proc->fds = wl_fds_copy(fds);
		wl_fds_unref(fds);
		if (t->proc->fds == NULL) {
			t->proc->fds = wl_fds_new();
			r->error = ENOMEM;
			return;
		}
	}
	r->error = wl_image_exec(r, t->proc, path, rec->line);
	/* A stand-in has its own, until the log's first brk(NULL). */
	t->proc->brk_known = hint != NULL && hint->has_brk && !t->proc->guessed;
	t->proc->nleft = 0;
	r->stats->execs++;
}

static void
do_call(struct wl_replay *r, struct wl_task *t, const struct wl_callrec *rec)
{
	const struct wl_row *row = wl_row_find(r->sys, rec->name);
	struct wl_memop op, entry = t->entry;
	uint64_t flags;

	t->entry.row = NULL;
	if (row != NULL) {
		if (!wl_op_decode(r, row, rec, &op))
			return;
		if (rec->resumed && entry.row == row && entry.applied) {
			op.applied = true;
			op.err = entry.err;
			op.ret = entry.ret;
			op.why = entry.why;
		}
		wl_op_finish(r, t, &op, rec);
	} else if (wl_birth_flags(r->sys, rec, &flags)) {
		end_birth(r, t, rec);
	} else if (strncmp(rec->name, "execve", 6) == 0) {
		do_exec(r, t, rec);
	} else {
		(void)wl_file_call(r, t, rec);
	}
}

static void
do_entry(struct wl_replay *r, struct wl_task *t, const struct wl_callrec *rec)
{
	const struct wl_row *row = wl_row_find(r->sys, rec->name);
	uint64_t flags;

	t->entry.row = NULL;
	if (row != NULL)
		(void)wl_op_decode(r, row, rec, &t->entry);
	else if (wl_birth_flags(r->sys, rec, &flags))
		begin_birth(r, t, flags);
}

/* ---------------------------------------------------------------- ends ---- */

static int
signal_number(struct wl_text name)
{
	char buf[32];

	if (name.len <= 3 || name.len >= sizeof(buf))
		return SIGKILL;
	memcpy(buf, name.at + 3, name.len - 3);
	buf[name.len - 3] = '\0';
	for (int i = 1; i < NSIG; i++) {
		const char *abbrev = sigabbrev_np(i);

		if (abbrev != NULL && strcmp(abbrev, buf) == 0)
			return i;
	}
	return SIGKILL;
}

static void
do_end(struct wl_replay *r, const struct wl_callrec *rec)
{
	struct wl_task *t = wl_task_of(r, rec);
	bool killed = rec->kind == WL_LOG_KILLED;
	int status = killed ? 0 : rec->value;
	int signo = killed ? signal_number(rec->errname) : 0;

	if (t == NULL)
		return;
	if (rec->all) {
		wl_op_leave(r, t, &t->entry);
		wl_proc_finish(r, t->proc, status, signo, rec->line);
	} else {
		wl_task_end(r, t, status, signo, rec->line);
	}
}

/* execve by another thread: it takes over the leader's pid. */
static void
do_supersede(struct wl_replay *r, const struct wl_callrec *rec)
{
	struct wl_task *old = wl_task_find(r, rec->value);
	struct wl_task *leader = wl_task_find(r, rec->pid);

	if (old == NULL || old == leader)
		return;
	if (leader != NULL) {
		leader->entry.row = NULL;
		if (old->proc->ntasks > 1)
			wl_task_end(r, old, 0, 0, rec->line);
	}
}

/* The task of a line, unless the machine has killed it for want of memory. */
static struct wl_task *
living_task(struct wl_replay *r, const struct wl_callrec *rec)
{
	struct wl_task *t = wl_task_of(r, rec);

	return t != NULL && t->proc->sim->state == SIM_RUNNING ? t : NULL;
}

static void
do_record(struct wl_replay *r, const struct wl_callrec *rec)
{
	struct wl_task *t;

	switch (rec->kind) {
	case WL_LOG_CALL:
	case WL_LOG_ENTRY:
		if ((t = living_task(r, rec)) == NULL)
			break;
		if (strcmp(rec->name, "exit_group") == 0)
			t->proc->exiting = true;
		if (rec->kind == WL_LOG_CALL)
			do_call(r, t, rec);
		else
			do_entry(r, t, rec);
		break;
	case WL_LOG_FAULT:
		if ((t = living_task(r, rec)) != NULL)
			wl_replay_fault(r, t, rec);
		break;
	case WL_LOG_EXITED:
	case WL_LOG_KILLED: do_end(r, rec); break;
	case WL_LOG_SUPERSEDED: do_supersede(r, rec); break;
	case WL_LOG_BAD:
		wl_replay_say(r, WL_REPLAY_WARNING, rec->line, "column %u: %s",
		    rec->column, rec->error);
		break;
	case WL_LOG_CUT:
		if (r->scan.stopped)
			break;
		if (r->log.in->failed) {
			r->error = EIO;
			break;
		}
		r->stats->cut = true;
		wl_replay_say(r, WL_REPLAY_WARNING, rec->line,
		    "the log breaks off here: %s", rec->error);
		break;
	default: break;
	}
}

/* ----------------------------------------------------------------- run ---- */

/* => the replay ends before the next line */
static bool
enough(struct wl_replay *r)
{
	const struct wl_input *in = r->log.in;

	if (r->config->until != 0 && in->line >= r->config->until)
		return true;
	if (r->scan.stopped)
		return r->stats->stopped = in->seekable;
	if (in->watch != NULL && in->watch->most > 0 &&
	    in->line >= in->watch->most)
		return r->stats->stopped = wl_watch_full(in->watch);
	return r->stats->stopped = wl_watch_at(in->watch, in->line);
}

int
wl_replay_next(struct wl_replay *r, uint64_t *line)
{
	struct wl_callrec rec;

	if (r->over || r->error != 0 || enough(r))
		return 0;
	wl_calllog_next(&r->log, &rec);
	do_record(r, &rec);
	if (r->m != NULL && unlikely(mem_refused(r->m->mem))) {
		r->stats->starved = r->over = true;
		return 0;
	}
	if (r->snaps.n > 0)
		wl_snap_mid(r, rec.line);
	r->stats->lines = *line = r->log.in->line;
	r->over = rec.kind == WL_LOG_END || rec.kind == WL_LOG_CUT;
	if (r->error != 0)
		return -r->error;
	return !r->over;
}

/* The end of the log: of what is still running. */
static void
report_rest(struct wl_replay *r)
{
	struct wl_proc *p;

	r->stats->stopped |= r->scan.stopped;
	r->stats->lines = r->log.in->line;
	for (p = r->procs; p != NULL && r->error == 0; p = p->next)
		wl_proc_report(r, p, r->stats->lines);
}

/* --initial-maps stands for the first snapshot of the first process. */
static int
read_initial(struct wl_replay *r, char *err, size_t errlen)
{
	enum wl_snap_event event = r->scan.first_exec ? WL_SNAP_EXEC :
							WL_SNAP_FORK;
	struct wl_snap *same;
	int error;

	if (r->config->initial_maps == NULL)
		return 0;
	error = wl_snaps_read_map(r->config->machine.arch,
	    r->config->initial_maps, &r->snaps, r->root, event, err, errlen);
	if (error != 0 || r->snaps.n < 2)
		return error;
	/* It goes where the one it stands for is, or to the front. */
	struct wl_snap mine = r->snaps.snap[--r->snaps.n];
	for (size_t i = 0; i < r->snaps.n; i++) {
		same = &r->snaps.snap[i];
		if (same->pid == r->root && same->event == event &&
		    same->k == 1) {
			wl_maps_clear(&same->maps);
			*same = mine;
			return 0;
		}
	}
	r->snaps.snap[r->snaps.n++] = r->snaps.snap[0];
	r->snaps.snap[0] = mine;
	return 0;
}

static int
read_snaps(struct wl_replay *r, char *err, size_t errlen)
{
	int error = 0;

	r->root = r->scan.root != 0 ? r->scan.root : r->scan.first;
	if (r->config->snaps != NULL)
		error = wl_snaps_read(r->config->machine.arch, r->config->snaps,
		    &r->snaps, err, errlen);
	if (error == 0 && r->root <= 0)
		r->root = r->snaps.n > 0 ? r->snaps.snap[0].pid : 1;
	return error == 0 ? read_initial(r, err, errlen) : error;
}

static void
finish(struct wl_replay *r)
{
	struct wl_shmid *s, *tmp;

	wl_task_free_all(r);
	HASH_ITER(hh, r->shmids, s, tmp) {
		HASH_DEL(r->shmids, s);
		free(s);
	}
	wl_snaps_free(&r->snaps);
	wl_scan_free(&r->scan);
	if (r->config->keep_input && r->config->input != NULL)
		r->log.in = NULL;
	wl_calllog_close(&r->log);
}

/* => 0, or an errno with a sentence in err */
static int
open_log(struct wl_replay *r, char *err, size_t errlen)
{
	const struct wl_replay_config *config = r->config;
	struct wl_input *in = config->input;
	char why[128];

	if (in == NULL) {
		in = wl_input_open(config->trace, why, sizeof(why));
		if (in == NULL) {
			snprintf(err, errlen, "%s: %s", config->trace, why);
			return EIO;
		}
	}
	if (!wl_calllog_open(&r->log, in, config->format,
		config->machine.personality)) {
		snprintf(err, errlen, "%s: %s", config->trace, r->log.error);
		return EINVAL;
	}
	r->sys = wl_system_of(r->log.system);
	return 0;
}

static int
scan_log(struct wl_replay *r, char *err, size_t errlen)
{
	int error = wl_scan_log(&r->log, r->sys, &r->scan);

	if (r->log.in->failed)
		snprintf(err, errlen, "%s: %s", r->config->trace,
		    r->log.in->error);
	if (error == 0 && !r->scan.any && !r->scan.stopped &&
	    r->log.in->line > 0) {
		const bool told = r->config->format != NULL ||
		    r->log.format->bsd;

		snprintf(err, errlen,
		    "%s: no line of it is a system call: expected %s%s",
		    r->config->trace, r->log.format->expected,
		    told ? "" :
			   ", of kdump, truss or ktruss, or a trace of "
			   "references");
		return EINVAL;
	}
	if (error == 0 && !wl_calllog_rewind(&r->log)) {
		snprintf(err, errlen, "%s: %s", r->config->trace, r->log.error);
		return EIO;
	}
	return error;
}

static int
begin(struct wl_replay *r, char *err, size_t errlen)
{
	struct sim_config machine = r->config->machine;
	int error = open_log(r, err, errlen);

	if (error == 0)
		error = scan_log(r, err, errlen);
	if (error == 0)
		error = read_snaps(r, err, errlen);
	machine.personality = r->log.system;
	if (error == 0)
		error = sim_machine_create(&machine, &r->m, err, errlen);
	if (error == 0 && r->config->start != NULL)
		r->config->start(r->config->ctx, r->m);
	return error;
}

/* An error without a sentence of its own. */
static void
say_error(const struct wl_replay_config *config, int error, char *err,
    size_t errlen)
{
	if (error != 0 && err[0] == '\0')
		snprintf(err, errlen, "%s: %s", config->trace,
		    error == ENOMEM ? "no memory" : sim_errname(error));
}

int
wl_replay_begin(const struct wl_replay_config *config,
    struct wl_replay_stats *stats, struct wl_replay **out, struct machine **m,
    char *err, size_t errlen)
{
	struct wl_replay *r = calloc(1, sizeof(*r));
	int error = ENOMEM;

	memset(stats, 0, sizeof(*stats));
	err[0] = '\0';
	*out = NULL;
	*m = NULL;
	if (r != NULL) {
		r->config = config;
		r->stats = stats;
		error = begin(r, err, errlen);
		*m = r->m;
	} else if (config->input != NULL && !config->keep_input) {
		wl_input_close(config->input);
	}
	say_error(config, error, err, errlen);
	if (error == 0) {
		*out = r;
	} else if (r != NULL) {
		finish(r);
		free(r);
	}
	return error;
}

void
wl_replay_end(struct wl_replay *r)
{
	if (r == NULL)
		return;
	report_rest(r);
	finish(r);
	free(r);
}

int
wl_replay_run(const struct wl_replay_config *config,
    struct wl_replay_stats *stats, struct machine **out, char *err,
    size_t errlen)
{
	struct wl_replay *r;
	struct machine *m;
	uint64_t line;
	int error = wl_replay_begin(config, stats, &r, &m, err, errlen);

	if (error == 0) {
		while (wl_replay_next(r, &line) > 0)
			continue;
		if (r->error == 0)
			report_rest(r);
		error = r->error;
		if (error == EIO && r->log.in->failed)
			snprintf(err, errlen, "%s: %s", config->trace,
			    r->log.in->error);
		finish(r);
		free(r);
	}
	say_error(config, error, err, errlen);
	if (out != NULL)
		*out = m;
	else if (m != NULL)
		sim_machine_destroy(m);
	return error;
}
