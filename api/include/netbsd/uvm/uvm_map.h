/*
 * struct vm_map and its entries.
 *
 * The header of the list is an entry too.  Its end is where the map begins and
 * its start is where the map ends, so that the gap behind an entry, and that in
 * front of the first one, are computed alike: vm_map_min(), vm_map_max().
 */
#ifndef UVMSIM_NETBSD_UVM_UVM_MAP_H
#define UVMSIM_NETBSD_UVM_UVM_MAP_H

#include "_kernel_types.h"
#include "uvm_amap.h"
#include "uvm_object.h"

#define UVM_ET_OBJ		0x01
#define UVM_ET_SUBMAP		0x02
#define UVM_ET_COPYONWRITE	0x04
#define UVM_ET_NEEDSCOPY	0x08

#define UVM_ET_ISOBJ(e)		(((e)->etype & UVM_ET_OBJ) != 0)
#define UVM_ET_ISSUBMAP(e)	(((e)->etype & UVM_ET_SUBMAP) != 0)
#define UVM_ET_ISCOPYONWRITE(e)	(((e)->etype & UVM_ET_COPYONWRITE) != 0)
#define UVM_ET_ISNEEDSCOPY(e)	(((e)->etype & UVM_ET_NEEDSCOPY) != 0)

/* flags of an entry */
#define UVM_MAP_KERNEL		0x01	/* of a kernel map */
#define UVM_MAP_KMAPENT		0x02	/* holds map entries */
#define UVM_MAP_STATIC		0x04	/* of the static pool */
#define UVM_MAP_FIRST		UVM_MAP_STATIC
#define UVM_MAP_NOMERGE		0x08	/* never merged */
#define UVM_MAP_QUANTUM		0x10	/* of quantum cache */

struct vm_map;
struct pmap;

struct vm_map_entry {
	struct {
		_KPTR(struct vm_map_entry) rb_left;
		_KPTR(struct vm_map_entry) rb_right;
		_KPTR(struct vm_map_entry) rb_parent;
	}		rb_node;	/* 0: the tree is not shown */
	_kulong		gap;		/* free bytes behind it */
	_kulong		maxgap;		/* of the tree: 0 */
	_KPTR(struct vm_map_entry) prev;
	_KPTR(struct vm_map_entry) next;
	_kulong		start;
	_kulong		end;
	union {
		_KPTR(struct uvm_object) uvm_obj;
		_KPTR(struct vm_map) sub_map;
	}		object;
	_koff		offset;
	uint8_t		etype;		/* UVM_ET_* */
	uint8_t		flags;		/* UVM_MAP_* */
	int		protection;
	int		max_protection;
	int		inheritance;
	int		wired_count;
	struct vm_aref	aref;
	int		advice;
};

/* flags of a map */
#define VM_MAP_PAGEABLE		0x01
#define VM_MAP_INTRSAFE		0x02
#define VM_MAP_WIREFUTURE	0x04
#define VM_MAP_BUSY		0x08
#define VM_MAP_WANTLOCK		0x10
#define VM_MAP_DYING		0x20
#define VM_MAP_TOPDOWN		0x40
#define VM_MAP_VACACHE		0x80
#define VM_MAP_WANTVA		0x100

struct vm_map {
	_KPTR(struct pmap) pmap;
	krwlock_t	lock;
	_KPTR(void)	busy;		/* who holds it */
	kmutex_t	misc_lock;
	kcondvar_t	cv;
	int		flags;		/* VM_MAP_* */
	struct {
		_KPTR(struct vm_map_entry) rbt_root;
	}		rb_tree;
	struct vm_map_entry header;
	int		nentries;
	_kulong		size;		/* bytes */
	int		ref_count;
	_KPTR(struct vm_map_entry) hint;
	_KPTR(struct vm_map_entry) first_free;
	unsigned int	timestamp;
};

#define vm_map_min(map)		((map)->header.end)
#define vm_map_max(map)		((map)->header.start)
#define vm_map_pmap(map)	((map)->pmap)

#endif /* UVMSIM_NETBSD_UVM_UVM_MAP_H */
