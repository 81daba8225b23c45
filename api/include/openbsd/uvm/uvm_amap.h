/*
 * struct vm_amap: the anonymous layer of map entries.
 *
 * am_anon[slot] is the anon of a slot, or NULL; am_slots[] lists the slots in
 * use and am_bckptr[slot] is a slot's place in that list.
 */
#ifndef UVMSIM_OPENBSD_UVM_UVM_AMAP_H
#define UVMSIM_OPENBSD_UVM_UVM_AMAP_H

#include "_kernel_types.h"
#include "uvm_anon.h"

struct vm_amap {
	struct simplelock am_l;
	int		am_ref;
	int		am_flags;
	int		am_maxslot;
	int		am_nslot;
	int		am_nused;
	_KPTR(int)	am_slots;
	_KPTR(int)	am_bckptr;
	_KPTR(_KPTR(struct vm_anon)) am_anon;
	_KPTR(int)	am_ppref;
};

#define AMAP_SHARED	0x1

struct vm_aref {
	int		ar_pageoff;	/* slots */
	_KPTR(struct vm_amap) ar_amap;
};

#endif /* UVMSIM_OPENBSD_UVM_UVM_AMAP_H */
