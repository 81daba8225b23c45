/*
 * The naive TLB.  An entry knows its address space, its size and its address;
 * an array is a table of sets of them.  Nothing is packed, nothing is kept in
 * an order, everything is found by looking at all there is.
 */
#include "tlb_naive.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	bool used;
	unsigned space;
	unsigned shift;
	vaddr_t va; /* its first byte */
	uint64_t time;
};

struct table {
	unsigned sets, ways; /* 0: there is none */
	struct entry *entry; /* [sets][ways] */
	bool *right; /* PLRU: [sets][2 * ways], the next to go is right */
};

struct cpu {
	int space; /* -1: none yet */
	struct table level[TLB_NPLACES][TLB_MAXARRAYS];
	struct table pwc[TLB_MAXHEIGHT];
	bool may_hold[NAIVE_SPACES], stale[NAIVE_SPACES];
	struct naive_counts n;
};

struct change {
	vaddr_t va;
	vsize_t size;
};

struct naive {
	const struct tlb_preset *p;
	const struct pmap_geometry *geo;
	unsigned ncpus, now;
	uint64_t time;
	/* the operation under way */
	int space; /* -1: none */
	struct change *change;
	size_t nchanges, room;
	uint64_t npages;
	bool all;
	struct cpu cpu[TLB_MAXCPUS];
};

/* ------------------------------------------------------------- tables ---- */

static struct table
table_of(const struct tlb_array_spec *spec)
{
	struct table t = { 0 };

	if (spec->entries == 0)
		return t;
	t.ways = spec->ways == 0 ? spec->entries : spec->ways;
	t.sets = spec->entries / t.ways;
	t.entry = calloc(spec->entries, sizeof(*t.entry));
	t.right = calloc((size_t)spec->entries * 2, sizeof(*t.right));
	if (t.entry == NULL || t.right == NULL)
		abort();
	return t;
}

static struct entry *
set_of(const struct table *t, vaddr_t va, unsigned shift)
{
	return t->entry + (va >> shift) % t->sets * t->ways;
}

static bool *
tree_of(const struct table *t, const struct entry *e)
{
	return t->right + (size_t)(e - t->entry) / t->ways * 2 * t->ways;
}

/* Ways [from, from + n) hang below node: point away from `way'. */
static void
tree_use(bool *right, unsigned node, unsigned from, unsigned n, unsigned way)
{
	if (n == 1)
		return;
	n /= 2;
	right[node] = way < from + n;
	if (right[node])
		tree_use(right, 2 * node, from, n, way);
	else
		tree_use(right, 2 * node + 1, from + n, n, way);
}

static unsigned
tree_next(const bool *right, unsigned node, unsigned from, unsigned n)
{
	if (n == 1)
		return from;
	n /= 2;
	return right[node] ? tree_next(right, 2 * node + 1, from + n, n) :
			     tree_next(right, 2 * node, from, n);
}

static void
use(struct naive *m, const struct table *t, struct entry *e)
{
	unsigned way = (unsigned)(e - t->entry) % t->ways;

	e->time = ++m->time;
	if (m->p->policy == TLB_PLRU)
		tree_use(tree_of(t, e), 1, 0, t->ways, way);
}

static bool
lookup(struct naive *m, const struct table *t, unsigned space, vaddr_t va,
    unsigned shift)
{
	struct entry *set;

	if (t->ways == 0)
		return false;
	set = set_of(t, va, shift);
	for (unsigned i = 0; i < t->ways; i++)
		if (set[i].used && set[i].space == space &&
		    set[i].shift == shift &&
		    set[i].va >> shift == va >> shift) {
			use(m, t, &set[i]);
			return true;
		}
	return false;
}

static void
put(struct naive *m, const struct table *t, unsigned space, vaddr_t va,
    unsigned shift)
{
	struct entry *set, *e = NULL;

	if (t->ways == 0)
		return;
	set = set_of(t, va, shift);
	for (unsigned i = 0; i < t->ways && e == NULL; i++)
		if (!set[i].used)
			e = &set[i];
	if (e == NULL && m->p->policy == TLB_PLRU)
		e = &set[tree_next(tree_of(t, set), 1, 0, t->ways)];
	if (e == NULL) {
		e = set;
		for (unsigned i = 1; i < t->ways; i++)
			if (set[i].time < e->time)
				e = &set[i];
	}
	e->used = true;
	e->space = space;
	e->shift = shift;
	e->va = va >> shift << shift;
	use(m, t, e);
}

/* Drop the entries of a space that cover any of [va, last]. */
static void
drop(const struct table *t, unsigned space, vaddr_t va, vaddr_t last)
{
	for (size_t i = 0; i < (size_t)t->sets * t->ways; i++) {
		struct entry *e = &t->entry[i];
		vaddr_t end = e->va + (((vaddr_t)1 << e->shift) - 1);

		if (e->used && e->space == space && e->va <= last && va <= end)
			e->used = false;
	}
}

