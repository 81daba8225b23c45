/*
 * NetBSD's calls on ranges (reference "UVM semantics" 10.1, 10.3).
 *
 * Each tests its range against the map first; which errno a bad range gives is
 * the call's own: EINVAL for munmap, mprotect, minherit and madvise, ENOMEM for
 * msync, mlock and munlock.
 */
#include "personality_netbsd.h"

/* => 0 and *r, or `bad` when the range is not the user's */
static int
get_range(struct machine *m, struct process *p, const struct sim_call *c,
    int bad, struct sim_range *r)
{
	const struct vm_map *map = &p->vmspace->vm_map;

	if (!sim_bsd_range(m, c->arg[0], c->arg[1], r) ||
	    sim_netbsd_range_test(map, r->start, r->end) != 0)
		return sim_fail(m, bad, "addr", c->arg[0], vm_map_min(map),
		    vm_map_max(map),
		    "the range lies outside the user's "
		    "address space");
	return 0;
}

static int
finish(struct machine *m, const struct sim_call *c, int error)
{
	const char *why = "no memory is left";

	if (error == EACCES)
		why = "more than the maximum protection there";
	else if (error == EFAULT)
		why = "there is a hole in the range";
	else if (error == EBUSY)
		why = "there is locked memory in the range";
	else if (error == EIO)
		why = "a page could not be written";
	return error == 0 ? 0 : BSD_FAIL(m, error, "addr", c->arg[0], why);
}

int
sim_netbsd_munmap(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, p, c, EINVAL, &r)) != 0)
		return error;
	return finish(m, c, uvm_unmap(&p->vmspace->vm_map, r.start, r.end));
}

int
sim_netbsd_mprotect(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, p, c, EINVAL, &r)) != 0)
		return error;
	return finish(m, c,
	    uvm_map_protect(&p->vmspace->vm_map, r.start, r.end,
		c->arg[2] & VM_PROT_ALL, false));
}

int
sim_netbsd_minherit(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	/* MAP_INHERIT_DONATE_COPY (3) was never implemented. */
	static const uint8_t inherit[] = { VM_INHERIT_SHARE, VM_INHERIT_COPY,
		VM_INHERIT_NONE, UINT8_MAX, VM_INHERIT_ZERO };
	uint32_t value = (uint32_t)c->arg[2];
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, p, c, EINVAL, &r)) != 0)
		return error;
	if (value >= NELEM(inherit) || inherit[value] == UINT8_MAX)
		return BSD_FAIL(m, EINVAL, "inherit", value,
		    "MAP_INHERIT_SHARE, _COPY, _NONE or _ZERO");
	return finish(m, c,
	    uvm_map_inherit(&p->vmspace->vm_map, r.start, r.end,
		inherit[value]));
}

/* ------------------------------------------------------------- madvise --- */

int
sim_netbsd_madvise(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	enum {
		NORMAL,
		RANDOM,
		SEQUENTIAL,
		WILLNEED,
		DONTNEED,
		SPACEAVAIL,
		FREE
	};
	struct vm_map *map = &p->vmspace->vm_map;
	uint32_t advice = (uint32_t)c->arg[2];
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, p, c, EINVAL, &r)) != 0)
		return error;
	switch (advice) {
	case NORMAL:
	case RANDOM:
	case SEQUENTIAL:
		error = uvm_map_advice(map, r.start, r.end, (uint8_t)advice);
		break;
	case WILLNEED: uvm_map_willneed(map, r.start, r.end); break;
	case DONTNEED:
		error = uvm_map_clean(map, r.start, r.end, PGO_DEACTIVATE);
		break;
	case FREE: error = uvm_map_clean(map, r.start, r.end, PGO_FREE); break;
	default: return BSD_FAIL(m, EINVAL, "advice", advice, "no such advice");
	}
	return finish(m, c, error);
}

/* -------------------------------------------------------------- wiring --- */

static int
is_inaccessible(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	(void)ctx;
	(void)start;
	(void)end;
	return e->protection == VM_PROT_NONE ? EINVAL : 0;
}

