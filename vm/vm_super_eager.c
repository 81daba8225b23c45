/*
 * Larger pages at the first touch, as Linux's transparent huge pages with
 * "always" have them.
 *
 *	nothing in the whole aligned range	a block: zeroed, mapped by one
 *						entry, dirty if writable
 *	else, or no block is free		base pages
 *
 * The range lies inside one entry of private anonymous memory.  A page of
 * zeros for a first read (use_zero_page) is not modelled: a read takes a block
 * too.
 */
#include "vm_super.h"
#include "vm_map_internal.h"

/* => the entry is of the kind, and [start, start + size) inside it */
static bool
is_eligible(const struct vm_map_entry *e, vaddr_t start, vsize_t size)
{
	return e->amap != NULL && !vm_entry_has_object(e) &&
	    (e->etype & (UVM_ET_COPYONWRITE | UVM_ET_NEEDSCOPY)) ==
	    UVM_ET_COPYONWRITE &&
	    (e->flags & UVM_MAP_NOHUGE) == 0 && start >= e->start &&
	    start < e->end && e->end - start >= size;
}

/* The block could not be mapped: it was never there. */
static void
give_back(struct vm *vm, struct vm_amap *amap, uint64_t slot, uint64_t n)
{
	for (uint64_t i = slot; i < slot + n; i++)
		amap_unadd(vm, amap, i);
}

bool
vm_super_eager(struct vm_map *map, struct vm_map_entry *e, vaddr_t va,
    vm_prot_t prot, vm_prot_t access, bool wired, pfn_t *pfn)
{
	struct vm *vm = map->vm;
	const uint64_t n = (uint64_t)1 << vm->reservs.order;
	const vsize_t size = pg_ptoa(vm, n);
	const vaddr_t start = va & ~(size - 1);
	uint64_t slot;
	pfn_t first;

	if (!vm->reservs.on || !is_eligible(e, start, size))
		return false;
	slot = vm_entry_slot(map, e, start);
	if (sparse_next(&e->amap->slots, slot, NULL) < slot + n ||
	    vm_super_reserve(vm, n) != 0)
		return false;
	vm_reserv_color(&e->amap->reserv, pg_atop(vm, start) - slot);
	if (!uvm_analloc_whole(vm, e->amap, slot, &first)) {
		vm->stat.thpfallback++;
		return false;
	}
	if (pmap_enter_super(map->pmap, start, first, prot,
		access | (wired ? PMAP_WIRED : 0u), vm->reservs.psind) != 0) {
		give_back(vm, e->amap, slot, n);
		vm->stat.thpfallback++;
		return false;
	}
	for (pfn_t i = 0; i < n && !wired; i++)
		uvm_pageactivate(vm, first + i);
	vm->stat.thpalloc++;
	vm->exp.flt_przero += n;
	VM_EVENT(vm, SUPER_ZERO, map, start, size, first, n);
	*pfn = first + (pfn_t)pg_atop(vm, va - start);
	return true;
}
