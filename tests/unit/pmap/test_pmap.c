/*
 * Directed tests of page tables: failure, walks, FreeBSD's ts_referenced,
 * restoring, and that pmap_check names what is broken.
 */
#include <errno.h>
#include <limits.h>

#include "fixture.h"

#define VA RIG_VA

static void
test_no_frame_for_tables(void **state)
{
	static struct rig r;
	struct pmap *pm, *other;

	(void)state;
	rig_init(&r);
	r.table_limit = rig_geo->nlevels - 1; /* one less than is needed */
	pm = rig_pmap(&r);
	assert_int_equal(rig_enter(&r, pm, VA, 1, 3, 2), ENOMEM);
	assert_int_equal(r.tables, 1);
	assert_int_equal(pm->resident, 0);
	assert_int_equal(pm->ntables, 1);
	rig_check(&r);
	r.table_limit = rig_geo->nlevels;
	assert_int_equal(rig_enter(&r, pm, VA, 1, 3, 2), 0);
	assert_int_equal(pm->ntables, rig_geo->nlevels);
	assert_int_equal(pmap_create(&r.sys, false, &other), ENOMEM);
	pmap_remove(pm, VA, VA + rig_page());
	assert_int_equal(pm->ntables, 1);
	pmap_destroy(pm);
	rig_fini(&r);
}

/* What the manuals say of a walk to the sixth page from VA, mapped to frame 7
 * for a user who has written to it: readable, writable, accessed, modified,
 * managed, and not executable where that can be said. */
static const struct walk_row {
	const char *name;
	unsigned index[PMAP_MAXLEVELS];
	uint64_t pte;
} walk_rows[] = {
	{ "amd64", { 0, 1, 0, 5 }, 0x8000000000007467u },
	{ "amd64-la57", { 0, 0, 1, 0, 5 }, 0x8000000000007467u },
	{ "i386", { 256, 5 }, 0x00007467u },
	{ "i386-pae", { 1, 0, 5 }, 0x8000000000007467u },
	{ "arm64", { 0, 1, 0, 5 }, 0x0168000000007f4bu },
	{ "arm64-16k", { 0, 0, 32, 5 }, 0x016800000001cf4bu },
	{ "arm64-64k", { 0, 2, 5 }, 0x0168000000070f4bu },
	{ "riscv64", { 1, 0, 5 }, 0x0000000000001ed7u },
	{ "riscv64-sv48", { 0, 1, 0, 5 }, 0x0000000000001ed7u },
	{ "riscv64-sv57", { 0, 0, 1, 0, 5 }, 0x0000000000001ed7u },
	{ "power", { 0, 0, 64, 5 }, 0x0030000000007196u },
};

static const struct walk_row *
walk_row(void)
{
	for (size_t i = 0; i < NELEM(walk_rows); i++)
		if (strcmp(walk_rows[i].name, rig_geo->name) == 0)
			return &walk_rows[i];
	fail_msg("no row for %s", rig_geo->name);
	return NULL;
}

static void
test_walk(void **state)
{
	static struct rig r;
	const struct walk_row *row = walk_row();
	const unsigned leaf = rig_leaf();
	struct pmap *pm;
	struct pmap_walk w;

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	pmap_walk(pm, VA, &w);
	assert_int_equal(w.nlevels, 1);
	assert_false(w.mapped);
	assert_int_equal(rig_enter(&r, pm, VA + 5 * rig_page(), 7, 3, 2), 0);
	pmap_walk(pm, VA + 5 * rig_page(), &w);
	assert_int_equal(w.nlevels, leaf + 1);
	assert_true(w.mapped);
	for (unsigned l = 0; l <= leaf; l++)
		assert_int_equal(w.index[l], row->index[l]);
	assert_true(pmap_pte_to_hw(rig_geo, leaf, w.pte[leaf]) == row->pte);
	assert_int_equal(rig_pfn(w.pte[leaf - 1]), w.table[leaf]);
	pmap_walk(pm, VA + 6 * rig_page(), &w);
	assert_int_equal(w.nlevels, leaf + 1);
	assert_false(w.mapped);
	pmap_destroy(pm);
	rig_fini(&r);
}

