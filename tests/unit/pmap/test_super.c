/*
 * Larger mappings by promotion, on every machine: the micro-oracles of
 * FreeBSD's pmap (their names O1 .. O12), the order of a promotion's checks,
 * demotion and what brings it about.
 *
 * One private mapping of a whole leaf table, RW, whose frames are an aligned
 * block; "touch" is an access, and a fault that enters the page where the
 * access is refused.
 */
#include "super_rig.h"

#define RW (VM_PROT_READ | VM_PROT_WRITE)
#define A PTE_STATE_A
#define M PTE_STATE_M
#define W PTE_STATE_W

struct one {
	struct srig r;
	struct pmap *pm;
	pfn_t pfn;  /* first frame */
	uint32_t n; /* pages */
	unsigned faults;
};

static struct one one;

static vaddr_t
va_of(uint32_t i)
{
	return RIG_VA + i * rig_page();
}

static struct one *
setup(void)
{
	struct one *o = &one;

	memset(o, 0, sizeof(*o));
	srig_init(&o->r, false, false);
	o->pm = srig_pmap(&o->r);
	o->n = srig_pages(&o->r, o->r.leaf);
	o->pfn = 2 * o->n;
	return o;
}

static void
teardown(struct one *o)
{
	srig_check(&o->r);
	pmap_destroy(o->pm);
	srig_fini(&o->r);
}

static void
touch(struct one *o, uint32_t i, vm_prot_t type)
{
	if (pmap_access(o->pm, va_of(i), type) != PFN_NONE)
		return;
	o->faults++;
	assert_int_equal(srig_enter(&o->r, o->pm, va_of(i), o->pfn + i, RW,
			     type),
	    0);
}

static void
touch_all(struct one *o, vm_prot_t type)
{
	for (uint32_t i = 0; i < o->n; i++)
		touch(o, i, type);
}

/* Faults and counters must be exactly these; they are forgotten then. */
static void
expect(struct one *o, unsigned f, unsigned p, unsigned x, unsigned d)
{
	struct pmap_counters *c = &o->r.sys.count;

	assert_int_equal(o->faults, f);
	assert_int_equal(c->promotions[o->r.leaf], p);
	assert_int_equal(c->p_failures[o->r.leaf], x);
	assert_int_equal(c->demotions[o->r.leaf], d);
	assert_int_equal(c->mappings[o->r.leaf], 0);
	memset(c, 0, sizeof(*c));
	o->faults = 0;
	srig_check(&o->r);
}

static void
expect_larger(struct one *o, unsigned state)
{
	struct pmap_walk w;

	assert_int_equal(o->pm->resident, o->n);
	pmap_walk(o->pm, va_of(0), &w);
	assert_int_not_equal(w.saved, PFN_NONE);
	assert_int_equal(w.nlevels, o->r.geo.sizes[o->r.leaf].level + 1u);
	for (uint32_t i = 0; i < o->n; i++) {
		pfn_t pfn;

		assert_int_equal(pmap_psind(o->pm, va_of(i)), o->r.leaf);
		assert_true(pmap_extract(o->pm, va_of(i), &pfn));
		assert_int_equal(pfn, o->pfn + i);
		assert_int_equal(srig_state(o->pm, va_of(i)), state);
		assert_int_equal(pmap_page_mappings(&o->r.sys, pfn), 1);
		assert_true(pmap_page_is_mapped(&o->r.sys, pfn));
		assert_true(pmap_is_mapped(o->pm, va_of(i)));
	}
}

static void
o1(struct one *o)
{
	touch_all(o, VM_PROT_WRITE);
	expect(o, o->n, 1, 0, 0);
	expect_larger(o, A | M | W);
}

/* ------------------------------------------------------ micro-oracles ---- */

static void
test_o1_any_order(void **state)
{
	struct one *o = setup();

	(void)state;
	for (uint32_t i = 0; i < o->n; i++)
		touch(o, (i * 5 + 3) & (o->n - 1), VM_PROT_WRITE);
	expect(o, o->n, 1, 0, 0);
	expect_larger(o, A | M | W);
	assert_int_equal(o->r.nevents, 1);
	assert_int_equal(o->r.event[0].va, RIG_VA);
	assert_int_equal(o->r.event[0].what, PMAP_PROMOTED);
	assert_int_equal(o->r.event[0].psind, o->r.leaf);
	teardown(o);
}

