/*
 * FreeBSD's page daemon: thresholds, the active queue, its passes and votes.
 */
#include "freebsd_box.h"

/* ---------------------------------------------------------- thresholds ---- */

/* Reference "pmap" 4.6, CALC. */
static void
test_levels(void **state)
{
	static const struct {
		uint64_t n, reserved, severe, min, target, inactive, wakeup,
		    launder;
	} rows[] = {
		{ 1024, 43, 45, 47, 59, 88, 45, 1 },
		{ 4096, 71, 80, 90, 147, 220, 126, 5 },
		{ 32768, 108, 189, 270, 756, 1134, 675, 48 },
		{ 262144, 407, 1061, 1716, 5643, 8464, 5076, 392 },
		{ 1048576, 1431, 4051, 6672, 22395, 33592, 20151, 1572 },
		{ 4194304, 5527, 16012, 26497, 89407, 134110, 80460, 6291 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct vm_fbsd_levels l;

		vm_fbsd_levels(rows[i].n, rows[i].n, rows[i].n, 12, &l);
		assert_int_equal(l.interrupt_free_min, 2);
		assert_int_equal(l.pageout_free_min, 34);
		assert_int_equal(l.free_reserved, rows[i].reserved);
		assert_int_equal(l.free_severe, rows[i].severe);
		assert_int_equal(l.free_min, rows[i].min);
		assert_int_equal(l.free_target, rows[i].target);
		assert_int_equal(l.inactive_target, rows[i].inactive);
		assert_int_equal(l.wakeup, rows[i].wakeup);
		assert_int_equal(l.background_launder, rows[i].launder);
	}
}

/* inactive_target: at most a third of what is free. */
static void
test_levels_little_free(void **state)
{
	struct vm_fbsd_levels l;

	(void)state;
	vm_fbsd_levels(4096, 600, 4096, 12, &l);
	assert_int_equal(l.inactive_target, 200);
}

/* Below 1024 pages they shrink, and keep their order. */
static void
test_levels_small(void **state)
{
	(void)state;
	for (uint64_t n = 8; n < FRAMES; n++) {
		struct vm_fbsd_levels l;

		vm_fbsd_levels(n, n, n, 12, &l);
		assert_true(l.interrupt_free_min <= l.free_reserved);
		assert_true(l.free_reserved <= l.free_severe);
		assert_true(l.free_severe < l.free_min);
		assert_true(l.free_min < l.free_target);
		assert_true(l.free_severe < l.wakeup);
		assert_true(l.wakeup <= l.free_target);
		assert_true(l.background_launder >= 1);
		assert_true(l.free_target <= 59);
	}
}

/* Half of the memory each: thresholds by the domain's size, P by all. */
static void
test_levels_domains(void **state)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = 16384,
		.domains = 2,
		.daemon = &vm_daemon_freebsd,
	};
	struct fixture *f = fix_new_config(0, &config);
	uint64_t target = 0, reserve = 0;

	(void)state;
	for (unsigned d = 0; d < 2; d++) {
		const struct vm_fbsd_levels
		    *l = &vm_fbsd(&f->vm)->domain[d].level;
		struct vm_fbsd_levels want;
		pfn_t first, end;

		vm_phys_range(&f->vm, d, &first, &end);
		vm_fbsd_levels(end - first, end - first, 16384, 12, &want);
		assert_memory_equal(l, &want, sizeof(want));
		target += want.free_target;
		reserve += want.free_severe - 1;
	}
	assert_int_equal(f->vm.exp.freetarg, target);
	assert_int_equal(f->vm.exp.reserve_kernel, reserve);
	fix_free(f);
}

static void
scan_active(struct fixture *f, int64_t shortage)
{
	(void)fbsd_scan_active(&f->vm, 0, shortage);
	fix_check(f);
}

/* ----------------------------------------------------- active (4.4) ---- */

