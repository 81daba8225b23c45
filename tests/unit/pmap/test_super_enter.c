/*
 * Larger mappings made at once (pmap_enter_super, pmap_copy_super,
 * pmap_set_super), of every size that the machine has; groups; what happens
 * without frames and without host memory; several mappings of one block.
 */
#include "super_rig.h"

#include <errno.h>

#define R VM_PROT_READ
#define RW (VM_PROT_READ | VM_PROT_WRITE)
#define A PTE_STATE_A
#define M PTE_STATE_M
#define W PTE_STATE_W

static struct srig rig;

static void
setup(bool groups, bool huge)
{
	srig_init(&rig, groups, huge);
}

/* The second block of this size. */
static pfn_t
block(unsigned psind)
{
	return srig_pages(&rig, psind);
}

static int
enter(struct pmap *pm, unsigned psind, vm_prot_t prot, unsigned flags)
{
	return pmap_enter_super(pm, RIG_VA, block(psind), prot, flags, psind);
}

static void
fini(struct pmap *a, struct pmap *b)
{
	srig_check(&rig);
	pmap_destroy(a);
	if (b != NULL)
		pmap_destroy(b);
	srig_fini(&rig);
}

static void
test_every_size(void **state)
{
	(void)state;
	setup(true, true);
	for (unsigned psind = 1; psind <= srig_largest(&rig); psind++) {
		struct pmap *pm = srig_pmap(&rig);
		uint32_t n = srig_pages(&rig, psind);
		struct pmap_walk w;

		assert_int_equal(enter(pm, psind, RW, R), 0);
		assert_int_equal(rig.sys.count.mappings[psind], 1);
		assert_int_equal(pm->resident, n);
		assert_int_equal(srig_state(pm, RIG_VA), A | M | W);
		for (uint32_t i = 0; i < n; i += n / 16) {
			pmap_walk(pm, RIG_VA + i * rig_page(), &w);
			assert_true(w.mapped);
			assert_int_equal(w.psind, psind);
			assert_int_equal(w.pfn, block(psind) + i);
			assert_int_equal(w.saved, PFN_NONE);
			assert_int_equal(pmap_access(pm,
					     RIG_VA + i * rig_page(),
					     VM_PROT_WRITE),
			    w.pfn);
		}
		srig_check(&rig);
		assert_int_equal(enter(pm, psind, RW, PMAP_NOREPLACE), EBUSY);
		pmap_remove(pm, RIG_VA, RIG_VA + srig_size(&rig, psind));
		assert_int_equal(pm->resident, 0);
		assert_int_equal(pm->ntables, 1);
		assert_true(pmap_is_modified(&rig.sys, block(psind) + n - 1));
		pmap_destroy(pm);
	}
	srig_fini(&rig);
}

/* The largest size comes apart level by level, and only where it must. */
static void
test_demote_level_by_level(void **state)
{
	unsigned psind, step = 0;
	struct pmap *pm;
	vaddr_t at;

	(void)state;
	setup(false, true);
	psind = srig_largest(&rig);
	pm = srig_pmap(&rig);
	if (psind == rig.leaf || psind == 0) {
		fini(pm, NULL);
		return;
	}
	at = RIG_VA + srig_size(&rig, rig.leaf) + 5 * rig_page();
	assert_int_equal(enter(pm, psind, RW, R), 0);
	pmap_page_protect(&rig.sys,
	    block(psind) + srig_pages(&rig, rig.leaf) + 5, VM_PROT_NONE);
	for (unsigned k = rig.leaf; k <= psind; k++)
		step += (unsigned)rig.sys.count.demotions[k];
	assert_int_equal(step, 2);
	assert_int_equal(pm->resident, srig_pages(&rig, psind) - 1);
	assert_int_equal(pmap_psind(pm, RIG_VA), rig.leaf);
	assert_int_equal(pmap_psind(pm, at - rig_page()), 0);
	assert_false(pmap_is_mapped(pm, at));
	srig_check(&rig);
	fini(pm, NULL);
}

