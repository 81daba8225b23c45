/*
 * uvm_map: entering a mapping, with merging (reference 2.2 and 2.4).
 *
 *	| prev |  new  | next |		the eight cases, by who can merge
 *
 *	backward:	prev grows over new
 *	forward:	next grows down over new
 *	both:		prev grows over new and next ("bimerge")
 *
 * A neighbour is compatible when all its attributes equal the new entry's and
 * it is not wired.  Its amap, if any, must have one reference, and is extended
 * (amap_extend refuses beyond 256 slots, and then nothing merges).
 */
#include "vm_map_internal.h"

#include <errno.h>

static uint8_t
etype_of(const struct uvm_map_args *a)
{
	uint8_t etype = a->object != NULL ? UVM_ET_OBJ : 0;

	if (a->copyonw)
		etype |= UVM_ET_COPYONWRITE;
	if (a->copyonw && !a->overlay)
		etype |= UVM_ET_NEEDSCOPY;
	return etype;
}

/*
 * FreeBSD and Linux let anonymous memory grow at its end though its head has
 * been touched; there the new part joins an amap that is in use.
 */
static bool
etype_fits(const struct vm_map *map, const struct vm_map_entry *e,
    const struct uvm_map_args *a)
{
	uint8_t etype = etype_of(a);

	return e->etype == etype ||
	    ((map->flags & VM_MAP_JOIN) != 0 && a->object == NULL &&
		e->end == a->start && e->amap != NULL &&
		e->etype == (etype & ~UVM_ET_NEEDSCOPY));
}

static bool
compatible(const struct vm_map *map, const struct vm_map_entry *e,
    const struct uvm_map_args *a)
{
	return e != &map->header && etype_fits(map, e, a) &&
	    e->flags == a->flags && e->aux == a->aux &&
	    e->object == a->object && e->protection == a->prot &&
	    e->max_protection == a->maxprot && e->inheritance == a->inherit &&
	    e->advice == a->advice && e->wired_count == 0;
}

static bool
is_limited(const struct vm_map *map)
{
	return (map->flags & VM_MAP_JOIN) == 0;
}

/* What a merge attempt came to. */
enum merged { MERGED_NOT, MERGED_BACK, MERGED_FORW, MERGED_BOTH };

/*
 * Forward merge after a backward one: prev (already over the new range)
 * takes next as well.
 */
static bool
merge_both(struct vm_map *map, struct vm_map_entry *prev,
    struct vm_map_entry *next)
{
	uint64_t nnext = vm_entry_pages(map, next),
		 nprev = vm_entry_pages(map, prev);
	vaddr_t end = next->end;

	if ((prev->amap != NULL && next->amap != NULL) ||
	    prev->etype != next->etype)
		return false;
	if (prev->amap != NULL &&
	    amap_extend(map->vm, prev, nnext, true, is_limited(map)) != 0)
		return false;
	if (next->amap != NULL) {
		if (amap_extend(map->vm, next, nprev, false, true) != 0)
			return false;
		prev->amap = next->amap;
		prev->ar_pageoff = next->ar_pageoff;
	}
	vm_entry_unlink(map, next);
	if (vm_entry_has_object(next))
		vm_object_unref(map->vm, next->object);
	vm_entry_free(map, next);
	prev->end = end;
	vm_entry_fix_gap(map, prev);
	return true;
}

static bool
merge_back(struct vm_map *map, struct vm_map_entry *prev,
    const struct uvm_map_args *a)
{
	if (prev->amap != NULL &&
	    amap_extend(map->vm, prev, pg_atop(map, a->size), true,
		is_limited(map)) != 0)
		return false;
	prev->end += a->size;
	vm_entry_fix_gap(map, prev);
	if (map->first_free == prev->prev && prev->prev->end >= prev->start)
		map->first_free = prev;
	return true;
}

static bool
merge_forw(struct vm_map *map, struct vm_map_entry *next,
    const struct uvm_map_args *a)
{
	if (next->amap != NULL &&
	    amap_extend(map->vm, next, pg_atop(map, a->size), false, true) != 0)
		return false;
	next->start -= a->size;
	if (vm_entry_has_object(next))
		next->offset = a->offset;
	vm_entry_fix_gap(map, next->prev);
	return true;
}

static bool
amap_is_single(const struct vm_map_entry *e)
{
	return e->amap == NULL || e->amap->ref == 1;
}

