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

/*
 * The pages of slots [slot, end) may be dropped instead of being written; their
 * places in swap are free, and those that are only there read as zero.
 */
static void
mark_clean(struct vm *vm, struct vm_amap *amap, uint64_t slot, uint64_t end)
{
	uint32_t name;

	for (; (slot = sparse_next(&amap->slots, slot, &name)) < end; slot++) {
		const struct vm_anon *anon = &vm->anons.anon[name];
		struct vm_page *pg = &vm->pages.page[anon->where];

		if (anon->ref != 1 || pg->pg_wire != 0)
			continue;
		vm_anon_freeslot(vm, name);
		if (anon->where == PFN_NONE)
			continue;
		pg->md.pv &= ~PMAP_ATTR_MOD;
		uvm_pagemarkdirty(vm, anon->where, PG_CLEAN);
		vm_pageout_aside(vm, anon->where);
	}
}

/* Modify bits are about to go: what they say is the pages' own. */
static void
keep_dirty(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm *vm = map->vm;
	vaddr_t va = start;
	pfn_t pfn;

	for (; (va = pmap_next_mapped(map->pmap, va, end)) < end;
	     va += pg_size(map))
		if (pmap_extract(map->pmap, va, &pfn) &&
		    pmap_is_modified(&vm->pmaps, pfn))
			uvm_pagemarkdirty(vm, pfn, PG_DIRTY);
}

/* A page that cannot be given up must not lose what was written to it since it
 * came from swap. */
void
uvm_map_free(struct vm_map *map, struct vm_map_entry *e, vaddr_t start,
    vaddr_t end)
{
	if ((e->amap == NULL && !vm_entry_has_object(e)) || has_backing(e))
		return;
	keep_dirty(map, start, end);
	pmap_advise(map->pmap, start, end, true);
	if (e->amap != NULL && e->amap->ref == 1)
		mark_clean(map->vm, e->amap, vm_entry_slot(map, e, start),
		    vm_entry_slot(map, e, end));
}

/* The resident pages of the entry: the amap's, below them the object's. */
static void
set_aside(struct vm_map *map, struct vm_map_entry *e, vaddr_t va, vaddr_t end)
{
	struct vm *vm = map->vm;

	for (; va < end; va += pg_size(map)) {
		uint32_t pfn = PFN_NONE, anon = 0;

		if (e->amap != NULL)
			anon = sparse_get(&e->amap->slots,
			    vm_entry_slot(map, e, va));
		if (anon != 0)
			pfn = vm->anons.anon[anon].where;
		else if (vm_entry_has_object(e))
			pfn = sparse_get(&e->object->pages,
			    pg_atop(map, e->offset + (va - e->start)));
		if (pfn != PFN_NONE && vm_page_evictable(vm, pfn))
			vm_pageout_aside(vm, pfn);
	}
}

/* Where the page daemon knows what to do with such pages it is told of them;
 * else they are deactivated, and written if they are a file's. */
int
uvm_map_dontneed(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	const struct vm_daemon *d = map->vm->pageout.daemon;
	struct vm_map_entry *e;

	keep_dirty(map, start, end);
	pmap_advise(map->pmap, start, end, false);
	if (d == NULL || d->aside == NULL)
		return uvm_map_clean(map, start, end, PGO_DEACTIVATE);
	e = vm_map_first_from(map, start);
	for (; e != &map->header && e->start < end; e = e->next)
		set_aside(map, e, e->start > start ? e->start : start,
		    e->end < end ? e->end : end);
	return 0;
}
