/*
 * SHARDS.
 *
 * The hash is a bijection of 64 bits, so a page is known by its hash, and two
 * pages never have the same one.  A table with linear probing leads from hashes
 * to small indices, by which the exact distances within the sample are kept
 * (reuse.h); a page that leaves gives its index to the one that came.
 *
 * Others between two touches of a page, divided by R, are counted in bins: one
 * for each number below 256, then 128 for each doubling.
 */
#include "sample_curve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pmap/types.h"

#define FIRSTSLOTS 1024u
#define ALL 0x1p64
#define GROUPBITS 5
#define BATCH 256u /* touches */

static inline uint64_t
hash_of(uint64_t page, uint64_t salt)
{
	uint64_t h = page ^ salt;

	h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 33;
}

static inline unsigned
group_of(uint64_t hash)
{
	return (unsigned)hash & (WL_SAMPLE_GROUPS - 1);
}

/* --------------------------------------------------------------- pages ---- */

static uint32_t *
find(const struct wl_sample *s, uint64_t hash)
{
	const uint32_t mask = s->slots - 1;
	uint32_t i = (uint32_t)(hash >> GROUPBITS) & mask;

	while (s->slot[i] != 0 && s->hash[s->slot[i] - 1] != hash)
		i = (i + 1) & mask;
	return &s->slot[i];
}

/* Twice the slots, and room for half as many pages. => false: no memory */
static bool
grow(struct wl_sample *s)
{
	const uint32_t slots = s->slots != 0 ? s->slots * 2 : FIRSTSLOTS;
	uint64_t *hash = realloc(s->hash, slots / 2 * sizeof(*hash));
	uint32_t *slot, *heap;

	if (hash == NULL)
		return false;
	s->hash = hash;
	heap = realloc(s->heap, slots / 2 * sizeof(*heap));
	if (heap == NULL)
		return false;
	s->heap = heap;
	slot = calloc(slots, sizeof(*slot));
	if (slot == NULL || slots > WL_REUSE_MAX) {
		free(slot);
		return false;
	}
	free(s->slot);
	s->slot = slot;
	s->slots = slots;
	for (uint32_t i = 0; i < s->pages; i++)
		*find(s, s->hash[i]) = i + 1;
	return true;
}

/* Take a page out of the table: those behind it close the gap. */
static void
remove_slot(struct wl_sample *s, uint64_t hash)
{
	const uint32_t mask = s->slots - 1;
	uint32_t gap = (uint32_t)(find(s, hash) - s->slot), i = gap, home;

	while (s->slot[i = (i + 1) & mask] != 0) {
		home = (uint32_t)(s->hash[s->slot[i] - 1] >> GROUPBITS) & mask;
		if (((i - home) & mask) >= ((i - gap) & mask)) {
			s->slot[gap] = s->slot[i];
			gap = i;
		}
	}
	s->slot[gap] = 0;
}

/* The place of page v, from heap place i downwards. */
static void
sink(struct wl_sample *s, uint32_t i, uint32_t v)
{
	const uint64_t *hash = s->hash;
	uint32_t child;

	while ((child = 2 * i + 1) < s->pages) {
		child += child + 1 < s->pages &&
		    hash[s->heap[child + 1]] > hash[s->heap[child]];
		if (hash[s->heap[child]] <= hash[v])
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = v;
}

static void
set_threshold(struct wl_sample *s, uint64_t threshold)
{
	s->threshold = threshold;
	s->weight = 1 / wl_sample_rate(s);
}

/*
 * A page more than the sample may have: that of the greatest hash leaves, be
 * it the new one. => the new one's index; WL_REUSE_NOMEM: it is out
 */
static uint32_t
replace(struct wl_sample *s, uint64_t hash)
{
	const uint32_t i = s->heap[0];

	if (hash > s->hash[i]) {
		set_threshold(s, hash);
		return WL_REUSE_NOMEM;
	}
	set_threshold(s, s->hash[i]);
	remove_slot(s, s->hash[i]);
	wl_reuse_forget(&s->reuse, i);
	s->hash[i] = hash;
	sink(s, 0, i);
	*find(s, hash) = i + 1;
	return i;
}

/* There is room for it in the tables. => its index */
static uint32_t
admit(struct wl_sample *s, uint64_t hash)
{
	uint32_t i, up;

	if (s->max_pages != 0 && s->pages == s->max_pages)
		return replace(s, hash);
	s->hash[s->pages] = hash;
	for (i = s->pages; i > 0 && s->max_pages != 0; i = up) {
		up = (i - 1) / 2;
		if (s->hash[s->heap[up]] >= hash)
			break;
		s->heap[i] = s->heap[up];
	}
	s->heap[i] = s->pages;
	*find(s, hash) = ++s->pages;
	return s->pages - 1;
}

/* ---------------------------------------------------------------- bins ---- */

static inline unsigned
bin_of(uint64_t v)
{
	unsigned e, bin;

	if (v < 256)
		return (unsigned)v;
	e = 63 - (unsigned)__builtin_clzll(v);
	bin = (e - 7) * 128 + (unsigned)(v >> (e - 7));
	return bin < WL_SAMPLE_BINS ? bin : WL_SAMPLE_BINS - 1;
}

/* The least number of a bin. */
static double
bin_start(unsigned bin)
{
	if (bin < 256)
		return bin;
	return ldexp(128 + bin % 128, (int)(bin / 128) - 1);
}

/* ------------------------------------------------------------- touches ---- */

bool
wl_sample_init(struct wl_sample *s, double rate, uint32_t max_pages,
    uint64_t seed)
{
	const double threshold = max_pages != 0 ? ALL : rate * ALL;

	memset(s, 0, sizeof(*s));
	s->salt = hash_of(seed, 0x9e3779b97f4a7c15u);
	s->max_pages = max_pages;
	set_threshold(s, threshold < ALL ? (uint64_t)threshold : UINT64_MAX);
	s->bin = calloc((size_t)WL_SAMPLE_GROUPS * WL_SAMPLE_BINS,
	    sizeof(*s->bin));
	return s->bin != NULL && grow(s);
}

void
wl_sample_fini(struct wl_sample *s)
{
	wl_reuse_fini(&s->reuse);
	free(s->bin);
	free(s->hash);
	free(s->slot);
	free(s->heap);
	memset(s, 0, sizeof(*s));
}

double
wl_sample_rate(const struct wl_sample *s)
{
	return s->threshold == UINT64_MAX ? 1 : (double)s->threshold / ALL;
}

/*
 * A touch that was in the sample when the batch began. => false: no memory
 */
static bool
sampled(struct wl_sample *s, uint64_t hash)
{
	const unsigned group = group_of(hash);
	uint32_t i = *find(s, hash), distance;

	if (hash >= s->threshold && s->threshold != UINT64_MAX)
		return true;
	if (i == 0 && s->pages == s->slots / 2 && !grow(s))
		return false;
	i = i != 0 ? i - 1 : admit(s, hash);
	if (i == WL_REUSE_NOMEM)
		return true;
	distance = wl_reuse_touch(&s->reuse, i);
	if (distance == WL_REUSE_NOMEM)
		return false;
	s->sampled++;
	s->seen[group] += s->weight;
	if (distance == 0)
		s->first[group] += s->weight;
	else
		s->bin[group * WL_SAMPLE_BINS +
		    bin_of(
			(uint64_t)((distance - 1) * s->weight))] += s->weight;
	return true;
}

/* The hashes of up to BATCH pages that are in the sample. => how many */
static size_t
choose(const struct wl_sample *s, const uint64_t *page, size_t n,
    uint64_t *chosen)
{
	const uint64_t salt = s->salt, threshold = s->threshold;
	const bool all = threshold == UINT64_MAX;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		chosen[k] = hash_of(page[i], salt);
		k += (chosen[k] < threshold) | all;
	}
	return k;
}

