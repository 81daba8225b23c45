/*
 * The machine's numbers as AIX counts them (docs/aix.md has every rule).
 *
 * Counters are sums of the virtual memory's own, by table.  Gauges are read off
 * counters, or found by a walk over the frames (aix_walk.c).
 *
 *	all of it	is made in the machine's base pages
 *	larger sizes	the walk knows what is mapped large
 *	base size	the rest: all of it less what larger pages have
 *	then		all of it in pages of 4 KB
 */
#include "aix.h"

#include <string.h>

#include "aix_paging.h"

/* ---------------------------------------------------------- page sizes ---- */

/*
 * Those of the page table's geometry.  A machine of AIX's own kind (its MMU
 * hashes) has all of them always; another that never maps large ones has the
 * base page's size alone.
 */
unsigned
sim_aix_psizes(const struct machine *m, uint64_t sizes[SIM_AIX_MAXPSIZES])
{
	const struct pmap_geometry *geo = m->config.arch;
	unsigned n = 1;

	if (geo->hashed || m->config.superpages != VM_SUPER_NEVER)
		n = geo->nsizes;
	for (unsigned i = 0; i < n; i++)
		sizes[i] = (uint64_t)1 << geo->sizes[i].shift;
	return n;
}

int
sim_aix_page_size(struct process *p, vaddr_t va, uint64_t *size)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const struct pmap_geometry *geo = map->vm->pmaps.geo;
	struct vm_map_entry *e, *hint = map->hint;
	bool found = vm_map_lookup_entry(map, va, &e);

	map->hint = hint;
	if (!found || e->flags & (UVM_MAP_GUARD | UVM_MAP_STACKGAP))
		return EINVAL;
	*size = (uint64_t)1
	    << geo->sizes[pmap_psind(map->pmap, pg_trunc(map, va))].shift;
	return 0;
}

/* ------------------------------------------------------------ counters ---- */

#define TO(member) offsetof(struct sim_aix, member)
#define EXP(member) offsetof(struct vm, exp.member)
#define STAT(member) offsetof(struct vm, stat.member)

/*
 * A counter is the sum of `plus` less `minus`; 0 ends (no counter is at the
 * start of struct vm).  Counters without a row are always 0: nothing here locks
 * storage, extends a page map, or waits for another's I/O.
 */
static const struct {
	size_t to, plus[3], minus;
} counter_rules[] = {
	{ TO(pgexct), { EXP(faults) }, STAT(protflt) },
	{ TO(pgrclm), { EXP(pdreact) }, 0 },
	{ TO(backtrks), { EXP(fltanretry) }, 0 },
	{ TO(pageins), { EXP(pageins) }, 0 },
	{ TO(pageouts), { EXP(pgswapout), STAT(fileouts) }, 0 },
	{ TO(pgspgins), { EXP(nswget) }, 0 },
	{ TO(pgspgouts), { EXP(pgswapout) }, 0 },
	{ TO(numsios), { EXP(pageins), EXP(pdpageouts) }, 0 },
	{ TO(numiodone), { EXP(pageins), EXP(pdpageouts) }, EXP(paging) },
	{ TO(zerofills), { EXP(flt_przero), STAT(aobjzero) }, 0 },
	{ TO(exfills), { STAT(textins) }, 0 },
	{ TO(scans), { EXP(pdscans) }, 0 },
	{ TO(cycles), { EXP(pdrevs) }, 0 },
	{ TO(pgsteals), { EXP(pdfreed) }, 0 },
	{ TO(pendiowts), { EXP(fltpgwait) }, 0 },
};

_Static_assert(offsetof(struct vm, exp) > 0, "0 ends a list of counters");

static uint64_t
counter(const struct vm *vm, size_t offset)
{
	return *(const uint64_t *)(const void *)((const char *)vm + offset);
}

