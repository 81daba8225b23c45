/*
 * uvmsim mrc: miss-ratio curves.  Options, text with a plot of bars, JSON.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_mrc.h"
#include "pmap/geometry.h"
#include "workloads/curve/sample_curve.h"

#define BAR 40 /* columns of a miss ratio of 1 */

struct mrc {
	struct cmd cmd;
	const char *policy, *sample, *sample_size, *points, *plot, *from;
	struct mrc_ask ask;
	struct cmd_watch watch;
};

static const char *const policies[] = { "lru", "opt" };

/* --------------------------------------------------------- options ---- */

static bool
parse_policy(struct mrc *m)
{
	if (m->policy == NULL)
		return true;
	for (size_t i = 0; i < NELEM(policies); i++)
		if (strcmp(m->policy, policies[i]) == 0) {
			m->ask.policy = (enum mrc_policy)i;
			return true;
		}
	return false;
}

/* A share: 0.01, or 1%. */
static bool
parse_rate(struct mrc *m)
{
	char *end;
	double v;

	if (m->sample == NULL)
		return true;
	if (strspn(m->sample, "0123456789.") == 0)
		return false;
	v = strtod(m->sample, &end);
	if (strcmp(end, "%") == 0)
		v /= 100;
	else if (*end != '\0')
		return false;
	m->ask.rate = v;
	return v >= 1e-6 && v <= 1;
}

static bool
parse_size(struct mrc *m)
{
	uint64_t v = m->ask.sample_size;

	if (!cmd_number(m->sample_size, 1, WL_SAMPLE_MAXPAGES, &v))
		return false;
	m->ask.sample_size = (uint32_t)v;
	return true;
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Numbers with commas between, in any order; twice is once. */
static bool
parse_points(struct mrc *m, uint64_t frames[MRC_MAXPOINTS])
{
	const char *s = m->points;
	size_t n = 0, unique = 0;

	if (s == NULL)
		return true;
	for (;; s++) {
		if (n == MRC_MAXPOINTS ||
		    !cmd_number_at(&s, ',', 1, UINT32_MAX, &frames[n++]))
			return false;
		if (*s == '\0')
			break;
	}
	qsort(frames, n, sizeof(*frames), by_value);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || frames[i] != frames[unique - 1])
			frames[unique++] = frames[i];
	m->ask.frames = frames;
	m->ask.npoints = unique;
	return true;
}

/* => CMD_OK, or what a usage error gives */
static int
parse(struct mrc *m, uint64_t frames[MRC_MAXPOINTS])
{
	const struct cmd *cmd = &m->cmd;

	if (!parse_policy(m))
		return cmd_usage_error(cmd, "--policy %s: expected lru or opt",
		    m->policy);
	if (!parse_rate(m))
		return cmd_usage_error(cmd,
		    "--sample %s: expected a share from 0.000001 to 1",
		    m->sample);
	if (!parse_size(m))
		return cmd_usage_error(cmd,
		    "--sample-size %s: expected a number of pages from 1 to %u",
		    m->sample_size, WL_SAMPLE_MAXPAGES);
	if (!parse_points(m, frames))
		return cmd_usage_error(cmd,
		    "--points %s: expected numbers of frames from 1 to %u, %d "
		    "at most, with commas between",
		    m->points, UINT32_MAX, MRC_MAXPOINTS);
	if (m->ask.all && m->points != NULL)
		return cmd_usage_error(cmd, "--all and --points: expected one");
	if (m->sample != NULL && m->sample_size != NULL)
		return cmd_usage_error(cmd,
		    "--sample and --sample-size: expected one");
	if (m->sample == NULL && m->sample_size == NULL)
		return CMD_OK;
	if (m->ask.policy != MRC_LRU)
		return cmd_usage_error(cmd,
		    "--policy %s is exact only; a sample is for lru",
		    m->policy);
	if (m->ask.all)
		return cmd_usage_error(cmd,
		    "--all is exact only; a sample has --points");
	return CMD_OK;
}

