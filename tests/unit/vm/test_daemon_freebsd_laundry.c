/*
 * FreeBSD's page daemon: the laundry, in shortfall and in the background; which
 * pages are written together.
 */
#include "freebsd_box.h"

static void
to_laundry(struct fixture *f, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		uvm_pageenqueue(&f->vm, box_frame(f, i), PQ_LAUNDRY);
}

static uint64_t
launder(struct fixture *f, uint64_t want, bool shortfall)
{
	uint64_t n = fbsd_launder_pages(&f->vm, 0, want, shortfall);

	fix_check(f);
	return n;
}

/* First backwards to a multiple of 16, then forwards, at most 16. */
static void
test_cluster(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	static const struct {
		unsigned page, first, n;
	} rows[] = {
		{ 0, 0, 16 },
		{ 5, 0, 16 },
		{ 15, 0, 16 },
		{ 16, 16, 16 },
		{ 20, 16, 16 },
		{ 35, 24, 16 }, /* 32..39, then back past the boundary */
		{ 39, 24, 16 },
	};
	pfn_t got[FBSD_CLUSTER];

	(void)state;
	box_touch_anon(f, 0, 41);
	to_laundry(f, 0, 40); /* 40 is active */
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(fbsd_cluster(&f->vm,
				     box_frame(f, rows[i].page), got),
		    rows[i].n);
		for (unsigned k = 0; k < rows[i].n; k++)
			assert_int_equal(got[k],
			    box_frame(f, rows[i].first + k));
	}
	/* A page that is no more in the laundry ends it on its side. */
	uvm_pageactivate(&f->vm, box_frame(f, 3));
	uvm_pagewire(&f->vm, box_frame(f, 9));
	assert_int_equal(fbsd_cluster(&f->vm, box_frame(f, 6), got), 5);
	assert_int_equal(got[0], box_frame(f, 4));
	assert_int_equal(got[4], box_frame(f, 8));
	uvm_pageunwire(&f->vm, box_frame(f, 9));
	fix_free(f);
}

/* The pages of a file, wherever they are mapped; and of shared memory. */
static void
test_cluster_object(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	pfn_t got[FBSD_CLUSTER];

	(void)state;
	assert_int_equal(fix_file(f, 0, 32, RW, false, 0), 0);
	for (unsigned i = 10; i < 20; i++)
		assert_int_equal(fix_write(f->space, i, i), 0);
	to_laundry(f, 10, 20);
	assert_int_equal(fbsd_cluster(&f->vm, box_frame(f, 17), got), 10);
	assert_int_equal(got[0], box_frame(f, 10));
	assert_int_equal(fix_object(f, f->shm, 40, 56, RW, false, 0), 0);
	for (unsigned i = 40; i < 44; i++)
		assert_int_equal(fix_write(f->space, i, i), 0);
	to_laundry(f, 40, 44);
	assert_int_equal(fbsd_cluster(&f->vm, box_frame(f, 41), got), 4);
	assert_int_equal(got[3], box_frame(f, 43));
	fix_free(f);
}

/* Written pages go to the head of the inactive queue; a scan frees them. */
static void
test_launder(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	struct vm *vm = &f->vm;
	pfn_t pfn[24];
	uint64_t additional = 0;

	(void)state;
	box_touch_anon(f, 0, 24);
	for (unsigned i = 0; i < 24; i++)
		pfn[i] = box_frame(f, i);
	to_laundry(f, 0, 24);
	assert_int_equal(launder(f, 1, true), 16); /* a cluster more at most */
	assert_string_equal(box_queues(f, pfn, 24), "IIIIIIIIIIIIIIIILLLLLLLL");
	assert_int_equal(vm_fbsd(vm)->count.v_swapout, 1);
	assert_int_equal(vm_fbsd(vm)->count.v_swappgsout, 16);
	assert_int_equal(vm->exp.swpginuse, 16);
	assert_int_equal(vm->exp.swpgonly, 0);
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(vm_page_slot(vm, pfn[i]),
		    vm_page_slot(vm, pfn[0]) + i);
	assert_int_equal(fbsd_scan_inactive(vm, 0, 99, &additional), 16);
	fix_check(f);
	assert_int_equal(vm->exp.swpgonly, 16);
	for (unsigned i = 0; i < 16; i++) {
		assert_int_equal(fix_read(f->space, i), 0);
		assert_int_equal(fix_tag(f->space, i), 1000 + i);
	}
	fix_check(f);
	fix_free(f);
}

