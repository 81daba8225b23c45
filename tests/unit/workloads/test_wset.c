/*
 * Working sets against a model that keeps the whole string and counts each
 * window afresh, and against the numbers of textbooks.
 */
#include "strace_fixture.h"

#include "workloads/curve/wset.h"
#include "tests/random.h"

static uint64_t seed = 1;

/* ----------------------------------------------------------- oracle ---- */

/* |W(t, tau)|, by looking at every touch of the window; t counts from 1. */
static uint64_t
naive_size(const uint32_t *page, size_t t, size_t tau)
{
	uint64_t n = 0;

	for (size_t i = t > tau ? t - tau : 0; i < t; i++) {
		size_t k = i + 1;

		while (k < t && page[k] != page[i])
			k++;
		n += k == t;
	}
	return n;
}

/* Is the page of touch t in W(t - 1, tau)? */
static bool
naive_fault(const uint32_t *page, size_t t, size_t tau)
{
	for (size_t i = t - 1; i > 0 && i >= t - (tau < t ? tau : t - 1); i--)
		if (page[i - 1] == page[t - 1])
			return false;
	return true;
}

struct naive {
	uint64_t sum, max, faults, size;
};

static struct naive
naive(const uint32_t *page, size_t n, size_t tau)
{
	struct naive v = { 0 };

	for (size_t t = 1; t <= n; t++) {
		v.size = naive_size(page, t, tau);
		v.sum += v.size;
		v.max = v.size > v.max ? v.size : v.max;
		v.faults += naive_fault(page, t, tau);
	}
	return v;
}

static void
same(const uint32_t *page, size_t n, const uint64_t *tau, unsigned ntaus)
{
	struct wl_wset w;

	assert_true(wl_wset_init(&w, tau, ntaus));
	assert_int_equal(wl_wset_touches(&w, page, n), n);
	assert_int_equal(wl_wset_check(&w), 0);
	wl_wset_finish(&w);
	for (unsigned i = 0; i < ntaus; i++) {
		const struct naive v = naive(page, n, tau[i]);
		const struct wl_wset_point p = wl_wset_point(&w, tau[i]);

		assert_int_equal(w.tau[i].size, v.size);
		assert_int_equal(w.tau[i].sum, v.sum);
		assert_int_equal(w.tau[i].max, v.max);
		assert_int_equal(w.tau[i].faults, v.faults);
		if (wl_wset_edge(tau[i]) != tau[i])
			continue;
		assert_int_equal(p.sum, v.sum);
		assert_int_equal(p.faults, v.faults);
	}
	wl_wset_fini(&w);
}

/* ------------------------------------------------------------ numbers ---- */

/* Belady's string: faults 12, 10, 8, 7; sums of sizes over 12 touches. */
static void
test_belady(void **state)
{
	static const uint32_t s[] = { 1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5 };
	static const uint64_t tau[] = { 2, 3, 4, 5 };
	static const uint64_t faults[] = { 12, 10, 8, 7 };
	static const uint64_t sum[] = { 23, 33, 40, 44 };
	struct wl_wset w;

	(void)state;
	assert_true(wl_wset_init(&w, tau, 4));
	assert_int_equal(wl_wset_touches(&w, s, NELEM(s)), NELEM(s));
	for (int i = 0; i < 4; i++) {
		assert_int_equal(w.tau[i].faults, faults[i]);
		assert_int_equal(w.tau[i].sum, sum[i]);
	}
	assert_int_equal(w.distinct, 5);
	wl_wset_fini(&w);
	same(s, NELEM(s), tau, 4);
}

static void
test_random(void **state)
{
	static const uint64_t tau[] = { 1, 2, 3, 5, 8, 63, 64, 65, 100, 127,
		128, 200, 256, 300, 1000, 100000 };
	static uint32_t page[700];

	(void)state;
	for (uint32_t pages = 1; pages <= 700; pages = pages * 3 + 1)
		for (int round = 0; round < 3; round++) {
			for (size_t i = 0; i < NELEM(page); i++)
				page[i] = rnd_below(&seed, 4) ?
				    rnd_below(&seed, pages) :
				    rnd_below(&seed, pages / 8 + 1);
			same(page, NELEM(page), tau, NELEM(tau));
			same(page, rnd_below(&seed, NELEM(page)), tau,
			    NELEM(tau));
		}
}

/* Loops have closed forms: tau >= pages hits always, tau < pages never. */
static void
test_loop(void **state)
{
	static const uint64_t tau[] = { 49, 50 };
	struct wl_wset w;

	(void)state;
	assert_true(wl_wset_init(&w, tau, 2));
	for (uint32_t i = 0; i < 10000; i++) {
		const uint32_t page = i % 50;

		assert_int_equal(wl_wset_touches(&w, &page, 1), 1);
	}
	assert_int_equal(w.tau[0].faults, 10000);
	assert_int_equal(w.tau[1].faults, 50);
	assert_int_equal(w.tau[0].max, 49);
	assert_int_equal(w.tau[1].max, 50);
	wl_wset_finish(&w);
	assert_int_equal(wl_wset_longest(&w), 50);
	wl_wset_fini(&w);
}

