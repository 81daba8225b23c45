/*
 * The page stealer of AIX: scans worked out by hand, each band of minperm and
 * maxperm, hard bounds, repages, paging space; and runs at random against a
 * clock that is written down once more, over a copy of the frame table.
 */
#include "fixture.h"

#include "vm/vm_daemon_aix.h"
#include "tests/random.h"

#define RAM 256
#define SLOTS 64

/* Nothing is stolen unless a test says so. */
static const struct vm_aix_tune quiet = {
	.minfree = 1,
	.maxfree = 2,
	.minperm = 0,
	.maxperm = 100,
	.maxclient = 100,
	.rpdecay = 90,
};

/* The same with few file pages: both kinds are taken. */
static const struct vm_aix_tune both_kinds = {
	.minfree = 1,
	.maxfree = 2,
	.minperm = 100,
	.maxperm = 100,
	.maxclient = 100,
	.rpdecay = 90,
};

static struct fixture *
aix_new(uint32_t slots)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = RAM,
		.tags = true,
		.daemon = &vm_daemon_aix,
	};
	struct fixture *f = fix_new_config(0, &config);
	uint32_t number;

	vm_aix_tune(&f->vm, &quiet);
	if (slots > 0)
		assert_int_equal(vm_swap_on(&f->vm, slots, 0, SWF_FILE,
				     &number),
		    0);
	return f;
}

static struct vm_aix *
aix(struct fixture *f)
{
	return f->vm.pageout.state;
}

/* The frame of a page, whoever owns it; 0: it has none. */
static pfn_t
frame_of(struct fixture *f, unsigned page)
{
	pfn_t pfn;

	return pmap_extract(f->map->pmap, P(page), &pfn) ? pfn : 0;
}

static void
touch(struct fixture *f, unsigned from, unsigned to, bool write)
{
	for (unsigned i = from; i < to; i++)
		assert_int_equal(write ? fix_write(f->space, i, 1000 + i) :
					 fix_read(f->space, i),
		    0);
}

static void
clear_references(struct fixture *f)
{
	for (pfn_t i = 1; i < f->vm.pages.fresh; i++)
		if (!vm_page_isfree(&f->vm.pages.page[i]))
			(void)pmap_clear_reference(&f->vm.pmaps, i);
}

/* Frames in use from a up to b. */
static uint64_t
in_use(struct fixture *f, pfn_t a, pfn_t b)
{
	uint64_t n = 0;

	for (; a <= b; a++)
		n += !vm_page_isfree(&f->vm.pages.page[a]);
	return n;
}

/* Let it steal n frames, with these other settings. */
static void
steal(struct fixture *f, unsigned n, struct vm_aix_tune t)
{
	t.minfree = f->vm.exp.free + 1;
	t.maxfree = f->vm.exp.free + n;
	if (n == 1)
		t.minfree = f->vm.exp.free; /* below maxfree */
	vm_aix_tune(&f->vm, &t);
	if (n == 1)
		f->vm.pageout.daemon->run(&f->vm, true);
	else
		vm_pageout_run(&f->vm);
	vm_aix_tune(&f->vm, &quiet);
	fix_check(f);
}

/* Kind of the stolen since the last call: computational, files'. */
static void
stolen(struct fixture *f, uint64_t was[2], uint64_t comp, uint64_t file)
{
	const struct vm_aix *a = aix(f);

	assert_int_equal(a->nreplaced[VM_AIX_COMP] - was[0], comp);
	assert_int_equal(a->nreplaced[VM_AIX_FILE] - was[1], file);
	was[0] = a->nreplaced[VM_AIX_COMP];
	was[1] = a->nreplaced[VM_AIX_FILE];
}

/* ---------------------------------------------------------------- levels -- */

static struct vm_aix_levels
levels(uint64_t npages, unsigned page_shift, struct vm_aix_tune t)
{
	struct vm vm = { .page_shift = (uint8_t)page_shift };
	struct vm_aix_levels l;

	vm.exp.npages = npages;
	vm.exp.reserve_kernel = 5;
	vm_aix_levels(&vm, &t, &l);
	return l;
}

