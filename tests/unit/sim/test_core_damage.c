/*
 * Core files that are damaged, cut off or made up: each is refused with one
 * line that names the offset, or, where it happens to describe a machine, gives
 * one that passes every check and works.
 */
#include <sys/stat.h>

#include "core_damage.h"

/* A core may ask for more memory than a sanitizer likes to give. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static uint8_t *core, *copy; /* a good core; room for a bad one */
static size_t size;

/* A small machine with something of everything. */
static int
set_up(void **state)
{
	struct machine *m = core_machine_new(&sim_freebsd, "1M", true);
	uint64_t seed = 9;

	for (unsigned i = 0; i < 160; i++)
		(void)core_machine_step(m, &seed);
	if (core_set_up(state) != 0)
		return -1;
	core_save(m, core_path_a);
	sim_machine_destroy(m);
	core = core_slurp(core_path_a, &size);
	copy = malloc(size);
	return copy == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	free(core);
	free(copy);
	return core_tear_down(state);
}

static void
assert_refused(const uint8_t *data, size_t len, const char *what)
{
	struct machine *m = NULL;
	char err[512] = "";

	core_spit(core_path_a, data, len);
	if (sim_core_load(core_path_a, &m, err, sizeof(err)) == 0)
		fail_msg("%s: accepted", what);
	assert_null(m);
	damage_assert_one_line(err);
}

static void
test_good(void **state)
{
	struct machine *m;
	char err[512];

	(void)state;
	core_spit(core_path_a, core, size);
	assert_int_equal(sim_core_load(core_path_a, &m, err, sizeof(err)), 0);
	sim_machine_destroy(m);
}

static void
test_cut_off_everywhere(void **state)
{
	char what[64];

	(void)state;
	for (size_t len = 0; len < size; len++) {
		snprintf(what, sizeof(what), "cut off at %zu", len);
		assert_refused(core, len, what);
	}
	memcpy(copy, core, size);
	core_spit(core_path_a, copy, size);
}

static void
test_too_long(void **state)
{
	uint8_t *longer = malloc(size + 1);

	(void)state;
	assert_non_null(longer);
	memcpy(longer, core, size);
	longer[size] = 0;
	assert_refused(longer, size + 1, "one byte more");
	free(longer);
}

static void
test_every_byte_flipped(void **state)
{
	char what[64];

	(void)state;
	memcpy(copy, core, size);
	for (size_t i = 0; i < size; i++) {
		copy[i] ^= (uint8_t)(1u << i % 8);
		snprintf(what, sizeof(what), "byte %zu flipped", i);
		assert_refused(copy, size, what);
		copy[i] = core[i];
	}
}

/* --------------------------------------- with checksums that are right ---- */

#define USE 20u /* steps of a machine that was loaded */

static void
test_every_byte_made_up(void **state)
{
	static const uint8_t masks[] = { 0x01, 0xff, 0x80, 0x10, 0x7f, 0x02 };
	size_t first = CORE_HEADER + CORE_NSECTIONS * CORE_SECTION;
	unsigned refused = 0;

	(void)state;
	for (size_t i = first; i < size; i++) {
		memcpy(copy, core, size);
		copy[i] ^= masks[i % NELEM(masks)];
		core_reseal(copy, size);
		refused += damage_try(copy, size, USE);
	}
	/* Some must pass (seeds, counters), many must not. */
	assert_true(refused > (size - first) / 8);
	assert_true(refused < size - first);
}

#define SUBMAPS (4u * 52) /* bytes of four empty ones */

