/*
 * Address spaces: creation, fork, exec, the end (reference 4).
 *
 * fork, by the inheritance of each entry:
 *
 *	NONE	a hole
 *	SHARE	parent's NEEDSCOPY is resolved first; both use one amap (SHARED)
 *	COPY	both refer to the amap and need a copy before they write; the
 *		parent's pages are write protected.  A wired parent entry keeps
 *		its pages: the child gets copies at once
 *	ZERO	fresh zero-filled memory
 *
 * Larger mappings of the parent are given to the child as they are (pmap_copy
 * of FreeBSD), writable only where the memory is shared; base pages fault in.
 *
 * The kernels apply the write protection also when the amap is already shared
 * by an earlier fork; an entry switched from SHARE to COPY then silently leaves
 * the sharing.  Here a SHARED amap is copied for the child at once and the
 * parent keeps sharing, which is what the manual promises.
 */
#include "vm_map_internal.h"

#include <errno.h>
#include <string.h>

/* ---------------------------------------------------------------- life ---- */

/* The kernel's own space is in no list. */
static void
list_append(struct vm *vm, struct vmspace *space)
{
	space->prev_space = vm->last_space;
	*(vm->last_space != NULL ? &vm->last_space->next_space :
				   &vm->first_space) = space;
	vm->last_space = space;
}

static void
list_remove(struct vm *vm, struct vmspace *space)
{
	struct vmspace *next = space->next_space, *prev = space->prev_space;

	*(next != NULL ? &next->prev_space : &vm->last_space) = prev;
	*(prev != NULL ? &prev->next_space : &vm->first_space) = next;
}

int
uvmspace_alloc(struct vm *vm, vaddr_t min, vaddr_t max, uint32_t mapflags,
    struct vmspace **out)
{
	struct vmspace *space = mem_zalloc(vm->mem, sizeof(*space));
	struct pmap *pmap;
	int error;

	if (space == NULL)
		return ENOMEM;
	error = pmap_create(&vm->pmaps, min >= vm->config.geometry->user_max,
	    &pmap);
	if (error != 0) {
		mem_free(vm->mem, space, sizeof(*space));
		return error;
	}
	if ((error = vm_set_create(vm, pmap)) != 0) {
		pmap_destroy(pmap);
		mem_free(vm->mem, space, sizeof(*space));
		return error;
	}
	vm_map_setup(vm, &space->vm_map, pmap, min, max,
	    mapflags | VM_MAP_PAGEABLE);
	space->vm_refcnt = 1;
	if (!pmap->kernel)
		list_append(vm, space);
	*out = space;
	return 0;
}

void
uvmspace_share(struct vmspace *space)
{
	space->vm_refcnt++;
}

void
uvmspace_free(struct vmspace *space)
{
	struct vm *vm = space->vm_map.vm;

	assert(space->vm_refcnt > 0);
	if (--space->vm_refcnt > 0)
		return;
	if (!space->vm_map.pmap->kernel) {
		vm_collapse_forget(vm, space);
		list_remove(vm, space);
	}
	vm_map_teardown(&space->vm_map);
	vm_set_destroy(space->vm_map.pmap);
	pmap_destroy(space->vm_map.pmap);
	mem_free(vm->mem, space, sizeof(*space));
}

void
uvmspace_exec(struct vmspace *space, vaddr_t min, vaddr_t max,
    uint32_t mapflags)
{
	struct vm_map *map = &space->vm_map;

	assert(space->vm_refcnt == 1);
	vm_map_lock(map);
	vm_map_teardown(map);
	map->flags = mapflags | VM_MAP_PAGEABLE;
	map->header.end = min;
	map->header.start = max;
	map->header.gap = max - min;
	space->vm_tsize = space->vm_dsize = space->vm_ssize = 0;
	space->vm_taddr = space->vm_daddr = 0;
	space->vm_maxsaddr = space->vm_minsaddr = 0;
}

/* ---------------------------------------------------------------- fork ---- */

/* Must the child get its own amap now? */
static bool
copies_now(const struct vm_map_entry *e)
{
	return e->amap != NULL &&
	    (e->wired_count > 0 || (e->amap->flags & AMAP_SHARED) != 0);
}

/* Frames that the wired entries of the parent will cost. */
static uint64_t
wired_anons(const struct vm_map *map, const struct vm_map_entry *e)
{
	uint64_t slot = e->ar_pageoff, n = 0;
	uint64_t end = slot + vm_entry_pages(map, e);

	if (e->wired_count == 0 || e->amap == NULL)
		return 0;
	while ((slot = sparse_next(&e->amap->slots, slot, NULL)) < end) {
		slot++;
		n++;
	}
	return n;
}

static int
fork_reserve(struct vm_map *map)
{
	struct vm *vm = map->vm;
	uint64_t amaps = 0, leaves = 0, inners = 0, frames = 0;
	struct vm_map_entry *e = map->header.next;
	int error;

	for (; e != &map->header; e = e->next) {
		bool share = e->inheritance == VM_INHERIT_SHARE &&
		    (e->etype & UVM_ET_NEEDSCOPY) != 0;
		bool copy = e->inheritance == VM_INHERIT_COPY && copies_now(e);

		if (!share && !copy)
			continue;
		amaps++;
		if (e->amap != NULL)
			sparse_copy_cost(&e->amap->slots, e->ar_pageoff,
			    &leaves, &inners);
		if (copy)
			frames += wired_anons(map, e);
	}
	if (frames > 0 && vm->exp.free < frames + vm->exp.reserve_kernel) {
		VM_EVENT(vm, NOMEM, map, 0, frames, 0, 0);
		vm_pageout_starve(vm, frames + 1);
		return ENOMEM;
	}
	error = slab_reserve(&vm->entries, map->nentries);
	if (error == 0)
		error = amap_reserve(vm, (uint32_t)amaps, 0,
		    8 * map->nentries + 8);
	if (error == 0)
		error = amap_reserve_nodes(vm, leaves, inners);
	return error;
}

