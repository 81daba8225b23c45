/*
 * Limits of a machine: memory is counted where it is asked for (pmap/mem.h),
 * operations by the machine, and the host's clock is read before each of them,
 * within a long one, and now and then in runs and replays.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "lib.h"

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t
sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static bool
late(const struct uvmsim *u)
{
	return u->limits.nanoseconds != 0 && now() >= u->deadline;
}

static bool
stop(void *ctx)
{
	return late(ctx);
}

/* Long accesses ask for the time. */
static void
listen(struct uvmsim *u)
{
	u->m->stop_fn = u->limits.nanoseconds != 0 ? stop : NULL;
	u->m->stop_ctx = u;
	u->m->stopped = false;
}

int
uvmsim_set_limits(struct uvmsim *u, const struct uvmsim_limits *limits)
{
	static const struct uvmsim_limits none;

	if (!lib_is(u) ||
	    (limits != NULL &&
		!lib_sized(limits->size, sizeof(*limits), "uvmsim_limits")))
		return -1;
	u->limits = limits != NULL ? *limits : none;
	u->last_op = sum(u->m->nops, u->limits.operations);
	u->deadline = sum(now(), u->limits.nanoseconds);
	mem_limit(u->m->mem,
	    u->limits.memory > SIZE_MAX ? SIZE_MAX : (size_t)u->limits.memory);
	mem_forgiven(u->m->mem);
	listen(u);
	return 0;
}

uint64_t
uvmsim_host_memory(const struct uvmsim *u)
{
	return u != NULL ? mem_in_use(u->m->mem) : 0;
}

/* ---------------------------------------------------------- being met ---- */

size_t
lib_allowed(const struct uvmsim *u, size_t n)
{
	const uint64_t left = u->last_op - u->m->nops;

	return u->limits.operations != 0 && left < n ? (size_t)left : n;
}

static int
no_more_operations(const struct uvmsim *u)
{
	return api_fail(ECANCELED,
	    "the %" PRIu64 " operations that uvmsim_set_limits() allows are "
	    "done",
	    u->limits.operations);
}

static int
no_more_time(const struct uvmsim *u)
{
	return api_fail(ETIMEDOUT,
	    "the %" PRIu64 " ns that uvmsim_set_limits() allows are over",
	    u->limits.nanoseconds);
}

bool
lib_within(const struct uvmsim *u)
{
	if (lib_allowed(u, 1) == 0)
		return no_more_operations(u) == 0;
	return !late(u) || no_more_time(u) == 0;
}

bool
lib_starved(const struct uvmsim *u)
{
	if (u->m->stopped) {
		u->m->stopped = false;
		return no_more_time(u) != 0;
	}
	if (!mem_refused(u->m->mem))
		return false;
	mem_forgiven(u->m->mem);
	if (u->limits.memory == 0)
		(void)api_fail(ENOMEM, "no memory of the host is left");
	else
		(void)api_fail(EDQUOT,
		    "out of the %" PRIu64 " bytes of host memory that "
		    "uvmsim_set_limits() allows",
		    u->limits.memory);
	return true;
}

/* ------------------------------------------------------ runs, replays ---- */

static bool
look(void *ctx)
{
	const struct lib_watch *w = ctx;

	return w->u != NULL && late(w->u);
}

void
lib_watch(struct lib_watch *w)
{
	*w = (struct lib_watch){
		.watch = { .look = look, .ctx = w, .wake = -1 },
	};
}

void
lib_watch_on(struct lib_watch *w, struct uvmsim *u)
{
	w->u = u;
	if (u->limits.operations != 0)
		w->watch.most = lib_allowed(u, SIZE_MAX);
}

int
lib_limit_met(struct uvmsim *u, const struct lib_watch *w)
{
	listen(u);
	if (lib_starved(u))
		return -1;
	if (!w->watch.stopped && !w->watch.full)
		return 0;
	return w->watch.full ? no_more_operations(u) : no_more_time(u);
}
