/*
 * Going back: gotos to random operations of a run of ten million, references in
 * proportion to popularity over 16384 pages, a third of them writes, contents
 * kept.  Behind one pass to the end, so that all checkpoints are there.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "workloads/history/history.h"

#define OPERATIONS 10000000u
#define PAGES 16384u
#define TRACE "gen:zipf:pages=%" PRIu64 ":writes=30:n=%" PRIu64
#define GOTOS 101

static bool
configure(void *ctx, struct sim_config *c)
{
	c->ram = api_bench_part(ctx, 1024 * BENCH_MB);
	c->tags = true;
	return true;
}

static int
compare(const void *x, const void *y)
{
	const double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* => false: a place could not be reached */
static bool
wander(struct wl_history *h, double ms[GOTOS])
{
	uint64_t seed = 1, n, all;
	double before;

	if (wl_history_goto(h, UINT64_MAX) != WL_WENT_END)
		return false;
	all = wl_history_known(h);
	for (unsigned i = 0; i < GOTOS; i++) {
		n = api_bench_random(&seed) % all;
		before = api_bench_now();
		if (wl_history_goto(h, n) != WL_WENT)
			return false;
		ms[i] = (api_bench_now() - before) / 1e6;
	}
	qsort(ms, GOTOS, sizeof(*ms), compare);
	return true;
}

/* which: 0 the median, 1 the worst */
bool
api_bench_step_back(const struct bench *b, struct bench_result *r)
{
	char trace[100], err[300];
	struct bench size = *b;
	struct wl_history_config c = { .path = trace,
		.configure = configure,
		.ctx = &size };
	struct wl_history *h = NULL;
	double ms[GOTOS];
	bool ok;

	snprintf(trace, sizeof(trace), TRACE, api_bench_part(b, PAGES),
	    api_bench_part(b, OPERATIONS));
	c.input = wl_input_open(trace, err, sizeof(err));
	if (c.input == NULL)
		return false;
	ok = wl_history_open(&c, &h, err, sizeof(err)) == 0;
	if (!ok)
		wl_input_close(c.input);
	ok = ok && wander(h, ms);
	if (ok)
		r->v[BENCH_OURS] = ms[b->which == 0 ? GOTOS / 2 : GOTOS - 1];
	wl_history_close(h);
	return ok;
}