static void
test_levels(void **state)
{
	struct vm_aix_tune t = vm_aix_defaults;
	struct vm_aix_levels l = levels(2048, 12, t);

	(void)state;
	assert_int_equal(l.lruable, 2043);
	assert_int_equal(l.minfree, 102); /* a twentieth */
	assert_int_equal(l.maxfree, 115); /* 102 * 2 / 15 = 13 more */
	assert_int_equal(l.minperm, 61);  /* 61.29 */
	assert_int_equal(l.maxperm, 1838);
	assert_int_equal(l.maxclient, 1838);
	l = levels(936784 + 5, 12, t); /* of a published machine */
	assert_int_equal(l.maxperm, 843105);
	assert_int_equal(l.minfree, 960);
	assert_int_equal(l.maxfree, 1088);
	l = levels(16, 12, t);
	assert_int_equal(l.minfree, 0);
	assert_int_equal(l.maxfree, 8);
	/* Pages of 16K: 960 of 4K are 240 of them. */
	l = levels(262144, 14, t);
	assert_int_equal(l.minfree, 240);
	assert_int_equal(l.maxfree, 272);
	/* What is out of order is put right. */
	t = (struct vm_aix_tune){ .minfree = 50,
		.maxfree = 20,
		.minperm = 80,
		.maxperm = 40,
		.maxclient = 100 };
	l = levels(1005, 12, t);
	assert_int_equal(l.minfree, 50);
	assert_int_equal(l.maxfree, 51);
	assert_int_equal(l.maxperm, 400);
	assert_int_equal(l.minperm, 400);
	assert_int_equal(l.maxclient, 400);
	t.minfree = t.maxfree = UINT64_MAX;
	l = levels(1005, 12, t);
	assert_int_equal(l.minfree, 1004);
	assert_int_equal(l.maxfree, 1005);
}

/* ----------------------------------------------------------- by hand ------ */

/* All are referenced: one turn clears, the next one steals the first. */
static void
test_second_chance(void **state)
{
	struct fixture *f = aix_new(SLOTS);
	const struct uvmexp *x = &f->vm.exp;
	uint64_t all, was[2] = { 0, 0 };
	pfn_t first, second;

	(void)state;
	fix_anon(f, 0, 8, RW);
	touch(f, 0, 8, true);
	first = frame_of(f, 0);
	second = frame_of(f, 1);
	assert_true(first < second);
	all = in_use(f, 1, f->vm.pages.fresh - 1);
	steal(f, 2, both_kinds);
	stolen(f, was, 2, 0);
	assert_int_equal(frame_of(f, 0), 0);
	assert_int_equal(frame_of(f, 1), 0);
	assert_int_not_equal(frame_of(f, 2), 0);
	assert_int_equal(x->pdfreed, 2);
	assert_int_equal(x->pdrevs, 1);
	assert_int_equal(aix(f)->hand, second + 1);
	/* The two are free now, so they are counted by themselves. */
	assert_int_equal(x->pdscans, all + in_use(f, 1, second) + 2);
	assert_int_equal(x->pgswapout, 2);
	assert_int_equal(x->swpginuse, 2);
	/* It goes on where it stopped; page 2 has been used again. */
	touch(f, 2, 3, false);
	steal(f, 2, both_kinds);
	assert_int_not_equal(frame_of(f, 2), 0);
	assert_int_equal(frame_of(f, 3), 0);
	assert_int_equal(frame_of(f, 4), 0);
	assert_int_equal(x->pdrevs, 1);
	/* What went comes back as it was. */
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(fix_tag(f->space, i), 1000 + i);
	fix_free(f);
}

static void
test_wired_stays(void **state)
{
	struct fixture *f = aix_new(SLOTS);
	uint64_t was[2] = { 0, 0 };

	(void)state;
	fix_anon(f, 0, 4, RW);
	touch(f, 0, 4, true);
	assert_int_equal(uvm_map_pageable(f->map, P(1), P(3), true, false), 0);
	clear_references(f);
	steal(f, 4, both_kinds);
	stolen(f, was, 2, 0);
	assert_int_not_equal(frame_of(f, 1), 0);
	assert_int_not_equal(frame_of(f, 2), 0);
	assert_int_equal(frame_of(f, 3), 0);
	fix_free(f);
}

/* A clean page goes without being written, a dirty one of a file is written. */
static void
test_writes(void **state)
{
	struct fixture *f = aix_new(SLOTS);
	uint64_t was[2] = { 0, 0 }, outs;

	(void)state;
	fix_file(f, 0, 4, RW, false, 0);
	touch(f, 0, 2, false);
	touch(f, 2, 4, true);
	clear_references(f);
	outs = f->vm.exp.pdpageouts;
	steal(f, 4, quiet);
	stolen(f, was, 0, 4);
	/* The dirty two are neighbours: one write. */
	assert_int_equal(f->vm.exp.pdpageouts - outs, 1);
	assert_int_equal(f->vm.exp.swpginuse, 0);
	assert_int_equal(fix_tag(f->space, 0), vm_tag_hash(FILE_SEED, 0));
	assert_int_equal(fix_tag(f->space, 3), 1003);
	fix_free(f);
}

