/*
 * Processors, and what goes on beside the processes.
 *
 * A process runs on one processor and stays there until it is placed on
 * another; a child runs where its parent does.  Before it acts the machine
 * turns to that processor, so that pages come from its domain and references
 * go through its TLB.
 *
 * Behind each operation, where there are larger pages or a page daemon with a
 * clock, the VM is told the time (FreeBSD's tick of 1 ms), and khugepaged makes
 * its pass when 10 s of simulated time are over (scan_sleep_millisecs).  A
 * sleep is cut into pieces of that length, so that khugepaged makes each of its
 * passes.
 */
#include "aix_paging.h"
#include "common.h"
#include "pmap/tlb.h"
#include "vm/vm_super.h"

#define TICK_NS 1000000
#define SECOND_NS 1000000000

int
sim_sys_cpu(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	(void)ret;
	if (c->arg[0] >= m->config.cpus)
		return sim_fail(m, EINVAL, "cpu", c->arg[0], 0,
		    m->config.cpus - 1, "the machine has no such processor");
	p->cpu = (uint32_t)c->arg[0];
	return 0;
}

void
sim_cpu_enter(struct machine *m, const struct process *p)
{
	m->vm.curcpu = p->cpu;
	sim_aix_enter(m, p);
	if (p->vmspace != NULL)
		tlb_switch(&m->vm.pmaps, p->cpu, p->vmspace->vm_map.pmap);
}

void
sim_cpu_leave(struct machine *m)
{
	const struct vm_daemon *daemon = m->vm.pageout.daemon;
	const bool timed = daemon != NULL && daemon->tick != NULL;
	uint64_t now;

	sim_aix_leave(m);
	if (m->config.superpages == VM_SUPER_NEVER && !timed)
		return;
	now = sim_clock_daemons(m);
	m->vm.tick = now / TICK_NS;
	if (timed)
		vm_pageout_tick(&m->vm);
	if (m->config.superpages != VM_SUPER_COLLAPSE || now < m->next_scan)
		return;
	(void)vm_super_scan(&m->vm, 0);
	m->next_scan = now + SIM_SCAN_SLEEP;
}

int
sim_sys_sleep(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	const uint64_t left = (SIM_MAX_SLEPT - m->slept) / SECOND_NS;
	uint64_t ns, piece;

	(void)p;
	(void)ret;
	if (c->arg[0] > left)
		return sim_fail(m, EINVAL, "seconds", c->arg[0], 0, left,
		    "the machine runs no longer than 1000 days");
	for (ns = c->arg[0] * SECOND_NS; ns > 0; ns -= piece) {
		piece = ns < SIM_SCAN_SLEEP ? ns : SIM_SCAN_SLEEP;
		m->slept += piece;
		sim_cpu_leave(m);
	}
	return 0;
}
