/*
 * The counting engine of sweeps: the points of a lane are the runs of one
 * struct wl_count, which makes keys of pages once for all of them.
 */
#include "lane.h"

#include <stdlib.h>
#include <string.h>

#include "workloads/policy/load.h"

#define PAGE_SHIFT 12

/* What a point has, before it is checked. */
struct wanted {
	struct sim_config config; /* arch, frames, seed */
	const char *policy;
};

static bool
set_key(struct wl_lane *lane, struct wanted *w, const char *key,
    const char *value)
{
	char pair[WL_GRID_MAXKEY + WL_GRID_MAXVALUE + 2], why[400];

	if (strcmp(key, "engine") == 0)
		return true;
	if (strcmp(key, "policy") == 0) {
		w->policy = value;
		return true;
	}
	if (strcmp(key, "frames") != 0 && strcmp(key, "seed") != 0 &&
	    strcmp(key, "arch") != 0)
		return wl_lane_fail(lane,
		    "engine=count has no %s; expected policy, frames, seed or "
		    "arch",
		    key);
	snprintf(pair, sizeof(pair), "%s=%s", key, value);
	if (sim_config_set(&w->config, pair, why, sizeof(why)) != 0)
		return wl_lane_fail(lane, "%s", why);
	return true;
}

static bool
configure_point(struct wl_lane *lane, size_t i)
{
	const struct wl_grid *g = lane->sweep->grid;
	struct wanted w = { .policy = "lru" };
	struct vm_policy_args *args = &lane->u.count.args[i];
	char why[400];

	sim_config_default(&w.config);
	for (size_t k = 0; k < g->nkeys; k++)
		if (!set_key(lane, &w, g->key[k].name,
			wl_grid_value(g, lane->point[i], k)))
			return false;
	if (w.config.arch->page_shift != PAGE_SHIFT)
		return wl_lane_fail(lane,
		    "engine=count has pages of 4K, and %s has not",
		    w.config.arch->name);
	if (w.config.frames == 0)
		return wl_lane_fail(lane,
		    "engine=count: expected frames=N, from 1 to %u",
		    VM_POLICY_MAXFRAMES);
	if (!wl_policy_find(w.policy, &lane->u.count.policy[i], args,
		&lane->handle[i], why, sizeof(why)))
		return wl_lane_fail(lane, "policy=%s: %s", w.policy, why);
	args->frames = w.config.frames;
	args->seed = w.config.seed;
	return true;
}

static bool
count_configure(struct wl_lane *lane)
{
	for (size_t i = 0; i < lane->n; i++)
		if (!configure_point(lane, i))
			return false;
	return true;
}

static bool
count_begin(struct wl_lane *lane)
{
	struct mem *mem = lane->u.count.mem = mem_create();
	struct wl_count *c = mem != NULL ? wl_count_create(mem) : NULL;
	struct wl_count_feed *feed = calloc(1, sizeof(*feed));

	lane->u.count.count = c;
	lane->u.count.feed = feed;
	if (c == NULL || feed == NULL)
		return wl_lane_fail(lane, "no memory");
	wl_count_feed(feed, c, false);
	for (size_t i = 0; i < lane->n; i++)
		if (!wl_count_add(c, lane->u.count.policy[i],
			&lane->u.count.args[i]))
			return wl_lane_fail(lane, "no memory for %u frames",
			    lane->u.count.args[i].frames);
	return true;
}

static bool
count_give(struct wl_lane *lane, uint32_t process, const struct wl_ref *ref,
    size_t n)
{
	int error = wl_count_give(lane->u.count.feed, process, ref, n);

	return error == 0 || wl_lane_fail(lane, "%s", wl_count_why(error));
}

static void
fill_row(struct wl_lane *lane, size_t i)
{
	const struct wl_count *c = lane->u.count.count;
	const struct wl_count_result *r = wl_count_result(c, i);
	uint64_t *value = lane->sweep->row[lane->point[i]].value;

	value[WL_SWEEP_REFERENCES] = lane->u.count.feed->references;
	value[WL_SWEEP_TOUCHES] = r->touches;
	value[WL_SWEEP_MISSES] = r->misses;
	value[WL_SWEEP_EVICTIONS] = r->evictions;
	value[WL_SWEEP_DIRTY] = r->dirty_evictions;
	value[WL_SWEEP_PAGES] = wl_count_distinct(c);
	for (size_t s = 0; s < lane->sweep->nstats; s++)
		value[WL_SWEEP_NFIGURES + s] = WL_SWEEP_NONE;
}

static bool
count_finish(struct wl_lane *lane)
{
	int error = wl_count_flush(lane->u.count.feed);

	if (error == 0)
		error = wl_count_finish(lane->u.count.count);
	if (error != 0)
		return wl_lane_fail(lane, "%s", wl_count_why(error));
	for (size_t i = 0; i < lane->n; i++)
		fill_row(lane, i);
	return true;
}

static void
count_close(struct wl_lane *lane)
{
	wl_count_destroy(lane->u.count.count);
	mem_destroy(lane->u.count.mem);
	if (lane->u.count.feed != NULL)
		wl_count_feed_fini(lane->u.count.feed);
	free(lane->u.count.feed);
}

const struct wl_engine wl_engine_count = {
	.name = "count",
	.summary = "the counting engine: policies and frames, pages of 4K",
	.together = WL_LANE_POINTS,
	.configure = count_configure,
	.begin = count_begin,
	.give = count_give,
	.finish = count_finish,
	.close = count_close,
};
