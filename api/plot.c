/*
 * Curves in characters: a row of means for each curve, then the grid from its
 * top row to its bottom one.  The top is the greatest mean, rounded up to 1, 2
 * or 5 times a power of ten.
 */
#include "plot.h"

#include <inttypes.h>

#define MAXCURVES 26

/* A value that each column shows, of one curve. */
static size_t
columns_of(const struct api_plot *p, unsigned curve,
    double mean[API_PLOT_COLUMNS])
{
	const size_t n = p->n < API_PLOT_COLUMNS ? p->n : API_PLOT_COLUMNS;

	for (size_t c = 0; c < n; c++) {
		const size_t from = c * p->n / n, to = (c + 1) * p->n / n;

		mean[c] = 0;
		for (size_t i = from; i < to; i++)
			mean[c] += p->value(p->ctx, curve, i);
		mean[c] /= (double)(to - from);
	}
	return n;
}

static double
round_up(double v)
{
	static const double steps[] = { 1, 2, 5 };
	double unit = 1e-6;

	for (;;) {
		for (int i = 0; i < 3; i++)
			if (steps[i] * unit >= v)
				return steps[i] * unit;
		unit *= 10;
	}
}

static unsigned
row_of(double v, double top)
{
	const double row = v / top * API_PLOT_ROWS;
	const unsigned r = (unsigned)row;

	return r < API_PLOT_ROWS ? r : API_PLOT_ROWS - 1;
}

static void
print_grid(const struct api_plot *p, double top, size_t width,
    char grid[API_PLOT_ROWS][API_PLOT_COLUMNS])
{
	for (unsigned r = API_PLOT_ROWS; r-- > 0;) {
		size_t end = width;

		while (end > 0 && grid[r][end - 1] == ' ')
			end--;
		if (r == API_PLOT_ROWS - 1)
			fprintf(p->fp, "%11.6g |", top);
		else
			fprintf(p->fp, "%11s |", "");
		fprintf(p->fp, "%.*s\n", (int)end, grid[r]);
	}
}

static void
print_axis(const struct api_plot *p, size_t width)
{
	char left[24], right[64];
	int n = snprintf(left, sizeof(left), "%" PRIu64, p->left);

	snprintf(right, sizeof(right), "%" PRIu64 " %s", p->right, p->x);
	fprintf(p->fp, "%11s +", "0");
	for (size_t c = 0; c < width; c++)
		putc('-', p->fp);
	fprintf(p->fp, "\n%12s %s %*s\n", "", left,
	    (int)width > n + 1 ? (int)width - n - 1 : 0, right);
	for (unsigned i = 0; i < p->ncurves && i < MAXCURVES; i++) {
		fprintf(p->fp, "%12s %c ", "", 'a' + i);
		p->name(p->ctx, i, p->fp);
		putc('\n', p->fp);
	}
}

void
api_plot(const struct api_plot *p)
{
	char grid[API_PLOT_ROWS][API_PLOT_COLUMNS];
	double mean[MAXCURVES][API_PLOT_COLUMNS], most = 0, top;
	size_t width = 0;

	for (unsigned i = 0; i < p->ncurves && i < MAXCURVES; i++) {
		width = columns_of(p, i, mean[i]);
		for (size_t c = 0; c < width; c++)
			if (mean[i][c] > most)
				most = mean[i][c];
	}
	top = round_up(most);
	for (unsigned r = 0; r < API_PLOT_ROWS; r++)
		for (size_t c = 0; c < API_PLOT_COLUMNS; c++)
			grid[r][c] = ' ';
	for (unsigned i = 0; i < p->ncurves && i < MAXCURVES; i++)
		for (size_t c = 0; c < width; c++)
			grid[row_of(mean[i][c], top)][c] = (char)('a' + i);
	print_grid(p, top, width, grid);
	print_axis(p, width);
}
