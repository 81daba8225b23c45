/*
 * Buddy lists, domains, and where a frame comes from.
 *
 * A machine of 8191 frames and two domains is two blocks of the largest order:
 * domain 0 is what is left of block 0 (frame 0 is nobody's), domain 1 is one
 * whole block that nothing has touched.
 */
#include "fixture.h"
#include "vm/vm_page_inline.h"
#include "tests/random.h"

#define NPAGES 8191u
#define WHOLE 4096u /* first frame of domain 1 */
#define MAX 12u     /* amd64's largest order */

struct box {
	struct mem *mem;
	struct vm vm;
};

static void
box_open(struct box *b, struct vm_config config)
{
	if (config.geometry == NULL)
		config.geometry = pmap_geometry_byname("amd64");
	b->mem = mem_create();
	assert_non_null(b->mem);
	assert_int_equal(vm_init(&b->vm, b->mem, &config), 0);
}

static void
box_open_two(struct box *b)
{
	box_open(b,
	    (struct vm_config){ .ram_pages = NPAGES,
		.domains = 2,
		.cpus = 4,
		.superpages = VM_SUPER_RESERVE });
}

static void
box_check(struct box *b)
{
	char buf[256];
	const char *why = vm_check(&b->vm, NULL, 0, NULL, NULL, buf,
	    sizeof(buf));

	if (why != NULL)
		fail_msg("vm_check: %s", why);
}

static void
box_close(struct box *b)
{
	box_check(b);
	vm_fini(&b->vm);
	assert_int_equal(mem_in_use(b->mem), 0);
	mem_destroy(b->mem);
}

/* A block taken and given back by hand: what page_alloc counts besides. */
static pfn_t
get(struct box *b, enum vm_pool pool, unsigned order)
{
	pfn_t pfn = vm_phys_alloc(&b->vm, 1, pool, order);

	for (pfn_t i = 0; pfn != PFN_NONE && i < 1u << order; i++) {
		assert_int_equal(b->vm.pages.page[pfn + i].pg_flags, PG_FREE);
		b->vm.pages.page[pfn + i].pg_flags = PG_PTP;
		b->vm.phys.domain[1].nfree--;
		b->vm.exp.free--;
	}
	return pfn;
}

static void
put(struct box *b, pfn_t pfn, unsigned order, enum vm_pool pool)
{
	for (pfn_t i = 0; i < 1u << order; i++) {
		b->vm.pages.page[pfn + i] = (struct vm_page){
			.pg_flags = PG_FREE
		};
		b->vm.phys.domain[1].nfree++;
		b->vm.exp.free++;
	}
	vm_phys_free(&b->vm, pfn, order, pool);
}

