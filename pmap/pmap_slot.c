/*
 * Slots: numbers of the client's beside the PTEs of leaf tables.
 *
 *	leaf table	PTE 0 .. PTE n-1 | slot 0 .. slot n-1
 *
 * A slot goes with its mapping, and when that becomes wired; the client is told
 * then.  The software TLB has a copy.
 */
#include "pmap_large.h"

void
pmap_use_slots(struct pmap_system *sys)
{
	const struct pmap_geometry *geo = sys->geo;
	size_t n = PT_ENTRIES(geo, geo->nlevels - 1u);
	size_t size = n * (sizeof(uint64_t) + sizeof(uint32_t));

	assert(sys->leaves.nitems == 0);
	slab_fini(&sys->leaves);
	slab_init(&sys->leaves, sys->mem, size, 64, SLAB_NO_ID);
	sys->slots = true;
}

uint32_t
pmap_slot(struct pmap *pmap, vaddr_t va)
{
	uint64_t *leaf = pmap->last_leaf;

	if (leaf == NULL || pmap->last_key != pt_leaf_key(pmap, va))
		leaf = pt_leaf_find(pmap, va);
	return leaf != NULL ? pt_slots(pmap, leaf)[pt_leaf_index(pmap, va)] : 0;
}

/* Should the TLB know the page, it gets the new one. */
static void
tell_tlb(struct pmap *pmap, vaddr_t va, uint32_t slot)
{
	struct pmap_tlb *tlb = pmap->tlb;
	uint64_t tag = pg_atop(pmap, va);
	unsigned i = (unsigned)tag & (PMAP_TLB_SLOTS - 1);

	if (tlb != NULL &&
	    (tlb->tag[0][i] == tag || tlb->tag[1][i] == tag ||
		tlb->tag[2][i] == tag))
		tlb->slot[i] = slot;
}

void
pmap_set_slot(struct pmap *pmap, vaddr_t va, uint32_t slot)
{
	uint64_t *leaf = pmap->last_leaf;
	unsigned i = pt_leaf_index(pmap, va);

	if (leaf == NULL || pmap->last_key != pt_leaf_key(pmap, va))
		leaf = pt_leaf_find(pmap, va);
	assert(leaf != NULL && (leaf[i] & pmap->sys->geo->pte.valid) != 0);
	pt_slots(pmap, leaf)[i] = slot;
	tell_tlb(pmap, va, slot);
}

void
pt_slot_gone(struct pmap *pmap, uint64_t *leaf, unsigned i, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	uint32_t *slot = &pt_slots(pmap, leaf)[i], was = *slot;

	if (was == 0)
		return;
	*slot = 0;
	tell_tlb(pmap, va, 0);
	sys->slot_gone(sys->ctx, pmap, va, was);
}
