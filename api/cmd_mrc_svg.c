/*
 * A miss-ratio curve as SVG: frames on a logarithmic axis, the ratio from 0 to
 * 1, a band between the bounds of a sample.
 *
 *	1 +----
 *	  |    \____
 *	0 +--+--+--+--  frames: 1 2 4 8
 *
 * A number of frames that was not asked for lies on a straight line between its
 * neighbours.  Points that would be drawn less than a tenth of a unit from the
 * one before are left out, so that a curve of every size stays small.
 */
#include <inttypes.h>
#include <math.h>

#include "cmd_mrc.h"

#define WIDTH 640
#define HEIGHT 400
#define LEFT 60.0
#define RIGHT 620.0
#define TOP 40.0
#define BOTTOM 340.0
#define MAXTICKS 12

struct picture {
	FILE *fp;
	const struct mrc_curve *c;
	double scale; /* units a doubling */
};

static double
x_of(const struct picture *p, uint64_t frames)
{
	return LEFT + log2((double)frames) * p->scale;
}

static double
y_of(const struct picture *p, uint64_t misses)
{
	return BOTTOM - (BOTTOM - TOP) * (double)misses / (double)p->c->touches;
}

/* Characters that markup would take for its own. */
static void
put_text(FILE *fp, const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '<': fputs("&lt;", fp); break;
		case '>': fputs("&gt;", fp); break;
		case '&': fputs("&amp;", fp); break;
		default: fputc((unsigned char)*s < ' ' ? ' ' : *s, fp);
		}
}

static void
line(FILE *fp, double x1, double y1, double x2, double y2)
{
	fprintf(fp,
	    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
	    "stroke=\"#ccc\"/>\n",
	    x1, y1, x2, y2);
}

static void
axis_x(const struct picture *p, unsigned doublings)
{
	const unsigned step = doublings / MAXTICKS + 1;

	for (unsigned i = 0; i <= doublings; i += step) {
		const double x = LEFT + i * p->scale;

		line(p->fp, x, TOP, x, BOTTOM);
		fprintf(p->fp,
		    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">"
		    "%" PRIu64 "</text>\n",
		    x, BOTTOM + 16, (uint64_t)1 << i);
	}
	fprintf(p->fp,
	    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">frames</text>"
	    "\n",
	    (LEFT + RIGHT) / 2, BOTTOM + 40);
}

static void
axis_y(const struct picture *p)
{
	for (int i = 0; i <= 5; i++) {
		const double y = BOTTOM - (BOTTOM - TOP) * i / 5;

		line(p->fp, LEFT, y, RIGHT, y);
		fprintf(p->fp,
		    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.1f"
		    "</text>\n",
		    LEFT - 6, y + 4, i / 5.0);
	}
	fprintf(p->fp,
	    "<text x=\"16\" y=\"%.1f\" text-anchor=\"middle\" "
	    "transform=\"rotate(-90 16 %.1f)\">miss ratio</text>\n",
	    (TOP + BOTTOM) / 2, (TOP + BOTTOM) / 2);
}

static void
put_point(const struct picture *p, uint64_t frames, uint64_t misses)
{
	fprintf(p->fp, "%.1f,%.1f ", x_of(p, frames), y_of(p, misses));
}

static void
curve(const struct picture *p)
{
	const struct mrc_point *q = p->c->point;
	double last = -1;

	fprintf(p->fp,
	    "<polyline fill=\"none\" stroke=\"#036\" "
	    "stroke-width=\"1.5\" points=\"");
	for (size_t i = 0; i < p->c->npoints; i++) {
		const double x = x_of(p, q[i].frames);

		if (x - last < 0.1 && i + 1 < p->c->npoints)
			continue;
		put_point(p, q[i].frames, q[i].misses);
		last = x;
	}
	fprintf(p->fp, "\"/>\n");
}

static void
band(const struct picture *p)
{
	const struct mrc_point *q = p->c->point;

	fprintf(p->fp, "<polygon fill=\"#036\" fill-opacity=\"0.2\" points=\"");
	for (size_t i = 0; i < p->c->npoints; i++)
		put_point(p, q[i].frames, q[i].high);
	for (size_t i = p->c->npoints; i-- > 0;)
		put_point(p, q[i].frames, q[i].low);
	fprintf(p->fp, "\"/>\n");
}

static void
title(const struct picture *p, const struct mrc_ask *ask)
{
	fprintf(p->fp, "<text x=\"%.1f\" y=\"20\">", LEFT);
	put_text(p->fp, ask->trace);
	fprintf(p->fp, ": %s, pages of %uK%s</text>\n",
	    ask->policy == MRC_LRU ? "LRU" : "OPT",
	    1u << (ask->page_shift - 10),
	    p->c->sampled ? ", estimate and bounds" : "");
}

void
cmd_mrc_svg(FILE *fp, const struct mrc_ask *ask, const struct mrc_curve *c)
{
	struct picture p = { .fp = fp, .c = c };
	unsigned doublings = 1;

	while (c->npoints > 0 &&
	    (uint64_t)1 << doublings < c->point[c->npoints - 1].frames)
		doublings++;
	p.scale = (RIGHT - LEFT) / doublings;
	fprintf(fp,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	    "height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n"
	    "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
	    WIDTH, HEIGHT);
	title(&p, ask);
	axis_x(&p, doublings);
	axis_y(&p);
	if (c->sampled)
		band(&p);
	curve(&p);
	fprintf(fp, "</svg>\n");
}
