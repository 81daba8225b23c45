/*
 * Figures of a whole run: what happened over time, in buckets of moments, and
 * miss ratios.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "pmap/narrow.h"

#define BUCKETS 300
#define ROWS 120 /* of the heat map */

struct buckets {
	struct report *r;
	size_t n;
	double width;      /* moments of one */
	double x[BUCKETS]; /* the operation at its end */
	double y[8][BUCKETS];
};

static void
make_buckets(struct report *r, struct buckets *b)
{
	*b = (struct buckets){ .r = r,
		.n = r->moment < BUCKETS ? (size_t)r->moment : BUCKETS };
	b->width = (double)r->moment / (double)b->n;
	for (size_t i = 0; i < b->n; i++)
		b->x[i] = fmin((double)r->ops,
		    floor((double)(i + 1) * b->width) *
			(double)((uint64_t)1 << r->shift));
}

static size_t
bucket_of(const struct buckets *b, uint64_t moment)
{
	const size_t i = (size_t)((double)(moment - 1) / b->width);

	return i < b->n ? i : b->n - 1;
}

static const char *
name_of_space(const struct report *r, uint32_t space)
{
	for (size_t i = 0; i < r->nprocs; i++)
		if (r->proc[i].first_space == (int)space)
			return r->strings.row[r->proc[i].name]->text;
	return "process";
}

static bool
draw_plot(struct buckets *b, FILE *fp, const char *below, struct svg_plot *plot)
{
	struct svg s;

	plot->x_label = "operation";
	plot->x = b->x;
	plot->n = b->n;
	svg_begin(&s, fp, 510, b->r->title, below);
	svg_plot(&s, plot);
	svg_end(&s);
	return true;
}

/* -------------------------------------------------------------- faults ---- */

/* How much a counter grew in each bucket. */
static void
growth(struct buckets *b, enum report_stat stat, double *y)
{
	const struct report_column *c = &b->r->col[REPORT_STAT_MOMENT];
	double last = 0;

	for (size_t i = 0; i < c[0].n; i++) {
		if (c[1].v[i] != (int64_t)stat)
			continue;
		if (c[0].v[i] > 0)
			y[bucket_of(b, (uint64_t)c[0].v[i])] += (double)c[2]
								    .v[i] -
			    last;
		last = (double)c[2].v[i];
	}
}

bool
report_figure_faults(struct report *r, FILE *fp)
{
	struct svg_curve curve[2] = {
		{ "minor faults", NULL, svg_colour[0], "" },
		{ "major faults", NULL, svg_colour[5], "6 3" },
	};
	struct svg_plot plot = { .curve = curve, .ncurves = 2 };
	struct buckets *b = calloc(1, sizeof(*b));
	char label[60];
	bool ok;

	r->nomem = b == NULL;
	if (b == NULL)
		return false;
	make_buckets(r, b);
	growth(b, REPORT_S_MINOR, b->y[0]);
	growth(b, REPORT_S_MAJOR, b->y[1]);
	curve[0].y = b->y[0];
	curve[1].y = b->y[1];
	snprintf(label, sizeof(label), "faults in %.0f operation%s",
	    b->width * (double)((uint64_t)1 << r->shift),
	    b->width < 1.5 && r->shift == 0 ? "" : "s");
	plot.y_label = label;
	ok = draw_plot(b, fp, "Page faults over time", &plot);
	free(b);
	return ok;
}

/* ----------------------------------------------------------------- rss ---- */

static void
resident(struct buckets *b, uint8_t *was)
{
	const struct report *r = b->r;
	const struct report_column *c = &r->col[REPORT_PTE_MOMENT];
	double now[7] = { 0 };
	size_t i = 0;

	for (size_t k = 0; k < b->n; k++) {
		const uint64_t end = (uint64_t)floor(
		    (double)(k + 1) * b->width);

		for (; i < c[0].n && (uint64_t)c[0].v[i] <= end; i++) {
			const uint32_t page = (uint32_t)c[1].v[i];
			const uint8_t is = (c[3].v[i] & REPORT_PTE_MAPPED) != 0;

			if (r->page[page].space < 7)
				now[r->page[page].space] += is - was[page];
			was[page] = is;
		}
		for (int s = 0; s < 7; s++)
			b->y[s][k] = now[s];
	}
}

bool
report_figure_rss(struct report *r, FILE *fp)
{
	struct buckets *b = calloc(1, sizeof(*b));
	uint8_t *was = calloc(r->npages + 1, 1);
	struct svg_curve curve[7];
	struct svg_plot plot = { .curve = curve,
		.y_label = "pages",
		.ncurves = r->nspaces < 7 ? (unsigned)r->nspaces : 7 };
	bool ok = false;

	r->nomem = b == NULL || was == NULL;
	if (!r->nomem) {
		make_buckets(r, b);
		resident(b, was);
		for (unsigned s = 0; s < plot.ncurves; s++)
			curve[s] = (struct svg_curve){ name_of_space(r, s),
				b->y[s], svg_colour[s], "" };
		ok = draw_plot(b, fp, "Resident sets over time", &plot);
	}
	free(b);
	free(was);
	return ok;
}

