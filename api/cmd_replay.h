/*
 * What the two kinds of trace of `uvmsim replay' share.
 */
#ifndef API_CMD_REPLAY_H
#define API_CMD_REPLAY_H

#include "cmd.h"
#include "workloads/input.h"
#include "workloads/maps.h"

/* A trace of references, and what was asked for. */
struct cmd_refs {
	bool		data_only;	/* --data-only */
	const char     *policy;		/* --policy; NULL: not given */
	const char     *frames;		/* --frames, likewise */
	uint64_t	until;		/* --until; 0: not given */
	struct wl_input *input;		/* the trace, at its beginning */
	struct cmd_events *events;	/* open; closed here */
	struct cmd_samples *samples;	/* likewise */
	/* --maps: a process is about to end; NULL: not given */
	void	      (*map)(void *ctx, int pid, const struct wl_maps *);
	/* --maps and --json: what map() was told, as elements of an array */
	const char   *(*maps_text)(void *ctx);
	void	       *map_ctx;
};

/*
 * Replay references and print the result: one line of text, or with --json one
 * object of the keys trace, lines, skipped, references, fetches, reads, writes,
 * modifies, touches, misses, distinct_pages_4k, cut, statistics; under a policy
 * that sees every reference also policy, frames, evictions, dirty_evictions.
 * => the exit status
 */
int	cmd_replay_refs(const struct cmd *, struct cmd_refs *);

/*
 * Replay operations and references, likewise; keys trace, operations,
 * processes, references, fetches, reads, writes, modifies, touches, misses,
 * failed, unmapped, refused, lost, blocks, cut, maps, statistics; under a
 * policy also policy, frames.
 * => the exit status; CMD_FAIL also when the machine and the trace differ
 */
int	cmd_replay_stream(const struct cmd *, struct cmd_refs *);

/*
 * The machine of a trace of references; said: what the trace itself says of it,
 * or NULL.  => CMD_OK and *config; *handle is for wl_policy_unload()
 */
struct wl_lines;
int	cmd_replay_machine(const struct cmd *, const struct cmd_refs *,
	    const struct wl_lines *said, struct sim_config *, void **handle);

#endif /* API_CMD_REPLAY_H */
