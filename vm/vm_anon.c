/*
 * Anons: names, references, and the page behind each.
 */
#include "vm_page_inline.h"

#include <errno.h>
#include <string.h>

#include "pmap/narrow.h"

int
vm_anons_init(struct vm *vm, uint32_t nanons)
{
	struct vm_anons *a = &vm->anons;

	memset(a, 0, sizeof(*a));
	a->nanons = nanons;
	a->fresh = 1;
	a->anon = mem_zalloc(vm->mem,
	    host_bytes((uint64_t)nanons + 1, sizeof(struct vm_anon)));
	return a->anon != NULL ? 0 : ENOMEM;
}

void
vm_anons_fini(struct vm *vm)
{
	const size_t n = (size_t)vm->anons.nanons + 1;

	mem_free(vm->mem, vm->anons.anon, n * sizeof(struct vm_anon));
	if (vm->anons.slot != NULL)
		mem_free(vm->mem, vm->anons.slot, n * sizeof(uint32_t));
}

/* Names from fresh on were never used: they are not looked at. */
int
vm_anons_grow(struct vm *vm, uint32_t nanons)
{
	struct vm_anons *a = &vm->anons;
	const size_t had = (size_t)a->nanons + 1;
	const size_t n = nanons > a->nanons ? (size_t)nanons + 1 : had;
	struct vm_anon *anon = a->anon;
	uint32_t *slot = a->slot;

	if (n == had && slot != NULL)
		return 0;
	if (nanons == UINT32_MAX)
		return ENOMEM;
	slot = mem_zalloc(vm->mem, host_bytes(n, sizeof(*slot)));
	if (slot == NULL)
		return ENOMEM;
	if (n > had &&
	    (anon = mem_zalloc(vm->mem, host_bytes(n, sizeof(*anon)))) ==
		NULL) {
		mem_free(vm->mem, slot, n * sizeof(*slot));
		return ENOMEM;
	}
	if (anon != a->anon) {
		memcpy(anon, a->anon, a->fresh * sizeof(*anon));
		mem_free(vm->mem, a->anon, had * sizeof(*anon));
	}
	if (a->slot != NULL) {
		memcpy(slot, a->slot, a->fresh * sizeof(*slot));
		mem_free(vm->mem, a->slot, had * sizeof(*slot));
	}
	a->anon = anon;
	a->slot = slot;
	a->nanons = (uint32_t)(n - 1);
	return 0;
}

void
vm_anon_freeslot(struct vm *vm, uint32_t name)
{
	const uint32_t slot = vm_anon_slot(&vm->anons, name);

	if (slot == SWSLOT_NONE)
		return;
	if (slot != SWSLOT_BAD && vm->anons.anon[name].where == PFN_NONE)
		vm->exp.swpgonly--;
	vm_swap_free(vm, slot, 1);
	vm->anons.slot[name] = SWSLOT_NONE;
}

/* When there is a frame, there is a name for its anon too (A14). */
uint32_t
uvm_analloc(struct vm *vm, struct vm_amap *amap, uint64_t slot, pfn_t *pfnp)
{
	return anon_alloc(vm, amap, slot, pfnp);
}

uint32_t
uvm_analloc_frame(struct vm *vm, pfn_t pfn)
{
	struct vm_anons *a = &vm->anons;
	uint32_t name = a->freelist;

	assert((vm->pages.page[pfn].pg_flags & PG_ANON) != 0);
	if (name != 0)
		a->freelist = a->anon[name].where;
	else
		name = a->fresh++;
	assert(name <= a->nanons);
	a->inuse++;
	a->anon[name] = (struct vm_anon){ .ref = 1, .where = pfn };
	vm->pages.page[pfn].owner = name;
	return name;
}

bool
uvm_analloc_whole(struct vm *vm, struct vm_amap *amap, uint64_t slot,
    pfn_t *first)
{
	pfn_t pfn = uvm_pagealloc_whole(vm, &amap->reserv, slot,
	    PG_ANON | PG_DIRTY);

	*first = pfn;
	if (pfn == PFN_NONE)
		return false;
	for (uint64_t i = 0; i < (uint64_t)1 << vm->reservs.order; i++)
		sparse_set(&vm->sparse, &amap->slots, slot + i,
		    uvm_analloc_frame(vm, pfn + (pfn_t)i));
	return true;
}

void
uvm_anon_unref(struct vm *vm, uint32_t name)
{
	anon_unref(vm, name);
}
