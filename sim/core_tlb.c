/*
 * Core section "tlb": what the TLBs and the hashed page table hold, for what
 * they count next depends on it.
 *
 * A machine without them has an empty section.  That entries fit the page
 * tables is tlb_check()'s and hpt_check()'s to find; what a section says is
 * believed within the arrays that the configuration has made.
 */
#include <errno.h>

#include "core_section.h"
#include "pmap/hpt.h"
#include "pmap/tlb.h"

#define TLB_NCOUNTERS (sizeof(struct tlb_counters) / sizeof(uint64_t))
#define HPT_NCOUNTERS (sizeof(struct hpt_counters) / sizeof(uint64_t))

/* -------------------------------------------------------- processors ---- */

static void
put_cpu(struct core_out *out, const struct tlb *tlb, const struct tlb_cpu *cpu)
{
	const uint64_t *count = (const uint64_t *)&cpu->count;
	uint32_t n = 0;

	sim_core_put(out, cpu->pmap != NULL ? cpu->pmap->id : 0, 4);
	for (unsigned i = 0; i < 3; i++)
		sim_core_put(out, cpu->refs[i], 8);
	for (size_t i = 0; i < TLB_NCOUNTERS; i++)
		sim_core_put(out, count[i], 8);
	for (uint32_t i = 0; i < tlb->nwords; i++)
		n += cpu->word[i] != 0;
	sim_core_put(out, n, 4);
	for (uint32_t i = 0; i < tlb->nwords; i++)
		if (cpu->word[i] != 0) {
			sim_core_put(out, i, 4);
			sim_core_put(out, cpu->word[i], 8);
		}
}

static struct pmap *
get_pmap(struct core_load *load)
{
	const struct pmap_system *sys = &load->m->vm.pmaps;
	const uint32_t id = (uint32_t)sim_core_get_within(&load->in, 4, 0,
	    PMAP_MAXID, "address space of a processor");

	if (id != 0 && sys->byid[id] == NULL)
		sim_core_refuse(&load->in, "there is no pmap %u", id);
	return id != 0 ? sys->byid[id] : NULL;
}

static void
get_cpu(struct core_load *load, const struct tlb *tlb, struct tlb_cpu *cpu)
{
	struct core_in *in = &load->in;
	uint64_t *count = (uint64_t *)&cpu->count;
	uint32_t n, at = 0;

	cpu->pmap = get_pmap(load);
	for (unsigned i = 0; i < 3; i++)
		cpu->refs[i] = sim_core_get_within(in, 8, 0, CORE_MAXCOUNT,
		    "references of a processor");
	for (size_t i = 0; i < TLB_NCOUNTERS; i++)
		count[i] = sim_core_get_within(in, 8, 0, CORE_MAXCOUNT,
		    "counter of TLBs");
	n = sim_core_get_count(in, 12, "entries of TLBs");
	for (; n > 0 && sim_core_in_ok(in); n--) {
		at = (uint32_t)sim_core_get_within(in, 4, at + 1ull,
		    tlb->nwords - 1ull, "place of an entry");
		if (sim_core_in_ok(in))
			cpu->word[at] = sim_core_get(in, 8);
	}
}

/* Which processors may hold entries of each address space. */
static void
put_pmaps(struct core_out *out, const struct pmap_system *sys)
{
	uint32_t n = 0;

	for (uint32_t id = 1; id <= sys->maxid; id++)
		n += sys->byid[id] != NULL;
	sim_core_put(out, n, 4);
	for (uint32_t id = 1; id <= sys->maxid; id++)
		if (sys->byid[id] != NULL) {
			sim_core_put(out, id, 4);
			sim_core_put(out, sys->byid[id]->tlb_cpus, 8);
			sim_core_put(out, sys->byid[id]->tlb_stale, 8);
		}
}

