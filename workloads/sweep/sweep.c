/*
 * Sweeps: points not yet done become lanes, as many as may live at a time; the
 * lanes go over the trace together, in one pass; and so on until no point is
 * left.  A lane of several points that fails leaves them to a later pass, in
 * lanes of their own.
 */
#include "lane.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/policy/load.h"

/* Lanes of a job: machines, for which hosts of 32 bits have little room. */
#define LIVE (sizeof(size_t) > 4 ? 16 : 1)

const char *const wl_sweep_figures[WL_SWEEP_NFIGURES] = {
#define X(id, name) name,
	WL_SWEEP_FIGURES(X)
#undef X
};

const struct wl_engine *const wl_engines[] = { &wl_engine_machine,
	&wl_engine_count, NULL };

/* ---------------------------------------------------------------- rows ---- */

bool
wl_sweep_rows(struct wl_sweep *s)
{
	const size_t columns = WL_SWEEP_NFIGURES + s->nstats;
	uint64_t *value;

	s->npoints = wl_grid_points(s->grid);
	s->row = calloc(s->npoints, sizeof(*s->row));
	value = calloc(s->npoints, columns * sizeof(*value));
	if (s->row == NULL || value == NULL) {
		free(s->row);
		free(value);
		s->row = NULL;
		s->npoints = 0;
		return false;
	}
	for (size_t i = 0; i < s->npoints; i++)
		s->row[i].value = value + i * columns;
	return true;
}

void
wl_sweep_free(struct wl_sweep *s)
{
	for (size_t i = 0; i < s->npoints; i++)
		free(s->row[i].why);
	if (s->npoints > 0)
		free(s->row[0].value);
	free(s->row);
	s->row = NULL;
	s->npoints = 0;
}

void
wl_sweep_fail(struct wl_sweep *s, size_t point, const char *why)
{
	s->row[point].state = WL_SWEEP_FAILED;
	free(s->row[point].why);
	s->row[point].why = strdup(why);
}

/* --------------------------------------------------------------- lanes ---- */

const struct wl_engine *
wl_engine_of(const struct wl_grid *g, size_t point)
{
	const char *name = wl_engines[0]->name;

	for (size_t k = 0; k < g->nkeys; k++)
		if (strcmp(g->key[k].name, "engine") == 0)
			name = wl_grid_value(g, point, k);
	for (size_t i = 0; wl_engines[i] != NULL; i++)
		if (strcmp(wl_engines[i]->name, name) == 0)
			return wl_engines[i];
	return NULL;
}

bool
wl_lane_fail(struct wl_lane *lane, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(lane->err, sizeof(lane->err), fmt, ap);
	va_end(ap);
	return false;
}

void
wl_lane_close(struct wl_lane *lane)
{
	if (lane->begun)
		lane->engine->close(lane);
	lane->begun = false;
	for (size_t i = 0; i < lane->n; i++)
		wl_policy_unload(lane->handle[i]);
	memset(lane->handle, 0, sizeof(lane->handle));
}

/* What becomes of the points of a lane that failed. */
static void
fail_points(struct wl_lane *lane)
{
	struct wl_sweep *s = lane->sweep;

	for (size_t i = 0; i < lane->n; i++)
		if (lane->n > 1)
			s->row[lane->point[i]].alone = true;
		else
			wl_sweep_fail(s, lane->point[i], lane->err);
}

void
wl_lane_settle(struct wl_lane *lane)
{
	struct wl_sweep *s = lane->sweep;

	if (lane->failed)
		fail_points(lane);
	for (size_t i = 0; i < lane->n; i++) {
		struct wl_sweep_row *row = &s->row[lane->point[i]];

		if (!lane->failed)
			row->state = WL_SWEEP_DONE;
		if (row->state != WL_SWEEP_OPEN && s->finished != NULL)
			s->finished(s->ctx, lane->point[i]);
	}
}

/* -------------------------------------------------------------- passes ---- */

/* A lane of points from *at on; *at is behind them then. => it has any */
static bool
collect(struct wl_sweep *s, size_t *at, struct wl_lane *lane)
{
	memset(lane, 0, sizeof(*lane));
	lane->sweep = s;
	for (; *at < s->npoints; ++*at) {
		const struct wl_engine *e = wl_engine_of(s->grid, *at);

		if (s->row[*at].state != WL_SWEEP_OPEN)
			continue;
		if (lane->n > 0 &&
		    (e == NULL || e != lane->engine || s->row[*at].alone ||
			s->row[lane->point[0]].alone || lane->n == e->together))
			break;
		lane->engine = e;
		lane->point[lane->n++] = *at;
		if (e == NULL || e->together == 1) {
			++*at;
			break;
		}
	}
	return lane->n > 0;
}

/*
 * Lanes that can begin, at most max of them, of points from *at on; those that
 * cannot are settled. => how many
 */
static size_t
fill(struct wl_sweep *s, size_t *at, struct wl_lane *lane, size_t max)
{
	size_t n = 0;

	while (n < max && collect(s, at, &lane[n])) {
		struct wl_lane *l = &lane[n];

		if (l->engine == NULL)
			l->failed = !wl_lane_fail(l,
			    "expected engine=machine or engine=count");
		else
			l->failed = !l->engine->configure(l);
		if (!l->failed) {
			n++;
			continue;
		}
		wl_lane_close(l);
		wl_lane_settle(l);
	}
	return n;
}

int
wl_sweep_run(struct wl_sweep *s, char *err, size_t errlen)
{
	const size_t max = s->live > 0 ? s->live : (size_t)LIVE * s->jobs;
	struct wl_lane *lane = calloc(max, sizeof(*lane));
	size_t at = 0, n;
	int error = 0;

	if (lane == NULL) {
		snprintf(err, errlen, "no memory");
		return ENOMEM;
	}
	while (error == 0 && !s->stopped) {
		if ((n = fill(s, &at, lane, max)) == 0) {
			/* Those that failed in company are left. */
			at = 0;
			n = fill(s, &at, lane, max);
		}
		if (n == 0)
			break;
		error = wl_sweep_pass(s, lane, n, err, errlen);
	}
	free(lane);
	return error;
}
