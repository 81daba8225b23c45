/*
 * LRU stack distances by marks on a line.
 *
 * Marks are bits; four levels of counts lie above them, so that counting the
 * marks behind a place looks at one entry row of each level, and a touch
 * changes one count of each.
 *
 *	bit	  64 places a word
 *	count64	  8 to a word, of 8 bits	a row: 1 word,     512 places
 *	count512  4 to a word, of 16 bits	a row: 4 words,   8192 places
 *	count8k	  4 to a word, of 16 bits	a row: 4 words, 131072 places
 *	count128k plain numbers, added one by one
 *
 * When the line is full its marks are moved together at the beginning; it has
 * at least three places a page, so that happens once in two touches a page.
 */
#include "reuse.h"

#include <stdlib.h>
#include <string.h>

#include "pmap/types.h"

#define TOP 131072u     /* places of an entry of count128k */
#define LINE 3u         /* places a page, at least */
#define FIRST (TOP / 8) /* pages of the first line */
#define FAR 24          /* touches that are fetched ahead: their pages, */
#define NEAR 8          /* and their marks */
#define BYTES 0x00ff00ff00ff00ffu
#define HALVES 0x0000ffff0000ffffu

void
wl_reuse_fini(struct wl_reuse *r)
{
	free(r->at);
	free(r->page);
	free(r->bit);
	free(r->count64);
	free(r->count512);
	free(r->count8k);
	free(r->count128k);
	free(r->hist);
	memset(r, 0, sizeof(*r));
}

/* -------------------------------------------------------------- marks ---- */

/* Add d, 1 or -1, to the counts over a place. */
static inline void
count(struct wl_reuse *r, uint32_t at, uint64_t d)
{
	r->count64[at >> 9] += d << (at >> 6 & 7) * 8;
	r->count512[at >> 11] += d << (at >> 9 & 3) * 16;
	r->count8k[at >> 15] += d << (at >> 13 & 3) * 16;
	r->count128k[at >> 17] += (uint32_t)d;
}

static inline void
mark(struct wl_reuse *r, uint32_t at)
{
	r->bit[at >> 6] |= (uint64_t)1 << (at & 63);
	count(r, at, 1);
}

static inline void
unmark(struct wl_reuse *r, uint32_t at)
{
	r->bit[at >> 6] &= ~((uint64_t)1 << (at & 63));
	count(r, at, (uint64_t)-1);
}

static inline uint32_t
sum_bits(uint64_t v)
{
	v -= v >> 1 & 0x5555555555555555u;
	v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (uint32_t)(v * 0x0101010101010101u >> 56);
}

static inline uint32_t
sum_halves(uint64_t v)
{
	v = (v & HALVES) + (v >> 16 & HALVES);
	return (uint32_t)(v + (v >> 32));
}

static inline uint32_t
sum_bytes(uint64_t v)
{
	return sum_halves((v & BYTES) + (v >> 8 & BYTES));
}

/* The counts behind number i in a row of 16, 4 words. */
static inline uint32_t
row_behind(const uint64_t *row, unsigned i)
{
	uint64_t sum = row[i / 4] >> i % 4 * 16 >> 16;

	for (unsigned k = i / 4 + 1; k < 4; k++)
		sum += row[k];
	return sum_halves(sum);
}

static inline uint32_t
marks_behind(const struct wl_reuse *r, uint32_t at)
{
	uint32_t last = (r->now - 1) >> 17;
	uint32_t n = sum_bits(r->bit[at >> 6] >> (at & 63) >> 1);

	n += sum_bytes(r->count64[at >> 9] >> (at >> 6 & 7) * 8 >> 8);
	n += row_behind(&r->count512[at >> 13 << 2], at >> 9 & 15);
	n += row_behind(&r->count8k[at >> 17 << 2], at >> 13 & 15);
	for (uint32_t i = (at >> 17) + 1; i <= last; i++)
		n += r->count128k[i];
	return n;
}

/* ---------------------------------------------------------------- line ---- */

static void
clear_marks(struct wl_reuse *r)
{
	memset(r->bit, 0, r->places / 8);
	memset(r->count64, 0, r->places / 64);
	memset(r->count512, 0, r->places / 256);
	memset(r->count8k, 0, r->places / 4096);
	memset(r->count128k, 0, r->places / TOP * sizeof(*r->count128k));
}

/* Move all marks to the beginning of the line, in their order. */
static void
compact(struct wl_reuse *r)
{
	uint32_t to = 0;

	for (uint32_t w = 0; w < r->places / 64; w++)
		for (uint64_t b = r->bit[w]; b != 0; b &= b - 1) {
			uint32_t
			    p = r->page[w * 64 + (uint32_t)__builtin_ctzll(b)];

			r->page[to] = p;
			r->at[p] = ++to;
		}
	clear_marks(r);
	for (uint32_t i = 0; i < to; i++)
		mark(r, i);
	r->now = to;
}

/* A longer array, zero at its new end. => false: no memory, the old stays */
static bool
lengthen(void *array, size_t old, size_t new)
{
	char *p = realloc(*(void **)array, new);

	if (p == NULL)
		return false;
	memset(p + old, 0, new - old);
	*(void **)array = p;
	return true;
}

static bool
more_indices(struct wl_reuse *r, uint32_t page)
{
	uint32_t n = r->npages > 0 ? r->npages : 1024;

	if (page >= WL_REUSE_MAX)
		return false;
	while (n <= page)
		n *= 2;
	if (!lengthen(&r->at, r->npages * sizeof(*r->at), n * sizeof(*r->at)))
		return false;
	r->npages = n;
	return true;
}

