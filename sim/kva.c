/*
 * Simulated kernel addresses of kernel objects.
 *
 * Each kind of object has a stretch of the simulated kernel's address space;
 * an object's place in it follows from the number that its slab gave it, so it
 * is the same on every host.  Sizes are those of the structures on a machine
 * with 4 or 8 byte pointers, rounded to what a pool would use.  All lie above
 * the kernel's text, as in a kernel that takes its objects from kmem_map.
 *
 *	   end of user space          0xd1000000      0xff800000  0xffc00000
 *	32 | page tables | text, data |  stretches  ... |  spare  |
 *	64 | ... stretches | the same, longer, for numbers beyond | spare | text
 *
 * On a 32-bit machine the text begins behind the page tables' slot, so that it
 * moves down with maxuser=.  A 64-bit machine whose addresses are plain numbers
 * of fewer bits has the same places cut to these; one whose kernel half is
 * below 64 TB (Sv39: 256 GB) has places of its own, for fewer objects.
 *
 * Fixed addresses may lie anywhere in the kernel half.  Whatever would have had
 * a part of a fixed object's place is moved to that object's page in the spare
 * area, keeping its distance:
 *
 *	      |<-REACH->|fixed|<-REACH->|		natural
 *	spare |                         | page of its own for each that is fixed
 */
#include "common.h"

#define REACH ((uint64_t)0x400)  /* the largest of all sizes */
#define PAGE ((uint64_t)0x1000)  /* more than three times that */
#define SLOT ((uint64_t)4 << 20) /* what a page directory entry spans */
/* For numbers beyond the stretches: 4 TB for each kind, enough for all. */
#define REST_SHIFT 42

enum { WIDE, SHORT, NARROW };