/* Both curves never fall and never rise; faults are the slope of the sums. */
static void
test_curve(void **state)
{
	struct wl_wset_point before = { 0 };
	struct wl_wset w;
	const size_t n = 200000;

	(void)state;
	assert_true(wl_wset_init(&w, NULL, 0));
	for (size_t i = 0; i < n; i++) {
		const uint32_t page = rnd_below(&seed, 8) ?
		    rnd_below(&seed, 100) :
		    rnd_below(&seed, 20000);

		assert_int_equal(wl_wset_touches(&w, &page, 1), 1);
	}
	assert_int_equal(wl_wset_check(&w), 0);
	wl_wset_finish(&w);
	before.faults = n;
	for (uint64_t tau = 1; tau <= n; tau++) {
		const struct wl_wset_point p = wl_wset_point(&w, tau);

		if (wl_wset_edge(tau) != tau)
			continue;
		assert_true(p.faults <= before.faults && p.sum >= before.sum);
		/* each touch that stays adds at most one page a step */
		assert_true(
		    p.sum - before.sum <= (tau - before.tau) * (before.faults));
		before = p;
		if (tau > 4096)
			tau += tau / 200;
	}
	assert_int_equal(wl_wset_point(&w, (uint64_t)1 << 40).faults,
	    w.distinct);
	wl_wset_fini(&w);
}

/* Every length has a bin that ends at it or behind, within 1 part in 128. */
static void
test_edges(void **state)
{
	(void)state;
	for (uint64_t tau = 1; tau <= 300; tau++) {
		const uint64_t edge = wl_wset_edge(tau);

		assert_int_equal(edge, tau <= 256 ? tau : tau & ~(uint64_t)1);
	}
	for (unsigned k = 0; k < 62; k++) {
		const uint64_t p = (uint64_t)1 << k;

		assert_int_equal(wl_wset_edge(p), p);
		if (k > 0)
			assert_int_equal(wl_wset_edge(p + p / 2), p + p / 2);
	}
	for (int i = 0; i < 100000; i++) {
		const uint64_t tau = ((uint64_t)rnd_below(&seed, 1u << 30)
					 << rnd_below(&seed, 30)) +
		    1;
		const uint64_t edge = wl_wset_edge(tau);

		assert_true(edge <= tau && tau - edge <= tau / 128);
		assert_int_equal(wl_wset_edge(edge), edge);
	}
}

/* ------------------------------------------------------------ windows ---- */

static uint64_t
naive_pages(const uint32_t *page, size_t from, size_t to, const uint32_t *in,
    size_t in_n)
{
	uint64_t n = 0;

	for (size_t i = from; i < to; i++) {
		size_t k = from, j = 0;

		while (page[k] != page[i])
			k++;
		while (in != NULL && j < in_n && in[j] != page[i])
			j++;
		n += k == i && (in == NULL || j < in_n);
	}
	return n;
}

static void
test_windows(void **state)
{
	static uint32_t page[3000];
	size_t from = 0, before = 0, n = 0;
	struct wl_wset_window v;
	uint64_t firsts = 0;
	struct wl_wset w;

	(void)state;
	assert_true(wl_wset_init(&w, NULL, 0));
	for (size_t i = 0; i < NELEM(page); i++)
		page[i] = rnd_below(&seed, 40) + (uint32_t)i / 10;
	for (; n < NELEM(page); before = from, from = n) {
		n = from + rnd_below(&seed, 100);
		if (n > NELEM(page))
			n = NELEM(page);
		assert_int_equal(wl_wset_touches(&w, page + from, n - from),
		    n - from);
		wl_wset_window(&w, &v);
		assert_int_equal(v.touches, n - from);
		assert_int_equal(v.pages, naive_pages(page, from, n, NULL, 0));
		assert_int_equal(v.common,
		    naive_pages(page, from, n, page + before, from - before));
		firsts += v.firsts;
	}
	assert_int_equal(firsts, naive_pages(page, 0, NELEM(page), NULL, 0));
	wl_wset_fini(&w);
}

/* An index that cannot be is refused, and nothing has changed. */
static void
test_refused(void **state)
{
	const uint32_t pages[] = { 1, 2, UINT32_MAX, 3 };
	struct wl_wset w;

	(void)state;
	assert_true(wl_wset_init(&w, (const uint64_t[]){ 7 }, 1));
	assert_int_equal(wl_wset_touches(&w, pages, 4), 2);
	assert_int_equal(w.now, 2);
	assert_int_equal(wl_wset_check(&w), 0);
	wl_wset_fini(&w);
}

/* The rules find what they say. */
static void
test_check(void **state)
{
	const uint32_t pages[] = { 1, 2, 1, 3 };
	struct wl_wset w;

	(void)state;
	assert_true(wl_wset_init(&w, (const uint64_t[]){ 2 }, 1));
	assert_int_equal(wl_wset_touches(&w, pages, 4), 4);
	w.last[2] = 5;
	assert_int_equal(wl_wset_check(&w), 1);
	w.last[2] = 2;
	w.bin[7].n++;
	assert_int_equal(wl_wset_check(&w), 2);
	w.bin[7].n--;
	w.tau[0].size++;
	assert_int_equal(wl_wset_check(&w), 3);
	wl_wset_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_belady),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_curve),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
