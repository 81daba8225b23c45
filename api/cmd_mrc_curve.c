/*
 * The miss-ratio curve of a trace, by one of three ways: exact LRU, exact OPT,
 * a sample for LRU.  Each takes touches as they come, and answers when all have
 * come.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_mrc.h"
#include "pmap/narrow.h"
#include "workloads/curve/opt_curve.h"
#include "workloads/refs/pageindex.h"
#include "workloads/refs/refs.h"
#include "workloads/curve/reuse.h"
#include "workloads/curve/sample_curve.h"
#include "workloads/refs/touches.h"

/* A way of counting. */
struct way {
	const struct mrc_ask *ask;
	struct wl_pageindex index;
	struct wl_reuse reuse;
	struct wl_opt opt;
	struct wl_sample sample;
	uint32_t batch[WL_TOUCHES_ROOM];
};

struct way_ops {
	/* => 0 or an errno */
	int (*touches)(struct way *, const uint64_t *page, size_t n);
	/* c->point[].frames are set, or NULL for every size: the counts */
	int (*count)(struct way *, struct mrc_curve *c);
	/* => UINT64_MAX: no memory */
	uint64_t (*distinct)(struct way *);
};

/* ------------------------------------------------------------- indices ---- */

static int
index_batch(struct way *w, const uint64_t *page, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		w->batch[i] = wl_pageindex(&w->index, page[i]);
		if (w->batch[i] == WL_PAGEINDEX_NONE)
			return ENOMEM;
	}
	return 0;
}

static int
make_points(struct mrc_curve *c, uint64_t n)
{
	c->point = calloc(host_count(n + 1), sizeof(*c->point));
	c->npoints = host_count(n);
	return c->point != NULL ? 0 : ENOMEM;
}

/* A curve of every size from hist[0 .. n], hist[d]: hits with d frames. */
static int
every_size(struct mrc_curve *c, const uint64_t *hist, uint64_t n)
{
	uint64_t left = c->touches;
	int error = make_points(c, n);

	for (uint64_t d = 1; d <= n && error == 0; d++) {
		left -= hist[d];
		c->point[d - 1] = (struct mrc_point){ d, left, left, left };
	}
	return error;
}

/* The misses of n sizes, by fn(with, frames, n, misses). */
static int
some_sizes(struct mrc_curve *c, struct way *w,
    int (*fn)(struct way *, const uint64_t *, size_t, uint64_t *))
{
	uint64_t *v = malloc((c->npoints + 1) * 2 * sizeof(*v));
	uint64_t *misses;
	int error;

	if (v == NULL)
		return ENOMEM;
	misses = v + c->npoints;
	for (size_t i = 0; i < c->npoints; i++)
		v[i] = c->point[i].frames;
	error = fn(w, v, c->npoints, misses);
	for (size_t i = 0; i < c->npoints && error == 0; i++)
		c->point[i].misses = c->point[i].low = c->point[i]
							   .high = misses[i];
	free(v);
	return error;
}

/* ----------------------------------------------------------------- LRU ---- */

static int
lru_touches(struct way *w, const uint64_t *page, size_t n)
{
	int error = index_batch(w, page, n);

	if (error == 0 && wl_reuse_touches(&w->reuse, w->batch, n) < n)
		error = ENOMEM;
	return error;
}

static int
lru_misses(struct way *w, const uint64_t *frames, size_t n, uint64_t *misses)
{
	wl_reuse_misses(&w->reuse, frames, n, misses);
	return 0;
}

static int
lru_count(struct way *w, struct mrc_curve *c)
{
	return c->point == NULL ? every_size(c, w->reuse.hist, w->reuse.most) :
				  some_sizes(c, w, lru_misses);
}

static uint64_t
lru_distinct(struct way *w)
{
	return w->reuse.used;
}

/* ----------------------------------------------------------------- OPT ---- */

