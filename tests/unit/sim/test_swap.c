/*
 * Swap in a whole machine: two processes that share pages by copy-on-write and
 * by shared memory write and read at random, while devices come, go and change
 * their priority, and disks fail.
 *
 * What each page holds is known by the stamp of the last write to it.  A read
 * finds that, or fails because a disk has failed; then the page is unmapped and
 * begins again as zero.  machine_check() looks at everything in between.
 */
#include "machine_fixture.h"
#include <stdlib.h>

#include "sim/swap.h"
#include "tests/page4k.h"
#include "tests/random.h"

#define NPAGES 96 /* of each kind, in a memory of 64 or so */
#define NPROCS 2

enum region { PRIVATE, SHARED, NREGIONS };

struct world {
	struct machine *m;
	struct process *proc[NPROCS];
	vaddr_t base[NREGIONS];
	uint64_t want[NPROCS][NPAGES]; /* stamps; 0: zero-fill */
	uint64_t shared[NPAGES];
	uint64_t rng;
	bool failing; /* are there errors at all? */
	unsigned lost, offs, nomem;
};

static const char *const devices[] = { "/dev/swap0", "/dev/wd1b", "/dev/wd2b",
	"/var/swap" };

static uint32_t
draw(struct world *w, uint32_t below)
{
	return (uint32_t)rnd_draw(&w->rng, below);
}

static struct world *
world_new(const char *policy, uint64_t seed, bool failing)
{
	struct world *w = calloc(1, sizeof(*w));
	struct sim_config c;
	char err[200], keys[60], *at = keys, *pair;
	struct sim_file *f;
	uint64_t id;

	sim_config_default(&c);
	c.ram = 512 << 10;
	c.personality = &sim_netbsd;
	snprintf(keys, sizeof(keys), "policy=%s", policy);
	while ((pair = strsep(&at, " ")) != NULL)
		assert_int_equal(sim_config_set(&c, pair, err, sizeof(err)), 0);
	assert_int_equal(sim_config_set(&c, "swap=4M:pri=3", err, sizeof(err)),
	    0);
	assert_int_equal(sim_machine_create(&c, &w->m, err, sizeof(err)), 0);
	w->rng = seed;
	w->failing = failing;
	for (size_t i = 1; i < NELEM(devices); i++) {
		f = sim_file_get(w->m, devices[i], T_PTOA(40 * i),
		    i == 3 ? SIM_FILE_REG : SIM_FILE_BLK);
		assert_non_null(f);
		f->disk = (uint8_t)i;
	}
	w->proc[0] = machine_spawn(w->m, "p");
	w->base[PRIVATE] = machine_map(w->m, w->proc[0], T_PTOA(NPAGES));
	assert_int_equal(CALL(w->m, w->proc[0], &id, SHMGET,
			     .arg = { 0, T_PTOA(NPAGES), 0600 }),
	    0);
	assert_int_equal(CALL(w->m, w->proc[0], &w->base[SHARED], SHMAT,
			     .arg = { id }),
	    0);
	assert_int_equal(CALL(w->m, w->proc[0], &id, FORK, .str = "q"), 0);
	w->proc[1] = sim_process_byname(w->m, "q");
	assert_non_null(w->proc[1]);
	return w;
}

static void
world_free(struct world *w)
{
	machine_ok(w->m);
	sim_machine_destroy(w->m);
	free(w);
}

/* ---------------------------------------------------------- operations ---- */

/* The page cannot be had any more: give it up. */
static void
give_up(struct world *w, unsigned who, unsigned page)
{
	struct process *p = w->proc[who];
	const vaddr_t va = w->base[PRIVATE] + T_PTOA(page);
	uint64_t got;

	assert_int_equal(CALL(w->m, p, NULL, MUNMAP, .arg = { va, T_PAGE }), 0);
	assert_int_equal(CALL(w->m, p, &got, MMAP,
			     .arg = { va, T_PAGE, 3,
				 konst(p, "MAP_PRIVATE") |
				     konst(p, "MAP_ANON") |
				     konst(p, "MAP_FIXED"),
				 UINT64_MAX }),
	    0);
	w->want[who][page] = 0;
	w->lost++;
}

