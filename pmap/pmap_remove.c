/*
 * Removing mappings: ranges, everything, and all mappings of one frame.
 *
 * What the hardware knew of a page (A, M) goes to the frame when its mapping
 * goes.
 */
#include "pmap_large.h"

void
pmap_drop_pte(struct pmap *pmap, uint64_t *leaf, unsigned i, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	uint64_t pte = leaf[i];
	pfn_t pfn = pte_pfn(pmap, pte);
	struct pmap_page *pg = pmap_page(sys, pfn);

	if (unlikely(pte & f->group))
		pmap_group_break(pmap, leaf, i, va);
	if (unlikely(sys->slots))
		pt_slot_gone(pmap, leaf, i, va);
	if (pte & f->accessed)
		pg->pv |= PMAP_ATTR_REF;
	if (pte & f->dirty)
		pg->pv |= PMAP_ATTR_MOD;
	leaf[i] = 0;
	pmap->resident--;
	pte_changed(pmap, va, pte, 0);
	pv_remove(sys, pfn, pv_make(pmap, va));
	if (unlikely(pte & f->wired)) {
		pmap->wired--;
		if (sys->wired_pte != NULL)
			sys->wired_pte(sys->ctx, pfn, false);
	}
}

static void
remove_in_leaf(struct pmap *pmap, struct pt_node *node, unsigned slot,
    vaddr_t va, vaddr_t last, void *arg)
{
	uint64_t group = pmap->sys->geo->pte.group;
	uint64_t *leaf = node->child[slot];
	unsigned i = pt_leaf_index(pmap, va), end = pt_leaf_index(pmap, last);
	uint16_t n = node->nvalid[slot];

	(void)arg;
	pmap_group_edges(pmap, leaf, i, end, va);
	for (; i <= end && n > 0; i++, va += pg_size(pmap)) {
		if (leaf[i] == 0)
			continue;
		leaf[i] &= ~group;
		pmap_drop_pte(pmap, leaf, i, va);
		n--;
	}
	node->nvalid[slot] = n;
	if (n == 0)
		pt_leaf_drop(pmap, node, slot);
}

static bool
remove_large(struct pmap *pmap, struct pt_node *node, unsigned i, vaddr_t va,
    void *arg)
{
	(void)arg;
	pmap_large_drop(pmap, node, i, va);
	pt_slot_drop(pmap, node, i);
	return true;
}

void
pmap_remove(struct pmap *pmap, vaddr_t start, vaddr_t end)
{
	static const struct pt_range_ops ops = {
		.leaf = remove_in_leaf,
		.large = remove_large,
	};
	uint64_t *leaf;
	unsigned i;

	if (start >= end || pmap->resident == 0)
		return;
	if (end - start != pg_size(pmap) ||
	    (leaf = pt_leaf_find(pmap, start)) == NULL) {
		pt_range(pmap, start, end - 1, &ops, NULL);
		pmap_op_done(pmap->sys);
		return;
	}
	i = pt_leaf_index(pmap, start);
	if (leaf[i] == 0)
		return;
	pmap_drop_pte(pmap, leaf, i, start);
	if (--*pmap->last_nvalid == 0)
		pt_leaf_drop(pmap, pmap->last_node,
		    pt_index(pmap->sys->geo, start, pmap->last_node->level));
	pmap_op_done(pmap->sys);
}

/* -------------------------------------------------------- whole spaces ---- */

/* All n PTEs of a leaf table. */
static void
empty_leaf(struct pmap *pmap, uint64_t *leaf, unsigned n, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;

	pmap->resident -= n;
	for (unsigned i = 0; n > 0; i++, va += pg_size(pmap)) {
		uint64_t pte = leaf[i];
		struct pmap_page *pg;
		pfn_t pfn;

		if (pte == 0)
			continue;
		n--;
		if (unlikely(sys->slots))
			pt_slot_gone(pmap, leaf, i, va);
		pfn = pte_pfn(pmap, pte);
		pg = pmap_page(sys, pfn);
		if (likely(pg->pv_more == 0 && !sys->super))
			pg->pv &= PMAP_ATTR_MASK;
		else
			pv_remove(sys, pfn, pv_make(pmap, va));
		pg->pv |= (pte & f->accessed ? PMAP_ATTR_REF : 0) |
		    (pte & f->dirty ? PMAP_ATTR_MOD : 0);
		if (likely((pte & f->wired) == 0))
			continue;
		pmap->wired--;
		if (sys->wired_pte != NULL)
			sys->wired_pte(sys->ctx, pfn, false);
	}
}

