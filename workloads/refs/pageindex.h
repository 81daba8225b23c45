/*
 * Small numbers for the pages of a trace.
 *
 * Pages come in chunks of 64 neighbours.  A chunk gets the next free number
 * when one of its pages is first seen; the index of a page is 64 times that
 * number and its place in the chunk.  Neighbours are neighbours again, and the
 * table of chunks stays small: 16 bytes for each, half of them in use.
 */
#ifndef WL_PAGEINDEX_H
#define WL_PAGEINDEX_H

#include <stdbool.h>
#include <stdint.h>

#define WL_PAGEINDEX_NONE	UINT32_MAX
#define WL_PAGEINDEX_MAX	((uint32_t)1 << 29)	/* indices */

struct wl_pageindex {
	struct wl_pagechunk {
		uint64_t	key;	/* page / 64, plus one; 0: free */
		uint64_t	number;
	}	       *slot;
	unsigned	bits;		/* log2 of the number of slots */
	uint32_t	n;		/* chunks */
	struct wl_pagechunk last;	/* the one last asked for */
};

/* All zero bytes are an empty table. */
void	wl_pageindex_fini(struct wl_pageindex *);
/* => WL_PAGEINDEX_NONE: no memory, or too many */
uint32_t wl_pageindex_find(struct wl_pageindex *, uint64_t page);

static inline uint32_t
wl_pageindex(struct wl_pageindex *t, uint64_t page)
{
	if (t->last.key == (page >> 6) + 1)
		return (uint32_t)(t->last.number << 6 | (page & 63));
	return wl_pageindex_find(t, page);
}

#endif /* WL_PAGEINDEX_H */
