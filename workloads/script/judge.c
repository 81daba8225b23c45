/*
 * Expectations: what was got against what was expected.
 *
 * A failed expectation is told on the run's error stream as
 *	FILE:LINE: expected child resident buf 64K == 4, got 3
 *	    reproduce: uvmsim run FILE
 * and the run goes on.
 */
#include <inttypes.h>
#include <string.h>

#include "exec.h"
#include "measure.h"
#include "sim/stats.h"

/* Say that the statement's expectation was not met. */
static void
unmet(struct wl_exec *ex, const char *got)
{
	FILE *fp = ex->run->err;
	const char *text = ex->stmt->text + strlen("expect");

	ex->run->failed++;
	if (fp == NULL)
		return;
	text += strspn(text, " \t");
	if (ex->run->out != NULL)
		fflush(ex->run->out); /* in the order of the script */
	fprintf(fp, "%s:%u: expected %s, got %s\n", ex->run->script->path,
	    ex->stmt->line, text, got);
	if (ex->run->command != NULL)
		fprintf(fp, "    reproduce: %s\n", ex->run->command);
}

static void
verdict(struct wl_exec *ex, bool met, const char *got)
{
	if (ex->run->judged != NULL)
		ex->run->judged(ex->run->judged_ctx, ex->stmt->line, met, got);
	if (met)
		ex->run->passed++;
	else
		unmet(ex, got);
}

/* ------------------------------------------------------- operations ---- */

static bool
failed_so(const struct wl_done *d, const char *name)
{
	if (d->err == 0)
		return false;
	if (name[0] == '\0' || sim_errbyname(name) == d->err)
		return true; /* by number: ENOTSUP may be EOPNOTSUPP */
	return d->sig.err != 0 &&
	    ((d->sig.signame != NULL && strcmp(name, d->sig.signame) == 0) ||
		(d->sig.code != NULL && strcmp(name, d->sig.code) == 0));
}

static void
outcome_text(const struct wl_done *d, char *buf, size_t len)
{
	if (d->err == 0)
		snprintf(buf, len, "success (0x%" PRIx64 ")", d->ret);
	else if (d->sig.err != 0)
		snprintf(buf, len, "%s (%s, %s) at 0x%" PRIx64,
		    sim_errname(d->err),
		    d->sig.signame != NULL ? d->sig.signame : "no signal",
		    d->sig.code != NULL ? d->sig.code : "no code", d->sig.addr);
	else
		snprintf(buf, len, "%s", sim_errname(d->err));
}

bool
wl_judge_begin(struct wl_exec *ex, const struct wl_expect *e)
{
	struct process *p = wl_process(ex, e->op.proc);

	if (p == NULL || !wl_eval(ex, p, e->returns, &ex->expected))
		return false;
	ex->expecting = e;
	return true;
}

void
wl_judge_end(struct wl_exec *ex, const struct wl_expect *e,
    const struct wl_done *done)
{
	char got[160];

	ex->expecting = NULL;
	outcome_text(done, got, sizeof(got));
	verdict(ex,
	    e->fails != NULL ? failed_so(done, e->fails) :
			       done->err == 0 && done->ret == ex->expected,
	    got);
}

static bool
judge_op(struct wl_exec *ex, const struct wl_expect *e)
{
	struct wl_done done;
	bool ok;

	if (!wl_judge_begin(ex, e))
		return false;
	ok = wl_do_op(ex, &e->op, &done);
	ex->expecting = NULL;
	if (ok)
		wl_judge_end(ex, e, &done);
	return ok;
}

/* --------------------------------------------------------- measures ---- */

static const char *
counter(const struct wl_exec *ex, const char *name, uint64_t *v)
{
	if (strcmp(name, "clock") == 0) {
		*v = sim_clock(ex->m);
		return NULL;
	}
	if (strcmp(name, "thrashing") == 0) {
		struct wl_total t;

		wl_total(&ex->sampler, &t);
		*v = t.thrashing;
		return NULL;
	}
	return sim_stat_byname(ex->m, name, v) ? NULL :
						 "there is no such counter";
}

/* Measures that make sense for a process that has exited. */
static bool
for_the_dead(const struct wl_measure *m)
{
	static const char *const names[] = { "alive", "status", "errno",
		"killed", "minflt", "majflt", "nswap", "waits", "waited" };

	for (size_t i = 0; i < NELEM(names); i++)
		if (strcmp(m->name, names[i]) == 0)
			return true;
	return false;
}

