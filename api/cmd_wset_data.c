/*
 * uvmsim wset as data: one JSON object, or comma-separated values.
 */
#include <inttypes.h>

#include "cmd_wset.h"

/* ---------------------------------------------------------------- JSON ---- */

static void
json_taus(const struct wset *w)
{
	const uint64_t k = w->t.wset.now;

	printf(",\"taus\":[");
	for (unsigned i = 0; i < w->t.ntaus; i++) {
		const struct wl_wset_tau *u = &w->t.wset.tau[i];

		printf("%s{\"tau\":%" PRIu64 ",\"mean\":%.9g,\"max\":%" PRIu64
		       ",\"faults\":%" PRIu64 ",\"fault_rate\":%.9g}",
		    i > 0 ? "," : "", u->tau, cmd_wset_ratio(u->sum, k), u->max,
		    u->faults, cmd_wset_ratio(u->faults, k));
	}
	printf("]");
}

static void
json_policy(const struct wset *w)
{
	const struct wset_judged j = cmd_wset_judge(w);

	if (w->t.policy == NULL)
		return;
	printf(",\"policy\":");
	cmd_json_string(stdout, w->policy);
	printf(",\"frames\":%" PRIu32 ",\"misses\":%" PRIu64
	       ",\"pff\":{\"low\":%.9g,\"high\":%.9g,\"below\":%" PRIu64
	       ",\"within\":%" PRIu64 ",\"above\":%" PRIu64
	       "},\"thrashing_windows\":%" PRIu64,
	    w->t.args.frames, w->t.misses, (double)w->pff.low / 1e6,
	    (double)w->pff.high / 1e6, j.below, j.within, j.above, j.thrashing);
}

static void
json_numbers(const char *key, const uint64_t *v, unsigned n)
{
	printf(",\"%s\":[", key);
	for (unsigned i = 0; i < n; i++)
		printf("%s%" PRIu64, i > 0 ? "," : "", v[i]);
	printf("]");
}

static void
json_series(const struct wset *w)
{
	printf(",\"series\":[");
	for (size_t r = 0; r < w->t.nrows; r++) {
		const struct wl_wset_row *row = &w->t.row[r];

		printf("%s{\"time\":%" PRIu64 ",\"pages\":%" PRIu64
		       ",\"first_touches\":%" PRIu64,
		    r > 0 ? "," : "", row->time, w->t.foot[r].pages,
		    row->firsts);
		json_numbers("sizes", &w->t.size[r * w->t.ntaus], w->t.ntaus);
		json_numbers("faults", &w->t.faults[r * w->t.ntaus],
		    w->t.ntaus);
		if (w->t.policy != NULL)
			printf(",\"misses\":%" PRIu64 ",\"thrashing\":%s",
			    row->misses,
			    cmd_wset_thrashes(w, r) ? "true" : "false");
		printf("}");
	}
	printf("]");
}

static void
json_curve(const struct wset *w)
{
	const uint64_t k = w->t.wset.now;

	printf(",\"curve\":[");
	for (uint64_t tau = 0, n = 0; (tau = cmd_wset_next_tau(w, tau)) != 0;
	     n++) {
		const struct wl_wset_point p = wl_wset_point(&w->t.wset, tau);

		printf("%s{\"tau\":%" PRIu64
		       ",\"mean\":%.9g,\"faults\":%" PRIu64
		       ",\"fault_rate\":%.9g}",
		    n > 0 ? "," : "", tau, cmd_wset_ratio(p.sum, k), p.faults,
		    cmd_wset_ratio(p.faults, k));
	}
	printf("]");
}

static void
json_bars(const char *key, const struct wset_bars *b)
{
	printf(",\"%s\":{\"first_touches\":%" PRIu64 ",\"bars\":[", key,
	    b->firsts);
	for (unsigned i = 0; i < b->n; i++)
		printf("%s{\"upto\":%" PRIu64 ",\"touches\":%" PRIu64 "}",
		    i > 0 ? "," : "", (uint64_t)1 << i, b->bar[i]);
	printf("]}");
}

static void
json_reuse(const struct wset *w)
{
	struct wset_bars b;

	cmd_wset_distances(w, &b);
	json_bars("reuse_distances", &b);
	cmd_wset_intervals(w, &b);
	json_bars("intervals", &b);
}

