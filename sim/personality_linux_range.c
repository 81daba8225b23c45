/*
 * Linux's mprotect(2), msync(2) and mincore(2).
 *
 * mprotect works area by area: at the first hole (ENOMEM) or the first area
 * that may not have the protection (EACCES) it stops, and what it did stays.
 *
 *	[area][area]   hole   [area]
 *	 done  done    ENOMEM  not done
 */
#include "personality_linux.h"

#define MS_ASYNC_ 0x1u
#define MS_INVALIDATE_ 0x2u
#define MS_SYNC_ 0x4u

/* ----------------------------------------------------------- mprotect ---- */

/* PROT_GROWSDOWN: from the start of the growing area on. */
static int
grows_down(struct machine *m, struct vm_map *map, vaddr_t *start, vaddr_t end)
{
	struct vm_map_entry *e = linux_first(map, *start);
	struct linux_area area;

	if (e == &map->header || e->start >= end)
		return LINUX_FAIL(m, ENOMEM, "addr", *start, "not mapped");
	if ((e->flags & (UVM_MAP_GROWSDOWN | UVM_MAP_STACK)) == 0)
		return LINUX_FAIL(m, EINVAL, "prot", LINUX_PROT_GROWSDOWN,
		    "PROT_GROWSDOWN wants an area that grows downwards");
	(void)linux_area_at(map, e->start, &area);
	*start = area.start;
	return 0;
}

/* A range within a guard: the area behind it gets the protection. */
static int
protect_guard(struct vm_map *map, vaddr_t from, vaddr_t to, vm_prot_t prot)
{
	struct vm_map_entry *e;
	int error;

	error = uvm_map_setflags(map, from, to, 0, UVM_MAP_GUARD);
	if (error == 0 && vm_map_lookup_entry(map, from, &e)) {
		e->aux = LINUX_GUARD_AUX | prot;
		error = uvm_map_setflags(map, from, to, UVM_MAP_GUARD, 0);
	}
	return error;
}

static int
protect_part(struct vm_map *map, const struct vm_map_entry *e, vaddr_t from,
    vaddr_t to, vm_prot_t prot)
{
	if (e->flags & UVM_MAP_GUARD)
		return protect_guard(map, from, to, prot);
	if (prot == VM_PROT_NONE)
		linux_unwire(map, from, to);
	return uvm_map_protect(map, from, to, prot, false);
}

static bool
becomes_data(const struct vm_map_entry *e, vm_prot_t prot)
{
	return linux_is_data(prot, linux_shared(e)) &&
	    !linux_is_data(linux_prot(e), linux_shared(e));
}

/* Bytes from start to the end of its area, or of the range. */
static vsize_t
rest_of_area(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct linux_area area = { .end = end };

	(void)linux_area_at(map, start, &area);
	return (area.end < end ? area.end : end) - start;
}

/* Area by area. => 0, or what stopped it */
static int
protect(struct machine *m, struct process *p, vaddr_t start, vaddr_t end,
    vm_prot_t prot)
{
	struct vm_map *map = linux_map(p);
	struct vm_map_entry *e = linux_first(map, start);
	vaddr_t to, asked = 0; /* areas before it have been asked about */
	vsize_t more;
	bool opens;
	int error;

	while (start < end) {
		if (e == &map->header || e->start > start)
			return LINUX_FAIL(m, ENOMEM, "addr", start,
			    "not mapped; what lies before is done");
		if ((prot & ~e->max_protection) != 0)
			return LINUX_FAIL(m, EACCES, "prot", prot,
			    "the file is not open for writing; what lies "
			    "before is done");
		to = e->end < end ? e->end : end;
		if (start >= asked) {
			more = rest_of_area(map, start, end);
			asked = start + more;
			if (becomes_data(e, prot) &&
			    linux_room(m, p, more, false) == 0 &&
			    linux_room(m, p, more, true) != 0)
				return ENOMEM;
		}
		opens = becomes_data(e, prot);
		error = protect_part(map, e, start, to, prot);
		if (error != 0)
			return error;
		/* Locked memory that can now be written is at hand. */
		if (opens)
			(void)linux_wire(map, start, to, true);
		start = to;
		e = linux_first(map, start);
	}
	return 0;
}

/* Nothing in [start, end) would stop the call. */
static bool
may_all(struct vm_map *map, vaddr_t start, vaddr_t end, vm_prot_t prot)
{
	struct vm_map_entry *e = linux_first(map, start);

	for (; e != &map->header && e->start < end; e = e->next)
		if ((prot & ~e->max_protection) != 0)
			return false;
	return vm_map_first_hole(map, start, end) == end;
}

