/*
 * Invalidation: what a change of the page table does to the TLBs.
 *
 *	operation		a change at a time		tlb_done()
 *	pmap_remove(range)	tlb_changed(), tlb_changed() ..	one round
 *
 * A processor is told of a change at once when it runs the pmap (or when the
 * pmap is the kernel's, or when invalidation is broadcast and it has ever run
 * the pmap); the entries go there and then, for no reference comes between, and
 * the counting waits for the end of the operation.  A processor that holds
 * entries of a pmap that it does not run now is not told: it flushes them when
 * it comes back to that pmap.  Without ASIDs there is no such processor.
 *
 * Invalidating one page takes every entry that covers any part of it, whatever
 * its size, as INVLPG does, and all walk-cache entries of the address space.
 */
#include "pmap_internal.h"
#include "tlb_internal.h"

/* Pages from which on emptying the software TLB costs less than singly. */
#define DROP_MAX 128

/* ------------------------------------------------- one processor's TLB ---- */

struct victims {
	uint64_t id;
	uint64_t first, last; /* base pages, as in tags */
	bool any;             /* all of this id */
	bool all;             /* all of every id */
};

static bool
is_victim(const struct tlb *t, const struct victims *v, uint64_t tag)
{
	const struct pmap_geometry *geo = t->sys->geo;
	unsigned psind = (unsigned)(tag >> TLB_SIZE_SHIFT) - 1, shift;
	uint64_t first;

	if (tag == 0 || v->all)
		return tag != 0;
	if ((tag & TLB_ID_MASK) != v->id)
		return false;
	if (v->any)
		return true;
	shift = geo->sizes[psind].shift - geo->page_shift;
	first = (tag & TLB_VPN_MASK) << shift;
	return first <= v->last && v->first < first + ((uint64_t)1 << shift);
}

static void
sweep_set(const struct tlb *t, const struct tlb_array *a, uint64_t *set,
    const struct victims *v)
{
	for (unsigned i = a->ways; i-- > 0;)
		if (is_victim(t, v, set[a->first + i]))
			tlb_take(a, set, i);
}

static void
sweep(const struct tlb *t, struct tlb_cpu *c, const struct tlb_array *a,
    const struct victims *v)
{
	if (a->ways == 0)
		return;
	for (uint32_t s = 0; s <= a->mask; s++)
		sweep_set(t, a, &c->word[a->base + s * a->stride], v);
}

static void
sweep_walk_caches(const struct tlb *t, struct tlb_cpu *c,
    const struct victims *v)
{
	if (t->has_pwc)
		for (unsigned h = 0; h < TLB_MAXHEIGHT; h++)
			sweep(t, c, &t->pwc[h], v);
}

static void
sweep_all(const struct tlb *t, struct tlb_cpu *c, const struct victims *v)
{
	for (unsigned place = 0; place < TLB_NPLACES; place++)
		for (unsigned i = 0; i < TLB_MAXARRAYS; i++)
			sweep(t, c, &t->array[place][i], v);
	sweep_walk_caches(t, c, v);
}

static void
flush_id(const struct tlb *t, struct tlb_cpu *c, uint64_t id)
{
	const struct victims v = { .id = id, .any = true };

	sweep_all(t, c, &v);
}

/* The entries of one psind that a range of few pages can have. */
static void
take_pages(struct tlb_cpu *c, const struct tlb_use *u, uint64_t id, vaddr_t va,
    vaddr_t last)
{
	vaddr_t step = (vaddr_t)1 << u->shift;
	const struct tlb_array *a = u->array;

	for (va &= ~(step - 1);; va += step) {
		uint64_t tag = tlb_tag(id, va, u->shift, u->psind);
		uint64_t *set = &c->word[tlb_set(a, va, u->shift)];

		for (unsigned i = 0; i < a->ways; i++)
			if (set[a->first + i] == tag) {
				tlb_take(a, set, i);
				break;
			}
		if (last - va < step)
			break;
	}
}

