/*
 * Random places.  Weights of zipf are reckoned in fixed point: the host's pow()
 * must not decide an address.
 *
 * Zipf: the weight of place k is 2^-(skew * log2 k), log2 bit by bit from the
 * squares of k, the power as a product of square roots of one half.  A random
 * number falls into the share of one place: the sums of the weights are
 * searched.  Cycle: Sattolo's shuffle, which makes each of the (n - 1)! cycles
 * equally likely.
 */
#include "pattern.h"

#include <stdlib.h>

#include "pmap/narrow.h"
#include "pmap/types.h"

#define ONE ((uint64_t)1 << 31) /* 1.0 in Q31 */

uint64_t
wl_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* log2 in Q32, k >= 1: the fraction bit by bit, by squaring. */
static uint64_t
log2_fixed(uint64_t k)
{
	unsigned whole = 63 - (unsigned)__builtin_clzll(k);
	uint64_t y = whole > 31 ? k >> (whole - 31) : k << (31 - whole);
	uint64_t fraction = 0;

	for (int bit = 31; bit >= 8; bit--) {
		y = y * y >> 31;
		if (y >= 2 * ONE) {
			y >>= 1;
			fraction |= (uint64_t)1 << bit;
		}
	}
	return (uint64_t)whole << 32 | fraction;
}

/* 2^-e for e in Q32, in Q40: product of 2^-(1/2), 2^-(1/4), ... */
static uint64_t
exp2_minus(uint64_t e)
{
	static const uint32_t half[] = {
		/* 2^-(2^-i) in Q31, i from 1 */
		1518500250,
		1805811301,
		1969251188,
		2056437387,
		2101467502,
		2124350982,
		2135885998,
		2141676973,
		2144578345,
		2146030505,
		2146756953,
		2147120270,
		2147301951,
		2147392798,
		2147438222,
		2147460935,
	};
	uint64_t x = ONE;

	for (unsigned i = 0; i < NELEM(half); i++)
		if (e >> (31 - i) & 1)
			x = x * half[i] >> 31;
	x <<= 9;
	return e >> 32 < 40 ? x >> (e >> 32) : 0;
}

uint64_t *
wl_zipf_sums(uint64_t n, uint32_t skew)
{
	uint64_t *sum = malloc(host_bytes(n, sizeof(*sum))), total = 0;

	for (uint64_t k = 0; sum != NULL && k < n; k++) {
		uint64_t e = log2_fixed(k + 1);
		uint64_t w = exp2_minus((e >> 16) * skew);

		total += w > 0 ? w : 1;
		sum[k] = total;
	}
	return sum;
}

uint64_t
wl_zipf_place(const uint64_t *sum, uint64_t n, uint64_t random)
{
	uint64_t lo = 0, hi = n - 1, total = sum[n - 1];
	uint64_t part = random >> 32; /* of 2^32 */
	uint64_t want = (total >> 32) * part +
	    ((total & UINT32_MAX) * part >> 32);

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (sum[mid] > want)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

uint32_t *
wl_cycle(uint64_t n, uint64_t *rng)
{
	uint32_t *next = malloc(host_bytes(n, sizeof(*next)));

	for (uint64_t i = 0; next != NULL && i < n; i++)
		next[i] = (uint32_t)i;
	for (uint64_t i = n; next != NULL && --i > 0;) {
		uint64_t j = wl_random(rng) % i;
		uint32_t t = next[i];

		next[i] = next[j];
		next[j] = t;
	}
	return next;
}