/* ------------------------------------------------------------ text ---- */

static double
ratio(const struct mrc_curve *c, uint64_t misses)
{
	return (double)misses / (double)c->touches;
}

static void
print_head(const struct mrc *m, const struct mrc_curve *c)
{
	printf("%s: %s, %" PRIu64 " references, %" PRIu64 " touches, %s%" PRIu64
	       " pages of %uK%s\n",
	    m->ask.trace, policies[m->ask.policy], c->references, c->touches,
	    c->sampled ? "about " : "", c->distinct,
	    1u << (m->ask.page_shift - 10),
	    c->cut ? ", the trace breaks off" : "");
	if (c->sampled)
		printf("sample: %.6g of the pages: %" PRIu64 " pages, %" PRIu64
		       " touches\n",
		    c->rate, c->sample_pages, c->sample_touches);
}

static void
print_bar(double v)
{
	static const char
	    marks[BAR + 1] = "########################################";

	printf(" %.*s\n", (int)(v * BAR + 0.5), marks);
}

static void
print_text(const struct mrc *m, const struct mrc_curve *c)
{
	if (!m->cmd.quiet)
		print_head(m, c);
	printf("%10s %12s %7s%s\n", "frames", "misses", "ratio",
	    c->sampled ? "     low    high" : "");
	for (size_t i = 0; i < c->npoints; i++) {
		const struct mrc_point *p = &c->point[i];

		printf("%10" PRIu64 " %12" PRIu64 " %7.5f", p->frames,
		    p->misses, ratio(c, p->misses));
		if (c->sampled)
			printf(" %7.5f %7.5f\n", ratio(c, p->low),
			    ratio(c, p->high));
		else
			print_bar(ratio(c, p->misses));
	}
}

/* ------------------------------------------------------------ JSON ---- */

static void
json_sample(const struct mrc *m, const struct mrc_curve *c)
{
	if (!c->sampled) {
		printf(",\"sample\":null");
		return;
	}
	printf(",\"sample\":{\"rate\":%.9g,\"seed\":%" PRIu64
	       ",\"pages\":%" PRIu64 ",\"touches\":%" PRIu64 "}",
	    c->rate, m->ask.seed, c->sample_pages, c->sample_touches);
}

static void
json_point(const struct mrc_curve *c, const struct mrc_point *p)
{
	printf("{\"frames\":%" PRIu64 ",\"misses\":%" PRIu64
	       ",\"miss_ratio\":%.9g",
	    p->frames, p->misses, ratio(c, p->misses));
	if (c->sampled)
		printf(",\"low\":%.9g,\"high\":%.9g", ratio(c, p->low),
		    ratio(c, p->high));
	printf("}");
}

static void
print_json(const struct mrc *m, const struct mrc_curve *c)
{
	printf("{\"trace\":");
	cmd_json_string(stdout, m->ask.trace);
	printf(",\"policy\":\"%s\",\"page_size\":%" PRIu64 ",\"data_only\":%s",
	    policies[m->ask.policy], (uint64_t)1 << m->ask.page_shift,
	    m->ask.data_only ? "true" : "false");
	json_sample(m, c);
	printf(",\"references\":%" PRIu64 ",\"touches\":%" PRIu64
	       ",\"distinct_pages\":%" PRIu64,
	    c->references, c->touches, c->distinct);
	if (!c->sampled)
		printf(",\"distinct_pages_4k\":%" PRIu64, c->distinct_4k);
	printf(",\"cut\":%s,\"points\":[", c->cut ? "true" : "false");
	for (size_t i = 0; i < c->npoints; i++) {
		if (i > 0)
			printf(",");
		json_point(c, &c->point[i]);
	}
	printf("]}\n");
}

/* ------------------------------------------------------------- run ---- */

