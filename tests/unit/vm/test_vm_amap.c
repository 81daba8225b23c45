/*
 * Amaps: references per slot, extension, copying, chunks (UVM semantics 5).
 */
#include "fixture.h"

static void
write_pages(struct fixture *f, struct vmspace *s, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		assert_int_equal(fix_write(s, i, 100 + i), 0);
	fix_check(f);
}

/* A part of a shared amap is dropped: the anons nobody reaches go at once. */
static void
test_ppref(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_amap *a;

	(void)state;
	(void)fix_anon(f, 0, 8, RW);
	write_pages(f, f->space, 0, 8);
	a = fix_entry(f->space, 0)->amap;
	assert_null(a->runs);
	assert_int_equal(fix_unmap(f, 2, 4), 0);
	assert_int_equal(f->vm.anons.inuse, 6);
	assert_int_equal(a->ref, 2);
	assert_int_equal(amap_ppref(a, 1), 1);
	assert_int_equal(amap_ppref(a, 2), 0);
	assert_int_equal(amap_ppref(a, 5), 1);
	fix_fork(f);
	assert_int_equal(a->ref, 4);
	assert_int_equal(amap_ppref(a, 1), 2);
	assert_int_equal(amap_ppref(a, 2), 0);
	assert_int_equal(fix_unmap(f, 4, 8), 0);
	assert_int_equal(f->vm.anons.inuse, 6);
	assert_int_equal(amap_ppref(a, 5), 1);
	uvmspace_free(f->child);
	f->child = NULL;
	fix_check(f);
	assert_int_equal(f->vm.anons.inuse, 2);
	assert_int_equal(fix_tag(f->space, 1), 101);
	fix_free(f);
}

/* Growing an entry whose amap lost other parts: their slots are empty. */
static void
test_extend_after_drop(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 8, RW);
	write_pages(f, f->space, 0, 8);
	fix_fork(f);
	uvmspace_free(f->child);
	f->child = NULL;
	assert_int_equal(fix_unmap(f, 4, 8), 0);
	assert_layout(f, f->space, "0-4:rw:cna");
	(void)fix_anon(f, 4, 6, RW);
	assert_layout(f, f->space, "0-6:rw:cna");
	assert_int_equal(fix_tag(f->space, 3), 103);
	assert_int_equal(fix_tag(f->space, 4), 0);
	assert_int_equal(fix_tag(f->space, 5), 0);
	write_pages(f, f->space, 4, 6);
	fix_free(f);
}

static void
test_copy_references(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_amap *a;
	uint32_t anon;

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	write_pages(f, f->space, 0, 2);
	fix_fork(f);
	a = fix_entry(f->space, 0)->amap;
	anon = sparse_get(&a->slots, 1);
	assert_int_equal(f->vm.anons.anon[anon].ref, 1);
	assert_int_equal(amap_copy(&f->vm, &f->child->vm_map,
			     fix_entry(f->child, 0), AMAP_COPY_NOCHUNK, P(0),
			     P(4)),
	    0);
	fix_check(f);
	assert_int_equal(a->ref, 1);
	assert_int_equal(f->vm.anons.anon[anon].ref, 2);
	assert_ptr_not_equal(fix_entry(f->child, 0)->amap, a);
	assert_layout(f, f->child, "0-4:rw:ca");
	fix_free(f);
}

/* A large entry gets its first amap for the chunk around the fault only. */
static void
test_chunk(void **state)
{
	struct fixture *f = fix_new(VM_MAP_CHUNK, 512);

	(void)state;
	(void)fix_anon(f, 5, 400, RW);
	assert_int_equal(fix_write(f->space, 100, 1), 0);
	fix_check(f);
	assert_layout(f, f->space, "5-96:rw:cn 96-112:rw:ca 112-400:rw:cn");
	/* The rest behind is still large; its chunk joins the first. */
	assert_int_equal(fix_write(f->space, 113, 1), 0);
	fix_check(f);
	assert_layout(f, f->space, "5-96:rw:cn 96-128:rw:ca 128-400:rw:cn");
	/* What lies before is small by now: one amap, which is joined too. */
	assert_int_equal(fix_write(f->space, 6, 1), 0);
	fix_check(f);
	assert_layout(f, f->space, "5-128:rw:ca 128-400:rw:cn");
	assert_int_equal(fix_tag(f->space, 100), 1);
	assert_int_equal(fix_tag(f->space, 113), 1);
	fix_free(f);
}

static void
test_no_chunk(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 400, RW);
	assert_int_equal(fix_write(f->space, 100, 1), 0);
	assert_layout(f, f->space, "0-400:rw:ca");
	fix_free(f);
}

/* Wired memory is never absorbed by a neighbour's amap. */
static void
test_chunk_not_absorbed(void **state)
{
	struct fixture *f = fix_new(VM_MAP_CHUNK, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(4), true, false), 0);
	(void)fix_anon(f, 4, 8, RW);
	assert_int_equal(fix_write(f->space, 5, 1), 0);
	assert_layout(f, f->space, "0-4:rw:caw 4-8:rw:ca");
	fix_free(f);
}

static void
test_cow_now(void **state)
{
	struct fixture *f = fix_new(0, 60);

	(void)state;
	(void)fix_anon(f, 0, 40, RW);
	write_pages(f, f->space, 0, 30);
	fix_fork(f);
	assert_int_equal(amap_copy(&f->vm, &f->child->vm_map,
			     fix_entry(f->child, 0), AMAP_COPY_NOCHUNK, P(0),
			     P(40)),
	    0);
	assert_int_equal(amap_cow_now(&f->vm, &f->child->vm_map,
			     fix_entry(f->child, 0)),
	    ENOMEM); /* 30 frames are not there */
	fix_check(f);
	assert_int_equal(fix_tag(f->child, 29), 129);
	fix_free(f);
}

/* Clips number the slots of an amap; without one there is nothing to number. */
static void
test_slots_of_clips(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	assert_int_equal(fix_anon(f, 0, 4, RW), 0);
	assert_int_equal(uvm_map_protect(f->map, P(2), P(3), R, false), 0);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(fix_entry(f->space, i)->ar_pageoff, 0);
	assert_int_equal(fix_anon(f, 8, 12, RW), 0);
	assert_int_equal(fix_write(f->space, 8, 1), 0);
	assert_int_equal(uvm_map_protect(f->map, P(10), P(11), R, false), 0);
	assert_int_equal(fix_entry(f->space, 8)->ar_pageoff, 0);
	assert_int_equal(fix_entry(f->space, 10)->ar_pageoff, 2);
	assert_int_equal(fix_entry(f->space, 11)->ar_pageoff, 3);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ppref),
		cmocka_unit_test(test_extend_after_drop),
		cmocka_unit_test(test_copy_references),
		cmocka_unit_test(test_chunk),
		cmocka_unit_test(test_no_chunk),
		cmocka_unit_test(test_chunk_not_absorbed),
		cmocka_unit_test(test_cow_now),
		cmocka_unit_test(test_slots_of_clips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
