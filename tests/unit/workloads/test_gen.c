/*
 * Generators of traces: exact sequences against loops written out here,
 * distributions against closed forms, misses of a matrix product against a
 * count by hand, programs against what they are said to do.
 */
#include "gen_fixture.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pmap/types.h"

static void
is_ref(const struct gen_trace *t, size_t i, uint64_t at, uint32_t size,
    enum wl_ref_kind kind)
{
	assert_int_equal(gen_offset(t, i), at);
	assert_int_equal(t->ref[i].size, size);
	assert_int_equal(t->ref[i].kind, kind);
}

/* Pages of a trace, counted. */
static uint64_t *
count_pages(const struct gen_trace *t, size_t pages)
{
	uint64_t *count = calloc(pages, sizeof(*count));

	for (size_t i = 0; i < t->n; i++) {
		assert_in_range(gen_offset(t, i) / GEN_PAGE, 0, pages - 1);
		count[gen_offset(t, i) / GEN_PAGE]++;
	}
	return count;
}

/* Far from what n - 1 degrees of freedom give? Mean n - 1, variance 2 n - 2. */
static void
fits(const uint64_t *count, const double *share, size_t n, uint64_t total)
{
	const double free = (double)n - 1;
	double chi = 0;

	for (size_t i = 0; i < n; i++) {
		const double want = share[i] * (double)total;

		assert_true(want > 5);
		chi += ((double)count[i] - want) * ((double)count[i] - want) /
		    want;
	}
	if (chi > free + 5 * sqrt(2 * free) || chi < free - 5 * sqrt(2 * free))
		fail_msg("chi-square %.1f, %.0f degrees of freedom", chi, free);
}

/* --------------------------------------------------- exact sequences ---- */

static void
test_seq(void **state)
{
	struct gen_trace t;

	(void)state;
	gen_collect(&t, "seq:pages=2:step=1000:n=20");
	assert_int_equal(t.n, 20);
	for (size_t i = 0; i < 20; i++)
		is_ref(&t, i, i % 9 * 1000, 8, WL_REF_LOAD);
	gen_drop(&t);
	gen_collect(&t, "seq:pages=3:step=4096:n=5000:writes=100");
	assert_int_equal(t.n, 5000);
	for (size_t i = 0; i < t.n; i++)
		is_ref(&t, i, i % 3 * GEN_PAGE, 8, WL_REF_STORE);
	gen_drop(&t);
	gen_collect(&t, "seq:pages=1:step=2:n=4096");
	assert_int_equal(t.n, 4096);
	is_ref(&t, 4095, 4094, 2, WL_REF_LOAD);
	gen_drop(&t);
}

static void
test_stride(void **state)
{
	struct gen_trace t;
	size_t i = 0;

	(void)state;
	/* a matrix of 6 rows and 3 columns, a row of 4096 bytes */
	gen_collect(&t, "stride:pages=6:step=4096:shift=1024:n=60");
	for (unsigned pass = 0; i < t.n; pass++)
		for (unsigned row = 0; row < 6; row++)
			is_ref(&t, i++, row * 4096 + pass % 4 * 1024, 8,
			    WL_REF_LOAD);
	gen_drop(&t);
	gen_collect(&t, "stride:pages=2:step=3000:shift=0:n=9");
	for (i = 0; i < t.n; i++)
		is_ref(&t, i, i % 3 * 3000, 8, WL_REF_LOAD);
	gen_drop(&t);
	/* steps longer than the range stay in it */
	gen_collect(&t, "stride:pages=1:step=10000:shift=4095:n=9");
	for (i = 0; i < t.n; i++)
		is_ref(&t, i, i % 2 * 4095, 1, WL_REF_LOAD);
	gen_drop(&t);
}

struct product {
	struct gen_trace t;
	size_t at;
	uint64_t n, element, whole;
};

