/*
 * uvmsim replay of a trace of references.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cmd_replay.h"
#include "workloads/policy/load.h"
#include "workloads/refs/refs.h"
#include "workloads/script/lines.h"

static const struct replay_figure figures[] = {
#define FIGURE(key, member, words, shown) \
	REPLAY_FIGURE(wl_refs_stats, key, member, words, shown)
	FIGURE(lines, lines, NULL, REPLAY_JSON),
	FIGURE(skipped, skipped, NULL, REPLAY_JSON),
	FIGURE(processes, processes, "processes", REPLAY_SEVERAL),
	FIGURE(references, references, "references", REPLAY_ALWAYS),
	FIGURE(fetches, fetches, "fetches", REPLAY_NOT_ZERO),
	FIGURE(reads, reads, "reads", REPLAY_NOT_ZERO),
	FIGURE(writes, writes, "writes", REPLAY_NOT_ZERO),
	FIGURE(modifies, modifies, NULL, REPLAY_JSON),
	FIGURE(touches, touches, "touches", REPLAY_ALWAYS),
	FIGURE(misses, misses, "misses", REPLAY_ALWAYS),
	FIGURE(distinct_pages_4k, distinct_pages, "distinct 4K pages",
	    REPLAY_ALWAYS),
	FIGURE(evictions, evictions, "evictions", REPLAY_POLICY),
	FIGURE(dirty_evictions, dirty_evictions, "of them dirty",
	    REPLAY_POLICY),
	FIGURE(cut, cut, "the trace breaks off", REPLAY_FLAG),
#undef FIGURE
	{ .key = NULL },
};

/* => CMD_OK and config->policy */
static int
set_policy(struct replay *rp, struct sim_config *config)
{
	uint64_t n = config->frames;
	char err[512];

	if (rp->policy != NULL) {
		if (!wl_policy_find(rp->policy, &config->policy,
			&config->policy_args, &rp->handle, err, sizeof(err)))
			return cmd_usage_error(&rp->cmd, "--policy: %s", err);
		snprintf(config->policy_value, sizeof(config->policy_value),
		    "%s", rp->policy);
	}
	if (!cmd_number(rp->frames, 1, VM_POLICY_MAXFRAMES, &n))
		return cmd_usage_error(&rp->cmd,
		    "--frames takes a number from 1 to %" PRIu32 ", not '%s'",
		    VM_POLICY_MAXFRAMES, rp->frames);
	config->frames = (uint32_t)n;
	return CMD_OK;
}

int
cmd_replay_machine(struct replay *rp, const struct wl_lines *said,
    struct sim_config *config)
{
	int status;

	wl_refs_default(config);
	config->foresight = said == NULL;
	if (said != NULL)
		wl_lines_config(said, config);
	cmd_config(&rp->cmd, config);
	if ((status = set_policy(rp, config)) != CMD_OK)
		return status;
	if (!wl_refs_complete(config))
		return cmd_usage_error(&rp->cmd,
		    "--policy: expected --frames N, or --machine ram=SIZE "
		    "for all of memory");
	return CMD_OK;
}

static int
run(struct replay *rp)
{
	struct wl_refs_config config = {
		.trace = rp->cmd.operand[0],
		.input = rp->input,
		.data_only = rp->data_only,
		.until = rp->slice.until,
		.start = cmd_replay_start,
		.ctx = rp,
	};
	struct wl_refs_stats *stats = calloc(1, sizeof(*stats));
	char err[512];
	int status;

	if (stats == NULL)
		return cmd_fail(&rp->cmd, "no memory");
	rp->stats = stats;
	status = cmd_replay_machine(rp, NULL, &config.machine);
	if (status != CMD_OK)
		return status;
	if (wl_refs_run(&config, stats, &rp->m, err, sizeof(err)) != 0 &&
	    !cmd_replay_refused(rp, stats->starved, err))
		return cmd_fail(&rp->cmd, "%s", err);
	rp->end = (struct replay_end){ .done = stats->references,
		.stopped = stats->stopped,
		.cut = stats->cut,
		.place = stats->lines + 1,
		.why = stats->cut_why };
	return CMD_OK;
}

const struct replay_source replay_refs = {
	.of = "traces of references",
	.unit = "references",
	.every = CMD_SAMPLES_EVERY,
	.figures = figures,
	.run = run,
};