/* CALC: a fresh page that is never referenced again takes 5 scans to 0. */
static void
test_fresh_page(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	pfn_t pfn;

	(void)state;
	box_touch_anon(f, 0, 1);
	pfn = box_frame(f, 0);
	for (unsigned scans = 1; scans <= 5; scans++) {
		assert_int_equal(box_queue(f, pfn), PQ_ACTIVE);
		assert_int_equal(box_act(f, pfn), ACT_INIT + 1 - scans);
		scan_active(f, 1);
	}
	assert_int_equal(box_act(f, pfn), 0);
	assert_int_equal(box_queue(f, pfn), PQ_LAUNDRY); /* short, and dirty */
	fix_free(f);
}

/* CALC: one reference a scan saturates at 64 after 15; then 64 idle scans. */
static void
test_saturation(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	pfn_t pfn;

	(void)state;
	box_touch_anon(f, 0, 1);
	pfn = box_frame(f, 0);
	for (unsigned scans = 1; scans <= 20; scans++) {
		box_touch_again(f, 0);
		scan_active(f, 1);
		assert_int_equal(box_act(f, pfn),
		    scans < 15 ? ACT_INIT + 4 * scans : ACT_MAX);
	}
	for (unsigned scans = 1; scans < 64; scans++) {
		scan_active(f, 1);
		assert_int_equal(box_act(f, pfn), ACT_MAX - scans);
		assert_int_equal(box_queue(f, pfn), PQ_ACTIVE);
	}
	scan_active(f, 1);
	assert_int_equal(box_queue(f, pfn), PQ_LAUNDRY);
	fix_free(f);
}

/* References of several mappings count, at most 5; and one of none. */
static void
test_references(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	bool mapped;
	pfn_t pfn;

	(void)state;
	assert_int_equal(fix_file(f, 0, 1, R, false, 3), 0);
	for (unsigned i = 1; i < 8; i++)
		assert_int_equal(fix_file(f, i, i + 1, R, false, 3), 0);
	for (unsigned i = 0; i < 8; i++)
		box_touch_again(f, i);
	pfn = box_frame(f, 0);
	assert_int_equal(fbsd_references(&f->vm, pfn, &mapped), 5);
	assert_true(mapped);
	assert_int_equal(fbsd_references(&f->vm, pfn, &mapped), 3);
	assert_int_equal(fbsd_references(&f->vm, pfn, &mapped), 0);
	box_touch_again(f, 2);
	assert_int_equal(fix_unmap(f, 0, 8), 0);
	assert_int_equal(fbsd_references(&f->vm, pfn, &mapped), 1);
	assert_false(mapped);
	assert_int_equal(fbsd_references(&f->vm, pfn, &mapped), 0);
	fix_free(f);
}

/* What leaves goes by the shortage, which clean pages meet three times. */
static void
test_retiring(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	pfn_t pfn[8];

	(void)state;
	box_touch_anon(f, 0, 4); /* dirty */
	box_touch_file(f, 4, 8); /* clean */
	for (unsigned i = 0; i < 8; i++) {
		pfn[i] = box_frame(f, i);
		fbsd_note_act(&f->vm, pfn[i], 1);
	}
	/* 5 - 1 - 1 - 1 - 1 = 1; the first clean one makes it -2. */
	scan_active(f, 5);
	assert_string_equal(box_queues(f, pfn, 8), "LLLLIIII");
	fix_free(f);

	f = fbsd_box(FRAMES, 0);
	box_touch_file(f, 0, 4);
	box_touch_anon(f, 4, 8);
	for (unsigned i = 0; i < 8; i++) {
		pfn[i] = box_frame(f, i);
		fbsd_note_act(&f->vm, pfn[i], 1);
	}
	/* 8 - 3 - 3 = 2 - 3 = -1: the dirty ones have time now. */
	scan_active(f, 8);
	assert_string_equal(box_queues(f, pfn, 8), "IIIIIIII");
	fix_free(f);
}