/* Free blocks of domain 1, as "order:n order:n", lowest order first. */
static const char *
blocks(struct box *b, enum vm_pool pool)
{
	static __thread char text[256];
	char *at = text;

	*at = '\0';
	for (unsigned o = 0; o <= MAX; o++) {
		uint64_t n = vm_phys_blocks(&b->vm, 1, pool, o);

		if (n != 0)
			at += sprintf(at, "%s%u:%u", at != text ? " " : "", o,
			    (unsigned)n);
	}
	return text;
}
#define assert_blocks(b, pool, expect) \
	assert_string_equal(blocks((b), VM_POOL_##pool), (expect))

/* ------------------------------------------------------------- vectors ---- */

static void
test_split_nine(void **state)
{
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open_two(&b);
	assert_blocks(&b, DEFAULT, "12:1");
	pfn = get(&b, VM_POOL_DEFAULT, 9);
	assert_int_equal(pfn, WHOLE); /* the lowest part is handed out */
	assert_blocks(&b, DEFAULT, "9:1 10:1 11:1");
	box_check(&b);
	put(&b, pfn, 9, VM_POOL_DEFAULT);
	assert_blocks(&b, DEFAULT, "12:1");
	box_close(&b);
}

static void
test_split_to_zero(void **state)
{
	struct box b;
	pfn_t pfn, one;

	(void)state;
	box_open_two(&b);
	pfn = get(&b, VM_POOL_DEFAULT, 12);
	assert_blocks(&b, DEFAULT, "");
	assert_int_equal(get(&b, VM_POOL_DEFAULT, 0), PFN_NONE);
	put(&b, pfn + 512, 9, VM_POOL_DEFAULT);
	one = get(&b, VM_POOL_DEFAULT, 0);
	assert_int_equal(one, pfn + 512);
	assert_blocks(&b, DEFAULT, "0:1 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1");
	put(&b, one, 0, VM_POOL_DEFAULT);
	assert_blocks(&b, DEFAULT, "9:1");
	put(&b, pfn, 9, VM_POOL_DEFAULT);
	assert_blocks(&b, DEFAULT, "10:1");
	put(&b, pfn + 2048, 11, VM_POOL_DEFAULT);
	put(&b, pfn + 1024, 10, VM_POOL_DEFAULT);
	assert_blocks(&b, DEFAULT, "12:1");
	box_close(&b);
}

/* What is freed goes to the tail; what is taken is the head. */
static void
test_order_of_lists(void **state)
{
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open_two(&b);
	pfn = get(&b, VM_POOL_DEFAULT, 12);
	put(&b, pfn + 9, 0, VM_POOL_DEFAULT);
	put(&b, pfn + 5, 0, VM_POOL_DEFAULT);
	put(&b, pfn + 7, 0, VM_POOL_DEFAULT);
	put(&b, pfn + 64, 6, VM_POOL_DEFAULT);
	put(&b, pfn + 32, 3, VM_POOL_DEFAULT);
	assert_blocks(&b, DEFAULT, "0:3 3:1 6:1");
	assert_int_equal(get(&b, VM_POOL_DEFAULT, 0), pfn + 9);
	assert_int_equal(get(&b, VM_POOL_DEFAULT, 0), pfn + 5);
	put(&b, pfn + 9, 0, VM_POOL_DEFAULT);
	assert_int_equal(get(&b, VM_POOL_DEFAULT, 0), pfn + 7);
	assert_int_equal(get(&b, VM_POOL_DEFAULT, 0), pfn + 9);
	/* The smallest that will do. */
	assert_int_equal(get(&b, VM_POOL_DEFAULT, 1), pfn + 32);
	assert_blocks(&b, DEFAULT, "1:1 2:1 6:1");
	assert_int_equal(get(&b, VM_POOL_DEFAULT, 4), pfn + 64);
	assert_blocks(&b, DEFAULT, "1:1 2:1 4:1 5:1");
	box_check(&b);
	vm_fini(&b.vm);
	mem_destroy(b.mem);
}

static void
test_pools(void **state)
{
	struct box b;
	pfn_t table, page;

	(void)state;
	box_open_two(&b);
	/* DIRECT is empty: the largest of any pool is converted. */
	table = get(&b, VM_POOL_DIRECT, 0);
	assert_int_equal(table, WHOLE);
	assert_blocks(&b, DEFAULT, "");
	assert_blocks(&b, DIRECT,
	    "0:1 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1 10:1 11:1");
	/* And back again: the largest, not the smallest that would do. */
	page = get(&b, VM_POOL_DEFAULT, 0);
	assert_int_equal(page, WHOLE + 2048);
	assert_blocks(&b, DIRECT,
	    "0:1 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1 10:1");
	assert_blocks(&b, DEFAULT,
	    "0:1 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1 10:1");
	/* A joined block is of the pool of what was freed last. */
	put(&b, page, 0, VM_POOL_DEFAULT);
	assert_blocks(&b, DEFAULT, "11:1");
	put(&b, table, 0, VM_POOL_DIRECT);
	assert_blocks(&b, DEFAULT, "");
	assert_blocks(&b, DIRECT, "12:1");
	box_close(&b);
}

static void
test_free_contig(void **state)
{
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open_two(&b);
	pfn = get(&b, VM_POOL_DEFAULT, 12);
	/* 3 .. 20: 3, 4-7, 8-15, 16-19, 20 */
	for (pfn_t i = 3; i <= 20; i++)
		b.vm.pages.page[pfn + i] = (struct vm_page){
			.pg_flags = PG_FREE
		};
	vm_phys_free_contig(&b.vm, pfn + 3, 18, VM_POOL_DEFAULT);
	assert_blocks(&b, DEFAULT, "0:2 2:2 3:1");
	assert_int_equal(vm_phys_alloc(&b.vm, 1, VM_POOL_DEFAULT, 0), pfn + 3);
	assert_int_equal(vm_phys_alloc(&b.vm, 1, VM_POOL_DEFAULT, 0), pfn + 20);
	assert_int_equal(vm_phys_alloc(&b.vm, 1, VM_POOL_DEFAULT, 2), pfn + 4);
	assert_int_equal(vm_phys_alloc(&b.vm, 1, VM_POOL_DEFAULT, 2), pfn + 16);
	assert_int_equal(vm_phys_alloc(&b.vm, 1, VM_POOL_DEFAULT, 3), pfn + 8);
	vm_fini(&b.vm);
	mem_destroy(b.mem);
}

/* -------------------------------------------------------------- virgin ---- */

/* Terabytes cost nothing until they are used; the order is from below. */
static void
test_virgin(void **state)
{
	const pfn_t npages = 1u << 24;
	uint64_t before, free_now;
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open(&b,
	    (struct vm_config){ .ram_pages = npages,
		.superpages = VM_SUPER_RESERVE });
	/* The kernel's page table has the first whole block for its pool. */
	assert_int_equal(b.vm.pages.fresh, 2 * WHOLE);
	before = vm_phys_blocks(&b.vm, 0, VM_POOL_DEFAULT, MAX);
	assert_int_equal(before, npages / WHOLE - 2);
	pfn = vm_phys_alloc(&b.vm, 0, VM_POOL_DEFAULT, MAX);
	assert_int_equal(pfn, 2 * WHOLE);
	assert_int_equal(b.vm.pages.fresh, 3 * WHOLE);
	assert_int_equal(vm_phys_alloc(&b.vm, 0, VM_POOL_DEFAULT, MAX),
	    3 * WHOLE);
	/* A block given back stands behind those never used. */
	vm_phys_free(&b.vm, pfn, MAX, VM_POOL_DEFAULT);
	assert_int_equal(vm_phys_alloc(&b.vm, 0, VM_POOL_DEFAULT, MAX),
	    4 * WHOLE);
	vm_phys_free(&b.vm, 3 * WHOLE, MAX, VM_POOL_DEFAULT);
	vm_phys_free(&b.vm, 4 * WHOLE, MAX, VM_POOL_DEFAULT);
	assert_int_equal(vm_phys_blocks(&b.vm, 0, VM_POOL_DEFAULT, MAX),
	    before);
	free_now = b.vm.exp.free;
	assert_int_equal(vm_phys_nfree(&b.vm, 0), free_now);
	box_close(&b);
}

/* Every frame of a machine with ragged ends can be had, once. */
static void
test_ragged(void **state)
{
	static const pfn_t sizes[] = { 64, 100, 4095, 4096, 4097, 9001, 12288 };

	(void)state;
	for (size_t k = 0; k < NELEM(sizes); k++) {
		uint64_t n = 0;
		struct box b;
		uint8_t *seen = calloc(sizes[k] + 1, 1);
		pfn_t pfn;

		box_open(&b,
		    (struct vm_config){ .ram_pages = sizes[k],
			.superpages = VM_SUPER_RESERVE });
		n = b.vm.exp.free;
		while ((pfn = uvm_pagealloc(&b.vm, 1, 0, PG_PTP, true)) !=
		    PFN_NONE) {
			assert_in_range(pfn, 1, sizes[k]);
			assert_int_equal(seen[pfn]++, 0);
			n--;
		}
		assert_int_equal(n, 0);
		box_check(&b);
		for (pfn = 1; pfn <= sizes[k]; pfn++)
			if (seen[pfn])
				uvm_pagefree(&b.vm, pfn);
		free(seen);
		box_close(&b);
	}
}

/* A plain machine: last freed first, then rising; blocks as if in lists. */
static void
test_plain(void **state)
{
	struct box b;
	pfn_t x, y;

	(void)state;
	box_open(&b, (struct vm_config){ .ram_pages = NPAGES });
	assert_true(b.vm.phys.plain);
	x = uvm_pagealloc(&b.vm, 1, 0, PG_PTP, true);
	y = uvm_pagealloc(&b.vm, 1, 0, PG_ANON, true);
	assert_int_equal(y, x + 1);
	assert_int_equal(vm_phys_blocks(&b.vm, 0, VM_POOL_DEFAULT, MAX), 1);
	/* 8 .. 4095 are left of block 0 when frames up to 7 are gone. */
	while (b.vm.pages.fresh < 8)
		(void)uvm_pagealloc(&b.vm, 1, 0, PG_PTP, true);
	for (unsigned o = 0; o < MAX; o++)
		assert_int_equal(vm_phys_blocks(&b.vm, 0, VM_POOL_DEFAULT, o),
		    o >= 3);
	uvm_pagefree(&b.vm, x);
	uvm_pagefree(&b.vm, y);
	assert_int_equal(uvm_pagealloc(&b.vm, 1, 0, PG_PTP, true), y);
	assert_int_equal(uvm_pagealloc(&b.vm, 1, 0, PG_PTP, true), x);
	vm_fini(&b.vm);
	mem_destroy(b.mem);
}

/* ------------------------------------------------------------- domains ---- */

static unsigned
domain_of_next(struct box *b)
{
	pfn_t pfn = uvm_pagealloc(&b->vm, 1, 0, PG_PTP, true);

	assert_int_not_equal(pfn, PFN_NONE);
	return vm_phys_domain(&b->vm, pfn);
}

static void
test_first_touch(void **state)
{
	static const unsigned expect[] = { 0, 0, 1, 1 };
	uint64_t local, remote;
	struct box b;

	(void)state;
	box_open_two(&b);
	for (unsigned cpu = 0; cpu < 4; cpu++) {
		b.vm.curcpu = cpu;
		assert_int_equal(domain_of_next(&b), expect[cpu]);
	}
	b.vm.curcpu = 3;
	local = b.vm.phys.domain[1].local;
	while (b.vm.phys.domain[1].nfree > b.vm.exp.freemin / 2)
		assert_int_equal(domain_of_next(&b), 1);
	assert_true(b.vm.phys.domain[1].local > local);
	/* Domain 1 is low: the other first, then this to the end. */
	remote = b.vm.phys.domain[0].remote;
	while (b.vm.phys.domain[0].nfree > b.vm.exp.freemin / 2)
		assert_int_equal(domain_of_next(&b), 0);
	assert_true(b.vm.phys.domain[0].remote > remote);
	while (b.vm.phys.domain[1].nfree > 0)
		assert_int_equal(domain_of_next(&b), 1);
	while (b.vm.exp.free > 0)
		assert_int_equal(domain_of_next(&b), 0);
	box_check(&b);
	vm_fini(&b.vm);
	mem_destroy(b.mem);
}

static void
test_round_robin(void **state)
{
	unsigned first, n = 0;
	struct box b;

	(void)state;
	box_open(&b,
	    (struct vm_config){ .ram_pages = 4 * 4096 - 1,
		.domains = 4,
		.numa = VM_NUMA_ROUND_ROBIN });
	first = domain_of_next(&b);
	for (unsigned i = 1; i < 40; i++)
		n += domain_of_next(&b) == (first + i) % 4;
	assert_int_equal(n, 39);
	vm_fini(&b.vm);
	mem_destroy(b.mem);
}

/* Pieces of 512 pages in turn, beginning with the object's number. */
static void
test_interleave(void **state)
{
	struct vm_object *obj[2];
	struct box b;

	(void)state;
	box_open(&b,
	    (struct vm_config){ .ram_pages = 4 * 4096 - 1,
		.domains = 4,
		.numa = VM_NUMA_INTERLEAVE });
	for (unsigned k = 0; k < 2; k++)
		assert_int_equal(vm_object_create(&b.vm, &aobj_pager,
				     (vsize_t)4096 << 12, 0, &obj[k]),
		    0);
	for (unsigned i = 0; i < 2048; i += 100)
		for (unsigned k = 0; k < 2; k++) {
			pfn_t pfn;

			assert_int_equal(aobj_pager.get(&b.vm, obj[k], i, &pfn),
			    0);
			assert_int_equal(vm_phys_domain(&b.vm, pfn),
			    (i / 512 + obj[k]->id) % 4);
		}
	vm_object_unref(&b.vm, obj[0]);
	vm_object_unref(&b.vm, obj[1]);
	box_close(&b);
}

/* More domains than blocks: those without memory are passed over. */
static void
test_empty_domains(void **state)
{
	struct box b;
	pfn_t pfn, end;

	(void)state;
	box_open(&b,
	    (struct vm_config){ .ram_pages = 100, .domains = 8, .cpus = 8 });
	for (unsigned cpu = 0; cpu < 8; cpu++) {
		b.vm.curcpu = cpu;
		(void)domain_of_next(&b);
	}
	vm_phys_range(&b.vm, 7, &pfn, &end);
	assert_int_equal(end, 101);
	vm_fini(&b.vm);
	mem_destroy(b.mem);
}

/* -------------------------------------------------------------- random ---- */

static uint64_t
draw(uint64_t *seed)
{
	return rnd_next(seed) >> 33;
}

/* The naive model of domain 1: a flag for each frame. */
struct model {
	bool free[WHOLE];
};

static bool
all_free(const struct model *m, unsigned at, unsigned order)
{
	for (unsigned i = 0; i < 1u << order; i++)
		if (!m->free[at + i])
			return false;
	return true;
}

/* Aligned blocks of an order that are free as a whole, and no larger one is. */
static unsigned
maximal(const struct model *m, unsigned order)
{
	unsigned n = 0;

	for (unsigned at = 0; at < WHOLE; at += 1u << order)
		if (all_free(m, at, order) &&
		    (order == MAX ||
			!all_free(m, at & ~((2u << order) - 1), order + 1)))
			n++;
	return n;
}

static void
compare(struct box *b, const struct model *m)
{
	for (unsigned o = 0; o <= MAX; o++)
		assert_int_equal(vm_phys_blocks(&b->vm, 1, VM_POOL_DEFAULT, o) +
			vm_phys_blocks(&b->vm, 1, VM_POOL_DIRECT, o),
		    maximal(m, o));
}

static bool
can_have(const struct model *m, unsigned order)
{
	for (unsigned o = order; o <= MAX; o++)
		if (maximal(m, o) > 0)
			return true;
	return false;
}

struct held {
	pfn_t pfn;
	uint8_t order, pool;
};

static void
step(struct box *b, struct model *m, struct held *held, unsigned *n,
    uint64_t *seed)
{
	struct held h;

	if (draw(seed) % 5 < (*n > 300 ? 1 : 3)) {
		h.order = (uint8_t)(draw(seed) % 8 * (draw(seed) % 2));
		h.pool = draw(seed) % 4 == 0;
		h.pfn = get(b, h.pool, h.order);
		assert_int_equal(h.pfn != PFN_NONE, can_have(m, h.order));
		if (h.pfn == PFN_NONE)
			return;
		assert_int_equal(h.pfn & ((1u << h.order) - 1), 0);
		assert_true(all_free(m, h.pfn - WHOLE, h.order));
		memset(&m->free[h.pfn - WHOLE], false, 1u << h.order);
		held[(*n)++] = h;
	} else if (*n > 0) {
		unsigned k = (unsigned)(draw(seed) % *n);

		h = held[k];
		held[k] = held[--*n];
		put(b, h.pfn, h.order, h.pool);
		memset(&m->free[h.pfn - WHOLE], true, 1u << h.order);
	}
}

static void
test_random(void **state)
{
	(void)state;
	for (uint64_t run = 1; run <= 3; run++) {
		static struct held held[1000];
		uint64_t seed = run;
		struct model m;
		struct box b;
		unsigned n = 0;

		box_open_two(&b);
		memset(m.free, true, sizeof(m.free));
		for (unsigned i = 0; i < 3000; i++) {
			step(&b, &m, held, &n, &seed);
			if (i % 50 == 0) {
				compare(&b, &m);
				box_check(&b);
			}
		}
		while (n-- > 0)
			put(&b, held[n].pfn, held[n].order, held[n].pool);
		assert_int_equal(vm_phys_blocks(&b.vm, 1, VM_POOL_DEFAULT, 12) +
			vm_phys_blocks(&b.vm, 1, VM_POOL_DIRECT, 12),
		    1);
		box_close(&b);
	}
}

/* ------------------------------------------------------------- failure ---- */

/* vm_init with the n-th allocation failing leaves nothing behind. */
static void
test_no_memory(void **state)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = NPAGES,
		.domains = 2,
		.superpages = VM_SUPER_RESERVE,
	};
	int error = ENOMEM;

	(void)state;
	for (uint64_t n = 1; error != 0; n++) {
		struct mem *mem = mem_create();
		struct vm vm;

		mem_fail_after(mem, n);
		error = vm_init(&vm, mem, &config);
		assert_true(error == 0 || error == ENOMEM);
		assert_true(error != 0 || n > 6);
		mem_fail_after(mem, 0);
		if (error == 0)
			vm_fini(&vm);
		assert_int_equal(mem_in_use(mem), 0);
		mem_destroy(mem);
	}
}

