/*
 * Pages that are not resident come back (uvm_anon_get, uao_get; reference 6.4).
 *
 * The slot stays with the page, which is neither clean nor dirty: as long as
 * nobody writes to it, it can go again without being written.  A slot that
 * cannot be read is bad from then on; its page is lost.
 */
#include "vm_page_inline.h"
#include "vm_pager.h"

#include <errno.h>

/* => 0 or EIO: *slot is BAD */
static int
read_slot(struct vm *vm, uint32_t *slot, pfn_t pfn)
{
	int error = vm_swap_get(vm, *slot, pfn);

	if (error != 0) {
		vm_swap_markbad(vm, *slot);
		*slot = SWSLOT_BAD;
	}
	return error;
}

int
vm_anon_pagein_at(struct vm *vm, uint32_t name, struct vm_amap *amap,
    uint64_t place)
{
	struct vm_anon *anon = &vm->anons.anon[name];
	const uint32_t slot = vm_anon_slot(&vm->anons, name);
	pfn_t pfn;
	int error;

	assert(anon->where == PFN_NONE);
	if (slot == SWSLOT_BAD)
		return EIO;
	pfn = page_alloc(vm, amap != NULL ? &amap->reserv : NULL, place,
	    (struct vm_page){
		.pg_flags = PG_ANON | (slot == SWSLOT_NONE ? PG_DIRTY : 0),
		.owner = name,
	    },
	    vm->exp.reserve_kernel);
	if (pfn == PFN_NONE)
		return ENOMEM;
	if (slot != SWSLOT_NONE) {
		vm->exp.pageins++;
		error = read_slot(vm, &vm->anons.slot[name], pfn);
		if (error != 0) {
			uvm_pagefree(vm, pfn);
			return error;
		}
	}
	anon->where = pfn;
	if (slot != SWSLOT_NONE)
		vm_page_returns(vm, pfn);
	return 0;
}

int
vm_anon_pagein(struct vm *vm, uint32_t name)
{
	return vm_anon_pagein_at(vm, name, NULL, 0);
}

int
vm_aobj_pagein(struct vm *vm, struct vm_object *obj, uint64_t pindex,
    pfn_t *pfn)
{
	uint32_t slot = sparse_get(&obj->swap, pindex);
	int error;

	if (slot == SWSLOT_BAD)
		return EIO;
	*pfn = vm_object_page_alloc(vm, obj, pindex, PG_AOBJ, 0);
	if (*pfn == PFN_NONE)
		return ENOMEM;
	vm->exp.pageins++;
	error = read_slot(vm, &slot, *pfn);
	if (error != 0) {
		sparse_set(&vm->sparse, &obj->swap, pindex, slot);
		vm_object_page_free(vm, obj, pindex, *pfn);
		return error;
	}
	VM_EVENT(vm, SWAPIN, (struct vm_map *)NULL, 0, 0, *pfn, slot);
	vm_page_returns(vm, *pfn);
	return 0;
}
