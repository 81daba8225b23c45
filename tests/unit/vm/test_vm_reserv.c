/*
 * Reservations: where pages come to lie, who is refused, who is broken first.
 */
#include "reserv_box.h"

/* The colours of the queue of domain 1, oldest first: "c c c". */
static const char *
queue(struct box *b)
{
	static __thread char text[128];
	const struct vm_reservs *rs = &b->vm.reservs;
	char *at = text;

	*at = '\0';
	for (uint32_t i = rs->partpop[1].head; i != 0;
	     i = vm_reserv_get(rs, i)->qnext)
		at += sprintf(at, "%s%c", at != text ? " " : "",
		    (int)(vm_reserv_get(rs, i)->owner->colour / N));
	return text;
}

/* ------------------------------------------------------------- filling ---- */

static void
test_fill(void **state)
{
	struct vm_amap *amap;
	uint64_t before;
	struct box b;

	(void)state;
	box_open(&b);
	before = b.vm.exp.free;
	amap = amap_new(&b, N, 0);
	/* In any order: each page lies at its place. */
	for (unsigned i = 0; i < N; i++) {
		unsigned slot = i * 37 % N;

		assert_int_equal(page(&b, amap, slot), WHOLE + slot);
		assert_int_equal(vm_reserv_level(&b.vm, WHOLE + slot),
		    i == N - 1);
		assert_int_equal(b.vm.exp.free, before - i - 1);
		if (i == N / 2) {
			assert_int_equal(b.vm.reservs.partpopq, 1);
			box_check(&b);
		}
	}
	assert_int_equal(b.vm.reservs.created, 1);
	assert_int_equal(b.vm.reservs.fullpop, 1);
	assert_int_equal(b.vm.reservs.partpopq, 0);
	/* One free block each of orders 9, 10 and 11 of the 16M. */
	for (unsigned o = 0; o <= 12; o++)
		assert_int_equal(nblocks(&b, o), o >= 9 && o <= 11);
	/* The 512th page is one of a new one: the piece behind. */
	box_check(&b);
	amap_gone(&b, amap);
	assert_int_equal(b.vm.reservs.freed, 1);
	assert_int_equal(b.vm.reservs.broken, 0);
	assert_int_equal(nblocks(&b, 12), 1);
	assert_int_equal(b.vm.exp.free, before);
	box_close(&b);
}

/* Pages lie as the addresses do, not as the slots; the first colour stays. */
static void
test_colour(void **state)
{
	struct vm_amap *amap;
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open(&b);
	amap = amap_new(&b, 3 * N, 7 * N + 100);
	vm_reserv_color(&amap->reserv, 0);
	/* The head of the amap: the piece would begin before it. */
	pfn = page(&b, amap, 0);
	assert_int_equal(b.vm.reservs.created, 0);
	assert_int_equal(b.vm.reservs.refused[VM_REFUSAL_HEAD], 1);
	(void)page(&b, amap, N - 101);
	assert_int_equal(b.vm.reservs.refused[VM_REFUSAL_HEAD], 2);
	/* From the boundary on it has reservations. */
	pfn = page(&b, amap, N - 100);
	assert_int_equal(pfn % N, 0);
	assert_int_equal(page(&b, amap, N - 100 + 77), pfn + 77);
	assert_int_equal(b.vm.reservs.created, 1);
	/* An amap may grow: its end does not hinder. */
	pfn = page(&b, amap, 3 * N - 1);
	assert_int_equal(pfn % N, (3 * N - 1 + 100) % N);
	assert_int_equal(b.vm.reservs.created, 2);
	box_check(&b);
	amap_gone(&b, amap);
	assert_int_equal(nblocks(&b, 12), 1);
	box_close(&b);
}

/* ------------------------------------------------------------ refusals ---- */

