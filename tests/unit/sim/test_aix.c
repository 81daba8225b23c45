/*
 * The machine's numbers as AIX counts them: levels worked out by hand, frames
 * counted afresh from what owns them, counters of programs whose faults are
 * known, and each identity broken once.
 */
#include "machine_fixture.h"

#include "core_machines.h"
#include "sim/aix.h"
#include "tests/page4k.h"

static void
ok(struct machine *m)
{
	char buf[200];
	const char *why = sim_aix_check(m, buf, sizeof(buf));

	if (why != NULL)
		fail_msg("%s", why);
}

/* ------------------------------------------------------------- levels --- */

static void
levels(const char *ram, struct sim_aix *a)
{
	struct machine *m = core_machine_new(&sim_freebsd, ram, false);

	assert_non_null(m);
	sim_aix_read(m, true, a);
	ok(m);
	sim_machine_destroy(m);
}

static void
test_levels(void **state)
{
	struct sim_aix a;

	(void)state;
	/* 2048 pages, 5 of them reserved: 2043 lruable. */
	levels("8M", &a);
	assert_int_equal(a.memsizepgs, 2048);
	assert_int_equal(a.pfrsvdblks, 5);
	assert_int_equal(a.minperm, 61);   /* 3 % of 2043 = 61.29 */
	assert_int_equal(a.maxperm, 1838); /* 90 % = 1838.7 */
	assert_int_equal(a.maxclient, 1838);
	assert_int_equal(a.minfree, 102); /* a twentieth */
	assert_int_equal(a.maxfree, 115);
	assert_int_equal(a.npskill, 64);
	assert_int_equal(a.npswarn, 512);
	assert_int_equal(a.psfreeblks, 0);
	assert_int_equal(a.hiesid, -1);
	/* 262144 pages: AIX's own minfree and maxfree. */
	levels("1G", &a);
	assert_int_equal(a.maxperm, 235925); /* 90 % of 262139 = 235925.1 */
	assert_int_equal(a.minfree, 960);
	assert_int_equal(a.maxfree, 1088);
	/* The least memory there is: nothing negative, still in order. */
	levels("64K", &a);
	assert_int_equal(a.memsizepgs, 16);
	assert_int_equal(a.minfree, 0);
	assert_int_equal(a.maxfree, 8);
}

static void
test_page_sizes(void **state)
{
	uint64_t sizes[SIM_AIX_MAXPSIZES] = { 0 };
	struct machine m = { .vm.exp.free = 0 };

	(void)state;
	for (size_t i = 0; pmap_geometries[i] != NULL; i++) {
		const struct pmap_geometry *geo = pmap_geometries[i];
		unsigned n;

		m.config.arch = geo;
		n = sim_aix_psizes(&m, sizes);
		assert_in_range(n, 1, SIM_AIX_MAXPSIZES);
		assert_int_equal(sizes[0],
		    (uint64_t)1 << geo->shift[geo->nlevels - 1]);
		for (unsigned k = 1; k < n; k++)
			assert_true(sizes[k] > sizes[k - 1]);
		/* Without larger pages AIX's own machine alone lists them. */
		assert_int_equal(n, geo->hashed ? geo->nsizes : 1);
		m.config.superpages = VM_SUPER_EAGER;
		assert_int_equal(sim_aix_psizes(&m, sizes), geo->nsizes);
		m.config.superpages = VM_SUPER_NEVER;
	}
	m.config.arch = pmap_geometry_byname("power");
	assert_int_equal(sim_aix_psizes(&m, sizes), 4);
	assert_int_equal(sizes[0], 4096);
	assert_int_equal(sizes[1], 65536);
	assert_int_equal(sizes[2], 16777216);
	assert_int_equal(sizes[3], 17179869184);
}

/* -------------------------------------------------------------- recount --- */

/*
 * Frames by their owners, in ways that the code under test does not take: a
 * frame is an anon's when the anon says so, a file's or segment's when the
 * object does, and the rest in use are page tables.
 */
struct recount {
	int64_t working, client, none, tables, free;
	int64_t wired;
};

