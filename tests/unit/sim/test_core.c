/*
 * Core files: what is saved and loaded goes on as if nothing had happened.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core_files.h"

/* ----------------------------------------------------------- checksums ---- */

/* Published values, and the same sum for every way of cutting the input. */
static void
test_sum(void **state)
{
	static const struct {
		const char *text;
		uint64_t sum;
	} known[] = {
		{ "", 0xef46db3751d8e999u },
		{ "a", 0xd24ec4f1a98c6e5bu },
		{ "abc", 0x44bc2cf5ad770999u },
		{ "Nobody inspects the spammish repetition",
		    0xfbcea83c8a378bf1u },
	};
	uint8_t data[100];

	(void)state;
	for (unsigned i = 0; i < NELEM(known); i++)
		assert_true(sim_core_sum(known[i].text,
				strlen(known[i].text)) == known[i].sum);
	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 37);
	for (unsigned cut = 0; cut <= sizeof(data); cut++) {
		struct sim_core_sum s;

		sim_core_sum_init(&s);
		sim_core_sum_add(&s, data, cut);
		sim_core_sum_add(&s, data + cut, sizeof(data) - cut);
		assert_true(
		    sim_core_sum_end(&s) == sim_core_sum(data, sizeof(data)));
	}
}

/* --------------------------------------------------------- round trips ---- */

static void
test_new_machine(void **state)
{
	struct machine *m = core_machine_new(&sim_freebsd, "4M", true), *l;

	(void)state;
	core_save(m, core_path_a);
	l = core_load("core", core_path_a);
	core_assert_same("core", "", m, l);
	sim_machine_destroy(m);
	sim_machine_destroy(l);
}

/* In memory it is the same bytes, and the same machine. */
static void
test_in_memory(void **state)
{
	struct machine *m = core_machine_new(&sim_freebsd, "4M", true), *l;
	uint8_t *file, *data = NULL;
	size_t n, len = 0;
	uint64_t seed = 5;
	char err[200];

	(void)state;
	for (unsigned i = 0; i < 500; i++)
		(void)core_machine_step(m, &seed);
	core_save(m, core_path_a);
	file = core_slurp(core_path_a, &n);
	assert_int_equal(sim_core_save_memory(m, &data, &len), 0);
	assert_int_equal(len, n);
	assert_memory_equal(data, file, n);
	assert_int_equal(sim_core_load_memory(data, len, &l, err, sizeof(err)),
	    0);
	core_assert_same("core", "", m, l);
	assert_int_not_equal(sim_core_load_memory(data, len / 2, &l, err,
				 sizeof(err)),
	    0);
	assert_int_not_equal(err[0], '\0');
	free(file);
	free(data);
	sim_machine_destroy(m);
	sim_machine_destroy(l);
}

/* The original and what was loaded do the same, to the byte. */
static void
go_on(struct machine *m, struct machine *l, uint64_t *seed, unsigned steps)
{
	char buf[256];
	uint64_t other = *seed;

	for (unsigned i = 0; i < steps; i++) {
		uint64_t a = core_machine_step(m, seed);
		uint64_t b = core_machine_step(l, &other);

		if (a != b)
			fail_msg("step %u: 0x%llx, loaded 0x%llx", i,
			    (unsigned long long)a, (unsigned long long)b);
		assert_int_equal(m->error.err, l->error.err);
	}
	assert_null(machine_check(l, buf, sizeof(buf)));
	core_assert_same("core", "", m, l);
}

/* What scripts set: kernel addresses, tunables, flags of processes. */
static void
set_some(struct machine *m, uint64_t *seed)
{
	const uint64_t lo = m->config.arch->ptr_size == 4 ?
	    sim_user_end(m) :
	    m->config.arch->kernel_min;
	const struct vm_map *map = &m->procs->vmspace->vm_map;

	(void)sim_kva_fix(m, (unsigned)(core_random(seed) >> 11) % SIM_NKVA,
	    (uint32_t)(core_random(seed) >> 11) % 50,
	    lo + (core_random(seed) >> 11) % (1 << 24));
	(void)sim_kva_fix(m, SIM_KVA_MAP, map->id, lo + 0x3000000);
	m->tunables.mincore_mapped = core_random(seed);
	m->kernel->pflags = (uint32_t)core_random(seed) & SIM_P_ALL;
}

static void
assert_same_addresses(const struct machine *a, const struct machine *b)
{
	assert_int_equal(a->nkvafix, b->nkvafix);
	for (unsigned k = 0; k < SIM_NKVA; k++)
		for (uint32_t id = 0; id < 60; id++)
			assert_true(sim_kva(a, k, id) == sim_kva(b, k, id));
}

static void
round_trips(const struct sim_personality *pers, const char *ram, bool tags,
    uint64_t seed)
{
	struct machine *m = core_machine_new(pers, ram, tags), *l;
	char buf[256];

	for (unsigned round = 0; round < 25; round++) {
		for (unsigned i = 0; i < 40; i++)
			(void)core_machine_step(m, &seed);
		set_some(m, &seed);
		if (machine_check(m, buf, sizeof(buf)) != NULL)
			fail_msg("%s, round %u: before saving: %s", pers->name,
			    round, buf);
		core_save(m, core_path_a);
		l = core_load("core", core_path_a);
		core_assert_same("core", "", m, l);
		assert_same_addresses(m, l);
		go_on(m, l, &seed, 40);
		sim_machine_destroy(m);
		m = l;
	}
	sim_machine_destroy(m);
}

