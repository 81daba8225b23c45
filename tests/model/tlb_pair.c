/*
 * The TLB model and the naive one, side by side.
 */
#include "tlb_pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
pair_init(struct pair *p, const struct tlb_preset *preset,
    const struct pmap_geometry *geo, unsigned ncpus)
{
	memset(p, 0, sizeof(*p));
	p->sys.geo = geo;
	p->sys.page_shift = geo->page_shift;
	p->sys.mem = mem_create();
	for (unsigned i = 0; i < NAIVE_SPACES; i++) {
		p->pmap[i].sys = &p->sys;
		p->pmap[i].id = 40 + i;
		p->pmap[i].kernel = i == 0;
		p->pmap[i].page_shift = geo->page_shift;
	}
	if (tlb_create(&p->sys, preset, ncpus) != 0)
		abort();
	p->naive = naive_new(preset, geo, ncpus);
}

void
pair_fini(struct pair *p)
{
	tlb_destroy(&p->sys);
	if (mem_in_use(p->sys.mem) != 0)
		abort();
	mem_destroy(p->sys.mem);
	naive_free(p->naive);
}

void
pair_run(struct pair *p, unsigned cpu, unsigned space)
{
	tlb_switch(&p->sys, cpu, &p->pmap[space]);
	naive_run(p->naive, cpu, space);
	p->cpu = cpu;
	p->space = space;
}

void
pair_ref(struct pair *p, unsigned space, vaddr_t va, unsigned psind,
    unsigned kind)
{
	tlb_reference(p->sys.tlbm, &p->pmap[space], va, psind, kind);
	naive_ref(p->naive, space, va, psind, kind);
}

#define SAME(what, model, naive) \
	if ((model) != (naive)) { \
		snprintf(buf, len, "cpu %u %s: %llu, naive %llu", cpu, what, \
		    (unsigned long long)(model), (unsigned long long)(naive)); \
		return buf; \
	}

static const char *
compare_cpu(struct pair *p, unsigned cpu, char *buf, size_t len)
{
	const struct naive_counts *n = naive_counts(p->naive, cpu);
	struct tlb_counters c;

	tlb_counters(p->sys.tlbm, cpu, &c);
	SAME("l1d_hits", c.l1d_hits, n->data_refs - n->data_misses);
	SAME("l1d_misses", c.l1d_misses, n->data_misses);
	SAME("l1i_hits", c.l1i_hits, n->fetches - n->fetch_misses);
	SAME("l1i_misses", c.l1i_misses, n->fetch_misses);
	SAME("l2_hits", c.l2_hits, n->l2_hits);
	SAME("l2_misses", c.l2_misses, n->l2_misses);
	SAME("leftover_hits", c.leftover_hits, n->leftovers);
	SAME("walks", c.walks, n->walks);
	SAME("walks by size", c.walks_base + c.walks_large, n->walks);
	SAME("walk_refs", c.walk_refs, n->walk_refs);
	SAME("pwc_hits", c.pwc_hits, n->pwc_hits);
	SAME("switches", c.switches, n->switches);
	SAME("switch_flushes", c.switch_flushes, n->switch_flushes);
	SAME("lazy_flushes", c.lazy_flushes, n->lazy_flushes);
	SAME("shootdowns", c.shootdowns, n->shootdowns);
	SAME("ipi_rounds", c.ipi_rounds, n->rounds);
	SAME("ipis_sent", c.ipis_sent, n->sent);
	SAME("ipis_received", c.ipis_received, n->received);
	SAME("pages_invalidated", c.pages_invalidated, n->pages);
	SAME("full_flushes", c.full_flushes, n->full);
	return NULL;
}

const char *
pair_compare(struct pair *p, char *buf, size_t len)
{
	const char *why = NULL;

	for (unsigned i = 0; i < p->sys.tlbm->ncpus && why == NULL; i++)
		why = compare_cpu(p, i, buf, len);
	return why;
}
