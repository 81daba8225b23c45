/*
 * Rules over windows, at their bounds.
 */
#include "strace_fixture.h"

#include "workloads/curve/locality.h"

static void
test_distance(void **state)
{
	static const struct {
		uint64_t before, pages, common;
		unsigned d;
	} t[] = { { 0, 0, 0, 0 }, { 0, 5, 0, 10000 }, { 5, 0, 0, 10000 },
		{ 5, 5, 5, 0 }, { 4, 4, 0, 10000 }, { 3, 3, 2, 5000 },
		{ 10, 5, 5, 5000 }, { 1, 3, 1, 6666 } };

	(void)state;
	for (size_t i = 0; i < NELEM(t); i++) {
		const struct wl_footprint f = { t[i].pages, t[i].common };

		assert_int_equal(wl_footprint_distance(t[i].before, &f),
		    t[i].d);
	}
}

/* Two steady phases, a transition between. */
static void
test_phases(void **state)
{
	const struct wl_footprint w[] = { { 10, 0 }, { 10, 10 }, { 8, 6 },
		{ 9, 1 }, { 20, 0 }, { 20, 20 }, { 10, 10 } };
	struct wl_phase p;

	(void)state;
	p = wl_phase_at(w, NELEM(w), 0, WL_PHASE_CHANGE);
	assert_int_equal(p.first, 0);
	assert_int_equal(p.last, 2);
	assert_int_equal(p.pages, 28);
	p = wl_phase_at(w, NELEM(w), 3, WL_PHASE_CHANGE);
	assert_int_equal(p.last, 3);
	/* { 10, 10 } after 20 pages: d is 0.5, and that is not above */
	p = wl_phase_at(w, NELEM(w), 4, WL_PHASE_CHANGE);
	assert_int_equal(p.last, 6);
	p = wl_phase_at(w, NELEM(w), 4, WL_PHASE_CHANGE - 1);
	assert_int_equal(p.last, 5);
}

static void
test_pff(void **state)
{
	const struct wl_pff_bounds b = { 100, 10000 };

	(void)state;
	assert_int_equal(wl_pff_judge(&b, 0, 0), WL_PFF_WITHIN);
	assert_int_equal(wl_pff_judge(&b, 10000, 0), WL_PFF_BELOW);
	assert_int_equal(wl_pff_judge(&b, 10000, 1), WL_PFF_WITHIN);
	assert_int_equal(wl_pff_judge(&b, 10001, 1), WL_PFF_BELOW);
	assert_int_equal(wl_pff_judge(&b, 10000, 100), WL_PFF_WITHIN);
	assert_int_equal(wl_pff_judge(&b, 10000, 101), WL_PFF_ABOVE);
	assert_int_equal(wl_pff_judge(&b, 1, 1), WL_PFF_ABOVE);
}

static void
test_thrashing(void **state)
{
	const struct wl_pff_bounds b = { 100, 10000 };

	(void)state;
	assert_true(wl_thrashing(&b, 10000, 101, 65, 64));
	assert_false(wl_thrashing(&b, 10000, 101, 64, 64));
	assert_false(wl_thrashing(&b, 10000, 100, 65, 64));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_phases),
		cmocka_unit_test(test_pff),
		cmocka_unit_test(test_thrashing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
