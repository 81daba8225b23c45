/*
 * A pass of a sweep: one thread decodes the trace into the ring, and `jobs'
 * threads take turns at the lanes as the ring gives them out, the caller's
 * being one of them.  If the host has fewer threads to give, fewer do it.
 *
 * Policies that must know the future have the trace read before, once for each
 * size of page.
 */
#include "lane.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/refs/refsource.h"
#include "ring.h"

#define BATCHES 16
#define REFS 16384 /* of a batch */

struct pass {
	struct wl_sweep *s;
	struct wl_lane *lane;
	size_t nlanes;
	struct wl_ring *ring;
	pthread_mutex_t lock;        /* of settling */
	struct wl_future future[64]; /* by page shift */
	int future_error[64];
	/* the decoder's */
	struct wl_refsource source;
	uint64_t taken; /* references */
	int error;
	char *err;
	size_t errlen;
};

static int
complain(struct pass *p, int error, const char *why)
{
	snprintf(p->err, p->errlen, "%s: %s", p->s->input->path, why);
	return error;
}

/* ------------------------------------------------------------- decoder ---- */

/* References that count, from *ref to end, into room for max. => how many */
static size_t
copy(const struct pass *p, struct wl_ref *to, size_t max,
    const struct wl_ref **ref, const struct wl_ref *end)
{
	const uint64_t until = p->s->until;
	size_t n = 0;

	if (until != 0 && max > until - p->taken)
		max = (size_t)(until - p->taken);
	if (!p->s->data_only) {
		n = (size_t)(end - *ref) < max ? (size_t)(end - *ref) : max;
		memcpy(to, *ref, n * sizeof(*to));
		*ref += n;
	} else {
		for (; *ref < end && n < max; ++*ref)
			if ((*ref)->kind != WL_REF_FETCH)
				to[n++] = **ref;
	}
	return n;
}

static bool
at_end(const struct pass *p)
{
	return p->s->until != 0 && p->taken == p->s->until;
}

/* => the trace has no more; *ref .. *end is what it had too much */
static bool
fill_batch(struct pass *p, struct wl_ring_batch *to, const struct wl_ref **ref,
    const struct wl_ref **end)
{
	size_t got;

	while (to->n < REFS && to->nruns < WL_RING_RUNS && !at_end(p)) {
		if (*ref == *end) {
			if ((got = wl_refsource_next(&p->source, ref)) == 0)
				return true;
			*end = *ref + got;
		}
		got = copy(p, to->ref + to->n, REFS - to->n, ref, *end);
		p->taken += got;
		if (got > 0)
			wl_ring_add(to, p->source.process, got);
	}
	return at_end(p);
}

static void *
decode(void *arg)
{
	struct pass *p = arg;
	struct wl_sweep *s = p->s;
	const struct wl_ref *ref = NULL, *end = NULL;
	struct wl_ring_batch *room;
	bool last = false;

	while (!last && (room = wl_ring_room(p->ring)) != NULL) {
		if (s->stop != NULL && s->stop(s->ctx)) {
			s->stopped = true;
			break;
		}
		last = fill_batch(p, room, &ref, &end);
		if (room->n > 0)
			wl_ring_put(p->ring);
	}
	if (p->source.stopped)
		s->stopped = true;
	if (p->source.error[0] != '\0') {
		snprintf(p->err, p->errlen, "%s:%s", s->input->path,
		    p->source.error);
		p->error = EINVAL;
	}
	wl_ring_end(p->ring, s->stopped || p->error != 0);
	return NULL;
}

/* ------------------------------------------------------------- workers ---- */

static void
settle(struct pass *p, struct wl_lane *lane)
{
	wl_lane_close(lane);
	pthread_mutex_lock(&p->lock);
	wl_lane_settle(lane);
	pthread_mutex_unlock(&p->lock);
	lane->finished = true;
}

/* Before there is any thread: while one lane makes its tables, no limit holds
 * for what the others map (mem_host of pmap/mem.h). */
static void
begin_all(struct pass *p)
{
	for (size_t i = 0; i < p->nlanes; i++) {
		struct wl_lane *lane = &p->lane[i];

		lane->begun = true;
		lane->failed = !lane->engine->begin(lane);
	}
}

static bool
give(struct wl_lane *lane, const struct wl_ring_batch *batch)
{
	const struct wl_ref *ref = batch->ref;
	bool ok = true;

	for (size_t i = 0; i < batch->nruns && ok; i++) {
		const struct wl_ring_run *run = &batch->run[i];

		ok = lane->engine->give(lane, run->process, ref, run->n);
		ref += run->n;
	}
	return ok;
}