static void
test_o2(void **state)
{
	struct one *o = setup();

	(void)state;
	touch_all(o, VM_PROT_READ);
	expect(o, o->n, 1, 0, 0);
	expect_larger(o, A); /* read-only */
	/* Without a floor above that maps at once, the last write promotes. */
	touch_all(o, VM_PROT_WRITE);
	expect(o, o->n, 1, o->n - 1, 1);
	expect_larger(o, A | M | W);
	teardown(o);
}

static void
test_o4_free(void **state)
{
	struct one *o = setup();

	(void)state;
	o1(o);
	pmap_advise(o->pm, RIG_VA, va_of(o->n), true);
	expect(o, 0, 0, 0, 1);
	for (uint32_t i = 0; i + 1 < o->n; i++) {
		assert_int_equal(srig_state(o->pm, va_of(i)), W);
		assert_false(pmap_is_modified(&o->r.sys, o->pfn + i));
	}
	assert_false(pmap_is_mapped(o->pm, va_of(o->n - 1)));
	touch_all(o, VM_PROT_WRITE);
	expect(o, 1, 1, 0, 0);
	expect_larger(o, A | M | W);
	teardown(o);
}

static void
test_o5a_last_first(void **state)
{
	struct one *o = setup();

	(void)state;
	o1(o);
	pmap_advise(o->pm, RIG_VA, va_of(o->n), true);
	touch(o, o->n - 1, VM_PROT_WRITE);
	for (uint32_t i = 0; i + 1 < o->n; i++)
		touch(o, i, VM_PROT_WRITE);
	expect(o, 3, 1, 2, 1);
	teardown(o);
}

static void
test_o5b_descending(void **state)
{
	struct one *o = setup();

	(void)state;
	o1(o);
	pmap_advise(o->pm, RIG_VA, va_of(o->n), true);
	for (uint32_t i = o->n; i-- > 0;)
		touch(o, i, VM_PROT_WRITE);
	expect(o, 2, 1, 1, 1);
	teardown(o);
}

static void
test_o7_one_lacks(void **state)
{
	struct one *o = setup();

	(void)state;
	for (uint32_t i = 1; i < o->n; i++)
		touch(o, i, VM_PROT_WRITE);
	expect(o, o->n - 1, 0, 0, 0);
	assert_int_equal(o->r.asked, 0); /* not full: nobody is asked */
	teardown(o);
}

static void
test_o11_o12_mixed(void **state)
{
	struct one *o = setup();

	(void)state;
	for (uint32_t i = 0; i < o->n; i += 2)
		touch(o, i, VM_PROT_READ);
	for (uint32_t i = 1; i < o->n; i += 2)
		touch(o, i, VM_PROT_WRITE);
	expect(o, o->n, 0, 1, 0);
	assert_int_equal(srig_state(o->pm, va_of(0)), A);
	for (uint32_t i = 2; i < o->n; i += 2)
		assert_int_equal(srig_state(o->pm, va_of(i)), A | W);
	for (uint32_t i = 0; i < o->n; i += 2)
		touch(o, i, VM_PROT_WRITE);
	expect(o, 2, 1, 1, 0);
	expect_larger(o, A | M | W);
	teardown(o);
}

/* ---------------------------------------------- checks of promotion ---- */

/* Enter all pages clean and writable, page i with other rights or frame. */
static void
enter_but(struct one *o, uint32_t odd, pfn_t pfn, vm_prot_t prot,
    unsigned flags)
{
	for (uint32_t i = 0; i < o->n; i++)
		assert_int_equal(srig_enter(&o->r, o->pm, va_of(i),
				     i == odd ? pfn : o->pfn + i,
				     i == odd ? prot : RW,
				     i == odd ? flags : VM_PROT_READ),
		    0);
}

/* From the top down to the odd one, and the first: write protected; the rest
 * as they were. */
static void
expect_settled(struct one *o, uint32_t odd)
{
	for (uint32_t i = 1; i < o->n; i++)
		if (i != odd)
			assert_int_equal(srig_state(o->pm, va_of(i)),
			    i > odd ? A : A | W);
	if (odd != 0)
		assert_int_equal(srig_state(o->pm, va_of(0)), A);
}

