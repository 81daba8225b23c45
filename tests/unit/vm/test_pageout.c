/*
 * Pages that leave memory and come back: each owner's kind, each way back, and
 * every counter of it.
 */
#include "fixture.h"
#include "tests/page4k.h"

#define SWAP_PAGES 64

static struct fixture *
swapped_new(unsigned ram)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = ram,
		.tags = true,
		.daemon = &vm_daemon_uvm,
	};
	struct fixture *f = fix_new_config(0, &config);
	uint32_t device;

	assert_int_equal(vm_swap_on(&f->vm, SWAP_PAGES, 0, SWF_FILE, &device),
	    0);
	return f;
}

static pfn_t
frame(struct vmspace *s, unsigned page)
{
	pfn_t pfn;

	return pmap_extract(s->vm_map.pmap, P(page), &pfn) ? pfn : PFN_NONE;
}

static uint32_t
anon_at(struct vmspace *s, unsigned page)
{
	struct vm_map_entry *e = fix_entry(s, page);

	return sparse_get(&e->amap->slots,
	    e->ar_pageoff + T_ATOP(P(page) - e->start));
}

/* Evict the page that is mapped there. */
static void
evict(struct fixture *f, struct vmspace *s, unsigned page)
{
	pfn_t pfn = frame(s, page);

	assert_int_not_equal(pfn, PFN_NONE);
	assert_int_equal(vm_page_evict(&f->vm, pfn), 0);
	assert_int_equal(frame(s, page), PFN_NONE);
	fix_check(f);
}

/* ---------------------------------------------------------------- anons --- */

static void
test_anon(void **state)
{
	struct fixture *f = swapped_new(512);
	struct vm *vm = &f->vm;
	struct uvmexp *x = &vm->exp, before;
	struct vmstat stat;
	uint32_t slot;

	(void)state;
	(void)fix_anon(f, 0, 8, RW);
	assert_int_equal(fix_write(f->space, 7, 1), 0); /* keeps the tables */
	assert_int_equal(fix_write(f->space, 2, 77), 0);
	before = *x;
	evict(f, f->space, 2);
	slot = vm_anon_slot(&vm->anons, anon_at(f->space, 2));
	assert_true(vm_slot_is_place(slot));
	assert_int_equal(x->swpginuse, 1);
	assert_int_equal(x->swpgonly, 1);
	assert_int_equal(x->free, before.free + 1);
	assert_int_equal(x->anonpages, before.anonpages - 1);
	assert_int_equal(x->pgswapout, before.pgswapout + 1);
	assert_int_equal(x->pdpageouts, before.pdpageouts + 1);
	assert_int_equal(x->pdfreed, before.pdfreed);
	assert_int_equal(vm_swap_tag(vm, slot), 77);
	/* What a look at it shows does not bring it back. */
	assert_int_equal(fix_tag(f->space, 2), 77);

	before = *x;
	stat = vm->stat;
	assert_int_equal(fix_read(f->space, 2), 0);
	assert_int_equal(x->faults, before.faults + 1);
	assert_int_equal(x->pageins, before.pageins + 1);
	assert_int_equal(x->nswget, before.nswget + 1);
	assert_int_equal(x->fltanget, before.fltanget + 1);
	assert_int_equal(x->fltanretry, before.fltanretry + 1);
	assert_int_equal(x->fltrelck, before.fltrelck + 1);
	assert_int_equal(x->fltrelckok, before.fltrelckok + 1);
	assert_int_equal(x->flt_anon, before.flt_anon + 1);
	assert_int_equal(vm->stat.majflt, stat.majflt + 1);
	assert_int_equal(vm->stat.minflt, stat.minflt);
	/* Nobody has written to it: neither clean nor dirty, slot kept. */
	assert_int_equal(x->anonunknown, 1);
	assert_int_equal(x->swpgonly, 0);
	assert_int_equal(x->swpginuse, 1);
	assert_int_equal(vm_anon_slot(&vm->anons, anon_at(f->space, 2)), slot);
	fix_free(f);
}