static void
test_refused(void **state)
{
	struct pmap *pm;
	uint64_t none;

	(void)state;
	setup(true, false);
	pm = srig_pmap(&rig);
	none = pm->ntables;
	for (unsigned psind = 1; psind <= rig.leaf; psind++) {
		rig.sys.ps_enabled = false;
		assert_int_equal(enter(pm, psind, R, R), ENOTSUP);
		rig.sys.ps_enabled = true;
		assert_int_equal(pmap_enter_super(pm, RIG_VA, block(psind), R,
				     R, rig.geo.nsizes),
		    ENOTSUP);
		assert_int_equal(srig_enter(&rig, pm, RIG_VA + rig_page(), 5, R,
				     R),
		    0);
		assert_int_equal(enter(pm, psind, R, R | PMAP_NOREPLACE),
		    EEXIST);
		pmap_remove(pm, RIG_VA, RIG_VA + 2 * rig_page());
		assert_int_equal(rig.sys.count.mappings[psind], 0);
		assert_int_equal(pm->ntables, none);
		assert_int_equal(pm->resident, 0);
	}
	fini(pm, NULL);
}

/* What was mapped goes, its state to its frames. */
static void
test_replaces(void **state)
{
	struct pmap *pm;
	uint32_t n;

	(void)state;
	setup(true, false);
	pm = srig_pmap(&rig);
	n = srig_pages(&rig, rig.leaf);
	for (uint32_t i = 0; i < n / 2; i++)
		assert_int_equal(srig_enter(&rig, pm, RIG_VA + i * rig_page(),
				     3 * n + i, RW, VM_PROT_WRITE),
		    0);
	assert_int_equal(enter(pm, rig.leaf, R, 0), 0);
	assert_int_equal(pm->resident, n);
	for (uint32_t i = 0; i < n / 2; i++) {
		assert_false(pmap_page_is_mapped(&rig.sys, 3 * n + i));
		assert_true(pmap_is_modified(&rig.sys, 3 * n + i));
		assert_true(pmap_is_referenced(&rig.sys, 3 * n + i));
	}
	/* The larger one by another of its kind: nothing is demoted. */
	assert_int_equal(pmap_enter_super(pm, RIG_VA, 3 * n, RW, R, rig.leaf),
	    0);
	assert_int_equal(rig.sys.count.demotions[rig.leaf], 0);
	assert_false(pmap_page_is_mapped(&rig.sys, block(rig.leaf)));
	assert_int_equal(pmap_page_mappings(&rig.sys, 3 * n + 1), 1);
	fini(pm, NULL);
}

/* ----------------------------------------------------------- frames ---- */

/* Made directly, it keeps no table: without a frame it cannot be demoted. */
static void
test_no_frame_to_demote(void **state)
{
	struct pmap *pm;
	uint32_t n;

	(void)state;
	setup(false, false);
	pm = srig_pmap(&rig);
	n = srig_pages(&rig, rig.leaf);
	assert_int_equal(enter(pm, rig.leaf, RW, R), 0);
	rig.table_limit = rig.tables;
	assert_int_equal(srig_enter(&rig, pm, RIG_VA, 3 * n, R, R), ENOMEM);
	assert_int_equal(pm->resident, 0);
	assert_int_equal(pm->ntables, 1);
	assert_int_equal(rig.event[1].what, PMAP_DEMOTION_FAILED);
	assert_true(pmap_is_modified(&rig.sys, block(rig.leaf) + 7));
	assert_int_equal(rig.sys.count.demotions[rig.leaf], 0);
	fini(pm, NULL);
}

/* Wired, it takes its frame beforehand, or is refused with nothing changed. */
static void
test_wired_has_a_frame(void **state)
{
	struct pmap *pm;
	unsigned tables;

	(void)state;
	setup(false, false);
	pm = srig_pmap(&rig);
	for (unsigned more = 0;; more++) {
		int error;

		rig.table_limit = rig.tables + more;
		tables = rig.tables;
		error = enter(pm, rig.leaf, RW, R | PMAP_WIRED);
		srig_check(&rig);
		if (error == 0)
			break;
		assert_int_equal(error, ENOMEM);
		assert_int_equal(rig.tables, tables);
		assert_int_equal(pm->ntables, 1);
		assert_int_equal(rig.sys.count.mappings[rig.leaf], 0);
	}
	/* Tables of the levels between the root and it, and the saved one. */
	assert_int_equal(rig.tables - tables,
	    rig.geo.sizes[rig.leaf].level + 1u);
	assert_int_equal(pm->wired, srig_pages(&rig, rig.leaf));
	pmap_unwire(pm, RIG_VA);
	assert_int_equal(rig.sys.count.demotions[rig.leaf], 1);
	assert_int_equal(pm->wired, srig_pages(&rig, rig.leaf) - 1);
	fini(pm, NULL);
}

/* ------------------------------------------------------ host memory ---- */

