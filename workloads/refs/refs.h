/*
 * Replaying traces of memory references: every reference of the trace touches
 * the pages that it covers, in rising order, in its process of a machine.
 *
 *	trace --decoder--> references --> touches --> sim_access_batch()
 *	                       |
 *	                       +--> distinct 4K pages
 *
 * A reference of SIZE bytes at ADDR touches each page from that of ADDR to that
 * of ADDR + SIZE - 1, the page being the machine's.  A load reads, a fetch
 * executes, a store writes; a modify is one reference, and writes.
 *
 * Processes of the trace are processes of the machine, made when they are first
 * met: the first one is "trace", another one "traceN", N being its number.
 *
 * There is no map in such a trace.  Each process has one private anonymous
 * mapping, rwx, over all of the user's addresses, so that every aligned range
 * lies inside one entry and pages of any size can be made; nothing is reserved
 * for it.  Systems that clip large entries at a fault (NetBSD, OpenBSD) do so
 * here as well.
 */
#ifndef WL_REFS_H
#define WL_REFS_H

#include "lackey.h"
#include "sim/sim.h"

struct wl_future;

struct wl_refs_config {
	struct sim_config machine;
	const char     *trace;		/* name, for messages */
	struct wl_input *input;		/* at its beginning; the caller's */
	bool		data_only;	/* leave fetches out */
	uint64_t	until;		/* stop after so many references (those
					   left out do not count); 0: never */
	const struct wl_future *future;	/* wl_refs_begin: of a policy that must
					   know it; else NULL */
	/* The machine has been made, or NULL: nobody listens. */
	void	      (*start)(void *ctx, struct machine *);
	void	       *ctx;
};

struct wl_refs_stats {
	uint64_t	lines;		/* of the trace (blocks, if it is
					   binary), as far as read */
	uint64_t	skipped;	/* of these, no reference */
	uint64_t	processes;
	uint64_t	references;	/* replayed: sum of the next three */
	uint64_t	fetches, reads, writes;
	uint64_t	modifies;	/* of the writes */
	uint64_t	touches;	/* of pages of the machine */
	uint64_t	misses;		/* faults that they took */
	uint64_t	evictions;	/* of a policy that sees every one */
	uint64_t	dirty_evictions; /* of these, written */
	uint64_t	distinct_pages;	/* of 4K each */
	bool		stopped;	/* the input's watch has ended it */
	bool		starved;	/* the host has no memory for the next
					   reference: ENOMEM */
	bool		cut;		/* the trace breaks off */
	char		cut_why[128];	/* a sentence, or empty */
};

/*
 * The machine of a trace of references, if nobody says otherwise: Linux, no
 * contents, memory of 24G (as far as the machine can have that), under a policy
 * as much swap.  default comes before keys are set, complete behind them.
 */
void	wl_refs_default(struct sim_config *);
/* => false: under a policy expected frames or ram */
bool	wl_refs_complete(struct sim_config *);
/* The memory alone: a ram of 0 becomes what there may be. */
void	wl_refs_ram(struct sim_config *);

/* => the trace is one that wl_refs_run() can replay; nothing is consumed */
bool	wl_refs_detect(struct wl_input *);
/*
 * Replay.  The machine (of *out) stays, whatever the result, and is the
 * caller's to destroy; NULL: it was not made.
 * => 0 and *stats; or an errno, with a sentence in err that names the trace and
 *    the place:
 *    EINVAL: a bad line, or a configuration that makes no machine; EFAULT: an
 *    address that is no user's; ENOMEM: no page is free, or no host memory
 */
int	wl_refs_run(const struct wl_refs_config *, struct wl_refs_stats *,
	    struct machine **out, char *err, size_t errlen);

/* What a process of such a trace has mapped. => as uvm_map */
int	wl_refs_map(struct process *);

/*
 * The same in pieces, for a caller who has the references: input and until are
 * not looked at.  config, stats and err must live until wl_refs_end().
 */
struct wl_refs;

/* The machine and its process. => as wl_refs_run(); wl_refs_end() is to come
   in any case */
int	wl_refs_begin(const struct wl_refs_config *, struct wl_refs_stats *,
	    struct wl_refs **, char *err, size_t errlen);
/* Those that come are of this process. => as wl_refs_give() */
int	wl_refs_process(struct wl_refs *, uint32_t number);
/* The next references. => as wl_refs_run(); after an error only the end */
int	wl_refs_give(struct wl_refs *, const struct wl_ref *, size_t n);
/* The statistics are complete (but for lines, skipped and cut). => the machine,
   the caller's to destroy; or NULL */
struct machine *wl_refs_end(struct wl_refs *);	/* NULL is allowed */

#endif /* WL_REFS_H */
