/*
 * Host memory that runs out half-way: what an operation has reserved must be
 * enough, however its pages lie, and a failure must leave everything as it was.
 *
 * A slab that has more free items than were reserved hides a reservation that
 * is too small, so these tests first take the surplus away.
 */
#include "fixture.h"
#include "tests/page4k.h"

struct drained {
	struct slab *slab;
	void **items;
	uint32_t n;
};

/* Leave only `left` free items in a slab. */
static struct drained
drain(struct slab *slab, uint32_t left)
{
	struct drained d = { slab, NULL, 0 };

	assert_int_equal(slab_reserve(slab, left), 0);
	d.items = calloc(slab->nfree + 1, sizeof(*d.items));
	assert_non_null(d.items);
	while (slab->nfree > left)
		d.items[d.n++] = slab_take(slab);
	return d;
}

static void
refill(struct drained *d)
{
	while (d->n > 0)
		slab_give(d->slab, d->items[--d->n]);
	free(d->items);
}

/* A window over the border of two leaf tables needs both. */
static void
test_window_over_tables(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct drained leaves;

	(void)state;
	(void)fix_anon(f, 500, 520, RW);
	assert_int_equal(fix_write(f->space, 511, 1), 0);
	assert_int_equal(fix_write(f->space, 512, 2), 0);
	fix_fork(f);
	leaves = drain(&f->vm.pmaps.leaves, 1);
	assert_int_equal(fix_read(f->child, 511), 0);
	refill(&leaves);
	assert_int_equal(fix_pte(f->child, 511), R);
	assert_int_equal(fix_pte(f->child, 512), R); /* the neighbour */
	fix_free(f);
}

/* A private write reads the file's page in and makes an anon: two leaves. */
static void
test_private_file(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct drained leaves;

	(void)state;
	vm_object_setsize(&f->vm, f->file, T_PTOA(200));
	assert_int_equal(fix_file(f, 0, 200, RW, true, 0), 0);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	leaves = drain(&f->vm.sparse.leaves, 1);
	assert_int_equal(fix_write(f->space, 100, 2), 0);
	refill(&leaves);
	assert_int_equal(fix_tag(f->space, 100), 2);
	fix_free(f);
}

/* An amap copied with an offset: the slots of one leaf come to lie in two. */
static void
test_copy_shifted(void **state)
{
	struct fixture *f = fix_new(0, 2048);
	struct drained leaves;
	const unsigned n = 16;
	unsigned i;

	(void)state;
	(void)fix_anon(f, 0, 4096, RW);
	for (i = 0; i < n; i++) {
		assert_int_equal(fix_write(f->space, 128 * i + 64, 1), 0);
		assert_int_equal(fix_write(f->space, 128 * i + 127, 2), 0);
	}
	assert_int_equal(uvm_map_protect(f->map, P(0), P(32), R, false), 0);
	fix_fork(f);
	leaves = drain(&f->vm.sparse.leaves, n + 1);
	assert_int_equal(fix_write(f->child, 64, 3), 0);
	refill(&leaves);
	for (i = 1; i < n; i++) {
		assert_int_equal(fix_tag(f->child, 128 * i + 64), 1);
		assert_int_equal(fix_tag(f->child, 128 * i + 127), 2);
	}
	assert_int_equal(fix_tag(f->child, 64), 3);
	assert_int_equal(fix_tag(f->space, 64), 1);
	fix_free(f);
}

/* Pages a gigabyte apart: each leaf has inner nodes of its own. */
static void
test_copy_scattered(void **state)
{
	struct fixture *f = fix_new(0, 4096);
	const unsigned n = 40, gb = 1u << 18;
	struct drained inners;

	(void)state;
	(void)fix_anon(f, 0, n * gb, RW);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(fix_write(f->space, i * gb, i + 1), 0);
	fix_fork(f);
	inners = drain(&f->vm.sparse.inners, n + 10);
	assert_int_equal(fix_write(f->child, 0, 99), 0);
	refill(&inners);
	for (unsigned i = 1; i < n; i++)
		assert_int_equal(fix_tag(f->child, i * gb), i + 1);
	fix_free(f);
}

/* Far beyond what is used: new levels on top, and a path down from there. */
static void
test_tall(void **state)
{
	struct mem *mem = mem_create();
	struct sparse_pool pool;
	struct sparse s = { 0 };
	struct drained inners;

	(void)state;
	sparse_pool_init(&pool, mem);
	assert_int_equal(sparse_reserve(&pool, 1), 0);
	sparse_set(&pool, &s, 0, 1);
	inners = drain(&pool.inners, 1);
	assert_int_equal(sparse_reserve(&pool, 1), 0);
	sparse_set(&pool, &s, ((uint64_t)1 << 54) - 1, 2);
	refill(&inners);
	assert_null(sparse_check(&s));
	sparse_clear(&pool, &s);
	sparse_pool_fini(&pool);
	assert_int_equal(mem_in_use(mem), 0);
	mem_destroy(mem);
}

