/*
 * uvmsim replay: a recorded trace through the machine.  This file has the
 * options, and the logs of system calls; cmd_replay_refs.c has the traces of
 * references.
 *
 * Reports go to stderr as they happen, one line each, with the log's line.
 * With --maps the maps are the result on stdout and the summary goes to stderr;
 * otherwise the summary is the result.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_replay.h"
#include "workloads/refs.h"
#include "workloads/replay.h"
#include "workloads/stream.h"

#define MAXREPORTS 200 /* lines on stderr; the rest is counted */

struct replay {
	struct cmd cmd;
	const char *maps; /* --maps all|none|PID */
	const char *snaps, *initial;
	bool no_host;
	const char *until; /* --until N */
	const char *from;  /* --from FORMAT */
	const struct wl_refformat *as;
	struct cmd_refs refs;
	int pid; /* --maps PID */
	bool all;
	uint64_t nreports;
	struct cmd_events events;
	struct cmd_samples samples;
	FILE *json_maps; /* gathered for --json */
	char *json_text;
	size_t json_len;
	unsigned njson;
};

static void
report(void *ctx, enum wl_replay_report what, uint64_t line, const char *text)
{
	struct replay *rp = ctx;

	if (rp->cmd.quiet && what == WL_REPLAY_WARNING)
		return;
	if (rp->nreports++ >= MAXREPORTS)
		return;
	fprintf(stderr, "uvmsim replay: %s:%" PRIu64 ": %s%s\n",
	    rp->cmd.operand[0], line,
	    what == WL_REPLAY_WARNING ? "warning: " : "", text);
}

static void
start(void *ctx, struct machine *m)
{
	struct replay *rp = ctx;

	cmd_events_attach(&rp->events, m);
	cmd_samples_attach(&rp->samples, m);
}