static void
drop_walks(struct cpu *c, unsigned space)
{
	for (unsigned h = 0; h < TLB_MAXHEIGHT; h++)
		drop(&c->pwc[h], space, 0, UINT64_MAX);
}

static void
drop_space(struct cpu *c, unsigned space)
{
	for (unsigned p = 0; p < TLB_NPLACES; p++)
		for (unsigned i = 0; i < TLB_MAXARRAYS; i++)
			drop(&c->level[p][i], space, 0, UINT64_MAX);
	drop_walks(c, space);
}

/* ------------------------------------------------------------ building ---- */

struct naive *
naive_new(const struct tlb_preset *p, const struct pmap_geometry *geo,
    unsigned ncpus)
{
	struct naive *m = calloc(1, sizeof(*m));

	if (m == NULL)
		abort();
	m->p = p;
	m->geo = geo;
	m->ncpus = ncpus;
	m->space = -1;
	for (unsigned c = 0; c < ncpus; c++) {
		m->cpu[c].space = -1;
		for (unsigned l = 0; l < TLB_NPLACES; l++)
			for (unsigned i = 0; i < TLB_MAXARRAYS; i++)
				m->cpu[c].level[l][i] = table_of(
				    &p->array[l][i]);
		for (unsigned h = 0; h < TLB_MAXHEIGHT; h++)
			m->cpu[c].pwc[h] = table_of(&p->pwc[h]);
	}
	return m;
}

static void
table_free(struct table *t)
{
	free(t->entry);
	free(t->right);
}

void
naive_free(struct naive *m)
{
	for (unsigned c = 0; c < m->ncpus; c++) {
		for (unsigned l = 0; l < TLB_NPLACES; l++)
			for (unsigned i = 0; i < TLB_MAXARRAYS; i++)
				table_free(&m->cpu[c].level[l][i]);
		for (unsigned h = 0; h < TLB_MAXHEIGHT; h++)
			table_free(&m->cpu[c].pwc[h]);
	}
	free(m->change);
	free(m);
}

/* ---------------------------------------------------------- references ---- */

/*
 * Which array of a level holds a page of this size, and as what size: one whose
 * range it is in; else the largest piece that an array takes.  => -1: none
 */
static int
holder(const struct naive *m, unsigned place, unsigned psind, unsigned *shift)
{
	const struct tlb_array_spec *a = m->p->array[place];

	*shift = m->geo->sizes[psind].shift;
	for (int i = 0; i < TLB_MAXARRAYS; i++)
		if (a[i].entries != 0 && a[i].lo <= *shift && *shift <= a[i].hi)
			return i;
	for (unsigned s = psind; s-- > 0;) {
		*shift = m->geo->sizes[s].shift;
		for (int i = 0; i < TLB_MAXARRAYS; i++)
			if (a[i].entries != 0 && a[i].pieces &&
			    a[i].lo <= *shift && *shift <= a[i].hi)
				return i;
	}
	return -1;
}

static unsigned
place_of(const struct naive *m, unsigned data, unsigned fetch, unsigned kind)
{
	return kind == 2 && m->p->array[fetch][0].entries != 0 ? fetch : data;
}

/* => the psind by which the level knows va, or -1 */
static int
level_ask(struct naive *m, unsigned place, unsigned space, vaddr_t va,
    unsigned psind)
{
	bool leftovers = m->geo->pte.promoted != 0;

	for (int s = (int)psind; s >= (leftovers ? 0 : (int)psind); s--) {
		unsigned shift;
		int i = holder(m, place, (unsigned)s, &shift);

		if (i >= 0 &&
		    lookup(m, &m->cpu[m->now].level[place][i], space, va,
			shift))
			return s;
	}
	return -1;
}

static void
level_put(struct naive *m, unsigned place, unsigned space, vaddr_t va,
    unsigned psind)
{
	unsigned shift;
	int i = holder(m, place, psind, &shift);

	if (i >= 0)
		put(m, &m->cpu[m->now].level[place][i], space, va, shift);
}

static void
walk(struct naive *m, unsigned space, vaddr_t va, unsigned psind)
{
	const struct pmap_pagesize *size = &m->geo->sizes[psind];
	struct cpu *c = &m->cpu[m->now];
	int leaf = size->kind == PMAP_SIZE_LEAF ? size->level :
						  m->geo->nlevels - 1;
	int from = 0; /* level that is read first */
	unsigned reads, h = m->p->host_levels;

	c->n.walks++;
	for (int level = leaf - 1; level >= 0 && from == 0; level--)
		if (lookup(m, &c->pwc[m->geo->nlevels - 2 - level], space, va,
			m->geo->shift[level]))
			from = level + 1;
	if (from > 0)
		c->n.pwc_hits++;
	for (int level = from; level < leaf; level++)
		put(m, &c->pwc[m->geo->nlevels - 2 - level], space, va,
		    m->geo->shift[level]);
	reads = (unsigned)(leaf - from + 1);
	c->n.walk_refs += h == 0 ? reads : (reads + 1) * (h + 1) - 1;
}