static int
opt_touches(struct way *w, const uint64_t *page, size_t n)
{
	int error = index_batch(w, page, n);

	for (size_t i = 0; i < n && error == 0; i++)
		error = wl_opt_add(&w->opt, w->batch[i]);
	return error;
}

static int
opt_misses(struct way *w, const uint64_t *frames, size_t n, uint64_t *misses)
{
	return wl_opt_misses(&w->opt, frames, n, misses);
}

static int
opt_count(struct way *w, struct mrc_curve *c)
{
	uint64_t *hist;
	int error;

	if (c->point != NULL)
		return some_sizes(c, w, opt_misses);
	error = wl_opt_distances(&w->opt, &hist);
	if (error == 0) {
		error = every_size(c, hist, w->opt.distinct);
		free(hist);
	}
	return error;
}

static uint64_t
opt_distinct(struct way *w)
{
	uint64_t distinct;

	return wl_opt_distinct(&w->opt, &distinct) == 0 ? distinct : UINT64_MAX;
}

/* -------------------------------------------------------------- sample ---- */

static int
sample_touches(struct way *w, const uint64_t *page, size_t n)
{
	return wl_sample_touches(&w->sample, page, n) ? 0 : ENOMEM;
}

static uint64_t
whole(double v)
{
	return (uint64_t)llround(v);
}

static int
sample_count(struct way *w, struct mrc_curve *c)
{
	const struct wl_estimate pages = wl_sample_pages(&w->sample);

	for (size_t i = 0; i < c->npoints; i++) {
		struct mrc_point *p = &c->point[i];
		const struct wl_estimate e = wl_sample_misses(&w->sample,
		    p->frames);

		p->misses = whole(e.misses);
		p->low = whole(floor(e.low));
		p->high = whole(ceil(e.high));
	}
	c->distinct_low = whole(floor(pages.low));
	c->distinct_high = whole(ceil(pages.high));
	c->rate = wl_sample_rate(&w->sample);
	c->sample_pages = w->sample.pages;
	c->sample_touches = w->sample.sampled;
	return 0;
}

static uint64_t
sample_distinct(struct way *w)
{
	return whole(wl_sample_pages(&w->sample).misses);
}

/* ----------------------------------------------------------------- run ---- */

static const struct way_ops lru = { lru_touches, lru_count, lru_distinct };
static const struct way_ops opt = { opt_touches, opt_count, opt_distinct };
static const struct way_ops sample = { sample_touches, sample_count,
	sample_distinct };

_Static_assert(WL_OPT_LIMIT == 268435456, "the number that people are told");

static const char *
sentence(int error)
{
	return error == EFBIG ?
	    "too many touches: OPT holds them in memory, 268435456 at most; "
	    "--policy lru takes any number" :
	    "no memory";
}

/* Sizes by doubling, with one between, until all pages have room. */
static int
usual_points(struct mrc_curve *c)
{
	size_t n = 0;

	if (make_points(c, 128) != 0)
		return ENOMEM;
	for (uint64_t f = 1; n < 127; f *= 2) {
		c->point[n++].frames = f;
		if (f >= c->distinct)
			break;
		if (f > 1)
			c->point[n++].frames = f + f / 2;
		if (f > 1 && f + f / 2 >= c->distinct)
			break;
	}
	c->npoints = n;
	return 0;
}

static int
set_points(const struct mrc_ask *ask, struct mrc_curve *c)
{
	int error = 0;

	if (ask->all)
		return 0;
	if (ask->frames == NULL)
		return usual_points(c);
	error = make_points(c, ask->npoints);
	for (size_t i = 0; i < ask->npoints && error == 0; i++)
		c->point[i].frames = ask->frames[i];
	return error;
}

static int
take_touches(struct way *w, const struct way_ops *ops, struct wl_touches *t)
{
	const uint64_t *page;
	int error = 0;
	size_t n;

	while (error == 0 && (n = wl_touches_next(t, &page)) > 0)
		error = ops->touches(w, page, n);
	if (w->ask->watch != NULL)
		cmd_watch_end(w->ask->watch);
	return error;
}

