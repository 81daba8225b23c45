/*
 * Clipping, protection, inheritance, advice, flags and submaps (UVM semantics
 * 3.1, 3.3, 3.4, 3.7).
 */
#include "fixture.h"
#include "tests/page4k.h"

static int
protect(struct fixture *f, unsigned from, unsigned to, vm_prot_t prot)
{
	int error = uvm_map_protect(f->map, P(from), P(to), prot, false);

	fix_check(f);
	return error;
}

static void
test_clip(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_amap *a;

	(void)state;
	(void)fix_file(f, 0, 8, RW, true, 4);
	assert_int_equal(fix_write(f->space, 5, 105), 0);
	a = fix_entry(f->space, 0)->amap;
	assert_int_equal(protect(f, 2, 6, R), 0);
	assert_layout(f, f->space, "0-2:rw:coa 2-6:r:coa 6-8:rw:coa");
	assert_int_equal(a->ref, 3);
	assert_int_equal(f->file->refs, 4);
	assert_int_equal(fix_entry(f->space, 2)->offset, T_PTOA(6));
	assert_int_equal(fix_entry(f->space, 6)->offset, T_PTOA(10));
	assert_int_equal(fix_entry(f->space, 2)->ar_pageoff, 2);
	assert_int_equal(fix_entry(f->space, 6)->ar_pageoff, 6);
	assert_int_equal(fix_tag(f->space, 5), 105);
	/* A part that goes takes its slots' anons with it. */
	assert_int_equal(f->vm.anons.inuse, 1);
	assert_int_equal(fix_unmap(f, 2, 6), 0);
	assert_int_equal(f->vm.anons.inuse, 0);
	assert_int_equal(a->ref, 2);
	fix_free(f);
}

/* Nothing is clipped at borders that are there. */
static void
test_no_clip(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(protect(f, 0, 4, R), 0);
	assert_layout(f, f->space, "0-4:r:cn");
	assert_int_equal(f->vm.stat.splits, 0);
	fix_free(f);
}

static void
test_protect(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	assert_int_equal(fix_write(f->space, 2, 1), 0);
	assert_int_equal(protect(f, 0, 4, R), 0);
	assert_int_equal(fix_pte(f->space, 0), R);
	assert_int_equal(fix_write(f->space, 0, 2), EACCES);
	/* Rights come back lazily: with the next fault. */
	assert_int_equal(protect(f, 0, 4, RW), 0);
	assert_int_equal(fix_pte(f->space, 0), R);
	assert_int_equal(fix_write(f->space, 0, 2), 0);
	assert_int_equal(fix_pte(f->space, 0), RW);
	assert_int_equal(protect(f, 0, 4, VM_PROT_NONE), 0);
	assert_int_equal(fix_pte(f->space, 0), -1);
	assert_int_equal(fix_read(f->space, 0), EACCES);
	assert_int_equal(protect(f, 0, 4, R), 0);
	assert_int_equal(fix_tag(f->space, 0), 2);
	fix_free(f);
}

/* The check of the whole range comes before any change. */
static void
test_protect_max(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(uvm_map_protect(f->map, P(2), P(3), R, true), 0);
	fix_check(f);
	assert_layout(f, f->space, "0-2:rw:cn 2-3:r:cn 3-4:rw:cn");
	assert_int_equal(fix_entry(f->space, 2)->max_protection, R);
	assert_int_equal(protect(f, 0, 4, RW), EACCES);
	assert_int_equal(protect(f, 1, 4, VM_PROT_ALL), EACCES);
	assert_layout(f, f->space, "0-2:rw:cn 2-3:r:cn 3-4:rw:cn");
	assert_int_equal(protect(f, 0, 4, VM_PROT_NONE), 0);
	assert_int_equal(protect(f, 0, 4, R), 0);
	/* set_max gives the intersection. */
	assert_int_equal(uvm_map_protect(f->map, P(0), P(1), RX, true), 0);
	assert_int_equal(fix_entry(f->space, 0)->protection, R);
	fix_free(f);
}

static void
test_holes_and_limits(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_anon(f, 4, 6, RW);
	assert_int_equal(protect(f, 0, 6, R), 0);
	assert_layout(f, f->space, "0-2:r:cn 4-6:r:cn");
	assert_int_equal(uvm_map_protect(f->map, 0, UINT64_MAX & ~T_MASK, RW,
			     false),
	    0);
	assert_layout(f, f->space, "0-2:rw:cn 4-6:rw:cn");
	assert_int_equal(uvm_map_protect(f->map, P(6), P(4), R, false), 0);
	assert_int_equal(uvm_map_inherit(f->map, P(6), P(4), 0), 0);
	assert_layout(f, f->space, "0-2:rw:cn 4-6:rw:cn");
	fix_free(f);
}

static void
test_inherit(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(uvm_map_inherit(f->map, P(1), P(6), VM_INHERIT_NONE),
	    0);
	assert_int_equal(fix_entry(f->space, 0)->inheritance, VM_INHERIT_COPY);
	assert_int_equal(fix_entry(f->space, 1)->inheritance, VM_INHERIT_NONE);
	assert_int_equal(f->map->nentries, 2);
	assert_int_equal(uvm_map_inherit(f->map, P(0), P(1), 4), EINVAL);
	fix_free(f);
}