static void
test_refused_by_shape(void **state)
{
	struct vm_object *obj;
	struct vm_amap *amap;
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open(&b);
	amap = amap_new(&b, N, 0);
	amap->reserv.coloured = false;
	assert_int_equal(refusal(&b, amap, 0), VM_REFUSAL_COLOUR);
	(void)page(&b, amap, 3);
	assert_int_equal(b.vm.reservs.refused[VM_REFUSAL_COLOUR], 1);
	drop(&b, amap, 3);
	amap->reserv.coloured = true;
	amap->reserv.colour = 5;
	assert_int_equal(refusal(&b, amap, 0), VM_REFUSAL_HEAD);
	assert_int_equal(refusal(&b, amap, N - 6), VM_REFUSAL_HEAD);
	assert_int_equal(refusal(&b, amap, N - 5), VM_REFUSAL_NONE);
	/* pindex beyond colour's wrap: a slot far up, mapped far down. */
	amap->reserv.colour = (uint64_t)-N;
	assert_int_equal(refusal(&b, amap, 10), VM_REFUSAL_NONE);
	assert_int_equal(refusal(&b, amap, N), VM_REFUSAL_SIZE);

	/* 700 pages that cannot grow: the second piece passes the end. */
	assert_int_equal(vm_object_create(&b.vm, &aobj_pager,
			     (vsize_t)700 << 12, 0, &obj),
	    0);
	assert_int_equal(refusal(&b, obj, 0), VM_REFUSAL_NONE);
	assert_int_equal(refusal(&b, obj, N), VM_REFUSAL_TAIL);
	assert_int_equal(refusal(&b, obj, 699), VM_REFUSAL_TAIL);
	assert_int_equal(refusal(&b, obj, 700), VM_REFUSAL_SIZE);
	assert_int_equal(aobj_pager.get(&b.vm, obj, 600, &pfn), 0);
	assert_int_equal(b.vm.reservs.created, 0);
	assert_int_equal(aobj_pager.get(&b.vm, obj, 60, &pfn), 0);
	assert_int_equal(pfn % N, 60);
	assert_int_equal(b.vm.reservs.created, 1);
	assert_int_equal(refusal(&b, obj, 60), VM_REFUSAL_COVERED);
	assert_int_equal(refusal(&b, obj, 61), VM_REFUSAL_COVERED);
	vm_object_setsize(&b.vm, obj, (vsize_t)2 * N << 12);
	assert_int_equal(refusal(&b, obj, N), VM_REFUSAL_RIGHT);
	vm_object_unref(&b.vm, obj);
	amap_gone(&b, amap);
	assert_int_equal(nblocks(&b, 12), 1);
	box_close(&b);
}

static void
test_refused_by_neighbours(void **state)
{
	struct vm_amap *amap;
	struct vm_anon *anon;
	struct box b;

	(void)state;
	box_open(&b);
	amap = amap_new(&b, 2 * N, 0);
	(void)page(&b, amap, N + 100);
	vm_reserv_break_all(&b.vm, &amap->reserv);
	assert_int_equal(refusal(&b, amap, N + 101), VM_REFUSAL_LEFT);
	assert_int_equal(refusal(&b, amap, 2 * N - 1), VM_REFUSAL_LEFT);
	assert_int_equal(refusal(&b, amap, N + 99), VM_REFUSAL_RIGHT);
	assert_int_equal(refusal(&b, amap, N), VM_REFUSAL_RIGHT);
	/* Neighbours in another piece do not hinder, nor the page itself. */
	assert_int_equal(refusal(&b, amap, N - 1), VM_REFUSAL_NONE);
	assert_int_equal(refusal(&b, amap, N + 100), VM_REFUSAL_NONE);
	/* A page that others have too is not this amap's own. */
	anon = &b.vm.anons.anon[sparse_get(&amap->slots, N + 100)];
	anon->ref = 2;
	assert_int_equal(refusal(&b, amap, N + 101), VM_REFUSAL_NONE);
	assert_int_equal(refusal(&b, amap, N + 99), VM_REFUSAL_NONE);
	anon->ref = 1;
	amap_gone(&b, amap);
	box_close(&b);
}

static void
test_refused_no_block(void **state)
{
	struct vm_amap *amap;
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open(&b);
	b.vm.exp.freemin = 0; /* domain 1 to its last frame */
	/* One frame in each 2M of domain 1: a page table's. */
	for (unsigned i = 0; i < WHOLE; i++)
		(void)uvm_pagealloc(&b.vm, 1, 0, PG_PTP, false);
	for (unsigned i = 0; i < WHOLE; i++)
		if (i % N != 5)
			uvm_pagefree(&b.vm, WHOLE + i);
	amap = amap_new(&b, N, 0);
	assert_int_equal(refusal(&b, amap, 0), VM_REFUSAL_NOBLOCK);
	pfn = page(&b, amap, 0);
	assert_int_not_equal(pfn, PFN_NONE);
	assert_int_equal(vm_phys_domain(&b.vm, pfn), 1);
	assert_int_equal(b.vm.reservs.created, 0);
	uvm_pagefree(&b.vm, WHOLE + 3 * N + 5);
	drop(&b, amap, 0);
	assert_int_equal(refusal(&b, amap, 0), VM_REFUSAL_NONE);
	assert_int_equal(page(&b, amap, 1), WHOLE + 3 * N + 1);
	amap_gone(&b, amap);
	box_close(&b);
}

