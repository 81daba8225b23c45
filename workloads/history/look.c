/*
 * Looking at a moment: statements and conditions in the language of scripts,
 * with the names that the run has by then.
 *
 * A condition is read once and judged at many moments.  It may name processes
 * and results that are not there yet; it is not true as long as they are not.
 */
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "workloads/script/measure.h"
#include "workloads/script/query.h"

/* Counters that never go down, for conditions that stay true. */
static const char *const growing[] = { "faults", "syscalls", "pageins",
	"pgswapin", "pgswapout", "forks", "fltnoram", "fltanget", "fltamcopy",
	"fltnamap", "fltnomap", "fltlget", "fltget", "flt_anon", "flt_acow",
	"flt_obj", "flt_prcopy", "flt_przero", "fltup", "pdwoke", "pdrevs",
	"pdfreed", "pdscans", "pdanscan", "pdobscan", "pdreact", "pdpageouts",
	"pddeact", "minflt", "majflt", "splits", "joins", "protflt", "aobjzero",
	"superflt", "collapses", "evictions", "dirtyevict", "fileouts", "reads",
	"writes", "fetches", "operations", "promotions", "demotions",
	"oom_kills", "clock" };

struct wl_condition {
	struct wl_query *query;
	const struct wl_stmt *stmt;
};

/* Whose processes may be named before they are there. */
static const struct wl_script *
script_of(struct wl_history *h)
{
	return h->source->exec(h)->run->script;
}

/* ---------------------------------------------------------- statements ---- */

static bool
say(const struct wl_script_error *e, char *err, size_t errlen)
{
	snprintf(err, errlen, "%s", e->text);
	return false;
}

static bool
only_looks(const struct wl_stmt *st)
{
	return st->kind == WL_S_SHOW ||
	    (st->kind == WL_S_EXPECT && st->expect->op.proc == NULL);
}

static void
judged(void *ctx, uint32_t line, bool met, const char *got)
{
	(void)line;
	fprintf(ctx, "%s, got %s\n", met ? "yes" : "no", got);
}

/* The executor as it is for the time of a look, and as it was. */
static bool
look(struct wl_history *h, const struct wl_stmt *st, FILE *out, char *err,
    size_t errlen)
{
	struct wl_exec *ex = h->source->exec(h);
	struct wl_run *run = ex->run;
	const uint64_t passed = run->passed, failed = run->failed;
	const struct wl_stmt *under_way = ex->stmt;
	bool ok;

	run->out = out;
	run->tool = h->config.tool;
	ex->stmt = st;
	run->judged = judged;
	run->judged_ctx = out;
	ok = wl_run_statement(ex, st);
	run->judged = NULL;
	if (!ok)
		(void)say(&run->error, err, errlen);
	memset(&run->error, 0, sizeof(run->error));
	run->out = NULL;
	run->passed = passed;
	run->failed = failed;
	ex->stmt = under_way;
	return ok;
}

bool
wl_history_look(struct wl_history *h, const char *statement, FILE *out,
    char *err, size_t errlen)
{
	struct wl_query *q = wl_query_new();
	struct wl_script_error e = { .text = "no memory left" };
	const struct wl_stmt *st = NULL;
	bool ok = false;

	if (q != NULL)
		st = wl_query_read(q, h->m, script_of(h), statement, &e);
	if (st == NULL)
		(void)say(&e, err, errlen);
	else if (!only_looks(st))
		snprintf(err, errlen,
		    "only show and expect can be asked of a moment");
	else
		ok = look(h, st, out, err, errlen);
	wl_query_free(q);
	return ok;
}

/* ---------------------------------------------------------- conditions ---- */

struct wl_condition *
wl_condition_new(struct wl_history *h, const char *text, char *err,
    size_t errlen)
{
	struct wl_condition *c = calloc(1, sizeof(*c));
	struct wl_script_error e = { .text = "no memory left" };
	const struct wl_stmt *st = NULL;
	char *line = NULL;

	if (c != NULL && (c->query = wl_query_new()) != NULL &&
	    asprintf(&line, "expect %s", text) >= 0)
		st = wl_query_read(c->query, h->m, script_of(h), line, &e);
	free(line);
	if (st != NULL && only_looks(st)) {
		c->stmt = st;
		return c;
	}
	if (st != NULL)
		snprintf(err, errlen,
		    "expected a condition such as p resident buf 64K == 4");
	else
		(void)say(&e, err, errlen);
	wl_condition_free(c);
	return NULL;
}

void
wl_condition_free(struct wl_condition *c)
{
	if (c == NULL)
		return;
	wl_query_free(c->query);
	free(c);
}

bool
wl_condition_holds(struct wl_history *h, const struct wl_condition *c)
{
	struct wl_exec *ex = h->source->exec(h);
	const bool hushed = ex->hushed;
	const struct wl_stmt *under_way = ex->stmt;
	bool yes;

	ex->hushed = true;
	ex->stmt = c->stmt;
	yes = wl_expect_holds(ex, c->stmt->expect);
	ex->stmt = under_way;
	ex->hushed = hushed;
	ex->run->error.text[0] = '\0';
	return yes;
}

bool
wl_condition_monotone(const struct wl_condition *c)
{
	const struct wl_expect *e = c->stmt->expect;

	if (e->left.measure != &wl_counter || e->left.device != NULL ||
	    e->right.measure != NULL || e->right.name != NULL ||
	    (e->compare != WL_GT && e->compare != WL_GE))
		return false;
	for (size_t i = 0; i < e->right.addr.n; i++)
		if (e->right.addr.node[i].code == WL_X_NAME)
			return false;
	for (size_t i = 0; i < NELEM(growing); i++)
		if (strcmp(growing[i], e->left.name) == 0)
			return true;
	return false;
}