/* Each allocation fails in turn: refused with nothing changed, until none. */
static void
test_host_memory(void **state)
{
	struct pmap *a, *b;
	unsigned failed = 0;

	(void)state;
	setup(true, false);
	a = srig_pmap(&rig);
	b = srig_pmap(&rig);
	assert_int_equal(enter(a, rig.leaf, RW, R), 0);
	for (uint64_t k = 1;; k++) {
		int error;

		mem_fail_after(rig.mem, k);
		error = enter(b, rig.leaf, RW, R);
		mem_fail_after(rig.mem, 0);
		srig_check(&rig);
		if (error == 0)
			break;
		assert_int_equal(error, ENOMEM);
		assert_int_equal(b->resident, 0);
		assert_int_equal(b->ntables, 1);
		failed++;
		if (k > 4)
			k += k; /* a pv for each page: not all of them */
	}
	assert_true(failed > 1);
	/* Two larger mappings of a block: its pvs are there whatever comes. */
	assert_int_equal(rig.sys.pv_held, srig_pages(&rig, rig.leaf) - 1);
	mem_fail_after(rig.mem, 1);
	pmap_page_protect(&rig.sys, block(rig.leaf) + 3, R);
	mem_fail_after(rig.mem, 0);
	assert_int_equal(rig.sys.count.demotions[rig.leaf], 2);
	assert_int_equal(rig.sys.pv_held, 0);
	assert_int_equal(pmap_page_mappings(&rig.sys, block(rig.leaf) + 3), 2);
	fini(a, b);
}

/* ---------------------------------------------------------- copying ---- */

static void
test_copy(void **state)
{
	struct pmap *a, *b;
	vsize_t size;

	(void)state;
	setup(false, false);
	a = srig_pmap(&rig);
	b = srig_pmap(&rig);
	size = srig_size(&rig, rig.leaf);
	assert_int_equal(enter(a, rig.leaf, RW, R | PMAP_WIRED), 0);
	assert_int_equal(pmap_copy_super(b, a, RIG_VA, RIG_VA + size - 1), 0);
	assert_int_equal(pmap_copy_super(b, a, RIG_VA + rig_page(),
			     RIG_VA + size),
	    0);
	pmap_write_protect(a, RIG_VA, RIG_VA + size);
	assert_int_equal(pmap_copy_super(b, a, RIG_VA, RIG_VA + size), 1);
	assert_int_equal(srig_state(b, RIG_VA), 0);
	assert_int_equal(srig_state(a, RIG_VA), A);
	assert_int_equal(b->wired, 0);
	assert_int_equal(rig.sys.count.mappings[rig.leaf], 2);
	assert_int_equal(rig.sys.count.demotions[rig.leaf], 0);
	/* Not a second time. */
	assert_int_equal(pmap_copy_super(b, a, RIG_VA, RIG_VA + size), 0);
	/* O9: the child's has no A, so a write takes all of it. */
	assert_int_equal(srig_enter(&rig, b, RIG_VA, 3 * block(rig.leaf), RW,
			     VM_PROT_WRITE),
	    0);
	assert_int_equal(b->resident, 1);
	assert_int_equal(rig.sys.count.demotions[rig.leaf], 0);
	fini(a, b);
}

/* Shared memory: the writable copy is writable, and dirty. */
static void
test_copy_shared(void **state)
{
	struct pmap *a, *b;
	vsize_t size;

	(void)state;
	setup(false, false);
	a = srig_pmap(&rig);
	b = srig_pmap(&rig);
	size = srig_size(&rig, rig.leaf);
	assert_int_equal(enter(a, rig.leaf, RW, R), 0);
	assert_int_equal(pmap_copy_super(b, a, RIG_VA, RIG_VA + size), 1);
	assert_int_equal(srig_state(b, RIG_VA), M | W);
	fini(a, b);
}

/* -------------------------------------------------------- restoring ---- */

