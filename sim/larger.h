/*
 * Which frames are mapped large, for those who sum up over frames.
 *
 * A frame is of the size of the largest page by which any page table maps it.
 * That page begins at a frame which is aligned to its size, so whoever goes
 * over the frames in rising order asks at each and steps by what it is told.
 */
#ifndef SIM_LARGER_H
#define SIM_LARGER_H

#include "vm/vm.h"

/* Base pages in a page of this size. */
static inline pfn_t
sim_larger_frames(const struct pmap_geometry *geo, unsigned psind)
{
	return (pfn_t)1 << (geo->sizes[psind].shift - geo->page_shift);
}

/* => false: no larger page was ever mapped, and nobody need ask */
bool	sim_larger_any(const struct pmap_system *);

/* => psind of the largest page that begins at a frame in use; 0: none */
unsigned sim_larger_at(struct pmap_system *, pfn_t);

/* => the page is one entry of a higher level, not a group of base pages */
static inline bool
sim_larger_leaf(const struct pmap_geometry *geo, unsigned psind)
{
	return geo->sizes[psind].kind == PMAP_SIZE_LEAF;
}

#endif /* SIM_LARGER_H */
