/*
 * Damaged cores (see core_damage.h).
 */
#include "core_damage.h"

#include "tests/slow.h"

#define USE 12u /* steps of a machine that was loaded */

static const struct damage *group; /* the tests that are run */

/* A good core, and room for a bad one of its size. */
struct cores {
	uint8_t *good, *bad;
	size_t size;
};

struct machine *
damage_machine(const struct damage *d, unsigned row)
{
	const struct damage_row *r = &d->rows[row];
	struct machine *m = core_machine_new(r->pers, r->config, true);
	uint64_t seed = 4711;

	for (unsigned i = 0; i < d->steps; i++)
		(void)core_machine_step(m, &seed);
	return m;
}

static struct cores
cores_of(const struct damage_row *row)
{
	struct machine *m = damage_machine(group,
	    (unsigned)(row - group->rows));
	struct cores c;

	core_save(m, core_path_a);
	sim_machine_destroy(m);
	c.good = core_slurp(core_path_a, &c.size);
	c.bad = malloc(c.size);
	assert_non_null(c.bad);
	return c;
}

static void
cores_free(struct cores *c)
{
	free(c->good);
	free(c->bad);
}

void
damage_assert_one_line(const char *err)
{
	if (strncmp(err, core_path_a, strlen(core_path_a)) != 0 ||
	    strstr(err, "offset ") == NULL || strchr(err, '\n') != NULL)
		fail_msg("not one line with its offset: %s", err);
}

/* What was loaded must hold together in use. */
static void
use(struct machine *m, unsigned steps)
{
	uint64_t seed = 1;
	char buf[256];

	if (machine_check(m, buf, sizeof(buf)) != NULL)
		fail_msg("accepted: %s", buf);
	core_save(m, core_path_b);
	for (unsigned i = 0; i < steps; i++)
		(void)core_machine_step(m, &seed);
	if (machine_check(m, buf, sizeof(buf)) != NULL)
		fail_msg("broken in use: %s", buf);
	sim_machine_destroy(m);
}

bool
damage_try(const uint8_t *core, size_t size, unsigned steps)
{
	struct machine *m = NULL;
	char err[512] = "";

	core_spit(core_path_a, core, size);
	if (sim_core_load(core_path_a, &m, err, sizeof(err)) != 0) {
		assert_null(m);
		damage_assert_one_line(err);
		return true;
	}
	use(m, steps);
	return false;
}

/* ---------------------------------------------------------- made up ---- */

/* Under sanitizers a try costs several times as much. */
#define FEWER (TESTS_SLOW ? 9 : 1) /* test_core_hostile knows where to look */

/* The bytes of a section, all or as many as there are tries. */
static unsigned
flip_bytes(struct cores *c, unsigned section, unsigned tries)
{
	static const uint8_t masks[] = { 0x01, 0xff, 0x80, 0x10, 0x7f, 0x02 };
	uint64_t start = core_section_word(c->good, section, 8), n;
	uint64_t len = core_section_word(c->good, section, 16);
	uint64_t step = len > tries ? len / tries : 1;
	unsigned refused = 0;

	for (n = 0; n < len; n += step) {
		memcpy(c->bad, c->good, c->size);
		c->bad[start + n] ^= masks[n / step % NELEM(masks)];
		core_reseal(c->bad, c->size);
		refused += damage_try(c->bad, c->size, USE);
	}
	return refused;
}

/* Words of a section, replaced by others from anywhere. */
static unsigned
move_words(struct cores *c, unsigned section, unsigned tries, uint64_t *seed)
{
	const size_t first = CORE_HEADER + CORE_NSECTIONS * CORE_SECTION;
	uint64_t start = core_section_word(c->good, section, 8);
	uint64_t len = core_section_word(c->good, section, 16);
	unsigned refused = 0;

	for (; len > 8 && tries > 0; tries--) {
		memcpy(c->bad, c->good, c->size);
		memcpy(c->bad + start + core_random(seed) % (len - 4),
		    c->good + first + core_random(seed) % (c->size - first - 4),
		    4);
		core_reseal(c->bad, c->size);
		refused += damage_try(c->bad, c->size, USE);
	}
	return refused;
}