static void
test_not_canonical(void **state)
{
	static struct rig r;
	struct pmap *pm;

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	assert_int_equal(rig_enter(&r, pm, VA, 1, 3, 2), 0);
	assert_int_equal(pmap_access(pm, VA | (vaddr_t)1 << rig_geo->va_bits,
			     1),
	    PFN_NONE);
	assert_false(pmap_extract(pm, VA | (vaddr_t)1 << 60, NULL));
	assert_int_equal(pmap_access(pm, VA, 1), 1);
	pmap_destroy(pm);
	rig_fini(&r);
}

static void
test_ts_referenced(void **state)
{
	static struct rig r;
	struct pmap *pm;

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(rig_enter(&r, pm, VA + i * rig_page(), 3, 3,
				     i == 0 ? 2 : 1),
		    0);
	assert_int_equal(pmap_page_mappings(&r.sys, 3), 8);
	assert_int_equal(pmap_ts_referenced(&r.sys, 3), 5);
	assert_int_equal(pmap_ts_referenced(&r.sys, 3), 3);
	assert_int_equal(pmap_ts_referenced(&r.sys, 3), 0);
	assert_true(pmap_is_modified(&r.sys, 3));
	assert_false(pmap_is_referenced(&r.sys, 3));
	pmap_destroy(pm);
	assert_true(pmap_is_modified(&r.sys, 3));
	pmap_page_reset(&r.sys, 3);
	assert_false(pmap_is_modified(&r.sys, 3));
	rig_fini(&r);
}

static void
count_mapping(void *ctx, struct pmap *pmap, vaddr_t va)
{
	vaddr_t *sum = ctx;

	(void)pmap;
	*sum += va;
}

static void
test_foreach_and_kernel(void **state)
{
	static struct rig r;
	struct pmap *pm, *kernel;
	const vaddr_t kva = rig_geo->kernel_min + 0x400000;
	struct pmap_walk w;
	vaddr_t sum = 0;

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	assert_int_equal(pmap_create(&r.sys, true, &kernel), 0);
	assert_int_equal(rig_enter(&r, pm, VA, 3, 1, 1), 0);
	assert_int_equal(rig_enter(&r, kernel, kva, 3, 3, 1 | PMAP_WIRED), 0);
	pmap_walk(kernel, kva, &w);
	assert_int_equal(w.pte[rig_leaf()] & r.sys.geo->pte.user, 0);
	pmap_page_foreach(&r.sys, 3, count_mapping, &sum);
	assert_true(sum == VA + kva);
	rig_check(&r);
	pmap_page_protect(&r.sys, 3, VM_PROT_NONE);
	assert_int_equal(kernel->resident + pm->resident, 0);
	assert_int_equal(r.wired[3], 0);
	pmap_destroy(kernel);
	pmap_destroy(pm);
	rig_fini(&r);
}

static void
test_restore(void **state)
{
	static struct rig r;
	const unsigned leaf = rig_leaf();
	struct pmap *pm, *copy;
	struct pmap_walk a, b;
	vm_prot_t prot;

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	assert_int_equal(rig_enter(&r, pm, VA, 3, 3, 2), 0);
	assert_int_equal(rig_enter(&r, pm, VA + rig_page(), 4, 3, 2), 0);
	pmap_write_protect(pm, VA, VA + rig_span());
	copy = rig_pmap(&r);
	pmap_walk(pm, VA, &a);
	assert_int_equal(pmap_reserve(&r.sys, 1, 2), 0);
	assert_int_equal(pmap_set_inner(copy, VA, leaf - 1, false), EINVAL);
	assert_int_equal(pmap_set_pte(copy, VA, a.pte[leaf]), 0);
	assert_int_equal(pmap_set_inner(copy, VA, leaf - 1, false), 0);
	assert_int_equal(pmap_set_inner(copy, VA, leaf, false), EINVAL);
	assert_int_equal(pmap_set_inner(copy, VA, UINT_MAX, true), EINVAL);
	pmap_walk(copy, VA, &b);
	assert_true(a.pte[leaf] == b.pte[leaf]);
	assert_int_equal(b.pte[leaf - 1] & r.sys.geo->pte.write, 0);
	assert_true(pmap_prot(copy, VA, &prot));
	assert_int_equal(prot, rig_prot(VM_PROT_READ));
	assert_int_equal(pmap_page_mappings(&r.sys, 3), 2);
	rig_check(&r);
	pmap_destroy(copy);
	pmap_destroy(pm);
	rig_fini(&r);
}

