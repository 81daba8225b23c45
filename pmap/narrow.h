/*
 * Sizes of the simulated machine and counts of a trace are 64 bits wide on
 * every host; what is asked of the host's memory is a size_t, which may have
 * 32.  A conversion that could lose bits goes through here, so that too much is
 * refused by the allocator and never becomes a small number.
 */
#ifndef PMAP_NARROW_H
#define PMAP_NARROW_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of n items; SIZE_MAX, which no allocator has, when that is too much. */
static inline size_t
host_bytes(uint64_t n, size_t each)
{
	size_t bytes;

	return __builtin_mul_overflow(n, each, &bytes) ? SIZE_MAX : bytes;
}

/* The same for a number of items: for calloc. */
static inline size_t
host_count(uint64_t n)
{
	return host_bytes(n, 1);
}

#endif /* PMAP_NARROW_H */