static void
test_order_of_checks(void **state)
{
	static const struct {
		pfn_t pfn; /* 0: the right one */
		vm_prot_t prot;
		unsigned flags, last; /* state of the odd page afterwards */
	} odd[] = {
		{ 7, RW, VM_PROT_READ, A | W }, /* another frame: not settled */
		{ 0, RW, VM_PROT_WRITE, A | M | W },
		{ 0, RW, VM_PROT_READ | PMAP_WIRED, A },
	};

	(void)state;
	for (size_t k = 0; k < NELEM(odd); k++) {
		struct one *o = setup();
		uint32_t i = o->n / 2 + 3;

		enter_but(o, i, odd[k].pfn != 0 ? odd[k].pfn : o->pfn + i,
		    odd[k].prot, odd[k].flags);
		expect(o, 0, 0, 1, 0);
		assert_int_equal(o->r.nevents, 1);
		assert_int_equal(o->r.event[0].what, PMAP_PROMOTION_FAILED);
		expect_settled(o, i);
		assert_int_equal(srig_state(o->pm, va_of(i)), odd[k].last);
		teardown(o);
	}
}

static void
test_first_page(void **state)
{
	struct one *o = setup();

	(void)state;
	o->pfn++; /* not aligned: nothing is touched */
	touch_all(o, VM_PROT_READ);
	expect(o, o->n, 0, 1, 0);
	for (uint32_t i = 0; i < o->n; i++)
		assert_int_equal(srig_state(o->pm, va_of(i)), A | W);
	teardown(o);
}

static void
test_accessed_is_and(void **state)
{
	(void)state;
	for (unsigned all = 0; all < 2; all++) {
		struct one *o = setup();

		enter_but(o, 5, o->pfn + 5, RW, all ? VM_PROT_READ : 0);
		expect(o, 0, 1, 0, 0);
		expect_larger(o, all ? A : 0);
		teardown(o);
	}
}

static void
test_not_asked_to(void **state)
{
	(void)state;
	for (unsigned how = 0; how < 3; how++) {
		struct one *o = setup();

		if (how == 0)
			o->r.full = o->r.leaf - 1;
		else if (how == 1)
			o->r.sys.ps_enabled = false;
		else
			o->r.sys.full_level = NULL;
		touch_all(o, VM_PROT_READ);
		expect(o, o->n, 0, 0, 0);
		assert_int_equal(srig_state(o->pm, va_of(0)), A | W);
		o->r.full = o->r.leaf;
		o->r.sys.ps_enabled = true;
		o->r.sys.full_level = srig_full;
		/* Nothing promotes before the next enter, an identical one. */
		touch_all(o, VM_PROT_READ);
		expect(o, 0, 0, 0, 0);
		assert_int_equal(srig_enter(&o->r, o->pm, va_of(9), o->pfn + 9,
				     RW, VM_PROT_READ),
		    0);
		expect(o, 0, 1, 0, 0);
		teardown(o);
	}
}

/* The prefault path, and enters of pages that are mapped nowhere. */
static void
test_other_enters(void **state)
{
	struct one *o = setup();

	(void)state;
	for (uint32_t i = 0; i < o->n; i++) {
		assert_int_equal(pmap_reserve(&o->r.sys, 1, 1), 0);
		if (i % 2 == 0 || i == o->n - 1)
			assert_int_equal(pmap_enter_ahead(o->pm, va_of(i),
					     o->pfn + i, RW),
			    0);
		else
			assert_int_equal(pmap_enter_fresh(o->pm, va_of(i),
					     o->pfn + i, RW, VM_PROT_READ),
			    0);
	}
	expect(o, 0, 1, 0, 0);
	expect_larger(o, 0);
	teardown(o);
}

/* AIX: each page referenced; M may differ; nothing is write protected. */
static void
test_aix_rule(void **state)
{
	struct one *o = setup();

	(void)state;
	o->r.sys.promote = PMAP_PROMOTE_AIX;
	enter_but(o, 4, o->pfn + 4, RW, 0);
	expect(o, 0, 0, 1, 0);
	for (uint32_t i = 0; i < o->n; i++)
		assert_int_equal(srig_state(o->pm, va_of(i)),
		    i == 4 ? W : A | W);
	pmap_access(o->pm, va_of(6), VM_PROT_WRITE);
	assert_int_equal(srig_enter(&o->r, o->pm, va_of(4), o->pfn + 4, RW,
			     VM_PROT_READ),
	    0);
	expect(o, 0, 1, 0, 0);
	expect_larger(o, A | M | W);
	teardown(o);
}