/* ----------------------------------------------------------------- bands -- */

/* 8 pages of a file at 0, 8 anons at 8, none referenced. */
static struct fixture *
mixed(void)
{
	struct fixture *f = aix_new(SLOTS);

	fix_file(f, 0, 8, RW, false, 0);
	fix_anon(f, 8, 16, RW);
	/* The anons have the lower frames. */
	touch(f, 8, 16, true);
	touch(f, 0, 8, false);
	clear_references(f);
	assert_int_equal(f->vm.exp.filepages, 8);
	return f;
}

static void
test_below_minperm(void **state)
{
	struct fixture *f = mixed();
	struct vm_aix_tune t = quiet;
	uint64_t was[2] = { 0, 0 };

	(void)state;
	t.minperm = 50; /* 125 pages */
	steal(f, 10, t);
	/* As they come: the anons first. */
	stolen(f, was, 8, 2);
	fix_free(f);
}

static void
test_between(void **state)
{
	struct fixture *f = mixed();
	struct vm_aix_tune t = quiet;
	uint64_t was[2] = { 0, 0 };

	(void)state;
	t.minperm = 2; /* 5 pages */
	steal(f, 3, t);
	stolen(f, was, 0, 3);
	/* 5 are left: still not below.  One more, and they are. */
	aix(f)->hand = 1;
	steal(f, 1, t);
	stolen(f, was, 0, 1);
	aix(f)->hand = 1;
	steal(f, 3, t);
	stolen(f, was, 3, 0);
	fix_free(f);
}

static void
test_above_maxperm(void **state)
{
	struct fixture *f = mixed();
	struct vm_aix_tune t = quiet;
	uint64_t was[2] = { 0, 0 };

	(void)state;
	t.minperm = 1;
	t.maxperm = 2; /* 5 pages */
	t.maxclient = 2;
	t.lru_file_repage = 1;
	aix(f)->nrepaged[VM_AIX_FILE] = aix(f)->rpgcnt[VM_AIX_FILE] = 9;
	aix(f)->nreplaced[VM_AIX_FILE] = 9;
	was[1] = 9;
	/* Repages have no say above maxperm: three files' pages ... */
	steal(f, 3, t);
	stolen(f, was, 0, 3);
	/* ... 5 of 5: between. */
	aix(f)->hand = 1;
	steal(f, 3, t);
	stolen(f, was, 3, 0);
	fix_free(f);
}

static void
test_repage_rates(void **state)
{
	struct fixture *f = mixed();
	struct vm_aix_tune t = quiet;
	uint64_t was[2] = { 5, 5 };
	struct vm_aix *a = aix(f);

	(void)state;
	for (unsigned k = 0; k < VM_AIX_NKINDS; k++)
		a->nreplaced[k] = a->nrepaged[k] = a->rpgcnt[k] = 5;
	t.lru_file_repage = 1;
	steal(f, 2, t); /* equal rates: files only */
	stolen(f, was, 0, 2);
	a->nreplaced[VM_AIX_FILE]++;
	was[1]++;
	a->nrepaged[VM_AIX_FILE]++;
	a->rpgcnt[VM_AIX_FILE]++;
	t.lru_file_repage = 0;
	steal(f, 2, t); /* not asked for */
	stolen(f, was, 0, 2);
	a->hand = 1;
	t.lru_file_repage = 1;
	steal(f, 2, t);
	stolen(f, was, 2, 0);
	fix_free(f);
}

/* Text is computational; when there is nothing else, it goes after all. */
static void
test_text(void **state)
{
	struct fixture *f = aix_new(SLOTS);
	const struct uvmexp *x = &f->vm.exp;
	uint64_t was[2] = { 0, 0 }, scans, all;

	(void)state;
	fix_file(f, 0, 4, RX, false, 0);
	vm_object_settext(&f->vm, f->file);
	touch(f, 0, 4, false);
	clear_references(f);
	assert_int_equal(vm_aix_kind(&f->vm, frame_of(f, 0)), VM_AIX_COMP);
	assert_int_equal(x->filepages, 4);
	all = in_use(f, 1, f->vm.pages.fresh - 1);
	scans = x->pdscans;
	steal(f, 2, quiet);
	stolen(f, was, 2, 0);
	/* Two turns in vain (and the place behind the last frame, which is a
	 * look of its own, twice), then the third finds them. */
	assert_in_range(x->pdscans - scans, 2 * all + 2, 3 * all + 4);
	assert_in_range(x->pdrevs, 2, 3);
	fix_free(f);
}

