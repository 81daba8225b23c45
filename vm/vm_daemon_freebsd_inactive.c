/*
 * FreeBSD's inactive scan (reference "pmap" 4.5), from the head of the queue
 * until as many pages are free as were wanted, each page once:
 *
 *	cannot go now		to the tail; so many more must be deactivated
 *	referenced, mapped	active, act_count += references + 3
 *	referenced, not mapped	to the tail
 *	clean			its mappings go, and the frame is free
 *	dirty			to the laundry
 */
#include "vm_daemon_freebsd.h"

struct scan {
	struct vm *vm;
	struct vm_fbsd *st;
	uint64_t freed, additional;
};

static void
requeue(struct scan *s, pfn_t pfn)
{
	uvm_pageenqueue(s->vm, pfn, PQ_INACTIVE);
}

static void
give_up(struct scan *s, pfn_t pfn)
{
	if (vm_page_drop(s->vm, pfn) != 0) {
		requeue(s, pfn);
		s->additional++;
		return;
	}
	s->freed++;
	s->st->count.v_dfree++;
	s->vm->exp.pdfreed++;
}

static void
look_at(struct scan *s, pfn_t pfn)
{
	unsigned delta;
	bool mapped;

	fbsd_count_look(s->vm, pfn);
	if (!vm_page_evictable(s->vm, pfn)) {
		requeue(s, pfn);
		s->additional++;
	} else if ((delta = fbsd_references(s->vm, pfn, &mapped)) > 0) {
		if (mapped)
			fbsd_reactivate(s->vm, pfn, delta);
		else
			requeue(s, pfn);
	} else if (vm_page_isdirty(s->vm, pfn)) {
		uvm_pageenqueue(s->vm, pfn, PQ_LAUNDRY);
	} else {
		give_up(s, pfn);
	}
}

uint64_t
fbsd_scan_inactive(struct vm *vm, unsigned d, uint64_t shortage,
    uint64_t *additional)
{
	struct scan s = { .vm = vm, .st = fbsd_state(vm) };
	uint64_t left = vm->exp.inactive;
	pfn_t pfn = vm->pages.inactive.head, next;

	for (; left > 0 && pfn != 0 && s.freed < shortage; left--, pfn = next) {
		next = vm->pages.page[pfn].qnext;
		if (vm_phys_domain(vm, pfn) != d)
			continue;
		s.st->domain[d].inactpdpgs++;
		look_at(&s, pfn);
	}
	*additional += s.additional;
	return s.freed;
}
