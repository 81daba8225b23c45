/*
 * What the fast decoders of text do with 16 characters at a time, beside what
 * lackey_simd.h has: the same in 64-bit arithmetic and in vectors.
 *
 *	wl_find16(s, c)		index of the first c in s[0 .. 15]; 16: none
 *	wl_hexn(end, n, bad)	the n digits before end, n from 1 to 16
 */
#ifndef WL_REF_SIMD_H
#define WL_REF_SIMD_H

#include "lackey_simd.h"

/* => index of the first c in s[0 .. 7]; 8: none there */
static inline unsigned
wl_find8(const char *s, char c)
{
	uint64_t x = wl_le64(s) ^ (uint8_t)c * WL_ONES;

	x = (x - WL_ONES) & ~x & WL_HIGH;
	return x != 0 ? (unsigned)__builtin_ctzll(x) >> 3 : 8;
}

static inline unsigned
wl_find16_plain(const char *s, char c)
{
	const unsigned i = wl_find8(s, c);

	return i < 8 ? i : 8 + wl_find8(s + 8, c);
}

static inline uint64_t
wl_hexn_plain(const char *end, unsigned n, uint64_t *bad)
{
	char digits[16];

	if (n >= 8)
		return wl_hex16_plain(end, n, bad);
	memset(digits, '0', sizeof(digits));
	memcpy(digits + sizeof(digits) - n, end - n, n);
	return wl_hex16_plain(digits + sizeof(digits), 16, bad);
}

#ifdef __SSE2__
static inline unsigned
wl_find16_sse2(const char *s, char c)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)s);
	int there = _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));

	return (unsigned)__builtin_ctz((unsigned)there | 1u << 16);
}

#define wl_find16(s, c)		wl_find16_sse2(s, c)
#define wl_hexn(end, n, bad)	wl_hex16_sse2(end, n, bad)
#else
#define wl_find16(s, c)		wl_find16_plain(s, c)
#define wl_hexn(end, n, bad)	wl_hexn_plain(end, n, bad)
#endif

#endif /* WL_REF_SIMD_H */
