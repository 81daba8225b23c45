/*
 * What the fast decoder of lackey text does with 16 characters at a time.
 *
 *	wl_find_comma(s)	where the first comma is among s[0 .. 8]
 *	wl_hex16(end, n, bad)	the n hexadecimal digits before end as a number
 *
 * Each is there twice, in plain 64-bit arithmetic (_plain) and in the vectors
 * that every amd64 host has (_sse2); both give the same for every input, and
 * the plain names stand for what suits the host.  There is no branch in them:
 * a wrong digit shows in *bad, which gathers over many lines and is looked at
 * once.
 *
 * They read up to 16 bytes behind s and 16 bytes before end, whatever is there.
 */
#ifndef WL_LACKEY_SIMD_H
#define WL_LACKEY_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "workloads/io/bytes.h"

#define WL_ONES		0x0101010101010101u
#define WL_HIGH		0x8080808080808080u

/* ---- 64-bit arithmetic ---- */

/* => index of the first comma in s[0 .. 7]; 8: none there */
static inline unsigned
wl_find_comma_plain(const char *s)
{
	uint64_t x = wl_le64(s) ^ ',' * WL_ONES;

	/* The lowest zero byte is exact; a borrow can only come from it. */
	x = (x - WL_ONES) & ~x & WL_HIGH;
	return x != 0 ? (unsigned)__builtin_ctzll(x) >> 3 : 8;
}

/*
 * Eight digits, the first one in the lowest byte.  In each byte c, none having
 * bit 7 set: (c + (0x7f - x)) has bit 7 iff c > x.
 */
static inline uint32_t
wl_hex8_plain(uint64_t c, uint64_t *bad)
{
	uint64_t low = c & ~WL_HIGH, over9, overf, letter, n;

	over9 = low + (0x7f - '9') * WL_ONES;		/* > '9' */
	letter = low + (0x7f - '`') * WL_ONES;		/* >= 'a' */
	overf = low + (0x7f - 'f') * WL_ONES;		/* > 'f' */
	n = low + (0x80 - '0') * WL_ONES;		/* >= '0' */
	*bad |= (c | (over9 ^ letter) | overf | ~n) & WL_HIGH;
	n = (c & 0x0f * WL_ONES) + (letter >> 7 & WL_ONES) * 9;
	n = (n << 4 | n >> 8) & 0x00ff00ff00ff00ffu;
	n = (n << 8 | n >> 16) & 0x0000ffff0000ffffu;
	return (uint32_t)(n << 16 | n >> 32);
}

static inline uint64_t
wl_hex16_plain(const char *end, unsigned n, uint64_t *bad)
{
	uint64_t mask = n > 8 ? ~(uint64_t)0 << 8 * (16 - n) : 0;
	uint64_t high = (wl_le64(end - 16) & mask) |
	    ('0' * WL_ONES & ~mask);

	return (uint64_t)wl_hex8_plain(high, bad) << 32 |
	    wl_hex8_plain(wl_le64(end - 8), bad);
}

/* ---- vectors ---- */

#ifdef __SSE2__
static inline unsigned
wl_find_comma_sse2(const char *s)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)s);
	int commas = _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(',')));

	return (unsigned)__builtin_ctz((unsigned)commas | 1u << 8);
}

static inline uint64_t
wl_hex16_sse2(const char *end, unsigned n, __m128i *bad)
{
	/* 16 bytes from masks + n: the last n of them are ones */
	static const uint8_t masks[32] = { [16] = 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
	__m128i m = _mm_loadu_si128((const __m128i *)(const void *)(masks + n));
	__m128i c = _mm_loadu_si128((const __m128i *)(const void *)(end - 16));
	__m128i over9, letter, v;
	uint64_t low; /* i386 has no instruction that gives it */

	c = _mm_and_si128(c, m);
	over9 = _mm_cmpgt_epi8(c, _mm_set1_epi8('9'));
	letter = _mm_cmpgt_epi8(c, _mm_set1_epi8('`'));
	v = _mm_sub_epi8(_mm_sub_epi8(c, _mm_set1_epi8('0')),
	    _mm_and_si128(over9, _mm_set1_epi8('a' - '0' - 10)));
	v = _mm_and_si128(v, m);
	*bad = _mm_or_si128(*bad, _mm_or_si128(_mm_xor_si128(over9, letter),
	    _mm_subs_epu8(v, _mm_set1_epi8(15))));
	v = _mm_or_si128(_mm_slli_epi16(v, 4), _mm_srli_epi16(v, 8));
	v = _mm_and_si128(v, _mm_set1_epi16(0xff));
	v = _mm_packus_epi16(v, v);
	_mm_storel_epi64((__m128i *)(void *)&low, v);
	return __builtin_bswap64(low);
}

typedef __m128i wl_hexbad;
#define WL_HEXBAD_NONE		_mm_setzero_si128()
#define wl_find_comma(s)	wl_find_comma_sse2(s)
#define wl_hex16(end, n, bad)	wl_hex16_sse2(end, n, bad)
static inline bool
wl_hex_is_bad(__m128i bad)
{
	return _mm_movemask_epi8(_mm_cmpeq_epi8(bad, _mm_setzero_si128())) !=
	    0xffff;
}
#else
typedef uint64_t wl_hexbad;
#define WL_HEXBAD_NONE		((uint64_t)0)
#define wl_find_comma(s)	wl_find_comma_plain(s)
#define wl_hex16(end, n, bad)	wl_hex16_plain(end, n, bad)
static inline bool
wl_hex_is_bad(uint64_t bad)
{
	return bad != 0;
}
#endif

#endif /* WL_LACKEY_SIMD_H */
