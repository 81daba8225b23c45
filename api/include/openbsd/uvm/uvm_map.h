/*
 * struct vm_map and its entries.  The header of the list is an entry whose
 * start and end are the bounds of the map.
 */
#ifndef UVMSIM_OPENBSD_UVM_UVM_MAP_H
#define UVMSIM_OPENBSD_UVM_UVM_MAP_H

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

struct vm_map;
struct pmap;

struct vm_map_entry {
	struct {
		_KPTR(struct vm_map_entry) rbe_left;
		_KPTR(struct vm_map_entry) rbe_right;
		_KPTR(struct vm_map_entry) rbe_parent;
		int	rbe_color;
	}		rb_entry;	/* 0: the tree is not shown */
	_kulong		ownspace;	/* free space behind it */
	_kulong		space;		/* of the tree: 0 */
	_KPTR(struct vm_map_entry) prev;
	_KPTR(struct vm_map_entry) next;
	_kulong		start;
	_kulong		end;
	union {
		_KPTR(struct uvm_object) uvm_obj;
		_KPTR(struct vm_map) sub_map;
	}		object;
	_koff		offset;
	int		etype;		/* UVM_ET_* */
	int		protection;
	int		max_protection;
	int		inheritance;
	int		wired_count;
	struct vm_aref	aref;
	int		advice;
	uint8_t		flags;		/* VM_MAP_STATIC, _KMEM */
};

#define VM_MAP_STATIC		0x01	/* entry: of the static pool */
#define VM_MAP_KMEM		0x02	/* entry: of the kernel's pool */

typedef struct vm_map_entry *vm_map_entry_t;

struct vm_map {
	_KPTR(struct pmap) pmap;
	struct lock	lock;
	struct {
		_KPTR(struct vm_map_entry) rbh_root;
	}		rbhead;
	struct vm_map_entry header;
	int		nentries;
	_kulong		size;		/* bytes */
	int		ref_count;
	struct simplelock ref_lock;
	_KPTR(struct vm_map_entry) hint;
	struct simplelock hint_lock;
	_KPTR(struct vm_map_entry) first_free;
	int		flags;		/* VM_MAP_* */
	struct simplelock flags_lock;
	unsigned int	timestamp;
};

#define min_offset		header.start
#define max_offset		header.end

#define VM_MAP_PAGEABLE		0x01
#define VM_MAP_INTRSAFE		0x02
#define VM_MAP_WIREFUTURE	0x04
#define VM_MAP_BUSY		0x08
#define VM_MAP_WANTLOCK		0x10

typedef struct vm_map *vm_map_t;

#endif /* UVMSIM_OPENBSD_UVM_UVM_MAP_H */
