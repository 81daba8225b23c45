/*
 * uvmsim replay of a trace of operations and references.
 *
 * A difference between the machine and the program that was recorded is
 * reported, and makes the exit status 1.
 */
#include <stdlib.h>

#include "cmd_replay.h"
#include "workloads/replay/stream.h"

struct streaming {
	struct replay *rp;
	int status; /* of configure() */
};

static const struct replay_figure figures[] = {
#define FIGURE(key, words, shown) \
	REPLAY_FIGURE(wl_stream_stats, key, key, words, shown)
	FIGURE(operations, "operations", REPLAY_ALWAYS),
	FIGURE(processes, "processes", REPLAY_ALWAYS),
	FIGURE(references, "references", REPLAY_ALWAYS),
	FIGURE(fetches, "fetches", REPLAY_NOT_ZERO),
	FIGURE(reads, "reads", REPLAY_NOT_ZERO),
	FIGURE(writes, "writes", REPLAY_NOT_ZERO),
	FIGURE(modifies, NULL, REPLAY_JSON),
	FIGURE(touches, "touches", REPLAY_ALWAYS),
	FIGURE(misses, "misses", REPLAY_ALWAYS),
	FIGURE(failed, "operations failed", REPLAY_NOT_ZERO),
	FIGURE(unmapped, "touches of nothing mapped", REPLAY_ALWAYS),
	FIGURE(refused, "touches refused", REPLAY_NOT_ZERO),
	FIGURE(lost, "references of no living process", REPLAY_NOT_ZERO),
	FIGURE(blocks, NULL, REPLAY_JSON),
	FIGURE(cut, "the trace breaks off", REPLAY_FLAG),
#undef FIGURE
	{ .key = NULL },
};

static int
configure(void *ctx, const struct wl_lines *said, struct sim_config *config)
{
	struct streaming *s = ctx;

	s->status = cmd_replay_machine(s->rp, said, config);
	return s->status == CMD_OK ? 0 : EINVAL;
}

static void
start(void *ctx, struct machine *m)
{
	cmd_replay_start(((struct streaming *)ctx)->rp, m);
}

static void
report(void *ctx, const char *text)
{
	cmd_replay_report(((struct streaming *)ctx)->rp, "", false, text);
}

static void
map(void *ctx, int pid, const struct wl_maps *maps)
{
	cmd_replay_map(((struct streaming *)ctx)->rp, pid, maps);
}

static int
run(struct replay *rp)
{
	struct streaming s = { .rp = rp };
	const struct wl_stream_config config = {
		.trace = rp->cmd.operand[0],
		.input = rp->input,
		.data_only = rp->data_only,
		.until = rp->slice.until,
		.configure = configure,
		.start = start,
		.map = cmd_replay_wants_maps(rp) ? map : NULL,
		.report = report,
		.ctx = &s,
	};
	struct wl_stream_stats *stats = calloc(1, sizeof(*stats));
	char err[512];

	if (stats == NULL)
		return cmd_fail(&rp->cmd, "no memory");
	rp->stats = stats;
	if (wl_stream_run(&config, stats, &rp->m, err, sizeof(err)) != 0 &&
	    !cmd_replay_refused(rp, stats->starved, err))
		return s.status != CMD_OK ? s.status :
					    cmd_fail(&rp->cmd, "%s", err);
	rp->end = (struct replay_end){ .done = stats->references,
		.stopped = stats->stopped,
		.cut = stats->cut,
		.place = stats->blocks + 1,
		.why = stats->cut_why,
		.differs = stats->failed + stats->unmapped + stats->refused +
			stats->lost >
		    0 };
	return CMD_OK;
}

const struct replay_source replay_stream = {
	.of = "traces of operations and references",
	.unit = "references",
	.every = CMD_SAMPLES_EVERY,
	.figures = figures,
	.run = run,
};
