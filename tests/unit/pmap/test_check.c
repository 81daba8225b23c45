/*
 * pmap_check of larger mappings, groups, slots, hashed tables and TLBs: what is
 * broken on purpose must be named, on every machine that has it.
 * test_pmap.c does the same with base pages.
 */
#include "super_rig.h"

#include "pmap/hpt.h"
#include "pmap/pmap_large.h"
#include "pmap/tlb_internal.h"

#define RW (VM_PROT_READ | VM_PROT_WRITE)

static struct srig big;
static struct rig small;

static void
expect(struct pmap_system *sys, const char *text)
{
	char buf[200];
	const char *why = pmap_check(sys, buf, sizeof(buf));

	if (text == NULL && why != NULL)
		fail_msg("nothing is broken, but: %s", why);
	if (text != NULL && why == NULL)
		fail_msg("'%s' was broken, nothing was found", text);
	if (text != NULL && strstr(why, text) == NULL)
		fail_msg("'%s' was broken, found: %s", text, why);
}

/* Break a field, see it named, mend it. */
#define BROKEN(sys, lvalue, value, text) \
	do { \
		__typeof__(lvalue) saved_ = (lvalue); \
		(lvalue) = (value); \
		expect(sys, text); \
		(lvalue) = saved_; \
		expect(sys, NULL); \
	} while (0)

/* A pmap with one larger mapping, of the smallest leaf size. */
static struct pmap *
large(struct pt_found *fd)
{
	struct pmap *pm;

	srig_init(&big, false, false);
	pm = srig_pmap(&big);
	assert_int_equal(pmap_enter_super(pm, RIG_VA,
			     srig_pages(&big, big.leaf), RW, RW, big.leaf),
	    0);
	assert_true(pt_find_large(pm, RIG_VA, fd));
	expect(&big.sys, NULL);
	return pm;
}

static void
test_larger_entry(void **state)
{
	const struct pte_format *f = &rig_geo->pte;
	struct pmap_system *sys = &big.sys;
	struct pt_found fd;
	struct pmap *pm = large(&fd);
	uint64_t pte = *fd.pte, one = (uint64_t)1 << f->pfn_shift;

	(void)state;
	BROKEN(sys, sys->leaf_psind[fd.node->level], 0,
	    "I9: larger mapping at");
	BROKEN(sys, *fd.pte, pte & ~f->managed, "I4: larger");
	BROKEN(sys, *fd.pte, pte & ~f->frame, "I4: larger");
	BROKEN(sys, *fd.pte, pte | f->frame, "I4: larger");
	BROKEN(sys, *fd.pte, pte + one, "I9: larger mapping is not aligned");
	if (f->group != 0)
		BROKEN(sys, *fd.pte, pte | f->group, "not aligned");
	BROKEN(sys, *fd.pte, (pte | f->dirty) & ~f->write, "I6: larger");
	if (sys->promote != PMAP_PROMOTE_AIX)
		BROKEN(sys, *fd.pte, pte & ~f->dirty,
		    "I9: larger mapping is w");
	BROKEN(sys, *fd.pte, pte + one * srig_pages(&big, big.leaf),
	    "I3: larger mapping without pv");
	BROKEN(sys, fd.node->nvalid[fd.index], 1, "I1: count of a larger");
	BROKEN(sys, fd.node->child[fd.index], NULL, "I1: entry and child");
	pmap_destroy(pm);
	srig_fini(&big);
}

static void
test_larger_counts(void **state)
{
	struct pmap_system *sys = &big.sys;
	struct pt_found fd;
	struct pmap *pm = large(&fd);
	uint32_t n = srig_pages(&big, big.leaf);

	(void)state;
	BROKEN(sys, sys->large[big.leaf][1], 2, "I11: count of a block's");
	BROKEN(sys, sys->large[big.leaf][1], 0, "I11: count of larger");
	BROKEN(sys, sys->pv_held, sys->pv_held + 1, "I11: pvs held");
	BROKEN(sys, pm->wired, 1, "I2");
	BROKEN(sys, pm->ntables, pm->ntables + 1, "I2");
	assert_int_equal(srig_enter(&big, pm,
			     RIG_VA + 2 * srig_size(&big, big.leaf), n + 1, RW,
			     RW | PMAP_WIRED),
	    0);
	expect(sys, NULL);
	BROKEN(sys, fd.node->parent, fd.node,
	    fd.node == pm->root ? NULL : "I1: parent link");
	pmap_destroy(pm);
	srig_fini(&big);
}

/* A group of PTEs, of the machines that have any. */
static void
test_group(void **state)
{
	const struct pte_format *f = &rig_geo->pte;
	struct pmap_system *sys = &big.sys;
	uint64_t one = (uint64_t)1 << f->pfn_shift, *leaf;
	struct pmap *pm;
	uint32_t n;

	(void)state;
	srig_init(&big, true, false);
	pm = srig_pmap(&big);
	if (big.group != 0) {
		n = srig_pages(&big, big.group);
		assert_int_equal(pmap_enter_super(pm, RIG_VA, n, RW, RW,
				     big.group),
		    0);
		leaf = pmap_leaf(pm, RIG_VA);
		assert_non_null(leaf);
		expect(sys, NULL);
		BROKEN(sys, leaf[n - 1], leaf[n - 1] ^ f->noexec,
		    f->noexec == 0 ? NULL : "I10: PTEs of a group differ");
		BROKEN(sys, leaf[1], leaf[1] + one, "I3: PTE without pv");
		for (uint32_t i = 0; i < n; i++)
			leaf[i] += one;
		sys->pages -= PMAP_PAGE_STRIDE; /* so that pvs agree */
		expect(sys, "I10: frames of a group are not aligned");
		sys->pages += PMAP_PAGE_STRIDE;
		for (uint32_t i = 0; i < n; i++)
			leaf[i] -= one;
	}
	pmap_destroy(pm);
	srig_fini(&big);
}

