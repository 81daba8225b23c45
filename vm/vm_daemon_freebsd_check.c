/*
 * FreeBSD's page daemon: its invariants (FB1 to FB4), and its state as numbers.
 */
#include "vm_daemon_freebsd.h"

#include <stdio.h>

#include "vm_keep.h"

static bool
is_noted_in(const struct vm *vm, uint32_t pfn, unsigned queue)
{
	const unsigned want = PG_NOTED | queue;

	return pfn >= 1 && pfn < vm->pages.fresh &&
	    (vm->pages.page[pfn].pg_flags & want) == want;
}

/* The hand comes to the limit before the queue ends. */
static bool
is_behind(const struct vm *vm, uint32_t hand, uint32_t limit)
{
	uint64_t n = vm->exp.active;

	while (hand != limit && hand != 0 && n-- > 0)
		hand = vm->pages.page[hand].qnext;
	return hand != limit;
}

static const char *
check_hands(const struct vm *vm, const struct vm_fbsd *st, unsigned d)
{
	const uint32_t hand = st->domain[d].hand, limit = st->domain[d].limit;

	if (hand == 0 && limit == 0)
		return NULL;
	if (!is_noted_in(vm, hand, PQ_ACTIVE) ||
	    !is_noted_in(vm, limit, PQ_ACTIVE) ||
	    vm_phys_domain(vm, hand) != d || vm_phys_domain(vm, limit) != d)
		return "FB1: a hand is at no active page";
	return is_behind(vm, hand, limit) ?
	    "FB1: the hand is behind the limit" :
	    NULL;
}

static const char *
check_pid(const struct vm_pid *p)
{
	if (p->integral > p->bound || p->integral_before > p->bound)
		return "FB4: PID1: the integral is out of bounds";
	return p->returned < p->output ?
	    "FB4: PID2: less was given out than worked out" :
	    NULL;
}

const char *
fbsd_check(struct vm *vm, char *buf, size_t len)
{
	const struct vm_fbsd *st = fbsd_state(vm);
	const char *why = NULL;

	if (st->aside != 0 && !is_noted_in(vm, st->aside, PQ_INACTIVE))
		why = "FB2: no inactive page ends those put aside";
	for (unsigned d = 0; d < vm->phys.ndomains && why == NULL; d++) {
		why = check_hands(vm, st, d);
		if (why == NULL)
			why = check_pid(&st->domain[d].pid);
	}
	if (why == NULL)
		return NULL;
	snprintf(buf, len, "page daemon: %s", why);
	return buf;
}

/* ------------------------------------------------------------- numbers ---- */

/* A number from -most to most. */
static void
keep_signed(struct vm_keep *k, int64_t *v, uint64_t most)
{
	uint64_t biased = (uint64_t)*v + most;

	VM_KEEP(k, biased, 0, 2 * most);
	*v = (int64_t)(biased - most);
}

#define FRAMES ((uint64_t)1 << 32) /* no memory has as many */

static void
keep_pid(struct vm_keep *k, struct vm_pid *p)
{
	VM_KEEP(k, p->next, 0, UINT64_MAX);
	keep_signed(k, &p->input, FRAMES);
	keep_signed(k, &p->error, FRAMES);
	keep_signed(k, &p->error_before, FRAMES);
	keep_signed(k, &p->derivative, 2 * FRAMES);
	VM_KEEP(k, p->integral, 0, p->bound);
	VM_KEEP(k, p->integral_before, 0, p->bound);
	VM_KEEP(k, p->output, 0, UINT32_MAX);
	VM_KEEP(k, p->returned, 0, UINT32_MAX);
}

static void
keep_laundry(struct vm_keep *k, struct vm_fbsd_laundry *l)
{
	VM_KEEP(k, l->next, 0, UINT64_MAX);
	VM_KEEP(k, l->request, FBSD_IDLE, FBSD_SHORTFALL);
	VM_KEEP(k, l->target, 0, UINT32_MAX);
	VM_KEEP(k, l->run_target, 0, UINT32_MAX);
	VM_KEEP(k, l->nfreed, 0, VM_KEEP_MAX);
}

static void
keep_domain(struct vm *vm, struct vm_keep *k, struct vm_fbsd_domain *dom)
{
	keep_pid(k, &dom->pid);
	keep_laundry(k, &dom->laundry);
	VM_KEEP(k, dom->next, 0, UINT64_MAX);
	VM_KEEP(k, dom->resume, 0, UINT64_MAX);
	VM_KEEP(k, dom->scanned, 0, VM_KEEP_MAX);
	VM_KEEP(k, dom->hand, 0, vm->pages.npages);
	VM_KEEP(k, dom->limit, 0, vm->pages.npages);
	VM_KEEP(k, dom->fruitless, 0, FBSD_OOM_SEQ_MAX);
	VM_KEEP(k, dom->voted, 0, 1);
	VM_KEEP(k, dom->actpdpgs, 0, VM_KEEP_MAX);
	VM_KEEP(k, dom->inactpdpgs, 0, VM_KEEP_MAX);
	VM_KEEP(k, dom->laundpdpgs, 0, VM_KEEP_MAX);
	VM_KEEP(k, dom->unswppdpgs, 0, VM_KEEP_MAX);
}

void
fbsd_keep(struct vm *vm, struct vm_keep *k)
{
	struct vm_fbsd *st = fbsd_state(vm);

	for (unsigned d = 0; d < vm->phys.ndomains; d++)
		keep_domain(vm, k, &st->domain[d]);
#define X(m) VM_KEEP(k, st->count.m, 0, VM_KEEP_MAX);
	VM_FBSD_COUNTS(X)
#undef X
	VM_KEEP(k, st->slept, 0, VM_KEEP_MAX);
	VM_KEEP(k, st->next, 0, UINT64_MAX);
	VM_KEEP(k, st->aside, 0, vm->pages.npages);
	VM_KEEP(k, st->oom_seq, 1, FBSD_OOM_SEQ_MAX);
	VM_KEEP_ARRAY(k, st->act, (uint64_t)vm->pages.npages + 1, 0, UINT8_MAX);
}
