/*
 * Benchmarks on a host that refuses: memory, mappings, processes, files.  A
 * yardstick that could not be taken is no number; a benchmark that could not be
 * run says so, or has a figure all the same; nothing is left behind, and the
 * next run works.  All of them are run at a small size first.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/bench.h"
#include "refuse.h"
#include "tests/slow.h"

#define LESS 512 /* still a whole larger page */
#define DENSE 9  /* the first places where memory may fail, all of them */
#define MOST 100000

static struct bench
small(const struct bench *b)
{
	struct bench s = *b;

	s.less = LESS;
	s.arg = api_bench_part(&s, b->arg);
	return s;
}

/* Those that run in this process: valgrind is another program. */
static bool
ours(const struct bench *b)
{
	return b->fn != api_bench_record;
}

/* A row before it in the table does the same on other sizes. */
static bool
again(const struct bench *b)
{
	for (const struct bench *a = api_benches; a != b; a++)
		if (a->fn == b->fn)
			return true;
	return false;
}

static bool
run(const struct bench *b, struct bench_result *r)
{
	for (unsigned i = 0; i < BENCH_NFIGURES; i++)
		r->v[i] = NAN;
	return b->fn(b, r);
}

static void
check_figures(const struct bench *b, const struct bench_result *r)
{
	for (unsigned i = 0; i < BENCH_NFIGURES; i++)
		if (!isnan(r->v[i]) && isinf(r->v[i]))
			fail_msg("%s: figure %u is infinite", b->name, i);
}

/* Bytes a page: the differences of what the host says are rough when small. */
static bool
rough(const struct bench *b)
{
	return strcmp(b->unit, "B") == 0 || b->fn == api_bench_mincore_walk;
}

static void
test_all(void **state)
{
	(void)state;
	refuse_yardsticks(true);
	for (const struct bench *row = api_benches; row->name != NULL; row++) {
		const struct bench b = small(row);
		struct bench_result r;

		if (!ours(row))
			continue;
		if (!run(&b, &r))
			fail_msg("%s could not be run", b.name);
		if (!rough(&b) && !(r.v[BENCH_OURS] > 0))
			fail_msg("%s: %g", b.name, r.v[BENCH_OURS]);
		check_figures(&b, &r);
	}
	refuse_yardsticks(false);
}

/* One benchmark while call n of a kind fails. => it met the failure */
static bool
refuse_one(const struct bench *b, enum refuse kind, unsigned n, int error)
{
	struct bench_result r;
	bool ran, fired;

	refuse_nth(kind, n, error);
	ran = run(b, &r);
	fired = refuse_end();
	if (ran)
		check_figures(b, &r);
	else if (!fired)
		fail_msg("%s: nothing was refused, and it fails", b->name);
	return fired;
}

static void
test_memory(void **state)
{
	(void)state;
	refuse_yardsticks(true);
	for (const struct bench *row = api_benches; row->name != NULL; row++) {
		const struct bench b = small(row);
		struct bench_result r;
		unsigned n = 1;

		if (!ours(row) || again(row))
			continue;
		while (refuse_one(&b, REFUSE_MEMORY, n, ENOMEM)) {
			n += n < TESTS_FEWER(DENSE, 4) ? 1 : 2 * n;
			assert_true(n < MOST);
		}
		assert_true(n > 1);
		if (!run(&b, &r))
			fail_msg("%s: cannot be run any more", b.name);
	}
	refuse_yardsticks(false);
}

