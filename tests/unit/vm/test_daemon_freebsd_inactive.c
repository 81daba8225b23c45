/*
 * FreeBSD's page daemon: each case of the inactive scan, pages put aside.
 */
#include "freebsd_box.h"

static uint64_t
scan_inactive(struct fixture *f, uint64_t shortage)
{
	uint64_t additional = 0,
		 freed = fbsd_scan_inactive(&f->vm, 0, shortage, &additional);

	fix_check(f);
	return freed + (additional << 32);
}

/* Pages [0, n) of a file, read and then inactive.  => pfn: of the first */
static struct fixture *
inactive_box(unsigned n, pfn_t *pfn)
{
	struct fixture *f = fbsd_box(FRAMES, 64);

	box_touch_file(f, 0, n);
	box_deactivate(f, 0, n);
	*pfn = box_frame(f, 0);
	return f;
}

static void
test_inactive_clean(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 0);
	uint64_t before;

	(void)state;
	box_touch_file(f, 0, 4);
	box_deactivate(f, 0, 4);
	before = f->vm.exp.free;
	assert_int_equal(scan_inactive(f, 3), 3);
	assert_int_equal(f->vm.exp.free, before + 3);
	assert_int_equal(fix_pte(f->space, 0), -1);
	assert_int_equal(fix_pte(f->space, 2), -1);
	assert_int_equal(box_queue(f, box_frame(f, 3)), PQ_INACTIVE);
	assert_int_equal(vm_fbsd(&f->vm)->count.v_dfree, 3);
	assert_int_equal(box_domain0(f)->inactpdpgs, 3);
	assert_int_equal(fix_read(f->space, 0), 0); /* from the file again */
	assert_int_equal(fix_tag(f->space, 0), vm_tag_hash(FILE_SEED, 0));
	fix_free(f);
}

static void
test_inactive_dirty(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	pfn_t pfn[2];

	(void)state;
	box_touch_anon(f, 0, 2);
	box_deactivate(f, 0, 2);
	pfn[0] = box_frame(f, 0);
	pfn[1] = box_frame(f, 1);
	assert_int_equal(scan_inactive(f, 5), 0);
	assert_string_equal(box_queues(f, pfn, 2), "LL");
	assert_int_not_equal(fix_pte(f->space, 0), -1); /* mapped still */
	assert_int_equal(f->vm.exp.swpginuse, 0);       /* nothing written */
	fix_free(f);
}

/* Referenced and mapped: active, with 5 + references + 3. */
static void
test_inactive_referenced(void **state)
{
	pfn_t pfn;
	struct fixture *f = inactive_box(1, &pfn);

	(void)state;
	box_touch_again(f, 0);
	assert_int_equal(scan_inactive(f, 1), 0);
	assert_int_equal(box_queue(f, pfn), PQ_ACTIVE);
	assert_int_equal(box_act(f, pfn), ACT_INIT + 1 + ACT_ADVANCE);
	assert_int_equal(vm_fbsd(&f->vm)->count.v_reactivated, 1);
	/* No cap here. */
	fbsd_note_act(&f->vm, pfn, ACT_MAX);
	box_deactivate(f, 0, 1);
	box_touch_again(f, 0);
	assert_int_equal(scan_inactive(f, 1), 0);
	assert_int_equal(box_act(f, pfn), ACT_MAX + 1 + ACT_ADVANCE);
	fix_free(f);
}

/* Referenced and unmapped: once more round. */
static void
test_inactive_unmapped(void **state)
{
	pfn_t pfn;
	struct fixture *f = inactive_box(2, &pfn);

	(void)state;
	box_touch_again(f, 0);
	assert_int_equal(fix_unmap(f, 0, 1), 0);
	assert_int_equal(scan_inactive(f, 1), 1); /* the other one */
	assert_int_equal(box_queue(f, pfn), PQ_INACTIVE);
	assert_int_equal(vm_fbsd(&f->vm)->count.v_reactivated, 0);
	assert_int_equal(scan_inactive(f, 1), 1);
	assert_int_equal(box_queue(f, pfn), 0);
	fix_free(f);
}

