/*
 * FreeBSD's mlock family (reference "FreeBSD syscalls" 6).
 *
 * Every failure of mlock and munlock but a wrapping range is ENOMEM.  The
 * system-wide limit vm.max_user_wired is four fifths of memory.  Locks do not
 * nest.
 */
#include "personality_freebsd.h"

static uint64_t
max_user_wired(const struct machine *m)
{
	return m->vm.exp.npages * 4 / 5;
}

/* addr + len and its round-up may not wrap; there is no other bound. */
static int
get_range(struct machine *m, const struct sim_call *c, struct sim_range *r)
{
	uint64_t mask = sim_bsd_vamask(m), addr = c->arg[0] & mask;
	uint64_t last = (addr + c->arg[1]) & mask;

	r->start = pg_trunc(m, addr);
	r->end = pg_round(m, last) & mask;
	return last >= addr && r->end >= addr ?
	    0 :
	    BSD_FAIL(m, EINVAL, "len", c->arg[1],
		"the range wraps around the end of the address space");
}

/* => the range, cut to the map, is not empty and has no hole */
static bool
is_mapped(struct vm_map *map, struct sim_range *r)
{
	sim_bsd_clamp(map, r);
	return r->start < r->end &&
	    vm_map_first_hole(map, r->start, r->end) == r->end;
}

struct tally {
	vsize_t size; /* not wired so far */
};

static int
count_unwired(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	struct tally *t = ctx;

	if (e->wired_count == 0 &&
	    (e->protection & (VM_PROT_READ | VM_PROT_EXEC)) != 0)
		t->size += end - start;
	return 0;
}

static int
is_readable(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	(void)ctx;
	(void)start;
	(void)end;
	return (e->protection & (VM_PROT_READ | VM_PROT_EXEC)) != 0 ? 0 :
								      ENOMEM;
}

static bool
too_many(struct machine *m, struct vm_map *map, const struct sim_range *r)
{
	struct tally t = { 0 };

	(void)sim_bsd_walk(map, r, count_unwired, &t);
	return m->vm.exp.wired + pg_atop(m, t.size) > max_user_wired(m);
}

int
sim_freebsd_wire(struct machine *m, struct process *p, vaddr_t start,
    vaddr_t end, bool skip)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const struct sim_range r = { start, end };

	return too_many(m, map, &r) ?
	    ENOMEM :
	    uvm_map_pageable(map, start, end, true, skip);
}

int
sim_freebsd_mlock(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t limit = p->rlimit[SIM_RLIMIT_MEMLOCK].cur, size;
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, c, &r)) != 0)
		return error;
	size = r.end - r.start;
	if (pg_atop(m, size) > max_user_wired(m))
		return sim_fail(m, ENOMEM, "len", c->arg[1], 0,
		    pg_ptoa(m, max_user_wired(m)),
		    "more than vm.max_user_wired");
	if (sim_bsd_over(sim_bsd_wired(p), size, limit))
		return sim_fail(m, ENOMEM, "len", c->arg[1], 0, limit,
		    "locked memory would exceed RLIMIT_MEMLOCK");
	if (r.start == r.end)
		return 0;
	if (!is_mapped(map, &r))
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "there is a hole in the range");
	if (sim_bsd_walk(map, &r, is_readable, NULL) != 0)
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "memory that cannot be read cannot be locked");
	if (too_many(m, map, &r))
		return sim_fail(m, ENOMEM, "len", c->arg[1], 0,
		    pg_ptoa(m, max_user_wired(m)),
		    "more than vm.max_user_wired");
	if (uvm_map_pageable(map, r.start, r.end, true, false) != 0)
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "a page could not be brought in");
	return 0;
}

int
sim_freebsd_munlock(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, c, &r)) != 0 || r.start == r.end)
		return error;
	if (!is_mapped(map, &r))
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "there is a hole in the range");
	error = uvm_map_pageable(map, r.start, r.end, false, true);
	return error == 0 ?
	    0 :
	    BSD_FAIL(m, ENOMEM, "addr", c->arg[0], "no memory is left");
}

#define MCL_CURRENT_ 1u
#define MCL_FUTURE_ 2u

int
sim_freebsd_mlockall(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t limit = p->rlimit[SIM_RLIMIT_MEMLOCK].cur;
	uint32_t how = (uint32_t)c->arg[0];
	const struct sim_range all = { vm_map_min(map), vm_map_max(map) };
	int error;

	(void)ret;
	if (how == 0 || (how & ~(MCL_CURRENT_ | MCL_FUTURE_)) != 0)
		return BSD_FAIL(m, EINVAL, "how", how,
		    "MCL_CURRENT, MCL_FUTURE or both");
	if (how & MCL_CURRENT_ &&
	    sim_bsd_over(0, sim_bsd_size_noguard(map), limit))
		return sim_fail(m, ENOMEM, "how", how, 0, limit,
		    "the address space is larger than RLIMIT_MEMLOCK");
	if (how & MCL_FUTURE_) /* stays, even if CURRENT fails */
		map->flags |= VM_MAP_WIREFUTURE;
	if ((how & MCL_CURRENT_) == 0)
		return 0;
	if (too_many(m, map, &all))
		return sim_fail(m, ENOMEM, "how", how, 0,
		    pg_ptoa(m, max_user_wired(m)),
		    "more than vm.max_user_wired");
	error = uvm_map_pageable(map, all.start, all.end, true, true);
	return error == 0 ? 0 :
			    BSD_FAIL(m, error == ENOMEM ? ENOMEM : EAGAIN,
				"how", how, "a page could not be brought in");
}

int
sim_freebsd_munlockall(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	int error;

	(void)c;
	(void)ret;
	error = uvm_map_pageable(map, vm_map_min(map), vm_map_max(map), false,
	    true);
	if (error != 0)
		return BSD_FAIL(m, error, NULL, 0, "no memory is left");
	map->flags &= ~(uint32_t)VM_MAP_WIREFUTURE;
	return 0;
}
