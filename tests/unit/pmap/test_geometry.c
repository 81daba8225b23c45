/*
 * The rows of the table of machines: what must hold of each, and PTEs written
 * out from the bit positions of the manuals.
 */
#include "fixture.h"

static uint64_t rng;

static uint64_t
rnd(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return rng * 0x2545f4914f6cdd1du;
}

/* ---------------------------------------------------------- invariants ---- */

static void
check_levels(const struct pmap_geometry *g)
{
	unsigned bits = g->page_shift;

	assert_in_range(g->nlevels, 2, PMAP_MAXLEVELS);
	for (unsigned l = 0; l < g->nlevels; l++) {
		bits += g->bits[l];
		assert_non_null(g->level_name[l]);
		if (l > 0)
			assert_int_equal(g->shift[l - 1],
			    g->shift[l] + g->bits[l]);
	}
	assert_int_equal(bits, g->va_bits);
	assert_int_equal(g->shift[g->nlevels - 1], g->page_shift);
	assert_true(g->va_bits - g->page_shift <= PMAP_PV_VPN_BITS);
	assert_true(g->bits[g->nlevels - 1] < 16); /* counts are 16 bits */
}

static void
check_addresses(const struct pmap_geometry *g)
{
	const vaddr_t low = ((vaddr_t)1 << g->va_bits) - 1;

	assert_true(g->user_min < g->user_max);
	assert_true(g->user_max - 1 < g->kernel_min);
	assert_true(g->kernel_min < g->kernel_max);
	assert_int_equal(g->user_min & pg_mask(g), 0);
	assert_int_equal(g->user_max & pg_mask(g), 0);
	assert_int_equal(g->kernel_min & pg_mask(g), 0);
	assert_int_equal(g->kernel_max & pg_mask(g), 0);
	assert_true(
	    g->ptr_size == 8 || g->kernel_max <= (uint64_t)UINT32_MAX + 1);
	assert_true(pmap_va_ok(g, false, g->user_min));
	assert_true(pmap_va_ok(g, false, g->user_max - 1));
	assert_true(pmap_va_ok(g, true, g->kernel_min));
	assert_true(pmap_va_ok(g, true, g->kernel_max - 1));
	assert_true(
	    pmap_va_whole(g, true, g->kernel_min & low) == g->kernel_min);
	assert_true(pmap_va_whole(g, false, (g->user_max - 1) & low) ==
	    g->user_max - 1);
	assert_false(pmap_va_ok(g, false, g->user_min | (vaddr_t)1 << 62));
	assert_false(pmap_va_ok(g, true, g->kernel_min ^ (vaddr_t)1 << 62));
	assert_int_equal(pmap_va_ok(g, false, g->kernel_min), !g->va_halves);
	assert_int_equal(pmap_va_ok(g, true, g->user_min), !g->va_halves);
}

static void
check_sizes(const struct pmap_geometry *g)
{
	const unsigned last = g->nlevels - 1u;

	assert_in_range(g->nsizes, 1, PMAP_MAXSIZES);
	assert_int_equal(g->sizes[0].kind, PMAP_SIZE_PAGE);
	assert_int_equal(g->sizes[0].shift, g->page_shift);
	assert_int_equal(g->sizes[0].level, last);
	assert_false(g->sizes[0].promote);
	for (unsigned i = 1; i < g->nsizes; i++) {
		const struct pmap_pagesize *s = &g->sizes[i];

		assert_true(s->shift > g->sizes[i - 1].shift);
		assert_int_not_equal(s->kind, PMAP_SIZE_PAGE);
		assert_int_equal(s->kind == PMAP_SIZE_GROUP, s->level == last);
		if (s->kind == PMAP_SIZE_LEAF)
			assert_int_equal(s->shift, g->shift[s->level]);
		else
			assert_true(g->pte.group != 0 &&
			    s->shift - g->page_shift < g->bits[last]);
		if (s->promote)
			assert_true(s->shift - g->page_shift <= g->max_order);
		/* Promotion goes up step by step. */
		if (s->promote && i > 1)
			assert_true(g->sizes[i - 1].promote);
	}
}

