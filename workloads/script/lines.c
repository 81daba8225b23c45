/*
 * Recorded lines, executed as they come: the parser and the executor of whole
 * scripts, each kept alive between the texts.
 *
 * Statements point into the script's arena, names into its table of names: the
 * arena is emptied with each text, the table stays.
 */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "exec.h"
#include "parse.h"

struct wl_lines {
	struct wl_parser ps;
	struct wl_script script;
	struct wl_run run;
	struct wl_exec ex;
	const struct wl_stmt *next;
	char *line; /* the one being read */
	size_t linecap;
};

struct wl_lines *
wl_lines_new(void)
{
	struct wl_lines *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->ps.script = &l->script;
	l->ps.times[0] = 1;
	l->script.path = "operations";
	l->run.script = &l->script;
	l->ex.run = &l->run;
	if (wl_set_add(&l->ps.procs, "kernel"))
		return l;
	free(l);
	return NULL;
}

void
wl_lines_free(struct wl_lines *l)
{
	if (l == NULL)
		return;
	if (l->ex.m != NULL)
		wl_sampler_fini(&l->ex.sampler);
	wl_known_free(&l->ex);
	wl_script_forget(&l->script);
	wl_set_free(&l->script.strings);
	wl_set_free(&l->ps.procs);
	free(l->script.pairs);
	free(l->ps.nodes);
	free(l->line);
	free(l);
}

/* ----------------------------------------------------------- reading ---- */

/* A line as the parser takes it: ended, without comment. => false: no memory */
static bool
copy_line(struct wl_lines *l, const char *text, size_t len)
{
	bool quoted = false;

	if (len >= l->linecap) {
		char *p = realloc(l->line, len + 1);

		if (p == NULL)
			return false;
		l->line = p;
		l->linecap = len + 1;
	}
	for (size_t i = 0; i < len; i++) {
		quoted ^= text[i] == '"';
		if (text[i] == '#' && !quoted)
			len = i;
		else
			l->line[i] = text[i];
	}
	l->line[len] = '\0';
	return true;
}

static void
read_line(struct wl_lines *l, const char *text, size_t len)
{
	struct wl_parser *ps = &l->ps;
	struct wl_stmt *st;

	ps->lineno++;
	ps->line = ps->at = "";
	if (memchr(text, '\0', len) != NULL)
		wl_error_at(ps, ps->line, "expected text, got a zero byte");
	else if (!copy_line(l, text, len))
		wl_error_at(ps, ps->line, "no memory left for the line");
	if (wl_bad(ps))
		return;
	ps->line = ps->at = l->line;
	if (wl_at_end(ps) || (st = wl_new(ps, sizeof(*st))) == NULL)
		return;
	st->line = ps->lineno;
	st->col = wl_col(ps, ps->at);
	wl_get_statement(ps, st);
	wl_need_end(ps);
	if (st->kind == WL_S_REPEAT || st->kind == WL_S_END)
		wl_error_at(ps, ps->line, "repeats have no place in a trace");
	if (wl_bad(ps))
		return;
	*ps->tail = st;
	ps->tail = &st->next;
	ps->begun = true;
}

bool
wl_lines_read(struct wl_lines *l, const char *text, size_t len,
    struct wl_script_error *err)
{
	struct wl_parser *ps = &l->ps;
	const char *end = text + len, *nl;

	wl_script_forget(&l->script);
	memset(&l->ex.last, 0, sizeof(l->ex.last));
	memset(&ps->error, 0, sizeof(ps->error));
	ps->nopen = 0;
	ps->tail = &l->script.first;
	for (; text < end && !wl_bad(ps); text = nl + 1) {
		nl = memchr(text, '\n', (size_t)(end - text));
		if (nl == NULL)
			nl = end;
		read_line(l, text, (size_t)(nl - text));
	}
	ps->line = NULL;
	l->next = wl_bad(ps) ? NULL : l->script.first;
	if (wl_bad(ps))
		*err = ps->error;
	return !wl_bad(ps);
}