static void
test_calls(void **state)
{
	static const struct {
		const char *name;
		enum refuse kind;
		int error;
		bool fails;
	} rows[] = {
		{ "lackey-replay", REFUSE_MKSTEMP, EROFS, true },
		{ "uvt-replay", REFUSE_WRITE, ENOSPC, true },
		{ "input-zstd", REFUSE_MKSTEMP, EACCES, true },
		{ "kinfo-packed", REFUSE_FORK, EAGAIN, false },
		{ "mmap-10", REFUSE_PIPE, EMFILE, false },
		{ "record", REFUSE_MKDTEMP, EACCES, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct bench *b = api_benches;
		struct bench s;
		struct bench_result r;

		while (strcmp(b->name, rows[i].name) != 0)
			b++;
		s = small(b);
		refuse_nth(rows[i].kind, 1, rows[i].error);
		if (run(&s, &r) == rows[i].fails)
			fail_msg("%s: it %s", b->name,
			    rows[i].fails ? "ran" : "did not run");
		assert_true(refuse_end());
		if (!rows[i].fails)
			assert_true(isnan(r.v[BENCH_HOST]));
	}
}

/* ---------------------------------------------------------- yardsticks ---- */

static double
seq(uint64_t n)
{
	return api_bench_memory_seq(n, 64);
}

static double
at_random(uint64_t n)
{
	return api_bench_memory_rand(n, 64);
}

static double
l1(uint64_t n)
{
	(void)n;
	return api_bench_memory_l1();
}

/* What cannot be measured is no number, whatever it was that failed. */
static void
test_yardsticks(void **state)
{
	static const struct {
		const char *name;
		double (*fn)(uint64_t);
		enum refuse kind[8]; /* what it needs; ends with NKINDS */
	} rows[] = {
		{ "mmap", api_bench_host_mmap,
		    { REFUSE_MMAP, REFUSE_MUNMAP, REFUSE_PIPE, REFUSE_FORK,
			REFUSE_READ, REFUSE_WRITE, REFUSE_NKINDS } },
		{ "mprotect", api_bench_host_mprotect,
		    { REFUSE_MMAP, REFUSE_MUNMAP, REFUSE_MPROTECT,
			REFUSE_NKINDS } },
		{ "fault_seq", api_bench_host_fault_seq,
		    { REFUSE_MMAP, REFUSE_NKINDS } },
		{ "fault_rand", api_bench_host_fault_rand,
		    { REFUSE_MMAP, REFUSE_MEMORY, REFUSE_NKINDS } },
		{ "cow", api_bench_host_cow,
		    { REFUSE_MMAP, REFUSE_FORK, REFUSE_PIPE, REFUSE_NKINDS } },
		{ "fork", api_bench_host_fork,
		    { REFUSE_MMAP, REFUSE_FORK, REFUSE_NKINDS } },
		{ "exit", api_bench_host_exit,
		    { REFUSE_MMAP, REFUSE_MUNMAP, REFUSE_NKINDS } },
		{ "mincore", api_bench_host_mincore,
		    { REFUSE_MMAP, REFUSE_MINCORE, REFUSE_MEMORY,
			REFUSE_NKINDS } },
		{ "maps", api_bench_host_maps,
		    { REFUSE_MMAP, REFUSE_OPEN, REFUSE_READ, REFUSE_NKINDS } },
		{ "memory_seq", seq, { REFUSE_MEMORY, REFUSE_NKINDS } },
		{ "memory_rand", at_random, { REFUSE_MEMORY, REFUSE_NKINDS } },
		{ "memory_read", api_bench_memory_read,
		    { REFUSE_MEMORY, REFUSE_NKINDS } },
		{ "memory_l1", l1, { REFUSE_MEMORY, REFUSE_NKINDS } },
		{ "tree_change", api_bench_tree_change,
		    { REFUSE_MEMORY, REFUSE_NKINDS } },
		{ "tree_lookup", api_bench_tree_lookup,
		    { REFUSE_MEMORY, REFUSE_NKINDS } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(rows[i].fn(64) > 0);
		for (const enum refuse *k = rows[i].kind; *k != REFUSE_NKINDS;
		     k++)
			for (unsigned n = 1;
			     n <= (*k <= REFUSE_MPROTECT ? 4 : 1); n++) {
				double v;

				refuse_nth(*k, n, ENOMEM);
				v = rows[i].fn(64);
				if (!refuse_end()) {
					assert_true(n > 1);
					break;
				}
				if (!isnan(v))
					fail_msg("%s: %g without %s %u",
					    rows[i].name, v, refuse_name[*k],
					    n);
			}
	}
}

/* ----------------------------------------------------- for profilers ---- */

static void
test_loops(void **state)
{
	(void)state;
	for (const struct bench *b = api_benches; b->name != NULL; b++) {
		unsigned n = 1;

		/* 20 million touches each: too long for this */
		if (b->loop == NULL || b->loop == api_bench_loop_policy ||
		    b->loop == api_bench_loop_replace)
			continue;
		for (;;) {
			bool ran;

			refuse_nth(REFUSE_MEMORY, n, ENOMEM);
			ran = b->loop(2);
			if (!refuse_end()) {
				assert_true(ran);
				break;
			}
			n += n < TESTS_FEWER(DENSE, 4) ? 1 : 2 * n;
			assert_true(n < MOST);
		}
	}
	refuse_nth(REFUSE_MEMORY, 1, ENOMEM);
	assert_false(api_bench_loop_policy(1));
	assert_true(refuse_end());
	refuse_nth(REFUSE_MEMORY, 1, ENOMEM);
	assert_false(api_bench_loop_replace(1));
	assert_true(refuse_end());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_yardsticks),
		cmocka_unit_test(test_loops),
	};

	return cmocka_run_group_tests_name("refused, bench", tests, NULL, NULL);
}
