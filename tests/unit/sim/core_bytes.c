/*
 * The bytes of a core (see core_bytes.h).
 */
#include "core_bytes.h"

#include <string.h>

#include "sim/core_format.h"
#include "sim/core_sum.h"

#define FIRST (CORE_HEADER + (size_t)CORE_NSECTIONS * CORE_SECTION)

static uint8_t *
row(uint8_t *core, unsigned section)
{
	return core + CORE_HEADER + (size_t)section * CORE_SECTION;
}

uint64_t
core_section_word(const uint8_t *core, unsigned section, unsigned field)
{
	return sim_core_word(core + CORE_HEADER +
		(size_t)section * CORE_SECTION + field,
	    8);
}

void
core_put(uint8_t *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

bool
core_is_whole(const uint8_t *core, size_t size)
{
	uint64_t next = FIRST;

	if (size < FIRST)
		return false;
	for (unsigned i = 0; i < CORE_NSECTIONS; i++) {
		const uint64_t len = core_section_word(core, i, 16);

		if (core_section_word(core, i, 8) != next || len > size - next)
			return false;
		next += len;
	}
	return next == size;
}

void
core_reseal(uint8_t *core, size_t size)
{
	for (unsigned i = 0; i < CORE_NSECTIONS; i++) {
		uint64_t offset = core_section_word(core, i, 8);
		uint64_t len = core_section_word(core, i, 16);

		if (offset <= size && len <= size - offset)
			core_put(row(core, i) + 24,
			    sim_core_sum(core + offset, (size_t)len), 8);
	}
	core_put(core + 24,
	    sim_core_sum(core + CORE_HEADER, CORE_NSECTIONS * CORE_SECTION), 8);
	core_put(core + 32, sim_core_sum(core, 32), 8);
}

size_t
core_splice(uint8_t *core, size_t size, size_t max, unsigned section, size_t at,
    size_t cut, const void *with, size_t len)
{
	const size_t now = size - cut + len;

	if (now > max)
		return 0;
	memmove(core + at + len, core + at + cut, size - at - cut);
	if (len > 0)
		memcpy(core + at, with, len);
	core_put(row(core, section) + 16,
	    core_section_word(core, section, 16) - cut + len, 8);
	for (unsigned i = section + 1; i < CORE_NSECTIONS; i++)
		core_put(row(core, i) + 8,
		    core_section_word(core, i, 8) - cut + len, 8);
	core_put(core + 16, now, 8);
	return now;
}