/* ----------------------------------------------------------- hard bounds -- */

static void
test_maxclient(void **state)
{
	struct fixture *f = aix_new(SLOTS);
	struct vm_aix_tune t = quiet;
	uint64_t was[2] = { 0, 0 };

	(void)state;
	/* 10 % of 251 are 25; 4 to 8 below that. */
	t.minfree = 4;
	t.maxfree = 8;
	t.maxclient = 10;
	t.strict_maxclient = 1;
	vm_aix_tune(&f->vm, &t);
	fix_file(f, 0, 32, R, false, 0);
	fix_anon(f, 32, 64, RW);
	touch(f, 32, 64, true);
	clear_references(f);
	touch(f, 0, 21, false);
	assert_int_equal(f->vm.exp.filepages, 21);
	assert_false(f->vm.pageout.daemon->low(&f->vm));
	touch(f, 21, 22, false); /* 22 + 4 > 25 */
	assert_true(f->vm.pageout.daemon->low(&f->vm));
	assert_true(f->vm.exp.free > 100);
	vm_pageout_run(&f->vm);
	/* Until 17 are left; the anons, not referenced, stay. */
	assert_int_equal(f->vm.exp.filepages, 17);
	stolen(f, was, 0, 5);
	/* Not a hard bound: nothing happens. */
	touch(f, 0, 32, false);
	assert_in_range(f->vm.exp.filepages, 17, 25);
	t.strict_maxclient = 0;
	vm_aix_tune(&f->vm, &t);
	touch(f, 0, 32, false);
	assert_int_equal(f->vm.exp.filepages, 32);
	/* The other one. */
	t.strict_maxperm = 1;
	t.maxperm = 10;
	vm_aix_tune(&f->vm, &t);
	vm_pageout_run(&f->vm);
	assert_int_equal(f->vm.exp.filepages, 17);
	fix_free(f);
}

/* What cannot go does not keep it running. */
static void
test_gives_up(void **state)
{
	struct fixture *f = aix_new(0);
	const struct uvmexp *x = &f->vm.exp;
	struct vm_aix_tune t = quiet;
	uint64_t was[2] = { 0, 0 }, scans;

	(void)state;
	fix_anon(f, 0, 8, RW);
	touch(f, 0, 8, true);
	t.minfree = x->free + 1;
	t.maxfree = x->free + 4;
	vm_aix_tune(&f->vm, &t);
	assert_true(f->vm.pageout.daemon->low(&f->vm));
	vm_pageout_run(&f->vm);
	stolen(f, was, 0, 0);
	scans = x->pdscans;
	assert_in_range(scans, 1, 4 * RAM + 4);
	/* Nothing has changed: it does not look again. */
	assert_false(f->vm.pageout.daemon->low(&f->vm));
	vm_pageout_run(&f->vm);
	assert_int_equal(x->pdscans, scans);
	/* A clean page of a file has come: that one goes. */
	fix_file(f, 8, 9, R, false, 0);
	vm_aix_tune(&f->vm, &quiet);
	touch(f, 8, 9, false);
	vm_aix_tune(&f->vm, &t);
	vm_pageout_run(&f->vm);
	stolen(f, was, 0, 1);
	fix_free(f);
}

/* ---------------------------------------------------- repages, and space -- */

