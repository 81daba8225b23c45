/*
 * Traces of the public interface: which of the three kinds it is, what that
 * kind takes, and its figures under their common names.
 */
#include <string.h>

#include "lib.h"
#include "workloads/refs/refs.h"
#include "workloads/refs/refsource.h"
#include "workloads/replay/replay.h"
#include "workloads/script/lines.h"
#include "workloads/replay/stream.h"

struct replay {
	struct uvmsim_replay *r;
	struct uvmsim *u; /* NULL: not yet made */
	struct wl_input *input;
	const struct wl_callformat *log; /* that the caller names, or NULL */
	bool told;                       /* api_fail() knows more than err */
	char err[512];
	struct lib_watch watch;
};

/* ----------------------------------------------------------- listening ---- */

static void
say(const struct replay *rp, const char *text)
{
	if (rp->r->report != NULL)
		rp->r->report(rp->r->ctx, text, strlen(text));
}

static void
report_stream(void *ctx, const char *text)
{
	say(ctx, text);
}

static void
report_log(void *ctx, enum wl_replay_report what, uint64_t line,
    const char *text)
{
	char full[700];

	snprintf(full, sizeof(full), "%llu: %s%s", (unsigned long long)line,
	    what == WL_REPLAY_WARNING ? "warning: " : "", text);
	say(ctx, full);
}

/*
 * The machine has been made.  Without memory for its public name the replay
 * goes on, and fails at its end.
 */
static void
start(void *ctx, struct machine *m)
{
	struct replay *rp = ctx;

	rp->u = lib_borrow(m);
	if (rp->u != NULL && rp->r->start != NULL)
		rp->r->start(rp->r->ctx, rp->u);
	if (rp->u != NULL) {
		lib_watch_on(&rp->watch, rp->u);
		rp->u->inside++; /* who gets reports changes nothing */
	}
}

/* ------------------------------------------------------- configuration ---- */

/* What the caller says, on top. => false: told */
static bool
configure(const struct replay *rp, struct sim_config *config)
{
	return lib_configure(config, rp->r->config) == 0 &&
	    (rp->r->policy == NULL ||
		lib_policy(config, rp->r->policy, rp->r->params) == 0);
}

/* Of references, with what the trace itself says, or NULL. => false: told */
static bool
configure_refs(const struct replay *rp, const struct wl_lines *said,
    struct sim_config *config)
{
	wl_refs_default(config);
	config->foresight = said == NULL;
	if (said != NULL)
		wl_lines_config(said, config);
	if (!configure(rp, config))
		return false;
	if (wl_refs_complete(config))
		return true;
	(void)api_fail(EINVAL,
	    "a policy that sees every reference: expected frames=N, or "
	    "ram=SIZE for all of memory");
	return false;
}

static int
configure_stream(void *ctx, const struct wl_lines *said,
    struct sim_config *config)
{
	struct replay *rp = ctx;

	rp->told = !configure_refs(rp, said, config);
	return rp->told ? EINVAL : 0;
}

/* ------------------------------------------------------------ the kinds --- */

static int
replay_refs(struct replay *rp, struct machine **m)
{
	struct uvmsim_replay *r = rp->r;
	struct wl_refs_config config = { .trace = r->path,
		.input = rp->input,
		.data_only = r->flags & UVMSIM_REPLAY_DATA_ONLY,
		.until = r->until,
		.start = start,
		.ctx = rp };
	struct wl_refs_stats s = { .cut = false };
	int err;

	rp->told = !configure_refs(rp, NULL, &config.machine);
	if (rp->told)
		return EINVAL;
	err = wl_refs_run(&config, &s, m, rp->err, sizeof(rp->err));
	r->cut = s.cut;
	r->processes = s.processes;
	r->references = s.references;
	r->touches = s.touches;
	r->misses = s.misses;
	r->evictions = s.evictions;
	r->dirty_evictions = s.dirty_evictions;
	r->distinct_pages = s.distinct_pages;
	return err;
}

static int
replay_stream(struct replay *rp, struct machine **m)
{
	struct uvmsim_replay *r = rp->r;
	const struct wl_stream_config config = { .trace = r->path,
		.input = rp->input,
		.data_only = r->flags & UVMSIM_REPLAY_DATA_ONLY,
		.until = r->until,
		.configure = configure_stream,
		.start = start,
		.report = report_stream,
		.ctx = rp };
	struct wl_stream_stats s = { .cut = false };
	int err = wl_stream_run(&config, &s, m, rp->err, sizeof(rp->err));

	r->cut = s.cut;
	r->processes = s.processes;
	r->operations = s.operations;
	r->references = s.references;
	r->touches = s.touches;
	r->misses = s.misses;
	r->differences = s.failed + s.unmapped + s.refused + s.lost;
	return err;
}

