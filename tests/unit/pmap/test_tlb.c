/*
 * The software TLB and the cached leaf: what lowers rights, clears A or M or
 * removes must leave no slot and no cached answer that says otherwise.
 */
#include <errno.h>

#include "fixture.h"

#define VA RIG_VA
#define PER 200 /* pages, more than are dropped from the TLB one by one */

static struct rig r;

static vaddr_t
va_of(unsigned i)
{
	return VA + (vaddr_t)i * rig_page();
}

/* PER pages, each in the TLB for reading, writing and executing. */
static struct pmap *
filled(void)
{
	struct pmap *pm;

	rig_init(&r);
	pm = rig_pmap(&r);
	for (unsigned i = 0; i < PER; i++) {
		assert_int_equal(rig_enter(&r, pm, va_of(i), 1 + i, 7, 2), 0);
		for (vm_prot_t t = VM_PROT_READ; t <= VM_PROT_EXEC; t <<= 1)
			assert_int_equal(pmap_access(pm, va_of(i), t), 1 + i);
	}
	rig_check(&r);
	return pm;
}

static void
finish(struct pmap *pm)
{
	rig_check(&r);
	pmap_destroy(pm);
	rig_fini(&r);
}

/* => what an access of each type to page i must be allowed now */
static void
expect(struct pmap *pm, unsigned i, vm_prot_t prot)
{
	for (vm_prot_t t = VM_PROT_READ; t <= VM_PROT_EXEC; t <<= 1)
		assert_int_equal(pmap_access_fast(pm, va_of(i), t),
		    rig_prot(prot) & t ? 1 + i : PFN_NONE);
}

/* Ranges of every length around the bound between dropping and flushing. */
static void
test_protect_ranges(void **state)
{
	static const unsigned lengths[] = { 1, 2, 63, 64, 65, 130 };
	static const vm_prot_t prots[] = { 1, 3, 5, 0 };

	(void)state;
	for (unsigned l = 0; l < NELEM(lengths); l++)
		for (unsigned p = 0; p < NELEM(prots); p++) {
			struct pmap *pm = filled();
			unsigned end = 10 + lengths[l];

			pmap_protect(pm, va_of(10), va_of(end), prots[p]);
			rig_check(&r);
			for (unsigned i = 0; i < PER; i++)
				expect(pm, i,
				    i < 10 || i >= end ? 7 : prots[p]);
			finish(pm);
		}
}

static void
test_remove_ranges(void **state)
{
	static const unsigned lengths[] = { 1, 2, 64, 65, PER - 10 };

	(void)state;
	for (unsigned l = 0; l < NELEM(lengths); l++) {
		struct pmap *pm = filled();
		unsigned end = 10 + lengths[l];

		pmap_remove(pm, va_of(10), va_of(end));
		rig_check(&r);
		for (unsigned i = 0; i < PER; i++)
			expect(pm, i, i < 10 || i >= end ? 7 : 0);
		finish(pm);
	}
}

static void
test_clearing(void **state)
{
	struct pmap *pm = filled();

	(void)state;
	assert_true(pmap_clear_reference(&r.sys, 3));
	rig_check(&r);
	assert_false(pmap_is_referenced(&r.sys, 3));
	assert_int_equal(pmap_access_fast(pm, va_of(2), 1), 3);
	assert_true(pmap_is_referenced(&r.sys, 3));
	assert_true(pmap_clear_modify(&r.sys, 3));
	rig_check(&r);
	assert_int_equal(pmap_access_fast(pm, va_of(2), 1), 3);
	assert_false(pmap_is_modified(&r.sys, 3));
	assert_int_equal(pmap_access_fast(pm, va_of(2), 2), 3);
	assert_true(pmap_is_modified(&r.sys, 3));
	assert_int_equal(pmap_ts_referenced(&r.sys, 3), 1);
	finish(pm);
}

