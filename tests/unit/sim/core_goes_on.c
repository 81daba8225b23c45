/*
 * Machines that are saved and loaded and go on (see core_goes_on.h).
 */
#include "core_goes_on.h"

static const struct core_row *first; /* of the test's rows */

static void
check(const struct core_row *row, const char *when, struct machine *m)
{
	char buf[256];

	if (machine_check(m, buf, sizeof(buf)) != NULL)
		fail_msg("%s, %s: %s", row->config, when, buf);
	assert_true(
	    m->vm.pmaps.tlbm == NULL || m->vm.pmaps.tlbm->pending.pmap == NULL);
}

static void
assert_stats(const struct core_row *row, struct machine *m)
{
	char names[128], *at = names, *name;
	uint64_t value;

	snprintf(names, sizeof(names), "%s", row->stats);
	while ((name = strsep(&at, ",")) != NULL)
		if (!sim_stat_byname(m, name, &value) || value == 0)
			fail_msg("%s: %s is 0 or unknown", row->config, name);
}

/* The same bytes, and every counter (also one that no core has). */
static void
assert_same(const struct core_row *row, const char *when, struct machine *a,
    struct machine *b)
{
	struct sim_stat x, y;

	core_assert_same(row->config, when, a, b);
	for (size_t i = 0; sim_stat_at(a, i, &x); i++) {
		assert_true(sim_stat_at(b, i, &y));
		if (x.value != y.value)
			fail_msg("%s, %s: %s is %llu, was %llu", row->config,
			    when, x.name, (unsigned long long)y.value,
			    (unsigned long long)x.value);
	}
}

static void
test_goes_on(void **state)
{
	const struct core_row *row = *state;
	struct machine *m = core_machine_new(row->pers, row->config, true), *l;
	uint64_t seed = 1 + (uint64_t)(row - first) * 7919, other;

	for (unsigned round = 0; round < row->rounds; round++) {
		for (unsigned i = 0; i < 60; i++)
			(void)core_machine_step(m, &seed);
		check(row, "before saving", m);
		core_save(m, core_path_a);
		l = core_load(row->config, core_path_a);
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
	const struct core_row *row = *state;
	const char *path = core_path_a;
	struct machine *m = core_machine_new(row->pers, row->config, true);
	uint64_t seed = 77, n, step = 1;
	char err[512];
	int error = ENOMEM;

	for (unsigned i = 0; i < 120; i++)
		(void)core_machine_step(m, &seed);
	core_save(m, path);
	sim_machine_destroy(m);
	for (n = 1; error != 0; n += step) {
		m = NULL;
		err[0] = '\0';
		error = sim_core_load_watched(path, fail_nth, &n, &m, err,
		    sizeof(err));
		if (error != 0 &&
		    (m != NULL || strchr(err, '\n') != NULL ||
			strncmp(err, path, strlen(path)) != 0))
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

int
core_goes_on_main(const char *name, const struct core_row *rows, unsigned nrows,
    const struct CMUnitTest *own, unsigned nown)
{
	struct CMUnitTest tests[nown + 2 * nrows];
	unsigned n = 0;

	first = rows;
	for (; n < nown; n++)
		tests[n] = own[n];
	for (unsigned i = 0; i < nrows; i++)
		tests[n++] = (struct CMUnitTest){ rows[i].config, test_goes_on,
			NULL, NULL, (void *)(uintptr_t)&rows[i] };
	for (unsigned i = 0; i < nrows; i += 3)
		tests[n++] = (struct CMUnitTest){ rows[i].config,
			test_no_memory, NULL, NULL,
			(void *)(uintptr_t)&rows[i] };
	return _cmocka_run_group_tests(name, tests, n, core_set_up,
	    core_tear_down);
}
