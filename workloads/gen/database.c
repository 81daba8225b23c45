/*
 * A database's buffer pool.  The file has a tree (root, inner pages, leaves)
 * and a log behind it:
 *
 *	| root | ... | inner pages | leaves ............ | log, a ring |
 *
 * A transaction looks for a row: from the root to a leaf it loads the key that
 * leads on, then the row.  Which leaf follows Zipf's law, and popular leaves
 * lie scattered.  `update' of the transactions then store the row and write a
 * record of 64 bytes to the log.  `scan' of them instead go on through `length'
 * leaves, one row each.
 */
#include "gen.h"
#include "workloads/pattern.h"

enum { DB_PAGES, DB_FANOUT, DB_SKEW, DB_UPDATE, DB_SCAN, DB_LENGTH, DB_LOG };

#define MAXLEVELS 24 /* of inner pages: 2^22 leaves, two keys a page */
#define ROW 64       /* bytes; of a record as well */

enum mode { DESCEND, ROW_LOAD, ROW_STORE, LOG, SCAN };

struct database {
	enum mode mode;
	unsigned levels;           /* of inner pages */
	uint64_t first[MAXLEVELS]; /* page of each level, root last */
	uint64_t leaves;           /* first page of them */
	uint64_t leaf, row;        /* that this transaction wants */
	unsigned level;            /* it is at, DESCEND */
	uint64_t left;             /* leaves to go, SCAN */
	uint64_t logged;           /* records, in all */
};

/* Levels from below: as many pages as the keys for the level need. */
static void
lay_out(const uint64_t *p, struct database *d)
{
	uint64_t n[MAXLEVELS], pages = p[DB_PAGES], at = 0;

	while (pages > 1) {
		pages = (pages + p[DB_FANOUT] - 1) / p[DB_FANOUT];
		n[d->levels++] = pages;
	}
	for (unsigned level = d->levels; level-- > 0;) {
		d->first[level] = at;
		at += n[level];
	}
	d->leaves = at;
}

/* The next transaction: which row. */
static void
begin(struct wl_gen *g, struct database *d)
{
	const uint64_t *p = g->args.param;
	const uint32_t *where = g->table[1];

	d->leaf = where[wl_zipf_place(g->table[0], p[DB_PAGES],
	    wl_random(&g->rng))];
	d->row = wl_random(&g->rng) % (WL_GEN_PAGE / ROW);
	d->level = d->levels;
	d->mode = d->levels > 0 ? DESCEND : ROW_LOAD;
}

static bool
database_start(struct wl_gen *g)
{
	const uint64_t *p = g->args.param;

	lay_out(p, g->state);
	g->table[0] = wl_zipf_sums(p[DB_PAGES],
	    (uint32_t)(p[DB_SKEW] * 65536 / 100));
	g->table[1] = wl_cycle(p[DB_PAGES], &g->rng);
	if (g->table[0] == NULL || g->table[1] == NULL)
		return false;
	begin(g, g->state);
	return true;
}

/* The key of an inner page that leads to the leaf. */
static void
descend(const uint64_t *p, struct database *d, struct wl_ref *ref)
{
	uint64_t child = d->leaf, page;

	d->level--;
	for (unsigned i = 0; i < d->level; i++)
		child /= p[DB_FANOUT];
	page = d->first[d->level] + child / p[DB_FANOUT];
	wl_gen_ref(ref, page * WL_GEN_PAGE + child % p[DB_FANOUT] * 8, 8,
	    WL_REF_LOAD);
	if (d->level == 0)
		d->mode = ROW_LOAD;
}

static void
touch_row(const struct database *d, struct wl_ref *ref, enum wl_ref_kind kind)
{
	wl_gen_ref(ref, (d->leaves + d->leaf) * WL_GEN_PAGE + d->row * ROW, 8,
	    kind);
}

/* The row is found: what the transaction does with it. */
static void
load_row(struct wl_gen *g, struct database *d, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;

	touch_row(d, ref, WL_REF_LOAD);
	if (wl_gen_happens(g, p[DB_SCAN])) {
		d->left = p[DB_LENGTH];
		d->mode = SCAN;
	} else if (wl_gen_happens(g, p[DB_UPDATE])) {
		d->mode = ROW_STORE;
	} else {
		begin(g, d);
	}
}

static void
scan(struct wl_gen *g, struct database *d, struct wl_ref *ref)
{
	d->leaf = (d->leaf + 1) % g->args.param[DB_PAGES];
	touch_row(d, ref, WL_REF_LOAD);
	if (--d->left == 0)
		begin(g, d);
}

static void
append_log(struct wl_gen *g, struct database *d, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;
	const uint64_t at = d->logged++ % (p[DB_LOG] * (WL_GEN_PAGE / ROW));

	wl_gen_ref(ref, (d->leaves + p[DB_PAGES]) * WL_GEN_PAGE + at * ROW, ROW,
	    WL_REF_STORE);
	begin(g, d);
}

static enum wl_gen_step
database_step(struct wl_gen *g, struct wl_ref *ref)
{
	struct database *d = g->state;

	switch (d->mode) {
	case DESCEND: descend(g->args.param, d, ref); break;
	case ROW_LOAD: load_row(g, d, ref); break;
	case ROW_STORE:
		touch_row(d, ref, WL_REF_STORE);
		d->mode = LOG;
		break;
	case LOG: append_log(g, d, ref); break;
	case SCAN: scan(g, d, ref); break;
	}
	return WL_GEN_REF;
}

static const struct wl_gen_param database_params[] = {
	{ "pages", "leaves of the tree, pages of 4K", 1, WL_MAXPLACES, 2000 },
	{ "fanout", "keys of an inner page", 2, 512, 50 },
	{ "skew", "of the leaves, exponent in hundredths", 0, 400, 80 },
	{ "update", "transactions that store, percent", 0, 100, 30 },
	{ "scan", "transactions that scan, percent", 0, 100, 1 },
	{ "length", "leaves of a scan", 1, (uint64_t)1 << 22, 200 },
	{ "log", "pages of 4K of the log", 1, 65536, 64 }, { .name = NULL }
};

const struct wl_gen_kind wl_gen_database = {
	.name = "database",
	.summary = "a buffer pool: tree descents, scans, a log",
	.params = database_params,
	.n = 100000,
	.state = sizeof(struct database),
	.start = database_start,
	.step = database_step,
};
