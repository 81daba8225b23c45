/*
 * The parts of frame allocation that the fault routine inlines.
 */
#ifndef VM_PAGE_INLINE_H
#define VM_PAGE_INLINE_H

#include "vm.h"

/* The queue of a PQ_ flag, and the counter of its pages. */
static inline struct vm_pageq *
page_queue(struct vm *vm, unsigned which, uint64_t **count)
{
	if (likely(which == PQ_ACTIVE)) {
		*count = &vm->exp.active;
		return &vm->pages.active;
	}
	if (likely(which == PQ_INACTIVE)) {
		*count = &vm->exp.inactive;
		return &vm->pages.inactive;
	}
	if (which == PQ_LAUNDRY) {
		*count = &vm->pages.nlaundry;
		return &vm->pages.laundry;
	}
	*count = &vm->pages.nunswappable;
	return &vm->pages.unswappable;
}

/* Put a page on no queue to the tail of one; nobody follows pages. */
static inline void
page_link(struct vm *vm, pfn_t pfn, unsigned which)
{
	struct vm_page *page = vm->pages.page, *pg = &page[pfn];
	uint64_t *count;
	struct vm_pageq *q = page_queue(vm, which, &count);

	assert((pg->pg_flags & PQ_ALL) == 0);
	pg->pg_flags |= (uint16_t)which;
	pg->qnext = 0;
	pg->qprev = q->tail;
	if (q->tail != 0)
		page[q->tail].qnext = pfn;
	else
		q->head = pfn;
	q->tail = pfn;
	*count += 1;
}

static inline void
page_append(struct vm *vm, pfn_t pfn, unsigned which)
{
	page_link(vm, pfn, which);
	if (unlikely(vm->pageout.follows))
		vm->pageout.daemon->arrive(vm, pfn);
}

/* The counter of pages of this kind and dirty status. */
static inline uint64_t *
page_status_counter(struct vm *vm, unsigned flags)
{
	bool file = (flags & PG_SWAPBACKED) == 0;

	if (flags & PG_CLEAN)
		return file ? &vm->exp.fileclean : &vm->exp.anonclean;
	if (flags & PG_DIRTY)
		return file ? &vm->exp.filedirty : &vm->exp.anondirty;
	return file ? &vm->exp.fileunknown : &vm->exp.anonunknown;
}

static inline void
page_account(struct vm *vm, unsigned flags, uint64_t delta)
{
	if ((flags & (PG_SWAPBACKED | PG_FILE)) == 0)
		return;
	*page_status_counter(vm, flags) += delta;
	if (flags & PG_SWAPBACKED)
		vm->exp.anonpages += delta;
	else
		vm->exp.filepages += delta;
}

/*
 * A frame that becomes what `as` says, for page `place` of ro (NULL: nobody's).
 * => PFN_NONE when no more than `reserve` frames are free
 */
static inline pfn_t
page_alloc(struct vm *vm, struct vm_reserv_owner *ro, uint64_t place,
    struct vm_page as, uint64_t reserve)
{
	struct vm_pages *pages = &vm->pages;
	struct vm_page *pg;
	pfn_t pfn;

	if (unlikely(vm->exp.free <= reserve)) {
		vm->pageout.starved = true;
		return PFN_NONE;
	}
	pfn = pages->freelist;
	pg = &pages->page[pfn];
	if (pfn != PFN_NONE) {
		pages->freelist = pg->qnext;
		__builtin_prefetch(&pages->page[pages->freelist], 1);
	} else if (likely(vm->phys.plain)) {
		assert(pages->fresh <= pages->npages);
		pfn = pages->fresh++;
		pg = &pages->page[pfn];
	} else {
		pfn = vm_page_obtain(vm, ro, place, as.pg_flags);
		pg = &pages->page[pfn];
	}
	vm->exp.free--;
	*pg = as;
	page_account(vm, as.pg_flags, 1);
	return pfn;
}

/* See uvm_analloc. */
static inline uint32_t
anon_alloc(struct vm *vm, struct vm_amap *amap, uint64_t slot, pfn_t *pfnp)
{
	struct vm_anons *a = &vm->anons;
	uint32_t name = a->freelist, next = a->anon[name].where;
	pfn_t pfn;

	if (name == 0) {
		if (unlikely((name = a->fresh) > a->nanons))
			return 0;
	}
	pfn = page_alloc(vm, amap != NULL ? &amap->reserv : NULL, slot,
	    (struct vm_page){ .pg_flags = PG_ANON | PG_DIRTY, .owner = name },
	    vm->exp.reserve_kernel);
	if (unlikely(pfn == PFN_NONE))
		return 0;
	if (a->freelist != 0) {
		a->freelist = next;
		__builtin_prefetch(&a->anon[next], 1);
	} else {
		a->fresh++;
	}
	a->inuse++;
	a->anon[name] = (struct vm_anon){ .ref = 1, .where = pfn };
	*pfnp = pfn;
	return name;
}

static inline void
page_dequeue(struct vm *vm, struct vm_page *pg)
{
	struct vm_page *page = vm->pages.page;
	unsigned which = pg->pg_flags & PQ_ALL;
	uint64_t *count;
	struct vm_pageq *q;

	if (which == 0)
		return;
	if (unlikely(pg->pg_flags & PG_NOTED))
		vm_pageout_noted(vm, (pfn_t)(pg - page), 0);
	q = page_queue(vm, which, &count);
	*(pg->qprev != 0 ? &page[pg->qprev].qnext : &q->head) = pg->qnext;
	*(pg->qnext != 0 ? &page[pg->qnext].qprev : &q->tail) = pg->qprev;
	pg->qnext = pg->qprev = 0;
	pg->pg_flags &= (uint16_t)~which;
	*count -= 1;
}

/* See uvm_pagefree. */
static inline void
page_free(struct vm *vm, pfn_t pfn)
{
	struct vm_page *pg = &vm->pages.page[pfn];
	const unsigned was = pg->pg_flags;

	assert((was & PG_FREE) == 0);
	assert((pg->md.pv & PMAP_PV_ID_MASK) == 0);
	if (unlikely(vm->pageout.follows))
		vm->pageout.daemon->leave(vm, pfn);
	page_dequeue(vm, pg);
	vm->exp.wired -= pg->pg_wire != 0;
	page_account(vm, pg->pg_flags, (uint64_t)-1);
	*pg = (struct vm_page){
		.pg_flags = PG_FREE, .qnext = vm->pages.freelist,
	};
	if (vm->pages.tag != NULL)
		vm->pages.tag[pfn] = 0;
	vm->exp.free++;
	if (likely(vm->phys.plain))
		vm->pages.freelist = pfn;
	else
		vm_page_release(vm, pfn, was);
}

/* See uvm_anon_unref. */
static inline void
anon_unref(struct vm *vm, uint32_t name)
{
	struct vm_anon *anon = &vm->anons.anon[name];
	pfn_t pfn = anon->where;

	assert(anon->ref > 0);
	if (--anon->ref > 0)
		return;
	if (unlikely(pfn == PFN_NONE || vm->anons.slot != NULL))
		vm_anon_freeslot(vm, name);
	if (likely(pfn != PFN_NONE)) {
		if (unlikely(pmap_page_is_mapped(&vm->pmaps, pfn)))
			pmap_page_protect(&vm->pmaps, pfn, VM_PROT_NONE);
		page_free(vm, pfn);
	}
	anon->where = vm->anons.freelist;
	vm->anons.freelist = name;
	vm->anons.inuse--;
}

#endif /* VM_PAGE_INLINE_H */
