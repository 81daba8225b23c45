/*
 * Hostile cores (see core_mutate.h).
 *
 * A field is exchanged for one of its own kind where a check might look for its
 * kind alone, and for one of another kind where it might look for its range.
 */
#include "core_mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/core_format.h"
#include "sim/core_sum.h"

static uint64_t
pick(uint64_t *seed, uint64_t n)
{
	uint64_t x = *seed;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*seed = x;
	return n > 0 ? (x >> 11) % n : 0;
}

/* ------------------------------------------------------------ fields ---- */

static uint64_t
value_of(const uint8_t *core, const struct core_spot *s)
{
	return sim_core_word(core + s->at, s->size);
}

/* The next field of this kind, or the next of another, with its width. */
static uint64_t
another(const uint8_t *core, const struct core_fields *f, uint32_t spot,
    bool same, uint32_t from)
{
	const struct core_spot *s = &f->spot[spot];

	for (uint32_t i = 1; i < f->nspots; i++) {
		const struct core_spot
		    *o = &f->spot[(spot + from + i) % f->nspots];

		if (o->kind != CORE_IS_TEXT && o != s &&
		    (o->kind == s->kind) == same &&
		    value_of(core, o) != value_of(core, s))
			return value_of(core, o);
	}
	return 0;
}

static uint64_t
new_value(const uint8_t *core, const struct core_fields *f, uint32_t spot,
    unsigned which)
{
	const struct core_spot *s = &f->spot[spot];
	const uint64_t v = value_of(core, s);
	const uint64_t top = (uint64_t)1 << (8 * s->size - 1);

	switch (which) {
	case 0: return 0;
	case 1: return 1;
	case 2: return UINT64_MAX;
	case 3: return v - 1;
	case 4: return v + 1;
	case 5: return top;
	case 6: return top - 1;
	case 7: return another(core, f, spot, true, 0);
	case 8: return another(core, f, spot, false, 0);
	case 9: return another(core, f, spot, true, f->nspots / 2);
	case 10: return v * 2;
	case 11: return v / 2;
	case 12: return v ^ 0x1000;
	default: return v ^ top >> 3;
	}
}

/* Text: a byte is changed, the last or the first of them. */
static bool
mutate_text(uint8_t *core, const struct core_spot *s, unsigned which)
{
	uint8_t *at = core + s->at + (which % 2 == 0 ? 0 : s->size - 1);
	const uint8_t was = *at;

	*at = (uint8_t)(which < 4 ? which * 0x3f : was + which);
	return *at != was;
}

bool
core_mutate_field(uint8_t *core, const struct core_fields *f, uint32_t spot,
    unsigned which)
{
	const struct core_spot *s = &f->spot[spot];
	uint64_t was;

	if (s->kind == CORE_IS_TEXT)
		return mutate_text(core, s, which);
	was = value_of(core, s);
	core_put(core + s->at, new_value(core, f, spot, which), s->size);
	return value_of(core, s) != was;
}

/* ----------------------------------------------------------- records ---- */

static void
count_by(uint8_t *core, const struct core_spot *s, uint64_t by)
{
	core_put(core + s->at, value_of(core, s) + by, s->size);
}

/* Two neighbours in each other's place, the first at `at'. */
static size_t
exchange(uint8_t *core, size_t size, size_t at, size_t len, size_t len2)
{
	uint8_t *first = malloc(len + 1);

	if (first == NULL)
		return 0;
	memcpy(first, core + at, len);
	memmove(core + at, core + at + len, len2);
	memcpy(core + at + len2, first, len);
	free(first);
	return size;
}

static size_t
duplicate(uint8_t *core, size_t size, size_t max, const struct core_record *r)
{
	uint8_t *copy = malloc(r->len + 1);
	size_t now = 0;

	if (copy == NULL)
		return 0;
	memcpy(copy, core + r->at, r->len);
	now = core_splice(core, size, max, r->section, r->at, 0, copy, r->len);
	free(copy);
	return now;
}

/* The first of the records of its count, and where the last one ends. */
static size_t
move_up(uint8_t *core, size_t size, const struct core_fields *f,
    uint32_t record)
{
	const struct core_record *r = &f->record[record], *first = NULL;

	for (uint32_t i = 0; i < record && first == NULL; i++)
		if (f->record[i].count == r->count)
			first = &f->record[i];
	return first == NULL ?
	    0 :
	    exchange(core, size, first->at, r->at - first->at, r->len);
}

/* The one behind it that has the same count. */
static const struct core_record *
next_of(const struct core_fields *f, uint32_t record)
{
	const struct core_record *r = &f->record[record];

	for (uint32_t i = record + 1; i < f->nrecords; i++)
		if (f->record[i].count == r->count)
			return &f->record[i];
	return NULL;
}