/* --------------------------------------------------------- demotion ---- */

static void
test_demotion_keeps_all(void **state)
{
	struct one *o = setup();
	unsigned tables;

	(void)state;
	o1(o);
	tables = o->pm->ntables;
	o->r.nevents = 0;
	pmap_protect(o->pm, va_of(3), va_of(4), VM_PROT_READ);
	expect(o, 0, 0, 0, 1);
	assert_int_equal(o->r.event[0].what, PMAP_DEMOTED);
	assert_int_equal(o->r.event[0].va, RIG_VA);
	assert_int_equal(o->pm->ntables, tables);
	for (uint32_t i = 0; i < o->n; i++) {
		assert_int_equal(pmap_psind(o->pm, va_of(i)), 0);
		assert_int_equal(srig_state(o->pm, va_of(i)),
		    i == 3 ? A : A | M | W);
		assert_int_equal(pmap_page_mappings(&o->r.sys, o->pfn + i), 1);
	}
	assert_true(pmap_is_modified(&o->r.sys, o->pfn + 3));
	assert_int_not_equal(o->r.page[o->pfn + 3].md.pv & PMAP_ATTR_MOD, 0);
	teardown(o);
}

/* Not accessed: the demotion fails, the mapping is gone. */
static void
test_demotion_without_a(void **state)
{
	struct one *o = setup();

	(void)state;
	enter_but(o, 0, o->pfn, RW, 0);
	expect_larger(o, 0);
	o->r.nevents = 0;
	pmap_remove(o->pm, va_of(3), va_of(4));
	expect(o, 0, 1, 0, 0);
	assert_int_equal(o->r.event[0].what, PMAP_DEMOTION_FAILED);
	assert_int_equal(o->pm->resident, 0);
	assert_int_equal(o->pm->ntables, 1);
	for (uint32_t i = 0; i < o->n; i++)
		assert_false(pmap_page_is_mapped(&o->r.sys, o->pfn + i));
	teardown(o);
}

/* Wired and not accessed: it is demoted all the same. */
static void
test_demotion_wired(void **state)
{
	struct one *o = setup();

	(void)state;
	for (uint32_t i = 0; i < o->n; i++)
		assert_int_equal(srig_enter(&o->r, o->pm, va_of(i), o->pfn + i,
				     RW, PMAP_WIRED),
		    0);
	expect_larger(o, 0);
	assert_int_equal(o->pm->wired, o->n);
	pmap_unwire(o->pm, va_of(1));
	expect(o, 0, 1, 0, 1);
	assert_int_equal(o->pm->wired, o->n - 1);
	assert_int_equal(o->r.wired[o->pfn + 1], 0);
	assert_int_equal(o->r.wired[o->pfn], 1);
	pmap_unwire_range(o->pm, RIG_VA, va_of(o->n));
	assert_int_equal(o->pm->wired, 0);
	teardown(o);
}

static void
test_whole(void **state)
{
	struct one *o = setup();

	(void)state;
	o1(o);
	pmap_protect(o->pm, RIG_VA, va_of(o->n), VM_PROT_READ);
	expect(o, 0, 0, 0, 0);
	expect_larger(o, A);
	for (uint32_t i = 0; i < o->n; i++)
		assert_int_not_equal(o->r.page[o->pfn + i].md.pv &
			PMAP_ATTR_MOD,
		    0);
	pmap_remove(o->pm, RIG_VA, va_of(o->n));
	expect(o, 0, 0, 0, 0);
	assert_int_equal(o->pm->resident, 0);
	assert_int_equal(o->pm->ntables, 1);
	for (uint32_t i = 0; i < o->n; i++)
		assert_int_not_equal(o->r.page[o->pfn + i].md.pv &
			PMAP_ATTR_REF,
		    0);
	teardown(o);
}

/* Write protection from above leaves the entry as it is; the next writable
 * enter demotes it, and what was dirty is the frames'. */
