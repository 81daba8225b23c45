/*
 * The counters: struct uvmexp, the VM's own, the machine's, then those of
 * larger pages, reservations, memory domains, TLBs and hashed page tables,
 * which are 0 where the machine has none; then what want of memory has done,
 * and what AIX's page stealer counts by kind of page.
 */
#include "stats.h"
#include "pmap/hpt.h"
#include "pmap/tlb.h"
#include "vm/vm_daemon_aix.h"

#include <string.h>

enum counter_of {
	OF_MACHINE, /* one number at the offset */
	OF_SIZES,   /* one for each size of page, summed */
	OF_DOMAINS, /* one in each memory domain, summed */
	OF_TLB,     /* in the sum over all processors */
	OF_CYCLES,  /* what the TLBs cost */
	OF_HPT,     /* in the hashed page table's */
	OF_AIX      /* in AIX's page stealer */
};

static const struct counter {
	const char *name;
	uint8_t of;
	size_t offset; /* in struct machine, or in what it is of */
} counters[] = {
#define X(member) \
	{ #member, OF_MACHINE, offsetof(struct machine, vm.exp.member) },
	UVMEXP_MEMBERS(X)
#undef X
#define X(member) \
	{ #member, OF_MACHINE, offsetof(struct machine, vm.stat.member) },
	    VMSTAT_MEMBERS(X)
#undef X
		{ "reads", OF_MACHINE,
		    offsetof(struct machine, vm.refs.kind[0]) },
	{ "writes", OF_MACHINE, offsetof(struct machine, vm.refs.kind[1]) },
	{ "fetches", OF_MACHINE, offsetof(struct machine, vm.refs.kind[2]) },
	{ "operations", OF_MACHINE, offsetof(struct machine, nops) },
	{ "promotions", OF_SIZES, offsetof(struct pmap_counters, promotions) },
	{ "demotions", OF_SIZES, offsetof(struct pmap_counters, demotions) },
	{ "mappings", OF_SIZES, offsetof(struct pmap_counters, mappings) },
	{ "p_failures", OF_SIZES, offsetof(struct pmap_counters, p_failures) },
#define X(member) \
	{ "reserv_" #member, OF_MACHINE, \
		offsetof(struct machine, vm.reservs.member) },
	VM_RESERV_COUNTERS(X)
#undef X
	    { "local_refs", OF_MACHINE,
		offsetof(struct machine, vm.refs.local) },
	{ "remote_refs", OF_MACHINE, offsetof(struct machine, vm.refs.remote) },
	{ "local_allocs", OF_DOMAINS, offsetof(struct vm_phys_domain, local) },
	{ "remote_allocs", OF_DOMAINS,
	    offsetof(struct vm_phys_domain, remote) },
#define X(member) \
	{ "tlb_" #member, OF_TLB, offsetof(struct tlb_counters, member) },
	TLB_COUNTERS(X)
#undef X
	    { "tlb_cycles", OF_CYCLES, 0 },
#define X(member) \
	{ "hpt_" #member, OF_HPT, offsetof(struct hpt_counters, member) },
	HPT_COUNTERS(X)
#undef X
	    { "laundry", OF_MACHINE,
		offsetof(struct machine, vm.pages.nlaundry) },
	{ "unswappable", OF_MACHINE,
	    offsetof(struct machine, vm.pages.nunswappable) },
	{ "lowmem_waits", OF_MACHINE,
	    offsetof(struct machine, vm.pageout.waits) },
	{ "lowmem_gained", OF_MACHINE,
	    offsetof(struct machine, vm.pageout.wait_pages) },
	{ "lowmem_failed", OF_MACHINE,
	    offsetof(struct machine, vm.pageout.failed) },
	{ "oom_kills", OF_MACHINE, offsetof(struct machine, oom_kills) },
#define X(member) \
	{ "disk_" #member, OF_MACHINE, offsetof(struct machine, io.member) },
	SIM_DISK_COUNTERS(X)
#undef X
#define X(member) \
	{ #member "_comp", OF_AIX, \
		offsetof(struct vm_aix, member[VM_AIX_COMP]) }, \
	    { #member "_file", OF_AIX, \
		    offsetof(struct vm_aix, member[VM_AIX_FILE]) },
	    X(nreplaced) X(nrepaged) X(rpgcnt)
#undef X
};

static uint64_t
at(const void *base, size_t offset)
{
	return *(const uint64_t *)(const void *)((const char *)base + offset);
}

static uint64_t
sum_of_sizes(const struct machine *m, size_t offset)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < PMAP_MAXSIZES; i++)
		n += at(&m->vm.pmaps.count, offset + i * sizeof(uint64_t));
	return n;
}

static uint64_t
sum_of_domains(const struct machine *m, size_t offset)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < m->vm.phys.ndomains; i++)
		n += at(&m->vm.phys.domain[i], offset);
	return n;
}

static uint64_t
of_tlb(const struct machine *m, const struct counter *c)
{
	const struct tlb *tlb = m->vm.pmaps.tlbm;
	struct tlb_counters sum;

	if (tlb == NULL)
		return 0;
	tlb_counters(tlb, tlb->ncpus, &sum);
	return c->of == OF_CYCLES ? tlb_cycles(tlb, &sum) : at(&sum, c->offset);
}

static uint64_t
of_hpt(const struct machine *m, const struct counter *c)
{
	const struct hpt *hpt = m->vm.pmaps.hpt;

	return hpt != NULL ? at(&hpt->stat, c->offset) : 0;
}

bool
sim_stat_at(const struct machine *m, size_t i, struct sim_stat *out)
{
	const struct counter *c;

	if (i >= NELEM(counters))
		return false;
	c = &counters[i];
	out->name = c->name;
	switch (c->of) {
	case OF_SIZES: out->value = sum_of_sizes(m, c->offset); break;
	case OF_DOMAINS: out->value = sum_of_domains(m, c->offset); break;
	case OF_TLB:
	case OF_CYCLES: out->value = of_tlb(m, c); break;
	case OF_HPT: out->value = of_hpt(m, c); break;
	case OF_AIX:
		out->value = vm_aix_of(&m->vm) != NULL ?
		    at(vm_aix_of(&m->vm), c->offset) :
		    0;
		break;
	default: out->value = at(m, c->offset); break;
	}
	return true;
}

bool
sim_stat_byname(const struct machine *m, const char *name, uint64_t *value)
{
	struct sim_stat s;

	for (size_t i = 0; i < NELEM(counters); i++)
		if (strcmp(counters[i].name, name) == 0) {
			(void)sim_stat_at(m, i, &s);
			*value = s.value;
			return true;
		}
	return false;
}
