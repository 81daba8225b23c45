/*
 * References of a trace, in a history.
 *
 * A reference touches its pages one by one; one that fails is passed over where
 * operations made the map, and ends the run where there is none to be wrong.
 *
 * Batches.  As long as nobody can tell the difference references are given a
 * thousand at a time.  A batch that fails counts those of its touches that were
 * never tried; what was counted too much is taken back.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "workloads/explain/explain.h"
#include "trace.h"

#define MAXPAGES (WL_LACKEY_MAXSIZE / SIM_MIN_PAGE + 1) /* of a reference */

static const vm_prot_t type_of[WL_REF_NKINDS] = {
	[WL_REF_FETCH] = VM_PROT_EXEC,
	[WL_REF_LOAD] = VM_PROT_READ,
	[WL_REF_STORE] = VM_PROT_WRITE,
	[WL_REF_MODIFY] = VM_PROT_WRITE,
};

/* The process of references alone; the first number is that of the first one,
 * which is there from the beginning. */
static struct process *
member(struct wl_history *h, uint32_t n)
{
	struct wl_trace_run *r = h->run;
	const int pid = wl_trace_pid(r, n);
	struct process *p = NULL;
	char name[24];
	bool first = true;

	if (pid != 0)
		return sim_process_bypid(h->m, pid);
	for (size_t i = 0; i < r->nprocesses; i++)
		first = first && r->process[i].pid == 0;
	snprintf(name, sizeof(name), "trace%" PRIu32, n);
	p = first ? sim_process_byname(h->m, "trace") : wl_trace_spawn(h, name);
	return p != NULL && wl_trace_number(r, n, p->pid) ? p : NULL;
}

/* Whose references a block has. => NULL: nobody's, or no memory */
static struct process *
owner(struct wl_history *h, const struct wl_tape_block *b)
{
	const struct wl_trace_run *r = h->run;

	return r->tape.with_ops ? wl_trace_living(h, b->process) :
				  member(h, b->process);
}

/* ---------------------------------------------------------- references ---- */

static void
note(struct wl_history *h, const struct wl_ref *ref, const struct process *p)
{
	struct wl_trace_run *r = h->run;

	r->ref = *ref;
	r->was_ref = true;
	h->moment.pid = p != NULL ? p->pid : 0;
	h->moment.access = true;
	h->moment.va = ref->va;
	h->moment.len = ref->size;
	h->moment.type = type_of[ref->kind];
}

static void
foresee(struct wl_history *h)
{
	struct wl_trace_run *r = h->run;

	if (r->foresees && r->at.touches < r->future.n)
		h->m->vm.future = r->future.when + r->at.touches;
}

/* => 0, or what went wrong in a place that nothing else is to be done with */
static int
touch(struct wl_history *h, struct process *p, const struct wl_ref *ref,
    vaddr_t va)
{
	struct wl_trace_run *r = h->run;
	const struct vm_ref t = vm_ref_make(va, type_of[ref->kind]);
	size_t done;
	int error;

	foresee(h);
	error = sim_access_batch(h->m, p, &t, 1, &done, &h->moment.sig);
	r->at.touches++;
	if (error != 0 && h->moment.err == 0)
		h->moment.err = error;
	return error;
}

/* The pages of a reference from va on; n: behind that of va. */
static int
touch_pages(struct wl_history *h, struct process *p, const struct wl_ref *ref,
    vaddr_t va, uint64_t n)
{
	const struct wl_trace_run *r = h->run;
	struct sim_signal sig;
	int error = 0, first = 0;

	for (;; va = pg_trunc(h->m, va) + pg_size(h->m)) {
		error = touch(h, p, ref, va);
		if (error != 0 && first == 0) {
			first = error;
			sig = h->moment.sig;
		}
		if (n-- == 0 || p->state != SIM_RUNNING ||
		    (error != 0 && !r->tape.with_ops))
			break;
	}
	if (first != 0)
		h->moment.sig = sig;
	return first;
}

static const char *
why_not(const struct wl_history *h, int error)
{
	if (error == EFAULT)
		return "nothing is mapped there";
	return error == ENOTRECOVERABLE ? h->m->error.why : sim_errname(error);
}

static enum wl_went
failed(struct wl_history *h, const struct wl_ref *ref, int error)
{
	static const char *const names[] = { "read", "write", "exec" };
	const struct wl_trace_run *r = h->run;
	const char *name = names[type_of[ref->kind] >> 1];

	if (!r->tape.with_ops || error == ENOTRECOVERABLE)
		return wl_trace_stop(h,
		    "%s of %" PRIu32 " bytes at 0x%" PRIx64 ": %s", name,
		    ref->size, ref->va, why_not(h, error));
	wl_history_tell(h,
	    "operation %" PRIu64 ": %s of %" PRIu32 " bytes at 0x%" PRIx64
	    ": %s",
	    h->at + 1, name, ref->size, ref->va, why_not(h, error));
	return WL_WENT;
}

