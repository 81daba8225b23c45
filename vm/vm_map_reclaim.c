/*
 * Pages of a range that come or go at a process's word: Linux's MADV_WILLNEED,
 * MADV_COLD and MADV_PAGEOUT, and what RLIMIT_RSS takes from a process.
 *
 * Each page is looked up anew: the daemon may run between two of them.
 */
#include "vm_map_internal.h"
#include "vm_map_reclaim.h"
#include "vm_pager.h"

#include <errno.h>

/* ----------------------------------------------------------- bringing in -- */

/* => false: no frame can be had */
static bool
bring_anons(struct vm_map *map, struct vm_map_entry *e, vaddr_t from,
    vaddr_t to, uint64_t *n)
{
	struct vm *vm = map->vm;
	uint64_t slot = vm_entry_slot(map, e, from);
	const uint64_t end = vm_entry_slot(map, e, to);
	uint32_t name;

	for (; (slot = sparse_next(&e->amap->slots, slot, &name)) < end;
	     slot++) {
		const uint32_t place = vm_anon_slot(&vm->anons, name);
		int error;

		vm_pageout_kick(vm);
		if (vm->anons.anon[name].where != PFN_NONE ||
		    !vm_slot_is_place(place))
			continue;
		error = vm_anon_pagein_at(vm, name, e->amap, slot);
		if (error == ENOMEM)
			return false;
		if (error != 0)
			continue;
		VM_EVENT(vm, SWAPIN, map,
		    e->start + pg_ptoa(map, slot - e->ar_pageoff), name,
		    vm->anons.anon[name].where, place);
		uvm_pageactivate(vm, vm->anons.anon[name].where);
		++*n;
	}
	return true;
}

static bool
bring_shared(struct vm_map *map, struct vm_map_entry *e, vaddr_t from,
    vaddr_t to, uint64_t *n)
{
	struct vm *vm = map->vm;
	struct vm_object *obj = e->object;
	uint64_t i = pg_atop(map, e->offset + (from - e->start));
	const uint64_t end = pg_atop(map, e->offset + (to - e->start));
	uint32_t slot;
	pfn_t pfn;

	for (; (i = sparse_next(&obj->swap, i, &slot)) < end; i++) {
		int error;

		vm_pageout_kick(vm);
		if (sparse_get(&obj->pages, i) != PFN_NONE ||
		    !vm_slot_is_place(slot))
			continue;
		error = vm_aobj_pagein(vm, obj, i, &pfn);
		if (error == ENOMEM)
			return false;
		if (error != 0)
			continue;
		uvm_pageactivate(vm, pfn);
		++*n;
	}
	return true;
}

uint64_t
uvm_map_bringin(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e;
	uint64_t n = 0;
	bool room = true;

	if (!vm_map_clamp(map, &start, &end))
		return 0;
	e = vm_map_first_from(map, start);
	for (; room && e != &map->header && e->start < end; e = e->next) {
		const vaddr_t from = e->start > start ? e->start : start;
		const vaddr_t to = e->end < end ? e->end : end;

		if (e->amap != NULL)
			room = bring_anons(map, e, from, to, &n);
		if (room && vm_entry_has_object(e) &&
		    e->object->pager == &aobj_pager)
			room = bring_shared(map, e, from, to, &n);
	}
	return n;
}

/* --------------------------------------------------------- putting aside -- */

void
uvm_map_cold(struct vm_map *map, vaddr_t start, vaddr_t end, bool away)
{
	struct vm *vm = map->vm;
	pfn_t pfn;

	if (!vm_map_clamp(map, &start, &end))
		return;
	for (; (start = pmap_next_mapped(map->pmap, start, end)) < end;
	     start += pg_size(map)) {
		if (!pmap_extract(map->pmap, start, &pfn) ||
		    !vm_page_evictable(vm, pfn) ||
		    pmap_page_mappings(&vm->pmaps, pfn) != 1)
			continue;
		(void)pmap_clear_reference(&vm->pmaps, pfn);
		uvm_pagedeactivate(vm, pfn);
		if (away)
			(void)vm_page_evict(vm, pfn);
	}
}

/* -------------------------------------------------------------- trimming -- */

/* The mapping at va of n pages from pfn on goes. */
static void
take_away(struct vm_map *map, vaddr_t va, pfn_t pfn, uint64_t n)
{
	struct vm *vm = map->vm;

	pmap_remove(map->pmap, va, va + pg_ptoa(map, n));
	for (uint64_t i = 0; i < n; i++)
		if (!pmap_page_is_mapped(&vm->pmaps, pfn + (pfn_t)i))
			uvm_pagedeactivate(vm, pfn + (pfn_t)i);
}

uint64_t
uvm_map_trim(struct vm_map *map, uint64_t pages)
{
	struct pmap *pmap = map->pmap;
	struct vm *vm = map->vm;
	const vaddr_t end = vm_map_max(map);
	const uint64_t before = pmap->resident;
	vaddr_t va = vm_map_min(map);
	pfn_t pfn;

	while (pmap->resident > pages &&
	    (va = pmap_next_mapped(pmap, va, end)) < end) {
		const vsize_t size = (vsize_t)1
		    << vm->config.geometry->sizes[pmap_psind(pmap, va)].shift;

		va &= ~(size - 1);
		if (pmap_extract(pmap, va, &pfn) &&
		    vm_page_evictable(vm, pfn) &&
		    !pmap_clear_reference(&vm->pmaps, pfn))
			take_away(map, va, pfn, pg_atop(map, size));
		va += size;
	}
	return before - pmap->resident;
}

/* ---------------------------------------------------------------- holes -- */

int
uvm_map_punch(struct vm_map *map, const struct vm_map_entry *e, vaddr_t start,
    vaddr_t end)
{
	return vm_object_punch(map->vm, e->object,
	    pg_atop(map, e->offset + (start - e->start)),
	    pg_atop(map, end - start));
}
