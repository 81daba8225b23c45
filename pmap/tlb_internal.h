/*
 * Inside of the TLB model: tags, sets and what is done to one set.
 */
#ifndef PMAP_TLB_INTERNAL_H
#define PMAP_TLB_INTERNAL_H

#include <string.h>

#include "pmap.h"
#include "tlb.h"

#define TLB_VPN_MASK	PMAP_PV_VPN_MASK
#define TLB_ID_SHIFT	PMAP_PV_VPN_BITS
#define TLB_ID_MASK	PMAP_PV_ID_MASK
#define TLB_SIZE_SHIFT	(PMAP_PV_VPN_BITS + PMAP_PV_ID_BITS)
#define TLB_WALK_PSIND	6	/* in tags of walk caches */

static inline uint64_t
tlb_id(const struct pmap *pmap)
{
	return pmap->kernel ? 0 : (uint64_t)pmap->id << TLB_ID_SHIFT;
}

static inline uint64_t
tlb_tag(uint64_t id, vaddr_t va, unsigned shift, unsigned psind)
{
	return (va >> shift & TLB_VPN_MASK) | id |
	    (uint64_t)(psind + 1) << TLB_SIZE_SHIFT;
}

/* Word of the set where a page of this size is. */
static inline uint32_t
tlb_set(const struct tlb_array *a, vaddr_t va, unsigned shift)
{
	return a->base + ((uint32_t)(va >> shift) & a->mask) * a->stride;
}

/*
 * Trees of PLRU: node 1 is the root, the children of n are 2n and 2n + 1, the
 * leaves are ways + way.  A bit says which child is to go first.
 */
static inline void
tlb_tree_touch(uint64_t *bits, unsigned ways, unsigned way)
{
	for (unsigned n = ways + way; n > 1; n >>= 1) {
		uint64_t bit = (uint64_t)1 << (n >> 1);

		*bits = n & 1 ? *bits & ~bit : *bits | bit;
	}
}

static inline unsigned
tlb_tree_victim(uint64_t bits, unsigned ways)
{
	unsigned n = 1;

	while (n < ways)
		n = 2 * n + (unsigned)(bits >> n & 1);
	return n - ways;
}

/* Is the tag in this set?  Then it has been used last. */
static inline bool
tlb_probe(const struct tlb_array *a, uint64_t *set, uint64_t tag)
{
	uint64_t *way = set + a->first;

	if (set[0] == tag)
		return true;
	for (unsigned i = 0; i < a->ways; i++) {
		if (way[i] != tag)
			continue;
		if (a->first != 0)
			tlb_tree_touch(&set[1], a->ways, i);
		else
			memmove(way + 1, way, i * sizeof(*way));
		set[0] = tag;
		return true;
	}
	return false;
}

/* => the tag is not in the set */
static inline void
tlb_insert(const struct tlb_array *a, uint64_t *set, uint64_t tag)
{
	uint64_t *way = set + a->first;
	unsigned i = 0;

	if (a->first == 0) {
		memmove(way + 1, way, (a->ways - 1) * sizeof(*way));
	} else {
		while (i < a->ways && way[i] != 0)
			i++;
		if (i == a->ways)
			i = tlb_tree_victim(set[1], a->ways);
		tlb_tree_touch(&set[1], a->ways, i);
		way[i] = tag;
	}
	set[0] = tag;
}

/* Take way i out of its set. */
static inline void
tlb_take(const struct tlb_array *a, uint64_t *set, unsigned i)
{
	uint64_t *way = set + a->first;

	if (a->first != 0) {
		if (set[0] == way[i])
			set[0] = 0;
		way[i] = 0;
		return;
	}
	for (; i + 1 < a->ways; i++)
		way[i] = way[i + 1];
	way[i] = 0;
}

/* ---- walks (tlb_walk.c) ---- */
/* Count one walk of the current CPU to the mapping at va. */
void	tlb_walk(struct tlb *, struct pmap *, vaddr_t va, unsigned psind);

#endif /* PMAP_TLB_INTERNAL_H */