static void
get_pmaps(struct core_load *load)
{
	struct core_in *in = &load->in;
	const struct pmap_system *sys = &load->m->vm.pmaps;
	const uint32_t ncpus = sys->tlbm->ncpus;
	const uint64_t all = ncpus < 64 ? ((uint64_t)1 << ncpus) - 1 :
					  UINT64_MAX;
	uint32_t n = sim_core_get_count(in, 20, "address spaces"), id = 0;

	for (; n > 0 && sim_core_in_ok(in); n--) {
		id = (uint32_t)sim_core_get_within(in, 4, id + 1ull, PMAP_MAXID,
		    "address space");
		if (!sim_core_in_ok(in) || sys->byid[id] == NULL) {
			sim_core_refuse(in, "there is no pmap %u", id);
			return;
		}
		sys->byid[id]->tlb_cpus = sim_core_get_within(in, 8, 0, all,
		    "processors of an address space");
		sys->byid[id]->tlb_stale = sim_core_get_within(in, 8, 0, all,
		    "processors of an address space");
		if ((sys->byid[id]->tlb_stale & ~sys->byid[id]->tlb_cpus) != 0)
			sim_core_refuse(in,
			    "pmap %u has stale entries where it has none", id);
	}
}

/* A processor runs no kernel's pmap, and one that it knows. */
static void
check_current(struct core_load *load, const struct tlb *tlb)
{
	for (uint32_t i = 0; i < tlb->ncpus; i++) {
		const struct pmap *pmap = tlb->cpu[i].pmap;

		if (pmap != NULL &&
		    (pmap->kernel || (pmap->tlb_cpus >> i & 1) == 0))
			sim_core_refuse(&load->in,
			    "processor %u does not know pmap %u, which it runs",
			    i, pmap->id);
	}
}

/* ------------------------------------------------- hashed page table ---- */

/*
 * Without a model of TLBs a lookup in the hashed table is what the software TLB
 * does not know, and so that is state.  In a slot is one page, known for some
 * kinds of access.
 */
static unsigned
slot_kinds(const struct pmap_tlb *tlb, unsigned slot, uint64_t *page)
{
	unsigned kinds = 0;

	for (unsigned kind = 0; kind < 3; kind++)
		if (tlb->tag[kind][slot] != PMAP_TLB_EMPTY) {
			kinds |= 1u << kind;
			*page = tlb->tag[kind][slot];
		}
	return kinds;
}

static void
put_software(struct core_out *out, const struct pmap_system *sys)
{
	uint32_t n = 0;
	uint64_t page = 0;

	for (unsigned pass = 0; pass < 2; pass++) {
		for (uint32_t id = 1; id <= sys->maxid; id++) {
			const struct pmap *pmap = sys->byid[id];
			unsigned kinds, slot;

			if (pmap == NULL || pmap->tlb == NULL)
				continue;
			for (slot = 0; slot < PMAP_TLB_SLOTS; slot++) {
				kinds = slot_kinds(pmap->tlb, slot, &page);
				n += kinds != 0;
				if (kinds == 0 || pass == 0)
					continue;
				sim_core_put(out, id, 4);
				sim_core_put(out, page, 8);
				sim_core_put(out, kinds, 1);
			}
		}
		if (pass == 0)
			sim_core_put(out, n, 4);
	}
}

/* By rising pmap and slot, so that each slot is there once. */
static void
get_software(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct pmap_system *sys = &load->m->vm.pmaps;
	uint32_t n = sim_core_get_count(in, 13, "pages known");
	uint64_t last = 0;

	for (; n > 0 && sim_core_in_ok(in); n--) {
		uint32_t id = (uint32_t)sim_core_get_within(in, 4, 1,
		    PMAP_MAXID, "address space");
		uint64_t page = sim_core_get_within(in, 8, 0,
		    UINT64_MAX >> sys->page_shift, "page known");
		unsigned kinds = (unsigned)sim_core_get_within(in, 1, 1, 7,
		    "kinds of access");
		uint64_t at = (uint64_t)id * PMAP_TLB_SLOTS +
		    page % PMAP_TLB_SLOTS;
		int error;

		if (!sim_core_in_ok(in))
			return;
		error = sys->byid[id] == NULL || at <= last ?
		    EINVAL :
		    pmap_set_tlb(sys->byid[id], pg_ptoa(sys, page), kinds);
		if (error == ENOMEM)
			sim_core_refuse_errno(in, error);
		else if (error != 0)
			sim_core_refuse(in,
			    "page 0x%llx of pmap %u cannot be known here",
			    (unsigned long long)page, id);
		last = at;
	}
}