static const struct plan {
	uint64_t spare; /* what fixed objects have displaced */
	uint64_t rest;  /* numbers beyond the stretches; 0: no room for them */
	struct stretch {
		uint64_t base, end; /* numbers from 0 on; 0 is never used */
		uint32_t size;
	} stretch[SIM_NKVA];
} plans[] = {
	[WIDE] = { 0xffffe00000000000, 0xffff900000000000,
	    {
		[SIM_KVA_PROC] = { 0xffff810000000000, 0xffff810004000000,
		    0x400 },
		[SIM_KVA_MOUNT] = { 0xffff810004000000, 0xffff810008000000,
		    0x400 },
		[SIM_KVA_NAMECACHE] = { 0xffff810008000000, 0xffff81000c000000,
		    0x80 },
		[SIM_KVA_DIR] = { 0xffff81000c000000, 0xffff81000e000000,
		    0x180 },
		[SIM_KVA_INODE] = { 0xffff81000e000000, 0xffff810010000000,
		    0x100 },
		[SIM_KVA_MAP] = { 0xffff810010000000, 0xffff810020000000,
		    0x400 },
		[SIM_KVA_ENTRY] = { 0xffff810020000000, 0xffff810060000000,
		    0xa0 },
		[SIM_KVA_OBJECT] = { 0xffff810060000000, 0xffff8100a0000000,
		    0x180 },
		[SIM_KVA_AMAP] = { 0xffff8100a0000000, 0xffff8100e0000000,
		    0x80 },
		[SIM_KVA_PMAP] = { 0xffff8100e0000000, 0xffff810100000000,
		    0x100 },
		[SIM_KVA_ANON] = { 0xffff820000000000, 0xffff830000000000,
		    0x20 },
		[SIM_KVA_PAGE] = { 0xffff830000000000, 0xffff840000000000,
		    0x80 },
		[SIM_KVA_PV] = { 0xffff840000000000, 0xffff850000000000, 0x20 },
		[SIM_KVA_TEXT] = { 0xffffffff80200000, 0xffffffff80800000,
		    0x100 },
		[SIM_KVA_DATA] = { 0xffffffff80800000, 0xffffffff90000000,
		    0x10 },
	    } },
	[SHORT] = { 0xfffffff500000000, 0,
	    {
		[SIM_KVA_PROC] = { 0xffffffc900000000, 0xffffffc904000000,
		    0x400 },
		[SIM_KVA_MOUNT] = { 0xffffffc904000000, 0xffffffc908000000,
		    0x400 },
		[SIM_KVA_NAMECACHE] = { 0xffffffc908000000, 0xffffffc90c000000,
		    0x80 },
		[SIM_KVA_DIR] = { 0xffffffc90c000000, 0xffffffc90e000000,
		    0x180 },
		[SIM_KVA_INODE] = { 0xffffffc90e000000, 0xffffffc910000000,
		    0x100 },
		[SIM_KVA_MAP] = { 0xffffffc910000000, 0xffffffc920000000,
		    0x400 },
		[SIM_KVA_ENTRY] = { 0xffffffc920000000, 0xffffffc960000000,
		    0xa0 },
		[SIM_KVA_OBJECT] = { 0xffffffc960000000, 0xffffffc9a0000000,
		    0x180 },
		[SIM_KVA_AMAP] = { 0xffffffc9a0000000, 0xffffffc9e0000000,
		    0x80 },
		[SIM_KVA_PMAP] = { 0xffffffc9e0000000, 0xffffffca00000000,
		    0x100 },
		[SIM_KVA_ANON] = { 0xffffffcc00000000, 0xffffffd400000000,
		    0x20 },
		[SIM_KVA_PAGE] = { 0xffffffd400000000, 0xffffffe400000000,
		    0x80 },
		[SIM_KVA_PV] = { 0xffffffe400000000, 0xfffffff400000000, 0x20 },
		[SIM_KVA_TEXT] = { 0xffffffff80200000, 0xffffffff80800000,
		    0x100 },
		[SIM_KVA_DATA] = { 0xffffffff80800000, 0xffffffff90000000,
		    0x10 },
	    } },
	[NARROW] = { 0xff800000, 0,
	    {
		[SIM_KVA_TEXT] = { 0x200000, 0x800000,
		    0x100 }, /* of the kernel */
		[SIM_KVA_DATA] = { 0x800000, 0x1000000, 0x10 },
		[SIM_KVA_MAP] = { 0xd1000000, 0xd2000000, 0x200 },
		[SIM_KVA_PROC] = { 0xd2000000, 0xd3000000, 0x200 },
		[SIM_KVA_MOUNT] = { 0xd3000000, 0xd3800000, 0x400 },
		[SIM_KVA_PMAP] = { 0xd3800000, 0xd4000000, 0x60 },
		[SIM_KVA_NAMECACHE] = { 0xd4000000, 0xd6000000, 0x60 },
		[SIM_KVA_DIR] = { 0xd6000000, 0xd8000000, 0xc0 },
		[SIM_KVA_INODE] = { 0xd8000000, 0xda000000, 0x100 },
		[SIM_KVA_ENTRY] = { 0xda000000, 0xea000000, 0x58 },
		[SIM_KVA_OBJECT] = { 0xea000000, 0xec000000, 0xc0 },
		[SIM_KVA_AMAP] = { 0xec000000, 0xf4000000, 0x40 },
		[SIM_KVA_ANON] = { 0xf4000000, 0xf8000000, 0x10 },
		[SIM_KVA_PAGE] = { 0xf8000000, 0xfc000000, 0x40 },
		[SIM_KVA_PV] = { 0xfc000000, 0xff000000, 0x10 },
	    } },
};

static bool
is_narrow(const struct machine *m)
{
	return m->config.arch->ptr_size == 4;
}

vaddr_t
sim_user_end(const struct machine *m)
{
	return m->config.maxuser != 0 ? m->config.maxuser :
					m->config.arch->user_max;
}

static const struct plan *
plan_of(const struct machine *m)
{
	return &plans[is_narrow(m)           ? NARROW :
		m->config.arch->va_bits < 47 ? SHORT :
					       WIDE];
}

/* A place of the plan, as an address of the machine. */
static uint64_t
cut(const struct machine *m, uint64_t place)
{
	const struct pmap_geometry *geo = m->config.arch;

	return geo->va_plain ? place & (((uint64_t)1 << geo->va_bits) - 1) :
			       place;
}

static uint64_t
spare_of(const struct machine *m)
{
	return cut(m, plan_of(m)->spare);
}

static struct stretch
stretch_of(const struct machine *m, enum sim_kva_kind kind)
{
	struct stretch s = plan_of(m)->stretch[kind];
	uint64_t kernel;

	s.base = cut(m, s.base);
	s.end = cut(m, s.end);

	if (is_narrow(m) && (kind == SIM_KVA_TEXT || kind == SIM_KVA_DATA)) {
		kernel = ((sim_user_end(m) + SLOT - 1) & ~(SLOT - 1)) + SLOT;
		s.base += kernel;
		s.end += kernel;
	}
	return s;
}

uint32_t
sim_kva_size(const struct machine *m, enum sim_kva_kind kind)
{
	return plan_of(m)->stretch[kind].size;
}

