/*
 * uvmsim replay: a recorded trace through the machine.  This file has the
 * options and the course of a replay (cmd_replay.h).
 *
 * A replay that ends early, by --until, where the trace breaks off, or by a
 * signal, leaves everything that a whole one does, of the part that was
 * replayed.  After a signal the exit status is that of the signal.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_replay.h"
#include "workloads/calls/calllog.h"
#include "workloads/io/memstream.h"
#include "workloads/policy/load.h"
#include "workloads/refs/refs.h"
#include "workloads/replay/stream.h"

void
cmd_replay_start(void *ctx, struct machine *m)
{
	struct replay *rp = ctx;

	if (rp->samples.every == 0)
		rp->samples.every = rp->source->every;
	cmd_events_attach(&rp->events, m);
	cmd_samples_attach(&rp->samples, m);
}

bool
cmd_replay_refused(struct replay *rp, bool starved, const char *why)
{
	return (starved || strstr(why, "no memory") != NULL) && rp->m != NULL &&
	    cmd_watch_refused(&rp->watch);
}

/* ------------------------------------------------------------- options ---- */

static bool
parse_maps(struct replay *rp)
{
	uint64_t pid = 0;

	if (rp->maps == NULL || strcmp(rp->maps, "none") == 0)
		return true;
	if (strcmp(rp->maps, "all") == 0)
		return rp->all_maps = true;
	if (!cmd_number(rp->maps, 1, INT32_MAX, &pid))
		return false;
	rp->map_pid = (int)pid;
	return true;
}

static int
parse(struct replay *rp)
{
	const struct cmd *cmd = &rp->cmd;

	if (rp->from != NULL)
		rp->log_as = wl_callformat_byname(rp->from);
	if (rp->log_as == NULL) {
		int status = cmd_from(cmd, rp->from, &rp->as);

		if (status != CMD_OK)
			return status;
	}
	if (!parse_maps(rp))
		return cmd_usage_error(cmd,
		    "--maps %s: expected all, none or a pid", rp->maps);
	return cmd_slice(cmd, &rp->slice);
}

#define FOR_LOG 1u
#define FOR_REFS 2u
#define FOR_STREAM 4u

/* => CMD_OK; or an option that was given is not for this kind of trace */
static int
check_options(const struct replay *rp)
{
	const struct {
		const char *name;
		bool given;
		unsigned kinds; /* that take it */
	} options[] = {
		{ "--snaps", rp->snaps != NULL, FOR_LOG },
		{ "--initial-maps", rp->initial != NULL, FOR_LOG },
		{ "--no-host-files", rp->no_host, FOR_LOG },
		{ "--maps", rp->maps != NULL, FOR_LOG | FOR_STREAM },
		{ "--data-only", rp->data_only, FOR_REFS | FOR_STREAM },
		{ "--skip", rp->slice.skip_text != NULL,
		    FOR_REFS | FOR_STREAM },
		{ "--policy", rp->policy != NULL, FOR_REFS | FOR_STREAM },
		{ "--frames", rp->frames != NULL, FOR_REFS | FOR_STREAM },
		{ "--one-space", rp->one_space, FOR_REFS },
	};
	const unsigned kind = rp->source == &replay_log ? FOR_LOG :
	    rp->source == &replay_refs                  ? FOR_REFS :
							  FOR_STREAM;

	for (size_t i = 0; i < NELEM(options); i++)
		if (options[i].given && (options[i].kinds & kind) == 0)
			return cmd_usage_error(&rp->cmd,
			    "%s is for %s%s, which %s is not", options[i].name,
			    options[i].kinds & FOR_LOG ? replay_log.of :
							 replay_refs.of,
			    options[i].kinds == (FOR_LOG | FOR_STREAM) ?
				" and traces with operations" :
				"",
			    rp->cmd.operand[0]);
	return CMD_OK;
}

/* -------------------------------------------------------------- course ---- */

static const struct replay_source *
choose_source(struct replay *rp)
{
	if (rp->log_as != NULL || !wl_refs_detect(rp->input))
		return &replay_log;
	return wl_stream_detect(rp->input) ? &replay_stream : &replay_refs;
}

static int
open_files(struct replay *rp)
{
	char err[256];
	int status;

	if (cmd_replay_wants_maps(rp) && rp->cmd.json &&
	    (rp->json_maps = wl_memstream(&rp->json_text, &rp->json_len)) ==
		NULL)
		return cmd_fail(&rp->cmd, "no memory");
	if (cmd_events_open(&rp->events, &rp->cmd) != CMD_OK)
		return CMD_FAIL;
	if ((status = cmd_samples_open(&rp->samples, &rp->cmd)) != CMD_OK)
		return status;
	rp->input = wl_input_open(rp->cmd.operand[0], err, sizeof(err));
	if (rp->input == NULL)
		return cmd_fail(&rp->cmd, "%s: %s", rp->cmd.operand[0], err);
	rp->input->as = rp->as;
	rp->input->skip = rp->slice.skip;
	rp->input->until_data = rp->data_only;
	rp->input->one_space = rp->one_space;
	return CMD_OK;
}

