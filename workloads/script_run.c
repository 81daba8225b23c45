/*
 * Running a script, statement by statement.
 *
 * Repeats keep a stack of counters; the depth was limited when the script was
 * read.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "script_exec.h"

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

static bool
run_op(struct wl_exec *ex, const struct wl_stmt *st)
{
	struct wl_done done;
	char why[256];

	if (!wl_do_op(ex, st->op, &done))
		return false;
	if (done.err == 0)
		return true;
	wl_error_text(&ex->m->error, why, sizeof(why));
	if (done.sig.signame != NULL && done.sig.code != NULL)
		return wl_stop(ex, st->op->col, "%s: %s (%s, %s)", st->op->proc,
		    why, done.sig.signame, done.sig.code);
	return wl_stop(ex, st->op->col, "%s: %s", st->op->proc, why);
}

static bool
run_explain(struct wl_exec *ex, const struct wl_stmt *st)
{
	wl_record_text(ex, st->text);
	if (st->explain == WL_EXPLAIN_LAST)
		wl_explain(ex);
	else
		ex->explaining = st->explain == WL_EXPLAIN_ON;
	return true;
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

bool
wl_run_statement(struct wl_exec *ex, const struct wl_stmt *st)
{
	switch ((enum wl_stmt_kind)st->kind) {
	case WL_S_SPAWN: return run_spawn(ex, st);
	case WL_S_FILE: return wl_do_file(ex, st->file);
	case WL_S_OP: return run_op(ex, st);
	case WL_S_EXPECT: return wl_judge(ex, st->expect);
	case WL_S_SHOW: return run_show(ex, st);
	case WL_S_EXPLAIN: return run_explain(ex, st);
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

/* --------------------------------------------------------- the loop ---- */

static bool
run_all(struct wl_exec *ex)
{
	const struct wl_stmt *st = ex->run->script->first, *top;
	const struct wl_stmt *open[WL_SCRIPT_MAXDEPTH];
	uint64_t left[WL_SCRIPT_MAXDEPTH];
	size_t depth = 0;

	while (st != NULL) {
		ex->stmt = st;
		if (st->kind == WL_S_REPEAT && st->repeat.n == 0) {
			st = st->repeat.end->next;
			continue;
		}
		if (st->kind == WL_S_REPEAT) {
			open[depth] = st;
			left[depth++] = st->repeat.n;
		} else if (st->kind == WL_S_END) {
			top = open[depth - 1];
			if (--left[depth - 1] > 0)
				st = top;
			else
				depth--;
		} else if (!wl_run_statement(ex, st)) {
			return false;
		}
		st = st->next;
	}
	return true;
}

/* Does anybody ask for explanations? */
static bool
explains(const struct wl_script *s)
{
	const struct wl_stmt *st = s->first;

	while (st != NULL && st->kind != WL_S_EXPLAIN)
		st = st->next;
	return st != NULL;
}

bool
wl_script_run(struct wl_run *run)
{
	static const struct wl_stmt start;
	struct wl_exec ex = { .run = run,
		.m = run->machine,
		.stmt = &start,
		.rng = run->machine->config.seed ^ 0x7363726970747321u };
	bool ok;

	run->passed = run->failed = 0;
	memset(&run->error, 0, sizeof(run->error));
	if (run->out != NULL && explains(run->script) && !wl_story_open(&ex))
		return wl_stop(&ex, 0, "no memory left for explanations");
	wl_sampler_init(&ex.sampler, ex.m, run->samples,
	    run->samples_csv ? WL_SAMPLE_CSV : WL_SAMPLE_JSON);
	if (run->sample_every != 0)
		wl_sampler_every(&ex.sampler, run->sample_every);
	wl_record_machine(&ex);
	ok = run_all(&ex);
	if (ok && run->samples != NULL)
		wl_sampler_last(&ex.sampler);
	wl_sampler_fini(&ex.sampler);
	wl_story_close(&ex);
	wl_known_free(&ex);
	return ok;
}