static struct recount
recount(struct machine *m)
{
	struct recount n = { 0 };
	struct vm *vm = &m->vm;

	for (uint32_t i = 1; i < vm->anons.fresh; i++)
		n.working += vm->anons.anon[i].ref > 0;
	for (struct vm_object *o = vm->first_object; o != NULL; o = o->next) {
		uint32_t pfn;
		int64_t *kind = o->pager == &aobj_pager ? &n.working :
		    o->pager == &uvm_vnodeops           ? &n.client :
							  &n.none;

		for (uint64_t i = 0;
		     (i = sparse_next(&o->pages, i, &pfn)) != SPARSE_END; i++)
			++*kind;
	}
	for (uint32_t i = vm->pages.freelist; i != 0;
	     i = vm->pages.page[i].qnext)
		n.free++;
	n.free += vm->pages.npages + 1 - vm->pages.fresh;
	n.tables = (int64_t)vm->pages.npages - n.free - n.working - n.client -
	    n.none;
	for (pfn_t pfn = 1; pfn < vm->pages.fresh; pfn++)
		n.wired += (vm->pages.page[pfn].pg_flags & PG_FREE) == 0 &&
		    vm->pages.page[pfn].pg_wire > 0;
	return n;
}

static void
compare(struct machine *m)
{
	struct recount n = recount(m);
	struct sim_aix a;

	sim_aix_read(m, true, &a);
	assert_int_equal(a.numfrb, n.free);
	assert_int_equal(a.numwseguse, n.working + n.tables);
	assert_int_equal(a.numclseguse, n.client);
	assert_int_equal(a.numpseguse, 0);
	assert_int_equal(a.unmngd_pgs, n.none);
	assert_int_equal(a.system_pgs, n.tables);
	assert_int_equal(a.nonsys_pgs, n.working + n.client);
	assert_int_equal(a.numvpages, n.working + n.tables);
	assert_int_equal(a.numperm, n.client);
	assert_int_equal(a.numwsegpin + a.numclsegpin + a.unmngd_pgs,
	    n.wired + n.tables);
	assert_int_equal(a.size[0].numframes, a.memsizepgs);
	assert_int_equal(a.size[0].numwseguse, a.numwseguse);
	assert_int_equal(a.size[0].zerofills, a.zerofills);
}

static void
test_random(void **state)
{
	(void)state;
	for (size_t i = 0; sim_personalities[i] != NULL; i++) {
		struct machine *m = core_machine_new(sim_personalities[i], "2M",
		    false);
		uint64_t seed = 77 + i;
		struct sim_aix before, after;

		for (unsigned n = 0; n < 1500; n++) {
			sim_aix_read(m, false, &before);
			core_machine_step(m, &seed);
			sim_aix_read(m, false, &after);
			ok(m);
			if (n % 10 == 0)
				compare(m);
			/* Counters only grow. */
			assert_true(after.pgexct >= before.pgexct);
			assert_true(after.zerofills >= before.zerofills);
			assert_true(after.pageins >= before.pageins);
		}
		assert_true(after.pgexct > 100);
		sim_machine_destroy(m);
	}
}