/* A page that is as it is in its slot goes without being written. */
static void
test_clean(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp;
	uint64_t written;
	uint32_t slot;

	(void)state;
	(void)fix_anon(f, 0, 8, RW);
	assert_int_equal(fix_write(f->space, 1, 5), 0);
	evict(f, f->space, 1);
	slot = vm_anon_slot(&f->vm.anons, anon_at(f->space, 1));
	written = x->pgswapout;
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_false(vm_page_isdirty(&f->vm, frame(f->space, 1)));
	evict(f, f->space, 1);
	assert_int_equal(x->pgswapout, written);
	assert_int_equal(vm_anon_slot(&f->vm.anons, anon_at(f->space, 1)),
	    slot);
	/* It was mapped writable by the read: the write makes no fault. */
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(fix_pte(f->space, 1), RW);
	assert_int_equal(fix_write(f->space, 1, 6), 0);
	assert_true(vm_page_isdirty(&f->vm, frame(f->space, 1)));
	assert_int_equal(x->anonunknown, 1);
	evict(f, f->space, 1);
	assert_int_equal(x->pgswapout, written + 1);
	assert_int_equal(x->swpginuse, 1);
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(fix_tag(f->space, 1), 6);
	fix_free(f);
}

/* Content is what it was after many trips, whoever shares it. */
static void
test_trips(void **state)
{
	struct fixture *f = swapped_new(512);
	uint64_t want[8];

	(void)state;
	(void)fix_anon(f, 0, 8, RW);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(fix_write(f->space, i, want[i] = 100 + i), 0);
	fix_fork(f);
	for (unsigned trip = 0; trip < 200; trip++) {
		unsigned i = trip * 5 % 8;

		if (frame(f->space, i) != PFN_NONE)
			evict(f, f->space, i);
		if (trip % 3 == 0)
			assert_int_equal(fix_write(f->space, i,
					     want[i] = 1000 + trip),
			    0);
		else
			assert_int_equal(fix_read(f->space, i), 0);
		assert_int_equal(fix_tag(f->space, i), want[i]);
		assert_int_equal(fix_tag(f->child, i), 100 + i);
	}
	fix_free(f);
}

/* Case 1B: a page that both have is brought in, then copied. */
static void
test_copy(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp;
	uint32_t old;

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 0, 9), 0);
	fix_fork(f);
	old = anon_at(f->space, 0);
	evict(f, f->space, 0);
	assert_int_equal(fix_write(f->child, 0, 10), 0);
	assert_int_equal(x->flt_acow, 1);
	assert_int_equal(x->nswget, 1);
	assert_int_not_equal(anon_at(f->child, 0), old);
	assert_int_equal(f->vm.anons.anon[old].ref, 1);
	/* The old one is in memory and in its slot. */
	assert_int_not_equal(f->vm.anons.anon[old].where, PFN_NONE);
	assert_int_equal(x->swpginuse, 1);
	assert_int_equal(fix_tag(f->space, 0), 9);
	assert_int_equal(fix_tag(f->child, 0), 10);
	fix_free(f);
}

/* Neighbours that are out are left where they are. */
static void
test_neighbours(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp;
	uint64_t mapped;

	(void)state;
	(void)fix_anon(f, 0, 8, RW);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(fix_write(f->space, i, i + 1), 0);
	evict(f, f->space, 2);
	evict(f, f->space, 4);
	evict(f, f->space, 3);
	pmap_remove(f->map->pmap, P(5), P(6));
	mapped = x->fltnamap;
	assert_int_equal(fix_read(f->space, 3), 0);
	assert_int_equal(x->fltnamap, mapped + 1);
	assert_int_not_equal(frame(f->space, 5), PFN_NONE);
	assert_int_equal(frame(f->space, 2), PFN_NONE);
	assert_int_equal(frame(f->space, 4), PFN_NONE);
	assert_int_equal(x->nswget, 1);
	fix_free(f);
}

