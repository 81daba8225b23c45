/*
 * Faults: each case with its counters (UVM semantics 6.7), windows by advice
 * (6.1), rights entered (6.6), errors, wiring.
 */
#include "fixture.h"
#include "tests/page4k.h"

#define X(f) ((f)->vm.exp)

/* Forget the mappings, not the pages. */
static void
unmap_ptes(struct fixture *f, unsigned from, unsigned to)
{
	pmap_remove(f->map->pmap, P(from), P(to));
}

static void
clear_counters(struct fixture *f)
{
	uint64_t keep[] = { X(f).free, X(f).active, X(f).inactive, X(f).wired };
	struct uvmexp *x = &f->vm.exp;

	x->faults = x->fltamcopy = x->fltanget = x->fltlget = x->fltget = 0;
	x->fltnamap = x->fltnomap = x->flt_anon = x->flt_acow = 0;
	x->flt_obj = x->flt_prcopy = x->flt_przero = 0;
	f->vm.stat.minflt = f->vm.stat.majflt = 0;
	assert_int_equal(keep[0], x->free);
}

struct expected {
	unsigned faults, amcopy, anget, lget, get, namap, nomap;
	unsigned anon, acow, obj, prcopy, przero, minflt, majflt;
};

static void
assert_counters(struct fixture *f, struct expected e)
{
	const struct uvmexp *x = &f->vm.exp;

	assert_int_equal(x->faults, e.faults);
	assert_int_equal(x->fltamcopy, e.amcopy);
	assert_int_equal(x->fltanget, e.anget);
	assert_int_equal(x->fltlget, e.lget);
	assert_int_equal(x->fltget, e.get);
	assert_int_equal(x->fltnamap, e.namap);
	assert_int_equal(x->fltnomap, e.nomap);
	assert_int_equal(x->flt_anon, e.anon);
	assert_int_equal(x->flt_acow, e.acow);
	assert_int_equal(x->flt_obj, e.obj);
	assert_int_equal(x->flt_prcopy, e.prcopy);
	assert_int_equal(x->flt_przero, e.przero);
	assert_int_equal(f->vm.stat.minflt, e.minflt);
	assert_int_equal(f->vm.stat.majflt, e.majflt);
	fix_check(f);
	clear_counters(f);
}

/* 2B zero: a read of fresh memory makes the page too, and it is writable. */
static void
test_zero(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.amcopy = 1,
		.przero = 1,
		.minflt = 1 });
	assert_int_equal(fix_pte(f->space, 1), RW);
	assert_int_equal(fix_write(f->space, 1, 5), 0); /* no fault */
	assert_int_equal(fix_write(f->space, 2, 6), 0);
	assert_counters(f,
	    (struct expected){ .faults = 1, .przero = 1, .minflt = 1 });
	(void)fix_anon(f, 8, 9, R);
	assert_int_equal(fix_read(f->space, 8), 0);
	assert_int_equal(fix_pte(f->space, 8), R);
	assert_int_equal(X(f).anonpages, 3);
	fix_free(f);
}

/* 1A: the anon is there, only the mapping is missing. */
static void
test_anon(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 0, 5), 0);
	unmap_ptes(f, 0, 4);
	clear_counters(f);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.anget = 1,
		.anon = 1,
		.minflt = 1 });
	assert_int_equal(fix_pte(f->space, 0), RW);
	fix_free(f);
}

/* 1B: a shared anon is copied by who writes; reading maps it read-only. */
static void
test_anon_cow(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(fix_write(f->space, 0, 5), 0);
	assert_int_equal(fix_write(f->space, 1, 6), 0);
	fix_fork(f);
	clear_counters(f);
	/* The child's write finds a copy to be made of the amap, then of the
	 * anon; the neighbour is mapped without write. */
	assert_int_equal(fix_write(f->child, 0, 7), 0);
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.amcopy = 1,
		.anget = 1,
		.acow = 1,
		.namap = 1,
		.minflt = 1 });
	assert_int_equal(fix_pte(f->child, 0), RW);
	assert_int_equal(fix_pte(f->child, 1), R);
	unmap_ptes(f, 0, 2);
	/* A read without an object resolves NEEDSCOPY as well. */
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.amcopy = 1,
		.anget = 1,
		.anon = 1,
		.namap = 1,
		.minflt = 1 });
	assert_int_equal(fix_pte(f->space, 1), R);  /* an_ref 2 */
	assert_int_equal(fix_pte(f->space, 0), RW); /* an_ref 1 */
	fix_free(f);
}

