/*
 * Linux's mremap(2), as of 6.17, and remap_file_pages(2).
 *
 *	new < old	the tail is unmapped
 *	new > old	grown in place when the range ends its area and the room
 *			behind is free; else moved, with MREMAP_MAYMOVE
 *	old == 0	a second mapping of shared memory (MAYMOVE)
 *	FIXED		to the given place, which is unmapped first
 *	DONTUNMAP	moved; the old place stays, empty and not locked
 *
 * With FIXED and equal sizes the range may hold several areas and holes; they
 * are moved one by one, and a hole leaves what is mapped at its target:
 *
 *	from	[ a ]      [ b ]
 *	to	[ a ][kept][ b ]
 *
 * All other forms want the range within one area (EFAULT).
 */
#include "personality_linux.h"

#define MAYMOVE 0x1u
#define FIXED 0x2u
#define DONTUNMAP 0x4u

struct request {
	const struct sim_call *call;
	vaddr_t from, to;
	vsize_t oldlen, newlen;
	unsigned flags;
	struct linux_area area;
};

/* ------------------------------------------------------------- checks ---- */

static int
check_args(struct machine *m, const struct process *p, const struct request *r)
{
	struct vm_map *map = linux_map(p);
	vaddr_t max = vm_map_max(map);
	const uint64_t *arg = r->call->arg;

	if ((arg[3] & ~(uint64_t)(MAYMOVE | FIXED | DONTUNMAP)) != 0)
		return LINUX_FAIL(m, EINVAL, "flags", arg[3],
		    "only MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP");
	if ((r->from & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "old_address", r->from,
		    "not a multiple of the page size");
	if (r->newlen == 0)
		return sim_fail(m, EINVAL, "new_size", arg[2], 1, max,
		    "the new length is 0");
	if (r->newlen > max)
		return sim_fail(m, EINVAL, "new_size", arg[2], 1, max,
		    "longer than the address space");
	if ((r->flags & (FIXED | DONTUNMAP)) == 0)
		return 0;
	if ((r->to & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "new_address", r->to,
		    "not a multiple of the page size");
	if (r->to > max - r->newlen)
		return LINUX_FAIL(m, EINVAL, "new_address", r->to,
		    "beyond the address space");
	if (r->flags & FIXED &&
	    r->to < (p->uid != 0 ? LINUX_MIN_ADDR : vm_map_min(map)))
		return LINUX_FAIL(m, EPERM, "new_address", r->to,
		    "below vm.mmap_min_addr");
	if (r->flags & DONTUNMAP && r->oldlen != r->newlen)
		return LINUX_FAIL(m, EINVAL, "new_size", arg[2],
		    "MREMAP_DONTUNMAP wants equal sizes");
	if ((r->flags & MAYMOVE) == 0)
		return LINUX_FAIL(m, EINVAL, "flags", arg[3],
		    "MREMAP_FIXED and MREMAP_DONTUNMAP want MREMAP_MAYMOVE");
	if (r->from + r->oldlen > r->to && r->to + r->newlen > r->from)
		return LINUX_FAIL(m, EINVAL, "new_address", r->to,
		    "the old and the new range overlap");
	return 0;
}

/* The area at `from' and what it allows. */
static int
check_area(struct machine *m, struct process *p, struct request *r)
{
	struct vm_map *map = linux_map(p);
	const struct vm_map_entry *e;
	vsize_t more;
	int error;

	if (!linux_area_at(map, r->from, &r->area))
		return LINUX_FAIL(m, EFAULT, "old_address", r->from,
		    "not mapped");
	e = r->area.entry;
	if ((r->flags & (FIXED | DONTUNMAP)) == 0 && r->newlen <= r->oldlen)
		return 0;
	if (r->oldlen == 0 && !linux_shared(e))
		return LINUX_FAIL(m, EINVAL, "old_size", 0,
		    "only shared memory can be mapped a second time");
	if (r->flags & DONTUNMAP && linux_special(e))
		return LINUX_FAIL(m, EINVAL, "flags", r->flags,
		    "a device's area");
	if ((r->oldlen < r->newlen ? r->oldlen : r->newlen) >
	    r->area.end - r->from)
		return LINUX_FAIL(m, EFAULT, "old_size", r->oldlen,
		    "the range is not within one area");
	if (r->newlen <= r->oldlen)
		return 0;
	if (linux_special(e))
		return LINUX_FAIL(m, EFAULT, "old_address", r->from,
		    "a device's area cannot grow");
	more = r->newlen - r->oldlen;
	if (e->flags & LINUX_LOCKED && (error = linux_lock_ok(m, p, more)) != 0)
		return error;
	return linux_room(m, p, more,
	    linux_is_data(linux_prot(e), linux_shared(e)));
}

/* ---------------------------------------------------------- resizing ---- */

/* Map [start, start + len) as what lies `skip' bytes into the area. */
static int
map_like(struct vm_map *map, const struct vm_map_entry *e, vaddr_t start,
    vsize_t len, uint64_t offset)
{
	struct uvm_map_args args = { .start = start,
		.size = len,
		.prot = linux_prot(e), /* guards do not grow */
		.maxprot = e->max_protection,
		.inherit = e->inheritance,
		.advice = e->advice,
		.copyonw = !linux_shared(e),
		.aux = e->flags & UVM_MAP_GUARD ? 0 : e->aux,
		.flags = e->flags &
		    (uint16_t) ~(UVM_MAP_NOMERGE | UVM_MAP_GUARD) };
	int error;

	if (!linux_private_anon(e)) {
		args.object = e->object;
		args.offset = offset;
		vm_object_ref(e->object);
	}
	error = uvm_map(map, &args);
	if (error != 0 && args.object != NULL)
		vm_object_unref(map->vm, args.object);
	return error;
}

static uint64_t
offset_at(const struct vm_map_entry *e, vaddr_t va)
{
	return e->offset + (va - e->start);
}

static bool
can_grow(struct vm_map *map, const struct request *r)
{
	vaddr_t end = r->area.end;
	vsize_t more = r->newlen - r->oldlen;

	return r->from + r->oldlen == end && r->oldlen != 0 &&
	    more <= vm_map_max(map) - end &&
	    vm_map_is_free(map, end, end + more);
}

static int
grow(struct vm_map *map, const struct request *r)
{
	struct vm_map_entry *last;
	vaddr_t end = r->area.end;

	(void)vm_map_lookup_entry(map, end - 1, &last);
	return map_like(map, last, end, r->newlen - r->oldlen,
	    offset_at(last, end));
}

/* ------------------------------------------------------------- moving ---- */

/* The old place of MREMAP_DONTUNMAP: its whole area, as it was before, loses
 * its lock. */
static int
unlock_old(struct vm_map *map, const struct linux_area *old)
{
	linux_unwire(map, old->start, old->end);
	return uvm_map_setflags(map, old->start, old->end, 0,
	    LINUX_LOCKED | LINUX_ONFAULT);
}

/* Move oldlen bytes to r->to, which is free, and grow or duplicate there. */
static int
move(struct vm_map *map, const struct request *r)
{
	bool keep = (r->flags & DONTUNMAP) != 0;
	struct vm_map_entry *last;
	vaddr_t end = r->to + r->oldlen;
	struct linux_area old = r->area;
	int error;

	if (r->oldlen == 0)
		return map_like(map, old.entry, r->to, r->newlen,
		    offset_at(old.entry, r->from));
	error = uvm_map_move(map, r->from, r->oldlen, r->to, keep);
	if (error == 0 && keep) /* guards have moved with the pages */
		error = linux_unguard(map, r->from, r->from + r->oldlen, false);
	if (error == 0 && keep)
		error = unlock_old(map, &old);
	if (error != 0 || r->newlen <= r->oldlen)
		return error;
	(void)vm_map_lookup_entry(map, end - 1, &last);
	return map_like(map, last, end, r->newlen - r->oldlen,
	    offset_at(last, end));
}

/* A new place is chosen as mmap would. */
static void
align_as(const struct machine *m, const struct request *r,
    struct linux_want *want)
{
	const struct vm_map_entry *e = r->area.entry;

	if (e == NULL || m->config.arch->ptr_size != 8)
		return;
	want->anon = linux_private_anon(e);
	want->huge = want->anon || e->object->pager == &uvm_vnodeops;
	if (!want->anon)
		want->offset = offset_at(e, r->from);
}

/* Find the new place, or clear it; cut a longer old range first. */
static int
move_to(struct machine *m, struct process *p, struct request *r)
{
	struct vm_map *map = linux_map(p);
	struct linux_want want = { .call = r->call,
		.hint = r->to,
		.len = r->newlen };
	const struct vm_map_entry *e = r->area.entry;
	const bool data = e != NULL &&
	    linux_is_data(linux_prot(e), linux_shared(e));
	int error = 0;

	align_as(m, r, &want);

	if (r->flags & FIXED)
		error = uvm_unmap(map, r->to, r->to + r->newlen);
	if (error == 0 && r->oldlen > r->newlen) {
		error = uvm_unmap(map, r->from + r->newlen,
		    r->from + r->oldlen);
		r->oldlen = r->newlen;
	}
	if (error == 0 && r->flags & DONTUNMAP)
		error = linux_room(m, p, r->oldlen, data);
	if (error == 0 && (r->flags & FIXED) == 0 &&
	    linux_place(p, &want, &r->to) != 0)
		error = LINUX_FAIL(m, ENOMEM, "new_size", r->newlen,
		    "no gap is long enough");
	if (error == 0 && !linux_area_at(map, r->from, &r->area))
		error = LINUX_FAIL(m, EFAULT, "old_address", r->from,
		    "not mapped");
	return error != 0 ? error : move(map, r);
}

/*
 * FIXED with equal sizes: all areas of the range, holes kept.  The first step
 * that fails ends it; what was moved stays moved.  dry: only the checks.
 */
static int
move_all(struct machine *m, struct process *p, const struct request *all,
    bool dry)
{
	struct vm_map *map = linux_map(p);
	vaddr_t end = all->from + all->oldlen, va = all->from;
	struct vm_map_entry *e;
	int error;

	while (va < end) {
		struct request r = *all;

		e = linux_first(map, va);
		if (e == &map->header || e->start >= end)
			break;
		if (e->start > va) {
			if (va == all->from)
				return LINUX_FAIL(m, EFAULT, "old_address", va,
				    "not mapped");
			va = e->start;
		}
		r.from = va;
		r.to = all->to + (va - all->from);
		(void)linux_area_at(map, va, &r.area);
		r.oldlen = r.newlen = (r.area.end < end ? r.area.end : end) -
		    va;
		va += r.oldlen;
		if ((error = check_area(m, p, &r)) != 0 ||
		    (!dry && (error = move_to(m, p, &r)) != 0))
			return error;
	}
	return va == all->from ?
	    LINUX_FAIL(m, EFAULT, "old_address", va, "not mapped") :
	    0;
}

static int
resize(struct machine *m, struct process *p, struct request *r)
{
	struct vm_map *map = linux_map(p);

	if (r->newlen < r->oldlen)
		return uvm_unmap(map, r->from + r->newlen, r->from + r->oldlen);
	if (r->newlen == r->oldlen)
		return 0;
	if (can_grow(map, r))
		return grow(map, r);
	r->to = 0;
	return move_to(m, p, r);
}

int
sim_linux_mremap(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct vm_map *map = linux_map(p);
	struct request r = { .call = c,
		.from = c->arg[0],
		.oldlen = pg_round(m, c->arg[1]),
		.newlen = pg_round(m, c->arg[2]),
		.flags = (unsigned)c->arg[3],
		.to = c->arg[4] };
	const vsize_t old = r.oldlen;
	bool several = (r.flags & FIXED) != 0 && r.oldlen == r.newlen;
	int error = check_args(m, p, &r);

	if (error == 0 && !several)
		error = check_area(m, p, &r);
	if (error == 0 && (r.flags & (MAYMOVE | FIXED)) == 0 &&
	    r.newlen > r.oldlen && !can_grow(map, &r))
		error = LINUX_FAIL(m, ENOMEM, "new_size", r.newlen,
		    "no room to grow in place (no MREMAP_MAYMOVE)");
	if (error == 0 && several && c->refuse != 0)
		error = move_all(m, p, &r, true);
	if (error == 0 && c->refuse != 0)
		error = linux_refuse(m, c);
	if (error != 0)
		return error;
	if ((r.flags & (FIXED | DONTUNMAP)) == 0)
		r.to = r.from;
	if ((error = linux_begin(map, r.from, r.from + r.oldlen)) != 0)
		return error;
	if (several)
		error = move_all(m, p, &r, false);
	else if (r.flags & (FIXED | DONTUNMAP))
		error = move_to(m, p, &r);
	else
		error = resize(m, p, &r);
	linux_end(map);
	if (error != 0)
		return error;
	if (r.newlen > old) /* only what is new is brought in */
		(void)linux_wire(map, r.to + old, r.to + r.newlen, true);
	*ret = r.to;
	return 0;
}

/* --------------------------------------------------- remap_file_pages ---- */

/* All of [start, end) is one object, shared and open for writing. */
static bool
one_object(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *first = linux_first(map, start), *e = first;

	for (; start < end; e = e->next) {
		if (e == &map->header || e->start > start || !linux_shared(e) ||
		    e->object != first->object)
			return false;
		start = e->end;
	}
	return true;
}

int
sim_linux_remap_file_pages(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	vaddr_t start = pg_trunc(m, c->arg[0]);
	vsize_t size = pg_trunc(m, c->arg[1]);
	struct vm_map *map = linux_map(p);
	struct vm_map_entry *e;
	int error;

	*ret = 0;
	if (c->arg[2] != 0)
		return LINUX_FAIL(m, EINVAL, "prot", c->arg[2], "must be 0");
	if (size == 0)
		return LINUX_FAIL(m, EINVAL, "size", c->arg[1],
		    "the length is 0");
	if (start + size < start ||
	    c->arg[3] > pg_atop(m, UINT64_MAX) - pg_atop(m, size))
		return LINUX_FAIL(m, EINVAL, "size", c->arg[1],
		    "the range wraps around");
	if (!vm_map_lookup_entry(map, start, &e) || !linux_shared(e) ||
	    !one_object(map, start, start + size))
		return LINUX_FAIL(m, EINVAL, "addr", start,
		    "not a range of one shared mapping");
	if (c->refuse != 0)
		return linux_refuse(m, c);
	if ((error = linux_begin(map, start, start + size)) != 0)
		return error;
	const struct uvm_map_args args = { .start = start,
		.size = size,
		.object = e->object,
		.offset = pg_ptoa(m, c->arg[3]),
		.prot = e->protection,
		.maxprot = e->max_protection,
		.inherit = VM_INHERIT_SHARE,
		.unmap = true,
		.flags = e->flags & LINUX_LOCKED };
	vm_object_ref(args.object);
	error = uvm_map(map, &args);
	if (error != 0)
		vm_object_unref(&m->vm, args.object);
	linux_end(map);
	if (error == 0)
		(void)linux_wire(map, start, start + size, true);
	return error;
}
