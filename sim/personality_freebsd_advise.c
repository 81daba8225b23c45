/*
 * FreeBSD's madvise(2) and posix_madvise(2) (reference "FreeBSD syscalls" 5).
 *
 *	entry class	NORMAL RANDOM SEQUENTIAL NOSYNC AUTOSYNC NOCORE CORE:
 *			an attribute of the entries, which are clipped
 *	object class	WILLNEED DONTNEED FREE: about pages; guards are passed
 *			over and nothing is clipped
 *
 * Holes never fail.  DONTNEED never discards: it clears the reference and
 * modify bits and puts the pages aside.  FREE marks private pages clean, so
 * that they can be dropped when frames are short; until then they keep their
 * content.
 */
#include "personality_freebsd.h"

enum advice {
	NORMAL,
	RANDOM,
	SEQUENTIAL,
	WILLNEED,
	DONTNEED,
	FREE,
	NOSYNC,
	AUTOSYNC,
	NOCORE,
	CORE,
	PROTECT
};

/* The advice values that set or clear entry flags. */
static const struct {
	uint16_t set, clear;
} advice_flags[] = {
	[NOSYNC] = { UVM_MAP_NOSYNC, 0 },
	[AUTOSYNC] = { 0, UVM_MAP_NOSYNC },
	[NOCORE] = { UVM_MAP_NOCORE, 0 },
	[CORE] = { 0, UVM_MAP_NOCORE },
};

static bool
is_passed_over(const struct vm_map_entry *e)
{
	return e->flags & UVM_MAP_GUARD || e->etype & UVM_ET_SUBMAP;
}

static int
dontneed(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	return is_passed_over(e) ? 0 : uvm_map_dontneed(ctx, start, end);
}

static int
let_go(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	if (!is_passed_over(e))
		uvm_map_free(ctx, e, start, end);
	return 0;
}

static int
advise(struct vm_map *map, uint32_t advice, const struct sim_range *r)
{
	switch (advice) {
	case NORMAL:
	case RANDOM:
	case SEQUENTIAL:
		return uvm_map_advice(map, r->start, r->end, (uint8_t)advice);
	case WILLNEED: (void)sim_bsd_prefault(map, r->start, r->end); return 0;
	case DONTNEED: return sim_bsd_walk(map, r, dontneed, map);
	case FREE: return sim_bsd_walk(map, r, let_go, map);
	default:
		return uvm_map_setflags(map, r->start, r->end,
		    advice_flags[advice].set, advice_flags[advice].clear);
	}
}

/* The process is not killed when memory runs out; its children are. */
static int
protect(struct machine *m, struct process *p)
{
	if (p->uid != 0)
		return BSD_FAIL(m, EPERM, "advice", PROTECT,
		    "MADV_PROTECT is for the superuser");
	p->pflags |= SIM_P_PROTECTED;
	return 0;
}

int
sim_freebsd_madvise(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t mask = sim_bsd_vamask(m);
	uint32_t advice = (uint32_t)c->arg[2];
	struct sim_range r = { c->arg[0] & mask,
		(c->arg[0] + c->arg[1]) & mask };
	int error;

	(void)ret;
	if (advice == PROTECT)
		return protect(m, p);
	if (!sim_bsd_inside(map, &r))
		return sim_fail(m, EINVAL, "addr", c->arg[0], vm_map_min(map),
		    vm_map_max(map),
		    "the range lies outside the user's "
		    "address space");
	if (advice > PROTECT)
		return sim_fail(m, EINVAL, "advice", advice, NORMAL, PROTECT,
		    "no such advice");
	r.start = pg_trunc(m, r.start);
	r.end = pg_round(m, r.end);
	if (r.start == r.end)
		return 0;
	error = advise(map, advice, &r);
	return error == 0 ? 0 :
			    BSD_FAIL(m, error, "addr", c->arg[0],
				"the advice could not be carried out");
}