static void
test_slots(void **state)
{
	uint64_t *leaf;
	struct pmap *pm;

	(void)state;
	rig_init(&small);
	pmap_use_slots(&small.sys);
	pm = rig_pmap(&small);
	assert_int_equal(rig_enter(&small, pm, RIG_VA, 1, RW, RW), 0);
	assert_int_equal(rig_enter(&small, pm, RIG_VA + rig_page(), 2, RW,
			     RW | PMAP_WIRED),
	    0);
	leaf = pmap_leaf(pm, RIG_VA);
	assert_non_null(leaf);
	BROKEN(&small.sys, pt_slots(pm, leaf)[0], 7, NULL);
	BROKEN(&small.sys, pt_slots(pm, leaf)[1], 7, "I12");
	BROKEN(&small.sys, pt_slots(pm, leaf)[2], 7, "I12");
	pmap_destroy(pm);
	rig_fini(&small);
}

/* ---------------------------------------------------------------- TLBs --- */

static const struct tlb_preset lru = {
	.name = "lru",
	.array = { [TLB_L1D] = { { 4, 0, 12, 63, false } },
	    [TLB_L2D] = { { 16, 4, 12, 63, false } } },
	.pwc = { { 4, 0, 12, 63, false } },
	.asid = true,
};

/* Pages 0 and 1 have been read, 2 is mapped, 3 is mapped and not accessed. */
static struct pmap *
looked_up(const struct tlb_preset *p)
{
	struct pmap *pm;

	rig_init(&small);
	pm = rig_pmap(&small);
	assert_int_equal(tlb_create(&small.sys, p, 2), 0);
	tlb_switch(&small.sys, 0, pm);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(rig_enter(&small, pm, RIG_VA + i * rig_page(),
				     1 + i, RW, i < 3 ? RW : 0),
		    0);
	for (unsigned i = 0; i < 2; i++)
		tlb_reference(small.sys.tlbm, pm, RIG_VA + i * rig_page(), 0,
		    0);
	expect(&small.sys, NULL);
	return pm;
}

static void
forget(struct pmap *pm)
{
	pmap_destroy(pm);
	tlb_destroy(&small.sys);
	rig_fini(&small);
}

static uint64_t
tag_of(uint64_t id, unsigned page, unsigned psind)
{
	return tlb_tag(id, RIG_VA + page * rig_page(), rig_geo->page_shift,
	    psind);
}

static void
test_tlb_lru(void **state)
{
	struct pmap *pm = looked_up(&lru);
	struct pmap_system *sys = &small.sys;
	struct tlb *t = sys->tlbm;
	uint64_t *word = t->cpu[0].word, id = tlb_id(pm);
	uint64_t *l1 = &word[t->array[TLB_L1D][0].base];
	const struct tlb_array *l2 = &t->array[TLB_L2D][0];

	(void)state;
	BROKEN(sys, word[0], 1, "I1: word 0");
	BROKEN(sys, l1[2], l1[0], "I1: a tag twice in a set");
	BROKEN(sys, l1[2], tag_of(id, 2, 0), NULL);
	BROKEN(sys, l1[3], tag_of(id, 2, 0), "I2");
	BROKEN(sys, l1[2], tag_of(id, 3, 0), "page that is not accessed");
	BROKEN(sys, l1[2], tag_of(id, 4, 0), "page that is not mapped");
	BROKEN(sys, l1[2], tag_of(id, 0, TLB_WALK_PSIND), "I1: a tag of a si");
	BROKEN(sys, l1[2], tag_of(0, 4, 0), NULL); /* the kernel's */
	BROKEN(sys, l1[2], tag_of((uint64_t)77 << TLB_ID_SHIFT, 0, 0), "I4");
	BROKEN(sys,
	    word[tlb_set(l2, RIG_VA + 3 * rig_page(), rig_geo->page_shift)],
	    tag_of(id, 2, 0), "I1: a tag in a set that is not its own");
	BROKEN(sys, pm->tlb_cpus, 0, "I4");
	BROKEN(sys, pm->tlb_stale, 1, NULL);
	if (!rig_geo->hashed)
		BROKEN(sys, word[t->pwc[0].base], tag_of(id, 0, 0),
		    "I1: a tag of a size");
	forget(pm);
}

/* Without ASIDs nothing of another space; trees know what was used last. */
static void
test_tlb_plru(void **state)
{
	struct tlb_preset p = lru;
	struct pmap_system *sys = &small.sys;
	struct pmap *pm;
	uint64_t *set;

	(void)state;
	p.asid = false;
	p.policy = TLB_PLRU;
	pm = looked_up(&p);
	set = &sys->tlbm->cpu[0].word[sys->tlbm->array[TLB_L1D][0].base];
	assert_int_equal(sys->tlbm->array[TLB_L1D][0].first, 2);
	BROKEN(sys, set[0], tag_of(tlb_id(pm), 3, 0), "I3");
	BROKEN(sys, set[0], 0, NULL);
	BROKEN(sys, set[5], tag_of(tlb_id(pm), 2, 0), NULL);
	BROKEN(sys, set[5], tag_of((uint64_t)77 << TLB_ID_SHIFT, 2, 0), "I5");
	BROKEN(sys, sys->tlbm->cpu[0].pmap, NULL, "I5");
	forget(pm);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_larger_entry),
		cmocka_unit_test(test_larger_counts),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_tlb_lru),
		cmocka_unit_test(test_tlb_plru),
	};

	return RIG_RUN("pmap/check", tests);
}
