/*
 * Damaged cores of machines under memory pressure: bytes and words of the
 * sections about swap, page daemons, queues and disks changed, with checksums
 * that are right; and single lies told by a machine that is otherwise sound.
 * Each is refused in one line, or is a machine that passes every check and
 * works.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core_machines.h"
#include "sim/core_format.h"
#include "sim/core_sum.h"

/* A core may ask for more memory than a sanitizer likes to give. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static char dir[48];
static char path[64], path2[64];

static int
set_up(void **state)
{
	(void)state;
	if (core_test_dir(dir, sizeof(dir)) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/core", dir);
	snprintf(path2, sizeof(path2), "%s/core2", dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	unlink(path2);
	return rmdir(dir);
}

static const struct row {
	const struct sim_personality *pers;
	const char *config;
	unsigned tries;
} rows[] = {
	{ &sim_netbsd, "256K,swap=512K+256K:pri=2:file,policy=uvm,disk=hdd",
	    2500 },
	{ &sim_freebsd, "256K,swap=1M,policy=freebsd", 2500 },
	{ &sim_linux, "256K,swap=1M,policy=aix", 2500 },
	{ &sim_netbsd, "256K,swap=1M,policy=arc,frames=14", 2500 },
	{ &sim_linux, "256K,swap=1M,policy=clock", 2500 },
};
#define NROWS (sizeof(rows) / sizeof(rows[0]))

static struct machine *
machine_of(const struct row *row)
{
	struct machine *m = core_machine_new(row->pers, row->config, true);
	uint64_t seed = 4711;

	for (unsigned i = 0; i < 320; i++)
		(void)core_machine_step(m, &seed);
	return m;
}

static void
save(struct machine *m, const char *to)
{
	char err[512];

	if (sim_core_save(m, to, err, sizeof(err)) != 0)
		fail_msg("%s", err);
}

static void
assert_one_line(const char *err)
{
	if (strncmp(err, path, strlen(path)) != 0 ||
	    strstr(err, "offset ") == NULL || strchr(err, '\n') != NULL)
		fail_msg("not one line with its offset: %s", err);
}

/* What was loaded must hold together in use. */
static void
use(struct machine *m)
{
	uint64_t seed = 1;
	char buf[256];

	if (machine_check(m, buf, sizeof(buf)) != NULL)
		fail_msg("accepted: %s", buf);
	save(m, path2);
	for (unsigned i = 0; i < 12; i++)
		(void)core_machine_step(m, &seed);
	if (machine_check(m, buf, sizeof(buf)) != NULL)
		fail_msg("broken in use: %s", buf);
	sim_machine_destroy(m);
}

/* => true when it was refused */
static bool
try(const uint8_t *core, size_t size)
{
	struct machine *m = NULL;
	char err[512] = "";

	core_spit(path, core, size);
	if (sim_core_load(path, &m, err, sizeof(err)) != 0) {
		assert_null(m);
		assert_one_line(err);
		return true;
	}
	use(m);
	return false;
}

/* ---------------------------------------------------------- made up ---- */

static const enum core_section sections[] = { CORE_SWAP, CORE_ANONS,
	CORE_OBJECTS, CORE_PAGEOUT, CORE_DISKS, CORE_FRAMES, CORE_STATS,
	CORE_CONFIG, CORE_FILES };

static uint64_t
word_of(const uint8_t *core, unsigned section, unsigned field)
{
	return sim_core_word(core + CORE_HEADER + section * CORE_SECTION +
		field,
	    8);
}

/* The bytes of a section, all or as many as there are tries. */
static unsigned
flip_bytes(const uint8_t *core, uint8_t *copy, size_t size, unsigned section,
    unsigned tries)
{
	static const uint8_t masks[] = { 0x01, 0xff, 0x80, 0x10, 0x7f, 0x02 };
	uint64_t start = word_of(core, section, 8), n;
	uint64_t len = word_of(core, section, 16);
	uint64_t step = len > tries ? len / tries : 1;
	unsigned refused = 0;

	for (n = 0; n < len; n += step) {
		memcpy(copy, core, size);
		copy[start + n] ^= masks[n / step % NELEM(masks)];
		core_reseal(copy, size);
		refused += try(copy, size);
	}
	return refused;
}

/* Words of a section, replaced by others from anywhere. */
static unsigned
move_words(const uint8_t *core, uint8_t *copy, size_t size, unsigned section,
    unsigned tries, uint64_t *seed)
{
	const size_t first = CORE_HEADER + CORE_NSECTIONS * CORE_SECTION;
	uint64_t start = word_of(core, section, 8);
	uint64_t len = word_of(core, section, 16);
	unsigned refused = 0;

	for (; len > 8 && tries > 0; tries--) {
		memcpy(copy, core, size);
		memcpy(copy + start + core_random(seed) % (len - 4),
		    core + first + core_random(seed) % (size - first - 4), 4);
		core_reseal(copy, size);
		refused += try(copy, size);
	}
	return refused;
}