bool
wl_sample_touches(struct wl_sample *s, const uint64_t *page, size_t n)
{
	uint64_t chosen[BATCH];
	size_t batch, k;

	for (; n > 0; n -= batch, page += batch) {
		batch = n < BATCH ? n : BATCH;
		k = choose(s, page, batch, chosen);
		for (size_t i = 0; i < k; i++)
			if (!sampled(s, chosen[i]))
				return false;
		s->touches += batch;
	}
	return true;
}

/* ----------------------------------------------------------- estimates ---- */

struct sum {
	double all, error; /* with its standard error */
};

/* Sum of the groups' v, and what their variance tells of it. */
static struct sum
sum_groups(const struct wl_sample *s, const double v[WL_SAMPLE_GROUPS])
{
	const double rate = wl_sample_rate(s);
	double all = 0, squares = 0, mean;

	for (unsigned g = 0; g < WL_SAMPLE_GROUPS; g++)
		all += v[g];
	mean = all / WL_SAMPLE_GROUPS;
	for (unsigned g = 0; g < WL_SAMPLE_GROUPS; g++)
		squares += (v[g] - mean) * (v[g] - mean);
	squares *= WL_SAMPLE_GROUPS / (WL_SAMPLE_GROUPS - 1.0);
	return (struct sum){ all, sqrt(squares * (1 - rate)) };
}

/* Touches with so many others between, or more; and first ones. */
static struct sum
beyond(const struct wl_sample *s, double others)
{
	double v[WL_SAMPLE_GROUPS];
	unsigned from = bin_of(others < 0x1p62 ? (uint64_t)others : 1ull << 62);
	double start = bin_start(from), part;

	part = (others - start) / (bin_start(from + 1) - start);
	part = part < 1 && from >= 256 ? part : others > start;
	for (unsigned g = 0; g < WL_SAMPLE_GROUPS; g++) {
		const double *bin = &s->bin[(size_t)g * WL_SAMPLE_BINS];

		v[g] = s->first[g] + bin[from] * (1 - part);
		for (unsigned i = from + 1; i < WL_SAMPLE_BINS; i++)
			v[g] += bin[i];
	}
	return sum_groups(s, v);
}

static double
within(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

struct wl_estimate
wl_sample_pages(const struct wl_sample *s)
{
	const struct sum all = sum_groups(s, s->first);
	const double margin = WL_SAMPLE_Z * all.error;
	const double n = (double)s->touches;

	return (struct wl_estimate){ within(all.all, s->pages, n),
		within(all.all - margin, s->pages, n),
		within(all.all + margin, s->pages, n) };
}

/* Touches that the sample lacks (less than 0: has too many of). */
static double
lacking(const struct wl_sample *s)
{
	return (double)s->touches - sum_groups(s, s->seen).all;
}

struct wl_estimate
wl_sample_misses(const struct wl_sample *s, uint64_t frames)
{
	const double n = (double)s->touches, rate = wl_sample_rate(s);
	const double c = (double)frames;
	const double aside = WL_SAMPLE_Z * sqrt(c * (1 - rate) / rate);
	const double hidden = within(lacking(s), 0, rate < 1 ? n / c : 0);
	const struct sum here = beyond(s, c);
	const struct sum more = beyond(s, c > aside ? c - aside : 0);
	const struct sum less = beyond(s, c + aside);

	return (struct wl_estimate){ within(here.all, 0, n),
		within(less.all - WL_SAMPLE_Z * less.error, 0, n),
		within(more.all + WL_SAMPLE_Z * more.error + hidden, 0, n) };
}
