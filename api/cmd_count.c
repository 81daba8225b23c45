/*
 * uvmsim count: misses of replacement policies over a trace of references, by
 * the counting engine: each policy with each number of frames, in one pass.
 *
 * Policies and numbers are lists; a run is one of each.  A policy from a shared
 * object stays loaded until the end.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "watch.h"
#include "workloads/policy/load.h"
#include "workloads/policy/trace.h"

#define MAXLIST 64

struct chosen {
	char *text; /* as given */
	const struct vm_policy *policy;
	struct vm_policy_args args;
	void *handle;
};

struct counting {
	struct cmd cmd;
	const char *policies, *frames, *seed, *from;
	struct cmd_slice slice;
	const struct wl_refformat *as;
	bool data_only, one_space;
	struct cmd_watch watch;
	struct chosen policy[MAXLIST];
	size_t npolicies;
	uint32_t size[MAXLIST];
	size_t nsizes;
	struct mem *mem;
	struct wl_count *count;
	struct wl_trace_stats stats;
};

static int
read_policies(struct counting *c)
{
	const char *s = c->policies;
	char err[512];

	for (;;) {
		struct chosen *p = &c->policy[c->npolicies];
		size_t len = strcspn(s, ",");

		if (c->npolicies == MAXLIST)
			return cmd_usage_error(&c->cmd,
			    "--policy takes at most %d policies", MAXLIST);
		p->text = strndup(s, len);
		if (p->text == NULL)
			return cmd_fail(&c->cmd, "no memory");
		c->npolicies++;
		if (!wl_policy_find(p->text, &p->policy, &p->args, &p->handle,
			err, sizeof(err)))
			return cmd_usage_error(&c->cmd, "--policy: %s", err);
		if (s[len] == '\0')
			return CMD_OK;
		s += len + 1;
	}
}

static int
read_frames(struct counting *c)
{
	const char *s = c->frames;
	uint64_t v;

	if (s == NULL)
		return cmd_usage_error(&c->cmd, "expected --frames N[,N...]");
	for (;;) {
		const int len = (int)strcspn(s, ",");

		if (c->nsizes == MAXLIST)
			return cmd_usage_error(&c->cmd,
			    "--frames takes at most %d numbers", MAXLIST);
		if (!cmd_number_at(&s, ',', 1, VM_POLICY_MAXFRAMES, &v))
			return cmd_usage_error(&c->cmd,
			    "--frames takes numbers from 1 to %" PRIu32
			    ", not '%.*s'",
			    VM_POLICY_MAXFRAMES, len, s);
		c->size[c->nsizes++] = (uint32_t)v;
		if (*s++ == '\0')
			return CMD_OK;
	}
}

static int
add_runs(struct counting *c)
{
	uint64_t seed = 1;

	if (!cmd_number(c->seed, 0, UINT64_MAX, &seed))
		return cmd_usage_error(&c->cmd,
		    "--seed takes a number, not '%s'", c->seed);
	c->mem = mem_create();
	c->count = c->mem != NULL ? wl_count_create(c->mem) : NULL;
	for (size_t p = 0; p < c->npolicies && c->count != NULL; p++)
		for (size_t i = 0; i < c->nsizes; i++) {
			struct vm_policy_args args = c->policy[p].args;

			args.frames = c->size[i];
			args.seed = seed;
			if (!wl_count_add(c->count, c->policy[p].policy, &args))
				return cmd_fail(&c->cmd,
				    "no memory for %" PRIu32 " frames",
				    args.frames);
		}
	return c->count != NULL ? CMD_OK : cmd_fail(&c->cmd, "no memory");
}

/* ------------------------------------------------------------ results ---- */

static double
mean(const struct wl_count_result *r)
{
	return r->touches > 0 ? (double)r->resident_sum / (double)r->touches :
				0;
}

static void
print_json(const struct counting *c)
{
	const struct wl_count_result *r;

	printf("{\"trace\":");
	cmd_json_string(stdout, c->cmd.operand[0]);
	printf(",\"data_only\":%s,\"references\":%" PRIu64
	       ",\"touches\":%" PRIu64 ",\"distinct_pages_4k\":%" PRIu64
	       ",\"cut\":%s,\"runs\":[",
	    c->data_only ? "true" : "false", c->stats.references,
	    c->stats.touches, wl_count_distinct(c->count),
	    c->stats.cut ? "true" : "false");
	for (size_t i = 0; (r = wl_count_result(c->count, i)) != NULL; i++) {
		printf("%s{\"policy\":", i > 0 ? "," : "");
		cmd_json_string(stdout, c->policy[i / c->nsizes].text);
		printf(",\"frames\":%" PRIu32 ",\"misses\":%" PRIu64
		       ",\"evictions\":%" PRIu64
		       ",\"dirty_evictions\":%" PRIu64,
		    r->args.frames, r->misses, r->evictions,
		    r->dirty_evictions);
		if (r->policy->expired != NULL)
			printf(",\"mean_resident\":%.2f", mean(r));
		putchar('}');
	}
	printf("]}\n");
}

