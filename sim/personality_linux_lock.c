/*
 * Linux's mlock(2) family.
 *
 * A lock is a mark on areas (LINUX_LOCKED, LINUX_ONFAULT); after the marks the
 * pages are faulted in and wired.  The marks stay when that fails: then mlock
 * says ENOMEM (a page that cannot be: PROT_NONE, past the end of its file) or
 * EAGAIN (no memory), and mlockall says nothing.
 *
 *	mlock		[#####]---hole---[####]		ENOMEM, the first is
 *			 done			 not	locked
 *
 * Limit: RLIMIT_MEMLOCK, unless user 0.  Device areas are never locked.
 */
#include "personality_linux.h"

#define MLOCK_ONFAULT_ 0x1u
#define MCL_CURRENT_ 0x1u
#define MCL_FUTURE_ 0x2u
#define MCL_ONFAULT_ 0x4u
#define LOCKS (LINUX_LOCKED | LINUX_ONFAULT)

/* -------------------------------------------------------------- parts ---- */

uint64_t
linux_locked(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e = linux_first(map, start);
	uint64_t bytes = 0;

	for (; e != &map->header && e->start < end; e = e->next)
		if (e->flags & LINUX_LOCKED)
			bytes += (e->end < end ? e->end : end) -
			    (e->start > start ? e->start : start);
	return bytes;
}

static bool
may_lock_all(const struct process *p)
{
	return p->uid == 0;
}

int
linux_may_lock(struct machine *m, const struct process *p)
{
	if (may_lock_all(p) || p->rlimit[SIM_RLIMIT_MEMLOCK].cur != 0)
		return 0;
	return LINUX_FAIL(m, EPERM, NULL, 0,
	    "RLIMIT_MEMLOCK is 0: nothing may be locked");
}

int
linux_lock_ok(struct machine *m, const struct process *p, vsize_t bytes)
{
	struct vm_map *map = linux_map(p);
	uint64_t limit = p->rlimit[SIM_RLIMIT_MEMLOCK].cur, used;

	if (may_lock_all(p) || limit == SIM_RLIM_INFINITY)
		return 0;
	used = linux_locked(map, 0, vm_map_max(map));
	if (used + bytes > pg_trunc(m, limit))
		return sim_fail(m, EAGAIN, "len", bytes, 0, limit,
		    "RLIMIT_MEMLOCK would be exceeded");
	return 0;
}

uint16_t
linux_lock_future(const struct vm_map *map)
{
	uint16_t flags = 0;

	if (map->flags & LINUX_MAP_FUTURE)
		flags |= LINUX_LOCKED;
	if (map->flags & LINUX_MAP_ONFAULT)
		flags |= LINUX_ONFAULT;
	return flags;
}

/* One locked part. => 0 or why not all of it can be had */
static int
wire_part(struct vm_map *map, const struct vm_map_entry *e, vaddr_t from,
    vaddr_t to)
{
	int error;

	if (e->protection == VM_PROT_NONE)
		return EFAULT;
	if (e->wired_count == 0) {
		error = uvm_map_pageable(map, from, to, true, true);
		if (error == 0 || error == ENOMEM)
			return error;
	}
	/* Pages before the one that cannot be had stay; so do those of a part
	 * that is wired but has lost some. */
	return linux_populate(map, from, to, VM_PROT_NONE);
}

/*
 * all: what is not locked is brought in, too (mlock passes over droppable
 * memory, but not its pages).
 */
static int
bring_in(struct vm_map *map, vaddr_t start, vaddr_t end, bool go_on, bool all)
{
	const struct vm_map_entry *e;
	int error = 0, one;
	vaddr_t to;

	for (; start < end; start = to) {
		e = linux_first(map, start);
		if (e == &map->header || e->start >= end)
			break;
		to = e->end < end ? e->end : end;
		start = e->start > start ? e->start : start;
		if ((e->flags & LOCKS) == LINUX_LOCKED)
			one = wire_part(map, e, start, to);
		else if (all && (e->flags & LOCKS) == 0 && !linux_special(e))
			one = linux_populate(map, start, to, VM_PROT_NONE);
		else
			continue;
		if (error == 0)
			error = one;
		if (one != 0 && !go_on)
			break;
	}
	return error;
}

int
linux_wire(struct vm_map *map, vaddr_t start, vaddr_t end, bool go_on)
{
	return bring_in(map, start, end, go_on, false);
}

void
linux_unwire(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e = linux_first(map, start);

	for (; e != &map->header && e->start < end; e = e->next)
		if (e->wired_count > 0) {
			(void)uvm_map_pageable(map, start, end, false, true);
			return;
		}
}