static int
plot(const struct mrc *m, const struct mrc_curve *c)
{
	struct cmd_file f;
	int error;

	if (m->plot == NULL)
		return CMD_OK;
	error = cmd_file_open(&f, m->plot);
	if (error == 0) {
		cmd_mrc_svg(f.fp, &m->ask, c);
		error = cmd_file_commit(&f);
	}
	return error == 0 ?
	    CMD_OK :
	    cmd_fail(&m->cmd, "%s: %s", m->plot, strerror(error));
}

static int
run(struct mrc *m)
{
	struct sim_config config;
	struct mrc_curve c;
	char err[512];
	int status;

	sim_config_default(&config);
	cmd_config(&m->cmd, &config);
	m->ask.trace = m->cmd.operand[0];
	m->ask.page_shift = config.arch->page_shift;
	m->ask.seed = config.seed;
	m->ask.cmd = &m->cmd;
	m->ask.watch = &m->watch;
	if (!cmd_mrc_curve(&m->ask, &c, err, sizeof(err))) {
		if (m->watch.signal == 0)
			return cmd_fail(&m->cmd, "%s", err);
		cmd_watch_tell(&m->watch, 0, "references", m->ask.trace);
		return CMD_FAIL;
	}
	if (c.cut && !m->cmd.quiet)
		fprintf(stderr,
		    "uvmsim mrc: %s: warning: the trace breaks off\n",
		    m->ask.trace);
	status = plot(m, &c);
	if (status == CMD_OK && m->cmd.json)
		print_json(m, &c);
	else if (status == CMD_OK &&
	    (m->plot == NULL || strcmp(m->plot, "-") != 0))
		print_text(m, &c);
	cmd_watch_tell(&m->watch, c.references, "references", m->ask.trace);
	free(c.point);
	return status;
}

int
cmd_mrc(int argc, char **argv)
{
	struct mrc m = { .policy = NULL };
	const struct cmd_option options[] = {
		{ "policy", 0, "POLICY", "lru (the default) or opt",
		    &m.policy },
		{ "points", 0, "LIST", "numbers of frames, as 16,64,256",
		    &m.points },
		{ "all", 0, NULL, "every number of frames", &m.ask.all },
		{ "sample", 0, "RATE", "estimate from this share of the pages",
		    &m.sample },
		{ "sample-size", 0, "N", "estimate from so many pages",
		    &m.sample_size },
		{ "data-only", 0, NULL, "leave the fetches out",
		    &m.ask.data_only },
		{ "one-space", 0, NULL,
		    "take all processes of the trace as one",
		    &m.ask.one_space },
		{ "from", 0, "FORMAT", CMD_FROM_HELP, &m.from },
		CMD_SLICE_OPTIONS(m.ask.slice),
		{ "plot", 0, "FILE", "draw the curve as SVG", &m.plot },
		{ .name = NULL },
	};
	uint64_t *frames;
	int status;

	m.cmd = (struct cmd){
		.name = "mrc",
		.operands = "TRACE",
		.about =
		    "Prints the misses of a trace of references at many "
		    "memory sizes (a miss-ratio curve).\nLRU and OPT are exact "
		    "at each size, from one pass over the trace; --sample "
		    "gives\nestimates and bounds for LRU.  The machine has a "
		    "say in the size of pages and in the\nsample (arch, seed).",
		.takes = CMD_TAKES_MACHINE | CMD_TAKES_JSON | CMD_TAKES_QUIET |
		    CMD_TAKES_BOUNDS | CMD_TAKES_OPS,
		.options = options,
		.min_operands = 1,
		.max_operands = 1,
	};
	if (!cmd_parse(&m.cmd, argc, argv))
		return m.cmd.status;
	frames = malloc(MRC_MAXPOINTS * sizeof(*frames));
	if (frames == NULL)
		return cmd_fail(&m.cmd, "no memory");
	status = cmd_from(&m.cmd, m.from, &m.ask.as);
	if (status == CMD_OK)
		status = cmd_slice(&m.cmd, &m.ask.slice);
	if (status == CMD_OK)
		status = parse(&m, frames);
	if (status == CMD_OK)
		status = run(&m);
	free(frames);
	return cmd_watch_kill(&m.watch, status);
}
