/*
 * Moving mappings with their pages.
 */
#include "fixture.h"
#include "tests/page4k.h"

static int
move(struct fixture *f, unsigned from, unsigned n, unsigned to, bool keep)
{
	int error = uvm_map_move(f->map, P(from), T_PTOA(n), P(to), keep);

	fix_check(f);
	return error;
}

static void
test_move(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 6, RW);
	assert_int_equal(fix_write(f->space, 2, 102), 0);
	assert_int_equal(fix_write(f->space, 5, 105), 0);
	assert_int_equal(move(f, 2, 2, 20, false), 0);
	assert_layout(f, f->space, "0-2:rw:ca 4-6:rw:ca 20-22:rw:ca");
	assert_int_equal(fix_pte(f->space, 20), RW); /* carried over */
	assert_int_equal(fix_pte(f->space, 2), -1);
	assert_int_equal(fix_tag(f->space, 20), 102);
	assert_int_equal(fix_tag(f->space, 5), 105);
	assert_int_equal(f->map->size, T_PTOA(6));
	fix_free(f);
}

/* Holes stay holes; the order of the target does not matter. */
static void
test_holes(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 10, 11, RW);
	(void)fix_file(f, 12, 14, R, false, 3);
	assert_int_equal(move(f, 9, 6, 0, false), 0);
	assert_layout(f, f->space, "1-2:rw:cn 3-5:r:o");
	assert_int_equal(fix_tag(f->space, 3), vm_tag_hash(FILE_SEED, 3));
	assert_int_equal(move(f, 0, 6, 40, false), 0);
	assert_layout(f, f->space, "41-42:rw:cn 43-45:r:o");
	assert_int_equal(f->file->refs, 2);
	fix_free(f);
}

/* A hardware bit that was set stays set. */
static void
test_modified(void **state)
{
	struct fixture *f = fix_new(0, 512);
	pfn_t pfn;

	(void)state;
	(void)fix_anon(f, 0, 1, RW);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_true(pmap_extract(f->map->pmap, P(0), &pfn));
	assert_false(pmap_is_modified(&f->vm.pmaps, pfn));
	assert_int_equal(move(f, 0, 1, 8, false), 0);
	assert_false(pmap_is_modified(&f->vm.pmaps, pfn));
	assert_int_equal(fix_write(f->space, 8, 1), 0);
	assert_int_equal(move(f, 8, 1, 0, false), 0);
	assert_true(pmap_is_modified(&f->vm.pmaps, pfn));
	fix_free(f);
}

static void
test_wired(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(2), true, false), 0);
	assert_int_equal(move(f, 0, 2, 8, false), 0);
	assert_layout(f, f->space, "8-10:rw:caw");
	assert_int_equal(f->vm.exp.wired, 2);
	fix_free(f);
}

/* DONTUNMAP: an empty, unlocked twin stays behind; shared memory is shared. */
static void
test_keep(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_file(f, 2, 4, RW, false, 0);
	(void)fix_shared(f, 4, 6, RW);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(fix_write(f->space, i, 100 + i), 0);
	assert_int_equal(move(f, 0, 6, 20, true), 0);
	assert_int_equal(fix_tag(f->space, 20), 100);
	assert_int_equal(fix_tag(f->space, 0), 0);
	assert_int_equal(fix_tag(f->space, 2), 102);
	assert_int_equal(fix_tag(f->space, 22), 102);
	assert_int_equal(fix_write(f->space, 4, 7), 0);
	assert_int_equal(fix_tag(f->space, 24), 7);
	assert_int_equal(f->map->size, T_PTOA(12));
	assert_int_equal(f->file->refs, 3);
	fix_free(f);
}

static void
test_join(void **state)
{
	struct fixture *f = fix_new(VM_MAP_JOIN, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	assert_int_equal(fix_write(f->space, 2, 2), 0);
	assert_int_equal(move(f, 2, 2, 20, false), 0);
	assert_int_equal(move(f, 20, 2, 2, false), 0);
	assert_layout(f, f->space, "0-4:rw:ca");
	assert_int_equal(fix_tag(f->space, 2), 2);
	fix_free(f);
}

/* Wired pages may not lose their mappings: no frames for tables, no move. */
static void
test_wired_without_frames(void **state)
{
	struct fixture *f = fix_new(0, 40);
	const vaddr_t far = P(0) + ((vaddr_t)1 << 40);
	unsigned i = 0, n = 0;
	pfn_t taken[40];

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(4), true, false), 0);
	(void)fix_anon(f, 8, 64, RW);
	while (fix_write(f->space, 8 + i, i) == 0)
		i++;
	while (f->vm.exp.free > 1)
		taken[n++] = uvm_pagealloc(&f->vm, 0, 0, PG_PTP, true);
	assert_int_equal(uvm_map_move(f->map, P(0), T_PTOA(4), far, false),
	    ENOMEM);
	assert_true(pmap_extract(f->map->pmap, P(3), NULL));
	assert_int_equal(uvm_map_move(f->map, P(8), T_PTOA(4), far, false), 0);
	assert_true(vm_map_is_free(f->map, P(8), P(12)));
	assert_int_equal(f->map->pmap->wired, 4);
	while (n > 0)
		uvm_pagefree(&f->vm, taken[--n]);
	fix_check(f);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_modified),
		cmocka_unit_test(test_wired),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_wired_without_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
