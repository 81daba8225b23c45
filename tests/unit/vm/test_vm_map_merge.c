/*
 * uvm_map's merging, row by row of UVM semantics 2.4, and joining after changes
 * on maps that do so.
 */
#include "fixture.h"
#include "tests/page4k.h"

static const struct uvm_map_args anon24 = { .start = P(2),
	.size = T_PTOA(2),
	.prot = RW,
	.maxprot = VM_PROT_ALL,
	.inherit = VM_INHERIT_COPY,
	.copyonw = true };

static struct uvm_map_args
brk_args(unsigned from, unsigned to)
{
	return (struct uvm_map_args){ .start = P(from),
		.size = T_PTOA(to - from),
		.prot = RW,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true,
		.overlay = true,
		.amappad = true };
}

/* Pages with an amap of one reference that needs a copy: what a fork leaves. */
static void
anon_forked(struct fixture *f, unsigned from, unsigned to)
{
	assert_int_equal(fix_anon(f, from, to, RW), 0);
	for (unsigned i = from; i < to; i++)
		assert_int_equal(fix_write(f->space, i, 100 + i), 0);
	fix_fork(f);
	uvmspace_free(f->child);
	f->child = NULL;
}

static void
assert_tags(struct fixture *f, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		assert_int_equal(fix_tag(f->space, i), 100 + i);
}

static void
test_back(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(f->vm.stat.unomerge, 1);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "0-4:rw:cn");
	assert_int_equal(f->vm.stat.ubackmerge, 1);
	assert_int_equal(f->map->size, T_PTOA(4));
	assert_int_equal(f->map->nentries, 1);
	fix_free(f);
}

static void
test_forward(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 4, 6, RW);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "2-6:rw:cn");
	assert_int_equal(f->vm.stat.uforwmerge, 1);
	fix_free(f);
}

static void
test_both(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_anon(f, 4, 6, RW);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "0-6:rw:cn");
	assert_int_equal(f->vm.stat.ubimerge, 1);
	fix_free(f);
}

/* Each attribute alone keeps neighbours apart. */
static void
test_incompatible(void **state)
{
	struct uvm_map_args a[] = { anon24, anon24, anon24, anon24, anon24,
		anon24, anon24, anon24 };

	(void)state;
	a[0].prot = R;
	a[1].maxprot = RW;
	a[2].inherit = VM_INHERIT_NONE;
	a[3].advice = UVM_ADV_RANDOM;
	a[4].flags = UVM_MAP_NOMERGE;
	a[5].flags = UVM_MAP_NOCORE;
	a[6].overlay = true;
	a[7].aux = 5;
	for (size_t i = 0; i < NELEM(a); i++) {
		struct fixture *f = fix_new(0, 512);

		(void)fix_anon(f, 0, 2, RW);
		(void)fix_anon(f, 4, 6, RW);
		assert_int_equal(fix_map(f, a[i]), 0);
		assert_int_equal(f->map->nentries, 3);
		assert_int_equal(f->vm.stat.unomerge, 3);
		fix_free(f);
	}
}

static void
test_wired(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(2), true, false), 0);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "0-2:rw:caw 2-4:rw:cn");
	fix_free(f);
}

/* A touched neighbour has lost NEEDSCOPY: its type differs. */
static void
test_touched(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(fix_read(f->space, 0), 0);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "0-2:rw:ca 2-4:rw:cn");
	fix_free(f);
}

static void
test_object(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 0, 2, R, true, 3);
	(void)fix_file(f, 2, 4, R, true, 5);
	assert_layout(f, f->space, "0-4:r:cno");
	assert_int_equal(f->file->refs, 2);
	(void)fix_file(f, 6, 8, R, true, 9);
	(void)fix_file(f, 4, 6, R, true, 7);
	assert_layout(f, f->space, "0-8:r:cno");
	assert_int_equal(f->file->refs, 2);
	assert_int_equal(fix_entry(f->space, 0)->offset, T_PTOA(3));
	(void)fix_file(f, 8, 10, R, true, 0);            /* not contiguous */
	(void)fix_object(f, f->shm, 10, 12, R, true, 2); /* another object */
	assert_layout(f, f->space, "0-8:r:cno 8-10:r:cno 10-12:r:cno");
	fix_free(f);
}

static void
test_object_forward(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 2, 4, R, false, 5);
	(void)fix_file(f, 0, 2, R, false, 3);
	assert_layout(f, f->space, "0-4:r:o");
	assert_int_equal(fix_entry(f->space, 0)->offset, T_PTOA(3));
	fix_free(f);
}

