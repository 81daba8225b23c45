/*
 * pmap_mincore against a walk of each page, after random changes of every kind;
 * and the sets of states that let it pass over tables (I8 of pmap.h).
 */
#include "fixture.h"

#include <stdlib.h>

#define PAGE rig_page()
#define TABLES_USED 3 /* tables side by side in each region */
#define REGIONS 3
#define CANARY 0xee

static const uint8_t bytes[4] = { 0x01, 0x0b, 0x15, 0x1f };
static const uint8_t no_size[PMAP_MAXSIZES];
static uint64_t rng;

static uint32_t
rnd(uint32_t n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 33) % n;
}

/* Regions lie across a leaf border, an upper border, and far up. */
static vaddr_t
region(unsigned i)
{
	const vaddr_t top = (vaddr_t)1 << rig_geo->shift[0];

	switch (i) {
	case 0: return rig_span();
	case 1:
		return (2 * top < rig_geo->user_max ? 2 * top : top) -
		    rig_span();
	default: return rig_geo->user_max - 4 * rig_span();
	}
}

static unsigned
per_table(void)
{
	return (unsigned)(rig_span() / PAGE);
}

/* The byte of one page, by a walk down all levels. */
static uint8_t
naive(struct pmap *pm, vaddr_t va)
{
	const struct pte_format *f = &rig_geo->pte;
	bool write = true;
	struct pmap_walk w;
	uint64_t pte;

	pmap_walk(pm, va, &w);
	if (!w.mapped)
		return 0;
	pte = w.pte[w.nlevels - 1];
	for (unsigned l = 0; l < w.nlevels; l++)
		write = write && (w.pte[l] & f->write) != 0;
	return bytes[((pte & f->accessed) != 0) +
	    2 * ((pte & f->dirty) != 0 && write)];
}

static void
compare(struct pmap *pm, vaddr_t start, vaddr_t end)
{
	uint64_t n = (end - start) / PAGE;
	uint8_t *vec = malloc(n + 2);

	assert_non_null(vec);
	memset(vec, CANARY, n + 2);
	pmap_mincore(pm, start, end, bytes, no_size, vec + 1);
	assert_int_equal(vec[0], CANARY);
	assert_int_equal(vec[n + 1], CANARY);
	for (uint64_t i = 0; i < n; i++)
		if (vec[i + 1] != naive(pm, start + i * PAGE))
			fail_msg("%#jx: got %#x, expected %#x",
			    (uintmax_t)(start + i * PAGE), vec[i + 1],
			    naive(pm, start + i * PAGE));
	free(vec);
}

/* A page of a region, table borders more often than not. */
static vaddr_t
some_page(unsigned reg)
{
	unsigned n = rnd(TABLES_USED) * per_table();

	switch (rnd(3)) {
	case 0: n += rnd(3); break;
	case 1: n += per_table() - 1 - rnd(3); break;
	default: n += rnd(per_table());
	}
	return region(reg) + (vaddr_t)n * PAGE;
}

static void
some_range(vaddr_t *start, vaddr_t *end)
{
	unsigned reg = rnd(REGIONS);
	vaddr_t a = some_page(reg), b = some_page(reg);

	*start = a < b ? a : b;
	*end = (a < b ? b : a) + PAGE;
	if (rnd(4) == 0) { /* whole tables */
		*start &= ~(rig_span() - 1);
		*end = (*end + rig_span() - 1) & ~(rig_span() - 1);
	}
}

/* => rights and the access that makes the mapping, as flags */
static vm_prot_t
some_prot(unsigned *flags)
{
	static const vm_prot_t prots[] = { 1, 3, 5, 7 };
	vm_prot_t prot = prots[rnd(4)];

	*flags = rnd(2) ? VM_PROT_READ : 0;
	if (rnd(3) == 0 && prot & VM_PROT_WRITE)
		*flags = VM_PROT_WRITE;
	return prot;
}

static void
op_fill(struct rig *r, struct pmap *pm)
{
	vaddr_t va, end;
	unsigned flags;
	vm_prot_t prot = some_prot(&flags);

	for (some_range(&va, &end); va < end; va += PAGE) {
		pfn_t pfn = 1 + rnd(TABLES - 1);

		assert_int_equal(pmap_reserve(&r->sys, 1, 1), 0);
		assert_int_equal(rnd(2) ?
			pmap_enter_fresh(pm, va, pfn, prot, flags) :
			pmap_enter(pm, va, pfn, prot, flags),
		    0);
	}
}

static void
op_range(struct pmap *pm)
{
	static const vm_prot_t prots[] = { 0, 1, 5, 3 };
	vaddr_t start, end;

	some_range(&start, &end);
	switch (rnd(4)) {
	case 0: pmap_remove(pm, start, end); break;
	case 1: pmap_protect(pm, start, end, prots[rnd(4)]); break;
	case 2: pmap_write_protect(pm, start, end); break;
	default: pmap_write_protect(pm, rig_geo->user_min, rig_geo->user_max);
	}
}

static void
op_page(struct rig *r)
{
	pfn_t pfn = 1 + rnd(TABLES - 1);

	switch (rnd(5)) {
	case 0: pmap_page_protect(&r->sys, pfn, VM_PROT_READ); break;
	case 1: pmap_page_protect(&r->sys, pfn, VM_PROT_NONE); break;
	case 2: pmap_clear_reference(&r->sys, pfn); break;
	case 3: pmap_clear_modify(&r->sys, pfn); break;
	default: pmap_ts_referenced(&r->sys, pfn);
	}
}