static void
test_advice(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(uvm_map_advice(f->map, P(1), P(2), UVM_ADV_SEQUENTIAL),
	    0);
	assert_int_equal(f->map->nentries, 3);
	assert_int_equal(fix_entry(f->space, 1)->advice, UVM_ADV_SEQUENTIAL);
	assert_int_equal(uvm_map_advice(f->map, P(0), P(4), 3), EINVAL);
	fix_free(f);
}

static void
test_flags(void **state)
{
	struct fixture *f = fix_new(VM_MAP_JOIN, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(uvm_map_setflags(f->map, P(1), P(2),
			     UVM_MAP_NOCORE | UVM_MAP_HUGE, 0),
	    0);
	assert_int_equal(f->map->nentries, 3);
	assert_int_equal(fix_entry(f->space, 1)->flags,
	    UVM_MAP_NOCORE | UVM_MAP_HUGE);
	assert_int_equal(uvm_map_setflags(f->map, P(0), P(4), 0,
			     UVM_MAP_NOCORE | UVM_MAP_HUGE),
	    0);
	assert_int_equal(f->map->nentries, 1);
	fix_free(f);
}

/* A guard can be given no rights. */
static void
test_guard(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_map(f,
	    (struct uvm_map_args){ .start = P(0),
		.size = T_PTOA(4),
		.inherit = VM_INHERIT_COPY,
		.flags = UVM_MAP_GUARD });
	assert_int_equal(protect(f, 1, 3, RW), 0);
	assert_int_equal(fix_entry(f->space, 1)->protection, VM_PROT_NONE);
	assert_int_equal(fix_read(f->space, 1), EACCES);
	fix_free(f);
}

/* Executable mappings make a file's pages text. */
static void
test_text(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 0, 4, R, true, 0);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_int_equal(f->vm.exp.execpages, 0);
	assert_int_equal(protect(f, 0, 4, RX), 0);
	assert_int_equal(f->vm.exp.execpages, 1);
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(f->vm.exp.execpages, 2);
	vm_object_setsize(&f->vm, f->file, T_PTOA(1));
	assert_int_equal(f->vm.exp.execpages, 1);
	fix_free(f);
}

static void
test_submap(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_map *kernel = &f->vm.kernel->vm_map, sub;
	vaddr_t at = vm_map_min(kernel) + T_PTOA(16);
	const struct uvm_map_args blank = { .start = at,
		.size = T_PTOA(4),
		.inherit = VM_INHERIT_NONE,
		.flags = UVM_MAP_NOMERGE },
				  anon = { .start = at,
					  .size = T_PTOA(2),
					  .prot = RW,
					  .maxprot = RW,
					  .inherit = VM_INHERIT_NONE,
					  .copyonw = true };

	(void)state;
	vm_map_setup(&f->vm, &sub, kernel->pmap, at, at + T_PTOA(4),
	    VM_MAP_PAGEABLE);
	assert_int_equal(uvm_map_submap(kernel, at, at + T_PTOA(4), &sub),
	    EINVAL);
	assert_int_equal(uvm_map(kernel, &blank), 0);
	assert_int_equal(uvm_map_submap(kernel, at, at + T_PTOA(2), &sub),
	    EINVAL);
	assert_int_equal(uvm_map_submap(kernel, at, at + T_PTOA(4), &sub), 0);
	assert_int_equal(uvm_map_submap(kernel, at, at + T_PTOA(4), &sub),
	    EINVAL);
	assert_int_equal(sub.ref_count, 2);
	assert_int_equal(uvm_map(&sub, &anon), 0);
	/* A fault descends; changes of the outer map do not reach in. */
	assert_int_equal(vm_access(kernel, at, VM_PROT_WRITE, 7), 0);
	assert_int_equal(uvm_map_protect(kernel, at, at + T_PTOA(4), R, false),
	    EINVAL);
	assert_int_equal(uvm_map_clean(kernel, at, at + T_PTOA(1),
			     PGO_DEACTIVATE),
	    EINVAL);
	assert_int_equal(uvm_unmap(&sub, at, at + T_PTOA(4)), 0);
	assert_int_equal(uvm_unmap(kernel, at, at + T_PTOA(4)), 0);
	assert_int_equal(sub.ref_count, 1);
	fix_free(f);
}

static void
test_timestamp(void **state)
{
	struct fixture *f = fix_new(0, 512);
	uint32_t t;

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	t = f->map->timestamp;
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	assert_int_equal(f->map->timestamp, t);
	assert_int_equal(protect(f, 0, 4, R), 0);
	assert_int_equal(f->map->timestamp, t + 1);
	assert_int_equal(fix_unmap(f, 0, 4), 0);
	assert_int_equal(f->map->timestamp, t + 2);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clip),
		cmocka_unit_test(test_no_clip),
		cmocka_unit_test(test_protect),
		cmocka_unit_test(test_protect_max),
		cmocka_unit_test(test_holes_and_limits),
		cmocka_unit_test(test_inherit),
		cmocka_unit_test(test_advice),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_guard),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_submap),
		cmocka_unit_test(test_timestamp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
