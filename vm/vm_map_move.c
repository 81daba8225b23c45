/*
 * Moving mappings with their pages: mremap.
 *
 * The entries themselves are moved: unlinked, given new addresses, linked
 * again.  Page-table entries are carried over with their R and M bits, larger
 * ones whole if the new place is aligned like the old; where a frame for a
 * table cannot be had, the page is left to fault in again; so it is where a
 * policy counts the process's pages, which then have other names.
 *
 * With keep (MREMAP_DONTUNMAP) an empty twin stays behind: private memory
 * without its pages, not wired.
 */
#include "vm_map_internal.h"

#include <errno.h>
#include <string.h>

/*
 * Host memory for the page tables of the new place and a second mapping of each
 * page.  A page that is wired may not get lost: with any in the range there
 * must be simulated frames for all the tables as well.  => 0 or ENOMEM
 */
static int
reserve_ptes(struct vm_map *map, vaddr_t from, vaddr_t end, vaddr_t to,
    bool wired)
{
	struct pmap_system *sys = &map->vm->pmaps;
	const struct pmap_geometry *geo = sys->geo;
	const unsigned last = geo->nlevels - 2u;
	vaddr_t key[PMAP_MAXLEVELS], va = from;
	uint32_t leaves = 0, nodes = 0, pages = 0;
	int error;

	memset(key, 0xff, sizeof(key));
	for (; (va = pmap_next_mapped(map->pmap, va, end)) < end;
	     va += pg_size(map), pages++)
		for (unsigned level = 0; level <= last; level++) {
			vaddr_t k = (to + (va - from)) >> geo->shift[level];

			if (k == key[level])
				continue;
			key[level] = k;
			*(level == last ? &leaves : &nodes) += 1;
		}
	if (wired && map->vm->exp.free < (uint64_t)leaves + nodes)
		return ENOMEM;
	if ((error = slab_reserve(&sys->leaves, leaves)) == 0 &&
	    (error = slab_reserve(&sys->nodes, nodes)) == 0)
		error = slab_reserve(&sys->pvs, pages + sys->pv_held);
	return error;
}

/* The mapping at va as pmap_enter wants it said. */
struct mapping {
	pfn_t pfn;
	vm_prot_t prot;
	unsigned flags;
	unsigned psind;
};

static struct mapping
look_at(struct pmap *pmap, vaddr_t va)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	struct mapping m = { .psind = pmap_psind(pmap, va) };
	struct pmap_walk w;
	uint64_t pte;

	pmap_walk(pmap, va, &w);
	(void)pmap_extract(pmap, va, &m.pfn);
	(void)pmap_prot(pmap, va, &m.prot);
	pte = w.pte[w.nlevels - 1];
	if (pte & f->accessed)
		m.flags |= VM_PROT_READ;
	if (pte & f->dirty && m.prot & VM_PROT_WRITE)
		m.flags |= VM_PROT_WRITE;
	if (pte & f->wired)
		m.flags |= PMAP_WIRED;
	return m;
}

/*
 * A larger mapping that is whole in [va, end) and whose new place is aligned
 * like the old one goes over as it is.  => false: base page by base page
 */
static bool
move_larger(struct pmap *pmap, vaddr_t va, vaddr_t end, vaddr_t to,
    const struct mapping *m)
{
	const vsize_t size = (vsize_t)1
	    << pmap->sys->geo->sizes[m->psind].shift;

	return m->psind > 0 && ((va | to) & (size - 1)) == 0 &&
	    end - va >= size &&
	    pmap_enter_super(pmap, to, m->pfn, m->prot, m->flags, m->psind) ==
	    0;
}

/* => host memory was reserved */
static void
move_ptes(struct vm_map *map, vaddr_t from, vaddr_t end, vaddr_t to)
{
	struct pmap *pmap = map->pmap;
	vaddr_t va = from;

	while ((va = pmap_next_mapped(pmap, va, end)) < end) {
		struct mapping m = look_at(pmap, va);
		vaddr_t place = to + (va - from);

		if (move_larger(pmap, va, end, place, &m)) {
			va += (vsize_t)1
			    << pmap->sys->geo->sizes[m.psind].shift;
			continue;
		}
		if (pmap->client == NULL || (m.flags & PMAP_WIRED) != 0)
			(void)pmap_enter(pmap, place, m.pfn, m.prot, m.flags);
		va += pg_size(map);
	}
	pmap_remove(pmap, from, end);
}

/* What stays behind at the old place. => an entry was reserved */
static void
leave_twin(struct vm_map *map, const struct vm_map_entry *e, vaddr_t start)
{
	struct vm_map_entry *twin = vm_entry_alloc(map), *prev;

	vm_entry_copy(twin, e);
	twin->end = start + (e->end - e->start);
	twin->start = start;
	twin->wired_count = 0;
	if (vm_entry_has_object(twin))
		vm_object_ref(twin->object);
	if (twin->etype & UVM_ET_COPYONWRITE) {
		twin->amap = NULL;
		twin->ar_pageoff = 0;
		twin->etype |= UVM_ET_NEEDSCOPY;
	} else if (twin->amap != NULL) {
		amap_ref(map->vm, twin, true);
	}
	(void)vm_map_lookup_entry(map, start, &prev);
	vm_entry_link(map, prev, twin);
	map->size += twin->end - twin->start;
}

static void
move_entry(struct vm_map *map, struct vm_map_entry *e, vaddr_t to, bool keep)
{
	struct vm_map_entry *prev;
	vaddr_t from = e->start;

	move_ptes(map, e->start, e->end, to);
	vm_entry_unlink(map, e);
	e->end = to + (e->end - e->start);
	e->start = to;
	(void)vm_map_lookup_entry(map, to, &prev);
	vm_entry_link(map, prev, e);
	if (keep)
		leave_twin(map, e, from);
}

int
uvm_map_move(struct vm_map *map, vaddr_t from, vsize_t len, vaddr_t to,
    bool keep)
{
	struct vm_map_entry *e, *next;
	bool wired = false;
	uint32_t n = 0;
	int error;

	assert(vm_map_is_free(map, to, to + len));
	e = vm_map_first_from(map, from);
	for (; e != &map->header && e->start < from + len; e = e->next) {
		wired = wired || e->wired_count != 0;
		n++;
	}
	if ((error = slab_reserve(&map->vm->entries, 2 + n)) != 0 ||
	    (error = amap_reserve(map->vm, 0, 0, 4 + 3 * n)) != 0 ||
	    (error = reserve_ptes(map, from, from + len, to, wired)) != 0)
		return error;

	vm_map_lock(map);
	e = vm_map_clip_range(map, from, from + len);
	for (; e != &map->header && e->start < from + len && n > 0;
	     e = next, n--) {
		next = e->next;
		if (e->start < from)
			continue;
		move_entry(map, e, to + (e->start - from), keep);
	}
	vm_map_join(map, from, from + len);
	vm_map_join(map, to, to + len);
	return 0;
}
