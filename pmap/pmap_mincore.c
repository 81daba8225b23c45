/*
 * mincore's view of a range: a byte for each page.
 *
 *	no table		nothing is stored yet; the run of zeros goes on
 *	full table, PTEs alike	one memset (alike by the table's set of states)
 *	other table		eight PTEs at a time, one by one if they differ
 *	larger mapping		one memset
 *
 * Zeros are stored when their run ends; where few pages are resident, all at
 * once before anything else, because one memset() of many megabytes is twice
 * as quick as many smaller ones (libc goes around the caches then).
 *
 * Reading a whole table tells which states its PTEs really have: its set is
 * made exact on the way.
 */
#include "pmap_large.h"

#include <string.h>

#define GROUP 8u  /* PTEs compared at once */
#define SPARSE 8u /* pages of the range to a resident one: few are */

struct scan {
	struct pmap *pmap;
	vaddr_t start;
	uint8_t *vec;
	uint64_t done; /* bytes before this one are stored, or are 0 */
	/* By whether the path allows writing, and the PTE's state. */
	uint8_t byte[2][PTE_NSTATES];
	const uint8_t *size; /* by psind */
};

/* Zeros up to the page at va. => where its byte goes */
static inline uint8_t *
zeros_up_to(struct scan *s, vaddr_t va)
{
	uint64_t to = pg_atop(s->pmap, va - s->start);

	if (to > s->done) {
		memset(s->vec + s->done, 0, (size_t)(to - s->done));
		s->done = to;
	}
	return s->vec + to;
}

/* The byte that all states of a set give. => false: they differ */
static inline bool
one_byte(unsigned set, const uint8_t *byte, uint8_t *out)
{
	*out = byte[__builtin_ctz(set)];
	for (set &= set - 1; set != 0; set &= set - 1)
		if (byte[__builtin_ctz(set)] != *out)
			return false;
	return true;
}

/* n PTEs one by one. => the set of their states */
static unsigned
store_each(const struct pte_format *f, const uint64_t *pte, unsigned n,
    const uint8_t *byte, uint8_t *out)
{
	unsigned set = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned state = pte_state(f, pte[i]), valid = pte[i] != 0;

		out[i] = valid != 0 ? byte[state] : 0;
		set |= valid << state;
	}
	return set;
}

/* => all PTEs of a group are valid with the state of the first, or invalid */
static inline bool
alike(const uint64_t *pte, uint64_t mask)
{
	uint64_t differ = 0;

	for (unsigned i = 1; i < GROUP; i++)
		differ |= pte[i] ^ pte[0];
	return (differ & mask) == 0;
}

/* n PTEs. => the set of their states */
static unsigned
store_ptes(const struct pte_format *f, const uint64_t *pte, unsigned n,
    const uint8_t *byte, uint8_t *out)
{
	const uint64_t mask = f->valid | f->accessed | f->dirty | f->write;
	unsigned set = 0, i = 0;

	for (; i + GROUP <= n; i += GROUP) {
		if (!alike(&pte[i], mask)) {
			set |= store_each(f, &pte[i], GROUP, byte, &out[i]);
		} else if (pte[i] == 0) {
			memset(&out[i], 0, GROUP);
		} else {
			set |= pte_states(f, pte[i]);
			memset(&out[i], byte[pte_state(f, pte[i])], GROUP);
		}
	}
	return set | store_each(f, &pte[i], n - i, byte, &out[i]);
}

/* PTEs of groups say so. */
static void
mark_groups(const struct scan *s, const uint64_t *pte, unsigned n, uint8_t *out)
{
	uint64_t group = s->pmap->sys->geo->pte.group;
	uint8_t mark = s->size[s->pmap->sys->group_psind];

	if (group == 0 || mark == 0)
		return;
	for (unsigned i = 0; i < n; i++)
		out[i] |= pte[i] & group ? mark : 0;
}

