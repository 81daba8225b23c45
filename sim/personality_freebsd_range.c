/*
 * FreeBSD's calls on ranges: munmap, mprotect, minherit, msync (reference
 * "FreeBSD syscalls" 4, 6).
 *
 * Addresses need no alignment.  munmap refuses ranges outside the address
 * space; mprotect and minherit cut them to it.  Holes are an error
 * (ENOMEM) for msync only.
 */
#include "personality_freebsd.h"

/* A range that may not wrap: the first test of most calls. */
static int
get_range(struct machine *m, const struct sim_call *c, struct sim_range *r)
{
	return sim_bsd_range(m, c->arg[0], c->arg[1], r) ?
	    0 :
	    BSD_FAIL(m, EINVAL, "len", c->arg[1],
		"the range wraps around the end of the address space");
}

static int
finish(struct machine *m, const struct sim_call *c, int error)
{
	return error == 0 ?
	    0 :
	    BSD_FAIL(m, error, "addr", c->arg[0],
		error == EACCES ? "more than the maximum protection there" :
				  "no memory is left");
}

/* -------------------------------------------------------------- munmap --- */

void
sim_freebsd_forget(struct process *p, const struct sim_range *r)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *e;

	if (p->anon_loc <= r->start || p->anon_loc > r->end ||
	    !vm_map_lookup_entry(map, p->anon_loc - 1, &e))
		return;
	if (e->end == p->anon_loc || r->end == p->anon_loc)
		p->anon_loc = e->start > r->start ? e->start : r->start;
}

int
sim_freebsd_munmap(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t anon_loc = p->anon_loc;
	struct sim_range r;
	int error;

	(void)ret;
	if (c->arg[1] == 0)
		return BSD_FAIL(m, EINVAL, "len", 0, "the length is 0");
	if (!sim_bsd_range(m, c->arg[0], c->arg[1], &r) ||
	    !sim_bsd_inside(map, &r))
		return sim_fail(m, EINVAL, "addr", c->arg[0], vm_map_min(map),
		    vm_map_max(map),
		    "the range lies outside the user's "
		    "address space");
	if (r.start == r.end)
		return 0;
	sim_freebsd_forget(p, &r);
	error = uvm_unmap(map, r.start, r.end);
	if (error != 0)
		p->anon_loc = anon_loc;
	return finish(m, c, error);
}

/* ------------------------------------------------------------ mprotect --- */

struct protection {
	vm_prot_t prot, maxprot; /* maxprot: what must be allowed */
};

/* A stack gap is held against the protection that growth gives. */
static int
may_protect(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	const struct protection *want = ctx;
	vm_prot_t max = e->max_protection;

	(void)start;
	(void)end;
	if (e->etype & UVM_ET_SUBMAP)
		return EINVAL;
	if (e->flags & UVM_MAP_STACKGAP)
		max = sim_gap_maxprot(e->aux);
	else if (e->flags & UVM_MAP_GUARD)
		return 0;
	return ((want->prot | want->maxprot) & ~max) != 0 ? EACCES : 0;
}

/* Gaps remember what the stack has become. */
static int
remember(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	const struct protection *want = ctx;
	vm_prot_t max;

	(void)start;
	(void)end;
	if (e->flags & UVM_MAP_STACKGAP) {
		max = want->maxprot != 0 ? want->maxprot :
					   sim_gap_maxprot(e->aux);
		e->aux = sim_gap_aux(sim_gap_guard(e->aux), want->prot, max);
	}
	return 0;
}

static int
protect(struct vm_map *map, const struct sim_range *r,
    const struct protection *want)
{
	uint32_t future = map->flags & VM_MAP_WIREFUTURE;
	int error = sim_bsd_begin(map);

	if (error != 0)
		return error;
	/* Only NetBSD wires what mprotect makes accessible. */
	map->flags &= ~(uint32_t)VM_MAP_WIREFUTURE;
	if (want->maxprot != 0)
		error = uvm_map_protect(map, r->start, r->end, want->maxprot,
		    true);
	if (error == 0)
		error = uvm_map_protect(map, r->start, r->end, want->prot,
		    false);
	map->flags |= future;
	sim_bsd_end(map);
	return error;
}

int
sim_freebsd_mprotect(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t prot = c->arg[2] & UINT32_MAX;
	struct protection want = { prot & VM_PROT_ALL, FREEBSD_PROT_MAX(prot) };
	struct sim_range r;
	int error;

	(void)ret;
	if (prot & ~(uint64_t)FREEBSD_PROT_BITS)
		return BSD_FAIL(m, EINVAL, "prot", prot,
		    "bits other than PROT_READ, PROT_WRITE, PROT_EXEC and "
		    "PROT_MAX() of them");
	if ((error = get_range(m, c, &r)) != 0)
		return error;
	if (r.start == r.end)
		return 0;
	if (want.maxprot != 0 && (want.prot & ~want.maxprot) != 0)
		return BSD_FAIL(m, ENOTSUP, "prot", prot,
		    "the protection is not within PROT_MAX()");
	sim_bsd_clamp(map, &r);
	if ((error = sim_bsd_walk(map, &r, may_protect, &want)) == 0 &&
	    (error = protect(map, &r, &want)) == 0)
		(void)sim_bsd_walk(map, &r, remember, &want);
	return finish(m, c, error);
}

