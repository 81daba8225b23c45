/*
 * All that vmstat prints, asked for once.
 */
#include <errno.h>
#include <string.h>

#include "api/context.h"
#include "vmstat.h"

#define NSEC 1000000000u

/* part of whole in percent, cut off, at most max */
static uint64_t
percent(uint64_t part, uint64_t whole, uint64_t max)
{
	uint64_t v;

	for (; part > UINT64_MAX / 100; part /= 2)
		whole /= 2;
	v = whole > 0 ? part * 100 / whole : max;
	return v < max ? v : max;
}

/* Shares of the time since boot; the rest is the system's. */
static void
gather_time(const struct machine *m, struct vmstat_cpu *cpu)
{
	uint64_t ns = sim_clock(m);

	cpu->seconds = ns / NSEC + (ns % NSEC != 0 || ns == 0);
	if (ns == 0) {
		cpu->idle = 100;
		return;
	}
	cpu->user = percent(m->vm.refs.kind[0] + m->vm.refs.kind[1] +
		m->vm.refs.kind[2],
	    ns, 100);
	cpu->wait = percent(sim_clock_disk(m), ns, 100 - cpu->user);
	cpu->system = 100 - cpu->user - cpu->wait;
}

static int
gather_cpu(struct vmstat_cpu *cpu)
{
	struct machine *m = api_machine();
	struct process *p, *next;

	memset(cpu, 0, sizeof(*cpu));
	if (m == NULL)
		return -1;
	cpu->number = m->config.cpus;
	HASH_ITER(hh, m->procs, p, next)
		cpu->runnable += p != m->kernel && p->state == SIM_RUNNING;
	gather_time(m, cpu);
	cpu->switches = m->vm.exp.swtch;
	cpu->interrupts = m->vm.exp.intrs;
	cpu->softs = m->vm.exp.softs;
	cpu->traps = m->vm.exp.traps;
	cpu->syscalls = m->vm.exp.syscalls;
	return 0;
}

int
vmstat_gather(struct vmstat_data *d)
{
	psize_t sizes[VMSTAT_MAXPSIZES];

	memset(d, 0, sizeof(*d));
	d->npsizes = vmgetinfo(sizes, VMINFO_GETPSIZES, VMSTAT_MAXPSIZES);
	if (d->npsizes < 0 || vmgetinfo(&d->v, VMINFO64, sizeof(d->v)) != 0)
		return -1;
	for (int i = 0; i < d->npsizes; i++) {
		d->psize[i].psize = sizes[i];
		if (vmgetinfo(&d->psize[i], VMINFO_PSIZE,
			sizeof(d->psize[i])) != 0)
			return -1;
	}
	return gather_cpu(&d->cpu);
}
