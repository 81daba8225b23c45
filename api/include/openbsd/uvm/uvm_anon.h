/*
 * struct vm_anon: one page of anonymous memory.
 */
#ifndef UVMSIM_OPENBSD_UVM_UVM_ANON_H
#define UVMSIM_OPENBSD_UVM_UVM_ANON_H

#include "_kernel_types.h"

struct vm_page;

struct vm_anon {
	int		an_ref;
	struct simplelock an_lock;
	union {
		_KPTR(struct vm_anon) an_nxt;
		_KPTR(struct vm_page) an_page;
	} u;
	int		an_swslot;
};

#endif /* UVMSIM_OPENBSD_UVM_UVM_ANON_H */
