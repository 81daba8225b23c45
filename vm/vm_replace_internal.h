/*
 * Inside of sets (vm_replace*.c).
 */
#ifndef VM_REPLACE_INTERNAL_H
#define VM_REPLACE_INTERNAL_H

#include "vm_fault_internal.h"
#include "vm_replace.h"

/* The highest virtual page number that a set may name. */
#define VM_SET_MAXPAGE	(((uint64_t)1 << PMAP_PV_VPN_BITS) - 1)

static inline vaddr_t
vm_set_va(const struct vm_set *set, uint32_t slot)
{
	return pg_ptoa(set->pmap, set->page[slot] - 1);
}

/* => va is mapped so that it may have a slot, in this frame */
bool	vm_set_may_have(struct vm_set *, vaddr_t va, pfn_t *);
/* The key of a page, made if need be.  => 0 or ENOMEM */
int	vm_set_key(struct vm_set *, uint64_t page, uint32_t *key);


/* ---- the express lane (vm_replace_express.c) ---- */
/*
 * The page of a slot that the policy has freed goes: its mapping, the counters,
 * the page.  => false: not this way, nothing changed
 */
bool	vm_set_evict_express(struct vm_set *, uint32_t slot);
/*
 * A fault on a page that is not mapped, resolved but for its slot.
 * => its frame; PFN_NONE: it must go the long way (there may be room for it by
 *    now)
 */
pfn_t	vm_set_fault_express(struct vm_map *, vaddr_t va, vm_prot_t access);

#endif /* VM_REPLACE_INTERNAL_H */
