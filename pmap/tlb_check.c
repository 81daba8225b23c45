/*
 * Checking the TLB model: I1 to I6 of tlb.h.
 */
#include "tlb_internal.h"

struct place {
	const struct tlb *t;
	const struct tlb_cpu *c;
	const struct tlb_array *a;
	uint32_t set;
	bool walk; /* a walk cache */
};

/*
 * What hardware holds, the page table has.  That it is accessed can be said of
 * a base page that is one in the table too: what a larger mapping says of A is
 * no word of each of its parts.
 */
static const char *
check_mapping(const struct place *p, struct pmap *pmap, uint64_t tag)
{
	const struct pmap_geometry *geo = p->t->sys->geo;
	unsigned psind = (unsigned)(tag >> TLB_SIZE_SHIFT) - 1;
	vaddr_t va = (tag & TLB_VPN_MASK) << geo->sizes[psind].shift;
	struct pmap_walk w;

	if (pmap_next_mapped(pmap, va,
		va + ((vaddr_t)1 << geo->sizes[psind].shift)) >=
	    va + ((vaddr_t)1 << geo->sizes[psind].shift))
		return "I6: an entry of a page that is not mapped";
	pmap_walk(pmap, va, &w);
	if (psind == 0 && w.psind == 0 &&
	    (w.pte[w.nlevels - 1] & geo->pte.accessed) == 0)
		return "I6: an entry of a page that is not accessed";
	return NULL;
}

/* May a tag of this address space be here? */
static const char *
check_owner(const struct place *p, uint64_t tag)
{
	uint64_t id = (tag & TLB_ID_MASK) >> TLB_ID_SHIFT;
	const struct pmap *now = p->c->pmap;

	if (id == 0)
		return NULL;
	if (!p->t->preset.asid && (now == NULL || now->id != id))
		return "I5: an entry of a pmap that is not the current one";
	if (p->t->sys->byid != NULL) {
		const struct pmap *pmap = p->t->sys->byid[id];
		unsigned cpu = (unsigned)(p->c - p->t->cpu);

		if (pmap == NULL || (pmap->tlb_cpus >> cpu & 1) == 0)
			return "I4: an entry of a pmap that has not run here";
		if (!p->walk && (pmap->tlb_stale >> cpu & 1) == 0 &&
		    p->t->pending.pmap == NULL)
			return check_mapping(p, p->t->sys->byid[id], tag);
	}
	return NULL;
}

/* Does the array hold entries of this size, for pages of whatever size? */
static bool
is_held(const struct place *p, unsigned psind)
{
	for (unsigned place = 0; place < TLB_NPLACES; place++)
		for (unsigned s = 0; s < p->t->sys->geo->nsizes; s++)
			if (p->t->use[place][s].array == p->a &&
			    p->t->use[place][s].psind == psind)
				return true;
	return false;
}

static const char *
check_tag(const struct place *p, uint64_t tag)
{
	unsigned psind = (unsigned)(tag >> TLB_SIZE_SHIFT) - 1;

	if (((uint32_t)tag & p->a->mask) != p->set)
		return "I1: a tag in a set that is not its own";
	if (p->walk ? psind != TLB_WALK_PSIND : !is_held(p, psind))
		return "I1: a tag of a size that the array does not hold";
	return check_owner(p, tag);
}

static const char *
check_set(const struct place *p, const uint64_t *set)
{
	const uint64_t *way = set + p->a->first;
	bool empty = false, last = p->a->first == 0 || set[0] == 0;

	for (unsigned i = 0; i < p->a->ways; i++) {
		const char *why = way[i] != 0 ? check_tag(p, way[i]) : NULL;

		if (why != NULL)
			return why;
		for (unsigned j = i + 1; j < p->a->ways; j++)
			if (way[i] != 0 && way[i] == way[j])
				return "I1: a tag twice in a set";
		if (p->a->first == 0 && way[i] != 0 && empty)
			return "I2: an entry behind an empty word";
		empty = empty || way[i] == 0;
		last = last || way[i] == set[0];
	}
	return last ? NULL : "I3: the tag used last is not in its set";
}

static const char *
check_array(struct place p)
{
	const char *why = NULL;

	if (p.a->ways == 0)
		return NULL;
	for (p.set = 0; p.set <= p.a->mask && why == NULL; p.set++)
		why = check_set(&p,
		    &p.c->word[p.a->base + p.set * p.a->stride]);
	return why;
}

const char *
tlb_check(const struct tlb *t)
{
	const char *why = NULL;

	for (uint32_t cpu = 0; cpu < t->ncpus && why == NULL; cpu++) {
		struct place p = { .t = t, .c = &t->cpu[cpu] };

		if (p.c->word[0] != 0)
			return "I1: word 0 is not 0";
		for (unsigned i = 0; i < TLB_NPLACES * TLB_MAXARRAYS; i++) {
			p.a = &t->array[i / TLB_MAXARRAYS][i % TLB_MAXARRAYS];
			if (why == NULL)
				why = check_array(p);
		}
		p.walk = true;
		for (unsigned h = 0; h < TLB_MAXHEIGHT && why == NULL; h++) {
			p.a = &t->pwc[h];
			why = check_array(p);
		}
	}
	return why;
}
