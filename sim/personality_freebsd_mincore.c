/*
 * FreeBSD's mincore(2) (reference "FreeBSD syscalls" 1, "FreeBSD API" 4).
 *
 *	range -> entry at its start -> entry by entry, stopping before a hole
 *
 * Nothing behind an entry (guards, memory never touched): its bytes are 0.
 * Else the byte is what this process's page table says of the page, and of the
 * size of the page that maps it.  With vm.mincore_mapped 0 it then learns of
 * others:
 *
 *	mapped here, not both referenced and modified	| what any mapping
 *	not mapped, but resident in the entry's top	| and the frame know
 *	layer (file, shared or anonymous memory)	| is added
 *
 * The top layer is FreeBSD's top object: the amap where there is one, else the
 * object.  A page that an earlier fork still shares has moved to FreeBSD's
 * backing object once this entry has made its own copy, and is not seen.  Pages
 * of devices and of the kernel's own memory are unmanaged: nothing is added.
 */
#include "personality_freebsd.h"

#include <string.h>

#define INCORE 0x01
#define REFERENCED 0x0a /* by us and so by anybody */
#define MODIFIED 0x14
#define REFERENCED_OTHER 0x08
#define MODIFIED_OTHER 0x10

struct scan {
	const struct sim_call *call;
	struct vm_map *map;
	struct sim_range range;
	bool others; /* vm.mincore_mapped is 0 */
};

/* What the page table says of a page: by A + 2 * M, see pmap_mincore(). */
static const uint8_t bytes[4] = {
	INCORE,
	INCORE | REFERENCED,
	INCORE | MODIFIED,
	INCORE | REFERENCED | MODIFIED,
};

/*
 * MINCORE_PSIND(i), where i is the size of the page that maps it.  There are
 * two bits for it; sizes beyond them are not told.
 */
static const uint8_t sizes[PMAP_MAXSIZES] = { 0, 0x20, 0x40, 0x60 };

/* ---------------------------------------------------- vm.mincore_mapped 0 - */

/* => the objects of FreeBSD's swap-backed and vnode kinds */
static bool
is_managed(const struct vm_map_entry *e)
{
	return (e->etype & UVM_ET_OBJ) == 0 ||
	    e->object->pager == &uvm_vnodeops ||
	    e->object->pager == &aobj_pager;
}

/* Frame of the page in the entry's own top layer, or PFN_NONE. */
static pfn_t
top_frame(const struct vm_map *map, const struct vm_map_entry *e, vaddr_t va)
{
	const struct vm_anon *anon;
	uint32_t name;

	if (e->amap == NULL)
		return sparse_get(&e->object->pages,
		    pg_atop(map, e->offset + (va - e->start)));
	name = sparse_get(&e->amap->slots,
	    e->ar_pageoff + pg_atop(map, va - e->start));
	if (name == 0)
		return PFN_NONE;
	anon = vm_anon_get(&map->vm->anons, name);
	return anon->ref == 1 || e->etype & UVM_ET_NEEDSCOPY ? anon->where :
							       PFN_NONE;
}

/* Shared memory is created dirty; only its mappings tell. */
static uint8_t
frame_byte(const struct vm_map *map, pfn_t pfn)
{
	struct pmap_system *sys = &map->vm->pmaps;
	const unsigned flags = map->vm->pages.page[pfn].pg_flags;
	uint8_t byte = 0;

	if ((flags & (PG_DIRTY | PG_AOBJ)) == PG_DIRTY ||
	    pmap_is_modified(sys, pfn))
		byte |= MODIFIED_OTHER;
	if (pmap_is_referenced(sys, pfn))
		byte |= REFERENCED_OTHER;
	return byte;
}

static uint8_t
others_byte(const struct vm_map *map, const struct vm_map_entry *e, vaddr_t va)
{
	pfn_t pfn;

	if (pmap_extract(map->pmap, va, &pfn))
		return frame_byte(map, pfn);
	pfn = top_frame(map, e, va);
	return pfn == PFN_NONE ? 0 : INCORE | frame_byte(map, pfn);
}

/* ------------------------------------------------------------ the scan ---- */

/* Room in vec for the pages [va, end). => pages that fit */
static uint64_t
room(const struct scan *s, vaddr_t va, vaddr_t end)
{
	const uint64_t i = pg_atop(s->map, va - s->range.start);
	const uint64_t n = pg_atop(s->map, end - va);

	if (s->call->vec == NULL || i >= s->call->vec_len)
		return 0;
	return n <= s->call->vec_len - i ? n : s->call->vec_len - i;
}

/* The bytes of n pages from va on, all of entry e. */
static void
fill(const struct scan *s, const struct vm_map_entry *e, vaddr_t va, uint64_t n,
    uint8_t *vec)
{
	pmap_mincore(s->map->pmap, va, va + pg_ptoa(s->map, n), bytes, sizes,
	    vec);
	if (s->others && is_managed(e))
		for (uint64_t i = 0; i < n; i++)
			vec[i] |= others_byte(s->map, e,
			    va + pg_ptoa(s->map, i));
}

/*
 * Store the bytes of [va, end): of entry e, or 0 without one.
 * => 0; EFAULT: vec is too short, what fits is stored
 */
static int
store(const struct scan *s, const struct vm_map_entry *e, vaddr_t va,
    vaddr_t end)
{
	const uint64_t n = room(s, va, end);

	if (n > 0) {
		uint8_t *vec = s->call->vec +
		    pg_atop(s->map, va - s->range.start);

		if (e != NULL)
			fill(s, e, va, n, vec);
		else
			memset(vec, 0, (size_t)n);
	}
	return va + pg_ptoa(s->map, n) == end ? 0 : EFAULT;
}

/*
 * Bytes of entries without anything behind them are stored only before the
 * next real byte or at the end: not at all when a hole comes first.
 */
static int
residency(const struct scan *s, struct vm_map_entry *e)
{
	const struct sim_range *r = &s->range;
	vaddr_t done = r->start;
	int error = 0;

	for (; e != &s->map->header && e->start < r->end; e = e->next) {
		vaddr_t va = e->start > r->start ? e->start : r->start;
		vaddr_t end = e->end < r->end ? e->end : r->end;

		if (e->end < r->end && e->next->start > e->end)
			return ENOMEM;
		if (e->amap == NULL && (e->etype & UVM_ET_OBJ) == 0)
			continue;
		if ((error = store(s, NULL, done, va)) != 0 ||
		    (error = store(s, e, va, end)) != 0)
			return error;
		done = end;
	}
	return store(s, NULL, done, r->end);
}

int
sim_freebsd_mincore(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct scan s = {
		.call = c,
		.map = &p->vmspace->vm_map,
		.others = m->tunables.mincore_mapped == 0,
	};
	struct vm_map_entry *e;
	int error;

	(void)ret;
	if (!sim_bsd_range(m, c->arg[0], c->arg[1], &s.range) ||
	    s.range.end > vm_map_max(s.map))
		return sim_fail(m, ENOMEM, "len", c->arg[1], vm_map_min(s.map),
		    vm_map_max(s.map),
		    "the range lies outside the user's "
		    "address space");
	if (!vm_map_lookup_entry(s.map, s.range.start, &e))
		return BSD_FAIL(m, ENOMEM, "addr", c->arg[0],
		    "nothing is mapped at the start");
	error = residency(&s, e);
	return error == 0 ?
	    0 :
	    BSD_FAIL(m, error, error == EFAULT ? "vec" : "addr",
		c->arg[error == EFAULT ? 2 : 0],
		error == EFAULT ? "vec has no room for a byte a page" :
				  "there is a hole in the range");
}