/* ------------------------------------------------------------ minherit --- */

/* Is there a guard?  INHERIT_ZERO passes over them. */
static int
is_guard(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	(void)ctx;
	(void)start;
	(void)end;
	return e->flags & UVM_MAP_GUARD ? EEXIST : 0;
}

/*
 * Change the runs between guards.  A later one cannot fail: runs end at entry
 * borders except for the first and the last, and what those need is reserved.
 */
static int
inherit_zero(struct vm_map *map, const struct sim_range *r)
{
	struct vm_map_entry *e;
	vaddr_t va = r->start;
	int error = sim_bsd_begin(map);

	if (error != 0)
		return error;
	while (error == 0 && va < r->end) {
		struct sim_range run = { va, r->end };

		for (e = sim_bsd_first(map, va);
		     e != &map->header && e->start < r->end; e = e->next)
			if (e->flags & UVM_MAP_GUARD)
				break;
		va = r->end;
		if (e != &map->header && e->start < r->end) {
			run.end = e->start;
			va = e->end;
		}
		if (run.end > run.start)
			error = uvm_map_inherit(map, run.start, run.end,
			    VM_INHERIT_ZERO);
	}
	sim_bsd_end(map);
	return error;
}

int
sim_freebsd_minherit(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint32_t inherit = (uint32_t)c->arg[2];
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, c, &r)) != 0)
		return error;
	if (inherit > VM_INHERIT_ZERO)
		return sim_fail(m, EINVAL, "inherit", inherit, VM_INHERIT_SHARE,
		    VM_INHERIT_ZERO, "no such inheritance");
	sim_bsd_clamp(map, &r);
	if (r.start == r.end)
		return 0;
	if (inherit == VM_INHERIT_ZERO &&
	    sim_bsd_walk(map, &r, is_guard, NULL) != 0)
		error = inherit_zero(map, &r);
	else
		error = uvm_map_inherit(map, r.start, r.end, (uint8_t)inherit);
	return finish(m, c, error);
}

/* --------------------------------------------------------------- msync --- */

#define MS_ASYNC_ 1u
#define MS_INVALIDATE_ 2u

struct sync {
	struct vm_map *map;
	uint32_t flags;
	vaddr_t end; /* of the range */
};

/* Entries are tested in order, so the earlier problem wins. */
static int
may_sync(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	const struct sync *s = ctx;

	(void)start;
	if (s->flags & MS_INVALIDATE_ && e->wired_count > 0)
		return EBUSY;
	return end < s->end && e->next->start > e->end ? ENOMEM : 0;
}

static int
sync_entry(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	const struct sync *s = ctx;
	int error = 0;

	if (e->etype & UVM_ET_OBJ)
		error = uvm_map_clean(s->map, start, end,
		    PGO_CLEANIT | (s->flags & MS_ASYNC_ ? 0 : PGO_SYNCIO));
	if (error == 0 && s->flags & MS_INVALIDATE_)
		pmap_remove(s->map->pmap, start, end);
	return error == 0 || error == ENOMEM ? error : EIO;
}

int
sim_freebsd_msync(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct sync s = { .map = map, .flags = (uint32_t)c->arg[2] };
	struct vm_map_entry *e;
	struct sim_range r;
	int error;

	(void)ret;
	if ((error = get_range(m, c, &r)) != 0)
		return error;
	if (s.flags & MS_ASYNC_ && s.flags & MS_INVALIDATE_)
		return BSD_FAIL(m, EINVAL, "flags", s.flags,
		    "MS_ASYNC and MS_INVALIDATE exclude each other");
	sim_bsd_clamp(map, &r);
	if (!vm_map_lookup_entry(map, r.start, &e))
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "nothing is mapped at the start");
	if (r.start == r.end)
		r = (struct sim_range){ e->start, e->end };
	s.end = r.end;
	if ((error = sim_bsd_walk(map, &r, may_sync, &s)) == 0)
		error = sim_bsd_walk(map, &r, sync_entry, &s);
	return error == 0 ?
	    0 :
	    BSD_FAIL(m, error, "addr", c->arg[0],
		error == EBUSY      ? "MS_INVALIDATE over locked memory" :
		    error == ENOMEM ? "there is a hole in the range" :
				      "a page could not be written");
}
