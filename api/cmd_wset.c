/*
 * uvmsim wset: working sets and locality of a trace of references.  Options,
 * and what text and data have in common.
 */
#include "cmd_wset.h"
#include "watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "pmap/geometry.h"
#include "workloads/policy/load.h"

#define EVERY 10000 /* touches of a window, unless given */
#define MILLION 1000000u

struct options {
	struct wset w;
	struct cmd_slice slice;
	const char *from, *tau, *every, *policy, *frames, *pff;
	bool data_only, one_space;
	struct cmd_watch watch;
	uint64_t taus[WL_WSET_MAXTAUS];
	char *policy_text;
	void *handle;
};

static const uint64_t usual_taus[] = { 1000, 10000, 100000 };

/* ------------------------------------------------------------ numbers ---- */

double
cmd_wset_ratio(uint64_t n, uint64_t of)
{
	return of > 0 ? (double)n / (double)of : 0;
}

/* By doubling, with one between; or wherever the curves are exact. */
uint64_t
cmd_wset_next_tau(const struct wset *w, uint64_t tau)
{
	const uint64_t last = wl_wset_longest(&w->t.wset);

	if (tau >= last)
		return tau == 0 ? 1 : 0;
	if (tau < 2)
		return tau + 1;
	if (!w->all)
		return (tau & (tau - 1)) == 0 ? tau + tau / 2 : tau / 3 * 4;
	if (tau < WL_WSET_EXACT)
		return tau + 1;
	return tau + ((uint64_t)1 << (63 - __builtin_clzll(tau) - 7));
}

uint64_t
cmd_wset_avoidable(const struct wl_wset_row *r)
{
	return r->misses > r->firsts ? r->misses - r->firsts : 0;
}

bool
cmd_wset_thrashes(const struct wset *w, size_t row)
{
	const struct wl_wset_row *r = &w->t.row[row];

	return w->t.policy != NULL &&
	    wl_thrashing(&w->pff, r->touches, cmd_wset_avoidable(r),
		w->t.foot[row].pages, w->t.args.frames);
}

struct wset_judged
cmd_wset_judge(const struct wset *w)
{
	struct wset_judged j = { .first = 0 };

	for (size_t i = 0; i < w->t.nrows; i++) {
		const struct wl_wset_row *r = &w->t.row[i];
		const enum wl_pff pff = wl_pff_judge(&w->pff, r->touches,
		    cmd_wset_avoidable(r));

		j.below += pff == WL_PFF_BELOW;
		j.within += pff == WL_PFF_WITHIN;
		j.above += pff == WL_PFF_ABOVE;
		if (!cmd_wset_thrashes(w, i))
			continue;
		if (j.thrashing++ == 0)
			j.first = i;
	}
	return j;
}

static void
add_bar(struct wset_bars *b, uint64_t v, uint64_t n)
{
	const unsigned k = v < 2 ? 0 : 64 - (unsigned)__builtin_clzll(v - 1);

	b->bar[k] += n;
	if (n > 0 && k >= b->n)
		b->n = k + 1;
}

void
cmd_wset_distances(const struct wset *w, struct wset_bars *b)
{
	const struct wl_reuse *r = &w->t.reuse;

	*b = (struct wset_bars){ .firsts = r->hist[0] };
	for (uint32_t d = 1; d <= r->most; d++)
		add_bar(b, d, r->hist[d]);
}

void
cmd_wset_intervals(const struct wset *w, struct wset_bars *b)
{
	uint64_t longer = w->t.wset.now, left;

	*b = (struct wset_bars){ .firsts = w->t.wset.distinct };
	for (uint64_t tau = 1; longer > b->firsts; tau *= 2, longer = left) {
		left = wl_wset_point(&w->t.wset, tau).faults;
		add_bar(b, tau, longer - left);
	}
}

/* ------------------------------------------------------------ options ---- */

static int
read_taus(struct options *o)
{
	const char *s = o->tau;
	unsigned n = 0;

	o->w.t.tau = s == NULL ? usual_taus : o->taus;
	o->w.t.ntaus = NELEM(usual_taus);
	if (s == NULL)
		return CMD_OK;
	for (;; s++) {
		if (n == WL_WSET_MAXTAUS ||
		    !cmd_number_at(&s, ',', 1, WL_WSET_MAXTAU, &o->taus[n++]))
			return cmd_usage_error(&o->w.cmd,
			    "--tau takes up to %u numbers from 1 to %" PRIu64
			    ", as 1000,10000, not '%s'",
			    WL_WSET_MAXTAUS, WL_WSET_MAXTAU, o->tau);
		if (*s == '\0')
			break;
	}
	o->w.t.ntaus = n;
	return CMD_OK;
}

