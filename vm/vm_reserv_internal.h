/*
 * What the files of reservations share.
 */
#ifndef VM_VM_RESERV_INTERNAL_H
#define VM_VM_RESERV_INTERNAL_H

#include "vm.h"

/* Its population has changed, up: off the queue when full, else to the tail
 * unless it was there in this tick. */
void	vm_reserv_moved(struct vm *, uint32_t b);

static inline bool
vm_reserv_is_populated(const struct vm_reserv *rv, uint64_t slot)
{
	return (rv->popmap[slot / 64] >> slot % 64 & 1) != 0;
}

/* => the slot was clear */
static inline pfn_t
vm_reserv_populate(struct vm *vm, uint32_t b, uint64_t slot)
{
	struct vm_reservs *rs = &vm->reservs;
	struct vm_reserv *rv = vm_reserv_get(rs, b);

	rv->popmap[slot / 64] |= (uint64_t)1 << slot % 64;
	rs->holes--;
	rv->popcnt++;
	if (unlikely(!rv->queued || rv->lasttick != vm->tick ||
	    rv->popcnt == (uint32_t)1 << rs->order))
		vm_reserv_moved(vm, b);
	return (b << rs->order) + (pfn_t)slot;
}

/* vm_reserv_find, when it is the one found last. */
static inline pfn_t
vm_reserv_find_again(struct vm *vm, struct vm_reserv_owner *o, uint64_t pindex)
{
	struct vm_reservs *rs = &vm->reservs;
	const uint64_t place = o->colour + pindex;
	const uint64_t slot = place & (((uint64_t)1 << rs->order) - 1);
	const struct vm_reserv *rv = vm_reserv_get(rs, o->last);

	if (likely(o->last != 0 && rv->piece == place >> rs->order))
		return likely(!vm_reserv_is_populated(rv, slot)) ?
		    vm_reserv_populate(vm, o->last, slot) : PFN_NONE;
	return vm_reserv_find(vm, o, pindex);
}

/* Pages of the owner (slots of an amap, pages of an object to its end). */
uint64_t vm_reserv_limit(const struct vm *, const struct vm_reserv_owner *);
/* Is a page of its own there in [first, end), but for pindex? => NONE: no */
enum vm_refusal vm_reserv_neighbour(struct vm *,
	    const struct vm_reserv_owner *, uint64_t first, uint64_t pindex,
	    uint64_t end);

#endif /* VM_VM_RESERV_INTERNAL_H */
