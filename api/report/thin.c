/*
 * A long run: moments are joined by pairs until there is room for it.
 *
 * Of the rows that a joined moment has of one thing the last one stays; of its
 * operations the one that went worst, or the first; each page that was touched
 * is touched once.  So every moment that is left is told exactly, and there are
 * half as many.
 */
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* Rows of columns from..to, the first of which has the moment; `keys' columns
 * behind it say what the row is about. */
static const struct table {
	enum report_col moment;
	unsigned ncolumns, keys;
} tables[] = {
	{ REPORT_PTE_MOMENT, 4, 1 },
	{ REPORT_FRAME_MOMENT, 4, 1 },
	{ REPORT_ENTRY_MOMENT, 5, 2 },
	{ REPORT_PROC_MOMENT, 3, 1 },
	{ REPORT_STAT_MOMENT, 3, 1 },
};

static int64_t
joined(int64_t moment)
{
	return moment == 0 ? 0 : (moment - 1) / 2 + 1;
}

struct seen { /* the last row of a moment about a thing */
	int64_t key[2];
	UT_hash_handle hh;
};

/* => true, and the thing is seen now; false: it had been */
static bool
see(struct report *r, struct seen **all, struct seen *room,
    const struct table *t, size_t row)
{
	const struct report_column *c = &r->col[t->moment];
	struct seen *s;

	room->key[0] = c[1].v[row];
	room->key[1] = t->keys > 1 ? c[2].v[row] : 0;
	HASH_FIND(hh, *all, room->key, sizeof(room->key), s);
	if (s != NULL)
		return false;
	SIM_HASH_ADD(*all, room->key, sizeof(room->key), room);
	if (room->hh.tbl == NULL)
		r->nomem = true;
	return true;
}

/* Rows [from, to) are of one joined moment: keep the last of each thing.
 * => where the next row is put */
static size_t
join_rows(struct report *r, const struct table *t, size_t from, size_t to,
    size_t at)
{
	struct report_column *c = &r->col[t->moment];
	const size_t n = to - from;
	struct seen *all = NULL, *room;
	uint8_t *keep;

	if (n == 1) {
		for (unsigned i = 0; i < t->ncolumns; i++)
			c[i].v[at] = c[i].v[from];
		c[0].v[at] = joined(c[0].v[at]);
		return at + 1;
	}
	room = calloc(n, sizeof(*room));
	keep = calloc(n, 1);
	if (room == NULL || keep == NULL)
		r->nomem = true;
	else
		for (size_t i = n; i-- > 0;)
			keep[i] = see(r, &all, &room[i], t, from + i);
	for (size_t i = 0; i < n && !r->nomem; i++) {
		if (!keep[i])
			continue;
		for (unsigned k = 0; k < t->ncolumns; k++)
			c[k].v[at] = c[k].v[from + i];
		c[0].v[at] = joined(c[0].v[at]);
		at++;
	}
	HASH_CLEAR(hh, all);
	free(room);
	free(keep);
	return at;
}

static void
thin_table(struct report *r, const struct table *t)
{
	struct report_column *c = &r->col[t->moment];
	size_t from = 0, at = 0, to;

	for (; from < c[0].n && !r->nomem; from = to) {
		const int64_t moment = joined(c[0].v[from]);

		for (to = from + 1; to < c[0].n; to++)
			if (joined(c[0].v[to]) != moment)
				break;
		at = join_rows(r, t, from, to, at);
	}
	for (unsigned i = 0; i < t->ncolumns; i++)
		c[i].n = at;
}

/* Touches of two operations, each page once.  => how many are put at `at' */
static size_t
join_touches(struct report *r, size_t from, size_t n, size_t at, uint32_t mark)
{
	int64_t *v = r->col[REPORT_TOUCH_PAGE].v;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct report_page *pg = &r->page[v[from + i]];

		if (pg->seen == mark)
			continue;
		pg->seen = mark;
		v[at + kept++] = v[from + i];
	}
	return kept;
}

static void
thin_ops(struct report *r)
{
	struct report_column *c = &r->col[REPORT_OP_KIND];
	struct report_column *pages = &r->col[REPORT_OP_PAGES];
	struct report_column *clock = &r->col[REPORT_OP_CLOCK];
	size_t n = c->n, from = 0, to = 0;

	for (uint32_t i = 1; i <= r->npages; i++)
		r->page[i].seen = 0;
	for (size_t i = 0; i < n; i += 2) {
		const size_t pair = i + 1 < n ? 2 : 1;
		const size_t worst = pair == 2 &&
			(c->v[i + 1] & 3) > (c->v[i] & 3) ?
		    i + 1 :
		    i;
		const int64_t when = clock->v[i + pair - 1];
		size_t touched = (size_t)pages->v[i], kept;

		if (pair == 2)
			touched += (size_t)pages->v[i + 1];
		kept = join_touches(r, from, touched, to,
		    (uint32_t)(i / 2 + 1));
		for (int k = REPORT_OP_KIND; k <= REPORT_OP_CLOCK; k++)
			r->col[k].v[i / 2] = r->col[k].v[worst];
		pages->v[i / 2] = (int64_t)kept;
		clock->v[i / 2] = when;
		from += touched;
		to += kept;
	}
	for (int k = REPORT_OP_KIND; k <= REPORT_OP_CLOCK; k++)
		r->col[k].n = (n + 1) / 2;
	r->col[REPORT_TOUCH_PAGE].n = to;
}

static uint64_t
rows(const struct report *r)
{
	uint64_t n = r->col[REPORT_TOUCH_PAGE].n + r->col[REPORT_OP_KIND].n;

	for (size_t i = 0; i < NELEM(tables); i++)
		n += r->col[tables[i].moment].n;
	return n;
}

/* Joining is for whole pairs, so that the next operation begins a moment. */
void
report_thin(struct report *r)
{
	const uint64_t two = (uint64_t)2 << r->shift;

	if (r->ops % two != 0 || r->ops < 2 * two || r->nomem ||
	    (r->moment < r->limit.moments && rows(r) < r->limit.rows))
		return;
	thin_ops(r);
	for (size_t i = 0; i < NELEM(tables); i++)
		thin_table(r, &tables[i]);
	r->shift++;
	r->moment = r->ops >> r->shift;
}
