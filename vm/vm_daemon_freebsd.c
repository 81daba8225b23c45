/*
 * FreeBSD's page daemon: its passes, and when they are made.
 *
 *	pass of a domain
 *	1 controller	how many frames to free now
 *	2 inactive scan	frees them; additional: what it could not look at
 *	3 request	missed: shortfall; else background laundering
 *	4 active scan	with what the inactive queue lacks, or by time
 *	5 laundry	a step, if it is due
 *
 * Below `wakeup' a pass is made at once, and again as long as the passes meet
 * what the controller asks for; after one that does not, only the next interval
 * brings one, so that laundered pages may come back.
 *
 * The vote for out-of-memory: a domain votes after oom_seq fruitless passes in
 * a row; when all domains have voted the waiter is sent away without a frame.
 * Fruitless is a pass that wanted frames and freed none.  In FreeBSD that is
 * all; but who waits here is alone: nobody else runs meanwhile and lets pages
 * go.  So a pass that has brought pages nearer to their end, by lowering counts
 * or cleaning, is none.
 */
#include "vm_daemon_freebsd.h"

#include <errno.h>
#include <string.h>

#include "vm.h"

/* A domain may have no frames at all: no pass is made there. */
static bool
is_empty(const struct vm_fbsd_domain *dom)
{
	return dom->level.free_target == 0;
}

/* -------------------------------------------------------------- set up ---- */

/* What the machine's allocation and statistics go by: sums of the domains. */
static void
publish(struct vm *vm, const struct vm_fbsd *st)
{
	struct uvmexp *x = &vm->exp;

	x->freemin = x->freetarg = x->inactarg = x->reserve_kernel = 0;
	for (unsigned d = 0; d < vm->phys.ndomains; d++) {
		const struct vm_fbsd_levels *l = &st->domain[d].level;
		pfn_t first, end;
		uint64_t wake;

		if (is_empty(&st->domain[d]))
			continue;
		x->freemin += l->free_min;
		x->freetarg += l->free_target;
		x->inactarg += l->inactive_target;
		x->reserve_kernel += l->free_severe - 1;
		/* With more frames than that free, d cannot be short. */
		vm_phys_range(vm, d, &first, &end);
		wake = x->npages - (end - first) + l->wakeup;
		if (wake > vm->pageout.wake)
			vm->pageout.wake = wake;
	}
}

static int
fbsd_init(struct vm *vm)
{
	struct vm_fbsd *st = mem_zalloc(vm->mem, sizeof(*st));

	if (st == NULL)
		return ENOMEM;
	st->act = mem_zalloc(vm->mem, (size_t)vm->pages.npages + 1);
	if (st->act == NULL) {
		mem_free(vm->mem, st, sizeof(*st));
		return ENOMEM;
	}
	for (unsigned d = 0; d < vm->phys.ndomains; d++) {
		struct vm_fbsd_domain *dom = &st->domain[d];
		pfn_t first, end;

		vm_phys_range(vm, d, &first, &end);
		vm_fbsd_levels(end - first, vm_phys_nfree(vm, d),
		    vm->pages.npages, vm->page_shift, &dom->level);
		vm_pid_init(&dom->pid, dom->level.free_target, FBSD_SCAN_MS);
		dom->next = is_empty(dom) ? UINT64_MAX : 0;
	}
	st->oom_seq = FBSD_OOM_SEQ;
	vm->pageout.state = st;
	publish(vm, st);
	vm->pageout.clock = true;
	return 0;
}

static void
fbsd_fini(struct vm *vm)
{
	struct vm_fbsd *st = vm->pageout.state;

	mem_free(vm->mem, st->act, (size_t)vm->pages.npages + 1);
	mem_free(vm->mem, st, sizeof(*st));
	vm->pageout.state = NULL;
}

struct vm_fbsd *
vm_fbsd(const struct vm *vm)
{
	return vm->pageout.daemon == &vm_daemon_freebsd ? vm->pageout.state :
							  NULL;
}

/* The daemon's clock: waiters have slept besides. */
static uint64_t
clock_now(const struct vm *vm)
{
	return vm->tick + fbsd_state(vm)->slept;
}

/* -------------------------------------------------------------- passes ---- */

/* What the inactive scan freed, of what it wanted: request, the next pass */
static void
judge(struct vm *vm, struct vm_fbsd_domain *dom, uint64_t want, uint64_t freed)
{
	struct vm_fbsd *st = fbsd_state(vm);
	struct vm_fbsd_laundry *l = &dom->laundry;

	dom->next = st->now + FBSD_SCAN_MS;
	dom->resume = want > 0 && freed >= want ? st->now : dom->next;
	if (want == 0)
		return;
	l->nfreed += freed;
	if (freed < want) {
		l->request = FBSD_SHORTFALL;
		st->count.v_pdshortfalls++;
	} else if (l->request == FBSD_IDLE) {
		l->request = FBSD_BACKGROUND;
	}
}

static void
vote(struct vm *vm, struct vm_fbsd_domain *dom, bool fruitless)
{
	if (!fruitless) {
		dom->fruitless = 0;
		dom->voted = false;
	} else if (++dom->fruitless >= fbsd_state(vm)->oom_seq) {
		dom->fruitless = 0;
		dom->voted = true;
	}
}

