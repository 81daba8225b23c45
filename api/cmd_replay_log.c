/*
 * uvmsim replay of a log of system calls.
 *
 * A difference between the machine and the log is reported with the log's line,
 * and makes the exit status 1.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cmd_replay.h"
#include "workloads/refs/refs.h"
#include "workloads/replay/replay.h"

#define EVERY 100 /* operations: a log has some hundreds or thousands */

static const struct replay_figure figures[] = {
#define FIGURE(key, words, shown) \
	REPLAY_FIGURE(wl_replay_stats, key, key, words, shown)
	FIGURE(lines, "lines", REPLAY_ALWAYS),
	FIGURE(calls, "memory calls", REPLAY_ALWAYS),
	FIGURE(processes, "processes", REPLAY_ALWAYS),
	FIGURE(threads, "threads", REPLAY_NOT_ZERO),
	FIGURE(execs, "executions", REPLAY_ALWAYS),
	FIGURE(faults, "page faults", REPLAY_NOT_ZERO),
	REPLAY_FIGURE(wl_replay_stats, snapshots_checked, snaps_checked,
	    "snapshots compared", REPLAY_NOT_ZERO),
	REPLAY_FIGURE(wl_replay_stats, snapshots_equal, snaps_equal,
	    "of them equal", REPLAY_NOT_ZERO),
	FIGURE(from_log, "outcomes taken from the log", REPLAY_NOT_ZERO),
	FIGURE(early, "calls applied before their logged return",
	    REPLAY_NOT_ZERO),
	FIGURE(unreturned, "calls that never returned", REPLAY_NOT_ZERO),
	FIGURE(warnings, "warnings", REPLAY_NOT_ZERO),
	FIGURE(cut, "the log breaks off", REPLAY_FLAG),
	FIGURE(divergences, "divergences", REPLAY_ALWAYS),
#undef FIGURE
	{ .key = NULL },
};

static void
report(void *ctx, enum wl_replay_report what, uint64_t line, const char *text)
{
	char place[32];

	snprintf(place, sizeof(place), "%" PRIu64 ":", line);
	cmd_replay_report(ctx, place, what == WL_REPLAY_WARNING, text);
}

static int
run(struct replay *rp)
{
	struct wl_replay_config config = {
		.format = rp->log_as,
		.trace = rp->cmd.operand[0],
		.input = rp->input,
		.snaps = rp->snaps,
		.initial_maps = rp->initial,
		.host_files = !rp->no_host,
		.until = rp->slice.until,
		.report = report,
		.start = cmd_replay_start,
		.map = cmd_replay_wants_maps(rp) ? cmd_replay_map : NULL,
		.ctx = rp,
	};
	struct wl_replay_stats *stats = calloc(1, sizeof(*stats));
	char err[512];
	int error;

	if (stats == NULL)
		return cmd_fail(&rp->cmd, "no memory");
	rp->stats = stats;
	sim_config_default(&config.machine);
	config.machine.ram = 0;
	config.machine.personality = NULL; /* what the log says */
	cmd_config(&rp->cmd, &config.machine);
	wl_refs_ram(&config.machine);
	rp->input = NULL;
	error = wl_replay_run(&config, stats, &rp->m, err, sizeof(err));
	if (stats->starved && !cmd_replay_refused(rp, true, ""))
		return cmd_fail(&rp->cmd, "%s: no memory of the host is left",
		    config.trace);
	if (error != 0 && !cmd_replay_refused(rp, false, err))
		return cmd_fail(&rp->cmd, "%s", err);
	rp->end.done = stats->lines;
	rp->end.stopped = stats->stopped;
	rp->end.differs = stats->divergences > 0;
	return CMD_OK;
}

const struct replay_source replay_log = {
	.of = "logs of system calls",
	.unit = "lines",
	.every = EVERY,
	.figures = figures,
	.run = run,
};
