/*
 * Larger pages after the fact: khugepaged.
 *
 * The daemon goes from space to space, oldest first, and in each from range to
 * range, so many pages a pass.  A range that is aligned and lies inside one
 * entry of private memory is collapsed if
 *
 *	at least one page is resident and one was referenced,
 *	no more than max_ptes_none are absent,
 *	no more than max_ptes_shared are another amap's as well,
 *	none is wired by itself, none is mapped by a larger mapping already,
 *	none has been paged out (max_ptes_swap is 0),
 *	and a block is free.
 *
 * Pages are copied into the block, absent ones are zero; the old frames go.
 * A pass that has come to the last space ends; the next begins again.
 */
#include "vm_super.h"
#include "vm_map_internal.h"

/* One range under examination. */
struct range {
	struct vm *vm;
	struct vm_map *map;
	struct vm_map_entry *entry;
	vaddr_t va;
	uint64_t slot, n; /* slots of the amap */
	uint64_t present, shared;
	bool referenced, wired;
	bool out; /* a page is not resident */
};

void
vm_collapse_init(struct vm *vm)
{
	const uint32_t n = 1u << vm->reservs.order;

	vm->collapse = (struct vm_collapse){
		.pages_to_scan = 8 * n,
		.max_ptes_none = n - 1,
		.max_ptes_shared = n / 2,
	};
}

void
vm_collapse_forget(struct vm *vm, const struct vmspace *space)
{
	if (vm->collapse.space != space)
		return;
	vm->collapse.space = space->next_space;
	vm->collapse.va = 0;
}

/* ---------------------------------------------------------- examination --- */

/* Private memory without a file, that no other space writes through. */
static bool
is_eligible(struct vm *vm, struct vm_map_entry *e)
{
	if (e->amap == NULL || vm_entry_has_object(e) ||
	    (e->etype & UVM_ET_COPYONWRITE) == 0 ||
	    (e->flags & UVM_MAP_NOHUGE) != 0 || e->protection == VM_PROT_NONE ||
	    e->amap->flags & AMAP_SHARED)
		return false;
	if ((e->etype & UVM_ET_NEEDSCOPY) == 0)
		return true;
	/* A copy that is due, and nobody else is left: it is due no more. */
	return e->amap->ref == 1 &&
	    amap_copy(vm, NULL, e, AMAP_COPY_NOCHUNK, 0, 0) == 0;
}

static void
count(struct range *r)
{
	struct vm *vm = r->vm;
	uint64_t slot = r->slot;
	uint32_t name;

	for (; (slot = sparse_next(&r->entry->amap->slots, slot, &name)) <
	     r->slot + r->n;
	     slot++) {
		const struct vm_anon *anon = &vm->anons.anon[name];

		if ((r->out = anon->where == PFN_NONE))
			return;
		r->present++;
		r->shared += anon->ref > 1;
		r->wired |= vm->pages.page[anon->where].pg_wire != 0;
		if (!r->referenced)
			r->referenced = pmap_is_referenced(&vm->pmaps,
			    anon->where);
	}
}

/* Look at all of it.  => it may be collapsed; always: whatever the limits */
static bool
examine(struct range *r, bool always)
{
	const struct vm_collapse *c = &r->vm->collapse;

	if (pmap_psind(r->map->pmap, r->va) >= r->vm->reservs.psind)
		return false;
	count(r);
	if (r->out || r->present == 0 ||
	    (r->wired && r->entry->wired_count == 0))
		return false;
	return always ||
	    (r->referenced && r->n - r->present <= c->max_ptes_none &&
		r->shared <= c->max_ptes_shared);
}

/* ----------------------------------------------------------- collapsing --- */

/* Slot i's page is pfn from now on, with the content of the old one. */
static void
replace(struct range *r, uint64_t i, pfn_t pfn)
{
	struct vm *vm = r->vm;
	struct sparse *slots = &r->entry->amap->slots;
	const uint32_t old = sparse_get(slots, r->slot + i);

	if (vm->pages.tag != NULL)
		vm->pages.tag[pfn] = old != 0 ?
		    vm->pages.tag[vm->anons.anon[old].where] :
		    0;
	sparse_set(&vm->sparse, slots, r->slot + i, uvm_analloc_frame(vm, pfn));
	if (old != 0)
		uvm_anon_unref(vm, old);
	uvm_pageactivate(vm, pfn);
}

static void
free_block(struct vm *vm, pfn_t first, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		uvm_pagefree(vm, first + (pfn_t)i);
}

