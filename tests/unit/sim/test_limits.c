/*
 * RLIMIT_RSS, what may be wired, and advice about pages when memory is short
 * (sim/rss.h, vm/vm_map_reclaim.h).  The limits of single calls are in the
 * tests of each personality.
 */
#include "shortage.h"
#include "vm/vm_map_reclaim.h"

#include <string.h>

#define DONTNEED 4
#define COLD 20
#define PAGEOUT 21

static uint64_t
resident(const struct process *p)
{
	return p->vmspace->vm_map.pmap->resident;
}

static unsigned
queue(const struct process *p, vaddr_t va)
{
	struct vm_map *map = &p->vmspace->vm_map;
	pfn_t pfn;

	assert_true(pmap_extract(map->pmap, va, &pfn));
	return map->vm->pages.page[pfn].pg_flags & PQ_ALL;
}

/* In swap only. */
static bool
is_out(struct process *p, vaddr_t va)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *e;
	uint32_t anon;

	assert_true(vm_map_lookup_entry(map, va, &e));
	anon = sparse_get(&e->amap->slots,
	    e->ar_pageoff + pg_atop(map, va - e->start));
	return anon != 0 && map->vm->anons.anon[anon].where == PFN_NONE &&
	    vm_anon_slot(&map->vm->anons, anon) != SWSLOT_NONE;
}

/* ----------------------------------------------------------- RLIMIT_RSS -- */

/*
 * One process has a limit of 16 pages and 64 pages; nobody minds until the
 * other needs them all.
 */
static void
rss(const struct sim_personality *system, bool counts)
{
	struct machine *m = shortage_machine("ram=1M,swap=8M");
	struct process *fat = shortage_process(m, "fat", system);
	struct process *other = shortage_process(m, "other", system);
	vaddr_t va = shortage_map(m, fat, 64 * PAGE), vb;
	bool gone = false;

	fat->rlimit[SIM_RLIMIT_RSS] = (struct sim_rlimit){ 16 * PAGE,
		SIM_RLIM_INFINITY };
	assert_int_equal(shortage_write(m, fat, va, 64 * PAGE), 0);
	assert_int_equal(resident(fat), 64);
	vb = shortage_map(m, other, 4 * MB);
	for (vsize_t n = 0; n < 220 * PAGE; n += PAGE) {
		assert_int_equal(shortage_write(m, other, vb + n, PAGE), 0);
		if (resident(fat) == 16)
			gone = true;
		/* Before anything of the other's is in swap. */
		if (resident(fat) > 16 && counts && n > 200 * PAGE)
			assert_false(is_out(other, vb));
	}
	assert_int_equal(gone, counts);
	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(shortage_read(m, fat, va + i * PAGE, PAGE), 0);
	shortage_end(m);
}

static void
test_rss(void **state)
{
	(void)state;
	rss(&sim_freebsd, true);
	rss(&sim_netbsd, true);
	rss(&sim_openbsd, true);
}

/* Linux: whatever the limit says, nothing is trimmed to it. */
static void
test_rss_linux(void **state)
{
	struct machine *m = shortage_machine("ram=1M,swap=8M");
	struct process *p = shortage_process(m, "p", &sim_linux);
	vaddr_t va = shortage_map(m, p, 4 * MB);

	(void)state;
	p->rlimit[SIM_RLIMIT_RSS].cur = PAGE;
	for (vsize_t n = 0; n < 4 * MB; n += PAGE) {
		assert_int_equal(shortage_write(m, p, va + n, PAGE), 0);
		assert_true(n < 100 * PAGE || resident(p) > 100);
	}
	shortage_end(m);
}

/* Referenced pages stay a round longer; wired ones stay. */
static void
test_trim(void **state)
{
	struct machine *m = shortage_machine("ram=4M,swap=8M");
	struct process *p = shortage_process(m, "p", &sim_netbsd);
	struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t va = shortage_map(m, p, 40 * PAGE);

	(void)state;
	assert_int_equal(shortage_write(m, p, va, 40 * PAGE), 0);
	assert_int_equal(shortage_call(m, p, SIM_SYS_MLOCK, va + 4 * PAGE,
			     2 * PAGE, 0),
	    0);
	assert_int_equal(uvm_map_trim(map, 10), 0);
	assert_int_equal(shortage_read(m, p, va + 2 * PAGE, PAGE), 0);
	assert_int_equal(uvm_map_trim(map, 38), 2);
	assert_false(pmap_extract(map->pmap, va, NULL));
	assert_true(pmap_extract(map->pmap, va + 2 * PAGE, NULL));
	assert_int_equal(uvm_map_trim(map, 0), 35);
	assert_int_equal(uvm_map_trim(map, 0), 1);
	assert_int_equal(resident(p), 2);
	assert_int_equal(m->vm.exp.swpginuse, 0); /* put aside, not out */
	assert_int_equal(shortage_read(m, p, va, 40 * PAGE), 0);
	shortage_end(m);
}

