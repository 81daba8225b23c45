/*
 * What objects, pagers and the pageout share.  Nothing above vm/ includes this.
 */
#ifndef VM_PAGER_H
#define VM_PAGER_H

#include "vm.h"

/*
 * A page leaves its object; its slot, if it has one, stays.  => mapped nowhere
 * afterwards
 */
void	vm_object_page_free(struct vm *, struct vm_object *, uint64_t pindex,
	    pfn_t);
/* => PFN_NONE: no frame, or no host memory for its place */
pfn_t	vm_object_page_alloc(struct vm *, struct vm_object *, uint64_t pindex,
	    unsigned flags, uint64_t tag);
/* All pages from `from' on go, with their slots. */
void	vm_object_free_from(struct vm *, struct vm_object *, uint64_t from);
/*
 * The n pages from `from' on are a hole: unmapped and freed, what was on the
 * disk is zero.  What lies behind the end is left out.
 * => 0 or ENOMEM (host), nothing changed
 */
int	vm_object_punch(struct vm *, struct vm_object *, uint64_t from,
	    uint64_t n);
/*
 * Write n pages of a file, resident and dirty, from pindex on; one I/O.
 * => 0; EIO or ENOMEM (of the host): they are dirty
 */
int	vm_object_write(struct vm *, struct vm_object *, uint64_t pindex,
	    uint32_t n);

/* Devices and physical ranges have all their frames from the beginning. */
bool	vm_object_is_fixed(const struct vm_object *);
int	vm_object_fill(struct vm *, struct vm_object *); /* 0 or ENOMEM */

/* A page that a read has brought in: tell the daemon. */
void	vm_page_returns(struct vm *, pfn_t);

#endif /* VM_PAGER_H */
