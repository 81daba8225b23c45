/*
 * The counting engine: reference strings of the literature with their published
 * counts, every policy's loop against its table, hits and dirty evictions
 * against a count by hand, page numbers far apart, memory that runs out.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/policy/count.h"
#include "tests/random.h"

static uint64_t seed = 1;

struct engine {
	struct mem *mem;
	struct wl_count *c;
};

static struct engine
engine_new(void)
{
	struct engine e = { .mem = mem_create() };

	e.c = wl_count_create(e.mem);
	assert_non_null(e.c);
	return e;
}

static void
engine_end(struct engine *e)
{
	size_t run;
	const char *why = wl_count_check(e->c, &run);

	if (why != NULL)
		fail_msg("run %zu: %s", run, why);
	wl_count_destroy(e->c);
	assert_int_equal(mem_in_use(e->mem), 0);
	mem_destroy(e->mem);
}

/* text: "clock:set=1" */
static void
engine_add(struct engine *e, const char *text, uint32_t frames)
{
	struct vm_policy_args args = { .frames = frames, .seed = 1 };
	const struct vm_policy *p;
	char name[32], err[128];
	size_t n = strcspn(text, ":");

	snprintf(name, sizeof(name), "%.*s", (int)n, text);
	p = vm_policy_byname(name);
	assert_non_null(p);
	vm_policy_defaults(p, &args);
	assert_true(vm_policy_set(p, &args, text + n + (text[n] == ':'), err,
	    sizeof(err)));
	assert_true(wl_count_add(e->c, p, &args));
}

/* ------------------------------------------------------------ strings ---- */

#define MAXSTRING 10000

struct string {
	uint64_t touch[MAXSTRING];
	size_t n;
};

/* One digit a page. */
static void
digits(struct string *s, const char *text)
{
	s->n = strlen(text);
	for (size_t i = 0; i < s->n; i++)
		s->touch[i] = WL_TOUCH(text[i] - '0', false);
}

static uint64_t
misses_of(const struct string *s, const char *policy, uint32_t frames,
    bool plain)
{
	struct engine e = engine_new();
	uint64_t misses;

	engine_add(&e, policy, frames);
	if (plain)
		wl_count_plain(e.c);
	assert_int_equal(wl_count_touch(e.c, s->touch, s->n), 0);
	assert_int_equal(wl_count_finish(e.c), 0);
	misses = wl_count_result(e.c, 0)->misses;
	assert_int_equal(wl_count_result(e.c, 0)->touches, s->n);
	engine_end(&e);
	return misses;
}

static void
expect(const struct string *s, const char *policy, uint32_t frames,
    uint64_t want)
{
	for (int plain = 0; plain < 2; plain++) {
		uint64_t got = misses_of(s, policy, frames, plain);

		if (got != want)
			fail_msg("%s, %u frames: %u misses, expected %u",
			    policy, frames, (unsigned)got, (unsigned)want);
	}
}

#define BELADY "123412512345"
#define OSTEP "01201303121"
#define SILBERSCHATZ "70120304230321201701"

static void
test_literature(void **state)
{
	static const struct {
		const char *string;
		uint32_t frames, fifo, lru, opt, clock;
	} rows[] = {
		{ BELADY, 3, 9, 10, 7, 9 },
		{ BELADY, 4, 10, 8, 6, 10 },
		{ BELADY, 2, 12, 12, 9, 12 },
		{ BELADY, 5, 5, 5, 5, 5 },
		{ OSTEP, 3, 7, 5, 5, 7 },
		{ OSTEP, 2, 9, 9, 7, 9 },
		{ OSTEP, 4, 4, 4, 4, 4 },
		{ SILBERSCHATZ, 3, 15, 12, 9, 14 },
		{ SILBERSCHATZ, 4, 10, 8, 8, 9 },
	};
	static struct string s;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		digits(&s, rows[i].string);
		expect(&s, "fifo", rows[i].frames, rows[i].fifo);
		expect(&s, "lru", rows[i].frames, rows[i].lru);
		expect(&s, "opt", rows[i].frames, rows[i].opt);
		expect(&s, "clock:set=1", rows[i].frames, rows[i].clock);
	}
}

/* A loop over 50 pages, 10 000 references. */
static void
test_loop(void **state)
{
	static const char *const all[] = { "fifo", "lru", "opt", "clock:set=1",
		"clock" };
	static struct string s;

	(void)state;
	s.n = MAXSTRING;
	for (size_t i = 0; i < s.n; i++)
		s.touch[i] = WL_TOUCH(i % 50, false);
	expect(&s, "fifo", 49, 10000);
	expect(&s, "lru", 49, 10000);
	for (size_t i = 0; i < NELEM(all); i++)
		expect(&s, all[i], 50, 50);
}