static void
check_masks(const struct pmap_geometry *g)
{
	const struct pte_format *f = &g->pte;
	const uint64_t masks[] = { f->valid, f->write, f->user, f->accessed,
		f->dirty, f->large, f->group, f->promoted, f->global,
		f->managed, f->wired, f->noexec, f->frame };
	uint64_t seen = 0;

	for (size_t i = 0; i < NELEM(masks); i++) {
		assert_int_equal(seen & masks[i], 0);
		seen |= masks[i];
	}
	assert_true(f->valid && f->write && f->user && f->accessed &&
	    f->dirty && f->large && f->managed && f->wired);
	assert_true(
	    (f->table & (f->valid | f->write)) == (f->valid | f->write));
	assert_int_equal(f->table & (f->large | f->frame), 0);
	assert_int_equal(f->leaf & f->valid, f->valid);
	assert_int_equal(f->leaf & (f->large | f->frame | f->write), 0);
	assert_int_equal(f->frame >> f->pfn_shift << f->pfn_shift, f->frame);
	assert_int_equal(f->frame >> f->pfn_shift & 1, 1);
	assert_true(f->pfn_shift <= g->page_shift);
}

static void
test_rows(void **state)
{
	const struct pmap_geometry *g = rig_geo;

	(void)state;
	assert_ptr_equal(pmap_geometry_byname(g->name), g);
	check_levels(g);
	check_addresses(g);
	check_sizes(g);
	check_masks(g);
	for (size_t i = 0; pmap_geometries[i] != g; i++)
		assert_string_not_equal(pmap_geometries[i]->name, g->name);
}

static void
test_names(void **state)
{
	(void)state;
	assert_null(pmap_geometry_byname("vax"));
	assert_null(pmap_geometry_byname(""));
	assert_ptr_equal(pmap_geometry_byname("riscv64-sv39"),
	    pmap_geometry_byname("riscv64"));
	assert_ptr_equal(pmap_geometry_byname("arm64-4k"),
	    pmap_geometry_byname("arm64"));
}

/* ------------------------------------------------------------- goldens ---- */

/*
 * What a mapping is: rights, size, and how it differs.  Accessed unless NEW.
 */
#define X 5u
#define RW 3u
#define RO 1u
#define NEW 0x100u /* nobody has accessed it yet */
#define DIRTY 0x200u
#define WIRED 0x400u
#define KERNEL 0x800u
#define SIZE(i) ((unsigned)(i) << 12)