/* Everything that covers a part of [va, last]. */
static void
take_range(const struct tlb *t, struct tlb_cpu *c, uint64_t id, vaddr_t va,
    vaddr_t last)
{
	const unsigned base = t->sys->geo->page_shift;
	const struct victims v = {
		.id = id,
		.first = va >> base & TLB_VPN_MASK,
		.last = last >> base & TLB_VPN_MASK,
	};

	for (unsigned place = 0; place < TLB_NPLACES; place++)
		for (unsigned s = 0; s < t->sys->geo->nsizes; s++) {
			const struct tlb_use *u = &t->use[place][s];

			if (u->array == NULL || u->psind != s)
				continue;
			if ((last - va) >> u->shift > u->array->mask / 2)
				sweep(t, c, u->array, &v);
			else
				take_pages(c, u, id, va, last);
		}
}

/* ------------------------------------------------------- one operation ---- */

/* Is this processor told at once? */
static bool
is_told(const struct tlb *t, const struct tlb_cpu *c, const struct pmap *pmap)
{
	uint64_t bit = (uint64_t)1 << (c - t->cpu);

	return pmap->kernel || c->pmap == pmap ||
	    (t->preset.broadcast && (pmap->tlb_cpus & bit) != 0);
}

static bool
over_threshold(const struct tlb *t)
{
	return t->pending.all ||
	    (t->preset.threshold != 0 &&
		t->pending.npages >= t->preset.threshold);
}

/* One more change of this pmap, in its operation. */
static struct tlb *
begin(struct pmap *pmap)
{
	struct tlb *t = pmap->sys->tlbm;

	if (t->pending.pmap != pmap) {
		tlb_done(pmap->sys);
		t->pending = (struct tlb_pending){ .pmap = pmap };
	}
	return t;
}

static void
take_everywhere(struct tlb *t, struct pmap *pmap, vaddr_t va, vsize_t size)
{
	for (uint32_t i = 0; i < t->ncpus; i++)
		if (is_told(t, &t->cpu[i], pmap))
			take_range(t, &t->cpu[i], tlb_id(pmap), va,
			    va + (size - 1));
}

static void
invalidate(struct pmap *pmap, vaddr_t va, vsize_t size, uint64_t npages)
{
	struct tlb *t = begin(pmap);

	t->pending.npages += npages;
	if (!over_threshold(t))
		take_everywhere(t, pmap, va, size);
}

/* What the end of an operation does on one processor that is told of it. */
static void
finish(struct tlb *t, struct tlb_cpu *c, const struct tlb_pending *p, bool all)
{
	struct victims v = { .id = tlb_id(p->pmap), .any = true };

	if (!all)
		c->count.pages_invalidated += p->npages;
	else
		c->count.full_flushes++;
	v.all = all && p->pmap->kernel;
	if (all)
		sweep_all(t, c, &v);
	else
		sweep_walk_caches(t, c, &v);
	if (c != t->now && !t->preset.broadcast) {
		c->count.ipis_received++;
		t->now->count.ipis_sent++;
	}
}

void
tlb_done(struct pmap_system *sys)
{
	struct tlb *t = sys->tlbm;
	struct tlb_pending p;
	uint64_t sent, told = 0;
	bool all;

	if (t == NULL || t->pending.pmap == NULL)
		return;
	p = t->pending;
	all = over_threshold(t);
	sent = t->now->count.ipis_sent;
	for (uint32_t i = 0; i < t->ncpus; i++)
		if (is_told(t, &t->cpu[i], p.pmap)) {
			finish(t, &t->cpu[i], &p, all);
			told |= (uint64_t)1 << i;
		}
	t->now->count.shootdowns += told != 0;
	t->now->count.ipi_rounds += t->now->count.ipis_sent != sent;
	p.pmap->tlb_stale |= p.pmap->tlb_cpus & ~told;
	t->pending.pmap = NULL;
}

/* -------------------------------------------------- what is told of it ---- */

static void
drop_span(struct pmap *pmap, vaddr_t va, uint64_t npages)
{
	if (npages > DROP_MAX) {
		if (pmap->sys->hpt != NULL)
			hpt_remove_range(pmap->sys->hpt, pmap->id, va,
			    va + pg_ptoa(pmap, npages));
		if (pmap->tlb != NULL)
			memset(pmap->tlb->tag, 0xff, sizeof(pmap->tlb->tag));
		return;
	}
	for (; npages > 0; npages--, va += pg_size(pmap))
		tlb_drop(pmap, va);
}