static void
test_withheld_above(void **state)
{
	struct one *o = setup();
	vm_prot_t prot;

	(void)state;
	o1(o);
	pmap_write_protect(o->pm, o->r.geo.user_min, o->r.geo.user_max);
	expect(o, 0, 0, 0, 0);
	assert_true(pmap_prot(o->pm, va_of(7), &prot));
	assert_int_equal(prot & VM_PROT_WRITE, 0);
	assert_int_equal(pmap_access(o->pm, va_of(7), VM_PROT_WRITE), PFN_NONE);
	touch(o, 7, VM_PROT_WRITE);
	expect(o, 1, 0, 1, 1);
	for (uint32_t i = 0; i < o->n; i++) {
		assert_int_equal(srig_state(o->pm, va_of(i)),
		    i == 7 ? A | M | W : A);
		assert_true(pmap_is_modified(&o->r.sys, o->pfn + i));
	}
	teardown(o);
}

/* A table that is withheld writing is promoted read-only. */
static void
test_promote_withheld(void **state)
{
	struct one *o = setup();

	(void)state;
	for (uint32_t i = 0; i < o->n; i++)
		if (i != 5)
			touch(o, i, i % 3 ? VM_PROT_WRITE : VM_PROT_READ);
	pmap_write_protect(o->pm, o->r.geo.user_min, o->r.geo.user_max);
	assert_int_equal(srig_enter(&o->r, o->pm, va_of(5), o->pfn + 5,
			     VM_PROT_READ, VM_PROT_READ),
	    0);
	expect_larger(o, A);
	for (uint32_t i = 0; i < o->n; i++)
		assert_int_equal(pmap_is_modified(&o->r.sys, o->pfn + i),
		    i % 3 != 0 && i != 5);
	teardown(o);
}

/* ------------------------------------------------ one of the frames ---- */

static void
test_page_protect(void **state)
{
	struct one *o = setup();

	(void)state;
	o1(o);
	pmap_page_protect(&o->r.sys, o->pfn + 9, VM_PROT_READ | VM_PROT_EXEC);
	expect(o, 0, 0, 0, 1);
	assert_int_equal(srig_state(o->pm, va_of(9)), A);
	assert_int_equal(srig_state(o->pm, va_of(8)), A | M | W);
	touch(o, 9, VM_PROT_WRITE);
	expect(o, 1, 1, 0, 0);
	pmap_page_protect(&o->r.sys, o->pfn + 9, VM_PROT_NONE);
	expect(o, 0, 0, 0, 1);
	assert_int_equal(o->pm->resident, o->n - 1);
	assert_false(pmap_page_is_mapped(&o->r.sys, o->pfn + 9));
	assert_true(pmap_is_referenced(&o->r.sys, o->pfn + 9));
	teardown(o);
}

/* Read-only larger mappings are left alone where nothing is taken. */
static void
test_page_protect_readonly(void **state)
{
	struct one *o = setup();

	(void)state;
	touch_all(o, VM_PROT_READ);
	expect(o, o->n, 1, 0, 0);
	pmap_page_protect(&o->r.sys, o->pfn + 9, VM_PROT_READ | VM_PROT_EXEC);
	assert_false(pmap_clear_modify(&o->r.sys, o->pfn + 9));
	expect(o, 0, 0, 0, 0);
	expect_larger(o, A);
	teardown(o);
}

static void
test_clear_modify(void **state)
{
	struct one *o = setup();

	(void)state;
	o1(o);
	assert_true(pmap_clear_modify(&o->r.sys, o->pfn + 2));
	expect(o, 0, 0, 0, 1);
	assert_false(pmap_is_modified(&o->r.sys, o->pfn + 2));
	assert_true(pmap_is_modified(&o->r.sys, o->pfn + 3));
	assert_int_equal(srig_state(o->pm, va_of(2)), A);
	touch(o, 2, VM_PROT_WRITE);
	expect(o, 1, 1, 0, 0);
	teardown(o);
}

static void
test_clear_reference(void **state)
{
	struct one *o = setup();

	(void)state;
	o1(o);
	assert_true(pmap_clear_reference(&o->r.sys, o->pfn + 2));
	expect(o, 0, 0, 0, 1);
	assert_false(pmap_is_referenced(&o->r.sys, o->pfn + 2));
	assert_true(pmap_is_referenced(&o->r.sys, o->pfn + 1));
	assert_int_equal(srig_state(o->pm, va_of(2)), M | W);
	teardown(o);
}

