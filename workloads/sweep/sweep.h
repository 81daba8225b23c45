/*
 * Sweeps: one trace of references under many configurations, side by side.
 *
 *	trace --> decoder --> ring --+--> lane: a machine      point 0
 *	         (a thread)          +--> lane: a machine      point 1
 *	                             +--> lane: policies       points 2, 3, 4, 5
 *	                                  (any thread of several)
 *
 * Each point of a grid (grid.h) is measured by an engine: "machine" is a
 * machine of its own, as replay makes it; "count" is the counting engine, which
 * takes several points together.  Points that run at the same time share one
 * pass over the trace.  A point's result depends on the trace and the point
 * alone, not on threads or on its neighbours.
 *
 * S1  a row is written once, when its point is done or has failed
 * S2  a point that fails takes no other with it: if it had company in a lane,
 *     each of these points is measured again, alone
 */
#ifndef WL_SWEEP_H
#define WL_SWEEP_H

#include "workloads/io/input.h"
#include "grid.h"

/* What each engine counts: member, name of the column. */
#define WL_SWEEP_FIGURES(X)						\
	X(REFERENCES,	"references")					\
	X(TOUCHES,	"touches")	/* of pages */			\
	X(MISSES,	"misses")	/* machine: faults */		\
	X(EVICTIONS,	"evictions")	/* of a policy that sees each */ \
	X(DIRTY,	"dirty_evictions")				\
	X(PAGES,	"pages_4k")	/* distinct pages of 4K */

enum wl_sweep_figure {
#define X(id, name) WL_SWEEP_##id,
	WL_SWEEP_FIGURES(X)
#undef X
	WL_SWEEP_NFIGURES
};

#define WL_SWEEP_MAXSTATS	32	/* statistics of machines, besides */
#define WL_SWEEP_NONE		UINT64_MAX /* the engine does not count it */
#define WL_SWEEP_MAXJOBS	1024

enum wl_sweep_state { WL_SWEEP_OPEN, WL_SWEEP_DONE, WL_SWEEP_FAILED,
    WL_SWEEP_ELSEWHERE };	/* not ours to do, for now */

struct wl_sweep_row {
	uint8_t		state;		/* enum wl_sweep_state */
	bool		alone;		/* in a lane of its own, please */
	uint64_t       *value;		/* figures, then statistics */
	char	       *why;		/* FAILED: one sentence */
};

struct wl_sweep {
	/* set by the caller */
	const struct wl_grid *grid;
	struct wl_input *input;		/* of the trace */
	bool		data_only;	/* leave fetches out */
	uint64_t	until;		/* references to take; 0: all */
	unsigned	jobs;		/* threads, 1 .. WL_SWEEP_MAXJOBS */
	unsigned	live;		/* lanes at a time; 0: 16 for a job
					   (1 where pointers have 32 bits) */
	const char     *stat[WL_SWEEP_MAXSTATS]; /* names, as sim_stat_byname */
	size_t		nstats;
	/* Asked between batches, by the decoder. => true: stop here.  NULL: it
	   is not asked */
	bool	      (*stop)(void *ctx);
	/* A point is done or has failed; called by one thread at a time. */
	void	      (*finished)(void *ctx, size_t point);
	void	       *ctx;
	/* the results */
	struct wl_sweep_row *row;	/* npoints of them, wl_sweep_rows() */
	size_t		npoints;
	bool		stopped;
	bool		cut;		/* the trace breaks off */
	uint64_t	line;		/* behind this one, then */
	char		cut_why[128];	/* a sentence, or empty */
};

extern const char *const wl_sweep_figures[WL_SWEEP_NFIGURES];

/* => false: no memory; wl_sweep_free() is allowed */
bool	wl_sweep_rows(struct wl_sweep *);
void	wl_sweep_free(struct wl_sweep *);
/*
 * Measure all points whose state is OPEN.
 * => 0: each of these is done or has failed, or stopped is set; EINVAL: no
 *    trace of references or a bad place in it, ENOMEM, EIO: a sentence in err,
 *    points not yet done stay OPEN
 */
int	wl_sweep_run(struct wl_sweep *, char *err, size_t errlen);
/* The row gets a sentence and is FAILED (no memory for it: none, then). */
void	wl_sweep_fail(struct wl_sweep *, size_t point, const char *why);

/* ------------------------------------------------------- saved results ---- */

#define WL_SWEEP_MAXLINE	4096

/*
 * A row as a line without newline: "done CONFIG : figures and statistics" or
 * "failed CONFIG : why", behind the CRC-32 of that.
 * => false: longer than len - 1
 */
bool	wl_sweep_line(const struct wl_sweep *, size_t point, char *buf,
	    size_t len);
/*
 * The opposite. => the row of the point with that CONFIG, now as the line says
 * (its point in *point); false: damaged, or of no point of the grid
 */
struct wl_sweep_index;
struct wl_sweep_index *wl_sweep_index(const struct wl_sweep *);	/* NULL: no
					   memory */
void	wl_sweep_index_free(struct wl_sweep_index *);
bool	wl_sweep_take(struct wl_sweep *, const struct wl_sweep_index *,
	    const char *line, size_t *point);
/*
 * A file of results: a line that says of which trace and which statistics, then
 * lines of points that are done, each appended by one write.  What is damaged
 * (the last line, of a sweep that was killed) is passed over.
 */
struct wl_sweep_file {
	const char     *path;
	int		fd;		/* -1: not open */
	size_t		taken;		/* rows that it had */
	size_t		damaged;	/* lines that it had */
};
/*
 * Open or make it; rows of points that it has are done then.
 * => 0; EINVAL: not a file of results, or of another sweep; or an errno: a
 *    sentence in err
 */
int	wl_sweep_file_open(struct wl_sweep_file *, const char *path,
	    struct wl_sweep *, const struct wl_sweep_index *, char *err,
	    size_t errlen);
/* Append a row that is DONE. => 0 or an errno */
int	wl_sweep_file_put(struct wl_sweep_file *, const struct wl_sweep *,
	    size_t point);
void	wl_sweep_file_close(struct wl_sweep_file *);

#endif /* WL_SWEEP_H */
