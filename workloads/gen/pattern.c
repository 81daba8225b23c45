/*
 * Generators of plain patterns: a range of memory, and a rule that says which
 * place of it comes next.
 *
 *	seq	place 0, 1, 2, ... to the end of the range, and again
 *	stride	the same, but each pass begins `shift' bytes further on: the
 *		columns of a matrix that is stored by rows
 *	uniform	each place as likely as any other
 *	zipf	page k, from 1, in proportion to 1/k^skew
 *	hotcold	`share' of the references go to `hot' of the pages, in each
 *		part uniformly
 *	chase	round one random cycle through all nodes
 *	phases	uniform in one of several localities, which are parts of the
 *		range that overlap; each reference is the last of its phase
 *		with a probability of 1/length
 */
#include <stdlib.h>

#include "gen.h"
#include "workloads/pattern.h"

#define PLACE 8 /* bytes of a random place */

#define MAXPAGES ((uint64_t)1 << 28)
#define PAGES(value, max) \
	{ \
		"pages", "pages of 4K that it uses", 1, max, value \
	}
#define WRITES \
	{ \
		"writes", "writes, percent", 0, 100, 0 \
	}

/* Some place of a page. */
static uint64_t
in_page(struct wl_gen *g, uint64_t page)
{
	return page * WL_GEN_PAGE +
	    wl_random(&g->rng) % (WL_GEN_PAGE / PLACE) * PLACE;
}

static enum wl_gen_step
touch(struct wl_gen *g, struct wl_ref *ref, uint64_t offset, uint32_t size,
    uint64_t writes)
{
	wl_gen_ref(ref, offset, size, wl_gen_load_or_store(g, writes));
	return WL_GEN_REF;
}

/* -------------------------------------------------------- seq, stride ---- */

enum { SEQ_PAGES, SEQ_STEP, SEQ_WRITES };

struct walk {
	uint64_t at;    /* offset of the next reference */
	uint64_t first; /* of this pass */
};

static enum wl_gen_step
seq_step(struct wl_gen *g, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;
	struct walk *w = g->state;
	const uint64_t at = w->at;

	w->at += p[SEQ_STEP];
	if (w->at >= p[SEQ_PAGES] * WL_GEN_PAGE)
		w->at = 0;
	return touch(g, ref, at, wl_gen_size(p[SEQ_STEP]), p[SEQ_WRITES]);
}

static const struct wl_gen_param seq_params[] = { PAGES(64, MAXPAGES),
	{ "step", "bytes from one reference to the next", 1, 4096, 64 }, WRITES,
	{ .name = NULL } };

const struct wl_gen_kind wl_gen_seq = {
	.name = "seq",
	.summary = "an array, from its beginning to its end, again and again",
	.params = seq_params,
	.n = 100000,
	.state = sizeof(struct walk),
	.step = seq_step,
};

enum { STRIDE_PAGES, STRIDE_STEP, STRIDE_SHIFT, STRIDE_WRITES };

static enum wl_gen_step
stride_step(struct wl_gen *g, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;
	const uint64_t end = p[STRIDE_PAGES] * WL_GEN_PAGE;
	struct walk *w = g->state;
	const uint64_t at = w->at;

	w->at += p[STRIDE_STEP];
	if (w->at >= end) {
		w->first = (w->first + p[STRIDE_SHIFT]) % p[STRIDE_STEP];
		if (w->first >= end)
			w->first = 0;
		w->at = w->first;
	}
	return touch(g, ref, at, wl_gen_size(p[STRIDE_STEP] | p[STRIDE_SHIFT]),
	    p[STRIDE_WRITES]);
}

static const struct wl_gen_param stride_params[] = { PAGES(64, MAXPAGES),
	{ "step", "bytes from one reference to the next", 1, (uint64_t)1 << 30,
	    4096 },
	{ "shift", "bytes by which each pass begins later", 0, 4096, 8 },
	WRITES, { .name = NULL } };

const struct wl_gen_kind wl_gen_stride = {
	.name = "stride",
	.summary = "the columns of a matrix that is stored by rows",
	.params = stride_params,
	.n = 100000,
	.state = sizeof(struct walk),
	.step = stride_step,
};

/* ----------------------------------------------------------- uniform ---- */

enum { UNIFORM_PAGES, UNIFORM_WRITES };

static enum wl_gen_step
uniform_step(struct wl_gen *g, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;
	const uint64_t place = wl_random(&g->rng) %
	    (p[UNIFORM_PAGES] * (WL_GEN_PAGE / PLACE));

	return touch(g, ref, place * PLACE, PLACE, p[UNIFORM_WRITES]);
}

static const struct wl_gen_param uniform_params[] = { PAGES(256, MAXPAGES),
	WRITES, { .name = NULL } };

const struct wl_gen_kind wl_gen_uniform = {
	.name = "uniform",
	.summary = "each place as likely as any other",
	.params = uniform_params,
	.n = 100000,
	.state = 1,
	.step = uniform_step,
};

/* -------------------------------------------------------------- zipf ---- */

enum { ZIPF_PAGES, ZIPF_SKEW, ZIPF_SHUFFLE, ZIPF_WRITES };

static bool
zipf_start(struct wl_gen *g)
{
	const uint64_t *p = g->args.param;

	g->table[0] = wl_zipf_sums(p[ZIPF_PAGES],
	    (uint32_t)(p[ZIPF_SKEW] * 65536 / 100));
	if (p[ZIPF_SHUFFLE])
		g->table[1] = wl_cycle(p[ZIPF_PAGES], &g->rng);
	return g->table[0] != NULL && (g->table[1] != NULL || !p[ZIPF_SHUFFLE]);
}