static void
tell_begin(struct wl_history *h, struct process *p, struct wl_deed *deed)
{
	*deed = (struct wl_deed){ .p = p,
		.va = h->moment.va,
		.len = h->moment.len,
		.type = h->moment.type };
	if (h->story != NULL)
		wl_story_begin(h->story, deed);
}

enum wl_went
wl_trace_reference(struct wl_history *h, const struct wl_tape_block *b)
{
	struct wl_trace_run *r = h->run;
	const struct wl_ref ref = r->tape.ref[r->at.i];
	struct process *p = owner(h, b);
	struct wl_deed deed;
	int error;

	r->at.i++;
	note(h, &ref, p);
	if (p == NULL && !r->tape.with_ops)
		return wl_trace_starve(h, "a process");
	if (p == NULL) {
		h->moment.err = ESRCH;
		wl_history_tell(h,
		    "operation %" PRIu64 ": process %" PRIu32
		    " of the trace is not there",
		    h->at + 1, b->process);
		return WL_WENT;
	}
	tell_begin(h, p, &deed);
	error = touch_pages(h, p, &ref, ref.va,
	    wl_ref_more_pages(&ref, h->m->page_shift));
	if (h->story != NULL)
		wl_story_end(h->story, error, 0, &h->moment.sig);
	if (p->state != SIM_RUNNING)
		wl_trace_forget_dead(h);
	return error != 0 ? failed(h, &ref, error) : WL_WENT;
}

/* ------------------------------------------------------------- batches ---- */

/*
 * Is a batch the same as its references one by one?  Not where something asks
 * for the time in the midst of one: disks, daemons.
 */
static bool
batches_do(const struct wl_history *h)
{
	const struct machine *m = h->m;
	const struct vm_daemon *d = m->vm.pageout.daemon;

	for (size_t i = 0; i < VM_SWAP_MAXDEVS; i++)
		if (m->swapdev[i] != NULL)
			return false;
	return !m->config.tags && m->config.superpages == VM_SUPER_NEVER &&
	    (d == NULL || d->tick == NULL) && m->sample_fn == NULL &&
	    m->files == NULL && m->unlinked == NULL && !m->config.check;
}

/* References from the present one on, at most n. => touches; *nrefs of them */
static size_t
fill(struct wl_trace_run *r, unsigned shift, uint64_t n, uint32_t *nrefs)
{
	const struct wl_tape_block *b = &r->tape.block[r->at.block];
	size_t k = 0;
	uint32_t i = r->at.i;

	for (; i < b->n && n > 0 && k <= WL_TRACE_TOUCHES - MAXPAGES;
	     i++, n--) {
		const struct wl_ref *ref = &r->tape.ref[i];
		uint64_t more = wl_ref_more_pages(ref, shift);
		vaddr_t va = ref->va;

		for (;; va = (va >> shift << shift) + ((vaddr_t)1 << shift)) {
			r->of[k] = i;
			r->touch[k++] = vm_ref_make(va, type_of[ref->kind]);
			if (more-- == 0)
				break;
		}
	}
	*nrefs = i - r->at.i;
	return k;
}

/* Touch number `done' of n failed: the reference that it is of is ended one
 * touch after the other. => references done, that one among them */
static uint32_t
batch_failed(struct wl_history *h, struct process *p, size_t done, size_t n,
    int error)
{
	struct wl_trace_run *r = h->run;
	const uint32_t before = r->of[done] - r->at.i;
	const struct wl_ref *ref = &r->tape.ref[r->of[done]];
	size_t left = 0;

	h->m->nops -= n - (done + 1);
	h->m->stamp -= n - (done + 1);
	r->at.touches += done + 1;
	while (done + 1 + left < n && r->of[done + 1 + left] == r->of[done])
		left++;
	note(h, ref, p);
	h->moment.err = error;
	h->at += before;
	(void)failed(h, ref, error);
	h->at -= before;
	if (left > 0 && p->state == SIM_RUNNING && r->tape.with_ops)
		(void)touch_pages(h, p, ref, vm_ref_va(r->touch[done + 1]),
		    left - 1);
	r->at.i += before + 1;
	if (p->state != SIM_RUNNING)
		wl_trace_forget_dead(h);
	return before + 1;
}

uint64_t
wl_trace_many(struct wl_history *h, uint64_t n)
{
	struct wl_trace_run *r = h->run;
	const struct wl_tape_block *b = wl_tape_get(&r->tape, r->at.block);
	struct process *p;
	uint32_t nrefs;
	size_t k, done;
	int error;

	if (b == NULL || b->kind != WL_TAPE_REFS || r->at.i == b->n ||
	    h->story != NULL || !batches_do(h) || (p = owner(h, b)) == NULL)
		return 0;
	h->moment = (struct wl_moment){ .line = 0 };
	k = fill(r, h->m->page_shift, n, &nrefs);
	foresee(h);
	error = sim_access_batch(h->m, p, r->touch, k, &done, NULL);
	if (error != 0)
		return batch_failed(h, p, done, k, error);
	r->at.touches += k;
	r->at.i += nrefs;
	note(h, &r->tape.ref[r->at.i - 1], p);
	return nrefs;
}
