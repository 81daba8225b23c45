/*
 * OPT at every size, against OPT simulated size by size by looking for the next
 * touch of every page that is in.
 */
#include "strace_fixture.h"

#include "workloads/curve/opt_curve.h"
#include "tests/random.h"

#define MAXTOUCHES 1200
#define MAXPAGES 400

static uint64_t seed = 1;

/* ------------------------------------------------------------- oracle ---- */

static size_t
next_touch(const uint32_t *page, size_t n, size_t from, uint32_t which)
{
	while (from < n && page[from] != which)
		from++;
	return from;
}

static uint64_t
simulate(const uint32_t *page, size_t n, size_t frames)
{
	struct {
		uint32_t page;
		size_t next;
	} in[MAXPAGES];
	size_t used = 0, i, out;
	uint64_t misses = 0;

	for (size_t t = 0; t < n; t++) {
		for (i = 0; i < used && in[i].page != page[t]; i++)
			;
		if (i == used) {
			misses++;
			if (used == frames) {
				for (out = i = 0; i < used; i++)
					if (in[i].next > in[out].next)
						out = i;
				i = out;
			} else
				used++;
		}
		in[i].page = page[t];
		in[i].next = next_touch(page, n, t + 1, page[t]);
	}
	return misses;
}

/* ------------------------------------------------------------- compare ---- */

static void
hold(struct wl_opt *o, const uint32_t *page, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(wl_opt_add(o, page[i]), 0);
}

/* All sizes, and sizes at random, agree with the simulation. */
static void
compare(const uint32_t *page, size_t n)
{
	uint64_t misses[64], frames[64], *hist, left = n, sum = 0;
	uint64_t wanted[MAXPAGES + 2];
	struct wl_opt o = { .n = 0 };
	size_t points = 0;

	hold(&o, page, n);
	assert_int_equal(wl_opt_distances(&o, &hist), 0);
	assert_int_equal(o.distinct, hist[0]);
	assert_true(o.distinct < MAXPAGES);
	for (uint32_t d = 1; d <= o.distinct; d++) {
		wanted[d] = simulate(page, n, d);
		left -= hist[d];
		assert_int_equal(left, wanted[d]);
		sum += hist[d];
	}
	wanted[o.distinct + 1] = o.distinct;
	assert_int_equal(sum + hist[0], n);
	free(hist);
	for (uint64_t f = 1 + rnd_below(&seed, 3);
	     f <= o.distinct + 1u && points < 64;
	     f += 1 + rnd_below(&seed, o.distinct / 10 + 1))
		frames[points++] = f;
	assert_int_equal(wl_opt_misses(&o, frames, points, misses), 0);
	for (size_t i = 0; i < points; i++)
		assert_int_equal(misses[i], wanted[frames[i]]);
	wl_opt_fini(&o);
}

static void
test_random(void **state)
{
	static uint32_t page[MAXTOUCHES];

	(void)state;
	for (int round = 0; round < 60; round++) {
		uint32_t pages = 1 +
		    rnd_below(&seed, round % 6 == 0 ? 300 : 60);
		size_t n = 1 + rnd_below(&seed, pages > 60 ? MAXTOUCHES : 500);

		for (size_t i = 0; i < n; i++)
			page[i] = round % 2 ?
			    rnd_below(&seed, pages) :
			    rnd_below(&seed, 1 + rnd_below(&seed, pages));
		compare(page, n);
	}
}

/* Round and round, back and forth, in strides, a scan beside what is hot. */
static void
test_patterns(void **state)
{
	static uint32_t page[5][800];

	(void)state;
	for (uint32_t i = 0; i < 800; i++) {
		page[0][i] = i % 97;
		page[1][i] = i / 97 % 2 ? 97 - i % 97 : i % 97;
		page[2][i] = i * 7 % 60;
		page[3][i] = i % 3 ? i % 5 : 10 + i / 3;
		page[4][i] = i < 300 ? i : 300 - i % 300;
	}
	for (int k = 0; k < 5; k++)
		compare(page[k], 800);
}