int
sim_linux_mprotect(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	const uint64_t grows = LINUX_PROT_GROWSDOWN | LINUX_PROT_GROWSUP;
	uint64_t prot = c->arg[2] & ~grows;
	vaddr_t start = c->arg[0], end;
	struct vm_map *map = linux_map(p);
	int error;

	*ret = 0;
	if ((c->arg[2] & grows) == grows)
		return LINUX_FAIL(m, EINVAL, "prot", c->arg[2],
		    "PROT_GROWSDOWN and PROT_GROWSUP exclude each other");
	if ((start & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "addr", start,
		    "not a multiple of the page size");
	if (c->arg[1] == 0)
		return 0;
	if (!linux_range(m, start, c->arg[1], &end) || end <= start)
		return LINUX_FAIL(m, ENOMEM, "len", c->arg[1],
		    "the range wraps around");
	if ((prot & ~(uint64_t)(VM_PROT_ALL | LINUX_PROT_SEM)) != 0)
		return LINUX_FAIL(m, EINVAL, "prot", prot,
		    "only PROT_READ, PROT_WRITE, PROT_EXEC and PROT_SEM");
	if (c->arg[2] & LINUX_PROT_GROWSUP &&
	    !vm_map_is_free(map, start, start + pg_size(m)))
		return LINUX_FAIL(m, EINVAL, "prot", prot,
		    "nothing grows upwards");
	if (c->arg[2] & LINUX_PROT_GROWSDOWN &&
	    (error = grows_down(m, map, &start, end)) != 0)
		return error;
	if (c->refuse != 0 && may_all(map, start, end, prot & VM_PROT_ALL))
		return linux_refuse(m, c);
	if ((error = linux_begin(map, start, end)) != 0)
		return error;
	error = protect(m, p, start, end, prot & VM_PROT_ALL);
	linux_end(map);
	return error;
}

/* -------------------------------------------------------------- msync ---- */

/* The mapped parts of [start, end), one after the other. => 0, ENOMEM, EIO */
static int
sync_parts(struct vm_map *map, vaddr_t start, vaddr_t end, unsigned flags)
{
	struct vm_map_entry *e = linux_first(map, start);
	vaddr_t from, to;
	int error = 0;

	for (; e != &map->header && e->start < end && error == 0; e = e->next) {
		from = e->start > start ? e->start : start;
		to = e->end < end ? e->end : end;
		if (linux_shared(e))
			error = uvm_map_clean(map, from, to, flags);
	}
	return error;
}

static bool
any_locked(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	return linux_locked(map, start, end) != 0;
}

int
sim_linux_msync(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	const uint64_t known = MS_ASYNC_ | MS_INVALIDATE_ | MS_SYNC_;
	struct vm_map *map = linux_map(p);
	vaddr_t start = c->arg[0], end, hole;
	uint64_t flags = c->arg[2];
	int error = 0;

	*ret = 0;
	if ((flags & ~known) != 0)
		return LINUX_FAIL(m, EINVAL, "flags", flags,
		    "only MS_ASYNC, MS_INVALIDATE and MS_SYNC");
	if ((start & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "addr", start,
		    "not a multiple of the page size");
	if ((flags & (MS_ASYNC_ | MS_SYNC_)) == (MS_ASYNC_ | MS_SYNC_))
		return LINUX_FAIL(m, EINVAL, "flags", flags,
		    "MS_ASYNC and MS_SYNC exclude each other");
	/* A length that rounds up to 2^64 is none. */
	if (!linux_range(m, start, c->arg[1], &end) && end < start)
		return LINUX_FAIL(m, ENOMEM, "length", c->arg[1],
		    "the range wraps around");
	if (end == start)
		return 0;
	hole = vm_map_first_hole(map, start, end);
	if (flags & MS_INVALIDATE_ && any_locked(map, start, end))
		return LINUX_FAIL(m, EBUSY, "addr", start,
		    "locked memory cannot be invalidated");
	if (c->refuse != 0 && hole == end)
		return linux_refuse(m, c);
	if (flags & MS_SYNC_)
		error = sync_parts(map, start, end, PGO_CLEANIT | PGO_SYNCIO);
	if (error != 0)
		return LINUX_FAIL(m, error, "addr", start,
		    error == EIO ? "a page could not be written" :
				   "no memory is left to note what was "
				   "written");
	if (hole < end)
		return LINUX_FAIL(m, ENOMEM, "addr", hole,
		    "not mapped; the mapped parts are done");
	return 0;
}

/* ------------------------------------------------------------ mincore ---- */

/* A private page tells for itself: in swap, it hides what the file has. */
static bool
resident(const struct machine *m, const struct vm_map_entry *e, vaddr_t va)
{
	uint64_t i = pg_atop(m, va - e->start);
	uint32_t anon = 0;

	if (e->amap != NULL)
		anon = sparse_get(&e->amap->slots, e->ar_pageoff + i);
	if (anon != 0)
		return vm_anon_get(&m->vm.anons, anon)->where != 0;
	return (e->etype & UVM_ET_OBJ) != 0 &&
	    sparse_get(&e->object->pages, pg_atop(m, e->offset) + i) != 0;
}

int
sim_linux_mincore(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = linux_map(p);
	struct vm_map_entry *e;
	vaddr_t start = c->arg[0], end, va;

	*ret = 0;
	if ((start & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "addr", start,
		    "not a multiple of the page size");
	if (!linux_range(m, start, c->arg[1], &end) || end > vm_map_max(map))
		return LINUX_FAIL(m, ENOMEM, "length", c->arg[1],
		    "beyond the address space");
	for (va = start; va < end; va += pg_size(m)) {
		if (!vm_map_lookup_entry(map, va, &e))
			return LINUX_FAIL(m, ENOMEM, "addr", va, "not mapped");
		if (c->vec != NULL && pg_atop(m, va - start) < c->vec_len)
			c->vec[pg_atop(m, va - start)] = resident(m, e, va);
	}
	return c->refuse != 0 ? linux_refuse(m, c) : 0;
}
