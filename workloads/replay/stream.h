/*
 * Replaying a trace that has operations beside its references: the maps and the
 * accesses of programs that ran, in their order, through one machine.
 *
 *	uvt --blocks--> O: lines --> processes, maps, files
 *	             '-> R: references --> sim_access_batch() of their process
 *
 * Such a trace has a block of operations behind its head; one that begins with
 * references has no map, and is replayed as refs/refs.h says.  Its first line
 * may describe the machine.  Processes are numbered from 0 in the order in
 * which their spawn and fork lines stand in the trace (or in the part of it
 * that begins with another head: the processes of the part before have ended
 * then); the number of a block of references is that of its process.
 *
 * A reference of SIZE bytes at ADDR touches each page from that of ADDR to that
 * of ADDR + SIZE - 1.  The program that was recorded had no fault, so where the
 * machine has one, the map differs from the program's: it is reported, counted,
 * and the replay goes on behind the page.  So it does after an operation that
 * fails.
 */
#ifndef WL_STREAM_H
#define WL_STREAM_H

#include "maps.h"
#include "workloads/script/lines.h"

struct wl_stream_config {
	const char     *trace;		/* name, for messages */
	struct wl_input *input;		/* at its beginning; the caller's */
	bool		data_only;	/* leave fetches out */
	uint64_t	until;		/* stop after so many references (those
					   left out do not count); 0: never */
	/* The machine to be made; the trace's own words about it are known by
	   now (wl_lines_config()). => 0, or what wl_stream_run() returns */
	int	      (*configure)(void *ctx, const struct wl_lines *,
			    struct sim_config *);
	/* The machine has been made, or NULL: nobody listens. */
	void	      (*start)(void *ctx, struct machine *);
	/* A process is about to end, or the trace; NULL: nobody listens. */
	void	      (*map)(void *ctx, int pid, const struct wl_maps *);
	/* A difference, one sentence that says where; NULL: nobody listens. */
	void	      (*report)(void *ctx, const char *text);
	void	       *ctx;
};

struct wl_stream_stats {
	uint64_t	blocks;		/* of the trace, as far as read */
	uint64_t	operations;	/* lines done, failed or not */
	uint64_t	failed;		/* of these, failed */
	uint64_t	processes;	/* spawned and forked */
	uint64_t	references;	/* replayed: sum of the next three */
	uint64_t	fetches, reads, writes;
	uint64_t	modifies;	/* of the writes */
	uint64_t	touches;	/* of pages of the machine */
	uint64_t	misses;		/* faults that they took */
	uint64_t	unmapped;	/* touches of what is not mapped */
	uint64_t	refused;	/* touches that the map forbids */
	uint64_t	lost;		/* references of no living process */
	bool		stopped;	/* the input's watch has ended it */
	bool		starved;	/* the host has no memory for the next
					   operation or reference: ENOMEM */
	bool		cut;		/* the trace breaks off */
	char		cut_why[128];	/* a sentence, or empty */
};

/* => the trace is one that wl_stream_run() replays; nothing is consumed */
bool	wl_stream_detect(struct wl_input *);
/*
 * Replay.  The machine (of *out) stays, whatever the result, and is the
 * caller's to destroy; NULL: it was not made.
 * => 0 and *stats; what configure() returned; or an errno, with a sentence in
 *    err that names the trace and the place: EINVAL: a bad block or line, or a
 *    configuration that makes no machine; ENOMEM
 */
int	wl_stream_run(const struct wl_stream_config *,
	    struct wl_stream_stats *, struct machine **out, char *err,
	    size_t errlen);

#endif /* WL_STREAM_H */
