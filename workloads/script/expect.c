/*
 * Reading of expectations.
 *
 *	expect PROC: CALL ... fails ERROR
 *	expect PROC: CALL ... returns VALUE
 *	expect SIDE COMPARISON SIDE-OR-VALUE
 *	SIDE = PROC MEASURE ... | machine COUNTER | machine disk|swap NAME ITEM
 */
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "parse.h"
#include "sim/stats.h"

/* What an access may fail with, besides an errno. */
static const char *const signals[] = {
	"SIGSEGV",
	"SIGBUS",
	"SIGKILL",
	"SEGV_MAPERR",
	"SEGV_ACCERR",
	"BUS_ADRERR",
	"BUS_OBJERR",
	"BUS_ADRALN",
	"BUS_OOMERR",
};

#define MAXERRNO 200

static void
check_error_name(struct wl_parser *ps, const char *start, const char *name)
{
	const char *names[MAXERRNO + NELEM(signals)];
	size_t n = 0;

	if (sim_errbyname(name) >= 0)
		return;
	for (size_t i = 0; i < NELEM(signals); i++) {
		if (strcmp(signals[i], name) == 0)
			return;
		names[n++] = signals[i];
	}
	for (int e = 1; e < MAXERRNO; e++)
		if (strcmp(sim_errname(e), "E?") != 0)
			names[n++] = sim_errname(e);
	wl_unknown(ps, start, "error", name, names, n);
}

static void
get_outcome(struct wl_parser *ps, struct wl_expect *ex)
{
	const char *start;

	if (wl_try_word(ps, "returns")) {
		ex->returns = wl_get_expr(ps, "a value");
		return;
	}
	if (!wl_try_word(ps, "fails")) {
		wl_expected(ps, "fails ERROR or returns VALUE");
		return;
	}
	ex->fails = "";
	if (wl_at_end(ps))
		return;
	start = ps->at;
	ex->fails = wl_get_name(ps, "an error such as ENOMEM or SIGSEGV");
	if (ex->fails != NULL)
		check_error_name(ps, start, ex->fails);
}

/* ------------------------------------------------------------ sides ---- */

static bool
at_comparison(struct wl_parser *ps)
{
	return wl_at_end(ps) || strchr("=!<>", *ps->at) != NULL;
}

/* An address, and a length if there is one. */
static void
get_range(struct wl_parser *ps, struct wl_side *side)
{
	side->addr = wl_get_expr(ps, "an address");
	if (!at_comparison(ps))
		side->len = wl_get_expr(ps, "a length such as 16K");
}

static void
get_args(struct wl_parser *ps, struct wl_side *side)
{
	switch ((enum wl_args)side->measure->args) {
	case WL_A_NONE: break;
	case WL_A_ADDR: side->addr = wl_get_expr(ps, "an address"); break;
	case WL_A_RANGE: get_range(ps, side); break;
	case WL_A_MAYBE_RANGE:
		if (!at_comparison(ps))
			get_range(ps, side);
		break;
	case WL_A_PROC_RANGE:
		side->name = wl_get_proc(ps);
		get_range(ps, side);
		break;
	case WL_A_VALUE: side->addr = wl_get_expr(ps, "a value"); break;
	}
}

/* => the measure at the cursor, which moves behind it; NULL: none */
static const struct wl_measure *
try_measure(struct wl_parser *ps)
{
	const char *back;

	wl_skip(ps);
	back = ps->at;
	for (const struct wl_measure *m = wl_measures; m->name != NULL; m++) {
		if (wl_try_word(ps, m->name) &&
		    (m->second == NULL || wl_try_word(ps, m->second)))
			return m;
		ps->at = back;
	}
	return NULL;
}

static void
unknown_measure(struct wl_parser *ps)
{
	const char *names[40];
	char word[32];
	size_t n = 0;

	if (wl_peek_word(ps, word, sizeof(word)) == 0) {
		wl_expected(ps, "what to measure, such as resident");
		return;
	}
	if (strcmp(word, "refs") == 0) {
		ps->at += strlen(word);
		wl_expected(ps, "anon, amap or object");
		return;
	}
	for (; n < wl_nmeasures && n < NELEM(names); n++)
		names[n] = wl_measures[n].name;
	wl_unknown(ps, ps->at, "measure", word, names, n);
}

