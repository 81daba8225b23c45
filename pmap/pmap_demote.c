/*
 * Demotion: a larger mapping becomes mappings of the next smaller size.
 *
 *	not accessed (and not wired), or no frame for the table
 *			the mapping is removed: that is "failure"
 *	else		its table, saved or new, gets an entry for each page:
 *			the attributes of the larger entry, frames rising; each
 *			frame but the first gets a pv
 *
 * A saved table's entries would say the same if all were accessed at promotion
 * and nothing changed since, which is when FreeBSD leaves them as they are;
 * writing them always has the same result.
 *
 * A group is broken by clearing the hint of all its PTEs, which cannot fail.
 */
#include "pmap_large.h"

#include <string.h>

/* The saved frame, or a new one. */
static pfn_t
table_frame(struct pmap *pmap, struct pt_node *node, unsigned i)
{
	struct pmap_system *sys = pmap->sys;
	pfn_t pfn = pmap_ready_frame(pmap, node->child[i], node->level + 1);

	if (pfn == PFN_NONE) {
		pfn = sys->ptp_alloc(sys->ctx, pmap);
		pmap->ntables += pfn != PFN_NONE;
	}
	return pfn;
}

/* PTEs for the pages of an entry. */
static void
fill_leaf(struct pmap *pmap, struct pt_node *node, unsigned i, uint64_t pte)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	uint64_t *leaf = node->child[i];

	pte &= ~(f->large | f->promoted);
	for (unsigned k = 0; k <= pmap->leaf_mask; k++)
		leaf[k] = pte + pte_of_pfn(pmap, k);
	node->states[i] = pte_states(f, pte);
}

/* Larger entries for those of an entry that is larger still. */
static void
fill_node(struct pmap *pmap, struct pt_node *node, unsigned i, uint64_t pte)
{
	struct pmap_system *sys = pmap->sys;
	struct pt_node *sub = node->child[i];
	unsigned psind = level_psind(sys, node->level + 1);
	uint32_t pages = psind_pages(sys, psind);

	sub->parent = node;
	sub->index = i;
	sub->level = node->level + 1;
	sub->count = PT_ENTRIES(sys->geo, sub->level);
	pte &= ~sys->geo->pte.promoted;
	for (unsigned k = 0; k < sub->count; k++) {
		sub->pte[k] = pte + pte_of_pfn(pmap, k * pages);
		sub->nvalid[k] = (uint16_t)PT_ENTRIES(sys->geo, sub->level + 1);
		pmap_large_count(sys, psind, pte_pfn(pmap, sub->pte[k]), true);
	}
}

static bool
fail(struct pmap *pmap, struct pt_node *node, unsigned i, vaddr_t va)
{
	unsigned psind = level_psind(pmap->sys, node->level);

	pmap_large_drop(pmap, node, i, va);
	pt_slot_drop(pmap, node, i);
	pmap_resized(pmap, va, psind, PMAP_DEMOTION_FAILED);
	return false;
}

bool
pmap_demote(struct pmap *pmap, struct pt_node *node, unsigned i, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	unsigned psind = level_psind(sys, node->level);
	unsigned n = PT_ENTRIES(sys->geo, node->level + 1);
	bool last = node->level == sys->geo->nlevels - 2u;
	uint64_t pte = node->pte[i];
	pfn_t frame, pfn = pte_pfn(pmap, pte);
	vsize_t step = psind_size(sys, psind) / n;

	va &= ~(psind_size(sys, psind) - 1);
	if ((pte & (f->accessed | f->wired)) == 0 ||
	    (frame = table_frame(pmap, node, i)) == PFN_NONE)
		return fail(pmap, node, i, va);
	pmap_large_count(sys, psind, pfn, false);
	node->pte[i] = pt_table_entry(pmap, frame);
	if (last)
		fill_leaf(pmap, node, i, pte);
	else
		fill_node(pmap, node, i, pte);
	for (unsigned k = 1; k < n; k++)
		pv_insert(sys, pfn + k * (pfn_t)(step >> sys->page_shift),
		    pv_make(pmap, va + k * step));
	if (!last)
		((struct pt_node *)node->child[i])->frame = frame;
	tlb_demoted(pmap, va, psind);
	sys->count.demotions[psind]++;
	pmap_resized(pmap, va, psind, PMAP_DEMOTED);
	return true;
}

/* ------------------------------------------------------------- groups ---- */

void
pmap_group_break(struct pmap *pmap, uint64_t *leaf, unsigned i, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	unsigned psind = sys->group_psind;
	uint32_t n = psind_pages(sys, psind);

	i &= ~(n - 1);
	for (uint32_t k = 0; k < n; k++)
		leaf[i + k] &= ~sys->geo->pte.group;
	va &= ~(psind_size(sys, psind) - 1);
	tlb_demoted(pmap, va, psind);
	sys->count.demotions[psind]++;
	pmap_resized(pmap, va, psind, PMAP_DEMOTED);
}

void
pmap_pte_change(struct pmap *pmap, struct pt_found *fd, uint64_t new)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	uint64_t old = *fd->pte;

	if (((old ^ new) & ~f->accessed) != 0 && (old & f->group) != 0) {
		pmap_group_break(pmap, fd->node->child[fd->index],
		    pt_leaf_index(pmap, fd->va), fd->va);
		new &= ~f->group;
	}
	*fd->pte = new;
	fd->node->states[fd->index] |= pte_states(f, new);
	pte_changed(pmap, fd->va, old, new);
}

void
pmap_group_edges(struct pmap *pmap, uint64_t *leaf, unsigned i, unsigned end,
    vaddr_t va)
{
	uint64_t group = pmap->sys->geo->pte.group;
	uint32_t mask;

	if (group == 0)
		return;
	mask = psind_pages(pmap->sys, pmap->sys->group_psind) - 1;
	if ((i & mask) != 0 && (leaf[i] & group) != 0)
		pmap_group_break(pmap, leaf, i, va);
	if (((end + 1) & mask) != 0 && (leaf[end] & group) != 0)
		pmap_group_break(pmap, leaf, end, va + pg_ptoa(pmap, end - i));
}