/* A decimal share, to a millionth: 0.01. => false: it is none */
static bool
read_share(const char **s, uint64_t *millionths)
{
	uint64_t v = 0, scale = MILLION;

	if (**s != '0' && **s != '1')
		return false;
	v = (uint64_t)(*(*s)++ - '0') * MILLION;
	if (**s == '.')
		for (++*s; **s >= '0' && **s <= '9' && scale > 1; ++*s) {
			scale /= 10;
			v += (uint64_t)(**s - '0') * scale;
		}
	*millionths = v;
	return v <= MILLION;
}

static int
read_pff(struct options *o)
{
	struct wl_pff_bounds *b = &o->w.pff;
	const char *s = o->pff;

	*b = (struct wl_pff_bounds){ WL_PFF_LOW, WL_PFF_HIGH };
	if (s == NULL)
		return CMD_OK;
	if (read_share(&s, &b->low) && *s++ == ',' &&
	    read_share(&s, &b->high) && *s == '\0' && b->low <= b->high)
		return CMD_OK;
	return cmd_usage_error(&o->w.cmd,
	    "--pff takes two faults a touch, the lower one first, as "
	    "0.0001,0.01, not '%s'",
	    o->pff);
}

static int
read_policy(struct options *o)
{
	struct wl_wset_trace *t = &o->w.t;
	uint64_t frames;
	char err[512];

	if (o->policy == NULL && o->frames == NULL && o->pff == NULL)
		return CMD_OK;
	if (o->frames == NULL)
		return cmd_usage_error(&o->w.cmd,
		    "expected --frames N: faults depend on it");
	if (!cmd_number(o->frames, 1, VM_POLICY_MAXFRAMES, &frames))
		return cmd_usage_error(&o->w.cmd,
		    "--frames takes a number from 1 to %" PRIu32 ", not '%s'",
		    VM_POLICY_MAXFRAMES, o->frames);
	o->w.policy = o->policy != NULL ? o->policy : "lru";
	if (!wl_policy_find(o->w.policy, &t->policy, &t->args, &o->handle, err,
		sizeof(err)))
		return cmd_usage_error(&o->w.cmd, "--policy: %s", err);
	t->args.frames = (uint32_t)frames;
	t->args.seed = 1;
	if (t->policy->next != NULL)
		return cmd_usage_error(&o->w.cmd,
		    "--policy %s must know the future, and counts when the "
		    "trace has ended; uvmsim count has it",
		    o->w.policy);
	return CMD_OK;
}

static int
read_options(struct options *o)
{
	struct wset *w = &o->w;
	int status = read_taus(o);

	w->t.every = EVERY;
	if (status == CMD_OK &&
	    !cmd_number(o->every, 1, (uint64_t)1 << 40, &w->t.every))
		status = cmd_usage_error(&w->cmd,
		    "--every takes a number of touches, not '%s'", o->every);
	if (status == CMD_OK)
		status = read_pff(o);
	if (status == CMD_OK)
		status = read_policy(o);
	if (status == CMD_OK && w->csv && w->cmd.json)
		status = cmd_usage_error(&w->cmd,
		    "expected --csv or --json, not both");
	if (status == CMD_OK && w->csv && w->series + w->curve + w->reuse > 1)
		status = cmd_usage_error(&w->cmd,
		    "--csv takes one of --series, --curve, --reuse");
	w->curve |= w->all;
	w->t.distances = w->reuse;
	return status;
}

/* ---------------------------------------------------------------- run ---- */

static int
measure(struct options *o)
{
	struct wset *w = &o->w;
	struct wl_touches *t = w->t.touches;

	bool ok;

	wl_input_once(t->input);
	t->input->one_space = o->one_space;
	cmd_watch_begin(&o->watch, &w->cmd, t->input, "references");
	ok = wl_wset_trace(&w->t);
	cmd_watch_end(&o->watch);
	if (!ok && o->watch.signal == 0)
		return cmd_fail(&w->cmd, "%s", t->error);
	if (!ok) {
		cmd_watch_tell(&o->watch, 0, "references", t->trace);
		return CMD_FAIL;
	}
	if (t->cut && !w->cmd.quiet)
		fprintf(stderr,
		    "uvmsim wset: %s: warning: the trace breaks off\n",
		    t->trace);
	if (w->cmd.json)
		cmd_wset_json(w);
	else if (w->csv)
		cmd_wset_csv(w);
	else
		cmd_wset_text(w);
	cmd_watch_tell(&o->watch, t->references, "references", t->trace);
	return CMD_OK;
}

