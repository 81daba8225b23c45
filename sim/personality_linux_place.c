/*
 * Where Linux puts new memory when the caller leaves it free.
 *
 *	0 ... text, heap -->     <-- mmap_base ... stack
 *	                  |  new |
 *
 * Top-down: the highest gap below mmap_base that is long enough.  A hint is
 * taken when it is free.  MAP_32BIT searches upwards from 1 GB to 2 GB.
 * Private memory of whole huge pages without a hint is placed on a huge-page
 * boundary (Linux 6.13 and later), by searching for one huge page more; so is a
 * mapping of a disk's file that has a huge page in it, in step with its offset,
 * hint or not.  Below an area that grows downwards 256 pages stay free.
 */
#include "personality_linux.h"

#define LOW_MIN ((vaddr_t)1 << 30)
#define LOW_MAX ((vaddr_t)1 << 31)

/* Free, and not in the guard gap of a growing area above. */
static bool
is_free(struct vm_map *map, vaddr_t start, vsize_t len)
{
	struct vm_map_entry *e;

	if (start < LINUX_MIN_ADDR || start > vm_map_max(map) ||
	    len > vm_map_max(map) - start ||
	    !vm_map_is_free(map, start, start + len))
		return false;
	e = linux_first(map, start);
	return e == &map->header || (e->flags & UVM_MAP_GROWSDOWN) == 0 ||
	    e->start - (start + len) >= LINUX_GUARD_GAP(map);
}

static bool
search(struct vm_map *map, struct vm_space *space, vaddr_t *addr)
{
	struct vm_map_entry *e;

	while (vm_map_findspace(map, space, addr) == 0) {
		e = linux_first(map, *addr);
		if (e == &map->header || (e->flags & UVM_MAP_GROWSDOWN) == 0 ||
		    e->start - (*addr + space->length) >= LINUX_GUARD_GAP(map))
			return true;
		if (space->topdown) {
			if (e->start < LINUX_GUARD_GAP(map) + space->length)
				return false;
			space->hint = e->start - LINUX_GUARD_GAP(map) -
			    space->length;
		} else {
			space->hint = e->end;
		}
	}
	return false;
}

static bool
topdown(struct process *p, vsize_t len, vaddr_t *addr)
{
	struct vm_map *map = linux_map(p);
	vaddr_t base = p->mmap_base != 0 ? p->mmap_base : vm_map_max(map);
	struct vm_space space = { .length = len,
		.topdown = true,
		.min = LINUX_MIN_ADDR,
		.max = base };

	if (len > base - LINUX_MIN_ADDR)
		return false;
	space.hint = base - len;
	return search(map, &space, addr);
}

static bool
bottomup(struct process *p, vsize_t len, vaddr_t min, vaddr_t max,
    vaddr_t *addr)
{
	struct vm_space space = { .length = len,
		.hint = min,
		.min = min,
		.max = max };

	return len <= max - min && search(linux_map(p), &space, addr);
}

/* With a hint it is taken first; MAP_32BIT searches upwards. */
static bool
anywhere(struct process *p, const struct linux_want *w, vsize_t len,
    vaddr_t *addr)
{
	struct vm_map *map = linux_map(p);

	*addr = pg_trunc(map, w->hint);
	if (*addr != 0 && *addr < LINUX_MIN_ADDR)
		*addr = LINUX_MIN_ADDR;
	if (*addr != 0 && is_free(map, *addr, len) &&
	    (!w->low || *addr + len <= LOW_MAX))
		return true;
	if (w->low)
		return bottomup(p, len, LOW_MIN, LOW_MAX, addr);
	return topdown(p, len, addr) ||
	    bottomup(p, len, pg_trunc(map, vm_map_max(map) / 3),
		vm_map_max(map), addr);
}

/*
 * Search for one huge page more and cut the result to a boundary, unless it is
 * the hint.  => false: not to be aligned
 */
static bool
huge(struct process *p, const struct linux_want *w, vaddr_t *addr)
{
	const struct vm_map *map = linux_map(p);
	const vsize_t page = LINUX_HUGE(map);
	uint64_t end = w->offset + w->len;
	vaddr_t skew;

	if (!w->huge || end < pg_round(map, w->offset) ||
	    (w->anon && (w->hint != 0 || w->len % page != 0)) ||
	    end / page < (w->offset + page - 1) / page + 1 ||
	    !anywhere(p, w, w->len + page, addr))
		return false;
	if (w->hint != 0 && *addr == pg_trunc(map, w->hint))
		return true;
	skew = (w->offset - *addr) & (page - 1);
	*addr += skew != 0 ? skew : page;
	return true;
}

int
linux_place(struct process *p, const struct linux_want *w, vaddr_t *addr)
{
	struct vm_map *map = linux_map(p);

	*addr = w->call->place;
	if (*addr != 0 && (*addr & pg_mask(map)) == 0 &&
	    *addr < vm_map_max(map) && w->len <= vm_map_max(map) - *addr &&
	    *addr >= vm_map_min(map) &&
	    vm_map_is_free(map, *addr, *addr + w->len))
		return 0;
	return huge(p, w, addr) || anywhere(p, w, w->len, addr) ? 0 : ENOMEM;
}

int
linux_room(struct machine *m, const struct process *p, vsize_t bytes, bool data)
{
	struct vm_map *map = linux_map(p);
	uint64_t as = p->rlimit[SIM_RLIMIT_AS].cur;
	uint64_t limit = p->rlimit[SIM_RLIMIT_DATA].cur, used = 0;
	const struct vm_map_entry *e;

	if (map->nentries >= LINUX_MAX_MAP_COUNT)
		return sim_fail(m, ENOMEM, NULL, map->nentries, 0,
		    LINUX_MAX_MAP_COUNT, "too many areas (vm.max_map_count)");
	if (as != SIM_RLIM_INFINITY && (bytes > as || map->size > as - bytes))
		return sim_fail(m, ENOMEM, "len", bytes, 0, as,
		    "RLIMIT_AS would be exceeded");
	if (!data || limit == SIM_RLIM_INFINITY)
		return 0;
	for (e = map->header.next; e != &map->header; e = e->next)
		if (linux_is_data(linux_prot(e), linux_shared(e)) &&
		    (e->flags & UVM_MAP_GROWSDOWN) == 0)
			used += e->end - e->start;
	/* 0 stands for the hard limit (for valgrind, says the kernel). */
	if (limit == 0)
		limit = p->rlimit[SIM_RLIMIT_DATA].max;
	if (bytes > limit || used > limit - bytes)
		return sim_fail(m, ENOMEM, "len", bytes, 0, limit,
		    "RLIMIT_DATA would be exceeded");
	return 0;
}
