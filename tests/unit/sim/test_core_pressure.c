/*
 * Cores of machines under memory pressure: pages in swap, daemons, policies,
 * disks.  What is loaded is the same to the byte, and goes on as the original
 * does, every counter of it.
 *
 * Each machine must have done what it is here for: the counters named in its
 * row are not 0 at the end.
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
	{ &sim_netbsd, "256K,swap=2M,policy=uvm", "nswget,pgswapout", 12 },
	{ &sim_openbsd, "256K,swap=512K:pri=3+1M:file,policy=uvm,disk=hdd",
	    "nswget,pgswapout,disk_wait", 12 },
	{ &sim_linux, "256K,swap=256K:pri=1+256K:pri=1+1M:pri=2,disk=ssd",
	    "nswget,pgswapout", 12 },
	{ &sim_freebsd, "256K,policy=uvm", "pdscans", 8 },
	{ &sim_freebsd, "256K,policy=none,swap=1M", "writes", 6 },
	{ &sim_freebsd, "256K,policy=freebsd,swap=2M", "nswget,pgswapout", 12 },
	{ &sim_freebsd, "256K,policy=freebsd", "pdfreed", 8 },
	{ &sim_linux, "256K,policy=aix,swap=2M", "nswget", 12 },
	{ &sim_netbsd, "256K,arch=i386,swap=2M,policy=uvm,cpus=2,tlb=nehalem",
	    "nswget,pgswapout", 10 },
	{ &sim_freebsd, "512K,arch=power,policy=aix,swap=4M", "pdscans", 8 },
	{ &sim_netbsd, "256K,swap=2M,policy=lru", "evictions,nswget", 14 },
	{ &sim_freebsd, "256K,swap=2M,policy=lru,frames=10", "evictions", 8 },
	{ &sim_linux, "256K,swap=2M,policy=fifo,frames=9", "evictions", 6 },
	{ &sim_linux, "256K,swap=2M,policy=clock:set=1", "evictions", 6 },
	{ &sim_netbsd, "256K,swap=2M,policy=nfu,frames=16,tlb=nehalem",
	    "evictions", 6 },
	{ &sim_netbsd, "256K,swap=2M,policy=lfu", "evictions", 6 },
	{ &sim_openbsd, "256K,swap=2M,policy=random,frames=8", "evictions",
	    10 },
	{ &sim_linux, "256K,swap=2M,policy=random", "evictions", 6 },
	{ &sim_netbsd, "256K,swap=2M,policy=ws:tau=90,frames=30", "evictions",
	    6 },
	{ &sim_linux, "256K,swap=2M,policy=wsclock:tau=40", "evictions", 6 },
	{ &sim_freebsd, "256K,swap=2M,policy=arc,frames=12", "evictions", 6 },
	{ &sim_netbsd, "256K,swap=2M,policy=arc", "evictions", 6 },
	{ &sim_linux, "256K,swap=2M,policy=2q,frames=15,cpus=2", "evictions",
	    6 },
	{ &sim_freebsd, "256K,swap=2M,policy=s3fifo", "evictions", 6 },
	{ &sim_openbsd, "256K,arch=i386,swap=2M,policy=sieve,frames=14",
	    "evictions", 6 },
	{ &sim_linux, "16M,superpages=eager,swap=16M,policy=uvm", "thpalloc",
	    8 },
	{ &sim_freebsd, "12M,superpages=reserve,swap=16M,policy=freebsd",
	    "promotions", 8 },
	{ &sim_linux,
	    "512K,domains=2,cpus=2,numa=interleave,swap=2M,policy=uvm",
	    "pgswapout", 8 },
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

/* ------------------------------------------------------------------------- */

#define NROWS (sizeof(rows) / sizeof(rows[0]))

int
main(void)
{
	struct CMUnitTest tests[2 * NROWS];
	unsigned n = 0;

	for (unsigned i = 0; i < NROWS; i++)
		tests[n++] = (struct CMUnitTest){ rows[i].config, test_goes_on,
			NULL, NULL, (void *)(uintptr_t)&rows[i] };
	for (unsigned i = 0; i < NROWS; i += 3)
		tests[n++] = (struct CMUnitTest){ rows[i].config,
			test_no_memory, NULL, NULL,
			(void *)(uintptr_t)&rows[i] };
	return _cmocka_run_group_tests("core under pressure", tests, n, set_up,
	    tear_down);
}