/* Slots go with those who own them. */
static void
test_end(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp;

	(void)state;
	(void)fix_anon(f, 0, 8, RW);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(fix_write(f->space, i, i + 1), 0);
	for (unsigned i = 0; i < 6; i++)
		evict(f, f->space, i);
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(x->swpginuse, 6);
	assert_int_equal(x->swpgonly, 5);
	fix_fork(f);
	assert_int_equal(fix_unmap(f, 0, 3), 0);
	assert_int_equal(x->swpginuse, 6);
	uvmspace_free(f->child);
	f->child = NULL;
	fix_check(f);
	assert_int_equal(x->swpginuse, 3);
	assert_int_equal(x->swpgonly, 3);
	/* Linux's DONTNEED throws away what is out, too. */
	assert_int_equal(uvm_map_discard(f->map, P(3), P(5)), 0);
	fix_check(f);
	assert_int_equal(x->swpginuse, 1);
	assert_int_equal(fix_tag(f->space, 3), 0);
	/* UVM's FREE does not touch what is only in swap. */
	assert_int_equal(uvm_map_clean(f->map, P(5), P(6), PGO_FREE), 0);
	assert_int_equal(x->swpginuse, 1);
	assert_int_equal(fix_tag(f->space, 5), 6);
	fix_free(f);
}

/* --------------------------------------------------------------- wiring --- */

static void
test_wire(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp;
	pfn_t pfn;

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 0, 3), 0);
	evict(f, f->space, 0);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(2), true, false), 0);
	fix_check(f);
	pfn = frame(f->space, 0);
	assert_int_equal(x->swpginuse, 0);
	assert_true(f->vm.pages.page[pfn].pg_flags & PG_DIRTY);
	assert_false(vm_page_evictable(&f->vm, pfn));
	assert_int_equal(vm_page_evict(&f->vm, pfn), EBUSY);
	assert_int_equal(fix_tag(f->space, 0), 3);
	/* fork copies what is wired, and leaves the child's copies pageable */
	fix_fork(f);
	assert_int_equal(fix_read(f->child, 0), 0);
	evict(f, f->child, 0);
	assert_int_equal(fix_tag(f->child, 0), 3);
	assert_int_equal(frame(f->space, 0), pfn);
	fix_free(f);
}

/* -------------------------------------------------------------- objects --- */

static void
test_aobj(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp, before;
	uint32_t slot;

	(void)state;
	(void)fix_object(f, f->shm, 0, 8, RW, false, 2);
	assert_int_equal(fix_write(f->space, 3, 44), 0);
	evict(f, f->space, 3);
	slot = sparse_get(&f->shm->swap, 5);
	assert_true(vm_slot_is_place(slot));
	assert_int_equal(f->shm->pages.nused, 0);
	assert_int_equal(fix_tag(f->space, 3), 44);
	before = *x;
	assert_int_equal(fix_read(f->space, 3), 0);
	assert_int_equal(x->fltget, before.fltget + 1);
	assert_int_equal(x->nswget, before.nswget + 1);
	assert_int_equal(x->pageins, before.pageins + 1);
	assert_int_equal(f->vm.stat.aobjzero, 1);
	assert_int_equal(sparse_get(&f->shm->swap, 5), slot);
	assert_int_equal(x->anonunknown, 1);
	assert_int_equal(fix_write(f->space, 3, 45), 0);
	evict(f, f->space, 3);
	assert_int_equal(fix_tag(f->space, 3), 45);
	/* A shorter object has no place in swap for what is cut off. */
	vm_object_setsize(&f->vm, f->shm, T_PTOA(5));
	fix_check(f);
	assert_int_equal(x->swpginuse, 0);
	assert_int_equal(x->swpgonly, 0);
	fix_free(f);
}

