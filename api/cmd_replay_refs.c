/*
 * uvmsim replay of a trace of references: its machine, its result.
 */
#include <inttypes.h>

#include "cmd_replay.h"
#include "sim/stats.h"
#include "workloads/refs.h"

static void
start(void *ctx, struct machine *m)
{
	cmd_events_attach(ctx, m);
}

void
cmd_replay_ram(struct sim_config *config)
{
	const struct pmap_geometry *geo = config->arch;
	const uint64_t plenty = (uint64_t)24 << 30;
	const uint64_t most = pg_ptoa(geo,
	    geo->pte.frame >> geo->pte.pfn_shift);

	if (config->ram == 0)
		config->ram = plenty < most ? plenty : most;
}

/* Plenty of memory, and no contents: what is asked for is which pages. */
static void
machine_of(const struct cmd *cmd, struct sim_config *config)
{
	sim_config_default(config);
	config->ram = 0;
	config->personality = &sim_linux;
	config->tags = false;
	cmd_config(cmd, config);
	cmd_replay_ram(config);
}

static const struct figure {
	const char *key, *words;
	size_t offset;
	bool always; /* in the text even when it is 0 */
} figures[] = {
#define FIGURE(key, words, member, always) \
	{ \
		key, words, offsetof(struct wl_refs_stats, member), always \
	}
	FIGURE("lines", NULL, lines, false),
	FIGURE("skipped", NULL, skipped, false),
	FIGURE("references", "references", references, true),
	FIGURE("fetches", "fetches", fetches, false),
	FIGURE("reads", "reads", reads, false),
	FIGURE("writes", "writes", writes, false),
	FIGURE("modifies", NULL, modifies, false),
	FIGURE("touches", "touches", touches, true),
	FIGURE("misses", "misses", misses, true),
	FIGURE("distinct_pages_4k", "distinct 4K pages", distinct_pages, true),
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
	for (size_t i = 0; i < NELEM(figures); i++)
		printf(",\"%s\":%" PRIu64, figures[i].key,
		    value(s, &figures[i]));
	printf(",\"cut\":%s,", s->cut ? "true" : "false");
	cmd_json_statistics(stdout, m);
	printf("}\n");
}

static void
print_text(const struct cmd *cmd, const struct wl_refs_stats *s)
{
	const char *comma = "";

	printf("%s: ", cmd->operand[0]);
	for (size_t i = 0; i < NELEM(figures); i++) {
		const struct figure *f = &figures[i];

		if (f->words == NULL || (!f->always && value(s, f) == 0))
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
		print_text(cmd, s);
		print_machine(m);
	}
}

int
cmd_replay_refs(const struct cmd *cmd, const struct cmd_refs *refs)
{
	struct wl_refs_config config = {
		.trace = cmd->operand[0],
		.input = refs->input,
		.data_only = refs->data_only,
		.until = refs->until,
		.start = start,
		.ctx = refs->events,
	};
	struct wl_refs_stats stats;
	struct machine *m = NULL;
	char err[512];
	int status = CMD_OK;

	machine_of(cmd, &config.machine);
	if (wl_refs_run(&config, &stats, &m, err, sizeof(err)) != 0) {
		(void)cmd_events_close(refs->events, cmd, false);
		if (m != NULL)
			sim_machine_destroy(m);
		return cmd_fail(cmd, "%s", err);
	}
	print(cmd, &stats, m);
	if (cmd_events_close(refs->events, cmd, true) != CMD_OK ||
	    cmd_save_core(cmd, m) != CMD_OK)
		status = CMD_FAIL;
	sim_machine_destroy(m);
	return status;
}