/* What cannot go now goes to the tail and makes up for it elsewhere. */
static void
test_inactive_held(void **state)
{
	pfn_t pfn;
	struct fixture *f = inactive_box(2, &pfn);

	(void)state;
	f->vm.pages.page[pfn].pg_flags |= PG_BUSY;
	assert_int_equal(scan_inactive(f, 9), 1 + ((uint64_t)1 << 32));
	assert_int_equal(box_queue(f, pfn), PQ_INACTIVE);
	f->vm.pages.page[pfn].pg_flags &= (uint16_t)~PG_BUSY;
	fix_free(f);
}

/* Wired pages are on no queue. */
static void
test_inactive_wired(void **state)
{
	pfn_t pfn;
	struct fixture *f = inactive_box(1, &pfn);

	(void)state;
	uvm_pagewire(&f->vm, pfn);
	assert_int_equal(scan_inactive(f, 1), 0);
	assert_int_equal(box_domain0(f)->inactpdpgs, 0);
	uvm_pageunwire(&f->vm, pfn);
	fix_free(f);
}

/* MADV_FREE: clean without a slot, the content may go. */
static void
test_inactive_given_up(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	pfn_t pfn;

	(void)state;
	box_touch_anon(f, 0, 2);
	pfn = box_frame(f, 1);
	uvm_map_free(f->map, fix_entry(f->space, 0), P(0), P(2));
	fix_check(f);
	assert_int_equal(box_queue(f, pfn), PQ_INACTIVE);
	assert_int_equal(fix_tag(f->space, 0), 1000); /* as long as can be */
	assert_int_equal(fix_write(f->space, 1, 7), 0);
	assert_int_equal(scan_inactive(f, 2), 1);
	fix_check(f);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_int_equal(fix_tag(f->space, 0), 0);
	assert_int_equal(fix_tag(f->space, 1), 7);
	assert_int_equal(box_queue(f, pfn), PQ_ACTIVE); /* written since */
	fix_free(f);
}

/* Pages set aside go first, in the order in which they were. */
static void
test_aside(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	struct vm *vm = &f->vm;
	pfn_t pfn[6], at;
	static const unsigned order[] = { 3, 4, 5, 0, 1, 2 };

	(void)state;
	box_touch_file(f, 0, 6);
	for (unsigned i = 0; i < 6; i++)
		pfn[i] = box_frame(f, i);
	box_deactivate(f, 0, 3);
	for (unsigned i = 3; i < 6; i++)
		fbsd_aside(vm, pfn[i]);
	fix_check(f);
	at = vm->pages.inactive.head;
	for (unsigned i = 0; i < 6; i++, at = vm->pages.page[at].qnext)
		assert_int_equal(at, pfn[order[i]]);
	assert_int_equal(vm_fbsd(vm)->aside, pfn[5]);
	uvm_pageactivate(vm, pfn[5]);
	assert_int_equal(vm_fbsd(vm)->aside, pfn[4]);
	uvm_pageactivate(vm, pfn[3]);
	uvm_pageactivate(vm, pfn[4]);
	assert_int_equal(vm_fbsd(vm)->aside, 0);
	fbsd_aside(vm, pfn[2]); /* from the tail */
	assert_int_equal(vm->pages.inactive.head, pfn[2]);
	fix_free(f);
}

/* madvise: the count is 0; clean near the head, dirty to the laundry. */
static void
test_advised(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 64);
	pfn_t pfn[2];

	(void)state;
	box_touch_file(f, 0, 1);
	box_touch_anon(f, 1, 2);
	for (unsigned i = 0; i < 2; i++) {
		pfn[i] = box_frame(f, i);
		fbsd_note_act(&f->vm, pfn[i], 20);
		fbsd_advised(&f->vm, pfn[i]);
		assert_int_equal(box_act(f, pfn[i]), 0);
	}
	assert_string_equal(box_queues(f, pfn, 2), "IL");
	assert_int_equal(vm_fbsd(&f->vm)->aside, pfn[0]);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inactive_clean),
		cmocka_unit_test(test_inactive_dirty),
		cmocka_unit_test(test_inactive_referenced),
		cmocka_unit_test(test_inactive_unmapped),
		cmocka_unit_test(test_inactive_held),
		cmocka_unit_test(test_inactive_wired),
		cmocka_unit_test(test_inactive_given_up),
		cmocka_unit_test(test_aside),
		cmocka_unit_test(test_advised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