/* ----------------------------------------------------------- the queue ---- */

/* A, B and C in three ticks (or one); then a page is added to A. */
static void
three(struct box *b, struct vm_amap *amap[3], bool ticks)
{
	for (unsigned i = 0; i < 3; i++) {
		amap[i] = amap_new(b, N, (uint64_t)('A' + i) * N);
		(void)page(b, amap[i], 0);
		b->vm.tick += ticks;
	}
	assert_string_equal(queue(b), "A B C");
	(void)page(b, amap[0], 1);
}

static void
test_queue_order(void **state)
{
	struct vm_amap *amap[3];
	struct box b;

	(void)state;
	box_open(&b);
	three(&b, amap, true);
	assert_string_equal(queue(&b), "B C A");
	b.vm.tick++;
	drop(&b, amap[0], 0); /* freeing is a change too */
	(void)page(&b, amap[1], 7);
	assert_string_equal(queue(&b), "C A B");
	box_check(&b);
	for (unsigned i = 0; i < 3; i++)
		amap_gone(&b, amap[i]);
	assert_string_equal(queue(&b), "");
	box_close(&b);
}

static void
test_queue_slop(void **state)
{
	struct vm_amap *amap[3];
	struct box b;

	(void)state;
	box_open(&b);
	three(&b, amap, false);
	assert_string_equal(queue(&b), "A B C");
	for (unsigned i = 0; i < 3; i++)
		amap_gone(&b, amap[i]);
	box_close(&b);
}

/* A full one leaves the queue; one that loses a page comes back. */
static void
test_queue_full(void **state)
{
	struct vm_amap *amap;
	struct box b;

	(void)state;
	box_open(&b);
	amap = amap_new(&b, N, (uint64_t)'A' * N);
	for (unsigned i = 0; i < N - 1; i++)
		(void)page(&b, amap, i);
	assert_string_equal(queue(&b), "A");
	(void)page(&b, amap, N - 1);
	assert_string_equal(queue(&b), "");
	assert_int_equal(b.vm.reservs.fullpop, 1);
	drop(&b, amap, 300);
	assert_string_equal(queue(&b), "A");
	assert_int_equal(b.vm.reservs.fullpop, 0);
	assert_int_equal(vm_reserv_level(&b.vm, WHOLE), 0);
	box_check(&b);
	/* The page comes back where it was. */
	assert_int_equal(page(&b, amap, 300), WHOLE + 300);
	assert_int_equal(vm_reserv_level(&b.vm, WHOLE + 17), 1);
	amap_gone(&b, amap);
	box_close(&b);
}

/* For want of frames the reservation changed longest ago is broken. */
static void
test_pressure(void **state)
{
	struct vm_amap *amap[3];
	struct box b;
	uint64_t used;
	pfn_t pfn;

	(void)state;
	box_open(&b);
	three(&b, amap, true);
	b.vm.exp.freemin = 0; /* domain 1 to its last frame */
	while (b.vm.phys.domain[1].nbuddy > 0)
		(void)uvm_pagealloc(&b.vm, 1, 0, PG_PTP, true);
	assert_int_equal(b.vm.reservs.broken, 0);
	used = b.vm.phys.domain[1].nfree;
	assert_int_equal(used, 3 * N - 4);
	pfn = uvm_pagealloc(&b.vm, 1, 0, PG_PTP, true);
	assert_in_range(pfn, WHOLE + N, WHOLE + 2 * N - 1); /* B's */
	assert_string_equal(queue(&b), "C A");
	assert_int_equal(b.vm.reservs.broken, 1);
	assert_int_equal(b.vm.reservs.reclaimed, 1);
	box_check(&b);
	/* B's page lives on; beside it B gets ordinary pages. */
	assert_int_equal(b.vm.anons.anon[sparse_get(&amap[1]->slots, 0)].where,
	    WHOLE + N);
	assert_int_equal(refusal(&b, amap[1], 1), VM_REFUSAL_NOBLOCK);
	while (b.vm.phys.domain[1].nfree > 0)
		(void)uvm_pagealloc(&b.vm, 1, 0, PG_PTP, true);
	assert_int_equal(b.vm.reservs.reclaimed, 3);
	box_check(&b);
	for (unsigned i = 0; i < 3; i++)
		amap_gone(&b, amap[i]);
	box_close(&b);
}