/* => false: no block, or no table to map it with */
static bool
collapse(struct range *r)
{
	struct vm *vm = r->vm;
	const vm_prot_t prot = r->entry->protection;
	pfn_t first;

	if (vm_super_reserve(vm, r->n) != 0)
		return false;
	first = uvm_pagealloc_whole(vm, &r->entry->amap->reserv, r->slot,
	    PG_ANON | PG_DIRTY);
	if (first == PFN_NONE) {
		vm->stat.collnoblock++;
		return false;
	}
	if (pmap_enter_super(r->map->pmap, r->va, first, prot,
		prot | (r->entry->wired_count > 0 ? PMAP_WIRED : 0u),
		vm->reservs.psind) != 0) {
		free_block(vm, first, r->n);
		return false;
	}
	for (uint64_t i = 0; i < r->n; i++)
		replace(r, i, first + (pfn_t)i);
	vm->stat.collapses++;
	vm->stat.collcopied += r->present;
	vm->stat.collzeroed += r->n - r->present;
	VM_EVENT(vm, COLLAPSE, r->map, r->va, pg_ptoa(vm, r->n), first,
	    r->present);
	return true;
}

static bool
try_range(struct vm_map *map, struct vm_map_entry *e, vaddr_t va, bool always)
{
	struct range r = {
		.vm = map->vm,
		.map = map,
		.entry = e,
		.va = va,
		.slot = vm_entry_slot(map, e, va),
		.n = (uint64_t)1 << map->vm->reservs.order,
	};

	map->vm->stat.collscanned += r.n;
	return examine(&r, always) && collapse(&r);
}

/* ------------------------------------------------------------- scanning --- */

/* The first range of the entry at or behind va; false: it has none there. */
static bool
next_range(const struct vm_map *map, const struct vm_map_entry *e, vaddr_t *va)
{
	const vsize_t size = pg_ptoa(map,
	    (uint64_t)1 << map->vm->reservs.order);
	vaddr_t at = *va > e->start ? *va : e->start;

	at = (at + size - 1) & ~(size - 1);
	*va = at;
	return at >= e->start && at < e->end && e->end - at >= size;
}

/* All ranges of the space from the cursor on, as far as *pages goes. */
static uint64_t
scan_space(struct vm *vm, uint64_t *pages)
{
	const uint64_t n = (uint64_t)1 << vm->reservs.order;
	struct vm_collapse *c = &vm->collapse;
	struct vm_map *map = &c->space->vm_map;
	struct vm_map_entry *e = vm_map_first_from(map, c->va);
	uint64_t done = 0;

	for (; e != &map->header; e = e->next) {
		if (*pages == 0)
			return done;
		*pages -= 1;
		if (!is_eligible(vm, e))
			continue;
		while (next_range(map, e, &c->va)) {
			if (*pages == 0)
				return done;
			*pages -= *pages < n ? *pages : n;
			done += try_range(map, e, c->va, false);
			c->va += pg_ptoa(vm, n);
		}
	}
	c->space = c->space->next_space;
	c->va = 0;
	return done;
}

uint64_t
vm_super_scan(struct vm *vm, uint64_t pages)
{
	struct vm_collapse *c = &vm->collapse;
	uint64_t done = 0;

	if (vm->config.superpages != VM_SUPER_COLLAPSE || !vm->reservs.on)
		return 0;
	if (pages == 0)
		pages = c->pages_to_scan;
	if (c->space == NULL) {
		c->space = vm->first_space;
		c->va = 0;
	}
	while (c->space != NULL && pages > 0)
		done += scan_space(vm, &pages);
	return done;
}

uint64_t
vm_super_collapse(struct vm_map *map, vaddr_t start, vaddr_t end,
    uint64_t *whole)
{
	const unsigned psind = map->vm->reservs.psind;
	const vsize_t size = pg_ptoa(map,
	    (uint64_t)1 << map->vm->reservs.order);
	struct vm_map_entry *e = vm_map_first_from(map, start);
	uint64_t done = 0;

	*whole = 0;
	if (!map->vm->reservs.on)
		return 0;
	for (; e != &map->header && e->start < end; e = e->next) {
		vaddr_t va = start;
		bool may = is_eligible(map->vm, e);

		for (; next_range(map, e, &va) && end - va >= size && va < end;
		     va += size) {
			*whole += 1;
			done += pmap_psind(map->pmap, va) >= psind ||
			    (may && try_range(map, e, va, true));
		}
	}
	return done;
}