static int
run(struct options *o, const struct wl_refformat *as)
{
	struct wset *w = &o->w;
	struct wl_touches *t = calloc(1, sizeof(*t));
	const char *path = w->cmd.operand[0];
	struct sim_config config;
	char err[512];
	int status;

	if (t == NULL)
		return cmd_fail(&w->cmd, "no memory");
	sim_config_default(&config);
	cmd_config(&w->cmd, &config);
	w->page_shift = config.arch->page_shift;
	*t = (struct wl_touches){ .trace = path,
		.page_shift = w->page_shift,
		.data_only = o->data_only };
	t->input = wl_input_open(path, err, sizeof(err));
	w->t.touches = t;
	if (t->input == NULL) {
		status = cmd_fail(&w->cmd, "%s: %s", path, err);
	} else {
		t->input->as = as;
		cmd_slice_set(&o->slice, o->data_only, t->input);
		status = measure(o);
		wl_input_close(t->input);
	}
	wl_wset_trace_fini(&w->t);
	free(t);
	return status;
}

int
cmd_wset(int argc, char **argv)
{
	struct options o = { .tau = NULL };
	struct wset *w = &o.w;
	const struct wl_refformat *as;
	const struct cmd_option options[] = {
		{ "tau", 0, "N,...", "lengths of windows (1000,10000,100000)",
		    &o.tau },
		{ "every", 0, "N", "touches between two samples (10000)",
		    &o.every },
		{ "series", 0, NULL, "print each sample", &w->series },
		{ "curve", 0, NULL, "mean size and faults at any tau",
		    &w->curve },
		{ "all", 0, NULL, "the curve at all its points", &w->all },
		{ "reuse", 0, NULL, "histograms of distances and intervals",
		    &w->reuse },
		{ "phases", 0, NULL, "list the phases", &w->phases },
		{ "plot", 0, NULL, "draw the sizes over time", &w->plot },
		{ "policy", 'p', "NAME", "whose faults to count (lru)",
		    &o.policy },
		{ "frames", 0, "N", "frames that it has: count its faults",
		    &o.frames },
		{ "pff", 0, "LOW,HIGH",
		    "bounds of its faults a touch (0.0001,0.01)", &o.pff },
		{ "data-only", 0, NULL, "leave the fetches out", &o.data_only },
		{ "one-space", 0, NULL,
		    "take all processes of the trace as one", &o.one_space },
		{ "from", 0, "FORMAT", CMD_FROM_HELP, &o.from },
		CMD_SLICE_OPTIONS(o.slice),
		{ "csv", 0, NULL,
		    "comma-separated values: the series, or another one",
		    &w->csv },
		{ .name = NULL },
	};
	int status;

	w->cmd = (struct cmd){
		.name = "wset",
		.operands = "TRACE",
		.about =
		    "Measures the working sets W(t, tau) of a trace of "
		    "references: the pages of the last\ntau touches, their "
		    "number over time, its mean and maximum, and the faults "
		    "of the\nworking-set policy.  With --frames, the "
		    "page-fault frequency of a policy and whether\nit "
		    "thrashes.  The machine has a say in the size of pages "
		    "(arch).",
		.takes = CMD_TAKES_MACHINE | CMD_TAKES_JSON | CMD_TAKES_QUIET |
		    CMD_TAKES_BOUNDS | CMD_TAKES_OPS,
		.options = options,
		.min_operands = 1,
		.max_operands = 1,
	};
	if (!cmd_parse(&w->cmd, argc, argv))
		return w->cmd.status;
	status = cmd_from(&w->cmd, o.from, &as);
	if (status == CMD_OK)
		status = cmd_slice(&w->cmd, &o.slice);
	if (status == CMD_OK)
		status = read_options(&o);
	if (status == CMD_OK)
		status = run(&o, as);
	wl_policy_unload(o.handle);
	return cmd_watch_kill(&o.watch, status);
}
