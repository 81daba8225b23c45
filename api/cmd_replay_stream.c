/*
 * uvmsim replay of a trace of operations and references: its machine, its
 * result.
 */
#include <inttypes.h>

#include "cmd_replay.h"
#include "workloads/policy_load.h"
#include "workloads/stream.h"

#define MAXREPORTS 200 /* lines on stderr; the rest is counted */

struct streaming {
	const struct cmd *cmd;
	struct cmd_refs *refs;
	void *handle; /* of a policy from a file */
	int status;   /* of configure() */
	uint64_t nreports;
};

static int
configure(void *ctx, const struct wl_lines *said, struct sim_config *config)
{
	struct streaming *s = ctx;

	s->status = cmd_replay_machine(s->cmd, s->refs, said, config,
	    &s->handle);
	return s->status == CMD_OK ? 0 : EINVAL;
}

static void
start(void *ctx, struct machine *m)
{
	const struct streaming *s = ctx;

	cmd_events_attach(s->refs->events, m);
	cmd_samples_attach(s->refs->samples, m);
}

static void
report(void *ctx, const char *text)
{
	struct streaming *s = ctx;

	if (s->nreports++ < MAXREPORTS && !s->cmd->quiet)
		fprintf(stderr, "uvmsim replay: %s: %s\n", s->cmd->operand[0],
		    text);
}

static void
map(void *ctx, int pid, const struct wl_maps *maps)
{
	const struct streaming *s = ctx;

	s->refs->map(s->refs->map_ctx, pid, maps);
}

/* ------------------------------------------------------------- result ---- */

static const struct figure {
	const char *key, *words; /* words NULL: in JSON only */
	size_t offset;
	bool always; /* in the text even when it is 0 */
} figures[] = {
#define FIGURE(key, words, always) \
	{ \
#key, words, offsetof(struct wl_stream_stats, key), always \
	}
	FIGURE(operations, "operations", true),
	FIGURE(processes, "processes", true),
	FIGURE(references, "references", true),
	FIGURE(fetches, "fetches", false),
	FIGURE(reads, "reads", false),
	FIGURE(writes, "writes", false),
	FIGURE(modifies, NULL, false),
	FIGURE(touches, "touches", true),
	FIGURE(misses, "misses", true),
	FIGURE(failed, "operations failed", false),
	FIGURE(unmapped, "touches of nothing mapped", true),
	FIGURE(refused, "touches refused", false),
	FIGURE(lost, "references of no living process", false),
	FIGURE(blocks, NULL, false),
#undef FIGURE
};

static uint64_t
value(const struct wl_stream_stats *s, const struct figure *f)
{
	return *(const uint64_t *)(const void *)((const char *)s + f->offset);
}

static void
print_json(const struct streaming *st, const struct wl_stream_stats *s,
    const struct machine *m)
{
	const struct cmd_refs *refs = st->refs;

	printf("{\"trace\":");
	cmd_json_string(stdout, st->cmd->operand[0]);
	if (m->config.policy != NULL) {
		printf(",\"policy\":");
		cmd_json_string(stdout, m->config.policy_value);
		printf(",\"frames\":%" PRIu32, m->config.frames);
	}
	for (size_t i = 0; i < NELEM(figures); i++)
		printf(",\"%s\":%" PRIu64, figures[i].key,
		    value(s, &figures[i]));
	printf(",\"cut\":%s,", s->cut ? "true" : "false");
	if (refs->maps_text != NULL)
		printf("\"maps\":[%s],", refs->maps_text(refs->map_ctx));
	cmd_json_statistics(stdout, m);
	printf("}\n");
}

static void
print_text(const struct streaming *st, const struct wl_stream_stats *s)
{
	FILE *fp = st->refs->map != NULL ? stderr : stdout;
	const char *comma = "";

	fprintf(fp, "%s: ", st->cmd->operand[0]);
	for (size_t i = 0; i < NELEM(figures); i++) {
		const struct figure *f = &figures[i];

		if (f->words == NULL || (!f->always && value(s, f) == 0))
			continue;
		fprintf(fp, "%s%" PRIu64 " %s", comma, value(s, f), f->words);
		comma = ", ";
	}
	fprintf(fp, "%s\n", s->cut ? ", the trace breaks off" : "");
}

static int
print(const struct streaming *st, const struct wl_stream_stats *s,
    const struct machine *m)
{
	const struct cmd *cmd = st->cmd;

	if (st->nreports > MAXREPORTS)
		fprintf(stderr, "uvmsim replay: %s: %" PRIu64 " more reports\n",
		    cmd->operand[0], st->nreports - MAXREPORTS);
	if (s->cut && !cmd->quiet)
		fprintf(stderr,
		    "uvmsim replay: %s:%" PRIu64
		    ": warning: the trace breaks off%s%s\n",
		    cmd->operand[0], s->blocks + 1,
		    s->cut_why[0] != '\0' ? ": " : "", s->cut_why);
	if (cmd->json)
		print_json(st, s, m);
	else if (!cmd->quiet)
		print_text(st, s);
	return s->failed + s->unmapped + s->refused + s->lost == 0 ? CMD_OK :
								     CMD_FAIL;
}

int
cmd_replay_stream(const struct cmd *cmd, struct cmd_refs *refs)
{
	struct streaming s = { .cmd = cmd, .refs = refs };
	const struct wl_stream_config config = {
		.trace = cmd->operand[0],
		.input = refs->input,
		.data_only = refs->data_only,
		.until = refs->until,
		.configure = configure,
		.start = start,
		.map = refs->map != NULL ? map : NULL,
		.report = report,
		.ctx = &s,
	};
	struct wl_stream_stats stats;
	struct machine *m = NULL;
	char err[512];
	int status = CMD_OK;
	bool ok = wl_stream_run(&config, &stats, &m, err, sizeof(err)) == 0;

	if (ok)
		status = print(&s, &stats, m);
	else
		status = s.status != CMD_OK ? s.status :
					      cmd_fail(cmd, "%s", err);
	if (cmd_samples_close(refs->samples, cmd, ok) != CMD_OK ||
	    cmd_events_close(refs->events, cmd, ok) != CMD_OK ||
	    (ok && cmd_save_core(cmd, m) != CMD_OK))
		status = status != CMD_OK ? status : CMD_FAIL;
	if (m != NULL)
		sim_machine_destroy(m);
	wl_policy_unload(s.handle);
	return status;
}
