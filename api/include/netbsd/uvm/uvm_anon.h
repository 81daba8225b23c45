/*
 * struct vm_anon: one page of anonymous memory.
 */
#ifndef UVMSIM_NETBSD_UVM_UVM_ANON_H
#define UVMSIM_NETBSD_UVM_UVM_ANON_H

#include "_kernel_types.h"

struct vm_page;

struct vm_anon {
	int		an_ref;
	int		an_swslot;	/* 0: not in swap */
	_KPTR(struct vm_page) an_page;
};

#endif /* UVMSIM_NETBSD_UVM_UVM_ANON_H */
