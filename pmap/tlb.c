/*
 * The TLB model: building it from a preset, references, counters.
 *
 * A reference asks L1, for the page's own size first and then, on a machine
 * whose promotion leaves smaller entries behind, for each smaller size; then L2
 * in the same way; then it walks.  A hit in L2 fills L1, a walk fills both;
 * the entry is of the size that hit, or of the page.  What L1 drops stays in
 * L2 if it is there, and what L2 drops stays in L1: no level includes or
 * excludes the other.  All sizes of a level are asked at once in hardware, so
 * the order in which they are asked here costs nothing.
 *
 * Arrays of a processor lie in one block of words, so that an L1 set of any
 * size and kind is one index.  Word 0 is the set of pages that L1 cannot hold.
 */
#include "pmap_internal.h"
#include "tlb_internal.h"

#include <assert.h>
#include <errno.h>

#define COUNTER(member) { #member, offsetof(struct tlb_counters, member) },
const struct tlb_counter_name tlb_counter_names[] = { TLB_COUNTERS(
    COUNTER){ NULL, 0 } };

/* ------------------------------------------------------------ building ---- */

static void
build_array(struct tlb *t, const struct tlb_array_spec *spec,
    struct tlb_array *a)
{
	if (spec->entries == 0)
		return;
	a->ways = spec->ways != 0 ? spec->ways : spec->entries;
	a->mask = spec->entries / a->ways - 1;
	a->first = t->preset.policy == TLB_PLRU ? 2 : 0;
	a->stride = a->ways + a->first;
	a->base = t->nwords;
	t->nwords += (a->mask + 1) * a->stride;
}

/* The array of this place for pages of this size, and the piece it holds. */
static void
build_use(struct tlb *t, unsigned place, unsigned psind)
{
	const struct pmap_geometry *geo = t->sys->geo;
	struct tlb_use *use = &t->use[place][psind];

	for (unsigned i = 0; i < TLB_MAXARRAYS; i++) {
		const struct tlb_array_spec *spec = &t->preset.array[place][i];
		unsigned p = psind;

		if (spec->entries == 0)
			continue;
		while (p > 0 && spec->pieces && geo->sizes[p].shift > spec->hi)
			p--;
		if (geo->sizes[p].shift < spec->lo ||
		    geo->sizes[p].shift > spec->hi)
			continue;
		if (use->array != NULL && p <= use->psind)
			continue;
		use->array = &t->array[place][i];
		use->shift = geo->sizes[p].shift;
		use->psind = (uint8_t)p;
	}
}

static void
build(struct tlb *t)
{
	const struct pmap_geometry *geo = t->sys->geo;
	const struct tlb_preset *p = &t->preset;

	t->nwords = 1;
	for (unsigned place = 0; place < TLB_NPLACES; place++)
		for (unsigned i = 0; i < TLB_MAXARRAYS; i++)
			build_array(t, &p->array[place][i],
			    &t->array[place][i]);
	for (unsigned h = 0; h < TLB_MAXHEIGHT; h++) {
		build_array(t, &p->pwc[h], &t->pwc[h]);
		t->has_pwc = t->has_pwc || p->pwc[h].entries != 0;
	}
	for (unsigned s = 0; s < geo->nsizes; s++) {
		t->levels[s] = geo->sizes[s].kind == PMAP_SIZE_LEAF ?
		    geo->sizes[s].level + 1 :
		    geo->nlevels;
		for (unsigned place = 0; place < TLB_NPLACES; place++)
			build_use(t, place, s);
	}
	t->swaps = p->policy == TLB_LRU;
	for (unsigned i = 0; i < TLB_MAXARRAYS; i++)
		t->swaps = t->swaps && t->array[TLB_L1D][i].ways != 1 &&
		    t->array[TLB_L1I][i].ways != 1;
	t->bare = t->nwords == 1 && t->sys->hpt == NULL;
	if (p->array[TLB_L1I][0].entries == 0)
		memcpy(t->use[TLB_L1I], t->use[TLB_L1D], sizeof(t->use[0]));
	if (p->array[TLB_L2I][0].entries == 0)
		memcpy(t->use[TLB_L2I], t->use[TLB_L2D], sizeof(t->use[0]));
}