/* The checker sees each kind of damage, and names the invariant. */
#define BROKEN(b, what, value, name) \
	do { \
		__typeof__(what) was_ = (what); \
		char buf_[256]; \
		const char *why_; \
\
		(what) = (value); \
		why_ = vm_phys_check(&(b)->vm, buf_, sizeof(buf_)); \
		assert_non_null(why_); \
		if (strstr(why_, name) == NULL) \
			fail_msg("%s: expected %s", why_, name); \
		(what) = was_; \
		box_check(b); \
	} while (0)

static void
test_check(void **state)
{
	struct vm_phys_domain *d;
	struct vm_page *page;
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open_two(&b);
	pfn = get(&b, VM_POOL_DEFAULT, 0);
	d = &b.vm.phys.domain[1];
	page = b.vm.pages.page;
	/* Free: pfn + 1 (0), pfn + 2 (1), pfn + 4 (2), ... */
	BROKEN(&b, page[pfn + 3].pg_flags, PG_PTP, "PH1");
	BROKEN(&b, page[pfn + 2].pindex, 0, "PH1");
	BROKEN(&b, page[pfn + 5].pindex, 1, "PH1");
	BROKEN(&b, page[pfn + 4].qprev, pfn, "PH3");
	BROKEN(&b, d->list[0][2].n, 2, "PH3");
	BROKEN(&b, d->list[0][2].n, 0, "PH3");
	BROKEN(&b, d->list[0][2].tail, pfn, "PH3");
	BROKEN(&b, d->list[0][3].head, 0, "PH3");
	BROKEN(&b, d->nbuddy, 7, "PH4");
	BROKEN(&b, d->nfree, 7, "PH4");
	BROKEN(&b, b.vm.exp.free, 7, "PH4");
	BROKEN(&b, b.vm.reservs.holes, 1, "PH5");
	put(&b, pfn, 0, VM_POOL_DEFAULT);
	box_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_nine),
		cmocka_unit_test(test_split_to_zero),
		cmocka_unit_test(test_order_of_lists),
		cmocka_unit_test(test_pools),
		cmocka_unit_test(test_free_contig),
		cmocka_unit_test(test_virgin),
		cmocka_unit_test(test_ragged),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_first_touch),
		cmocka_unit_test(test_round_robin),
		cmocka_unit_test(test_interleave),
		cmocka_unit_test(test_empty_domains),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
