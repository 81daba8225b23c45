/*
 * The bytes of a core, cut and put together again: whatever is done to a
 * section, the table and the checksums are right afterwards.
 */
#ifndef TESTS_CORE_BYTES_H
#define TESTS_CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A word of 8 bytes of a section's row in the table, `field` bytes into it. */
uint64_t core_section_word(const uint8_t *core, unsigned section,
	    unsigned field);
/* Write a number of 1 to 8 bytes. */
void	core_put(uint8_t *at, uint64_t value, unsigned bytes);
/* => it has a header and a table, and the sections follow each other */
bool	core_is_whole(const uint8_t *core, size_t size);
/* Put right checksums over whatever the sections hold now. */
void	core_reseal(uint8_t *core, size_t size);
/*
 * In a section of a whole core, cut `cut' bytes out at this place of the file
 * and put `len' others there, which do not lie in the core; the sections behind
 * it move, the sums are not put right.  => the new size; 0: it is more than max
 */
size_t	core_splice(uint8_t *core, size_t size, size_t max, unsigned section,
	    size_t at, size_t cut, const void *with, size_t len);

#endif /* TESTS_CORE_BYTES_H */