static void
test_file(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp, before;

	(void)state;
	(void)fix_file(f, 0, 8, RW, false, 0);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(i == 4 ? fix_read(f->space, i) :
					  fix_write(f->space, i, 10 + i),
		    0);
	before = *x;
	/* One write takes the dirty neighbours; they stay, clean. */
	evict(f, f->space, 2);
	assert_int_equal(x->pdpageouts, before.pdpageouts + 1);
	assert_int_equal(x->filedirty, before.filedirty - 4);
	assert_int_equal(x->filepages, before.filepages - 1);
	assert_int_equal(x->pgswapout, before.pgswapout);
	assert_int_equal(fix_pte(f->space, 1), R);
	assert_int_equal(fix_pte(f->space, 5), RW);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(vm_object_disk_tag(f->file, i), 10 + i);
	assert_int_equal(vm_object_disk_tag(f->file, 5),
	    vm_tag_hash(FILE_SEED, 5));
	/* A clean one just goes. */
	before = *x;
	evict(f, f->space, 1);
	assert_int_equal(x->pdpageouts, before.pdpageouts);
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(x->pageins, before.pageins + 1);
	assert_int_equal(fix_tag(f->space, 1), 11);
	assert_int_equal(x->swpginuse, 0);
	fix_free(f);
}

/* ------------------------------------------------------------- clusters --- */

static void
test_cluster(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp;
	pfn_t page[5];
	int error;

	(void)state;
	(void)fix_anon(f, 0, 5, RW);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(fix_write(f->space, i, i + 1), 0);
		page[i] = frame(f->space, i);
	}
	assert_int_equal(vm_page_clean(&f->vm, page, 5, &error), 5);
	assert_int_equal(error, 0);
	assert_int_equal(x->pdpageouts, 1);
	assert_int_equal(x->swpginuse, 5);
	assert_int_equal(x->swpgonly, 0);
	assert_int_equal(x->anonclean, 5);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(vm_page_slot(&f->vm, page[i]),
		    vm_page_slot(&f->vm, page[0]) + i);
		assert_int_equal(frame(f->space, i), PFN_NONE);
	}
	fix_check(f);
	/* Clean ones are not written again. */
	assert_int_equal(vm_page_clean(&f->vm, page, 5, &error), 5);
	assert_int_equal(x->pdpageouts, 1);
	vm_page_dropslot(&f->vm, page[3]);
	assert_int_equal(x->swpginuse, 4);
	assert_true(vm_page_isdirty(&f->vm, page[3]));
	fix_check(f);
	fix_free(f);
}

static void
test_full(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp;
	pfn_t page[VM_SWAP_CLUSTER];
	int error;

	(void)state;
	(void)fix_anon(f, 0, 80, RW);
	for (unsigned i = 0; i < 80; i++)
		assert_int_equal(fix_write(f->space, i, i + 1), 0);
	for (unsigned i = 0; i < 56; i++)
		evict(f, f->space, i);
	for (unsigned i = 0; i < VM_SWAP_CLUSTER; i++)
		page[i] = frame(f->space, 60 + i);
	/* Eight slots are left: one at a time, then none. */
	assert_int_equal(vm_page_clean(&f->vm, page, VM_SWAP_CLUSTER, &error),
	    8);
	assert_int_equal(error, ENOSPC);
	assert_int_equal(x->swpginuse, SWAP_PAGES);
	assert_int_equal(vm_page_evict(&f->vm, page[9]), ENOSPC);
	assert_int_equal(vm_page_evict(&f->vm, page[1]), 0);
	fix_check(f);
	fix_free(f);
}

/* --------------------------------------------------------------- errors --- */

struct broken_disk {
	enum vm_io_kind kind;
	bool swap;
	unsigned n;
};

static int
fail_io(void *ctx, const struct vm_io *io)
{
	struct broken_disk *b = ctx;

	return io->kind == b->kind && io->swap == b->swap && b->n-- == 1 ? EIO :
									   0;
}

