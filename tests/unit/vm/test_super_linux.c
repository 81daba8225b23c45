/*
 * Larger pages as Linux makes them: at the first fault (eager), and by a daemon
 * that copies (collapse).
 */
#include "fixture.h"

#define N 512u
#define RAM (8u << 12)

static struct fixture *
setup(uint8_t policy, unsigned ram)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = ram,
		.tags = true,
		.superpages = policy,
	};

	return fix_new_config(VM_MAP_JOIN | VM_MAP_TOPDOWN, &config);
}

static unsigned
psind(struct vmspace *s, unsigned page)
{
	return pmap_psind(s->vm_map.pmap, P(page));
}

static uint64_t
resident(const struct fixture *f)
{
	return f->map->pmap->resident;
}

static uint64_t
changes(const struct fixture *f)
{
	const struct pmap_counters *c = &f->vm.pmaps.count;

	return c->promotions[1] + c->p_failures[1];
}

/* ---------------------------------------------------------------- eager --- */

static void
first_touch(void **state)
{
	struct fixture *f = setup(VM_SUPER_EAGER, RAM);
	const uint64_t faults = f->vm.exp.faults;

	(void)state;
	assert_int_equal(fix_anon(f, 0, 3 * N, RW), 0);
	assert_int_equal(fix_read(f->space, 700), 0); /* a read takes it too */
	fix_check(f);
	assert_int_equal(f->vm.exp.faults - faults, 1);
	assert_int_equal(f->vm.exp.flt_przero, N);
	assert_int_equal(f->vm.stat.thpalloc, 1);
	assert_int_equal(resident(f), N);
	assert_int_equal(psind(f->space, N), 1);
	assert_int_equal(psind(f->space, 0), 0);
	for (unsigned i = N; i < 2 * N; i++) {
		assert_int_equal(fix_pte(f->space, i), RW);
		assert_int_equal(fix_tag(f->space, i), 0);
		assert_int_equal(fix_write(f->space, i, i), 0);
	}
	for (unsigned i = N; i < 2 * N; i++)
		assert_int_equal(fix_tag(f->space, i), i);
	assert_int_equal(f->vm.exp.faults - faults, 1);
	assert_int_equal(f->vm.pmaps.count.mappings[1], 1);
	assert_int_equal(changes(f), 0);
	fix_free(f);
}

/* Ranges that are not whole in one entry of private memory. */
static void
not_eligible(void **state)
{
	struct fixture *f = setup(VM_SUPER_EAGER, RAM);

	(void)state;
	assert_int_equal(fix_anon(f, 1, N, RW), 0); /* too short */
	assert_int_equal(fix_write(f->space, 7, 1), 0);
	assert_int_equal(fix_shared(f, 2 * N, 3 * N, RW), 0);
	assert_int_equal(fix_write(f->space, 2 * N, 1), 0);
	assert_int_equal(fix_anon(f, 4 * N, 5 * N, RW), 0);
	assert_int_equal(uvm_map_setflags(f->map, P(4 * N), P(5 * N),
			     UVM_MAP_NOHUGE, 0),
	    0);
	assert_int_equal(fix_write(f->space, 4 * N, 1), 0);
	assert_int_equal(f->vm.stat.thpalloc, 0);
	assert_int_equal(f->vm.stat.thpfallback, 0);
	assert_int_equal(resident(f), 3);
	/* A page is there already. */
	assert_int_equal(uvm_map_setflags(f->map, P(4 * N), P(5 * N), 0,
			     UVM_MAP_NOHUGE),
	    0);
	assert_int_equal(fix_write(f->space, 4 * N + 1, 1), 0);
	assert_int_equal(resident(f), 4);
	fix_free(f);
}

static void
no_block(void **state)
{
	struct fixture *f = setup(VM_SUPER_EAGER, 600);

	(void)state;
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	assert_int_equal(fix_write(f->space, 0, 5), 0);
	assert_int_equal(f->vm.stat.thpalloc, 0);
	assert_int_equal(f->vm.stat.thpfallback, 1);
	assert_int_equal(resident(f), 1);
	assert_int_equal(fix_tag(f->space, 0), 5);
	fix_free(f);
}