/* What mmap(MAP_POPULATE) and mlock do to a page of an area. */
static vm_prot_t
populating_access(const struct vm_map_entry *e)
{
	if (e->protection & VM_PROT_WRITE &&
	    (!linux_shared(e) || e->protection == VM_PROT_WRITE))
		return VM_PROT_WRITE;
	return e->protection & VM_PROT_READ ? VM_PROT_READ : VM_PROT_EXEC;
}

int
linux_populate(struct vm_map *map, vaddr_t start, vaddr_t end, vm_prot_t type)
{
	struct vm_map_entry *e;
	int error;

	for (; start < end; start += pg_size(map)) {
		if (!vm_map_lookup_entry(map, start, &e))
			return EFAULT;
		if (e->protection == VM_PROT_NONE)
			return EFAULT;
		error = uvm_fault(map, start,
		    type != VM_PROT_NONE ? type : populating_access(e));
		if (error != 0)
			return error;
	}
	return 0;
}

/* -------------------------------------------------------------- mlock ---- */

/* Is a page of [from, to) past the end of its file, and not private yet? */
static bool
past_end(struct vm_map *map, struct vm_map_entry *e, vaddr_t from, vaddr_t to)
{
	if (linux_private_anon(e) || linux_special(e))
		return false;
	for (; from < to; from += pg_size(map))
		if (e->offset + (from - e->start) >=
			pg_round(map, e->object->size) &&
		    (e->amap == NULL ||
			sparse_get(&e->amap->slots,
			    e->ar_pageoff + pg_atop(map, from - e->start)) ==
			    0))
			return true;
	return false;
}

/* Does the range hold a page that populating cannot bring in? */
static bool
has_inaccessible(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e = linux_first(map, start);

	for (; e != &map->header && e->start < end; e = e->next)
		if (linux_prot(e) == VM_PROT_NONE || e->flags & UVM_MAP_GUARD ||
		    past_end(map, e, e->start > start ? e->start : start,
			e->end < end ? e->end : end))
			return true;
	return false;
}

/* Marks on [start, end), which has no hole; areas of devices stay as they are.
 * => 0 or ENOMEM (host) */
static int
mark(struct vm_map *map, vaddr_t start, vaddr_t end, uint16_t set)
{
	struct vm_map_entry *e = linux_first(map, start);
	vaddr_t next, from, to;
	int error;

	for (; e != &map->header && e->start < end;
	     e = linux_first(map, next)) {
		next = e->end;
		if (linux_special(e) || e->flags & LINUX_DROPPABLE)
			continue;
		from = e->start > start ? e->start : start;
		to = e->end < end ? e->end : end;
		if ((set & LOCKS) != LINUX_LOCKED)
			linux_unwire(map, from, to);
		error = uvm_map_setflags(map, from, to, set,
		    (uint16_t)(LOCKS & ~set));
		if (error != 0)
			return error;
	}
	return 0;
}

struct lock_range {
	vaddr_t start, end, hole; /* hole: end when none */
};

/* The address is rounded down, the end up. => 0, EINVAL or ENOMEM */
static int
lock_range(struct machine *m, struct vm_map *map, const struct sim_call *c,
    struct lock_range *r)
{
	uint64_t len = c->arg[1] + (c->arg[0] & pg_mask(m));

	r->start = pg_trunc(m, c->arg[0]);
	r->end = r->hole = r->start + pg_round(m, len);
	if (r->end < r->start || (len != 0 && pg_round(m, len) == 0))
		return LINUX_FAIL(m, EINVAL, "len", c->arg[1],
		    "the range wraps around");
	if (r->end > r->start)
		r->hole = vm_map_first_hole(map, r->start, r->end);
	return 0;
}

/* What is locked already does not count again. => 0, EPERM or ENOMEM */
static int
check_limit(struct machine *m, const struct process *p,
    const struct sim_call *c)
{
	vaddr_t start = pg_trunc(m, c->arg[0]);
	vsize_t size = pg_round(m, c->arg[1] + (c->arg[0] & pg_mask(m)));
	uint64_t had = start + size > start ?
	    linux_locked(linux_map(p), start, start + size) :
	    0;
	int error = linux_may_lock(m, p);

	if (error != 0)
		return error;
	if (linux_lock_ok(m, p, size - had) == 0)
		return 0;
	return sim_fail(m, ENOMEM, "len", c->arg[1], 0,
	    p->rlimit[SIM_RLIMIT_MEMLOCK].cur,
	    "RLIMIT_MEMLOCK would be exceeded");
}

