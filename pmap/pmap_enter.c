/*
 * pmap_enter: the one way a mapping comes to be.
 *
 *	nothing there			write the PTE, count it, add the pv
 *	the same frame there		change rights and wiring, keep A and M
 *	another frame there		remove that mapping first
 */
#include "pmap_large.h"

#include <errno.h>

/* The cached leaf, if it serves an enter with these rights. */
static inline uint64_t *
cached_leaf(struct pmap *pmap, vaddr_t va, vm_prot_t prot)
{
	if (likely(pmap->last_leaf != NULL &&
		pmap->last_key == pt_leaf_key(pmap, va) &&
		(pmap->last_writable || (prot & VM_PROT_WRITE) == 0)))
		return pmap->last_leaf;
	return pt_leaf_make(pmap, va, prot);
}

static inline uint64_t
access_bits(const struct pte_format *f, unsigned flags)
{
	uint64_t bits = 0;

	if (flags & VM_PROT_ALL)
		bits |= f->accessed;
	if (flags & VM_PROT_WRITE)
		bits |= f->dirty;
	if (flags & PMAP_WIRED)
		bits |= f->wired;
	return bits;
}

/*
 * The same frame again.  M stays while writing does; where writing goes, or is
 * given again, what M said is remembered in the frame.
 */
static void
change_pte(struct pmap *pmap, uint64_t *pte, vaddr_t va, uint64_t new)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	uint64_t old = *pte;

	new |= old & f->accessed;
	if ((new & f->write) != 0)
		new |= old & f->dirty;
	else if ((old & f->dirty) != 0)
		pmap_page(sys, pte_pfn(pmap, old))->pv |= PMAP_ATTR_MOD;
	if (((old ^ new) & f->wired) != 0) {
		bool wired = (new & f->wired) != 0;

		if (wired && unlikely(sys->slots))
			pt_slot_gone(pmap, pmap->last_leaf,
			    pt_leaf_index(pmap, va), va);
		pmap->wired += wired ? 1 : (uint64_t)-1;
		if (sys->wired_pte != NULL)
			sys->wired_pte(sys->ctx, pte_pfn(pmap, old), wired);
	}
	*pte = new;
	*pmap->last_states |= pte_states(f, new);
	pte_changed(pmap, va, old, new);
}

/*
 * A PTE is there.  => true: it maps the same frame and was changed; false: it
 * is gone.  The leaf table stays then, for another PTE comes.
 */
static bool
replace_pte(struct pmap *pmap, uint64_t *leaf, vaddr_t va, uint64_t new)
{
	unsigned i = pt_leaf_index(pmap, va);

	if (unlikely(leaf[i] & pmap->sys->geo->pte.group))
		pmap_group_break(pmap, leaf, i, va);
	if (pte_pfn(pmap, leaf[i]) == pte_pfn(pmap, new)) {
		change_pte(pmap, &leaf[i], va, new);
		return true;
	}
	pmap_drop_pte(pmap, leaf, i, va);
	(*pmap->last_nvalid)--;
	return false;
}

int
pmap_enter(struct pmap *pmap, vaddr_t va, pfn_t pfn, vm_prot_t prot,
    unsigned flags)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	uint64_t *leaf = cached_leaf(pmap, va, prot), *pte, new;

	if (unlikely(leaf == NULL))
		return ENOMEM;
	assert(pfn != PFN_NONE && pfn < sys->npages);
	pte = &leaf[pt_leaf_index(pmap, va)];
	new = pte_of_pfn(pmap, pfn) | pmap->template[prot] |
	    access_bits(f, flags);
	if (likely(*pte == 0) || !replace_pte(pmap, leaf, va, new)) {
		*pte = new;
		pmap_count_pte(pmap, new);
		pv_insert(sys, pfn, pv_make(pmap, va));
	}
	if (unlikely(sys->super))
		pmap_promote(pmap, va);
	pmap_op_done(sys);
	return 0;
}

int
pmap_set_pte(struct pmap *pmap, vaddr_t va, uint64_t pte)
{
	struct pmap_system *sys = pmap->sys;
	uint64_t *leaf = pt_leaf_make(pmap, va, VM_PROT_NONE);
	unsigned i = pt_leaf_index(pmap, va);
	pfn_t pfn = pte_pfn(pmap, pte);

	if (leaf == NULL)
		return ENOMEM;
	assert(leaf[i] == 0);
	leaf[i] = pte;
	(*pmap->last_nvalid)++;
	*pmap->last_states |= pte_states(&sys->geo->pte, pte);
	pmap->resident++;
	pmap->wired += (pte & sys->geo->pte.wired) != 0;
	pv_append(sys, pfn, pv_make(pmap, va));
	return 0;
}

int
pmap_set_inner(struct pmap *pmap, vaddr_t va, unsigned level, bool write)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	struct pt_node *node = pmap->root;

	if (level >= geo->nlevels - 1u)
		return EINVAL;
	for (unsigned l = 0;; l++) {
		unsigned i = pt_index(geo, va, l);

		if (node->child[i] == NULL || pt_is_large(pmap, node->pte[i]))
			return EINVAL;
		if (l == level) {
			node->pte[i] &= ~geo->pte.write;
			if (write)
				node->pte[i] |= geo->pte.write;
			break;
		}
		node = node->child[i];
	}
	pmap->withheld = pmap->withheld || !write;
	pmap->last_leaf = NULL;
	tlb_flush(pmap);
	return 0;
}