static void
test_made_up(void **state)
{
	const struct row *row = *state;
	struct machine *m = machine_of(row);
	uint64_t seed = 12;
	unsigned refused = 0;
	uint8_t *core, *copy;
	size_t size;

	save(m, path);
	sim_machine_destroy(m);
	core = core_slurp(path, &size);
	copy = malloc(size);
	assert_non_null(copy);
	for (unsigned i = 0; i < NELEM(sections); i++) {
		refused += flip_bytes(core, copy, size, sections[i],
		    row->tries / 5);
		refused += move_words(core, copy, size, sections[i],
		    row->tries / 25, &seed);
	}
	assert_true(refused > row->tries / 4);
	free(core);
	free(copy);
}

/* A section cut short or with a byte more, all else being right. */
static void
test_lengths(void **state)
{
	const struct row *row = *state;
	struct machine *m = machine_of(row);
	uint8_t *core, *copy;
	size_t size;

	save(m, path);
	sim_machine_destroy(m);
	core = core_slurp(path, &size);
	copy = malloc(size);
	assert_non_null(copy);
	for (unsigned s = CORE_SWAP; s <= CORE_DISKS; s++)
		for (unsigned up = 0; up < 2; up++) {
			uint8_t *e = copy + CORE_HEADER + s * CORE_SECTION;
			uint64_t n = word_of(core, s, 16);

			if (n == 0)
				continue;
			/* The border between it and the next one moves. */
			memcpy(copy, core, size);
			n += up ? 1 : (uint64_t)-1;
			for (unsigned b = 0; b < 8; b++)
				e[16 + b] = (uint8_t)(n >> (8 * b));
			n += word_of(core, s, 8);
			e += CORE_SECTION;
			for (unsigned b = 0; b < 8; b++)
				e[8 + b] = (uint8_t)(n >> (8 * b));
			n = word_of(core, s + 1, 16) + (up ? (uint64_t)-1 : 1);
			for (unsigned b = 0; b < 8; b++)
				e[16 + b] = (uint8_t)(n >> (8 * b));
			core_reseal(copy, size);
			assert_true(try(copy, size));
		}
	free(core);
	free(copy);
}

/* --------------------------------------------------------- single lies ---- */

/* An anon with a slot, in memory or out; the nth of them. */
static uint32_t
an_anon(struct machine *m, bool out, unsigned nth)
{
	const struct vm_anons *a = &m->vm.anons;

	for (uint32_t i = 1; i < a->fresh; i++)
		if (a->anon[i].ref != 0 && (a->anon[i].where == 0) == out &&
		    vm_anon_slot(a, i) != SWSLOT_NONE && nth-- == 0)
			return i;
	fail_msg("no anon with a slot");
	return 0;
}

static uint32_t
a_free_anon(struct machine *m)
{
	const struct vm_anons *a = &m->vm.anons;

	for (uint32_t i = 1; i < a->fresh; i++)
		if (a->anon[i].ref == 0)
			return i;
	fail_msg("no free anon");
	return 0;
}

#define LIE(name, expr) \
	static void *name(struct machine *m) \
	{ \
		return &(expr); \
	}

LIE(slot_out, m->vm.anons.slot[an_anon(m, true, 0)])
LIE(slot_out2, m->vm.anons.slot[an_anon(m, true, 1)])
LIE(slot_free, m->vm.anons.slot[a_free_anon(m)])
LIE(nanons, m->vm.anons.nanons)
LIE(dev_first, m->vm.swap.dev[1].first)
LIE(dev_hint, m->vm.swap.dev[0].hint)
LIE(dev_longest, m->vm.swap.dev[0].longest)
LIE(dev_priority, m->vm.swap.dev[0].priority)
LIE(dev_flags, m->vm.swap.dev[0].flags)
LIE(drum, m->vm.swap.drum)
LIE(order, m->vm.swap.order[1])
LIE(norder, m->vm.swap.norder)
LIE(swpgonly, m->vm.exp.swpgonly)
LIE(swpginuse, m->vm.exp.swpginuse)
LIE(swpages, m->vm.exp.swpages)
LIE(nswapdev, m->vm.exp.nswapdev)
LIE(laundry, m->vm.pages.nlaundry)
LIE(laundry_head, m->vm.pages.laundry.head)
LIE(unswappable, m->vm.pages.unswappable.tail)
LIE(written, m->io.pages_written)
LIE(queued, m->disk[0]->n)

