/*
 * OpenBSD's calls on ranges (reference "UVM semantics" 3.3-3.6, 10.1, 10.3).
 *
 * Only a wrapping range is refused at once, with EINVAL; the rest is cut to the
 * map or found unmapped.  munmap wants all of its range mapped.
 */
#include "personality_openbsd.h"

int
sim_openbsd_range(struct machine *m, const struct sim_call *c,
    struct sim_range *r)
{
	const uint64_t mask = sim_bsd_vamask(m), len = c->arg[1] & mask;
	const uint64_t size = pg_round(m, len + (c->arg[0] & pg_mask(m)));

	return sim_bsd_range(m, c->arg[0], len, r) && (size & mask) >= len ?
	    0 :
	    BSD_FAIL(m, EINVAL, "len", c->arg[1],
		"the range wraps around the end of the address space");
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
sim_openbsd_munmap(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = sim_openbsd_range(m, c, &r)) != 0)
		return error;
	if (!sim_bsd_inside(map, &r))
		return sim_fail(m, EINVAL, "addr", c->arg[0], vm_map_min(map),
		    vm_map_max(map),
		    "the range lies outside the user's "
		    "address space");
	if (vm_map_first_hole(map, r.start, r.end) != r.end)
		return BSD_FAIL(m, EINVAL, "addr", c->arg[0],
		    "there is a hole in the range");
	return finish(m, c, uvm_unmap(map, r.start, r.end));
}

/* ------------------------------------------------------------ mprotect --- */

/* Pages that turn from PROT_NONE to accessible count as data. */
static int
count_opened(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	uint64_t *bytes = ctx;

	if (e->protection == VM_PROT_NONE && e->object == NULL)
		*bytes += end - start;
	return 0;
}

static int
may_protect(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	const vm_prot_t *prot = ctx;

	(void)start;
	(void)end;
	return (*prot & ~e->max_protection) != 0 ? EACCES : 0;
}

int
sim_openbsd_mprotect(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint32_t future = map->flags & VM_MAP_WIREFUTURE;
	vm_prot_t prot = c->arg[2] & VM_PROT_ALL;
	uint64_t opened = 0;
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = sim_openbsd_prot(m, c->arg[2])) != 0 ||
	    (error = sim_openbsd_range(m, c, &r)) != 0)
		return error;
	sim_bsd_clamp(map, &r);
	if ((error = sim_bsd_walk(map, &r, may_protect, &prot)) != 0)
		return finish(m, c, error);
	if (prot != VM_PROT_NONE)
		(void)sim_bsd_walk(map, &r, count_opened, &opened);
	if (opened != 0 && (error = sim_openbsd_data(m, p, opened)) != 0)
		return error;
	/* Only NetBSD wires what mprotect makes accessible. */
	map->flags &= ~(uint32_t)VM_MAP_WIREFUTURE;
	error = uvm_map_protect(map, r.start, r.end, prot, false);
	map->flags |= future;
	return finish(m, c, error);
}

/* ------------------------------------------------------------ minherit --- */

static int
is_writable(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	(void)ctx;
	(void)start;
	(void)end;
	return e->protection & VM_PROT_WRITE ? 0 : EPERM;
}

int
sim_openbsd_minherit(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint32_t inherit = (uint32_t)c->arg[2];
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = sim_openbsd_range(m, c, &r)) != 0)
		return error;
	if (inherit > VM_INHERIT_ZERO)
		return sim_fail(m, EINVAL, "inherit", inherit, VM_INHERIT_SHARE,
		    VM_INHERIT_ZERO, "no such inheritance");
	sim_bsd_clamp(map, &r);
	if (inherit == VM_INHERIT_ZERO &&
	    sim_bsd_walk(map, &r, is_writable, NULL) != 0)
		return BSD_FAIL(m, EPERM, "inherit", inherit,
		    "MAP_INHERIT_ZERO is for writable memory");
	return finish(m, c,
	    uvm_map_inherit(map, r.start, r.end, (uint8_t)inherit));
}

/* ------------------------------------------------------------- madvise --- */