/* Values that no machine can have, at places that are known. */
static void
test_impossible_values(void **state)
{
	static const struct {
		enum core_section section;
		unsigned offset, bytes;
		uint64_t value;
		const char *what;
	} bad[] = {
		{ CORE_CONFIG, 0, 4, 0xfffffffe, "endless name" },
		{ CORE_CONFIG, 4, 1, 'x', "unknown architecture" },
		{ CORE_MACHINE, 0, 4, 0xffffffff, "negative pid" },
		{ CORE_STATS, 0, 4, 3, "too few statistics" },
		{ CORE_FRAMES, 0, 4, 0, "frame 0 in use" },
		{ CORE_FRAMES, 0, 4, 0xffffffff, "more frames than bytes" },
		{ CORE_FRAMES, 4, 4, 0xfffffff0, "free list far away" },
		{ CORE_FRAMES, 8, 4, 0x7fffffff, "queue far away" },
		{ CORE_FRAMES, 16, 4, 0x7fffffff, "another queue far away" },
		{ CORE_FRAMES, 48, 2, 0xffff, "all flags" },
		{ CORE_TAGS, 0, 4, 0xffffffff, "more tags than frames" },
		{ CORE_SWAP, 0, 4, 0, "no drum" },
		{ CORE_SWAP, 12, 1, 1, "a device that is not there" },
		{ CORE_ANONS, 0, 4, 0xffffffff, "more names than memory" },
		{ CORE_ANONS, 4, 4, 0, "no anon 0" },
		{ CORE_ANONS, 4, 4, 0xffffffff, "more anons than names" },
		{ CORE_ANONS, 8, 4, 0xffffffff, "free anon far away" },
		{ CORE_ANONS, 16, 1, 2, "neither with slots nor without" },
		{ CORE_SLABS, 0, 4, 0, "no names" },
		{ CORE_SLABS, 0, 4, 0xffffffff, "names without end" },
		{ CORE_SLABS, 4, 4, 0xffffffff, "free names without end" },
		{ CORE_OBJECTS, 0, 4, 0xffffffff, "objects without end" },
		{ CORE_OBJECTS, 4, 4, 0xffffffff, "object far away" },
		{ CORE_OBJECTS, 8, 4, 5, "pager's name too short" },
		{ CORE_AMAPS, 0, 4, 0xffffffff, "amaps without end" },
		{ CORE_AMAPS, 4, 4, 0, "amap 0" },
		{ CORE_AMAPS, 16, 8, 1ull << 60, "huge amap" },
		{ CORE_SPACES, 0, 4, 0, "submap 0" },
		{ CORE_SPACES, 4, 8, 0, "submap outside the kernel" },
		{ CORE_SPACES, 40, 4, 7, "hint of an empty map" },
		{ CORE_SPACES, SUBMAPS, 4, 0, "no space" },
		{ CORE_SPACES, SUBMAPS, 4, 0xffffffff, "spaces without end" },
		{ CORE_SPACES, SUBMAPS + 4, 4, 0, "map 0" },
		{ CORE_SPACES, SUBMAPS + 8, 8, 1, "space not page aligned" },
		{ CORE_SPACES, SUBMAPS + 16, 8, 0, "space ends too early" },
		{ CORE_TABLES, 8, 4, 0, "pmap 0 next" },
		{ CORE_ANONS, 0, 4, 0x7fffffff, "names for gigabytes" },
		{ CORE_TABLES, 12, 4, 9, "nine levels" },
		{ CORE_PVS, 0, 4, 0xffffffff, "pvs without end" },
		{ CORE_FILES, 0, 4, 0xffffffff, "files without end" },
		{ CORE_SHM, 0, 4, 0xffffffff, "segments without end" },
		{ CORE_PROCS, 0, 4, 0xffffffff, "processes without end" },
		{ CORE_PROCS, 0, 4, 0, "no process" },
	};

	(void)state;
	for (unsigned i = 0; i < NELEM(bad); i++) {
		uint64_t at = core_section_word(core, bad[i].section, 8) +
		    bad[i].offset;

		memcpy(copy, core, size);
		for (unsigned b = 0; b < bad[i].bytes; b++)
			copy[at + b] = (uint8_t)(bad[i].value >> (8 * b));
		core_reseal(copy, size);
		assert_refused(copy, size, bad[i].what);
	}
}

/* Words of 4 bytes anywhere, replaced by words from anywhere. */
static void
test_words_moved(void **state)
{
	size_t first = CORE_HEADER + CORE_NSECTIONS * CORE_SECTION;
	uint64_t seed = 99;

	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		unsigned s = (unsigned)(core_random(&seed) % CORE_NSECTIONS);
		uint64_t start = core_section_word(core, s, 8),
			 len = core_section_word(core, s, 16);
		size_t from = first + core_random(&seed) % (size - first - 8);

		if (len < 8)
			continue;
		memcpy(copy, core, size);
		memcpy(copy + start + core_random(&seed) % (len - 4),
		    core + from, 4);
		core_reseal(copy, size);
		(void)damage_try(copy, size, USE);
	}
}

/* A section table that lies about where things are. */
static void
test_section_table(void **state)
{
	static const uint64_t values[] = { 0, 1, 520, 1ull << 40, UINT64_MAX };

	(void)state;
	for (unsigned s = 0; s < CORE_NSECTIONS; s++)
		for (unsigned field = 8; field <= 16; field += 8)
			for (unsigned v = 0; v < NELEM(values); v++) {
				uint8_t *e = copy + CORE_HEADER +
				    s * CORE_SECTION + field;

				if (core_section_word(core, s, field) ==
				    values[v])
					continue;
				memcpy(copy, core, size);
				for (unsigned b = 0; b < 8; b++)
					e[b] = (uint8_t)(values[v] >> (8 * b));
				core_reseal(copy, size);
				assert_refused(copy, size, "section table");
			}
}

static void
test_not_a_file(void **state)
{
	struct machine *m = NULL;
	char err[512] = "", fifo[96];

	(void)state;
	snprintf(fifo, sizeof(fifo), "%s/fifo", core_dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_not_equal(sim_core_load(fifo, &m, err, sizeof(err)), 0);
	assert_int_equal(unlink(fifo), 0);
	assert_int_not_equal(sim_core_load(core_dir, &m, err, sizeof(err)), 0);
	assert_int_not_equal(sim_core_load("/dev/null", &m, err, sizeof(err)),
	    0);
	assert_int_equal(sim_core_load("/nonexistent/core", &m, err,
			     sizeof(err)),
	    ENOENT);
	assert_null(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_cut_off_everywhere),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_every_byte_flipped),
		cmocka_unit_test(test_every_byte_made_up),
		cmocka_unit_test(test_impossible_values),
		cmocka_unit_test(test_words_moved),
		cmocka_unit_test(test_section_table),
		cmocka_unit_test(test_not_a_file),
	};

	return cmocka_run_group_tests_name("core damage", tests, set_up,
	    tear_down);
}
