/*
 * Inside of the fault routine: what its files share.  Nothing else includes
 * this.
 */
#ifndef VM_FAULT_INTERNAL_H
#define VM_FAULT_INTERNAL_H

#include "vm_map_internal.h"

#define UVM_MAXRANGE	16	/* pages a window may have */
/* Pages behind and ahead of a fault that UVM_ADV_NORMAL maps with it. */
#define VM_FAULT_BACK	3
#define VM_FAULT_FORW	4

#define FAULT_WIRE	0x1	/* wiring: narrow, wired mapping */
#define FAULT_MAXPROT	0x2	/* check max_protection */

struct fault {
	struct vm      *vm;
	struct vm_map  *map;
	struct vm_map_entry *entry;
	vaddr_t		va;		/* page of the fault */
	vm_prot_t	access;
	vm_prot_t	enter;		/* rights the mapping may get */
	unsigned	flags;		/* FAULT_* */
	bool		wired;
	bool		cow_now;	/* the access wants a private copy */
	bool		narrow;		/* no neighbours (any more) */
	bool		read_in;	/* the page was not resident */
	uint64_t       *starved;	/* no frame was free: what to count if
					   none can be had */
};

/* Tell of a fault that fails.  => error */
static inline int
vm_fault_fail(const struct fault *f, int error, vm_prot_t prot)
{
	VM_EVENT(f->vm, FAULT_FAIL, f->map, f->va, f->access, (uint64_t)error,
	    prot);
	return error;
}

/*
 * A write fault makes its page dirty: larger mappings ask for that.  Wiring is
 * no write.
 */
static inline void
vm_fault_dirty(const struct fault *f, pfn_t pfn)
{
	if (unlikely(f->vm->pmaps.super) && f->access & VM_PROT_WRITE &&
	    (f->flags & FAULT_WIRE) == 0)
		pmap_page(&f->vm->pmaps, pfn)->pv |= PMAP_ATTR_MOD;
}

/* f has vm, map, va, access (none when wiring) and flags, the rest is 0. */
int	vm_fault_resolve(struct fault *);
/* Enter the mapping of the faulting page and queue the page.  => 0 or ENOMEM */
int	vm_fault_enter(struct fault *, pfn_t, vm_prot_t);
/* The same for a page just made: mapped nowhere, on no queue. */
int	vm_fault_enter_new(struct fault *, pfn_t);

/* The fault routine, step by step.  => as uvm_fault; va is page aligned */
int	vm_fault_slowly(struct vm_map *, vaddr_t va, vm_prot_t access);
/*
 * Map the page of an anon beside a fault, which nobody has accessed; enter: the
 * rights that it may get (writing is withheld while others have the anon).
 * => a pv was reserved, nothing is mapped at va
 */
void	vm_fault_neighbour(struct vm_map *, vaddr_t va, uint32_t anon,
	    vm_prot_t enter);

#endif /* VM_FAULT_INTERNAL_H */
