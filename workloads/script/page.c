/*
 * Pages of a process, found through its entries.
 *
 * A range may span the whole address space, so the walk goes from page that is
 * there to page that is there: the next address is the lowest that the page
 * table, the amap or the object knows in the entry.
 */
#include <string.h>

#include "page.h"

struct vm_map_entry *
wl_entry_at(const struct vm_map *map, vaddr_t va)
{
	struct vm_map_entry *e = map->root;

	while (e != NULL && (va < e->start || va >= e->end))
		e = va < e->start ? e->left : e->right;
	return e;
}

struct vm_map_entry *
wl_entry_from(struct vm_map *map, vaddr_t va)
{
	struct vm_map_entry *e = map->root, *best = NULL;

	while (e != NULL) {
		if (e->end > va) {
			best = e;
			e = e->left;
		} else {
			e = e->right;
		}
	}
	return best;
}

static void
look_layers(struct process *p, struct wl_page *pg)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *e = pg->entry;
	struct vm *vm = map->vm;

	if ((e->etype & UVM_ET_SUBMAP) == 0 && e->amap != NULL) {
		pg->amap = e->amap;
		pg->slot = e->ar_pageoff + pg_atop(map, pg->va - e->start);
		pg->anon = sparse_get(&e->amap->slots, pg->slot);
		if (pg->anon != 0) {
			pg->frame = vm_anon_get(&vm->anons, pg->anon)->where;
			pg->swslot = vm_anon_slot(&vm->anons, pg->anon);
		}
	}
	if (e->etype & UVM_ET_OBJ) {
		pg->object = e->object;
		pg->pindex = pg_atop(map, e->offset + (pg->va - e->start));
		if (pg->anon == 0) {
			pg->frame = sparse_get(&e->object->pages, pg->pindex);
			pg->swslot = sparse_get(&e->object->swap, pg->pindex);
		}
	}
}

bool
wl_page_look(struct process *p, vaddr_t va, struct wl_page *pg)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct pmap_walk w;

	memset(pg, 0, sizeof(*pg));
	pg->va = pg_trunc(map, va);
	pg->entry = wl_entry_at(map, va);
	if (pg->entry == NULL)
		return false;
	look_layers(p, pg);
	pmap_walk(map->pmap, pg->va, &w);
	pg->mapped = w.mapped &&
	    pmap_extract(map->pmap, pg->va, &pg->mapped_frame);
	if (pg->mapped)
		pg->pte = w.pte[w.nlevels - 1];
	return true;
}

static vaddr_t
nearer(const struct vm_map *map, vaddr_t best, vaddr_t base, uint64_t from,
    uint64_t index)
{
	vaddr_t va;

	if (index == SPARSE_END || index - from >= pg_atop(map, best - base))
		return best;
	va = base + pg_ptoa(map, index - from);
	return va < best ? va : best;
}

/* The lowest address in [va, end) of the entry that something knows. */
static vaddr_t
next_in_entry(struct process *p, struct vm_map_entry *e, vaddr_t va,
    vaddr_t end)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t best = pmap_next_mapped(map->pmap, va, end);

	if ((e->etype & UVM_ET_SUBMAP) == 0 && e->amap != NULL) {
		uint64_t slot = e->ar_pageoff + pg_atop(map, va - e->start);

		best = nearer(map, best, va, slot,
		    sparse_next(&e->amap->slots, slot, NULL));
	}
	if (e->etype & UVM_ET_OBJ) {
		uint64_t i = pg_atop(map, e->offset + (va - e->start));

		best = nearer(map, best, va, i,
		    sparse_next(&e->object->pages, i, NULL));
		best = nearer(map, best, va, i,
		    sparse_next(&e->object->swap, i, NULL));
	}
	return best;
}

bool
wl_page_next(struct process *p, vaddr_t *va, vaddr_t end, struct wl_page *pg)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *e = wl_entry_from(map, *va);

	for (; e != NULL && e != &map->header && e->start < end; e = e->next) {
		vaddr_t from = pg_trunc(map, *va), to = e->end, at;

		if (from < e->start)
			from = e->start;
		if (to > end)
			to = pg_round(map, end);
		at = next_in_entry(p, e, from, to);
		if (at < to && wl_page_look(p, at, pg)) {
			*va = at + pg_size(map);
			return true;
		}
	}
	*va = end;
	return false;
}

uint64_t
wl_pages_resident(struct process *p, vaddr_t va, vaddr_t end)
{
	struct wl_page pg;
	uint64_t n = 0;

	while (va < end && wl_page_next(p, &va, end, &pg))
		n += pg.frame != PFN_NONE || pg.mapped;
	return n;
}

uint64_t
wl_pages_out(struct process *p, vaddr_t va, vaddr_t end)
{
	struct wl_page pg;
	uint64_t n = 0;

	while (va < end && wl_page_next(p, &va, end, &pg))
		n += wl_page_isout(&pg);
	return n;
}