/* Does the object run on from prev into the new range? */
static bool
contiguous_back(const struct vm_map_entry *prev, const struct uvm_map_args *a)
{
	return a->object == NULL ||
	    prev->offset + (prev->end - prev->start) == a->offset;
}

static bool
contiguous_forw(const struct vm_map_entry *next, const struct uvm_map_args *a)
{
	return a->object == NULL || next->offset == a->offset + a->size;
}

static enum merged
try_merge(struct vm_map *map, struct vm_map_entry *prev,
    const struct uvm_map_args *a)
{
	struct vm_map_entry *next = prev->next;
	bool back = false;

	if (a->flags & UVM_MAP_NOMERGE || a->like != NULL)
		return MERGED_NOT;
	if (prev->end == a->start && compatible(map, prev, a) &&
	    contiguous_back(prev, a) && amap_is_single(prev)) {
		if (!merge_back(map, prev, a))
			return MERGED_NOT;
		back = true;
	}
	if (next->start != a->start + a->size || !compatible(map, next, a) ||
	    !contiguous_forw(next, a) || !amap_is_single(next))
		return back ? MERGED_BACK : MERGED_NOT;
	if (back)
		return merge_both(map, prev, next) ? MERGED_BOTH : MERGED_BACK;
	return merge_forw(map, next, a) ? MERGED_FORW : MERGED_NOT;
}

static void
count_merge(struct vm *vm, enum merged how)
{
	uint64_t *const counter[] = {
		[MERGED_NOT] = &vm->stat.unomerge,
		[MERGED_BACK] = &vm->stat.ubackmerge,
		[MERGED_FORW] = &vm->stat.uforwmerge,
		[MERGED_BOTH] = &vm->stat.ubimerge,
	};

	*counter[how] += 1;
}

static void
enter_new(struct vm_map *map, struct vm_map_entry *prev,
    const struct uvm_map_args *a)
{
	struct vm_map_entry *e = vm_entry_alloc(map);
	uint64_t n = pg_atop(map, a->size);

	e->start = a->start;
	e->end = a->start + a->size;
	e->object = a->object;
	e->offset = a->object != NULL ? a->offset : 0;
	e->etype = etype_of(a);
	e->protection = a->prot;
	e->max_protection = a->maxprot;
	e->inheritance = a->inherit;
	e->advice = a->advice;
	e->flags = a->flags;
	e->aux = a->aux;
	if (a->like != NULL && a->like->amap != NULL) {
		e->amap = a->like->amap;
		e->ar_pageoff = a->like->ar_pageoff;
		amap_ref(map->vm, e, true);
	} else if (a->overlay) {
		e->amap = amap_alloc(map->vm, n,
		    n + (a->amappad ? UVM_AMAP_CHUNK : 0));
	}
	vm_entry_link(map, prev, e);
}

int
uvm_map(struct vm_map *map, const struct uvm_map_args *a)
{
	struct vm *vm = map->vm;
	struct vm_map_entry *prev;
	enum merged how;
	int error;

	assert(a->size > 0 &&
	    ((a->start | a->size | a->offset) & pg_mask(map)) == 0);
	if ((a->prot & ~a->maxprot) != 0)
		return EACCES;
	if (a->start < vm_map_min(map) || a->start + a->size < a->start ||
	    a->start + a->size > vm_map_max(map))
		return ENOMEM;
	if (!a->unmap && !vm_map_is_free(map, a->start, a->start + a->size))
		return ENOMEM;
	error = a->unmap ?
	    vm_map_reserve_remove(map, a->start, a->start + a->size, 1) :
	    slab_reserve(&vm->entries, 1);
	if (error == 0)
		error = amap_reserve(vm, 1, UVM_AMAP_LARGE / SPARSE_FANOUT + 1,
		    4);
	if (error != 0)
		return error;
	/* Past this point nothing can fail. */

	vm_map_lock(map);
	if (a->unmap)
		vm_map_remove(map, a->start, a->start + a->size);
	(void)vm_map_lookup_entry(map, a->start, &prev);
	how = try_merge(map, prev, a);
	if (how == MERGED_NOT)
		enter_new(map, prev, a);
	else if (a->object != NULL)
		vm_object_unref(vm, a->object);
	count_merge(vm, how);
	map->size += a->size;
	VM_EVENT(vm, MAP, map, a->start, a->start + a->size, a->prot,
	    a->object != NULL ? a->object->id : 0);
	return 0;
}
