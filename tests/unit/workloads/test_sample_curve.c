/*
 * Estimates from samples: exact where they must be, within their bounds of the
 * exact curve nearly always, and the same however the touches come.
 */
#include "strace_fixture.h"

#include <math.h>

#include "workloads/refs/pageindex.h"
#include "workloads/curve/sample_curve.h"
#include "workloads/refs/touches.h"
#include "tests/random.h"
#include "tests/slow.h"

static uint64_t seed = 1;

struct stream {
	uint64_t *page;
	size_t n;
	struct wl_reuse exact;
};

static void
count_exactly(struct stream *s)
{
	struct wl_pageindex index = { .n = 0 };

	memset(&s->exact, 0, sizeof(s->exact));
	for (size_t i = 0; i < s->n; i++)
		assert_int_not_equal(wl_reuse_touch(&s->exact,
					 wl_pageindex(&index, s->page[i])),
		    WL_REUSE_NOMEM);
	wl_pageindex_fini(&index);
}

/* Some pages are touched far more often than others. */
static void
make_skewed(struct stream *s, size_t n, uint32_t pages)
{
	s->n = n;
	s->page = malloc(n * sizeof(*s->page));
	for (size_t i = 0; i < n; i++)
		s->page[i] = 1000000 +
		    (uint64_t)rnd_below(&seed,
			1 + rnd_below(&seed, 1 + rnd_below(&seed, pages))) *
			3;
	count_exactly(s);
}

static void
stream_free(struct stream *s)
{
	free(s->page);
	wl_reuse_fini(&s->exact);
}

static double
exact(const struct stream *s, uint64_t frames)
{
	uint64_t misses;

	wl_reuse_misses(&s->exact, &frames, 1, &misses);
	return (double)misses;
}

static void
sample(struct wl_sample *w, const struct stream *s, double rate,
    uint32_t max_pages, uint64_t with_seed)
{
	assert_true(wl_sample_init(w, rate, max_pages, with_seed));
	assert_true(wl_sample_touches(w, s->page, s->n));
	assert_int_equal(w->touches, s->n);
}

/* ----------------------------------------------------- all of them ---- */

/* With all pages in the sample only distances above 255 are rounded. */
static void
test_all_pages(void **state)
{
	struct stream s;
	struct wl_sample w;

	(void)state;
	for (int fixed_size = 0; fixed_size < 2; fixed_size++) {
		make_skewed(&s, 100000, 3000);
		sample(&w, &s, 1, fixed_size ? 3000 : 0, 1);
		assert_int_equal(w.sampled, s.n);
		assert_int_equal(w.pages, s.exact.used);
		for (uint64_t f = 1; f <= 256; f++) {
			struct wl_estimate e = wl_sample_misses(&w, f);

			assert_true(e.misses == exact(&s, f));
			assert_true(e.low == e.misses && e.high == e.misses);
		}
		for (uint64_t f = 257; f <= 4000; f += 7) {
			double v = wl_sample_misses(&w, f).misses;

			assert_true(v <= exact(&s, f - f / 100));
			assert_true(v >= exact(&s, f + f / 100));
		}
		assert_true(wl_sample_pages(&w).misses == s.exact.used);
		wl_sample_fini(&w);
		stream_free(&s);
	}
}

/* ----------------------------------------------------- same sample ---- */

static bool
same(const struct wl_sample *a, const struct wl_sample *b)
{
	for (uint64_t f = 1; f < 5000; f += f / 3 + 1)
		if (wl_sample_misses(a, f).misses !=
		    wl_sample_misses(b, f).misses)
			return false;
	return a->threshold == b->threshold && a->pages == b->pages &&
	    a->sampled == b->sampled;
}

/* Batches do not matter, seeds do. */
static void
test_batches(void **state)
{
	struct stream s;
	struct wl_sample a, b;

	(void)state;
	make_skewed(&s, 50000, 5000);
	for (uint32_t size = 0; size <= 300; size += 100) {
		sample(&a, &s, 0.1, size, 7);
		assert_true(wl_sample_init(&b, 0.1, size, 7));
		for (size_t i = 0, n; i < s.n; i += n) {
			n = 1 + rnd_below(&seed, 700);
			n = n < s.n - i ? n : s.n - i;
			assert_true(wl_sample_touches(&b, s.page + i, n));
		}
		assert_true(same(&a, &b));
		wl_sample_fini(&b);
		sample(&b, &s, 0.1, size, 8);
		assert_false(same(&a, &b));
		wl_sample_fini(&a);
		wl_sample_fini(&b);
	}
	stream_free(&s);
}

/*
 * A page is in the sample with all its touches or with none; a rate includes
 * all that a lesser one has.
 */
static void
test_fixed_rate(void **state)
{
	struct wl_sample one, most;
	uint32_t in = 0;

	(void)state;
	for (uint64_t page = 0; page < 2000; page++) {
		uint64_t twice[2] = { page, page };

		assert_true(wl_sample_init(&one, 0.25, 0, 3));
		assert_true(wl_sample_init(&most, 0.5, 0, 3));
		assert_true(wl_sample_touches(&one, twice, 2));
		assert_true(wl_sample_touches(&most, twice, 2));
		assert_true(one.sampled == 0 || one.sampled == 2);
		assert_true(most.sampled >= one.sampled);
		in += one.pages;
		wl_sample_fini(&one);
		wl_sample_fini(&most);
	}
	assert_in_range(in, 420, 580); /* 500; 19 is the deviation */
}

