/*
 * Frames: allocation, wiring, the active and inactive queues.
 *
 * A plain machine takes free frames last-in first-out; below that, frames that
 * were never used, in rising order, so that the array is touched only as it is
 * needed.  Others take a frame from (FreeBSD's vm_page_alloc)
 *
 *	1 the reservation that covers the page		whatever its domain
 *	then in each domain, beginning with the policy's:
 *	2 a new reservation
 *	3 the buddy lists, order 0; DIRECT for page tables
 *	4 the same after breaking the reservation changed longest ago
 */
#include "vm_page_inline.h"
#include "vm_reserv_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pmap/narrow.h"

_Static_assert(sizeof(struct vm_page) == PMAP_PAGE_STRIDE,
    "a frame is one stride");

int
vm_pages_init(struct vm *vm, pfn_t npages, bool tags)
{
	struct vm_pages *pages = &vm->pages;
	size_t n = (size_t)npages + 1;

	memset(pages, 0, sizeof(*pages));
	pages->npages = npages;
	pages->fresh = 1;
	pages->page = mem_zalloc(vm->mem,
	    host_bytes(n, sizeof(struct vm_page)));
	if (pages->page == NULL)
		return ENOMEM;
	if (tags) {
		pages->tag = mem_zalloc(vm->mem,
		    host_bytes(n, sizeof(uint64_t)));
		if (pages->tag == NULL) {
			mem_free(vm->mem, pages->page,
			    n * sizeof(struct vm_page));
			return ENOMEM;
		}
	}
	vm->exp.npages = npages;
	vm->exp.free = npages;
	return 0;
}

void
vm_pages_fini(struct vm *vm)
{
	size_t n = (size_t)vm->pages.npages + 1;

	mem_free(vm->mem, vm->pages.page, n * sizeof(struct vm_page));
	if (vm->pages.tag != NULL)
		mem_free(vm->mem, vm->pages.tag, n * sizeof(uint64_t));
}

/* ------------------------------------------------------------- queues ---- */

void
uvm_pagedequeue(struct vm *vm, pfn_t pfn)
{
	page_dequeue(vm, &vm->pages.page[pfn]);
}

void
uvm_pageactivate(struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = &vm->pages.page[pfn];

	if (pg->pg_wire != 0)
		return;
	if (unlikely(pg->pg_flags & PG_NOTED))
		vm_pageout_noted(vm, pfn, PQ_ACTIVE);
	if (pg->pg_flags & PQ_ALL) {
		if (vm->pages.active.tail == pfn ||
		    (unlikely(vm->pageout.clock) && pg->pg_flags & PQ_ACTIVE))
			return;
		uvm_pagedequeue(vm, pfn);
	}
	page_append(vm, pfn, PQ_ACTIVE);
}

void
uvm_pageenqueue(struct vm *vm, pfn_t pfn, unsigned which)
{
	if (vm->pages.page[pfn].pg_wire != 0)
		return;
	uvm_pagedequeue(vm, pfn);
	page_append(vm, pfn, which);
}

void
uvm_pagedeactivate(struct vm *vm, pfn_t pfn)
{
	struct vm_page *pg = &vm->pages.page[pfn];

	if (pg->pg_wire != 0 || pg->pg_flags & PQ_INACTIVE)
		return;
	uvm_pagedequeue(vm, pfn);
	pmap_clear_reference(&vm->pmaps, pfn);
	page_append(vm, pfn, PQ_INACTIVE);
}

/* ------------------------------------------------------------- wiring ---- */

void
uvm_pagewire(struct vm *vm, pfn_t pfn)
{
	struct vm_page *pg = &vm->pages.page[pfn];

	assert(pg->pg_wire < UINT16_MAX);
	if (pg->pg_wire++ == 0) {
		uvm_pagedequeue(vm, pfn);
		vm_page_dropslot(vm, pfn);
		vm->exp.wired++;
	}
}

void
uvm_pageunwire(struct vm *vm, pfn_t pfn)
{
	struct vm_page *pg = &vm->pages.page[pfn];

	assert(pg->pg_wire > 0);
	if (--pg->pg_wire == 0) {
		vm->exp.wired--;
		uvm_pageactivate(vm, pfn);
	}
}

/* ---------------------------------------------------------- accounting ---- */

void
uvm_pagemarkdirty(struct vm *vm, pfn_t pfn, unsigned status)
{
	struct vm_page *pg = &vm->pages.page[pfn];

	page_account(vm, pg->pg_flags, (uint64_t)-1);
	pg->pg_flags = (uint16_t)((pg->pg_flags &
				      ~(unsigned)(PG_CLEAN | PG_DIRTY)) |
	    status);
	page_account(vm, pg->pg_flags, 1);
}

/* ---------------------------------------------------------- allocation ---- */