/* The child's write copies one base page; the parent keeps the larger one. */
static void
fork_write(void **state)
{
	struct fixture *f = setup(VM_SUPER_EAGER, RAM);

	(void)state;
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	assert_int_equal(fix_write(f->space, 3, 33), 0);
	fix_fork(f);
	assert_int_equal(psind(f->child, 0), 1);
	assert_int_equal(fix_read(f->child, 4), 0);
	assert_int_equal(fix_write(f->child, 3, 34), 0);
	fix_check(f);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(psind(f->child, 0), 0);
	assert_int_equal(fix_tag(f->space, 3), 33);
	assert_int_equal(fix_tag(f->child, 3), 34);
	assert_int_equal(f->vm.pmaps.count.demotions[1], 1);
	fix_free(f);
}

/* mlock keeps it whole; a part unmapped gives frames back one by one. */
static void
wired_and_cut(void **state)
{
	struct fixture *f = setup(VM_SUPER_EAGER, RAM);
	const uint64_t used = f->vm.exp.free;

	(void)state;
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(N), true, false), 0);
	fix_check(f);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(f->vm.exp.wired, N);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(N), false, false), 0);
	assert_int_equal(fix_unmap(f, 100, 200), 0);
	assert_int_equal(resident(f), N - 100);
	assert_true(used - f->vm.exp.free >= N - 100);
	assert_true(used - f->vm.exp.free <= N - 100 + 4);
	assert_int_equal(fix_unmap(f, 0, N), 0);
	fix_free(f);
}

/* ------------------------------------------------------------- collapse --- */

/* k pages of the range, written with their number. */
static struct fixture *
some_pages(unsigned k)
{
	struct fixture *f = setup(VM_SUPER_COLLAPSE, RAM);

	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	for (unsigned i = 0; i < k; i++)
		assert_int_equal(fix_write(f->space, i * 7 % N, i * 7 % N + 1),
		    0);
	assert_int_equal(resident(f), k);
	assert_int_equal(psind(f->space, 0), 0);
	return f;
}

static void
assert_content(struct fixture *f, struct vmspace *s, unsigned k)
{
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(fix_tag(s, i * 7 % N),
		    i < k ? i * 7 % N + 1 : 0);
	fix_check(f);
}

static void
scan(void **state)
{
	struct fixture *f = some_pages(20);
	const struct vmstat *stat = &f->vm.stat;

	(void)state;
	assert_int_equal(vm_super_scan(&f->vm, 0), 1);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(fix_pte(f->space, 0), RW);
	assert_content(f, f->space, 20);
	assert_int_equal(resident(f), N); /* bloat */
	assert_int_equal(f->vm.exp.anonpages, N);
	assert_int_equal(stat->collscanned, N);
	assert_int_equal(stat->collapses, 1);
	assert_int_equal(stat->collcopied, 20);
	assert_int_equal(stat->collzeroed, N - 20);
	assert_int_equal(changes(f), 0);
	/* Again: it is one mapping already. */
	assert_int_equal(vm_super_scan(&f->vm, 0), 0);
	assert_int_equal(stat->collscanned, 2 * N);
	fix_free(f);
}

/* A pass looks at so many pages and goes on where it stopped. */
static void
passes(void **state)
{
	struct fixture *f = setup(VM_SUPER_COLLAPSE, RAM);
	uint64_t done = 0;

	(void)state;
	assert_int_equal(fix_anon(f, 0, 4 * N, RW), 0);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(fix_write(f->space, i * N, 1), 0);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(vm_super_scan(&f->vm, N), 1);
		assert_int_equal(f->vm.stat.collscanned, (i + 1) * N);
		assert_int_equal(psind(f->space, i * N), 1);
	}
	fix_check(f);
	/* The space that the daemon is in goes away. */
	fix_fork(f);
	uvmspace_free(f->child);
	f->child = NULL;
	for (unsigned i = 0; i < 9; i++)
		done += vm_super_scan(&f->vm, 100);
	assert_int_equal(done, 0);
	fix_free(f);
}

