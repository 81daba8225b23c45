/*
 * Address spaces: the fork table of UVM semantics 4.1 row by row, exec,
 * sharing.
 */
#include "fixture.h"
#include "tests/page4k.h"

static void
set_inherit(struct fixture *f, unsigned from, unsigned to, uint8_t how)
{
	assert_int_equal(uvm_map_inherit(f->map, P(from), P(to), how), 0);
}

static uint32_t
anon_refs(struct fixture *f, struct vmspace *s, unsigned page)
{
	struct vm_map_entry *e = fix_entry(s, page);
	uint32_t anon = sparse_get(&e->amap->slots,
	    e->ar_pageoff + T_ATOP(P(page) - e->start));

	assert_int_not_equal(anon, 0);
	return f->vm.anons.anon[anon].ref;
}

static void
test_none(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 6, RW);
	set_inherit(f, 2, 4, VM_INHERIT_NONE);
	fix_fork(f);
	assert_layout(f, f->child, "0-2:rw:cn 4-6:rw:cn");
	assert_int_equal(f->child->vm_map.size, T_PTOA(4));
	assert_int_equal(f->child->vm_map.nentries, 2);
	fix_free(f);
}

/* A private entry: both refer to the amap, who writes first copies it. */
static void
test_copy(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vm_amap *a;

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 0, 100), 0);
	assert_int_equal(fix_write(f->space, 1, 101), 0);
	assert_int_equal(fix_pte(f->space, 0), RW);
	fix_fork(f);
	assert_layout(f, f->space, "0-4:rw:cna");
	assert_layout(f, f->child, "0-4:rw:cna");
	a = fix_entry(f->space, 0)->amap;
	assert_ptr_equal(fix_entry(f->child, 0)->amap, a);
	assert_int_equal(a->ref, 2);
	assert_int_equal(anon_refs(f, f->space, 0), 1);
	assert_int_equal(fix_pte(f->space, 0), R);  /* write protected */
	assert_int_equal(fix_pte(f->child, 0), -1); /* nothing copied */

	assert_int_equal(fix_write(f->child, 0, 200), 0);
	fix_check(f);
	assert_layout(f, f->child, "0-4:rw:ca");
	assert_layout(f, f->space, "0-4:rw:cna");
	assert_int_equal(a->ref, 1);
	assert_int_equal(anon_refs(f, f->space, 0), 1);
	assert_int_equal(anon_refs(f, f->space, 1), 2);
	assert_int_equal(fix_tag(f->space, 0), 100);
	assert_int_equal(fix_tag(f->child, 0), 200);
	assert_int_equal(fix_tag(f->child, 1), 101);

	/* The second writer finds one reference: only NEEDSCOPY goes. */
	assert_int_equal(fix_write(f->space, 0, 300), 0);
	assert_layout(f, f->space, "0-4:rw:ca");
	assert_ptr_equal(fix_entry(f->space, 0)->amap, a);
	assert_int_equal(fix_write(f->space, 1, 301), 0);
	assert_int_equal(anon_refs(f, f->space, 1), 1);
	assert_int_equal(fix_tag(f->child, 1), 101);
	fix_free(f);
}

/* A parent entry that already needs a copy is left alone. */
static void
test_copy_twice(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	fix_fork(f);
	uvmspace_free(f->child);
	f->child = NULL;
	fix_fork(f);
	assert_layout(f, f->space, "0-2:rw:cna");
	assert_layout(f, f->child, "0-2:rw:cna");
	assert_int_equal(fix_entry(f->space, 0)->amap->ref, 2);
	fix_free(f);
}

/* Fresh private memory has nothing to share yet. */
static void
test_copy_fresh(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	fix_fork(f);
	assert_layout(f, f->space, "0-2:rw:cn");
	assert_layout(f, f->child, "0-2:rw:cn");
	assert_int_equal(fix_write(f->space, 0, 5), 0);
	assert_int_equal(fix_tag(f->child, 0), 0);
	fix_free(f);
}

static void
test_copy_file(void **state)
{
	struct fixture *f = fix_new(0, 512);
	uint64_t tag = vm_tag_hash(FILE_SEED, 3);

	(void)state;
	(void)fix_file(f, 0, 4, RW, true, 3);
	assert_int_equal(fix_read(f->space, 0), 0);
	fix_fork(f);
	assert_layout(f, f->child, "0-4:rw:cno");
	assert_int_equal(f->file->refs, 3);
	assert_int_equal(fix_tag(f->child, 0), tag);
	assert_int_equal(fix_write(f->space, 0, 9), 0);
	assert_int_equal(fix_tag(f->child, 0), tag);
	fix_free(f);
}

