/*
 * uvm_unmap and the tearing down of whole maps (reference 3.2).
 */
#include "vm_map_internal.h"

/* Take the pages of an entry's range out of the page table. */
static void
remove_mappings(struct vm_map *map, struct vm_map_entry *e)
{
	if (e->amap != NULL || (e->etype & (UVM_ET_OBJ | UVM_ET_SUBMAP)) != 0)
		pmap_remove(map->pmap, e->start, e->end);
}

/* Entries that touch [start, end). */
static uint32_t
count_entries(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e = vm_map_first_from(map, start);
	uint32_t n = 0;

	for (; e != &map->header && e->start < end; e = e->next)
		n++;
	return n;
}

/*
 * At most one entry more than before (a hole in the middle of one), and for
 * each amap that loses part of its slots up to three runs.
 */
int
vm_map_reserve_remove(struct vm_map *map, vaddr_t start, vaddr_t end,
    uint32_t extra)
{
	int error = slab_reserve(&map->vm->entries, 2 + extra);

	return error != 0 ?
	    error :
	    amap_reserve(map->vm, 0, 0, 3 * count_entries(map, start, end) + 4);
}

void
vm_map_remove(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e, *next, *dead = NULL;

	e = vm_map_clip_range(map, start, end);
	for (; e != &map->header && e->start < end; e = next) {
		next = e->next;
		e->wired_count = 0;
		remove_mappings(map, e);
		vm_entry_unlink(map, e);
		map->size -= e->end - e->start;
		e->next = dead;
		dead = e;
	}
	for (; dead != NULL; dead = next) {
		next = dead->next;
		vm_entry_detach(map, dead);
	}
	VM_EVENT(map->vm, UNMAP, map, start, end, 0, 0);
}

int
uvm_unmap(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	int error;

	if (!vm_map_clamp(map, &start, &end) || vm_map_is_free(map, start, end))
		return 0;
	if ((error = vm_map_reserve_remove(map, start, end, 0)) != 0)
		return error;
	vm_map_lock(map);
	vm_map_remove(map, start, end);
	return 0;
}

void
vm_map_teardown(struct vm_map *map)
{
	struct vm_map_entry *e, *next;

	map->flags |= VM_MAP_DYING;
	pmap_remove_all(map->pmap);
	for (e = map->header.next; e != &map->header; e = next) {
		next = e->next;
		map->size -= e->end - e->start;
		map->nentries--;
		vm_entry_detach(map, e);
	}
	assert(map->nentries == 0 && map->size == 0);
	map->root = NULL;
	map->header.next = map->header.prev = &map->header;
	map->header.gap = vm_map_max(map) - vm_map_min(map);
	map->hint = map->first_free = &map->header;
	map->flags &= ~(uint32_t)VM_MAP_DYING;
}