/* Referenced: active; it counts in the background only.  Clean: freed. */
static void
test_launder_cases(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	pfn_t pfn;

	(void)state;
	box_touch_anon(f, 0, 1);
	box_touch_file(f, 4, 5);
	pfn = box_frame(f, 0);
	to_laundry(f, 0, 1);
	to_laundry(f, 4, 5);
	box_touch_again(f, 0);
	assert_int_equal(launder(f, 5, true), 0);
	assert_int_equal(box_queue(f, pfn), PQ_ACTIVE);
	assert_int_equal(box_act(f, pfn), ACT_INIT + 1 + ACT_ADVANCE);
	assert_int_equal(fix_pte(f->space, 4), -1); /* was clean */
	assert_int_equal(vm_fbsd(&f->vm)->count.v_dfree, 1);
	to_laundry(f, 0, 1);
	box_touch_again(f, 0);
	assert_int_equal(launder(f, 5, false), 1);
	assert_int_equal(box_domain0(f)->laundpdpgs, 3);
	fix_free(f);
}

/* No swap: unswappable; with swap these are first. */
static void
test_unswappable(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	struct vm *vm = &f->vm;
	pfn_t pfn[8];
	uint32_t number;

	(void)state;
	box_touch_anon(f, 0, 4);
	assert_int_equal(fix_file(f, 4, 6, RW, false, 0), 0);
	for (unsigned i = 4; i < 6; i++) {
		assert_int_equal(fix_write(f->space, i, i), 0);
		box_forget(f, i);
	}
	for (unsigned i = 0; i < 6; i++)
		pfn[i] = box_frame(f, i);
	to_laundry(f, 0, 6);
	assert_int_equal(launder(f, 9, true), 2); /* the file has a disk */
	assert_string_equal(box_queues(f, pfn, 6), "UUUUII");
	assert_int_equal(vm_fbsd(vm)->count.v_vnodepgsout, 2);
	assert_int_equal(launder(f, 9, true), 0);
	assert_int_equal(box_domain0(f)->unswppdpgs, 0);
	box_touch_anon(f, 8, 9);
	pfn[6] = box_frame(f, 8);
	to_laundry(f, 8, 9);
	assert_int_equal(vm_swap_on(vm, 4, 0, SWF_FILE, &number), 0);
	assert_int_equal(launder(f, 4, true), 4);
	assert_string_equal(box_queues(f, pfn, 6), "IIIIII");
	assert_int_equal(box_queue(f, pfn[6]), PQ_LAUNDRY);
	assert_int_equal(launder(f, 4, true), 0); /* swap is full */
	assert_int_equal(box_queue(f, pfn[6]), PQ_UNSWAPPABLE);
	fix_free(f);
}

static int
broken_disk(void *ctx, const struct vm_io *io)
{
	(void)ctx;
	return io->kind == VM_IO_WRITE ? EIO : 0;
}

static void
test_write_error(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	pfn_t pfn[4];

	(void)state;
	box_touch_anon(f, 0, 4);
	for (unsigned i = 0; i < 4; i++)
		pfn[i] = box_frame(f, i);
	to_laundry(f, 0, 4);
	f->vm.io_fn = broken_disk;
	assert_int_equal(launder(f, 4, true), 0);
	assert_string_equal(box_queues(f, pfn, 4), "AAAA");
	f->vm.io_fn = NULL;
	for (unsigned i = 0; i < 4; i++) {
		box_touch_again(f, i);
		assert_int_equal(fix_tag(f->space, i), 1000 + i);
	}
	fix_free(f);
}

