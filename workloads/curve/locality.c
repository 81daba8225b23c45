/*
 * Rules over windows.  Shares are compared by products, so that no rounding
 * decides; counts of a window are far below 2^43, and products below 2^63.
 */
#include "locality.h"

#define MILLION 1000000u

unsigned
wl_footprint_distance(uint64_t pages_before, const struct wl_footprint *f)
{
	const uint64_t all = pages_before + f->pages - f->common;

	return all == 0 ? 0 : (unsigned)((all - f->common) * 10000 / all);
}

static bool
changes(uint64_t pages_before, const struct wl_footprint *f, unsigned change)
{
	const uint64_t all = pages_before + f->pages - f->common;

	return (all - f->common) * 100 > all * change;
}

struct wl_phase
wl_phase_at(const struct wl_footprint *window, size_t n, size_t first,
    unsigned change)
{
	struct wl_phase p = { .first = first,
		.last = first,
		.pages = window[first].pages };

	for (size_t i = first + 1; i < n; i++) {
		if (changes(window[i - 1].pages, &window[i], change))
			break;
		p.pages += window[i].pages;
		p.last = i;
	}
	return p;
}

enum wl_pff
wl_pff_judge(const struct wl_pff_bounds *b, uint64_t touches, uint64_t faults)
{
	if (faults * MILLION > b->high * touches)
		return WL_PFF_ABOVE;
	return faults * MILLION < b->low * touches ? WL_PFF_BELOW :
						     WL_PFF_WITHIN;
}

bool
wl_thrashing(const struct wl_pff_bounds *b, uint64_t touches, uint64_t faults,
    uint64_t wset, uint64_t frames)
{
	return wset > frames &&
	    wl_pff_judge(b, touches, faults) == WL_PFF_ABOVE;
}
