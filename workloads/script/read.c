/*
 * Reading a script: lines into statements.
 *
 * The number of operations that the repeats multiply up to is reckoned on the
 * way, so that a script that would run (almost) for ever is refused before it
 * starts.
 */
#include <stdlib.h>
#include <string.h>

#include "parse.h"

/* Reckon how often the statement just read will run. */
static void
count_ops(struct wl_parser *ps, const struct wl_stmt *st)
{
	uint64_t times = ps->times[ps->nopen], n = 1;

	if (st->kind == WL_S_OP && st->op->access != NULL)
		n = wl_access_ops(st->op->access);
	if (times > 0 &&
	    (times > WL_SCRIPT_MAXOPS || n > WL_SCRIPT_MAXOPS / times ||
		n * times > WL_SCRIPT_MAXOPS - ps->total)) {
		wl_error_at(ps, ps->line,
		    "the script would run more than %d "
		    "operations",
		    WL_SCRIPT_MAXOPS);
		return;
	}
	ps->total += n * times;
}

static void
read_line(struct wl_parser *ps)
{
	struct wl_stmt *st;

	if (wl_at_end(ps))
		return;
	st = wl_new(ps, sizeof(*st));
	if (st == NULL)
		return;
	st->line = ps->lineno;
	st->col = wl_col(ps, ps->at);
	wl_get_statement(ps, st);
	wl_need_end(ps);
	if (wl_bad(ps))
		return;
	count_ops(ps, st);
	*ps->tail = st;
	ps->tail = &st->next;
	ps->begun = true;
}

/* Cut the comment off; a '#' in quotes is none. */
static void
cut_comment(char *line)
{
	bool quoted = false;

	for (; *line != '\0'; line++) {
		if (*line == '"')
			quoted = !quoted;
		if (*line == '#' && !quoted) {
			*line = '\0';
			return;
		}
	}
}

static void
read_lines(struct wl_parser *ps, struct wl_input *in)
{
	size_t len;
	char *line;
	int n = 1;

	while (!wl_bad(ps) && (n = wl_input_line(in, &line, &len)) == 1) {
		const char *nul = memchr(line, '\0', len);

		ps->line = ps->at = line;
		ps->lineno = (uint32_t)in->line;
		if (in->cut)
			wl_error_at(ps, line,
			    "line too long; at most %zu "
			    "bytes",
			    WL_INPUT_MAXLINE);
		if (nul != NULL)
			wl_error_at(ps, nul, "expected text, got a zero byte");
		cut_comment(line);
		read_line(ps);
	}
	if (wl_bad(ps))
		return;
	ps->line = NULL;
	ps->lineno = in->line > 0 ? (uint32_t)in->line : 1;
	if (n < 0)
		wl_error_at(ps, NULL, "%s", in->error);
	else if (ps->nopen > 0)
		wl_error_at(ps, NULL, "the repeat of line %u has no end",
		    ps->open[ps->nopen - 1]->line);
}

/* => false: no memory */
static bool
know_processes(struct wl_parser *ps, struct machine *m)
{
	struct process *p, *next;
	bool ok = wl_set_add(&ps->procs, "kernel");

	if (m == NULL)
		return ok;
	HASH_ITER(hh, m->procs, p, next)
		ok = ok && wl_set_add(&ps->procs, p->name);
	return ok;
}

const char *
wl_script_place(const struct wl_script_error *e, char place[WL_SCRIPT_PLACE])
{
	place[0] = '\0';
	if (e->line != 0 && e->col != 0)
		snprintf(place, WL_SCRIPT_PLACE, ":%u:%u", e->line, e->col);
	else if (e->line != 0)
		snprintf(place, WL_SCRIPT_PLACE, ":%u", e->line);
	return place;
}

struct wl_script *
wl_script_read(struct wl_input *in, struct wl_script_error *err)
{
	return wl_script_read_on(in, NULL, err);
}

struct wl_script *
wl_script_read_on(struct wl_input *in, struct machine *m,
    struct wl_script_error *err)
{
	struct wl_parser ps = { .times = { 1 } };

	memset(err, 0, sizeof(*err));
	ps.script = calloc(1, sizeof(*ps.script));
	if (ps.script == NULL || !know_processes(&ps, m)) {
		wl_set_free(&ps.procs);
		free(ps.script);
		snprintf(err->text, sizeof(err->text),
		    "no memory left for "
		    "the script");
		return NULL;
	}
	ps.script->path = strcmp(in->path, "-") == 0 ? "standard input" :
						       in->path;
	ps.tail = &ps.script->first;
	read_lines(&ps, in);
	free(ps.nodes);
	wl_set_free(&ps.procs);
	if (!wl_bad(&ps))
		return ps.script;
	*err = ps.error;
	wl_script_free(ps.script);
	return NULL;
}

void
wl_script_config(const struct wl_script *s, struct sim_config *config)
{
	char err[200];

	for (size_t i = 0; i < s->npairs; i++)
		(void)sim_config_set(config, s->pairs[i], err, sizeof(err));
}
