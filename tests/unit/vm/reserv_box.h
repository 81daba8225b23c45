/*
 * What the tests of reservations share: a machine, amaps by hand.
 *
 * The machine has two domains of memory; domain 1 (CPU 1, which is the current
 * one) is one block of the largest order that nothing has touched.
 */
#ifndef TESTS_UNIT_VM_RESERV_BOX_H
#define TESTS_UNIT_VM_RESERV_BOX_H

#include "fixture.h"
#include "vm/vm_reserv_internal.h"

#define N	512u	/* pages of amd64's reservation */
#define WHOLE	4096u	/* first frame of domain 1 */

struct box {
	struct mem     *mem;
	struct vm	vm;
	struct pmap_geometry geo;	/* for those who want their own */
};

void	box_open(struct box *);
void	box_open_as(struct box *, struct vm_config); /* NULL geometry: amd64 */
void	box_check(struct box *);	/* frames, lists, reservations */
void	box_close(struct box *);	/* => nothing is left allocated */

struct vm_amap *amap_new(struct box *, uint64_t nslot, uint64_t colour);
void	amap_gone(struct box *, struct vm_amap *);
/* A page of an amap. => its frame */
pfn_t	page(struct box *, struct vm_amap *, uint64_t slot);
void	drop(struct box *, struct vm_amap *, uint64_t slot);
/* Free blocks of an order in domain 1. */
uint64_t nblocks(struct box *, unsigned order);

#define refusal(b, owner, pindex)					\
	vm_reserv_refusal(&(b)->vm, &(owner)->reserv, (pindex), 1)

#endif /* TESTS_UNIT_VM_RESERV_BOX_H */
