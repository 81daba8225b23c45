/*
 * Replay of whole traces of references: from the decoder to wl_refs_give(), for
 * a policy that must know the future twice.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "refs.h"
#include "refs_future.h"

/* A trace on its way through one replay. */
struct run {
	struct wl_refs_config config;
	struct wl_refs *refs;
	struct wl_refsource trace;
	struct wl_future future; /* if the policy must know it */
	char *err;
	size_t errlen;
};

bool
wl_refs_detect(struct wl_input *in)
{
	return wl_refsource_detect(in) != NULL;
}

static int
complain(struct run *r, int error, const char *why)
{
	snprintf(r->err, r->errlen, "%s: %s", r->config.trace, why);
	return error;
}

static int
pass(struct run *run)
{
	const struct wl_refs_config *c = &run->config;
	uint64_t left = c->until;
	const struct wl_ref *ref;
	size_t n;
	int error = 0;

	while (error == 0 && (n = wl_refsource_next(&run->trace, &ref)) > 0) {
		if (c->until != 0)
			n = wl_ref_until(ref, n, c->data_only, &left);
		error = wl_refs_process(run->refs, run->trace.process);
		if (error == 0)
			error = wl_refs_give(run->refs, ref, n);
		if (c->until != 0 && left == 0)
			return error;
	}
	if (error == 0 && run->trace.error[0] != '\0') {
		snprintf(run->err, run->errlen, "%s:%s", c->trace,
		    run->trace.error);
		return EINVAL;
	}
	return error;
}

/* What a policy that asks for it must know; the trace is read twice then. */
static int
look_ahead(struct run *r)
{
	const struct wl_refs_config *c = &r->config;
	int error = wl_future_make(&r->future, c->input,
	    c->machine.arch->page_shift, c->data_only, c->until);

	if (error == ENOMEM)
		return complain(r, error, "no memory");
	if (error == EIO)
		return complain(r, error, c->input->error);
	if (error == EOVERFLOW) {
		snprintf(r->err, r->errlen,
		    "%s: policy=%s looks ahead over %" PRIu32
		    " touches at most",
		    c->trace, c->machine.policy_value, VM_POLICY_NEVER - 1);
		return error;
	}
	r->config.future = &r->future;
	return wl_input_rewind(c->input) ? 0 :
					   complain(r, EIO, c->input->error);
}

/* The trace, at its beginning. */
static int
open_trace(struct run *r)
{
	const struct vm_policy *policy = r->config.machine.policy;
	int error = 0;

	if (policy != NULL && policy->next != NULL)
		error = look_ahead(r);
	if (error != 0)
		return error;
	wl_input_once(r->config.input);
	error = wl_refsource_open(&r->trace, r->config.input);
	if (error == ENOMEM)
		return complain(r, error, "no memory");
	return error == 0 ?
	    0 :
	    complain(r, error, "expected a trace of references");
}

static int
run(struct run *r, struct wl_refs_stats *stats, struct machine **out)
{
	int error = wl_refs_begin(&r->config, stats, &r->refs, r->err,
	    r->errlen);

	if (error == 0)
		error = pass(r);
	*out = wl_refs_end(r->refs);
	stats->lines = r->trace.records;
	stats->skipped = r->trace.skipped;
	stats->stopped = r->trace.stopped;
	stats->cut = r->trace.cut;
	if (stats->cut)
		snprintf(stats->cut_why, sizeof(stats->cut_why), "%s",
		    r->config.input->error);
	return error;
}

int
wl_refs_run(const struct wl_refs_config *config, struct wl_refs_stats *stats,
    struct machine **out, char *err, size_t errlen)
{
	struct run r = { .config = *config, .err = err, .errlen = errlen };
	int error;

	memset(stats, 0, sizeof(*stats));
	*out = NULL;
	if ((error = open_trace(&r)) == 0) {
		error = run(&r, stats, out);
		wl_refsource_close(&r.trace);
	}
	wl_future_free(&r.future);
	return error;
}