/* After a break, used pages are ordinary, and coalesce when they go. */
static void
test_break(void **state)
{
	struct vm_amap *amap;
	struct box b;

	(void)state;
	box_open(&b);
	amap = amap_new(&b, N, 0);
	(void)page(&b, amap, 0);
	(void)page(&b, amap, 100);
	(void)page(&b, amap, 101);
	assert_int_equal(b.vm.reservs.holes, N - 3);
	assert_true(vm_reserv_reclaim(&b.vm, 1));
	assert_false(vm_reserv_reclaim(&b.vm, 1));
	assert_int_equal(b.vm.reservs.holes, 0);
	assert_int_equal(b.vm.exp.free, vm_phys_nfree(&b.vm, 0) + WHOLE - 3);
	/*
	 * Clear runs 1..99 and 102..511, peeled:
	 * 1 2-3 4 8 16 32-63 64-95 96-99; 102 104 112 128 256
	 */
	assert_int_equal(nblocks(&b, 0), 1);
	assert_int_equal(nblocks(&b, 1), 2);
	assert_int_equal(nblocks(&b, 2), 2);
	assert_int_equal(nblocks(&b, 3), 2);
	assert_int_equal(nblocks(&b, 4), 2);
	assert_int_equal(nblocks(&b, 5), 2);
	assert_int_equal(nblocks(&b, 6), 0);
	assert_int_equal(nblocks(&b, 7), 1);
	assert_int_equal(nblocks(&b, 8), 1);
	box_check(&b);
	amap_gone(&b, amap);
	assert_int_equal(nblocks(&b, 12), 1);
	assert_int_equal(b.vm.reservs.freed, 0);
	box_close(&b);
}

/* --------------------------------------------------------------- sizes ---- */

/* amd64 with one more size between, as arm64 has. */
static void
box_open_sizes(struct box *b, uint8_t small, uint8_t large)
{
	b->geo = *pmap_geometry_byname("amd64");
	b->geo.nsizes = 4;
	b->geo.sizes[1] = (struct pmap_pagesize){ small, PMAP_SIZE_GROUP, 3,
		true };
	b->geo.sizes[2] = (struct pmap_pagesize){ large, PMAP_SIZE_LEAF, 2,
		true };
	b->geo.sizes[3] = (struct pmap_pagesize){ 30, PMAP_SIZE_LEAF, 1,
		false };
	box_open_as(b,
	    (struct vm_config){ .ram_pages = 2 * WHOLE - 1,
		.geometry = &b->geo,
		.domains = 2,
		.cpus = 2,
		.superpages = VM_SUPER_RESERVE });
}

/* Parts of 16 in 512 pages, of 128 in 2048, of 64 in 512, of 1 in 16. */
static void
test_sizes(void **state)
{
	static const struct {
		uint8_t small, large;
	} shapes[] = { { 16, 21 }, { 19, 23 }, { 18, 21 }, { 17, 24 } };

	(void)state;
	for (size_t k = 0; k < NELEM(shapes); k++) {
		const unsigned part = 1u << (shapes[k].small - 12);
		const unsigned all = 1u << (shapes[k].large - 12);
		struct vm_amap *amap;
		struct box b;

		box_open_sizes(&b, shapes[k].small, shapes[k].large);
		amap = amap_new(&b, all, 0);
		for (unsigned i = 0; i < all; i++) {
			pfn_t pfn = page(&b, amap, i);
			bool last = i % part == part - 1;

			assert_int_equal(pfn, WHOLE + i);
			assert_int_equal(vm_reserv_level(&b.vm, pfn),
			    i == all - 1 ? 2 :
				last     ? 1 :
					   0);
			/* The part before is full, whoever asks. */
			assert_int_equal(vm_reserv_level(&b.vm, pfn - i % part),
			    i == all - 1 ? 2 :
				last     ? 1 :
					   0);
		}
		drop(&b, amap, part + 1);
		assert_int_equal(vm_reserv_level(&b.vm, WHOLE + part), 0);
		assert_int_equal(vm_reserv_level(&b.vm, WHOLE), 1);
		assert_int_equal(vm_reserv_level(&b.vm, WHOLE + 2 * part), 1);
		box_check(&b);
		amap_gone(&b, amap);
		assert_int_equal(vm_reserv_level(&b.vm, WHOLE), 0);
		box_close(&b);
	}
}

/* ------------------------------------------------------------- domains ---- */

/* What is there overrides the policy; what is new follows it. */
static void
test_domain_of_reservation(void **state)
{
	struct vm_amap *amap;
	struct box b;

	(void)state;
	box_open(&b);
	amap = amap_new(&b, 2 * N, 0);
	assert_int_equal(vm_phys_domain(&b.vm, page(&b, amap, 0)), 1);
	b.vm.curcpu = 0;
	assert_int_equal(page(&b, amap, 1), WHOLE + 1);
	assert_int_equal(b.vm.phys.domain[1].local, 1);
	assert_int_equal(b.vm.phys.domain[1].remote, 1);
	assert_int_equal(vm_phys_domain(&b.vm, page(&b, amap, N)), 0);
	box_check(&b);
	amap_gone(&b, amap);
	box_close(&b);
}

