/*
 * Miss-ratio curves of the run's references: LRU and OPT exactly, at every
 * size; other policies at some sizes, by the counting engine.
 *
 * LRU is counted as the references come.  OPT and the others need them all: as
 * many as the limit says are kept.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "report.h"

#define MAXSIZES 14 /* of policies that are run size by size */
#define MAXWORK ((uint64_t)400000000) /* touches times runs */

static const char *const policies[] = { "fifo", "clock", "arc", "s3fifo" };

void
report_curve_touch(struct report *r, uint32_t page)
{
	const uint64_t touch = WL_TOUCH(page, false);

	r->touches++;
	if (wl_reuse_touch(&r->reuse, page) == WL_REUSE_NOMEM)
		r->nomem = true;
	if (r->touches > r->limit.touches)
		return;
	if (wl_opt_add(&r->opt, page) != 0 ||
	    !report_column_put(&r->kept, (int64_t)touch))
		r->nomem = true;
}

/* -------------------------------------------------------------- sizes ---- */

/* Sizes from 1 to n: all, or so many in about equal steps of the ratio. */
static size_t
choose(uint64_t n, size_t most, uint64_t *size)
{
	const uint64_t all = n;
	size_t k = 0;
	uint64_t at = 1;

	if (n <= most) {
		for (; at <= n; at++)
			size[k++] = at;
		return k;
	}
	/* Doubling from 1, with steps between so that `most' are enough. */
	for (unsigned steps = 64; steps >= 1; steps /= 2) {
		k = 0;
		for (at = 1; at < all && k < most; at += 1 + at / steps)
			size[k++] = at;
		if (k < most)
			break;
	}
	size[k++] = all;
	return k;
}

/* Of n sizes about so many as policies are run with; the first ones of size[]
 * are those then. */
static size_t
choose_some(uint64_t all, uint64_t *size, size_t n)
{
	uint64_t want[MAXSIZES + 1];
	const size_t nwant = choose(all, MAXSIZES - 1, want);
	size_t k = 0, at = 0;

	for (size_t i = 0; i < nwant && at < n; i++) {
		while (at < n && size[at] < want[i])
			at++;
		if (at < n)
			size[k++] = size[at++];
	}
	return k;
}

/* ------------------------------------------------------------ policies ---- */

static void
count_policy(struct report *r, const struct vm_policy *policy,
    const uint64_t *size, size_t n, report_curve_fn *fn, void *ctx)
{
	struct wl_count *c = wl_count_create(r->m->mem);
	uint64_t misses[MAXSIZES];
	struct vm_policy_args args;
	bool ok = c != NULL;

	vm_policy_defaults(policy, &args);
	args.seed = r->m->config.seed;
	for (size_t i = 0; i < n && ok; i++) {
		args.frames = (uint32_t)size[i];
		ok = wl_count_add(c, policy, &args);
	}
	ok = ok &&
	    wl_count_touch(c, (const uint64_t *)r->kept.v, r->kept.n) == 0 &&
	    wl_count_finish(c) == 0;
	for (size_t i = 0; i < n && ok; i++)
		misses[i] = wl_count_result(c, i)->misses;
	if (ok)
		fn(ctx, policy->name, size, misses, n);
	else
		r->nomem = true;
	wl_count_destroy(c);
}

void
report_curves(struct report *r, report_curve_fn *fn, void *ctx)
{
	uint64_t size[REPORT_MAXPOINTS + 1], misses[REPORT_MAXPOINTS + 1];
	const bool all = r->touches <= r->limit.touches;
	size_t n;

	n = choose(r->reuse.used, REPORT_MAXPOINTS, size);
	wl_reuse_misses(&r->reuse, size, n, misses);
	fn(ctx, "lru", size, misses, n);
	if (all && wl_opt_misses(&r->opt, size, n, misses) != 0)
		r->nomem = true;
	else if (all)
		fn(ctx, "opt", size, misses, n);
	n = choose_some(r->reuse.used, size, n);
	for (size_t i = 0; i < NELEM(policies); i++)
		if (all && r->touches * n * NELEM(policies) <= MAXWORK)
			count_policy(r, vm_policy_byname(policies[i]), size, n,
			    fn, ctx);
}

static void
put_numbers(FILE *fp, const uint64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(fp, "%s%" PRIu64, i > 0 ? "," : "", v[i]);
}

struct output {
	FILE *fp;
	unsigned n;
};

static void
put_curve(void *ctx, const char *name, const uint64_t *size,
    const uint64_t *misses, size_t n)
{
	struct output *o = ctx;

	fprintf(o->fp, "%s{\"name\":\"%s\",\"frames\":[", o->n++ > 0 ? "," : "",
	    name);
	put_numbers(o->fp, size, n);
	fputs("],\"misses\":[", o->fp);
	put_numbers(o->fp, misses, n);
	fputs("]}", o->fp);
}

void
report_curves_json(struct report *r, FILE *fp)
{
	struct output o = { .fp = fp };

	if (r->touches == 0) {
		fputs("null", fp);
		return;
	}
	fprintf(fp, "{\"touches\":%" PRIu64 ",\"pages\":%u,\"curves\":[",
	    r->touches, r->reuse.used);
	report_curves(r, put_curve, &o);
	fputs("]}", fp);
}

void
report_curves_fini(struct report *r)
{
	wl_reuse_fini(&r->reuse);
	wl_opt_fini(&r->opt);
	free(r->kept.v);
}
