/*
 * NetBSD's page daemon: small scans computed by hand from the rules, every
 * counter of them.
 *
 * The machine has 256 frames, of which five are page tables, and is told to
 * have freemin 32 and freetarg 42: a scan goes on until 168 are free.
 */
#include "fixture.h"
#include "tests/page4k.h"
#include "vm/vm_daemon_uvm.h"

#define FREEMIN 32
#define FREETARG 42
#define ENOUGH (4 * FREETARG)

static struct fixture *
machine(unsigned ram, uint32_t swap)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = ram,
		.tags = true,
		.daemon = &vm_daemon_uvm,
	};
	struct fixture *f = fix_new_config(0, &config);
	uint32_t device;

	if (swap > 0)
		assert_int_equal(vm_swap_on(&f->vm, swap, 0, SWF_FILE, &device),
		    0);
	/* Kicks and waits are this test's business. */
	f->vm.pageout.wake = 0;
	f->vm.exp.freemin = FREEMIN;
	f->vm.exp.freetarg = FREETARG;
	return f;
}

static struct vm_uvm *
uvm(struct fixture *f)
{
	return f->vm.pageout.state;
}

static void
write_anons(struct fixture *f, unsigned from, unsigned to)
{
	(void)fix_anon(f, from, to, RW);
	for (unsigned i = from; i < to; i++)
		assert_int_equal(fix_write(f->space, i, i + 1), 0);
}

static void
run(struct fixture *f)
{
	vm_daemon_uvm.run(&f->vm, false);
	fix_check(f);
}

static pfn_t
frame(struct fixture *f, unsigned page)
{
	pfn_t pfn;

	return pmap_extract(f->map->pmap, P(page), &pfn) ? pfn : PFN_NONE;
}

/* Put these pages, in this order, on the inactive queue. */
static void
deactivate(struct fixture *f, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		uvm_pagedeactivate(&f->vm, frame(f, i));
}

static unsigned
resident(struct fixture *f, unsigned from, unsigned to)
{
	unsigned n = 0;

	for (unsigned i = from; i < to; i++)
		n += frame(f, i) != PFN_NONE;
	return n;
}

/* --------------------------------------------------------- thresholds ---- */

static void
test_levels(void **state)
{
	static const struct {
		unsigned ram;
		uint64_t freemin, freetarg;
	} rows[] = {
		{ 64, 6, 8 },         /* more than reserve_kernel */
		{ 256, 8, 10 },       /* npages / 32, below 128K */
		{ 1024, 32, 42 },     /* 128K */
		{ 8000, 40, 53 },     /* npages / 200 */
		{ 100000, 256, 341 }, /* at most 1M */
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct vm_config config = {
			.geometry = pmap_geometry_byname("amd64"),
			.ram_pages = rows[i].ram,
			.daemon = &vm_daemon_uvm,
		};
		struct fixture *f = fix_new_config(0, &config);

		assert_int_equal(f->vm.exp.freemin, rows[i].freemin);
		assert_int_equal(f->vm.exp.freetarg, rows[i].freetarg);
		assert_int_equal(f->vm.exp.reserve_kernel, 5);
		assert_int_equal(f->vm.exp.reserve_pagedaemon, 1);
		fix_free(f);
	}
}

static void
test_low(void **state)
{
	struct fixture *f = machine(256, 0);
	struct uvmexp *x = &f->vm.exp, saved;

	(void)state;
	write_anons(f, 0, 120);
	deactivate(f, 0, 60);
	/* 33 % of 120 is 39: the target is freetarg + 1. */
	saved = *x;
	x->free = FREETARG;
	assert_false(vm_daemon_uvm.low(&f->vm));
	x->free = FREETARG - 1;
	assert_false(vm_daemon_uvm.low(&f->vm));
	x->inactive = FREETARG;
	x->active = 120 - FREETARG;
	assert_true(vm_daemon_uvm.low(&f->vm));
	x->inactive = FREETARG + 1;
	x->active = 120 - FREETARG - 1;
	assert_false(vm_daemon_uvm.low(&f->vm));
	x->free = FREEMIN;
	assert_false(vm_daemon_uvm.low(&f->vm));
	x->free = FREEMIN - 1;
	assert_true(vm_daemon_uvm.low(&f->vm));
	*x = saved;
	fix_free(f);
}

