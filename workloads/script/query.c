/*
 * The parser of scripts on a text of one line.
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "parse.h"

struct wl_query {
	struct wl_parser ps;
	struct wl_script script;
	char *line;
};

struct wl_query *
wl_query_new(void)
{
	struct wl_query *q = calloc(1, sizeof(*q));

	if (q != NULL) {
		q->ps.script = &q->script;
		q->ps.times[0] = 1;
		q->ps.begun = true;
		q->script.path = "command";
	}
	return q;
}

void
wl_query_free(struct wl_query *q)
{
	if (q == NULL)
		return;
	wl_script_forget(&q->script);
	wl_set_free(&q->script.strings);
	wl_set_free(&q->ps.procs);
	free(q->script.pairs);
	free(q->ps.nodes);
	free(q->line);
	free(q);
}

/* Names that may stand for processes. => false: no memory */
static bool
know_processes(struct wl_query *q, struct machine *m,
    const struct wl_script *script)
{
	const struct wl_stmt *st = script != NULL ? script->first : NULL;
	struct process *p, *next;
	bool ok = wl_set_add(&q->ps.procs, "kernel");

	HASH_ITER(hh, m->procs, p, next)
		ok = ok && wl_set_add(&q->ps.procs, p->name);
	for (; st != NULL; st = st->next)
		if (wl_stmt_birth(st) != NULL)
			ok = ok && wl_set_add(&q->ps.procs, wl_stmt_birth(st));
	return ok;
}

const struct wl_stmt *
wl_query_read(struct wl_query *q, struct machine *m,
    const struct wl_script *script, const char *text,
    struct wl_script_error *err)
{
	struct wl_parser *ps = &q->ps;
	struct wl_stmt *st;

	wl_script_forget(&q->script);
	wl_set_free(&ps->procs);
	free(q->line);
	memset(&ps->error, 0, sizeof(ps->error));
	ps->nopen = 0;
	ps->lineno = 1;
	ps->line = ps->at = "";
	q->line = strdup(text);
	if (q->line == NULL || !know_processes(q, m, script) ||
	    (st = wl_new(ps, sizeof(*st))) == NULL) {
		wl_error_at(ps, ps->at, "no memory left");
		*err = ps->error;
		return NULL;
	}
	ps->line = ps->at = q->line;
	wl_skip(ps);
	st->line = 1;
	st->col = wl_col(ps, ps->at);
	wl_get_statement(ps, st);
	wl_need_end(ps);
	if (!wl_bad(ps) && (st->kind == WL_S_REPEAT || st->kind == WL_S_END))
		wl_error_at(ps, ps->line, "repeats have no place here");
	*err = ps->error;
	return wl_bad(ps) ? NULL : st;
}
