/*
 * uvmsim replay: one engine, and a source for each kind of trace.
 *
 *	cmd_replay.c		options, what the trace is, the course of it
 *	cmd_replay_log.c	logs of system calls
 *	cmd_replay_refs.c	traces of references; the machine of these
 *	cmd_replay_stream.c	traces of operations and references
 *	cmd_replay_out.c	reports, maps, the summary as text and JSON
 *
 * The engine opens what there is to open, lets the source run, prints, and
 * keeps the files: of the whole trace, or of the part that was replayed when
 * --until, a trace that breaks off or a signal ended it.
 */
#ifndef API_CMD_REPLAY_H
#define API_CMD_REPLAY_H

#include <stddef.h>

#include "cmd.h"
#include "watch.h"
#include "workloads/io/input.h"
#include "workloads/replay/maps.h"

struct wl_callformat;
struct replay;

enum replay_shown {
	REPLAY_NOT_ZERO,	/* in the text when it is not 0 */
	REPLAY_ALWAYS,
	REPLAY_SEVERAL,		/* when it is 2 or more */
	REPLAY_JSON,		/* never */
	REPLAY_POLICY,		/* if there is a policy; nowhere without one */
	REPLAY_FLAG		/* a bool: words alone, JSON true or false */
};

/* A number of the summary. */
struct replay_figure {
	const char     *key, *words;	/* key NULL ends a table */
	size_t		offset;		/* in the source's statistics */
	enum replay_shown shown;
};
#define REPLAY_FIGURE(STATS, KEY, MEMBER, WORDS, SHOWN) \
	{ #KEY, WORDS, offsetof(struct STATS, MEMBER), SHOWN }

/* A kind of trace. */
struct replay_source {
	const char     *of;		/* "logs of system calls" */
	const char     *unit;		/* of --until: "lines" */
	uint64_t	every;		/* operations from sample to sample */
	const struct replay_figure *figures;
	/*
	 * Replay: fills rp->stats, rp->end, rp->m.  => CMD_OK; or what was said
	 * of why not, already printed
	 */
	int	      (*run)(struct replay *);
};

/* How a replay ended. */
struct replay_end {
	uint64_t	done;		/* units */
	bool		stopped;	/* by a signal */
	bool		cut;		/* the trace breaks off, and it has not
					   been said yet */
	uint64_t	place;		/* line or block of that */
	const char     *why;		/* words, or empty */
	bool		differs;	/* machine and trace: status 1 */
};

struct replay {
	struct cmd	cmd;
	const struct replay_source *source;
	/* options; texts as given, or NULL */
	const char     *maps, *snaps, *initial;
	const char     *from, *policy, *frames;
	bool		no_host, data_only, one_space;
	struct cmd_slice slice;		/* --skip, --until */
	const struct wl_callformat *log_as;	/* --from, one of them */
	const struct wl_refformat *as;
	bool		all_maps;	/* --maps all; or of this pid: */
	int		map_pid;
	bool		mapped;		/* a map was wanted and there */
	/* on the way */
	struct wl_input *input;		/* NULL: taken over by the source */
	struct cmd_events events;
	struct cmd_samples samples;
	struct cmd_watch watch;
	struct machine *m;
	void	       *handle;		/* of a policy from a file */
	void	       *stats;		/* what the figures are of */
	struct replay_end end;
	uint64_t	nreports;
	FILE	       *json_maps;	/* gathered for --json */
	char	       *json_text;
	size_t		json_len;
	unsigned	njson;
};

extern const struct replay_source replay_log, replay_refs, replay_stream;

/* It broke off with these words.  starved: for want of the host's memory.
   => memory is bounded, and it ended so; what is done by then counts */
bool	cmd_replay_refused(struct replay *, bool starved, const char *why);
/* The machine has been made: events and samples begin.  ctx: struct replay */
void	cmd_replay_start(void *ctx, struct machine *);
/*
 * The machine of a trace of references, into *config; said: what the trace
 * itself says of it, or NULL.  => CMD_OK, or what was said
 */
struct wl_lines;
int	cmd_replay_machine(struct replay *, const struct wl_lines *said,
	    struct sim_config *config);

/* ---- output ---- */

bool	cmd_replay_wants_maps(const struct replay *);
/* A process is about to end.  ctx: struct replay */
void	cmd_replay_map(void *ctx, int pid, const struct wl_maps *);
/* A line on stderr, "place: text"; of many only the first ones. */
void	cmd_replay_report(struct replay *, const char *place, bool warning,
	    const char *text);
/* The results, at the end; what was not said yet as well. */
void	cmd_replay_summary(struct replay *);

#endif /* API_CMD_REPLAY_H */
