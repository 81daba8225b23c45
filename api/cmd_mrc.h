/*
 * Parts of uvmsim mrc: what was asked for, the curve, its picture.
 *
 *	cmd_mrc.c	options, text, JSON
 *	cmd_mrc_curve.c	the touches of a trace --> a curve
 *	cmd_mrc_svg.c	a curve --> SVG
 */
#ifndef API_CMD_MRC_H
#define API_CMD_MRC_H

#include "cmd.h"
#include "watch.h"

#define MRC_MAXPOINTS	4096	/* of --points */

enum mrc_policy { MRC_LRU, MRC_OPT };

struct mrc_ask {
	const char     *trace;
	const struct wl_refformat *as;	/* --from, or NULL */
	struct cmd_slice slice;		/* --skip, --until */
	enum mrc_policy	policy;
	unsigned	page_shift;
	bool		data_only;
	bool		one_space;	/* all processes are one */
	const struct cmd *cmd;		/* who asks, and */
	struct cmd_watch *watch;	/* may be interrupted; NULL: not */
	bool		all;		/* every size */
	double		rate;		/* of a sample; 0: no such sample */
	uint32_t	sample_size;	/* pages of a sample; 0: no such */
	uint64_t	seed;		/* of a sample */
	uint64_t       *frames;		/* points, rising; NULL: by doubling */
	size_t		npoints;
};

struct mrc_point {
	uint64_t	frames;
	uint64_t	misses;
	uint64_t	low, high;	/* bounds; misses if it is no sample */
};

struct mrc_curve {
	struct mrc_point *point;	/* frames rise */
	size_t		npoints;
	bool		sampled;
	double		rate;		/* of the sample, at the end */
	uint64_t	sample_pages, sample_touches;
	uint64_t	references, touches;
	uint64_t	distinct;	/* pages; an estimate of a sample */
	uint64_t	distinct_low, distinct_high;
	uint64_t	distinct_4k;	/* 0 if it is a sample */
	bool		cut;		/* the trace breaks off */
};

/* => false: one sentence in err, and nothing to free */
bool	cmd_mrc_curve(const struct mrc_ask *, struct mrc_curve *, char *err,
	    size_t errlen);
void	cmd_mrc_svg(FILE *, const struct mrc_ask *, const struct mrc_curve *);

#endif /* API_CMD_MRC_H */
