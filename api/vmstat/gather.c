/*
 * All that vmstat prints, asked for once.
 */
#include <errno.h>
#include <string.h>

#include "api/context.h"
#include "vmstat.h"

#define NSEC 1000000000u

/* Shares of the time since boot in whole percent; the rest is the system's. */
static void
gather_time(const struct machine *m, struct vmstat_cpu *cpu)
{
	uint64_t ns = sim_clock(m);
	uint64_t user = m->refs[0] + m->refs[1] + m->refs[2];
	uint64_t wait = sim_clock_disk(m);

	cpu->seconds = ns / NSEC + (ns % NSEC != 0 || ns == 0);
	if (ns == 0) {
		cpu->idle = 100;
		return;
	}
	cpu->user = (uint64_t)((double)user * 100 / (double)ns);
	cpu->wait = (uint64_t)((double)wait * 100 / (double)ns);
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
