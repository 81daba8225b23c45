/*
 * Cores of machines with larger pages, domains, TLBs and hashed tables: what is
 * loaded is the same to the byte, and goes on as the original does, every
 * counter of it.
 *
 * Each machine must have done what it is here for: the counter named in its row
 * is not 0 at the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core_machines.h"
#include "sim/core_section.h"
#include "sim/stats.h"

static char dir[48];
static char path_a[64], path_b[64];

static int
set_up(void **state)
{
	(void)state;
	if (core_test_dir(dir, sizeof(dir)) != 0)
		return -1;
	snprintf(path_a, sizeof(path_a), "%s/a", dir);
	snprintf(path_b, sizeof(path_b), "%s/b", dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path_a);
	unlink(path_b);
	return rmdir(dir);
}

/* ------------------------------------------------------------ machines ---- */

static const struct row {
	const struct sim_personality *pers;
	const char *config;
	const char *stats; /* not 0 at the end, comma between */
	unsigned rounds;
} rows[] = {
	{ &sim_freebsd, "24M,superpages=reserve,tlb=skylake",
	    "promotions,demotions,tlb_walks", 8 },
	{ &sim_freebsd, "8M,superpages=reserve,cpus=2,tlb=nehalem",
	    "promotions,demotions,reserv_reclaimed", 8 },
	{ &sim_linux, "24M,superpages=eager,cpus=3,tlb=zen2",
	    "thpalloc,demotions,tlb_switches", 8 },
	{ &sim_linux,
	    "32M,superpages=collapse,domains=2,cpus=4,numa=interleave,"
	    "tlb=haswell",
	    "collapses,demotions,remote_allocs", 8 },
	{ &sim_netbsd, "24M,arch=i386,superpages=reserve,tlb=champsim",
	    "promotions,demotions", 14 },
	{ &sim_openbsd, "24M,arch=i386-pae,superpages=eager", "thpalloc", 6 },
	{ &sim_freebsd,
	    "32M,arch=arm64,superpages=reserve,domains=3,numa=round-robin,"
	    "cpus=3,tlb=neoverse-n1",
	    "promotions,demotions,remote_allocs", 6 },
	{ &sim_linux, "24M,arch=arm64,superpages=eager,tlb=firestorm",
	    "thpalloc,demotions", 5 },
	{ &sim_freebsd, "160M,arch=arm64-16k,superpages=reserve",
	    "promotions,demotions", 3 },
	{ &sim_linux, "24M,arch=arm64-64k,superpages=collapse,tlb=neoverse-v1",
	    "collapses", 8 },
	{ &sim_freebsd, "24M,arch=arm64-64k,superpages=reserve",
	    "promotions,demotions", 8 },
	{ &sim_netbsd, "24M,arch=riscv64,superpages=reserve,tlb=alpha21264",
	    "promotions,demotions", 5 },
	{ &sim_linux, "24M,arch=riscv64-sv48,superpages=eager", "thpalloc", 5 },
	{ &sim_freebsd,
	    "24M,arch=riscv64-sv57,superpages=reserve,domains=2,cpus=2",
	    "promotions,demotions", 5 },
	{ &sim_freebsd,
	    "24M,arch=amd64-la57,superpages=reserve,"
	    "tlb=custom:l1=16x4:l2=64x4:policy=plru",
	    "promotions,demotions", 5 },
	{ &sim_freebsd, "4M,arch=power,superpages=reserve",
	    "promotions,demotions,hpt_lookups", 8 },
	{ &sim_linux, "4M,arch=power,superpages=eager,cpus=2,tlb=power",
	    "thpalloc,hpt_lookups,tlb_walks", 8 },
	{ &sim_linux, "4M,arch=power", "hpt_lookups", 8 },
	{ &sim_freebsd, "2M,domains=8,cpus=8,tlb=none", "remote_allocs", 6 },
	{ &sim_openbsd, "2M,domains=2,numa=interleave,tlb=virtuoso",
	    "tlb_walks", 6 },
};

