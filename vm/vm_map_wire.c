/*
 * Wiring: mlock and mlockall (uvm_map_pageable, reference 3.6).
 *
 * Pass 1 checks and counts, pass 2 faults the pages in.  A failure in pass 2
 * takes back the counts of all entries and the pages of those whose count falls
 * to zero.  Unwiring is complete: one munlock undoes any number of mlocks.
 *
 * A frame's wire count is the number of wired PTEs that map it (and what the
 * kernel wires), kept by the pmap's hook: so a wired page that is unmapped or
 * replaced is never left counted.
 */
#include "vm_map_internal.h"

#include <errno.h>

vsize_t
vm_map_wired_bytes(struct vm_map *map)
{
	struct vm_map_entry *e = map->header.next;
	vsize_t bytes = 0;

	for (; e != &map->header; e = e->next)
		if (e->wired_count > 0)
			bytes += e->end - e->start;
	return bytes;
}

static void
unwire_entry(struct vm_map *map, struct vm_map_entry *e)
{
	e->wired_count = 0;
	uvm_fault_unwire(map, e->start, e->end);
	VM_EVENT(map->vm, UNWIRE, map, e->start, e->end, 0, 0);
}

/* What pass 1 finds wrong with a range. */
static int
check_range(struct vm_map *map, vaddr_t start, vaddr_t end, bool wire)
{
	struct vm_map_entry *e;

	if (start >= vm_map_max(map) || !vm_map_lookup_entry(map, start, &e))
		return EFAULT;
	for (; start < end; e = e->next) {
		if (e == &map->header || e->start > start)
			return EINVAL;
		if (wire && e->protection == VM_PROT_NONE)
			return EINVAL;
		if (!wire && e->wired_count == 0)
			return EINVAL;
		start = e->end;
	}
	return 0;
}

static int
unwire_range(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e;
	int error = vm_map_reserve_clips(map, 2);

	if (error != 0)
		return error;
	vm_map_lock(map);
	e = vm_map_clip_range(map, start, end);
	for (; e != &map->header && e->start < end; e = e->next)
		if (e->wired_count > 0)
			unwire_entry(map, e);
	vm_map_join(map, start, end);
	return 0;
}

static bool
wants_wiring(const struct vm_map_entry *e)
{
	return e->protection != VM_PROT_NONE && (e->etype & UVM_ET_SUBMAP) == 0;
}

/*
 * Host memory for the faults of pass 2: an amap copy for each entry, leaves
 * and page tables for every page that can become resident.
 */
static int
reserve_wiring(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm *vm = map->vm;
	uint64_t pages = pg_atop(map, end - start), leaves = 0, inners = 0;
	uint64_t entries = 0;
	const struct pmap_geometry *geo = vm->config.geometry;
	struct vm_map_entry *e = vm_map_first_from(map, start);
	int error;

	for (; e != &map->header && e->start < end; e = e->next) {
		entries++;
		if (e->amap != NULL)
			sparse_copy_cost(&e->amap->slots, e->ar_pageoff,
			    &leaves, &inners);
	}
	if (pages > vm->pages.npages)
		pages = vm->pages.npages;
	leaves += pages / SPARSE_FANOUT + 2 * entries;
	inners += leaves;
	error = slab_reserve(&vm->entries, 2);
	if (error == 0)
		error = amap_reserve(vm, (uint32_t)entries, 0,
		    (uint32_t)(4 * entries + 4));
	if (error == 0)
		error = amap_reserve_nodes(vm, leaves, inners);
	if (error == 0)
		error = pmap_reserve(&vm->pmaps,
		    (uint32_t)((pages >> geo->bits[geo->nlevels - 1]) +
			2 * entries + 2),
		    (uint32_t)pages + 16);
	return error;
}

/* Count one more on the accessible entries. => *reached: the first not done */
static int
count_range(struct vm_map *map, vaddr_t start, vaddr_t end, vaddr_t *reached)
{
	struct vm_map_entry *e = vm_map_clip_range(map, start, end);
	int error;

	for (; e != &map->header && e->start < end; e = e->next) {
		if (!wants_wiring(e))
			continue;
		if (e->wired_count == 0 && (e->etype & UVM_ET_NEEDSCOPY) &&
		    (e->max_protection & VM_PROT_WRITE ||
			!vm_entry_has_object(e))) {
			error = amap_copy(map->vm, map, e, AMAP_COPY_NOCHUNK,
			    e->start, e->end);
			if (error != 0) {
				*reached = e->start;
				return error;
			}
		}
		e->wired_count++;
	}
	*reached = end;
	return 0;
}

static void
uncount_range(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e = vm_map_first_from(map, start);

	for (; e != &map->header && e->start < end; e = e->next)
		if (e->wired_count > 0 && wants_wiring(e) &&
		    --e->wired_count == 0)
			unwire_entry(map, e);
}

static int
wire_range(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e;
	vaddr_t reached;
	int error = reserve_wiring(map, start, end);

	if (error != 0)
		return error;
	vm_map_lock(map);
	mem_injection_hold(map->vm->mem, true);
	error = count_range(map, start, end, &reached);
	e = vm_map_first_from(map, start);
	for (; error == 0 && e != &map->header && e->start < end; e = e->next) {
		if (e->wired_count != 1 || !wants_wiring(e))
			continue;
		/* Linux makes no copy of what cannot be written now. */
		error = uvm_fault_wire(map, e->start, e->end,
		    (map->flags & VM_MAP_ANYREAD) == 0);
		VM_EVENT(map->vm, WIRE, map, e->start, e->end, 0, 0);
	}
	if (error != 0)
		uncount_range(map, start, reached);
	vm_map_join(map, start, end);
	mem_injection_hold(map->vm->mem, false);
	return error;
}

int
uvm_map_pageable(struct vm_map *map, vaddr_t start, vaddr_t end, bool wire,
    bool skip)
{
	int error;

	if (!skip && (error = check_range(map, start, end, wire)) != 0)
		return error;
	if (!vm_map_clamp(map, &start, &end))
		return 0;
	return wire ? wire_range(map, start, end) :
		      unwire_range(map, start, end);
}

int
uvm_map_pageable_all(struct vm_map *map, bool wire, vsize_t limit)
{
	struct vm_map_entry *e = map->header.next;
	vsize_t size = 0;

	if (!wire)
		return uvm_map_pageable(map, vm_map_min(map), vm_map_max(map),
		    false, true);
	for (; e != &map->header; e = e->next)
		if (e->wired_count == 0 && e->protection != VM_PROT_NONE)
			size += e->end - e->start;
	if (pg_atop(map, size) + map->vm->exp.wired > map->vm->exp.wiredmax)
		return ENOMEM;
	if (limit != 0 && size + vm_map_wired_bytes(map) > limit)
		return ENOMEM;
	return uvm_map_pageable(map, vm_map_min(map), vm_map_max(map), true,
	    true);
}
