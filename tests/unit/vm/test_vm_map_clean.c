/*
 * Cleaning (msync, madvise), WILLNEED, discarding, and the pagers' put (UVM
 * semantics 3.4, 3.5, 9).
 */
#include "fixture.h"
#include "tests/page4k.h"

static int
clean(struct fixture *f, unsigned from, unsigned to, unsigned flags)
{
	int error = uvm_map_clean(f->map, P(from), P(to), flags);

	fix_check(f);
	return error;
}

static pfn_t
frame(struct fixture *f, unsigned page)
{
	pfn_t pfn = PFN_NONE;

	(void)pmap_extract(f->map->pmap, P(page), &pfn);
	return pfn;
}

static void
test_errors(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_anon(f, 4, 6, RW);
	assert_int_equal(clean(f, 2, 4, PGO_CLEANIT), EFAULT);
	assert_int_equal(clean(f, 0, 6, PGO_CLEANIT), EFAULT);
	assert_int_equal(clean(f, 4, 7, PGO_CLEANIT), EFAULT);
	assert_int_equal(uvm_map_pageable(f->map, P(5), P(6), true, false), 0);
	assert_int_equal(clean(f, 4, 6, PGO_FREE), EBUSY);
	assert_int_equal(clean(f, 4, 6, PGO_DEACTIVATE), 0);
	fix_free(f);
}

static void
test_deactivate(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 1, 101), 0);
	assert_int_equal(fix_write(f->space, 2, 102), 0);
	assert_int_equal(f->vm.exp.active, 2);
	assert_int_equal(clean(f, 0, 4, PGO_DEACTIVATE), 0);
	assert_int_equal(f->vm.exp.active, 0);
	assert_int_equal(f->vm.exp.inactive, 2);
	assert_false(pmap_is_referenced(&f->vm.pmaps, frame(f, 1)));
	assert_int_equal(fix_tag(f->space, 1), 101); /* content is kept */
	fix_free(f);
}

/* FREE forgets private pages, unless others refer to the amap. */
static void
test_forget(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	(void)fix_file(f, 4, 6, RW, true, 0);
	assert_int_equal(fix_write(f->space, 1, 101), 0);
	assert_int_equal(fix_write(f->space, 4, 104), 0);
	assert_int_equal(clean(f, 0, 6, PGO_FREE), 0);
	assert_int_equal(fix_tag(f->space, 1), 0);
	assert_int_equal(fix_tag(f->space, 4), vm_tag_hash(FILE_SEED, 0));
	assert_int_equal(f->vm.anons.inuse, 0);
	assert_int_equal(fix_write(f->space, 1, 101), 0);
	fix_fork(f);
	assert_int_equal(clean(f, 0, 4, PGO_FREE), 0);
	assert_int_equal(fix_tag(f->space, 1), 101);
	/* An amap of its own, but the anon is shared: the child keeps it. */
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(fix_write(f->space, 0, 100), 0);
	assert_int_equal(fix_read(f->child, 1), 0);
	assert_int_equal(fix_write(f->child, 0, 200), 0);
	assert_int_equal(clean(f, 0, 4, PGO_FREE), 0);
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(fix_tag(f->space, 1), 0);
	assert_int_equal(fix_tag(f->child, 1), 101);
	fix_free(f);
}

/* msync(MS_INVALIDATE): FREE with CLEANIT throws no memory away. */
static void
test_invalidate(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_file(f, 2, 4, RW, false, 0);
	(void)fix_object(f, f->shm, 4, 6, RW, false, 0);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(fix_write(f->space, i, 100 + i), 0);
	assert_int_equal(clean(f, 0, 6, PGO_CLEANIT | PGO_FREE), 0);
	assert_int_equal(f->file->pages.nused, 0);
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(fix_read(f->space, i), 0);
		assert_int_equal(fix_tag(f->space, i), 100 + i);
	}
	fix_free(f);
}

/* Cleaning writes dirty pages back and write-protects them. */
static void
test_write_back(void **state)
{
	struct fixture *f = fix_new(0, 512);
	uint64_t pageouts;

	(void)state;
	(void)fix_file(f, 0, 4, RW, false, 0);
	assert_int_equal(fix_write(f->space, 1, 101), 0);
	assert_int_equal(fix_read(f->space, 2), 0);
	assert_int_equal(vm_object_disk_tag(f->file, 1),
	    vm_tag_hash(FILE_SEED, 1));
	pageouts = f->vm.exp.pdpageouts;
	assert_int_equal(clean(f, 0, 4, PGO_CLEANIT | PGO_SYNCIO), 0);
	assert_int_equal(f->vm.exp.pdpageouts, pageouts + 1);
	assert_int_equal(vm_object_disk_tag(f->file, 1), 101);
	assert_int_equal(fix_pte(f->space, 1), R);
	assert_true(f->vm.pages.page[frame(f, 1)].pg_flags & PG_CLEAN);
	assert_int_equal(fix_write(f->space, 1, 201), 0);
	assert_int_equal(vm_object_disk_tag(f->file, 1), 101);
	/* Given back and read in again: what was written, not the newer. */
	assert_int_equal(clean(f, 0, 4, PGO_CLEANIT), 0);
	assert_int_equal(vm_object_disk_tag(f->file, 1), 201);
	fix_free(f);
}

