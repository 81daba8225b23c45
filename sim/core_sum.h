/*
 * The checksum of core files: XXH64 with seed 0.
 *
 * It detects damage, it is no defence against forgery: the loader believes
 * nothing that a right checksum covers.
 */
#ifndef SIM_CORE_SUM_H
#define SIM_CORE_SUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sim_core_sum {
	uint64_t	lane[4];
	uint64_t	total;		/* bytes taken so far */
	uint8_t		tail[32];	/* bytes that fill no block yet */
	unsigned	ntail;
};

void	sim_core_sum_init(struct sim_core_sum *);
void	sim_core_sum_add(struct sim_core_sum *, const void *, size_t);
uint64_t sim_core_sum_end(const struct sim_core_sum *);
uint64_t sim_core_sum(const void *, size_t);	/* all at once */

/* A little-endian word of up to 8 bytes. */
static inline uint64_t
sim_core_word(const uint8_t *p, unsigned bytes)
{
	uint64_t w = 0;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	if (bytes == 8) {
		memcpy(&w, p, sizeof(w));
		return w;
	}
	if (bytes == 4) {
		uint32_t half;

		memcpy(&half, p, sizeof(half));
		return half;
	}
#endif
	for (unsigned i = 0; i < bytes; i++)
		w |= (uint64_t)p[i] << (8 * i);
	return w;
}

#endif /* SIM_CORE_SUM_H */
