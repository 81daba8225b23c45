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
	r->start = pg_trunc(m, addr);
	size = pg_round(m, len + (addr & pg_mask(m))) & mask;
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
	const struct pmap *pmap = p->vmspace->vm_map.pmap;

	return pg_ptoa(pmap, pmap->wired);
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
			pages += pg_atop(&p->vmspace->vm_map,
			    e->end - e->start);
	return pages;
}

/* ------------------------------------------------------------- mapping --- */

const char *
sim_bsd_unmapped(struct vm_map *map, const struct uvm_map_args *args, int error)
{
	if (error == EACCES)
		return "the protection is more than the file allows";
	return args->unmap ||
		vm_map_is_free(map, args->start, args->start + args->size) ?
	    "no memory is left" :
	    "something is mapped there";
}

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
	vaddr_t place = pg_trunc(map, c->place);

	if (c->place == 0 || place > vm_map_max(map) ||
	    vm_map_max(map) - place < size ||
	    !vm_map_is_free(map, place, place + size))
		return false;
	*addr = place;
	return true;
}

/* Frame of the anon at va, PFN_NONE when there is none, or it is in swap. */
static pfn_t
anon_frame(const struct vm_map *map, struct vm_map_entry *e, vaddr_t va)
{
	uint32_t name = e->amap == NULL ?
	    0 :
	    sparse_get(&e->amap->slots,
		e->ar_pageoff + pg_atop(map, va - e->start));

	return name == 0 ? PFN_NONE : vm_anon_get(&map->vm->anons, name)->where;
}

static pfn_t
object_frame(const struct vm_map *map, struct vm_map_entry *e, vaddr_t va)
{
	return (e->etype & UVM_ET_OBJ) == 0 ?
	    PFN_NONE :
	    sparse_get(&e->object->pages,
		pg_atop(map, e->offset + (va - e->start)));
}

pfn_t
sim_bsd_resident(struct vm_map *map, struct vm_map_entry *e, vaddr_t va)
{
	pfn_t pfn = anon_frame(map, e, va);

	return pfn != PFN_NONE ? pfn : object_frame(map, e, va);
}

/* A range to be mapped ahead of any access. */
struct ahead {
	struct vm_map *map;
	struct vm_map_entry *entry;
	vaddr_t start, end; /* of the range in the entry */
	vaddr_t limit;      /* no page from here on; larger pages move it */
};

/*
 * Map one page as prefaulting does, or a larger one; what cannot be had is left
 * alone.  => bytes dealt with
 */
static vsize_t
prefault_page(struct ahead *a, vaddr_t va, pfn_t pfn, uint64_t *done)
{
	struct pmap *pmap = a->map->pmap;
	vsize_t larger = 0;

	if (a->map->vm->config.superpages != VM_SUPER_NEVER)
		larger = vm_super_ahead(a->map, a->entry, va, a->end, pfn);
	if (larger != 0) {
		if (a->limit < a->end)
			a->limit += larger - pg_size(a->map);
		*done += 1;
		return larger;
	}
	*done += !pmap_extract(pmap, va, NULL) &&
	    pmap_reserve(pmap->sys, 1, 1) == 0 &&
	    pmap_enter(pmap, va, pfn,
		a->entry->protection & (VM_PROT_ALL & ~VM_PROT_WRITE), 0) == 0;
	return pg_size(a->map);
}

/*
 * The layer looked at is the entry's upper one, as FreeBSD looks at the top
 * object only: the amap when there is one, else the object.
 */
static uint64_t
prefault_entry(struct ahead *a)
{
	struct vm_map_entry *e = a->entry;
	struct sparse *s = e->amap != NULL ? &e->amap->slots :
					     &e->object->pages;
	uint64_t base = e->amap != NULL ? e->ar_pageoff :
					  pg_atop(a->map, e->offset);
	uint64_t i, done = 0;
	vaddr_t va = a->start;
	uint32_t name;

	for (;;) {
		i = sparse_next(s, base + pg_atop(a->map, va - e->start),
		    &name);
		va = e->start + pg_ptoa(a->map, i - base);
		if (i == SPARSE_END || va >= a->end || va >= a->limit)
			return done;
		if (e->amap != NULL)
			name = vm_anon_get(&a->map->vm->anons, name)->where;
		va += name != 0 ? prefault_page(a, va, name, &done) :
				  pg_size(a->map);
	}
}

uint64_t
sim_bsd_prefault_some(struct vm_map *map, vaddr_t start, vaddr_t end,
    uint64_t pages)
{
	struct ahead a = { .map = map, .limit = end };
	uint64_t done = 0;

	if (map->vm->config.policy != NULL)
		return 0; /* a policy must see each first reference */
	if (pages < pg_atop(map, end - start))
		a.limit = start + pg_ptoa(map, pages);
	a.entry = sim_bsd_first(map, start);
	for (; a.entry != &map->header && a.entry->start < end;
	     a.entry = a.entry->next) {
		const struct vm_map_entry *e = a.entry;

		if ((e->amap == NULL && (e->etype & UVM_ET_OBJ) == 0) ||
		    e->wired_count != 0 ||
		    (e->protection & (VM_PROT_READ | VM_PROT_EXEC)) == 0)
			continue;
		a.start = e->start > start ? e->start : start;
		a.end = e->end < end ? e->end : end;
		done += prefault_entry(&a);
	}
	return done;
}

uint64_t
sim_bsd_prefault(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	return sim_bsd_prefault_some(map, start, end, UINT64_MAX);
}
