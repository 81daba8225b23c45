/*
 * Larger pages seen from the system calls: where mmap aligns, what it maps at
 * once, advice, and the policies of Linux.
 */
#include "machine_fixture.h"
#include "sim/stats.h"

#define MB ((uint64_t)1 << 20)

static struct machine *
setup(const char *personality, const char *arch, uint8_t superpages)
{
	struct sim_config c;
	struct machine *m;
	char err[200];

	sim_config_default(&c);
	c.ram = 64 * MB;
	c.arch = pmap_geometry_byname(arch);
	c.personality = sim_personality_byname(personality);
	c.superpages = superpages;
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), 0);
	return m;
}

static uint64_t
stat_of(const struct machine *m, const char *name)
{
	uint64_t v;

	assert_true(sim_stat_byname(m, name, &v));
	return v;
}

static void
touch(struct machine *m, struct process *p, vaddr_t va, vsize_t len,
    vm_prot_t type)
{
	assert_int_equal(sim_access(m, p, va, len, type, NULL), 0);
}

/* flags: MAP_*; fd: UINT64_MAX for anonymous memory */
static vaddr_t
map(struct machine *m, struct process *p, vsize_t len, uint64_t prot,
    uint64_t flags, uint64_t fd)
{
	uint64_t va;

	assert_int_equal(CALL(m, p, &va, MMAP,
			     .arg = { 0, len, prot, flags, fd, 0 }),
	    0);
	return va;
}

/* MAP_ALIGNED_SUPER aligns to the largest promoted size that fits whole. */
static void
alignment(void **state)
{
	static const struct {
		const char *arch;
		uint64_t len, align;
	} rows[] = {
		{ "amd64", 2 * MB, 2 * MB },
		{ "amd64", 2 * MB - 4096, 4096 },
		{ "i386", 4 * MB, 4 * MB },
		{ "i386", 2 * MB, 4096 },
		{ "arm64", 2 * MB, 2 * MB },
		{ "arm64", 64 << 10, 64 << 10 },
		{ "arm64-16k", 2 * MB, 2 * MB },
		{ "riscv64", 5 * MB, 2 * MB },
		{ "power", 1 * MB, 64 << 10 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct machine *m = setup("freebsd", rows[i].arch,
		    VM_SUPER_RESERVE);
		struct process *p = machine_spawn(m, "sh");
		uint64_t flags = konst(p, "MAP_PRIVATE") | konst(p, "MAP_ANON");
		vaddr_t va;

		/* Something small first, so that alignment has to be made. */
		(void)map(m, p, pg_size(m), 3, flags, UINT64_MAX);
		va = map(m, p, rows[i].len, 3, flags | 1 << 24, UINT64_MAX);
		assert_int_equal(va % rows[i].align, 0);
		if (rows[i].align == pg_size(m))
			assert_int_not_equal(va % (64 << 10), 0);
		machine_ok(m);
		sim_machine_destroy(m);
	}
}

/* A resident file is mapped by larger pages at once; 96 small ones are many. */
static void
resident_file(void **state)
{
	struct machine *m = setup("freebsd", "amd64", VM_SUPER_RESERVE);
	struct process *p = machine_spawn(m, "sh"), *q;
	uint64_t fd, mapped;
	vaddr_t va;

	(void)state;
	assert_non_null(sim_file_get(m, "/lib", 6 * MB, SIM_FILE_REG));
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/lib", .arg = { 0, 0 }),
	    0);
	va = map(m, p, 6 * MB, 1, konst(p, "MAP_SHARED"), fd);
	assert_int_equal(va % (2 * MB), 0);
	/* All of the first 2M and of the third, a part of the second. */
	touch(m, p, va, 2 * MB, VM_PROT_READ);
	touch(m, p, va + 3 * MB, 3 * MB, VM_PROT_READ);
	mapped = stat_of(m, "mappings");

	q = machine_spawn(m, "other");
	assert_int_equal(CALL(m, q, &fd, OPEN, .str = "/lib", .arg = { 0, 0 }),
	    0);
	va = map(m, q, 6 * MB, 1, konst(q, "MAP_SHARED"), fd);
	/* The first counts as one of 96: the next 95 pages are not there. */
	assert_int_equal(stat_of(m, "mappings") - mapped, 1);
	assert_int_equal(q->vmspace->vm_map.pmap->resident, 512);
	va = map(m, q, 6 * MB, 1,
	    konst(q, "MAP_SHARED") | konst(q, "MAP_PREFAULT_READ"), fd);
	assert_int_equal(stat_of(m, "mappings") - mapped, 3);
	assert_int_equal(pmap_psind(q->vmspace->vm_map.pmap, va + 4 * MB), 1);
	assert_int_equal(pmap_psind(q->vmspace->vm_map.pmap, va + 3 * MB), 0);
	assert_int_equal(q->vmspace->vm_map.pmap->resident,
	    512 + 512 + 256 + 512);
	machine_ok(m);
	sim_machine_destroy(m);
}

