/*
 * The parts of the pmap that hot loops inline: the TLB probe, and the question
 * whether a page is mapped.
 */
#ifndef PMAP_INLINE_H
#define PMAP_INLINE_H

#include "pmap_internal.h"

/* The leaf table that covers va, or NULL. */
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

	return leaf != NULL && (leaf[pt_leaf_index(pmap, va)] &
	    pmap->sys->geo->pte.valid) != 0;
}

/* pmap_access for loops: a TLB hit is one compare. */
static inline pfn_t
pmap_access_fast(struct pmap *pmap, vaddr_t va, vm_prot_t type)
{
	const struct pmap_tlb *tlb = pmap->tlb;
	uint64_t vpn = atop(va);
	unsigned slot = (unsigned)vpn & (PMAP_TLB_SLOTS - 1);

	if (likely(tlb != NULL && tlb->tag[type >> 1][slot] == vpn + 1))
		return tlb->pfn[slot];
	return pmap_access(pmap, va, type);
}

#endif /* PMAP_INLINE_H */
