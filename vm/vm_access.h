/*
 * Inside of accesses, for vm_access*.c alone.
 */
#ifndef VM_VM_ACCESS_H
#define VM_VM_ACCESS_H

#include "vm_map_internal.h"
#include "pmap/pmap_inline.h"
#include "pmap/tlb.h"

#include <assert.h>

/*
 * The page table does not allow this access: fault.  => the frame (with a TLB
 * model the software TLB then knows it), or PFN_NONE and *error.  Hardware
 * without a no-execute bit does not tell a fetch from a read.
 */
pfn_t	vm_access_miss(struct vm_map *, vaddr_t va, vm_prot_t type,
	    int *error);

/* vm_access_batch() where a policy sees every reference. */
size_t	vm_access_policy(struct vm_map *, const struct vm_ref *, size_t n,
	    uint64_t stamp, int *error);

#endif /* VM_VM_ACCESS_H */
