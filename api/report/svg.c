/*
 * SVG: shapes, words, axes, curves.  Numbers have one decimal, so that a figure
 * is the same bytes everywhere.
 */
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "figure.h"

#define PLOT_BOTTOM 420.0
#define TICKS 6

/* Okabe and Ito's, whose yellow is too light for white. */
const char *const svg_colour[8] = { "#0072b2", "#e69f00", "#009e73", "#cc79a7",
	"#56b4e9", "#d55e00", "#8a7400", "#7d5fb2" };

void
svg_text(const struct svg *s, double x, double y, const char *anchor,
    const char *text)
{
	fprintf(s->fp, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y,
	    anchor);
	report_put_escaped(s->fp, text);
	fputs("</text>\n", s->fp);
}

void
svg_textf(const struct svg *s, double x, double y, const char *anchor,
    const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	svg_text(s, x, y, anchor, text);
}

void
svg_rect(const struct svg *s, double x, double y, double w, double h,
    const char *fill)
{
	fprintf(s->fp,
	    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
	    "fill=\"%s\"/>\n",
	    x, y, w, h, fill);
}

void
svg_begin(struct svg *s, FILE *fp, double height, const char *title,
    const char *below)
{
	s->fp = fp;
	s->height = height;
	fprintf(fp,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	    "height=\"%.0f\" viewBox=\"0 0 %d %.0f\" role=\"img\" "
	    "font-family=\"sans-serif\" font-size=\"14\" fill=\"#1b1d21\">\n"
	    "<title>",
	    SVG_WIDTH, height, SVG_WIDTH, height);
	report_put_escaped(fp, title);
	fputs("</title>\n", fp);
	svg_rect(s, 0, 0, SVG_WIDTH, height, "#ffffff");
	fputs("<g font-size=\"17\" font-weight=\"bold\">\n", fp);
	svg_text(s, 24, 28, "start", title);
	fputs("</g>\n", fp);
	svg_text(s, 24, 47, "start", below);
}

void
svg_end(const struct svg *s)
{
	fputs("</svg>\n", s->fp);
}

void
svg_legend(const struct svg *s, double y, const char *const *colour,
    const char *const *word, unsigned n)
{
	double x = SVG_LEFT;

	for (unsigned i = 0; i < n; i++) {
		const double wide = 30 + 8.0 * (double)strlen(word[i]);

		if (x + wide > SVG_WIDTH)
			break;
		svg_rect(s, x, y - 11, 12, 12, colour[i]);
		svg_text(s, x + 17, y, "start", word[i]);
		x += wide;
	}
}

/* --------------------------------------------------------------- plots ---- */

struct frame {
	const struct svg *s;
	const struct svg_plot *p;
	double x0, x1, top;
};

static double
x_of(const struct frame *f, double x)
{
	const double at = f->p->log ? log2(x) - log2(f->x0) : x - f->x0;
	const double span = f->p->log ? log2(f->x1) - log2(f->x0) :
					f->x1 - f->x0;

	return SVG_LEFT + (SVG_RIGHT - SVG_LEFT) * (span > 0 ? at / span : .5);
}

static double
y_of(const struct frame *f, double y)
{
	return PLOT_BOTTOM - (PLOT_BOTTOM - SVG_TOP - 12) * y / f->top;
}

/* The step between ticks: 1, 2 or 5 times a power of ten. */
static double
step_of(double span)
{
	const double rough = span / TICKS;
	const double power = pow(10, floor(log10(rough > 0 ? rough : 1)));

	return rough <= power  ? power :
	    rough <= 2 * power ? 2 * power :
	    rough <= 5 * power ? 5 * power :
				 10 * power;
}

static void
line(const struct svg *s, double x1, double y1, double x2, double y2)
{
	fprintf(s->fp,
	    "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#e0e2e5\"/>\n", x1, y1,
	    x2, y2);
}

static void
tick_x(const struct frame *f, double x)
{
	line(f->s, x_of(f, x), SVG_TOP + 12, x_of(f, x), PLOT_BOTTOM);
	svg_textf(f->s, x_of(f, x), PLOT_BOTTOM + 20, "middle", "%.0f", x);
}

static void
ticks(const struct frame *f)
{
	const double ys = step_of(f->top), xs = step_of(f->x1 - f->x0);
	const int first = (int)ceil(f->x0 / xs);

	for (int i = 0; i * ys <= f->top * 1.0001; i++) {
		const double y = y_of(f, i * ys);

		line(f->s, SVG_LEFT, y, SVG_RIGHT, y);
		svg_textf(f->s, SVG_LEFT - 8, y + 5, "end", "%g", i * ys);
	}
	for (int i = 0; f->p->log && ldexp(f->x0, i) <= f->x1; i++)
		tick_x(f, ldexp(f->x0, i));
	for (int i = first; !f->p->log && i * xs <= f->x1; i++)
		tick_x(f, i * xs);
	svg_text(f->s, (SVG_LEFT + SVG_RIGHT) / 2.0, PLOT_BOTTOM + 42, "middle",
	    f->p->x_label);
	fprintf(f->s->fp, "<g transform=\"rotate(-90 20 %.1f)\">\n",
	    (SVG_TOP + PLOT_BOTTOM) / 2);
	svg_text(f->s, 20, (SVG_TOP + PLOT_BOTTOM) / 2, "middle",
	    f->p->y_label);
	fputs("</g>\n", f->s->fp);
}

static void
curve(const struct frame *f, const struct svg_curve *c)
{
	fprintf(f->s->fp,
	    "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s%s%s "
	    "points=\"",
	    c->colour, c->dash[0] != '\0' ? " stroke-dasharray=\"" : "",
	    c->dash, c->dash[0] != '\0' ? "\"" : "");
	for (size_t i = 0; i < f->p->n; i++)
		if (!isnan(c->y[i]))
			fprintf(f->s->fp, "%.1f,%.1f ", x_of(f, f->p->x[i]),
			    y_of(f, c->y[i]));
	fputs("\"/>\n", f->s->fp);
}

void
svg_plot(const struct svg *s, const struct svg_plot *p)
{
	struct frame f = { .s = s, .p = p, .top = p->top };
	const char *colour[8], *word[8];

	f.x0 = p->n > 0 ? p->x[0] : 0;
	f.x1 = p->n > 0 ? p->x[p->n - 1] : 1;
	if (f.x1 <= f.x0)
		f.x1 = f.x0 + 1;
	for (unsigned c = 0; c < p->ncurves && p->top == 0; c++)
		for (size_t i = 0; i < p->n; i++)
			if (p->curve[c].y[i] > f.top)
				f.top = p->curve[c].y[i];
	if (f.top == 0)
		f.top = 1;
	ticks(&f);
	assert(p->ncurves <= NELEM(colour));
	for (unsigned c = 0; c < p->ncurves; c++) {
		curve(&f, &p->curve[c]);
		colour[c] = p->curve[c].colour;
		word[c] = p->curve[c].name;
	}
	svg_legend(s, PLOT_BOTTOM + 70, colour, word, p->ncurves);
}
