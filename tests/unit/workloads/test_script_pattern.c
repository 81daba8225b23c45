/*
 * Access patterns, by the operations that a record says were done.
 *
 * rand, zipf and chase are checked by what they must be like: all places in
 * range, the right number, a chase that meets each place once, zipf counts near
 * the law; and that the same seed gives the same places.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

#define BASE 0x100000u
#define SCENE \
	"machine seed=%u\nspawn sh image=none\n" \
	"sh: b = mmap 1M rw private anon at 1M fixed\n"
#define MAXREFS 20000

struct refs {
	uint64_t at[MAXREFS]; /* distance from the base */
	size_t n;
};

/* Run one access statement, and collect where it went. */
static void
collect(struct refs *refs, const char *statement, unsigned seed)
{
	struct script_result r;
	char text[300], *line, *next;
	unsigned long long va;

	snprintf(text, sizeof(text), SCENE "%s\n", seed, statement);
	script_run(&r, text);
	if (!r.completed)
		fail_msg("%u:%u: %s", r.error.line, r.error.col, r.error.text);
	refs->n = 0;
	for (next = r.record; (line = strsep(&next, "\n")) != NULL;)
		if (sscanf(line, "sh: read 0x%llx 1", &va) == 1) {
			assert_in_range(va, BASE, BASE + (1 << 20) - 1);
			refs->at[refs->n++] = va - BASE;
		}
	script_free(&r);
}

static void
test_seq(void **state)
{
	struct refs refs;

	(void)state;
	collect(&refs, "sh: read seq b 16K", 1);
	assert_int_equal(refs.n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(refs.at[i], i * 4096);
	collect(&refs, "sh: read seq b 10K count 5", 1);
	assert_int_equal(refs.n, 5);
	for (size_t i = 0; i < 5; i++) /* three places, then again */
		assert_int_equal(refs.at[i], i % 3 * 4096);
}

static void
test_stride(void **state)
{
	struct refs refs;

	(void)state;
	collect(&refs, "sh: read stride b+1 1M by 256K count 6", 1);
	assert_int_equal(refs.n, 6);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(refs.at[i], i % 4 * 262144 + 1);
}

static void
test_rand(void **state)
{
	unsigned count[16] = { 0 };
	struct refs refs;

	(void)state;
	collect(&refs, "sh: read rand b 64K count 16000", 1);
	assert_int_equal(refs.n, 16000);
	for (size_t i = 0; i < refs.n; i++) {
		assert_int_equal(refs.at[i] % 4096, 0);
		assert_in_range(refs.at[i] / 4096, 0, 15);
		count[refs.at[i] / 4096]++;
	}
	/* 1000 each; the standard deviation is 31 */
	for (size_t i = 0; i < 16; i++)
		assert_in_range(count[i], 850, 1150);
}

static void
check_zipf(const char *statement, const double want[4])
{
	unsigned count[4] = { 0 };
	struct refs refs;

	collect(&refs, statement, 1);
	assert_int_equal(refs.n, 16000);
	for (size_t i = 0; i < refs.n; i++)
		count[refs.at[i] / 4096]++;
	for (size_t i = 0; i < 4; i++) {
		double off = count[i] - 16000 * want[i];

		assert_true(off > -300 && off < 300);
	}
}

/* Shares by hand: 1/k^s over their sum, for k from 1 to 4. */
static void
test_zipf(void **state)
{
	static const double one[] = { 0.4800, 0.2400, 0.1600, 0.1200 };
	static const double two[] = { 0.7024, 0.1756, 0.0780, 0.0439 };
	static const double half[] = { 0.3592, 0.2540, 0.2074, 0.1796 };
	static const double zero[] = { 0.25, 0.25, 0.25, 0.25 };

	(void)state;
	check_zipf("sh: read zipf b 16K count 16000", one);
	check_zipf("sh: read zipf b 16K count 16000 skew 2", two);
	check_zipf("sh: read zipf b 16K count 16000 skew 0.5", half);
	check_zipf("sh: read zipf b 16K count 16000 skew 0", zero);
}

static void
test_chase(void **state)
{
	struct refs refs;
	bool met[64] = { false };

	(void)state;
	collect(&refs, "sh: read chase b 256K count 128", 1);
	assert_int_equal(refs.n, 128);
	for (size_t i = 0; i < 64; i++) {
		assert_false(met[refs.at[i] / 4096]);
		met[refs.at[i] / 4096] = true;
		assert_int_equal(refs.at[i], refs.at[i + 64]);
	}
}

static void
test_seeds(void **state)
{
	static const char *const statements[] = {
		"sh: read rand b 1M count 50",
		"sh: read zipf b 1M count 50",
		"sh: read chase b 1M count 50",
	};
	struct refs a, b;

	(void)state;
	for (size_t i = 0; i < NELEM(statements); i++) {
		collect(&a, statements[i], 3);
		collect(&b, statements[i], 3);
		assert_memory_equal(a.at, b.at, 50 * sizeof(a.at[0]));
		collect(&b, statements[i], 4);
		assert_memory_not_equal(a.at, b.at, 50 * sizeof(a.at[0]));
	}
	collect(&a, "sh: read rand b 1M count 50 seed 9", 3);
	collect(&b, "sh: read rand b 1M count 50 seed 9", 4);
	assert_memory_equal(a.at, b.at, 50 * sizeof(a.at[0]));
}

/*
 * The very places of seed 1, from another program that follows the same rules
 * with real numbers: the same on every host.
 */
static void
test_golden(void **state)
{
	static const uint64_t rand_pages[] = { 234, 132, 238, 76, 211, 100, 11,
		101 };
	static const uint64_t zipf_pages[] = { 1, 0, 59, 0, 177, 14, 68, 26 };
	static const uint64_t chase_pages[] = { 0, 1, 2, 5, 3, 7, 4, 6 };
	struct refs refs;

	(void)state;
	collect(&refs, "sh: read rand b 1M count 8", 1);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(refs.at[i] / 4096, rand_pages[i]);
	collect(&refs, "sh: read zipf b 1M count 8 skew 1.3", 1);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(refs.at[i] / 4096, zipf_pages[i]);
	collect(&refs, "sh: read chase b 32K count 8", 1);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(refs.at[i] / 4096, chase_pages[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seq),
		cmocka_unit_test(test_stride),
		cmocka_unit_test(test_rand),
		cmocka_unit_test(test_zipf),
		cmocka_unit_test(test_chase),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_golden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