static void
test_wake(void **state)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = 256,
		.daemon = &vm_daemon_uvm,
	};
	struct fixture *f = fix_new_config(0, &config);
	unsigned i = 0;

	(void)state;
	assert_int_equal(f->vm.pageout.wake, 10);
	(void)fix_anon(f, 0, 250, RW);
	/* The fault that finds 9 free frames runs it: nothing is inactive. */
	while (f->vm.exp.free >= 10) {
		assert_int_equal(fix_write(f->space, i++, 1), 0);
		assert_int_equal(f->vm.exp.pdwoke, 0);
	}
	assert_int_equal(fix_write(f->space, i, 1), 0);
	assert_int_equal(f->vm.exp.pdwoke, 1);
	assert_int_equal(f->vm.exp.pdrevs, 1);
	fix_free(f);
}

static void
test_set(void **state)
{
	static const uint32_t min[VM_UVM_NKINDS] = { 40, 40, 15 };
	static const uint32_t more[VM_UVM_NKINDS] = { 40, 41, 15 };
	static const uint32_t max[VM_UVM_NKINDS] = { 100, 0, 50 };
	static const uint32_t much[VM_UVM_NKINDS] = { 100, 101, 50 };
	struct fixture *f = machine(256, 0);
	const struct vm_uvm was = *uvm(f);

	(void)state;
	assert_int_equal(was.min[VM_UVM_ANON], 10);
	assert_int_equal(was.min[VM_UVM_FILE], 10);
	assert_int_equal(was.min[VM_UVM_EXEC], 5);
	assert_int_equal(was.max[VM_UVM_ANON], 80);
	assert_int_equal(was.max[VM_UVM_FILE], 50);
	assert_int_equal(was.max[VM_UVM_EXEC], 30);
	assert_int_equal(was.inactive, 33);
	assert_int_equal(vm_uvm_set(&f->vm, more, max, 33), EINVAL);
	assert_int_equal(vm_uvm_set(&f->vm, min, much, 33), EINVAL);
	assert_int_equal(vm_uvm_set(&f->vm, min, max, 101), EINVAL);
	assert_memory_equal(uvm(f), &was, sizeof(was));
	assert_int_equal(vm_uvm_set(&f->vm, min, max, 20), 0);
	assert_memory_equal(uvm(f)->min, min, sizeof(min));
	assert_memory_equal(uvm(f)->max, max, sizeof(max));
	assert_int_equal(uvm(f)->inactive, 20);
	fix_free(f);
}

/* -------------------------------------------------------------- scans ---- */

/*
 * 120 anons, all dirty, then one run to deactivate and one to evict; five are
 * referenced in between.
 */
static void
test_second_chance(void **state)
{
	struct fixture *f = machine(256, 100);
	struct uvmexp *x = &f->vm.exp;

	(void)state;
	write_anons(f, 0, 120);
	assert_int_equal(x->free, 256 - 120 - 5);
	run(f);
	/* Nothing is inactive: 43 (freetarg + 1 > 120 x 84/256) become so. */
	assert_int_equal(x->pdwoke, 1);
	assert_int_equal(x->pdrevs, 1);
	assert_int_equal(x->pdscans, 0);
	assert_int_equal(x->pddeact, 43);
	assert_int_equal(x->inactive, 43);
	assert_int_equal(x->active, 77);
	assert_int_equal(uvm(f)->inactarg, 43);
	assert_int_equal(x->inactarg, 0); /* policy-private */

	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(fix_read(f->space, i), 0);
	run(f);
	/* Pages 0-4 were referenced; 131 + 37 are enough: 5-41 go. */
	assert_int_equal(x->pdwoke, 2);
	assert_int_equal(x->pdrevs, 2);
	assert_int_equal(x->pdscans, 42);
	assert_int_equal(x->pdreact, 5);
	assert_int_equal(x->pdanscan, 37);
	assert_int_equal(x->pdobscan, 0);
	assert_int_equal(x->pdbusy, 0);
	assert_int_equal(x->pgswapout, 37);
	assert_int_equal(x->pdpageouts, 3); /* 16 + 16 + 5 */
	assert_int_equal(x->pdfreed, 37);
	assert_int_equal(x->free, ENOUGH);
	assert_int_equal(x->swpginuse, 37);
	assert_int_equal(x->swpgonly, 37);
	assert_int_equal(x->paging, 0);
	assert_int_equal(x->pdpending, 0);
	/* 42 more make it 43 inactive again. */
	assert_int_equal(x->pddeact, 85);
	assert_int_equal(x->inactive, 43);
	assert_int_equal(x->active, 40);
	assert_int_equal(resident(f, 0, 5), 5);
	assert_int_equal(resident(f, 5, 42), 0);
	assert_int_equal(resident(f, 42, 120), 78);
	/* The order of eviction is the order of slots. */
	for (unsigned i = 5; i < 42; i++)
		assert_int_equal(fix_tag(f->space, i), i + 1);
	assert_int_equal(x->nswget, 0);
	fix_free(f);
}

