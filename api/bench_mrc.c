/*
 * Benchmarks of miss-ratio curves: 20 million touches, over as many pages as
 * the benchmark says, in millions a second.
 *
 * Page number k of n is touched with a probability of 1 / k (Zipf's law with an
 * exponent of 1), and numbers are shuffled, so that hot pages have no hot
 * neighbours.
 */
#include <stdlib.h>

#include "bench.h"
#include "workloads/curve/opt_curve.h"
#include "workloads/curve/reuse.h"
#include "workloads/curve/sample_curve.h"
#include "workloads/curve/wset.h"

#define TOUCHES 20000000u
#define BATCH 4096u

static uint32_t
touches(const struct bench *b)
{
	return (uint32_t)api_bench_part(b, TOUCHES);
}

/* => what the caller frees, or NULL */
static uint32_t *
make_touches(uint32_t pages, uint32_t n)
{
	uint32_t *shuffled = api_bench_shuffle(pages, 1);
	uint32_t *page = malloc(n * sizeof(*page));
	const double log_pages = log(pages);
	uint64_t seed = 1;

	for (uint32_t i = 0; i < n && shuffled != NULL && page != NULL; i++) {
		double u = (double)(api_bench_random(&seed) >> 11) * 0x1p-53;
		uint32_t k = (uint32_t)exp(u * log_pages);

		page[i] = shuffled[k <= pages ? k - 1 : 0];
	}
	if (shuffled == NULL) {
		free(page);
		page = NULL;
	}
	free(shuffled);
	return page;
}

/* Millions a second, since a time. */
static double
rate(double touches, double since)
{
	return touches * 1e3 / (api_bench_now() - since);
}

bool
api_bench_mrc_lru(const struct bench *b, struct bench_result *r)
{
	const uint64_t frames[] = { 1, b->arg / 10, b->arg };
	const uint32_t n = touches(b);
	uint32_t *page = make_touches((uint32_t)b->arg, n);
	struct wl_reuse reuse = { .used = 0 };
	double before = api_bench_now();
	uint64_t misses[3] = { 0 };
	bool ok = page != NULL && wl_reuse_touches(&reuse, page, n) == n;

	if (ok)
		wl_reuse_misses(&reuse, frames, 3, misses);
	r->v[BENCH_OURS] = rate(n, before);
	r->v[BENCH_MEMORY] = api_bench_memory_rand(b->arg, 4);
	ok = ok && misses[0] > misses[1] && misses[2] == reuse.used;
	wl_reuse_fini(&reuse);
	free(page);
	return ok;
}

static bool
hold(struct wl_opt *o, const uint32_t *page, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (wl_opt_add(o, page[i]) != 0)
			return false;
	return true;
}

/* Sizes by doubling. */
bool
api_bench_mrc_opt(const struct bench *b, struct bench_result *r)
{
	const uint32_t n = touches(b);
	uint32_t *page = make_touches((uint32_t)b->arg, n);
	uint64_t frames[64], misses[64];
	struct wl_opt o = { .n = 0 };
	double before = api_bench_now();
	size_t sizes = 0;
	bool ok = page != NULL && hold(&o, page, n);

	for (uint64_t f = 1; f < 2 * b->arg; f *= 2)
		frames[sizes++] = f;
	ok = ok && wl_opt_misses(&o, frames, sizes, misses) == 0;
	r->v[BENCH_OURS] = rate(n, before);
	ok = ok && misses[sizes - 1] == o.distinct && misses[0] > misses[1];
	wl_opt_fini(&o);
	free(page);
	return ok;
}

/* All sizes, a tenth of the touches. */
bool
api_bench_mrc_opt_all(const struct bench *b, struct bench_result *r)
{
	const uint32_t n = touches(b) / 10;
	uint32_t *page = make_touches((uint32_t)b->arg, n);
	struct wl_opt o = { .n = 0 };
	double before = api_bench_now();
	uint64_t *hist = NULL;
	bool ok = page != NULL && hold(&o, page, n) &&
	    wl_opt_distances(&o, &hist) == 0;

	r->v[BENCH_OURS] = rate(n, before);
	free(hist);
	wl_opt_fini(&o);
	free(page);
	return ok;
}

/* A sample of one page of a hundred; *spent: the time that it took. */
static bool
take_sample(struct wl_sample *s, const uint32_t *page, uint32_t touches,
    double *spent)
{
	uint64_t batch[BATCH];
	bool ok = wl_sample_init(s, 0.01, 0, 1);

	*spent = 0;
	for (uint32_t i = 0, n; i < touches && ok; i += n) {
		double before;

		n = touches - i < BATCH ? touches - i : BATCH;
		for (uint32_t k = 0; k < n; k++)
			batch[k] = page[i + k];
		before = api_bench_now();
		ok = wl_sample_touches(s, batch, n);
		*spent += api_bench_now() - before;
	}
	return ok;
}

bool
api_bench_mrc_sample(const struct bench *b, struct bench_result *r)
{
	const uint32_t n = touches(b);
	uint32_t *page = make_touches((uint32_t)b->arg, n);
	struct wl_sample s = { .pages = 0 };
	double spent;
	bool ok = page != NULL && take_sample(&s, page, n, &spent);

	if (ok)
		r->v[BENCH_OURS] = n * 1e3 / spent;
	wl_sample_fini(&s);
	free(page);
	return ok;
}

/*
 * How far its miss ratios lie from the exact ones: the mean over sizes at equal
 * distances, 1 in 64 of the pages to all of them.
 */
bool
api_bench_mrc_error(const struct bench *b, struct bench_result *r)
{
	const uint32_t n = touches(b);
	uint32_t *page = make_touches((uint32_t)b->arg, n);
	struct wl_reuse reuse = { .used = 0 };
	struct wl_sample s = { .pages = 0 };
	uint64_t frames[64], misses[64];
	const size_t sizes = NELEM(frames);
	double spent, sum = 0;
	bool ok = page != NULL && take_sample(&s, page, n, &spent) &&
	    wl_reuse_touches(&reuse, page, n) == n;

	for (size_t i = 0; i < NELEM(frames); i++)
		frames[i] = (i + 1) * (b->arg / NELEM(frames));
	if (ok)
		wl_reuse_misses(&reuse, frames, NELEM(frames), misses);
	for (size_t i = 0; i < NELEM(frames) && ok; i++)
		sum += fabs(
		    wl_sample_misses(&s, frames[i]).misses - (double)misses[i]);
	r->v[BENCH_OURS] = sum / (double)sizes / n * 100;
	wl_reuse_fini(&reuse);
	wl_sample_fini(&s);
	free(page);
	return ok;
}

bool
api_bench_wset(const struct bench *b, struct bench_result *r)
{
	const uint64_t tau[] = { 1000, 10000, 100000 };
	const uint32_t n = touches(b);
	uint32_t *page = make_touches((uint32_t)b->arg, n);
	struct wl_wset w;
	bool ok = wl_wset_init(&w, tau, 3) && page != NULL;
	double before = api_bench_now();

	ok = ok && wl_wset_touches(&w, page, n) == n;
	r->v[BENCH_OURS] = rate(n, before);
	ok = ok && w.tau[2].faults < w.tau[0].faults;
	wl_wset_fini(&w);
	free(page);
	return ok;
}