static enum wl_gen_step
zipf_step(struct wl_gen *g, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;
	const uint32_t *where = g->table[1];
	uint64_t page = wl_zipf_place(g->table[0], p[ZIPF_PAGES],
	    wl_random(&g->rng));

	if (where != NULL)
		page = where[page];
	return touch(g, ref, in_page(g, page), PLACE, p[ZIPF_WRITES]);
}

static const struct wl_gen_param zipf_params[] = { PAGES(1024, WL_MAXPLACES),
	{ "skew", "exponent, in hundredths", 0, 400, 100 },
	{ "shuffle", "1: popular pages lie scattered; 0: first", 0, 1, 0 },
	WRITES, { .name = NULL } };

const struct wl_gen_kind wl_gen_zipf = {
	.name = "zipf",
	.summary = "page k in proportion to 1/k^skew",
	.params = zipf_params,
	.n = 100000,
	.state = 1,
	.start = zipf_start,
	.step = zipf_step,
};

/* ----------------------------------------------------------- hotcold ---- */

enum { HOT_PAGES, HOT_HOT, HOT_SHARE, HOT_WRITES };

/* Pages that are hot: at least one, and not all. */
static uint64_t
hot_pages(const uint64_t *p)
{
	const uint64_t hot = p[HOT_PAGES] * p[HOT_HOT] / 100;

	return hot > 0 ? hot : 1;
}

static enum wl_gen_step
hotcold_step(struct wl_gen *g, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;
	const uint64_t hot = hot_pages(p), cold = p[HOT_PAGES] - hot;
	uint64_t page;

	if (wl_random(&g->rng) % 100 < p[HOT_SHARE])
		page = wl_random(&g->rng) % hot;
	else
		page = hot + wl_random(&g->rng) % cold;
	return touch(g, ref, in_page(g, page), PLACE, p[HOT_WRITES]);
}

static const struct wl_gen_param hotcold_params[] = {
	{ "pages", "pages of 4K that it uses", 2, MAXPAGES, 1000 },
	{ "hot", "hot pages, percent of them", 1, 99, 20 },
	{ "share", "references to hot pages, percent", 0, 100, 80 }, WRITES,
	{ .name = NULL }
};

const struct wl_gen_kind wl_gen_hotcold = {
	.name = "hotcold",
	.summary = "few pages that get most of the references",
	.params = hotcold_params,
	.n = 100000,
	.state = 1,
	.step = hotcold_step,
};

/* ------------------------------------------------------------- chase ---- */

enum { CHASE_PAGES, CHASE_NODE, CHASE_WRITES };

static uint64_t
nodes(const uint64_t *p)
{
	return p[CHASE_PAGES] * WL_GEN_PAGE / p[CHASE_NODE];
}

static const char *
chase_refuse(const uint64_t *p)
{
	return nodes(p) > WL_MAXPLACES ?
	    "pages * 4096 / node is at most 4194304 nodes" :
	    NULL;
}

static bool
chase_start(struct wl_gen *g)
{
	g->table[0] = wl_cycle(nodes(g->args.param), &g->rng);
	return g->table[0] != NULL;
}

static enum wl_gen_step
chase_step(struct wl_gen *g, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;
	const uint32_t *next = g->table[0];
	uint32_t *node = g->state, at = *node;

	*node = next[at];
	return touch(g, ref, at * p[CHASE_NODE], wl_gen_size(p[CHASE_NODE]),
	    p[CHASE_WRITES]);
}

static const struct wl_gen_param chase_params[] = { PAGES(64, WL_MAXPLACES),
	{ "node", "bytes of a node", 8, 4096, 64 }, WRITES, { .name = NULL } };

const struct wl_gen_kind wl_gen_chase = {
	.name = "chase",
	.summary = "a linked list whose nodes lie in random order",
	.params = chase_params,
	.n = 100000,
	.state = sizeof(uint32_t),
	.refuse = chase_refuse,
	.start = chase_start,
	.step = chase_step,
};

/* ------------------------------------------------------------ phases ---- */

enum { PHASE_SETS, PHASE_PAGES, PHASE_OVERLAP, PHASE_LENGTH, PHASE_WRITES };

static enum wl_gen_step
phases_step(struct wl_gen *g, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param, sets = p[PHASE_SETS];
	const uint64_t own = p[PHASE_PAGES] -
	    p[PHASE_PAGES] * p[PHASE_OVERLAP] / 100;
	uint64_t *set = g->state;
	const uint64_t page = *set * own + wl_random(&g->rng) % p[PHASE_PAGES];
	const uint64_t at = in_page(g, page);

	if (sets > 1 && wl_random(&g->rng) % p[PHASE_LENGTH] == 0)
		*set = (*set + 1 + wl_random(&g->rng) % (sets - 1)) % sets;
	return touch(g, ref, at, PLACE, p[PHASE_WRITES]);
}

static const struct wl_gen_param phases_params[] = {
	{ "sets", "localities that there are", 1, 4096, 5 },
	{ "pages", "pages of 4K in each", 1, (uint64_t)1 << 20, 40 },
	{ "overlap", "of these, also in the next one, percent", 0, 100, 25 },
	{ "length", "mean references of a phase", 1, (uint64_t)1 << 40, 5000 },
	WRITES, { .name = NULL }
};

const struct wl_gen_kind wl_gen_phases = {
	.name = "phases",
	.summary = "one locality for a while, then another one",
	.params = phases_params,
	.n = 100000,
	.state = sizeof(uint64_t),
	.step = phases_step,
};
