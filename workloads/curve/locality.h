/*
 * What windows of a reference stream say of it: phases, page-fault frequency,
 * thrashing.  Pure rules over counts; who counted does not matter.
 *
 * Phases (working-set signatures; Dhodapkar and Smith, 2002).  A and B being
 * the pages touched in two windows in a row, their distance is
 *
 *	d = ( |A u B| - |A n B| ) / |A u B|	0: the same; 1: nothing common
 *
 * and a window with d above WL_PHASE_CHANGE begins a new phase.  A phase of two
 * windows or more is steady, one of a single window is a transition.
 *
 * Page-fault frequency (Chu and Opderbeck, 1972).  A program whose faults a
 * touch lie above an upper bound wants more memory, below a lower bound it can
 * give some up.  First touches of pages do not count: no memory avoids them.
 *
 * Thrashing (Denning, 1968): in a window, faults lie above the upper bound
 * while the working sets of those who run are, together, larger than memory.
 * Either alone is none: a program that moves on to other pages faults often in
 * any memory, and a working set that is too large but seldom used costs little.
 */
#ifndef WL_LOCALITY_H
#define WL_LOCALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WL_PHASE_CHANGE	50u		/* per cent */
#define WL_PFF_LOW	100u		/* faults in a million touches */
#define WL_PFF_HIGH	10000u

/* Pages touched in a window, and of them in the one before as well. */
struct wl_footprint {
	uint64_t	pages, common;
};

/* => d, in hundredths of a per cent, rounded down; 0 of two empty windows */
unsigned wl_footprint_distance(uint64_t pages_before,
	    const struct wl_footprint *);

struct wl_phase {
	size_t		first, last;	/* windows */
	uint64_t	pages;		/* sum of those of its windows */
};

/*
 * The phase that begins with window `first' of n.
 * => change is in per cent; window[first] is what begins it, whatever its d
 */
struct wl_phase wl_phase_at(const struct wl_footprint *window, size_t n,
	    size_t first, unsigned change);

enum wl_pff { WL_PFF_BELOW, WL_PFF_WITHIN, WL_PFF_ABOVE };

struct wl_pff_bounds {
	uint64_t	low, high;	/* faults in a million touches */
};

/* faults that no first touch made; no touches are within. */
enum wl_pff wl_pff_judge(const struct wl_pff_bounds *, uint64_t touches,
	    uint64_t faults);
/* wset, frames: pages */
bool	wl_thrashing(const struct wl_pff_bounds *, uint64_t touches,
	    uint64_t faults, uint64_t wset, uint64_t frames);

#endif /* WL_LOCALITY_H */