/* 2A of a file: clean pages are mapped read-only until they are written. */
static void
test_object(void **state)
{
	struct fixture *f = fix_new(0, 512);
	pfn_t pfn;

	(void)state;
	(void)fix_file(f, 0, 4, RW, false, 2);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.lget = 1,
		.get = 1,
		.obj = 1,
		.majflt = 1 });
	assert_int_equal(fix_pte(f->space, 0), R);
	assert_int_equal(fix_tag(f->space, 0), vm_tag_hash(FILE_SEED, 2));
	assert_true(pmap_extract(f->map->pmap, P(0), &pfn));
	assert_true(f->vm.pages.page[pfn].pg_flags & PG_CLEAN);
	assert_int_equal(fix_write(f->space, 0, 9), 0);
	assert_counters(f,
	    (struct expected){ .faults = 1, .lget = 1, .obj = 1, .minflt = 1 });
	assert_int_equal(fix_pte(f->space, 0), RW);
	assert_false(f->vm.pages.page[pfn].pg_flags & PG_CLEAN);
	assert_int_equal(X(f).filepages, 1);
	fix_free(f);
}

static void
test_aobj(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_object(f, f->shm, 0, 4, RW, false, 2);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_int_equal(fix_pte(f->space, 0), RW);
	assert_int_equal(fix_tag(f->space, 0), 0);
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.lget = 1,
		.get = 1,
		.obj = 1,
		.majflt = 1 });
	fix_free(f);
}

/* 2B copy: a private file page is copied when written, shared until then. */
static void
test_promote_copy(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 0, 4, RW, true, 2);
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(fix_pte(f->space, 1), R);
	assert_layout(f, f->space, "0-4:rw:cno");
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.lget = 1,
		.get = 1,
		.obj = 1,
		.majflt = 1 });
	assert_int_equal(fix_write(f->space, 1, 9), 0);
	assert_layout(f, f->space, "0-4:rw:coa");
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.amcopy = 1,
		.lget = 1,
		.prcopy = 1,
		.minflt = 1 });
	assert_int_equal(fix_tag(f->space, 1), 9);
	assert_int_equal(vm_object_disk_tag(f->file, 3),
	    vm_tag_hash(FILE_SEED, 3));
	fix_free(f);
}

/* Which of pages 0-31 are mapped, as text. */
static const char *
mapped(struct fixture *f)
{
	static char text[33];

	for (unsigned i = 0; i < 32; i++)
		text[i] = fix_pte(f->space, i) >= 0 ? 'm' : '.';
	return text;
}

static void
resident_file(struct fixture *f)
{
	(void)fix_file(f, 0, 32, R, false, 0);
	uvm_map_willneed(f->map, P(0), P(16));
	uvm_map_willneed(f->map, P(16), P(32));
	assert_int_equal(f->file->pages.nused, 32);
	assert_string_equal(mapped(f), "................................");
}

static void
test_window_normal(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	resident_file(f);
	assert_int_equal(fix_read(f->space, 10), 0);
	assert_string_equal(mapped(f), ".......mmmmmmmm.................");
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.lget = 1,
		.obj = 1,
		.nomap = 7,
		.minflt = 1 });
	/* Clipped to the entry at both ends; what is mapped is not counted. */
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_string_equal(mapped(f), "mmmmmm.mmmmmmmm.................");
	assert_int_equal(X(f).fltnomap, 5);
	assert_int_equal(fix_read(f->space, 31), 0);
	assert_string_equal(mapped(f), "mmmmmm.mmmmmmmm.............mmmm");
	fix_free(f);
}

static void
test_window_random(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	resident_file(f);
	(void)uvm_map_advice(f->map, P(0), P(32), UVM_ADV_RANDOM);
	assert_int_equal(fix_read(f->space, 10), 0);
	assert_string_equal(mapped(f), "..........m.....................");
	assert_int_equal(X(f).fltnomap, 0);
	fix_free(f);
}

/* Sequential: looks ahead only, and puts aside what lies behind. */
static void
test_window_sequential(void **state)
{
	struct fixture *f = fix_new(0, 512);
	uint64_t inactive;

	(void)state;
	resident_file(f);
	(void)uvm_map_advice(f->map, P(0), P(32), UVM_ADV_SEQUENTIAL);
	inactive = X(f).inactive;
	assert_int_equal(fix_read(f->space, 10), 0);
	assert_string_equal(mapped(f), "..........mmmmmmmm..............");
	assert_int_equal(X(f).inactive, inactive + 8);
	fix_free(f);
}

static void
test_window_sequential_anon(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 16, RW);
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(fix_write(f->space, i, i), 0);
	(void)uvm_map_advice(f->map, P(0), P(16), UVM_ADV_SEQUENTIAL);
	unmap_ptes(f, 0, 16);
	assert_int_equal(X(f).inactive, 0);
	assert_int_equal(fix_read(f->space, 9), 0);
	assert_int_equal(X(f).inactive, 8);
	assert_string_equal(mapped(f), ".........mmmmmmm................");
	fix_free(f);
}

