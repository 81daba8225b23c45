/*
 * Benchmarks of sweeps: 16 points over one trace, what a generator makes of two
 * million references, with one thread and with as many as the benchmark says.
 * The figure is how many times as fast the second is.
 */
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"
#include "workloads/sweep/sweep.h"

#define REFERENCES 2000000u
#define TRACE "gen:zipf:pages=4096:shuffle=1:writes=30:n=%" PRIu64

/* => ns; NAN: it did not go well */
static double
time_of(const struct wl_grid *grid, const char *trace, unsigned jobs)
{
	struct wl_sweep s = { .grid = grid, .jobs = jobs };
	double before = api_bench_now(), time = NAN;
	char err[512];
	bool ok = wl_sweep_rows(&s) &&
	    (s.input = wl_input_open(trace, err, sizeof(err))) != NULL &&
	    wl_sweep_run(&s, err, sizeof(err)) == 0;

	for (size_t i = 0; i < s.npoints && ok; i++)
		ok = s.row[i].state == WL_SWEEP_DONE;
	if (ok)
		time = api_bench_now() - before;
	wl_input_close(s.input);
	wl_sweep_free(&s);
	return time;
}

bool
api_bench_sweep(const struct bench *b, struct bench_result *r)
{
	static const char *const lines[] = { "policy=fifo,lru,clock,sieve",
		"frames=64..512*2" };
	struct wl_grid grid = { .nkeys = 0 };
	char trace[100], err[512];
	bool ok = true;

	snprintf(trace, sizeof(trace), TRACE, api_bench_part(b, REFERENCES));
	for (size_t i = 0; i < NELEM(lines) && ok; i++)
		ok = wl_grid_set(&grid, lines[i], false, err, sizeof(err)) == 0;
	if (ok)
		r->v[BENCH_OURS] = time_of(&grid, trace, 1) /
		    time_of(&grid, trace, b->which);
	wl_grid_free(&grid);
	return ok && !isnan(r->v[BENCH_OURS]);
}