/* Without shortage: so many that a round takes ten minutes. */
static void
test_by_time(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	struct vm_fbsd *st = vm_fbsd(&f->vm);
	pfn_t pfn[60];

	(void)state;
	box_touch_anon(f, 0, 60);
	for (unsigned i = 0; i < 60; i++)
		pfn[i] = box_frame(f, i);
	st->now = 9999; /* less than a page */
	scan_active(f, 0);
	assert_int_equal(box_domain0(f)->actpdpgs, 0);
	st->now = 10000;
	scan_active(f, -7);
	assert_int_equal(box_domain0(f)->actpdpgs, 1);
	assert_int_equal(box_act(f, pfn[0]), 4);
	st->now = 610000;
	scan_active(f, 0);
	assert_int_equal(box_domain0(f)->actpdpgs, 61);
	assert_int_equal(box_act(f, pfn[0]), 3); /* the 61st */
	assert_int_equal(box_act(f, pfn[59]), 4);
	fix_free(f);
}

/*
 * The clock: pages that come in this round are looked at in the next, whose
 * order is that of the queue; pages under the hands may go.
 */
static void
test_hands(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	struct vm_fbsd *st = vm_fbsd(&f->vm);
	pfn_t pfn[10];

	(void)state;
	box_touch_anon(f, 0, 6);
	st->now = FBSD_PERIOD_MS / 3; /* two of six */
	scan_active(f, 0);
	assert_int_equal(box_domain0(f)->hand, box_frame(f, 2));
	assert_int_equal(box_domain0(f)->limit, box_frame(f, 5));
	box_touch_anon(f, 6, 8); /* behind the limit */
	for (unsigned i = 0; i < 8; i++)
		pfn[i] = box_frame(f, i);
	uvm_pagewire(&f->vm, pfn[2]);
	assert_int_equal(box_domain0(f)->hand, pfn[3]);
	uvm_pagedeactivate(&f->vm, pfn[5]);
	assert_int_equal(box_domain0(f)->limit, pfn[4]);
	uvm_pageunwire(&f->vm, pfn[2]);        /* to the tail */
	st->now += FBSD_PERIOD_MS * 3 / 7 + 1; /* three of seven */
	scan_active(f, 0);
	assert_int_equal(box_act(f, pfn[3]), 4);
	assert_int_equal(box_act(f, pfn[4]), 4);
	/* Round two has begun, at the head. */
	assert_int_equal(box_act(f, pfn[0]), 3);
	assert_int_equal(box_act(f, pfn[6]), 5);
	assert_int_equal(box_domain0(f)->hand, pfn[1]);
	assert_int_equal(box_domain0(f)->limit, pfn[2]);
	assert_int_equal(fix_unmap(f, 0, 8), 0);
	assert_int_equal(box_domain0(f)->hand, 0);
	assert_int_equal(box_domain0(f)->limit, 0);
	fix_free(f);
}

/* Activating an active page raises its count to 5 and moves it nowhere. */
static void
test_activate(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	struct vm *vm = &f->vm;
	pfn_t a, b;

	(void)state;
	box_touch_anon(f, 0, 2);
	a = box_frame(f, 0);
	b = box_frame(f, 1);
	fbsd_note_act(vm, a, 2);
	uvm_pageactivate(vm, a);
	assert_int_equal(box_act(f, a), ACT_INIT);
	assert_int_equal(vm->pages.active.tail, b);
	fbsd_note_act(vm, a, 30);
	uvm_pageactivate(vm, a);
	assert_int_equal(box_act(f, a), 30);
	/* From another queue, likewise. */
	uvm_pageenqueue(vm, a, PQ_LAUNDRY);
	assert_int_equal(box_act(f, a), 30);
	uvm_pageactivate(vm, a);
	assert_int_equal(box_act(f, a), 30);
	assert_int_equal(vm->pages.active.tail, a);
	/* A frame's next owner begins afresh. */
	assert_int_equal(fix_unmap(f, 0, 1), 0);
	assert_int_equal(fix_anon(f, 0, 1, RW), 0);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	assert_int_equal(box_frame(f, 0), a);
	assert_int_equal(box_act(f, a), ACT_INIT);
	fix_free(f);
}