/* uvm_map_pageable() has said EINVAL. */
static const char *
why_not_wired(struct vm_map *map, const struct sim_range *r)
{
	if (vm_map_first_hole(map, r->start, r->end) != r->end)
		return "there is a hole in the range";
	return sim_bsd_walk(map, r, is_inaccessible, NULL) != 0 ?
	    "there is inaccessible memory in the range" :
	    "a page could not be brought in";
}

int
sim_netbsd_mlock(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	const struct uvmexp *exp = &m->vm.exp;
	uint64_t limit = p->rlimit[SIM_RLIMIT_MEMLOCK].cur, size;
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, p, c, ENOMEM, &r)) != 0)
		return error;
	size = r.end - r.start;
	if (pg_atop(m, size) + exp->wired > exp->wiredmax)
		return sim_fail(m, EAGAIN, "len", c->arg[1], 0,
		    pg_ptoa(m, exp->wiredmax), "more than may be wired in all");
	if (sim_bsd_over(sim_bsd_wired(p), size, limit))
		return sim_fail(m, EAGAIN, "len", c->arg[1], 0, limit,
		    "locked memory would exceed RLIMIT_MEMLOCK");
	error = uvm_map_pageable(&p->vmspace->vm_map, r.start, r.end, true,
	    false);
	if (error == EFAULT)
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "nothing is mapped at the start");
	if (error == EINVAL)
		return BSD_FAIL(m, EINVAL, "addr", c->arg[0],
		    why_not_wired(&p->vmspace->vm_map, &r));
	return finish(m, c, error);
}

int
sim_netbsd_munlock(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, p, c, ENOMEM, &r)) != 0)
		return error;
	error = uvm_map_pageable(&p->vmspace->vm_map, r.start, r.end, false,
	    false);
	return error == 0 ?
	    0 :
	    BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		"there is a hole or memory that is not locked in the range");
}

int
sim_netbsd_mlockall(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	(void)ret;
	return sim_bsd_mlockall(m, p, c, false);
}

/* --------------------------------------------------------------- msync --- */

int
sim_netbsd_msync(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	static const struct sim_bsd_msync bits = { .async = 1,
		.invalidate = 2,
		.sync = 4,
		.may_async = true };
	struct sim_range r;
	unsigned pgo;
	int error;

	(void)ret;
	if ((error = sim_bsd_msync_flags(m, c, &bits, &pgo)) != 0 ||
	    (error = get_range(m, p, c, ENOMEM, &r)) != 0 ||
	    (error = sim_bsd_msync_whole(m, p, c, &r)) != 0)
		return error;
	return finish(m, c,
	    uvm_map_clean(&p->vmspace->vm_map, r.start, r.end, pgo));
}

/* ---------------------------------------------------------- brk, shmat --- */

int
sim_netbsd_brk(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	static const struct sim_bsd_heap heap = { .amappad = true };
	uint64_t want = c->arg[0] & sim_bsd_vamask(m);
	vaddr_t new = pg_round(m, want) & sim_bsd_vamask(m);
	uint64_t limit = p->rlimit[SIM_RLIMIT_DATA].cur;

	*ret = 0;
	/* A break below vm_daddr wraps to a size beyond any limit. */
	if (new == 0 || sim_bsd_over(0, new - p->vmspace->vm_daddr, limit))
		return sim_fail(m, ENOMEM, "addr", want, p->vmspace->vm_daddr,
		    p->vmspace->vm_daddr + limit,
		    "the data segment would exceed RLIMIT_DATA");
	return sim_bsd_set_break(m, p, want, &heap);
}

static int
choose(struct machine *m, struct process *p, vsize_t size, vaddr_t *addr)
{
	const struct vm_space space = {
		.hint = sim_netbsd_default_addr(p, size),
		.length = size,
		.topdown = true,
	};

	(void)m;
	return vm_map_findspace(&p->vmspace->vm_map, &space, addr);
}

int
sim_netbsd_shmat(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	static const struct sim_bsd_shm_rules rules = {
		.choose = choose,
		.advice = UVM_ADV_RANDOM,
	};

	return sim_bsd_shmat(m, p, c, &rules, ret);
}