/* Device memory belongs to no segment, and is pinned. */
static void
test_unmanaged(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct sim_aix a;

	(void)state;
	assert_non_null(sim_file_get(m, "/dev/fb", 8192, SIM_FILE_DEV));
	compare(m);
	sim_aix_read(m, true, &a);
	assert_int_equal(a.unmngd_pgs, 2);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------- counters --- */

static void
touch(struct machine *m, struct process *p, vaddr_t va, uint64_t pages,
    vm_prot_t type)
{
	assert_int_equal(sim_access(m, p, va, T_PTOA(pages), type, NULL), 0);
}

static void
test_faults(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "sh");
	struct sim_aix a, b;
	uint64_t child;
	vaddr_t va;

	(void)state;
	va = machine_map(m, p, T_PTOA(8));
	sim_aix_read(m, true, &a);
	/* Three fresh pages: three translation faults, filled with zero. */
	touch(m, p, va, 3, VM_PROT_WRITE);
	sim_aix_read(m, true, &b);
	assert_int_equal(b.pgexct - a.pgexct, 3);
	assert_int_equal(b.zerofills - a.zerofills, 3);
	assert_int_equal(b.numvpages - a.numvpages,
	    3 + b.system_pgs - a.system_pgs);
	assert_int_equal(b.pageins, a.pageins);
	/* After fork a write meets a read-only mapping: a protection fault,
	 * which AIX does not count. */
	assert_int_equal(CALL(m, p, &child, FORK, .str = "child"), 0);
	sim_aix_read(m, true, &a);
	touch(m, p, va, 1, VM_PROT_WRITE);
	sim_aix_read(m, true, &b);
	assert_int_equal(m->vm.stat.protflt, 1);
	assert_int_equal(b.pgexct, a.pgexct);
	assert_int_equal(b.numvpages, a.numvpages + 1);
	/* An address that is not mapped is one too many all the same. */
	assert_int_not_equal(sim_access(m, p, 0x1000, 1, VM_PROT_READ, NULL),
	    0);
	sim_aix_read(m, true, &a);
	assert_int_equal(a.pgexct, b.pgexct + 1);
	sim_machine_destroy(m);
}

static void
test_page_ins(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "sh");
	const uint64_t file = konst(p, "MAP_SHARED");
	struct sim_aix a, b;
	uint64_t fd, va;

	(void)state;
	assert_non_null(sim_file_get(m, "/data", 65536, SIM_FILE_REG));
	assert_int_equal(CALL(m, p, &fd, OPEN, .arg = { 2, 0 }, .str = "/data"),
	    0);
	assert_int_equal(CALL(m, p, &va, MMAP,
			     .arg = { 0, 65536, 3, file, fd, 0 }),
	    0);
	sim_aix_read(m, true, &a);
	touch(m, p, va, 4, VM_PROT_WRITE);
	sim_aix_read(m, true, &b);
	assert_int_equal(b.pageins - a.pageins, 4);
	assert_int_equal(b.numsios - a.numsios, 4);
	assert_int_equal(b.numclient - a.numclient, 4);
	assert_int_equal(b.zerofills, a.zerofills);
	assert_int_equal(b.exfills, a.exfills);
	/* Writing them back: four page-outs. */
	assert_int_equal(CALL(m, p, &fd, MSYNC,
			     .arg = { va, 65536, konst(p, "MS_SYNC") }),
	    0);
	sim_aix_read(m, true, &a);
	assert_int_equal(a.pageouts - b.pageouts, 4);
	assert_int_equal(a.numsios - b.numsios, 4);
	assert_int_equal(a.numiodone, a.numsios);
	/* Text of a program. */
	touch(m, p, p->vmspace->vm_taddr, 1, VM_PROT_EXEC);
	sim_aix_read(m, true, &b);
	assert_int_equal(b.exfills - a.exfills, b.pageins - a.pageins);
	assert_true(b.exfills > a.exfills);
	sim_machine_destroy(m);
}

/* Shared memory is filled with zero, and no page-in. */
static void
test_shared(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "sh");
	struct sim_aix a, b;
	uint64_t id, va;

	(void)state;
	assert_int_equal(CALL(m, p, &id, SHMGET, .arg = { 0, 16384, 0600 }), 0);
	assert_int_equal(CALL(m, p, &va, SHMAT, .arg = { id, 0, 0 }), 0);
	sim_aix_read(m, true, &a);
	touch(m, p, va, 4, VM_PROT_WRITE);
	sim_aix_read(m, true, &b);
	assert_int_equal(b.zerofills - a.zerofills, 4);
	assert_int_equal(b.pageins, a.pageins);
	compare(m);
	sim_machine_destroy(m);
}

/* ---------------------------------------------------- stored and breaks --- */