/* --------------------------------------------------------------- wiring -- */

/* FreeBSD: what MCL_FUTURE would wire beyond vm.max_user_wired is not. */
static void
test_max_user_wired(void **state)
{
	struct machine *m = shortage_machine("ram=1M,swap=8M");
	struct process *p = shortage_process(m, "p", &sim_freebsd);
	/* The page of the system's own counts. */
	const uint64_t most = m->vm.exp.npages * 4 / 5;
	const uint64_t room = most - 4 - m->vm.exp.wired;

	(void)state;
	p->rlimit[SIM_RLIMIT_MEMLOCK].cur = SIM_RLIM_INFINITY;
	assert_int_equal(shortage_call(m, p, SIM_SYS_MLOCKALL, 2, 0, 0), 0);
	(void)shortage_map(m, p, room * PAGE);
	assert_int_equal(m->vm.exp.wired, most - 4);
	(void)shortage_map(m, p, 5 * PAGE); /* the call succeeds */
	assert_int_equal(m->vm.exp.wired, most - 4);
	(void)shortage_map(m, p, 4 * PAGE);
	assert_int_equal(m->vm.exp.wired, most);
	assert_int_equal(m->oom_kills, 0);
	shortage_end(m);
}

/* FreeBSD: a program that is too large is not begun; the old one goes on. */
static void
test_exec(void **state)
{
	struct machine *m = shortage_machine("ram=16M");
	struct process *p;
	struct sim_call c = { .no = SIM_SYS_EXEC, .str = "/bin/large" };
	vaddr_t va;

	(void)state;
	assert_int_equal(sim_spawn(m, "p", 0, &sim_freebsd, NULL, &p), 0);
	va = shortage_map(m, p, 2 * PAGE);
	assert_int_equal(shortage_write(m, p, va, PAGE), 0);
	p->rlimit[SIM_RLIMIT_AS].cur = MB;
	assert_int_equal(sim_syscall(m, p, &c, NULL), ENOMEM);
	assert_string_equal(m->error.why,
	    "the program is larger than RLIMIT_VMEM");
	assert_int_equal(p->state, SIM_RUNNING);
	assert_int_equal(shortage_write(m, p, va + PAGE, PAGE), 0);
	p->rlimit[SIM_RLIMIT_AS].cur = 64 * MB;
	assert_int_equal(sim_syscall(m, p, &c, NULL), 0);
	assert_string_equal(p->image, "/bin/large");
	shortage_end(m);
}

/* Linux: a locked stack grows as far as RLIMIT_MEMLOCK lets it. */
static void
test_locked_stack(void **state)
{
	struct machine *m = shortage_machine("ram=16M");
	struct process *p;
	vaddr_t va;

	(void)state;
	assert_int_equal(sim_spawn(m, "p", 0, &sim_linux, NULL, &p), 0);
	va = p->vmspace->vm_maxsaddr;
	p->uid = 1000;
	p->rlimit[SIM_RLIMIT_MEMLOCK].cur = 4 * PAGE;
	assert_int_equal(shortage_call(m, p, SIM_SYS_MLOCK, va, 2 * PAGE, 0),
	    0);
	assert_int_equal(shortage_write(m, p, va - 3 * PAGE, PAGE), EFAULT);
	assert_int_equal(shortage_write(m, p, va - 2 * PAGE, PAGE), 0);
	assert_int_equal(shortage_write(m, p, va - 3 * PAGE, PAGE), EFAULT);
	p->rlimit[SIM_RLIMIT_MEMLOCK].cur = 5 * PAGE;
	assert_int_equal(shortage_write(m, p, va - 3 * PAGE, PAGE), 0);
	shortage_end(m);
}

