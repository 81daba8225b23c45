/*
 * Working sets by last touches, bins of intervals, and a ring of bits.
 *
 * A bin holds the intervals from its first to its last length; counting them by
 * x - 1 makes 1, 2, 4, 8, ... last lengths, with 127 others between two of them
 * from 256 on:
 *
 *	x - 1 < 256		bin x - 1
 *	2^k <= x - 1		bin 256 + (k - 8) * 128 + the 7 bits behind the
 *				leading one of x - 1
 *
 * The ring is as long as the greatest tau and one more, rounded up to a power
 * of two.  A bit is set when its time comes, whatever it was; it is cleared
 * when its page is touched again, if that time is still on the ring.
 */
#include "wset.h"

#include <stdlib.h>
#include <string.h>

#include "pmap/types.h"

#define AHEAD 16 /* touches that are fetched ahead */
#define FIRST 1024u
#define MAXPAGES ((uint32_t)1 << 29)

/* --------------------------------------------------------------- bins ---- */

static inline unsigned
bin_of(uint64_t x)
{
	const uint64_t v = x - 1;
	unsigned k;

	if (v < WL_WSET_EXACT)
		return (unsigned)v;
	k = 63 - (unsigned)__builtin_clzll(v);
	return WL_WSET_EXACT + (k - 8) * 128 + (unsigned)(v >> (k - 7) & 127);
}

/* The last interval of a bin. */
static uint64_t
bin_last(unsigned bin)
{
	unsigned k;

	if (bin < WL_WSET_EXACT)
		return bin + (uint64_t)1;
	bin -= WL_WSET_EXACT;
	k = bin / 128 + 8;
	return (uint64_t)(129 + bin % 128) << (k - 7);
}

static inline void
put(struct wl_wset_bin *bin, uint64_t x)
{
	bin += bin_of(x);
	bin->n++;
	bin->sum += x;
}

uint64_t
wl_wset_edge(uint64_t tau)
{
	unsigned bin = bin_of(tau);

	return bin_last(bin) == tau ? tau : bin_last(bin - 1);
}

/* -------------------------------------------------------------- begin ---- */

bool
wl_wset_init(struct wl_wset *w, const uint64_t *tau, unsigned n)
{
	uint64_t longest = 0, bits = 64;

	memset(w, 0, sizeof(*w));
	for (w->ntaus = 0; w->ntaus < n; w->ntaus++) {
		w->tau[w->ntaus].tau = tau[w->ntaus];
		if (tau[w->ntaus] > longest)
			longest = tau[w->ntaus];
	}
	while (bits <= longest)
		bits *= 2;
	w->ring_mask = bits - 1;
	w->ring = calloc((size_t)(bits / 64), sizeof(*w->ring));
	w->bin = calloc(WL_WSET_BINS, sizeof(*w->bin));
	w->end = calloc(WL_WSET_BINS, sizeof(*w->end));
	return w->ring != NULL && w->bin != NULL && w->end != NULL;
}

void
wl_wset_fini(struct wl_wset *w)
{
	free(w->last);
	free(w->ring);
	free(w->bin);
	free(w->end);
	memset(w, 0, sizeof(*w));
}

/* Room for an index. => false: no memory */
static bool
more_pages(struct wl_wset *w, uint32_t page)
{
	uint32_t n = w->npages > 0 ? w->npages : FIRST;
	uint64_t *last;

	if (page >= MAXPAGES)
		return false;
	while (n <= page)
		n *= 2;
	last = realloc(w->last, n * sizeof(*last));
	if (last == NULL)
		return false;
	memset(last + w->npages, 0, (n - w->npages) * sizeof(*last));
	w->last = last;
	w->npages = n;
	return true;
}

/* ------------------------------------------------------------- touches ---- */

static inline bool
on_ring(const struct wl_wset *w, uint64_t t)
{
	t &= w->ring_mask;
	return w->ring[t / 64] >> (t % 64) & 1;
}

/* The bit of time t is set; that of the touch before, x ago, is cleared. */
static inline void
move_bit(struct wl_wset *w, uint64_t t, uint64_t x)
{
	const uint64_t now = t & w->ring_mask;
	const uint64_t then = (t - x) & w->ring_mask;

	if (x <= w->ring_mask)
		w->ring[then / 64] &= ~((uint64_t)1 << then % 64);
	w->ring[now / 64] |= (uint64_t)1 << now % 64;
}