static void
test_repage(void **state)
{
	struct fixture *f = mixed();
	struct vm_aix *a = aix(f);

	(void)state;
	steal(f, 16, (struct vm_aix_tune){ .minperm = 100, .maxperm = 100 });
	assert_int_equal(a->nreplaced[VM_AIX_COMP], 8);
	assert_int_equal(a->nreplaced[VM_AIX_FILE], 8);
	assert_int_equal(a->repages.n, 16);
	touch(f, 0, 3, false); /* three of the file */
	touch(f, 8, 10, true); /* two anons */
	assert_int_equal(a->nrepaged[VM_AIX_FILE], 3);
	assert_int_equal(a->nrepaged[VM_AIX_COMP], 2);
	assert_int_equal(a->rpgcnt[VM_AIX_FILE], 3);
	assert_int_equal(a->repages.n, 11);
	/* In memory they fault no more, and a page that is new is no repage. */
	touch(f, 0, 3, false);
	fix_file(f, 16, 20, R, false, 20);
	touch(f, 16, 20, false);
	assert_int_equal(a->nrepaged[VM_AIX_FILE], 3);
	/* A second leaves 90 %: 3 -> 2, 2 -> 1; another: 2 -> 1, 1 -> 0. */
	f->vm.tick = 999;
	vm_pageout_tick(&f->vm);
	assert_int_equal(a->rpgcnt[VM_AIX_FILE], 3);
	f->vm.tick = 1000;
	vm_pageout_tick(&f->vm);
	assert_int_equal(a->rpgcnt[VM_AIX_FILE], 2);
	assert_int_equal(a->rpgcnt[VM_AIX_COMP], 1);
	f->vm.tick = 2500;
	vm_pageout_tick(&f->vm);
	assert_int_equal(a->rpgcnt[VM_AIX_FILE], 1);
	assert_int_equal(a->rpgcnt[VM_AIX_COMP], 0);
	assert_int_equal(a->nrepaged[VM_AIX_FILE], 3);
	f->vm.tick = UINT64_MAX / 4;
	vm_pageout_tick(&f->vm);
	assert_int_equal(a->rpgcnt[VM_AIX_FILE], 0);
	fix_free(f);
}

/* A block is taken at the first page-out and kept until the page goes. */
static void
test_deferred(void **state)
{
	struct fixture *f = aix_new(SLOTS);
	const struct uvmexp *x = &f->vm.exp;
	uint64_t outs;

	(void)state;
	fix_anon(f, 0, 4, RW);
	touch(f, 0, 4, true);
	assert_int_equal(x->swpginuse, 0);
	clear_references(f);
	steal(f, 4, quiet);
	assert_int_equal(x->swpginuse, 4);
	assert_int_equal(x->swpgonly, 4);
	touch(f, 0, 4, false);
	assert_int_equal(x->swpginuse, 4); /* kept */
	assert_int_equal(x->swpgonly, 0);
	/* Not changed since: they go again without a write. */
	outs = x->pgswapout;
	clear_references(f);
	steal(f, 4, quiet);
	assert_int_equal(x->pgswapout, outs);
	touch(f, 0, 4, true);
	assert_int_equal(fix_unmap(f, 0, 2), 0);
	assert_in_range(x->swpginuse, 0, 2);
	assert_int_equal(fix_unmap(f, 2, 4), 0);
	assert_int_equal(x->swpginuse, 0);
	fix_free(f);
}

/* ---------------------------------------------------------------- random -- */

struct copy { /* of a frame */
	bool used, can, ref, dirty, swapped;
	unsigned kind;
};

struct model {
	struct copy frame[RAM + 1];
	unsigned n; /* frames 1 .. n */
	unsigned hand;
	uint64_t scans, revs, file, freed, free, slots;
};

static void
copy_frames(struct fixture *f, struct model *m)
{
	struct vm *vm = &f->vm;

	memset(m, 0, sizeof(*m));
	m->n = vm->pages.fresh - 1;
	m->hand = aix(f)->hand;
	m->file = vm->exp.filepages;
	m->free = vm->exp.free;
	m->slots = vm->exp.swpages - vm->exp.swpginuse;
	for (pfn_t i = 1; i <= m->n; i++) {
		struct copy *c = &m->frame[i];

		c->used = !vm_page_isfree(&vm->pages.page[i]);
		if (!c->used)
			continue;
		c->can = vm_page_evictable(vm, i);
		c->ref = pmap_is_referenced(&vm->pmaps, i);
		c->dirty = vm_page_isdirty(vm, i);
		c->swapped = vm_page_slot(vm, i) != SWSLOT_NONE;
		c->kind = vm->pages.page[i].pg_flags & PG_FILE ? 1 : 0;
	}
}

/* => stolen */
static bool
model_look(struct model *m, bool both)
{
	struct copy *c = &m->frame[m->hand];

	m->hand++;
	if (m->hand > m->n) {
		m->hand = 1;
		m->revs++;
	}
	if (!c->used)
		return false;
	m->scans++;
	if (!c->can)
		return false;
	if (c->ref) {
		c->ref = false;
		return false;
	}
	if (!both && c->kind == 0)
		return false;
	if (c->kind == 0 && c->dirty && !c->swapped && m->slots == 0)
		return false;
	if (c->kind == 0 && c->dirty && !c->swapped)
		m->slots--;
	c->used = false;
	m->file -= c->kind;
	m->free++;
	m->freed++;
	return true;
}