static void
next_is(struct product *p, int matrix, uint64_t row, uint64_t column)
{
	is_ref(&p->t, p->at++,
	    (uint64_t)matrix * p->whole + (row * p->n + column) * p->element,
	    p->element < 8 ? (uint32_t)p->element : 8,
	    matrix == 2 ? WL_REF_MODIFY : WL_REF_LOAD);
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* One tile, from (i0, j0, k0). */
static void
multiply(struct product *p, unsigned order, uint64_t tile, uint64_t i0,
    uint64_t j0, uint64_t k0)
{
	const uint64_t i1 = least(i0 + tile, p->n), j1 = least(j0 + tile, p->n),
		       k1 = least(k0 + tile, p->n);
	uint64_t i, j, k;

	if (order == 0)
		for (i = i0; i < i1; i++)
			for (j = j0; j < j1; j++) {
				for (k = k0; k < k1; k++) {
					next_is(p, 0, i, k);
					next_is(p, 1, k, j);
				}
				next_is(p, 2, i, j);
			}
	if (order == 1)
		for (i = i0; i < i1; i++)
			for (k = k0; k < k1; k++) {
				next_is(p, 0, i, k);
				for (j = j0; j < j1; j++) {
					next_is(p, 1, k, j);
					next_is(p, 2, i, j);
				}
			}
	if (order == 2)
		for (j = j0; j < j1; j++)
			for (k = k0; k < k1; k++) {
				next_is(p, 1, k, j);
				for (i = i0; i < i1; i++) {
					next_is(p, 0, i, k);
					next_is(p, 2, i, j);
				}
			}
}

static void
check_product(uint64_t n, unsigned order, uint64_t tile, uint64_t element)
{
	const uint64_t step = tile == 0 ? n : tile;
	struct product p = { .n = n, .element = element };
	char text[100];

	p.whole = (n * n * element + GEN_PAGE - 1) / GEN_PAGE * GEN_PAGE;
	snprintf(text, sizeof(text),
	    "matmul:size=%" PRIu64 ":order=%u:tile=%" PRIu64
	    ":element=%" PRIu64,
	    n, order, tile, element);
	gen_collect(&p.t, text);
	for (uint64_t i = 0; i < n; i += step)
		for (uint64_t j = 0; j < n; j += step)
			for (uint64_t k = 0; k < n; k += step)
				multiply(&p, order, step, i, j, k);
	assert_int_equal(p.t.n, p.at);
	if (n % step == 0)
		assert_int_equal(p.t.n, 2 * n * n * n + n * n * (n / step));
	gen_drop(&p.t);
}

static void
test_matmul(void **state)
{
	static const uint64_t tiles[] = { 0, 1, 3, 4, 7, 100 };

	(void)state;
	for (unsigned order = 0; order < 3; order++) {
		for (size_t i = 0; i < NELEM(tiles) - 1; i++) {
			check_product(7, order, tiles[i], 8);
			check_product(12, order, tiles[i], 512);
		}
		check_product(1, order, 0, 4);
		check_product(33, order, 0, 2);
	}
}

/* Misses of LRU, as slow and plain as can be. */
static uint64_t
lru_misses(const struct gen_trace *t, size_t frames)
{
	uint64_t *stack = malloc(frames * sizeof(*stack)), misses = 0;
	size_t used = 0;

	for (size_t i = 0; i < t->n; i++) {
		const uint64_t page = gen_offset(t, i) / GEN_PAGE;
		size_t k = 0;

		while (k < used && stack[k] != page)
			k++;
		if (k == used) {
			misses++;
			if (used < frames)
				used++;
			else
				k--;
		}
		memmove(stack + 1, stack, k * sizeof(*stack));
		stack[0] = page;
	}
	free(stack);
	return misses;
}

/*
 * n rows of one page each, ijk.  B goes round n pages for each element of C,
 * whose page is touched once in a round, as is A's in each step:
 *	up to n + 1 frames	all of B misses, and C each time; A once a row
 *	n + 2			B stays within a row of C; a new row of A pushes
 *				out B's first page, and each its successor up to
 *				the last but one, which pushes out the old row
 *				of A; the new row of C takes the old one's place
 *	n + 4			A's and C's old pages go instead
 */
static void
test_matmul_misses(void **state)
{
	const uint64_t n = 16;
	struct gen_trace t;

	(void)state;
	gen_collect(&t, "matmul:size=16:element=256");
	assert_int_equal(t.n, 2 * n * n * n + n * n);
	for (uint64_t frames = 3; frames <= n + 1; frames++)
		assert_int_equal(lru_misses(&t, frames), n * n * n + n * n + n);
	assert_int_equal(lru_misses(&t, n + 2), n + 2 + (n - 1) * (n + 1));
	assert_int_equal(lru_misses(&t, n + 4), 3 * n);
	assert_int_equal(lru_misses(&t, 3 * n), 3 * n);
	gen_drop(&t);
	/* ikj: a row of A, B and C each; B's rows once for each row of A */
	gen_collect(&t, "matmul:size=16:element=256:order=1");
	for (uint64_t frames = 3; frames <= n + 1; frames++)
		assert_int_equal(lru_misses(&t, frames), n * n + 2 * n);
	gen_drop(&t);
}

/*
 * Each reference is as likely to be to any page: it misses with 1 - frames /
 * pages, once all frames are used.
 */
static void
test_uniform_misses(void **state)
{
	struct gen_trace t;

	(void)state;
	gen_collect(&t, "uniform:pages=40:n=100000:seed=3");
	for (size_t frames = 10; frames < 40; frames += 10) {
		const double p = 1 - (double)frames / 40, n = 100000;

		assert_true(fabs((double)lru_misses(&t, frames) - p * n) <
		    5 * sqrt(n * p * (1 - p)) + (double)frames);
	}
	assert_int_equal(lru_misses(&t, 40), 40);
	gen_drop(&t);
}

/* A node a page: with a frame too few, the next one has always just gone. */
static void
test_cycle_misses(void **state)
{
	static const char *const cycles[] = { "chase:pages=20:node=4096:n=2000",
		"seq:pages=20:step=4096:n=2000", "stride:pages=20:n=2000" };
	struct gen_trace t;

	(void)state;
	for (size_t i = 0; i < NELEM(cycles); i++) {
		gen_collect(&t, cycles[i]);
		assert_int_equal(lru_misses(&t, 19), 2000);
		assert_int_equal(lru_misses(&t, 20), 20);
		gen_drop(&t);
	}
}

struct recursion {
	struct gen_trace t;
	size_t at;
	unsigned fan, depth;
	uint64_t frame, top;
};

static void
recurse(struct recursion *r, unsigned deep)
{
	const uint64_t at = r->top - deep * r->frame - 8;

	is_ref(&r->t, r->at++, at, 8, WL_REF_STORE);
	for (unsigned i = 0; i < r->fan && deep + 1 < r->depth; i++)
		recurse(r, deep + 1);
	is_ref(&r->t, r->at++, at, 8, WL_REF_LOAD);
}

static void
test_stack(void **state)
{
	static const struct {
		const char *text;
		struct recursion r;
		size_t calls;
	} cases[] = {
		{ "stack:fan=1:depth=100:frame=48",
		    { .fan = 1, .depth = 100, .frame = 48, .top = 8192 }, 100 },
		{ "stack:fan=3:depth=6:frame=4000",
		    { .fan = 3, .depth = 6, .frame = 4000, .top = 24576 },
		    364 },
		{ "stack:fan=2:depth=10:frame=17",
		    { .fan = 2, .depth = 10, .frame = 32, .top = 4096 }, 1023 },
		{ "stack:fan=16:depth=1:frame=16",
		    { .fan = 16, .depth = 1, .frame = 16, .top = 4096 }, 1 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct recursion r = cases[i].r;

		gen_collect(&r.t, cases[i].text);
		assert_int_equal(r.t.n, 2 * cases[i].calls);
		recurse(&r, 0);
		assert_int_equal(r.at, r.t.n);
		gen_drop(&r.t);
	}
}

/* ----------------------------------------------------- distributions ---- */

static void
test_uniform(void **state)
{
	double share[64];
	struct gen_trace t;
	uint64_t *count;

	(void)state;
	for (size_t i = 0; i < 64; i++)
		share[i] = 1.0 / 64;
	gen_collect(&t, "uniform:pages=64:n=200000");
	count = count_pages(&t, 64);
	fits(count, share, 64, t.n);
	free(count);
	/* places within the page */
	for (size_t i = 0; i < t.n; i++)
		t.ref[i].va = WL_GEN_BASE +
		    gen_offset(&t, i) % GEN_PAGE / 64 * GEN_PAGE;
	count = count_pages(&t, 64);
	fits(count, share, 64, t.n);
	free(count);
	gen_drop(&t);
}

static int
falling(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (y > x) - (y < x);
}

static void
test_zipf(void **state)
{
	static const unsigned skews[] = { 0, 50, 80, 100, 130 };
	double share[100], sum;
	struct gen_trace t;
	uint64_t *count;
	char text[100];

	(void)state;
	for (size_t i = 0; i < NELEM(skews); i++) {
		snprintf(text, sizeof(text),
		    "zipf:pages=100:skew=%u:n=300000:seed=%zu", skews[i], i);
		sum = 0;
		for (size_t k = 0; k < 100; k++)
			sum += share[k] = pow((double)k + 1, skews[i] / -100.0);
		for (size_t k = 0; k < 100; k++)
			share[k] /= sum;
		gen_collect(&t, text);
		count = count_pages(&t, 100);
		fits(count, share, 100, t.n);
		free(count);
		gen_drop(&t);
	}
	/* shuffled: other pages, the same shares (the first ten are so far
	   apart that their order is sure) */
	gen_collect(&t, "zipf:pages=100:skew=130:n=300000:shuffle=1");
	count = count_pages(&t, 100);
	assert_true(count[0] < count[1] || count[1] < count[2]);
	qsort(count, 100, sizeof(*count), falling);
	for (size_t k = 0; k < 10; k++)
		assert_true(fabs((double)count[k] - share[k] * 300000) <
		    5 * sqrt(share[k] * 300000));
	free(count);
	gen_drop(&t);
}

static void
test_hotcold(void **state)
{
	double share[50];
	struct gen_trace t;
	uint64_t *count;

	(void)state;
	for (size_t i = 0; i < 50; i++)
		share[i] = i < 10 ? 0.7 / 10 : 0.3 / 40;
	gen_collect(&t, "hotcold:pages=50:hot=20:share=70:n=200000");
	count = count_pages(&t, 50);
	fits(count, share, 50, t.n);
	free(count);
	gen_drop(&t);
	gen_collect(&t, "hotcold:pages=10:hot=1:share=100:n=1000");
	count = count_pages(&t, 10);
	assert_int_equal(count[0], 1000);
	free(count);
	gen_drop(&t);
}

static void
test_chase(void **state)
{
	struct gen_trace t;
	uint8_t seen[256] = { 0 };
	size_t near = 0;

	(void)state;
	gen_collect(&t, "chase:pages=4:node=64:n=1024");
	for (size_t i = 0; i < 1024; i++) {
		const uint64_t node = gen_offset(&t, i) / 64;

		assert_int_equal(gen_offset(&t, i) % 64, 0);
		assert_int_equal(seen[node], i / 256);
		seen[node]++;
		assert_int_equal(gen_offset(&t, i), gen_offset(&t, i % 256));
		if (i > 0 && node == gen_offset(&t, i - 1) / 64 + 1)
			near++;
	}
	/* a neighbour follows about once in a round */
	assert_true(near < 40);
	gen_drop(&t);
}

static void
test_phases(void **state)
{
	size_t phases = 1, set = 0;
	struct gen_trace t;

	(void)state;
	/* sets of 10 pages, 30, 60, 90 pages apart: never ambiguous */
	gen_collect(&t, "phases:sets=4:pages=10:overlap=0:length=500:n=400000");
	for (size_t i = 0; i < t.n; i++) {
		const size_t now = gen_offset(&t, i) / GEN_PAGE / 10;

		assert_in_range(now, 0, 3);
		phases += now != set;
		set = now;
	}
	/* geometric: 800 phases, standard deviation 28 */
	assert_in_range(phases, 800 - 5 * 28, 800 + 5 * 28);
	gen_drop(&t);
	gen_collect(&t, "phases:sets=3:pages=8:overlap=50:length=100:n=100000");
	for (size_t i = 0; i < t.n; i++)
		assert_in_range(gen_offset(&t, i) / GEN_PAGE, 0, 15);
	gen_drop(&t);
}

/* Stores are a share of the references, which are the same without them. */
static void
test_writes(void **state)
{
	static const char *const names[] = { "seq", "stride", "uniform", "zipf",
		"hotcold", "chase", "phases" };

	(void)state;
	for (size_t k = 0; k < NELEM(names); k++) {
		struct gen_trace none, some;
		char text[80];
		size_t stores = 0;

		snprintf(text, sizeof(text), "%s:n=50000", names[k]);
		gen_collect(&none, text);
		snprintf(text, sizeof(text), "%s:n=50000:writes=30", names[k]);
		gen_collect(&some, text);
		for (size_t i = 0; i < 50000; i++) {
			assert_int_equal(none.ref[i].va, some.ref[i].va);
			assert_int_equal(none.ref[i].kind, WL_REF_LOAD);
			stores += some.ref[i].kind == WL_REF_STORE;
		}
		/* 15000, standard deviation 102 */
		assert_in_range(stores, 15000 - 500, 15000 + 500);
		gen_drop(&none);
		gen_drop(&some);
	}
}

/* ---------------------------------------------------------- programs ---- */

/*
 * Mark and sweep, without loads: objects fill the free places upwards, then
 * what lives is marked, then all places are looked at.
 */
static void
test_mark_and_sweep(void **state)
{
	enum { PLACES = 256, LIVE = 76 }; /* 4 pages of 64 bytes; 30 % */
	struct gen_trace t;
	size_t i = 0, collections = 0;
	uint8_t used[PLACES] = { 0 };

	(void)state;
	gen_collect(&t, "gc:pages=4:object=64:live=30:loads=0:n=20000");
	while (i + 2 * PLACES + LIVE < t.n) {
		for (size_t place = 0; place < PLACES; place++)
			if (!used[place])
				is_ref(&t, i++, place * 64, 8, WL_REF_STORE);
		memset(used, 0, sizeof(used));
		for (size_t k = 0; k < LIVE; k++, i++) {
			const uint64_t place = gen_offset(&t, i) / 64;

			is_ref(&t, i, place * 64, 8, WL_REF_MODIFY);
			assert_false(used[place]);
			used[place] = 1;
		}
		for (size_t place = 0; place < PLACES; place++)
			is_ref(&t, i++, place * 64, 8, WL_REF_LOAD);
		collections++;
	}
	assert_true(collections > 30);
	gen_drop(&t);
}

/* Copying: what is loaded was stored, into the half that is left. */
static void
test_copying(void **state)
{
	enum { PLACES = 128, LIVE = 38 };
	struct gen_trace t;
	size_t i = 0, half = 0, first = 0;

	(void)state;
	gen_collect(&t,
	    "gc:pages=4:object=64:live=30:loads=0:copying=1:n=20000");
	while (i + 2 * PLACES < t.n) {
		uint8_t seen[2 * PLACES] = { 0 };

		for (size_t place = first; place < PLACES; place++)
			is_ref(&t, i++, (half + place) * 64, 8, WL_REF_STORE);
		for (size_t k = 0; k < LIVE; k++) {
			const uint64_t place = gen_offset(&t, i) / 64;

			is_ref(&t, i++, place * 64, 8, WL_REF_LOAD);
			assert_in_range(place, half, half + PLACES - 1);
			assert_int_equal(seen[place]++, 0);
			is_ref(&t, i++, (PLACES - half + k) * 64, 8,
			    WL_REF_STORE);
		}
		half = PLACES - half;
		first = LIVE;
	}
	gen_drop(&t);
}

/* Loads between allocations: so many, and of nothing that was never stored. */
static void
test_gc_loads(void **state)
{
	struct gen_trace t;
	uint8_t stored[256] = { 0 };
	size_t i = 0;

	(void)state;
	gen_collect(&t, "gc:pages=4:object=64:loads=3:n=1024");
	while (i < t.n) {
		assert_int_equal(t.ref[i].kind, WL_REF_STORE);
		stored[gen_offset(&t, i++) / 64] = 1;
		for (int k = 0; k < 3; k++) {
			assert_int_equal(t.ref[i].kind, WL_REF_LOAD);
			assert_true(stored[gen_offset(&t, i++) / 64]);
		}
	}
	gen_drop(&t);
}

/*
 * 1000 leaves, 10 keys a page: 100 pages, 10, 1 above them, in the order 1, 10,
 * 100, 1000; the log behind.
 */
static void
test_database(void **state)
{
	struct gen_trace t;
	size_t transactions = 0, updates = 0;
	uint64_t logged = 0;

	(void)state;
	gen_collect(&t,
	    "database:pages=1000:fanout=10:update=40:scan=0:log=2:n=100000");
	for (size_t i = 0; i + 6 < t.n; transactions++) {
		uint64_t leaf, row;

		leaf = gen_offset(&t, i + 3) / GEN_PAGE - 111;
		row = gen_offset(&t, i + 3) % GEN_PAGE;
		assert_in_range(leaf, 0, 999);
		assert_int_equal(row % 64, 0);
		is_ref(&t, i++, leaf / 100 * 8, 8, WL_REF_LOAD);
		is_ref(&t, i++,
		    (1 + leaf / 100) * GEN_PAGE + leaf / 10 % 10 * 8, 8,
		    WL_REF_LOAD);
		is_ref(&t, i++, (11 + leaf / 10) * GEN_PAGE + leaf % 10 * 8, 8,
		    WL_REF_LOAD);
		is_ref(&t, i++, (111 + leaf) * GEN_PAGE + row, 8, WL_REF_LOAD);
		if (t.ref[i].kind == WL_REF_LOAD)
			continue;
		is_ref(&t, i++, (111 + leaf) * GEN_PAGE + row, 8, WL_REF_STORE);
		is_ref(&t, i++, 1111 * GEN_PAGE + logged++ % 128 * 64, 64,
		    WL_REF_STORE);
		updates++;
	}
	assert_true(fabs((double)updates - 0.4 * (double)transactions) <
	    5 * sqrt(0.24 * (double)transactions));
	gen_drop(&t);
}

static void
test_database_scan(void **state)
{
	struct gen_trace t;

	(void)state;
	/* one inner page; each transaction scans 7 leaves */
	gen_collect(&t,
	    "database:pages=20:fanout=32:scan=100:length=7:n=900:skew=0");
	for (size_t i = 0; i < t.n; i += 9) {
		const uint64_t leaf = gen_offset(&t, i + 1) / GEN_PAGE - 1;

		is_ref(&t, i, leaf * 8, 8, WL_REF_LOAD);
		for (uint64_t k = 1; k <= 7; k++)
			assert_int_equal(gen_offset(&t, i + 1 + k) / GEN_PAGE,
			    1 + (leaf + k) % 20);
	}
	gen_drop(&t);
}

/* Operations and who makes which references, of a server in full. */
static void
test_forkserver(void **state)
{
	static const char want[] =
	    "0 spawn server image=none\n"
	    "0 server: memory = mmap(0x10000000, 12K, PROT_READ|PROT_WRITE, "
	    "MAP_PRIVATE|MAP_FIXED|MAP_ANON, -1, 0)\n"
	    "4 server: fork(\"worker1\")\n"
	    "8 server: fork(\"worker2\")\n"
	    "14 worker1: exit(0)\n"
	    "15 server: fork(\"worker3\")\n"
	    "21 worker2: exit(0)\n"
	    "21 worker3: exit(0)\n"
	    "21 server: exit(0)\n";
	static const char who[] = "000011101112220222333";
	static const char kind[] = "SSSSLLSSLLSLLSSLLSLLS";
	struct gen_trace t;

	(void)state;
	gen_collect(&t,
	    "forkserver:pages=3:requests=3:workers=2:reads=2:writes=1");
	assert_int_equal(t.n, 21);
	for (size_t i = 0; i < t.n; i++) {
		assert_int_equal(t.process[i], who[i] - '0');
		assert_int_equal(t.ref[i].kind,
		    kind[i] == 'S' ? WL_REF_STORE : WL_REF_LOAD);
		assert_in_range(gen_offset(&t, i), i < 3 ? i * GEN_PAGE : 0,
		    i < 3 ? i * GEN_PAGE : 3 * GEN_PAGE - 8);
	}
	assert_int_equal(t.opslen, sizeof(want) - 1);
	assert_memory_equal(t.ops, want, t.opslen);
	gen_drop(&t);
	/* many operations without a reference between */
	gen_collect(&t, "forkserver:requests=64:workers=64:pages=1:reads=1");
	assert_non_null(memmem(t.ops, t.opslen, " worker64: exit(0)\n", 19));
	gen_drop(&t);
	/* it stops in the middle */
	gen_collect(&t, "forkserver:n=70");
	assert_int_equal(t.n, 70);
	gen_drop(&t);
}

static void
test_script(void **state)
{
	static const char want
	    [] = "spawn server image=none\n"
		 "server: memory = mmap(0x10000000, 4K, PROT_READ|PROT_WRITE, "
		 "MAP_PRIVATE|MAP_FIXED|MAP_ANON, -1, 0)\n"
		 "server: write 0x10000000 8\n";
	struct wl_gen_args args;
	char *text = NULL;
	size_t len = 0;
	FILE *fp = open_memstream(&text, &len);
	unsigned lines = 0;

	(void)state;
	gen_parse(&args, "forkserver:pages=1:requests=20:reads=2:writes=2");
	assert_int_equal(wl_gen_script(&args, fp), 0);
	fclose(fp);
	assert_memory_equal(text, want, sizeof(want) - 1);
	for (const char *s = text; (s = strstr(s, "worker20: ")) != NULL; s++)
		lines++;
	assert_int_equal(lines, 4 + 1); /* one round, and its exit */
	free(text);
}

/* A disk that is full is said, and is the end of it. */
static void
test_script_full(void **state)
{
	struct wl_gen_args args;
	FILE *fp = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(fp);
	gen_parse(&args, "forkserver:requests=1000");
	assert_int_equal(wl_gen_script(&args, fp), ENOSPC);
	(void)fclose(fp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seq),
		cmocka_unit_test(test_stride),
		cmocka_unit_test(test_matmul),
		cmocka_unit_test(test_matmul_misses),
		cmocka_unit_test(test_uniform_misses),
		cmocka_unit_test(test_cycle_misses),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_zipf),
		cmocka_unit_test(test_hotcold),
		cmocka_unit_test(test_chase),
		cmocka_unit_test(test_phases),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_mark_and_sweep),
		cmocka_unit_test(test_copying),
		cmocka_unit_test(test_gc_loads),
		cmocka_unit_test(test_database),
		cmocka_unit_test(test_database_scan),
		cmocka_unit_test(test_forkserver),
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_script_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
