/*
 * Inside of the fault routine: what its two files share.  Nothing else includes
 * this.
 */
#ifndef VM_FAULT_INTERNAL_H
#define VM_FAULT_INTERNAL_H

#include "vm_map_internal.h"

#define UVM_MAXRANGE	16	/* pages a window may have */
/* Pages behind and ahead of a fault that UVM_ADV_NORMAL maps with it. */
#define VM_FAULT_BACK	3
#define VM_FAULT_FORW	4

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