static void
test_read_error(void **state)
{
	struct fixture *f = swapped_new(512);
	struct broken_disk b = { VM_IO_READ, true, 1 };
	struct uvmexp *x = &f->vm.exp;
	uint64_t before, tag;

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 0, 3), 0);
	evict(f, f->space, 0);
	f->vm.io_fn = fail_io;
	f->vm.io_ctx = &b;
	before = x->free;
	assert_int_equal(fix_read(f->space, 0), EIO);
	fix_check(f);
	assert_int_equal(x->free, before);
	assert_int_equal(vm_anon_slot(&f->vm.anons, anon_at(f->space, 0)),
	    SWSLOT_BAD);
	assert_int_equal(x->swpginuse, 1);
	assert_int_equal(x->swpgonly, 0);
	/* For good. */
	assert_int_equal(fix_read(f->space, 0), EIO);
	assert_int_equal(vm_peek_tag(f->map, P(0), &tag), EIO);
	assert_int_equal(x->nswget, 1);
	assert_int_equal(fix_unmap(f, 0, 4), 0);
	assert_int_equal(x->swpginuse, 1);
	/* A file's page is read again. */
	b = (struct broken_disk){ VM_IO_READ, false, 1 };
	(void)fix_file(f, 6, 8, RW, false, 0);
	assert_int_equal(fix_read(f->space, 6), EIO);
	fix_check(f);
	assert_int_equal(f->file->pages.nused, 0);
	assert_int_equal(fix_read(f->space, 6), 0);
	/* A page of an aobj is not. */
	(void)fix_object(f, f->shm, 10, 12, RW, false, 0);
	assert_int_equal(fix_write(f->space, 10, 4), 0);
	evict(f, f->space, 10);
	b = (struct broken_disk){ VM_IO_READ, true, 1 };
	assert_int_equal(fix_read(f->space, 10), EIO);
	assert_int_equal(fix_read(f->space, 10), EIO);
	fix_check(f);
	fix_free(f);
}

static void
test_write_error(void **state)
{
	struct fixture *f = swapped_new(512);
	struct broken_disk b = { VM_IO_WRITE, true, 1 };
	struct uvmexp *x = &f->vm.exp;
	pfn_t pfn;

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 0, 3), 0);
	pfn = frame(f->space, 0);
	f->vm.io_fn = fail_io;
	f->vm.io_ctx = &b;
	assert_int_equal(vm_page_evict(&f->vm, pfn), EIO);
	fix_check(f);
	assert_int_equal(vm_page_slot(&f->vm, pfn), SWSLOT_BAD);
	assert_int_equal(x->swpginuse, 1);
	assert_int_equal(fix_tag(f->space, 0), 3);
	/* The next slot is a good one. */
	assert_int_equal(vm_page_evict(&f->vm, pfn), 0);
	fix_check(f);
	assert_int_equal(x->swpginuse, 2);
	assert_int_equal(fix_tag(f->space, 0), 3);
	b = (struct broken_disk){ VM_IO_WRITE, false, 1 };
	(void)fix_file(f, 6, 8, RW, false, 0);
	assert_int_equal(fix_write(f->space, 6, 5), 0);
	assert_int_equal(fix_write(f->space, 7, 6), 0);
	assert_int_equal(vm_page_evict(&f->vm, frame(f->space, 6)), EIO);
	fix_check(f);
	assert_int_equal(x->filedirty, 2);
	/* msync writes each by itself. */
	b.n = 1;
	assert_int_equal(uvm_map_clean(f->map, P(6), P(8),
			     PGO_CLEANIT | PGO_SYNCIO),
	    EIO);
	fix_check(f);
	assert_int_equal(x->filedirty, 1);
	assert_int_equal(vm_object_disk_tag(f->file, 1), 6);
	assert_int_equal(uvm_map_clean(f->map, P(6), P(8),
			     PGO_CLEANIT | PGO_SYNCIO),
	    0);
	assert_int_equal(vm_object_disk_tag(f->file, 0), 5);
	fix_free(f);
}

/* ------------------------------------------------------------- given up --- */

