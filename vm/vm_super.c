/*
 * Larger pages at a fault and ahead of one (reference 2.3, 2.4).
 *
 * A page that is resident already may be mapped by a larger mapping at once
 * when
 *
 *	its reservation (or the part of it of that size) is full,
 *	the aligned range lies inside the entry, address and frame agree,
 *	the layers have the pages of the range in these frames in order,
 *	and, if the mapping is to be writable, every page but the one at hand is
 *	dirty (PMAP_ATTR_MOD: known from faults; what the hardware alone has
 *	noticed does not count) and belongs to this entry alone.
 *
 * The largest size is tried first.  AIX has no such short cut: there a group
 * comes to be by promotion only.
 *
 * Linux (eager, collapse) does not promote at faults, but a fault that changes
 * the rights or the wiring of a whole larger mapping leaves it whole, if its
 * pages belong to this entry alone.
 */
#include "vm_super.h"
#include "vm_map_internal.h"

#include <errno.h>

/* The range of a size around an address. */
struct span {
	struct vm_map *map;
	struct vm_map_entry *entry;
	vaddr_t start;
	pfn_t first; /* its first frame */
	pfn_t n;     /* frames */
	pfn_t mine;  /* the frame of the fault */
};

/* => the range lies inside the entry and is aligned to its frames */
static bool
span_of(struct span *s, vaddr_t va, unsigned psind)
{
	const struct vm *vm = s->map->vm;
	const unsigned shift = vm->config.geometry->sizes[psind].shift;
	const vsize_t size = (vsize_t)1 << shift;

	s->start = va & ~(size - 1);
	s->n = (pfn_t)1 << (shift - vm->page_shift);
	s->first = s->mine & ~(s->n - 1);
	return s->first != 0 && s->start >= s->entry->start &&
	    s->entry->end - s->start >= size &&
	    pg_atop(vm, va - s->start) == s->mine - s->first;
}

/* => every page but the one at hand is dirty, as far as frames know */
static bool
is_dirty(const struct span *s)
{
	struct vm *vm = s->map->vm;
	const struct vm_page *page = vm->pages.page;

	for (pfn_t pfn = s->first; pfn < s->first + s->n; pfn++)
		if (pfn != s->mine &&
		    (!pmap_was_modified(&vm->pmaps, pfn) ||
			(page[pfn].pg_flags & (PG_FILE | PG_CLEAN)) ==
			    (PG_FILE | PG_CLEAN)))
			return false;
	return true;
}

/* => the anons of the range are in its frames in order; alone: ref 1 */
static bool
anons_fit(const struct span *s, bool alone)
{
	const struct vm_anon *anons = s->map->vm->anons.anon;
	struct sparse *slots = &s->entry->amap->slots;
	const uint64_t slot = vm_entry_slot(s->map, s->entry, s->start);

	for (pfn_t i = 0; i < s->n; i++) {
		const uint32_t name = sparse_get(slots, slot + i);

		if (name == 0 || anons[name].where != s->first + i ||
		    (alone && anons[name].ref != 1))
			return false;
	}
	return true;
}

/* => no anon hides the object's pages, and they are in the frames in order */
static bool
object_fits(const struct span *s)
{
	const struct vm_map_entry *e = s->entry;
	const uint64_t slot = vm_entry_slot(s->map, e, s->start);
	const uint64_t pindex = pg_atop(s->map,
	    e->offset + (s->start - e->start));

	if (e->amap != NULL &&
	    sparse_next(&e->amap->slots, slot, NULL) < slot + s->n)
		return false;
	for (pfn_t i = 0; i < s->n; i++)
		if (sparse_get(&e->object->pages, pindex + i) != s->first + i)
			return false;
	return true;
}

static bool
layers_fit(const struct span *s, bool alone)
{
	const uint32_t flags = s->map->vm->pages.page[s->mine].pg_flags;

	if (flags & PG_ANON)
		return s->entry->amap != NULL && anons_fit(s, alone);
	return vm_entry_has_object(s->entry) && object_fits(s);
}

/* The largest size that the system may map by itself around a frame. */
static unsigned
full_level(struct vm *vm, pfn_t pfn)
{
	const struct pmap_system *sys = &vm->pmaps;

	if (!sys->ps_enabled || sys->full_level == NULL ||
	    sys->promote != PMAP_PROMOTE_FREEBSD)
		return 0;
	return sys->full_level(sys->ctx, pfn);
}

