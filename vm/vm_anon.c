/*
 * Anons: names, references, and the page behind each.
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
 * When there is a frame, there is a name for its anon too: anons are as many as
 * frames.
 */
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
