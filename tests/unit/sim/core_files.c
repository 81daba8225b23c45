/*
 * The files of the tests of cores (see core_files.h).
 */
#include "core_files.h"

char core_dir[48];
char core_path_a[64], core_path_b[64];

int
core_set_up(void **state)
{
	(void)state;
	if (core_test_dir(core_dir, sizeof(core_dir)) != 0)
		return -1;
	snprintf(core_path_a, sizeof(core_path_a), "%s/a", core_dir);
	snprintf(core_path_b, sizeof(core_path_b), "%s/b", core_dir);
	return 0;
}

int
core_tear_down(void **state)
{
	(void)state;
	unlink(core_path_a);
	unlink(core_path_b);
	return rmdir(core_dir);
}

void
core_save(struct machine *m, const char *path)
{
	char err[512] = "";

	if (sim_core_save(m, path, err, sizeof(err)) != 0)
		fail_msg("save: %s", err);
}

struct machine *
core_load(const char *what, const char *path)
{
	struct machine *m = NULL;
	char err[512] = "";

	if (sim_core_load(path, &m, err, sizeof(err)) != 0)
		fail_msg("%s: load: %s", what, err);
	return m;
}

/* => the first section that differs, and where in it; their number: none */
static unsigned
differing(const uint8_t *x, const uint8_t *y, size_t *at)
{
	for (unsigned s = 0; s < CORE_NSECTIONS; s++) {
		uint64_t xo = core_section_word(x, s, 8);
		uint64_t yo = core_section_word(y, s, 8);
		uint64_t xn = core_section_word(x, s, 16);
		uint64_t yn = core_section_word(y, s, 16);

		for (*at = 0; *at < xn && *at < yn; ++*at)
			if (x[xo + *at] != y[yo + *at])
				return s;
		if (xn != yn)
			return s;
	}
	return CORE_NSECTIONS;
}

void
core_assert_same(const char *what, const char *when, struct machine *a,
    struct machine *b)
{
	uint8_t *x, *y;
	size_t n, k, at = 0;
	unsigned s;

	core_save(a, core_path_a);
	core_save(b, core_path_b);
	x = core_slurp(core_path_a, &n);
	y = core_slurp(core_path_b, &k);
	s = differing(x, y, &at);
	if (s < CORE_NSECTIONS)
		fail_msg("%s, %s: section %s differs at its byte %zu", what,
		    when, sim_core_section_name[s], at);
	assert_int_equal(n, k);
	assert_memory_equal(x, y, n);
	free(x);
	free(y);
}
