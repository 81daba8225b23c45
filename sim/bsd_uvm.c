/*
 * System calls that NetBSD and OpenBSD share, being of one kernel's stock:
 * mlockall, msync's flags, the break, mincore.
 */
#include "bsd_common.h"

/* ------------------------------------------------------------ mlockall --- */

#define MCL_CURRENT_ 1u
#define MCL_FUTURE_ 2u

/* What the whole map has to be wired is within both limits. */
static bool
may_wire_all(const struct vm_map *map, uint64_t limit)
{
	const struct uvmexp *exp = &map->vm->exp;
	vsize_t size = 0;

	for (const struct vm_map_entry *e = map->header.next; e != &map->header;
	     e = e->next)
		if (e->wired_count == 0 && e->protection != VM_PROT_NONE)
			size += e->end - e->start;
	return pg_atop(map, size) + exp->wired <= exp->wiredmax &&
	    (limit >= BSD_RLIM_INFINITY || limit == 0 ||
		!sim_bsd_over(pg_ptoa(map, map->pmap->wired), size, limit));
}

int
sim_bsd_mlockall(struct machine *m, struct process *p, const struct sim_call *c,
    bool again)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t limit = p->rlimit[SIM_RLIMIT_MEMLOCK].cur;
	uint32_t flags = (uint32_t)c->arg[0];
	int error = 0;

	if (flags == 0 || (flags & ~(MCL_CURRENT_ | MCL_FUTURE_)) != 0)
		return BSD_FAIL(m, EINVAL, "flags", flags,
		    "MCL_CURRENT, MCL_FUTURE or both");
	if (flags & MCL_FUTURE_) /* stays, even if CURRENT fails */
		map->flags |= VM_MAP_WIREFUTURE;
	if (flags & MCL_CURRENT_)
		error = uvm_map_pageable_all(map, true,
		    limit >= BSD_RLIM_INFINITY ? 0 : limit);
	if (error == 0)
		return 0;
	if (error == ENOMEM && !may_wire_all(map, limit))
		return sim_fail(m, ENOMEM, "flags", flags, 0, limit,
		    "more memory than may be locked");
	return BSD_FAIL(m, again && error != ENOMEM ? EAGAIN : error, "flags",
	    flags, "a page could not be brought in");
}

int
sim_bsd_munlockall(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	int error = uvm_map_pageable_all(map, false, 0);

	(void)c;
	(void)ret;
	if (error != 0)
		return BSD_FAIL(m, error, NULL, 0, "no memory is left");
	map->flags &= ~(uint32_t)VM_MAP_WIREFUTURE;
	return 0;
}

/* --------------------------------------------------------------- msync --- */

int
sim_bsd_msync_flags(struct machine *m, const struct sim_call *c,
    const struct sim_bsd_msync *bits, unsigned *pgo)
{
	uint32_t flags = (uint32_t)c->arg[2];
	uint32_t both = bits->async | bits->sync;

	if (flags == 0 || (flags & ~(both | bits->invalidate)) != 0 ||
	    (flags & both) == both)
		return BSD_FAIL(m, EINVAL, "flags", flags,
		    "MS_ASYNC or MS_SYNC, or MS_INVALIDATE, or one of the "
		    "former with the latter");
	*pgo = PGO_CLEANIT;
	if (flags & bits->invalidate)
		*pgo |= PGO_FREE;
	if ((flags & bits->async) == 0 || !bits->may_async)
		*pgo |= PGO_SYNCIO;
	return 0;
}

int
sim_bsd_msync_whole(struct machine *m, struct process *p,
    const struct sim_call *c, struct sim_range *r)
{
	struct vm_map_entry *e;

	if (r->start != r->end)
		return 0;
	if (!vm_map_lookup_entry(&p->vmspace->vm_map, r->start, &e))
		return BSD_FAIL(m, EINVAL, "addr", c->arg[0],
		    "length 0 means the mapping there, and there is none");
	*r = (struct sim_range){ e->start, e->end };
	return 0;
}

/* --------------------------------------------------------------- break --- */

int
sim_bsd_set_break(struct machine *m, struct process *p, uint64_t want,
    const struct sim_bsd_heap *heap)
{
	struct vmspace *vs = p->vmspace;
	vaddr_t new = pg_round(m, want) & sim_bsd_vamask(m);
	vaddr_t old = pg_round(m, vs->vm_daddr + pg_ptoa(m, vs->vm_dsize));
	const struct uvm_map_args args = {
		.start = old,
		.size = new - old,
		.prot = VM_PROT_READ | VM_PROT_WRITE,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true,
		.overlay = heap->amappad,
		.amappad = heap->amappad,
		.flags = heap->flags,
	};
	int error = 0;

	if (new > old)
		error = uvm_map(&vs->vm_map, &args);
	else if (new < old)
		error = uvm_unmap(&vs->vm_map, new, old);
	if (error != 0)
		return BSD_FAIL(m, ENOMEM, "addr", want,
		    new > old ? sim_bsd_unmapped(&vs->vm_map, &args, ENOMEM) :
				"no memory is left");
	vs->vm_dsize += pg_atop(m, new) - pg_atop(m, old);
	p->brk = want;
	return 0;
}

/* libc's: the break moves by incr; the old one is returned. */
int
sim_bsd_sbrk(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct sim_call brk = *c;
	vaddr_t old = p->brk;
	uint64_t none;
	int error;

	if (c->arg[0] != 0) {
		brk.no = SIM_SYS_BRK;
		brk.arg[0] = old + c->arg[0];
		error = p->personality->sys[SIM_SYS_BRK](m, p, &brk, &none);
		if (error != 0)
			return error;
	}
	*ret = old;
	return 0;
}

/* ------------------------------------------------------------- mincore --- */

struct residency {
	struct vm_map *map;
	uint8_t *vec; /* next byte */
};

/* A page of a device is always there. */
static int
store_residency(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	struct residency *res = ctx;
	const bool device = e->etype & UVM_ET_OBJ &&
	    e->object->pager->fault != NULL;

	for (; start < end; start += pg_size(res->map))
		*res->vec++ = device ||
		    sim_bsd_resident(res->map, e, start) != PFN_NONE;
	return 0;
}

int
sim_bsd_mincore(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct residency res = { map, c->vec };
	struct sim_range r;

	(void)ret;
	if (c->arg[0] & pg_mask(m))
		return BSD_FAIL(m, EINVAL, "addr", c->arg[0],
		    "the address is not page aligned");
	if (!sim_bsd_range(m, c->arg[0], c->arg[1], &r))
		return BSD_FAIL(m, EINVAL, "len", c->arg[1],
		    "the range wraps around the end of the address space");
	if (r.start == r.end)
		return BSD_FAIL(m, EINVAL, "len", c->arg[1], "the length is 0");
	if (c->vec == NULL || pg_atop(m, r.end - r.start) > c->vec_len)
		return BSD_FAIL(m, EFAULT, "vec", c->arg[2],
		    "vec has no room for a byte a page");
	if (vm_map_first_hole(map, r.start, r.end) != r.end)
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "there is a hole in the range");
	return sim_bsd_walk(map, &r, store_residency, &res);
}
