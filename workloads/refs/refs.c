/*
 * Replay of reference traces.
 *
 * References come from the decoder some hundred at a time, valid until the next
 * ones; from them touches are made, and given to the machine in batches.  A
 * batch ends between two references and between two processes, so that the
 * reference of a touch that fails is found by counting again from the batch's
 * first one.
 */
#include "refs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pageset.h"
#include "refs_future.h"
#include "workloads/sampler.h"
#include "spaces.h"

#define TOUCHES 1024                                    /* in a batch */
#define MAXPAGES (WL_LACKEY_MAXSIZE / SIM_MIN_PAGE + 1) /* of a reference */

/* A process of the trace, by its number. */
struct member {
	uint32_t number;
	struct process *p;
	UT_hash_handle hh;
};

struct wl_refs {
	const struct wl_refs_config *config;
	struct wl_refs_stats *stats;
	const struct wl_future *future; /* if the policy must know it */
	uint64_t faults;                /* before the first touch */
	struct machine *m;
	struct process *p; /* whose references come */
	uint32_t number;   /* of it, if there are members */
	struct member *members;
	struct wl_spaces spaces; /* of pages, which are of 4K */
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
static inline __attribute__((always_inline)) bool
note_pages(struct wl_refs *r, const struct wl_ref *ref, uint64_t base, bool far)
{
	uint64_t page = ref->va >> 12, n = wl_ref_more_pages(ref, 12);

	if (!wl_pageset_add(&r->pages,
		wl_spaces_key_of(&r->spaces, base, far, page)))
		return false;
	while (unlikely(n-- > 0))
		if (!wl_pageset_add(&r->pages,
			wl_spaces_key(&r->spaces, ++page)))
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

static void
count(struct wl_refs *, const struct wl_ref *, const struct wl_ref *);

static bool
counts(const struct wl_refs *r, const struct wl_ref *ref)
{
	return ref->kind != WL_REF_FETCH || !r->config->data_only;
}

/*
 * Touch number `done' of the batch that began with *ref failed.  Where the host
 * has no memory, the references before it are done, and count.
 */
static int
failed(struct wl_refs *r, const struct wl_ref *ref, size_t done, int error)
{
	const struct wl_ref *const start = ref;
	uint64_t number = 1;
	char why[160], by[32] = "";
	uint64_t n = 0;

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
	if (mem_refused(r->m->mem)) {
		count(r, start, ref);
		r->stats->starved = true;
		return no_memory(r);
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
	if (HASH_COUNT(r->members) > 1)
		snprintf(by, sizeof(by), " by process %" PRIu32, r->number);
	snprintf(r->err, r->errlen,
	    "%s: reference %" PRIu64 ", a %s of %" PRIu32 " bytes at 0x%" PRIx64
	    "%s: %s",
	    r->config->trace, number, name_of[ref->kind], ref->size, ref->va,
	    by, why);
	return error;
}

/* ------------------------------------------------------------ batches ---- */

/*
 * Give the batch, which began with *first, to the machine; in parts, if a
 * sample is due within it, so that samples do not depend on batches.
 */
static int
flush(struct wl_refs *r, const struct wl_ref *first)
{
	size_t at = 0, part, done;
	struct sim_signal sig;
	int error;

	for (; at < r->ntouches; at += part) {
		part = wl_sampler_room(r->m, r->ntouches - at);
		if (r->future != NULL && r->future->n > 0)
			r->m->vm.future = r->future->when + r->stats->touches;
		error = sim_access_batch(r->m, r->p, r->touch + at, part, &done,
		    &sig);
		r->stats->touches += done;
		if (error != 0 && done == part) {
			snprintf(r->err, r->errlen, "%s: %s", r->config->trace,
			    r->m->error.why);
			return error;
		}
		if (error != 0)
			return failed(r, first, at + done, error);
	}
	r->ntouches = 0;
	return 0;
}

/* A reference that may go from page to page. => false: no memory */
static bool
put_any(struct wl_refs *r, const struct wl_ref *ref, uint64_t base, bool far)
{
	uint64_t more = wl_ref_more_pages(ref, r->m->page_shift);

	if (!note_pages(r, ref, base, far))
		return false;
	put_touch(r, ref->va, ref->kind);
	if (more > 0)
		put_more(r, ref, more);
	return true;
}

/*
 * base, far: of the present process (spaces.h).  Nearly all references are
 * within 4K, and so within a page of any machine but those of smaller ones.
 */
static inline __attribute__((always_inline)) const struct wl_ref *
fill_of(struct wl_refs *r, const struct wl_ref *ref, const struct wl_ref *end,
    uint64_t base, bool far)
{
	const uint64_t most = r->m->page_shift >= 12 ? 4096 : 0;
	const bool data_only = r->config->data_only;
	const struct vm_ref *full = r->touch + TOUCHES - MAXPAGES + 1;
	struct vm_ref *to = r->touch + r->ntouches; /* in a register */

	for (; ref < end && to < full; ref++) {
		if (data_only && ref->kind == WL_REF_FETCH)
			continue;
		if (unlikely((ref->va & 4095) + ref->size > most)) {
			r->ntouches = (size_t)(to - r->touch);
			if (!put_any(r, ref, base, far))
				return NULL;
			to = r->touch + r->ntouches;
			continue;
		}
		if (unlikely(!wl_pageset_add(&r->pages,
			wl_spaces_key_of(&r->spaces, base, far,
			    ref->va >> 12))))
			return NULL;
		*to++ = vm_ref_make(ref->va, type_of[ref->kind]);
	}
	r->ntouches = (size_t)(to - r->touch);
	return ref;
}

/*
 * Touches of references from ref on, until the batch is full; for traces of one
 * process in a loop of its own. => the reference behind the last one; NULL: no
 * memory
 */
static const struct wl_ref *
fill(struct wl_refs *r, const struct wl_ref *ref, const struct wl_ref *end)
{
	return r->spaces.base == 0 ?
	    fill_of(r, ref, end, 0, false) :
	    fill_of(r, ref, end, r->spaces.base, r->spaces.far);
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
	return r->spaces.failed ? no_memory(r) : 0;
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
int
wl_refs_map(struct process *p)
{
	struct vm_map *map = &p->vmspace->vm_map;
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

/* A process of the machine, which becomes the present one. */
static int
spawn(struct wl_refs *r, const char *name)
{
	static const struct sim_segment nothing[1];
	const struct sim_image image = { .segments = nothing };
	int error = sim_spawn(r->m, name, 0, r->config->machine.personality,
	    &image, &r->p);

	if (error == 0)
		error = wl_refs_map(r->p);
	return error == 0 ? 0 : no_memory(r);
}

/* The first process of the trace takes the one that is there. */
static int
add_member(struct wl_refs *r, uint32_t number, struct member **out)
{
	struct member *k = calloc(1, sizeof(*k));
	char name[24];
	int error = 0;

	if (k == NULL)
		return no_memory(r);
	k->number = number;
	HASH_ADD(hh, r->members, number, sizeof(k->number), k);
	if (k->hh.tbl == NULL) {
		free(k);
		return no_memory(r);
	}
	snprintf(name, sizeof(name), "trace%" PRIu32, number);
	if (r->members->hh.next != NULL)
		error = spawn(r, name);
	k->p = r->p;
	*out = k;
	return error;
}

int
wl_refs_process(struct wl_refs *r, uint32_t number)
{
	struct member *k;
	int error = 0;

	if (r->members != NULL && r->number == number)
		return 0;
	HASH_FIND(hh, r->members, &number, sizeof(number), k);
	if (k == NULL)
		error = add_member(r, number, &k);
	if (error != 0)
		return error;
	r->p = k->p;
	r->number = number;
	wl_spaces_process(&r->spaces, number);
	return 0;
}

static void
forget_members(struct wl_refs *r)
{
	struct member *k, *next;

	HASH_ITER(hh, r->members, k, next) {
		HASH_DEL(r->members, k);
		free(k);
	}
}

static int
start(struct wl_refs *r)
{
	int error = sim_machine_create(&r->config->machine, &r->m, r->err,
	    r->errlen);

	if (error != 0)
		return error;
	if (r->config->start != NULL)
		r->config->start(r->config->ctx, r->m);
	return spawn(r, "trace");
}

static void
sum_up(struct wl_refs *r)
{
	struct wl_refs_stats *s = r->stats;

	s->processes = r->members != NULL ? HASH_COUNT(r->members) : 1;
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
	wl_spaces_init(&r->spaces, 12);
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
		wl_spaces_fini(&r->spaces);
		forget_members(r);
		free(r);
	}
	return m;
}