static void
pass(struct vm *vm, unsigned d, uint64_t now)
{
	struct vm_fbsd *st = fbsd_state(vm);
	struct vm_fbsd_domain *dom = &st->domain[d];
	uint64_t additional = 0, freed = 0, want, aged;

	st->now = now;
	want = vm_pid_output(&dom->pid, now, vm_phys_nfree(vm, d)) +
	    dom->laundry.deficit;
	st->count.passes++;
	if (want > 0)
		freed = fbsd_scan_inactive(vm, d, want, &additional);
	judge(vm, dom, want, freed);
	aged = fbsd_scan_active(vm, d, fbsd_active_shortage(vm, d, additional));
	aged += fbsd_launder(vm, d);
	vote(vm, dom, want > 0 && freed + aged == 0);
}

static void
set_next(struct vm *vm)
{
	struct vm_fbsd *st = fbsd_state(vm);

	st->next = UINT64_MAX;
	for (unsigned d = 0; d < vm->phys.ndomains; d++)
		if (st->domain[d].next < st->next)
			st->next = st->domain[d].next;
}

static bool
is_short(struct vm *vm, unsigned d)
{
	const struct vm_fbsd_domain *dom = &fbsd_state(vm)->domain[d];

	return vm_phys_nfree(vm, d) < dom->level.wakeup &&
	    clock_now(vm) >= dom->resume;
}

static bool
fbsd_low(struct vm *vm)
{
	for (unsigned d = 0; d < vm->phys.ndomains; d++)
		if (is_short(vm, d))
			return true;
	return false;
}

/* Everybody has voted: they may vote again. */
static bool
all_voted(struct vm *vm)
{
	struct vm_fbsd *st = fbsd_state(vm);

	for (unsigned d = 0; d < vm->phys.ndomains; d++)
		if (!is_empty(&st->domain[d]) && !st->domain[d].voted)
			return false;
	for (unsigned d = 0; d < vm->phys.ndomains; d++)
		st->domain[d].voted = false;
	st->count.oom_votes++;
	return true;
}

static void
sleep_until(struct vm *vm, uint64_t when)
{
	struct vm_fbsd *st = fbsd_state(vm);
	const uint64_t now = clock_now(vm);

	if (when > now) {
		st->slept += when - now;
		st->count.slept += when - now;
	}
}

/*
 * Passes of all domains until a frame can be had.  Each one that frees none
 * brings a vote nearer; the others make frames.
 */
static void
wait_for_frames(struct vm *vm)
{
	struct vm_fbsd *st = fbsd_state(vm);
	struct vm_pageout *po = &vm->pageout;
	const uint64_t goal = vm->exp.reserve_kernel +
	    (po->want > 0 ? po->want : 1);
	bool again = false;

	do {
		for (unsigned d = 0; d < vm->phys.ndomains; d++) {
			struct vm_fbsd_domain *dom = &st->domain[d];

			if (is_empty(dom))
				continue;
			sleep_until(vm, again ? dom->next : dom->resume);
			dom->laundry.deficit = 1;
			pass(vm, d, clock_now(vm));
			dom->laundry.deficit = 0;
		}
		again = true;
		po->resigned = all_voted(vm);
	} while (vm->exp.free < goal && !po->resigned);
}

static void
fbsd_run(struct vm *vm, bool waiting)
{
	struct vm_fbsd *st = fbsd_state(vm);

	st->count.v_pdwakeups++;
	vm->exp.pdwoke++;
	if (waiting)
		wait_for_frames(vm);
	else
		for (unsigned d = 0; d < vm->phys.ndomains; d++)
			while (is_short(vm, d))
				pass(vm, d, clock_now(vm));
	set_next(vm);
}

/*
 * The passes of intervals that have gone by.  After more than MAXPASSES of them
 * one pass stands for the rest: the controller's integral has run down then,
 * and the active scan goes by the time since the last one.
 */
#define MAXPASSES 64

static void
catch_up(struct vm *vm, unsigned d, uint64_t now)
{
	struct vm_fbsd_domain *dom = &fbsd_state(vm)->domain[d];

	for (unsigned n = 0; dom->next <= now && n < MAXPASSES; n++)
		pass(vm, d, dom->next);
	if (dom->next <= now)
		pass(vm, d, now);
}

static void
fbsd_tick(struct vm *vm)
{
	const uint64_t now = clock_now(vm);

	if (now < fbsd_state(vm)->next)
		return;
	for (unsigned d = 0; d < vm->phys.ndomains; d++)
		catch_up(vm, d, now);
	set_next(vm);
}

const struct vm_daemon vm_daemon_freebsd = {
	.name = "freebsd",
	.summary = "FreeBSD: activity counts, a laundry, a PID controller",
	.init = fbsd_init,
	.fini = fbsd_fini,
	.low = fbsd_low,
	.run = fbsd_run,
	.tick = fbsd_tick,
	.noted = fbsd_noted,
	.aside = fbsd_advised,
	.check = fbsd_check,
	.keep = fbsd_keep,
};