/* x: UINT64_MAX for a first touch */
static inline void
follow(struct wl_wset *w, struct wl_wset_tau *u, uint64_t t, uint64_t x)
{
	const bool fault = x > u->tau;

	u->faults += fault;
	u->size += fault;
	if (t > u->tau)
		u->size -= on_ring(w, t - u->tau);
	if (u->size > u->max)
		u->max = u->size;
	u->sum += u->size;
}

static inline void
touch(struct wl_wset *w, uint32_t page)
{
	const uint64_t t = ++w->now, last = w->last[page];
	const uint64_t x = last != 0 ? t - last : UINT64_MAX;

	w->last[page] = t;
	if (last <= w->from) {
		w->pages++;
		w->common += last > w->before;
	}
	if (last != 0) {
		put(w->bin, x);
	} else {
		w->distinct++;
		w->firsts++;
	}
	if (w->ntaus == 0)
		return;
	move_bit(w, t, x);
	for (unsigned i = 0; i < w->ntaus; i++)
		follow(w, &w->tau[i], t, x);
}

size_t
wl_wset_touches(struct wl_wset *w, const uint32_t *page, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n && page[i + AHEAD] < w->npages)
			__builtin_prefetch(&w->last[page[i + AHEAD]], 1);
		if (unlikely(page[i] >= w->npages) && !more_pages(w, page[i]))
			return i;
		touch(w, page[i]);
	}
	return n;
}

/*
 * Pages touched in the window before are those with a last touch behind its
 * beginning; of a page never touched the last touch is 0, which no window has.
 */
void
wl_wset_window(struct wl_wset *w, struct wl_wset_window *out)
{
	*out = (struct wl_wset_window){ .touches = w->now - w->from,
		.pages = w->pages,
		.common = w->common,
		.firsts = w->firsts };
	w->before = w->from;
	w->from = w->now;
	w->pages = w->common = w->firsts = 0;
}

/* -------------------------------------------------------------- curves ---- */

void
wl_wset_finish(struct wl_wset *w)
{
	memset(w->end, 0, WL_WSET_BINS * sizeof(*w->end));
	for (uint32_t p = 0; p < w->npages; p++)
		if (w->last[p] != 0)
			put(w->end, w->now - w->last[p] + 1);
}

/* Sum of min(tau, x); *longer: how many are longer than tau. */
static uint64_t
sum_upto(const struct wl_wset_bin *bin, uint64_t tau, uint64_t *longer)
{
	uint64_t sum = 0, n = 0;

	for (unsigned i = 0; i < WL_WSET_BINS; i++)
		if (bin_last(i) <= tau)
			sum += bin[i].sum;
		else
			n += bin[i].n;
	*longer = n;
	return sum + n * tau;
}

struct wl_wset_point
wl_wset_point(const struct wl_wset *w, uint64_t tau)
{
	struct wl_wset_point p = { .tau = tau };
	uint64_t unused;

	p.sum = sum_upto(w->bin, tau, &p.faults) +
	    sum_upto(w->end, tau, &unused);
	p.faults += w->distinct;
	return p;
}

uint64_t
wl_wset_longest(const struct wl_wset *w)
{
	unsigned i = WL_WSET_BINS;

	while (i > 0 && w->bin[i - 1].n == 0)
		i--;
	return i > 0 ? bin_last(i - 1) : 0;
}

/* --------------------------------------------------------------- check ---- */

static uint64_t
size_now(const struct wl_wset *w, uint64_t tau)
{
	const uint64_t from = w->now > tau ? w->now - tau : 0;
	uint64_t n = 0;

	for (uint32_t p = 0; p < w->npages; p++)
		n += w->last[p] > from;
	return n;
}

int
wl_wset_check(const struct wl_wset *w)
{
	uint64_t pages = 0, n = w->distinct;

	for (uint32_t p = 0; p < w->npages; p++) {
		pages += w->last[p] != 0;
		if (w->last[p] > w->now)
			return 1;
	}
	for (unsigned i = 0; i < WL_WSET_BINS; i++)
		n += w->bin[i].n;
	if (pages != w->distinct)
		return 1;
	if (n != w->now)
		return 2;
	for (unsigned i = 0; i < w->ntaus; i++)
		if (w->tau[i].size != size_now(w, w->tau[i].tau))
			return 3;
	return 0;
}
