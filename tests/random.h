/*
 * Random numbers of tests, the same in each run: a linear congruential
 * generator (Knuth's MMIX), of whose state the upper 31 bits are taken.
 */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <stdint.h>

/* The next state, which is the result; its low bits are poor. */
static inline uint64_t
rnd_next(uint64_t *seed)
{
	return *seed = *seed * 6364136223846793005u + 1442695040888963407u;
}

/* 64 bits, none of them poor */
static inline uint64_t
rnd_bits(uint64_t *seed)
{
	const uint64_t next = rnd_next(seed);

	return next ^ next >> 29;
}

/* 0 to n - 1, n at most 2^31 */
static inline uint64_t
rnd_draw(uint64_t *seed, uint64_t n)
{
	return (rnd_next(seed) >> 33) % n;
}

static inline uint32_t
rnd_below(uint64_t *seed, uint32_t n)
{
	return (uint32_t)rnd_draw(seed, n);
}

#endif /* TESTS_RANDOM_H */
