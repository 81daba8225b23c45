/*
 * FreeBSD's laundry thread (reference "pmap" 4.8): dirty pages wait in a queue
 * of their own, and are written by a thread that is asked to.
 *
 *	shortfall	an inactive scan missed its target: free_target - free
 *			and what is waited for, in one step
 *	background	an inactive scan met it, and
 *			dirty x isqrt(ceil((nfreed + 1) / (target - min))) >=
 *			clean: background_launder pages, RATE / 10 of them a
 *			step; unless MAX were cleaned without a page freed since
 *
 * dirty is the laundry queue, clean the free and inactive pages, nfreed the
 * clean pages freed since the last run.  The rate and the maximum are in KB a
 * second and KB; FreeBSD multiplies them by pages of 1 KB each where it should
 * divide, so that with pages of 4 KB 1638 pages a step are allowed, not 102.
 * So it is here.
 *
 * A page that was written goes near the head of the inactive queue: if nobody
 * touches it the next scan frees it.  One that found no slot is unswappable,
 * and is tried again when there are slots; one that could not be written is
 * active.  A page that was referenced is active again, and counts as cleaned in
 * the background, where pages shall only pass through.
 */
#include "vm_daemon_freebsd.h"

#include <errno.h>

/* -------------------------------------------------------------- demand ---- */

static uint64_t
isqrt(uint64_t n)
{
	uint64_t root = 0;

	for (uint64_t bit = (uint64_t)1 << 31; bit > 0; bit >>= 1)
		if ((root + bit) * (root + bit) <= n)
			root += bit;
	return root;
}

static bool
is_dirty_enough(const struct vm *vm, unsigned d)
{
	const struct vm_fbsd_domain *dom = &fbsd_state(vm)->domain[d];
	const uint64_t span = dom->level.free_target - dom->level.free_min;
	const uint64_t nclean = vm_phys_nfree(vm, d) +
	    vm_fbsd_queued(vm, d, PQ_INACTIVE);

	return vm_fbsd_queued(vm, d, PQ_LAUNDRY) *
	    isqrt((dom->laundry.nfreed + span) / span) >=
	    nclean;
}

/* KB, to pages as FreeBSD does it */
static uint64_t
pages_of(const struct vm *vm, uint64_t kb)
{
	return kb * (pg_size(vm) / 1024);
}

static uint64_t
background(const struct vm *vm, unsigned d)
{
	struct vm_fbsd_domain *dom = &fbsd_state(vm)->domain[d];
	struct vm_fbsd_laundry *l = &dom->laundry;
	const uint64_t rate = pages_of(vm, FBSD_LAUNDER_RATE) / FBSD_LAUNDER_HZ;

	if (l->target == 0 && is_dirty_enough(vm, d))
		l->target = dom->level.background_launder;
	if (l->target == 0)
		return 0;
	if (l->nfreed > 0) {
		l->nfreed = 0;
		l->run_target = l->target;
	} else if (l->run_target >=
	    l->target + pages_of(vm, FBSD_LAUNDER_MAX)) {
		l->target = 0;
	}
	return l->target < rate ? l->target : rate;
}

uint64_t
fbsd_laundry_demand(struct vm *vm, unsigned d, bool *shortfall)
{
	struct vm_fbsd_domain *dom = &fbsd_state(vm)->domain[d];
	struct vm_fbsd_laundry *l = &dom->laundry;
	const uint64_t nfree = vm_phys_nfree(vm, d);
	const uint8_t request = l->request;

	*shortfall = request == FBSD_SHORTFALL;
	if (*shortfall) {
		l->request = FBSD_IDLE;
		l->target = 0;
		return l->deficit +
		    (nfree < dom->level.free_target ?
			    dom->level.free_target - nfree :
			    0);
	}
	if (request == FBSD_IDLE && l->target == 0)
		return 0;
	l->request = FBSD_IDLE;
	return background(vm, d);
}

/* ------------------------------------------------------------ cleaning ---- */

struct wash {
	struct vm *vm;
	struct vm_fbsd *st;
	struct vm_fbsd_domain *dom;
	unsigned which; /* queue: PQ_LAUNDRY or PQ_UNSWAPPABLE */
	bool shortfall;
	bool stop;  /* no memory of the host */
	pfn_t next; /* page of the queue to be looked at next */
};

static bool
is_in_laundry(const struct vm *vm, pfn_t pfn)
{
	return (vm->pages.page[pfn].pg_flags & (PQ_LAUNDRY | PQ_UNSWAPPABLE)) !=
	    0;
}