/* Throwing pages away: all of them, or none when an amap cannot be copied. */
static void
test_discard_whole(void **state)
{
	unsigned failures = 0;

	(void)state;
	for (unsigned nth = 1;; nth++) {
		struct fixture *f = fix_new(0, 512);
		int error;

		(void)fix_anon(f, 0, 4, RW);
		(void)fix_anon(f, 8, 12, RW);
		assert_int_equal(fix_write(f->space, 1, 11), 0);
		assert_int_equal(fix_write(f->space, 9, 19), 0);
		fix_fork(f);
		assert_int_equal(fix_write(f->space, 1, 21), 0);
		mem_fail_after(f->mem, nth);
		error = uvm_map_discard(f->map, P(0), P(12));
		mem_fail_after(f->mem, 0);
		assert_int_equal(fix_tag(f->space, 1), error != 0 ? 21 : 0);
		assert_int_equal(fix_tag(f->space, 9), error != 0 ? 19 : 0);
		assert_int_equal(fix_tag(f->child, 1), 11);
		assert_int_equal(fix_tag(f->child, 9), 19);
		fix_free(f);
		if (error == 0)
			break;
		assert_int_equal(error, ENOMEM);
		failures++;
	}
	assert_true(failures > 0);
}

/* msync of two objects: the second's success must not hide the first's want. */
static void
test_clean_reports(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_page *page;
	pfn_t pfn;

	(void)state;
	assert_int_equal(fix_file(f, 0, 4, RW, false, 0), 0);
	assert_int_equal(fix_object(f, f->shm, 4, 8, RW, false, 0), 0);
	assert_int_equal(fix_write(f->space, 1, 11), 0);
	assert_true(pmap_extract(f->map->pmap, P(1), &pfn));
	mem_fail_after(f->mem, 1);
	assert_int_equal(uvm_map_clean(f->map, P(0), P(8), PGO_SYNCIO), ENOMEM);
	mem_fail_after(f->mem, 0);
	page = &f->vm.pages.page[pfn];
	assert_true((page->pg_flags & PG_DIRTY) != 0);
	assert_int_equal(uvm_map_clean(f->map, P(0), P(8), PGO_SYNCIO), 0);
	assert_true((page->pg_flags & PG_CLEAN) != 0);
	assert_int_equal(vm_object_disk_tag(f->file, 1), 11);
	fix_free(f);
}

/* Moving wired memory: every page comes along, or nothing moves. */
static void
test_move_wired(void **state)
{
	unsigned failures = 0;

	(void)state;
	for (unsigned nth = 1;; nth++) {
		struct fixture *f = fix_new(0, 512);
		const unsigned to = 2048;
		int error;

		(void)fix_anon(f, 0, 4, RW);
		assert_int_equal(uvm_map_pageable(f->map, P(0), P(4), true,
				     false),
		    0);
		mem_fail_after(f->mem, nth);
		error = uvm_map_move(f->map, P(0), T_PTOA(4), P(to), false);
		mem_fail_after(f->mem, 0);
		for (unsigned i = 0; i < 4; i++)
			assert_int_equal(fix_pte(f->space,
					     (error == 0 ? to : 0) + i),
			    RW);
		assert_int_equal(f->vm.exp.wired, 4);
		fix_free(f);
		if (error == 0)
			break;
		failures++;
	}
	assert_true(failures > 0);
}

/* A frame takes only so many wired mappings; one more is refused. */
static void
test_wired_too_often(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_page *page;
	pfn_t pfn;

	(void)state;
	assert_int_equal(fix_object(f, f->shm, 0, 4, RW, false, 0), 0);
	assert_int_equal(fix_write(f->space, 1, 11), 0);
	assert_true(pmap_extract(f->map->pmap, P(1), &pfn));
	page = &f->vm.pages.page[pfn];
	page->pg_wire = VM_MAXWIRE;
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(4), true, false),
	    ENOMEM);
	assert_int_equal(page->pg_wire, VM_MAXWIRE);
	page->pg_wire = 0;
	assert_int_equal(vm_map_wired_bytes(f->map), 0);
	assert_int_equal(f->vm.exp.wired, 0);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(4), true, false), 0);
	assert_int_equal(page->pg_wire, 1);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window_over_tables),
		cmocka_unit_test(test_private_file),
		cmocka_unit_test(test_copy_shifted),
		cmocka_unit_test(test_copy_scattered),
		cmocka_unit_test(test_tall),
		cmocka_unit_test(test_discard_whole),
		cmocka_unit_test(test_clean_reports),
		cmocka_unit_test(test_wired_too_often),
		cmocka_unit_test(test_move_wired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
