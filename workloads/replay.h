/*
 * Replaying strace logs: every memory call of a log is given to the machine,
 * and what the machine says is held against what the kernel said.
 *
 *	log --strace--> records --replay--> sim_syscall --> machine
 *	                   |                                   |
 *	                   +------- result, address, map ------+--> divergence
 *
 * A call takes effect when its return is read, except that memory which
 * another thread is still unmapping is unmapped first when a call's result
 * shows that the kernel had done so.
 *
 * A difference is a divergence: it is reported with its line, the recorded
 * outcome is forced as far as possible, and the replay goes on.  An error whose
 * reason is not in the log (a limit never shown, a device) is taken from the
 * log and counted as such.
 */
#ifndef WL_REPLAY_H
#define WL_REPLAY_H

#include "maps.h"
#include "strace.h"

enum wl_replay_report {
	WL_REPLAY_DIVERGENCE,		/* the machine differs from the log */
	WL_REPLAY_WARNING,		/* a line not understood, a guess */
};

struct wl_replay_config {
	struct sim_config machine;
	const char     *trace;
	struct wl_input *input;		/* the trace, open, at its beginning;
					   taken over.  NULL: open it */
	const char     *snaps;		/* NAME.snaps, or NULL */
	const char     *initial_maps;	/* NAME.init.maps, or NULL */
	bool		host_files;	/* exec without a snapshot: read the
					   program from this host */
	/* One sentence each; line 0: of no line.  NULL: nobody listens. */
	void	      (*report)(void *ctx, enum wl_replay_report,
			    uint64_t line, const char *text);
	/* The machine has been made; a process is about to end (or the log). */
	void	      (*start)(void *ctx, struct machine *);
	void	      (*map)(void *ctx, int pid, const struct wl_maps *);
	void	       *ctx;
};

struct wl_replay_stats {
	uint64_t	lines;		/* of the log */
	uint64_t	calls;		/* given to the machine and checked */
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

#endif /* WL_REPLAY_H */
