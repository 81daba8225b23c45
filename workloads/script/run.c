/*
 * Running a script, statement by statement.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "exec.h"
#include "lines.h"
#include "workloads/watch.h"

bool
wl_stop(struct wl_exec *ex, uint32_t col, const char *fmt, ...)
{
	struct wl_script_error *err = &ex->run->error;
	va_list ap;

	if (err->text[0] != '\0')
		return false;
	err->line = ex->stmt->line;
	err->col = col != 0 ? col : ex->stmt->col;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return false;
}

bool
wl_short(struct wl_exec *ex, uint32_t col, const char *what)
{
	ex->run->nomem = true;
	return wl_stop(ex, col, "no memory left for %s", what);
}

/* A simulated process never sees the host's want as its own errno. */
bool
wl_starved(struct wl_exec *ex)
{
	const bool starved = mem_refused(ex->m->mem);

	if (likely(!starved && !ex->m->stopped && !ex->sampler.nomem))
		return false;
	ex->run->starved = starved;
	ex->run->error.text[0] = '\0';
	if (starved)
		(void)wl_stop(ex, 0, "no memory of the host is left");
	else if (ex->sampler.nomem)
		(void)wl_short(ex, 0, "samples");
	else
		(void)wl_stop(ex, 0, "ended within it");
	return true;
}

/* The machine asks in the middle of a long operation. */
static bool
stop_within(void *ctx)
{
	struct wl_watch *w = ctx;

	w->ask_at = w->done;
	return wl_watch_stop(w);
}

/* ------------------------------------------------------- statements ---- */

static bool
set_limits(struct wl_exec *ex, struct process *p, const struct wl_spawn *sp)
{
	for (uint64_t i = 0; i < SIM_NLIMITS; i++) {
		const struct sim_call call = { .no = SIM_SYS_SETRLIMIT,
			.arg = { i, sp->limit[i].cur, sp->limit[i].max } };
		char why[200];

		if (!sp->limited[i] || sim_syscall(ex->m, p, &call, NULL) == 0)
			continue;
		wl_error_text(&ex->m->error, why, sizeof(why));
		return wl_stop(ex, 0, "%s", why);
	}
	return true;
}

static bool
run_spawn(struct wl_exec *ex, const struct wl_stmt *st)
{
	static const struct sim_segment no_segments[1];
	const struct wl_spawn *sp = st->spawn;
	struct sim_image image = { .path = sp->image };
	struct process *p;
	char why[200];

	if (sp->image != NULL && sp->image[0] == '\0')
		image = (struct sim_image){ .segments = no_segments };
	wl_reap(ex, sp->name);
	wl_record_spawn(ex, sp);
	if (sim_spawn(ex->m, sp->name, sp->pid, sp->personality,
		sp->image != NULL ? &image : NULL, &p) == 0)
		return set_limits(ex, p, sp);
	wl_error_text(&ex->m->error, why, sizeof(why));
	return wl_stop(ex, 0, "%s", why);
}

bool
wl_op_outcome(struct wl_exec *ex, const struct wl_op *op,
    const struct wl_done *done)
{
	char why[256];

	if (done->err == 0)
		return true;
	wl_error_text(&ex->m->error, why, sizeof(why));
	if (done->sig.signame != NULL && done->sig.code != NULL)
		return wl_stop(ex, op->col, "%s: %s (%s, %s)", op->proc, why,
		    done->sig.signame, done->sig.code);
	return wl_stop(ex, op->col, "%s: %s", op->proc, why);
}

static bool
run_op(struct wl_exec *ex, const struct wl_stmt *st)
{
	struct wl_done done;

	return wl_do_op(ex, st->op, &done) && wl_op_outcome(ex, st->op, &done);
}

static bool
run_show(struct wl_exec *ex, const struct wl_stmt *st)
{
	wl_record_text(ex, st->text);
	return wl_show(ex, st->show);
}

static bool
run_sample(struct wl_exec *ex, const struct wl_stmt *st)
{
	wl_record_text(ex, st->text);
	if (st->sample.now)
		wl_sampler_take(&ex->sampler);
	else
		wl_sampler_every(&ex->sampler, st->sample.every);
	return true;
}