/* -------------------------------------------------------- working sets ---- */

/*
 * W(t, tau) as differences: a page touched at a and next at b is in it from a
 * until the sooner of b and a + tau.
 */
static void
working_set(struct buckets *b, uint64_t tau, int64_t *step, uint64_t *last,
    double *y)
{
	const struct report *r = b->r;
	const struct report_column *touch = &r->col[REPORT_TOUCH_PAGE];
	const struct report_column *pages = &r->col[REPORT_OP_PAGES];
	size_t k = 0;
	int64_t size = 0;
	uint64_t m;

	memset(step, 0, host_bytes(r->moment + 2, sizeof(*step)));
	memset(last, 0, (r->npages + 1) * sizeof(*last));
	for (m = 1; m <= r->moment; m++)
		for (int64_t i = 0; i < pages->v[m - 1]; i++, k++) {
			uint64_t *l = &last[touch->v[k]];

			if (*l != 0) {
				step[*l]++;
				step[m < *l + tau ? m : *l + tau]--;
			}
			*l = m;
		}
	for (uint32_t p = 1; p <= r->npages; p++)
		if (last[p] != 0) {
			step[last[p]]++;
			if (last[p] + tau <= r->moment)
				step[last[p] + tau]--;
		}
	m = 0;
	for (size_t i = 0; i < b->n; i++) {
		for (; m <= (uint64_t)floor((double)(i + 1) * b->width); m++)
			size += step[m];
		y[i] = (double)size;
	}
}

bool
report_figure_wset(struct report *r, FILE *fp)
{
	static const unsigned part[] = { 100, 20, 4 };
	static const char *const dash[] = { "2 3", "6 3", "" };
	struct buckets *b = calloc(1, sizeof(*b));
	int64_t *step = calloc(host_count(r->moment + 2), sizeof(*step));
	uint64_t *last = calloc(r->npages + 1, sizeof(*last));
	struct svg_curve curve[NELEM(part)];
	char name[NELEM(part)][40];
	struct svg_plot plot = { .curve = curve, .y_label = "pages" };
	uint64_t before = 0;
	bool ok = false;

	r->nomem = b == NULL || step == NULL || last == NULL;
	if (!r->nomem) {
		make_buckets(r, b);
		for (size_t i = 0; i < NELEM(part); i++) {
			const uint64_t tau = r->moment / part[i] + 1;
			const unsigned c = plot.ncurves;

			if (tau == before)
				continue;
			before = tau;
			working_set(b, tau, step, last, b->y[c]);
			snprintf(name[c], sizeof(name[c]),
			    "\xcf\x84 = %" PRIu64, tau << r->shift);
			curve[c] = (struct svg_curve){ name[c], b->y[c],
				svg_colour[(size_t)c * 2], dash[i] };
			plot.ncurves++;
		}
		ok = draw_plot(b, fp,
		    "Working set: pages touched in the last \xcf\x84 "
		    "operations",
		    &plot);
	}
	free(b);
	free(step);
	free(last);
	return ok;
}

/* ---------------------------------------------------------------- heat ---- */

struct place {
	uint32_t page, space;
	uint64_t vpn;
};

static int
by_address(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
	return x->vpn < y->vpn ? -1 : x->vpn > y->vpn;
}

/* => the row of each page, by number */
static uint32_t *
rows_of(const struct report *r, uint32_t each)
{
	struct place *place = calloc(r->npages + 1, sizeof(*place));
	uint32_t *row = calloc(r->npages + 1, sizeof(*row));

	if (place == NULL || row == NULL) {
		free(place);
		free(row);
		return NULL;
	}
	for (uint32_t i = 0; i < r->npages; i++)
		place[i] = (struct place){ i + 1, r->page[i + 1].space,
			r->page[i + 1].vpn };
	qsort(place, r->npages, sizeof(*place), by_address);
	for (uint32_t i = 0; i < r->npages; i++)
		row[place[i].page] = i / each;
	free(place);
	return row;
}

static void
count_heat(const struct buckets *b, const uint32_t *row, uint32_t *count)
{
	const struct report *r = b->r;
	size_t k = 0;

	for (uint64_t m = 1; m <= r->moment; m++)
		for (int64_t i = 0; i < r->col[REPORT_OP_PAGES].v[m - 1];
		     i++, k++)
			count[(size_t)row[r->col[REPORT_TOUCH_PAGE].v[k]] *
				BUCKETS +
			    bucket_of(b, m)]++;
}

static unsigned
between(int pale, int dark, double t)
{
	return (unsigned)lround(pale + (dark - pale) * t) & 255;
}

