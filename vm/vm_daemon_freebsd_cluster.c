/*
 * Which pages are written together (uvm reference 14: vm_pageout_page_count):
 *
 *	0                               16                              32
 *	|-------------------------------|-------------------------------|
 *	        <------- P              first backwards, to a boundary,
 *	        <------- P ----->       then forwards,
 *	   <------------ P ----->       then backwards again: 16 in all
 *
 * Neighbours are pages of the same object that are in the laundry, dirty and
 * free to go; a page that is not ends its direction.  An anonymous page's
 * object is the amap that a mapping of it leads to; one that is mapped nowhere
 * goes alone.  (Pages next to each other in an amap but of different anons
 * share nothing else, so that is what FreeBSD's object is here.)
 */
#include "vm_daemon_freebsd.h"
#include "vm_map_internal.h"

struct place {
	struct vm *vm;
	pfn_t pfn;
	struct sparse *pages; /* of the object: frames; of the amap: anons;
				 NULL: no place is known */
	bool amap;
	uint64_t index;
};

static struct vm_map *
map_of(struct vm *vm, const struct pmap *pmap)
{
	struct vmspace *s = vm->first_space;

	while (s != NULL && s->vm_map.pmap != pmap)
		s = s->next_space;
	return s != NULL ? &s->vm_map : NULL;
}

/* A mapping of an anonymous page: does it lead to its slot? */
static void
try_mapping(void *arg, struct pmap *pmap, vaddr_t va)
{
	struct place *p = arg;
	struct vm_map *map = map_of(p->vm, pmap);
	struct vm_map_entry *e;
	uint64_t slot;

	if (p->pages != NULL || map == NULL ||
	    !vm_map_lookup_entry(map, va, &e) || e->amap == NULL)
		return;
	slot = vm_entry_slot(map, e, va);
	if (sparse_get(&e->amap->slots, slot) !=
	    p->vm->pages.page[p->pfn].owner)
		return;
	p->pages = &e->amap->slots;
	p->index = slot;
}

static struct place
find_place(struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = &vm->pages.page[pfn];
	struct place p = { .vm = vm, .pfn = pfn };

	p.amap = (pg->pg_flags & PG_ANON) != 0;
	if (p.amap) {
		pmap_page_foreach(&vm->pmaps, pfn, try_mapping, &p);
	} else {
		p.pages = &vm_object_byid(vm, pg->owner)->pages;
		p.index = pg->pindex;
	}
	return p;
}

/* => the page there, if it goes with the others; else 0 */
static pfn_t
neighbour(struct place *p, uint64_t index)
{
	struct vm *vm = p->vm;
	const unsigned laundry = PQ_LAUNDRY | PQ_UNSWAPPABLE;
	uint32_t pfn = sparse_get(p->pages, index);

	if (p->amap && pfn != 0)
		pfn = vm->anons.anon[pfn].where;
	if (pfn == 0 || (vm->pages.page[pfn].pg_flags & laundry) == 0 ||
	    !vm_page_evictable(vm, pfn) || !vm_page_isdirty(vm, pfn))
		return 0;
	return pfn;
}

/* Grow [*first, end) backwards, to index `stop' at the least. */
static uint64_t
backwards(struct place *p, uint64_t first, uint64_t end, uint64_t stop)
{
	while (first > stop && end - first < FBSD_CLUSTER &&
	    neighbour(p, first - 1) != 0)
		first--;
	return first;
}

uint32_t
fbsd_cluster(struct vm *vm, pfn_t pfn, pfn_t pages[FBSD_CLUSTER])
{
	struct place p = find_place(vm, pfn);
	uint64_t first = p.index, end = p.index + 1;
	uint32_t n = 0;

	pages[0] = pfn;
	if (p.pages == NULL)
		return 1;
	first = backwards(&p, first, end, p.index - p.index % FBSD_CLUSTER);
	while (end - first < FBSD_CLUSTER && neighbour(&p, end) != 0)
		end++;
	first = backwards(&p, first, end, 0);
	for (uint64_t i = first; i < end; i++)
		pages[n++] = i == p.index ? pfn : neighbour(&p, i);
	return n;
}