static void
test_set(void **state)
{
	struct pmap_walk w, v;
	struct pmap *a, *b;

	(void)state;
	setup(false, false);
	a = srig_pmap(&rig);
	b = srig_pmap(&rig);
	for (uint32_t i = 0; i < srig_pages(&rig, rig.leaf); i++)
		assert_int_equal(srig_enter(&rig, a, RIG_VA + i * rig_page(),
				     block(rig.leaf) + i, RW, VM_PROT_WRITE),
		    0);
	pmap_walk(a, RIG_VA, &w);
	assert_int_equal(w.psind, rig.leaf);
	assert_int_equal(pmap_set_super(b, RIG_VA, w.psind,
			     w.pte[w.nlevels - 1], w.saved != PFN_NONE),
	    0);
	pmap_walk(b, RIG_VA, &v);
	assert_int_equal(v.nlevels, w.nlevels);
	assert_int_equal(v.pte[v.nlevels - 1], w.pte[w.nlevels - 1]);
	assert_int_not_equal(v.saved, PFN_NONE);
	assert_int_not_equal(v.saved, w.saved);
	assert_int_equal(a->ntables, b->ntables);
	assert_int_equal(rig.sys.count.mappings[rig.leaf], 0);
	assert_int_equal(pmap_set_inner(b, RIG_VA, w.nlevels - 1, false),
	    EINVAL);
	fini(a, b);
}

/* ----------------------------------------------------------- groups ---- */

static void
test_group(void **state)
{
	struct pmap *pm;
	uint32_t n;

	(void)state;
	setup(true, false);
	pm = srig_pmap(&rig);
	if (rig.group == 0) {
		fini(pm, NULL);
		return;
	}
	n = srig_pages(&rig, rig.group);
	rig.full = rig.group;
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(pmap_psind(pm, RIG_VA), 0);
		assert_int_equal(srig_enter(&rig, pm, RIG_VA + i * rig_page(),
				     n + i, RW, VM_PROT_WRITE),
		    0);
	}
	assert_int_equal(rig.sys.count.promotions[rig.group], 1);
	assert_int_equal(rig.asked, 1);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(pmap_psind(pm, RIG_VA + i * rig_page()),
		    rig.group);
		assert_int_equal(pmap_page_mappings(&rig.sys, n + i), 1);
	}
	/* Whole: it stays one.  A part: it is none any more. */
	pmap_protect(pm, RIG_VA, RIG_VA + n * rig_page(), R);
	assert_int_equal(rig.sys.count.demotions[rig.group], 0);
	pmap_protect(pm, RIG_VA, RIG_VA + rig_page(), R);
	assert_int_equal(rig.sys.count.demotions[rig.group], 1);
	assert_int_equal(pmap_psind(pm, RIG_VA + 3 * rig_page()), 0);
	assert_int_equal(srig_state(pm, RIG_VA + 3 * rig_page()), A);
	fini(pm, NULL);
}

/* --------------------------------------------------------- rotation ---- */

#define MAPS 8

/* Which of the mappings of a frame have A, as bits. */
static unsigned
referenced(struct pmap **pm)
{
	unsigned set = 0;

	for (unsigned k = 0; k < MAPS; k++)
		set |= (srig_state(pm[k], RIG_VA) & A ? 1u : 0) << k;
	return set;
}

/* Five at a time, and the next call goes on where the last one stopped. */
static void
test_rotation(void **state)
{
	struct pmap *pm[MAPS];
	unsigned first, all = (1u << MAPS) - 1;

	(void)state;
	setup(false, false);
	for (unsigned k = 0; k < MAPS; k++) {
		pm[k] = srig_pmap(&rig);
		assert_int_equal(srig_enter(&rig, pm[k], RIG_VA, 9, R, R), 0);
	}
	assert_int_equal(pmap_ts_referenced(&rig.sys, 9), 5);
	first = all & ~referenced(pm);
	assert_int_equal(__builtin_popcount(first), 5);
	srig_check(&rig);
	for (unsigned k = 0; k < MAPS; k++)
		pmap_access(pm[k], RIG_VA, R);
	assert_int_equal(referenced(pm), all);
	assert_int_equal(pmap_ts_referenced(&rig.sys, 9), 5);
	/* The three that were left come first, then two of those. */
	assert_int_equal(referenced(pm) & ~first, 0);
	assert_int_equal(__builtin_popcount(referenced(pm) & first), 3);
	assert_int_equal(pmap_ts_referenced(&rig.sys, 9), 3);
	assert_int_equal(pmap_ts_referenced(&rig.sys, 9), 0);
	assert_int_equal(pmap_page_mappings(&rig.sys, 9), MAPS);
	srig_check(&rig);
	for (unsigned k = 0; k < MAPS; k++)
		pmap_destroy(pm[k]);
	srig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_demote_level_by_level),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_replaces),
		cmocka_unit_test(test_no_frame_to_demote),
		cmocka_unit_test(test_wired_has_a_frame),
		cmocka_unit_test(test_host_memory),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_copy_shared),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_rotation),
	};

	return RIG_RUN("pmap/super/enter", tests);
}