static void
one_access(struct world *w)
{
	const unsigned who = draw(w, NPROCS), page = draw(w, NPAGES);
	const enum region region = draw(w, NREGIONS);
	const bool write = draw(w, 2) == 0;
	const vaddr_t va = w->base[region] + T_PTOA(page);
	uint64_t *want = region == SHARED ? &w->shared[page] :
					    &w->want[who][page];
	int error;

	if (region == SHARED && *want == UINT64_MAX)
		return;
	error = sim_access(w->m, w->proc[who], va, 1,
	    write ? VM_PROT_WRITE : VM_PROT_READ, NULL);
	if (error != 0) {
		assert_int_equal(error, EIO);
		assert_true(w->failing);
		if (region == SHARED) {
			*want = UINT64_MAX; /* for ever */
			w->lost++;
		} else {
			give_up(w, who, page);
		}
		return;
	}
	if (write)
		*want = w->m->stamp;
	assert_int_equal(machine_tag(w->proc[who], va), *want);
}

/* The first device stays, so that there is always room. */
static void
one_swapctl(struct world *w)
{
	const char *path = devices[draw(w, NELEM(devices))];
	static const uint64_t commands[] = { SIM_SWAP_ON, SIM_SWAP_OFF,
		SIM_SWAP_CTL };
	const uint64_t cmd = commands[draw(w, 3)];
	const bool used = sim_swap_byname(w->m, path) >= 0;
	int error, want = 0;

	if (path == devices[0] && cmd == SIM_SWAP_OFF)
		return;
	error = CALL(w->m, w->proc[draw(w, NPROCS)], NULL, SWAPCTL, .str = path,
	    .arg = { cmd, draw(w, 4) });
	if (cmd == SIM_SWAP_ON && used)
		want = EBUSY;
	else if (cmd == SIM_SWAP_OFF && !used)
		want = ENXIO;
	else if (cmd == SIM_SWAP_CTL && !used)
		want = ENOENT;
	if (cmd == SIM_SWAP_OFF && used) {
		w->offs++;
		w->nomem += error == ENOMEM;
		if (error == ENOMEM)
			return;
	}
	assert_int_equal(error, want);
}

static void
one_failure(struct world *w)
{
	(void)sim_io_fail(w->m, SIM_IO_SWAP,
	    draw(w, 3) == 0 ? VM_IO_WRITE : VM_IO_READ, 1 + draw(w, 8));
}

static void
run(const char *policy, uint64_t seed, bool failing)
{
	struct world *w = world_new(policy, seed, failing);

	for (unsigned i = 0; i < 4000; i++) {
		const uint32_t what = draw(w, 1000);

		if (what < 960)
			one_access(w);
		else if (what < 990)
			one_swapctl(w);
		else if (what < 995 && failing)
			one_failure(w);
		else
			w->m->slept += draw(w, 1000000);
		if (i % 40 == 0)
			machine_ok(w->m);
	}
	assert_true(w->m->vm.exp.nswget > 100);
	assert_true(w->offs > 10);
	assert_true(w->nomem < w->offs / 2);
	assert_int_equal(w->lost > 0, failing);
	world_free(w);
}

static void
test_uvm(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 4; seed++)
		run("uvm", seed, false);
}

static void
test_uvm_failing(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 4; seed++)
		run("uvm", seed, true);
}

static void
test_freebsd(void **state)
{
	(void)state;
	run("freebsd", 1, false);
	run("freebsd", 2, true);
}

static void
test_aix(void **state)
{
	(void)state;
	run("aix", 1, false);
	run("aix", 2, true);
}

/* Policies that see every reference: of all memory, and of each process. */
static void
test_policies(void **state)
{
	static const char *const policies[] = { "fifo", "lru", "clock", "2q",
		"arc", "random", "fifo frames=40", "lru frames=40",
		"clock frames=64" };

	(void)state;
	for (size_t i = 0; i < NELEM(policies); i++) {
		run(policies[i], 1, false);
		run(policies[i], 2, true);
	}
}

/* --------------------------------------------------------- host memory ---- */

/* Adding a device needs memory of the host: each allocation fails once. */
static void
test_nomem(void **state)
{
	struct world *w = world_new("uvm", 1, false);
	uint64_t n = 0;
	int error;

	(void)state;
	do {
		mem_fail_after(w->m->mem, ++n);
		error = CALL(w->m, w->proc[0], NULL, SWAPCTL, .str = devices[1],
		    .arg = { SIM_SWAP_ON, 0 });
		mem_fail_after(w->m->mem, 0);
		machine_ok(w->m);
		if (error != 0) {
			assert_int_equal(error, ENOMEM);
			assert_int_equal(w->m->vm.exp.nswapdev, 1);
		}
	} while (error != 0);
	assert_true(n > 5);
	assert_int_equal(w->m->vm.exp.nswapdev, 2);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uvm),
		cmocka_unit_test(test_uvm_failing),
		cmocka_unit_test(test_freebsd),
		cmocka_unit_test(test_aix),
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_nomem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