/* A wired parent keeps its pages: the child gets copies at once. */
static void
test_copy_wired(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	assert_int_equal(fix_write(f->space, 0, 100), 0);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(2), true, false), 0);
	fix_fork(f);
	assert_layout(f, f->space, "0-2:rw:caw");
	assert_layout(f, f->child, "0-2:rw:ca");
	assert_int_equal(fix_pte(f->space, 0), RW);
	assert_int_equal(anon_refs(f, f->space, 0), 1);
	assert_int_equal(anon_refs(f, f->child, 0), 1);
	assert_int_equal(fix_tag(f->child, 0), 100);
	assert_int_equal(fix_write(f->space, 0, 101), 0);
	assert_int_equal(fix_tag(f->child, 0), 100);
	assert_int_equal(f->vm.exp.wired, 2);
	fix_free(f);
}

/* Shared: one amap, flagged; writes are seen by both. */
static void
test_share(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	set_inherit(f, 0, 2, VM_INHERIT_SHARE);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	fix_fork(f);
	assert_layout(f, f->space, "0-2:rw:cas");
	assert_layout(f, f->child, "0-2:rw:cas");
	assert_ptr_equal(fix_entry(f->space, 0)->amap,
	    fix_entry(f->child, 0)->amap);
	assert_int_equal(fix_write(f->child, 0, 2), 0);
	assert_int_equal(fix_write(f->child, 1, 3), 0);
	assert_int_equal(fix_tag(f->space, 0), 2);
	assert_int_equal(fix_tag(f->space, 1), 3);
	fix_check(f);
	uvmspace_free(f->child);
	f->child = NULL;
	assert_layout(f, f->space, "0-2:rw:ca"); /* SHARED gone */
	fix_free(f);
}

/* Shared while still untouched: the parent's NEEDSCOPY is resolved first. */
static void
test_share_fresh(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	set_inherit(f, 0, 2, VM_INHERIT_SHARE);
	fix_fork(f);
	assert_layout(f, f->space, "0-2:rw:cas");
	assert_int_equal(fix_write(f->space, 1, 7), 0);
	assert_int_equal(fix_tag(f->child, 1), 7);
	fix_free(f);
}

/*
 * Sharers that have read the page of a private file see the copy that one of
 * them makes by writing.
 */
static void
test_share_promote(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 0, 2, RW, true, 0);
	set_inherit(f, 0, 2, VM_INHERIT_SHARE);
	fix_fork(f);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_int_equal(fix_write(f->child, 0, 9), 0);
	fix_check(f);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_int_equal(fix_tag(f->space, 0), 9);
	assert_int_equal(f->vm.stat.minflt > 0, true);
	fix_free(f);
}

static void
test_share_object(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_object(f, f->shm, 0, 2, RW, false, 0);
	fix_fork(f);
	assert_layout(f, f->child, "0-2:rw:o");
	assert_int_equal(f->shm->refs, 3);
	assert_int_equal(fix_write(f->child, 0, 4), 0);
	assert_int_equal(fix_tag(f->space, 0), 4);
	fix_free(f);
}

/* Inherit COPY after sharing: the child gets a snapshot, the rest go on. */
static void
test_copy_of_shared(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vmspace *first;
	uint64_t tag;

	(void)state;
	(void)fix_shared(f, 0, 2, RW);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	fix_fork(f);
	first = f->child;
	f->child = NULL;
	set_inherit(f, 0, 2, VM_INHERIT_COPY);
	assert_int_equal(uvmspace_fork(f->space, &f->child), 0);
	/* The other sharer has the old page mapped, and must lose it. */
	assert_int_equal(fix_read(first, 0), 0);
	assert_int_equal(fix_write(f->space, 0, 2), 0);
	assert_int_equal(vm_access_tag(&first->vm_map, P(0), &tag), 0);
	assert_int_equal(tag, 2);
	assert_int_equal(fix_tag(f->child, 0), 1);
	assert_int_equal(fix_write(first, 0, 3), 0);
	assert_int_equal(fix_tag(f->space, 0), 3);
	assert_int_equal(fix_tag(f->child, 0), 1);
	uvmspace_free(first);
	fix_free(f);
}

static void
test_zero(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_file(f, 0, 2, RW, false, 0);
	(void)fix_anon(f, 2, 4, RW);
	assert_int_equal(fix_write(f->space, 2, 5), 0);
	set_inherit(f, 0, 4, VM_INHERIT_ZERO);
	fix_fork(f);
	assert_int_equal(fix_entry(f->child, 0)->etype,
	    UVM_ET_COPYONWRITE | UVM_ET_NEEDSCOPY);
	assert_null(fix_entry(f->child, 2)->amap);
	assert_int_equal(f->file->refs, 2);
	assert_int_equal(fix_tag(f->child, 0), 0);
	assert_int_equal(fix_tag(f->child, 2), 0);
	assert_int_equal(fix_tag(f->space, 2), 5);
	assert_int_equal(fix_entry(f->child, 0)->inheritance, VM_INHERIT_ZERO);
	fix_free(f);
}

