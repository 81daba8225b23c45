/*
 * uvmsim wset in text: a summary, then each table that was asked for.
 */
#include <inttypes.h>
#include <string.h>

#include "cmd_wset.h"
#include "plot.h"

#define BAR 40 /* columns of the longest bar */

/* ------------------------------------------------------------ summary ---- */

static void
print_head(const struct wset *w)
{
	const struct wl_touches *t = w->t.touches;

	printf("%s: %" PRIu64 " references, %" PRIu64 " touches, %" PRIu64
	       " pages of %uK%s\n",
	    t->trace, t->references, t->touches, w->t.wset.distinct,
	    1u << (w->page_shift - 10), t->cut ? ", the trace breaks off" : "");
}

static void
print_taus(const struct wset *w)
{
	const uint64_t k = w->t.wset.now;

	printf("%12s %12s %10s %12s %9s\n", "tau", "mean size", "max", "faults",
	    "a touch");
	for (unsigned i = 0; i < w->t.ntaus; i++) {
		const struct wl_wset_tau *u = &w->t.wset.tau[i];

		printf("%12" PRIu64 " %12.2f %10" PRIu64 " %12" PRIu64
		       " %9.6f\n",
		    u->tau, cmd_wset_ratio(u->sum, k), u->max, u->faults,
		    cmd_wset_ratio(u->faults, k));
	}
}

static void
print_policy(const struct wset *w)
{
	const struct wset_judged j = cmd_wset_judge(w);
	const uint64_t k = w->t.wset.now;

	printf("%s, %" PRIu32 " frames: %" PRIu64 " faults, %.6f a touch\n",
	    w->policy, w->t.args.frames, w->t.misses,
	    cmd_wset_ratio(w->t.misses, k));
	printf("page-fault frequency, windows: %" PRIu64 " below %.6f, %" PRIu64
	       " within, %" PRIu64 " above %.6f\n",
	    j.below, (double)w->pff.low / 1e6, j.within, j.above,
	    (double)w->pff.high / 1e6);
	printf("thrashing: ");
	if (j.thrashing == 0)
		printf("no window");
	else
		printf("%" PRIu64 " of %zu windows, the first at %" PRIu64,
		    j.thrashing, w->t.nrows,
		    w->t.row[j.first].time - w->t.row[j.first].touches);
	printf(" (faults above %.6f, working set above %" PRIu32 " pages)\n",
	    (double)w->pff.high / 1e6, w->t.args.frames);
}

/* ------------------------------------------------------------- tables ---- */

static void
print_series(const struct wset *w)
{
	char name[40];

	printf("\n%12s %8s", "time", "pages");
	for (unsigned i = 0; i < w->t.ntaus; i++) {
		snprintf(name, sizeof(name), "W(%" PRIu64 ")", w->t.tau[i]);
		printf(" %11s %8s", name, "faults");
	}
	printf("%s\n", w->t.policy != NULL ? "   policy" : "");
	for (size_t r = 0; r < w->t.nrows; r++) {
		const struct wl_wset_row *row = &w->t.row[r];

		printf("%12" PRIu64 " %8" PRIu64, row->time,
		    w->t.foot[r].pages);
		for (unsigned i = 0; i < w->t.ntaus; i++)
			printf(" %11" PRIu64 " %8" PRIu64,
			    w->t.size[r * w->t.ntaus + i],
			    w->t.faults[r * w->t.ntaus + i]);
		if (w->t.policy != NULL)
			printf(" %8" PRIu64 "%s", row->misses,
			    cmd_wset_thrashes(w, r) ? " thrashing" : "");
		putchar('\n');
	}
}

static void
print_curve(const struct wset *w)
{
	const uint64_t k = w->t.wset.now;

	printf("\n%14s %14s %14s %9s\n", "tau", "mean size", "faults",
	    "a touch");
	for (uint64_t tau = 0; (tau = cmd_wset_next_tau(w, tau)) != 0;) {
		const struct wl_wset_point p = wl_wset_point(&w->t.wset, tau);

		printf("%14" PRIu64 " %14.2f %14" PRIu64 " %9.6f\n", tau,
		    cmd_wset_ratio(p.sum, k), p.faults,
		    cmd_wset_ratio(p.faults, k));
	}
}