static void
limits(void **state)
{
	struct fixture *f = some_pages(20);

	(void)state;
	f->vm.collapse.max_ptes_none = N - 21;
	assert_int_equal(vm_super_scan(&f->vm, 0), 0);
	f->vm.collapse.max_ptes_none = N - 20;
	/* Nothing was referenced. */
	uvm_map_free(f->map, fix_entry(f->space, 0), P(0), P(N));
	assert_int_equal(vm_super_scan(&f->vm, 0), 0);
	assert_int_equal(fix_read(f->space, 0), 0);
	assert_int_equal(vm_super_scan(&f->vm, 0), 1);
	assert_content(f, f->space, 20);
	fix_free(f);
}

/* Pages that a child has too: so many are copied, not more. */
static void
shared_pages(void **state)
{
	struct fixture *f = some_pages(20);

	(void)state;
	fix_fork(f);
	assert_int_equal(fix_write(f->child, 0, 99), 0);
	/* The child has its own amap now, the parent's is its alone again. */
	f->vm.collapse.max_ptes_shared = 18;
	assert_int_equal(vm_super_scan(&f->vm, 0), 0);
	f->vm.collapse.max_ptes_shared = 19;
	assert_int_equal(vm_super_scan(&f->vm, 0), 2);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(psind(f->child, 0), 1);
	assert_content(f, f->space, 20);
	assert_int_equal(fix_tag(f->child, 0), 99);
	assert_int_equal(fix_tag(f->child, 7), 8);
	assert_int_equal(fix_write(f->space, 7, 70), 0);
	assert_int_equal(fix_tag(f->child, 7), 8);
	fix_check(f);
	fix_free(f);
}

static void
wired_entry(void **state)
{
	struct fixture *f = some_pages(3);

	(void)state;
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(N), true, false), 0);
	assert_int_equal(psind(f->space, 0), 0);
	assert_int_equal(vm_super_scan(&f->vm, 0), 1);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(f->vm.exp.wired, N);
	assert_content(f, f->space, 3);
	fix_free(f);
}

static void
no_block_for_it(void **state)
{
	struct fixture *f = setup(VM_SUPER_COLLAPSE, 600);

	(void)state;
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	assert_int_equal(fix_write(f->space, 0, 5), 0);
	assert_int_equal(vm_super_scan(&f->vm, 0), 0);
	assert_int_equal(f->vm.stat.collnoblock, 1);
	assert_int_equal(fix_tag(f->space, 0), 5);
	fix_check(f);
	fix_free(f);
}

/* On demand, whatever the limits; and nothing with other policies' daemon. */
static void
on_demand(void **state)
{
	struct fixture *f = some_pages(20);
	uint64_t whole;

	(void)state;
	f->vm.collapse.max_ptes_none = 0;
	assert_int_equal(vm_super_collapse(f->map, P(1), P(N), &whole), 0);
	assert_int_equal(whole, 0);
	for (unsigned i = 0; i < 2; i++) { /* a second time changes nothing */
		assert_int_equal(vm_super_collapse(f->map, P(0), P(N), &whole),
		    1);
		assert_int_equal(whole, 1);
	}
	assert_content(f, f->space, 20);
	fix_free(f);

	f = setup(VM_SUPER_RESERVE, RAM);
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	assert_int_equal(fix_write(f->space, 0, 5), 0);
	assert_int_equal(vm_super_scan(&f->vm, 0), 0);
	fix_free(f);

	f = fix_new(VM_MAP_JOIN, RAM);
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	assert_int_equal(fix_write(f->space, 0, 5), 0);
	assert_int_equal(vm_super_collapse(f->map, P(0), P(N), &whole), 0);
	assert_int_equal(resident(f), 1);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_touch),
		cmocka_unit_test(not_eligible),
		cmocka_unit_test(no_block),
		cmocka_unit_test(fork_write),
		cmocka_unit_test(wired_and_cut),
		cmocka_unit_test(scan),
		cmocka_unit_test(passes),
		cmocka_unit_test(limits),
		cmocka_unit_test(shared_pages),
		cmocka_unit_test(wired_entry),
		cmocka_unit_test(no_block_for_it),
		cmocka_unit_test(on_demand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
