/*
 * The machine engine of sweeps: a lane is one machine, made and driven as by
 * wl_refs_run().
 */
#include "lane.h"

#include <string.h>

#include "workloads/policy/load.h"
#include "sim/stats.h"

/* A policy from outside, which sim_config_set() cannot find. */
static bool
set_policy_file(struct wl_lane *lane, struct sim_config *c, const char *value)
{
	char why[400];

	if (!wl_policy_find(value, &c->policy, &c->policy_args,
		&lane->handle[0], why, sizeof(why)))
		return wl_lane_fail(lane, "policy=%s: %s", value, why);
	snprintf(c->policy_value, sizeof(c->policy_value), "%s", value);
	c->daemon = NULL;
	return true;
}

static bool
machine_configure(struct wl_lane *lane)
{
	const struct wl_grid *g = lane->sweep->grid;
	struct wl_refs_config *r = &lane->u.machine.config;
	char pair[WL_GRID_MAXKEY + WL_GRID_MAXVALUE + 2], why[400];

	r->trace = lane->sweep->input->path;
	wl_refs_default(&r->machine);
	for (size_t k = 0; k < g->nkeys; k++) {
		const char *key = g->key[k].name;
		const char *value = wl_grid_value(g, lane->point[0], k);

		if (strcmp(key, "engine") == 0)
			continue;
		if (strcmp(key, "policy") == 0 && strchr(value, '/') != NULL) {
			if (!set_policy_file(lane, &r->machine, value))
				return false;
			continue;
		}
		snprintf(pair, sizeof(pair), "%s=%s", key, value);
		if (sim_config_set(&r->machine, pair, why, sizeof(why)) != 0)
			return wl_lane_fail(lane, "%s", why);
	}
	if (!wl_refs_complete(&r->machine))
		return wl_lane_fail(lane,
		    "policy=%s: expected frames=N, or ram=SIZE for all of "
		    "memory",
		    r->machine.policy_value);
	return true;
}

static bool
machine_begin(struct wl_lane *lane)
{
	return wl_refs_begin(&lane->u.machine.config, &lane->u.machine.stats,
		   &lane->u.machine.refs, lane->err, sizeof(lane->err)) == 0;
}

static bool
machine_give(struct wl_lane *lane, uint32_t process, const struct wl_ref *ref,
    size_t n)
{
	struct wl_refs *r = lane->u.machine.refs;

	return wl_refs_process(r, process) == 0 && wl_refs_give(r, ref, n) == 0;
}

static bool
machine_finish(struct wl_lane *lane)
{
	struct machine *m = wl_refs_end(lane->u.machine.refs);
	const struct wl_refs_stats *s = &lane->u.machine.stats;
	uint64_t *value = lane->sweep->row[lane->point[0]].value;
	bool ok = true;

	lane->u.machine.refs = NULL;
	value[WL_SWEEP_REFERENCES] = s->references;
	value[WL_SWEEP_TOUCHES] = s->touches;
	value[WL_SWEEP_MISSES] = s->misses;
	value[WL_SWEEP_EVICTIONS] = s->evictions;
	value[WL_SWEEP_DIRTY] = s->dirty_evictions;
	value[WL_SWEEP_PAGES] = s->distinct_pages;
	for (size_t i = 0; i < lane->sweep->nstats && ok; i++)
		if (!sim_stat_byname(m, lane->sweep->stat[i],
			&value[WL_SWEEP_NFIGURES + i]))
			ok = wl_lane_fail(lane, "no statistic is named %s",
			    lane->sweep->stat[i]);
	sim_machine_destroy(m);
	return ok;
}

static void
machine_close(struct wl_lane *lane)
{
	struct machine *m = wl_refs_end(lane->u.machine.refs);

	if (m != NULL)
		sim_machine_destroy(m);
}

const struct wl_engine wl_engine_machine = {
	.name = "machine",
	.summary = "a whole machine a point, as replay makes it",
	.together = 1,
	.configure = machine_configure,
	.begin = machine_begin,
	.give = machine_give,
	.finish = machine_finish,
	.close = machine_close,
};
