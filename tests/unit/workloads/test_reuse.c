/*
 * LRU distances and the indices of pages, against lists that are searched from
 * their front, and against LRU caches simulated one by one.
 */
#include "strace_fixture.h"

#include "workloads/refs/pageindex.h"
#include "workloads/curve/reuse.h"
#include "tests/random.h"

static uint64_t seed = 1;

/* ---------------------------------------------------------- oracle ---- */

struct list {
	uint32_t page[5000];
	uint32_t n;
};

/* => its place from the front, from 1; 0: it was not there */
static uint32_t
list_remove(struct list *l, uint32_t page)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->page[i] == page) {
			memmove(&l->page[i], &l->page[i + 1],
			    (--l->n - i) * sizeof(*l->page));
			return i + 1;
		}
	return 0;
}

static uint32_t
list_touch(struct list *l, uint32_t page)
{
	uint32_t distance = list_remove(l, page);

	memmove(&l->page[1], &l->page[0], l->n++ * sizeof(*l->page));
	l->page[0] = page;
	return distance;
}

/* LRU with so many frames, as one would build it. => misses */
static uint64_t
simulate(const uint32_t *page, size_t n, uint32_t frames)
{
	struct list l = { .n = 0 };
	uint64_t misses = 0;

	for (size_t i = 0; i < n; i++) {
		misses += list_touch(&l, page[i]) == 0;
		if (l.n > frames)
			l.n--;
	}
	return misses;
}

/* ------------------------------------------------------- distances ---- */

static void
test_random(void **state)
{
	static struct list l;

	(void)state;
	for (uint32_t pages = 1; pages <= 4096; pages *= 8) {
		struct wl_reuse r = { .used = 0 };
		uint64_t touches = 0;

		l.n = 0;
		for (int i = 0; i < 60000; i++) {
			uint32_t page = rnd_below(&seed, 4) ?
			    rnd_below(&seed, pages) :
			    rnd_below(&seed, pages / 8 + 1);

			if (rnd_below(&seed, 50) == 0) {
				wl_reuse_forget(&r, page);
				list_remove(&l, page);
				continue;
			}
			touches++;
			assert_int_equal(wl_reuse_touch(&r, page),
			    list_touch(&l, page));
			assert_int_equal(r.used, l.n);
			if (i % 5000 == 0)
				assert_int_equal(wl_reuse_check(&r, touches),
				    0);
		}
		assert_int_equal(wl_reuse_check(&r, touches), 0);
		wl_reuse_fini(&r);
	}
}

/*
 * More pages than the first line has room for, and lines that get full: round
 * and round all pages each distance is their number; then back and forth.
 */
static void
test_many_pages(void **state)
{
	const uint32_t n = 70000;
	struct wl_reuse r = { .used = 0 };

	(void)state;
	for (uint32_t round = 0; round < 8; round++)
		for (uint32_t p = 0; p < n; p++)
			assert_int_equal(wl_reuse_touch(&r, p * 3),
			    round == 0 ? 0 : n);
	assert_int_equal(wl_reuse_check(&r, (uint64_t)8 * n), 0);
	for (uint32_t p = n; p-- > 0;)
		assert_int_equal(wl_reuse_touch(&r, p * 3), n - p);
	assert_int_equal(wl_reuse_check(&r, (uint64_t)9 * n), 0);
	assert_int_equal(r.hist[0], n);
	assert_int_equal(r.hist[n], 7 * n + 1);
	wl_reuse_fini(&r);
}

static void
test_misses(void **state)
{
	static uint32_t page[3000];
	uint64_t frames[70], misses[70];

	(void)state;
	for (int round = 0; round < 5; round++) {
		struct wl_reuse r = { .used = 0 };

		for (size_t i = 0; i < NELEM(page); i++)
			page[i] = round == 0 ?
			    (uint32_t)i % 50 :
			    rnd_below(&seed, 1 + rnd_below(&seed, 60));
		for (size_t i = 0; i < NELEM(frames); i++)
			frames[i] = i + 1;
		assert_int_equal(wl_reuse_touches(&r, page, NELEM(page)),
		    NELEM(page));
		wl_reuse_misses(&r, frames, NELEM(frames), misses);
		for (size_t i = 0; i < NELEM(frames); i++)
			assert_int_equal(misses[i],
			    simulate(page, NELEM(page), (uint32_t)frames[i]));
		wl_reuse_fini(&r);
	}
}

static void
test_limits(void **state)
{
	const uint64_t frames[] = { 1, 2 };
	struct wl_reuse r = { .used = 0 };
	uint64_t misses[2] = { 7, 7 };

	(void)state;
	wl_reuse_misses(&r, frames, 2, misses);
	assert_int_equal(misses[0] + misses[1], 0);
	wl_reuse_forget(&r, 5);
	assert_int_equal(wl_reuse_touch(&r, WL_REUSE_MAX), WL_REUSE_NOMEM);
	assert_int_equal(wl_reuse_check(&r, 0), 0);
	assert_int_equal(wl_reuse_touch(&r, 5), 0);
	assert_int_equal(wl_reuse_touch(&r, 5), 1);
	assert_int_equal(wl_reuse_check(&r, 2), 0);
	wl_reuse_fini(&r);
	assert_null(r.at);
}

/* The checker sees what is damaged. */
static void
test_check(void **state)
{
	struct wl_reuse r = { .used = 0 };

	(void)state;
	for (uint32_t p = 0; p < 100; p++)
		wl_reuse_touch(&r, p);
	assert_int_equal(wl_reuse_check(&r, 100), 0);
	assert_int_equal(wl_reuse_check(&r, 101), 3);
	r.page[3]++;
	assert_int_equal(wl_reuse_check(&r, 100), 1);
	r.page[3]--;
	r.count512[0]++;
	assert_int_equal(wl_reuse_check(&r, 100), 2);
	wl_reuse_fini(&r);
}

/* --------------------------------------------------------- indices ---- */

static void
test_pageindex(void **state)
{
	static uint64_t page_of[64 * 4032];
	struct wl_pageindex t = { .n = 0 };

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t page = (uint64_t)rnd_below(&seed, 2000)
			<< rnd_below(&seed, 3) * 20 |
		    rnd_below(&seed, 64);
		uint32_t index = wl_pageindex(&t, page);

		assert_true(index < t.n * 64 && t.n <= 4032);
		if (page_of[index] != 0)
			assert_int_equal(page_of[index], page + 1);
		page_of[index] = page + 1;
		assert_int_equal(wl_pageindex(&t, page), index);
		assert_int_equal(wl_pageindex(&t, page ^ 1), index ^ 1);
	}
	assert_int_not_equal(wl_pageindex(&t, UINT64_MAX >> 10),
	    WL_PAGEINDEX_NONE);
	wl_pageindex_fini(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_many_pages),
		cmocka_unit_test(test_misses),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_pageindex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
