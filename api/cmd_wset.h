/*
 * Parts of uvmsim wset: what was asked for, and the ways to print it.
 *
 *	cmd_wset.c	options
 *	cmd_wset_text.c	tables and bars, and the plot
 *	cmd_wset_data.c	JSON and CSV
 */
#ifndef API_CMD_WSET_H
#define API_CMD_WSET_H

#include "cmd.h"
#include "workloads/curve/wset_trace.h"

struct wset {
	struct cmd	cmd;
	/* what to print beside the summary */
	bool		series, curve, all, reuse, phases, plot, csv;
	const char     *policy;		/* as given, or NULL */
	struct wl_pff_bounds pff;
	struct wl_wset_trace t;
	unsigned	page_shift;
};

/* ---- numbers that both text and data have ---- */
double	cmd_wset_ratio(uint64_t n, uint64_t of);	/* 0 of 0 */
/* The next tau of the curve: after 0 the first. => 0: there is no other */
uint64_t cmd_wset_next_tau(const struct wset *, uint64_t tau);
/* Misses of a window that no first touch made */
uint64_t cmd_wset_avoidable(const struct wl_wset_row *);
bool	cmd_wset_thrashes(const struct wset *, size_t row);

struct wset_judged {			/* windows */
	uint64_t	below, within, above, thrashing;
	size_t		first;		/* that thrashes, if any does */
};
struct wset_judged cmd_wset_judge(const struct wset *);

/* A histogram by doublings: bar 0 is 1, bar k is 2^(k-1) + 1 .. 2^k. */
#define WSET_BARS	64
struct wset_bars {
	uint64_t	bar[WSET_BARS];
	unsigned	n;		/* behind the last that is not 0 */
	uint64_t	firsts;
};
void	cmd_wset_distances(const struct wset *, struct wset_bars *);
void	cmd_wset_intervals(const struct wset *, struct wset_bars *);

void	cmd_wset_text(const struct wset *);
void	cmd_wset_json(const struct wset *);
void	cmd_wset_csv(const struct wset *);

#endif /* API_CMD_WSET_H */