/*
 * The largest size to be tried for a fault at va.  Where nothing is promoted in
 * place, that is the size of what is mapped: rights may change as a whole.
 */
static unsigned
largest(const struct vm_map *map, vaddr_t va, pfn_t pfn)
{
	return map->vm->pmaps.full_level != NULL ? full_level(map->vm, pfn) :
						   pmap_psind(map->pmap, va);
}

/* => the size need not be given up for a mapping that is writable */
static bool
may_write(const struct span *s)
{
	return s->map->vm->pmaps.full_level == NULL || is_dirty(s);
}

unsigned
vm_super_fit(struct vm_map *map, struct vm_map_entry *e, vaddr_t va, pfn_t pfn,
    vm_prot_t prot)
{
	const struct pmap_pagesize *sizes = map->vm->config.geometry->sizes;
	struct span s = { .map = map, .entry = e, .mine = pfn };
	const bool write = (prot & VM_PROT_WRITE) != 0;

	for (unsigned psind = largest(map, va, pfn); psind > 0; psind--)
		if (sizes[psind].promote && span_of(&s, va, psind) &&
		    (!write || may_write(&s)) && layers_fit(&s, write))
			return psind;
	return 0;
}

vsize_t
vm_super_ahead(struct vm_map *map, struct vm_map_entry *e, vaddr_t va,
    vaddr_t end, pfn_t pfn)
{
	const struct pmap_pagesize *sizes = map->vm->config.geometry->sizes;
	struct span s = { .map = map, .entry = e, .mine = pfn };

	for (unsigned psind = full_level(map->vm, pfn); psind > 0; psind--) {
		const vsize_t size = (vsize_t)1 << sizes[psind].shift;
		int error;

		if (!sizes[psind].promote || !span_of(&s, va, psind) ||
		    s.start != va || end - va < size || !layers_fit(&s, false))
			continue;
		if (pmap_reserve(&map->vm->pmaps, 1, 1) != 0)
			return 0;
		error = pmap_enter_super(map->pmap, va, pfn,
		    e->protection & (vm_prot_t)~VM_PROT_WRITE, PMAP_NOREPLACE,
		    psind);
		if (error == 0 || error == EBUSY)
			return size;
	}
	return 0;
}

/* -------------------------------------------------------------- events --- */

static struct vm_map *
map_of(struct vm *vm, const struct pmap *pmap)
{
	struct vmspace *space = vm->first_space;

	for (; space != NULL; space = space->next_space)
		if (space->vm_map.pmap == pmap)
			return &space->vm_map;
	return NULL;
}

void
vm_super_resized(void *ctx, struct pmap *pmap, vaddr_t va, unsigned psind,
    enum pmap_resize how)
{
	static const enum vm_event_kind kinds[] = {
		[PMAP_PROMOTED] = VM_EVENT_PROMOTED,
		[PMAP_DEMOTED] = VM_EVENT_DEMOTED,
		[PMAP_MAPPED] = VM_EVENT_SUPER_MAP,
		[PMAP_PROMOTION_FAILED] = VM_EVENT_PROMOTE_FAIL,
		[PMAP_DEMOTION_FAILED] = VM_EVENT_DEMOTE_FAIL,
	};
	struct vm *vm = ctx;
	const struct vm_map *map;

	if (vm->event_fn == NULL)
		return;
	map = map_of(vm, pmap);
	vm_event_emit(vm,
	    &(struct vm_event){
		.kind = kinds[how],
		.map_id = map != NULL ? map->id : 0,
		.va = va,
		.a = (uint64_t)1 << vm->config.geometry->sizes[psind].shift,
	    });
}

/* --------------------------------------------------------- host memory --- */

int
vm_super_reserve(struct vm *vm, uint64_t n)
{
	int error = amap_reserve_nodes(vm, n / SPARSE_FANOUT + 1,
	    SPARSE_MAXPATH + n / SPARSE_FANOUT / SPARSE_FANOUT + 1);

	return error != 0 ? error : pmap_reserve(&vm->pmaps, 1, 1);
}
