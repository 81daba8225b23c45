/*
 * RLIMIT_RSS (rss.h).
 */
#include "rss.h"
#include "vm/vm_map_reclaim.h"

static void
trim(struct machine *m, struct process *p)
{
	const uint64_t limit = p->rlimit[SIM_RLIMIT_RSS].cur;
	struct vm_map *map;

	if (limit == SIM_RLIM_INFINITY || p == m->kernel ||
	    p->state != SIM_RUNNING || !p->personality->rss_limit)
		return;
	map = &p->vmspace->vm_map;
	if (map->pmap->resident > pg_atop(m, limit))
		(void)uvm_map_trim(map, pg_atop(m, limit));
}

void
sim_rss_enforce(struct machine *m)
{
	struct vm *vm = &m->vm;
	struct process *p, *next;

	if (likely(vm->exp.free >= vm->pageout.wake) ||
	    vm->pageout.daemon == NULL || !vm->pageout.daemon->low(vm))
		return;
	HASH_ITER(hh, m->procs, p, next)
		trim(m, p);
}