/* Does the hardware have to forget `old`? */
static bool
is_weaker(const struct pte_format *f, uint64_t old, uint64_t new)
{
	uint64_t marks = f->accessed | f->dirty, ignored, lost;

	if ((old & f->valid) == 0 || (old & f->accessed) == 0)
		return false;
	if ((new & f->valid) == 0)
		return true;
	ignored = f->wired | f->managed | f->promoted | (new &marks);
	lost = (old ^ new) & ~ignored;
	if ((old & f->dirty) == 0 && (new & f->write) == 0)
		lost &= ~f->write;
	return lost != 0;
}

void
tlb_changed(struct pmap *pmap, vaddr_t va, unsigned psind, uint64_t old,
    uint64_t new)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	uint64_t npages = (uint64_t)1
	    << (geo->sizes[psind].shift - geo->page_shift);

	drop_span(pmap, va, npages);
	if (pmap->sys->tlbm != NULL && is_weaker(&geo->pte, old, new))
		invalidate(pmap, va, npages << geo->page_shift,
		    old & geo->pte.promoted ? npages : 1);
}

void
tlb_changed_range(struct pmap *pmap, vaddr_t start, vaddr_t end)
{
	drop_span(pmap, start, pg_atop(pmap, end - start));
	if (pmap->sys->tlbm != NULL && start < end)
		invalidate(pmap, start, end - start,
		    pg_atop(pmap, end - start));
}

void
tlb_changed_all(struct pmap *pmap)
{
	tlb_flush(pmap);
	if (pmap->sys->tlbm != NULL)
		begin(pmap)->pending.all = true;
}

void
tlb_promoted(struct pmap *pmap, vaddr_t va, unsigned psind)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	vsize_t size = (vsize_t)1 << geo->sizes[psind].shift;

	drop_span(pmap, va, size >> geo->page_shift);
	if (pmap->sys->tlbm != NULL && geo->pte.promoted == 0)
		invalidate(pmap, va, size, size >> geo->page_shift);
}

void
tlb_demoted(struct pmap *pmap, vaddr_t va, unsigned psind)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	vsize_t size = (vsize_t)1 << geo->sizes[psind].shift;

	drop_span(pmap, va, size >> geo->page_shift);
	if (pmap->sys->tlbm == NULL)
		return;
	if (geo->pte.promoted == 0)
		invalidate(pmap, va, size, size >> geo->page_shift);
	else
		take_everywhere(pmap->sys->tlbm, pmap, va, size);
}

void
tlb_forget(struct pmap *pmap)
{
	struct tlb *t = pmap->sys->tlbm;

	if (t == NULL)
		return;
	if (t->pending.pmap == pmap)
		tlb_done(pmap->sys);
	for (uint32_t i = 0; i < t->ncpus; i++) {
		struct tlb_cpu *c = &t->cpu[i];

		if (pmap->tlb_cpus >> i & 1)
			flush_id(t, c, tlb_id(pmap));
		if (c->pmap == pmap)
			c->pmap = NULL;
	}
}

/* --------------------------------------------------- between processes ---- */

void
tlb_run(struct tlb *t, struct pmap *pmap)
{
	if (t->pending.pmap != NULL || t->now->pmap != pmap)
		tlb_switch(t->sys, (uint32_t)(t->now - t->cpu), pmap);
}

void
tlb_switch(struct pmap_system *sys, uint32_t cpu, struct pmap *pmap)
{
	struct tlb *t = sys->tlbm;
	uint64_t bit = (uint64_t)1 << cpu;
	struct tlb_cpu *c;

	if (t == NULL)
		return;
	tlb_done(sys);
	c = t->now = &t->cpu[cpu];
	if (c->pmap == pmap || pmap->kernel)
		return;
	c->count.switches++;
	if (!t->preset.asid && c->pmap != NULL) {
		flush_id(t, c, tlb_id(c->pmap));
		c->pmap->tlb_cpus &= ~bit;
		c->count.switch_flushes++;
	}
	c->pmap = pmap;
	if (pmap->tlb_stale & bit) {
		flush_id(t, c, tlb_id(pmap));
		c->count.lazy_flushes++;
		pmap->tlb_stale &= ~bit;
	}
	pmap->tlb_cpus |= bit;
}