static void
json_phases(const struct wset *w)
{
	struct wl_phase p;

	printf(",\"phases\":[");
	for (size_t i = 0; i < w->t.nrows; i = p.last + 1) {
		const struct wl_wset_row *row = &w->t.row[i];
		size_t n;

		p = wl_phase_at(w->t.foot, w->t.nrows, i, WL_PHASE_CHANGE);
		n = p.last - p.first + 1;
		printf("%s{\"from\":%" PRIu64 ",\"to\":%" PRIu64
		       ",\"windows\":%zu,\"mean_pages\":%.9g}",
		    i > 0 ? "," : "", row->time - row->touches,
		    w->t.row[p.last].time, n, cmd_wset_ratio(p.pages, n));
	}
	printf("]");
}

void
cmd_wset_json(const struct wset *w)
{
	const struct wl_touches *t = w->t.touches;

	printf("{\"trace\":");
	cmd_json_string(stdout, t->trace);
	printf(",\"page_size\":%" PRIu64
	       ",\"data_only\":%s,\"references\":%" PRIu64
	       ",\"touches\":%" PRIu64 ",\"distinct_pages\":%" PRIu64
	       ",\"cut\":%s,\"every\":%" PRIu64 ",\"windows\":%zu",
	    (uint64_t)1 << w->page_shift, t->data_only ? "true" : "false",
	    t->references, t->touches, w->t.wset.distinct,
	    t->cut ? "true" : "false", w->t.every, w->t.nrows);
	json_taus(w);
	json_policy(w);
	if (w->series || w->plot)
		json_series(w);
	if (w->curve)
		json_curve(w);
	if (w->reuse)
		json_reuse(w);
	if (w->phases)
		json_phases(w);
	printf("}\n");
}

/* ----------------------------------------------------------------- CSV ---- */

static void
csv_curve(const struct wset *w)
{
	const uint64_t k = w->t.wset.now;

	printf("tau,mean_size,faults,fault_rate\n");
	for (uint64_t tau = 0; (tau = cmd_wset_next_tau(w, tau)) != 0;) {
		const struct wl_wset_point p = wl_wset_point(&w->t.wset, tau);

		printf("%" PRIu64 ",%.9g,%" PRIu64 ",%.9g\n", tau,
		    cmd_wset_ratio(p.sum, k), p.faults,
		    cmd_wset_ratio(p.faults, k));
	}
}

static void
csv_bars(const char *name, const struct wset_bars *b)
{
	for (unsigned i = 0; i < b->n; i++)
		printf("%s,%" PRIu64 ",%" PRIu64 "\n", name, (uint64_t)1 << i,
		    b->bar[i]);
	printf("%s,,%" PRIu64 "\n", name, b->firsts);
}

static void
csv_reuse(const struct wset *w)
{
	struct wset_bars b;

	printf("histogram,upto,touches\n");
	cmd_wset_distances(w, &b);
	csv_bars("distance", &b);
	cmd_wset_intervals(w, &b);
	csv_bars("interval", &b);
}

static void
csv_series(const struct wset *w)
{
	printf("time,pages,first_touches");
	for (unsigned i = 0; i < w->t.ntaus; i++)
		printf(",size_%" PRIu64 ",faults_%" PRIu64, w->t.tau[i],
		    w->t.tau[i]);
	printf("%s\n", w->t.policy != NULL ? ",misses,thrashing" : "");
	for (size_t r = 0; r < w->t.nrows; r++) {
		const struct wl_wset_row *row = &w->t.row[r];
		const size_t at = r * w->t.ntaus;

		printf("%" PRIu64 ",%" PRIu64 ",%" PRIu64, row->time,
		    w->t.foot[r].pages, row->firsts);
		for (unsigned i = 0; i < w->t.ntaus; i++)
			printf(",%" PRIu64 ",%" PRIu64, w->t.size[at + i],
			    w->t.faults[at + i]);
		if (w->t.policy != NULL)
			printf(",%" PRIu64 ",%d", row->misses,
			    cmd_wset_thrashes(w, r));
		putchar('\n');
	}
}

void
cmd_wset_csv(const struct wset *w)
{
	if (w->curve)
		csv_curve(w);
	else if (w->reuse)
		csv_reuse(w);
	else
		csv_series(w);
}
