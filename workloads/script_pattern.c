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
 * leaves the machine's where the script left it.  Weights of zipf are reckoned
 * in fixed point: the host's pow() must not decide an address.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "script_exec.h"

#define MAXPLACES ((uint64_t)1 << 22) /* of zipf and chase */
#define ONE ((uint64_t)1 << 31)       /* 1.0 in Q31 */

static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* log2 in Q32, k >= 1: the fraction bit by bit, by squaring. */
static uint64_t
log2_fixed(uint64_t k)
{
	unsigned whole = 63 - (unsigned)__builtin_clzll(k);
	uint64_t y = whole > 31 ? k >> (whole - 31) : k << (31 - whole);
	uint64_t fraction = 0;

	for (int bit = 31; bit >= 8; bit--) {
		y = y * y >> 31;
		if (y >= 2 * ONE) {
			y >>= 1;
			fraction |= (uint64_t)1 << bit;
		}
	}
	return (uint64_t)whole << 32 | fraction;
}

/* 2^-e for e in Q32, in Q40: product of 2^-(1/2), 2^-(1/4), ... */
static uint64_t
exp2_minus(uint64_t e)
{
	static const uint32_t half[] = {
		/* 2^-(2^-i) in Q31, i from 1 */
		1518500250,
		1805811301,
		1969251188,
		2056437387,
		2101467502,
		2124350982,
		2135885998,
		2141676973,
		2144578345,
		2146030505,
		2146756953,
		2147120270,
		2147301951,
		2147392798,
		2147438222,
		2147460935,
	};
	uint64_t x = ONE;

	for (unsigned i = 0; i < NELEM(half); i++)
		if (e >> (31 - i) & 1)
			x = x * half[i] >> 31;
	x <<= 9;
	return e >> 32 < 40 ? x >> (e >> 32) : 0;
}

/* Running sums of the weights of places 1 to n. */
static uint64_t *
zipf_sums(uint64_t n, uint32_t skew)
{
	uint64_t *sum = malloc(n * sizeof(*sum)), total = 0;

	for (uint64_t k = 0; sum != NULL && k < n; k++) {
		uint64_t e = log2_fixed(k + 1);
		uint64_t w = exp2_minus((e >> 16) * skew);

		total += w > 0 ? w : 1;
		sum[k] = total;
	}
	return sum;
}

/* The place whose share of the total a random number falls in. */
static uint64_t
zipf_place(const uint64_t *sum, uint64_t n, uint64_t random)
{
	uint64_t lo = 0, hi = n - 1, total = sum[n - 1];
	uint64_t part = random >> 32; /* of 2^32 */
	uint64_t want = (total >> 32) * part +
	    ((total & UINT32_MAX) * part >> 32);

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (sum[mid] > want)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* next[i]: the place that follows i in one cycle through all. */
static uint32_t *
chase_cycle(uint64_t n, uint64_t *rng)
{
	uint32_t *next = malloc(n * sizeof(*next));

	for (uint64_t i = 0; next != NULL && i < n; i++)
		next[i] = (uint32_t)i;
	for (uint64_t i = n; next != NULL && --i > 0;) {
		uint64_t j = next_random(rng) % i;
		uint32_t t = next[i];

		next[i] = next[j];
		next[j] = t;
	}
	return next;
}

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
	case WL_P_RAND: return next_random(w->rng) % w->n;
	case WL_P_ZIPF: return zipf_place(w->sums, w->n, next_random(w->rng));
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
	if (table && w->n > MAXPLACES)
		return wl_stop(ex, col,
		    "%" PRIu64 " places are too many for "
		    "this pattern; at most %" PRIu64,
		    w->n, MAXPLACES);
	if (w->count > WL_SCRIPT_MAXOPS - ex->nops)
		return wl_stop(ex, col,
		    "the script would run more than %d "
		    "operations",
		    WL_SCRIPT_MAXOPS);
	if (w->a->kind == WL_P_ZIPF)
		w->sums = zipf_sums(w->n, w->a->skew);
	if (w->a->kind == WL_P_CHASE)
		w->cycle = chase_cycle(w->n, w->rng);
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