/* Working sets on Belady's string: misses and mean size by tau. */
static void
test_denning(void **state)
{
	static const struct {
		const char *policy;
		unsigned misses;
		double mean;
	} rows[] = {
		{ "ws:tau=2", 12, 23.0 / 12 },
		{ "ws:tau=3", 10, 33.0 / 12 },
		{ "ws:tau=4", 8, 40.0 / 12 },
		{ "ws:tau=5", 7, 44.0 / 12 },
	};
	static struct string s;

	(void)state;
	digits(&s, BELADY);
	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct wl_count_result *r;
		struct engine e = engine_new();

		engine_add(&e, rows[i].policy, 10);
		assert_int_equal(wl_count_touch(e.c, s.touch, s.n), 0);
		assert_int_equal(wl_count_finish(e.c), 0);
		r = wl_count_result(e.c, 0);
		assert_int_equal(r->misses, rows[i].misses);
		assert_true(fabs((double)r->resident_sum / (double)r->touches -
				rows[i].mean) < 1e-9);
		assert_int_equal(r->expired, r->evictions);
		engine_end(&e);
	}
}

/* More memory or a longer window never means more misses. */
static void
test_inclusion(void **state)
{
	static struct string s;
	uint64_t lru = UINT64_MAX, opt = UINT64_MAX, ws = UINT64_MAX;
	char text[32];

	(void)state;
	s.n = 3000;
	for (size_t i = 0; i < s.n; i++)
		s.touch[i] = WL_TOUCH(rnd_below(&seed,
					  rnd_below(&seed, 60) + 1),
		    false);
	for (uint32_t n = 1; n < 64; n++) {
		uint64_t more = misses_of(&s, "lru", n, false);
		uint64_t best = misses_of(&s, "opt", n, false);

		assert_true(more <= lru && best <= opt && best <= more);
		lru = more;
		opt = best;
		snprintf(text, sizeof(text), "ws:tau=%u", n);
		more = misses_of(&s, text, 64, false);
		assert_true(more <= ws);
		ws = more;
	}
}

/* ------------------------------------------------------------- counts ---- */

static void
skewed_touches(uint64_t *touch, size_t n, uint32_t pages, uint64_t spread)
{
	for (size_t i = 0; i < n; i++)
		touch[i] = WL_TOUCH(rnd_below(&seed,
					rnd_below(&seed, pages) + 1) *
			spread,
		    rnd_below(&seed, 5) == 0);
}

/* Loops and tables, fed at once and in pieces, count the same. */
static void
test_same(void **state)
{
	enum { N = 150000, FRAMES = 300 };
	uint64_t *touch = malloc(N * sizeof(*touch));
	struct engine a = engine_new(), b = engine_new();
	const struct wl_count_result *ra, *rb;
	size_t nruns = 0;

	(void)state;
	skewed_touches(touch, N, 5000, 3);
	for (size_t i = 0; vm_policies[i] != NULL; i++, nruns++) {
		engine_add(&a, vm_policies[i]->name, FRAMES);
		engine_add(&b, vm_policies[i]->name, FRAMES);
	}
	wl_count_plain(b.c);
	assert_int_equal(wl_count_touch(a.c, touch, N), 0);
	for (size_t at = 0, part; at < N; at += part) {
		part = 1 + rnd_below(&seed, 9000);
		part = part < N - at ? part : N - at;
		assert_int_equal(wl_count_touch(b.c, touch + at, part), 0);
	}
	assert_int_equal(wl_count_finish(a.c), 0);
	assert_int_equal(wl_count_finish(b.c), 0);
	for (size_t i = 0; vm_policies[i] != NULL; i++) {
		ra = wl_count_result(a.c, i);
		rb = wl_count_result(b.c, i);
		assert_int_equal(ra->touches, N);
		assert_int_equal(ra->misses, rb->misses);
		assert_int_equal(ra->evictions, rb->evictions);
		assert_int_equal(ra->dirty_evictions, rb->dirty_evictions);
		assert_int_equal(ra->resident, rb->resident);
		assert_true(ra->misses > 0 && ra->dirty_evictions > 0);
		assert_true(ra->evictions > ra->dirty_evictions);
	}
	assert_null(wl_count_result(a.c, nruns));
	assert_int_equal(wl_count_distinct(a.c), wl_count_distinct(b.c));
	engine_end(&a);
	engine_end(&b);
	free(touch);
}

/* LRU by a list that is searched; dirty pages as they go. */
static void
count_lru(const uint64_t *touch, size_t n, uint32_t frames, uint64_t *misses,
    uint64_t *dirty)
{
	uint64_t *page = calloc(frames, sizeof(*page));
	uint32_t used = 0, at;

	*misses = *dirty = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t now = touch[i];

		for (at = 0; at < used && page[at] >> 1 != touch[i] >> 1;)
			at++;
		if (at < used) {
			now |= page[at] & 1;
		} else {
			++*misses;
			if (used < frames)
				used++;
			else
				*dirty += page[used - 1] & 1;
			at = used - 1;
		}
		memmove(&page[1], &page[0], at * sizeof(*page));
		page[0] = now;
	}
	free(page);
}

