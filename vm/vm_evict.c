/*
 * What is done with one page, or a cluster of them, by whoever decides that it
 * should go.
 *
 *	anon	where = 0, the slot stays: it is where the content is
 *	aobj	its place in the object is empty, the slot stays
 *	file	its place in the object is empty
 *
 * A page that MADV_FREE gave up (clean, no slot) leaves an anon with neither
 * frame nor slot.  Such an anon reads as zero; it still has a name, so names
 * may have to be made for the frames that are free then.
 */
#include "vm_pager.h"

#include <errno.h>

static const struct vm_page *
page_of(const struct vm *vm, pfn_t pfn)
{
	return &vm->pages.page[pfn];
}

static struct vm_object *
object_of(struct vm *vm, pfn_t pfn)
{
	return vm_object_byid(vm, page_of(vm, pfn)->owner);
}

bool
vm_page_isdirty(struct vm *vm, pfn_t pfn)
{
	return (page_of(vm, pfn)->pg_flags & PG_DIRTY) != 0 ||
	    pmap_is_modified(&vm->pmaps, pfn);
}

bool
vm_page_evictable(struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = page_of(vm, pfn);
	const unsigned flags = pg->pg_flags;

	if (pg->pg_wire != 0 || (flags & (PG_BUSY | PG_FREE)) != 0)
		return false;
	if (flags & PG_ANON)
		return pg->owner != 0;
	return (flags & PG_TABLED) != 0 && (flags & (PG_FILE | PG_AOBJ)) != 0;
}

uint64_t
vm_page_key(struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = page_of(vm, pfn);

	if (pg->pg_flags & PG_ANON)
		return (uint64_t)1 << 63 | pg->owner;
	return (uint64_t)pg->owner << 32 | pg->pindex;
}

void
vm_page_returns(struct vm *vm, pfn_t pfn)
{
	const struct vm_daemon *d = vm->pageout.daemon;

	if (unlikely(d != NULL && d->refault != NULL))
		d->refault(vm, pfn, vm_page_key(vm, pfn));
}

/* --------------------------------------------------------------- slots ---- */

uint32_t
vm_page_slot(struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = page_of(vm, pfn);

	if (pg->pg_flags & PG_ANON)
		return vm_anon_slot(&vm->anons, pg->owner);
	if (pg->pg_flags & PG_AOBJ)
		return sparse_get(&object_of(vm, pfn)->swap, pg->pindex);
	return SWSLOT_NONE;
}

/* => for an aobj: nodes are reserved, or there is a slot already, or NONE */
static void
set_slot(struct vm *vm, pfn_t pfn, uint32_t slot)
{
	const struct vm_page *pg = page_of(vm, pfn);

	if (pg->pg_flags & PG_ANON)
		vm->anons.slot[pg->owner] = slot;
	else
		sparse_set(&vm->sparse, &object_of(vm, pfn)->swap, pg->pindex,
		    slot);
}

void
vm_page_dropslot(struct vm *vm, pfn_t pfn)
{
	const uint32_t slot = vm_page_slot(vm, pfn);

	if (slot == SWSLOT_NONE)
		return;
	set_slot(vm, pfn, SWSLOT_NONE);
	vm_swap_free(vm, slot, 1);
	uvm_pagemarkdirty(vm, pfn, PG_DIRTY);
}

/* ------------------------------------------------------------ clusters ---- */

int
vm_cluster_add(struct vm *vm, struct vm_cluster *c, pfn_t pfn, uint32_t want)
{
	if ((page_of(vm, pfn)->pg_flags & PG_AOBJ) != 0 &&
	    sparse_reserve(&vm->sparse, 1) != 0)
		return ENOMEM;
	vm_page_dropslot(vm, pfn);
	if (c->nslots == 0) {
		c->slot = vm_swap_alloc(vm, want, true, &c->nslots);
		if (c->slot == SWSLOT_NONE) {
			c->nslots = 0;
			return ENOSPC;
		}
	}
	set_slot(vm, pfn, c->slot + c->n);
	uvm_pagemarkdirty(vm, pfn, PG_DIRTY);
	c->page[c->n++] = pfn;
	vm->exp.pgswapout++;
	return 0;
}

static void
written(struct vm *vm, pfn_t pfn, uint32_t slot)
{
	(void)pmap_clear_modify(&vm->pmaps, pfn);
	uvm_pagemarkdirty(vm, pfn, PG_CLEAN);
	VM_EVENT(vm, PAGEOUT, (struct vm_map *)NULL, 0, pfn, slot, 0);
}

static void
lost(struct vm *vm, pfn_t pfn, uint32_t slot)
{
	vm_swap_markbad(vm, slot);
	set_slot(vm, pfn, SWSLOT_BAD);
}

