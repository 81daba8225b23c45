/*
 * Explaining in scripts: `explain' tells the story of the last operation,
 * `explain PROCESS' that of the last one of a process, `full' with all that was
 * found; `explain on' tells each as it ends, `faults' and `failures' those that
 * meet a page fault or fail.
 *
 * There is a story only where the script asks for any.  Those of processes are
 * kept as they would be printed, for the machine goes on.
 */
#include <stdlib.h>
#include <string.h>

#include "workloads/explain/explain.h"
#include "exec.h"
#include "workloads/io/memstream.h"

enum { NOBODY, LAST, EACH }; /* whose stories the script will ask for */

static int
asks(const struct wl_script *s)
{
	int found = NOBODY;

	for (const struct wl_stmt *st = s->first; st != NULL; st = st->next)
		if (st->kind == WL_S_EXPLAIN && st->explain->proc != NULL)
			return EACH;
		else if (st->kind == WL_S_EXPLAIN)
			found = LAST;
	return found;
}

bool
wl_explain_open(struct wl_exec *ex)
{
	const int who = asks(ex->run->script);

	if (ex->run->out == NULL || who == NOBODY)
		return true;
	ex->explain_each = who == EACH;
	ex->story = wl_story_new(ex->m);
	return ex->story != NULL;
}

void
wl_explain_close(struct wl_exec *ex)
{
	wl_story_free(ex->story);
	ex->story = NULL;
}

void
wl_explain_begin(struct wl_exec *ex, const struct wl_deed *deed)
{
	if (ex->run->before != NULL)
		ex->run->before(ex->run->looker, ex->stmt->line, deed);
	if (ex->story != NULL)
		wl_story_begin(ex->story, deed);
}

void
wl_explain_end(struct wl_exec *ex, const struct wl_done *d)
{
	if (ex->story != NULL)
		wl_story_end(ex->story, d->err, d->ret, &d->sig);
	if (ex->run->after != NULL)
		ex->run->after(ex->run->looker, ex->stmt->line, d);
}

/* ------------------------------------------------------------ telling ---- */

static void
tell(const struct wl_exec *ex, FILE *fp, bool full)
{
	wl_write_op(fp, &ex->last);
	putc('\n', fp);
	wl_story_print(ex->story, fp, full);
}

/* As it would be printed. => false: no memory */
static bool
keep(const struct wl_exec *ex, struct wl_known *k, bool full)
{
	size_t len;
	FILE *fp;

	free(k->story[full]);
	k->story[full] = NULL;
	fp = wl_memstream(&k->story[full], &len);
	if (fp == NULL)
		return false;
	tell(ex, fp, full);
	return fclose(fp) == 0;
}

/* Is there a line of this step? */
static bool
has_step(const struct wl_story *s, const char *step)
{
	struct wl_line l;

	for (unsigned i = 0; wl_story_line(s, i, &l); i++)
		if (strcmp(l.step, step) == 0)
			return true;
	return false;
}

static bool
is_asked_for(const struct wl_exec *ex)
{
	switch ((enum wl_explain_what)ex->explaining) {
	case WL_EXPLAIN_ON: return true;
	case WL_EXPLAIN_FAULTS: return has_step(ex->story, "fault");
	case WL_EXPLAIN_FAILURES: return ex->last.err != 0;
	default: return false;
	}
}

bool
wl_explain_after(struct wl_exec *ex, struct wl_known *k)
{
	if (ex->story == NULL)
		return true;
	if (is_asked_for(ex))
		tell(ex, ex->run->out, ex->explain_full);
	return !ex->explain_each || (keep(ex, k, false) && keep(ex, k, true)) ||
	    wl_short(ex, 0, "explanations");
}

/* The last operation of a process, which may have exited. */
static bool
tell_process(struct wl_exec *ex, const char *name, bool full)
{
	struct process *p = wl_process(ex, name);
	struct wl_known *k;

	if (p == NULL || (k = wl_known(ex, p->pid)) == NULL)
		return p == NULL || wl_short(ex, 0, "explanations");
	if (k->story[full] == NULL)
		fprintf(ex->run->out, "%s has done nothing yet\n", name);
	else
		fputs(k->story[full], ex->run->out);
	return true;
}

bool
wl_explain(struct wl_exec *ex, const struct wl_stmt *st)
{
	const struct wl_explain *x = st->explain;

	wl_record_text(ex, st->text);
	if (x->what != WL_EXPLAIN_LAST) {
		ex->explaining = x->what;
		ex->explain_full = x->full;
		return true;
	}
	if (ex->story == NULL)
		return true;
	if (x->proc != NULL)
		return tell_process(ex, x->proc, x->full);
	if (ex->last.op == NULL)
		fprintf(ex->run->out, "nothing has been done yet\n");
	else
		tell(ex, ex->run->out, x->full);
	return true;
}
