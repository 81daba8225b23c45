/*
 * uvmsim replay of a trace of references: its machine, its result.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cmd_replay.h"
#include "sim/stats.h"
#include "workloads/policy_load.h"
#include "workloads/refs.h"
#include "workloads/script_lines.h"

static void
start(void *ctx, struct machine *m)
{
	const struct cmd_refs *refs = ctx;

	cmd_events_attach(refs->events, m);
	cmd_samples_attach(refs->samples, m);
}

/* => CMD_OK and config->policy; *handle is for wl_policy_unload() */
static int
set_policy(const struct cmd *cmd, const struct cmd_refs *refs,
    struct sim_config *config, void **handle)
{
	char err[512], *end;
	uint64_t n;

	if (refs->policy != NULL) {
		if (!wl_policy_find(refs->policy, &config->policy,
			&config->policy_args, handle, err, sizeof(err)))
			return cmd_usage_error(cmd, "--policy: %s", err);
		snprintf(config->policy_value, sizeof(config->policy_value),
		    "%s", refs->policy);
	}
	if (refs->frames == NULL)
		return CMD_OK;
	errno = 0;
	n = strtoull(refs->frames, &end, 10);
	if (refs->frames[0] < '0' || refs->frames[0] > '9' || *end != '\0' ||
	    errno != 0 || n < 1 || n > VM_POLICY_MAXFRAMES)
		return cmd_usage_error(cmd,
		    "--frames takes a number from 1 to %" PRIu32 ", not '%s'",
		    VM_POLICY_MAXFRAMES, refs->frames);
	config->frames = (uint32_t)n;
	return CMD_OK;
}

int
cmd_replay_machine(const struct cmd *cmd, const struct cmd_refs *refs,
    const struct wl_lines *said, struct sim_config *config, void **handle)
{
	int status;

	wl_refs_default(config);
	config->foresight = said == NULL;
	if (said != NULL)
		wl_lines_config(said, config);
	cmd_config(cmd, config);
	if ((status = set_policy(cmd, refs, config, handle)) != CMD_OK)
		return status;
	if (!wl_refs_complete(config))
		return cmd_usage_error(cmd,
		    "--policy: expected --frames N, or --machine ram=SIZE "
		    "for all of memory");
	return CMD_OK;
}

enum shown { NOT_ZERO, ALWAYS, POLICY }; /* in the text when ... */

static const struct figure {
	const char *key, *words;
	size_t offset;
	enum shown shown; /* POLICY: nowhere if there is none */
} figures[] = {
#define FIGURE(key, words, member, shown) \
	{ \
		key, words, offsetof(struct wl_refs_stats, member), shown \
	}
	FIGURE("lines", NULL, lines, NOT_ZERO),
	FIGURE("skipped", NULL, skipped, NOT_ZERO),
	FIGURE("references", "references", references, ALWAYS),
	FIGURE("fetches", "fetches", fetches, NOT_ZERO),
	FIGURE("reads", "reads", reads, NOT_ZERO),
	FIGURE("writes", "writes", writes, NOT_ZERO),
	FIGURE("modifies", NULL, modifies, NOT_ZERO),
	FIGURE("touches", "touches", touches, ALWAYS),
	FIGURE("misses", "misses", misses, ALWAYS),
	FIGURE("distinct_pages_4k", "distinct 4K pages", distinct_pages,
	    ALWAYS),
	FIGURE("evictions", "evictions", evictions, POLICY),
	FIGURE("dirty_evictions", "of them dirty", dirty_evictions, POLICY),
#undef FIGURE
};

static uint64_t
value(const struct wl_refs_stats *s, const struct figure *f)
{
	return *(const uint64_t *)(const void *)((const char *)s + f->offset);
}

static void
print_json(const struct cmd *cmd, const struct wl_refs_stats *s,
    const struct machine *m)
{
	printf("{\"trace\":");
	cmd_json_string(stdout, cmd->operand[0]);
	if (m->config.policy != NULL) {
		printf(",\"policy\":");
		cmd_json_string(stdout, m->config.policy_value);
		printf(",\"frames\":%" PRIu32, m->config.frames);
	}
	for (size_t i = 0; i < NELEM(figures); i++)
		if (figures[i].shown != POLICY || m->config.policy != NULL)
			printf(",\"%s\":%" PRIu64, figures[i].key,
			    value(s, &figures[i]));
	printf(",\"cut\":%s,", s->cut ? "true" : "false");
	cmd_json_statistics(stdout, m);
	printf("}\n");
}

