/*
 * The order of statements: repeats keep a stack of counters, whose depth was
 * limited when the script was read; the references of a pattern are done one at
 * a time.  A cursor and what a copy of it needs are all that a run has to keep
 * of its way.
 */
#include <string.h>

#include "exec.h"

void
wl_cursor_first(struct wl_cursor *c, const struct wl_script *s)
{
	memset(c, 0, sizeof(*c));
	c->next = s->first;
}

void
wl_cursor_forget(struct wl_cursor *c)
{
	wl_walk_free(c->walk);
	c->walk = NULL;
}

/* At a repeat, or at its end: to the statement behind it, or back. */
static void
turn(struct wl_cursor *c)
{
	const struct wl_stmt *st = c->next;

	if (st->kind == WL_S_REPEAT && st->repeat.n == 0) {
		c->next = st->repeat.end->next;
		return;
	}
	if (st->kind == WL_S_REPEAT) {
		c->open[c->depth].stmt = st;
		c->open[c->depth++].left = st->repeat.n;
	} else if (--c->open[c->depth - 1].left > 0) {
		st = c->open[c->depth - 1].stmt;
	} else {
		c->depth--;
	}
	c->next = st->next;
}

const struct wl_stmt *
wl_cursor_stmt(struct wl_cursor *c)
{
	while (c->next != NULL &&
	    (c->next->kind == WL_S_REPEAT || c->next->kind == WL_S_END))
		turn(c);
	return c->next;
}

/* ---------------------------------------------------------- patterns ---- */

/* The operation of a statement, if it is a pattern. */
static const struct wl_op *
pattern_of(const struct wl_stmt *st)
{
	const struct wl_op *op = st->kind == WL_S_OP ? st->op :
	    st->kind == WL_S_EXPECT                  ? &st->expect->op :
						       NULL;

	return op != NULL && op->access != NULL && op->access->pattern != NULL ?
	    op :
	    NULL;
}

static bool
begin_walk(struct wl_exec *ex, struct wl_cursor *c, const struct wl_op *op)
{
	struct process *p;

	if (c->next->kind == WL_S_EXPECT &&
	    !wl_judge_begin(ex, c->next->expect))
		return false;
	if ((p = wl_actor(ex, op)) != NULL)
		c->walk = wl_walk_begin(ex, p, op);
	return c->walk != NULL;
}

static bool
end_walk(struct wl_exec *ex, struct wl_cursor *c, const struct wl_op *op,
    const struct wl_done *done)
{
	const struct wl_stmt *st = c->next;

	wl_cursor_forget(c);
	c->next = st->next;
	if (st->kind != WL_S_EXPECT)
		return wl_op_outcome(ex, op, done);
	wl_judge_end(ex, st->expect, done);
	return true;
}

static bool
do_reference(struct wl_exec *ex, struct wl_cursor *c, const struct wl_op *op)
{
	struct wl_done done;
	bool ok = c->walk != NULL || begin_walk(ex, c, op);

	ok = ok && wl_walk_next(ex, c->walk, &done);
	if (ok && done.err == 0 && wl_walk_more(c->walk))
		return true;
	if (ok)
		return end_walk(ex, c, op, &done);
	ex->expecting = NULL;
	wl_cursor_forget(c);
	return false;
}

bool
wl_cursor_do(struct wl_exec *ex, struct wl_cursor *c)
{
	const struct wl_stmt *st = ex->stmt = wl_cursor_stmt(c);
	const struct wl_op *op = pattern_of(st);

	if (op != NULL)
		return do_reference(ex, c, op);
	if (!wl_run_statement(ex, st))
		return false;
	c->next = st->next;
	return true;
}