/* One that is at rest: files only, then both. */
static void
model_run(struct model *m, const struct vm_aix_levels *l)
{
	for (unsigned force = 0; force < 2; force++) {
		unsigned idle = 0;

		while (m->free < l->maxfree) {
			bool both = force || m->file < l->minperm;

			if (idle >= 2 * (m->n + 1))
				break;
			idle = model_look(m, both) ? 0 : idle + 1;
		}
		if (m->free >= l->maxfree)
			return;
	}
}

static void
test_random(void **state)
{
	struct fixture *f = aix_new(200);
	uint64_t seed = 11, tag[128] = { 0 }, freed = 0;
	static struct model m;

	(void)state;
	fix_anon(f, 0, 100, RW);
	fix_file(f, 100, 128, RW, false, 0);
	/* Keeps the page table, whose frame would be free otherwise. */
	fix_anon(f, 128, 129, RW);
	assert_int_equal(uvm_map_pageable(f->map, P(128), P(129), true, false),
	    0);
	for (unsigned i = 0; i < 400; i++) {
		struct vm_aix_tune t = quiet;
		struct uvmexp was;

		for (unsigned k = 0; k < 40; k++) {
			unsigned page = (unsigned)rnd_draw(&seed, 128);

			if (rnd_draw(&seed, 3) == 0) {
				tag[page] = i * 100 + k + 1;
				assert_int_equal(fix_write(f->space, page,
						     tag[page]),
				    0);
			} else {
				assert_int_equal(fix_read(f->space, page), 0);
			}
			if (tag[page] != 0)
				assert_int_equal(fix_tag(f->space, page),
				    tag[page]);
		}
		t.minperm = rnd_draw(&seed, 15);
		t.minfree = f->vm.exp.free + 1;
		t.maxfree = f->vm.exp.free + 2 + rnd_draw(&seed, 60);
		vm_aix_tune(&f->vm, &t);
		copy_frames(f, &m);
		model_run(&m, &aix(f)->level);
		was = f->vm.exp;
		vm_pageout_run(&f->vm);
		assert_int_equal(f->vm.exp.pdfreed - was.pdfreed, m.freed);
		assert_int_equal(f->vm.exp.pdscans - was.pdscans, m.scans);
		assert_int_equal(f->vm.exp.pdrevs - was.pdrevs, m.revs);
		assert_int_equal(f->vm.exp.filepages, m.file);
		assert_int_equal(aix(f)->hand, m.hand);
		for (pfn_t p = 1; p <= m.n; p++)
			assert_int_equal(!vm_page_isfree(&f->vm.pages.page[p]),
			    m.frame[p].used);
		freed += m.freed;
		vm_aix_tune(&f->vm, &quiet);
		fix_check(f);
	}
	assert_in_range(freed, 3000, 20000);
	assert_true(aix(f)->nrepaged[VM_AIX_COMP] > 1000);
	fix_free(f);
}

/* Memory is too small for what is touched: the stealer finds room itself. */
static void
test_pressure(void **state)
{
	struct fixture *f = aix_new(600);
	uint64_t seed = 3, tag[500] = { 0 };

	(void)state;
	vm_aix_tune(&f->vm, &vm_aix_defaults);
	fix_anon(f, 0, 500, RW);
	for (unsigned i = 0; i < 8000; i++) {
		unsigned page = (unsigned)rnd_draw(&seed, 500);

		if (rnd_draw(&seed, 2) == 0) {
			tag[page] = i + 1;
			assert_int_equal(fix_write(f->space, page, i + 1), 0);
		} else {
			assert_int_equal(fix_read(f->space, page), 0);
		}
		assert_int_equal(fix_tag(f->space, page), tag[page]);
		if (i % 50 == 0)
			fix_check(f);
	}
	assert_true(f->vm.exp.pdfreed > 1000);
	assert_int_equal(f->vm.exp.pdfreed,
	    aix(f)->nreplaced[VM_AIX_COMP] + aix(f)->nreplaced[VM_AIX_FILE]);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_second_chance),
		cmocka_unit_test(test_wired_stays),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_below_minperm),
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_above_maxperm),
		cmocka_unit_test(test_repage_rates),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_maxclient),
		cmocka_unit_test(test_gives_up),
		cmocka_unit_test(test_repage),
		cmocka_unit_test(test_deferred),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_pressure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