static struct vm_map_entry *
clone_entry(struct vm_map *child, const struct vm_map_entry *e)
{
	struct vm_map_entry *copy = vm_entry_alloc(child);

	vm_entry_copy(copy, e);
	copy->wired_count = 0;
	if (vm_entry_has_object(copy))
		vm_object_ref(copy->object);
	vm_entry_link(child, child->header.prev, copy);
	child->size += copy->end - copy->start;
	return copy;
}

/*
 * The larger mappings of a parent's entry for the child.  What shall be copied
 * before it is written must be write protected by now.
 */
static void
copy_larger(struct vm_map *map, struct vm_map *child,
    const struct vm_map_entry *e)
{
	if (map->vm->config.superpages != VM_SUPER_NEVER &&
	    e->wired_count == 0 && e->protection != VM_PROT_NONE)
		(void)pmap_copy_super(child->pmap, map->pmap, e->start, e->end);
}

static int
fork_share(struct vm_map *map, struct vm_map *child, struct vm_map_entry *e)
{
	struct vm_map_entry *copy;
	int error;

	if (e->etype & UVM_ET_NEEDSCOPY) {
		error = amap_copy(map->vm, map, e, AMAP_COPY_NOCHUNK, 0, 0);
		if (error != 0)
			return error;
		/* Pages that were mapped read-only for the copy's sake will
		 * fault once more and become writable. */
	}
	copy = clone_entry(child, e);
	if (copy->amap != NULL)
		amap_ref(map->vm, copy, true);
	copy_larger(map, child, e);
	return 0;
}

static int
fork_copy(struct vm_map *map, struct vm_map *child, struct vm_map_entry *e)
{
	struct vm_map_entry *copy = clone_entry(child, e);
	const bool now = copies_now(e);
	struct vm *vm = map->vm;
	int error = 0;

	if (copy->amap != NULL)
		amap_ref(vm, copy, false);
	if (copy->amap != NULL || vm_entry_has_object(copy) ||
	    copy->etype & UVM_ET_COPYONWRITE)
		copy->etype |= UVM_ET_COPYONWRITE | UVM_ET_NEEDSCOPY;
	if (now) {
		error = amap_copy(vm, child, copy, AMAP_COPY_NOCHUNK, 0, 0);
		if (error == 0 && e->wired_count > 0)
			error = amap_cow_now(vm, child, copy);
		else if (error == 0)
			amap_share_protect(vm, copy);
	} else if (e->amap != NULL && (e->etype & UVM_ET_NEEDSCOPY) == 0) {
		if (e->max_protection & VM_PROT_WRITE)
			pmap_write_protect(map->pmap, e->start, e->end);
		e->etype |= UVM_ET_COPYONWRITE | UVM_ET_NEEDSCOPY;
	}
	if (!now && e->etype & UVM_ET_COPYONWRITE)
		copy_larger(map, child, e);
	return error;
}

static void
fork_zero(struct vm_map *child, const struct vm_map_entry *e)
{
	struct vm_map_entry *copy = vm_entry_alloc(child);

	vm_entry_copy(copy, e);
	copy->wired_count = 0;
	copy->object = NULL;
	copy->offset = 0;
	copy->amap = NULL;
	copy->ar_pageoff = 0;
	copy->etype = UVM_ET_COPYONWRITE | UVM_ET_NEEDSCOPY;
	vm_entry_link(child, child->header.prev, copy);
	child->size += copy->end - copy->start;
}

static int
fork_entry(struct vm_map *map, struct vm_map *child, struct vm_map_entry *e)
{
	VM_EVENT(map->vm, FORK_ENTRY, map, e->start, e->end, e->inheritance,
	    e->amap != NULL ? e->amap->id : 0);
	switch (e->inheritance) {
	case VM_INHERIT_NONE: return 0;
	case VM_INHERIT_SHARE: return fork_share(map, child, e);
	case VM_INHERIT_ZERO: fork_zero(child, e); return 0;
	default: return fork_copy(map, child, e);
	}
}

static void
copy_sizes(struct vmspace *to, const struct vmspace *from)
{
	to->vm_tsize = from->vm_tsize;
	to->vm_dsize = from->vm_dsize;
	to->vm_ssize = from->vm_ssize;
	to->vm_taddr = from->vm_taddr;
	to->vm_daddr = from->vm_daddr;
	to->vm_maxsaddr = from->vm_maxsaddr;
	to->vm_minsaddr = from->vm_minsaddr;
}

int
uvmspace_fork(struct vmspace *parent, struct vmspace **out)
{
	struct vm_map *map = &parent->vm_map;
	struct vm *vm = map->vm;
	struct vmspace *space;
	struct vm_map_entry *e;
	int error;

	error = uvmspace_alloc(vm, vm_map_min(map), vm_map_max(map),
	    map->flags & ~(uint32_t)(VM_MAP_WIREFUTURE | VM_MAP_PAGEABLE),
	    &space);
	if (error != 0)
		return error;
	if ((error = fork_reserve(map)) != 0) {
		uvmspace_free(space);
		return error;
	}
	copy_sizes(space, parent);
	vm_map_lock(map);
	mem_injection_hold(vm->mem, true);
	for (e = map->header.next; e != &map->header && error == 0; e = e->next)
		error = fork_entry(map, &space->vm_map, e);
	mem_injection_hold(vm->mem, false);
	if (error != 0) {
		uvmspace_free(space);
		return error;
	}
	vm->exp.forks++;
	*out = space;
	return 0;
}
