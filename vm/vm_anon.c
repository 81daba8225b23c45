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
uvm_analloc(struct vm *vm, pfn_t *pfnp)
{
	return anon_alloc(vm, pfnp);
}

void
uvm_anon_unref(struct vm *vm, uint32_t name)
{
	anon_unref(vm, name);
}