static void
save(struct machine *m, const char *path)
{
	char err[512] = "";

	if (sim_core_save(m, path, err, sizeof(err)) != 0)
		fail_msg("save: %s", err);
}

static struct machine *
load(const struct row *row, const char *path)
{
	struct machine *m = NULL;
	char err[512] = "";

	if (sim_core_load(path, &m, err, sizeof(err)) != 0)
		fail_msg("%s: load: %s", row->config, err);
	return m;
}

static uint64_t
section_word(const uint8_t *core, unsigned section, unsigned field)
{
	return sim_core_word(core + CORE_HEADER + section * CORE_SECTION +
		field,
	    8);
}

/* => the first section that differs, and where in it; their number: none */
static unsigned
differing(const uint8_t *x, const uint8_t *y, size_t *at)
{
	for (unsigned s = 0; s < CORE_NSECTIONS; s++) {
		uint64_t xo = section_word(x, s, 8), yo = section_word(y, s, 8);
		uint64_t xn = section_word(x, s, 16);
		uint64_t yn = section_word(y, s, 16);

		for (*at = 0; *at < xn && *at < yn; ++*at)
			if (x[xo + *at] != y[yo + *at])
				return s;
		if (xn != yn)
			return s;
	}
	return CORE_NSECTIONS;
}

static void
assert_same(const struct row *row, const char *when, struct machine *a,
    struct machine *b)
{
	uint8_t *x, *y;
	size_t n, k, at = 0;
	unsigned s;

	save(a, path_a);
	save(b, path_b);
	x = core_slurp(path_a, &n);
	y = core_slurp(path_b, &k);
	s = differing(x, y, &at);
	if (s < CORE_NSECTIONS)
		fail_msg("%s, %s: section %s differs at its byte %zu",
		    row->config, when, sim_core_section_name[s], at);
	assert_int_equal(n, k);
	assert_memory_equal(x, y, n);
	free(x);
	free(y);
}

static void
check(const struct row *row, const char *when, struct machine *m)
{
	char buf[256];

	if (machine_check(m, buf, sizeof(buf)) != NULL)
		fail_msg("%s, %s: %s", row->config, when, buf);
	assert_true(
	    m->vm.pmaps.tlbm == NULL || m->vm.pmaps.tlbm->pending.pmap == NULL);
}

static void
assert_stats(const struct row *row, struct machine *m)
{
	char names[128], *at = names, *name;
	uint64_t value;

	snprintf(names, sizeof(names), "%s", row->stats);
	while ((name = strsep(&at, ",")) != NULL)
		if (!sim_stat_byname(m, name, &value) || value == 0)
			fail_msg("%s: %s is 0 or unknown", row->config, name);
}

