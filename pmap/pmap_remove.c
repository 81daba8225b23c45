/*
 * Removing mappings: ranges, everything, and all mappings of one frame.
 *
 * What the hardware knew of a page (A, M) goes to the frame when its mapping
 * goes.
 */
#include "pmap_internal.h"

void
pmap_drop_pte(struct pmap *pmap, uint64_t *leaf, unsigned i, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	uint64_t pte = leaf[i];
	pfn_t pfn = pte_pfn(pmap, pte);
	struct pmap_page *pg = pmap_page(sys, pfn);

	if (pte & f->accessed)
		pg->pv |= PMAP_ATTR_REF;
	if (pte & f->dirty)
		pg->pv |= PMAP_ATTR_MOD;
	leaf[i] = 0;
	pmap->resident--;
	tlb_drop(pmap, va);
	pv_remove(sys, pfn, pv_make(pmap, va));
	if (unlikely(pte & f->wired)) {
		pmap->wired--;
		if (sys->wired_pte != NULL)
			sys->wired_pte(sys->ctx, pfn, false);
	}
}

/* Bytes that one entry of this level spans. */
static vsize_t
span_of(const struct pmap_geometry *geo, unsigned level)
{
	return (vsize_t)1 << geo->shift[level];
}

static void
remove_in_leaf(struct pmap *pmap, struct pt_node *node, unsigned slot,
    vaddr_t va, vaddr_t last)
{
	uint64_t *leaf = node->child[slot];
	unsigned i = pt_leaf_index(pmap, va), end = pt_leaf_index(pmap, last);
	uint16_t n = node->nvalid[slot];

	for (; i <= end && n > 0; i++, va += VM_PAGE_SIZE) {
		if (leaf[i] == 0)
			continue;
		pmap_drop_pte(pmap, leaf, i, va);
		n--;
	}
	node->nvalid[slot] = n;
	if (n == 0)
		pt_leaf_drop(pmap, node, slot);
}

/*
 * Walk [va, last] below node.  pt_leaf_drop may free node with its last child:
 * nothing is read from it afterwards.
 */
static void
remove_below(struct pmap *pmap, struct pt_node *node, vaddr_t va, vaddr_t last)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	unsigned level = node->level;
	unsigned i = pt_index(geo, va, level), end = pt_index(geo, last, level);
	vaddr_t mask = span_of(geo, level) - 1;

	for (; i <= end; i++, va = (va | mask) + 1) {
		vaddr_t to = (va | mask) < last ? va | mask : last;
		bool only = node->count == 1 && node->parent != NULL;

		if (node->child[i] == NULL)
			continue;
		if (level == geo->nlevels - 2u)
			remove_in_leaf(pmap, node, i, va, to);
		else
			remove_below(pmap, node->child[i], va, to);
		if (only)
			return;
	}
}

void
pmap_remove(struct pmap *pmap, vaddr_t start, vaddr_t end)
{
	if (start >= end || pmap->resident == 0)
		return;
	if (end - start == VM_PAGE_SIZE) {
		uint64_t *leaf = pt_leaf_find(pmap, start);
		unsigned i = pt_leaf_index(pmap, start);

		if (leaf == NULL || leaf[i] == 0)
			return;
		pmap_drop_pte(pmap, leaf, i, start);
		if (--*pmap->last_nvalid == 0)
			pt_leaf_drop(pmap, pmap->last_node,
			    pt_index(pmap->sys->geo, start,
				pmap->last_node->level));
		return;
	}
	remove_below(pmap, pmap->root, start, end - 1);
}

/* -------------------------------------------------------- whole spaces ---- */

static void
empty_leaf(struct pmap *pmap, uint64_t *leaf, unsigned n, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;

	for (unsigned i = 0; n > 0; i++, va += VM_PAGE_SIZE) {
		uint64_t pte = leaf[i];
		struct pmap_page *pg;
		pfn_t pfn;

		if (pte == 0)
			continue;
		n--;
		pfn = pte_pfn(pmap, pte);
		pg = pmap_page(sys, pfn);
		if (likely(pg->pv_more == 0))
			pg->pv &= PMAP_ATTR_MASK;
		else
			pv_remove(sys, pfn, pv_make(pmap, va));
		pg->pv |= (pte & f->accessed ? PMAP_ATTR_REF : 0) |
		    (pte & f->dirty ? PMAP_ATTR_MOD : 0);
		if (unlikely(pte & f->wired) && sys->wired_pte != NULL)
			sys->wired_pte(sys->ctx, pfn, false);
	}
}

static void
empty_node(struct pmap *pmap, struct pt_node *node, vaddr_t base)
{
	struct pmap_system *sys = pmap->sys;
	const struct pmap_geometry *geo = sys->geo;
	bool leaves = node->level == geo->nlevels - 2u;

	for (unsigned i = 0; node->count > 0; i++) {
		vaddr_t va = base + ((vaddr_t)i << geo->shift[node->level]);
		void *child = node->child[i];

		if (child == NULL)
			continue;
		if (leaves)
			empty_leaf(pmap, child, node->nvalid[i], va);
		else
			empty_node(pmap, child, va);
		slab_give(leaves ? &sys->leaves : &sys->nodes, child);
		sys->ptp_free(sys->ctx, pmap, pte_pfn(pmap, node->pte[i]));
		node->child[i] = NULL;
		node->pte[i] = 0;
		node->nvalid[i] = 0;
		node->states[i] = 0;
		node->count--;
		pmap->ntables--;
	}
}

void
pmap_remove_all(struct pmap *pmap)
{
	empty_node(pmap, pmap->root, 0);
	pmap->resident = 0;
	pmap->wired = 0;
	pmap->last_leaf = NULL;
	tlb_flush(pmap);
}

/* ----------------------------------------------------------- one frame ---- */

static void
remove_mapping(struct pmap_system *sys, uint64_t pv)
{
	struct pmap *pmap = pv_pmap(sys, pv);
	vaddr_t va = pv_va(sys, pv);

	pmap_remove(pmap, va, va + VM_PAGE_SIZE);
}

static void
protect_mapping(struct pmap *pmap, vaddr_t va, uint64_t *pte, void *arg)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	vm_prot_t prot = *(const vm_prot_t *)arg;

	if ((prot & VM_PROT_WRITE) == 0)
		*pte &= ~f->write;
	if ((prot & VM_PROT_EXEC) == 0)
		*pte |= f->noexec;
	*pmap->last_states |= pte_states(f, *pte);
	tlb_drop(pmap, va);
}

void
pmap_page_protect(struct pmap_system *sys, pfn_t pfn, vm_prot_t prot)
{
	const struct pmap_page *pg = pmap_page(sys, pfn);

	if (prot != VM_PROT_NONE) {
		pv_foreach(sys, pfn, protect_mapping, &prot);
		return;
	}
	while ((pg->pv & PMAP_PV_ID_MASK) != 0)
		remove_mapping(sys, pg->pv & ~PMAP_ATTR_MASK);
}
