/*
 * Single figures of a report as SVG, for slides: of one moment (map, pagetable,
 * frames) or of the whole run (heat, faults, rss, wset, mrc).
 *
 * A figure is 960 wide, in light colours on white, with a title; the colours
 * are told apart by those who do not see all of them.  Everything is text and
 * plain shapes: any program that draws can take it apart.
 */
#ifndef API_REPORT_FIGURE_H
#define API_REPORT_FIGURE_H

#include "report.h"

/* => false: there is no figure of that name */
bool	report_figure_known(const char *name);
/* All names, "map, pagetable, ... or mrc" */
const char *report_figure_names(void);
/* => false: no memory (r->nomem), the file fails, or there is nothing to draw
   (report_figure_why()) */
bool	report_figure(struct report *, const char *name, FILE *);
/* Why there is nothing to draw: one sentence. */
const char *report_figure_why(const struct report *, const char *name);

/* ---- parts, for api/report alone (svg.c) ---- */

#define SVG_WIDTH	960
#define SVG_LEFT	80
#define SVG_RIGHT	936
#define SVG_TOP		56

struct svg {
	FILE	       *fp;
	double		height;
};
struct svg_curve {
	const char     *name;
	const double   *y;		/* n of them */
	const char     *colour, *dash;	/* dash "" is none */
};
struct svg_plot {
	const char     *x_label, *y_label;
	const double   *x;		/* rising; from 1 on if log */
	size_t		n;
	const struct svg_curve *curve;
	unsigned	ncurves;	/* at most 8 */
	bool		log;		/* x by doubling */
	double		top;		/* of y; 0: what the curves need */
};

extern const char *const svg_colour[8];	/* of processes, of curves */
void	svg_begin(struct svg *, FILE *, double height, const char *title,
	    const char *below);
void	svg_end(const struct svg *);
void	svg_rect(const struct svg *, double x, double y, double w, double h,
	    const char *fill);
void	svg_text(const struct svg *, double x, double y, const char *anchor,
	    const char *text);
void	svg_textf(const struct svg *, double x, double y, const char *anchor,
	    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Squares and words in a row. */
void	svg_legend(const struct svg *, double y, const char *const *colour,
	    const char *const *word, unsigned n);
void	svg_plot(const struct svg *, const struct svg_plot *);

/* figure_state.c */
bool	report_figure_map(struct report *, FILE *);
bool	report_figure_pagetable(struct report *, FILE *);
bool	report_figure_frames(struct report *, FILE *);
/* figure_run.c */
bool	report_figure_heat(struct report *, FILE *);
bool	report_figure_faults(struct report *, FILE *);
bool	report_figure_rss(struct report *, FILE *);
bool	report_figure_wset(struct report *, FILE *);
bool	report_figure_mrc(struct report *, FILE *);

#endif /* API_REPORT_FIGURE_H */