static const struct golden {
	const char *arch;
	unsigned what;
	pfn_t pfn;
	uint64_t hw;
} goldens[] = {
	{ "amd64", RW | DIRTY, 7, 0x8000000000007467 },
	{ "amd64", RW | NEW, 7, 0x8000000000007407 },
	{ "amd64", RO, 7, 0x8000000000007425 },
	{ "amd64", X, 7, 0x7425 },
	{ "amd64", RW | DIRTY | WIRED, 7, 0x8000000000007c67 },
	{ "amd64", RW | DIRTY | KERNEL, 7, 0x8000000000007463 },
	{ "amd64", RW | DIRTY | SIZE(1), 0x200, 0x80000000002004e7 },
	{ "amd64", X | SIZE(1), 0x200, 0x2004a5 },
	{ "amd64", RW | DIRTY | SIZE(2), 0x40000, 0x80000000400004e7 },
	{ "amd64-la57", RW | DIRTY, 7, 0x8000000000007467 },
	{ "amd64-la57", RW | DIRTY | SIZE(1), 0x200, 0x80000000002004e7 },
	{ "i386", RW | DIRTY, 7, 0x7467 },
	{ "i386", X, 7, 0x7425 },
	{ "i386", RO, 7, 0x7425 },
	{ "i386", RW | DIRTY | WIRED, 7, 0x7667 },
	{ "i386", RW | DIRTY | SIZE(1), 0x400, 0x4004e7 },
	{ "i386-pae", RW | DIRTY, 7, 0x8000000000007467 },
	{ "i386-pae", RW | DIRTY | WIRED, 7, 0x8000000000007667 },
	{ "i386-pae", RW | DIRTY | SIZE(1), 0x200, 0x80000000002004e7 },
	{ "arm64", RW | DIRTY, 7, 0x0168000000007f4b },
	{ "arm64", RW, 7, 0x0168000000007fcb },
	{ "arm64", RW | NEW, 7, 0x0168000000007bcb },
	{ "arm64", RO, 7, 0x0160000000007fcb },
	{ "arm64", X, 7, 0x0120000000007fcb },
	{ "arm64", RW | DIRTY | WIRED, 7, 0x01e8000000007f4b },
	{ "arm64", RW | DIRTY | KERNEL, 7, 0x016800000000770b },
	{ "arm64", X | KERNEL, 7, 0x014000000000778b },
	{ "arm64", RW | DIRTY | SIZE(1), 0x10, 0x0178000000010f4b },
	{ "arm64", RW | DIRTY | SIZE(2), 0x200, 0x0168000000200f49 },
	{ "arm64", RO | SIZE(2), 0x200, 0x0160000000200fc9 },
	{ "arm64", RW | DIRTY | SIZE(3), 0x40000, 0x0168000040000f49 },
	{ "arm64-16k", RW | DIRTY, 7, 0x016800000001cf4b },
	{ "arm64-16k", RW | DIRTY | SIZE(1), 0x80, 0x0178000000200f4b },
	{ "arm64-16k", RW | DIRTY | SIZE(2), 0x800, 0x0168000002000f49 },
	{ "arm64-64k", RW | DIRTY, 7, 0x0168000000070f4b },
	{ "arm64-64k", RW | DIRTY | SIZE(1), 0x20, 0x0178000000200f4b },
	{ "arm64-64k", RW | DIRTY | SIZE(2), 0x2000, 0x0168000020000f49 },
	{ "riscv64", RW | DIRTY, 7, 0x1ed7 },
	{ "riscv64", RW | NEW, 7, 0x1e17 },
	{ "riscv64", X, 7, 0x1e5b },
	{ "riscv64", RW | DIRTY | WIRED, 7, 0x1fd7 },
	{ "riscv64", RW | DIRTY | KERNEL, 7, 0x1ee7 },
	{ "riscv64", RW | DIRTY | SIZE(1), 0x10, 0x80000000000062d7 },
	{ "riscv64", RW | DIRTY | SIZE(1), 0x1f, 0x80000000000062d7 },
	{ "riscv64", RW | DIRTY | SIZE(2), 0x200, 0x802d7 },
	{ "riscv64", X | SIZE(3), 0x40000, 0x1000025b },
	{ "riscv64-sv48", RW | DIRTY, 7, 0x1ed7 },
	{ "riscv64-sv57", RW | DIRTY, 7, 0x1ed7 },
	{ "power", RW | DIRTY, 7, 0x0030000000007196 },
	{ "power", X, 7, 0x0030000000007113 },
	{ "power", RW | DIRTY | SIZE(1), 0x10, 0x0130000000010196 },
	{ "power", RW | DIRTY | SIZE(2), 0x1000, 0x00b0000001000196 },
};

/* The PTE in normal form, from the row's masks. */
static uint64_t
normal(const struct pmap_geometry *g, unsigned what, pfn_t pfn)
{
	const struct pte_format *f = &g->pte;
	uint64_t pte = (uint64_t)pfn << f->pfn_shift | f->leaf | f->managed;

	pte |= what & KERNEL ? f->leaf_kernel : f->user;
	pte |= what & VM_PROT_WRITE ? f->write : 0;
	pte |= what & VM_PROT_EXEC ? 0 : f->noexec;
	pte |= what & NEW ? 0 : f->accessed;
	pte |= what & DIRTY ? f->dirty : 0;
	pte |= what & WIRED ? f->wired : 0;
	switch (g->sizes[what >> 12].kind) {
	case PMAP_SIZE_GROUP: return pte | f->group;
	case PMAP_SIZE_LEAF: return pte | f->large;
	default: return pte;
	}
}