static bool
more_room(struct wl_reuse *r)
{
	const uint32_t room = r->room > 0 ? r->room * 2 : FIRST;
	const size_t old = r->places;
	const size_t new = ((size_t)room * LINE + TOP - 1) / TOP *TOP;

	if (room > WL_REUSE_MAX)
		return false;
	if (!lengthen(&r->page, old * 4, new * 4) ||
	    !lengthen(&r->bit, old / 8, new / 8) ||
	    !lengthen(&r->count64, old / 64, new / 64) ||
	    !lengthen(&r->count512, old / 256, new / 256) ||
	    !lengthen(&r->count8k, old / 4096, new / 4096) ||
	    !lengthen(&r->count128k, old / TOP * 4, new / TOP * 4) ||
	    !lengthen(&r->hist, r->room > 0 ? (r->room + (size_t)1) * 8 : 0,
		(room + (size_t)1) * 8))
		return false;
	r->room = room;
	r->places = (uint32_t) new;
	return true;
}

/* ------------------------------------------------------------- touches ---- */

/* A first touch. => false: no memory */
static bool
admit(struct wl_reuse *r, uint32_t page)
{
	if (page >= r->npages && !more_indices(r, page))
		return false;
	if (r->used == r->room && !more_room(r))
		return false;
	if (++r->used > r->most)
		r->most = r->used;
	return true;
}

/* at: place + 1, or 0 */
static inline void
prefetch_mark(const struct wl_reuse *r, uint32_t at)
{
	if (at == 0)
		return;
	__builtin_prefetch(&r->bit[(at - 1) >> 6], 1);
	__builtin_prefetch(&r->count64[(at - 1) >> 9], 1);
}

uint32_t
wl_reuse_touch(struct wl_reuse *r, uint32_t page)
{
	uint32_t at = page < r->npages ? r->at[page] : 0, distance = 0, now;

	if (at == 0 && !admit(r, page))
		return WL_REUSE_NOMEM;
	if (at != 0 && at == r->now) {
		r->hist[1]++;
		return 1;
	}
	if (unlikely(r->now == r->places)) {
		compact(r);
		at = r->at[page];
	}
	if (at-- != 0) {
		distance = marks_behind(r, at) + 1;
		unmark(r, at);
	}
	now = r->now++;
	mark(r, now);
	r->page[now] = page;
	r->at[page] = now + 1;
	r->hist[distance]++;
	return distance;
}

size_t
wl_reuse_touches(struct wl_reuse *r, const uint32_t *page, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i + FAR < n && page[i + FAR] < r->npages)
			__builtin_prefetch(&r->at[page[i + FAR]], 1);
		if (i + NEAR < n && page[i + NEAR] < r->npages)
			prefetch_mark(r, r->at[page[i + NEAR]]);
		if (wl_reuse_touch(r, page[i]) == WL_REUSE_NOMEM)
			return i;
	}
	return n;
}

void
wl_reuse_forget(struct wl_reuse *r, uint32_t page)
{
	if (page >= r->npages || r->at[page] == 0)
		return;
	unmark(r, r->at[page] - 1);
	r->at[page] = 0;
	r->used--;
}

void
wl_reuse_misses(const struct wl_reuse *r, const uint64_t *frames, size_t n,
    uint64_t *misses)
{
	uint64_t sum = r->room > 0 ? r->hist[0] : 0;
	uint32_t d = r->most;

	for (size_t i = n; i-- > 0;) {
		for (; d > frames[i]; d--)
			sum += r->hist[d];
		misses[i] = sum;
	}
}

/* --------------------------------------------------------------- check ---- */

/* The count over place i of a level with 2^shift places to an entry. */
static uint32_t
count_at(const struct wl_reuse *r, uint32_t i, unsigned shift)
{
	switch (shift) {
	case 6: return (uint8_t)(r->count64[i >> 9] >> (i >> 6 & 7) * 8);
	case 9: return (uint16_t)(r->count512[i >> 11] >> (i >> 9 & 3) * 16);
	case 13: return (uint16_t)(r->count8k[i >> 15] >> (i >> 13 & 3) * 16);
	default: return r->count128k[i >> 17];
	}
}

static bool
counts_agree(const struct wl_reuse *r)
{
	static const unsigned levels[] = { 6, 9, 13, 17 };
	uint32_t n, all = 0;

	for (size_t k = 0; k < NELEM(levels); k++) {
		const uint32_t step = 1u << levels[k];

		all = 0;
		for (uint32_t i = 0; i < r->places; i += step, all += n) {
			n = 0;
			for (uint32_t w = i / 64; w < (i + step) / 64; w++)
				n += sum_bits(r->bit[w]);
			if (n != count_at(r, i, levels[k]))
				return false;
		}
	}
	return all == r->used;
}

int
wl_reuse_check(const struct wl_reuse *r, uint64_t touches)
{
	for (uint32_t p = 0; p < r->npages; p++) {
		const uint32_t at = r->at[p];

		if (at > r->now ||
		    (at != 0 &&
			(r->page[at - 1] != p ||
			    (r->bit[(at - 1) / 64] >> (at - 1) % 64 & 1) == 0)))
			return 1;
	}
	if (!counts_agree(r))
		return 2;
	for (uint32_t d = 0; r->room > 0 && d <= r->most; d++)
		touches -= r->hist[d];
	return touches == 0 ? 0 : 3;
}
