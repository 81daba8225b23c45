/*
 * struct vm_page: a frame.  The machine's part lists its mappings.
 */
#ifndef UVMSIM_NETBSD_UVM_UVM_PAGE_H
#define UVMSIM_NETBSD_UVM_UVM_PAGE_H

#include "_kernel_types.h"
#include "uvm_anon.h"
#include "uvm_object.h"

struct pmap;

struct pv_entry {			/* a mapping of a frame */
	_KPTR(struct pv_entry) pv_next;
	_KPTR(struct pmap) pv_pmap;
	_kulong		pv_va;
};

struct vm_page_md {
	_KPTR(struct pv_entry) pv_list;
	int		pv_count;
};

struct vm_page {
	_KPTR(struct vm_page) listq_next;	/* next of the object's */
	_KPTR(struct vm_anon) uanon;
	_KPTR(struct uvm_object) uobject;
	_koff		offset;		/* bytes into the object */
	uint16_t	flags;		/* PG_* */
	uint16_t	loan_count;
	uint16_t	wire_count;
	uint16_t	pqflags;	/* PQ_* */
	_kulong		phys_addr;
	struct vm_page_md mdpage;
};

#endif /* UVMSIM_NETBSD_UVM_UVM_PAGE_H */
