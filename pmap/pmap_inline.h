/*
 * The parts of the pmap that hot loops inline: the TLB probe, and the question
 * whether a page is mapped.
 */
#ifndef PMAP_INLINE_H
#define PMAP_INLINE_H

#include "pmap_internal.h"

/* The leaf table that covers va; NULL if there is none, as under a larger
 * mapping. */
static inline uint64_t *
pmap_leaf(struct pmap *pmap, vaddr_t va)
{
	if (likely(pmap->last_leaf != NULL &&
	    pmap->last_key == pt_leaf_key(pmap, va)))
		return pmap->last_leaf;
	return pt_leaf_find(pmap, va);
}

static inline bool
pmap_is_mapped(struct pmap *pmap, vaddr_t va)
{
	const uint64_t *leaf = pmap_leaf(pmap, va);

	if (unlikely(leaf == NULL))
		return pmap->sys->super && pmap_extract(pmap, va, NULL);
	return (leaf[pt_leaf_index(pmap, va)] &
	    pmap->sys->geo->pte.valid) != 0;
}

/*
 * The lowest inner table on the way to va, for later: the leaf table at hand
 * stays what it is.  Good until pmap->ndropped changes.  => there are no larger
 * mappings; NULL: none
 */
static inline const struct pt_node *
pmap_node_ahead(const struct pmap *pmap, vaddr_t va)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	const struct pt_node *node = pmap->root;

	for (unsigned level = 0; level + 2u < geo->nlevels && node != NULL;
	     level++)
		node = node->child[pt_index(geo, va, level)];
	return node;
}

/* The slot beside a PTE. */
static inline uint32_t *
pmap_slot_beside(const struct pmap *pmap, uint64_t *pte, vaddr_t va)
{
	const unsigned i = pt_leaf_index(pmap, va);

	return &pt_slots(pmap, pte - i)[i];
}

/* Is the table of va at hand, and may a mapping with these rights go there? */
static inline bool
pmap_at_hand(const struct pmap *pmap, vaddr_t va, vm_prot_t prot)
{
	return pmap->last_leaf != NULL &&
	    pmap->last_key == pt_leaf_key(pmap, va) &&
	    (pmap->last_writable || (prot & VM_PROT_WRITE) == 0);
}

/*
 * Write a PTE where none is, in the table at hand.  type: 0 nobody has accessed
 * the page yet, 1 a read or fetch, 2 a write.  The pv is the caller's.
 */
static inline void
pmap_put_pte(struct pmap *pmap, uint64_t *pte, pfn_t pfn, vm_prot_t prot,
    unsigned type)
{
	*pte = pte_of_pfn(pmap, pfn) | pmap->template[prot] |
	    pmap->template_access[type];
	(*pmap->last_nvalid)++;
	*pmap->last_states |= pmap->template_states[type][prot];
	pmap->resident++;
}

/* pmap_enter ahead of any access. */
static inline int
pmap_enter_ahead(struct pmap *pmap, vaddr_t va, pfn_t pfn, vm_prot_t prot)
{
	uint64_t *pte;

	if (unlikely(!pmap_at_hand(pmap, va, prot) || pmap->sys->super))
		return pmap_enter(pmap, va, pfn, prot, 0);
	pte = &pmap->last_leaf[pt_leaf_index(pmap, va)];
	if (unlikely(*pte != 0))
		return pmap_enter(pmap, va, pfn, prot, 0);
	pmap_put_pte(pmap, pte, pfn, prot, 0);
	pv_insert(pmap->sys, pfn, pv_make(pmap, va));
	return 0;
}

/*
 * pmap_enter of a page that is mapped nowhere, unwired, where nothing is mapped
 * and the table is at hand: what a fault on fresh memory does.  All else goes
 * the long way.
 */
static inline int
pmap_enter_fresh(struct pmap *pmap, vaddr_t va, pfn_t pfn, vm_prot_t prot,
    unsigned flags)
{
	struct pmap_page *pg = pmap_page(pmap->sys, pfn);
	uint64_t *pte;

	if (unlikely(!pmap_at_hand(pmap, va, prot) || pmap->sys->super ||
	    (flags & PMAP_WIRED) != 0 || (flags & VM_PROT_ALL) == 0))
		return pmap_enter(pmap, va, pfn, prot, flags);
	pte = &pmap->last_leaf[pt_leaf_index(pmap, va)];
	if (unlikely(*pte != 0 || (pg->pv & PMAP_PV_ID_MASK) != 0))
		return pmap_enter(pmap, va, pfn, prot, flags);
	pmap_put_pte(pmap, pte, pfn, prot, flags & VM_PROT_WRITE ? 2 : 1);
	pg->pv |= pv_make(pmap, va);
	return 0;
}

/*
 * With a TLB model: psind of the mapping that was accessed last at va, 0 if the
 * software TLB knows nothing of it.
 */
static inline unsigned
pmap_tlb_psind(const struct pmap *pmap, vaddr_t va)
{
	const struct pmap_tlb *tlb = pmap->tlb;
	uint64_t vpn = pg_atop(pmap, va);
	unsigned slot = (unsigned)vpn & (PMAP_TLB_SLOTS - 1);

	return tlb != NULL && (tlb->tag[0][slot] == vpn ||
	    tlb->tag[1][slot] == vpn || tlb->tag[2][slot] == vpn) ?
	    tlb->psind[slot] : 0;
}

/* pmap_access for loops: a TLB hit is one compare. */
static inline pfn_t
pmap_access_fast(struct pmap *pmap, vaddr_t va, vm_prot_t type)
{
	const struct pmap_tlb *tlb = pmap->tlb;
	uint64_t vpn = pg_atop(pmap, va);
	unsigned slot = (unsigned)vpn & (PMAP_TLB_SLOTS - 1);

	if (likely(tlb != NULL && tlb->tag[type >> 1][slot] == vpn))
		return tlb->pfn[slot];
	return pmap_access(pmap, va, type);
}

#endif /* PMAP_INLINE_H */
