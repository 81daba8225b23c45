/*
 * struct uvm_object: what can be mapped.  Its pgops say what it is:
 * uvm_vnodeops, uvm_deviceops, aobj_pager.
 */
#ifndef UVMSIM_NETBSD_UVM_UVM_OBJECT_H
#define UVMSIM_NETBSD_UVM_UVM_OBJECT_H

#include "_kernel_types.h"

struct uvm_pagerops;
struct vm_page;

struct uvm_object {
	kmutex_t	vmobjlock;
	_KPTR(const struct uvm_pagerops) pgops;
	struct pglist {
		_KPTR(struct vm_page) tqh_first;
		_KPTR(_KPTR(struct vm_page)) tqh_last;
	}		memq;		/* resident pages */
	int		uo_npages;
	unsigned int	uo_refs;
};

#define UVM_OBJ_KERN		(-2)

#endif /* UVMSIM_NETBSD_UVM_UVM_OBJECT_H */
