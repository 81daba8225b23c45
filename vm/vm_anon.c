/*
 * Anons: names, references, and the page or swap slot behind each.
 */
#include "vm_page_inline.h"

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
	return anon_alloc(vm, pfnp);
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