size_t
core_mutate_record(uint8_t *core, size_t size, size_t max,
    const struct core_fields *f, uint32_t record, enum core_deed deed)
{
	const struct core_record *r = &f->record[record], *next;
	const struct core_spot *count = &f->spot[r->count];
	size_t now;

	switch (deed) {
	case CORE_SWAP_NEXT:
		next = next_of(f, record);
		return next == NULL ?
		    0 :
		    exchange(core, size, r->at, r->len, next->len);
	case CORE_MOVE_UP: return move_up(core, size, f, record);
	case CORE_DOUBLE:
	case CORE_DOUBLE_UNCOUNTED:
		now = duplicate(core, size, max, r);
		if (now != 0 && deed == CORE_DOUBLE)
			count_by(core, count, 1);
		return now;
	default:
		now = core_splice(core, size, max, r->section, r->at, r->len,
		    NULL, 0);
		if (deed == CORE_DELETE)
			count_by(core, count, UINT64_MAX);
		return now;
	}
}

size_t
core_mutate_section(uint8_t *core, size_t size, size_t max, unsigned section,
    const uint8_t *other)
{
	return core_splice(core, size, max, section,
	    (size_t)core_section_word(core, section, 8),
	    (size_t)core_section_word(core, section, 16),
	    other + core_section_word(other, section, 8),
	    (size_t)core_section_word(other, section, 16));
}

/* ----------------------------------------------------------- at random ---- */

/* Bytes of a section changed, cut out, or more of them. */
static size_t
mutate_bytes(uint8_t *core, size_t size, size_t max, uint64_t *seed)
{
	const unsigned section = (unsigned)pick(seed, CORE_NSECTIONS);
	const size_t start = (size_t)core_section_word(core, section, 8);
	const size_t len = (size_t)core_section_word(core, section, 16);
	const size_t at = start + (size_t)pick(seed, len + 1);
	const size_t left = start + len - at;
	const size_t n = 1 + (size_t)pick(seed, 12);
	uint8_t with[16] = { 0 };
	size_t now;

	for (size_t i = 0; i < n; i++)
		with[i] = (uint8_t)pick(seed, 256);
	switch (pick(seed, 4)) {
	case 0:
		now = core_splice(core, size, max, section, at, 0, with, n);
		return now != 0 ? now : size;
	case 1:
		return core_splice(core, size, max, section, at,
		    n < left ? n : left, NULL, 0);
	default:
		if (left > 0)
			core[at] ^= (uint8_t)(1u << pick(seed, 8));
		return size;
	}
}

/* One change of a field or record.  => the new size; 0: nothing was done */
static size_t
mutate_one(uint8_t *core, size_t size, size_t max, const struct core_fields *f,
    uint64_t *seed)
{
	if (pick(seed, 3) != 0 || f->nrecords == 0)
		return core_mutate_field(core, f,
			   (uint32_t)pick(seed, f->nspots),
			   (unsigned)pick(seed, CORE_NVALUES)) ?
		    size :
		    0;
	return core_mutate_record(core, size, max, f,
	    (uint32_t)pick(seed, f->nrecords),
	    (enum core_deed)pick(seed, CORE_NDEEDS));
}

/*
 * Fields' places are those of the core as it was, so that a change of the size
 * is the last one; most are of fields that stay where they are.
 */
size_t
core_mutate_some(uint8_t *core, size_t size, size_t max,
    const struct core_fields *f, uint64_t *seed)
{
	uint64_t n = 1 + pick(seed, 6);
	size_t now = size;

	while (n-- > 0 && now == size) {
		const size_t got = mutate_one(core, size, max, f, seed);

		now = got != 0 ? got : size;
	}
	if (pick(seed, 8) == 0)
		now = mutate_bytes(core, now, max, seed);
	return now;
}

/* ----------------------------------------------------------- any bytes ---- */

/* => the machine of these bytes, which are sound; NULL */
static struct machine *
machine_of(const uint8_t *core, size_t size)
{
	char path[] = "/tmp/uvmsim-mutate-XXXXXX", err[256];
	struct machine *m = NULL;
	int fd = mkstemp(path);

	if (fd == -1)
		return NULL;
	if (write(fd, core, size) == (ssize_t)size)
		(void)sim_core_load(path, &m, err, sizeof(err));
	close(fd);
	(void)unlink(path);
	return m;
}

size_t
core_mutate(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	uint64_t state = seed + ((uint64_t)1 << 40);
	struct core_fields f;
	struct machine *m;
	size_t now;

	if (!core_is_whole(data, size))
		return size;
	core_reseal(data, size);
	m = machine_of(data, size);
	if (m != NULL && core_fields_find(&f, data, size, m) == NULL)
		now = core_mutate_some(data, size, max, &f, &state);
	else
		now = mutate_bytes(data, size, max, &state);
	if (m != NULL)
		core_fields_free(&f);
	sim_machine_destroy(m);
	core_reseal(data, now);
	return now;
}