/* A mismatch of the offset behind only skips to the forward test. */
static void
test_skip_to_forward(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 0, 2, R, true, 20);
	(void)fix_file(f, 4, 6, R, true, 7);
	(void)fix_file(f, 2, 4, R, true, 5);
	assert_layout(f, f->space, "0-2:r:cno 2-6:r:cno");
	assert_int_equal(f->vm.stat.uforwmerge, 1);
	fix_free(f);
}

/* brk: successive growth extends the amap. */
static void
test_overlay(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_amap *amap;

	(void)state;
	(void)fix_map(f, brk_args(0, 2));
	assert_layout(f, f->space, "0-2:rw:ca");
	amap = fix_entry(f->space, 0)->amap;
	assert_int_equal(amap->nslot, 2);
	assert_int_equal(amap->maxslot, 18);
	assert_int_equal(fix_write(f->space, 1, 101), 0);
	(void)fix_map(f, brk_args(2, 4));
	assert_layout(f, f->space, "0-4:rw:ca");
	assert_ptr_equal(fix_entry(f->space, 3)->amap, amap);
	assert_int_equal(amap->nslot, 4);
	assert_int_equal(fix_write(f->space, 3, 103), 0);
	assert_int_equal(fix_tag(f->space, 1), 101);
	assert_int_equal(fix_tag(f->space, 3), 103);
	fix_free(f);
}

/* Both neighbours have amaps: only the backward merge happens. */
static void
test_two_amaps(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_map(f, brk_args(0, 2));
	(void)fix_map(f, brk_args(4, 6));
	(void)fix_map(f, brk_args(2, 4));
	assert_layout(f, f->space, "0-4:rw:ca 4-6:rw:ca");
	assert_int_equal(f->vm.stat.ubackmerge, 1);
	fix_free(f);
}

static void
test_both_first_has_amap(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	anon_forked(f, 0, 2);
	assert_layout(f, f->space, "0-2:rw:cna");
	(void)fix_anon(f, 4, 6, RW);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "0-6:rw:cna");
	assert_int_equal(f->vm.stat.ubimerge, 1);
	assert_int_equal(fix_entry(f->space, 0)->amap->nslot, 6);
	assert_tags(f, 0, 2);
	assert_int_equal(fix_tag(f->space, 5), 0);
	fix_free(f);
}

static void
test_both_last_has_amap(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	anon_forked(f, 4, 6);
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "0-6:rw:cna");
	assert_int_equal(f->vm.stat.ubimerge, 1);
	assert_tags(f, 4, 6);
	assert_int_equal(fix_tag(f->space, 0), 0);
	fix_free(f);
}

static void
test_forward_amap(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	anon_forked(f, 4, 6);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "2-6:rw:cna");
	assert_int_equal(f->vm.stat.uforwmerge, 1);
	assert_tags(f, 4, 6);
	assert_int_equal(fix_tag(f->space, 2), 0);
	fix_free(f);
}

/* Backward growth uses the slots before ar_pageoff first. */
static void
test_forward_amap_room(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_map_entry *e;

	(void)state;
	anon_forked(f, 0, 6);
	(void)fix_unmap(f, 0, 4);
	e = fix_entry(f->space, 4);
	assert_int_equal(e->ar_pageoff, 4);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "2-6:rw:cna");
	assert_int_equal(e->ar_pageoff, 2);
	assert_int_equal(fix_tag(f->space, 2), 0);
	assert_int_equal(fix_tag(f->space, 3), 0);
	assert_tags(f, 4, 6);
	fix_free(f);
}

/* An amap with another reference is not extended. */
static void
test_shared_amap(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_anon(f, 4, 6, RW);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	assert_int_equal(fix_write(f->space, 4, 1), 0);
	fix_fork(f);
	(void)fix_map(f, anon24);
	assert_layout(f, f->space, "0-2:rw:cna 2-4:rw:cn 4-6:rw:cna");
	fix_free(f);
}

/* 256 slots are the limit of extension, but not of slots that are there. */
static void
test_e2big(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_shared(f, 0, 250, RW);
	(void)fix_shared(f, 250, 255, RW);
	assert_layout(f, f->space, "0-255:rw:a");
	(void)fix_shared(f, 255, 256, RW);
	assert_layout(f, f->space, "0-255:rw:a 255-256:rw:a");
	fix_free(f);
	f = fix_new(0, 512);
	(void)fix_map(f, brk_args(0, 250));
	(void)fix_map(f, brk_args(250, 266));
	assert_layout(f, f->space, "0-266:rw:ca");
	(void)fix_map(f, brk_args(266, 268));
	assert_layout(f, f->space, "0-266:rw:ca 266-268:rw:ca");
	fix_free(f);
}