/* --------------------------------------------------------- unfixed ones -- */

static uint64_t
rest_of(const struct machine *m, enum sim_kva_kind kind)
{
	return cut(m, plan_of(m)->rest + ((uint64_t)kind << REST_SHIFT));
}

/* The address that an object has unless fixing has a say. */
static uint64_t
natural(const struct machine *m, enum sim_kva_kind kind, uint32_t id)
{
	const struct stretch s = stretch_of(m, kind);
	uint64_t room = (s.end - s.base) / s.size;

	if (id < room)
		return s.base + (uint64_t)s.size * id;
	if (plan_of(m)->rest != 0)
		return rest_of(m, kind) + (uint64_t)s.size * id;
	if (kind == SIM_KVA_MAP)
		return s.base + s.size * ((id - 1) % (room - 1) + 1);
	return 0;
}

/* Numbers from `from' on, below `to', of size bytes each; 0 would be at base */
struct run {
	uint64_t base, from, to;
	uint32_t size;
};

static bool
in_run(const struct run *r, uint64_t addr, uint32_t *id, uint32_t *offset)
{
	uint64_t n = (addr - r->base) / r->size;

	if (addr < r->base || n < r->from || n >= r->to)
		return false;
	*id = (uint32_t)n;
	*offset = (uint32_t)((addr - r->base) % r->size);
	return true;
}

/* => whose natural place holds addr */
static bool
find_natural(const struct machine *m, uint64_t addr, enum sim_kva_kind *kind,
    uint32_t *id, uint32_t *offset)
{
	for (unsigned k = 0; k < SIM_NKVA; k++) {
		const struct stretch s = stretch_of(m, k);
		const struct run first = { s.base, 1, (s.end - s.base) / s.size,
			s.size };
		const struct run rest = { rest_of(m, k), first.to,
			(uint64_t)UINT32_MAX + 1, s.size };

		*kind = k;
		if (in_run(&first, addr, id, offset) ||
		    (plan_of(m)->rest != 0 && in_run(&rest, addr, id, offset)))
			return true;
	}
	return false;
}

/* A map found by its place: the one that lives there, if any does. */
static uint32_t
living_map(const struct machine *m, uint32_t id)
{
	const uint64_t at = natural(m, SIM_KVA_MAP, id);
	const struct process *p;

	for (p = m->procs; p != NULL; p = p->hh.next)
		if (p->vmspace != NULL &&
		    natural(m, SIM_KVA_MAP, p->vmspace->vm_map.id) == at)
			return p->vmspace->vm_map.id;
	return id;
}

/* --------------------------------------------------------------- fixed -- */

static const struct sim_kvafix *
fix_of(const struct machine *m, enum sim_kva_kind kind, uint32_t id)
{
	for (uint32_t i = 0; i < m->nkvafix; i++)
		if (m->kvafix[i].kind == kind && m->kvafix[i].id == id)
			return &m->kvafix[i];
	return NULL;
}

/* => the first fixed object that size bytes from addr on touch, not `but' */
static const struct sim_kvafix *
fix_at(const struct machine *m, uint64_t addr, uint32_t size,
    const struct sim_kvafix *but)
{
	for (uint32_t i = 0; i < m->nkvafix; i++) {
		const struct sim_kvafix *f = &m->kvafix[i];

		if (f != but &&
		    addr - f->addr + size - 1 <
			(uint64_t)sim_kva_size(m, f->kind) + size - 1)
			return f;
	}
	return NULL;
}

static uint64_t
spare_page(const struct machine *m, const struct sim_kvafix *f)
{
	return spare_of(m) + PAGE * (uint64_t)(f - m->kvafix);
}

/* => false: not a place that something natural has been moved to */
static bool
find_moved(const struct machine *m, uint64_t addr, enum sim_kva_kind *kind,
    uint32_t *id, uint32_t *offset)
{
	const uint64_t in = addr - spare_of(m);

	return in / PAGE < m->nkvafix &&
	    find_natural(m, m->kvafix[in / PAGE].addr - REACH + in % PAGE, kind,
		id, offset);
}

static uint64_t
kernel_half(const struct machine *m)
{
	const struct pmap_geometry *geo = m->config.arch;

	if (is_narrow(m))
		return sim_user_end(m);
	return geo->va_plain ? geo->kernel_min :
			       UINT64_MAX << (geo->va_bits - !geo->va_halves);
}