/* Never too many pages; the rate only falls; the pages are right at the end. */
static void
test_fixed_size(void **state)
{
	struct stream s;
	struct wl_sample w;
	double rate = 1;

	(void)state;
	make_skewed(&s, 200000, 20000);
	for (uint32_t size = 1; size <= 1000; size *= 10) {
		assert_true(wl_sample_init(&w, 0, size, 1));
		rate = 1;
		for (size_t i = 0; i < s.n; i += 100) {
			wl_sample_touches(&w, s.page + i, 100);
			assert_true(w.pages <= size);
			assert_true(wl_sample_rate(&w) <= rate);
			rate = wl_sample_rate(&w);
			assert_int_equal(w.reuse.used, w.pages);
		}
		assert_int_equal(w.pages, size);
		for (uint32_t i = 0; i < size; i++)
			assert_true(w.hash[i] < w.threshold);
		assert_int_equal(wl_reuse_check(&w.reuse, w.sampled), 0);
		if (size == 1000)
			assert_true(fabs(wl_sample_pages(&w).misses -
					s.exact.used) < 0.15 * s.exact.used);
		wl_sample_fini(&w);
	}
	stream_free(&s);
}

/* ---------------------------------------------------------- bounds ---- */

struct score {
	unsigned within, points;
	double error; /* sum of differences of ratios */
	double width; /* sum of distances between the bounds */
};

static void
score(struct score *sc, const struct stream *s, const struct wl_sample *w)
{
	for (uint64_t f = 1; f <= s->exact.used; f += f / 2 + 1) {
		struct wl_estimate e = wl_sample_misses(w, f);
		double v = exact(s, f);

		assert_true(e.low <= e.misses && e.misses <= e.high);
		sc->within += e.low <= v && v <= e.high;
		sc->points++;
		sc->error += fabs(e.misses - v) / (double)s->n;
		sc->width += (e.high - e.low) / (double)s->n;
	}
}

static void
test_bounds_skewed(void **state)
{
	struct score rate = { .points = 0 }, size = { .points = 0 };
	struct stream s;
	struct wl_sample w;

	(void)state;
	make_skewed(&s, 400000, 100000);
	for (uint64_t k = 1; k <= 10; k++) {
		sample(&w, &s, 0.1, 0, k);
		score(&rate, &s, &w);
		wl_sample_fini(&w);
		sample(&w, &s, 0, 4000, k);
		score(&size, &s, &w);
		wl_sample_fini(&w);
	}
	if (getenv("VERBOSE"))
		printf("skewed: %u %u of %u; %f %f; %f %f\n", rate.within,
		    size.within, rate.points, rate.error / rate.points,
		    size.error / rate.points, rate.width / rate.points,
		    size.width / rate.points);
	assert_true(rate.within * 100 >= rate.points * 99);
	assert_true(size.within * 100 >= size.points * 99);
	assert_true(rate.error / rate.points < 0.03);
	assert_true(size.error / size.points < 0.03);
	stream_free(&s);
}

static void
read_trace(struct stream *s, const char *path, bool data_only)
{
	struct wl_touches *t = calloc(1, sizeof(*t));
	const uint64_t *page;
	char err[200];
	size_t n, cap = 0;

	memset(s, 0, sizeof(*s));
	t->trace = path;
	t->page_shift = 12;
	t->data_only = data_only;
	t->input = wl_input_open(path, err, sizeof(err));
	assert_non_null(t->input);
	assert_true(wl_touches_open(t));
	while ((n = wl_touches_next(t, &page)) > 0) {
		if (s->n + n > cap) {
			cap = 2 * (s->n + n);
			s->page = realloc(s->page, cap * sizeof(*page));
		}
		memcpy(s->page + s->n, page, n * sizeof(*page));
		s->n += n;
	}
	assert_string_equal(t->error, "");
	assert_int_equal(t->touches, s->n);
	wl_touches_close(t);
	wl_input_close(t->input);
	free(t);
	count_exactly(s);
}

/* Real programs have few pages, and a handful of them have most touches. */
static void
test_bounds_real(void **state)
{
	static const char *const traces[] = { "cc1", "ls", "shuf", "sort" };
	static const double rates[] = { 0.1, 0.3, 0.6 };
	struct score all = { .points = 0 };
	struct stream s;
	struct wl_sample w;
	char path[100];

	(void)state;
	for (size_t i = 0; i < NELEM(traces); i++) {
		snprintf(path, sizeof(path), "tests/data/lackey/%s.lackey.xz",
		    traces[i]);
		read_trace(&s, path, true);
		for (size_t k = 0; k < NELEM(rates); k++) {
			struct score one = { .points = 0 };

			for (uint64_t j = 1; j <= TESTS_FEWER(20, 4); j++) {
				sample(&w, &s, rates[k], 0, j);
				score(&one, &s, &w);
				wl_sample_fini(&w);
			}
			if (getenv("VERBOSE"))
				printf("%s %g: %u of %u; %f; %f\n", traces[i],
				    rates[k], one.within, one.points,
				    one.error / one.points,
				    one.width / one.points);
			all.within += one.within;
			all.points += one.points;
		}
		stream_free(&s);
	}
	assert_true(all.within * 100 >= all.points * 99);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_pages),
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_fixed_rate),
		cmocka_unit_test(test_fixed_size),
		cmocka_unit_test(test_bounds_skewed),
		cmocka_unit_test(test_bounds_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
