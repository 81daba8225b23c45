/*
 * One random thing that happens to a TLB and to the naive one: references of
 * mixed sizes, a switch, changes of mappings, promotions.
 */
#include <stdlib.h>

#include "tlb_pair.h"
#include "tlb_step.h"

#define REGION ((vaddr_t)64 << 20)

/* Arrays that the presets do not have. */
#define ALL .lo = 12, .hi = 63
const struct tlb_preset tlb_own[] = {
	{ .name = "plru",
	    .policy = TLB_PLRU,
	    .asid = true,
	    .threshold = 8,
	    .array = { [TLB_L1D] = { { 16, 4, ALL } },
		[TLB_L2D] = { { 64, 8, ALL } } },
	    .pwc = { { 8, 8, ALL }, { 2, 2, ALL } } },
	{ .name = "plru-one",
	    .policy = TLB_PLRU,
	    .threshold = 3,
	    .array = { [TLB_L1D] = { { 8, 1, ALL } },
		[TLB_L1I] = { { 8, 0, ALL } },
		[TLB_L2D] = { { 64, 0, ALL } } } },
	{ .name = "tiny",
	    .asid = true,
	    .threshold = 2,
	    .host_levels = 4,
	    .array = { [TLB_L1D] = { { 2, 1, .lo = 12, .hi = 16 },
			   { 1, 1, .lo = 17, .hi = 22 },
			   { 1, 1, .lo = 23, .hi = 63 } },
		[TLB_L2D] = { { 12, 3, .lo = 12, .hi = 25, .pieces = true } },
		[TLB_L2I] = { { 6, 3, .lo = 12, .hi = 63 } } },
	    .pwc = { { 3, 3, ALL }, { 2, 1, ALL }, { 1, 1, ALL } } },
	{ .name = "broadcast",
	    .asid = true,
	    .broadcast = true,
	    .threshold = 40,
	    .host_levels = 5,
	    .array = { [TLB_L1D] = { { 24, 0, ALL } },
		[TLB_L2D] = { { 80, 5, ALL } } } },
	{ .name = "unlimited", .array = { [TLB_L1D] = { { 4, 2, ALL } } } },
	{ .name = NULL },
};

static __thread struct pair *p; /* those at hand */
static __thread struct model_rng *rng;

static uint32_t
below(uint32_t n)
{
	return model_below(rng, n);
}

/* An address of one of the larger pages of a few regions, near to others. */
static vaddr_t
address(void)
{
	vaddr_t va = REGION * (1 + below(3)) + (vaddr_t)below(4) * 0x200000;

	return va + ((vaddr_t)below(1u << below(9)) << p->sys.page_shift);
}

/* The size that pages of this region have: fixed, so that tags meet. */
static unsigned
size_at(vaddr_t va)
{
	unsigned i = (unsigned)(va / 0x200000 % 4);

	return i < p->sys.geo->nsizes && below(8) != 0 ? i : 0;
}

static vaddr_t
aligned(vaddr_t va, unsigned psind)
{
	return va & ~(((vaddr_t)1 << p->sys.geo->sizes[psind].shift) - 1);
}

static void
references(void)
{
	unsigned n = 1 + below(60);

	while (n-- > 0) {
		vaddr_t va = address();
		unsigned space = below(10) == 0 ? 0 : p->space;

		pair_ref(p, space, va, size_at(va), below(3));
	}
}

/* A change of a PTE, and whether hardware that has the old one must forget. */
static bool
some_change(uint64_t *old, uint64_t *new, uint64_t *npages, uint64_t per)
{
	const struct pte_format *f = &p->sys.geo->pte;
	uint64_t pte = f->valid | f->accessed | f->managed |
	    (f->frame & -f->frame) * 5;
	const struct {
		uint64_t old, new;
		bool must;
	} cases[] = {
		{ pte, 0, true },
		{ pte & ~f->accessed, 0, false },
		{ pte | f->write | f->dirty, 0, true },
		{ pte | f->write | f->dirty, pte, true },
		{ pte | f->write, pte, false },
		{ pte | f->write | f->dirty, pte | f->write, true },
		{ pte | f->write, pte | f->write | f->dirty, false },
		{ pte, pte & ~f->accessed, true },
		{ pte, pte | f->wired, false },
		{ pte | f->wired, pte, false },
		{ pte, pte | f->write | f->dirty, true },
		{ pte & ~f->accessed, pte | f->write, false },
		{ pte, pte + (f->frame & -f->frame), true },
		{ 0, pte, false },
		{ pte, pte, false },
		{ pte | f->promoted, 0, true },
		{ pte | f->noexec, pte, f->noexec != 0 },
		{ pte, pte | f->noexec, f->noexec != 0 },
	};
	unsigned i = below(NELEM(cases));

	*old = cases[i].old;
	*new = cases[i].new;
	*npages = (*old & f->promoted) != 0 ? per : 1;
	return cases[i].must;
}

static void
change(unsigned space)
{
	vaddr_t va = address();
	unsigned psind = size_at(va);
	vsize_t size = (vsize_t)1 << p->sys.geo->sizes[psind].shift;
	uint64_t old, new, npages;
	bool must = some_change(&old, &new, &npages, size >> p->sys.page_shift);

	va = aligned(va, psind);
	tlb_changed(&p->pmap[space], va, psind, old, new);
	if (must)
		naive_invalidate(p->naive, space, va, size, npages);
}

static void
resize(unsigned space)
{
	vaddr_t va = address();
	unsigned psind = 1 + below(p->sys.geo->nsizes - 1u);
	vsize_t size = (vsize_t)1 << p->sys.geo->sizes[psind].shift;
	uint64_t npages = size >> p->sys.page_shift;
	bool down = below(2);

	va = aligned(va, psind);
	if (down)
		tlb_demoted(&p->pmap[space], va, psind);
	else
		tlb_promoted(&p->pmap[space], va, psind);
	if (p->sys.geo->pte.promoted == 0)
		naive_invalidate(p->naive, space, va, size, npages);
	else if (down)
		naive_drop(p->naive, space, va, size);
}

/* An operation: changes of one space, or now and then of two. */
static void
operation(void)
{
	unsigned space = below(3) == 0 ? below(NAIVE_SPACES) : p->space;
	unsigned n = 1 + below(12);
	vaddr_t va;

	while (n-- > 0) {
		if (below(20) == 0)
			space = below(NAIVE_SPACES);
		switch (below(12)) {
		case 0: resize(space); break;
		case 1:
			va = aligned(address(), 0);
			n = 1 + below(1u << below(8));
			tlb_changed_range(&p->pmap[space], va,
			    va + pg_ptoa(&p->sys, n));
			naive_invalidate(p->naive, space, va,
			    pg_ptoa(&p->sys, n), n);
			n = 0;
			break;
		case 2:
			if (below(6) == 0) {
				tlb_changed_all(&p->pmap[space]);
				naive_flush(p->naive, space);
			}
			break;
		default: change(space);
		}
	}
	tlb_done(&p->sys);
	naive_done(p->naive);
}

void
tlb_step(struct pair *pair, struct model_rng *random)
{
	p = pair;
	rng = random;
	if (below(8) == 0)
		pair_run(p, below(TLB_STEP_CPUS), below(NAIVE_SPACES));
	else if (below(4) == 0)
		operation();
	else
		references();
}