/* --------------------------------------------------------------- advice -- */

/* Take all frames, so that what may go has gone. */
static void
press(struct machine *m)
{
	struct process *p = shortage_process(m, "press", &sim_netbsd);
	vaddr_t va = shortage_map(m, p, 3 * MB);

	assert_int_equal(shortage_write(m, p, va, 3 * MB), 0);
	assert_int_equal(shortage_read(m, p, va, 3 * MB), 0);
	sim_process_exit(m, p, 0, 0);
	sim_process_reap(m, p);
}

/* FreeBSD, Linux: the content stays until memory is short. */
static void
lazy(const struct sim_personality *system, uint64_t advice)
{
	struct machine *m = shortage_machine("ram=1M,swap=8M");
	struct process *p = shortage_process(m, "p", system);
	vaddr_t va = shortage_map(m, p, 4 * PAGE);
	uint64_t tag[4], slots;

	assert_int_equal(shortage_write(m, p, va, 4 * PAGE), 0);
	for (unsigned i = 0; i < 4; i++)
		tag[i] = shortage_tag(p, va + i * PAGE);
	assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, va, 3 * PAGE,
			     advice),
	    0);
	assert_int_equal(shortage_read(m, p, va, PAGE), 0);
	assert_int_equal(shortage_tag(p, va), tag[0]);
	assert_int_equal(shortage_tag(p, va + PAGE), tag[1]);
	assert_int_equal(shortage_write(m, p, va + 2 * PAGE, PAGE), 0);
	tag[2] = shortage_tag(p, va + 2 * PAGE);
	slots = m->vm.swap.allocs;
	press(m);
	assert_true(m->vm.swap.allocs > slots);
	assert_int_equal(shortage_tag(p, va), 0);
	assert_int_equal(shortage_tag(p, va + PAGE), 0);
	assert_int_equal(shortage_tag(p, va + 2 * PAGE), tag[2]);
	assert_int_equal(shortage_tag(p, va + 3 * PAGE), tag[3]);
	assert_int_equal(shortage_read(m, p, va, 4 * PAGE), 0);
	assert_int_equal(shortage_tag(p, va + PAGE), 0);
	shortage_end(m);
}

static void
test_free_lazy(void **state)
{
	(void)state;
	lazy(&sim_freebsd, 5);
	lazy(&sim_linux, 8);
}

/* Swapped pages are given up as well: their slots are free at once. */
static void
test_free_swapped(void **state)
{
	struct machine *m = shortage_machine("ram=1M,swap=8M");
	struct process *p = shortage_process(m, "p", &sim_freebsd);
	vaddr_t va = shortage_map(m, p, 8 * PAGE);

	(void)state;
	assert_int_equal(shortage_write(m, p, va, 8 * PAGE), 0);
	press(m);
	assert_true(is_out(p, va));
	assert_int_equal(m->vm.exp.swpginuse, 8);
	assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, va, 8 * PAGE, 5),
	    0);
	assert_int_equal(m->vm.exp.swpginuse, 0);
	assert_int_equal(shortage_tag(p, va), 0);
	assert_int_equal(shortage_write(m, p, va, PAGE), 0);
	assert_int_equal(shortage_read(m, p, va, 8 * PAGE), 0);
	shortage_end(m);
}

/* NetBSD, OpenBSD: forgotten at once.  DONTNEED never forgets, but in Linux. */
static void
test_free_now(void **state)
{
	static const struct sim_personality *const systems[] = { &sim_netbsd,
		&sim_openbsd, &sim_freebsd, &sim_linux };

	(void)state;
	for (size_t i = 0; i < NELEM(systems); i++) {
		struct machine *m = shortage_machine("ram=1M,swap=8M");
		struct process *p = shortage_process(m, "p", systems[i]);
		vaddr_t va = shortage_map(m, p, 4 * PAGE);
		const bool forgets = systems[i] == &sim_linux;
		uint64_t tag;

		assert_int_equal(shortage_write(m, p, va, 4 * PAGE), 0);
		tag = shortage_tag(p, va);
		assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, va,
				     4 * PAGE, DONTNEED),
		    0);
		assert_int_equal(shortage_tag(p, va), forgets ? 0 : tag);
		press(m);
		assert_int_equal(shortage_tag(p, va), forgets ? 0 : tag);
		if (i < 2) {
			/* What is in swap only is not touched. */
			assert_int_equal(shortage_read(m, p, va, PAGE), 0);
			assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE,
					     va, 4 * PAGE, 6),
			    0);
			assert_int_equal(shortage_tag(p, va), 0);
			assert_int_equal(shortage_tag(p, va + PAGE), tag + 1);
		}
		shortage_end(m);
	}
}