static void
test_goes_on(void **state)
{
	const struct row *row = *state;
	struct machine *m = core_machine_new(row->pers, row->config, true), *l;
	uint64_t seed = 1 + (uint64_t)(row - rows) * 7919, other;

	for (unsigned round = 0; round < row->rounds; round++) {
		for (unsigned i = 0; i < 60; i++)
			(void)core_machine_step(m, &seed);
		check(row, "before saving", m);
		save(m, path_a);
		l = load(row, path_a);
		assert_same(row, "at once", m, l);
		other = seed;
		for (unsigned i = 0; i < 60; i++)
			assert_true(core_machine_step(m, &seed) ==
			    core_machine_step(l, &other));
		check(row, "later", l);
		assert_same(row, "later", m, l);
		sim_machine_destroy(m);
		m = l;
	}
	assert_stats(row, m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------- host memory is short --- */

static void
fail_nth(void *ctx, struct machine *m)
{
	mem_fail_after(m->mem, *(uint64_t *)ctx);
}

/* Each allocation of a load that fails: no machine, and one line. */
static void
test_no_memory(void **state)
{
	const struct row *row = *state;
	struct machine *m = core_machine_new(row->pers, row->config, true);
	uint64_t seed = 77, n, step = 1;
	char err[512];
	int error = ENOMEM;

	for (unsigned i = 0; i < 120; i++)
		(void)core_machine_step(m, &seed);
	save(m, path_a);
	sim_machine_destroy(m);
	for (n = 1; error != 0; n += step) {
		m = NULL;
		err[0] = '\0';
		error = sim_core_load_watched(path_a, fail_nth, &n, &m, err,
		    sizeof(err));
		if (error != 0 &&
		    (m != NULL || strchr(err, '\n') != NULL ||
			strncmp(err, path_a, strlen(path_a)) != 0))
			fail_msg("%s: allocation %u: %s", row->config,
			    (unsigned)n, err);
		if (error != 0 && error != ENOMEM)
			fail_msg(
			    "%s: allocation %u: not for want of memory: %s",
			    row->config, (unsigned)n, err);
		step = 1 + n / 100;
	}
	assert_true(n > 50);
	check(row, "loaded at last", m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------ made on purpose --- */

#define AT ((vaddr_t)0x40000000)
#define FAR ((vaddr_t)0x80000000) /* all that an entry above spans */
#define FAR_SIZE ((vsize_t)1 << 30)
#define FILE_AT (AT + 64 * LARGE)
#define LARGE ((vsize_t)2 << 20)

static void
touch(struct machine *m, const char *name, vaddr_t va, vsize_t len,
    vm_prot_t type)
{
	assert_int_equal(sim_access(m, sim_process_byname(m, name), va, len,
			     type, NULL),
	    0);
}

static uint64_t
call_fd(struct machine *m, const char *name, const struct sim_call *call)
{
	uint64_t ret = 0;

	if (sim_syscall(m, sim_process_byname(m, name), call, &ret) != 0)
		fail_msg("%s: %s", name, m->error.why);
	return ret;
}

static void
call(struct machine *m, const char *name, enum sim_sysno no, uint64_t a,
    uint64_t b, uint64_t c, uint64_t d, const char *str)
{
	const struct sim_call call = { .no = no,
		.arg = { a, b, c, d, UINT64_MAX, 0 },
		.str = str };

	(void)call_fd(m, name, &call);
}

/* A file of two larger pages and a half, mapped shared. */
static void
map_file(struct machine *m)
{
	const struct sim_call open = { .no = SIM_SYS_OPEN,
		.arg = { 0x202 }, /* O_RDWR, O_CREAT */
		.str = "/data/large" };
	uint64_t fd = call_fd(m, "p1", &open);
	const struct sim_call map = { .no = SIM_SYS_MMAP,
		.arg = { FILE_AT, 3 * LARGE, 3, 0x11, fd, 0 } };

	call(m, "p1", SIM_SYS_FTRUNCATE, fd, 5 * LARGE / 2, 0, 0, NULL);
	(void)call_fd(m, "p1", &map);
	touch(m, "p1", FILE_AT, 5 * LARGE / 2, VM_PROT_READ);
	touch(m, "p1", FILE_AT, LARGE, VM_PROT_WRITE);
}

static unsigned
size_at(struct machine *m, const char *name, vaddr_t va)
{
	return pmap_psind(sim_process_byname(m, name)->vmspace->vm_map.pmap,
	    va);
}

/*
 * Larger pages of every kind in one machine: writable; one of them read-only by
 * mprotect; wired; writing withheld in each by fork, and withheld above them;
 * shared with the child; of a file; and beside them reservations that are half
 * full, of an amap and of an object.
 */
static struct machine *
of_every_kind(void)
{
	struct machine *m = core_machine_new(&sim_freebsd,
	    "64M,superpages=reserve,cpus=2,tlb=skylake", true);
	const uint64_t flags = 0x1000 | 0x10; /* MAP_ANON, MAP_FIXED */

	call(m, "p1", SIM_SYS_MMAP, AT, 8 * LARGE, 3, flags | 2, NULL);
	call(m, "p1", SIM_SYS_MMAP, AT + 8 * LARGE, 2 * LARGE, 3, flags | 1,
	    NULL);
	touch(m, "p1", AT, 5 * LARGE + LARGE / 2, VM_PROT_WRITE);
	touch(m, "p1", AT + 8 * LARGE, 2 * LARGE, VM_PROT_WRITE);
	call(m, "p1", SIM_SYS_MMAP, FAR, FAR_SIZE, 3, flags | 2, NULL);
	touch(m, "p1", FAR + LARGE, 2 * LARGE, VM_PROT_WRITE);
	touch(m, "p1", FAR + 9 * LARGE, LARGE, VM_PROT_WRITE);
	map_file(m);
	call(m, "p1", SIM_SYS_MPROTECT, AT + LARGE, LARGE, 1, 0, NULL);
	call(m, "p1", SIM_SYS_MLOCK, AT + 2 * LARGE, LARGE, 0, 0, NULL);
	call(m, "p1", SIM_SYS_FORK, 0, 0, 0, 0, "kid");
	touch(m, "kid", AT + 8 * LARGE, LARGE, VM_PROT_READ);
	touch(m, "kid", AT + 3 * LARGE, 1, VM_PROT_READ);
	touch(m, "p1", AT + 4 * LARGE, 1, VM_PROT_WRITE);
	return m;
}

static void
test_every_kind(void **state)
{
	static const struct row row = { .config = "every kind" };
	static const char *const names[] = { "p1", "kid" };
	struct machine *m = of_every_kind(), *l;
	unsigned larger = 0;
	char buf[256];

	(void)state;
	save(m, path_a);
	l = load(&row, path_a);
	assert_same(&row, "at once", m, l);
	for (unsigned i = 0; i < 2; i++)
		for (unsigned k = 0; k < 10; k++) {
			vaddr_t va = AT + k * LARGE;

			assert_int_equal(size_at(l, names[i], va),
			    size_at(m, names[i], va));
			larger += size_at(m, names[i], va) == 1;
		}
	assert_true(larger >= 10);
	for (unsigned k = 0; k < 4; k++)
		assert_int_equal(size_at(m, "p1",
				     k < 3 ? FAR + k * LARGE : FILE_AT),
		    k > 0);
	for (unsigned i = 0; i < 2; i++) {
		struct machine *x = i == 0 ? m : l;

		touch(x, "kid", AT, LARGE, VM_PROT_WRITE);
		call(x, "p1", SIM_SYS_MUNLOCK, AT + 2 * LARGE, LARGE / 2, 0, 0,
		    NULL);
		call(x, "p1", SIM_SYS_MUNMAP, AT + 8 * LARGE, 4096, 0, 0, NULL);
		touch(x, "p1", AT + 5 * LARGE, LARGE, VM_PROT_WRITE);
		call(x, "p1", SIM_SYS_MPROTECT, AT + LARGE, LARGE, 3, 0, NULL);
		touch(x, "p1", AT, 8 * LARGE, VM_PROT_WRITE);
		touch(x, "kid", FAR, 10 * LARGE, VM_PROT_WRITE);
		touch(x, "p1", FAR + LARGE, LARGE, VM_PROT_WRITE);
		touch(x, "p1", FILE_AT, 5 * LARGE / 2, VM_PROT_WRITE);
		assert_null(machine_check(x, buf, sizeof(buf)));
	}
	assert_same(&row, "later", m, l);
	sim_machine_destroy(m);
	sim_machine_destroy(l);
}

/* ------------------------------------------------------------------------- */

#define NROWS (sizeof(rows) / sizeof(rows[0]))

int
main(void)
{
	struct CMUnitTest tests[2 * NROWS + 1];
	unsigned n = 0;

	tests[n++] = (struct CMUnitTest){ "every kind", test_every_kind, NULL,
		NULL, NULL };
	for (unsigned i = 0; i < NROWS; i++)
		tests[n++] = (struct CMUnitTest){ rows[i].config, test_goes_on,
			NULL, NULL, (void *)(uintptr_t)&rows[i] };
	for (unsigned i = 0; i < NROWS; i += 3)
		tests[n++] = (struct CMUnitTest){ rows[i].config,
			test_no_memory, NULL, NULL,
			(void *)(uintptr_t)&rows[i] };
	return _cmocka_run_group_tests("core of larger pages", tests, n, set_up,
	    tear_down);
}