/* A counter of the machine; only the names of a machine are needed here. */
static void
get_counter(struct wl_parser *ps, struct wl_side *side)
{
	struct machine *blank = calloc(1, sizeof(*blank));
	const char *start, *names[256];
	struct sim_stat st;
	size_t n = 0;

	side->measure = &wl_counter;
	wl_skip(ps);
	start = ps->at;
	side->name = wl_get_name(ps, "a counter such as faults");
	if (!wl_bad(ps) &&
	    (strcmp(side->name, "swap") == 0 ||
		strcmp(side->name, "disk") == 0)) {
		free(blank);
		wl_get_device(ps, side->name[0] == 'd', side);
		return;
	}
	if (blank == NULL)
		wl_error_at(ps, start, "no memory left for the script");
	while (
	    !wl_bad(ps) && n < NELEM(names) - 2 && sim_stat_at(blank, n, &st))
		names[n++] = st.name;
	names[n++] = "clock";
	names[n++] = "thrashing"; /* by the sampler's rule */
	free(blank);
	for (size_t i = 0; i < n && !wl_bad(ps); i++)
		if (strcmp(names[i], side->name) == 0)
			return;
	if (!wl_bad(ps))
		wl_unknown(ps, start, "counter", side->name, names, n);
}

static void
get_side(struct wl_parser *ps, struct wl_side *side)
{
	if (wl_try_word(ps, "machine")) {
		get_counter(ps, side);
		return;
	}
	side->proc = wl_get_proc(ps);
	if (wl_bad(ps))
		return;
	side->measure = try_measure(ps);
	if (side->measure == NULL)
		unknown_measure(ps);
	else
		get_args(ps, side);
}

/* Is the cursor at "machine" or at PROC MEASURE? */
static bool
at_side(struct wl_parser *ps)
{
	const char *back, *name;
	char word[16];
	bool yes;

	if (wl_peek_word(ps, word, sizeof(word)) == 0)
		return false;
	if (strcmp(word, "machine") == 0)
		return true;
	back = ps->at;
	name = wl_get_name(ps, "");
	yes = name != NULL &&
	    wl_set_find(ps->procs, name, strlen(name)) != NULL &&
	    try_measure(ps) != NULL;
	ps->at = back;
	return yes;
}

static void
get_value(struct wl_parser *ps, enum wl_unit unit, struct wl_side *side)
{
	char word[32];
	uint64_t v;

	wl_peek_word(ps, word, sizeof(word));
	if (wl_value_word(unit, word, &v)) {
		side->addr = wl_const_expr(ps, v);
		ps->at += strlen(word);
	} else if (unit == WL_U_PROT) {
		side->addr = wl_get_prot(ps);
	} else if (unit == WL_U_TAG && wl_try_word(ps, "file")) {
		side->name = wl_get_path(ps, "a path");
		side->addr = wl_get_expr(ps, "an offset such as 4K");
	} else {
		side->addr = wl_get_expr(ps, "a value");
	}
}

static enum wl_compare
get_comparison(struct wl_parser *ps)
{
	static const struct {
		const char *text;
		enum wl_compare compare;
	} signs[] = {
		{ "==", WL_EQ },
		{ "!=", WL_NE },
		{ "<=", WL_LE },
		{ ">=", WL_GE },
		{ "<", WL_LT },
		{ ">", WL_GT },
	};

	wl_skip(ps);
	for (size_t i = 0; i < NELEM(signs) && !wl_bad(ps); i++)
		if (strncmp(ps->at, signs[i].text, strlen(signs[i].text)) ==
		    0) {
			ps->at += strlen(signs[i].text);
			return signs[i].compare;
		}
	wl_expected(ps, "a comparison: == != < <= > >=");
	return WL_EQ;
}

struct wl_expect *
wl_get_expect(struct wl_parser *ps)
{
	struct wl_expect *ex = wl_new(ps, sizeof(*ex));
	const char *back, *p;

	if (ex == NULL)
		return NULL;
	wl_skip(ps);
	back = ps->at;
	p = back +
	    strspn(back,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	p += strspn(p, " \t");
	if (p > back && *p == ':') {
		wl_get_op(ps, &ex->op);
		get_outcome(ps, ex);
		return ex;
	}
	get_side(ps, &ex->left);
	ex->compare = get_comparison(ps);
	if (wl_bad(ps))
		return NULL;
	if (at_side(ps))
		get_side(ps, &ex->right);
	else
		get_value(ps, (enum wl_unit)ex->left.measure->unit, &ex->right);
	return ex;
}
