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
 */
#include <inttypes.h>
#include <stdlib.h>

#include "pattern.h"
#include "script_exec.h"

struct walk {
	const struct wl_pattern *a;
	uint64_t n;     /* places */
	uint64_t count; /* references */
	uint64_t *rng;
	uint64_t *sums;  /* zipf */
	uint32_t *cycle; /* chase */
	uint64_t at;     /* chase: place */
};

static uint64_t
next_place(struct walk *w, uint64_t i)
{
	switch ((enum wl_pattern_kind)w->a->kind) {
	case WL_P_RAND: return wl_random(w->rng) % w->n;
	case WL_P_ZIPF: return wl_zipf_place(w->sums, w->n, wl_random(w->rng));
	case WL_P_CHASE: w->at = i > 0 ? w->cycle[w->at] : 0; return w->at;
	default: return i % w->n;
	}
}

/* => false: stopped */
static bool
prepare(struct wl_exec *ex, struct walk *w, uint32_t col)
{
	bool table = w->a->kind == WL_P_ZIPF || w->a->kind == WL_P_CHASE;

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
	if (w->a->kind == WL_P_ZIPF)
		w->sums = wl_zipf_sums(w->n, w->a->skew);
	if (w->a->kind == WL_P_CHASE)
		w->cycle = wl_cycle(w->n, w->rng);
	if (table && w->sums == NULL && w->cycle == NULL)
		return wl_stop(ex, col, "no memory left for the pattern");
	return true;
}

bool
wl_do_pattern(struct wl_exec *ex, struct process *p, const struct wl_op *op,
    vaddr_t va, vsize_t len, struct wl_done *done)
{
	const struct wl_pattern *a = op->access->pattern;
	uint64_t by = a->by != 0 ? a->by : pg_size(ex->m), own = a->seed;
	struct walk w = { .a = a,
		.n = len / by + (len % by != 0),
		.rng = a->seed != 0 ? &own : &ex->rng };
	bool ok;

	w.count = a->count != 0 ? a->count : w.n;
	ok = prepare(ex, &w, op->col);
	for (uint64_t i = 0; ok && i < w.count; i++) {
		ok = wl_touch(ex, p, op, va + next_place(&w, i) * by, 1, done);
		ex->nops++;
		if (done->err != 0)
			break;
	}
	free(w.sums);
	free(w.cycle);
	return ok;
}
