/*
 * Maps: setup, lookup, finding space.
 *
 * Lookup tries the hint and then descends.  Finding space follows the rules of
 * NetBSD's uvm_map_findspace: exactly at the hint if it fits there, else the
 * nearest slot in the hint's gap, else the nearest sufficient gap in the
 * direction of the search, by maxgap.  Two oddities of the original are not
 * reproduced: a top-down search whose hint is the map's maximum starts at the
 * top (not at first_free), and the gap below the lowest entry is always found.
 */
#include "vm_map_internal.h"

#include <errno.h>
#include <string.h>

void
vm_map_setup(struct vm *vm, struct vm_map *map, struct pmap *pmap, vaddr_t min,
    vaddr_t max, uint32_t flags)
{
	memset(map, 0, sizeof(*map));
	map->vm = vm;
	map->page_shift = vm->page_shift;
	map->pmap = pmap;
	map->header.next = map->header.prev = &map->header;
	map->header.end = min;
	map->header.start = max;
	map->header.gap = max - min;
	map->hint = map->first_free = &map->header;
	map->ref_count = 1;
	map->flags = flags;
	map->id = ++vm->next_map_id;
}

bool
vm_map_lookup_entry_walk(struct vm_map *map, vaddr_t va,
    struct vm_map_entry **out)
{
	struct vm_map_entry *e = map->root, *pred = &map->header;

	while (e != NULL) {
		if (va < e->start) {
			e = e->left;
			continue;
		}
		pred = e;
		if (va < e->end)
			break;
		e = e->right;
	}
	map->hint = pred;
	*out = pred;
	return e != NULL;
}

bool
uvm_map_checkprot(struct vm_map *map, vaddr_t start, vaddr_t end,
    vm_prot_t prot)
{
	struct vm_map_entry *e;

	if (start >= end)
		return true;
	if (!vm_map_lookup_entry(map, start, &e))
		return false;
	for (;; e = e->next) {
		if (e == &map->header || e->start > start ||
		    (e->protection & prot) != prot)
			return false;
		if (e->end >= end)
			return true;
		start = e->end;
	}
}

vaddr_t
vm_map_first_hole(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e;

	if (start >= end)
		return end;
	if (!vm_map_lookup_entry(map, start, &e))
		return start;
	for (; e != &map->header && e->start <= start; e = e->next) {
		start = e->end;
		if (start >= end)
			return end;
	}
	return start;
}

bool
vm_map_is_free(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e;

	if (start >= end)
		return true;
	if (start < vm_map_min(map) || end > vm_map_max(map) ||
	    vm_map_lookup_entry(map, start, &e))
		return false;
	return e->next->start >= end;
}

/* ---------------------------------------------------------- find space ---- */

/* va rounded up (down) to the wanted alignment; false when it wraps. */
static bool
align_up(const struct vm_space *s, vsize_t page, vaddr_t *va)
{
	vaddr_t align = s->align != 0 ? s->align : page;
	vaddr_t rem = (*va - s->align_offset) & (align - 1);

	if (rem == 0)
		return true;
	if (*va > UINT64_MAX - (align - rem))
		return false;
	*va += align - rem;
	return true;
}

static bool
align_down(const struct vm_space *s, vsize_t page, vaddr_t *va)
{
	vaddr_t align = s->align != 0 ? s->align : page;
	vaddr_t rem = (*va - s->align_offset) & (align - 1);

	if (*va < rem)
		return false;
	*va -= rem;
	return true;
}

/* Lowest fit in the gap behind pred, not below `from`. */
static bool
fit_up(const struct vm_map *map, const struct vm_space *s,
    const struct vm_map_entry *pred, vaddr_t from, vaddr_t max, vaddr_t *addr)
{
	vaddr_t lo = pred->end > from ? pred->end : from;
	vaddr_t hi = pred->next->start < max ? pred->next->start : max;

	if (!align_up(s, pg_size(map), &lo) || lo > hi || hi - lo < s->length)
		return false;
	*addr = lo;
	return true;
}

/* Highest fit in the gap behind pred that starts at or below `upto`. */
static bool
fit_down(const struct vm_map *map, const struct vm_space *s,
    const struct vm_map_entry *pred, vaddr_t upto, vaddr_t min, vaddr_t *addr)
{
	vaddr_t lo = pred->end > min ? pred->end : min;
	vaddr_t hi = pred->next->start, va;

	if (hi < lo || hi - lo < s->length)
		return false;
	va = hi - s->length < upto ? hi - s->length : upto;
	if (va < lo || !align_down(s, pg_size(map), &va) || va < lo)
		return false;
	*addr = va;
	return true;
}

static int
find_up(struct vm_map *map, const struct vm_space *s, vaddr_t hint, vaddr_t max,
    vaddr_t *addr)
{
	struct vm_map_entry *e;

	if (hint == vm_map_min(map))
		e = map->first_free;
	else
		(void)vm_map_lookup_entry(map, hint, &e);
	while (e != NULL && e->end <= max) {
		if (fit_up(map, s, e, hint, max, addr)) {
			map->hint = e;
			return 0;
		}
		e = vm_entry_next_gap(map, e, s->length);
	}
	return ENOMEM;
}

static int
find_down(struct vm_map *map, const struct vm_space *s, vaddr_t hint,
    vaddr_t min, vaddr_t max, vaddr_t *addr)
{
	struct vm_map_entry *e;
	vaddr_t upto = max - s->length < hint ? max - s->length : hint;

	/* A hint inside an entry begins with the gap below that entry. */
	if (vm_map_lookup_entry(map, upto, &e))
		e = e->prev;
	while (e != NULL && e->next->start > min) {
		if (fit_down(map, s, e, upto, min, addr)) {
			map->hint = e;
			return 0;
		}
		e = vm_entry_prev_gap(map, e, s->length);
	}
	return ENOMEM;
}

int
vm_map_findspace(struct vm_map *map, const struct vm_space *s, vaddr_t *addr)
{
	vaddr_t min = vm_map_min(map), max = vm_map_max(map);
	vaddr_t hint = s->hint;

	if (s->max != 0) {
		min = s->min > min ? s->min : min;
		max = s->max < max ? s->max : max;
	}
	if (s->length == 0 || min >= max || s->length > max - min)
		return ENOMEM;
	if (hint < min)
		hint = min;
	if (hint > max)
		return ENOMEM;
	return s->topdown ? find_down(map, s, hint, min, max, addr) :
			    find_up(map, s, hint, max, addr);
}
