/*
 * struct vm_amap: the anonymous layer of map entries.
 *
 * am_anon[slot] is the anon of a slot, or NULL; am_slots[] lists the slots in
 * use and am_bckptr[slot] is a slot's place in that list.  am_ppref, unless it
 * is NULL, has the references of each slot in runs: a run of one slot is its
 * count plus 1; a longer one is minus that, then the length.
 */
#ifndef UVMSIM_NETBSD_UVM_UVM_AMAP_H
#define UVMSIM_NETBSD_UVM_UVM_AMAP_H

#include "_kernel_types.h"
#include "uvm_anon.h"

#define UVM_AMAP_PPREF
#define PPREF_NONE	((int *)-1)	/* never in a simulation */

#define AMAP_SHARED	0x1
#define AMAP_REFALL	0x2
#define AMAP_SWAPOFF	0x4

struct vm_amap {
	kmutex_t	am_l;
	int		am_ref;
	int		am_flags;	/* AMAP_* */
	int		am_maxslot;	/* allocated */
	int		am_nslot;	/* in use range */
	int		am_nused;
	_KPTR(int)	am_slots;
	_KPTR(int)	am_bckptr;
	_KPTR(_KPTR(struct vm_anon)) am_anon;
	_KPTR(int)	am_ppref;
};

struct vm_aref {
	int		ar_pageoff;	/* slots */
	_KPTR(struct vm_amap) ar_amap;
};

#endif /* UVMSIM_NETBSD_UVM_UVM_AMAP_H */
