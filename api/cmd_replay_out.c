/*
 * What uvmsim replay says: reports on stderr as they happen, maps, the summary.
 *
 * The summary is the result, on stdout, unless maps, samples or events go
 * there; then it goes to stderr.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_replay.h"
#include "sim/stats.h"

#define MAXREPORTS 200 /* lines on stderr; the rest is counted */

/* ------------------------------------------------------------- reports ---- */

void
cmd_replay_report(struct replay *rp, const char *place, bool warning,
    const char *text)
{
	if (rp->cmd.quiet && warning)
		return;
	if (rp->nreports++ >= MAXREPORTS)
		return;
	cmd_progress_clear(&rp->watch.progress);
	fprintf(stderr, "uvmsim replay: %s:%s %s%s\n", rp->cmd.operand[0],
	    place, warning ? "warning: " : "", text);
}

/* ---------------------------------------------------------------- maps ---- */

bool
cmd_replay_wants_maps(const struct replay *rp)
{
	return rp->all_maps || rp->map_pid != 0;
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

void
cmd_replay_map(void *ctx, int pid, const struct wl_maps *maps)
{
	struct replay *rp = ctx;

	if (!rp->all_maps && pid != rp->map_pid)
		return;
	rp->mapped = true;
	if (rp->cmd.json) {
		map_json(rp, pid, maps);
		return;
	}
	cmd_progress_clear(&rp->watch.progress);
	printf("#pid=%d\n", pid);
	for (size_t i = 0; i < maps->n; i++)
		wl_area_print(stdout, &maps->area[i]);
}

/* ------------------------------------------------------------- figures ---- */

static uint64_t
value(const struct replay *rp, const struct replay_figure *f)
{
	const char *at = (const char *)rp->stats + f->offset;

	return f->shown == REPLAY_FLAG ? *(const bool *)(const void *)at :
					 *(const uint64_t *)(const void *)at;
}

static bool
in_text(const struct replay *rp, const struct replay_figure *f)
{
	switch (f->shown) {
	case REPLAY_ALWAYS: return true;
	case REPLAY_SEVERAL: return value(rp, f) > 1;
	case REPLAY_JSON: return false;
	case REPLAY_POLICY: return rp->m->config.policy != NULL;
	default: return value(rp, f) != 0;
	}
}

static void
print_json(struct replay *rp)
{
	const struct sim_config *c = &rp->m->config;

	printf("{\"trace\":");
	cmd_json_string(stdout, rp->cmd.operand[0]);
	if (c->policy != NULL) {
		printf(",\"policy\":");
		cmd_json_string(stdout, c->policy_value);
		printf(",\"frames\":%" PRIu32, c->frames);
	}
	for (const struct replay_figure *f = rp->source->figures;
	     f->key != NULL; f++)
		if (f->shown == REPLAY_FLAG)
			printf(",\"%s\":%s", f->key,
			    value(rp, f) != 0 ? "true" : "false");
		else if (f->shown != REPLAY_POLICY || c->policy != NULL)
			printf(",\"%s\":%" PRIu64, f->key, value(rp, f));
	if (rp->json_maps != NULL)
		printf(",\"maps\":[%.*s]", (int)rp->json_len, rp->json_text);
	putchar(',');
	cmd_json_statistics(stdout, rp->m);
	printf("}\n");
}

static void
print_text(struct replay *rp, FILE *fp)
{
	const char *comma = "";

	fprintf(fp, "%s: ", rp->cmd.operand[0]);
	for (const struct replay_figure *f = rp->source->figures;
	     f->key != NULL; f++) {
		if (!in_text(rp, f))
			continue;
		fputs(comma, fp);
		if (f->shown != REPLAY_FLAG)
			fprintf(fp, "%" PRIu64 " ", value(rp, f));
		fputs(f->words, fp);
		comma = ", ";
	}
	fputc('\n', fp);
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
print_extras(FILE *fp, const struct machine *m, const char *key,
    const char *name, const struct extra *x)
{
	const char *comma = "";
	uint64_t n;

	fprintf(fp, "%s=%s: ", key, name);
	for (; x->stat != NULL; x++) {
		if (!sim_stat_byname(m, x->stat, &n))
			continue;
		fprintf(fp, "%s%" PRIu64 " %s", comma, n, x->words);
		comma = ", ";
	}
	fputc('\n', fp);
}

static void
print_machine(FILE *fp, const struct machine *m)
{
	const struct sim_config *c = &m->config;

	if (c->superpages != VM_SUPER_NEVER)
		print_extras(fp, m, "superpages",
		    sim_superpages_name(c->superpages), super_extras);
	if (c->tlb.name != NULL)
		print_extras(fp, m, "tlb", c->tlb_value, tlb_extras);
}

/* ------------------------------------------------------------- summary ---- */

static void
say_rest(struct replay *rp)
{
	const struct replay_end *e = &rp->end;
	const char *trace = rp->cmd.operand[0];

	if (rp->nreports > MAXREPORTS)
		fprintf(stderr, "uvmsim replay: %s: %" PRIu64 " more reports\n",
		    trace, rp->nreports - MAXREPORTS);
	if (e->cut && !rp->cmd.quiet)
		fprintf(stderr,
		    "uvmsim replay: %s:%" PRIu64
		    ": warning: the trace breaks off%s%s\n",
		    trace, e->place, e->why[0] != '\0' ? ": " : "", e->why);
}

void
cmd_replay_summary(struct replay *rp)
{
	const bool taken = cmd_replay_wants_maps(rp) ||
	    rp->samples.file.fp == stdout || rp->events.file.fp == stdout;
	FILE *fp = taken ? stderr : stdout;

	say_rest(rp);
	if (rp->m == NULL) {
		; /* interrupted before there was one */
	} else if (rp->cmd.json) {
		print_json(rp);
	} else if (!rp->cmd.quiet) {
		print_text(rp, fp);
		print_machine(fp, rp->m);
	}
}
