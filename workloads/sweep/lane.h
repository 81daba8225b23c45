/*
 * Lanes and engines of a sweep, for sweep*.c alone.
 *
 * A lane is one or several points that an engine measures together, in one run
 * over the trace:
 *
 *	configure --> [future] --> begin --> give, give... --> finish --> close
 *
 * Each may fail, with a sentence in the lane; only close comes then.
 */
#ifndef WL_SWEEP_LANE_H
#define WL_SWEEP_LANE_H

#include "workloads/policy/trace.h"
#include "workloads/refs/refs.h"
#include "workloads/refs/refs_future.h"
#include "sweep.h"

#define WL_LANE_POINTS	4

struct wl_lane {
	struct wl_sweep *sweep;
	const struct wl_engine *engine;
	size_t		point[WL_LANE_POINTS];
	size_t		n;		/* points */
	bool		begun, finished, failed;
	char		err[512];
	union {
		struct {
			const struct vm_policy *policy[WL_LANE_POINTS];
			struct vm_policy_args args[WL_LANE_POINTS];
			struct mem     *mem;
			struct wl_count *count;
			struct wl_count_feed *feed;
		} count;
		struct {
			struct wl_refs_config config;
			struct wl_refs_stats stats;
			struct wl_refs *refs;
		} machine;
	} u;
	void	       *handle[WL_LANE_POINTS];	/* of policies from outside */
};

struct wl_engine {
	const char     *name;		/* engine=NAME */
	const char     *summary;
	size_t		together;	/* points of a lane, at most */
	/* => false: lane->err says why.  configure: what the points ask for */
	bool	      (*configure)(struct wl_lane *);
	bool	      (*begin)(struct wl_lane *);
	bool	      (*give)(struct wl_lane *, uint32_t process,
			    const struct wl_ref *, size_t);
	bool	      (*finish)(struct wl_lane *);	/* fill the rows */
	void	      (*close)(struct wl_lane *);
};

extern const struct wl_engine wl_engine_count, wl_engine_machine;
extern const struct wl_engine *const wl_engines[];	/* NULL-ended; the first
							   is the default */
/* The engine of a point. => NULL: none of that name */
const struct wl_engine *wl_engine_of(const struct wl_grid *, size_t point);
/* A sentence for the lane. => false */
bool	wl_lane_fail(struct wl_lane *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Free what it has, begun or not; the points stay its. */
void	wl_lane_close(struct wl_lane *);
/* It is over, or has failed: rows get their states, finished() hears of it. */
void	wl_lane_settle(struct wl_lane *);

/*
 * One pass: all lanes, which are configured, over the whole trace; all are
 * closed then, and settled unless the pass ended early.
 * => as wl_sweep_run()
 */
int	wl_sweep_pass(struct wl_sweep *, struct wl_lane *, size_t n, char *err,
	    size_t errlen);

#endif /* WL_SWEEP_LANE_H */
