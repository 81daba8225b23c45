/*
 * Keys of (process, page): equal for equal pairs, different for others, over
 * processes near the edge of those that have bits of their own, far behind it,
 * and pages from both ends of the addresses, at several sizes of page.
 */
#include "strace_fixture.h"

#include <stdlib.h>

#include "workloads/refs/spaces.h"
#include "tests/random.h"

static uint64_t seed = 1;

struct pair {
	uint32_t process;
	uint64_t page, key;
};

static int
by_pair(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->process != y->process)
		return x->process < y->process ? -1 : 1;
	return x->page < y->page ? -1 : x->page > y->page;
}

static int
by_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static bool
same_pair(const struct pair *x, const struct pair *y)
{
	return x->process == y->process && x->page == y->page;
}

static uint32_t
some_process(unsigned shift)
{
	const uint32_t edge = (1u << (shift - 1)) - 1;

	switch (rnd_below(&seed, 5)) {
	case 0: return 0;
	case 1: return rnd_below(&seed, 3);
	case 2: return edge - 1 + rnd_below(&seed, 3);
	case 3: return edge + rnd_below(&seed, 1000);
	default: return UINT32_MAX - rnd_below(&seed, 3);
	}
}

static uint64_t
some_page(unsigned shift)
{
	const uint64_t top = UINT64_MAX >> shift;

	switch (rnd_below(&seed, 4)) {
	case 0: return rnd_below(&seed, 4);
	case 1: return top - rnd_below(&seed, 4);
	case 2: return (uint64_t)rnd_below(&seed, 2) << (63 - shift);
	default:
		return (uint64_t)rnd_below(&seed, 3) << 20 |
		    rnd_below(&seed, 3);
	}
}

#define PAIRS 20000u

static void
test_keys(void **state)
{
	static const unsigned shifts[] = { 10, 12, 14, 16, 21, 30 };
	struct pair *p = calloc(PAIRS, sizeof(*p));

	(void)state;
	assert_non_null(p);
	for (size_t k = 0; k < NELEM(shifts); k++) {
		struct wl_spaces s;

		wl_spaces_init(&s, shifts[k]);
		for (unsigned i = 0; i < PAIRS; i++) {
			p[i].process = some_process(shifts[k]);
			p[i].page = some_page(shifts[k]);
			wl_spaces_process(&s, p[i].process);
			p[i].key = wl_spaces_key(&s, p[i].page);
			assert_true(p[i].key >> 63 == 0);
			if (p[i].process == 0)
				assert_true(p[i].key == p[i].page);
		}
		assert_false(s.failed);
		qsort(p, PAIRS, sizeof(*p), by_pair);
		for (unsigned i = 1; i < PAIRS; i++)
			if (same_pair(&p[i - 1], &p[i]))
				assert_true(p[i].key == p[i - 1].key);
		qsort(p, PAIRS, sizeof(*p), by_key);
		for (unsigned i = 1; i < PAIRS; i++)
			if (p[i].key == p[i - 1].key)
				assert_true(same_pair(&p[i - 1], &p[i]));
		wl_spaces_fini(&s);
	}
	free(p);
}

/* Neighbours stay neighbours, for those who take pages by groups of 64. */
static void
test_neighbours(void **state)
{
	static const uint32_t processes[] = { 0, 5, 2046, 2047, 100000 };
	struct wl_spaces s;

	(void)state;
	wl_spaces_init(&s, 12);
	for (size_t k = 0; k < NELEM(processes); k++) {
		wl_spaces_process(&s, processes[k]);
		for (uint64_t page = 0x7f0000000; page < 0x7f0000000 + 200;
		     page++)
			assert_true(wl_spaces_key(&s, page + 1) ==
			    wl_spaces_key(&s, page) + 1);
		assert_true(wl_spaces_key(&s, 0x7f0000000) % 64 == 0);
	}
	wl_spaces_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