static void
test_not_inherited(void **state)
{
	struct fixture *f = fix_new(VM_MAP_TOPDOWN | VM_MAP_WIREFUTURE, 512);

	(void)state;
	f->space->vm_tsize = 3;
	f->space->vm_maxsaddr = P(9);
	fix_fork(f);
	assert_int_equal(f->child->vm_map.flags,
	    VM_MAP_PAGEABLE | VM_MAP_TOPDOWN);
	assert_int_equal(f->child->vm_tsize, 3);
	assert_int_equal(f->child->vm_maxsaddr, P(9));
	assert_int_equal(f->vm.exp.forks, 1);
	assert_int_not_equal(f->child->vm_map.id, f->map->id);
	fix_free(f);
}

static void
test_share_space(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	uvmspace_share(f->space);
	assert_int_equal(f->space->vm_refcnt, 2);
	uvmspace_free(f->space);
	assert_layout(f, f->space, "0-2:rw:cn");
	fix_free(f);
}

static void
test_exec(void **state)
{
	struct fixture *f = fix_new(VM_MAP_WIREFUTURE, 512);
	uint32_t id = f->map->id;

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	(void)fix_file(f, 4, 8, RX, true, 0);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	assert_int_equal(fix_read(f->space, 4), 0);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(2), true, false), 0);
	f->space->vm_dsize = 9;
	uvmspace_exec(f->space, T_PTOA(1), P(100), VM_MAP_TOPDOWN);
	fix_check(f);
	assert_int_equal(f->map->nentries, 0);
	assert_int_equal(f->map->size, 0);
	assert_int_equal(f->map->flags, VM_MAP_PAGEABLE | VM_MAP_TOPDOWN);
	assert_int_equal(vm_map_max(f->map), P(100));
	assert_int_equal(f->map->id, id);
	assert_int_equal(f->map->pmap->resident, 0);
	assert_int_equal(f->vm.exp.wired, 0);
	assert_int_equal(f->vm.anons.inuse, 0);
	assert_int_equal(f->file->refs, 1);
	assert_int_equal(f->space->vm_dsize, 0);
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 3, 1), 0);
	fix_free(f);
}

/* Write fresh pages until no more than this many frames are free. */
static void
use_up(struct fixture *f, unsigned nfree)
{
	assert_int_equal(fix_anon(f, 100, 200, RW), 0);
	for (unsigned i = 100; f->vm.exp.free > nfree; i++)
		assert_int_equal(fix_write(f->space, i, 1), 0);
}

/* Too few frames for the copies of a wired entry: no child, nothing lost. */
static void
test_fork_no_frames(void **state)
{
	struct fixture *f = fix_new(0, 54);
	uint64_t unused;

	(void)state;
	(void)fix_anon(f, 0, 18, RW);
	assert_int_equal(fix_write(f->space, 0, 5), 0);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(18), true, false), 0);
	use_up(f, 20);
	unused = f->vm.exp.free;
	assert_int_equal(uvmspace_fork(f->space, &f->child), ENOMEM);
	f->child = NULL;
	assert_int_equal(f->vm.exp.free, unused);
	assert_int_equal(fix_tag(f->space, 0), 5);
	fix_free(f);
}

/* Memory that an earlier fork shared costs no frames until it is written. */
static void
test_fork_shared_frames(void **state)
{
	struct fixture *f = fix_new(0, 512);
	struct vmspace *first;
	uint64_t unused;

	(void)state;
	(void)fix_shared(f, 0, 18, RW);
	for (unsigned i = 0; i < 18; i++)
		assert_int_equal(fix_write(f->space, i, i), 0);
	fix_fork(f);
	first = f->child;
	set_inherit(f, 0, 18, VM_INHERIT_COPY);
	assert_int_equal(fix_write(first, 4, 4), 0);
	unused = f->vm.exp.free;
	assert_int_equal(uvmspace_fork(f->space, &f->child), 0);
	assert_int_equal(f->vm.exp.free,
	    unused - f->child->vm_map.pmap->ntables);
	assert_int_equal(fix_pte(f->space, 3), R);
	assert_int_equal(fix_pte(first, 4), R);
	assert_int_equal(fix_write(first, 4, 99), 0);
	assert_int_equal(fix_tag(f->space, 4), 99);
	assert_int_equal(fix_tag(f->child, 4), 4);
	uvmspace_free(first);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_copy_twice),
		cmocka_unit_test(test_copy_fresh),
		cmocka_unit_test(test_copy_file),
		cmocka_unit_test(test_copy_wired),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_share_fresh),
		cmocka_unit_test(test_share_promote),
		cmocka_unit_test(test_share_object),
		cmocka_unit_test(test_copy_of_shared),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_not_inherited),
		cmocka_unit_test(test_share_space),
		cmocka_unit_test(test_exec),
		cmocka_unit_test(test_fork_no_frames),
		cmocka_unit_test(test_fork_shared_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
