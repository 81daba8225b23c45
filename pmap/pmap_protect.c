/*
 * Lowering rights.
 *
 * Withholding writing is applied as high in the tree as the range allows: an
 * inner entry wholly inside it loses its write bit and nothing below is looked
 * at.  So write protecting a terabyte for fork touches a handful of entries.
 * Other rights are lowered PTE by PTE.
 */
#include "pmap_internal.h"

/* Pages from which on emptying the TLB costs less than page by page. */
#define TLB_DROP_MAX 64

struct lower {
	uint64_t clear, set; /* bits of leaf PTEs */
	bool high;           /* write only: stop at inner entries */
};

static void
lower_leaf(struct pmap *pmap, struct pt_node *node, unsigned slot, vaddr_t va,
    vaddr_t last, const struct lower *how)
{
	unsigned i = pt_leaf_index(pmap, va), end = pt_leaf_index(pmap, last);
	uint8_t states = pte_states_readonly(node->states[slot]);
	uint64_t *leaf = node->child[slot];

	if (how->clear != 0 && i == 0 && end == pmap->leaf_mask)
		node->states[slot] = states;
	else if (how->clear != 0)
		node->states[slot] |= states;
	for (; i <= end; i++)
		if (leaf[i] != 0)
			leaf[i] = (leaf[i] & ~how->clear) | how->set;
}

static void
lower_below(struct pmap *pmap, struct pt_node *node, vaddr_t va, vaddr_t last,
    const struct lower *how)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	unsigned level = node->level;
	unsigned i = pt_index(geo, va, level), end = pt_index(geo, last, level);
	vaddr_t mask = ((vaddr_t)1 << geo->shift[level]) - 1;

	for (; i <= end; i++, va = (va | mask) + 1) {
		vaddr_t to = (va | mask) < last ? va | mask : last;

		if (node->child[i] == NULL)
			continue;
		if (how->high && (va & mask) == 0 && to == (va | mask))
			node->pte[i] &= ~geo->pte.write;
		else if (level == geo->nlevels - 2u)
			lower_leaf(pmap, node, i, va, to, how);
		else
			lower_below(pmap, node->child[i], va, to, how);
	}
}

static void
lower(struct pmap *pmap, vaddr_t start, vaddr_t end, const struct lower *how)
{
	if (start >= end || pmap->resident == 0)
		return;
	lower_below(pmap, pmap->root, start, end - 1, how);
	pmap->last_leaf = NULL;
	if (end - start > TLB_DROP_MAX * VM_PAGE_SIZE) {
		tlb_flush(pmap);
		return;
	}
	for (; start < end; start += VM_PAGE_SIZE)
		tlb_drop(pmap, start);
}

void
pmap_write_protect(struct pmap *pmap, vaddr_t start, vaddr_t end)
{
	const struct lower how = {
		.clear = pmap->sys->geo->pte.write,
		.high = true,
	};

	lower(pmap, start, end, &how);
}

void
pmap_protect(struct pmap *pmap, vaddr_t start, vaddr_t end, vm_prot_t prot)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	struct lower how = { .clear = 0 };

	if (prot == VM_PROT_NONE) {
		pmap_remove(pmap, start, end);
		return;
	}
	if ((prot & VM_PROT_WRITE) == 0)
		how.clear = f->write;
	if ((prot & VM_PROT_EXEC) == 0)
		how.set = f->noexec;
	how.high = how.set == 0;
	if (how.clear != 0 || how.set != 0)
		lower(pmap, start, end, &how);
}

void
pmap_unwire(struct pmap *pmap, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	uint64_t *leaf = pt_leaf_find(pmap, va), *pte;

	if (leaf == NULL)
		return;
	pte = &leaf[pt_leaf_index(pmap, va)];
	if ((*pte & sys->geo->pte.wired) == 0)
		return;
	*pte &= ~sys->geo->pte.wired;
	pmap->wired--;
	if (sys->wired_pte != NULL)
		sys->wired_pte(sys->ctx, pte_pfn(pmap, *pte), false);
}
