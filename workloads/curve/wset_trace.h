/*
 * Measures of a trace of references, window by window, in one pass:
 *
 *	trace --touches--> index --+--> working sets (wset.h)
 *	                           +--> LRU distances (reuse.h)
 *	                           `--> misses of a policy (policy/count.h)
 *	                                  at the end of each window: a row
 */
#ifndef WL_WSET_TRACE_H
#define WL_WSET_TRACE_H

#include "locality.h"
#include "workloads/policy/count.h"
#include "reuse.h"
#include "workloads/refs/touches.h"
#include "wset.h"

#define WL_WSET_MAXWINDOWS	((size_t)1 << 22)

/* A window: `every' touches, the last one perhaps fewer. */
struct wl_wset_row {
	uint64_t	time;		/* touches, to its end */
	uint64_t	touches;
	uint64_t	firsts;		/* first touches of pages */
	uint64_t	misses;		/* of the policy, or 0 */
};

struct wl_wset_trace {
	/* set by the caller */
	struct wl_touches *touches;	/* not open yet */
	const uint64_t *tau;
	unsigned	ntaus;		/* at most WL_WSET_MAXTAUS */
	uint64_t	every;		/* touches of a window; not 0 */
	bool		distances;	/* LRU distances as well */
	const struct vm_policy *policy;	/* without next(); NULL: none */
	struct vm_policy_args args;
	/* results */
	struct wl_wset	wset;
	struct wl_reuse	reuse;
	struct wl_wset_row *row;
	struct wl_footprint *foot;	/* by row */
	size_t		nrows;
	uint64_t       *size;		/* [row * ntaus + i]: |W| at its end */
	uint64_t       *faults;		/* likewise: faults in it, by tau */
	uint64_t	misses;		/* of the policy, in all */
	/* private */
	size_t		maxrows;
	struct mem     *mem;
	struct wl_count *count;
};

/*
 * All of the trace.  The results are there until wl_wset_trace_fini(), which is
 * allowed whatever happened.
 * => false: touches->error is a sentence
 */
bool	wl_wset_trace(struct wl_wset_trace *);
void	wl_wset_trace_fini(struct wl_wset_trace *);

#endif /* WL_WSET_TRACE_H */
