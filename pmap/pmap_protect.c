/*
 * Lowering rights, and unwiring.
 *
 * Withholding writing is applied as high in the tree as the range allows: an
 * inner entry wholly inside it loses its write bit and nothing below is looked
 * at.  So write protecting a terabyte for fork touches a handful of entries.
 * Other rights are lowered PTE by PTE.  Where a PTE loses writing, its M goes
 * to the frame; a larger mapping wholly in range keeps its size.
 */
#include "pmap_large.h"

struct lower {
	uint64_t clear, set; /* bits of leaf PTEs */
	bool high;           /* write only: stop at inner entries */
};

static inline uint64_t
lowered(const struct pmap *pmap, uint64_t pte, const struct lower *how)
{
	const struct pte_format *f = &pmap->sys->geo->pte;

	if (how->clear != 0 && (pte & f->dirty) != 0)
		pmap_page(pmap->sys, pte_pfn(pmap, pte))->pv |= PMAP_ATTR_MOD;
	return (pte & ~how->clear) | how->set;
}

static void
lower_leaf(struct pmap *pmap, struct pt_node *node, unsigned slot, vaddr_t va,
    vaddr_t last, void *arg)
{
	unsigned i = pt_leaf_index(pmap, va), end = pt_leaf_index(pmap, last);
	uint8_t states = pte_states_readonly(node->states[slot]);
	uint64_t *leaf = node->child[slot];
	const struct lower *how = arg;

	if (how->clear != 0 && i == 0 && end == pmap->leaf_mask)
		node->states[slot] = states;
	else if (how->clear != 0)
		node->states[slot] |= states;
	pmap_group_edges(pmap, leaf, i, end, va);
	for (; i <= end; i++)
		if (leaf[i] != 0)
			leaf[i] = lowered(pmap, leaf[i], how);
}

/* FreeBSD clears PG_PROMOTED here: the invalidation that follows is complete.
 * The model of the TLBs is told of it with the range. */
static bool
lower_large(struct pmap *pmap, struct pt_node *node, unsigned i, vaddr_t va,
    void *arg)
{
	unsigned psind = level_psind(pmap->sys, node->level);
	const struct lower *how = arg;
	uint64_t old = node->pte[i], new = old;

	if (how->clear != 0 && (old & pmap->sys->geo->pte.write) != 0)
		new = pmap_large_readonly(pmap, old, psind);
	new |= how->set;
	if (new != old)
		new &= ~pmap->sys->geo->pte.promoted;
	node->pte[i] = new;
	(void)va;
	return true;
}

static bool
lower_inner(struct pmap *pmap, struct pt_node *node, unsigned i, void *arg)
{
	if (((const struct lower *)arg)->high) {
		node->pte[i] &= ~pmap->sys->geo->pte.write;
		pmap->withheld = true;
	}
	return ((const struct lower *)arg)->high;
}

static void
lower(struct pmap *pmap, vaddr_t start, vaddr_t end, struct lower *how)
{
	static const struct pt_range_ops ops = { lower_leaf, lower_large,
		lower_inner };

	if (start >= end || pmap->resident == 0)
		return;
	pt_range(pmap, start, end - 1, &ops, how);
	pmap->last_leaf = NULL;
	tlb_changed_range(pmap, start, end);
	pmap_op_done(pmap->sys);
}

void
pmap_write_protect(struct pmap *pmap, vaddr_t start, vaddr_t end)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	struct lower how = { .clear = f->write | f->dirty, .high = true };

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
		how.clear = f->write | f->dirty;
	if ((prot & VM_PROT_EXEC) == 0)
		how.set = f->noexec;
	how.high = how.set == 0;
	if (how.clear != 0 || how.set != 0)
		lower(pmap, start, end, &how);
}

/* ------------------------------------------------------------ unwiring ---- */

static void
unwire_pages(struct pmap *pmap, pfn_t pfn, uint32_t n)
{
	struct pmap_system *sys = pmap->sys;

	pmap->wired -= n;
	for (; n > 0 && sys->wired_pte != NULL; n--)
		sys->wired_pte(sys->ctx, pfn++, false);
}

static void
unwire_leaf(struct pmap *pmap, struct pt_node *node, unsigned slot, vaddr_t va,
    vaddr_t last, void *arg)
{
	unsigned i = pt_leaf_index(pmap, va), end = pt_leaf_index(pmap, last);
	uint64_t wired = pmap->sys->geo->pte.wired;
	uint64_t *leaf = node->child[slot];

	(void)arg;
	pmap_group_edges(pmap, leaf, i, end, va);
	for (; i <= end; i++)
		if (leaf[i] & wired) {
			leaf[i] &= ~wired;
			unwire_pages(pmap, pte_pfn(pmap, leaf[i]), 1);
		}
}

static bool
unwire_large(struct pmap *pmap, struct pt_node *node, unsigned i, vaddr_t va,
    void *arg)
{
	uint64_t wired = pmap->sys->geo->pte.wired;

	(void)va, (void)arg;
	if (node->pte[i] & wired) {
		node->pte[i] &= ~wired;
		unwire_pages(pmap, pte_pfn(pmap, node->pte[i]),
		    psind_pages(pmap->sys,
			level_psind(pmap->sys, node->level)));
	}
	return true;
}

void
pmap_unwire_range(struct pmap *pmap, vaddr_t start, vaddr_t end)
{
	static const struct pt_range_ops ops = { .leaf = unwire_leaf,
		.large = unwire_large };

	if (start < end && pmap->wired > 0)
		pt_range(pmap, start, end - 1, &ops, NULL);
}

void
pmap_unwire(struct pmap *pmap, vaddr_t va)
{
	pmap_unwire_range(pmap, va, va + pg_size(pmap));
}
