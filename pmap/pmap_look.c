/*
 * Looking at page tables without changing them.
 */
#include "pmap_large.h"

bool
pmap_extract(struct pmap *pmap, vaddr_t va, pfn_t *pfn)
{
	struct pt_found fd;

	if (!pt_find(pmap, va, &fd))
		return false;
	if (pfn != NULL)
		*pfn = pt_pfn_at(pmap, *fd.pte, fd.psind, va);
	return true;
}

bool
pmap_prot(struct pmap *pmap, vaddr_t va, vm_prot_t *prot)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	struct pt_found fd;

	if (!pt_find(pmap, va, &fd))
		return false;
	*prot = VM_PROT_READ;
	if ((*fd.pte & f->write) != 0 && fd.writable)
		*prot |= VM_PROT_WRITE;
	if ((*fd.pte & f->noexec) == 0)
		*prot |= VM_PROT_EXEC;
	return true;
}

static vaddr_t
next_in_leaf(struct pmap *pmap, const uint64_t *leaf, vaddr_t va, vaddr_t last)
{
	unsigned i = pt_leaf_index(pmap, va), end = pt_leaf_index(pmap, last);

	for (; i <= end; i++, va += pg_size(pmap))
		if (leaf[i] != 0)
			return va;
	return last + 1;
}

/* First mapped page in [va, last] below node, or last + 1. */
static vaddr_t
next_below(struct pmap *pmap, struct pt_node *node, vaddr_t va, vaddr_t last)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	unsigned level = node->level;
	unsigned i = pt_index(geo, va, level), end = pt_index(geo, last, level);
	vaddr_t mask = ((vaddr_t)1 << geo->shift[level]) - 1;

	for (; i <= end; i++, va = (va | mask) + 1) {
		vaddr_t to = (va | mask) < last ? va | mask : last, found;

		if (node->pte[i] == 0)
			continue;
		if (pt_is_large(pmap, node->pte[i]))
			return va;
		found = level == geo->nlevels - 2u ?
		    next_in_leaf(pmap, node->child[i], va, to) :
		    next_below(pmap, node->child[i], va, to);
		if (found <= to)
			return found;
	}
	return last + 1;
}

vaddr_t
pmap_next_mapped(struct pmap *pmap, vaddr_t va, vaddr_t end)
{
	if (va >= end || pmap->resident == 0)
		return end;
	return next_below(pmap, pmap->root, va, end - 1);
}

/* What a walk that has ended at an entry says of the mapping. */
static void
walk_end(struct pmap *pmap, vaddr_t va, struct pmap_walk *w, unsigned psind)
{
	uint64_t pte = w->pte[w->nlevels - 1];

	w->mapped = true;
	w->pfn = pt_pfn_at(pmap, pte, psind, va);
	w->psind = (uint8_t)(pte & pmap->sys->geo->pte.group ?
		pmap->sys->group_psind :
		psind);
}

void
pmap_walk(struct pmap *pmap, vaddr_t va, struct pmap_walk *w)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	struct pt_node *node = pmap->root;
	pfn_t frame = node->frame;

	*w = (struct pmap_walk){ 0 };
	for (unsigned level = 0;; level++) {
		unsigned i = pt_index(geo, va, level);
		bool last = level == geo->nlevels - 1u;
		uint64_t pte = last ? ((uint64_t *)(void *)node)[i] :
				      node->pte[i];

		w->table[level] = frame;
		w->index[level] = i;
		w->pte[level] = pte;
		w->nlevels = level + 1;
		if (pte == 0)
			return;
		if (last) {
			walk_end(pmap, va, w, 0);
			return;
		}
		if (pt_is_large(pmap, pte)) {
			walk_end(pmap, va, w, level_psind(pmap->sys, level));
			w->saved = pmap_ready_frame(pmap, node->child[i],
			    level + 1);
			return;
		}
		frame = pte_pfn(pmap, pte);
		node = node->child[i];
	}
}