static void
print_text(const struct cmd *cmd, const struct wl_refs_stats *s,
    const struct machine *m)
{
	const char *comma = "";

	printf("%s: ", cmd->operand[0]);
	for (size_t i = 0; i < NELEM(figures); i++) {
		const struct figure *f = &figures[i];

		if (f->words == NULL ||
		    (f->shown == NOT_ZERO && value(s, f) == 0) ||
		    (f->shown == POLICY && m->config.policy == NULL))
			continue;
		printf("%s%" PRIu64 " %s", comma, value(s, f), f->words);
		comma = ", ";
	}
	printf("%s\n", s->cut ? ", the trace breaks off" : "");
}

/* Lines for what the machine has besides: key=value, then these counters. */
static const struct extra {
	const char *stat, *words;
} tlb_extras[] = {
	{ "tlb_l1d_misses", "misses of data in L1" },
	{ "tlb_l1i_misses", "of fetches" },
	{ "tlb_walks", "walks" },
	{ "tlb_walk_refs", "references of walks" },
	{ "tlb_cycles", "cycles" },
	{ NULL, NULL },
}, super_extras[] = {
	{ "promotions", "promotions" },
	{ "demotions", "demotions" },
	{ "mappings", "mapped at once" },
	{ "collapses", "collapses" },
	{ NULL, NULL },
};

static void
print_extras(const struct machine *m, const char *key, const char *name,
    const struct extra *x)
{
	const char *comma = "";
	uint64_t value;

	printf("%s=%s: ", key, name);
	for (; x->stat != NULL; x++) {
		if (!sim_stat_byname(m, x->stat, &value))
			continue;
		printf("%s%" PRIu64 " %s", comma, value, x->words);
		comma = ", ";
	}
	printf("\n");
}

static void
print_machine(const struct machine *m)
{
	const struct sim_config *c = &m->config;

	if (c->superpages != VM_SUPER_NEVER)
		print_extras(m, "superpages",
		    sim_superpages_name(c->superpages), super_extras);
	if (c->tlb.name != NULL)
		print_extras(m, "tlb", c->tlb_value, tlb_extras);
}

static void
print(const struct cmd *cmd, const struct wl_refs_stats *s,
    const struct machine *m)
{
	if (s->cut && !cmd->quiet)
		fprintf(stderr,
		    "uvmsim replay: %s:%" PRIu64
		    ": warning: the trace breaks off%s%s\n",
		    cmd->operand[0], s->lines + 1,
		    s->cut_why[0] != '\0' ? ": " : "", s->cut_why);
	if (cmd->json) {
		print_json(cmd, s, m);
	} else if (!cmd->quiet) {
		print_text(cmd, s, m);
		print_machine(m);
	}
}

int
cmd_replay_refs(const struct cmd *cmd, struct cmd_refs *refs)
{
	struct wl_refs_config config = {
		.trace = cmd->operand[0],
		.input = refs->input,
		.data_only = refs->data_only,
		.until = refs->until,
		.start = start,
		.ctx = refs,
	};
	struct wl_refs_stats stats;
	struct machine *m = NULL;
	void *handle = NULL;
	char err[512];
	int status = cmd_replay_machine(cmd, refs, NULL, &config.machine,
	    &handle);

	if (status == CMD_OK &&
	    wl_refs_run(&config, &stats, &m, err, sizeof(err)) != 0)
		status = cmd_fail(cmd, "%s", err);
	if (status == CMD_OK)
		print(cmd, &stats, m);
	if (cmd_samples_close(refs->samples, cmd, status == CMD_OK) != CMD_OK ||
	    cmd_events_close(refs->events, cmd, status == CMD_OK) != CMD_OK ||
	    (status == CMD_OK && cmd_save_core(cmd, m) != CMD_OK))
		status = status != CMD_OK ? status : CMD_FAIL;
	if (m != NULL)
		sim_machine_destroy(m);
	wl_policy_unload(handle);
	return status;
}