/* What came back unchanged goes without being written. */
static void
test_clean(void **state)
{
	struct fixture *f = machine(256, 100);
	struct uvmexp *x = &f->vm.exp, before;

	(void)state;
	write_anons(f, 0, 120);
	run(f);
	run(f);
	assert_int_equal(x->pdfreed, 37);
	for (unsigned i = 0; i < 37; i++)
		assert_int_equal(fix_read(f->space, i), 0);
	assert_int_equal(x->anonunknown, 37);
	/* To the tail, with their reference bits cleared: 43 others first. */
	deactivate(f, 0, 37);
	assert_int_equal(x->inactive, 80);
	before = *x;
	for (unsigned i = 37; i < 80; i++)
		uvm_pageactivate(&f->vm, frame(f, i));
	assert_int_equal(x->inactive, 37);
	run(f);
	assert_int_equal(x->pdfreed, before.pdfreed + 37);
	assert_int_equal(x->pgswapout, before.pgswapout);
	assert_int_equal(x->pdpageouts, before.pdpageouts);
	assert_int_equal(x->pdanscan, before.pdanscan + 37);
	assert_int_equal(x->swpgonly, 37);
	assert_int_equal(x->swpginuse, 37);
	fix_free(f);
}

/* Files: clean pages are freed, dirty ones written with their neighbours. */
static void
test_file(void **state)
{
	struct fixture *f = machine(256, 100);
	struct uvmexp *x = &f->vm.exp;

	(void)state;
	(void)fix_file(f, 0, 30, RW, false, 0);
	write_anons(f, 40, 136);
	for (unsigned i = 0; i < 30; i++)
		assert_int_equal(i >= 4 && i < 24 ? fix_write(f->space, i, 9) :
						    fix_read(f->space, i),
		    0);
	assert_int_equal(x->free, 256 - 30 - 96 - 5);
	assert_int_equal(x->filedirty, 20);
	deactivate(f, 0, 30);
	run(f);
	/*
	 * 30 of 251 are files: more than 10 % (24), so they are not kept.  The
	 * first dirty one is page 4: the write takes 4-19; page 20 takes 20-23.
	 */
	assert_int_equal(x->pdscans, 30);
	assert_int_equal(x->pdobscan, 30);
	assert_int_equal(x->pdanscan, 0);
	assert_int_equal(x->pdfreed, 30);
	assert_int_equal(x->pdpageouts, 2);
	assert_int_equal(x->pgswapout, 0);
	assert_int_equal(x->filepages, 0);
	assert_int_equal(x->swpginuse, 0);
	for (unsigned i = 0; i < 30; i++)
		assert_int_equal(vm_object_disk_tag(f->file, i),
		    i >= 4 && i < 24 ? 9 : vm_tag_hash(FILE_SEED, i));
	fix_free(f);
}

/* ----------------------------------------------------------- balancing ---- */

/*
 * 30 pages of a file, 60 anons, all inactive; of 251 pages.  Which kinds go?
 */