static void
test_ids_are_reused(void **state)
{
	static struct rig r;
	struct pmap *a, *b, *c;

	(void)state;
	rig_init(&r);
	a = rig_pmap(&r);
	b = rig_pmap(&r);
	assert_int_equal(a->id, 1);
	assert_int_equal(b->id, 2);
	pmap_destroy(a);
	c = rig_pmap(&r);
	assert_int_equal(c->id, 1);
	pmap_destroy(b);
	pmap_destroy(c);
	rig_fini(&r);
}

/* ------------------------------------------------- broken on purpose ---- */

static void
expect_broken(struct rig *r, const char *invariant)
{
	char buf[200];
	const char *why = pmap_check(&r->sys, buf, sizeof(buf));

	assert_non_null(why);
	if (strstr(why, invariant) == NULL)
		fail_msg("expected %s, got: %s", invariant, why);
}

static void
test_check_names_it(void **state)
{
	static struct rig r;
	struct pmap *pm;
	uint64_t *leaf, saved;
	uint16_t *nvalid;

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	assert_int_equal(rig_enter(&r, pm, VA, 3, 3, 2), 0);
	assert_int_equal(rig_enter(&r, pm, VA + rig_page(), 3, 1, 1), 0);
	assert_int_equal(pmap_access(pm, VA, 2), 3);
	rig_check(&r);
	leaf = pmap_leaf(pm, VA);
	assert_non_null(leaf);

	nvalid = pm->last_nvalid;
	(*nvalid)++;
	expect_broken(&r, "I1");
	(*nvalid)--;

	pm->resident++;
	expect_broken(&r, "I2");
	pm->resident--;

	pm->last_writable = false;
	expect_broken(&r, "I7");
	leaf = pmap_leaf(pm, VA);
	pm->last_key++;
	expect_broken(&r, "I7");
	leaf = pmap_leaf(pm, VA);

	saved = leaf[0];
	leaf[0] = (saved & ~r.sys.geo->pte.frame) |
	    (uint64_t)5 << r.sys.geo->pte.pfn_shift;
	expect_broken(&r, "I3");
	leaf[0] = saved & ~r.sys.geo->pte.managed;
	expect_broken(&r, "I4");
	leaf[0] = saved & ~r.sys.geo->pte.dirty;
	expect_broken(&r, "I8");
	*pm->last_states = 0xff;
	expect_broken(&r, "I5");
	leaf[0] = saved;

	pmap_page(&r.sys, 9)->pv = 1 | (uint64_t)pm->id << PMAP_PV_VPN_BITS;
	expect_broken(&r, "I3");
	pmap_page(&r.sys, 9)->pv = 0;
	pmap_page(&r.sys, 9)->pv_more = 1;
	expect_broken(&r, "I3");
	pmap_page(&r.sys, 9)->pv_more = 0;

	if (rig_geo->nlevels > 2) { /* else the root's children are leaves */
		struct pt_node *child = pm->root
					    ->child[pt_index(rig_geo, VA, 0)];

		child->index++;
		expect_broken(&r, "I1");
		child->index--;
	}
	pm->root->count++;
	expect_broken(&r, "I1");
	pm->root->count--;
	rig_check(&r);
	pmap_destroy(pm);
	rig_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_frame_for_tables),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_not_canonical),
		cmocka_unit_test(test_ts_referenced),
		cmocka_unit_test(test_foreach_and_kernel),
		cmocka_unit_test(test_restore),
		cmocka_unit_test(test_ids_are_reused),
		cmocka_unit_test(test_check_names_it),
	};

	return RIG_RUN("pmap/pmap", tests);
}