int
vm_cluster_flush(struct vm *vm, struct vm_cluster *c)
{
	int error = 0;

	if (c->n > 0) {
		error = vm_swap_put(vm, c->slot, c->page, c->n);
		vm->exp.pdpageouts++;
	}
	for (uint32_t i = 0; i < c->n; i++)
		(error == 0 ? written : lost)(vm, c->page[i], c->slot + i);
	if (c->n < c->nslots)
		vm_swap_free(vm, c->slot + c->n, c->nslots - c->n);
	*c = (struct vm_cluster){ 0 };
	return error;
}

/* ------------------------------------------------------------ cleaning ---- */

/* A page of a file, with those around it that are dirty too. */
static int
clean_file(struct vm *vm, pfn_t pfn)
{
	struct vm_object *obj = object_of(vm, pfn);
	const uint64_t pindex = page_of(vm, pfn)->pindex;
	uint64_t first = pindex, end = pindex + 1;
	pfn_t next;

	while (first > 0 && end - first < VM_SWAP_CLUSTER &&
	    (next = sparse_get(&obj->pages, first - 1)) != PFN_NONE &&
	    vm_page_isdirty(vm, next))
		first--;
	while (end - first < VM_SWAP_CLUSTER &&
	    (next = sparse_get(&obj->pages, end)) != PFN_NONE &&
	    vm_page_isdirty(vm, next))
		end++;
	return vm_object_write(vm, obj, first, (uint32_t)(end - first));
}

/* As many of the pages as one cluster takes. => how many, of n */
static uint32_t
clean_swapbacked(struct vm *vm, const pfn_t *pages, uint32_t n, int *error)
{
	struct vm_cluster c = { 0 };
	uint32_t i = 0;
	int failed;

	*error = 0;
	for (; i < n && (c.nslots == 0 || c.n < c.nslots); i++) {
		pmap_page_protect(&vm->pmaps, pages[i], VM_PROT_NONE);
		if (!vm_page_isdirty(vm, pages[i]))
			continue;
		*error = vm_cluster_add(vm, &c, pages[i], n - i);
		if (*error != 0)
			break;
	}
	failed = vm_cluster_flush(vm, &c);
	if (failed == 0)
		return i;
	*error = failed;
	return 0;
}

uint32_t
vm_page_clean(struct vm *vm, const pfn_t *pages, uint32_t n, int *error)
{
	uint32_t done = 0, got;

	*error = 0;
	while (done < n && *error == 0) {
		if ((page_of(vm, pages[done])->pg_flags & PG_SWAPBACKED) != 0) {
			got = clean_swapbacked(vm, pages + done, n - done,
			    error);
		} else {
			if (vm_page_isdirty(vm, pages[done]))
				*error = clean_file(vm, pages[done]);
			got = *error == 0;
		}
		done += got;
	}
	return done;
}

/* ------------------------------------------------------------ eviction ---- */

/*
 * An anon keeps its name and gives up its frame: there must be a name for
 * whoever gets that.  => 0 or ENOMEM
 */
static int
spare_name(struct vm *vm)
{
	const uint64_t need = vm->anons.inuse + vm->exp.free + 1;

	if (likely(need <= vm->anons.nanons))
		return 0;
	if (need + need / 2 > UINT32_MAX)
		return ENOMEM;
	return vm_anons_grow(vm, (uint32_t)(need + need / 2));
}

int
vm_page_drop(struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = page_of(vm, pfn);
	const uint32_t slot = vm_page_slot(vm, pfn);
	const bool anon = (pg->pg_flags & PG_ANON) != 0;

	assert(vm_page_evictable(vm, pfn));
	if (anon && spare_name(vm) != 0)
		return ENOMEM;
	VM_EVENT(vm, EVICT, (struct vm_map *)NULL, 0, pfn, pg->owner, slot);
	pmap_page_protect(&vm->pmaps, pfn, VM_PROT_NONE);
	assert(!vm_page_isdirty(vm, pfn));
	vm->exp.swpgonly += vm_slot_is_place(slot);
	if (anon) {
		vm->anons.anon[pg->owner].where = PFN_NONE;
		uvm_pagefree(vm, pfn);
	} else {
		vm_object_page_free(vm, object_of(vm, pfn), pg->pindex, pfn);
	}
	return 0;
}

int
vm_page_evict(struct vm *vm, pfn_t pfn)
{
	int error;

	if (!vm_page_evictable(vm, pfn))
		return EBUSY;
	if (vm_page_isdirty(vm, pfn) && vm_page_clean(vm, &pfn, 1, &error) == 0)
		return error;
	return vm_page_drop(vm, pfn);
}