/* The software TLBs are larger with a model than without. */
static void
free_software(struct pmap_system *sys)
{
	for (uint32_t id = 1; id <= sys->maxid; id++)
		if (sys->byid[id] != NULL)
			tlb_free(sys->byid[id]);
}

static size_t
tlb_size(uint32_t ncpus)
{
	return sizeof(struct tlb) + ncpus * sizeof(struct tlb_cpu);
}

int
tlb_create(struct pmap_system *sys, const struct tlb_preset *preset,
    uint32_t ncpus)
{
	struct tlb *t;

	if (ncpus == 0 || ncpus > TLB_MAXCPUS ||
	    tlb_preset_check(preset) != NULL)
		return EINVAL;
	t = mem_zalloc(sys->mem, tlb_size(ncpus));
	if (t == NULL)
		return ENOMEM;
	t->sys = sys;
	t->preset = *preset;
	t->ncpus = ncpus;
	t->now = &t->cpu[0];
	build(t);
	for (uint32_t i = 0; i < ncpus; i++) {
		struct tlb_cpu *c = &t->cpu[i];

		c->word = mem_zalloc(sys->mem, t->nwords * sizeof(*c->word));
		if (c->word == NULL) {
			t->ncpus = i;
			while (i-- > 0)
				mem_free(sys->mem, t->cpu[i].word,
				    t->nwords * sizeof(*c->word));
			mem_free(sys->mem, t, tlb_size(ncpus));
			return ENOMEM;
		}
	}
	tlb_destroy(sys);
	free_software(sys);
	sys->tlbm = t;
	return 0;
}

void
tlb_destroy(struct pmap_system *sys)
{
	struct tlb *t = sys->tlbm;

	if (t == NULL)
		return;
	free_software(sys);
	for (uint32_t i = 0; i < t->ncpus; i++)
		mem_free(sys->mem, t->cpu[i].word,
		    t->nwords * sizeof(*t->cpu[i].word));
	mem_free(sys->mem, t, tlb_size(t->ncpus));
	sys->tlbm = NULL;
	for (uint32_t id = 1; id <= sys->maxid; id++)
		if (sys->byid[id] != NULL)
			sys->byid[id]->tlb_cpus = sys->byid[id]->tlb_stale = 0;
}

/* ---------------------------------------------------------- references ---- */

uint64_t
tlb_l1_tag(const struct tlb *t, const struct pmap *pmap, vaddr_t va,
    unsigned psind, unsigned kind)
{
	const struct tlb_use *u = &t->use[kind == 2 ? TLB_L1I : TLB_L1D][psind];

	return u->array == NULL ? 1 :
				  tlb_tag(tlb_id(pmap), va, u->shift, u->psind);
}

uint32_t
tlb_l1_set(const struct tlb *t, vaddr_t va, unsigned psind, unsigned kind)
{
	const struct tlb_use *u = &t->use[kind == 2 ? TLB_L1I : TLB_L1D][psind];

	return u->array == NULL ? 0 : tlb_set(u->array, va, u->shift);
}

/* Ask a level for pages of one size. */
static inline bool
ask(const struct tlb_use *u, uint64_t *word, uint64_t id, vaddr_t va)
{
	return u->array != NULL &&
	    tlb_probe(u->array, &word[tlb_set(u->array, va, u->shift)],
		tlb_tag(id, va, u->shift, u->psind));
}

/*
 * Ask it for entries smaller than the page, where promotion leaves them behind.
 * => their psind, or -1
 */
static int
ask_smaller(const struct tlb *t, const struct tlb_use *use, uint64_t *word,
    uint64_t id, vaddr_t va, unsigned psind)
{
	if (t->sys->geo->pte.promoted != 0)
		while (psind-- > 0)
			if (ask(&use[psind], word, id, va))
				return (int)psind;
	return -1;
}

static inline void
fill(const struct tlb_use *u, uint64_t *word, uint64_t id, vaddr_t va)
{
	if (u->array != NULL)
		tlb_insert(u->array, &word[tlb_set(u->array, va, u->shift)],
		    tlb_tag(id, va, u->shift, u->psind));
}

