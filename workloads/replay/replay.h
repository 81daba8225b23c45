/*
 * Replaying logs of system calls: every memory call of a log is given to the
 * machine, and what the machine says is held against what the kernel said.
 *
 *	log --calllog--> records --replay--> sim_syscall --> machine
 *	                   |                                   |
 *	                   +------- result, address, map ------+--> divergence
 *
 * A call takes effect when its return is read, except that memory which
 * another thread is still unmapping is unmapped first when a call's result
 * shows that the kernel had done so.
 *
 * All of the log is read before the replay begins, for what its later lines say
 * of earlier ones; so the state behind N lines is the same whether the replay
 * stops there or was interrupted there.  A log that comes through a pipe and is
 * interrupted while it comes is replayed as far as it has come.
 *
 * A difference is a divergence: it is reported with its line, the recorded
 * outcome is forced as far as possible, and the replay goes on.  An error whose
 * reason is not in the log (a limit never shown, a device) is taken from the
 * log and counted as such.
 */
#ifndef WL_REPLAY_H
#define WL_REPLAY_H

#include "maps.h"
#include "workloads/calls/calllog.h"

enum wl_replay_report {
	WL_REPLAY_DIVERGENCE,		/* the machine differs from the log */
	WL_REPLAY_WARNING,		/* a line not understood, a guess */
};

struct wl_replay_config {
	struct sim_config machine;	/* personality: the log's system, or
					   NULL: what the log says */
	const struct wl_callformat *format; /* of the log, or NULL: found */
	const char     *trace;
	struct wl_input *input;		/* the trace, open, at its beginning;
					   taken over.  NULL: open it */
	bool		keep_input;	/* it stays the caller's */
	const char     *snaps;		/* NAME.snaps, or NULL */
	const char     *initial_maps;	/* NAME.init.maps, or NULL */
	uint64_t	until;		/* stop behind so many lines of the log;
					   0: never */
	bool		host_files;	/* exec without a snapshot: read the
					   program from this host */
	/* One sentence each; line 0: of no line.  NULL: nobody listens. */
	void	      (*report)(void *ctx, enum wl_replay_report,
			    uint64_t line, const char *text);
	/* The machine has been made; a process is about to end (or the log). */
	void	      (*start)(void *ctx, struct machine *);
	void	      (*map)(void *ctx, int pid, const struct wl_maps *);
	/* A process whose birth is not in the log has its image; one ends. */
	void	      (*begun)(void *ctx, struct process *);
	void	      (*ended)(void *ctx, struct process *, int status);
	void	       *ctx;
};

struct wl_replay_stats {
	uint64_t	lines;		/* of the log */
	uint64_t	calls;		/* given to the machine and checked */
	uint64_t	faults;		/* likewise */
	uint64_t	processes;
	uint64_t	threads;	/* beyond the first of each process */
	uint64_t	execs;
	uint64_t	divergences;
	uint64_t	warnings;
	uint64_t	from_log;	/* outcomes only the log can know */
	uint64_t	early;		/* unmapped before the logged return */
	uint64_t	unreturned;	/* calls that never came back */
	uint64_t	snaps_checked;	/* snapshots compared ... */
	uint64_t	snaps_equal;	/* ... and found equal */
	bool		starved;	/* the host had no memory for the last
					   line: the replay ends before it */
	bool		stopped;	/* the input's watch (watch.h) has ended
					   it behind these lines */
	bool		cut;		/* the log breaks off */
};

struct wl_replay;

/*
 * Replay the whole log.  The machine (of *out, when not NULL) stays, whatever
 * the result, and is the caller's to destroy; NULL: it was not made.
 * => 0; or an errno, with a sentence in err: the log, the snapshots or the map
 *    cannot be read, no memory.  Divergences are no error.
 */
int	wl_replay_run(const struct wl_replay_config *,
	    struct wl_replay_stats *, struct machine **out, char *err,
	    size_t errlen);

/*
 * The same in pieces.  config and stats must live until the end.
 * => 0 and *out, *machine; or as wl_replay_run(), *out is NULL then
 */
int	wl_replay_begin(const struct wl_replay_config *,
	    struct wl_replay_stats *, struct wl_replay **out,
	    struct machine **machine, char *err, size_t errlen);
/* The next record of the log, which ends with line *line.
 * => 1; 0: there are no more (this was the last, or none); -errno */
int	wl_replay_next(struct wl_replay *, uint64_t *line);
/* What still runs is told to map(); the machine is the caller's. */
void	wl_replay_end(struct wl_replay *);	/* NULL is allowed */

#endif /* WL_REPLAY_H */
