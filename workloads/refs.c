/*
 * Replay of reference traces.
 *
 * References come from the decoder some hundred at a time, valid until the next
 * ones; from them touches are made, and given to the machine in batches.  A
 * batch ends between two references, so that the reference of a touch that
 * fails is found by counting again from the batch's first one.
 */
#include "refs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pageset.h"
#include "refs_future.h"

#define TOUCHES 1024                                    /* in a batch */
#define MAXPAGES (WL_LACKEY_MAXSIZE / SIM_MIN_PAGE + 1) /* of a reference */

struct wl_refs {
	const struct wl_refs_config *config;
	struct wl_refs_stats *stats;
	const struct wl_future *future; /* if the policy must know it */
	uint64_t faults;                /* before the first touch */
	struct machine *m;
	struct process *p;
	struct wl_pageset pages;
	uint64_t kind[WL_REF_NKINDS]; /* references made */
	struct vm_ref touch[TOUCHES];
	size_t ntouches;
	char *err;
	size_t errlen;
};

static const vm_prot_t type_of[WL_REF_NKINDS] = {
	[WL_REF_FETCH] = VM_PROT_EXEC,
	[WL_REF_LOAD] = VM_PROT_READ,
	[WL_REF_STORE] = VM_PROT_WRITE,
	[WL_REF_MODIFY] = VM_PROT_WRITE,
};

static const char *const name_of[WL_REF_NKINDS] = {
	[WL_REF_FETCH] = "fetch",
	[WL_REF_LOAD] = "load",
	[WL_REF_STORE] = "store",
	[WL_REF_MODIFY] = "modify",
};

bool
wl_refs_detect(struct wl_input *in)
{
	return wl_refsource_detect(in) != NULL;
}

/* ------------------------------------------------------------ touches ---- */

/* The only place where references become touches. */
static inline void
put_touch(struct wl_refs *r, vaddr_t va, uint32_t kind)
{
	r->touch[r->ntouches++] = vm_ref_make(va, type_of[kind]);
}

static void
put_more(struct wl_refs *r, const struct wl_ref *ref, uint64_t n)
{
	vaddr_t va = pg_trunc(r->m, ref->va);

	for (; n > 0; n--)
		put_touch(r, va += pg_size(r->m), ref->kind);
}

/* The 4K pages of a reference join the set. => false: no memory */
static inline bool
note_pages(struct wl_refs *r, const struct wl_ref *ref)
{
	uint64_t page = ref->va >> 12, n = wl_ref_more_pages(ref, 12);

	if (!wl_pageset_add(&r->pages, page))
		return false;
	while (unlikely(n-- > 0))
		if (!wl_pageset_add(&r->pages, ++page))
			return false;
	return true;
}

static int
no_memory(struct wl_refs *r)
{
	snprintf(r->err, r->errlen, "%s: no memory", r->config->trace);
	return ENOMEM;
}

/* ------------------------------------------------------------- errors ---- */

static bool
counts(const struct wl_refs *r, const struct wl_ref *ref)
{
	return ref->kind != WL_REF_FETCH || !r->config->data_only;
}

/*
 * Touch number `done' of the batch that began with *ref failed.  Counts what
 * came before it.
 */
static int
failed(struct wl_refs *r, const struct wl_ref *ref, size_t done, int error)
{
	uint64_t number = 1;
	char why[160];
	size_t n = 0;

	for (int i = 0; i < WL_REF_NKINDS; i++)
		number += r->kind[i];
	for (;; ref++) {
		if (!counts(r, ref))
			continue;
		n += wl_ref_more_pages(ref, r->m->page_shift) + 1;
		if (n > done)
			break;
		number++;
	}
	if (error == EFAULT && r->p->vmspace != NULL)
		snprintf(why, sizeof(why),
		    "expected an address of the user's, from 0x%" PRIx64
		    " to 0x%" PRIx64,
		    vm_map_min(&r->p->vmspace->vm_map),
		    vm_map_max(&r->p->vmspace->vm_map) - 1);
	else if (error == ENOMEM)
		snprintf(why, sizeof(why), "no page of %" PRIu64 " is free",
		    (uint64_t)r->m->vm.config.ram_pages);
	else
		snprintf(why, sizeof(why), "%s", sim_errname(error));
	snprintf(r->err, r->errlen,
	    "%s: reference %" PRIu64 ", a %s of %" PRIu32 " bytes at 0x%" PRIx64
	    ": %s",
	    r->config->trace, number, name_of[ref->kind], ref->size, ref->va,
	    why);
	return error;
}