/* The last frames are the page daemon's, which may have to split mappings. */
static uint64_t
kernel_reserve(const struct vm *vm)
{
	return vm->pageout.daemon != NULL && !vm->pageout.running ?
	    vm->exp.reserve_pagedaemon :
	    0;
}

pfn_t
uvm_pagealloc(struct vm *vm, uint32_t owner, uint32_t pindex, unsigned flags,
    bool kernel)
{
	return page_alloc(vm, NULL, 0,
	    (struct vm_page){
		.pg_flags = (uint16_t)flags,
		.owner = owner,
		.pindex = pindex,
	    },
	    kernel ? kernel_reserve(vm) : vm->exp.reserve_kernel);
}

pfn_t
uvm_pagealloc_object(struct vm *vm, struct vm_object *obj, uint32_t pindex,
    unsigned flags)
{
	return page_alloc(vm, &obj->reserv, pindex,
	    (struct vm_page){
		.pg_flags = (uint16_t)flags,
		.owner = obj->id,
		.pindex = pindex,
	    },
	    vm->exp.reserve_kernel);
}

/* Of the domains, as vm_phys.h says: is it d's turn in this pass? */
static bool
may_ask(const struct vm *vm, unsigned d, unsigned pass)
{
	const struct vm_phys *ph = &vm->phys;
	uint64_t floor = pass == 0 && ph->ndomains > 1 ?
	    vm->exp.freemin / ph->ndomains :
	    0;

	return ph->domain[d].nfree > floor;
}

static unsigned
first_domain(struct vm *vm, const struct vm_reserv_owner *ro, uint64_t pindex)
{
	bool placed = ro != NULL && ro->coloured;

	return vm_phys_choose(vm, placed,
	    placed ? ((ro->colour + pindex) >> vm->phys.chunk_order) + ro->id :
		     0);
}

static pfn_t
obtain_in(struct vm *vm, struct vm_reserv_owner *ro, uint64_t pindex,
    unsigned domain, enum vm_pool pool)
{
	pfn_t pfn = PFN_NONE;

	if (ro != NULL && vm->reservs.on_demand)
		pfn = vm_reserv_new(vm, ro, pindex, domain);
	if (pfn == PFN_NONE)
		pfn = vm_phys_alloc(vm, domain, pool, 0);
	while (pfn == PFN_NONE && vm_reserv_reclaim(vm, domain))
		pfn = vm_phys_alloc(vm, domain, pool, 0);
	return pfn;
}

static void
count_taken(struct vm *vm, pfn_t pfn, uint64_t n)
{
	unsigned i = vm_phys_domain(vm, pfn);
	struct vm_phys_domain *d = &vm->phys.domain[i];

	assert(d->nfree >= n);
	d->nfree -= n;
	*(i == vm->phys.cpu_domain[vm->curcpu % VM_MAXCPUS] ? &d->local :
							      &d->remote) += n;
}

pfn_t
vm_page_obtain(struct vm *vm, struct vm_reserv_owner *ro, uint64_t pindex,
    unsigned flags)
{
	enum vm_pool pool = flags & PG_PTP ? VM_POOL_DIRECT : VM_POOL_DEFAULT;
	const unsigned n = vm->phys.ndomains;
	pfn_t pfn = PFN_NONE;
	unsigned first;

	if (ro != NULL && vm->reservs.on_demand)
		pfn = vm_reserv_find_again(vm, ro, pindex);
	if (unlikely(pfn == PFN_NONE)) {
		first = first_domain(vm, ro, pindex);
		for (unsigned i = 0; i < 2 * n && pfn == PFN_NONE; i++)
			if (may_ask(vm, (first + i) % n, i / n))
				pfn = obtain_in(vm, ro, pindex, (first + i) % n,
				    pool);
	}
	/* A frame is free somewhere: page_alloc has looked. */
	assert(pfn != PFN_NONE);
	count_taken(vm, pfn, 1);
	return pfn;
}

void
vm_page_release(struct vm *vm, pfn_t pfn, unsigned flags)
{
	vm->phys.domain[vm_phys_domain(vm, pfn)].nfree++;
	if (!vm_reserv_free(vm, pfn))
		vm_phys_free(vm, pfn, 0,
		    flags & PG_PTP ? VM_POOL_DIRECT : VM_POOL_DEFAULT);
}

pfn_t
uvm_pagealloc_whole(struct vm *vm, struct vm_reserv_owner *ro, uint64_t pindex,
    unsigned flags)
{
	const uint64_t n = (uint64_t)1 << vm->reservs.order;
	const unsigned nd = vm->phys.ndomains;
	unsigned first;
	pfn_t pfn = PFN_NONE;

	if (!vm->reservs.on || vm->exp.free < n + vm->exp.reserve_kernel)
		return PFN_NONE;
	first = first_domain(vm, ro, pindex);
	for (unsigned i = 0; i < nd && pfn == PFN_NONE; i++)
		pfn = vm_reserv_alloc_whole(vm, ro, pindex, (first + i) % nd);
	if (pfn == PFN_NONE)
		return PFN_NONE;
	for (pfn_t i = 0; i < n; i++)
		vm->pages.page[pfn + i] = (struct vm_page){
			.pg_flags = (uint16_t)flags
		};
	page_account(vm, flags, n);
	count_taken(vm, pfn, n);
	vm->exp.free -= n;
	return pfn;
}