static void
empty_node(struct pmap *pmap, struct pt_node *node, vaddr_t base)
{
	const struct pmap_geometry *geo = pmap->sys->geo;

	for (unsigned i = 0; node->count > 0; i++) {
		if (node->pte[i] == 0)
			continue;
		pt_slot_empty(pmap, node, i,
		    base + ((vaddr_t)i << geo->shift[node->level]));
		node->count--;
	}
}

/* The parents' counts of what goes are not kept: the parents go too, or their
 * caller counts. */
void
pt_slot_empty(struct pmap *pmap, struct pt_node *node, unsigned i, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	bool leaf = node->level == sys->geo->nlevels - 2u;
	void *child = node->child[i];

	if (pt_is_large(pmap, node->pte[i])) {
		pmap_large_drop(pmap, node, i, va);
		return;
	}
	if (leaf)
		empty_leaf(pmap, child, node->nvalid[i], va);
	else
		empty_node(pmap, child, va);
	slab_give(leaf ? &sys->leaves : &sys->nodes, child);
	sys->ptp_free(sys->ctx, pmap, pte_pfn(pmap, node->pte[i]));
	node->child[i] = NULL;
	node->pte[i] = 0;
	node->nvalid[i] = 0;
	node->states[i] = 0;
	pmap->ntables--;
	pmap->ndropped++;
	pmap->last_leaf = NULL;
}

void
pmap_remove_all(struct pmap *pmap)
{
	empty_node(pmap, pmap->root, 0);
	assert(pmap->resident == 0 && pmap->wired == 0);
	pmap->last_leaf = NULL;
	tlb_changed_all(pmap);
	pmap_op_done(pmap->sys);
}

/* ----------------------------------------------------------- one frame ---- */

static void
remove_large_part(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	(void)arg;
	pmap_remove(pmap, fd->va, fd->va + pg_size(pmap));
}

/* A larger mapping some of whose rights shall go from one page. */
static void
demote_to_protect(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	vm_prot_t prot = *(const vm_prot_t *)arg;

	pt_found_settle(pmap, fd);
	if (((prot & VM_PROT_WRITE) == 0 && (*fd->pte & f->write) != 0) ||
	    ((prot & VM_PROT_EXEC) == 0 && (~*fd->pte & f->noexec) != 0))
		(void)pmap_demote(pmap, fd->node, fd->index, fd->va);
}

static void
protect_mapping(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	vm_prot_t prot = *(const vm_prot_t *)arg;
	uint64_t pte;

	if (fd->psind != 0)
		return;
	if (*fd->pte & f->group)
		pt_found_settle(pmap, fd);
	pte = *fd->pte;
	if ((prot & VM_PROT_WRITE) == 0) {
		if (pte & f->dirty)
			pmap_page(pmap->sys, pte_pfn(pmap, pte))
			    ->pv |= PMAP_ATTR_MOD;
		pte &= ~(f->write | f->dirty);
	}
	if ((prot & VM_PROT_EXEC) == 0)
		pte |= f->noexec;
	if (pte != *fd->pte)
		pmap_pte_change(pmap, fd, pte);
}

void
pmap_page_protect(struct pmap_system *sys, pfn_t pfn, vm_prot_t prot)
{
	const struct pmap_page *pg = pmap_page(sys, pfn);

	if (prot != VM_PROT_NONE) {
		pv_foreach_large(sys, pfn, demote_to_protect, &prot);
		pv_foreach(sys, pfn, protect_mapping, &prot);
		pmap_op_done(sys);
		return;
	}
	pv_foreach_large(sys, pfn, remove_large_part, NULL);
	while ((pg->pv & PMAP_PV_ID_MASK) != 0) {
		uint64_t pv = pg->pv & ~PMAP_ATTR_MASK;
		vaddr_t va = pv_va(sys, pv);

		pmap_remove(pv_pmap(sys, pv), va, va + pg_size(sys));
	}
}