void
naive_ref(struct naive *m, unsigned space, vaddr_t va, unsigned psind,
    unsigned kind)
{
	struct naive_counts *n = &m->cpu[m->now].n;
	unsigned l1 = place_of(m, TLB_L1D, TLB_L1I, kind);
	unsigned l2 = place_of(m, TLB_L2D, TLB_L2I, kind);
	int s;

	if (kind == 2)
		n->fetches++;
	else
		n->data_refs++;
	s = level_ask(m, l1, space, va, psind);
	if (s >= 0) {
		n->leftovers += s != (int)psind;
		return;
	}
	if (kind == 2)
		n->fetch_misses++;
	else
		n->data_misses++;
	s = level_ask(m, l2, space, va, psind);
	if (s >= 0) {
		n->l2_hits++;
		n->leftovers += s != (int)psind;
		level_put(m, l1, space, va, (unsigned)s);
		return;
	}
	n->l2_misses++;
	walk(m, space, va, psind);
	level_put(m, l1, space, va, psind);
	level_put(m, l2, space, va, psind);
}

/* -------------------------------------------------------- invalidation ---- */

static void
change_of(struct naive *m, unsigned space)
{
	if (m->space == (int)space)
		return;
	naive_done(m);
	m->space = (int)space;
	m->nchanges = 0;
	m->npages = 0;
	m->all = false;
}

void
naive_invalidate(struct naive *m, unsigned space, vaddr_t va, vsize_t size,
    uint64_t npages)
{
	change_of(m, space);
	if (m->nchanges == m->room) {
		m->room = 2 * m->room + 16;
		m->change = realloc(m->change, m->room * sizeof(*m->change));
		if (m->change == NULL)
			abort();
	}
	m->change[m->nchanges++] = (struct change){ va, size };
	m->npages += npages;
}

void
naive_flush(struct naive *m, unsigned space)
{
	change_of(m, space);
	m->all = true;
}

/* Is this processor told of changes of that space? */
static bool
is_told(const struct naive *m, const struct cpu *c, unsigned space)
{
	return space == 0 || c->space == (int)space ||
	    (m->p->broadcast && c->may_hold[space]);
}

static void
drop_levels(struct cpu *c, unsigned space, vaddr_t va, vsize_t size)
{
	for (unsigned p = 0; p < TLB_NPLACES; p++)
		for (unsigned a = 0; a < TLB_MAXARRAYS; a++)
			drop(&c->level[p][a], space, va, va + size - 1);
}

void
naive_drop(struct naive *m, unsigned space, vaddr_t va, vsize_t size)
{
	for (unsigned i = 0; i < m->ncpus; i++)
		if (is_told(m, &m->cpu[i], space))
			drop_levels(&m->cpu[i], space, va, size);
}

static void
apply(struct naive *m, struct cpu *c, unsigned space, bool all)
{
	if (all && space == 0) {
		for (unsigned s = 0; s < NAIVE_SPACES; s++)
			drop_space(c, s);
	} else if (all) {
		drop_space(c, space);
	} else {
		for (size_t i = 0; i < m->nchanges; i++)
			drop_levels(c, space, m->change[i].va,
			    m->change[i].size);
		drop_walks(c, space);
	}
	if (all)
		c->n.full++;
	else
		c->n.pages += m->npages;
}

void
naive_done(struct naive *m)
{
	struct naive_counts *mine = &m->cpu[m->now].n;
	bool all, told_any = false, ipi = false;
	unsigned space;

	if (m->space < 0)
		return;
	space = (unsigned)m->space;
	m->space = -1;
	all = m->all || (m->p->threshold != 0 && m->npages >= m->p->threshold);
	for (unsigned i = 0; i < m->ncpus; i++) {
		struct cpu *c = &m->cpu[i];

		if (!is_told(m, c, space)) {
			c->stale[space] |= c->may_hold[space];
			continue;
		}
		told_any = true;
		apply(m, c, space, all);
		if (i != m->now && !m->p->broadcast) {
			ipi = true;
			mine->sent++;
			c->n.received++;
		}
	}
	mine->shootdowns += told_any;
	mine->rounds += ipi;
}

void
naive_run(struct naive *m, unsigned cpu, unsigned space)
{
	struct cpu *c = &m->cpu[cpu];

	naive_done(m);
	m->now = cpu;
	if (space == 0 || c->space == (int)space)
		return;
	c->n.switches++;
	if (!m->p->asid && c->space >= 0) {
		for (unsigned s = 1; s < NAIVE_SPACES; s++)
			drop_space(c, s);
		c->may_hold[c->space] = false;
		c->n.switch_flushes++;
	}
	c->space = (int)space;
	if (c->stale[space]) {
		drop_space(c, space);
		c->stale[space] = false;
		c->n.lazy_flushes++;
	}
	c->may_hold[space] = true;
}

const struct naive_counts *
naive_counts(const struct naive *m, unsigned cpu)
{
	return &m->cpu[cpu].n;
}