/* From pale to dark blue, by the logarithm of the count. */
static void
heat_colour(uint32_t count, uint32_t most, char colour[8])
{
	const double t = most > 1 ? log(count) / log(most) : 1;

	snprintf(colour, 8, "#%02x%02x%02x", between(0xdc, 0x08, t),
	    between(0xe9, 0x30, t), between(0xf5, 0x6b, t));
}

static void
draw_heat(const struct buckets *b, const struct svg *s, const uint32_t *count,
    unsigned rows)
{
	const double w = (double)(SVG_RIGHT - SVG_LEFT) / (double)b->n;
	const double h = 360.0 / rows;
	uint32_t most = 1;
	char colour[8];

	for (size_t i = 0; i < (size_t)rows * BUCKETS; i++)
		if (count[i] > most)
			most = count[i];
	svg_rect(s, SVG_LEFT, SVG_TOP + 12, SVG_RIGHT - SVG_LEFT, 360,
	    "#f4f4f2");
	for (unsigned y = 0; y < rows; y++)
		for (size_t x = 0; x < b->n; x++) {
			const uint32_t v = count[(size_t)y * BUCKETS + x];

			if (v == 0)
				continue;
			heat_colour(v, most, colour);
			svg_rect(s, SVG_LEFT + w * (double)x,
			    SVG_TOP + 12 + h * y, w < .5 ? .5 : w,
			    h < .5 ? .5 : h, colour);
		}
	svg_text(s, SVG_LEFT, SVG_TOP + 394, "start", "operation 1");
	svg_textf(s, SVG_RIGHT, SVG_TOP + 394, "end", "%" PRIu64, b->r->ops);
	svg_textf(s, SVG_LEFT, SVG_TOP + 416, "start",
	    "darkest: %" PRIu32 " touches", most);
}

bool
report_figure_heat(struct report *r, FILE *fp)
{
	const uint32_t each = (r->npages + ROWS - 1) / ROWS;
	const unsigned rows = (r->npages + each - 1) / each;
	struct buckets *b = calloc(1, sizeof(*b));
	uint32_t *count = calloc((size_t)rows * BUCKETS, sizeof(*count));
	uint32_t *row = rows_of(r, each);
	struct svg s;

	r->nomem = b == NULL || count == NULL || row == NULL;
	if (!r->nomem) {
		make_buckets(r, b);
		count_heat(b, row, count);
		svg_begin(&s, fp, 490, r->title,
		    "Pages over time, by address, gaps left out");
		draw_heat(b, &s, count, rows);
		svg_end(&s);
	}
	free(b);
	free(count);
	free(row);
	return !r->nomem;
}

/* ----------------------------------------------------------------- mrc ---- */

struct ratios {
	const struct report *r;
	double x[REPORT_MAXPOINTS + 1], y[8][REPORT_MAXPOINTS + 1];
	size_t n;
	struct svg_curve curve[8];
	unsigned ncurves;
	char name[8][16];
};

/* LRU comes first, and has every size that others have: those between are NAN
 * there, which curves pass over. */
static void
take_curve(void *ctx, const char *name, const uint64_t *size,
    const uint64_t *misses, size_t n)
{
	static const char *const dash[] = { "", "", "6 3", "2 3", "8 3 2 3",
		"4 4" };
	struct ratios *q = ctx;
	const unsigned c = q->ncurves;
	size_t k = 0;

	assert(c < NELEM(dash));
	for (size_t i = 0; i < n && c == 0; i++)
		q->x[q->n++] = (double)size[i];
	for (size_t i = 0; i < q->n; i++) {
		while (k < n && (double)size[k] < q->x[i])
			k++;
		q->y[c][i] = k < n && (double)size[k] == q->x[i] ?
		    (double)misses[k] / (double)q->r->touches :
		    NAN;
	}
	snprintf(q->name[c], sizeof(q->name[c]), "%s", name);
	q->curve[c] = (struct svg_curve){ q->name[c], q->y[c],
		svg_colour[(c * 2) % 8 + (c > 3)], dash[c] };
	q->ncurves++;
}

bool
report_figure_mrc(struct report *r, FILE *fp)
{
	struct ratios *q = calloc(1, sizeof(*q));
	struct svg_plot plot = { .x_label = "frames",
		.y_label = "misses of a touch",
		.log = true,
		.top = 1 };
	struct svg s;

	r->nomem = q == NULL;
	if (q == NULL)
		return false;
	q->r = r;
	report_curves(r, take_curve, q);
	plot.x = q->x;
	plot.n = q->n;
	plot.curve = q->curve;
	plot.ncurves = q->ncurves;
	svg_begin(&s, fp, 510, r->title, "Miss ratio by size of memory");
	svg_plot(&s, &plot);
	svg_end(&s);
	free(q);
	return !r->nomem;
}