static void
scan_large(struct scan *s, uint64_t pte, unsigned psind, vaddr_t va,
    vaddr_t last, bool writable)
{
	const struct pte_format *f = &s->pmap->sys->geo->pte;
	uint64_t n = pg_atop(s->pmap, last - va) + 1;
	uint8_t *out = zeros_up_to(s, va);

	if (s->done == pg_atop(s->pmap, va - s->start))
		s->done += n;
	memset(out, s->byte[writable][pte_state(f, pte)] | s->size[psind],
	    (size_t)n);
}

static void
scan_leaf(struct scan *s, struct pt_node *node, unsigned slot, vaddr_t va,
    vaddr_t last, bool writable)
{
	const struct pmap *pmap = s->pmap;
	const unsigned i = pt_leaf_index(pmap, va);
	const unsigned n = pt_leaf_index(pmap, last) - i + 1;
	const uint8_t *byte = s->byte[writable];
	const uint64_t *leaf = node->child[slot];
	uint8_t *out = zeros_up_to(s, va), like;
	unsigned set;

	if (s->done == pg_atop(pmap, va - s->start))
		s->done += n;
	if (node->nvalid[slot] == pmap->leaf_mask + 1 &&
	    one_byte(node->states[slot], byte, &like)) {
		memset(out, like, n);
	} else {
		set = store_ptes(&pmap->sys->geo->pte, &leaf[i], n, byte, out);
		if (n == pmap->leaf_mask + 1)
			node->states[slot] = (uint8_t)set;
	}
	mark_groups(s, &leaf[i], n, out);
}

/* First child of node from slot i on; counts are read four at a time. */
static inline unsigned
next_child(const struct pt_node *node, unsigned i, unsigned end)
{
	uint64_t four;

	for (; i <= end; i++) {
		if (node->nvalid[i] != 0)
			return i;
		for (; i + 4 <= end; i += 4) {
			memcpy(&four, &node->nvalid[i + 1], sizeof(four));
			if (four != 0)
				break;
		}
	}
	return i;
}

static void
scan_below(struct scan *s, struct pt_node *node, vaddr_t va, vaddr_t last,
    bool writable)
{
	const struct pmap_geometry *geo = s->pmap->sys->geo;
	const unsigned level = node->level, end = pt_index(geo, last, level);
	const vaddr_t span = (vaddr_t)1 << geo->shift[level];
	unsigned first = pt_index(geo, va, level), i = first;
	vaddr_t base = va & ~(span - 1);
	unsigned left = node->count;

	for (; left > 0 && (i = next_child(node, i, end)) <= end; i++, left--) {
		vaddr_t from = base + (i - first) * span;
		vaddr_t to = i == end ? last : from + (span - 1);
		bool write = writable && (node->pte[i] & geo->pte.write) != 0;

		if (i == first)
			from = va;
		if (unlikely(pt_is_large(s->pmap, node->pte[i])))
			scan_large(s, node->pte[i],
			    level_psind(s->pmap->sys, level), from, to,
			    writable);
		else if (level == geo->nlevels - 2u)
			scan_leaf(s, node, i, from, to, write);
		else
			scan_below(s, node->child[i], from, to, write);
	}
}

void
pmap_mincore(struct pmap *pmap, vaddr_t start, vaddr_t end,
    const uint8_t byte[4], const uint8_t size[PMAP_MAXSIZES], uint8_t *vec)
{
	struct scan s = {
		.pmap = pmap,
		.start = start,
		.vec = vec,
		.size = size,
	};

	if (start >= end)
		return;
	for (unsigned state = 0; state < PTE_NSTATES; state++) {
		s.byte[0][state] = byte[state & PTE_STATE_A];
		s.byte[1][state] = byte[state & PTE_STATE_W ?
			state & (PTE_STATE_A | PTE_STATE_M) :
			state & PTE_STATE_A];
	}
	if (pg_atop(pmap, end - start) / SPARSE > pmap->resident)
		zeros_up_to(&s, end);
	if (pmap->resident != 0)
		scan_below(&s, pmap->root, start, end - 1, true);
	zeros_up_to(&s, end);
}