/* One page of all clears A: those before it in the scan see it, none after. */
static void
test_ts_referenced(void **state)
{
	struct one *o = setup();
	uint32_t seen = 0, chosen;

	(void)state;
	o1(o);
	chosen = (uint32_t)(((o->pfn ^
				 RIG_VA >> o->r.geo.sizes[o->r.leaf].shift) ^
				o->pm->id) &
	    (o->n - 1));
	for (uint32_t i = 0; i < o->n; i++) {
		unsigned got = pmap_ts_referenced(&o->r.sys, o->pfn + i);

		assert_int_equal(got, i <= chosen);
		seen += got;
	}
	assert_int_equal(seen, chosen + 1);
	expect(o, 0, 0, 0, 0);
	expect_larger(o, M | W);
	assert_int_equal(pmap_access(o->pm, va_of(1), VM_PROT_READ),
	    o->pfn + 1);
	expect_larger(o, A | M | W);
	teardown(o);
}

struct seen {
	unsigned n;
	vaddr_t va;
};

static void
see(void *arg, struct pmap *pmap, vaddr_t va)
{
	struct seen *s = arg;

	(void)pmap;
	s->n++;
	s->va = va;
}

static void
test_foreach(void **state)
{
	struct one *o = setup();

	(void)state;
	o1(o);
	for (uint32_t i = 0; i < o->n; i++) {
		struct seen s = { 0 };

		pmap_page_foreach(&o->r.sys, o->pfn + i, see, &s);
		assert_int_equal(s.n, 1);
		assert_int_equal(s.va, va_of(i));
	}
	teardown(o);
}

/* DONTNEED of a part: dirty goes to the frames of the part. */
static void
test_dontneed_part(void **state)
{
	struct one *o = setup();

	(void)state;
	o1(o);
	pmap_advise(o->pm, va_of(4), va_of(8), false);
	expect(o, 0, 0, 0, 1);
	for (uint32_t i = 0; i < o->n; i++) {
		assert_int_equal(pmap_is_mapped(o->pm, va_of(i)), i != 7);
		assert_int_equal(srig_state(o->pm, va_of(i)),
		    i == 7              ? 0 :
			i >= 4 && i < 8 ? W :
					  A | M | W);
		assert_true(pmap_is_modified(&o->r.sys, o->pfn + i));
	}
	teardown(o);
}

/* 32 bytes a frame are the floor above's; all else is 20 a page at most. */
static void
test_budget(void **state)
{
	struct one *o = setup();
	size_t before = mem_in_use(o->r.mem);
	uint32_t n = 3 * o->n;

	(void)state;
	for (uint32_t i = 0; i < n; i++)
		touch(o, i, VM_PROT_WRITE);
	assert_int_equal(o->r.sys.count.promotions[o->r.leaf], 3);
	assert_true(mem_in_use(o->r.mem) - before <
	    (size_t)20 * n + 16384 + 4096 + 200000);
	assert_int_equal(o->r.sys.pv_held, 0);
	assert_int_equal(o->r.sys.pvs.nitems - o->r.sys.pvs.nfree, 0);
	teardown(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_o1_any_order),
		cmocka_unit_test(test_o2),
		cmocka_unit_test(test_o4_free),
		cmocka_unit_test(test_o5a_last_first),
		cmocka_unit_test(test_o5b_descending),
		cmocka_unit_test(test_o7_one_lacks),
		cmocka_unit_test(test_o11_o12_mixed),
		cmocka_unit_test(test_order_of_checks),
		cmocka_unit_test(test_first_page),
		cmocka_unit_test(test_accessed_is_and),
		cmocka_unit_test(test_not_asked_to),
		cmocka_unit_test(test_other_enters),
		cmocka_unit_test(test_aix_rule),
		cmocka_unit_test(test_demotion_keeps_all),
		cmocka_unit_test(test_demotion_without_a),
		cmocka_unit_test(test_demotion_wired),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_withheld_above),
		cmocka_unit_test(test_promote_withheld),
		cmocka_unit_test(test_page_protect),
		cmocka_unit_test(test_page_protect_readonly),
		cmocka_unit_test(test_clear_modify),
		cmocka_unit_test(test_clear_reference),
		cmocka_unit_test(test_ts_referenced),
		cmocka_unit_test(test_foreach),
		cmocka_unit_test(test_dontneed_part),
		cmocka_unit_test(test_budget),
	};

	return RIG_RUN("pmap/super", tests);
}
