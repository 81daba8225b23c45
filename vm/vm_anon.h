/*
 * Anons: one page of anonymous memory each.
 *
 * 8 bytes each, in one array named by 32-bit index, as many as frames and swap
 * slots together.
 *
 * A1  ref >= 1 for an anon in an amap; it counts the amap slots that name it.
 * A2  where is a frame owned by this anon, or 0: its page is in its slot.
 * A12 an anon has a frame or a slot (SWSLOT_BAD is one), or was given up
 *     (FreeBSD's MADV_FREE): neither, and reads as zero.  The slot of an anon
 *     that is free is SWSLOT_NONE.
 * A14 inuse + free frames <= nanons: who gets a frame gets a name too.
 */
#ifndef VM_ANON_H
#define VM_ANON_H

#include "vm_page.h"

struct vm_amap;

struct vm_anon {
	uint32_t	ref;		/* amap slots; 0: free */
	uint32_t	where;		/* its frame, 0: not resident; a free
					   name's: next */
};

struct vm_anons {
	struct vm_anon *anon;		/* [nanons + 1]; 0 is no anon */
	uint32_t       *slot;		/* [nanons + 1], of swap; NULL: there
					   has been no swap device yet */
	uint32_t	nanons;
	uint32_t	fresh;		/* lowest name never used so far */
	uint32_t	freelist;
	uint32_t	inuse;
};

int	vm_anons_init(struct vm *, uint32_t nanons);
/* => 0: there are so many names at least, and slot[]; ENOMEM: as before */
int	vm_anons_grow(struct vm *, uint32_t nanons);
/* An anon goes: so does its slot, if it has one. */
void	vm_anon_freeslot(struct vm *, uint32_t anon);
void	vm_anons_fini(struct vm *);

/* => a new anon with ref 1 and a fresh frame (PG_ANON, no queue, tag 0), or 0
      when there is no frame; uvmexp.fltnoram/fltnoanon are the caller's.  It is
      for this slot of the amap (NULL: of none), which the caller sets */
uint32_t uvm_analloc(struct vm *, struct vm_amap *, uint64_t slot, pfn_t *);
/* => a new anon with ref 1 for a frame of uvm_pagealloc_whole */
uint32_t uvm_analloc_frame(struct vm *, pfn_t);
/*
 * Anons and frames for the whole piece of the amap that begins at slot.
 * => false: no block; true: 2^reservs.order slots are set, *first is the
 *    first's frame.  The slots were empty, their nodes are reserved
 */
bool	uvm_analloc_whole(struct vm *, struct vm_amap *, uint64_t slot,
	    pfn_t *first);
/* Drop one reference; at zero unmap and free its page. */
void	uvm_anon_unref(struct vm *, uint32_t anon);

static inline struct vm_anon *
vm_anon_get(const struct vm_anons *a, uint32_t name)
{
	return &a->anon[name];
}

/* Its swap slot, or SWSLOT_NONE. */
static inline uint32_t
vm_anon_slot(const struct vm_anons *a, uint32_t name)
{
	return a->slot != NULL ? a->slot[name] : 0;
}

#endif /* VM_ANON_H */
