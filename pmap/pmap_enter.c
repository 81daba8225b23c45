/*
 * pmap_enter: the one way a mapping comes to be.
 *
 *	nothing there			write the PTE, count it, add the pv
 *	the same frame there		change rights and wiring, keep A and M
 *	another frame there		remove that mapping first
 */
#include "pmap_internal.h"

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
 * The same frame again.  A page that was dirty when it was write protected and
 * becomes writable without being written now is clean for the hardware: that
 * it was modified is remembered in the frame.
 */
static void
change_pte(struct pmap *pmap, uint64_t *pte, vaddr_t va, uint64_t new)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	uint64_t old = *pte;

	new |= old & f->accessed;
	if ((new & f->write) != 0 && (old & f->write) == 0 &&
	    (new & f->dirty) == 0) {
		if (old & f->dirty)
			pmap_page(sys, pte_pfn(pmap, old))->pv |= PMAP_ATTR_MOD;
	} else {
		new |= old & f->dirty;
	}
	if (((old ^ new) & f->wired) != 0) {
		bool wired = (new & f->wired) != 0;

		pmap->wired += wired ? 1 : (uint64_t)-1;
		if (sys->wired_pte != NULL)
			sys->wired_pte(sys->ctx, pte_pfn(pmap, old), wired);
	}
	tlb_drop(pmap, va);
	*pte = new;
	*pmap->last_states |= pte_states(f, new);
}

static inline void
count_new(struct pmap *pmap, pfn_t pfn, unsigned flags)
{
	struct pmap_system *sys = pmap->sys;

	(*pmap->last_nvalid)++;
	pmap->resident++;
	if (unlikely(flags & PMAP_WIRED)) {
		pmap->wired++;
		if (sys->wired_pte != NULL)
			sys->wired_pte(sys->ctx, pfn, true);
	}
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
	new = ptoa(pfn) | pmap->template[prot] | access_bits(f, flags);
	if (unlikely(*pte != 0)) {
		if (pte_pfn(pmap, *pte) == pfn) {
			change_pte(pmap, pte, va, new);
			return 0;
		}
		/* One valid PTE less; the leaf stays, for another comes. */
		pmap_drop_pte(pmap, leaf, pt_leaf_index(pmap, va), va);
		(*pmap->last_nvalid)--;
	}
	*pte = new;
	*pmap->last_states |= pte_states(f, new);
	count_new(pmap, pfn, flags);
	pv_insert(sys, pfn, pv_make(pmap, va));
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

		if (node->child[i] == NULL)
			return EINVAL;
		if (l == level) {
			node->pte[i] &= ~geo->pte.write;
			if (write)
				node->pte[i] |= geo->pte.write;
			break;
		}
		node = node->child[i];
	}
	pmap->last_leaf = NULL;
	tlb_flush(pmap);
	return 0;
}
