/*
 * The hashed page table against a naive one: arrays of eight keys, searched
 * from end to end, with hash and segment numbers worked out here once more from
 * docs/machines.md.
 */
#include <errno.h>

#include "fixture.h"

#define SPACES 3
#define SEGMENTS 2
#define STRIDE 2048u /* pages from one to the next of the same PTEG */
#define FAR 32u      /* so many of them in a segment */
#define NEAR 3u
#define GROUPS 2048u /* of the smallest table */

static struct rig r;
static uint64_t rng;

static uint32_t
rnd(uint32_t n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 33) % n;
}

/* ------------------------------------------------------------ the model --- */

struct key {
	uint32_t id; /* 0: free */
	uint64_t page;
};
static struct key table[GROUPS][8];
static uint32_t evictions;
static struct hpt_counters want;

static uint32_t
group_of(uint32_t id, uint64_t page, int which)
{
	const uint64_t segment = page >> 16, m = ((uint64_t)1 << 40) - 1;
	uint64_t vsid = ((uint64_t)id << 24 | segment) * 10368899 % m;
	uint64_t hash = vsid ^ (page & 0xffff);

	return (uint32_t)((which == 0 ? hash : ~hash) % GROUPS);
}

/* => where it is, or NULL; compares: how many places were looked at */
static struct key *
model_find(uint32_t id, uint64_t page, int *which, unsigned *compares)
{
	*compares = 0;
	for (*which = 0; *which < 2; ++*which)
		for (unsigned i = 0; i < 8; i++) {
			struct key *k = &table[group_of(id, page, *which)][i];

			++*compares;
			if (k->id == id && k->page == page)
				return k;
		}
	return NULL;
}

static void
model_insert(uint32_t id, uint64_t page)
{
	struct key *k;

	want.inserts++;
	for (int which = 0; which < 2; which++)
		for (unsigned i = 0; i < 8; i++) {
			k = &table[group_of(id, page, which)][i];
			if (k->id == 0) {
				*k = (struct key){ id, page };
				return;
			}
		}
	k = &table[group_of(id, page, 0)][evictions++ % 8];
	*k = (struct key){ id, page };
	want.evictions++;
}

static unsigned
model_walk(uint32_t id, uint64_t page)
{
	int which;
	unsigned compares;
	bool hit = model_find(id, page, &which, &compares) != NULL;

	want.lookups++;
	want.compares += compares;
	want.lines += hit && which == 0 ? 1 : 2;
	want.primary += hit && which == 0;
	want.secondary += hit && which == 1;
	want.misses += !hit;
	if (!hit)
		model_insert(id, page);
	return hit && which == 0 ? 1 : 2;
}

static void
model_remove(uint32_t id, uint64_t page)
{
	int which;
	unsigned compares;
	struct key *k = model_find(id, page, &which, &compares);

	if (k == NULL)
		return;
	k->id = 0;
	want.removals++;
}

static void
model_remove_all(uint32_t id)
{
	for (unsigned g = 0; g < GROUPS; g++)
		for (unsigned i = 0; i < 8; i++)
			if (table[g][i].id == id) {
				table[g][i].id = 0;
				want.removals++;
			}
}

/* Every place of both. */
static void
compare(void)
{
	const struct hpt *h = r.sys.hpt;
	const char *why = hpt_check(&r.sys, h);

	if (why != NULL)
		fail_msg("%s", why);
	assert_memory_equal(&h->stat, &want, sizeof(want));
	for (uint32_t g = 0; g < GROUPS; g++)
		for (unsigned i = 0; i < 8; i++) {
			const struct key *k = &table[g][i];
			struct hpt_place p;

			assert_int_equal(hpt_entry(h, g, i)->v != 0,
			    k->id != 0);
			if (k->id == 0)
				continue;
			hpt_find(h, k->id, k->page << 12, 0, &p);
			assert_true(p.which >= 0);
			assert_int_equal(p.group[p.which], g);
			assert_int_equal(p.slot, i);
		}
}

/* -------------------------------------------------------------- random ---- */

static void
start(void)
{
	rig_geo = &pmap_power;
	rig_init(&r);
	assert_non_null(r.sys.hpt);
	assert_int_equal(r.sys.hpt->ngroups, GROUPS);
	memset(table, 0, sizeof(table));
	memset(&want, 0, sizeof(want));
	evictions = 0;
	rng = 88172645463325252u;
}

static uint64_t
some_page(void)
{
	return ((uint64_t)(4 + rnd(SEGMENTS)) << 16) + rnd(FAR) * STRIDE +
	    rnd(NEAR);
}

