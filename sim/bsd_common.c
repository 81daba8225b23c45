/*
 * What FreeBSD, NetBSD and OpenBSD have in common (see bsd_common.h).
 */
#include "bsd_common.h"

#include <string.h>

/* ------------------------------------------------------------- ranges ---- */

uint64_t
sim_bsd_vamask(const struct machine *m)
{
	return m->config.arch->ptr_size == 4 ? UINT32_MAX : UINT64_MAX;
}

bool
sim_bsd_range(const struct machine *m, uint64_t addr, uint64_t len,
    struct sim_range *r)
{
	uint64_t mask = sim_bsd_vamask(m), size;

	addr &= mask;
	r->start = trunc_page(addr);
	size = round_page(len + (addr & VM_PAGE_MASK)) & mask;
	r->end = (r->start + size) & mask;
	return r->end >= r->start;
}

void
sim_bsd_clamp(const struct vm_map *map, struct sim_range *r)
{
	if (r->start < vm_map_min(map))
		r->start = vm_map_min(map);
	if (r->end > vm_map_max(map))
		r->end = vm_map_max(map);
	if (r->start > r->end)
		r->start = r->end;
}

bool
sim_bsd_inside(const struct vm_map *map, const struct sim_range *r)
{
	return r->start <= r->end && r->start >= vm_map_min(map) &&
	    r->end <= vm_map_max(map);
}

struct vm_map_entry *
sim_bsd_first(struct vm_map *map, vaddr_t va)
{
	struct vm_map_entry *e;

	return vm_map_lookup_entry(map, va, &e) ? e : e->next;
}

int
sim_bsd_walk(struct vm_map *map, const struct sim_range *r,
    sim_bsd_entry_fn *fn, void *ctx)
{
	struct vm_map_entry *e;
	int error;

	if (r->start >= r->end)
		return 0;
	for (e = sim_bsd_first(map, r->start);
	     e != &map->header && e->start < r->end; e = e->next) {
		error = fn(ctx, e, e->start > r->start ? e->start : r->start,
		    e->end < r->end ? e->end : r->end);
		if (error != 0)
			return error;
	}
	return 0;
}

/* ------------------------------------------------------------- limits ---- */

bool
sim_bsd_over(uint64_t used, uint64_t size, uint64_t limit)
{
	return limit < BSD_RLIM_INFINITY &&
	    (size > limit || used > limit - size);
}

uint64_t
sim_bsd_wired(const struct process *p)
{
	return ptoa(p->vmspace->vm_map.pmap->wired);
}

uint64_t
sim_bsd_size_noguard(struct vm_map *map)
{
	const struct vm_map_entry *e;
	uint64_t size = map->size;

	for (e = map->header.next; e != &map->header; e = e->next)
		if (e->flags & UVM_MAP_GUARD)
			size -= e->end - e->start;
	return size;
}

uint64_t
sim_bsd_dused(const struct process *p)
{
	const struct vmspace *vs = p->vmspace;
	const struct vm_map *map = &vs->vm_map;
	const struct vm_map_entry *e;
	uint64_t pages = 0;

	for (e = map->header.next; e != &map->header; e = e->next)
		if (e->object == NULL && e->protection != VM_PROT_NONE &&
		    (e->start >= vs->vm_minsaddr || e->end <= vs->vm_maxsaddr))
			pages += atop(e->end - e->start);
	return pages;
}

/* ------------------------------------------------------------- mapping --- */

int
sim_bsd_begin(struct vm_map *map)
{
	struct vm *vm = map->vm;
	int error = slab_reserve(&vm->entries, 8);

	if (error == 0)
		error = amap_reserve(vm, 2, 4 * UVM_AMAP_LARGE / SPARSE_FANOUT,
		    32);
	if (error == 0)
		mem_injection_hold(vm->mem, true);
	return error;
}

void
sim_bsd_end(struct vm_map *map)
{
	mem_injection_hold(map->vm->mem, false);
}

bool
sim_bsd_is_zero(const struct sim_file *file)
{
	return file->kind == SIM_FILE_DEV &&
	    strcmp(file->path, "/dev/zero") == 0;
}