static void
test_made_up(void **state)
{
	const struct damage_row *row = *state;
	struct cores c = cores_of(row);
	uint64_t seed = 12;
	unsigned refused = 0, tries = row->tries / FEWER;

	for (unsigned i = 0; i < group->nsections; i++) {
		refused += flip_bytes(&c, group->sections[i], tries / 5);
		refused += move_words(&c, group->sections[i], tries / 25,
		    &seed);
	}
	assert_true(refused > tries / 4);
	cores_free(&c);
}

/* ---------------------------------------------------------- lengths ---- */

/* The border between a section and the next one, a byte up or down. */
static void
move_border(struct cores *c, unsigned section, uint64_t by)
{
	uint8_t *e = c->bad + CORE_HEADER + section * CORE_SECTION;
	uint64_t len = core_section_word(c->good, section, 16) + by;

	memcpy(c->bad, c->good, c->size);
	core_put(e + 16, len, 8);
	e += CORE_SECTION;
	core_put(e + 8, core_section_word(c->good, section, 8) + len, 8);
	core_put(e + 16, core_section_word(c->good, section + 1, 16) - by, 8);
	core_reseal(c->bad, c->size);
}

/* A section cut short or with a byte more, all else being right. */
static void
test_lengths(void **state)
{
	struct cores c = cores_of(*state);

	for (unsigned s = group->from; s <= group->to; s++)
		for (unsigned up = 0; up < 2; up++) {
			if (core_section_word(c.good, s, 16) == 0)
				continue;
			move_border(&c, s, up ? 1 : (uint64_t)-1);
			assert_true(damage_try(c.bad, c.size, USE));
		}
	cores_free(&c);
}

/* --------------------------------------------------------- single lies ---- */

/* A number of 1, 2, 4 or 8 bytes of this program. */
static uint64_t
number_at(const void *at, unsigned size)
{
	switch (size) {
	case 1: return *(const uint8_t *)at;
	case 2: return *(const uint16_t *)at;
	case 4: return *(const uint32_t *)at;
	default: return *(const uint64_t *)at;
	}
}

static void
put_number(void *at, unsigned size, uint64_t value)
{
	switch (size) {
	case 1: *(uint8_t *)at = (uint8_t)value; break;
	case 2: *(uint16_t *)at = (uint16_t)value; break;
	case 4: *(uint32_t *)at = (uint32_t)value; break;
	default: *(uint64_t *)at = value; break;
	}
}

void
damage_tell(struct machine *m, void *at, unsigned size, uint64_t value,
    const char *what, const char *say)
{
	const uint64_t truth = number_at(at, size);
	struct machine *l = NULL;
	char err[512] = "";

	put_number(at, size, value);
	core_save(m, core_path_a);
	put_number(at, size, truth);
	if (value == truth ||
	    sim_core_load(core_path_a, &l, err, sizeof(err)) == 0)
		fail_msg("%s: none, or believed", what);
	damage_assert_one_line(err);
	if (strstr(err, say) == NULL)
		fail_msg("%s: expected %s, got: %s", what, say, err);
}

static void
test_lies(void **state)
{
	char what[32];

	(void)state;
	for (unsigned r = 0; r < group->nrows; r++) {
		struct machine *m = damage_machine(group, r);

		for (unsigned i = 0; i < group->nlies; i++) {
			const struct damage_lie *lie = &group->lies[i];

			snprintf(what, sizeof(what), "lie %u", i);
			if (lie->row == r)
				damage_tell(m, lie->at(m), lie->size,
				    lie->value, what, lie->say);
		}
		if (group->more != NULL)
			group->more(m, r);
		sim_machine_destroy(m);
	}
}

/* ------------------------------------------------------------------------- */

int
damage_main(const struct damage *d, const struct CMUnitTest *own, unsigned nown)
{
	struct CMUnitTest tests[nown + 2 * d->nrows + 1];
	unsigned n = 0;

	group = d;
	tests[n++] = (struct CMUnitTest){ "single lies", test_lies, NULL, NULL,
		NULL };
	for (unsigned i = 0; i < nown; i++)
		tests[n++] = own[i];
	for (unsigned i = 0; i < d->nrows; i++) {
		void *row = (void *)(uintptr_t)&d->rows[i];

		tests[n++] = (struct CMUnitTest){ d->rows[i].config,
			test_lengths, NULL, NULL, row };
		tests[n++] = (struct CMUnitTest){ d->rows[i].config,
			test_made_up, NULL, NULL, row };
	}
	return _cmocka_run_group_tests(d->name, tests, n, core_set_up,
	    core_tear_down);
}
