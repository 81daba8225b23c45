/*
 * Access patterns: which address comes next.
 *
 *	seq, stride	0, 1, 2, ... n-1, 0, 1, ...
 *	rand		each place as likely as any other
 *	zipf		place k (from 1) in proportion to 1/k^skew
 *	chase		round a random cycle through all places, as a list of
 *			pointers would lead (Sattolo's shuffle)
 *
 * The generator is the script's own (splitmix64 from the machine's seed), not
 * the machine's, so that a record, which has the addresses and no patterns,
 * leaves the machine's where the script left it.
 *
 * A walk does one reference at a time and can be copied at any: copies share
 * its tables, which no longer change.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "workloads/pattern.h"
#include "exec.h"

struct tables {
	unsigned refs;   /* walks that use them */
	uint64_t *sums;  /* zipf */
	uint32_t *cycle; /* chase */
};

struct wl_walk {
	const struct wl_op *op;
	int pid;
	vaddr_t va;
	uint64_t by;    /* bytes between places */
	uint64_t n;     /* places */
	uint64_t count; /* references */
	uint64_t i;     /* done, of these */
	uint64_t rng;   /* if the pattern has a seed of its own */
	uint64_t at;    /* chase: place */
	struct tables *tables;
};

static uint64_t
next_place(struct wl_exec *ex, struct wl_walk *w)
{
	const struct wl_pattern *a = w->op->access->pattern;
	const struct tables *t = w->tables;
	uint64_t *rng = a->seed != 0 ? &w->rng : &ex->rng;

	switch ((enum wl_pattern_kind)a->kind) {
	case WL_P_RAND: return wl_random(rng) % w->n;
	case WL_P_ZIPF: return wl_zipf_place(t->sums, w->n, wl_random(rng));
	case WL_P_CHASE: w->at = w->i > 0 ? t->cycle[w->at] : 0; return w->at;
	default: return w->i % w->n;
	}
}

/* => false: no memory */
static bool
make_tables(struct wl_exec *ex, struct wl_walk *w)
{
	const struct wl_pattern *a = w->op->access->pattern;
	uint64_t *rng = a->seed != 0 ? &w->rng : &ex->rng;
	struct tables *t = w->tables = calloc(1, sizeof(*t));

	if (t == NULL)
		return false;
	t->refs = 1;
	if (a->kind == WL_P_ZIPF)
		t->sums = wl_zipf_sums(w->n, a->skew);
	else
		t->cycle = wl_cycle(w->n, rng);
	return t->sums != NULL || t->cycle != NULL;
}

/* => false: stopped */
static bool
prepare(struct wl_exec *ex, struct wl_walk *w)
{
	const uint8_t kind = w->op->access->pattern->kind;
	bool table = kind == WL_P_ZIPF || kind == WL_P_CHASE;
	uint32_t col = w->op->col;

	if (w->n == 0)
		return wl_stop(ex, col, "a pattern needs a length");
	if (table && w->n > WL_MAXPLACES)
		return wl_stop(ex, col,
		    "%" PRIu64 " places are too many for "
		    "this pattern; at most %" PRIu64,
		    w->n, WL_MAXPLACES);
	if (w->count > WL_SCRIPT_MAXOPS - ex->nops)
		return wl_stop(ex, col,
		    "the script would run more than %d "
		    "operations",
		    WL_SCRIPT_MAXOPS);
	if (table && !make_tables(ex, w))
		return wl_short(ex, col, "the pattern");
	return true;
}

struct wl_walk *
wl_walk_begin(struct wl_exec *ex, struct process *p, const struct wl_op *op)
{
	const struct wl_access *access = op->access;
	const struct wl_pattern *a = access->pattern;
	struct wl_walk *w = calloc(1, sizeof(*w));
	uint64_t len = 1;

	if (w == NULL) {
		(void)wl_short(ex, op->col, "the pattern");
		return NULL;
	}
	w->op = op;
	w->pid = p->pid;
	w->by = a->by != 0 ? a->by : pg_size(ex->m);
	w->rng = a->seed;
	if (wl_eval(ex, p, access->addr, &w->va) &&
	    (access->len.n == 0 || wl_eval(ex, p, access->len, &len))) {
		w->n = len / w->by + (len % w->by != 0);
		w->count = a->count != 0 ? a->count : w->n;
		if (prepare(ex, w))
			return w;
	}
	wl_walk_free(w);
	return NULL;
}

bool
wl_walk_next(struct wl_exec *ex, struct wl_walk *w, struct wl_done *done)
{
	struct process *p = sim_process_bypid(ex->m, w->pid);
	bool ok;

	if (p == NULL)
		return wl_stop(ex, 0, "process %s has exited", w->op->proc);
	*done = (struct wl_done){ .op = w->op, .personality = p->personality };
	ok = wl_touch(ex, p, w->op, w->va + next_place(ex, w) * w->by, 1, done);
	ex->nops++;
	w->i++;
	return ok;
}

bool
wl_walk_more(const struct wl_walk *w)
{
	return w->i < w->count;
}

void
wl_walk_progress(const struct wl_walk *w, uint64_t *done, uint64_t *all)
{
	*done = w->i;
	*all = w->count;
}

struct wl_walk *
wl_walk_copy(const struct wl_walk *from)
{
	struct wl_walk *w = malloc(sizeof(*w));

	if (w == NULL)
		return NULL;
	*w = *from;
	if (w->tables != NULL)
		w->tables->refs++;
	return w;
}

void
wl_walk_free(struct wl_walk *w)
{
	if (w != NULL && w->tables != NULL && --w->tables->refs == 0) {
		free(w->tables->sums);
		free(w->tables->cycle);
		free(w->tables);
	}
	free(w);
}
