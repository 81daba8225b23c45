/*
 * Miss counts of LRU from a sample of the pages: SHARDS (Waldspurger, Park,
 * Garthwaite and Ahmad, 2015).
 *
 * A page is in the sample when a hash of it lies below a threshold, the share R
 * of all hashes; so all its touches are in the sample, or none.  When k other
 * pages of the sample were touched since the last touch of a page, then about
 * k / R pages were, and the touch stands for 1 / R touches.
 *
 *	fixed rate	R is given; memory grows with the pages sampled
 *	fixed size	R begins at 1; with one page too many in the sample, R
 *			falls to the greatest hash in it, and that page leaves
 *
 * All touches are counted.  What the sample lacks of touches, or has too many
 * of, as against R of all, is taken for hits with a single frame: "SHARDS-adj".
 * Estimates of misses are sums over the sample, then, and not ratios.
 *
 * Bounds.  An estimate errs in two ways, and with each goes a margin:
 *  - in distances: k has a binomial distribution.  The curve is read at
 *    C -+ z sqrt(C (1 - R) / R) frames in place of C.
 *  - in counts: which pages came into the sample.  The sample is divided by
 *    other bits of the hash into WL_SAMPLE_GROUPS groups; from the variance
 *    between them follows the standard error of the sum, and z of these are
 *    added.  What no sample can show of itself is a page with many touches that
 *    is not in it: but such a page is missed once in C touches at most, and
 *    touches that the sample lacks are counted, so that the lesser of the two
 *    is added as well.
 * With z = WL_SAMPLE_Z both bounds hold nearly always where the sample has some
 * dozens of pages, and do not say much where it has fewer.  With R = 1 all
 * margins are 0 and what is left is the rounding of distances, 1 in 128, none
 * below 256.
 *
 * Host memory: 1.2 MB, and up to 80 bytes a page of the sample.
 */
#ifndef WL_SAMPLE_CURVE_H
#define WL_SAMPLE_CURVE_H

#include "reuse.h"

#define WL_SAMPLE_GROUPS	32u
#define WL_SAMPLE_Z		3.0
#define WL_SAMPLE_BINS		4480u	/* 128 a power of two */
#define WL_SAMPLE_MAXPAGES	((uint32_t)1 << 24)	/* of a fixed size */

struct wl_sample {
	uint64_t	threshold;	/* hashes below it are in */
	uint64_t	salt;
	uint32_t	max_pages;	/* 0: fixed rate */
	uint32_t	pages;		/* in the sample now */
	uint64_t	touches;	/* all */
	uint64_t	sampled;	/* touches of pages in the sample */
	double		weight;		/* 1 / R, now */
	double		seen[WL_SAMPLE_GROUPS];	/* weights of touches */
	double		first[WL_SAMPLE_GROUPS];	/* of first touches */
	double	       *bin;		/* of others: group, others between */
	struct wl_reuse	reuse;
	/* the pages in the sample */
	uint64_t       *hash;		/* by index */
	uint32_t       *slot;		/* hash table: index + 1; 0: free */
	uint32_t       *heap;		/* fixed size: greatest hash first */
	uint32_t	slots;		/* a power of 2, or 0 */
};

struct wl_estimate {
	double		misses, low, high;
};

/*
 * A rate above 0 and at most 1, or max_pages from 1 to WL_SAMPLE_MAXPAGES and
 * not 0.  The same seed samples the same pages.
 * => false: no memory; wl_sample_fini() is allowed
 */
bool	wl_sample_init(struct wl_sample *, double rate, uint32_t max_pages,
	    uint64_t seed);
void	wl_sample_fini(struct wl_sample *);
/* => false: no memory */
bool	wl_sample_touches(struct wl_sample *, const uint64_t *page, size_t n);
/* => R */
double	wl_sample_rate(const struct wl_sample *);
/* How many pages there are. */
struct wl_estimate wl_sample_pages(const struct wl_sample *);
/* Misses with so many frames, not 0. */
struct wl_estimate wl_sample_misses(const struct wl_sample *, uint64_t frames);

#endif /* WL_SAMPLE_CURVE_H */