static void
test_stored(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "sh");
	struct sim_aix fresh, old, now;

	(void)state;
	sim_aix_read(m, false, &old);
	assert_int_equal(old.numvpages, 0);
	assert_int_equal(old.system_pgs, 0);
	sim_aix_read(m, true, &fresh);
	assert_true(fresh.numvpages > 0);
	sim_aix_store(m, &fresh);
	touch(m, p, machine_map(m, p, T_PTOA(4)), 4, VM_PROT_WRITE);
	sim_aix_read(m, false, &old);
#define X(member) assert_int_equal(old.member, fresh.member);
	SIM_AIX_WALKED(X)
#undef X
	assert_int_equal(old.zerofills, fresh.zerofills + 4);
	assert_true(old.numfrb < fresh.numfrb);
	sim_aix_read(m, true, &now);
	assert_true(now.numvpages > fresh.numvpages);
	sim_machine_destroy(m);
}

static void
says(struct machine *m, const char *what)
{
	char buf[200] = "nothing";

	if (sim_aix_check(m, buf, sizeof(buf)) == NULL ||
	    strstr(buf, what) == NULL)
		fail_msg("expected %s, got: %s", what, buf);
}

/* Add d to what is at *member; the check must say what. */
static void
breaks(struct machine *m, uint64_t *member, int d, const char *what)
{
	*member += (uint64_t)d;
	says(m, what);
	*member -= (uint64_t)d;
	ok(m);
}

static void
breaks32(struct machine *m, uint32_t *member, const char *what)
{
	++*member;
	says(m, what);
	--*member;
	ok(m);
}

static void
test_broken(void **state)
{
	struct machine *m = machine_new("freebsd", false);
	struct process *p = machine_spawn(m, "sh");
	struct uvmexp *x = &m->vm.exp;

	(void)state;
	touch(m, p, p->vmspace->vm_taddr, 1, VM_PROT_EXEC);
	ok(m);
	breaks(m, &x->free, 1, "N1");
	breaks(m, &x->npages, 1, "N1");
	breaks32(m, &p->vmspace->vm_map.pmap->ntables, "N2");
	breaks(m, &x->filepages, 1, "N3");
	breaks(m, &x->swpgonly, 1, "N4");
	breaks(m, &x->wired, -1, "N5");
	breaks(m, &m->vm.stat.textins, 1000, "N7");
	breaks(m, &x->nswget, 1000, "N7");
	breaks(m, &m->vm.stat.protflt, 1000, "N7");
	breaks(m, &x->swpginuse, 1, "N10");
	sim_machine_destroy(m);
}

/* -------------------------------------------------------------- a page --- */

static void
test_page(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "sh");
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *hint, *e;
	vaddr_t va = machine_map(m, p, T_PTOA(4));
	uint64_t size = 0, faults = m->vm.exp.faults;
	unsigned guards = 0;

	(void)state;
	hint = map->hint;
	assert_int_equal(sim_aix_page_size(p, va, &size), 0);
	assert_int_equal(size, 4096);
	assert_int_equal(sim_aix_page_size(p, va + 16383, &size), 0);
	assert_int_equal(sim_aix_page_size(p, 0, &size), EINVAL);
	assert_int_equal(sim_aix_page_size(p, UINT64_MAX, &size), EINVAL);
	assert_int_equal(sim_aix_page_size(p, map->header.next->start - 1,
			     &size),
	    EINVAL);
	touch(m, p, va, 1, VM_PROT_READ);
	assert_int_equal(sim_aix_page_size(p, va, &size), 0);
	assert_int_equal(size, 4096);
	for (e = map->header.next; e != &map->header; e = e->next) {
		bool guard = (e->flags & (UVM_MAP_GUARD | UVM_MAP_STACKGAP)) !=
		    0;

		guards += guard;
		assert_int_equal(sim_aix_page_size(p, e->start, &size),
		    guard ? EINVAL : 0);
	}
	assert_true(guards > 0);
	assert_int_equal(m->vm.exp.faults, faults + 1);
	map->hint = hint;
	assert_int_equal(sim_aix_page_size(p, map->header.next->start, &size),
	    0);
	assert_ptr_equal(map->hint, hint);
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_page_sizes),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_unmanaged),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_page_ins),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_stored),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