/* Pages that were not written, and why */
static void
not_written(struct wash *w, const pfn_t *pages, uint32_t n, int error)
{
	struct vm *vm = w->vm;

	if (error == ENOMEM) {
		w->stop = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		if (error == ENOSPC)
			uvm_pageenqueue(vm, pages[i], PQ_UNSWAPPABLE);
		else
			uvm_pageactivate(vm, pages[i]);
}

static void
count_written(struct wash *w, bool swap, uint64_t writes, uint64_t pages)
{
	struct vm_fbsd_counts *c = &w->st->count;

	*(swap ? &c->v_swapout : &c->v_vnodeout) += writes;
	*(swap ? &c->v_swappgsout : &c->v_vnodepgsout) += pages;
}

static bool
is_one_of(const pfn_t *pages, uint32_t n, pfn_t pfn)
{
	for (uint32_t i = 0; i < n; i++)
		if (pages[i] == pfn)
			return true;
	return false;
}

/* => pages written */
static uint32_t
write_cluster(struct wash *w, pfn_t pfn)
{
	struct vm *vm = w->vm;
	const uint64_t before = vm->exp.pdpageouts;
	const bool swap = (vm->pages.page[pfn].pg_flags & PG_SWAPBACKED) != 0;
	pfn_t pages[FBSD_CLUSTER];
	uint32_t n = fbsd_cluster(vm, pfn, pages), done;
	int error;

	/* The page to go on with must not be one of those that move now. */
	while (is_one_of(pages, n, w->next))
		w->next = vm->pages.page[w->next].qnext;
	done = vm_page_clean(vm, pages, n, &error);
	count_written(w, swap, vm->exp.pdpageouts - before, done);
	for (uint32_t i = 0; i < done; i++)
		if (is_in_laundry(vm, pages[i]))
			fbsd_aside(vm, pages[i]);
	not_written(w, pages + done, n - done, error);
	return done;
}

static void
let_go(struct wash *w, pfn_t pfn)
{
	if (vm_page_drop(w->vm, pfn) != 0) {
		w->stop = true;
		return;
	}
	w->st->count.v_dfree++;
	w->vm->exp.pdfreed++;
}

/* => by how much what is wanted has become less */
static uint32_t
wash(struct wash *w, pfn_t pfn)
{
	unsigned delta;
	bool mapped;

	*(w->which == PQ_LAUNDRY ? &w->dom->laundpdpgs :
				   &w->dom->unswppdpgs) += 1;
	fbsd_count_look(w->vm, pfn);
	if (!vm_page_evictable(w->vm, pfn)) {
		uvm_pageenqueue(w->vm, pfn, w->which);
		return 0;
	}
	if ((delta = fbsd_references(w->vm, pfn, &mapped)) > 0) {
		if (mapped)
			fbsd_reactivate(w->vm, pfn, delta);
		else
			uvm_pageenqueue(w->vm, pfn, w->which);
		return mapped && !w->shortfall;
	}
	if (vm_page_isdirty(w->vm, pfn))
		return write_cluster(w, pfn);
	let_go(w, pfn);
	return 0;
}

static uint64_t
wash_queue(struct wash *w, unsigned d, uint64_t want)
{
	struct vm *vm = w->vm;
	const bool first = w->which == PQ_UNSWAPPABLE;
	uint64_t left = first ? vm->pages.nunswappable : vm->pages.nlaundry;
	uint64_t done = 0;
	pfn_t pfn;

	w->next = first ? vm->pages.unswappable.head : vm->pages.laundry.head;
	for (; left > 0 && w->next != 0 && done < want && !w->stop; left--) {
		pfn = w->next;
		w->next = vm->pages.page[pfn].qnext;
		if (vm_phys_domain(vm, pfn) == d)
			done += wash(w, pfn);
	}
	return done;
}

uint64_t
fbsd_launder_pages(struct vm *vm, unsigned d, uint64_t want, bool shortfall)
{
	struct vm_fbsd *st = fbsd_state(vm);
	struct wash w = { .vm = vm,
		.st = st,
		.dom = &st->domain[d],
		.which = PQ_UNSWAPPABLE,
		.shortfall = shortfall };
	uint64_t done = 0;

	if (vm->exp.swpginuse < vm->exp.swpages)
		done = wash_queue(&w, d, want);
	w.which = PQ_LAUNDRY;
	return done + (done < want ? wash_queue(&w, d, want - done) : 0);
}

uint64_t
fbsd_launder(struct vm *vm, unsigned d)
{
	struct vm_fbsd *st = fbsd_state(vm);
	struct vm_fbsd_laundry *l = &st->domain[d].laundry;
	uint64_t want, done;
	bool shortfall;

	if (st->now < l->next)
		return 0;
	want = fbsd_laundry_demand(vm, d, &shortfall);
	if (want == 0)
		return 0;
	done = fbsd_launder_pages(vm, d, want, shortfall);
	l->target -= done < l->target ? done : l->target;
	l->next = st->now + 1000 / FBSD_LAUNDER_HZ;
	return done;
}
