/*
 * Anons: names, references, and the page or swap slot behind each.
 */
#include "vm.h"

#include <errno.h>
#include <string.h>

int
vm_anons_init(struct vm *vm, uint32_t nanons)
{
	struct vm_anons *a = &vm->anons;

	memset(a, 0, sizeof(*a));
	a->nanons = nanons;
	a->fresh = 1;
	a->anon = mem_zalloc(vm->mem,
	    ((size_t)nanons + 1) * sizeof(struct vm_anon));
	return a->anon != NULL ? 0 : ENOMEM;
}

void
vm_anons_fini(struct vm *vm)
{
	mem_free(vm->mem, vm->anons.anon,
	    ((size_t)vm->anons.nanons + 1) * sizeof(struct vm_anon));
}

/*
 * A frame is had first: when there is one, there is a name for its anon too,
 * for anons are as many as frames and swap slots together.
 */
uint32_t
uvm_analloc(struct vm *vm, pfn_t *pfnp)
{
	struct vm_anons *a = &vm->anons;
	uint32_t name = a->freelist;
	pfn_t pfn;

	if (unlikely(name == 0 && a->fresh > a->nanons))
		return 0;
	if (name == 0)
		name = a->fresh;
	pfn = uvm_pagealloc(vm, name, 0, PG_ANON | PG_DIRTY, false);
	if (unlikely(pfn == PFN_NONE))
		return 0;
	if (name == a->freelist)
		a->freelist = a->anon[name].where;
	else
		a->fresh++;
	a->inuse++;
	a->anon[name].ref = 1;
	a->anon[name].where = pfn;
	*pfnp = pfn;
	return name;
}

void
uvm_anon_unref(struct vm *vm, uint32_t name)
{
	struct vm_anon *anon = &vm->anons.anon[name];
	pfn_t pfn = anon->where;

	assert(anon->ref > 0);
	if (--anon->ref > 0)
		return;
	if (pmap_page_is_mapped(&vm->pmaps, pfn))
		pmap_page_protect(&vm->pmaps, pfn, VM_PROT_NONE);
	uvm_pagefree(vm, pfn);
	anon->where = vm->anons.freelist;
	vm->anons.freelist = name;
	vm->anons.inuse--;
}