static void
step(struct pmap *const *pm)
{
	struct pmap *pmap = pm[rnd(SPACES)];
	uint64_t page = some_page(), n;
	uint32_t what = rnd(1000);

	if (what < 990) {
		assert_int_equal(hpt_walk(r.sys.hpt, pmap, page << 12, 0),
		    model_walk(pmap->id, page));
	} else if (what < 997) {
		hpt_remove(r.sys.hpt, pmap->id, page << 12, 0);
		model_remove(pmap->id, page);
	} else if (what < 999) {
		n = what == 997 ? 3 : STRIDE * rnd(FAR) + 1;
		hpt_remove_range(r.sys.hpt, pmap->id, page << 12,
		    (page + n) << 12);
		for (uint64_t i = 0; i < n; i++)
			model_remove(pmap->id, page + i);
	} else if (rnd(10) == 0) {
		hpt_remove_all(r.sys.hpt, pmap->id);
		model_remove_all(pmap->id);
	}
}

static void
test_random(void **state)
{
	struct pmap *pm[SPACES];

	(void)state;
	start();
	for (unsigned sp = 0; sp < SPACES; sp++) {
		pm[sp] = rig_pmap(&r);
		for (uint64_t seg = 4; seg < 4 + SEGMENTS; seg++)
			for (unsigned i = 0; i < FAR * NEAR; i++)
				assert_int_equal(rig_enter(&r, pm[sp],
						     ((seg << 16) +
							 i / NEAR * STRIDE +
							 i % NEAR)
							 << 12,
						     1 + rnd(255), 3, 0),
				    0);
	}
	for (unsigned n = 0; n < 60000; n++) {
		step(pm);
		if (n % 500 == 0)
			compare();
	}
	compare();
	assert_true(want.primary > 1000 && want.secondary > 1000 &&
	    want.misses > 1000 && want.evictions > 1000 &&
	    want.removals > 1000);
	for (unsigned sp = 0; sp < SPACES; sp++)
		pmap_destroy(pm[sp]);
	assert_int_equal(r.sys.hpt->used, 0);
	rig_fini(&r);
}

/* ------------------------------------------- the page table's changes ---- */

/* => the second doubleword of the base page at va, or 0 */
static uint64_t
entry_of(const struct pmap *pmap, vaddr_t va)
{
	struct hpt_place p;

	hpt_find(r.sys.hpt, pmap->id, va, 0, &p);
	return p.which < 0 ? 0 :
			     hpt_entry(r.sys.hpt, p.group[p.which], p.slot)->r;
}

static void
check(void)
{
	const char *why = hpt_check(&r.sys, r.sys.hpt);

	rig_check(&r);
	if (why != NULL)
		fail_msg("%s", why);
}

/* Whatever lowers rights or clears bits takes the entry away. */
static void
test_changes(void **state)
{
	const vaddr_t va = RIG_VA, page = rig_page();
	struct pmap *pm;

	(void)state;
	start();
	pm = rig_pmap(&r);
	assert_int_equal(rig_enter(&r, pm, va, 7, 3, 1), 0);
	assert_int_equal(entry_of(pm, va), 0);
	assert_int_equal(pmap_access(pm, va, 1), 7);
	/* R, M of WIMG, N, PP 2; then C */
	assert_int_equal(entry_of(pm, va), 0x7116);
	assert_int_equal(pmap_access(pm, va, 2), 7);
	assert_int_equal(entry_of(pm, va), 0x7196);
	check();
	pmap_write_protect(pm, page, rig_geo->user_max);
	assert_int_equal(entry_of(pm, va), 0);
	assert_int_equal(pmap_access(pm, va, 2), PFN_NONE);
	assert_int_equal(entry_of(pm, va), 0);
	assert_int_equal(pmap_access(pm, va, 1), 7);
	/* What is withheld higher up is not in the entry. */
	assert_int_equal(entry_of(pm, va) & 3, 3);
	check();
	assert_true(pmap_clear_reference(&r.sys, 7));
	assert_int_equal(entry_of(pm, va), 0);
	assert_int_equal(pmap_access(pm, va, 1), 7);
	pmap_remove(pm, va, va + page);
	assert_int_equal(r.sys.hpt->used, 0);
	check();
	pmap_destroy(pm);
	rig_fini(&r);
}

