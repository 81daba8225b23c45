/*
 * Exact LRU stack distances: the miss counts of every memory size in one pass
 * (Mattson, Gecsei, Slutz and Traiger, 1970).
 *
 * Each page that was touched has one mark on a line, at the time of its last
 * touch.  The distance of a touch is the number of marks behind the page's own,
 * and one for the page itself: LRU hits with so many frames or more, and misses
 * with fewer.
 *
 *	line   . . C . . . A . . B D | now	touch C: B, D, A, C: distance 4
 *	                             C
 *
 * Pages are known by an index, which need not be dense (refs/pageindex.h).
 *
 * R1  at[p] is 0, or place[at[p] - 1] == p and that place is marked.
 * R2  used is the number of marks; every level of counts says how many marks
 *     lie below each of its entries.
 * R3  the sum of hist[] is the number of touches.
 *
 * Host memory: 4 bytes an index, and 20.5 bytes a page touched (8 of them for
 * the histogram); tables double when they are full, so up to twice that.
 */
#ifndef WL_REUSE_H
#define WL_REUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WL_REUSE_MAX		((uint32_t)1 << 29)	/* pages, and indices */
#define WL_REUSE_NOMEM		UINT32_MAX

struct wl_reuse {
	uint32_t       *at;		/* by index: place + 1; 0: no mark */
	uint32_t       *page;		/* by place: index */
	uint64_t       *bit;		/* by place / 64: marks */
	uint64_t       *count64;	/* marks of 64 places, 8 bits each */
	uint64_t       *count512;	/* marks of 512, 16 bits each */
	uint64_t       *count8k;	/* marks of 8192, 16 bits each */
	uint32_t       *count128k;	/* marks of 131072 */
	uint64_t       *hist;		/* by distance; [0]: first touches */
	uint32_t	npages;		/* entries of at[] */
	uint32_t	room;		/* pages that the rest has room for */
	uint32_t	used;		/* pages marked */
	uint32_t	most;		/* that were ever marked at once */
	uint32_t	now;		/* next place */
	uint32_t	places;
};

/* All zero bytes are an empty one. */
void	wl_reuse_fini(struct wl_reuse *);
/*
 * Touch the page of an index below WL_REUSE_MAX.
 * => its distance, counted in hist[]; 0: its first touch; WL_REUSE_NOMEM: no
 *    memory, or too many pages, and nothing has changed
 */
uint32_t wl_reuse_touch(struct wl_reuse *, uint32_t page);
/*
 * The same for n pages in order; what they need of memory is fetched ahead.
 * => how many were counted: n, or less when there is no memory
 */
size_t	wl_reuse_touches(struct wl_reuse *, const uint32_t *page, size_t n);
/* Its next touch will be a first one, and others' distances leave it out. */
void	wl_reuse_forget(struct wl_reuse *, uint32_t page);
/*
 * misses[i] = misses of LRU with frames[i] frames, for all i < n.
 * => frames is in rising order, and none is 0
 */
void	wl_reuse_misses(const struct wl_reuse *, const uint64_t *frames,
	    size_t n, uint64_t *misses);
/* => 0, or the number of the first rule above that does not hold */
int	wl_reuse_check(const struct wl_reuse *, uint64_t touches);

#endif /* WL_REUSE_H */