static void
test_given_up(void **state)
{
	struct fixture *f = swapped_new(512);
	struct uvmexp *x = &f->vm.exp, before;
	struct vmstat stat;
	pfn_t pfn;

	(void)state;
	(void)fix_anon(f, 0, 4, RW);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(fix_write(f->space, i, i + 1), 0);
	evict(f, f->space, 3);
	pfn = frame(f->space, 1);
	uvm_map_free(f->map, fix_entry(f->space, 0), P(0), P(4));
	fix_check(f);
	/* The one that was out is gone; the others are as they were. */
	assert_int_equal(x->swpginuse, 0);
	assert_int_equal(x->swpgonly, 0);
	assert_int_equal(fix_tag(f->space, 3), 0);
	assert_int_equal(fix_tag(f->space, 0), 1);
	assert_int_equal(fix_write(f->space, 0, 9), 0);
	assert_true(vm_page_isdirty(&f->vm, frame(f->space, 0)));
	assert_false(vm_page_isdirty(&f->vm, pfn));
	before = *x;
	stat = f->vm.stat;
	assert_int_equal(vm_page_evict(&f->vm, pfn), 0);
	fix_check(f);
	assert_int_equal(x->pgswapout, before.pgswapout);
	assert_int_equal(x->swpginuse, 0);
	/* Zeros, and no reading. */
	assert_int_equal(fix_read(f->space, 1), 0);
	assert_int_equal(fix_tag(f->space, 1), 0);
	assert_int_equal(f->vm.stat.majflt, stat.majflt);
	assert_int_equal(f->vm.stat.minflt, stat.minflt + 1);
	assert_int_equal(x->flt_przero, before.flt_przero + 1);
	assert_int_equal(x->nswget, before.nswget);
	/* It has content again, which must not be lost. */
	assert_true(vm_page_isdirty(&f->vm, frame(f->space, 1)));
	fix_free(f);
}

/* Names never run out before frames do: what was given up has one, too. */
static void
test_names(void **state)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = 128,
		.tags = true,
		.daemon = &vm_daemon_uvm,
	};
	struct fixture *f = fix_new_config(0, &config);

	(void)state;
	for (unsigned round = 0; round < 10; round++) {
		const unsigned at = round * 64;

		(void)fix_anon(f, at, at + 40, RW);
		for (unsigned i = at; i < at + 40; i++)
			assert_int_equal(fix_write(f->space, i, i + 1), 0);
		uvm_map_free(f->map, fix_entry(f->space, at), P(at),
		    P(at + 40));
		for (unsigned i = at; i < at + 40; i++)
			if (frame(f->space, i) != PFN_NONE)
				evict(f, f->space, i);
			else if (f->vm.anons.anon[anon_at(f->space, i)].where !=
			    PFN_NONE)
				assert_int_equal(vm_page_evict(&f->vm,
						     f->vm.anons
							 .anon[anon_at(f->space,
							     i)]
							 .where),
				    0);
	}
	assert_true(f->vm.anons.nanons > 128);
	assert_int_equal(f->vm.anons.inuse, 400);
	for (unsigned round = 0; round < 10; round++)
		assert_int_equal(fix_tag(f->space, round * 64), 0);
	fix_free(f);
}

/* ------------------------------------------------------- waiting, kicks --- */

/* Twice as much as there is memory, again and again. */
static void
test_wait(void **state)
{
	struct fixture *f = swapped_new(96);
	struct uvmexp *x = &f->vm.exp;

	(void)state;
	(void)fix_anon(f, 0, 120, RW);
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = 0; i < 120; i++) {
			assert_int_equal(fix_write(f->space, i,
					     round * 1000 + i + 1),
			    0);
			if (i % 8 == 0)
				fix_check(f);
		}
	for (unsigned i = 0; i < 120; i++)
		assert_int_equal(fix_tag(f->space, i), 2000 + i + 1);
	assert_true(x->nswget > 0 && x->pdwoke > 0);
	assert_int_equal(x->fltnoanon, 0);
	assert_int_equal(f->vm.pageout.failed, 0);
	fix_free(f);
}

