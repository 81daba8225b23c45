/*
 * Curves in the characters of a terminal, at most 79 columns wide.
 *
 *	     8 |        aaaa
 *	       |   bb aa    aaab
 *	       |bbbaabbbbbbbbbbb
 *	     0 +----------------
 *	        0              16
 *	  a tau=4   b tau=2
 *
 * Points stand at equal distances; where there are more than columns, a column
 * shows the mean of those that fall into it.  Later curves are drawn over
 * earlier ones.
 */
#ifndef API_PLOT_H
#define API_PLOT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define API_PLOT_COLUMNS	64
#define API_PLOT_ROWS		16

struct api_plot {
	FILE	       *fp;
	size_t		n;		/* points of each curve; not 0 */
	unsigned	ncurves;	/* at most 26 */
	/* => value of a point */
	double	      (*value)(const void *ctx, unsigned curve, size_t point);
	/* the legend of a curve */
	void	      (*name)(const void *ctx, unsigned curve, FILE *);
	const void     *ctx;
	uint64_t	left, right;	/* numbers at the ends of the axis */
	const char     *x;		/* what they count */
};

void	api_plot(const struct api_plot *);

#endif /* API_PLOT_H */