/* free_target - free and the deficit, once. */
static void
test_shortfall(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	struct vm *vm = &f->vm;
	struct vm_fbsd_domain *dom = box_domain0(f);
	bool shortfall;

	(void)state;
	dom->laundry.request = FBSD_SHORTFALL;
	dom->laundry.deficit = 3;
	assert_int_equal(fbsd_laundry_demand(vm, 0, &shortfall), 3);
	assert_true(shortfall);
	dom->laundry.deficit = 0;
	assert_int_equal(fbsd_laundry_demand(vm, 0, &shortfall), 0);
	box_touch_anon(f, 0,
	    (unsigned)(vm->exp.free - dom->level.free_target) + 9);
	dom->laundry.request = FBSD_SHORTFALL;
	dom->laundry.deficit = 3;
	assert_int_equal(fbsd_laundry_demand(vm, 0, &shortfall),
	    dom->level.free_target - vm->exp.free + 3);
	assert_false(dom->laundry.request);
	fix_free(f);
}

/*
 * Background: dirty x isqrt(ceil((nfreed + 1) / (target - min))) >= clean,
 * with target - min = 12 here.
 */
static void
test_background(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 1024);
	struct vm *vm = &f->vm;
	struct vm_fbsd_laundry *l = &box_domain0(f)->laundry;
	uint64_t clean;
	bool shortfall;

	(void)state;
	box_touch_anon(f, 0, 104);
	to_laundry(f, 0, 104);
	clean = vm->exp.free + vm->exp.inactive; /* some 900 */
	assert_true(clean > 8 * 104 && clean <= 9 * 104);
	assert_int_equal(fbsd_laundry_demand(vm, 0, &shortfall), 0);
	l->request = FBSD_BACKGROUND;
	l->nfreed = 8 * 8 * 12 - 1; /* root 8: 832 < clean */
	assert_int_equal(fbsd_laundry_demand(vm, 0, &shortfall), 0);
	assert_int_equal(l->request, FBSD_IDLE);
	l->request = FBSD_BACKGROUND;
	l->nfreed = 81 * 12 - 12 - 1; /* ceil(960 / 12) = 80, root 8 */
	assert_int_equal(fbsd_laundry_demand(vm, 0, &shortfall), 0);
	l->request = FBSD_BACKGROUND;
	l->nfreed = 80 * 12; /* ceil(961 / 12) = 81, root 9: 936 >= clean */
	assert_int_equal(fbsd_laundry_demand(vm, 0, &shortfall), 1);
	assert_false(shortfall);
	assert_int_equal(l->target, 1); /* background_launder of 1024 pages */
	assert_int_equal(l->nfreed, 0);
	fix_free(f);
}

/* A step: the rate, x 4 as FreeBSD has it; a run ends after the maximum. */
static void
test_background_rate(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	struct vm_fbsd_laundry *l = &box_domain0(f)->laundry;
	bool shortfall;

	(void)state;
	l->target = 100000;
	l->nfreed = 1;
	assert_int_equal(fbsd_laundry_demand(&f->vm, 0, &shortfall), 1638);
	assert_int_equal(l->run_target, 100000);
	l->target = 100000 - 20480 * 4 + 1;
	assert_int_equal(fbsd_laundry_demand(&f->vm, 0, &shortfall), 1638);
	l->target--;
	assert_int_equal(fbsd_laundry_demand(&f->vm, 0, &shortfall), 0);
	assert_int_equal(l->target, 0);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cluster),
		cmocka_unit_test(test_cluster_object),
		cmocka_unit_test(test_launder),
		cmocka_unit_test(test_launder_cases),
		cmocka_unit_test(test_unswappable),
		cmocka_unit_test(test_write_error),
		cmocka_unit_test(test_shortfall),
		cmocka_unit_test(test_background),
		cmocka_unit_test(test_background_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