/* Of the kernel PP is 0, or PP0 and 2 for what it may not write. */
static void
test_kernel(void **state)
{
	struct pmap *kernel;
	vaddr_t va;

	(void)state;
	start();
	va = rig_geo->kernel_min;
	assert_int_equal(pmap_create(&r.sys, true, &kernel), 0);
	assert_int_equal(rig_enter(&r, kernel, va, 7, 7, 1), 0);
	assert_int_equal(rig_enter(&r, kernel, va + 4096, 8, 1, 1), 0);
	assert_int_equal(pmap_access(kernel, va, 1), 7);
	assert_int_equal(pmap_access(kernel, va + 4096, 1), 8);
	assert_int_equal(entry_of(kernel, va), 0x7110);
	assert_true(entry_of(kernel, va + 4096) == 0x8000000000008116);
	check();
	pmap_destroy(kernel);
	rig_fini(&r);
}

/* First doublewords, from the layout of the manual. */
static void
test_doublewords(void **state)
{
	const vaddr_t va = 0x7ff5000; /* page 0x7ff5 of segment 0 */
	uint64_t vsid = ((uint64_t)1 << 24) * 10368899 %
	    (((uint64_t)1 << 40) - 1);
	struct hpt_place p;
	struct pmap *pm;

	(void)state;
	start();
	pm = rig_pmap(&r);
	assert_int_equal(pm->id, 1);
	assert_int_equal(rig_enter(&r, pm, va, 7, 3, 1), 0);
	assert_int_equal(pmap_access(pm, va, 1), 7);
	hpt_find(r.sys.hpt, 1, va, 0, &p);
	assert_int_equal(p.which, 0);
	assert_true(p.vsid == vsid);
	assert_true(p.hash == (vsid ^ 0x7ff5));
	/* AVPN: VSID and the upper five bits of the offset of 28 */
	assert_true(hpt_entry(r.sys.hpt, p.group[0], p.slot)->v ==
	    ((vsid << 5 | 15) << 7 | 1));
	pmap_destroy(pm);
	rig_fini(&r);
}

/*
 * Larger pages: L and LP, AVPN without the bits of the offset, the frame with
 * none of the page's.  One entry serves the whole page.
 */
static void
test_larger(void **state)
{
	static const struct {
		unsigned psind;
		pfn_t pfn;
		uint64_t r;
	} rows[] = { { 1, 0x10, 0x11196 }, { 2, 0x1000, 0x1000196 } };
	static struct {
		struct pmap_page md;
		uint32_t pad[4];
	} pages[0x2000];
	const vaddr_t va = 0x71000000; /* the second 16M of segment 7 */
	struct hpt_place p;
	struct pmap *pm;

	(void)state;
	start();
	r.sys.pages = (char *)pages;
	r.sys.npages = NELEM(pages);
	r.sys.ps_enabled = true;
	pm = rig_pmap(&r);
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(pmap_enter_super(pm, va, rows[i].pfn, 3, 2,
				     rows[i].psind),
		    0);
		assert_int_equal(pmap_access(pm, va + 0x3000, 2),
		    rows[i].pfn + 3);
		assert_int_equal(pmap_access(pm, va + 0x8000, 1),
		    rows[i].pfn + 8);
		hpt_find(r.sys.hpt, pm->id, va + 0xf000, rows[i].psind, &p);
		assert_int_equal(p.which, 0);
		assert_true(p.hash ==
		    (p.vsid ^
			(0x1000000u >> rig_geo->sizes[rows[i].psind].shift)));
		assert_true(hpt_entry(r.sys.hpt, p.group[0], p.slot)->v ==
		    ((p.vsid << 5 | 2) << 7 | 4 | 1));
		assert_true(
		    hpt_entry(r.sys.hpt, p.group[0], p.slot)->r == rows[i].r);
		assert_int_equal(r.sys.hpt->used, 1);
		check();
		pmap_remove(pm, va, va + 0x1000000);
		assert_int_equal(r.sys.hpt->used, 0);
	}
	pmap_destroy(pm);
	rig_fini(&r);
}

