/*
 * struct vmspace, protections and the like.
 */
#ifndef UVMSIM_NETBSD_UVM_UVM_EXTERN_H
#define UVMSIM_NETBSD_UVM_UVM_EXTERN_H

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

struct vmspace {
	struct vm_map	vm_map;		/* first: their addresses are one */
	int		vm_refcnt;
	_KPTR(char)	vm_shm;
	int32_t		vm_rssize;	/* pages */
	int32_t		vm_swrss;
	int32_t		vm_tsize;
	int32_t		vm_dsize;
	int32_t		vm_ssize;
	int32_t		vm_issize;
	_KPTR(char)	vm_taddr;
	_KPTR(char)	vm_daddr;
	_KPTR(char)	vm_maxsaddr;
	_KPTR(char)	vm_minsaddr;
	_kulong		vm_aslr_delta_mmap;
};

/* What sysctl(3) gives for CTL_VM, VM_UVMEXP2. */
struct uvmexp_sysctl {
	int64_t	pagesize, pagemask, pageshift, npages, free, active;
	int64_t	inactive, paging, wired, zeropages, reserve_pagedaemon;
	int64_t	reserve_kernel, freemin, freetarg, inactarg, wiredmax;
	int64_t	nswapdev, swpages, swpginuse, swpgonly, nswget;
	int64_t	unused1, cpuhit, cpumiss, faults, traps, intrs;
	int64_t	swtch, softs, syscalls, pageins, swapins, swapouts;
	int64_t	pgswapin, pgswapout, forks, forks_ppwait, forks_sharevm;
	int64_t	pga_zerohit, pga_zeromiss, zeroaborts, fltnoram;
	int64_t	fltnoanon, fltpgwait, fltpgrele, fltrelck, fltrelckok;
	int64_t	fltanget, fltanretry, fltamcopy, fltnamap, fltnomap;
	int64_t	fltlget, fltget, flt_anon, flt_acow, flt_obj, flt_prcopy;
	int64_t	flt_przero, pdwoke, pdrevs, unused4, pdfreed, pdscans;
	int64_t	pdanscan, pdobscan, pdreact, pdbusy, pdpageouts;
	int64_t	pdpending, pddeact, anonpages, filepages, execpages;
	int64_t	colorhit, colormiss, ncolors, bootpages, poolpages;
	int64_t	countsyncone, countsyncall, anonunknown, anonclean;
	int64_t	anondirty, fileunknown, fileclean, filedirty, fltup;
	int64_t	fltnoup;
};

#define VM_UVMEXP2	5

#endif /* UVMSIM_NETBSD_UVM_UVM_EXTERN_H */
