/*
 * Hostile cores: good ones with something changed that a reader might believe,
 * and every length and checksum right.
 */
#ifndef TESTS_CORE_MUTATE_H
#define TESTS_CORE_MUTATE_H

#include "core_bytes.h"
#include "core_fields.h"

/*
 * The values that are tried in a field, by number: 0, 1, the largest, its own
 * and one less, one more, half and double it, the highest bit, the value of the
 * next field of its kind, one of another kind, and a few more.
 */
#define CORE_NVALUES	14u

/* A field becomes the value number `which'.  => false: that is what it was */
bool	core_mutate_field(uint8_t *core, const struct core_fields *,
	    uint32_t spot, unsigned which);

/* What is done to a record; their count is put right, or left. */
enum core_deed { CORE_DELETE, CORE_DOUBLE, CORE_SWAP_NEXT, CORE_MOVE_UP,
    CORE_DELETE_UNCOUNTED, CORE_DOUBLE_UNCOUNTED, CORE_NDEEDS };

/* => the new size; 0: it cannot be done to this one */
size_t	core_mutate_record(uint8_t *core, size_t size, size_t max,
	    const struct core_fields *, uint32_t record, enum core_deed);

/* A section of another core in its place.  => the new size; 0: too large */
size_t	core_mutate_section(uint8_t *core, size_t size, size_t max,
	    unsigned section, const uint8_t *other);

/* One to six of these and of changes of bytes at random.  => the new size */
size_t	core_mutate_some(uint8_t *core, size_t size, size_t max,
	    const struct core_fields *, uint64_t *seed);

/*
 * The same to any bytes: if they are a core that can be loaded, its fields and
 * records are changed; if not, its sections' bytes.  => the new size
 */
size_t	core_mutate(uint8_t *data, size_t size, size_t max, unsigned seed);

#endif /* TESTS_CORE_MUTATE_H */