static void
print_text(const struct counting *c)
{
	const struct wl_count_result *r;

	printf("%s: %" PRIu64 " references, %" PRIu64 " touches, %" PRIu64
	       " distinct 4K pages%s\n",
	    c->cmd.operand[0], c->stats.references, c->stats.touches,
	    wl_count_distinct(c->count),
	    c->stats.cut ? ", the trace breaks off" : "");
	printf("%-16s %9s %12s %8s %15s\n", "policy", "frames", "misses",
	    "ratio", "dirty evictions");
	for (size_t i = 0; (r = wl_count_result(c->count, i)) != NULL; i++) {
		printf("%-16s %9" PRIu32 " %12" PRIu64 " %8.4f %15" PRIu64,
		    c->policy[i / c->nsizes].text, r->args.frames, r->misses,
		    r->touches > 0 ? (double)r->misses / (double)r->touches : 0,
		    r->dirty_evictions);
		if (r->policy->expired != NULL)
			printf("  resident %.2f", mean(r));
		putchar('\n');
	}
}

static int
count(struct counting *c)
{
	const char *path = c->cmd.operand[0];
	struct wl_input *in;
	char err[512];
	int error;

	in = wl_input_open(path, err, sizeof(err));
	if (in == NULL)
		return cmd_fail(&c->cmd, "%s: %s", path, err);
	in->as = c->as;
	cmd_slice_set(&c->slice, c->data_only, in);
	in->one_space = c->one_space;
	cmd_watch_begin(&c->watch, &c->cmd, in, "references");
	error = wl_count_trace(c->count, in, c->data_only, &c->stats, err,
	    sizeof(err));
	cmd_watch_end(&c->watch);
	wl_input_close(in);
	if (error != 0)
		return cmd_fail(&c->cmd, "%s", err);
	if (c->stats.cut && !c->cmd.quiet)
		fprintf(stderr,
		    "uvmsim count: %s:%" PRIu64
		    ": warning: the trace breaks off%s%s\n",
		    path, c->stats.line + 1,
		    c->stats.cut_why[0] != '\0' ? ": " : "", c->stats.cut_why);
	if (c->cmd.json)
		print_json(c);
	else
		print_text(c);
	cmd_watch_tell(&c->watch, c->stats.references, "references", path);
	return CMD_OK;
}

static void
end(struct counting *c)
{
	wl_count_destroy(c->count);
	mem_destroy(c->mem);
	for (size_t i = 0; i < c->npolicies; i++) {
		wl_policy_unload(c->policy[i].handle);
		free(c->policy[i].text);
	}
}

/* ------------------------------------------------------------ command ---- */

static int
list(void)
{
	for (size_t i = 0; vm_policies[i] != NULL; i++) {
		const struct vm_policy *p = vm_policies[i];
		const struct vm_policy_param *pp = p->params;

		printf("%-9s %s\n", p->name, p->summary);
		for (; pp != NULL && pp->name != NULL; pp++)
			printf("%-9s   %s=%" PRIu64 "  %s\n", "", pp->name,
			    pp->value, pp->summary);
	}
	return CMD_OK;
}

int
cmd_count(int argc, char **argv)
{
	struct counting c = { .policies = "lru", .seed = "1" };
	bool names = false;
	const struct cmd_option options[] = {
		{ "policy", 'p', "NAME,...",
		    "policies: NAME or ./FILE.so, then :PARAMETER=N (lru)",
		    &c.policies },
		{ "frames", 0, "N,...", "frames of memory, of 4K", &c.frames },
		{ "data-only", 0, NULL, "leave out the fetches", &c.data_only },
		{ "one-space", 0, NULL,
		    "take all processes of the trace as one", &c.one_space },
		{ "seed", 0, "N", "seed of policies that draw lots (1)",
		    &c.seed },
		{ "from", 0, "FORMAT", CMD_FROM_HELP, &c.from },
		CMD_SLICE_OPTIONS(c.slice),
		{ "list", 0, NULL, "list the policies and stop", &names },
		{ .name = NULL }
	};
	int status;

	c.cmd = (struct cmd){
		.name = "count",
		.operands = "TRACE",
		.about = "Counts the misses of page replacement policies over "
			 "a trace of references (plain,\ngzip, xz or zstd; - "
			 "is standard input), each policy with each number "
			 "of\nframes.",
		.takes = CMD_TAKES_JSON | CMD_TAKES_QUIET | CMD_TAKES_BOUNDS |
		    CMD_TAKES_OPS,
		.options = options,
		.max_operands = 1,
	};
	if (!cmd_parse(&c.cmd, argc, argv))
		return c.cmd.status;
	if (names)
		return list();
	if (c.cmd.noperands == 0)
		return cmd_usage_error(&c.cmd, "expected TRACE");
	status = cmd_from(&c.cmd, c.from, &c.as);
	if (status == CMD_OK)
		status = cmd_slice(&c.cmd, &c.slice);
	if (status == CMD_OK)
		status = read_policies(&c);
	if (status == CMD_OK)
		status = read_frames(&c);
	if (status == CMD_OK)
		status = add_runs(&c);
	if (status == CMD_OK)
		status = count(&c);
	end(&c);
	return cmd_watch_kill(&c.watch, status);
}