int
sim_openbsd_madvise(struct machine *m, struct process *p,
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
	if ((error = sim_openbsd_range(m, c, &r)) != 0)
		return error;
	switch (advice) {
	case NORMAL:
	case RANDOM:
	case SEQUENTIAL:
		error = uvm_map_advice(map, r.start, r.end, (uint8_t)advice);
		break;
	case WILLNEED: /* accepted and ignored */ break;
	case DONTNEED:
		error = uvm_map_clean(map, r.start, r.end, PGO_DEACTIVATE);
		break;
	case FREE: error = uvm_map_clean(map, r.start, r.end, PGO_FREE); break;
	default: return BSD_FAIL(m, EINVAL, "advice", advice, "no such advice");
	}
	return finish(m, c, error);
}

/* -------------------------------------------------------------- wiring --- */

int
sim_openbsd_mlock(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const struct uvmexp *exp = &m->vm.exp;
	uint64_t limit = p->rlimit[SIM_RLIMIT_MEMLOCK].cur, size;
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = sim_openbsd_range(m, c, &r)) != 0)
		return error;
	size = r.end - r.start;
	if (pg_atop(m, size) + exp->wired > exp->wiredmax)
		return sim_fail(m, EAGAIN, "len", c->arg[1], 0,
		    pg_ptoa(m, exp->wiredmax), "more than may be wired in all");
	if (sim_bsd_over(sim_bsd_wired(p), size, limit))
		return sim_fail(m, EAGAIN, "len", c->arg[1], 0, limit,
		    "locked memory would exceed RLIMIT_MEMLOCK");
	if (size == 0)
		return 0;
	/* Memory that cannot be accessed is passed over, a hole is not. */
	if (vm_map_first_hole(map, r.start, r.end) != r.end)
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "there is a hole in the range");
	error = uvm_map_pageable(map, r.start, r.end, true, true);
	return error == 0 ? 0 :
			    BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
				"a page could not be brought in");
}

int
sim_openbsd_munlock(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = sim_openbsd_range(m, c, &r)) != 0)
		return error;
	if (vm_map_first_hole(map, r.start, r.end) != r.end)
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "there is a hole in the range");
	error = uvm_map_pageable(map, r.start, r.end, false, true);
	return error == 0 ?
	    0 :
	    BSD_FAIL(m, ENOMEM, "addr", c->arg[0], "no memory is left");
}

int
sim_openbsd_mlockall(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	(void)ret;
	return sim_bsd_mlockall(m, p, c, true);
}

/* --------------------------------------------------------------- msync --- */

int
sim_openbsd_msync(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	static const struct sim_bsd_msync bits = { .async = 1,
		.sync = 2,
		.invalidate = 4,
		.may_async = false };
	struct sim_range r;
	unsigned pgo;
	int error;

	(void)ret;
	if ((error = sim_bsd_msync_flags(m, c, &bits, &pgo)) != 0 ||
	    (error = sim_openbsd_range(m, c, &r)) != 0 ||
	    (error = sim_bsd_msync_whole(m, p, c, &r)) != 0)
		return error;
	return finish(m, c,
	    uvm_map_clean(&p->vmspace->vm_map, r.start, r.end, pgo));
}

/* ---------------------------------------------------------- brk, shmat --- */

int
sim_openbsd_brk(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	static const struct sim_bsd_heap heap = { .flags = OPENBSD_ENTRY };
	uint64_t want = c->arg[0] & sim_bsd_vamask(m);
	uint64_t limit = p->rlimit[SIM_RLIMIT_DATA].cur;
	vaddr_t base = p->vmspace->vm_daddr;

	*ret = 0;
	if (want < base)
		return sim_fail(m, ENOMEM, "addr", want, base, base + limit,
		    "the break would lie below the data segment");
	if (sim_bsd_over(0, pg_round(m, want) - base, limit))
		return sim_fail(m, ENOMEM, "addr", want, base, base + limit,
		    "the data segment would exceed RLIMIT_DATA");
	return sim_bsd_set_break(m, p, want, &heap);
}

static int
choose(struct machine *m, struct process *p, vsize_t size, vaddr_t *addr)
{
	return sim_openbsd_place(m, p, 0, size, addr);
}

int
sim_openbsd_shmat(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	static const struct sim_bsd_shm_rules rules = {
		.choose = choose,
		.advice = UVM_ADV_RANDOM,
		.flags = OPENBSD_ENTRY,
	};

	return sim_bsd_shmat(m, p, c, &rules, ret);
}