/* Another frame at the same address; two addresses of the same slot. */
static void
test_slots(void **state)
{
	struct pmap *pm = filled();
	const vaddr_t far = VA + PMAP_TLB_SLOTS * rig_page();

	(void)state;
	assert_int_equal(rig_enter(&r, pm, VA, 250, 1, 1), 0);
	assert_int_equal(pmap_access_fast(pm, VA, 1), 250);
	assert_int_equal(pmap_access_fast(pm, VA, 2), PFN_NONE);
	assert_int_equal(rig_enter(&r, pm, far, 251, 7, 1), 0);
	assert_int_equal(pmap_access_fast(pm, far, 4), 251);
	rig_check(&r);
	assert_int_equal(pmap_access_fast(pm, VA, 1), 250);
	assert_int_equal(pmap_access_fast(pm, far, 4), 251);
	finish(pm);
}

/* A cached leaf must not hide that the path to it withholds writing. */
static void
test_cached_leaf(void **state)
{
	struct pmap *pm = filled();
	uint64_t before = r.sys.pushdowns;

	(void)state;
	pmap_write_protect(pm, rig_page(), rig_geo->user_max);
	assert_non_null(pmap_leaf(pm, VA));
	assert_false(pm->last_writable);
	assert_int_equal(pmap_reserve(&r.sys, 1, 1), 0);
	assert_int_equal(pmap_enter_fresh(pm, va_of(PER), 250, 3, 2), 0);
	assert_true(r.sys.pushdowns > before);
	assert_int_equal(pmap_access_fast(pm, va_of(PER), 2), 250);
	for (unsigned i = 0; i < PER; i++)
		expect(pm, i, VM_PROT_READ | VM_PROT_EXEC);
	finish(pm);
}

/* The short way and the long way write the same PTE for the same flags. */
static void
test_enter_fresh(void **state)
{
	static const unsigned flags[] = { 0, 1, 2, 4, PMAP_WIRED,
		PMAP_WIRED | 2, PMAP_CANFAIL, PMAP_CANFAIL | 1 };
	struct pmap *pm = filled();
	uint64_t pte[2];

	(void)state;
	for (unsigned n = 0; n < NELEM(flags); n++) {
		for (unsigned fresh = 0; fresh < 2; fresh++) {
			assert_int_equal(pmap_reserve(&r.sys, 1, 1), 0);
			assert_int_equal(fresh ?
				pmap_enter_fresh(pm, va_of(PER), 250, 3,
				    flags[n]) :
				pmap_enter(pm, va_of(PER), 250, 3, flags[n]),
			    0);
			pte[fresh] = pmap_leaf(pm, va_of(PER))[PER];
			rig_check(&r);
			pmap_remove(pm, va_of(PER), va_of(PER + 1));
			pmap_page_reset(&r.sys, 250);
		}
		assert_true(pte[0] == pte[1]);
	}
	finish(pm);
}

/* Without host memory for a TLB accesses work all the same. */
static void
test_no_tlb(void **state)
{
	struct pmap *pm, *kernel;

	(void)state;
	rig_init(&r);
	pm = rig_pmap(&r);
	assert_int_equal(rig_enter(&r, pm, VA, 1, 3, 0), 0);
	assert_int_equal(pmap_access_fast(pm, VA + 0x200000, 1), PFN_NONE);
	assert_int_equal(pmap_access_fast(pm, VA + rig_page(), 1), PFN_NONE);
	assert_null(pm->tlb);
	pmap_protect(pm, VA, VA + rig_page(), VM_PROT_READ);
	assert_int_equal(pmap_access_fast(pm, VA, 2), PFN_NONE);
	assert_int_equal(pmap_access_fast(pm, VA, 1), 1);
	assert_non_null(pm->tlb);
	mem_fail_after(r.mem, 1);
	assert_int_equal(pmap_create(&r.sys, true, &kernel), ENOMEM);
	mem_fail_after(r.mem, 2);
	assert_int_equal(pmap_create(&r.sys, true, &kernel), ENOMEM);
	mem_fail_after(r.mem, 0);
	finish(pm);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protect_ranges),
		cmocka_unit_test(test_remove_ranges),
		cmocka_unit_test(test_clearing),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_cached_leaf),
		cmocka_unit_test(test_enter_fresh),
		cmocka_unit_test(test_no_tlb),
	};

	return RIG_RUN("pmap/tlb", tests);
}