/* Only resident pages; anons hide the object's. */
static void
test_window_mixed(void **state)
{
	struct fixture *f = fix_new(0, 512);
	uint64_t tag;

	(void)state;
	(void)fix_file(f, 0, 8, RW, true, 0);
	assert_int_equal(fix_write(f->space, 2, 77), 0);
	assert_int_equal(fix_read(f->space, 4), 0);
	unmap_ptes(f, 0, 8);
	clear_counters(f);
	assert_int_equal(fix_read(f->space, 3), 0);
	assert_string_equal(mapped(f), "..mmm...........................");
	assert_counters(f,
	    (struct expected){ .faults = 1,
		.lget = 1,
		.get = 1,
		.obj = 1,
		.namap = 1,
		.nomap = 1,
		.majflt = 1 });
	assert_int_equal(vm_access_tag(f->map, P(2), &tag), 0);
	assert_int_equal(tag, 77);
	assert_int_equal(fix_pte(f->space, 2), RW);
	assert_int_equal(fix_pte(f->space, 4), R);
	/* A write where both layers are is narrow. */
	unmap_ptes(f, 0, 8);
	clear_counters(f);
	assert_int_equal(fix_write(f->space, 3, 1), 0);
	assert_string_equal(mapped(f), "...m............................");
	fix_free(f);
}

static void
test_errors(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	assert_int_equal(fix_read(f->space, 0), EFAULT);
	(void)fix_anon(f, 0, 1, R);
	assert_int_equal(fix_write(f->space, 0, 1), EACCES);
	assert_int_equal(vm_access(f->map, P(0), VM_PROT_EXEC, 0), EACCES);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_int_equal(fix_write(f->space, 0, 1), EACCES);
	(void)fix_anon(f, 1, 2, VM_PROT_NONE);
	assert_int_equal(fix_read(f->space, 1), EACCES);
	(void)fix_file(f, 2, 6, RW, true, 30); /* 32 pages long */
	assert_int_equal(fix_read(f->space, 3), 0);
	assert_int_equal(fix_read(f->space, 4), EINVAL);
	assert_int_equal(fix_write(f->space, 4, 1), EINVAL);
	(void)fix_object(f, f->shm, 8, 10, RW, false, 15);
	assert_int_equal(fix_read(f->space, 8), 0);
	assert_int_equal(fix_read(f->space, 9), EINVAL);
	/* An entry with nothing behind it, which a check takes for damage. */
	(void)uvm_map(f->map,
	    &(struct uvm_map_args){ .start = P(20),
		.size = T_PTOA(1),
		.prot = R,
		.maxprot = R,
		.inherit = VM_INHERIT_NONE });
	assert_int_equal(vm_access(f->map, P(20), R, 0), EFAULT);
	assert_int_equal(fix_unmap(f, 20, 21), 0);
	fix_free(f);
}

/* Truncation takes pages away, also from who has them mapped. */
static void
test_truncated(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 0, 8, RW, false, 0);
	(void)fix_file(f, 8, 16, RW, true, 0);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(fix_read(f->space, i), 0);
	assert_int_equal(fix_write(f->space, 13, 5), 0);
	vm_object_setsize(&f->vm, f->file, T_PTOA(3) + 1);
	fix_check(f);
	assert_int_equal(fix_read(f->space, 3), 0);
	assert_int_equal(fix_read(f->space, 4), EINVAL);
	assert_int_equal(fix_tag(f->space, 13), 5); /* a private copy */
	vm_object_setsize(&f->vm, f->file, T_PTOA(8));
	assert_int_equal(fix_read(f->space, 4), 0);
	/* What was cut off is gone: the file has grown by zeros. */
	assert_int_equal(fix_tag(f->space, 4), 0);
	assert_int_equal(fix_tag(f->space, 3), vm_tag_hash(f->file->seed, 3));
	fix_free(f);
}

/* A page written back, cut off and grown again is zero; a longer image not. */
static void
test_truncate_written(void **state)
{
	struct fixture *f = fix_new(0, 64);

	(void)state;
	vm_object_setsize(&f->vm, f->file, T_PTOA(8));
	(void)fix_file(f, 0, 8, RW, false, 0);
	assert_int_equal(fix_write(f->space, 5, 77), 0);
	assert_int_equal(uvm_map_clean(f->map, P(0), P(8),
			     PGO_CLEANIT | PGO_SYNCIO),
	    0);
	assert_int_equal(vm_object_disk_tag(f->file, 5), 77);
	vm_object_setsize(&f->vm, f->file, 0);
	vm_object_setsize(&f->vm, f->file, T_PTOA(8));
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(fix_read(f->space, i), 0);
		assert_int_equal(fix_tag(f->space, i), 0);
	}
	vm_object_setsize(&f->vm, f->file, 0);
	vm_object_lengthen(f->file, T_PTOA(2));
	assert_int_equal(vm_object_disk_tag(f->file, 1),
	    vm_tag_hash(f->file->seed, 1));
	fix_free(f);
}