/* The same, by making the mapping. */
static uint64_t
mapped(unsigned what, pfn_t pfn)
{
	static struct rig r;
	const vaddr_t va = what & KERNEL ? rig_geo->kernel_min : RIG_VA;
	unsigned flags = what & NEW ? 0 : VM_PROT_READ;
	struct pmap_walk w;
	struct pmap *pm;

	flags = what & DIRTY ? VM_PROT_WRITE : flags;
	rig_init(&r);
	assert_int_equal(pmap_create(&r.sys, (what & KERNEL) != 0, &pm), 0);
	assert_int_equal(rig_enter(&r, pm, va, pfn, what & VM_PROT_ALL,
			     flags | (what & WIRED ? PMAP_WIRED : 0)),
	    0);
	pmap_walk(pm, va, &w);
	pmap_destroy(pm);
	rig_fini(&r);
	return w.pte[rig_leaf()];
}

static void
test_goldens(void **state)
{
	const struct pmap_geometry *g = rig_geo;
	unsigned found = 0;

	(void)state;
	for (size_t i = 0; i < NELEM(goldens); i++) {
		const struct golden *w = &goldens[i];
		const unsigned level = g->sizes[w->what >> 12].level;
		const uint64_t pte = normal(g, w->what, w->pfn);
		const uint64_t hw = pmap_pte_to_hw(g, level, pte);

		if (strcmp(w->arch, g->name) != 0)
			continue;
		found++;
		if (hw != w->hw)
			fail_msg("row %zu of %s: %#jx, expected %#jx", i,
			    g->name, (uintmax_t)hw, (uintmax_t)w->hw);
		if (pmap_pte_from_hw(g, level, w->pfn & 15, hw) != pte)
			fail_msg("row %zu of %s does not come back", i,
			    g->name);
		if (w->what >> 12 == 0 && mapped(w->what, w->pfn) != pte)
			fail_msg("row %zu of %s is not what is mapped", i,
			    g->name);
	}
	assert_true(found > 0);
}

/* Entries that point to a table in frame 9: of a user, the same with writing
 * withheld, of the kernel. */
static const struct {
	const char *arch;
	unsigned level;
	uint64_t user, withheld, kernel;
} tables[] = {
	{ "amd64", 0, 0x9027, 0x9025, 0x9023 },
	{ "amd64-la57", 3, 0x9027, 0x9025, 0x9023 },
	{ "i386", 0, 0x9027, 0x9025, 0x9023 },
	{ "i386-pae", 0, 0x9001, 0x9201, 0x9401 },
	{ "i386-pae", 1, 0x9027, 0x9025, 0x9023 },
	{ "arm64", 2, 0x9003, 0x4000000000009003, 0x9003 },
	{ "arm64-16k", 0, 0x24003, 0x4000000000024003, 0x24003 },
	{ "arm64-64k", 1, 0x90003, 0x4000000000090003, 0x90003 },
	{ "riscv64", 0, 0x2401, 0x2501, 0x2401 },
	{ "riscv64-sv48", 2, 0x2401, 0x2501, 0x2401 },
	{ "riscv64-sv57", 3, 0x2401, 0x2501, 0x2401 },
	{ "power", 2, 0x10000000009000, 0x10000000009001, 0x10000000009000 },
};

static void
test_tables(void **state)
{
	const struct pmap_geometry *g = rig_geo;
	const struct pte_format *f = &g->pte;
	const uint64_t kernel = (uint64_t)9 << f->pfn_shift | f->table;
	const uint64_t user = kernel | f->table_user;
	unsigned found = 0;

	(void)state;
	for (size_t i = 0; i < NELEM(tables); i++) {
		unsigned l = tables[i].level;

		if (strcmp(tables[i].arch, g->name) != 0)
			continue;
		found++;
		assert_true(pmap_pte_to_hw(g, l, user) == tables[i].user);
		assert_true(pmap_pte_to_hw(g, l, user & ~f->write) ==
		    tables[i].withheld);
		assert_true(pmap_pte_to_hw(g, l, kernel) == tables[i].kernel);
	}
	assert_true(found > 0);
}

/* ---------------------------------------------------------- round trip ---- */

/* => entries of this level may be larger pages */
static bool
has_leaves(const struct pmap_geometry *g, unsigned level)
{
	for (unsigned i = 0; i < g->nsizes; i++)
		if (g->sizes[i].level == level)
			return true;
	return false;
}