static void
test_balance(void **state)
{
	static const struct {
		const char *name;
		uint32_t min[VM_UVM_NKINDS], max[VM_UVM_NKINDS];
		uint32_t swap;
		bool anon, file; /* goes */
	} rows[] = {
		{ "both", { 10, 10, 5 }, { 80, 50, 30 }, 100, true, true },
		{ "files are few", { 10, 13, 5 }, { 80, 50, 30 }, 100, true,
		    false },
		{ "anons are few", { 30, 10, 5 }, { 80, 50, 30 }, 100, false,
		    true },
		{ "files are many", { 10, 10, 5 }, { 80, 11, 30 }, 100, false,
		    true },
		{ "anons are many", { 10, 10, 5 }, { 20, 50, 30 }, 100, true,
		    false },
		{ "both are many", { 10, 10, 5 }, { 20, 11, 30 }, 100, true,
		    true },
		/* All would be kept (of exec there is none): none is. */
		{ "all are few", { 30, 30, 5 }, { 80, 50, 30 }, 100, true,
		    true },
		/* Likewise if anons cannot go anyway. */
		{ "no swap", { 10, 30, 5 }, { 80, 50, 30 }, 0, false, true },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct fixture *f = machine(256, rows[i].swap);
		struct uvmexp *x = &f->vm.exp;
		const struct vm_uvm *u = uvm(f);

		(void)fix_file(f, 0, 30, R, false, 0);
		for (unsigned k = 0; k < 30; k++)
			assert_int_equal(fix_read(f->space, k), 0);
		write_anons(f, 40, 100);
		assert_int_equal(x->active + x->free, 251);
		/* Make the scan look at all of it. */
		x->freetarg = 64;
		assert_int_equal(vm_uvm_set(&f->vm, rows[i].min, rows[i].max,
				     33),
		    0);
		deactivate(f, 0, 30);
		deactivate(f, 40, 100);
		run(f);
		if ((resident(f, 0, 30) == 0) != rows[i].file ||
		    (resident(f, 40, 100) == 0) != rows[i].anon)
			fail_msg("%s: %u pages of the file, %u anons stay",
			    rows[i].name, resident(f, 0, 30),
			    resident(f, 40, 100));
		assert_int_equal(u->react[VM_UVM_FILE], rows[i].file ? 0 : 30);
		assert_int_equal(u->react[VM_UVM_ANON],
		    rows[i].anon || rows[i].swap == 0 ? 0 : 60);
		assert_int_equal(x->pdreact, 0);
		fix_free(f);
	}
}

/* Pages of a program's text are a kind of their own. */
static void
test_exec(void **state)
{
	struct fixture *f = machine(256, 100);
	struct uvmexp *x = &f->vm.exp;

	(void)state;
	(void)fix_file(f, 0, 12, RX, false, 0);
	vm_object_settext(&f->vm, f->file);
	for (unsigned k = 0; k < 12; k++)
		assert_int_equal(fix_read(f->space, k), 0);
	write_anons(f, 40, 100);
	assert_int_equal(x->execpages, 12);
	x->freetarg = 64;
	deactivate(f, 0, 12);
	run(f);
	/* 5 % are 12/256, of 251 pages 11: 12 are more, and go. */
	assert_int_equal(resident(f, 0, 12), 0);
	while (f->vm.pages.inactive.head != 0)
		uvm_pageactivate(&f->vm, f->vm.pages.inactive.head);
	assert_int_equal(uvm(f)->react[VM_UVM_EXEC], 0);
	assert_int_equal(x->execpages, 0);
	for (unsigned k = 0; k < 11; k++)
		assert_int_equal(fix_read(f->space, k), 0);
	deactivate(f, 0, 11);
	run(f);
	assert_int_equal(resident(f, 0, 11), 11);
	assert_int_equal(uvm(f)->react[VM_UVM_EXEC], 11);
	fix_free(f);
}

/* ---------------------------------------------------- swap is short ---- */

static void
test_dirtyreacts(void **state)
{
	struct fixture *f = machine(256, 20);
	struct uvmexp *x = &f->vm.exp;

	(void)state;
	write_anons(f, 0, 120);
	deactivate(f, 0, 100);
	run(f);
	/*
	 * 20 slots: a cluster of 16, then single ones.  16 pages without a slot
	 * end the scan; they are active again.
	 */
	assert_int_equal(x->pgswapout, 20);
	assert_int_equal(x->pdfreed, 20);
	assert_int_equal(x->pdpageouts, 1 + 4);
	assert_int_equal(x->pdscans, 36);
	assert_int_equal(x->pdanscan, 36);
	assert_int_equal(x->pdreact, 0);
	assert_int_equal(uvm(f)->dirtyreacts, 16);
	assert_int_equal(x->inactive, 64);
	assert_int_equal(x->swpgonly, 20);
	assert_true(uvm_swapisfull(&f->vm));
	run(f);
	assert_int_equal(x->pdfreed, 20);
	assert_int_equal(x->pdscans, 36 + 16);
	assert_int_equal(uvm(f)->dirtyreacts, 32);
	fix_free(f);
}

