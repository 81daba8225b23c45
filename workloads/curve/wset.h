/*
 * Working sets of a stream of touches (Denning, 1968).
 *
 * Time is counted in touches: t = 1, 2, 3, ...  The working set W(t, tau) is
 * the set of pages touched by the last tau touches, t - tau + 1 to t; x, the
 * interval of a touch, is how long ago its page was touched before.
 *
 *	tau = 4     1  2  3  4  1  2 [5  1  2  3] 4  5
 *	                                       ^ t = 10: W = { 5 1 2 3 }
 *
 * A touch is a fault of the working-set policy if its page was not in
 * W(t - 1, tau): its interval is longer than tau, or it is the page's first.
 *
 * For any tau, from the intervals alone (Denning and Schwartz, 1972):
 *
 *	faults(tau) = first touches + #{ x > tau }		m = faults / K
 *	s(tau)      = ( sum of min(tau, x) over all intervals	mean |W|
 *	              + sum of min(tau, K - t + 1) over last touches ) / K
 *
 * where K is the number of touches and the last touch of a page, at t, stays in
 * working sets until the stream ends.  Intervals are counted in bins: one for
 * each length up to 256, 128 for each doubling beyond; a bin has a number and a
 * sum, so that both formulas are exact wherever tau is the end of a bin
 * (wl_wset_edge()).
 *
 * Some taus are followed exactly at any t, with one bit for each of the last
 * tau touches: was its page not touched since?
 *
 *	size now = size before + fault - the bit that leaves at t - tau
 *
 * T1  last[p] is the time of the last touch of p, 0 before its first.
 * T2  the sum of the numbers of the bins and of first touches is K.
 * T3  the size of a tau is the number of pages with last[] > now - tau.
 *
 * Host memory: 8 bytes an index, 120 KB of bins, and the greatest tau in bits.
 */
#ifndef WL_WSET_H
#define WL_WSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WL_WSET_MAXTAUS		16u
#define WL_WSET_MAXTAU		((uint64_t)1 << 32)	/* that is followed */
#define WL_WSET_EXACT		256u	/* intervals 1 .. 256: a bin each */
#define WL_WSET_BINS		(WL_WSET_EXACT + 55u * 128)	/* to 2^63 */

struct wl_wset_tau {
	uint64_t	tau;		/* 1 .. WL_WSET_MAXTAU */
	uint64_t	size;		/* |W(now, tau)| */
	uint64_t	max;		/* the greatest so far */
	uint64_t	sum;		/* of sizes, after each touch */
	uint64_t	faults;
};

struct wl_wset_bin {
	uint64_t	n, sum;		/* intervals, and their sum */
};

struct wl_wset {
	uint64_t	now;		/* touches so far */
	uint64_t	distinct;	/* pages: first touches */
	struct wl_wset_tau tau[WL_WSET_MAXTAUS];
	unsigned	ntaus;
	/* since wl_wset_window() was last called */
	uint64_t	from;		/* time before the first touch of it */
	uint64_t	before;		/* the same of the window before */
	uint64_t	pages;		/* touched in it */
	uint64_t	common;		/* of them, touched in the one before */
	uint64_t	firsts;		/* of them, touched never before */
	/* private */
	uint64_t       *last;		/* by index */
	uint32_t	npages;		/* entries of last[] */
	uint64_t       *ring;		/* bits, by time */
	uint64_t	ring_mask;	/* length in touches, minus one */
	struct wl_wset_bin *bin;	/* of intervals */
	struct wl_wset_bin *end;	/* of last touches, by K - t + 1 */
};

/* One point of the curves. */
struct wl_wset_point {
	uint64_t	tau;
	uint64_t	faults;
	uint64_t	sum;		/* of sizes: s(tau) * K */
};

/* What a window was. */
struct wl_wset_window {
	uint64_t	touches;
	uint64_t	pages, common, firsts;
};

/*
 * Follow n taus, at most WL_WSET_MAXTAUS, each in its range; 0 is allowed.
 * => false: no memory; wl_wset_fini() is allowed
 */
bool	wl_wset_init(struct wl_wset *, const uint64_t *tau, unsigned n);
void	wl_wset_fini(struct wl_wset *);
/*
 * n touches of the pages of indices below 2^29 (refs/pageindex.h).
 * => how many were taken: n, or less when there is no memory
 */
size_t	wl_wset_touches(struct wl_wset *, const uint32_t *page, size_t n);
/* End the window; the next one begins. */
void	wl_wset_window(struct wl_wset *, struct wl_wset_window *);
/*
 * No touch comes any more: wl_wset_point() is allowed now.
 * => sums fit 64 bits, which they do for K * distinct below 2^64
 */
void	wl_wset_finish(struct wl_wset *);
/* => the greatest tau' <= tau, 1 to 2^62, at which the curves are exact */
uint64_t wl_wset_edge(uint64_t tau);
/* tau is an edge, or 0: nothing is ever in a working set then. */
struct wl_wset_point wl_wset_point(const struct wl_wset *, uint64_t tau);
/* => the longest interval, as the end of its bin; 0: there is none */
uint64_t wl_wset_longest(const struct wl_wset *);
/* => 0, or the number of the first rule above that does not hold */
int	wl_wset_check(const struct wl_wset *);

#endif /* WL_WSET_H */