/* ok: keep the files; or throw them away. => status, or CMD_FAIL */
static int
close_files(struct replay *rp, int status, bool ok)
{
	if (cmd_samples_close(&rp->samples, &rp->cmd, ok) != CMD_OK ||
	    cmd_events_close(&rp->events, &rp->cmd, ok) != CMD_OK ||
	    (ok && rp->m != NULL && cmd_save_core(&rp->cmd, rp->m) != CMD_OK))
		return status != CMD_OK ? status : CMD_FAIL;
	return status;
}

static int
run(struct replay *rp)
{
	int status = open_files(rp);
	bool ok, kept;

	if (status == CMD_OK) {
		cmd_watch_begin(&rp->watch, &rp->cmd, rp->input, "references");
		rp->source = choose_source(rp);
		rp->watch.progress.unit = rp->source->unit;
		status = check_options(rp);
	}
	if (status == CMD_OK)
		status = rp->source->run(rp);
	if (status == CMD_OK && rp->json_maps != NULL &&
	    fflush(rp->json_maps) != 0)
		status = cmd_fail(&rp->cmd, "no memory");
	ok = status == CMD_OK;
	cmd_progress_end(&rp->watch.progress);
	if (ok) {
		cmd_replay_summary(rp);
		status = rp->end.differs ? CMD_FAIL : CMD_OK;
		if (rp->map_pid != 0 && !rp->mapped)
			status = cmd_fail(&rp->cmd,
			    "%s: no process %d exits or is left at the end, "
			    "to print its map",
			    rp->cmd.operand[0], rp->map_pid);
	}
	kept = close_files(rp, status, ok) == status;
	if (!kept)
		status = CMD_FAIL;
	if (ok && kept)
		cmd_watch_tell(&rp->watch, rp->end.done, rp->source->unit,
		    rp->cmd.operand[0]);
	return status;
}

static void
finish(struct replay *rp)
{
	wl_input_close(rp->input);
	if (rp->m != NULL)
		sim_machine_destroy(rp->m);
	wl_policy_unload(rp->handle);
	if (rp->json_maps != NULL)
		fclose(rp->json_maps);
	free(rp->json_text);
	free(rp->stats);
}

int
cmd_replay(int argc, char **argv)
{
	struct replay rp = { .maps = NULL };
	const struct cmd_option options[] = {
		{ "snaps", 0, "FILE",
		    "the kernel's maps at execve, fork and "
		    "exit",
		    &rp.snaps },
		{ "initial-maps", 0, "FILE",
		    "/proc/PID/maps of the first "
		    "process after its execve",
		    &rp.initial },
		{ "maps", 0, "WHICH", "print maps at exit: all, none or a pid",
		    &rp.maps },
		{ "no-host-files", 0, NULL, "never read programs of this host",
		    &rp.no_host },
		{ "data-only", 0, NULL,
		    "leave the fetches of a reference trace out",
		    &rp.data_only },
		{ "one-space", 0, NULL,
		    "take all processes of a reference trace as one",
		    &rp.one_space },
		CMD_SLICE_OPTIONS(rp.slice),
		{ "policy", 'p', "NAME",
		    "replacement policy: NAME or ./FILE.so, then :PARAMETER=N",
		    &rp.policy },
		{ "frames", 0, "N", "frames that each process has under it",
		    &rp.frames },
		{ "from", 0, "FORMAT", CMD_FROM_HELP, &rp.from },
		CMD_SAMPLES_OPTIONS(&rp.samples),
		{ .name = NULL },
	};
	int status;

	rp.cmd = (struct cmd){
		.name = "replay",
		.operands = "TRACE",
		.about =
		    "Replays a trace through the machine.\nA log of system "
		    "calls has every result checked; exit status 1 when the "
		    "machine and\nthe log differ.  The references of a trace "
		    "touch their pages.  The trace may be\ncompressed (gzip, "
		    "xz, zstd); - is standard input.",
		.takes = CMD_TAKES_ALL,
		.options = options,
		.min_operands = 1,
		.max_operands = 1,
	};
	if (!cmd_parse(&rp.cmd, argc, argv))
		return rp.cmd.status;
	if ((status = parse(&rp)) == CMD_OK)
		status = run(&rp);
	finish(&rp);
	return cmd_watch_kill(&rp.watch, status);
}
