/*
 * The list of generators, the reading of what is asked for, and the stream:
 * steps of the generator become batches of one process, operations go before
 * the batch that follows them.
 *
 *	step: ref 0, ref 0, op, op, ref 1, ref 0 ...
 *	      `- batch 0 -' `- ops, batch 1' `- batch 0 ...
 *
 * What ends a batch, a reference of another process or an operation, is held
 * back for the next one.
 */
#include "gen.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/pattern.h"
#include "pmap/types.h"
#include "sim/suggest.h"

#define MAXREFS ((uint64_t)1 << 48)
#define TEXT ((size_t)WL_GEN_MAXOPS * WL_GEN_MAXOP)

const struct wl_gen_kind *const wl_gens[] = { &wl_gen_seq, &wl_gen_stride,
	&wl_gen_uniform, &wl_gen_zipf, &wl_gen_hotcold, &wl_gen_chase,
	&wl_gen_phases, &wl_gen_stack, &wl_gen_matmul, &wl_gen_gc,
	&wl_gen_forkserver, &wl_gen_database, NULL };

const struct wl_gen_kind *
wl_gen_byname(const char *name, size_t len)
{
	for (size_t i = 0; wl_gens[i] != NULL; i++)
		if (strlen(wl_gens[i]->name) == len &&
		    memcmp(wl_gens[i]->name, name, len) == 0)
			return wl_gens[i];
	return NULL;
}

/* -------------------------------------------------------- parameters ---- */

/* Decimal digits, all of len. => false: they are not, or too many */
static bool
number(const char *s, size_t len, uint64_t *out)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++) {
		const unsigned digit = (unsigned)(s[i] - '0');

		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return len > 0;
}

#define MAXGENS 64 /* more are not listed */

static bool
unknown_name(const char *text, size_t len, char *err, size_t errlen)
{
	const char *names[MAXGENS], *near;
	char name[41];
	size_t n = 0;
	int at;

	snprintf(name, sizeof(name), "%.*s", (int)(len < 40 ? len : 40), text);
	at = snprintf(err, errlen, "there is no generator '%s'; expected",
	    name);
	for (; wl_gens[n] != NULL && n + 1 < MAXGENS; n++) {
		names[n] = wl_gens[n]->name;
		if ((size_t)at < errlen)
			at += snprintf(err + at, errlen - (size_t)at, "%s %s",
			    n > 0 ? "," : "", names[n]);
	}
	near = sim_suggest(name, names, n);
	if (near != NULL && (size_t)at < errlen)
		snprintf(err + at, errlen - (size_t)at, "; did you mean %s?",
		    near);
	return false;
}

static bool
unknown_param(const struct wl_gen_kind *kind, const char *text, size_t len,
    char *err, size_t errlen)
{
	int at = snprintf(err, errlen, "%s takes", kind->name);

	for (const struct wl_gen_param *p = kind->params;
	     p->name != NULL && (size_t)at < errlen; p++)
		at += snprintf(err + at, errlen - (size_t)at, " %s=NUMBER,",
		    p->name);
	if ((size_t)at < errlen)
		snprintf(err + at, errlen - (size_t)at,
		    " n=NUMBER, seed=NUMBER, not '%.*s'",
		    (int)(len < 40 ? len : 40), text);
	return false;
}

/* What a name stands for, and where its value goes. => false: nothing */
static bool
find_param(struct wl_gen_args *a, const char *name, size_t len,
    struct wl_gen_param *p, uint64_t **value)
{
	const struct wl_gen_param common[] = {
		{ "n", NULL, !a->kind->ends, MAXREFS, a->kind->n },
		{ "seed", NULL, 0, UINT64_MAX, 1 },
	};

	for (size_t i = 0; a->kind->params[i].name != NULL; i++) {
		*p = a->kind->params[i];
		*value = &a->param[i];
		if (strlen(p->name) == len && memcmp(p->name, name, len) == 0)
			return true;
	}
	for (size_t i = 0; i < NELEM(common); i++) {
		*p = common[i];
		*value = i == 0 ? &a->n : &a->seed;
		if (strlen(p->name) == len && memcmp(p->name, name, len) == 0)
			return true;
	}
	return false;
}