static bool
curve_of(struct way *w, const struct way_ops *ops, struct wl_touches *t,
    struct mrc_curve *c)
{
	int error = take_touches(w, ops, t);

	if (error == 0 && t->error[0] == '\0' && t->touches == 0)
		snprintf(t->error, sizeof(t->error),
		    "%s: expected references, but it has none%s", t->trace,
		    t->data_only ? " of data" : "");
	if (error == 0 && t->error[0] != '\0')
		return false;
	c->references = t->references;
	c->touches = t->touches;
	c->distinct_4k = t->distinct_4k;
	c->cut = t->cut;
	c->distinct = c->distinct_low = c->distinct_high = error == 0 ?
	    ops->distinct(w) :
	    0;
	if (c->distinct == UINT64_MAX)
		error = ENOMEM;
	if (error == 0)
		error = set_points(w->ask, c);
	if (error == 0)
		error = ops->count(w, c);
	if (error == 0)
		return true;
	snprintf(t->error, sizeof(t->error), "%s: %s", t->trace,
	    sentence(error));
	free(c->point);
	return false;
}

static void
way_fini(struct way *w)
{
	wl_pageindex_fini(&w->index);
	wl_reuse_fini(&w->reuse);
	wl_opt_fini(&w->opt);
	wl_sample_fini(&w->sample);
	free(w);
}

/* The touches of a trace that is open. */
static bool
curve_of_input(const struct mrc_ask *ask, struct mrc_curve *c,
    struct wl_touches *t)
{
	struct way *w = calloc(1, sizeof(*w));
	bool ok = w != NULL &&
	    (!c->sampled ||
		wl_sample_init(&w->sample, ask->rate, ask->sample_size,
		    ask->seed));

	if (!ok) {
		snprintf(t->error, sizeof(t->error), "no memory");
	} else if (wl_touches_open(t)) {
		w->ask = ask;
		ok = curve_of(w,
		    c->sampled                 ? &sample :
			ask->policy == MRC_OPT ? &opt :
						 &lru,
		    t, c);
		wl_touches_close(t);
	} else {
		ok = false;
	}
	if (w != NULL)
		way_fini(w);
	return ok;
}

bool
cmd_mrc_curve(const struct mrc_ask *ask, struct mrc_curve *c, char *err,
    size_t errlen)
{
	struct wl_input *in = wl_input_open(ask->trace, err, errlen);
	struct wl_touches *t;
	char why[256];
	bool ok = false;

	memset(c, 0, sizeof(*c));
	c->sampled = ask->rate != 0 || ask->sample_size != 0;
	if (in == NULL) {
		snprintf(why, sizeof(why), "%s", err);
		snprintf(err, errlen, "%s: %s", ask->trace, why);
		return false;
	}
	in->as = ask->as;
	cmd_slice_set(&ask->slice, ask->data_only, in);
	in->one_space = ask->one_space;
	if (ask->watch != NULL)
		cmd_watch_begin(ask->watch, ask->cmd, in, "references");
	t = calloc(1, sizeof(*t));
	if (t == NULL) {
		snprintf(err, errlen, "%s: no memory", ask->trace);
	} else if (!wl_refs_detect(in)) {
		snprintf(err, errlen, "%s: expected a trace of references",
		    ask->trace);
	} else {
		wl_input_once(in);
		t->trace = ask->trace;
		t->input = in;
		t->page_shift = ask->page_shift;
		t->data_only = ask->data_only;
		t->counts_4k = !c->sampled;
		ok = curve_of_input(ask, c, t);
		if (!ok)
			snprintf(err, errlen, "%s", t->error);
	}
	free(t);
	if (ask->watch != NULL)
		cmd_watch_end(ask->watch);
	wl_input_close(in);
	return ok;
}
