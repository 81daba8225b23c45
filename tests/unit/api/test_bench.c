/*
 * The benchmarks: their table, the yardstick tree, and that each kind of run
 * gives a figure.  How large the figures are is nobody's promise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/bench_tree.c"
#include "api/cmd.h"

#define NODES 200u

static void
test_table(void **state)
{
	(void)state;
	for (const struct bench *b = api_benches; b->name != NULL; b++) {
		assert_non_null(b->fn);
		assert_non_null(b->what);
		assert_true(strlen(b->name) <= 13);
		for (const struct bench *c = b + 1; c->name != NULL; c++)
			assert_string_not_equal(b->name, c->name);
	}
}

/* -------------------------------------------------- the yardstick tree ---- */

struct walk {
	const struct node *prev;
	unsigned count;
};

/* => black height */
static unsigned
check(const struct tree *t, const struct node *x, struct walk *w)
{
	unsigned left, right;

	if (x == &t->nil)
		return 1;
	left = check(t, x->child[0], w);
	if (w->prev != NULL) {
		assert_true(w->prev->end <= x->start);
		assert_true(w->prev->gap == x->start - w->prev->end);
	}
	w->prev = x;
	w->count++;
	right = check(t, x->child[1], w);
	assert_int_equal(left, right);
	if (x->red)
		assert_false(x->child[0]->red || x->child[1]->red);
	assert_true(x->maxgap ==
	    max3(x->gap, x->child[0]->maxgap, x->child[1]->maxgap));
	return left + !x->red;
}

static void
test_tree(void **state)
{
	struct node *nodes = calloc(NODES, sizeof(*nodes));
	bool in[NODES] = { false };
	struct tree *t = make(0);
	uint64_t seed = 5;
	unsigned count = 0;

	(void)state;
	assert_non_null(t);
	assert_non_null(nodes);
	for (unsigned i = 0; i < NODES; i++) {
		nodes[i].start = 10 * i + api_bench_random(&seed) % 5;
		nodes[i].end = nodes[i].start + 1 + api_bench_random(&seed) % 4;
	}
	for (unsigned step = 0; step < 5000; step++) {
		unsigned i = (unsigned)(api_bench_random(&seed) % NODES);
		struct walk w = { NULL, 0 };

		if (in[i])
			delete (t, &nodes[i]);
		else
			insert(t, &nodes[i]);
		in[i] = !in[i];
		count += in[i] ? 1 : (unsigned)-1;
		(void)check(t, t->root, &w);
		assert_int_equal(w.count, count);
		if (in[i])
			assert_ptr_equal(find(t, nodes[i].start), &nodes[i]);
	}
	free(nodes);
	unmake(t);
}

static void
test_shuffle(void **state)
{
	uint32_t *p = api_bench_shuffle(1000, 7);
	bool seen[1000] = { false };

	(void)state;
	assert_non_null(p);
	for (unsigned i = 0; i < 1000; i++) {
		assert_true(p[i] < 1000 && !seen[p[i]]);
		seen[p[i]] = true;
	}
	free(p);
}

/* ---------------------------------------------------------------- runs ---- */

/* Each kind of benchmark, on something small. */
static void
test_runs(void **state)
{
	static bool (*const fns[])(const struct bench *,
	    struct bench_result *) = { api_bench_uvm_map, api_bench_lookup,
		api_bench_lookup_local, api_bench_mprotect, api_bench_mmap,
		api_bench_fault_seq, api_bench_fault_call, api_bench_cow,
		api_bench_fork, api_bench_exit, api_bench_access };

	/* Those that need more, and what is far too much. */
	static const struct {
		bool (*fn)(const struct bench *, struct bench_result *);
		uint64_t arg;
		double below;
	} larger[] = {
		{ api_bench_page_bytes, 1 << 16, 4096 },
		{ api_bench_entry_bytes, 10000, 4096 },
		{ api_bench_super_bytes, 1 << 16, 4096 },
		{ api_bench_super_fill, 1 << 13, INFINITY },
		{ api_bench_promote, 1 << 13, INFINITY },
		{ api_bench_fault_rand, 1 << 13, INFINITY },
		{ api_bench_mincore_dense, 1 << 13, INFINITY },
		{ api_bench_kinfo_packed, 1000, INFINITY },
		{ api_bench_kinfo_wide, 1000, INFINITY },
		{ api_bench_lackey_decode, 10000, INFINITY },
		{ api_bench_lackey_replay, 10000, INFINITY },
		{ api_bench_uvt_decode, 10000, INFINITY },
		{ api_bench_uvt_bytes, 10000, 9 },
		{ api_bench_uvt_replay, 10000, INFINITY },
	};

	(void)state;
	for (unsigned i = 0; i < NELEM(fns); i++) {
		const struct bench b = { .name = "test", .arg = 64 };
		struct bench_result r = { { NAN, NAN, NAN, NAN } };

		assert_true(fns[i](&b, &r));
		assert_true(r.v[BENCH_OURS] > 0);
	}
	for (unsigned i = 0; i < NELEM(larger); i++) {
		const struct bench b = { .name = "test", .arg = larger[i].arg };
		struct bench_result r = { { NAN, NAN, NAN, NAN } };

		assert_true(larger[i].fn(&b, &r));
		assert_true(r.v[BENCH_OURS] > 0);
		assert_true(r.v[BENCH_OURS] < larger[i].below);
	}
	assert_true(api_bench_loop_fault(100));
	assert_true(api_bench_loop_cow(100));
	assert_true(api_bench_loop_mmap(100));
}

static void
test_usage(void **state)
{
	char *none[] = { "bench", "no-such-benchmark", NULL };
	char *runs[] = { "bench", "--runs", "0", NULL };
	char *loop[] = { "bench", "--loop", "x", "fault-seq", NULL };

	(void)state;
	assert_int_equal(cmd_bench(2, none), CMD_USAGE);
	assert_int_equal(cmd_bench(3, runs), CMD_USAGE);
	assert_int_equal(cmd_bench(4, loop), CMD_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_shuffle),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