static void
read_counters(const struct vm *vm, struct sim_aix *out)
{
	for (size_t i = 0; i < NELEM(counter_rules); i++) {
		const size_t *plus = counter_rules[i].plus;
		uint64_t v = 0;

		for (size_t k = 0; k < NELEM(counter_rules[i].plus) && plus[k];
		     k++)
			v += counter(vm, plus[k]);
		if (counter_rules[i].minus != 0)
			v -= counter(vm, counter_rules[i].minus);
		*(uint64_t *)(void *)((char *)out + counter_rules[i].to) = v;
	}
	/* Without a page daemon nobody waits: such a fault fails. */
	out->freewts = vm->pageout.daemon != NULL ?
	    vm->pageout.waits :
	    vm->exp.fltnoram + vm->exp.fltnoanon;
}

/* ------------------------------------------------------ gauges, cheaply --- */

static int64_t
min64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A number of pages; what a core says is believed up to all of memory. */
static int64_t
within(const struct uvmexp *x, uint64_t pages)
{
	return (int64_t)(pages < x->npages ? pages : x->npages);
}

int64_t
sim_aix_page_tables(const struct vm *vm)
{
	int64_t n = 0;

	for (uint32_t id = 1; id <= vm->pmaps.maxid; id++)
		if (vm->pmaps.byid[id] != NULL)
			n += vm->pmaps.byid[id]->ntables;
	return n;
}

/* The highest segment id in use, plus one. */
static int64_t
next_sid(const struct vm *vm)
{
	const struct vm_object *obj;
	int64_t n = 0;

	for (uint32_t id = 1; id <= vm->pmaps.maxid; id++)
		if (vm->pmaps.byid[id] != NULL)
			n = max64(n, sim_aix_sid_space(vm->pmaps.byid[id]) + 1);
	for (obj = vm->first_object; obj != NULL; obj = obj->next)
		n = max64(n, sim_aix_sid_object(obj) + 1);
	return n;
}

/* Levels, as they follow from memory and what is set. */
static void
read_levels(const struct machine *m, struct sim_aix *out)
{
	const struct uvmexp *x = &m->vm.exp;
	struct vm_aix_levels level;
	struct sim_aix_spaces spaces;
	struct vm_aix_tune tune;

	sim_aix_tune(m, &tune);
	vm_aix_levels(&m->vm, &tune, &level);
	sim_aix_spaces(m, &spaces);
	out->memsizepgs = (int64_t)x->npages;
	out->pfrsvdblks = within(x, x->reserve_kernel);
	out->minperm = (int64_t)level.minperm;
	out->maxperm = (int64_t)level.maxperm;
	out->maxclient = (int64_t)level.maxclient;
	out->minpgahead = VM_AIX_PAGEAHEAD_MIN;
	out->maxpgahead = VM_AIX_PAGEAHEAD_MAX;
	out->minfree = (int64_t)level.minfree;
	out->maxfree = (int64_t)level.maxfree;
	out->psfreeblks = (int64_t)spaces.free;
	out->npskill = (int64_t)spaces.npskill;
	out->npswarn = (int64_t)spaces.npswarn;
	out->normlmbmem = out->memsizepgs;
	out->hiesid = -1;
}

static void
read_gauges(const struct vm *vm, struct sim_aix *out)
{
	const struct uvmexp *x = &vm->exp;
	int64_t wired = (int64_t)x->wired;

	out->numfrb = (int64_t)x->free;
	out->numclient = out->numperm = (int64_t)x->filepages;
	out->numpout = (int64_t)x->paging;
	out->hisid = next_sid(vm);
	out->pfavail = max64(0,
	    out->memsizepgs * 90 / 100 - wired - sim_aix_page_tables(vm));
	out->pfpinavail = max64(0,
	    min64(out->pfavail, within(x, x->wiredmax) - wired));
	out->memavailable = pg_size(vm) *
	    (uint64_t)(max64(0, out->numfrb - out->pfrsvdblks) +
		max64(0, out->numperm - out->minperm));
}

