/*
 * Map entries: birth and death, clipping, joining.
 *
 * Clipping splits an entry in two that share its amap and object.  On maps with
 * VM_MAP_JOIN (FreeBSD, Linux) equal neighbours are joined again after a
 * change; NetBSD and OpenBSD leave them split.
 */
#include "vm_map_internal.h"

#include <errno.h>
#include <string.h>

/* Flags that belong to the storage of an entry, not to what it maps. */
#define STORAGE_FLAGS UVM_MAP_NOMERGE

struct vm_map_entry *
vm_entry_alloc(struct vm_map *map)
{
	struct vm_map_entry *e = slab_take(&map->vm->entries);
	uint32_t id = e->id;

	memset(e, 0, sizeof(*e));
	e->id = id;
	return e;
}

void
vm_entry_free(struct vm_map *map, struct vm_map_entry *e)
{
	slab_give(&map->vm->entries, e);
}

void
vm_entry_copy(struct vm_map_entry *to, const struct vm_map_entry *from)
{
	to->start = from->start;
	to->end = from->end;
	to->object = from->object;
	to->offset = from->offset;
	to->amap = from->amap;
	to->ar_pageoff = from->ar_pageoff;
	to->wired_count = from->wired_count;
	to->etype = from->etype;
	to->protection = from->protection;
	to->max_protection = from->max_protection;
	to->inheritance = from->inheritance;
	to->advice = from->advice;
	to->flags = from->flags & (uint16_t)~STORAGE_FLAGS;
	to->aux = from->aux;
}

int
vm_map_reserve_clips(struct vm_map *map, uint32_t n)
{
	int error = slab_reserve(&map->vm->entries, n);

	return error != 0 ? error : amap_reserve(map->vm, 0, 0, n * 2);
}

static void
ref_parts(struct vm_map_entry *e)
{
	if (vm_entry_has_object(e))
		vm_object_ref(e->object);
	else if (e->etype & UVM_ET_SUBMAP)
		e->submap->ref_count++;
}

void
vm_map_clip_start(struct vm_map *map, struct vm_map_entry *e, vaddr_t va)
{
	struct vm_map_entry *front, *prev = e->prev;

	if (va <= e->start || va >= e->end)
		return;
	front = vm_entry_alloc(map);
	vm_entry_copy(front, e);
	front->end = va;
	ref_parts(front);
	if (e->amap != NULL) {
		amap_splitref(map->vm, front, e);
		e->ar_pageoff += pg_atop(map, va - e->start);
	}
	if (vm_entry_has_object(e))
		e->offset += va - e->start;
	e->start = va;
	vm_entry_link(map, prev, front);
	map->vm->stat.splits++;
	VM_EVENT(map->vm, CLIP, map, front->start, e->end, va, 0);
}

void
vm_map_clip_end(struct vm_map *map, struct vm_map_entry *e, vaddr_t va)
{
	struct vm_map_entry *tail;

	if (va <= e->start || va >= e->end)
		return;
	tail = vm_entry_alloc(map);
	vm_entry_copy(tail, e);
	tail->start = va;
	ref_parts(tail);
	if (e->amap != NULL) {
		amap_splitref(map->vm, e, tail);
		tail->ar_pageoff += pg_atop(map, va - e->start);
	}
	if (vm_entry_has_object(tail))
		tail->offset += va - e->start;
	e->end = va;
	vm_entry_link(map, e, tail);
	map->vm->stat.splits++;
	VM_EVENT(map->vm, CLIP, map, e->start, tail->end, va, 0);
}

struct vm_map_entry *
vm_map_first_from(struct vm_map *map, vaddr_t va)
{
	struct vm_map_entry *e;

	return vm_map_lookup_entry(map, va, &e) ? e : e->next;
}

struct vm_map_entry *
vm_map_clip_range(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *first = vm_map_first_from(map, start), *last;

	if (first != &map->header)
		vm_map_clip_start(map, first, start);
	if (first != &map->header && first->end > end) {
		vm_map_clip_end(map, first, end);
	} else if (vm_map_lookup_entry(map, end - 1, &last)) {
		vm_map_clip_end(map, last, end);
	}
	return first;
}

bool
vm_map_clamp(const struct vm_map *map, vaddr_t *start, vaddr_t *end)
{
	if (*start < vm_map_min(map))
		*start = vm_map_min(map);
	if (*end > vm_map_max(map))
		*end = vm_map_max(map);
	return *start < *end;
}

void
vm_entry_detach(struct vm_map *map, struct vm_map_entry *e)
{
	if (e->amap != NULL)
		amap_unref(map->vm, e->amap, e->ar_pageoff,
		    vm_entry_pages(map, e));
	if (vm_entry_has_object(e))
		vm_object_unref(map->vm, e->object);
	else if (e->etype & UVM_ET_SUBMAP)
		e->submap->ref_count--;
	vm_entry_free(map, e);
}

/* ------------------------------------------------------------- joining ---- */

static bool
attributes_equal(const struct vm_map_entry *a, const struct vm_map_entry *b)
{
	return a->etype == b->etype && a->flags == b->flags &&
	    a->object == b->object && a->protection == b->protection &&
	    a->max_protection == b->max_protection &&
	    a->inheritance == b->inheritance && a->advice == b->advice &&
	    a->wired_count == b->wired_count && a->aux == b->aux;
}

bool
vm_entry_joinable(const struct vm_map *map, const struct vm_map_entry *a,
    const struct vm_map_entry *b)
{
	const uint16_t never = UVM_MAP_NOMERGE | UVM_MAP_GROWSDOWN |
	    UVM_MAP_STACKGAP;

	if (a->end != b->start || !attributes_equal(a, b) ||
	    (a->flags & never) != 0 || (a->etype & UVM_ET_SUBMAP) != 0)
		return false;
	if (vm_entry_has_object(a) &&
	    a->offset + (a->end - a->start) != b->offset)
		return false;
	return a->amap == NULL ? b->amap == NULL : amap_joinable(map->vm, a, b);
}

/* b goes, a takes its range. */
static void
join(struct vm_map *map, struct vm_map_entry *a, struct vm_map_entry *b)
{
	vaddr_t end = b->end;

	vm_entry_unlink(map, b);
	a->end = end;
	vm_entry_fix_gap(map, a);
	if (b->amap != NULL)
		amap_joinref(map->vm, b->amap);
	if (vm_entry_has_object(b))
		vm_object_unref(map->vm, b->object);
	vm_entry_free(map, b);
	map->vm->stat.joins++;
	VM_EVENT(map->vm, MERGE, map, a->start, end, 0, 0);
}

void
vm_map_join(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e;

	if ((map->flags & VM_MAP_JOIN) == 0)
		return;
	e = vm_map_first_from(map, start);
	if (e != &map->header && e->prev != &map->header)
		e = e->prev;
	while (e != &map->header && e->start <= end) {
		struct vm_map_entry *next = e->next;

		if (next != &map->header && vm_entry_joinable(map, e, next))
			join(map, e, next);
		else
			e = next;
	}
}