/* Strings of textbooks: Belady's, OSTEP's, Silberschatz's; by hand. */
static void
test_textbooks(void **state)
{
	static const struct {
		const char *string;
		uint64_t frames[4], misses[4];
		size_t n;
	} books[] = {
		{ "123412512345", { 2, 3, 4, 5 }, { 9, 7, 6, 5 }, 4 },
		{ "01201303121", { 2, 3, 4 }, { 7, 5, 4 }, 3 },
		{ "70120304230321201701", { 3, 4 }, { 9, 8 }, 2 },
	};

	(void)state;
	for (size_t k = 0; k < NELEM(books); k++) {
		struct wl_opt o = { .n = 0 };
		uint64_t misses[4];

		for (const char *s = books[k].string; *s != '\0'; s++)
			wl_opt_add(&o, (uint32_t)(*s - '0'));
		assert_int_equal(wl_opt_misses(&o, books[k].frames, books[k].n,
				     misses),
		    0);
		for (size_t i = 0; i < books[k].n; i++)
			assert_int_equal(misses[i], books[k].misses[i]);
		wl_opt_fini(&o);
	}
}

/*
 * Both ways agree where simulation would take too long: enough pages that bags
 * overflow, blocks of many lengths, indices with holes.
 */
static void
test_ways_agree(void **state)
{
	uint64_t distinct;
	uint64_t frames[300], misses[300], *hist, left, d = 1;

	(void)state;
	for (uint32_t pages = 500; pages <= 30000; pages *= 60) {
		struct wl_opt o = { .n = 0 };

		for (uint32_t i = 0; i < 60000; i++)
			wl_opt_add(&o,
			    5 *
				(i % 7 ? rnd_below(&seed,
					     1 + rnd_below(&seed, pages)) :
					 i % pages));
		for (size_t i = 0; i < NELEM(frames); i++)
			frames[i] = 1 + i * i / 3 + i;
		assert_int_equal(wl_opt_misses(&o, frames, NELEM(frames),
				     misses),
		    0);
		assert_int_equal(wl_opt_distances(&o, &hist), 0);
		assert_int_equal(wl_opt_distinct(&o, &distinct), 0);
		assert_int_equal(distinct, hist[0]);
		left = 60000;
		d = 1;
		for (size_t i = 0; i < NELEM(frames); i++) {
			for (; d <= frames[i] && d <= o.distinct; d++)
				left -= hist[d];
			/* repeats are in hist[1] */
			assert_int_equal(misses[i], left);
		}
		free(hist);
		wl_opt_fini(&o);
	}
}

static void
test_limits(void **state)
{
	const uint64_t frames[] = { 1, 5, 4000000000 };
	struct wl_opt o = { .limit = 3 };
	uint64_t misses[3] = { 9, 9, 9 }, *hist;

	(void)state;
	assert_int_equal(wl_opt_misses(&o, frames, 3, misses), 0);
	assert_int_equal(misses[0] + misses[1] + misses[2], 0);
	assert_int_equal(wl_opt_distances(&o, &hist), 0);
	assert_int_equal(hist[0], 0);
	free(hist);
	wl_opt_fini(&o);
	o.limit = 3;
	hold(&o, (const uint32_t[]){ 1, 1, 2, 2, 1, 1 }, 6);
	assert_int_equal(wl_opt_add(&o, 3), EFBIG);
	assert_int_equal(wl_opt_add(&o, 1), 0);
	assert_int_equal(wl_opt_misses(&o, frames, 3, misses), 0);
	assert_int_equal(misses[0], 3);
	assert_int_equal(misses[1], 2);
	assert_int_equal(misses[2], 2);
	wl_opt_fini(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_textbooks),
		cmocka_unit_test(test_ways_agree),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