/* More than memory and swap: ENOMEM, and all as before. */
static void
test_unreclaimable(void **state)
{
	struct fixture *f = swapped_new(96);
	struct uvmexp *x = &f->vm.exp;
	unsigned i = 0;
	int error;

	(void)state;
	(void)fix_anon(f, 0, 400, RW);
	while ((error = fix_write(f->space, i, i + 1)) == 0)
		i++;
	assert_int_equal(error, ENOMEM);
	assert_true(i > SWAP_PAGES + 40 && i < SWAP_PAGES + 96);
	assert_false(uvm_reclaimable(&f->vm));
	assert_true(x->fltnoanon > 0);
	assert_true(f->vm.pageout.failed > 0);
	fix_check(f);
	for (unsigned k = 0; k < i; k++)
		assert_int_equal(fix_tag(f->space, k), k + 1);
	/* What goes makes room. */
	assert_int_equal(fix_unmap(f, 0, 60), 0);
	assert_int_equal(fix_write(f->space, i, i + 1), 0);
	fix_free(f);
}

static void
test_registry(void **state)
{
	(void)state;
	assert_ptr_equal(vm_daemon_byname("uvm"), &vm_daemon_uvm);
	assert_null(vm_daemon_byname("none"));
	for (unsigned i = 0; vm_daemons[i] != NULL; i++) {
		const struct vm_daemon *d = vm_daemons[i];

		assert_ptr_equal(vm_daemon_byname(d->name), d);
		assert_non_null(d->summary);
		assert_non_null(d->init);
		assert_non_null(d->low);
		assert_non_null(d->run);
	}
}

/* Without a daemon nothing goes and nobody waits. */
static void
test_none(void **state)
{
	struct fixture *f = fix_new(0, 64);
	unsigned i = 0;

	(void)state;
	(void)fix_anon(f, 0, 100, RW);
	while (fix_write(f->space, i, 1) == 0)
		i++;
	assert_int_equal(f->vm.exp.free, f->vm.exp.reserve_kernel);
	assert_true(f->vm.pageout.starved);
	assert_false(vm_pageout_wait(&f->vm));
	assert_int_equal(f->vm.pageout.waits, 0);
	assert_int_equal(f->vm.exp.pdwoke, 0);
	fix_free(f);
}

/* ----------------------------------------------------- host allocations --- */

/* Every host allocation fails once, at the worst time. */
static void
test_injection(void **state)
{
	unsigned failures = 0;

	(void)state;
	for (uint64_t n = 1;; n++) {
		struct fixture *f = swapped_new(96);
		bool fired;

		(void)fix_anon(f, 0, 60, RW);
		(void)fix_object(f, f->shm, 60, 76, RW, false, 0);
		(void)fix_file(f, 80, 100, RW, false, 0);
		for (unsigned i = 0; i < 60; i++)
			(void)fix_write(f->space, i, i + 1);
		mem_fail_after(f->mem, n);
		for (unsigned i = 60; i < 76; i++)
			(void)fix_write(f->space, i, i + 1);
		for (unsigned i = 80; i < 100; i++)
			(void)fix_write(f->space, i, i + 1);
		for (unsigned i = 0; i < 20; i++)
			(void)fix_read(f->space, i);
		fired = mem_fail_fired(f->mem);
		mem_fail_after(f->mem, 0);
		fix_check(f);
		failures += fired;
		for (unsigned i = 0; i < 60; i++)
			assert_int_equal(fix_tag(f->space, i), i + 1);
		fix_free(f);
		if (!fired)
			break;
	}
	assert_true(failures > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_anon),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_trips),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_wire),
		cmocka_unit_test(test_aobj),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_cluster),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_read_error),
		cmocka_unit_test(test_write_error),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_unreclaimable),
		cmocka_unit_test(test_registry),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_injection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