static void *
work(void *arg)
{
	struct pass *p = arg;
	const struct wl_ring_batch *batch;
	enum wl_ring_turn turn;
	size_t i;

	while ((turn = wl_ring_take(p->ring, &i, &batch)) != WL_RING_NOTHING) {
		struct wl_lane *lane = &p->lane[i];
		bool ok = !lane->failed, more = turn == WL_RING_BATCH;

		if (ok)
			ok = more ? give(lane, batch) :
				    lane->engine->finish(lane);
		lane->failed = !ok;
		if (!ok || !more)
			settle(p, lane);
		wl_ring_done(p->ring, i, ok && more);
	}
	return NULL;
}

/* -------------------------------------------------------------- future ---- */

/* => the page shift of a lane that must know the future; 0: it need not */
static unsigned
future_shift(const struct wl_lane *lane)
{
	const struct sim_config *c = &lane->u.machine.config.machine;

	return lane->engine == &wl_engine_machine && c->policy != NULL &&
		c->policy->next != NULL ?
	    c->arch->page_shift :
	    0;
}

static int
make_future(struct pass *p, unsigned shift)
{
	struct wl_input *in = p->s->input;
	int error = wl_future_make(&p->future[shift], in, shift,
	    p->s->data_only, p->s->until);

	if (error == EINVAL)
		return complain(p, error, "expected a trace of references");
	if (error == EIO)
		return complain(p, error, in->error);
	p->future_error[shift] = error;
	return wl_input_rewind(in) ? 0 : complain(p, EIO, in->error);
}

/* The lane becomes number n of the pass. */
static void
keep(struct pass *p, size_t n, struct wl_lane *lane)
{
	if (lane == &p->lane[n])
		return;
	p->lane[n] = *lane;
	memset(lane, 0, sizeof(*lane));
}

/* What the lanes must know; those for which that fails are settled. */
static int
look_ahead(struct pass *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nlanes; i++) {
		struct wl_lane *lane = &p->lane[i];
		const unsigned shift = future_shift(lane);
		int error = 0;

		if (shift != 0 && p->future[shift].when == NULL &&
		    p->future_error[shift] == 0)
			error = make_future(p, shift);
		if (error != 0)
			return error;
		if (shift != 0)
			lane->u.machine.config.future = &p->future[shift];
		if (shift == 0 || p->future_error[shift] == 0) {
			keep(p, n++, lane);
			continue;
		}
		lane->failed = !wl_lane_fail(lane, "%s",
		    wl_count_why(p->future_error[shift]));
		settle(p, lane);
	}
	p->nlanes = n;
	return 0;
}

/* ---------------------------------------------------------------- pass ---- */

static int
run_threads(struct pass *p)
{
	pthread_t decoder, worker[WL_SWEEP_MAXJOBS];
	unsigned n = 0;
	char why[128];
	int error;

	begin_all(p);
	p->ring = wl_ring_create(BATCHES, REFS, p->nlanes);
	if (p->ring == NULL)
		return complain(p, ENOMEM, "no memory");
	if ((error = pthread_create(&decoder, NULL, decode, p)) != 0) {
		snprintf(why, sizeof(why),
		    "no memory for a thread, or too many of them: %s",
		    strerror(error));
		return complain(p, error, why);
	}
	while (n + 1 < p->s->jobs && n + 1 < p->nlanes &&
	    pthread_create(&worker[n], NULL, work, p) == 0)
		n++;
	work(p);
	while (n > 0)
		pthread_join(worker[--n], NULL);
	pthread_join(decoder, NULL);
	return p->error;
}

static int
run_trace(struct pass *p)
{
	struct wl_sweep *s = p->s;
	int error = wl_refsource_open(&p->source, s->input);

	if (error != 0)
		return complain(p, error,
		    error == ENOMEM ? "no memory" :
			s->input->error[0] != '\0' ?
				      s->input->error :
				      "expected a trace of references");
	error = run_threads(p);
	s->cut = p->source.cut;
	s->line = p->source.records;
	if (s->cut)
		snprintf(s->cut_why, sizeof(s->cut_why), "%s", s->input->error);
	wl_refsource_close(&p->source);
	return error;
}

int
wl_sweep_pass(struct wl_sweep *s, struct wl_lane *lane, size_t n, char *err,
    size_t errlen)
{
	struct pass p = {
		.s = s,
		.lane = lane,
		.nlanes = n,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.err = err,
		.errlen = errlen,
	};
	int error = 0;

	if (!wl_input_rewind(s->input))
		error = complain(&p, EIO, s->input->error);
	if (error == 0)
		error = look_ahead(&p);
	if (error == 0 && p.nlanes > 0)
		error = run_trace(&p);
	for (size_t i = 0; i < p.nlanes; i++)
		if (!lane[i].finished)
			wl_lane_close(&lane[i]);
	wl_ring_destroy(p.ring);
	for (size_t i = 0; i < NELEM(p.future); i++)
		wl_future_free(&p.future[i]);
	return error;
}