static void
advice(void **state)
{
	struct machine *m = setup("freebsd", "amd64", VM_SUPER_RESERVE);
	struct process *p = machine_spawn(m, "sh");
	uint64_t ret, tag;
	vaddr_t va = map(m, p, 4 * MB, 3,
	    konst(p, "MAP_PRIVATE") | konst(p, "MAP_ANON") | 1 << 24,
	    UINT64_MAX);

	(void)state;
	touch(m, p, va, 4 * MB, VM_PROT_WRITE);
	assert_int_equal(stat_of(m, "promotions"), 2);
	tag = machine_tag(p, va);
	assert_int_equal(CALL(m, p, &ret, MADVISE,
			     .arg = { va, 2 * MB, konst(p, "MADV_FREE") }),
	    0);
	assert_int_equal(stat_of(m, "demotions"), 1);
	assert_int_equal(stat_of(m, "anonclean"), 512);
	assert_int_equal(machine_tag(p, va), tag);
	assert_int_equal(CALL(m, p, &ret, MADVISE,
			     .arg = { va + 2 * MB, 2 * MB,
				 konst(p, "MADV_DONTNEED") }),
	    0);
	assert_int_equal(stat_of(m, "demotions"), 2);
	assert_int_equal(stat_of(m, "anonclean"), 512);
	/* Written again, they are whole again. */
	touch(m, p, va, 4 * MB, VM_PROT_WRITE);
	assert_int_equal(pmap_psind(p->vmspace->vm_map.pmap, va), 1);
	assert_int_equal(pmap_psind(p->vmspace->vm_map.pmap, va + 3 * MB), 1);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* NOHUGEPAGE is heeded; HUGEPAGE is nothing to ask for. */
static void
linux_eager(void **state)
{
	struct machine *m = setup("linux", "amd64", VM_SUPER_EAGER);
	struct process *p = machine_spawn(m, "sh");
	vaddr_t va = machine_map(m, p, 8 * MB);
	vaddr_t first = (va + 2 * MB - 1) & ~(2 * MB - 1);
	uint64_t ret;

	(void)state;
	assert_int_equal(CALL(m, p, &ret, MADVISE,
			     .arg = { first, 2 * MB,
				 konst(p, "MADV_NOHUGEPAGE") }),
	    0);
	touch(m, p, first, 1, VM_PROT_WRITE);
	assert_int_equal(stat_of(m, "thpalloc"), 0);
	touch(m, p, first + 2 * MB, 1, VM_PROT_WRITE);
	assert_int_equal(stat_of(m, "thpalloc"), 1);
	assert_int_equal(pmap_psind(p->vmspace->vm_map.pmap, first + 2 * MB),
	    1);
	/* DONTNEED of a part gives zeros back, and the rest stays. */
	touch(m, p, first + 2 * MB, 2 * MB, VM_PROT_WRITE);
	assert_int_equal(CALL(m, p, &ret, MADVISE,
			     .arg = { first + 2 * MB, MB,
				 konst(p, "MADV_DONTNEED") }),
	    0);
	assert_int_equal(machine_tag(p, first + 2 * MB), 0);
	assert_int_not_equal(machine_tag(p, first + 3 * MB), 0);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* MADV_COLLAPSE: at once, or an error that says why not. */
static void
linux_madv_collapse(void **state)
{
	struct machine *m = setup("linux", "amd64", VM_SUPER_EAGER);
	struct process *p = machine_spawn(m, "sh");
	vaddr_t va = machine_map(m, p, 8 * MB);
	vaddr_t first = (va + 2 * MB - 1) & ~(2 * MB - 1);
	const uint64_t nohuge = konst(p, "MADV_NOHUGEPAGE");
	const uint64_t huge = konst(p, "MADV_HUGEPAGE");
	const uint64_t collapse = konst(p, "MADV_COLLAPSE");
	uint64_t ret, tag;

	(void)state;
	assert_int_equal(CALL(m, p, &ret, MADVISE,
			     .arg = { first, 4 * MB, nohuge }),
	    0);
	touch(m, p, first, 4096, VM_PROT_WRITE);
	tag = machine_tag(p, first);
	assert_int_equal(CALL(m, p, &ret, MADVISE,
			     .arg = { first, 2 * MB, collapse }),
	    EINVAL);
	assert_int_equal(CALL(m, p, &ret, MADVISE,
			     .arg = { first, 4 * MB, huge }),
	    0);
	assert_int_equal(CALL(m, p, &ret, MADVISE,
			     .arg = { first, 2 * MB, collapse }),
	    0);
	assert_int_equal(pmap_psind(p->vmspace->vm_map.pmap, first), 1);
	assert_int_equal(machine_tag(p, first), tag);
	/* The second range has no page. */
	assert_int_equal(CALL(m, p, &ret, MADVISE,
			     .arg = { first, 4 * MB, collapse }),
	    EINVAL);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* The daemon comes by as simulated time passes. */
static void
linux_collapse(void **state)
{
	struct machine *m = setup("linux", "amd64", VM_SUPER_COLLAPSE);
	struct process *p = machine_spawn(m, "sh");
	vaddr_t va = machine_map(m, p, 8 * MB);
	vaddr_t first = (va + 2 * MB - 1) & ~(2 * MB - 1);

	(void)state;
	touch(m, p, first, 4096, VM_PROT_WRITE);
	assert_int_equal(pmap_psind(p->vmspace->vm_map.pmap, first), 0);
	for (unsigned i = 0; i < 100 && stat_of(m, "collapses") == 0; i++) {
		m->vm.exp.forks += 50000; /* two seconds and a half each */
		touch(m, p, first, 4096, VM_PROT_READ);
	}
	assert_int_equal(stat_of(m, "collapses"), 1);
	assert_int_equal(pmap_psind(p->vmspace->vm_map.pmap, first), 1);
	machine_ok(m);
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alignment),
		cmocka_unit_test(resident_file),
		cmocka_unit_test(advice),
		cmocka_unit_test(linux_eager),
		cmocka_unit_test(linux_madv_collapse),
		cmocka_unit_test(linux_collapse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