/* A table put together again from its entries is the same table. */
static void
test_put(void **state)
{
	const uint32_t n = GROUPS * HPT_GROUP;
	struct hpt *h, *copy;
	struct pmap *pm;
	uint32_t last = 0;

	(void)state;
	start();
	pm = rig_pmap(&r);
	h = r.sys.hpt;
	for (unsigned i = 0; i < 60; i++) { /* some in the secondary PTEG */
		vaddr_t va = RIG_VA + (vaddr_t)i * STRIDE * rig_page();

		assert_int_equal(rig_enter(&r, pm, va, 1 + i, 3, 1), 0);
		assert_int_equal(pmap_access(pm, va, 1 + i % 2), 1 + i);
	}
	assert_int_equal(hpt_create(r.mem, rig_geo, 0, &copy), 0);
	for (uint32_t i = 0; i < n; i++) {
		if (h->entry[i].v == 0)
			continue;
		last = i;
		assert_true(hpt_put(copy, i, h->entry[i].key, h->entry[i].r));
	}
	assert_null(hpt_check(&r.sys, copy));
	assert_int_equal(copy->used, h->used);
	for (uint32_t i = 0; i < n; i++)
		assert_true(copy->entry[i].v == h->entry[i].v &&
		    copy->entry[i].r == h->entry[i].r &&
		    copy->entry[i].key == h->entry[i].key);

	assert_false(hpt_put(copy, last, h->entry[last].key, 0)); /* taken */
	assert_false(hpt_put(copy, last ^ 64, h->entry[last].key, 0));
	assert_false(hpt_put(copy, n, h->entry[last].key, 0));
	assert_false(hpt_put(copy, UINT32_MAX, h->entry[last].key, 0));
	hpt_remove_all(copy, pm->id);
	assert_int_equal(copy->used, 0);
	assert_false(hpt_put(copy, last, h->entry[last].key | 1ull << 56, 0));
	assert_false(hpt_put(copy, last, h->entry[last].key | 1ull << 63, 0));
	assert_false(hpt_put(copy, last, 0, 0));
	hpt_destroy(copy);
	pmap_destroy(pm);
	rig_fini(&r);
}

/* A table of a machine with so much memory. */
static void
test_size(void **state)
{
	static const struct {
		uint64_t ram, bytes;
	} rows[] = { { 0, 262144 }, { 1 << 20, 262144 }, { 32 << 20, 262144 },
		{ (32 << 20) + 1, 524288 }, { 64 << 20, 524288 },
		{ (uint64_t)3 << 30, 32 << 20 },
		{ (uint64_t)4 << 30, 32 << 20 },
		{ UINT64_MAX, HPT_MAX_BYTES } };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		assert_true(hpt_bytes(rows[i].ram) == rows[i].bytes);
}

static void
test_no_memory(void **state)
{
	struct mem *mem = mem_create();
	struct pmap_system sys;

	(void)state;
	for (unsigned n = 1; n <= 5; n++) {
		mem_fail_after(mem, n);
		assert_int_equal(pmap_system_init(&sys, mem, &pmap_power,
				     r.page, FRAMES),
		    ENOMEM);
		assert_int_equal(mem_in_use(mem), 0);
	}
	mem_fail_after(mem, 0);
	mem_destroy(mem);
	hpt_destroy(NULL);
}

/* ------------------------------------------------- broken on purpose ---- */

static void
expect_broken(const char *invariant)
{
	const char *why = hpt_check(&r.sys, r.sys.hpt);

	assert_non_null(why);
	if (strstr(why, invariant) == NULL)
		fail_msg("expected %s, got: %s", invariant, why);
}

static void
test_check_names_it(void **state)
{
	const vaddr_t va = RIG_VA;
	struct hpt_place p;
	struct hpte *e, saved;
	struct pmap *pm;
	uint32_t first;

	(void)state;
	start();
	pm = rig_pmap(&r);
	assert_int_equal(rig_enter(&r, pm, va, 7, 3, 1), 0);
	assert_int_equal(pmap_access(pm, va, 1), 7);
	check();
	hpt_find(r.sys.hpt, pm->id, va, 0, &p);
	e = hpt_entry(r.sys.hpt, p.group[0], p.slot);
	saved = *e;

	e->v |= HPTE_H;
	expect_broken("H1");
	*e = saved;
	e[1] = saved;
	expect_broken("H2");
	e[1] = (struct hpte){ 0 };
	e->v ^= (uint64_t)1 << 20;
	expect_broken("H3");
	*e = saved;
	first = r.sys.hpt->first[pm->id];
	r.sys.hpt->first[pm->id] = 0;
	expect_broken("H4");
	r.sys.hpt->first[pm->id] = first;
	r.sys.hpt->used++;
	expect_broken("H4");
	r.sys.hpt->used--;
	e->r ^= 1;
	expect_broken("H5");
	*e = saved;
	e->r ^= 0x1000;
	expect_broken("H5");
	*e = saved;
	e->r |= HPTE_C;
	expect_broken("H5");
	*e = saved;
	check();
	pmap_destroy(pm);
	rig_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_doublewords),
		cmocka_unit_test(test_larger),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_check_names_it),
	};

	rig_geo = &pmap_power;
	return cmocka_run_group_tests_name("pmap/hpt", tests, NULL, NULL);
}
