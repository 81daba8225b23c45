/*
 * The clock: simulated time is a linear function of what has happened.
 *
 * Each counter has a cost in nanoseconds; the time since the start is the sum
 * of count times cost.  So time needs no work when things happen, and is the
 * same on every host.  The costs are round figures of a server of about 2020:
 * a system call 100 ns, a minor fault 500 ns of kernel work, copying or zeroing
 * a 4K page 200 ns, a TLB or cache friendly reference 1 ns, one to the memory
 * of another domain 1 ns more, fork 50 us before any page is copied.  Cycles of
 * modelled TLBs are 3 in a ns.  A process that sleeps lets all of that time
 * pass, and one that waits for a disk as much as the disk takes (disk.h).
 */
#include "common.h"
#include "stats.h"
#include "pmap/tlb.h"

#define GHZ 3 /* cycles of the TLBs and walkers in a nanosecond */

#define COST(member, ns, name) \
	{ \
		offsetof(struct vm, member), (ns), (name) \
	}

static const struct {
	size_t offset; /* of the counter in struct vm */
	uint64_t ns;
	const char *name; /* of what it pays for */
} costs[] = {
	COST(exp.syscalls, 100, "the system call"),
	COST(exp.faults, 500, "page faults"),
	COST(exp.fltamcopy, 300, "clearing needs-copy"),
	COST(exp.flt_acow, 200, "copying an anon's page"),
	COST(exp.flt_prcopy, 200, "copying an object's page"),
	COST(exp.flt_przero, 200, "filling with zeros"),
	COST(stat.aobjzero, 200, "filling shared memory with zeros"),
	COST(exp.fltnamap, 20, "mapping neighbours"),
	COST(exp.fltnomap, 20, "mapping neighbours of the object"),
	COST(exp.forks, 50000, "fork"),
	COST(refs.remote, 1, "going to another domain"),
};

static uint64_t
cost_at(const struct machine *m, size_t i)
{
	return costs[i].ns *
	    *(const uint64_t *)(const void *)((const char *)&m->vm +
		costs[i].offset);
}

/* The processor's work. */
static uint64_t
time_of_work(const struct machine *m)
{
	uint64_t ns = 0;

	for (size_t i = 0; i < NELEM(costs); i++)
		ns += cost_at(m, i);
	return ns;
}

/* Translations, where they are modelled. */
static uint64_t
time_of_tlb(const struct machine *m)
{
	const struct tlb *tlb = m->vm.pmaps.tlbm;
	struct tlb_counters sum;

	if (tlb == NULL)
		return 0;
	tlb_counters(tlb, tlb->ncpus, &sum);
	return tlb_cycles(tlb, &sum) / GHZ;
}

uint64_t
sim_clock_daemons(const struct machine *m)
{
	const uint64_t *refs = m->vm.refs.kind;

	return m->slept + m->io.wait + refs[0] + refs[1] + refs[2] +
	    time_of_work(m);
}

uint64_t
sim_clock(const struct machine *m)
{
	return sim_clock_daemons(m) + time_of_tlb(m);
}

uint64_t
sim_clock_disk(const struct machine *m)
{
	return m->io.wait;
}

bool
sim_clock_part(const struct machine *m, size_t i, struct sim_stat *part)
{
	const uint64_t *refs = m->vm.refs.kind;
	const struct sim_stat rest[] = {
		{ "the references", refs[0] + refs[1] + refs[2] },
		{ "TLBs and walks", time_of_tlb(m) },
		{ "waiting for disks", m->io.wait },
		{ "sleeping", m->slept },
	};

	if (i < NELEM(costs))
		*part = (struct sim_stat){ costs[i].name, cost_at(m, i) };
	else if (i - NELEM(costs) < NELEM(rest))
		*part = rest[i - NELEM(costs)];
	else
		return false;
	return true;
}
