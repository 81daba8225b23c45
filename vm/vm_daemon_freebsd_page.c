/*
 * FreeBSD's page daemon: one page.  Its act_count, and its way between the
 * queues.
 *
 * act_count is noted where it differs from what goes without saying: 5 for an
 * active page, 0 for others.  PG_NOTED says that there is a note; it goes with
 * the frame's flags when the frame is freed, so nobody has to tell of that.
 */
#include "vm_daemon_freebsd.h"
#include "vm_page_inline.h"

unsigned
vm_fbsd_act_count(const struct vm *vm, pfn_t pfn)
{
	const unsigned flags = vm->pages.page[pfn].pg_flags;

	if (flags & PG_NOTED)
		return fbsd_state(vm)->act[pfn];
	return flags & PQ_ACTIVE ? ACT_INIT : 0;
}

void
fbsd_note_act(struct vm *vm, pfn_t pfn, unsigned act)
{
	fbsd_state(vm)->act[pfn] = (uint8_t)(act < UINT8_MAX ? act : UINT8_MAX);
	vm->pages.page[pfn].pg_flags |= PG_NOTED;
}

/* A noted page is activated, or leaves its queue. */
void
fbsd_noted(struct vm *vm, pfn_t pfn, unsigned to)
{
	struct vm_fbsd *st = fbsd_state(vm);

	if (to == PQ_ACTIVE) {
		if (st->act[pfn] < ACT_INIT)
			st->act[pfn] = ACT_INIT;
		return;
	}
	if (st->aside == pfn) {
		st->aside = vm->pages.page[pfn].qprev;
		if (st->aside != 0)
			fbsd_note_act(vm, st->aside,
			    vm_fbsd_act_count(vm, st->aside));
	}
	fbsd_hands_leave(vm, pfn);
}

void
fbsd_aside(struct vm *vm, pfn_t pfn)
{
	struct vm_page *page = vm->pages.page, *pg = &page[pfn];
	struct vm_pageq *q = &vm->pages.inactive;
	struct vm_fbsd *st = fbsd_state(vm);

	if (pg->pg_wire != 0)
		return;
	uvm_pagedequeue(vm, pfn);
	pg->pg_flags |= PQ_INACTIVE;
	pg->qprev = st->aside;
	pg->qnext = st->aside != 0 ? page[st->aside].qnext : q->head;
	*(pg->qprev != 0 ? &page[pg->qprev].qnext : &q->head) = pfn;
	*(pg->qnext != 0 ? &page[pg->qnext].qprev : &q->tail) = pfn;
	vm->exp.inactive++;
	fbsd_note_act(vm, pfn, vm_fbsd_act_count(vm, pfn));
	st->aside = pfn;
}

void
fbsd_advised(struct vm *vm, pfn_t pfn)
{
	struct vm_page *pg = &vm->pages.page[pfn];

	if (pg->pg_wire != 0)
		return;
	pg->md.pv &= ~PMAP_ATTR_REF;
	fbsd_note_act(vm, pfn, 0);
	if (!vm_page_isdirty(vm, pfn))
		fbsd_aside(vm, pfn);
	else if ((pg->pg_flags & (PQ_LAUNDRY | PQ_UNSWAPPABLE)) == 0)
		uvm_pageenqueue(vm, pfn, PQ_LAUNDRY);
}

void
fbsd_count_look(struct vm *vm, pfn_t pfn)
{
	struct uvmexp *x = &vm->exp;

	fbsd_state(vm)->count.v_pdpages++;
	x->pdscans++;
	*(vm->pages.page[pfn].pg_flags & PG_ANON ? &x->pdanscan :
						   &x->pdobscan) += 1;
}

unsigned
fbsd_references(struct vm *vm, pfn_t pfn, bool *mapped)
{
	struct vm_page *pg = &vm->pages.page[pfn];
	unsigned n = 0;

	*mapped = (pg->pg_flags & PG_ANON) != 0 ||
	    pmap_page_is_mapped(&vm->pmaps, pfn);
	if (*mapped)
		n = pmap_ts_referenced(&vm->pmaps, pfn);
	if (pg->md.pv & PMAP_ATTR_REF) {
		pg->md.pv &= ~PMAP_ATTR_REF;
		n++;
	}
	return n;
}

void
fbsd_reactivate(struct vm *vm, pfn_t pfn, unsigned delta)
{
	uvm_pageactivate(vm, pfn);
	fbsd_note_act(vm, pfn,
	    vm_fbsd_act_count(vm, pfn) + delta + ACT_ADVANCE);
	fbsd_state(vm)->count.v_reactivated++;
	vm->exp.pdreact++;
	VM_EVENT(vm, REACTIVATE, NULL, 0, pfn, 0, 0);
}

uint64_t
vm_fbsd_queued(const struct vm *vm, unsigned domain, unsigned which)
{
	uint64_t *count, n = 0;
	const struct vm_pageq *q;

	q = page_queue((struct vm *)(uintptr_t)vm, which, &count);
	if (vm->phys.ndomains <= 1)
		return *count;
	for (pfn_t i = q->head; i != 0; i = vm->pages.page[i].qnext)
		n += vm_phys_domain(vm, i) == domain;
	return n;
}
