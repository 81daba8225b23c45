/*
 * Frames and queues; and a virtual memory for which the host has no memory.
 */
#include "fixture.h"

#define NEW(f) uvm_pagealloc(&(f)->vm, 1, 0, PG_PTP, true)

static void
test_alloc_free(void **state)
{
	struct fixture *f = fix_new(0, 64);
	uint64_t n = f->vm.exp.free;
	pfn_t a = NEW(f), b = NEW(f);

	(void)state;
	assert_int_not_equal(a, b);
	assert_int_equal(f->vm.exp.free, n - 2);
	uvm_pagefree(&f->vm, a);
	assert_int_equal(NEW(f), a); /* last in, first out */
	uvm_pagefree(&f->vm, a);
	uvm_pagefree(&f->vm, b);
	assert_int_equal(f->vm.exp.free, n);
	fix_free(f);
}

/* The last frames are the kernel's. */
static void
test_reserve(void **state)
{
	struct fixture *f = fix_new(0, 64);
	pfn_t taken[64];
	unsigned n = 0;

	(void)state;
	while (
	    (taken[n] = uvm_pagealloc(&f->vm, 1, 0, PG_PTP, false)) != PFN_NONE)
		n++;
	assert_int_equal(f->vm.exp.free, f->vm.exp.reserve_kernel);
	while ((taken[n] = NEW(f)) != PFN_NONE)
		n++;
	assert_int_equal(f->vm.exp.free, 0);
	while (n-- > 0)
		uvm_pagefree(&f->vm, taken[n]);
	fix_free(f);
}

static void
test_queues(void **state)
{
	struct fixture *f = fix_new(0, 64);
	struct vm *vm = &f->vm;
	pfn_t a, b;

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	assert_int_equal(fix_write(f->space, 1, 1), 0);
	assert_true(pmap_extract(f->map->pmap, P(0), &a));
	assert_true(pmap_extract(f->map->pmap, P(1), &b));
	assert_int_equal(vm->exp.active, 2);
	assert_int_equal(vm->pages.active.head, a);
	assert_int_equal(vm->pages.active.tail, b);
	uvm_pageactivate(vm, a); /* to the tail */
	assert_int_equal(vm->pages.active.head, b);
	uvm_pagedeactivate(vm, a);
	assert_int_equal(vm->exp.inactive, 1);
	assert_false(pmap_is_referenced(&vm->pmaps, a));
	uvm_pagedeactivate(vm, a); /* it is there already */
	assert_int_equal(vm->exp.inactive, 1);
	fix_check(f);
	uvm_pagewire(vm, a);
	uvm_pagewire(vm, a);
	assert_int_equal(vm->exp.wired, 1);
	assert_int_equal(vm->exp.inactive, 0);
	uvm_pagedeactivate(vm, a); /* wired: ignored */
	uvm_pageactivate(vm, a);
	assert_int_equal(vm->exp.active, 1);
	uvm_pageunwire(vm, a);
	assert_int_equal(vm->exp.wired, 1);
	uvm_pageunwire(vm, a);
	assert_int_equal(vm->exp.wired, 0);
	assert_int_equal(vm->exp.active, 2); /* activated at 0 */
	uvm_pagedequeue(vm, b);
	assert_int_equal(vm->exp.active, 1);
	uvm_pageactivate(vm, b);
	fix_free(f);
}

/* Each allocation of vm_init made to fail: nothing is left. */
static void
test_init_no_memory(void **state)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = 128,
		.tags = true,
	};
	struct vm vm;
	int error;

	(void)state;
	for (uint64_t n = 1;; n++) {
		struct mem *mem = mem_create();

		mem_fail_after(mem, n);
		error = vm_init(&vm, mem, &config);
		if (error == 0) {
			assert_true(n > 3);
			mem_fail_after(mem, 0);
			vm_fini(&vm);
		} else {
			assert_int_equal(error, ENOMEM);
		}
		assert_int_equal(mem_in_use(mem), 0);
		mem_destroy(mem);
		if (error == 0)
			break;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc_free),
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_init_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
