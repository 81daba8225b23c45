/*
 * Sparse arrays against a plain one.
 */
#include "fixture.h"
#include "tests/random.h"

#define SPAN 3000 /* indexes of the plain array */

struct arrays {
	struct mem *mem;
	struct sparse_pool pool;
	struct sparse s;
	uint32_t plain[SPAN];
};

static uint64_t rng = 99;

static unsigned
below(unsigned n)
{
	return (unsigned)rnd_draw(&rng, n);
}

static struct arrays *
arrays_new(void)
{
	struct arrays *a = calloc(1, sizeof(*a));

	a->mem = mem_create();
	sparse_pool_init(&a->pool, a->mem);
	return a;
}

static void
arrays_free(struct arrays *a)
{
	sparse_clear(&a->pool, &a->s);
	assert_int_equal(a->s.nused, 0);
	assert_int_equal(sparse_get(&a->s, 5), 0);
	sparse_pool_fini(&a->pool);
	assert_int_equal(mem_in_use(a->mem), 0);
	mem_destroy(a->mem);
	free(a);
}

static void
set(struct arrays *a, uint64_t i, uint32_t value)
{
	assert_int_equal(sparse_reserve(&a->pool, 1), 0);
	sparse_set(&a->pool, &a->s, i, value);
}

static void
test_random(void **state)
{
	struct arrays *a = arrays_new();

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		unsigned i = below(SPAN), n = 0;
		uint32_t value = below(3) == 0 ? 0 : below(1000);

		set(a, i, value);
		a->plain[i] = value;
		i = below(SPAN);
		assert_int_equal(sparse_get(&a->s, i), a->plain[i]);
		if (round % 500 != 0)
			continue;
		for (i = 0; i < SPAN; i++)
			n += a->plain[i] != 0;
		assert_int_equal(a->s.nused, n);
		assert_null(sparse_check(&a->s));
	}
	arrays_free(a);
}

static void
test_next(void **state)
{
	struct arrays *a = arrays_new();

	(void)state;
	assert_true(sparse_next(&a->s, 0, NULL) == SPARSE_END);
	for (unsigned round = 0; round < 3000; round++) {
		unsigned i = below(SPAN), next;
		uint32_t value = 0;
		uint64_t got;

		a->plain[i] = below(4) == 0 ? i + 1 : 0;
		set(a, i, a->plain[i]);
		i = next = below(SPAN);
		while (next < SPAN && a->plain[next] == 0)
			next++;
		got = sparse_next(&a->s, i, &value);
		if (next == SPAN) {
			assert_true(got == SPARSE_END);
		} else {
			assert_int_equal(got, next);
			assert_int_equal(value, a->plain[next]);
		}
	}
	arrays_free(a);
}

/* Far apart: the tree grows to the height it needs. */
static void
test_heights(void **state)
{
	static const uint64_t at[] = { 0, 63, 64, 4095, 4096, 1 << 18,
		(uint64_t)1 << 30, (uint64_t)1 << 44, ((uint64_t)1 << 52) - 1 };
	struct arrays *a = arrays_new();
	uint64_t i = 0;

	(void)state;
	for (size_t k = NELEM(at); k-- > 0;)
		set(a, at[k], (uint32_t)k + 1);
	for (size_t k = 0; k < NELEM(at); k++, i++) {
		assert_int_equal(sparse_get(&a->s, at[k]), k + 1);
		assert_int_equal(sparse_next(&a->s, i, NULL), at[k]);
		i = at[k];
	}
	assert_null(sparse_check(&a->s));
	for (size_t k = 0; k < NELEM(at); k++)
		set(a, at[k], 0);
	assert_int_equal(a->s.nused, 0);
	assert_int_equal(sparse_get(&a->s, (uint64_t)1 << 53), 0);
	arrays_free(a);
}

static void
test_no_memory(void **state)
{
	struct arrays *a = arrays_new();

	(void)state;
	mem_fail_after(a->mem, 1);
	assert_int_equal(sparse_reserve(&a->pool, 3), ENOMEM);
	mem_fail_after(a->mem, 0);
	assert_int_equal(sparse_reserve(&a->pool, 3), 0);
	arrays_free(a);
}

/* S1 to S3, broken on purpose. */
static void
test_check(void **state)
{
	struct arrays *a = arrays_new();
	struct sparse_leaf *leaf;

	(void)state;
	set(a, 3, 7);
	leaf = a->s.root;
	leaf->used = 0;
	assert_non_null(sparse_check(&a->s));
	leaf->used = 1 << 3;
	a->s.nused = 2;
	assert_non_null(sparse_check(&a->s));
	a->s.nused = 1;
	assert_null(sparse_check(&a->s));
	arrays_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_heights),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
