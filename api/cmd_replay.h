/*
 * What the two kinds of trace of `uvmsim replay' share.
 */
#ifndef API_CMD_REPLAY_H
#define API_CMD_REPLAY_H

#include "cmd.h"
#include "workloads/input.h"

/* A trace of references, and what was asked for. */
struct cmd_refs {
	bool		data_only;	/* --data-only */
	uint64_t	until;		/* --until; 0: not given */
	struct wl_input *input;		/* the trace, at its beginning */
	struct cmd_events *events;	/* open; closed here */
};

/*
 * Replay references and print the result: one line of text, or with --json one
 * object of the keys trace, lines, skipped, references, fetches, reads, writes,
 * modifies, touches, misses, distinct_pages_4k, cut, statistics.
 * => the exit status
 */
int	cmd_replay_refs(const struct cmd *, const struct cmd_refs *);

/* Memory that nobody has configured (0): 24G, or what the machine has room
 * for. */
void	cmd_replay_ram(struct sim_config *);

#endif /* API_CMD_REPLAY_H */
