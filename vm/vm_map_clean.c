/*
 * Giving pages back: msync and madvise DONTNEED/FREE of the BSDs
 * (uvm_map_clean, reference 3.5), WILLNEED, and Linux's MADV_DONTNEED, which
 * throws the content away (uvm_map_discard).
 */
#include "vm_map_internal.h"

#include <errno.h>

static int
clean_check(struct vm_map *map, vaddr_t start, vaddr_t end, unsigned flags)
{
	struct vm_map_entry *e;

	if (!vm_map_lookup_entry(map, start, &e))
		return EFAULT;
	for (; start < end; e = e->next) {
		if (e == &map->header || e->start > start)
			return EFAULT;
		if (e->etype & UVM_ET_SUBMAP)
			return EINVAL;
		if (flags & PGO_FREE && e->wired_count > 0)
			return EBUSY;
		start = e->end;
	}
	return 0;
}

/*
 * DEACTIVATE puts the anons' pages aside.  FREE forgets them, unless the amap
 * is shared (then they are put aside as well); wired pages stay.
 */
static void
clean_amap(struct vm_map *map, struct vm_map_entry *e, uint64_t slot,
    uint64_t end, unsigned flags)
{
	struct vm *vm = map->vm;
	struct vm_amap *amap = e->amap;
	bool forget = (flags & (PGO_FREE | PGO_CLEANIT)) == PGO_FREE &&
	    amap->ref == 1;
	uint32_t name;

	for (; (slot = sparse_next(&amap->slots, slot, &name)) < end; slot++) {
		pfn_t pfn = vm->anons.anon[name].where;

		if (pfn == PFN_NONE || vm->pages.page[pfn].pg_wire != 0)
			continue;
		if (forget) {
			amap_unadd(vm, amap, slot);
		} else {
			uvm_pagedeactivate(vm, pfn);
		}
	}
}

int
uvm_map_clean(struct vm_map *map, vaddr_t start, vaddr_t end, unsigned flags)
{
	struct vm_map_entry *e;
	int error = clean_check(map, start, end, flags);

	if (error != 0)
		return error;
	(void)vm_map_lookup_entry(map, start, &e);
	for (; e != &map->header && e->start < end; e = e->next) {
		vaddr_t from = e->start > start ? e->start : start;
		vaddr_t to = e->end < end ? e->end : end;

		if (e->amap != NULL && flags & (PGO_DEACTIVATE | PGO_FREE))
			clean_amap(map, e, vm_entry_slot(map, e, from),
			    vm_entry_slot(map, e, to), flags);
		if (!vm_entry_has_object(e))
			continue;
		error = e->object->pager->put(map->vm, e->object,
		    pg_atop(map, e->offset + (from - e->start)),
		    pg_atop(map, e->offset + (to - e->start)),
		    flags | PGO_CLEANIT);
		if (error == ENOMEM) /* the host's: not for a later entry */
			break;
	}
	return error;
}

/*
 * WILLNEED: start reading the object of entries without an amap, up to 16
 * pages of each (the read-ahead maximum).
 */
void
uvm_map_willneed(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e;

	if (!vm_map_clamp(map, &start, &end))
		return;
	e = vm_map_first_from(map, start);
	for (; e != &map->header && e->start < end; e = e->next) {
		vaddr_t va = e->start > start ? e->start : start;
		unsigned n = 0;

		if (!vm_entry_has_object(e) || e->amap != NULL)
			continue;
		for (; va < e->end && va < end && n < UVM_AMAP_CHUNK; n++) {
			uint64_t i = pg_atop(map, e->offset + (va - e->start));
			pfn_t pfn;

			va += pg_size(map);
			if (sparse_get(&e->object->pages, i) != 0)
				continue;
			if (e->object->pager->get(map->vm, e->object, i,
				&pfn) != 0)
				break;
			uvm_pageactivate(map->vm, pfn);
		}
	}
}

/* => nothing to copy before writing */
static void
discard_entry(struct vm_map *map, struct vm_map_entry *e, vaddr_t from,
    vaddr_t to)
{
	uint64_t slot, end;

	pmap_remove(map->pmap, from, to);
	if (e->amap == NULL || (e->etype & UVM_ET_COPYONWRITE) == 0)
		return;
	slot = vm_entry_slot(map, e, from);
	end = vm_entry_slot(map, e, to);
	while ((slot = sparse_next(&e->amap->slots, slot, NULL)) < end)
		amap_unadd(map->vm, e->amap, slot++);
}

/*
 * Refuse wired entries; give each of the others an amap of its own if it has
 * to have one, which nobody can see.  => 0, EINVAL or ENOMEM
 */
static int
discard_prepare(struct vm_map *map, struct vm_map_entry *first, vaddr_t end)
{
	struct vm_map_entry *e;
	int error = 0;

	for (e = first; e != &map->header && e->start < end; e = e->next)
		if (e->wired_count > 0)
			return EINVAL;
	for (e = first; e != &map->header && e->start < end && error == 0;
	     e = e->next)
		if (e->amap != NULL && (e->etype & UVM_ET_NEEDSCOPY) != 0)
			error = amap_copy(map->vm, map, e, AMAP_COPY_NOCHUNK,
			    e->start, e->end);
	return error;
}

int
uvm_map_discard(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e;
	int error;

	if (!vm_map_clamp(map, &start, &end))
		return 0;
	e = vm_map_first_from(map, start);
	if ((error = discard_prepare(map, e, end)) != 0)
		return error;
	/* Past this point nothing can fail. */

	for (; e != &map->header && e->start < end; e = e->next)
		discard_entry(map, e, e->start > start ? e->start : start,
		    e->end < end ? e->end : end);
	return 0;
}