/* -------------------------------------------------------- whole blocks ---- */

static void
test_whole(void **state)
{
	struct vm_amap *amap;
	uint64_t before;
	struct box b;
	pfn_t first;

	(void)state;
	box_open_as(&b,
	    (struct vm_config){ .ram_pages = 2 * WHOLE - 1,
		.domains = 2,
		.cpus = 2,
		.superpages = VM_SUPER_EAGER });
	before = b.vm.exp.free;
	amap = amap_new(&b, 3 * N, N);
	assert_int_equal(amap_reserve_nodes(&b.vm, N / 64 + 1, SPARSE_MAXPATH),
	    0);
	assert_false(uvm_analloc_whole(&b.vm, amap, 1, &first));
	assert_true(uvm_analloc_whole(&b.vm, amap, N, &first));
	assert_int_equal(first, WHOLE);
	assert_int_equal(b.vm.exp.free, before - N);
	assert_int_equal(b.vm.phys.domain[1].local, N);
	assert_int_equal(amap->slots.nused, N);
	assert_int_equal(vm_reserv_level(&b.vm, first + 3), 1);
	box_check(&b);
	/* Single pages are ordinary ones. */
	assert_true(page(&b, amap, 0) >= WHOLE + N);
	assert_int_equal(b.vm.reservs.created, 1);
	/* It loses a page: it is split, the frame is free for anybody. */
	drop(&b, amap, N + 5);
	assert_int_equal(b.vm.reservs.broken, 1);
	assert_int_equal(b.vm.reservs.holes, 0);
	assert_int_equal(vm_reserv_level(&b.vm, WHOLE), 0);
	box_check(&b);
	amap_gone(&b, amap);
	assert_int_equal(b.vm.exp.free, before);
	assert_int_equal(nblocks(&b, 12), 1);
	box_close(&b);
}

/* ------------------------------------------------------------ checking ---- */

#define BROKEN(b, what, value, name) \
	do { \
		__typeof__(what) was_ = (what); \
		char buf_[256]; \
		const char *why_; \
\
		(what) = (value); \
		why_ = vm_reserv_check(&(b)->vm, buf_, sizeof(buf_)); \
		assert_non_null(why_); \
		if (strstr(why_, name) == NULL) \
			fail_msg("%s: expected %s", why_, name); \
		(what) = was_; \
		box_check(b); \
	} while (0)

static void
test_check(void **state)
{
	struct vm_amap *amap, *other;
	struct vm_reserv *rv;
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open(&b);
	amap = amap_new(&b, 2 * N, 0);
	other = amap_new(&b, N, 0);
	pfn = page(&b, amap, 0);
	b.vm.tick = 5;
	(void)page(&b, amap, N);
	rv = vm_reserv_get(&b.vm.reservs, pfn / N);
	BROKEN(&b, rv->popcnt, 2, "RV1");
	BROKEN(&b, rv->popmap[0], 0, "RV2");
	BROKEN(&b, rv->popmap[0], 3, "RV2");
	BROKEN(&b, b.vm.pages.page[pfn + 1].pindex, 1, "RV2");
	BROKEN(&b, rv->queued, false, "RV3");
	BROKEN(&b, rv->lasttick, 9, "RV3");
	BROKEN(&b, rv->qnext, 0, "RV3");
	BROKEN(&b, rv->domain, 0, "RV3");
	BROKEN(&b, rv->piece, 77, "RV4");
	BROKEN(&b, rv->owner, &other->reserv, "RV4");
	BROKEN(&b, amap->reserv.first, pfn / N, "RV4");
	BROKEN(&b, b.vm.reservs.fullpop, 1, "RV5");
	BROKEN(&b, b.vm.reservs.partpopq, 1, "RV5");
	BROKEN(&b, b.vm.reservs.holes, 1, "RV5");
	amap_gone(&b, amap);
	amap_gone(&b, other);
	box_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_refused_by_shape),
		cmocka_unit_test(test_refused_by_neighbours),
		cmocka_unit_test(test_refused_no_block),
		cmocka_unit_test(test_queue_order),
		cmocka_unit_test(test_queue_slop),
		cmocka_unit_test(test_queue_full),
		cmocka_unit_test(test_pressure),
		cmocka_unit_test(test_break),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_domain_of_reservation),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
