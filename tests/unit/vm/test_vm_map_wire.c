/*
 * Wiring: checks, counts, pages, unwinding (UVM semantics 3.6).
 */
#include "fixture.h"
#include "tests/page4k.h"

static int
wire(struct fixture *f, unsigned from, unsigned to)
{
	int error = uvm_map_pageable(f->map, P(from), P(to), true, false);

	fix_check(f);
	return error;
}

static int
unwire(struct fixture *f, unsigned from, unsigned to)
{
	int error = uvm_map_pageable(f->map, P(from), P(to), false, false);

	fix_check(f);
	return error;
}

static void
test_wire(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 6, RW);
	assert_int_equal(wire(f, 1, 4), 0);
	assert_layout(f, f->space, "0-1:rw:cn 1-4:rw:caw 4-6:rw:cn");
	assert_int_equal(f->vm.exp.wired, 3);
	assert_int_equal(f->map->pmap->wired, 3);
	assert_int_equal(vm_map_wired_bytes(f->map), T_PTOA(3));
	assert_int_equal(fix_pte(f->space, 1), RW);
	assert_int_equal(fix_pte(f->space, 0), -1);
	/* Nested: one unwire undoes any number of wirings. */
	assert_int_equal(wire(f, 1, 4), 0);
	assert_int_equal(fix_entry(f->space, 2)->wired_count, 2);
	assert_int_equal(f->vm.exp.wired, 3);
	assert_int_equal(unwire(f, 1, 4), 0);
	assert_int_equal(f->vm.exp.wired, 0);
	assert_int_equal(fix_entry(f->space, 2)->wired_count, 0);
	fix_free(f);
}

static void
test_unwire_part(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 6, RW);
	assert_int_equal(wire(f, 0, 6), 0);
	assert_int_equal(unwire(f, 2, 3), 0);
	assert_int_equal(f->vm.exp.wired, 5);
	assert_int_equal(f->map->nentries, 3);
	assert_int_equal(unwire(f, 0, 6), EINVAL); /* not all wired */
	assert_int_equal(f->vm.exp.wired, 5);
	assert_int_equal(fix_unmap(f, 0, 1), 0);
	assert_int_equal(f->vm.exp.wired, 4);
	fix_free(f);
}

static void
test_checks(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_anon(f, 4, 6, RW);
	(void)fix_anon(f, 6, 7, VM_PROT_NONE);
	assert_int_equal(wire(f, 2, 4), EFAULT); /* start unmapped */
	assert_int_equal(wire(f, 2, 2), EFAULT); /* tested first */
	assert_int_equal(wire(f, 0, 0), 0);
	assert_int_equal(wire(f, 0, 6), EINVAL);   /* hole */
	assert_int_equal(wire(f, 4, 7), EINVAL);   /* PROT_NONE */
	assert_int_equal(unwire(f, 0, 2), EINVAL); /* not wired */
	assert_int_equal(unwire(f, 0, 3), EINVAL);
	assert_int_equal(f->vm.exp.wired, 0);
	assert_int_equal(f->map->nentries, 3);
	/* With skip, all of these are passed over. */
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(9), true, true), 0);
	assert_int_equal(f->vm.exp.wired, 4);
	assert_int_equal(fix_entry(f->space, 6)->wired_count, 0);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(9), false, true), 0);
	assert_int_equal(f->vm.exp.wired, 0);
	fix_free(f);
}

/* A writable private page is copied at once: max_protection decides. */
static void
test_private_file(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 0, 2, R, true, 0);
	assert_int_equal(wire(f, 0, 2), 0);
	assert_layout(f, f->space, "0-2:r:coaw");
	assert_int_equal(f->vm.exp.flt_prcopy, 2);
	assert_int_equal(fix_pte(f->space, 0), R);
	(void)fix_map(f,
	    (struct uvm_map_args){ .start = P(4),
		.size = T_PTOA(2),
		.prot = R,
		.maxprot = RX,
		.copyonw = true,
		.inherit = VM_INHERIT_COPY,
		.object = f->file });
	assert_int_equal(wire(f, 4, 6), 0);
	assert_layout(f, f->space, "0-2:r:coaw 4-6:r:cnow");
	assert_int_equal(f->vm.exp.flt_prcopy, 2);
	assert_int_equal(f->vm.exp.wired, 4);
	fix_free(f);
}