/* Anything that the pmap may write at this level. */
static uint64_t
random_entry(const struct pmap_geometry *g, unsigned level, unsigned index)
{
	const struct pte_format *f = &g->pte;
	const bool last = level == g->nlevels - 1u;
	uint64_t pte = rnd() & f->frame;

	if (!has_leaves(g, level) || (!last && rnd() & 1)) {
		pte |= f->table | (rnd() & f->table_user);
		return rnd() & 1 ? pte : pte & ~f->write;
	}
	pte |= f->leaf |
	    (rnd() &
		(f->write | f->user | f->accessed | f->dirty | f->global |
		    f->managed | f->wired | f->noexec));
	if (!last)
		return (pte &
			   ~((((uint64_t)1
				  << (g->shift[level] - g->page_shift)) -
				 1)
			       << f->pfn_shift)) |
		    f->large | (rnd() & f->promoted);
	if (rnd() & 1 && f->group != 0)
		pte = (pte & ~((uint64_t)15 << f->pfn_shift)) | f->group |
		    (uint64_t)(index & 15) << f->pfn_shift;
	return pte;
}

/* Each bit of the machine's own form has a name where it stands. */
static void
check_named(const struct pmap_geometry *g, unsigned level, uint64_t pte)
{
	const unsigned where = pmap_pte_where(g, level, pte);
	uint64_t left = pmap_pte_to_hw(g, level, pte) & ~g->pte.frame;

	for (const struct pte_bitname *b = g->bitnames; b->name != NULL; b++)
		if (b->where & where)
			left &= ~b->mask;
	if (left != 0)
		fail_msg("%s level %u: bits %#jx of %#jx have no name", g->name,
		    level, (uintmax_t)left,
		    (uintmax_t)pmap_pte_to_hw(g, level, pte));
}

static void
test_round_trip(void **state)
{
	const struct pmap_geometry *g = rig_geo;

	(void)state;
	rng = 88172645463325252u;
	for (unsigned n = 0; n < 20000; n++) {
		unsigned level = (unsigned)(rnd() >> 33) % g->nlevels;
		unsigned index = (unsigned)(rnd() >> 33) & 511;
		uint64_t pte = random_entry(g, level, index);
		uint64_t hw = pmap_pte_to_hw(g, level, pte);

		if (pmap_pte_from_hw(g, level, index, hw) != pte)
			fail_msg("%s level %u: %#jx is %#jx is %#jx", g->name,
			    level, (uintmax_t)pte, (uintmax_t)hw,
			    (uintmax_t)pmap_pte_from_hw(g, level, index, hw));
		assert_true(g->pte_size == 8 || hw <= UINT32_MAX);
		check_named(g, level, pte);
	}
	for (unsigned l = 0; l < g->nlevels; l++) {
		assert_true(pmap_pte_to_hw(g, l, 0) == 0);
		assert_true(pmap_pte_from_hw(g, l, 3, 0) == 0);
	}
}

/* PAT stands at bit 7 of a PTE and at bit 12 of a larger page's entry. */
static void
test_pat(void **state)
{
	const struct pmap_geometry *g = &pmap_amd64;
	uint64_t small = pmap_pte_from_hw(g, 3, 0, 0x70e7);
	uint64_t large = pmap_pte_from_hw(g, 2, 0, 0x2010e7);

	(void)state;
	assert_int_equal(small & g->pte.large, 0);
	assert_int_equal(rig_pfn(small), 7);
	assert_int_equal(large & g->pte.large, g->pte.large);
	assert_int_equal((large & g->pte.frame) >> 12, 0x200);
	assert_true(pmap_pte_to_hw(g, 3, small) == 0x70e7);
	assert_true(pmap_pte_to_hw(g, 2, large) == 0x2010e7);
	/* A promotion carries it over. */
	assert_true(
	    pmap_pte_to_hw(g, 2,
		(small & ~g->pte.frame) | 0x200000 | g->pte.large) == 0x2010e7);
	/* The same bit of an entry that points to a table is the table's. */
	assert_true(pmap_pte_from_hw(g, 2, 0, 0x3027) == 0x3027);
}

int
main(void)
{
	const struct CMUnitTest each[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_goldens),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_round_trip),
	};
	const struct CMUnitTest once[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_pat),
	};

	rig_geo = &pmap_amd64;
	return cmocka_run_group_tests_name("pmap/geometry", once, NULL, NULL) +
	    RIG_RUN("pmap/geometry", each);
}