/* What the stealer keeps; another daemon keeps nothing of it. */
static void
read_stealer(const struct vm *vm, struct sim_aix *out)
{
	const struct vm_aix *a = vm_aix_of(vm);

	if (a == NULL)
		return;
	for (unsigned i = 0; i < VM_AIX_NKINDS; i++) {
		out->rpgcnt[i] = (int64_t)a->rpgcnt[i];
		out->nreplaced[i] = (int64_t)a->nreplaced[i];
		out->nrepaged[i] = (int64_t)a->nrepaged[i];
	}
	out->numpermio = (int64_t)a->permio;
}

/* ------------------------------------------------------ gauges, stored ---- */

static void
read_stored(const struct machine *m, struct sim_aix *out)
{
#define X(member) out->member = (int64_t)m->tunables.aix_##member;
	SIM_AIX_WALKED(X)
#undef X
}

void
sim_aix_store(struct machine *m, const struct sim_aix *a)
{
#define X(member) m->tunables.aix_##member = (uint64_t)a->member;
	SIM_AIX_WALKED(X)
#undef X
}

/* ---------------------------------------------------------- everything ---- */

/*
 * The base page's size has what larger ones have not.  Counters and levels are
 * not kept by size: they are all the base page's.
 */
static void
read_base_size(const struct vm *vm, struct sim_aix *all)
{
	const struct pmap_geometry *geo = vm->pmaps.geo;
	struct sim_aix_psize *s = &all->size[0];

#define X(member) s->member = all->member;
	SIM_AIX_COUNTERS(X)
	SIM_AIX_WALKED_SIZED(X)
	SIM_AIX_SIZED(X)
#undef X
	s->numframes = (int64_t)vm->exp.npages;
	s->numpgsp_pgs = all->numpgsp_pgs;
	memcpy(s->rpgcnt, all->rpgcnt, sizeof(s->rpgcnt));
	s->numpermio = all->numpermio;
	s->memavailable = all->memavailable;
	for (unsigned i = 1; i < all->npsizes; i++) {
		const struct sim_aix_psize *larger = &all->size[i];
		const int64_t n = (int64_t)1
		    << (geo->sizes[i].shift - geo->page_shift);

#define X(member) s->member -= larger->member * n;
		SIM_AIX_WALKED_SIZED(X)
		SIM_AIX_SIZED(X)
		X(numframes)
#undef X
	}
}

/* Pages of all memory, from base pages to AIX's. */
static void
scale(const struct vm *vm, struct sim_aix *out)
{
	const int64_t n = sim_aix_per_frame(vm);

#define X(member) out->member *= n;
	SIM_AIX_WALKED(X)
	SIM_AIX_SIZED(X)
	SIM_AIX_SETTINGS(X)
	X(numpgsp_pgs)
#undef X
}

/* walk: go over all frames; else the walked members are still to come. */
static void
read_pages(struct machine *m, bool walk, struct sim_aix *out)
{
	const struct pmap_geometry *geo = m->config.arch;
	uint64_t sizes[SIM_AIX_MAXPSIZES];

	out->npsizes = sim_aix_psizes(m, sizes);
	for (unsigned i = 0; i < out->npsizes; i++) {
		out->size[i].psize = sizes[i];
		out->size[i].pageable = i == 0 || geo->sizes[i].promote;
	}
	read_levels(m, out);
	read_gauges(&m->vm, out);
	read_stealer(&m->vm, out);
	if (walk)
		sim_aix_walk(&m->vm, out);
	read_base_size(&m->vm, out);
	scale(&m->vm, out);
}

void
sim_aix_read(struct machine *m, bool walk, struct sim_aix *out)
{
	memset(out, 0, sizeof(*out));
	read_counters(&m->vm, out);
	read_pages(m, walk, out);
	if (!walk)
		read_stored(m, out);
}
