/*
 * FreeBSD's active queue is a clock (reference "pmap" 4.4): pages stay where
 * they are, and two hands go over them.
 *
 *	head                                                  tail
 *	 o   o   o   o   o   o   o   o   o   o   o   o   n   n
 *	                 ^                           ^
 *	                 hand: looked at next        limit: last of this round
 *
 * Pages that become active join at the tail, behind the limit; they are looked
 * at in the next round.  With both hands together the next round begins at the
 * head, and its limit is the tail.
 *
 * A page that was referenced gains 3 and what was counted, up to 64; one that
 * was not loses 1, and leaves the queue at 0:
 *
 *	shortage <= 0	to the inactive queue, clean or not
 *	else clean	to the inactive queue	shortage -= 3
 *	     dirty	to the laundry		shortage -= 1
 *
 * With a shortage the whole queue is looked at, else as many pages as make a
 * round in ten minutes.
 */
#include "vm_daemon_freebsd.h"

static bool
is_in(const struct vm *vm, pfn_t pfn, unsigned d)
{
	return vm_phys_domain(vm, pfn) == d;
}

/* A hand comes to a page; the page will tell when it goes. */
static uint32_t
point_at(struct vm *vm, pfn_t pfn)
{
	if (pfn != 0)
		fbsd_note_act(vm, pfn, vm_fbsd_act_count(vm, pfn));
	return pfn;
}

static pfn_t
following(const struct vm *vm, pfn_t pfn, unsigned d)
{
	while ((pfn = vm->pages.page[pfn].qnext) != 0 && !is_in(vm, pfn, d))
		;
	return pfn;
}

static pfn_t
preceding(const struct vm *vm, pfn_t pfn, unsigned d)
{
	while ((pfn = vm->pages.page[pfn].qprev) != 0 && !is_in(vm, pfn, d))
		;
	return pfn;
}

static void
begin_round(struct vm *vm, unsigned d)
{
	struct vm_fbsd_domain *dom = &fbsd_state(vm)->domain[d];
	pfn_t first = vm->pages.active.head, last = vm->pages.active.tail;

	if (first != 0 && !is_in(vm, first, d))
		first = following(vm, first, d);
	if (first == 0)
		return;
	if (!is_in(vm, last, d))
		last = preceding(vm, last, d);
	vm->exp.pdrevs++;
	dom->hand = point_at(vm, first);
	dom->limit = point_at(vm, last);
}

/* => the page at the hand, which moves on; 0: the queue is empty */
static pfn_t
advance(struct vm *vm, unsigned d)
{
	struct vm_fbsd_domain *dom = &fbsd_state(vm)->domain[d];
	pfn_t pfn;

	if (dom->hand == 0)
		begin_round(vm, d);
	if ((pfn = dom->hand) == 0)
		return 0;
	if (pfn == dom->limit)
		dom->hand = dom->limit = 0;
	else
		dom->hand = point_at(vm, following(vm, pfn, d));
	return pfn;
}

void
fbsd_hands_leave(struct vm *vm, pfn_t pfn)
{
	const unsigned d = vm_phys_domain(vm, pfn);
	struct vm_fbsd_domain *dom = &fbsd_state(vm)->domain[d];

	if (pfn == dom->hand && pfn == dom->limit)
		dom->hand = dom->limit = 0;
	else if (pfn == dom->hand)
		dom->hand = point_at(vm, following(vm, pfn, d));
	else if (pfn == dom->limit)
		dom->limit = point_at(vm, preceding(vm, pfn, d));
}

/* Its count has come to 0. */
static void
retire(struct vm *vm, pfn_t pfn, int64_t *shortage)
{
	const bool to_laundry = *shortage > 0 && vm_page_isdirty(vm, pfn);

	if (*shortage > 0)
		*shortage -= to_laundry ? 1 : FBSD_LAUNDRY_WEIGHT;
	uvm_pageenqueue(vm, pfn, to_laundry ? PQ_LAUNDRY : PQ_INACTIVE);
	vm->exp.pddeact++;
}

/* => it was not referenced */
static bool
age(struct vm *vm, pfn_t pfn, int64_t *shortage)
{
	unsigned act = vm_fbsd_act_count(vm, pfn), delta;
	bool mapped;

	if (!vm_page_evictable(vm, pfn))
		return false;
	delta = fbsd_references(vm, pfn, &mapped);
	if (delta > 0) {
		act += ACT_ADVANCE + delta;
		fbsd_note_act(vm, pfn, act < ACT_MAX ? act : ACT_MAX);
		return false;
	}
	act -= act < ACT_DECLINE ? act : ACT_DECLINE;
	fbsd_note_act(vm, pfn, act);
	if (act == 0)
		retire(vm, pfn, shortage);
	return true;
}

int64_t
fbsd_active_shortage(struct vm *vm, unsigned d, uint64_t additional)
{
	const struct vm_fbsd_levels *l = &fbsd_state(vm)->domain[d].level;
	const int64_t have = (int64_t)vm_fbsd_queued(vm, d, PQ_INACTIVE) +
	    (int64_t)(vm_fbsd_queued(vm, d, PQ_LAUNDRY) / FBSD_LAUNDRY_WEIGHT);
	const int64_t missing = (int64_t)l->free_target -
	    (int64_t)vm_phys_nfree(vm, d);

	return FBSD_LAUNDRY_WEIGHT *
	    ((int64_t)l->inactive_target + missing - have) +
	    (int64_t)additional;
}

/* Pages that make a round in FBSD_PERIOD_MS; at most 64 rounds. */
static uint64_t
by_time(uint64_t pages, uint64_t elapsed)
{
	if (elapsed > (uint64_t)FBSD_PERIOD_MS * ACT_MAX)
		elapsed = (uint64_t)FBSD_PERIOD_MS * ACT_MAX;
	return pages * elapsed / FBSD_PERIOD_MS;
}

uint64_t
fbsd_scan_active(struct vm *vm, unsigned d, int64_t shortage)
{
	struct vm_fbsd *st = fbsd_state(vm);
	struct vm_fbsd_domain *dom = &st->domain[d];
	const uint64_t all = vm_fbsd_queued(vm, d, PQ_ACTIVE);
	uint64_t n = by_time(all,
	    st->now > dom->scanned ? st->now - dom->scanned : 0);
	uint64_t aged = 0;
	pfn_t pfn;

	if (shortage > 0)
		n = all;
	if (n > 0)
		dom->scanned = st->now;
	for (; n > 0 && (pfn = advance(vm, d)) != 0; n--) {
		dom->actpdpgs++;
		fbsd_count_look(vm, pfn);
		aged += age(vm, pfn, &shortage);
	}
	return aged;
}