/* NetBSD leaves entries split after a change; others join them again. */
static void
test_join(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 6, RW);
	assert_int_equal(fix_write(f->space, 3, 103), 0);
	(void)uvm_map_protect(f->map, P(2), P(4), R, false);
	(void)uvm_map_protect(f->map, P(2), P(4), RW, false);
	assert_layout(f, f->space, "0-2:rw:ca 2-4:rw:ca 4-6:rw:ca");
	fix_free(f);
	f = fix_new(VM_MAP_JOIN, 512);
	(void)fix_anon(f, 0, 6, RW);
	assert_int_equal(fix_write(f->space, 3, 103), 0);
	(void)uvm_map_protect(f->map, P(2), P(4), R, false);
	assert_layout(f, f->space, "0-2:rw:ca 2-4:r:ca 4-6:rw:ca");
	fix_check(f);
	(void)uvm_map_protect(f->map, P(2), P(4), RW, false);
	assert_layout(f, f->space, "0-6:rw:ca");
	assert_int_equal(fix_entry(f->space, 0)->amap->ref, 1);
	assert_int_equal(fix_tag(f->space, 3), 103);
	fix_free(f);
}

static void
test_join_object(void **state)
{
	struct fixture *f = fix_new(VM_MAP_JOIN, 512);

	(void)state;
	(void)fix_file(f, 0, 6, R, false, 0);
	(void)uvm_map_advice(f->map, P(2), P(4), UVM_ADV_RANDOM);
	assert_int_equal(f->file->refs, 4);
	(void)uvm_map_advice(f->map, P(2), P(4), UVM_ADV_NORMAL);
	assert_layout(f, f->space, "0-6:r:o");
	assert_int_equal(f->file->refs, 2);
	(void)fix_file(f, 6, 8, R, false, 20);
	(void)uvm_map_inherit(f->map, P(0), P(8), VM_INHERIT_COPY);
	assert_layout(f, f->space, "0-6:r:o 6-8:r:o");
	fix_free(f);
}

static void
test_errors(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct uvm_map_args a = anon24;

	(void)state;
	a.maxprot = R;
	assert_int_equal(fix_map(f, a), EACCES);
	assert_int_equal(fix_map(f, anon24), 0);
	assert_int_equal(fix_map(f, anon24), ENOMEM);
	a = anon24;
	a.start = vm_map_max(f->map);
	assert_int_equal(fix_map(f, a), ENOMEM);
	a.start = vm_map_min(f->map) - T_PAGE;
	assert_int_equal(fix_map(f, a), ENOMEM);
	a.start = UINT64_MAX & ~T_MASK;
	assert_int_equal(fix_map(f, a), ENOMEM);
	fix_free(f);
}

/* FIXED without EXCL: what was there goes, in the middle of an entry too. */
static void
test_replace(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct uvm_map_args a = anon24;

	(void)state;
	(void)fix_anon(f, 0, 6, RW);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(fix_write(f->space, i, 100 + i), 0);
	a.prot = R;
	a.unmap = true;
	assert_int_equal(fix_map(f, a), 0);
	assert_layout(f, f->space, "0-2:rw:ca 2-4:r:cn 4-6:rw:ca");
	assert_int_equal(fix_tag(f->space, 1), 101);
	assert_int_equal(fix_tag(f->space, 2), 0);
	assert_int_equal(fix_tag(f->space, 4), 104);
	assert_int_equal(f->vm.anons.inuse, 4);
	assert_int_equal(f->map->size, T_PTOA(6));
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_forward),
		cmocka_unit_test(test_both),
		cmocka_unit_test(test_incompatible),
		cmocka_unit_test(test_wired),
		cmocka_unit_test(test_touched),
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_object_forward),
		cmocka_unit_test(test_skip_to_forward),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_two_amaps),
		cmocka_unit_test(test_both_first_has_amap),
		cmocka_unit_test(test_both_last_has_amap),
		cmocka_unit_test(test_forward_amap),
		cmocka_unit_test(test_forward_amap_room),
		cmocka_unit_test(test_shared_amap),
		cmocka_unit_test(test_e2big),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_join_object),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_replace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
