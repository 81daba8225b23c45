/*
 * struct vm: putting the parts together, and the constants of its tuning
 * (reference 7.2, 7.3; NetBSD's column, one CPU).
 */
#include "vm.h"

#include <errno.h>
#include <string.h>

/* splitmix64's finaliser over seed and index; 0 is kept for zero-fill. */
uint64_t
vm_tag_hash(uint64_t seed, uint64_t i)
{
	uint64_t z = seed + (i + 1) * 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return z != 0 ? z : 1;
}

void
vm_event_emit(struct vm *vm, const struct vm_event *ev)
{
	vm->event_fn(vm->event_ctx, ev);
}

/* --------------------------------------------- hooks of the page table ---- */

static pfn_t
ptp_alloc(void *ctx, struct pmap *pmap)
{
	return uvm_pagealloc(ctx, pmap->id, 0, PG_PTP, true);
}

static void
ptp_free(void *ctx, struct pmap *pmap, pfn_t pfn)
{
	(void)pmap;
	uvm_pagefree(ctx, pfn);
}

static void
wired_pte(void *ctx, pfn_t pfn, bool wired)
{
	if (wired)
		uvm_pagewire(ctx, pfn);
	else
		uvm_pageunwire(ctx, pfn);
}

/* -------------------------------------------------------------- set up ---- */

static uint64_t
clamp(uint64_t v, uint64_t lo, uint64_t hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

/*
 * NetBSD keeps 128K free at least, which is a 32nd of 4 MB.  Smaller machines,
 * where it does not run, keep a 32nd.
 */
static uint64_t
least_free(const struct vm *vm)
{
	const uint64_t least = pg_atop(vm, 128 << 10);

	return least < vm->exp.npages / 32 ? least : vm->exp.npages / 32;
}

static void
tune(struct vm *vm)
{
	struct uvmexp *x = &vm->exp;

	x->pagesize = pg_size(vm);
	x->pagemask = pg_mask(vm);
	x->pageshift = vm->page_shift;
	x->ncolors = 1;
	x->reserve_pagedaemon = 1;
	x->reserve_kernel = 5;
	x->freemin = clamp(x->npages / 200, least_free(vm),
	    pg_atop(vm, 1 << 20));
	if (x->freemin < x->reserve_kernel + 1)
		x->freemin = x->reserve_kernel + 1;
	x->freetarg = x->freemin * 4 / 3;
	if (x->freetarg < x->freemin + 1)
		x->freetarg = x->freemin + 1;
	x->wiredmax = x->npages / 3;
}

static int
init_kernel(struct vm *vm)
{
	const struct pmap_geometry *geo = vm->config.geometry;

	return uvmspace_alloc(vm, geo->kernel_min, geo->kernel_max,
	    VM_MAP_TOPDOWN, &vm->kernel);
}

int
vm_init(struct vm *vm, struct mem *mem, const struct vm_config *config)
{
	pfn_t npages = (pfn_t)config->ram_pages;
	int error;

	memset(vm, 0, sizeof(*vm));
	vm->mem = mem;
	vm->config = *config;
	vm->page_shift = config->geometry->page_shift;
	if ((error = vm_pages_init(vm, npages, config->tags)) != 0)
		return error;
	if ((error = vm_phys_init(vm)) != 0)
		goto no_phys;
	if ((error = vm_reserv_init(vm)) != 0)
		goto no_reservs;
	tune(vm);
	vm_swap_init(vm);
	if ((error = vm_anons_init(vm, npages)) != 0)
		goto no_anons;
	error = pmap_system_init(&vm->pmaps, mem, config->geometry,
	    vm->pages.page, npages + 1);
	if (error != 0)
		goto no_pmaps;
	vm->pmaps.ctx = vm;
	vm->pmaps.ptp_alloc = ptp_alloc;
	vm->pmaps.ptp_free = ptp_free;
	vm->pmaps.wired_pte = wired_pte;
	vm->pmaps.resized = vm_super_resized;
	vm->pmaps.slot_gone = vm_set_gone;
	if (config->policy != NULL && config->frames > 0)
		pmap_use_slots(&vm->pmaps);
	vm->pmaps.ps_enabled = config->superpages != VM_SUPER_NEVER;
	vm->pmaps.promote = config->geometry->hashed ? PMAP_PROMOTE_AIX :
						       PMAP_PROMOTE_FREEBSD;
	if (vm->reservs.on_demand)
		vm->pmaps.full_level = vm_reserv_level;
	slab_init(&vm->entries, mem, sizeof(struct vm_map_entry), 64,
	    offsetof(struct vm_map_entry, id));
	(void)vm_amap_system_init(vm);
	(void)vm_objects_init(vm);
	vm_collapse_init(vm);
	if ((error = vm_pageout_init(vm)) == 0 &&
	    (error = init_kernel(vm)) == 0)
		return 0;
	vm_pageout_fini(vm);
	vm_objects_fini(vm);
	vm_amap_system_fini(vm);
	slab_fini(&vm->entries);
	pmap_system_fini(&vm->pmaps);
no_pmaps:
	vm_anons_fini(vm);
no_anons:
	vm_reserv_fini(vm);
no_reservs:
	vm_phys_fini(vm);
no_phys:
	vm_pages_fini(vm);
	return error;
}

void
vm_fini(struct vm *vm)
{
	uvmspace_free(vm->kernel);
	vm_pageout_fini(vm);
	vm_objects_fini(vm);
	vm_amap_system_fini(vm);
	slab_fini(&vm->entries);
	pmap_system_fini(&vm->pmaps);
	vm_anons_fini(vm);
	vm_swap_fini(vm);
	vm_reserv_fini(vm);
	vm_phys_fini(vm);
	vm_pages_fini(vm);
}
