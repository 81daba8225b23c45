/*
 * NetBSD's mremap(2): move, grow, shrink or duplicate a range.
 *
 *	mremap(old address, old size, new address, new size, flags)
 *
 *	shrink	the tail is unmapped			| old ####|xxxx|
 *	grow	in place, if what follows is free	| old ####|++++|
 *	move	to where there is room			| old ....   #### ++++
 *	REMAPDUP both places share one memory		| old ####   ####
 *
 * All sizes and addresses are page aligned (EINVAL), a range outside the map
 * is EINVAL, a hole in the old one ENOENT, no room ENOMEM.  Growing adds an
 * entry like the last one; the object must run on (E2BIG when its offset
 * would overflow).
 */
#include "personality_netbsd.h"

struct remap {
	vaddr_t old, new;
	vsize_t oldsize, newsize;
	vsize_t align;
	uint32_t flags;
	struct vm_map *map;
	const char *why; /* there is no place; NULL: there is */
};

static int
check(struct machine *m, struct remap *r)
{
	const uint32_t known = NETBSD_MAP_FIXED | NETBSD_MAP_REMAPDUP |
	    NETBSD_MAP_ALIGN_MASK;
	const bool fixed = (r->flags & NETBSD_MAP_FIXED) != 0;

	if (r->flags & ~known)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "MAP_FIXED, MAP_REMAPDUP and MAP_ALIGNED only");
	if ((r->old | r->oldsize | r->new | r->newsize) & pg_mask(m))
		return BSD_FAIL(m, EINVAL, "addr", r->old,
		    "addresses and sizes must be page aligned");
	if (r->oldsize == 0 || r->newsize == 0)
		return BSD_FAIL(m, EINVAL, "size",
		    r->oldsize == 0 ? r->oldsize : r->newsize, "a size is 0");
	if (sim_netbsd_range_test(r->map, r->old, r->old + r->oldsize) != 0 ||
	    (fixed &&
		sim_netbsd_range_test(r->map, r->new, r->new + r->newsize) !=
		    0))
		return sim_fail(m, EINVAL, "addr", r->old, vm_map_min(r->map),
		    vm_map_max(r->map),
		    "a range lies outside the user's "
		    "address space");
	if (fixed && r->new < r->old + r->oldsize &&
	    r->old < r->new + r->newsize && r->new != r->old)
		return BSD_FAIL(m, EINVAL, "newaddr", r->new,
		    "the fixed new range overlaps the old one");
	if (vm_map_first_hole(r->map, r->old, r->old + r->oldsize) !=
	    r->old + r->oldsize)
		return BSD_FAIL(m, ENOENT, "addr", r->old,
		    "there is a hole in the old range");
	return sim_netbsd_align(m, r->flags, fixed ? r->new : 0, &r->align);
}

/* An entry that continues `last` over [at, at + size). */
static int
extend(struct vm_map *map, const struct vm_map_entry *last, vaddr_t at,
    vsize_t size)
{
	struct uvm_map_args args = {
		.start = at,
		.size = size,
		.prot = last->protection,
		.maxprot = last->max_protection,
		.inherit = last->inheritance,
		.advice = last->advice,
		.copyonw = (last->etype & UVM_ET_COPYONWRITE) != 0,
		.flags = last->flags,
		.aux = last->aux,
	};
	int error;

	args.overlay = last->amap != NULL &&
	    (last->etype & UVM_ET_NEEDSCOPY) == 0;
	if (last->etype & UVM_ET_OBJ) {
		args.object = last->object;
		args.offset = last->offset + (last->end - last->start);
		if (args.offset + size < args.offset)
			return E2BIG;
		vm_object_ref(args.object);
	}
	error = uvm_map(map, &args);
	if (error != 0 && args.object != NULL)
		vm_object_unref(map->vm, args.object);
	return error;
}

/* The entry whose end is at (or behind) `end`. */
static struct vm_map_entry *
last_entry(struct vm_map *map, vaddr_t end)
{
	struct vm_map_entry *e;

	(void)vm_map_lookup_entry(map, end - 1, &e);
	return e;
}

/* => true when the range could be resized where it is; *error says how */
static bool
in_place(const struct remap *r, int *error)
{
	vaddr_t oldend = r->old + r->oldsize, newend = r->old + r->newsize;

	*error = 0;
	if (r->newsize <= r->oldsize) {
		*error = uvm_unmap(r->map, newend, oldend);
		return true;
	}
	if (newend < r->old || !vm_map_is_free(r->map, oldend, newend))
		return false;
	*error = extend(r->map, last_entry(r->map, oldend), oldend,
	    newend - oldend);
	return true;
}