static void
area_text(const struct wl_area *a, char *buf, size_t len)
{
	FILE *fp = fmemopen(buf, len, "w");

	if (fp == NULL) {
		buf[0] = '\0';
		return;
	}
	wl_area_print(fp, a);
	fclose(fp);
	buf[len - 1] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

static void
map_json(struct replay *rp, int pid, const struct wl_maps *maps)
{
	char buf[5000];

	fprintf(rp->json_maps, "%s{\"pid\":%d,\"areas\":[",
	    rp->njson++ > 0 ? "," : "", pid);
	for (size_t i = 0; i < maps->n; i++) {
		area_text(&maps->area[i], buf, sizeof(buf));
		if (i > 0)
			fputc(',', rp->json_maps);
		cmd_json_string(rp->json_maps, buf);
	}
	fputs("]}", rp->json_maps);
}

static void
map(void *ctx, int pid, const struct wl_maps *maps)
{
	struct replay *rp = ctx;

	if (!rp->all && pid != rp->pid)
		return;
	if (rp->cmd.json) {
		map_json(rp, pid, maps);
		return;
	}
	printf("#pid=%d\n", pid);
	for (size_t i = 0; i < maps->n; i++)
		wl_area_print(stdout, &maps->area[i]);
}

/* ------------------------------------------------------------ summary ---- */

struct figure {
	const char *key, *words;
	uint64_t value;
	bool always; /* in the text even when it is 0 */
};

#define NFIGURES 13

static void
figures(const struct wl_replay_stats *s, struct figure f[NFIGURES])
{
	const struct figure all[NFIGURES] = {
		{ "lines", "lines", s->lines, true },
		{ "calls", "memory calls", s->calls, true },
		{ "processes", "processes", s->processes, true },
		{ "threads", "threads", s->threads, false },
		{ "execs", "executions", s->execs, true },
		{ "snapshots_checked", "snapshots compared", s->snaps_checked,
		    false },
		{ "snapshots_equal", "of them equal", s->snaps_equal, false },
		{ "from_log", "outcomes taken from the log", s->from_log,
		    false },
		{ "early", "calls applied before their logged return", s->early,
		    false },
		{ "unreturned", "calls that never returned", s->unreturned,
		    false },
		{ "warnings", "warnings", s->warnings, false },
		{ "cut", "the log breaks off", s->cut, false },
		{ "divergences", "divergences", s->divergences, true },
	};

	memcpy(f, all, sizeof(all));
}

static void
summary_json(struct replay *rp, const struct figure f[NFIGURES])
{
	printf("{\"trace\":");
	cmd_json_string(stdout, rp->cmd.operand[0]);
	for (int i = 0; i < NFIGURES; i++)
		if (strcmp(f[i].key, "cut") == 0)
			printf(",\"cut\":%s", f[i].value ? "true" : "false");
		else
			printf(",\"%s\":%" PRIu64, f[i].key, f[i].value);
	if (rp->json_maps != NULL) {
		fflush(rp->json_maps);
		printf(",\"maps\":[%.*s]", (int)rp->json_len, rp->json_text);
	}
	printf("}\n");
}

static void
summary_text(FILE *fp, const char *trace, const struct figure f[NFIGURES])
{
	const char *comma = "";

	fprintf(fp, "%s: ", trace);
	for (int i = 0; i < NFIGURES; i++) {
		if (!f[i].always && f[i].value == 0)
			continue;
		if (strcmp(f[i].key, "cut") == 0)
			fprintf(fp, "%s%s", comma, f[i].words);
		else
			fprintf(fp, "%s%" PRIu64 " %s", comma, f[i].value,
			    f[i].words);
		comma = ", ";
	}
	fputc('\n', fp);
}

static void
summary(struct replay *rp, const struct wl_replay_stats *stats)
{
	struct figure f[NFIGURES];

	figures(stats, f);
	if (rp->nreports > MAXREPORTS)
		fprintf(stderr, "uvmsim replay: %s: %" PRIu64 " more reports\n",
		    rp->cmd.operand[0], rp->nreports - MAXREPORTS);
	if (rp->cmd.json)
		summary_json(rp, f);
	else if (!rp->cmd.quiet)
		summary_text(rp->all || rp->pid != 0 ? stderr : stdout,
		    rp->cmd.operand[0], f);
}

/* ----------------------------------------------------------------- run ---- */

static bool
parse_maps(struct replay *rp)
{
	char *end;
	long pid;

	if (rp->maps == NULL || strcmp(rp->maps, "none") == 0)
		return true;
	if (strcmp(rp->maps, "all") == 0)
		return rp->all = true;
	pid = strtol(rp->maps, &end, 10);
	if (end == rp->maps || *end != '\0' || pid <= 0 || pid > INT32_MAX)
		return false;
	rp->pid = (int)pid;
	return true;
}

static bool
parse_until(struct replay *rp)
{
	char *end;

	if (rp->until == NULL)
		return true;
	errno = 0;
	rp->refs.until = strtoull(rp->until, &end, 10);
	return rp->until[0] >= '0' && rp->until[0] <= '9' && *end == '\0' &&
	    rp->refs.until > 0 && errno == 0;
}

/* A log of system calls; input is taken over. */
static int
run_log(struct replay *rp, struct wl_input *input)
{
	struct wl_replay_config config = {
		.trace = rp->cmd.operand[0],
		.input = input,
		.snaps = rp->snaps,
		.initial_maps = rp->initial,
		.host_files = !rp->no_host,
		.report = report,
		.start = start,
		.ctx = rp,
	};
	struct wl_replay_stats stats;
	struct machine *m = NULL;
	char err[512];
	int status = CMD_OK;

	sim_config_default(&config.machine);
	config.machine.ram = 0;
	config.machine.personality = &sim_linux;
	cmd_config(&rp->cmd, &config.machine);
	wl_refs_ram(&config.machine);
	if (rp->all || rp->pid != 0)
		config.map = map;
	if (wl_replay_run(&config, &stats, &m, err, sizeof(err)) != 0) {
		(void)cmd_events_close(&rp->events, &rp->cmd, false);
		(void)cmd_samples_close(&rp->samples, &rp->cmd, false);
		if (m != NULL)
			sim_machine_destroy(m);
		return cmd_fail(&rp->cmd, "%s", err);
	}
	summary(rp, &stats);
	if (stats.divergences > 0)
		status = CMD_FAIL;
	if (cmd_samples_close(&rp->samples, &rp->cmd, true) != CMD_OK)
		status = CMD_FAIL;
	if (cmd_events_close(&rp->events, &rp->cmd, true) != CMD_OK ||
	    cmd_save_core(&rp->cmd, m) != CMD_OK)
		status = CMD_FAIL;
	sim_machine_destroy(m);
	return status;
}

/* What --maps has gathered for --json. */
static const char *
maps_text(void *ctx)
{
	struct replay *rp = ctx;

	fflush(rp->json_maps);
	return rp->json_text;
}

/* Operations and references. */
static int
run_stream(struct replay *rp)
{
	if (rp->all || rp->pid != 0) {
		rp->refs.map = map;
		rp->refs.map_ctx = rp;
		if (rp->json_maps != NULL)
			rp->refs.maps_text = maps_text;
	}
	return cmd_replay_stream(&rp->cmd, &rp->refs);
}

/* => the first option given that is not for this kind of trace, or NULL */
static const char *
wrong_option(const struct replay *rp, bool refs, bool stream)
{
	const struct {
		const char *name;
		bool given, for_refs;
	} options[] = {
		{ "--snaps", rp->snaps != NULL, false },
		{ "--initial-maps", rp->initial != NULL, false },
		{ "--maps", rp->maps != NULL && !stream, false },
		{ "--no-host-files", rp->no_host, false },
		{ "--data-only", rp->refs.data_only, true },
		{ "--until", rp->until != NULL, true },
		{ "--policy", rp->refs.policy != NULL, true },
		{ "--frames", rp->refs.frames != NULL, true },
	};

	for (size_t i = 0; i < NELEM(options); i++)
		if (options[i].given && options[i].for_refs != refs)
			return options[i].name;
	return NULL;
}

static int
run_trace(struct replay *rp, struct wl_input *input)
{
	const char *wrong;
	bool refs, stream;
	int status;

	input->as = rp->as;
	refs = wl_refs_detect(input);
	stream = refs && wl_stream_detect(input);
	wrong = wrong_option(rp, refs, stream);

	if (wrong == NULL && !refs)
		return run_log(rp, input);
	if (wrong == NULL) {
		rp->refs.input = input;
		rp->refs.events = &rp->events;
		rp->refs.samples = &rp->samples;
		status = stream ? run_stream(rp) :
				  cmd_replay_refs(&rp->cmd, &rp->refs);
	} else {
		(void)cmd_events_close(&rp->events, &rp->cmd, false);
		(void)cmd_samples_close(&rp->samples, &rp->cmd, false);
		status = cmd_usage_error(&rp->cmd,
		    "%s is for %s, which %s is not", wrong,
		    refs ? "logs of system calls" : "traces of references",
		    rp->cmd.operand[0]);
	}
	wl_input_close(input);
	return status;
}

static int
run(struct replay *rp)
{
	struct wl_input *input;
	char err[256];
	int status;

	if ((rp->all || rp->pid != 0) && rp->cmd.json &&
	    (rp->json_maps = open_memstream(&rp->json_text, &rp->json_len)) ==
		NULL)
		return cmd_fail(&rp->cmd, "no memory");
	if (cmd_events_open(&rp->events, &rp->cmd) != CMD_OK)
		return CMD_FAIL;
	status = cmd_samples_open(&rp->samples, &rp->cmd);
	if (status != CMD_OK) {
		(void)cmd_events_close(&rp->events, &rp->cmd, false);
		return status;
	}
	input = wl_input_open(rp->cmd.operand[0], err, sizeof(err));
	if (input != NULL)
		return run_trace(rp, input);
	(void)cmd_events_close(&rp->events, &rp->cmd, false);
	(void)cmd_samples_close(&rp->samples, &rp->cmd, false);
	return cmd_fail(&rp->cmd, "%s: %s", rp->cmd.operand[0], err);
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
		    &rp.refs.data_only },
		{ "until", 0, "N", "stop after N references", &rp.until },
		{ "policy", 'p', "NAME",
		    "replacement policy: NAME or ./FILE.so, then :PARAMETER=N",
		    &rp.refs.policy },
		{ "frames", 0, "N", "frames that the policy has",
		    &rp.refs.frames },
		{ "from", 0, "FORMAT", CMD_FROM_HELP, &rp.from },
		{ "samples", 0, "FILE",
		    "what processes have and use, over time",
		    &rp.samples.path },
		{ "every", 0, "N", "a sample every N operations (100000)",
		    &rp.samples.every_text },
		{ .name = NULL },
	};
	int status;

	rp.cmd = (struct cmd){
		.name = "replay",
		.operands = "TRACE",
		.about =
		    "Replays a trace through the machine.\nA log of strace -f "
		    "has every result checked; exit status 1 when the machine "
		    "and the\nlog differ.  The references of a trace touch "
		    "their pages.  The trace may be\ncompressed (gzip, xz, "
		    "zstd); - is standard input.",
		.takes = CMD_TAKES_ALL,
		.options = options,
		.min_operands = 1,
		.max_operands = 1,
	};
	if (!cmd_parse(&rp.cmd, argc, argv))
		return rp.cmd.status;
	if ((status = cmd_from(&rp.cmd, rp.from, &rp.as)) != CMD_OK)
		return status;
	if (!parse_maps(&rp))
		return cmd_usage_error(&rp.cmd,
		    "--maps %s: expected all, "
		    "none or a pid",
		    rp.maps);
	if (!parse_until(&rp))
		return cmd_usage_error(&rp.cmd,
		    "--until %s: expected a number of references from 1 on",
		    rp.until);
	status = run(&rp);
	if (rp.json_maps != NULL)
		fclose(rp.json_maps);
	free(rp.json_text);
	return status;
}