/* ------------------------------------------------------------- doing ---- */

void
wl_lines_config(const struct wl_lines *l, struct sim_config *config)
{
	wl_script_config(&l->script, config);
}

void
wl_lines_machine(struct wl_lines *l, struct machine *m)
{
	l->run.machine = m;
	l->ex.m = m;
	l->ex.rng = m->config.seed ^ 0x7363726970747321u;
	wl_sampler_init(&l->ex.sampler, m, NULL, WL_SAMPLE_JSON);
}

bool
wl_lines_know(struct wl_lines *l)
{
	struct process *p, *next;
	bool ok = true;

	HASH_ITER(hh, l->ex.m->procs, p, next)
		ok = ok && wl_set_add(&l->ps.procs, p->name);
	return ok;
}

void
wl_lines_at(struct wl_lines *l, uint32_t line)
{
	l->ps.lineno = line - 1;
	l->ps.begun = line > 1;
	if (line == 1)
		l->script.npairs = 0;
}

struct wl_exec *
wl_lines_exec(struct wl_lines *l)
{
	return &l->ex;
}

const struct wl_stmt *
wl_lines_peek(const struct wl_lines *l)
{
	return l->next;
}

bool
wl_lines_next(struct wl_lines *l, struct wl_script_error *err)
{
	const struct wl_stmt *st = l->next;
	const uint64_t failed = l->run.failed;

	memset(&l->run.error, 0, sizeof(l->run.error));
	l->run.nomem = l->run.starved = false;
	l->ex.stmt = st;
	l->next = st->next;
	if (!wl_run_statement(&l->ex, st)) {
		*err = l->run.error;
		return false;
	}
	if (l->run.failed == failed)
		return true;
	*err = (struct wl_script_error){ .line = st->line, .col = st->col };
	snprintf(err->text, sizeof(err->text), "not as expected: %.200s",
	    st->text);
	return false;
}

bool
wl_lines_nomem(const struct wl_lines *l)
{
	return l->run.nomem || l->run.starved;
}

void
wl_lines_pass(struct wl_lines *l)
{
	while (l->next != NULL && !wl_stmt_acts(l->next))
		l->next = l->next->next;
	if (l->next != NULL)
		l->next = l->next->next;
}

bool
wl_stmt_acts(const struct wl_stmt *st)
{
	switch ((enum wl_stmt_kind)st->kind) {
	case WL_S_MACHINE:
	case WL_S_SHOW:
	case WL_S_EXPLAIN: return false;
	case WL_S_EXPECT: return st->expect->op.proc != NULL;
	default: return true;
	}
}

/* The call of a statement, expected or not; NULL: it is none. */
static const struct wl_op *
op_of(const struct wl_stmt *st)
{
	const struct wl_op *op = st->kind == WL_S_OP ? st->op :
	    st->kind == WL_S_EXPECT                  ? &st->expect->op :
						       NULL;

	return op != NULL && op->call != NULL ? op : NULL;
}

const char *
wl_stmt_birth(const struct wl_stmt *st)
{
	const struct wl_op *op = op_of(st);

	if (st->kind == WL_S_SPAWN)
		return st->spawn->name;
	if (op == NULL ||
	    (op->call->no != SIM_SYS_FORK && op->call->no != SIM_SYS_VFORK))
		return NULL;
	return op->call->str;
}

const char *
wl_stmt_exit(const struct wl_stmt *st)
{
	const struct wl_op *op = op_of(st);

	return op != NULL && op->call->no == SIM_SYS_EXIT ? op->proc : NULL;
}

struct process *
wl_lines_process(const struct wl_lines *l, const char *name)
{
	struct process *p, *next;

	HASH_ITER(hh, l->ex.m->procs, p, next)
		if (p->state == SIM_RUNNING && strcmp(p->name, name) == 0)
			return p;
	return NULL;
}