/* ------------------------------------------------------------ batches ---- */

/* Give the batch, which began with *first, to the machine. */
static int
flush(struct wl_refs *r, const struct wl_ref *first)
{
	struct sim_signal sig;
	size_t done;
	int error;

	if (r->ntouches == 0)
		return 0;
	if (r->future != NULL && r->future->n > 0)
		r->m->vm.future = r->future->when + r->stats->touches;
	error = sim_access_batch(r->m, r->p, r->touch, r->ntouches, &done,
	    &sig);
	r->stats->touches += done;
	if (error != 0 && done == r->ntouches) {
		snprintf(r->err, r->errlen, "%s: %s", r->config->trace,
		    r->m->error.why);
		return error;
	}
	if (error != 0)
		return failed(r, first, done, error);
	r->ntouches = 0;
	return 0;
}

/*
 * Touches of references from ref on, until the batch is full. => the reference
 * behind the last one; NULL: no memory
 */
static const struct wl_ref *
fill(struct wl_refs *r, const struct wl_ref *ref, const struct wl_ref *end)
{
	unsigned shift = r->m->page_shift;
	bool data_only = r->config->data_only;

	for (; ref < end && r->ntouches <= TOUCHES - MAXPAGES; ref++) {
		uint64_t more = wl_ref_more_pages(ref, shift);

		if (data_only && ref->kind == WL_REF_FETCH)
			continue;
		if (!note_pages(r, ref))
			return NULL;
		put_touch(r, ref->va, ref->kind);
		if (unlikely(more > 0))
			put_more(r, ref, more);
	}
	return ref;
}

/* Sums in registers: one counter a kind, in memory, would be waited for. */
static void
count(struct wl_refs *r, const struct wl_ref *ref, const struct wl_ref *end)
{
	const uint64_t all = (uint64_t)(end - ref);
	uint64_t fetches = 0, loads = 0, modifies = 0;

	for (; ref < end; ref++) {
		fetches += ref->kind == WL_REF_FETCH;
		loads += ref->kind == WL_REF_LOAD;
		modifies += ref->kind == WL_REF_MODIFY;
	}
	if (!r->config->data_only)
		r->kind[WL_REF_FETCH] += fetches;
	r->kind[WL_REF_LOAD] += loads;
	r->kind[WL_REF_MODIFY] += modifies;
	r->kind[WL_REF_STORE] += all - fetches - loads - modifies;
}

int
wl_refs_give(struct wl_refs *r, const struct wl_ref *ref, size_t n)
{
	const struct wl_ref *end = ref + n, *next;
	int error;

	for (; ref < end; ref = next) {
		if ((next = fill(r, ref, end)) == NULL)
			return no_memory(r);
		if ((error = flush(r, ref)) != 0)
			return error;
		count(r, ref, next);
	}
	return 0;
}

/* -------------------------------------------------- beginning and end ---- */

static uint64_t
done_so_far(const struct wl_refs *r)
{
	uint64_t n = 0;

	for (int i = 0; i < WL_REF_NKINDS; i++)
		n += r->kind[i];
	return n;
}