/* Share each old entry's memory at the new place. */
static int
duplicate(const struct remap *r, vsize_t size)
{
	struct vm_map *map = r->map;
	vaddr_t va = r->old, end = r->old + size;
	int error = 0;

	while (va < end && error == 0) {
		struct vm_map_entry *e = sim_bsd_first(map, va);
		struct vm_map_entry like;
		vaddr_t to = e->end < end ? e->end : end;
		struct uvm_map_args args = {
			.start = r->new + (va - r->old),
			.size = to - va,
			.prot = e->protection,
			.maxprot = e->max_protection,
			.inherit = e->inheritance,
			.advice = e->advice,
			.copyonw = (e->etype & UVM_ET_COPYONWRITE) != 0,
			.overlay = true,
			.flags = e->flags,
		};

		if (e->etype & UVM_ET_NEEDSCOPY)
			error = amap_copy(map->vm, map, e, AMAP_COPY_NOCHUNK,
			    e->start, e->end);
		if (error != 0)
			break;
		like = *e;
		like.ar_pageoff += pg_atop(map, va - e->start);
		args.like = &like;
		args.overlay = e->amap != NULL;
		if (e->etype & UVM_ET_OBJ) {
			args.object = e->object;
			args.offset = e->offset + (va - e->start);
			vm_object_ref(e->object);
		}
		error = uvm_map(map, &args);
		if (error != 0 && args.object != NULL)
			vm_object_unref(map->vm, args.object);
		va = to;
	}
	return error;
}

/* Give the new place its content, and its tail when it is larger. */
static int
fill(const struct remap *r)
{
	struct vm_map *map = r->map;
	vsize_t size = r->oldsize < r->newsize ? r->oldsize : r->newsize;
	int error;

	if (r->flags & NETBSD_MAP_REMAPDUP)
		error = duplicate(r, size);
	else
		error = uvm_map_move(map, r->old, size, r->new, false);
	if (error == 0 && r->newsize > size)
		error = extend(map, last_entry(map, r->new + size),
		    r->new + size, r->newsize - size);
	if (error == 0)
		return 0;
	/* Back to how it was. */
	if ((r->flags & NETBSD_MAP_REMAPDUP) == 0 &&
	    vm_map_is_free(map, r->old, r->old + size))
		(void)uvm_map_move(map, r->new, size, r->old, false);
	(void)uvm_unmap(map, r->new, r->new + r->newsize);
	return error;
}

static int
find_room(struct process *p, struct remap *r, const struct sim_call *c)
{
	struct vm_space space = {
		.hint = r->new != 0 ? r->new :
				      sim_netbsd_default_addr(p, r->newsize),
		.length = r->newsize,
		.align = r->align,
		.topdown = true,
	};

	if (sim_bsd_place(r->map, c, r->newsize, &r->new) ||
	    vm_map_findspace(r->map, &space, &r->new) == 0)
		return 0;
	space.hint = sim_netbsd_default_addr(p, r->newsize);
	return vm_map_findspace(r->map, &space, &r->new);
}

static int
relocate(struct process *p, struct remap *r, const struct sim_call *c)
{
	int error;

	r->why = NULL;
	if (r->flags & NETBSD_MAP_FIXED) {
		r->why = "something is mapped at the fixed new address";
		if (!vm_map_is_free(r->map, r->new, r->new + r->newsize))
			return ENOMEM;
	} else if ((error = find_room(p, r, c)) != 0) {
		r->why = "no free range of that size";
		return error;
	}
	r->why = NULL;
	if ((error = fill(r)) != 0)
		return error;
	/* Shrunk on the way: what was not moved goes. */
	if ((r->flags & NETBSD_MAP_REMAPDUP) == 0)
		(void)uvm_unmap(r->map, r->old, r->old + r->oldsize);
	return 0;
}

int
sim_netbsd_mremap(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	const uint64_t mask = sim_bsd_vamask(m);
	struct remap r = {
		.old = c->arg[0] & mask,
		.oldsize = c->arg[1] & mask,
		.new = c->arg[2] & mask,
		.newsize = c->arg[3] & mask,
		.flags = (uint32_t)c->arg[4],
		.map = &p->vmspace->vm_map,
	};
	const bool stay = (r.flags & NETBSD_MAP_REMAPDUP) == 0 &&
	    ((r.flags & NETBSD_MAP_FIXED) == 0 || r.new == r.old);
	int error;

	if ((error = check(m, &r)) != 0)
		return error;
	if ((error = sim_bsd_begin(r.map)) != 0)
		return BSD_FAIL(m, error, "addr", r.old, "no memory is left");
	if (stay && (r.old & (r.align - (r.align != 0))) == 0 &&
	    in_place(&r, &error))
		r.new = r.old;
	else
		error = relocate(p, &r, c);
	sim_bsd_end(r.map);
	if (error != 0)
		return BSD_FAIL(m, error, "newsize", r.newsize,
		    error == E2BIG    ? "the object's offset would overflow" :
			r.why != NULL ? r.why :
					"no memory is left");
	*ret = r.new;
	return 0;
}