static uint32_t
nentries(const struct hpt *h)
{
	return h->ngroups * HPT_GROUP;
}

static void
put_hpt(struct core_out *out, const struct hpt *h)
{
	const uint64_t *count = (const uint64_t *)&h->stat;

	sim_core_put(out, h->used, 4);
	for (uint32_t n = 0; n < nentries(h); n++)
		if (h->entry[n].v != 0) {
			sim_core_put(out, n, 4);
			sim_core_put(out, h->entry[n].key, 8);
			sim_core_put(out, h->entry[n].r, 8);
		}
	sim_core_put(out, h->victim, 4);
	for (size_t i = 0; i < HPT_NCOUNTERS; i++)
		sim_core_put(out, count[i], 8);
}

static void
get_hpt(struct core_load *load, struct hpt *h)
{
	struct core_in *in = &load->in;
	uint64_t *count = (uint64_t *)&h->stat, key, r;
	uint32_t left = sim_core_get_count(in, 20, "hashed entries"), n;

	for (; left > 0 && sim_core_in_ok(in); left--) {
		n = (uint32_t)sim_core_get_within(in, 4, 0, nentries(h) - 1ull,
		    "place of a hashed entry");
		key = sim_core_get(in, 8);
		r = sim_core_get(in, 8);
		if (sim_core_in_ok(in) && !hpt_put(h, n, key, r))
			sim_core_refuse(in, "hashed entry %u is none", n);
	}
	h->victim = (uint32_t)sim_core_get(in, 4);
	for (size_t i = 0; i < HPT_NCOUNTERS; i++)
		count[i] = sim_core_get_within(in, 8, 0, CORE_MAXCOUNT,
		    "counter of the hashed table");
}

/* ------------------------------------------------------- the section ---- */

void
sim_core_put_tlb(struct core_out *out, struct machine *m)
{
	const struct pmap_system *sys = &m->vm.pmaps;
	const struct tlb *tlb = sys->tlbm;

	if (tlb != NULL) {
		sim_core_put(out, (uint64_t)(tlb->now - tlb->cpu), 4);
		for (uint32_t i = 0; i < tlb->ncpus; i++)
			put_cpu(out, tlb, &tlb->cpu[i]);
		put_pmaps(out, sys);
	}
	if (sys->hpt == NULL)
		return;
	if (tlb == NULL)
		put_software(out, sys);
	put_hpt(out, sys->hpt);
}

void
sim_core_get_tlb(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct pmap_system *sys = &load->m->vm.pmaps;
	struct tlb *tlb = sys->tlbm;
	const char *why;

	if (tlb != NULL) {
		tlb->now = &tlb->cpu[sim_core_get_within(in, 4, 0,
		    tlb->ncpus - 1ull, "processor")];
		for (uint32_t i = 0; i < tlb->ncpus && sim_core_in_ok(in); i++)
			get_cpu(load, tlb, &tlb->cpu[i]);
		if (sim_core_in_ok(in))
			get_pmaps(load);
		check_current(load, tlb);
		if (sim_core_in_ok(in) && (why = tlb_check(tlb)) != NULL)
			sim_core_refuse(in, "TLBs: %s", why);
	}
	if (sys->hpt == NULL || !sim_core_in_ok(in))
		return;
	if (tlb == NULL)
		get_software(load);
	get_hpt(load, sys->hpt);
}