static int
lock(struct machine *m, struct process *p, const struct sim_call *c,
    uint16_t set, uint64_t *ret)
{
	struct vm_map *map = linux_map(p);
	struct lock_range r;
	int error;

	if ((error = check_limit(m, p, c)) != 0 ||
	    (error = lock_range(m, map, c, &r)) != 0)
		return error;
	if (r.start == r.end)
		return 0;
	if (c->refuse != 0 && r.hole == r.end &&
	    !has_inaccessible(map, r.start, r.end))
		return linux_refuse(m, c);
	if ((error = linux_begin(map, r.start, r.end)) != 0)
		return error;
	error = mark(map, r.start, r.hole, set);
	linux_end(map);
	*ret = 0;
	if (error != 0)
		return error;
	if (r.hole < r.end)
		return LINUX_FAIL(m, ENOMEM, "addr", r.hole,
		    "not mapped; what lies before is locked");
	error = bring_in(map, r.start, r.end, false, true);
	if (error != 0 && error != ENOMEM)
		return LINUX_FAIL(m, ENOMEM, "addr", r.start,
		    "some pages cannot be accessed; all are locked");
	return error == 0 ? 0 :
			    LINUX_FAIL(m, EAGAIN, "len", c->arg[1],
				"not enough memory to bring all pages in");
}

int
sim_linux_mlock(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	return lock(m, p, c, LINUX_LOCKED, ret);
}

int
sim_linux_mlock2(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	if (c->arg[2] & ~(uint64_t)MLOCK_ONFAULT_)
		return LINUX_FAIL(m, EINVAL, "flags", c->arg[2],
		    "only MLOCK_ONFAULT is known");
	return lock(m, p, c, c->arg[2] & MLOCK_ONFAULT_ ? LOCKS : LINUX_LOCKED,
	    ret);
}

int
sim_linux_munlock(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = linux_map(p);
	struct lock_range r;
	int error;

	if ((error = lock_range(m, map, c, &r)) != 0)
		return error;
	if (c->refuse != 0 && r.hole == r.end)
		return linux_refuse(m, c);
	if ((error = linux_begin(map, r.start, r.end)) != 0)
		return error;
	error = mark(map, r.start, r.hole, 0);
	linux_end(map);
	*ret = 0;
	if (error == 0 && r.hole < r.end)
		return LINUX_FAIL(m, ENOMEM, "addr", r.hole,
		    "not mapped; what lies before is unlocked");
	return error;
}

/* ----------------------------------------------------------- mlockall ---- */

int
sim_linux_mlockall(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	const uint64_t known = MCL_CURRENT_ | MCL_FUTURE_ | MCL_ONFAULT_;
	uint64_t flags = c->arg[0], limit = p->rlimit[SIM_RLIMIT_MEMLOCK].cur;
	struct vm_map *map = linux_map(p);
	uint16_t set = flags & MCL_ONFAULT_ ? LOCKS : LINUX_LOCKED;
	int error = 0;

	if (flags == 0 || (flags & ~known) != 0 || flags == MCL_ONFAULT_)
		return LINUX_FAIL(m, EINVAL, "flags", flags,
		    "MCL_CURRENT or MCL_FUTURE is wanted, perhaps with "
		    "MCL_ONFAULT");
	if (limit == 0 && !may_lock_all(p))
		return LINUX_FAIL(m, EPERM, NULL, 0,
		    "RLIMIT_MEMLOCK is 0: nothing may be locked");
	if (flags & MCL_CURRENT_ && !may_lock_all(p) && map->size > limit)
		return sim_fail(m, ENOMEM, "flags", flags, 0, limit,
		    "the process is larger than RLIMIT_MEMLOCK");
	if (c->refuse != 0)
		return linux_refuse(m, c);
	if ((error = linux_begin(map, 0, vm_map_max(map))) != 0)
		return error;
	map->flags &= ~(LINUX_MAP_FUTURE | LINUX_MAP_ONFAULT);
	if (flags & MCL_FUTURE_)
		map->flags |= LINUX_MAP_FUTURE |
		    (flags & MCL_ONFAULT_ ? LINUX_MAP_ONFAULT : 0);
	if (flags & MCL_CURRENT_)
		error = mark(map, 0, vm_map_max(map), set);
	linux_end(map);
	if (error == 0 && flags & MCL_CURRENT_)
		(void)bring_in(map, 0, vm_map_max(map), true, true);
	*ret = 0;
	return error;
}

int
sim_linux_munlockall(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = linux_map(p);
	int error;

	if (c->refuse != 0)
		return linux_refuse(m, c);
	if ((error = linux_begin(map, 0, vm_map_max(map))) != 0)
		return error;
	map->flags &= ~(LINUX_MAP_FUTURE | LINUX_MAP_ONFAULT);
	error = mark(map, 0, vm_map_max(map), 0);
	linux_end(map);
	*ret = 0;
	return error;
}
