/*
 * Going back: gotos to random operations of a run of ten million, references in
 * proportion to popularity over 16384 pages, a third of them writes, contents
 * kept.  Behind one pass to the end, so that all checkpoints are there.
 */
#include <stdlib.h>

#include "bench.h"
#include "workloads/history/history.h"

#define TRACE "gen:zipf:pages=16384:writes=30:n=10000000"
#define GOTOS 101

static bool
configure(void *ctx, struct sim_config *c)
{
	char err[200];

	(void)ctx;
	return sim_config_set(c, "ram=1G", err, sizeof(err)) == 0 &&
	    sim_config_set(c, "tags=on", err, sizeof(err)) == 0;
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

	(void)wl_history_goto(h, UINT64_MAX);
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

/* arg: 0 the median, 1 the worst */
bool
api_bench_step_back(const struct bench *b, struct bench_result *r)
{
	char err[300];
	struct wl_history_config c = { .path = TRACE,
		.input = wl_input_open(TRACE, err, sizeof(err)),
		.configure = configure };
	struct wl_history *h = NULL;
	double ms[GOTOS];
	bool ok;

	if (c.input == NULL)
		return false;
	ok = wl_history_open(&c, &h, err, sizeof(err)) == 0;
	if (!ok)
		wl_input_close(c.input);
	ok = ok && wander(h, ms);
	if (ok)
		r->v[BENCH_OURS] = ms[b->arg == 0 ? GOTOS / 2 : GOTOS - 1];
	wl_history_close(h);
	return ok;
}
