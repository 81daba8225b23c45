/*
 * Keys of virtual pages: one for each page, the same whenever it comes back,
 * neighbours in rows of 512; made again from their list; no memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vm/vm_keys.h"

#define NPAGES 20000
#define GROUP 512u

static uint64_t seed = 1;

static uint64_t
rnd(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return seed >> 20;
}

struct pair {
	uint64_t page;
	uint32_t key;
};

static int
by_page(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return (x->page > y->page) - (x->page < y->page);
}

static int
by_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* Pages and keys are each other's, one to one. */
static void
assert_one_to_one(struct pair *p, size_t n)
{
	qsort(p, n, sizeof(*p), by_page);
	for (size_t i = 1; i < n; i++)
		assert_int_equal(p[i].page == p[i - 1].page,
		    p[i].key == p[i - 1].key);
	qsort(p, n, sizeof(*p), by_key);
	for (size_t i = 1; i < n; i++)
		assert_int_equal(p[i].page == p[i - 1].page,
		    p[i].key == p[i - 1].key);
}

static uint64_t
random_page(void)
{
	switch (rnd() % 3) {
	case 0: return rnd() % 3000;
	case 1: return ((uint64_t)1 << 35) - 1 - rnd() % 3000;
	default: return rnd() % ((uint64_t)1 << 44);
	}
}

static void
test_keys(void **state)
{
	struct mem *mem = mem_create();
	struct pair *p = calloc(NPAGES, sizeof(*p));
	struct vm_keys k = { .n = 0 }, again = { .n = 0 };
	uint32_t key;

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < NPAGES; i++) {
		p[i].page = random_page();
		assert_int_equal(vm_keys_get(&k, mem, p[i].page, &p[i].key), 0);
		assert_int_equal(p[i].key % GROUP, p[i].page % GROUP);
	}
	assert_int_equal(vm_keys_restore(&again, mem, k.group, k.n), 0);
	for (size_t i = 0; i < NPAGES; i++) {
		assert_int_equal(vm_keys_get(&k, mem, p[i].page, &key), 0);
		assert_int_equal(key, p[i].key);
		assert_int_equal(vm_keys_get(&again, mem, p[i].page, &key), 0);
		assert_int_equal(key, p[i].key);
	}
	assert_int_equal(again.n, k.n);
	assert_one_to_one(p, NPAGES);
	vm_keys_fini(&k, mem);
	vm_keys_fini(&again, mem);
	assert_int_equal(mem_in_use(mem), 0);
	mem_destroy(mem);
	free(p);
}

static void
test_refused(void **state)
{
	const uint64_t twice[] = { 4, 9, 4 };
	struct mem *mem = mem_create();
	struct vm_keys k = { .n = 0 };

	(void)state;
	assert_int_equal(vm_keys_restore(&k, mem, twice, 3), EINVAL);
	assert_int_equal(vm_keys_restore(&k, mem, twice, VM_KEYS_MAX + 1),
	    EINVAL);
	vm_keys_fini(&k, mem);
	mem_destroy(mem);
}

/* Each allocation fails once; what was known stays known. */
static void
test_no_memory(void **state)
{
	struct mem *mem = mem_create();
	struct vm_keys k = { .n = 0 };
	unsigned failures = 0;
	uint32_t key;

	(void)state;
	for (uint32_t i = 0; i < 500; i++) {
		mem_fail_after(mem, 1 + i % 2);
		if (vm_keys_get(&k, mem, (uint64_t)i * GROUP, &key) != 0) {
			failures++;
			mem_fail_after(mem, 0);
			assert_int_equal(vm_keys_get(&k, mem,
					     (uint64_t)i * GROUP, &key),
			    0);
		}
		mem_fail_after(mem, 0);
		assert_int_equal(key, i * GROUP);
	}
	assert_true(failures > 2);
	vm_keys_fini(&k, mem);
	mem_destroy(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
