/*
 * struct vmspace, protections and the like.
 */
#ifndef UVMSIM_OPENBSD_UVM_UVM_EXTERN_H
#define UVMSIM_OPENBSD_UVM_UVM_EXTERN_H

#include "_kernel_types.h"
#include "uvm_map.h"

#define UVM_PROT_MASK	0x07
#define UVM_PROT_NONE	0x00
#define UVM_PROT_READ	0x01
#define UVM_PROT_WRITE	0x02
#define UVM_PROT_EXEC	0x04
#define VM_PROT_NONE	0x00
#define VM_PROT_READ	0x01
#define VM_PROT_WRITE	0x02
#define VM_PROT_EXECUTE	0x04

#define UVM_INH_SHARE	0
#define UVM_INH_COPY	0x10
#define UVM_INH_NONE	0x20

struct vmspace {
	struct vm_map	vm_map;		/* first: their addresses are one */
	int		vm_refcnt;
	_KPTR(char)	vm_shm;
	int32_t		vm_rssize;	/* pages */
	int32_t		vm_swrss;
	int32_t		vm_tsize;
	int32_t		vm_dsize;
	int32_t		vm_ssize;
	_KPTR(char)	vm_taddr;
	_KPTR(char)	vm_daddr;
	_KPTR(char)	vm_maxsaddr;
	_KPTR(char)	vm_minsaddr;
};

#endif /* UVMSIM_OPENBSD_UVM_UVM_EXTERN_H */
