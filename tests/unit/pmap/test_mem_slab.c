/*
 * Host memory and slabs: accounting, injected failure, reservation, ids.
 */
#include <errno.h>

#include "fixture.h"

static void
test_accounting(void **state)
{
	struct mem *m = mem_create();
	char *a, *b, *s;

	(void)state;
	assert_non_null(m);
	a = mem_alloc(m, 100);
	b = mem_zalloc(m, 50);
	assert_int_equal(mem_in_use(m), 150);
	assert_int_equal(mem_nalloc(m), 2);
	for (int i = 0; i < 50; i++)
		assert_int_equal(b[i], 0);
	memset(a, 7, 100);
	a = mem_realloc(m, a, 100, 1000);
	assert_int_equal(a[99], 7);
	assert_int_equal(mem_in_use(m), 1050);
	a = mem_realloc(m, a, 1000, 10);
	assert_int_equal(a[9], 7);
	s = mem_strdup(m, "amap");
	assert_string_equal(s, "amap");
	mem_strfree(m, s);
	mem_strfree(m, NULL);
	mem_free(m, NULL, 12);
	mem_free(m, a, 10);
	a = mem_alloc_aligned(m, 64, 64);
	assert_int_equal((uintptr_t)a % 64, 0);
	mem_free(m, a, 64);
	mem_free(m, b, 50);
	a = mem_realloc(m, NULL, 0, 5);
	assert_non_null(a);
	assert_int_equal(mem_in_use(m), 5);
	assert_true(mem_peak(m) >= 1050);
	mem_destroy(m); /* with a block left: it goes too */
	mem_destroy(NULL);
}

static void
test_injection(void **state)
{
	struct mem *m = mem_create();
	void *p;

	(void)state;
	mem_fail_after(m, 2);
	assert_true(mem_injecting(m));
	p = mem_alloc(m, 1);
	assert_non_null(p);
	mem_injection_hold(m, true);
	assert_false(mem_injecting(m));
	mem_free(m, mem_alloc(m, 1), 1);
	mem_injection_hold(m, false);
	assert_false(mem_fail_fired(m));
	assert_null(mem_realloc(m, p, 1, 2));
	assert_true(mem_fail_fired(m));
	assert_false(mem_injecting(m));
	mem_free(m, p, 1);
	mem_fail_after(m, 1);
	assert_null(mem_strdup(m, "x"));
	mem_fail_after(m, 1);
	assert_null(mem_zalloc(m, 8));
	assert_int_equal(mem_in_use(m), 0);
	mem_destroy(m);
}

struct item {
	void *link;
	uint32_t id;
	char body[52];
};

static void
test_slab(void **state)
{
	struct mem *m = mem_create();
	struct item *item[1000];
	struct slab s;

	(void)state;
	slab_init(&s, m, sizeof(struct item), 64, offsetof(struct item, id));
	assert_int_equal(slab_reserve(&s, 1000), 0);
	assert_true(s.nfree >= 1000);
	for (uint32_t i = 0; i < 1000; i++) {
		item[i] = slab_take(&s);
		assert_int_equal(item[i]->id, i + 1);
		assert_ptr_equal(slab_item(&s, i + 1), item[i]);
		assert_int_equal((uintptr_t)item[i] % 64, 0);
	}
	/* Last in, first out; new items come behind what was given back. */
	slab_give(&s, item[10]);
	slab_give(&s, item[20]);
	assert_int_equal(slab_reserve(&s, 3000), 0);
	assert_int_equal(((struct item *)slab_take(&s))->id, 21);
	assert_int_equal(((struct item *)slab_take(&s))->id, 11);
	assert_int_equal(((struct item *)slab_take(&s))->id, 1001);
	slab_fini(&s);
	assert_int_equal(mem_in_use(m), 0);
	mem_destroy(m);
}

/* Given back: all but link and id is junk in debug builds, else untouched. */
static void
test_slab_give_back(void **state)
{
	struct mem *m = mem_create();
	struct item *item;
	struct slab s;

	(void)state;
	slab_init(&s, m, sizeof(struct item), 64, offsetof(struct item, id));
	assert_int_equal(slab_reserve(&s, 1), 0);
	item = slab_take(&s);
	memset(item->body, 7, sizeof(item->body));
	slab_give(&s, item);
	assert_int_equal(item->id, 1);
	slab_show(item->body, sizeof(item->body)); /* to be looked at */
	for (size_t i = 0; i < sizeof(item->body); i++)
#ifdef UVMSIM_DEBUG
		assert_int_equal((unsigned char)item->body[i], SLAB_JUNK);
#else
		assert_int_equal(item->body[i], 7);
#endif
	assert_ptr_equal(slab_take(&s), item);
	slab_fini(&s);
	mem_destroy(m);
}

/* Items smaller than a link, and more chunks than the first table holds. */
static void
test_slab_small(void **state)
{
	struct mem *m = mem_create();
	struct slab s;

	(void)state;
	slab_init(&s, m, 1, 1, SLAB_NO_ID);
	assert_int_equal(s.size, sizeof(void *));
	assert_int_equal(slab_reserve(&s, 20000), 0);
	assert_true(s.nchunks > 4);
	for (unsigned i = 0; i < 20000; i++)
		assert_non_null(slab_take(&s));
	slab_fini(&s);
	assert_int_equal(mem_in_use(m), 0);
	mem_destroy(m);
}

static void
test_slab_failing(void **state)
{
	struct mem *m = mem_create();
	struct slab s;

	(void)state;
	slab_init(&s, m, 24, 8, SLAB_NO_ID);
	assert_int_equal(slab_reserve(&s, 4), 0);
	for (uint64_t n = 1; n <= 4; n++) {
		uint32_t before = s.nfree;

		mem_fail_after(m, n);
		assert_int_equal(slab_reserve(&s, 4), ENOMEM);
		assert_true(mem_fail_fired(m));
		assert_int_equal(s.nfree, before);
	}
	mem_fail_after(m, 5);
	assert_int_equal(slab_reserve(&s, 4), 0);
	assert_false(mem_fail_fired(m));
	mem_fail_after(m, 0);
	slab_fini(&s);
	mem_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accounting),
		cmocka_unit_test(test_injection),
		cmocka_unit_test(test_slab),
		cmocka_unit_test(test_slab_give_back),
		cmocka_unit_test(test_slab_small),
		cmocka_unit_test(test_slab_failing),
	};

	return cmocka_run_group_tests_name("pmap/mem_slab", tests, NULL, NULL);
}
