/*
 * Attributes of ranges: protection, inheritance, advice, flags (reference 3.3,
 * 3.4), and submaps (3.7).
 *
 * Each first checks the whole range, then reserves for two clips, then changes:
 * a failed call leaves the map as it was.  Holes are skipped.
 */
#include "vm_map_internal.h"

#include <errno.h>

/* What the page table may keep of a protection: COW never keeps WRITE. */
static vm_prot_t
entry_mask(const struct vm_map_entry *e)
{
	return e->etype & UVM_ET_COPYONWRITE ?
	    (vm_prot_t)(VM_PROT_ALL & ~VM_PROT_WRITE) :
	    VM_PROT_ALL;
}

static int
protect_check(struct vm_map *map, vaddr_t start, vaddr_t end, vm_prot_t prot)
{
	struct vm_map_entry *e = vm_map_first_from(map, start);

	for (; e != &map->header && e->start < end; e = e->next) {
		if (e->etype & UVM_ET_SUBMAP)
			return EINVAL;
		if ((prot & ~e->max_protection) != 0 &&
		    (e->flags & UVM_MAP_GUARD) == 0)
			return EACCES;
	}
	return 0;
}

/* Only what is taken away concerns the page table; WRITE alone is cheap. */
static void
lower_pages(struct pmap *pmap, const struct vm_map_entry *e, vm_prot_t prot,
    vm_prot_t old)
{
	vm_prot_t less = old & (vm_prot_t)~prot;

	if (less == VM_PROT_WRITE && prot != VM_PROT_NONE)
		pmap_write_protect(pmap, e->start, e->end);
	else if (less != 0)
		pmap_protect(pmap, e->start, e->end, prot);
}

static void
protect_entry(struct vm_map *map, struct vm_map_entry *e, vm_prot_t prot,
    bool set_max)
{
	vm_prot_t old = e->protection;

	if (e->flags & UVM_MAP_GUARD)
		return;
	if (set_max) {
		e->max_protection = prot;
		prot &= old;
	}
	e->protection = prot;
	if (prot == old)
		return;
	if (prot & VM_PROT_EXEC && vm_entry_has_object(e))
		vm_object_settext(map->vm, e->object);
	if (e->amap != NULL || vm_entry_has_object(e))
		lower_pages(map->pmap, e, prot & entry_mask(e), old);
	VM_EVENT(map->vm, PROTECT, map, e->start, e->end, prot, old);
}

/*
 * After mprotect under mlockall(MCL_FUTURE): entries that became accessible are
 * wired.  A failure is reported, but the new protection stays.
 */
static int
wire_accessible(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e = vm_map_first_from(map, start);
	int error = 0;

	while (e != &map->header && e->start < end) {
		vaddr_t next = e->end;

		if (e->protection != VM_PROT_NONE && e->wired_count == 0 &&
		    uvm_map_pageable(map, e->start, e->end, true, false) != 0)
			error = ENOMEM;
		e = vm_map_first_from(map, next);
	}
	return error;
}

int
uvm_map_protect(struct vm_map *map, vaddr_t start, vaddr_t end, vm_prot_t prot,
    bool set_max)
{
	struct vm_map_entry *e;
	int error;

	if (!vm_map_clamp(map, &start, &end))
		return 0;
	if ((error = protect_check(map, start, end, prot)) != 0 ||
	    (error = vm_map_reserve_clips(map, 2)) != 0)
		return error;

	vm_map_lock(map);
	e = vm_map_clip_range(map, start, end);
	for (; e != &map->header && e->start < end; e = e->next)
		protect_entry(map, e, prot, set_max);
	vm_map_join(map, start, end);
	if (map->flags & VM_MAP_WIREFUTURE && prot != VM_PROT_NONE && !set_max)
		return wire_accessible(map, start, end);
	return 0;
}

/* The others change one member of each entry in the range. */
struct change {
	void (*apply)(struct vm_map *, struct vm_map_entry *,
	    const struct change *);
	uint8_t value;
	uint16_t set, clear;
};

static int
change_range(struct vm_map *map, vaddr_t start, vaddr_t end,
    const struct change *c)
{
	struct vm_map_entry *e;
	int error;

	if (!vm_map_clamp(map, &start, &end))
		return 0;
	if ((error = vm_map_reserve_clips(map, 2)) != 0)
		return error;
	vm_map_lock(map);
	e = vm_map_clip_range(map, start, end);
	for (; e != &map->header && e->start < end; e = e->next)
		c->apply(map, e, c);
	vm_map_join(map, start, end);
	return 0;
}

static void
apply_inherit(struct vm_map *map, struct vm_map_entry *e,
    const struct change *c)
{
	e->inheritance = c->value;
	VM_EVENT(map->vm, INHERIT, map, e->start, e->end, c->value, 0);
}

static void
apply_advice(struct vm_map *map, struct vm_map_entry *e, const struct change *c)
{
	e->advice = c->value;
	VM_EVENT(map->vm, ADVICE, map, e->start, e->end, c->value, 0);
}

static void
apply_flags(struct vm_map *map, struct vm_map_entry *e, const struct change *c)
{
	(void)map;
	e->flags = (uint16_t)((e->flags & ~c->clear) | c->set);
}

int
uvm_map_inherit(struct vm_map *map, vaddr_t start, vaddr_t end, uint8_t inherit)
{
	const struct change c = { .apply = apply_inherit, .value = inherit };

	return inherit > VM_INHERIT_ZERO ? EINVAL :
					   change_range(map, start, end, &c);
}

int
uvm_map_advice(struct vm_map *map, vaddr_t start, vaddr_t end, uint8_t advice)
{
	const struct change c = { .apply = apply_advice, .value = advice };

	return advice > UVM_ADV_SEQUENTIAL ? EINVAL :
					     change_range(map, start, end, &c);
}

int
uvm_map_setflags(struct vm_map *map, vaddr_t start, vaddr_t end, uint16_t set,
    uint16_t clear)
{
	const struct change c = { .apply = apply_flags,
		.set = set,
		.clear = clear };

	return change_range(map, start, end, &c);
}

int
uvm_map_submap(struct vm_map *map, vaddr_t start, vaddr_t end,
    struct vm_map *submap)
{
	struct vm_map_entry *e;

	if (!vm_map_lookup_entry(map, start, &e) || e->start != start ||
	    e->end != end || e->amap != NULL || e->etype != 0)
		return EINVAL;
	vm_map_lock(map);
	e->etype = UVM_ET_SUBMAP;
	e->submap = submap;
	e->offset = 0;
	submap->ref_count++;
	return 0;
}