/* The fault that fails takes everything back, also of other entries. */
static void
test_unwind(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_file(f, 2, 6, R, false, 30); /* 2 pages past the end */
	(void)fix_anon(f, 6, 8, RW);
	assert_int_equal(wire(f, 0, 1), 0);
	assert_int_equal(wire(f, 0, 8), EINVAL);
	assert_int_equal(f->vm.exp.wired, 1);
	assert_int_equal(fix_entry(f->space, 0)->wired_count, 1);
	assert_int_equal(fix_entry(f->space, 1)->wired_count, 0);
	assert_int_equal(fix_entry(f->space, 2)->wired_count, 0);
	assert_int_equal(fix_entry(f->space, 7)->wired_count, 0);
	fix_free(f);
}

static void
test_no_frames(void **state)
{
	struct fixture *f = fix_new(0, 40);

	(void)state;
	(void)fix_anon(f, 0, 64, RW);
	assert_int_equal(wire(f, 0, 64), ENOMEM);
	assert_int_equal(f->vm.exp.wired, 0);
	assert_int_equal(fix_entry(f->space, 0)->wired_count, 0);
	fix_free(f);
}

static void
test_all(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	(void)fix_anon(f, 6, 8, VM_PROT_NONE);
	(void)fix_file(f, 9, 12, R, false, 0);
	assert_int_equal(uvm_map_pageable_all(f->map, true, T_PTOA(6)), ENOMEM);
	assert_int_equal(f->vm.exp.wired, 0);
	assert_int_equal(uvm_map_pageable_all(f->map, true, T_PTOA(7)), 0);
	fix_check(f);
	assert_int_equal(f->vm.exp.wired, 7);
	assert_int_equal(uvm_map_pageable_all(f->map, false, 0), 0);
	fix_check(f);
	assert_int_equal(f->vm.exp.wired, 0);
	(void)fix_anon(f, 20, 400, RW); /* wiredmax is a third */
	assert_int_equal(uvm_map_pageable_all(f->map, true, 0), ENOMEM);
	fix_free(f);
}

/* MCL_FUTURE: memory that mprotect makes accessible is wired. */
static void
test_future(void **state)
{
	struct fixture *f = fix_new(VM_MAP_WIREFUTURE, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, VM_PROT_NONE);
	assert_int_equal(uvm_map_protect(f->map, P(0), P(2), RW, false), 0);
	assert_int_equal(f->vm.exp.wired, 2);
	(void)fix_file(f, 8, 12, VM_PROT_NONE, false, 30);
	assert_int_equal(uvm_map_protect(f->map, P(8), P(12), R, false),
	    ENOMEM);
	assert_int_equal(f->vm.exp.wired, 2);
	assert_int_equal(fix_entry(f->space, 8)->protection, R); /* stays */
	fix_check(f);
	fix_free(f);
}

/* Rights taken from wired memory and given back. */
static void
test_protect_wired(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(wire(f, 0, 2), 0);
	assert_int_equal(uvm_map_protect(f->map, P(0), P(2), VM_PROT_NONE,
			     false),
	    0);
	fix_check(f);
	assert_int_equal(fix_entry(f->space, 0)->wired_count, 1);
	assert_int_equal(uvm_map_protect(f->map, P(0), P(2), RW, false), 0);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	fix_check(f);
	assert_int_equal(unwire(f, 0, 2), 0);
	assert_int_equal(f->vm.exp.wired, 0);
	fix_free(f);
}

/* A copy-on-write fault in a wired entry keeps the page wired. */
static void
test_wired_after_fork(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	fix_fork(f);
	assert_int_equal(wire(f, 0, 2), 0);
	assert_int_equal(f->vm.exp.wired, 2);
	assert_int_equal(fix_pte(f->space, 0), RW);
	assert_int_equal(fix_write(f->space, 0, 2), 0);
	assert_int_equal(fix_tag(f->child, 0), 1);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire),
		cmocka_unit_test(test_unwire_part),
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_private_file),
		cmocka_unit_test(test_unwind),
		cmocka_unit_test(test_no_frames),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_future),
		cmocka_unit_test(test_protect_wired),
		cmocka_unit_test(test_wired_after_fork),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
