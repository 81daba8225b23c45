/*
 * XXH64, from its published specification (Yann Collet, "xxHash fast digest
 * algorithm", version 0.1.1), seed 0.
 *
 * Blocks of 32 bytes feed four lanes of 64 bits; the lanes are merged, what is
 * left over is mixed in by 8, 4 and 1 bytes, and a last avalanche spreads each
 * bit.  Words are read as little endian whatever the host is.
 */
#include "core_sum.h"

#include <string.h>

#define PRIME1 0x9e3779b185ebca87u
#define PRIME2 0xc2b2ae3d27d4eb4fu
#define PRIME3 0x165667b19e3779f9u
#define PRIME4 0x85ebca77c2b2ae63u
#define PRIME5 0x27d4eb2f165667c5u

#define BLOCK 32

static inline uint64_t
rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline uint64_t
round64(uint64_t lane, uint64_t input)
{
	return rotl(lane + input * PRIME2, 31) * PRIME1;
}

static void
block(struct sim_core_sum *s, const uint8_t *p)
{
	for (unsigned i = 0; i < 4; i++)
		s->lane[i] = round64(s->lane[i],
		    sim_core_word(p + (size_t)8 * i, 8));
}

void
sim_core_sum_init(struct sim_core_sum *s)
{
	memset(s, 0, sizeof(*s));
	s->lane[0] = PRIME1 + PRIME2;
	s->lane[1] = PRIME2;
	s->lane[2] = 0;
	s->lane[3] = -PRIME1;
}

void
sim_core_sum_add(struct sim_core_sum *s, const void *data, size_t len)
{
	const uint8_t *p = data;

	s->total += len;
	if (s->ntail > 0) {
		size_t n = BLOCK - s->ntail;

		if (n > len)
			n = len;
		memcpy(s->tail + s->ntail, p, n);
		s->ntail += (unsigned)n;
		p += n;
		len -= n;
		if (s->ntail < BLOCK)
			return;
		block(s, s->tail);
		s->ntail = 0;
	}
	for (; len >= BLOCK; p += BLOCK, len -= BLOCK)
		block(s, p);
	if (len > 0)
		memcpy(s->tail, p, len);
	s->ntail = (unsigned)len;
}

/* The lanes as one word; short inputs have filled none. */
static uint64_t
merge(const struct sim_core_sum *s)
{
	uint64_t h;

	if (s->total < BLOCK)
		return PRIME5;
	h = rotl(s->lane[0], 1) + rotl(s->lane[1], 7) + rotl(s->lane[2], 12) +
	    rotl(s->lane[3], 18);
	for (unsigned i = 0; i < 4; i++)
		h = (h ^ round64(0, s->lane[i])) * PRIME1 + PRIME4;
	return h;
}

uint64_t
sim_core_sum_end(const struct sim_core_sum *s)
{
	uint64_t h = merge(s) + s->total;
	const uint8_t *p = s->tail;
	unsigned n = s->ntail;

	for (; n >= 8; n -= 8, p += 8)
		h = rotl(h ^ round64(0, sim_core_word(p, 8)), 27) * PRIME1 +
		    PRIME4;
	if (n >= 4) {
		h = rotl(h ^ sim_core_word(p, 4) * PRIME1, 23) * PRIME2 +
		    PRIME3;
		p += 4;
		n -= 4;
	}
	for (; n > 0; n--, p++)
		h = rotl(h ^ *p * PRIME5, 11) * PRIME1;
	h = (h ^ h >> 33) * PRIME2;
	h = (h ^ h >> 29) * PRIME3;
	return h ^ h >> 32;
}

uint64_t
sim_core_sum(const void *data, size_t len)
{
	struct sim_core_sum s;

	sim_core_sum_init(&s);
	sim_core_sum_add(&s, data, len);
	return sim_core_sum_end(&s);
}