static const struct lie {
	unsigned row;
	void *(*at)(struct machine *);
	unsigned size;
	uint64_t value;
	const char *say; /* in the refusal */
} lies[] = {
	{ 0, slot_out, 4, 0x7fffffff, "cannot have swap slot" },
	{ 0, slot_out, 4, 0, "have an owner" },
	{ 0, slot_out, 4, 1, "cannot have swap slot" },
	{ 0, slot_free, 4, 5, "is free and has a slot" },
	{ 0, slot_free, 4, UINT32_MAX, "is free and has a slot" },
	{ 0, nanons, 4, 1, "anons" },
	{ 0, nanons, 4, 0x7fffffff, "anons" },
	{ 0, dev_first, 4, 1, "swap device 1 of" },
	{ 0, dev_first, 4, 0x7fffff00, "swap device 1 of" },
	{ 0, dev_hint, 4, 4000, "swap device 0 of" },
	{ 0, dev_longest, 4, 0, "S7" },
	{ 0, dev_priority, 4, 9, "S8" },
	{ 0, dev_priority, 4, 0x7fffffff, "priority" },
	{ 0, dev_flags, 4, SWF_INUSE | SWF_ENABLE | 4, "swap device 0 of" },
	{ 0, dev_flags, 4, SWF_ENABLE, "swap device 0 of" },
	{ 0, drum, 4, 3, "swap device 0 of" },
	{ 0, order, 1, 0, "swap device 0 is there twice" },
	{ 0, norder, 4, 1, "" },
	{ 0, swpgonly, 8, 3, "D2" },
	{ 0, swpginuse, 8, 3, "S1" },
	{ 0, swpages, 8, 3, "S1" },
	{ 0, nswapdev, 8, 3, "S1" },
	{ 1, laundry, 8, 60, "" },
	{ 1, laundry_head, 4, 0x7fffffff, "head of a list of frames" },
	{ 1, unswappable, 4, 0x7fffffff, "head of a list of frames" },
	{ 0, written, 8, 0, "K2" },
	{ 0, queued, 4, 129, "d->n is 129" },
};

static uint64_t
peek(const void *at, unsigned size)
{
	uint64_t v = 0;

	memcpy(&v, at, size);
	return v;
}

static void
refused(struct machine *m, const char *what, const char *say)
{
	struct machine *l = NULL;
	char err[512] = "";

	save(m, path);
	if (sim_core_load(path, &l, err, sizeof(err)) == 0)
		fail_msg("%s: none, or believed", what);
	assert_one_line(err);
	if (strstr(err, say) == NULL)
		fail_msg("%s: expected %s, got: %s", what, say, err);
}

static void
tell(struct machine *m, const struct lie *lie)
{
	void *at = lie->at(m);
	uint64_t truth = peek(at, lie->size);
	char what[32];

	snprintf(what, sizeof(what), "lie %u", (unsigned)(lie - lies));
	memcpy(at, &lie->value, lie->size);
	refused(m, what, lie->say);
	memcpy(at, &truth, lie->size);
}

/* Two anons with one slot, and the other slot nobody's. */
static void
tell_two_owners(struct machine *m)
{
	uint32_t *a = slot_out(m), *b = slot_out2(m), truth = *b;

	*b = *a;
	refused(m, "two owners", "cannot have swap slot");
	*b = truth;
}

static void
test_lies(void **state)
{
	(void)state;
	for (unsigned r = 0; r < NROWS; r++) {
		struct machine *m = machine_of(&rows[r]);

		for (unsigned i = 0; i < NELEM(lies); i++)
			if (lies[i].row == r)
				tell(m, &lies[i]);
		if (r == 0)
			tell_two_owners(m);
		sim_machine_destroy(m);
	}
}

/* ------------------------------------------------------------------------- */

int
main(void)
{
	struct CMUnitTest tests[2 * NROWS + 1];
	unsigned n = 0;

	tests[n++] = (struct CMUnitTest){ "single lies", test_lies, NULL, NULL,
		NULL };
	for (unsigned i = 0; i < NROWS; i++) {
		void *row = (void *)(uintptr_t)&rows[i];

		tests[n++] = (struct CMUnitTest){ rows[i].config, test_lengths,
			NULL, NULL, row };
		tests[n++] = (struct CMUnitTest){ rows[i].config, test_made_up,
			NULL, NULL, row };
	}
	return _cmocka_run_group_tests("damaged cores under pressure", tests, n,
	    set_up, tear_down);
}
