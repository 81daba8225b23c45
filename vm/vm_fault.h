/*
 * Page faults (uvm_fault).
 *
 *	CASE 1A	anon exists, read, or not shared	map it
 *	CASE 1B	anon exists, write, shared		copy it to a new anon
 *	CASE 2A	no anon; object page, no copying	map the object's page
 *	CASE 2B	no anon; private write, or no object	promote to a new anon
 *						(copy of object page or zero)
 *
 * Advice decides which neighbours that are resident get mapped on the way.
 */
#ifndef VM_FAULT_H
#define VM_FAULT_H

#include "vm_map.h"

/*
 * Resolve a fault at va for an access of type VM_PROT_READ/WRITE/EXEC.
 * => 0: the page is mapped with the rights the access needs
 *    EFAULT no entry, or an entry with nothing behind it; EACCES not allowed
 *    by the protection; EINVAL past the end of a file (SIGBUS); EIO; ENOMEM.
 */
int	uvm_fault(struct vm_map *, vaddr_t va, vm_prot_t access);
/* Wire the pages of [start, end); maxprot: check max_protection.  => as
 * uvm_fault; pages wired before the failure have been unwired again */
int	uvm_fault_wire(struct vm_map *, vaddr_t start, vaddr_t end,
	    bool maxprot);
void	uvm_fault_unwire(struct vm_map *, vaddr_t start, vaddr_t end);

/*
 * One access to [va, va + 1): page table first, fault if it must, page table
 * again; a write leaves `stamp` as the page's content tag when tags are kept.
 * => 0 or uvm_fault's errno
 */
int	vm_access(struct vm_map *, vaddr_t va, vm_prot_t type, uint64_t stamp);
/* Content tag that a read at va would see, faulting the page in. */
int	vm_access_tag(struct vm_map *, vaddr_t va, uint64_t *tag);
/* The same without any effect: what a read would see.  => as uvm_fault */
int	vm_peek_tag(struct vm_map *, vaddr_t va, uint64_t *tag);

/* A decoded reference; batches of them are the fast way in. */
struct vm_ref {
	vaddr_t		va;
	uint32_t	type;		/* VM_PROT_READ, _WRITE or _EXEC */
	uint32_t	pad;
};
/* => number done; less than n: refs[done] failed with *error */
size_t	vm_access_batch(struct vm_map *, const struct vm_ref *, size_t n,
	    uint64_t stamp, int *error);

#endif /* VM_FAULT_H */