static int
check_fix(struct machine *m, enum sim_kva_kind kind, uint32_t id, uint64_t addr)
{
	const uint32_t size = sim_kva_size(m, kind);
	const uint64_t lo = kernel_half(m);
	const uint64_t hi = cut(m, UINT64_MAX) - size;
	const uint64_t spare = spare_of(m);

	if (id == 0)
		return sim_fail(m, EINVAL, "id", 0, 1, UINT32_MAX,
		    "there is no such object");
	if (addr < lo || addr > hi)
		return sim_fail(m, EINVAL, "addr", addr, lo, hi,
		    "a kernel address lies in the kernel's half of the "
		    "address space");
	if (addr - spare + size - 1 < SIM_MAXKVAFIX * PAGE + size - 1)
		return sim_fail(m, EINVAL, "addr", addr, lo, spare - size,
		    "the machine keeps these addresses for objects that fixed "
		    "ones have displaced");
	if (fix_at(m, addr, size, fix_of(m, kind, id)) != NULL)
		return sim_fail(m, EEXIST, "addr", addr, 0, 0,
		    "an object that has been fixed is there");
	return 0;
}

int
sim_kva_fix(struct machine *m, enum sim_kva_kind kind, uint32_t id,
    uint64_t addr)
{
	const struct sim_kvafix *old = fix_of(m, kind, id);
	const size_t i = old != NULL ? (size_t)(old - m->kvafix) : m->nkvafix;
	int error;

	m->error = (struct sim_error){ .op = "kva" };
	if ((error = check_fix(m, kind, id, addr)) != 0)
		return error;
	if (i == SIM_MAXKVAFIX)
		return sim_fail(m, ENOSPC, NULL, 0, 0, 0,
		    "no more addresses can be fixed");
	if (m->kvafix == NULL)
		m->kvafix = mem_zalloc(m->mem, SIM_MAXKVAFIX * sizeof(*old));
	if (m->kvafix == NULL)
		return sim_fail(m, ENOMEM, NULL, 0, 0, 0, "no memory is left");
	m->kvafix[i] = (struct sim_kvafix){ .addr = addr,
		.id = id,
		.kind = (uint8_t)kind };
	m->nkvafix += i == m->nkvafix;
	m->changes++;
	return 0;
}

/* ----------------------------------------------------------- addresses -- */

uint64_t
sim_kva(const struct machine *m, enum sim_kva_kind kind, uint32_t id)
{
	const struct sim_kvafix *f;
	uint64_t at;

	if (id == 0)
		return 0;
	if (likely(m->nkvafix == 0))
		return natural(m, kind, id);
	if ((f = fix_of(m, kind, id)) != NULL)
		return f->addr;
	at = natural(m, kind, id);
	if (at == 0 || (f = fix_at(m, at, sim_kva_size(m, kind), NULL)) == NULL)
		return at;
	return spare_page(m, f) + REACH + (at - f->addr);
}

bool
sim_kva_find(const struct machine *m, uint64_t addr, enum sim_kva_kind *kind,
    uint32_t *id, uint32_t *offset)
{
	const struct sim_kvafix *f = fix_at(m, addr, 1, NULL);

	if (f != NULL) {
		*kind = f->kind;
		*id = f->id;
		*offset = (uint32_t)(addr - f->addr);
		return true;
	}
	if (!find_moved(m, addr, kind, id, offset) &&
	    !find_natural(m, addr, kind, id, offset))
		return false;
	if (*kind == SIM_KVA_MAP && plan_of(m)->rest == 0)
		*id = living_map(m, *id);
	return sim_kva(m, *kind, *id) == addr - *offset;
}

uint64_t
sim_kva_map(const struct machine *m, const struct vm_map *map)
{
	return sim_kva(m, SIM_KVA_MAP, map->id);
}

uint64_t
sim_kva_entry(const struct machine *m, const struct vm_map_entry *e)
{
	return sim_kva(m, SIM_KVA_ENTRY, e->id);
}

uint64_t
sim_kva_object(const struct machine *m, const struct vm_object *obj)
{
	return sim_kva(m, SIM_KVA_OBJECT, obj != NULL ? obj->id : 0);
}

uint64_t
sim_kva_amap(const struct machine *m, const struct vm_amap *amap)
{
	return sim_kva(m, SIM_KVA_AMAP, amap != NULL ? amap->id : 0);
}

uint64_t
sim_kva_pmap(const struct machine *m, const struct pmap *pmap)
{
	return sim_kva(m, SIM_KVA_PMAP, pmap->id);
}