int
sim_bsd_file_prot(struct machine *m, const struct sim_fd *fd, vm_prot_t prot,
    bool shared, vm_prot_t *maxprot)
{
	*maxprot = VM_PROT_EXEC | (fd->mode & VM_PROT_READ);
	if (!shared || (fd->mode & VM_PROT_WRITE))
		*maxprot |= VM_PROT_WRITE;
	if (prot & ~*maxprot & VM_PROT_READ)
		return BSD_FAIL(m, EACCES, "prot", prot,
		    "PROT_READ needs a descriptor open for reading");
	if (prot & ~*maxprot & VM_PROT_WRITE)
		return BSD_FAIL(m, EACCES, "prot", prot,
		    "a shared PROT_WRITE needs a descriptor open for writing");
	return 0;
}

bool
sim_bsd_place(struct vm_map *map, const struct sim_call *c, vsize_t size,
    vaddr_t *addr)
{
	vaddr_t place = trunc_page(c->place);

	if (c->place == 0 || place > vm_map_max(map) ||
	    vm_map_max(map) - place < size ||
	    !vm_map_is_free(map, place, place + size))
		return false;
	*addr = place;
	return true;
}

/* Frame of the anon at va, PFN_NONE when there is none. */
static pfn_t
anon_frame(const struct vm_map *map, struct vm_map_entry *e, vaddr_t va)
{
	uint32_t name = e->amap == NULL ?
	    0 :
	    sparse_get(&e->amap->slots, e->ar_pageoff + atop(va - e->start));

	return name == 0 ? PFN_NONE : vm_anon_get(&map->vm->anons, name)->where;
}

static pfn_t
object_frame(struct vm_map_entry *e, vaddr_t va)
{
	return (e->etype & UVM_ET_OBJ) == 0 ?
	    PFN_NONE :
	    sparse_get(&e->object->pages, atop(e->offset + (va - e->start)));
}

pfn_t
sim_bsd_resident(struct vm_map *map, struct vm_map_entry *e, vaddr_t va)
{
	pfn_t pfn = anon_frame(map, e, va);

	return pfn != PFN_NONE ? pfn : object_frame(e, va);
}

/* Map one page as prefaulting does; what cannot be had is left alone. */
static uint64_t
prefault_page(struct vm_map *map, struct vm_map_entry *e, vaddr_t va)
{
	struct pmap *pmap = map->pmap;
	pfn_t pfn = e->amap != NULL ? anon_frame(map, e, va) :
				      object_frame(e, va);

	return pfn != PFN_NONE && !pmap_extract(pmap, va, NULL) &&
	    pmap_reserve(pmap->sys, 1, 1) == 0 &&
	    pmap_enter(pmap, va, pfn, e->protection & ~VM_PROT_WRITE, 0) == 0;
}

/*
 * The layer looked at is the entry's upper one, as FreeBSD looks at the top
 * object only: the amap when there is one, else the object.
 */
static uint64_t
prefault_entry(struct vm_map *map, struct vm_map_entry *e, vaddr_t start,
    vaddr_t end)
{
	struct sparse *s = e->amap != NULL ? &e->amap->slots :
					     &e->object->pages;
	uint64_t base = e->amap != NULL ? e->ar_pageoff : atop(e->offset);
	uint64_t last = base + atop(end - e->start), i, done = 0;

	for (i = sparse_next(s, base + atop(start - e->start), NULL); i < last;
	     i = sparse_next(s, i + 1, NULL))
		done += prefault_page(map, e, e->start + ptoa(i - base));
	return done;
}

uint64_t
sim_bsd_prefault(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e;
	uint64_t done = 0;

	for (e = sim_bsd_first(map, start); e != &map->header && e->start < end;
	     e = e->next)
		if ((e->amap != NULL || (e->etype & UVM_ET_OBJ) != 0) &&
		    e->wired_count == 0 &&
		    (e->protection & (VM_PROT_READ | VM_PROT_EXEC)) != 0)
			done += prefault_entry(map, e,
			    e->start > start ? e->start : start,
			    e->end < end ? e->end : end);
	return done;
}
