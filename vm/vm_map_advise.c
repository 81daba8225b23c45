/*
 * madvise(2) of FreeBSD about pages: DONTNEED and FREE (reference 2.6, and
 * "FreeBSD syscalls" 5).
 *
 *			page table		pages
 *	DONTNEED	A and M go, M is kept	put aside, dirty ones written
 *			in the frame
 *	FREE		A and M go		clean, and put aside: what they
 *						have stays as long as can be
 *
 * In both a larger mapping is split and loses its last base page of the range,
 * whose fault may make it whole again.
 *
 * What is to be freed must be this amap's alone.  An amap that hides something
 * (a file, or the amap that it was copied from) is left alone altogether: to
 * drop its page would bring the old content back.
 */
#include "vm_map_internal.h"

/* => below the entry's upper layer lies FreeBSD's backing object */
static bool
has_backing(const struct vm_map_entry *e)
{
	const struct vm_amap *amap = e->amap;

	return amap != NULL &&
	    (vm_entry_has_object(e) || amap->origin != 0 ||
		(amap->copies > 0 && (e->etype & UVM_ET_NEEDSCOPY) == 0));
}

/* The pages of slots [slot, end) may be dropped instead of being written. */
static void
mark_clean(struct vm *vm, struct vm_amap *amap, uint64_t slot, uint64_t end)
{
	uint32_t name;

	for (; (slot = sparse_next(&amap->slots, slot, &name)) < end; slot++) {
		const struct vm_anon *anon = &vm->anons.anon[name];
		struct vm_page *pg = &vm->pages.page[anon->where];

		if (anon->ref != 1 || pg->pg_wire != 0)
			continue;
		pg->md.pv &= ~PMAP_ATTR_MOD;
		uvm_pagemarkdirty(vm, anon->where, PG_CLEAN);
		uvm_pagedeactivate(vm, anon->where);
	}
}

void
uvm_map_free(struct vm_map *map, struct vm_map_entry *e, vaddr_t start,
    vaddr_t end)
{
	if ((e->amap == NULL && !vm_entry_has_object(e)) || has_backing(e))
		return;
	pmap_advise(map->pmap, start, end, true);
	if (e->amap != NULL && e->amap->ref == 1)
		mark_clean(map->vm, e->amap, vm_entry_slot(map, e, start),
		    vm_entry_slot(map, e, end));
}

int
uvm_map_dontneed(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm *vm = map->vm;
	vaddr_t va = start;
	pfn_t pfn;

	for (; (va = pmap_next_mapped(map->pmap, va, end)) < end;
	     va += pg_size(map))
		if (pmap_extract(map->pmap, va, &pfn) &&
		    pmap_is_modified(&vm->pmaps, pfn))
			uvm_pagemarkdirty(vm, pfn, PG_DIRTY);
	pmap_advise(map->pmap, start, end, false);
	return uvm_map_clean(map, start, end, PGO_DEACTIVATE);
}