/* One NAME=NUMBER of len bytes. */
static bool
set_one(struct wl_gen_args *a, const char *text, size_t len, char *err,
    size_t errlen)
{
	const char *eq = memchr(text, '=', len);
	const size_t name = eq != NULL ? (size_t)(eq - text) : len;
	struct wl_gen_param p;
	uint64_t *value, v;

	if (eq == NULL || !find_param(a, text, name, &p, &value))
		return unknown_param(a->kind, text, len, err, errlen);
	if (number(eq + 1, len - name - 1, &v) && v >= p.min && v <= p.max) {
		*value = v;
		return true;
	}
	snprintf(err, errlen,
	    "%s: %s is a number from %" PRIu64 " to %" PRIu64 ", not '%.*s'",
	    a->kind->name, p.name, p.min, p.max,
	    (int)(len - name - 1 < 40 ? len - name - 1 : 40), eq + 1);
	return false;
}

static bool
goes_together(const struct wl_gen_args *a, char *err, size_t errlen)
{
	const char *why = NULL;

	if (a->kind->refuse != NULL)
		why = a->kind->refuse(a->param);
	if (why != NULL)
		snprintf(err, errlen, "%s: %s", a->kind->name, why);
	return why == NULL;
}

bool
wl_gen_parse(struct wl_gen_args *a, const char *text, char *err, size_t errlen)
{
	size_t len = strcspn(text, ":");

	memset(a, 0, sizeof(*a));
	a->kind = wl_gen_byname(text, len);
	if (a->kind == NULL)
		return unknown_name(text, len, err, errlen);
	for (size_t i = 0; a->kind->params[i].name != NULL; i++)
		a->param[i] = a->kind->params[i].value;
	a->n = a->kind->n;
	a->seed = 1;
	while (text[len] == ':') {
		text += len + 1;
		len = strcspn(text, ":");
		if (!set_one(a, text, len, err, errlen))
			return false;
	}
	return goes_together(a, err, errlen);
}

bool
wl_gen_set(struct wl_gen_args *a, const char *name, const char *value,
    char *err, size_t errlen)
{
	char text[80];

	snprintf(text, sizeof(text), "%s=%.40s", name, value);
	return set_one(a, text, strlen(text), err, errlen);
}

/* ------------------------------------------------------------ stream ---- */

bool
wl_gen_open(struct wl_gen *g, const struct wl_gen_args *a)
{
	memset(g, 0, offsetof(struct wl_gen, ref));
	g->args = *a;
	g->rng = a->seed;
	g->coin = ~a->seed;
	g->state = calloc(1, a->kind->state);
	if (g->state == NULL)
		return false;
	if (a->kind->forks && (g->text = malloc(TEXT)) == NULL)
		return false;
	return a->kind->start == NULL || a->kind->start(g);
}

void
wl_gen_close(struct wl_gen *g)
{
	for (size_t i = 0; i < WL_GEN_MAXTABLES; i++)
		free(g->table[i]);
	free(g->state);
	free(g->text);
	memset(g, 0, offsetof(struct wl_gen, ref));
}

/* The step held back, or the next one; END when there are enough. */
static enum wl_gen_step
take(struct wl_gen *g)
{
	if (g->holds) {
		g->holds = false;
		return g->last;
	}
	if (g->args.n != 0 && g->references == g->args.n)
		return WL_GEN_END;
	g->last = g->args.kind->step(g, &g->held);
	g->references += g->last == WL_GEN_REF;
	return g->last;
}

static void
put_op(struct wl_gen *g)
{
	const size_t len = strlen(g->op);

	assert(g->opslen + len < TEXT);
	memcpy(g->text + g->opslen, g->op, len);
	g->text[g->opslen + len] = '\n';
	g->opslen += len + 1;
}

size_t
wl_gen_next(struct wl_gen *g, const struct wl_ref **ref)
{
	enum wl_gen_step step;
	size_t n = 0;

	g->ops = g->text;
	g->opslen = 0;
	while (n < WL_GEN_ROOM && (step = take(g)) != WL_GEN_END) {
		if (n > 0 && (step == WL_GEN_OP || g->who != g->process)) {
			g->holds = true;
			break;
		}
		if (step == WL_GEN_OP) {
			put_op(g);
		} else {
			g->process = g->who;
			g->ref[n++] = g->held;
		}
	}
	*ref = g->ref;
	return n;
}

/* -------------------------------------------------- for the generators ---- */

bool
wl_gen_happens(struct wl_gen *g, uint64_t percent)
{
	return percent > 0 && wl_random(&g->coin) % 100 < percent;
}

enum wl_ref_kind
wl_gen_load_or_store(struct wl_gen *g, uint64_t percent)
{
	return wl_gen_happens(g, percent) ? WL_REF_STORE : WL_REF_LOAD;
}

uint32_t
wl_gen_size(uint64_t multiple)
{
	const uint64_t lowest = multiple & -multiple;

	return lowest == 0 || lowest > 8 ? 8 : (uint32_t)lowest;
}