static bool
measure(struct wl_exec *ex, const struct wl_side *side, uint64_t *v,
    const char **why)
{
	struct wl_at at = { .m = ex->m, .sampler = &ex->sampler };
	struct wl_known *k;

	if (side->device != NULL) {
		*why = wl_device_value(ex->m, side, v);
		return true;
	}
	if (side->measure == &wl_counter) {
		*why = counter(ex, side->name, v);
		return true;
	}
	at.p = wl_process(ex, side->proc);
	if (at.p == NULL || !wl_eval(ex, at.p, side->addr, &at.va) ||
	    !wl_eval(ex, at.p, side->len, &at.len))
		return false;
	if (side->name != NULL &&
	    (at.other = wl_process(ex, side->name)) == NULL)
		return false;
	if ((k = wl_known(ex, at.p->pid)) == NULL)
		return wl_short(ex, 0, "names");
	at.err = k->err;
	if ((at.p->vmspace == NULL && !for_the_dead(side->measure)) ||
	    (at.other != NULL && at.other->vmspace == NULL))
		*why = "the process has exited";
	else
		*why = side->measure->get(&at, v);
	return true;
}

/* The content of a page of a file on its disk. */
static const char *
disk_tag(struct machine *m, const char *path, uint64_t offset, uint64_t *v)
{
	struct sim_file *f;

	HASH_FIND_STR(m->files, path, f);
	if (f == NULL)
		return "there is no such file";
	*v = vm_object_disk_tag(f->object, pg_atop(m, offset));
	return NULL;
}

/* The right side: a value in terms of the left side's process. */
static bool
right_value(struct wl_exec *ex, const struct wl_expect *e, uint64_t *v,
    const char **why)
{
	const struct wl_side *r = &e->right;
	struct process *p = ex->m->kernel;

	if (r->measure != NULL)
		return measure(ex, r, v, why);
	if (e->left.proc != NULL)
		p = wl_process(ex, e->left.proc);
	if (p == NULL || !wl_eval(ex, p, r->addr, v))
		return false;
	if (r->name != NULL)
		*why = disk_tag(ex->m, r->name, *v, v);
	return true;
}

static bool
compare(enum wl_compare how, uint64_t a, uint64_t b)
{
	switch (how) {
	case WL_EQ: return a == b;
	case WL_NE: return a != b;
	case WL_LT: return a < b;
	case WL_LE: return a <= b;
	case WL_GT: return a > b;
	default: return a >= b;
	}
}

static bool
judge_sides(struct wl_exec *ex, const struct wl_expect *e)
{
	enum wl_unit unit = (enum wl_unit)e->left.measure->unit;
	const char *why[2] = { NULL, NULL };
	uint64_t a = 0, b = 0;
	char left[40], right[40], got[160];

	if (!measure(ex, &e->left, &a, &why[0]) ||
	    !right_value(ex, e, &b, &why[1]))
		return false;
	wl_value_text(unit, a, left, sizeof(left));
	wl_value_text(unit, b, right, sizeof(right));
	if (why[0] != NULL || why[1] != NULL)
		snprintf(got, sizeof(got), "no value: %s",
		    why[0] != NULL ? why[0] : why[1]);
	else if (e->right.measure != NULL || e->right.name != NULL)
		snprintf(got, sizeof(got), "%s against %s", left, right);
	else
		snprintf(got, sizeof(got), "%s", left);
	verdict(ex,
	    why[0] == NULL && why[1] == NULL && compare(e->compare, a, b), got);
	return true;
}

bool
wl_expect_holds(struct wl_exec *ex, const struct wl_expect *e)
{
	const char *why[2] = { NULL, NULL };
	uint64_t a = 0, b = 0;

	return measure(ex, &e->left, &a, &why[0]) && why[0] == NULL &&
	    right_value(ex, e, &b, &why[1]) && why[1] == NULL &&
	    compare(e->compare, a, b);
}

bool
wl_judge(struct wl_exec *ex, const struct wl_expect *e)
{
	if (e->op.proc != NULL)
		return judge_op(ex, e);
	wl_record_text(ex, ex->stmt->text);
	return judge_sides(ex, e);
}
