/*
 * pmap_advise, as FreeBSD's for MADV_DONTNEED and MADV_FREE.
 *
 *	larger mapping	demoted, even if all in range; the last base page of it
 *			in range is removed, if not wired: the fault on that
 *			page can promote again
 *	base page	A and M go; M to the frame for DONTNEED
 *
 * A group is broken like any larger mapping and loses its last page too; the
 * pages of a larger mapping just demoted are in no group, so there it is one.
 */
#include "pmap_large.h"

struct advise {
	bool free;
	uint64_t demotions; /* to leaf tables, when last looked at */
};

static uint64_t
demotions(const struct pmap *pmap)
{
	const struct pmap_system *sys = pmap->sys;

	return sys->count.demotions[level_psind(sys, sys->geo->nlevels - 2u)];
}

/* The page that a fault shall bring back. */
static void
remove_last(struct pmap *pmap, struct pt_node *node, unsigned slot, unsigned i,
    vaddr_t va)
{
	uint64_t *leaf = node->child[slot];

	if ((leaf[i] & pmap->sys->geo->pte.wired) != 0)
		return;
	pmap_drop_pte(pmap, leaf, i, va);
	node->nvalid[slot]--;
}

/* Break the groups of [i, end], i at va, each without its last page. */
static void
break_groups(struct pmap *pmap, struct pt_node *node, unsigned slot, unsigned i,
    unsigned end, vaddr_t va)
{
	uint64_t *leaf = node->child[slot];
	unsigned n = psind_pages(pmap->sys, pmap->sys->group_psind), to;

	for (unsigned k = i; k <= end; k = to + 1) {
		to = (k | (n - 1)) < end ? k | (n - 1) : end;
		if ((leaf[k] & pmap->sys->geo->pte.group) == 0)
			continue;
		pmap_group_break(pmap, leaf, k, va + pg_ptoa(pmap, k - i));
		remove_last(pmap, node, slot, to, va + pg_ptoa(pmap, to - i));
	}
}

static void
advise_leaf(struct pmap *pmap, struct pt_node *node, unsigned slot, vaddr_t va,
    vaddr_t last, void *arg)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	unsigned i = pt_leaf_index(pmap, va), end = pt_leaf_index(pmap, last);
	uint64_t *leaf = node->child[slot];
	struct advise *how = arg;
	bool keep = !how->free;

	/* Withheld writing: M is as good as the frame's already. */
	keep = keep || (pt_leaf_find(pmap, va) != NULL && !pmap->last_writable);
	if (how->demotions != demotions(pmap))
		remove_last(pmap, node, slot, end, va + pg_ptoa(pmap, end - i));
	else if (f->group != 0)
		break_groups(pmap, node, slot, i, end, va);
	how->demotions = demotions(pmap);
	for (; i <= end; i++, va += pg_size(pmap)) {
		uint64_t old = leaf[i];

		if ((old & (f->accessed | f->dirty)) == 0)
			continue;
		if ((old & f->dirty) != 0 && keep)
			pmap_page(pmap->sys, pte_pfn(pmap, old))
			    ->pv |= PMAP_ATTR_MOD;
		leaf[i] &= ~(f->accessed | f->dirty);
		node->states[slot] |= pte_states(f, leaf[i]);
		pte_changed(pmap, va, old, leaf[i]);
	}
}

void
pmap_advise(struct pmap *pmap, vaddr_t start, vaddr_t end, bool free)
{
	static const struct pt_range_ops ops = { .leaf = advise_leaf };
	struct advise how = { free, demotions(pmap) };

	if (start >= end)
		return;
	pt_range(pmap, start, end - 1, &ops, &how);
	pmap_op_done(pmap->sys);
}
