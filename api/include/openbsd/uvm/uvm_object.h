/*
 * struct uvm_object: what can be mapped.  Its pgops say what it is:
 * uvm_vnodeops, uvm_deviceops, aobj_pager.
 */
#ifndef UVMSIM_OPENBSD_UVM_UVM_OBJECT_H
#define UVMSIM_OPENBSD_UVM_UVM_OBJECT_H

#include "_kernel_types.h"

struct uvm_pagerops;
struct vm_page;

struct uvm_pagelist {
	_KPTR(struct vm_page) tqh_first;
	_KPTR(_KPTR(struct vm_page)) tqh_last;
};

struct uvm_object {
	struct simplelock vmobjlock;
	_KPTR(struct uvm_pagerops) pgops;
	struct uvm_pagelist memq;	/* resident pages */
	int		uo_npages;
	int		uo_refs;
};

#define UVM_OBJ_KERN		(-2)

#endif /* UVMSIM_OPENBSD_UVM_UVM_OBJECT_H */