/* What acts and is no operation of a process takes a number as well. */
static void
tell_other(const struct wl_exec *ex, const struct wl_stmt *st)
{
	if (ex->run->before != NULL && st->kind != WL_S_OP &&
	    st->kind != WL_S_EXPECT && wl_stmt_acts(st))
		ex->run->before(ex->run->looker, st->line, NULL);
}

static bool
act(struct wl_exec *ex, const struct wl_stmt *st)
{
	switch ((enum wl_stmt_kind)st->kind) {
	case WL_S_SPAWN: return run_spawn(ex, st);
	case WL_S_FILE: return wl_do_file(ex, st->file);
	case WL_S_OP: return run_op(ex, st);
	case WL_S_EXPECT: return wl_judge(ex, st->expect);
	case WL_S_SHOW: return run_show(ex, st);
	case WL_S_EXPLAIN: return wl_explain(ex, st);
	case WL_S_SET: return wl_do_set(ex, st->set);
	case WL_S_KVA: return wl_do_kva(ex, st->kva);
	case WL_S_SAMPLE: return run_sample(ex, st);
	case WL_S_MOUNT: return wl_do_mount(ex, st->mount);
	case WL_S_IOERROR: return wl_do_ioerror(ex, st->ioerror);
	case WL_S_NAMECACHE:
		return wl_do_name(ex, st->name.path, st->name.drop);
	default: /* machine; repeats are the caller's */ return true;
	}
}

bool
wl_run_statement(struct wl_exec *ex, const struct wl_stmt *st)
{
	bool ok;

	tell_other(ex, st);
	ok = act(ex, st);
	return !wl_starved(ex) && ok;
}

/* --------------------------------------------------------- the loop ---- */

static bool
stopped(struct wl_exec *ex)
{
	struct wl_watch *w = ex->run->watch;
	const bool acts = wl_stmt_acts(ex->stmt);

	if (w != NULL) {
		if (wl_watch_stop(w))
			return true;
		if (acts && w->most > 0 && ex->run->operations == w->most)
			return wl_watch_full(w);
		w->done++;
	}
	ex->run->operations += acts;
	return false;
}

static bool
run_all(struct wl_exec *ex)
{
	struct wl_cursor cursor;
	bool ok = true;

	wl_cursor_first(&cursor, ex->run->script);
	while (
	    ok && (ex->stmt = wl_cursor_stmt(&cursor)) != NULL && !stopped(ex))
		ok = wl_cursor_do(ex, &cursor);
	wl_cursor_forget(&cursor);
	return ok;
}

/* What an error is about that comes before any statement. */
static const struct wl_stmt start;

void
wl_exec_init(struct wl_exec *ex, struct wl_run *run)
{
	*ex = (struct wl_exec){ .run = run,
		.m = run->machine,
		.stmt = &start,
		.rng = run->machine->config.seed ^ 0x7363726970747321u };
	run->passed = run->failed = run->operations = 0;
	run->starved = run->nomem = run->in_part = false;
	if (run->watch != NULL) {
		run->machine->stop_fn = stop_within;
		run->machine->stop_ctx = run->watch;
	}
	memset(&run->error, 0, sizeof(run->error));
	wl_sampler_init(&ex->sampler, ex->m, run->samples,
	    run->samples_csv ? WL_SAMPLE_CSV : WL_SAMPLE_JSON);
	ex->sampler.stat = run->stat;
	ex->sampler.nstats = run->nstats;
	if (run->sample_every != 0)
		wl_sampler_every(&ex->sampler, run->sample_every);
}

void
wl_exec_fini(struct wl_exec *ex)
{
	if (ex->run->watch != NULL && ex->m != NULL)
		ex->m->stop_fn = NULL;
	wl_sampler_fini(&ex->sampler);
	wl_explain_close(ex);
	wl_known_free(ex);
}

bool
wl_script_run(struct wl_run *run)
{
	struct wl_exec ex;
	bool ok;

	wl_exec_init(&ex, run);
	ok = wl_explain_open(&ex) || wl_short(&ex, 0, "explanations");
	if (ok) {
		wl_record_machine(&ex);
		ok = run_all(&ex);
	}
	if (ok && run->samples != NULL)
		wl_sampler_last(&ex.sampler);
	if (ok && ex.sampler.nomem) {
		ex.stmt = &start;
		ok = wl_short(&ex, 0, "samples");
	}
	wl_exec_fini(&ex);
	return ok;
}
