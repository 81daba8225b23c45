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

/*
 * A decoded reference; batches of them are the fast way in.  One word: the
 * address, its two low bits replaced by the kind of access (type >> 1).
 */
struct vm_ref {
	uint64_t	word;
};

static inline struct vm_ref
vm_ref_make(vaddr_t va, vm_prot_t type)	/* VM_PROT_READ, _WRITE or _EXEC */
{
	return (struct vm_ref){ (va & ~(vaddr_t)3) | type >> 1 };
}

static inline vaddr_t
vm_ref_va(struct vm_ref r)
{
	return r.word & ~(vaddr_t)3;
}

static inline vm_prot_t
vm_ref_type(struct vm_ref r)
{
	return (vm_prot_t)(1u << (r.word & 3));
}

/* References made, by vm_access() and vm_access_batch(), that did not fail. */
struct vm_refstat {
	uint64_t	kind[3];	/* reads, writes, fetches */
	/* To the memory of the CPU's domain and of others; counted when the
	 * machine has several domains. */
	uint64_t	local, remote;
};

/*
 * References of the CPU vm->curcpu in order, as if by vm_access().
 * => number done; less than n: refs[done] failed with *error
 */
size_t	vm_access_batch(struct vm_map *, const struct vm_ref *, size_t n,
	    uint64_t stamp, int *error);

#endif /* VM_FAULT_H */