/* One private anonymous mapping over all of the user's addresses. */
static int
map_all(struct wl_refs *r)
{
	struct vm_map *map = &r->p->vmspace->vm_map;
	const struct uvm_map_args args = {
		.start = vm_map_min(map),
		.size = vm_map_max(map) - vm_map_min(map),
		.prot = VM_PROT_ALL,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.advice = UVM_ADV_NORMAL,
		.copyonw = true,
		.unmap = true,
		.flags = UVM_MAP_NORESERVE,
	};

	return uvm_map(map, &args);
}

static int
start(struct wl_refs *r)
{
	static const struct sim_segment nothing[1];
	const struct sim_image image = { .segments = nothing };
	int error = sim_machine_create(&r->config->machine, &r->m, r->err,
	    r->errlen);

	if (error != 0)
		return error;
	if (r->config->start != NULL)
		r->config->start(r->config->ctx, r->m);
	error = sim_spawn(r->m, "trace", 0, r->config->machine.personality,
	    &image, &r->p);
	if (error == 0)
		error = map_all(r);
	return error == 0 ? 0 : no_memory(r);
}

static void
sum_up(struct wl_refs *r)
{
	struct wl_refs_stats *s = r->stats;

	s->references = done_so_far(r);
	s->fetches = r->kind[WL_REF_FETCH];
	s->reads = r->kind[WL_REF_LOAD];
	s->modifies = r->kind[WL_REF_MODIFY];
	s->writes = r->kind[WL_REF_STORE] + s->modifies;
	s->misses = r->m->vm.exp.faults - r->faults;
	s->evictions = r->m->vm.stat.evictions;
	s->dirty_evictions = r->m->vm.stat.dirtyevict;
	s->distinct_pages = r->pages.n;
}

int
wl_refs_begin(const struct wl_refs_config *config, struct wl_refs_stats *stats,
    struct wl_refs **out, char *err, size_t errlen)
{
	struct wl_refs *r = calloc(1, sizeof(*r));
	int error;

	memset(stats, 0, sizeof(*stats));
	*out = r;
	if (r == NULL) {
		snprintf(err, errlen, "%s: no memory", config->trace);
		return ENOMEM;
	}
	r->config = config;
	r->stats = stats;
	r->future = config->future;
	r->err = err;
	r->errlen = errlen;
	if ((error = start(r)) == 0)
		r->faults = r->m->vm.exp.faults;
	return error;
}

struct machine *
wl_refs_end(struct wl_refs *r)
{
	struct machine *m = NULL;

	if (r != NULL) {
		m = r->m;
		if (r->p != NULL)
			sum_up(r);
		if (m != NULL)
			m->vm.future = NULL;
		wl_pageset_free(&r->pages);
		free(r);
	}
	return m;
}

/* -------------------------------------------------------- whole traces ---- */

/* A trace on its way through one replay. */
struct run {
	struct wl_refs_config config;
	struct wl_refs *refs;
	struct wl_refsource trace;
	struct wl_future future; /* if the policy must know it */
	char *err;
	size_t errlen;
};

static int
complain(struct run *r, int error, const char *why)
{
	snprintf(r->err, r->errlen, "%s: %s", r->config.trace, why);
	return error;
}

/* => the end of the references up to which `left' ones count */
static const struct wl_ref *
cut_at(const struct wl_refs *r, const struct wl_ref *ref,
    const struct wl_ref *end, uint64_t left)
{
	for (; ref < end && left > 0; ref++)
		left -= counts(r, ref);
	return ref;
}

static int
pass(struct run *run)
{
	struct wl_refs *r = run->refs;
	const uint64_t until = run->config.until;
	const struct wl_ref *ref, *end;
	size_t n;
	int error = 0;

	while (error == 0 && (n = wl_refsource_next(&run->trace, &ref)) > 0) {
		end = ref + n;
		if (until != 0)
			end = cut_at(r, ref, end, until - done_so_far(r));
		error = wl_refs_give(r, ref, (size_t)(end - ref));
		if (until != 0 && done_so_far(r) == until)
			return error;
	}
	if (error == 0 && run->trace.error[0] != '\0') {
		snprintf(run->err, run->errlen, "%s:%s", run->config.trace,
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
