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
#include <string.h>

#include "lackey.h"
#include "pageset.h"

#define TOUCHES 1024                                    /* in a batch */
#define MAXPAGES (WL_LACKEY_MAXSIZE / SIM_MIN_PAGE + 1) /* of a reference */
#define PEEK 4096 /* bytes that show what a trace is */

struct refs {
	const struct wl_refs_config *config;
	struct wl_refs_stats *stats;
	struct wl_lackey trace;
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
	size_t len;
	const char *text = wl_input_peek(in, PEEK, &len);

	return wl_lackey_detect(text, len);
}

/* ------------------------------------------------------------ touches ---- */

/* The only place where references become touches. */
static inline void
put_touch(struct refs *r, vaddr_t va, uint32_t kind)
{
	r->touch[r->ntouches++] = vm_ref_make(va, type_of[kind]);
}

/* => pages behind that of the first byte; none when the addresses end first */
static inline uint64_t
more_pages(const struct wl_ref *ref, unsigned shift)
{
	uint64_t last = ref->va + (ref->size - 1);

	return last >= ref->va ? (last >> shift) - (ref->va >> shift) : 0;
}

static void
put_more(struct refs *r, const struct wl_ref *ref, uint64_t n)
{
	vaddr_t va = pg_trunc(r->m, ref->va);

	for (; n > 0; n--)
		put_touch(r, va += pg_size(r->m), ref->kind);
}

/* The 4K pages of a reference join the set. => false: no memory */
static inline bool
note_pages(struct refs *r, const struct wl_ref *ref)
{
	uint64_t page = ref->va >> 12, n = more_pages(ref, 12);

	if (!wl_pageset_add(&r->pages, page))
		return false;
	while (unlikely(n-- > 0))
		if (!wl_pageset_add(&r->pages, ++page))
			return false;
	return true;
}

static int
no_memory(struct refs *r)
{
	snprintf(r->err, r->errlen, "%s: no memory", r->config->trace);
	return ENOMEM;
}

/* ------------------------------------------------------------- errors ---- */

static bool
counts(const struct refs *r, const struct wl_ref *ref)
{
	return ref->kind != WL_REF_FETCH || !r->config->data_only;
}

/*
 * Touch number `done' of the batch that began with *ref failed.  Counts what
 * came before it.
 */
static int
failed(struct refs *r, const struct wl_ref *ref, size_t done, int error)
{
	const struct vm_map *map = &r->p->vmspace->vm_map;
	uint64_t number = 1;
	char why[160];
	size_t n = 0;

	for (int i = 0; i < WL_REF_NKINDS; i++)
		number += r->kind[i];
	for (;; ref++) {
		if (!counts(r, ref))
			continue;
		n += more_pages(ref, r->m->page_shift) + 1;
		if (n > done)
			break;
		number++;
	}
	if (error == EFAULT)
		snprintf(why, sizeof(why),
		    "expected an address of the user's, from 0x%" PRIx64
		    " to 0x%" PRIx64,
		    vm_map_min(map), vm_map_max(map) - 1);
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

static int
bad_line(struct refs *r)
{
	const struct wl_lackey *t = &r->trace;

	snprintf(r->err, r->errlen, "%s:%" PRIu64 ":%" PRIu64 ": %s",
	    r->config->trace, t->lines + 1, t->column, t->error);
	return EINVAL;
}

/* --------------------------------------------------------------- pass ---- */

/* Give the batch, which began with *first, to the machine. */
static int
flush(struct refs *r, const struct wl_ref *first)
{
	struct sim_signal sig;
	size_t done;
	int error;

	if (r->ntouches == 0)
		return 0;
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
fill(struct refs *r, const struct wl_ref *ref, const struct wl_ref *end)
{
	unsigned shift = r->m->page_shift;
	bool data_only = r->config->data_only;

	for (; ref < end && r->ntouches <= TOUCHES - MAXPAGES; ref++) {
		uint64_t more = more_pages(ref, shift);

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
count(struct refs *r, const struct wl_ref *ref, const struct wl_ref *end)
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

static int
replay(struct refs *r, const struct wl_ref *ref, const struct wl_ref *end)
{
	const struct wl_ref *next;
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

/* => the end of the references up to which `left' ones count */
static const struct wl_ref *
cut_at(const struct refs *r, const struct wl_ref *ref, const struct wl_ref *end,
    uint64_t left)
{
	for (; ref < end && left > 0; ref++)
		left -= counts(r, ref);
	return ref;
}

static uint64_t
done_so_far(const struct refs *r)
{
	uint64_t n = 0;

	for (int i = 0; i < WL_REF_NKINDS; i++)
		n += r->kind[i];
	return n;
}

static int
pass(struct refs *r)
{
	const uint64_t until = r->config->until;
	const struct wl_ref *ref, *end;
	size_t n;
	int error = 0;

	while (error == 0 && (n = wl_lackey_next(&r->trace, &ref)) > 0) {
		end = ref + n;
		if (until != 0)
			end = cut_at(r, ref, end, until - done_so_far(r));
		error = replay(r, ref, end);
		if (until != 0 && done_so_far(r) == until)
			return error;
	}
	if (error == 0 && r->trace.error[0] != '\0')
		return bad_line(r);
	return error;
}

/* ---------------------------------------------------------------- run ---- */

/* One private anonymous mapping over all of the user's addresses. */
static int
map_all(struct refs *r)
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
start(struct refs *r)
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
sum_up(struct refs *r, uint64_t faults)
{
	struct wl_refs_stats *s = r->stats;

	s->lines = r->trace.lines;
	s->skipped = r->trace.skipped;
	s->references = done_so_far(r);
	s->fetches = r->kind[WL_REF_FETCH];
	s->reads = r->kind[WL_REF_LOAD];
	s->modifies = r->kind[WL_REF_MODIFY];
	s->writes = r->kind[WL_REF_STORE] + s->modifies;
	s->misses = r->m->vm.exp.faults - faults;
	s->distinct_pages = r->pages.n;
	s->cut = r->trace.cut;
	if (s->cut)
		snprintf(s->cut_why, sizeof(s->cut_why), "%s",
		    r->config->input->error);
}

int
wl_refs_run(const struct wl_refs_config *config, struct wl_refs_stats *stats,
    struct machine **out, char *err, size_t errlen)
{
	struct refs r = { .config = config, .stats = stats };
	uint64_t faults;
	int error;

	memset(stats, 0, sizeof(*stats));
	*out = NULL;
	r.err = err;
	r.errlen = errlen;
	wl_input_once(config->input);
	if (!wl_lackey_open(&r.trace, config->input))
		return no_memory(&r);
	error = start(&r);
	if (error == 0) {
		faults = r.m->vm.exp.faults;
		error = pass(&r);
		sum_up(&r, faults);
	}
	wl_lackey_close(&r.trace);
	wl_pageset_free(&r.pages);
	*out = r.m;
	return error;
}