static void
test_round_trips(void **state)
{
	(void)state;
	for (unsigned i = 0; sim_personalities[i] != NULL; i++) {
		round_trips(sim_personalities[i], "8M", true, 11 + i);
		round_trips(sim_personalities[i], "8M", false, 77 + i);
	}
}

/* Other tables, other bounds, no bit against execution. */
static void
test_round_trips_narrow(void **state)
{
	(void)state;
	for (unsigned i = 0; sim_personalities[i] != NULL; i++) {
		round_trips(sim_personalities[i], "8M,arch=i386", true, 31 + i);
		round_trips(sim_personalities[i],
		    "1M,arch=i386,maxuser=0xbfbfe000", true, 51 + i);
	}
}

/* A fixed address that a script could not have fixed is refused. */
static void
test_bad_addresses(void **state)
{
	static const struct {
		struct sim_kvafix fix[2];
		const char *why;
	} rows[] = {
		{ { { 0xd0800000, 0, 0 } }, "there is no such object" },
		{ { { 0x1000, 1, 0 } }, "kernel's half" },
		{ { { 0xd0800000, 1, SIM_NKVA } }, "kind of a fixed address" },
		{ { { 0xd0800000, 1, 0 }, { 0xd0800010, 2, 1 } },
		    "has been fixed is there" },
		{ { { 0xd0800000, 1, 1 }, { 0xd0900000, 1, 1 } },
		    "two fixed addresses" },
	};

	(void)state;
	for (unsigned i = 0; i < NELEM(rows); i++) {
		struct machine *m, *l;
		char err[512] = "";

		m = core_machine_new(&sim_openbsd, "1M,arch=i386", true);
		assert_int_equal(sim_kva_fix(m, 0, 1, 0xd0700000), 0);
		memcpy(m->kvafix, rows[i].fix, sizeof(rows[i].fix));
		m->nkvafix = rows[i].fix[1].addr != 0 ? 2 : 1;
		core_save(m, core_path_a);
		sim_machine_destroy(m);
		assert_int_equal(sim_core_load(core_path_a, &l, err,
				     sizeof(err)),
		    EINVAL);
		if (strstr(err, rows[i].why) == NULL)
			fail_msg("expected %s, got: %s", rows[i].why, err);
	}
}

/* With so little memory most things fail half-way. */
static void
test_round_trips_without_memory(void **state)
{
	(void)state;
	for (unsigned i = 0; sim_personalities[i] != NULL; i++)
		round_trips(sim_personalities[i], "1M", true, 5 + i);
}

static void
test_two_loads_are_apart(void **state)
{
	struct machine *m = core_machine_new(&sim_freebsd, "4M", true), *x, *y;
	uint64_t seed = 3, other = 4;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		(void)core_machine_step(m, &seed);
	core_save(m, core_path_a);
	x = core_load("core", core_path_a);
	y = core_load("core", core_path_a);
	for (unsigned i = 0; i < 100; i++)
		(void)core_machine_step(x, &other);
	core_assert_same("core", "", m, y);
	sim_machine_destroy(m);
	sim_machine_destroy(x);
	sim_machine_destroy(y);
}

/* The last error is there after a load, in words. */
static void
test_last_error(void **state)
{
	struct machine *m = core_machine_new(&sim_freebsd, "4M", true), *l;
	const struct sim_call call = { .no = SIM_SYS_MUNMAP,
		.arg = { 0x1001, 0 } };
	uint64_t ret;

	(void)state;
	assert_int_not_equal(sim_syscall(m, sim_process_byname(m, "p1"), &call,
				 &ret),
	    0);
	core_save(m, core_path_a);
	l = core_load("core", core_path_a);
	assert_int_equal(l->error.err, m->error.err);
	assert_string_equal(l->error.op, m->error.op);
	assert_string_equal(l->error.why, m->error.why);
	sim_machine_destroy(m);
	sim_machine_destroy(l);
}

/* --------------------------------------------------- failures to write ---- */

static unsigned
files_in_dir(void)
{
	DIR *d = opendir(core_dir);
	unsigned n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
test_no_such_directory(void **state)
{
	struct machine *m = core_machine_new(&sim_freebsd, "4M", true);
	char err[256] = "", path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/none/core", core_dir);
	assert_int_equal(sim_core_save(m, path, err, sizeof(err)), ENOENT);
	assert_non_null(strstr(err, path));
	assert_null(strchr(err, '\n'));
	sim_machine_destroy(m);
}

/* A write that fails leaves the old file alone and nothing else behind. */
static void
test_full_disk(void **state)
{
	struct machine *m = core_machine_new(&sim_freebsd, "4M", true);
	struct rlimit old, small;
	char err[256] = "";
	uint8_t *before, *after;
	size_t n, k;
	unsigned files;

	(void)state;
	core_save(m, core_path_a);
	before = core_slurp(core_path_a, &n);
	files = files_in_dir();
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 1000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(sim_core_save(m, core_path_a, err, sizeof(err)),
	    EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_DFL);
	after = core_slurp(core_path_a, &k);
	assert_int_equal(n, k);
	assert_memory_equal(before, after, n);
	assert_int_equal(files_in_dir(), files);
	free(before);
	free(after);
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum),
		cmocka_unit_test(test_new_machine),
		cmocka_unit_test(test_in_memory),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_round_trips_narrow),
		cmocka_unit_test(test_bad_addresses),
		cmocka_unit_test(test_round_trips_without_memory),
		cmocka_unit_test(test_two_loads_are_apart),
		cmocka_unit_test(test_last_error),
		cmocka_unit_test(test_no_such_directory),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests_name("core", tests, core_set_up,
	    core_tear_down);
}