/* Page numbers everywhere below 2^63, and those that lie side by side. */
static void
test_far(void **state)
{
	static const uint64_t spreads[] = { 1, 63, 64, 65, (uint64_t)1 << 26,
		0x3fffffffffffu, (((uint64_t)1 << 63) - 1) / 2000 };
	enum { N = 30000 };
	static uint64_t touch[N];

	(void)state;
	for (size_t k = 0; k < NELEM(spreads); k++) {
		struct engine e = engine_new();
		uint64_t misses, dirty, distinct, none;

		skewed_touches(touch, N, 2000, spreads[k]);
		engine_add(&e, "lru", 100);
		engine_add(&e, "lru", 3000);
		assert_int_equal(wl_count_touch(e.c, touch, N), 0);
		assert_int_equal(wl_count_finish(e.c), 0);
		count_lru(touch, N, 100, &misses, &dirty);
		count_lru(touch, N, 3000, &distinct, &none);
		assert_int_equal(wl_count_result(e.c, 0)->misses, misses);
		assert_int_equal(wl_count_result(e.c, 0)->dirty_evictions,
		    dirty);
		assert_int_equal(wl_count_result(e.c, 1)->misses, distinct);
		assert_int_equal(wl_count_distinct(e.c), distinct);
		assert_int_equal(wl_count_result(e.c, 0)->resident, 100);
		engine_end(&e);
	}
}

/* Written, evicted, and back: clean until it is written again. */
static void
test_dirty(void **state)
{
	static const uint64_t touch[] = { WL_TOUCH(1, true), WL_TOUCH(2, false),
		WL_TOUCH(1, false), WL_TOUCH(2, false), WL_TOUCH(3, true),
		WL_TOUCH(3, false) };
	struct engine e = engine_new();

	(void)state;
	engine_add(&e, "fifo", 1);
	engine_add(&e, "opt", 1);
	engine_add(&e, "lru", 3);
	assert_int_equal(wl_count_touch(e.c, touch, NELEM(touch)), 0);
	assert_int_equal(wl_count_finish(e.c), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(wl_count_result(e.c, i)->misses, 5);
		assert_int_equal(wl_count_result(e.c, i)->dirty_evictions, 1);
	}
	assert_int_equal(wl_count_result(e.c, 2)->misses, 3);
	assert_int_equal(wl_count_result(e.c, 2)->dirty_evictions, 0);
	engine_end(&e);
}

static void
test_nothing(void **state)
{
	struct engine e = engine_new();

	(void)state;
	engine_add(&e, "lru", 1);
	engine_add(&e, "opt", 1);
	engine_add(&e, "ws", 1);
	assert_int_equal(wl_count_touch(e.c, NULL, 0), 0);
	assert_int_equal(wl_count_finish(e.c), 0);
	assert_int_equal(wl_count_distinct(e.c), 0);
	assert_int_equal(wl_count_result(e.c, 1)->misses, 0);
	engine_end(&e);
	e = engine_new();
	assert_int_equal(wl_count_finish(e.c), 0);
	assert_null(wl_count_result(e.c, 0));
	assert_int_equal(wl_count_distinct(e.c), 0);
	engine_end(&e);
}

/* The n-th allocation fails, for every n: an error, and nothing leaks. */
static void
test_no_memory(void **state)
{
	enum { N = 200000 };
	uint64_t *touch = malloc(N * sizeof(*touch));
	bool failed = true;

	(void)state;
	skewed_touches(touch, N, 30000, 64);
	for (uint64_t n = 1; failed; n++) {
		struct vm_policy_args args = { .frames = 50 };
		struct mem *mem = mem_create();
		struct wl_count *c;
		int error = ENOMEM;

		mem_fail_after(mem, n);
		c = wl_count_create(mem);
		if (c != NULL && wl_count_add(c, &vm_policy_lru, &args) &&
		    wl_count_add(c, &vm_policy_opt, &args)) {
			error = wl_count_touch(c, touch, N);
			if (error == 0)
				error = wl_count_finish(c);
		}
		failed = mem_fail_fired(mem);
		assert_int_equal(error, failed ? ENOMEM : 0);
		wl_count_destroy(c);
		assert_int_equal(mem_in_use(mem), 0);
		mem_destroy(mem);
		assert_in_range(n, 1, 1000);
	}
	free(touch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literature),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_denning),
		cmocka_unit_test(test_inclusion),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_far),
		cmocka_unit_test(test_dirty),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("policy_count", tests, NULL, NULL);
}