/* Swap is taken up by pages that are in memory: they give up their slots. */
static void
test_swap_shortage(void **state)
{
	struct fixture *f = machine(256, 16);
	struct uvmexp *x = &f->vm.exp;
	unsigned slots = 0;

	(void)state;
	write_anons(f, 0, 120);
	deactivate(f, 0, 16);
	run(f);
	assert_int_equal(x->pdfreed, 16);
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(fix_read(f->space, i), 0);
	assert_int_equal(x->swpginuse, 16);
	assert_int_equal(x->swpgonly, 0);
	write_anons(f, 200, 295);
	assert_int_equal(x->free, FREETARG - 6);
	/* All that is inactive is dirty, and there is no slot. */
	while (f->vm.pages.inactive.head != 0)
		uvm_pageactivate(&f->vm, f->vm.pages.inactive.head);
	deactivate(f, 250, 290);
	run(f);
	assert_int_equal(x->pdfreed, 16);
	/* As many slots as frames are missing: 6. */
	for (unsigned i = 0; i < 16; i++)
		slots += vm_page_slot(&f->vm, frame(f, i)) != SWSLOT_NONE;
	assert_int_equal(slots, 10);
	assert_int_equal(x->swpginuse, 10);
	run(f);
	assert_int_equal(x->pdfreed, 16 + 6);
	fix_free(f);
}

/* -------------------------------------------------------------- errors ---- */

static int
no_disk(void *ctx, const struct vm_io *io)
{
	(void)ctx;
	return io->kind == VM_IO_WRITE ? EIO : 0;
}

/* What cannot be written is active again, and its slots are bad. */
static void
test_write_error(void **state)
{
	struct fixture *f = machine(256, 40);
	struct uvmexp *x = &f->vm.exp;
	struct sparse *slots;

	(void)state;
	write_anons(f, 0, 120);
	slots = &fix_entry(f->space, 0)->amap->slots;
	(void)fix_file(f, 130, 140, RW, false, 0);
	for (unsigned i = 130; i < 140; i++)
		assert_int_equal(fix_write(f->space, i, 5), 0);
	deactivate(f, 0, 20);
	f->vm.io_fn = no_disk;
	run(f);
	assert_int_equal(x->pdfreed, 0);
	assert_int_equal(x->pgswapout, 20);
	assert_int_equal(x->swpginuse, 20); /* all bad */
	assert_int_equal(x->swpgonly, 0);
	assert_int_equal(x->anondirty, 120);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(vm_anon_slot(&f->vm.anons,
				     sparse_get(slots, i)),
		    SWSLOT_BAD);
	/* Files: the page is still the only place of what was written. */
	while (f->vm.pages.inactive.head != 0)
		uvm_pageactivate(&f->vm, f->vm.pages.inactive.head);
	assert_int_equal(vm_uvm_set(&f->vm, (const uint32_t[]){ 0, 0, 0 },
			     (const uint32_t[]){ 100, 100, 100 }, 33),
	    0);
	deactivate(f, 130, 140);
	run(f);
	assert_int_equal(x->filedirty, 10);
	assert_int_equal(x->pdfreed, 0);
	f->vm.io_fn = NULL;
	while (f->vm.pages.inactive.head != 0)
		uvm_pageactivate(&f->vm, f->vm.pages.inactive.head);
	deactivate(f, 130, 140);
	run(f);
	assert_int_equal(x->filepages, 0);
	assert_int_equal(x->pdfreed, 10);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_low),
		cmocka_unit_test(test_wake),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_second_chance),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_balance),
		cmocka_unit_test(test_exec),
		cmocka_unit_test(test_dirtyreacts),
		cmocka_unit_test(test_swap_shortage),
		cmocka_unit_test(test_write_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
