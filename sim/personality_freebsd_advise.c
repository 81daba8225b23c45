/*
 * FreeBSD's madvise(2) and posix_madvise(2) (reference "FreeBSD syscalls" 5).
 *
 *	entry class	NORMAL RANDOM SEQUENTIAL NOSYNC AUTOSYNC NOCORE CORE:
 *			an attribute of the entries, which are clipped
 *	object class	WILLNEED DONTNEED FREE: about pages; guards are passed
 *			over and nothing is clipped
 *
 * Holes never fail.  DONTNEED never discards: it clears the reference and
 * modify bits and puts the pages aside.  FREE gives private pages up at once
 * (the real system does so when it needs them).
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

/*
 * The page-table pass of DONTNEED: A and M go; a modified page is marked dirty
 * first, so that nothing is lost.
 */
static void
clear_bits(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm *vm = map->vm;
	vaddr_t va = start;
	pfn_t pfn;

	for (; (va = pmap_next_mapped(map->pmap, va, end)) < end;
	     va += VM_PAGE_SIZE) {
		if (!pmap_extract(map->pmap, va, &pfn))
			continue;
		if (pmap_clear_modify(&vm->pmaps, pfn))
			uvm_pagemarkdirty(vm, pfn, PG_DIRTY);
		(void)pmap_clear_reference(&vm->pmaps, pfn);
	}
}

static int
dontneed(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	struct vm_map *map = ctx;

	if (e->flags & UVM_MAP_GUARD || e->etype & UVM_ET_SUBMAP)
		return 0;
	clear_bits(map, start, end);
	return uvm_map_clean(map, start, end, PGO_DEACTIVATE);
}

/* Memory with a file below, wired memory and shared amaps keep their pages. */
static int
give_up(void *ctx, struct vm_map_entry *e, vaddr_t start, vaddr_t end)
{
	if (e->amap == NULL || e->etype & UVM_ET_OBJ || e->wired_count > 0)
		return 0;
	return uvm_map_clean(ctx, start, end, PGO_FREE);
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
	case FREE: return sim_bsd_walk(map, r, give_up, map);
	default:
		return uvm_map_setflags(map, r->start, r->end,
		    advice_flags[advice].set, advice_flags[advice].clear);
	}
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
		return p->uid == 0 ? 0 :
				     BSD_FAIL(m, EPERM, "advice", advice,
					 "MADV_PROTECT is for the superuser");
	if (!sim_bsd_inside(map, &r))
		return sim_fail(m, EINVAL, "addr", c->arg[0], vm_map_min(map),
		    vm_map_max(map),
		    "the range lies outside the user's "
		    "address space");
	if (advice > PROTECT)
		return sim_fail(m, EINVAL, "advice", advice, NORMAL, PROTECT,
		    "no such advice");
	r.start = trunc_page(r.start);
	r.end = round_page(r.end);
	if (r.start == r.end)
		return 0;
	error = advise(map, advice, &r);
	return error == 0 ? 0 :
			    BSD_FAIL(m, error, "addr", c->arg[0],
				"the advice could not be carried out");
}