static void
op_accesses(struct pmap *pm)
{
	static const vm_prot_t types[] = { 1, 2, 4 };
	unsigned reg = rnd(REGIONS);

	for (unsigned n = 0; n < 20; n++)
		pmap_access_fast(pm, some_page(reg), types[rnd(3)]);
}

static void
op_one(struct rig *r, struct pmap *pm)
{
	unsigned flags;
	vm_prot_t prot = some_prot(&flags);

	assert_int_equal(rig_enter(r, pm, some_page(rnd(REGIONS)),
			     1 + rnd(TABLES - 1), prot, flags),
	    0);
}

/* Steps of the random test: their cost grows with the square of a table. */
static unsigned
steps(void)
{
	unsigned n = 4000u * 512 / per_table() * 512 / per_table();

	return n < 700 ? n + 60 : 700;
}

static void
test_random(void **state)
{
	static struct rig r;
	struct pmap *pm;

	(void)state;
	rng = 88172645463325252u;
	rig_init(&r);
	pm = rig_pmap(&r);
	for (unsigned n = 0; n < steps(); n++) {
		vaddr_t start, end;

		switch (rnd(8)) {
		case 0: op_fill(&r, pm); break;
		case 1: op_range(pm); break;
		case 2: op_page(&r); break;
		case 3: op_one(&r, pm); break;
		default: op_accesses(pm);
		}
		rig_check(&r);
		some_range(&start, &end);
		compare(pm, start, end);
		rig_check(&r);
	}
	compare(pm, region(0), region(0) + 64 * rig_span());
	pmap_destroy(pm);
	rig_fini(&r);
}

/* A whole table of equal mappings. */
static void
fill_table(struct rig *r, struct pmap *pm, vaddr_t va, unsigned flags)
{
	for (unsigned i = 0; i < per_table(); i++)
		assert_int_equal(rig_enter(r, pm, va + i * PAGE,
				     1 + i % (TABLES - 1), 3, flags),
		    0);
}

static unsigned
states_of(struct pmap *pm, vaddr_t va)
{
	assert_non_null(pt_leaf_find(pm, va));
	return *pm->last_states;
}

/* A full table of like PTEs is not read: a set that lies is believed. */
static void
test_full_table_not_read(void **state)
{
	static struct rig r;
	vaddr_t va = region(0);
	unsigned written;
	struct pmap *pm;
	uint8_t byte;
	char buf[200];

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	fill_table(&r, pm, va, VM_PROT_WRITE);
	written = states_of(pm, va);
	assert_int_equal(written & (written - 1), 0);
	*pm->last_states = 1u << PTE_STATE_W;
	pmap_mincore(pm, va, va + PAGE, bytes, no_size, &byte);
	assert_int_equal(byte, bytes[0]);
	assert_non_null(pmap_check(&r.sys, buf, sizeof(buf)));
	assert_non_null(strstr(buf, "I8"));
	*pm->last_states = (uint8_t)written;
	rig_check(&r);

	/* One PTE less, and the others are read. */
	pmap_remove(pm, va + PAGE, va + 2 * PAGE);
	compare(pm, va, va + rig_span());
	pmap_destroy(pm);
	rig_fini(&r);
}

/* States that are gone are forgotten when the whole table is read. */
static void
test_set_made_exact(void **state)
{
	static struct rig r;
	vaddr_t va = region(0);
	unsigned written, both;
	struct pmap *pm;

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	fill_table(&r, pm, va, VM_PROT_READ);
	for (unsigned i = 0; i < per_table(); i++)
		pmap_access(pm, va + i * PAGE, VM_PROT_WRITE);
	both = states_of(pm, va);
	written = 1u << (PTE_STATE_A | PTE_STATE_M | PTE_STATE_W);
	assert_int_equal(both, written | 1u << (PTE_STATE_A | PTE_STATE_W));
	compare(pm, va, va + rig_span() - PAGE);
	assert_int_equal(states_of(pm, va), both);
	compare(pm, va, va + rig_span());
	assert_int_equal(states_of(pm, va), written);

	pmap_write_protect(pm, va, va + rig_span());
	compare(pm, va, va + rig_span());
	assert_int_equal(pmap_access(pm, va, VM_PROT_WRITE), PFN_NONE);
	assert_int_equal(rig_enter(&r, pm, va, 1, 3, 2), 0);
	assert_int_equal(states_of(pm, va), written | 1u << PTE_STATE_A);
	rig_check(&r);
	compare(pm, va, va + rig_span());
	pmap_destroy(pm);
	rig_fini(&r);
}

/* Nothing, one page, and ranges around them. */
static void
test_sparse(void **state)
{
	static struct rig r;
	struct pmap *pm;
	uint8_t byte = CANARY;

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	compare(pm, region(0), region(0) + 3 * rig_span());
	pmap_mincore(pm, region(0), region(0), bytes, no_size, &byte);
	assert_int_equal(byte, CANARY);
	for (unsigned i = 0; i < REGIONS; i++)
		assert_int_equal(rig_enter(&r, pm, region(i) + 5 * PAGE, 7, 1,
				     1),
		    0);
	for (unsigned i = 0; i < REGIONS; i++) {
		vaddr_t va = region(i);

		compare(pm, va, va + rig_span());
		compare(pm, va, va + 5 * PAGE);
		compare(pm, va + 5 * PAGE, va + 6 * PAGE);
		compare(pm, va + 6 * PAGE, va + 2 * rig_span());
	}
	compare(pm, region(0), region(0) + 700 * rig_span());
	pmap_destroy(pm);
	rig_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_full_table_not_read),
		cmocka_unit_test(test_set_made_exact),
		cmocka_unit_test(test_sparse),
	};

	return RIG_RUN("pmap/mincore", tests);
}
