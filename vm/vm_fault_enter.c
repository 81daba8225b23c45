/*
 * The end of a fault: the page that was found, or made, is mapped and queued;
 * and wiring, which is a fault on each page of a range.
 *
 * A page that cannot be mapped, because no frame for a table is free, is queued
 * all the same: the page daemon finds pages by their queues.
 */
#include "vm_fault_internal.h"
#include "vm_page_inline.h"
#include "pmap/pmap_inline.h"

#include <errno.h>

/* May all the frames of a larger mapping be wired once more? */
static bool
may_wire(const struct fault *f, pfn_t first, uint64_t n)
{
	for (pfn_t pfn = first; pfn < first + n; pfn++)
		if (f->vm->pages.page[pfn].pg_wire >= VM_MAXWIRE)
			return false;
	return true;
}

/* A resident page by a larger mapping.  => false: not so, nothing changed */
static bool
enter_larger(struct fault *f, pfn_t pfn, vm_prot_t prot, unsigned flags)
{
	unsigned psind = vm_super_fit(f->map, f->entry, f->va, pfn, prot);
	vsize_t mask;
	pfn_t first;

	if (psind == 0)
		return false;
	mask = ((vsize_t)1 << f->vm->config.geometry->sizes[psind].shift) - 1;
	first = pfn - (pfn_t)pg_atop(f->vm, f->va & mask);
	if ((f->wired && !may_wire(f, first, pg_atop(f->vm, mask + 1))) ||
	    pmap_enter_super(f->map->pmap, f->va & ~mask, first, prot,
		flags | (prot & VM_PROT_WRITE), psind) != 0)
		return false;
	if (f->vm->config.geometry->sizes[psind].kind == PMAP_SIZE_GROUP)
		pmap_promote(f->map->pmap, f->va); /* its table may be full */
	f->vm->stat.superflt++;
	return true;
}

int
vm_fault_enter(struct fault *f, pfn_t pfn, vm_prot_t prot)
{
	unsigned flags = f->access | (f->wired ? PMAP_WIRED : 0);
	int error = 0;

	if (unlikely(f->wired && (prot & VM_PROT_WRITE) == 0))
		flags &= ~(unsigned)VM_PROT_WRITE;
	if (unlikely(f->wired && f->vm->pages.page[pfn].pg_wire >= VM_MAXWIRE))
		return vm_fault_fail(f, ENOMEM, prot);
	if (likely(!f->vm->pmaps.super) || f->read_in ||
	    !enter_larger(f, pfn, prot, flags))
		error = pmap_enter(f->map->pmap, f->va, pfn, prot, flags);
	if (unlikely(error != 0)) {
		VM_EVENT(f->vm, NOMEM, f->map, f->va, 1, 0, 0);
		if (f->vm->pageout.starved) /* for all tables of a path */
			vm_pageout_starve(f->vm,
			    f->vm->config.geometry->nlevels - 1u);
		uvm_pageactivate(f->vm, pfn); /* or nobody would find it */
		return error;
	}
	vm_fault_dirty(f, pfn);
	VM_EVENT(f->vm, PTE, f->map, f->va, pfn, prot, f->wired);
	if (!f->wired)
		uvm_pageactivate(f->vm, pfn);
	return 0;
}

int
vm_fault_enter_new(struct fault *f, pfn_t pfn)
{
	if (unlikely(f->wired ||
		pmap_enter_fresh(f->map->pmap, f->va, pfn, f->enter,
		    f->access) != 0))
		return vm_fault_enter(f, pfn, f->enter);
	vm_fault_dirty(f, pfn);
	VM_EVENT(f->vm, PTE, f->map, f->va, pfn, f->enter, 0);
	page_append(f->vm, pfn, PQ_ACTIVE);
	return 0;
}

/* -------------------------------------------------------------- wiring ---- */

/* The end of the mapping at va, of whatever size. */
static vaddr_t
mapping_end(const struct vm_map *map, vaddr_t va)
{
	const struct pmap_geometry *geo = map->vm->config.geometry;
	const unsigned psind = pmap_psind(map->pmap, va);
	const vsize_t size = (vsize_t)1 << geo->sizes[psind].shift;

	return (va & ~(size - 1)) + size;
}

int
uvm_fault_wire(struct vm_map *map, vaddr_t start, vaddr_t end, bool maxprot)
{
	vaddr_t va;

	for (va = start; va < end; va = mapping_end(map, va)) {
		struct fault f = {
			.vm = map->vm,
			.map = map,
			.va = va,
			.flags = FAULT_WIRE | (maxprot ? FAULT_MAXPROT : 0),
		};
		int error;

		vm_commons_wiring(map, va);
		error = vm_fault_resolve(&f);
		vm_commons_wiring(map, 0);
		if (error != 0) {
			uvm_fault_unwire(map, start, va);
			return error;
		}
	}
	return 0;
}

void
uvm_fault_unwire(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	pmap_unwire_range(map->pmap, start, end);
	if (unlikely(map->pmap->client != NULL))
		vm_set_unwired(map, start, end);
}