/* No frame left: the counters tell which want it was. */
static void
test_no_frames(void **state)
{
	struct fixture *f = fix_new(0, 40);
	unsigned i = 0;
	int error;

	(void)state;
	(void)fix_anon(f, 0, 64, RW);
	while ((error = fix_write(f->space, i, i)) == 0)
		i++;
	assert_int_equal(error, ENOMEM);
	assert_int_equal(X(f).fltnoanon, 1);
	assert_int_equal(X(f).free, X(f).reserve_kernel);
	(void)fix_file(f, 70, 71, R, true, 0);
	assert_int_equal(fix_read(f->space, 70), ENOMEM);
	assert_int_equal(X(f).fltnoram, 1);
	fix_check(f);
	fix_fork(f);
	assert_int_equal(fix_write(f->child, 0, 1), ENOMEM);
	assert_int_equal(X(f).fltnoram, 2);
	assert_int_equal(fix_tag(f->child, 0), 0);
	assert_int_equal(fix_tag(f->space, 1), 1);
	fix_free(f);
}

/* Device memory: its frames, with the entry's rights; never copied. */
static void
test_device(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct uvm_map_args a = { .start = P(0),
		.size = T_PTOA(3),
		.prot = RW,
		.maxprot = RW,
		.inherit = VM_INHERIT_SHARE };
	struct vm_object *dev;

	(void)state;
	assert_int_equal(vm_object_create(&f->vm, &uvm_deviceops, T_PTOA(2), 9,
			     &dev),
	    0);
	assert_int_equal(X(f).wired, 2);
	a.object = dev; /* our reference becomes the map's */
	assert_int_equal(uvm_map(f->map, &a), 0);
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(fix_pte(f->space, 1), RW);
	assert_int_equal(fix_pte(f->space, 0), -1);
	assert_int_equal(fix_tag(f->space, 1), vm_tag_hash(9, 1));
	assert_int_equal(fix_write(f->space, 1, 3), 0);
	assert_int_equal(fix_read(f->space, 2), EINVAL);
	(void)fix_object(f, dev, 8, 10, RW, true, 0);
	assert_int_equal(fix_read(f->space, 8), EACCES);
	fix_check(f);
	assert_int_equal(fix_unmap(f, 0, 16), 0);
	assert_int_equal(X(f).wired, 0);
	fix_free(f);
}

static void
test_batch(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_ref refs[4] = { vm_ref_make(P(0), VM_PROT_WRITE),
		vm_ref_make(P(1) + 17, VM_PROT_WRITE),
		vm_ref_make(P(0) + 4095, VM_PROT_READ),
		vm_ref_make(P(5), VM_PROT_READ) };
	int error = 0;

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(vm_access_batch(f->map, refs, 3, 42, &error), 3);
	assert_int_equal(error, 0);
	assert_int_equal(vm_access_batch(f->map, refs, 4, 43, &error), 3);
	assert_int_equal(error, EFAULT);
	assert_int_equal(fix_tag(f->space, 1), 43);
	fix_free(f);
}

static void
count_event(void *ctx, const struct vm_event *ev)
{
	unsigned *count = ctx;

	count[ev->kind]++;
}

/* Each step of a fault is reported. */
static void
test_events(void **state)
{
	struct fixture *f = fix_new(0, 512);
	unsigned count[VM_EVENT_NKINDS] = { 0 };

	(void)state;
	f->vm.event_fn = count_event;
	f->vm.event_ctx = count;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	assert_int_equal(fix_read(f->space, 9), EFAULT);
	assert_int_equal(count[VM_EVENT_MAP], 1);
	assert_int_equal(count[VM_EVENT_FAULT], 2);
	assert_int_equal(count[VM_EVENT_PROMOTE_ZERO], 1);
	assert_int_equal(count[VM_EVENT_PTE], 1);
	assert_int_equal(count[VM_EVENT_FAULT_FAIL], 1);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_anon),
		cmocka_unit_test(test_anon_cow),
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_aobj),
		cmocka_unit_test(test_promote_copy),
		cmocka_unit_test(test_window_normal),
		cmocka_unit_test(test_window_random),
		cmocka_unit_test(test_window_sequential),
		cmocka_unit_test(test_window_sequential_anon),
		cmocka_unit_test(test_window_mixed),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_truncate_written),
		cmocka_unit_test(test_no_frames),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