/* The input is the replay's from here on. */
static int
replay_log(struct replay *rp, struct machine **m)
{
	struct uvmsim_replay *r = rp->r;
	struct wl_replay_config config = { .format = rp->log,
		.trace = r->path,
		.input = rp->input,
		.snaps = r->snaps,
		.initial_maps = r->initial_maps,
		.until = r->until,
		.host_files = (r->flags & UVMSIM_REPLAY_NO_HOST_FILES) == 0,
		.report = report_log,
		.start = start,
		.ctx = rp };
	struct wl_replay_stats s = { .lines = 0 };
	int err;

	sim_config_default(&config.machine);
	config.machine.ram = 0;
	config.machine.personality = NULL;
	rp->told = !configure(rp, &config.machine);
	if (rp->told)
		return EINVAL;
	wl_refs_ram(&config.machine);
	rp->input = NULL;
	err = wl_replay_run(&config, &s, m, rp->err, sizeof(rp->err));
	r->cut = s.cut;
	r->processes = s.processes;
	r->operations = s.calls;
	r->differences = s.divergences;
	return err;
}

/* ---------------------------------------------------------- the replay ---- */

/* => NULL, or the member that this kind of trace does not have */
static const char *
wrong_member(const struct uvmsim_replay *r)
{
	const bool log = r->kind == UVMSIM_TRACE_LOG;

	if (!log && (r->snaps != NULL || r->initial_maps != NULL))
		return "snaps and initial_maps are for logs of system calls";
	if (!log && (r->flags & UVMSIM_REPLAY_NO_HOST_FILES) != 0)
		return "UVMSIM_REPLAY_NO_HOST_FILES is for logs of system "
		       "calls";
	if (log && (r->flags & UVMSIM_REPLAY_DATA_ONLY) != 0)
		return "UVMSIM_REPLAY_DATA_ONLY is for traces of references";
	return NULL;
}

/* => 0 and *m, or an errno: rp->told or rp->err says why */
static int
run(struct replay *rp, struct machine **m)
{
	struct uvmsim_replay *r = rp->r;
	const bool refs = rp->log == NULL && wl_refs_detect(rp->input);
	const char *wrong;

	r->kind = !refs                 ? UVMSIM_TRACE_LOG :
	    wl_stream_detect(rp->input) ? UVMSIM_TRACE_STREAM :
					  UVMSIM_TRACE_REFERENCES;
	if ((wrong = wrong_member(r)) != NULL) {
		snprintf(rp->err, sizeof(rp->err), "%s: %s", r->path, wrong);
		return EINVAL;
	}
	return r->kind == UVMSIM_TRACE_LOG ? replay_log(rp, m) :
	    r->kind == UVMSIM_TRACE_STREAM ? replay_stream(rp, m) :
					     replay_refs(rp, m);
}

/* => false: told */
static bool
open_trace(struct replay *rp)
{
	const struct wl_refformat *as = NULL;
	const char *format = rp->r->format;
	char why[256] = "";

	if (format != NULL && (as = wl_refformat_byname(format)) == NULL &&
	    (rp->log = wl_callformat_byname(format)) == NULL) {
		(void)api_fail(EINVAL, "no format is called \"%.32s\"", format);
		return false;
	}
	errno = 0;
	rp->input = wl_input_open(rp->r->path, why, sizeof(why));
	if (rp->input != NULL) {
		rp->input->as = as;
		return true;
	}
	(void)api_fail(errno != 0 ? errno : EINVAL, "%s: %s", rp->r->path, why);
	return false;
}

static void
clear_results(struct uvmsim_replay *r)
{
	const size_t from = offsetof(struct uvmsim_replay, kind);

	memset((char *)r + from, 0, sizeof(*r) - from);
}

int
uvmsim_replay(struct uvmsim **u, struct uvmsim_replay *r)
{
	struct replay rp = { .r = r };
	struct machine *m = NULL;
	int err, limit = 0;

	if (!lib_needs(u, "where the machine goes") ||
	    !lib_needs(r, "the replay") ||
	    !lib_sized(r->size, sizeof(*r), "uvmsim_replay") ||
	    !lib_needs(r->path, "the path"))
		return -1;
	*u = NULL;
	clear_results(r);
	if (!open_trace(&rp))
		return -1;
	lib_watch(&rp.watch);
	rp.input->watch = &rp.watch.watch;
	err = run(&rp, &m);
	wl_input_close(rp.input);
	if (rp.u != NULL) {
		rp.u->inside--;
		limit = lib_limit_met(rp.u, &rp.watch);
	}
	if ((err == 0 || limit != 0) && rp.u != NULL) {
		*u = rp.u;
		return limit;
	}
	if (rp.u != NULL)
		uvmsim_destroy(rp.u);
	else
		sim_machine_destroy(m);
	if (err == 0)
		return api_fail(ENOMEM, "no memory for a machine");
	return rp.told ? -1 : api_fail(err, "%s", rp.err);
}