static void
print_bar(uint64_t n, uint64_t most)
{
	const unsigned columns = (unsigned)((double)n * BAR / (double)most);

	printf("%s", columns > 0 ? "  " : "");
	for (unsigned i = 0; i < columns; i++)
		putchar('#');
	putchar('\n');
}

static void
print_bars(const char *title, const struct wset_bars *b, uint64_t touches)
{
	uint64_t most = b->firsts > 0 ? b->firsts : 1;
	char range[48];

	for (unsigned i = 0; i < b->n; i++)
		if (b->bar[i] > most)
			most = b->bar[i];
	printf("\n%-21s %12s %7s\n", title, "touches", "share");
	for (unsigned i = 0; i < b->n; i++) {
		const uint64_t last = (uint64_t)1 << i;

		if (i < 2)
			snprintf(range, sizeof(range), "%" PRIu64, last);
		else
			snprintf(range, sizeof(range), "%" PRIu64 "-%" PRIu64,
			    last / 2 + 1, last);
		printf("%-21s %12" PRIu64 " %7.4f", range, b->bar[i],
		    cmd_wset_ratio(b->bar[i], touches));
		print_bar(b->bar[i], most);
	}
	printf("%-21s %12" PRIu64 " %7.4f", "first touch", b->firsts,
	    cmd_wset_ratio(b->firsts, touches));
	print_bar(b->firsts, most);
}

static void
print_reuse(const struct wset *w)
{
	struct wset_bars b;

	cmd_wset_distances(w, &b);
	print_bars("reuse distance", &b, w->t.wset.now);
	cmd_wset_intervals(w, &b);
	print_bars("interval", &b, w->t.wset.now);
}

static void
print_phases(const struct wset *w)
{
	struct wl_phase p;

	printf("\n%12s %12s %9s %9s\n", "phase from", "to", "windows", "pages");
	for (size_t i = 0; i < w->t.nrows; i = p.last + 1) {
		const struct wl_wset_row *row = &w->t.row[i];
		uint64_t n;

		p = wl_phase_at(w->t.foot, w->t.nrows, i, WL_PHASE_CHANGE);
		n = p.last - p.first + 1;
		printf("%12" PRIu64 " %12" PRIu64 " %9" PRIu64 " %9.1f%s\n",
		    row->time - row->touches, w->t.row[p.last].time, n,
		    cmd_wset_ratio(p.pages, n), n == 1 ? " transition" : "");
	}
}

/* --------------------------------------------------------------- plot ---- */

static double
plot_value(const void *ctx, unsigned curve, size_t point)
{
	const struct wset *w = ctx;

	return (double)w->t.size[point * w->t.ntaus + curve];
}

static void
plot_name(const void *ctx, unsigned curve, FILE *fp)
{
	const struct wset *w = ctx;

	fprintf(fp, "W(t, %" PRIu64 ")", w->t.tau[curve]);
}

static void
plot(const struct wset *w)
{
	const struct api_plot p = { .fp = stdout,
		.n = w->t.nrows,
		.ncurves = w->t.ntaus,
		.value = plot_value,
		.name = plot_name,
		.ctx = w,
		.right = w->t.wset.now,
		.x = "touches" };

	putchar('\n');
	api_plot(&p);
}

void
cmd_wset_text(const struct wset *w)
{
	print_head(w);
	print_taus(w);
	if (w->t.policy != NULL)
		print_policy(w);
	if (w->plot)
		plot(w);
	if (w->curve)
		print_curve(w);
	if (w->reuse)
		print_reuse(w);
	if (w->phases)
		print_phases(w);
	if (w->series)
		print_series(w);
}