/* L1 does not know the page in its own size. */
static void __attribute__((noinline)) ask_on(struct tlb *t, struct pmap *pmap,
    vaddr_t va, unsigned psind, unsigned kind)
{
	struct tlb_cpu *c = t->now;
	const struct tlb_use *l1 = t->use[kind == 2 ? TLB_L1I : TLB_L1D];
	const struct tlb_use *l2 = t->use[kind == 2 ? TLB_L2I : TLB_L2D];
	uint64_t id = tlb_id(pmap);
	int hit;

	if (psind != 0 && ask_smaller(t, l1, c->word, id, va, psind) >= 0) {
		c->count.leftover_hits++;
		return;
	}
	if (kind == 2)
		c->count.l1i_misses++;
	else
		c->count.l1d_misses++;
	if (ask(&l2[psind], c->word, id, va)) {
		c->count.l2_hits++;
		fill(&l1[psind], c->word, id, va);
		return;
	}
	hit = ask_smaller(t, l2, c->word, id, va, psind);
	if (hit >= 0) {
		c->count.l2_hits++;
		c->count.leftover_hits++;
		fill(&l1[hit], c->word, id, va);
		return;
	}
	c->count.l2_misses++;
	tlb_walk(t, pmap, va, psind);
	fill(&l2[psind], c->word, id, va);
	fill(&l1[psind], c->word, id, va);
}

void
tlb_reference_slow(struct tlb *t, struct pmap *pmap, vaddr_t va, unsigned psind,
    unsigned kind)
{
	const struct tlb_use *u = &t->use[kind == 2 ? TLB_L1I : TLB_L1D][psind];

	if (!ask(u, t->now->word, tlb_id(pmap), va))
		ask_on(t, pmap, va, psind, kind);
}

void
tlb_count_refs(struct tlb *t, const uint64_t n[3])
{
	for (unsigned kind = 0; kind < 3; kind++)
		t->now->refs[kind] += n[kind];
}

void
tlb_count_walks(struct tlb *t, const uint64_t n[3], uint64_t large,
    uint64_t levels)
{
	struct tlb_counters *c = &t->now->count;
	uint64_t all = n[0] + n[1] + n[2];

	assert(t->bare);
	tlb_count_refs(t, n);
	c->l1d_misses += n[0] + n[1];
	c->l1i_misses += n[2];
	c->l2_misses += all;
	c->walks += all;
	c->walks_large += large;
	c->walks_base += all - large;
	c->walk_refs += levels * (t->preset.host_levels + 1u) +
	    all * t->preset.host_levels;
}

void
tlb_reference(struct tlb *t, struct pmap *pmap, vaddr_t va, unsigned psind,
    unsigned kind)
{
	t->now->refs[kind]++;
	if (t->now->word[tlb_l1_set(t, va, psind, kind)] !=
	    tlb_l1_tag(t, pmap, va, psind, kind))
		tlb_reference_slow(t, pmap, va, psind, kind);
}

/* ------------------------------------------------------------ counters ---- */

static void
add_cpu(const struct tlb_cpu *c, struct tlb_counters *sum)
{
	uint64_t data = c->refs[0] + c->refs[1];

#define ADD(member) sum->member += c->count.member;
	TLB_COUNTERS(ADD)
#undef ADD
	sum->l1d_hits += data - c->count.l1d_misses;
	sum->l1i_hits += c->refs[2] - c->count.l1i_misses;
}

void
tlb_counters(const struct tlb *t, uint32_t cpu, struct tlb_counters *out)
{
	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < t->ncpus; i++)
		if (cpu == i || cpu == t->ncpus)
			add_cpu(&t->cpu[i], out);
}

uint64_t
tlb_cycles(const struct tlb *t, const struct tlb_counters *n)
{
	const struct tlb_cost *c = &t->preset.cost;

	return (n->l1d_hits + n->l1i_hits) * c->l1 + n->l2_hits * c->l2 +
	    n->walk_refs * c->walk + n->pwc_hits * c->pwc +
	    n->pages_invalidated * c->invalidate +
	    (n->full_flushes + n->switch_flushes + n->lazy_flushes) * c->flush +
	    n->ipi_rounds * c->round + n->ipis_sent * c->ipi +
	    n->ipis_received * c->ack;
}