/* A segment keeps its pages; with DEACTIVATE or FREE they are put aside. */
static void
test_segment(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_object(f, f->shm, 0, 2, RW, false, 0);
	assert_int_equal(fix_write(f->space, 0, 100), 0);
	assert_int_equal(clean(f, 0, 2, PGO_CLEANIT), 0);
	assert_int_equal(f->vm.exp.active, 1);
	assert_int_equal(clean(f, 0, 2, PGO_FREE), 0);
	assert_int_equal(f->vm.exp.inactive, 1);
	assert_int_equal(fix_tag(f->space, 0), 100);
	/* The pager alone, unshared, frees them. */
	assert_int_equal(fix_unmap(f, 0, 2), 0);
	assert_int_equal(aobj_pager.put(&f->vm, f->shm, 0, 16, PGO_FREE), 0);
	assert_int_equal(f->shm->pages.nused, 0);
	fix_free(f);
}

static void
test_device_put(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_object *dev;
	pfn_t pfn;

	(void)state;
	assert_int_equal(vm_object_create(&f->vm, &phys_pager, T_PTOA(2), 0,
			     &dev),
	    0);
	assert_int_equal(phys_pager.put(&f->vm, dev, 0, 2, PGO_FREE), 0);
	assert_int_equal(dev->pages.nused, 2);
	assert_int_equal(phys_pager.get(&f->vm, dev, 1, &pfn), 0);
	assert_int_equal(f->vm.pages.tag[pfn], 0);
	assert_int_equal(phys_pager.get(&f->vm, dev, 2, &pfn), EINVAL);
	vm_object_setsize(&f->vm, dev, T_PTOA(1));
	assert_int_equal(dev->size, T_PTOA(2));
	vm_object_unref(&f->vm, dev);
	assert_int_equal(vm_object_create(&f->vm, &phys_pager, T_PTOA(600), 0,
			     &dev),
	    ENOMEM);
	fix_free(f);
}

static void
test_willneed(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 0, 32, R, false, 0);
	(void)fix_anon(f, 32, 34, RW);
	uvm_map_willneed(f->map, P(4), P(34));
	assert_int_equal(f->file->pages.nused, 16); /* read-ahead maximum */
	assert_int_equal(fix_pte(f->space, 4), -1);
	assert_int_not_equal(sparse_get(&f->file->pages, 4), 0);
	assert_int_equal(sparse_get(&f->file->pages, 20), 0);
	vm_object_setsize(&f->vm, f->file, T_PTOA(24));
	uvm_map_willneed(f->map, P(22), P(32));
	assert_int_equal(f->file->pages.nused, 18);
	uvm_map_willneed(f->map, P(9), P(3));
	fix_check(f);
	fix_free(f);
}

static void
test_discard(void **state)
{
	struct fixture *f = fix_new(VM_MAP_JOIN, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	(void)fix_file(f, 5, 8, RW, true, 0);
	(void)fix_file(f, 8, 10, RW, false, 10);
	for (unsigned i = 0; i < 10; i++)
		if (i != 4)
			assert_int_equal(fix_write(f->space, i, 100 + i), 0);
	fix_fork(f);
	assert_int_equal(uvm_map_discard(f->map, P(1), P(10)), 0);
	fix_check(f);
	assert_int_equal(fix_tag(f->space, 0), 100);
	assert_int_equal(fix_tag(f->space, 1), 0);
	assert_int_equal(fix_tag(f->space, 6), vm_tag_hash(FILE_SEED, 1));
	assert_int_equal(fix_tag(f->space, 8), 108);
	assert_int_equal(fix_pte(f->space, 8), -1);
	assert_int_equal(fix_tag(f->child, 1), 101);
	assert_int_equal(fix_tag(f->child, 6), 106);
	assert_int_equal(uvm_map_pageable(f->map, P(3), P(4), true, false), 0);
	assert_int_equal(uvm_map_discard(f->map, P(0), P(10)), EINVAL);
	assert_int_equal(fix_tag(f->space, 0), 100);
	assert_int_equal(uvm_map_discard(f->map, P(9), P(3)), 0);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_deactivate),
		cmocka_unit_test(test_forget),
		cmocka_unit_test(test_invalidate),
		cmocka_unit_test(test_write_back),
		cmocka_unit_test(test_segment),
		cmocka_unit_test(test_device_put),
		cmocka_unit_test(test_willneed),
		cmocka_unit_test(test_discard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