/* Linux reads what is in swap; FreeBSD only maps what is in memory. */
static void
test_willneed(void **state)
{
	static const struct sim_personality *const systems[] = { &sim_linux,
		&sim_freebsd };

	(void)state;
	for (size_t i = 0; i < NELEM(systems); i++) {
		struct machine *m = shortage_machine("ram=1M,swap=8M");
		struct process *p = shortage_process(m, "p", systems[i]);
		vaddr_t va = shortage_map(m, p, 16 * PAGE);
		uint64_t gets;

		assert_int_equal(shortage_write(m, p, va, 16 * PAGE), 0);
		press(m);
		assert_true(is_out(p, va) && is_out(p, va + 15 * PAGE));
		gets = m->vm.exp.nswget;
		assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, va,
				     16 * PAGE, 3),
		    0);
		assert_int_equal(is_out(p, va), i == 1);
		assert_int_equal(m->vm.exp.nswget - gets, i == 0 ? 16 : 0);
		gets = m->vm.exp.nswget;
		assert_int_equal(shortage_read(m, p, va, 16 * PAGE), 0);
		assert_int_equal(m->vm.exp.nswget - gets, i == 0 ? 0 : 16);
		assert_int_equal(p->majflt, i == 0 ? 0 : 16);
		shortage_end(m);
	}
}

/* COLD puts aside; PAGEOUT sends out, but not what others map. */
static void
test_cold(void **state)
{
	struct machine *m = shortage_machine("ram=1M,swap=8M");
	struct process *p = shortage_process(m, "p", &sim_linux);
	vaddr_t va = shortage_map(m, p, 8 * PAGE), vb;
	uint64_t tag;

	(void)state;
	assert_int_equal(shortage_write(m, p, va, 8 * PAGE), 0);
	tag = shortage_tag(p, va + 5 * PAGE);
	assert_int_equal(queue(p, va), PQ_ACTIVE);
	assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, va, 4 * PAGE,
			     COLD),
	    0);
	assert_int_equal(queue(p, va + 3 * PAGE), PQ_INACTIVE);
	assert_int_equal(queue(p, va + 4 * PAGE), PQ_ACTIVE);
	assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, va + 4 * PAGE,
			     4 * PAGE, PAGEOUT),
	    0);
	assert_int_equal(resident(p), 4);
	assert_true(is_out(p, va + 5 * PAGE));
	assert_int_equal(m->vm.exp.pgswapout, 4);
	assert_int_equal(shortage_tag(p, va + 5 * PAGE), tag);
	assert_int_equal(shortage_read(m, p, va + 4 * PAGE, 4 * PAGE), 0);
	assert_int_equal(shortage_tag(p, va + 5 * PAGE), tag);

	vb = shortage_map(m, p, 2 * PAGE);
	assert_int_equal(shortage_write(m, p, vb, 2 * PAGE), 0);
	assert_int_equal(shortage_call(m, p, SIM_SYS_FORK, 0, 0, 0), 0);
	assert_int_equal(shortage_read(m,
			     sim_process_bypid(m, (int)shortage_ret()), vb,
			     2 * PAGE),
	    0);
	assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, vb, 2 * PAGE,
			     PAGEOUT),
	    0);
	assert_false(is_out(p, vb));
	assert_int_equal(shortage_call(m, p, SIM_SYS_MLOCK, va, PAGE, 0), 0);
	assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, va, PAGE,
			     PAGEOUT),
	    EINVAL);
	shortage_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rss),
		cmocka_unit_test(test_rss_linux),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_max_user_wired),
		cmocka_unit_test(test_exec),
		cmocka_unit_test(test_locked_stack),
		cmocka_unit_test(test_free_lazy),
		cmocka_unit_test(test_free_swapped),
		cmocka_unit_test(test_free_now),
		cmocka_unit_test(test_willneed),
		cmocka_unit_test(test_cold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