void
uvm_pagefree(struct vm *vm, pfn_t pfn)
{
	page_free(vm, pfn);
}

/* ------------------------------------------------------------ checking ---- */

struct page_counts {
	uint64_t free, active, inactive, wired, other;
	uint64_t laundry, unswappable;
	uint64_t anon, file;
};

static const char *
check_frame(struct vm *vm, pfn_t pfn, struct page_counts *n)
{
	const struct vm_page *pg = &vm->pages.page[pfn];
	unsigned f = pg->pg_flags;
	unsigned owners = ((f & PG_ANON) != 0 ? 1u : 0) +
	    ((f & PG_TABLED) != 0 ? 1u : 0) + ((f & PG_PTP) != 0 ? 1u : 0);
	unsigned queued = f & PQ_ALL;

	if (vm_page_isfree(pg)) {
		n->free++;
		return (f & ~(unsigned)PG_FREE) != 0 || pg->owner != 0 ||
			pg->pg_wire != 0 ||
			pmap_page_is_mapped(&vm->pmaps, pfn) ?
		    "P2: free frame is not clean" :
		    NULL;
	}
	if (owners > 1)
		return "P1: frame with several owners";
	if (pg->pg_wire > 0 && queued != 0)
		return "P3: wired frame on a queue";
	if ((queued & (queued - 1)) != 0)
		return "P3: frame on two queues";
	if ((f & PG_CLEAN) && (f & PG_DIRTY))
		return "P4: both clean and dirty";
	n->wired += pg->pg_wire > 0;
	n->active += !!(f & PQ_ACTIVE);
	n->inactive += !!(f & PQ_INACTIVE);
	n->laundry += !!(f & PQ_LAUNDRY);
	n->unswappable += !!(f & PQ_UNSWAPPABLE);
	n->other += pg->pg_wire == 0 && queued == 0;
	n->anon += !!(f & PG_SWAPBACKED);
	n->file += !!(f & PG_FILE);
	return NULL;
}

static const char *
check_queue(struct vm *vm, const struct vm_pageq *q, unsigned flag,
    uint64_t expect)
{
	uint64_t n = 0;
	uint32_t prev = 0;

	for (uint32_t i = q->head; i != 0; i = vm->pages.page[i].qnext) {
		if (i > vm->pages.npages || n++ > expect)
			return "P3: queue is damaged";
		if (vm->pages.page[i].qprev != prev ||
		    !(vm->pages.page[i].pg_flags & flag))
			return "P3: queue links disagree";
		prev = i;
	}
	return n == expect && q->tail == prev ?
	    NULL :
	    "P3: queue length differs from its counter";
}

static const char *
check_queues(struct vm *vm, const struct page_counts *n)
{
	struct vm_pages *p = &vm->pages;
	const char *why = check_queue(vm, &p->active, PQ_ACTIVE, n->active);

	if (why == NULL)
		why = check_queue(vm, &p->inactive, PQ_INACTIVE, n->inactive);
	if (why == NULL)
		why = check_queue(vm, &p->laundry, PQ_LAUNDRY, n->laundry);
	if (why == NULL)
		why = check_queue(vm, &p->unswappable, PQ_UNSWAPPABLE,
		    n->unswappable);
	return why;
}

const char *
vm_pages_check(struct vm *vm, char *buf, size_t len)
{
	struct page_counts n = { 0 };
	const struct uvmexp *x = &vm->exp;
	const char *why = NULL;
	pfn_t pfn;

	for (pfn = 1; pfn < vm->pages.fresh && why == NULL; pfn++)
		why = check_frame(vm, pfn, &n);
	if (why != NULL) {
		snprintf(buf, len, "frame %u: %s", pfn - 1, why);
		return buf;
	}
	n.free += vm->pages.npages + 1 - vm->pages.fresh;
	if (n.free != x->free || n.active != x->active ||
	    n.inactive != x->inactive || n.wired != x->wired ||
	    n.laundry != vm->pages.nlaundry ||
	    n.unswappable != vm->pages.nunswappable)
		why = "P5: a frame counter differs from the recount";
	else if (n.anon != x->anonpages || n.file != x->filepages ||
	    x->anonpages != x->anonclean + x->anondirty + x->anonunknown ||
	    x->filepages != x->fileclean + x->filedirty + x->fileunknown)
		why = "P5: anonpages or filepages differs from the recount";
	if (why == NULL)
		why = check_queues(vm, &n);
	if (why != NULL)
		snprintf(buf, len, "frames: %s", why);
	return why != NULL ? buf : NULL;
}