/* -------------------------------------------------------------- passes ---- */

/* Without anything that could go, 12 fruitless passes and a vote. */
static void
test_vote(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	struct vm *vm = &f->vm;
	struct vm_fbsd *st = vm_fbsd(vm);
	unsigned n = 0;
	int error = 0;

	(void)state;
	assert_int_equal(fix_anon(f, 0, 2 * FRAMES, RW), 0);
	while (error == 0 && n < 2 * FRAMES)
		error = fix_write(f->space, n++, 1);
	assert_int_equal(error, ENOMEM);
	assert_int_equal(vm->exp.free, st->domain[0].level.free_severe - 1);
	assert_int_equal(st->count.oom_votes, 1);
	assert_int_equal(vm->pageout.failed, 1);
	fix_check(f);
	/* It does so each time, and not before. */
	st->count.passes = 0;
	st->oom_seq = 7;
	assert_int_equal(fix_write(f->space, n, 1), ENOMEM);
	assert_int_equal(st->count.oom_votes, 2);
	assert_int_equal(st->count.passes, 7);
	fix_free(f);
}

/* A wait takes the daemon's clock to the ends of intervals. */
static void
test_wait(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 2 * FRAMES);
	struct vm *vm = &f->vm;
	struct vm_fbsd *st = vm_fbsd(vm);

	(void)state;
	assert_int_equal(fix_anon(f, 0, 2 * FRAMES, RW), 0);
	for (unsigned i = 0; i < 2 * FRAMES; i++)
		assert_int_equal(fix_write(f->space, i, 5000 + i), 0);
	fix_check(f);
	assert_true(vm->pageout.waits > 0);
	assert_int_equal(vm->pageout.failed, 0);
	assert_true(st->count.slept > 0);
	assert_int_equal(st->count.slept % FBSD_SCAN_MS, 0);
	assert_int_equal(st->count.oom_votes, 0);
	assert_true(vm->exp.swpgonly >= FRAMES);
	for (unsigned i = 0; i < 2 * FRAMES; i++) {
		assert_int_equal(fix_read(f->space, i), 0);
		assert_int_equal(fix_tag(f->space, i), 5000 + i);
	}
	fix_check(f);
	fix_free(f);
}

/* Time alone brings passes: pages that nobody touches leave. */
static void
test_ticks(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	struct vm *vm = &f->vm;
	pfn_t pfn;

	(void)state;
	box_touch_anon(f, 0, 10);
	pfn = box_frame(f, 0);
	for (unsigned i = 0; i < 40 * 60 * 10; i++) {
		vm->tick += 100;
		vm_pageout_tick(vm);
	}
	assert_int_equal(box_queue(f, pfn), PQ_ACTIVE);
	assert_int_equal(box_act(f, pfn), 1);
	for (unsigned i = 0; i < 2 * 60 * 10; i++) {
		vm->tick += 100;
		vm_pageout_tick(vm);
	}
	assert_int_equal(box_queue(f, pfn), PQ_INACTIVE);
	assert_true(vm_fbsd(vm)->count.passes > 25000);
	/* A leap of a year does not take a year. */
	vm->tick += (uint64_t)365 * 86400 * 1000;
	vm_pageout_tick(vm);
	assert_int_equal(vm->exp.active, 0);
	fix_check(f);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_levels_little_free),
		cmocka_unit_test(test_levels_small),
		cmocka_unit_test(test_levels_domains),
		cmocka_unit_test(test_fresh_page),
		cmocka_unit_test(test_saturation),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_retiring),
		cmocka_unit_test(test_by_time),
		cmocka_unit_test(test_hands),
		cmocka_unit_test(test_activate),
		cmocka_unit_test(test_vote),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_ticks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
