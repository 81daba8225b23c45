/*
 * What can only be looked at when sections are there: that names and links
 * point to what they should, so that machine_check(), which follows them, can.
 *
 *	frame	its owner, by its flags, has it: an anon in use, an object, a
 *		page table; its wire count is its wired mappings
 *	lists	of free frames and free anons: each once, none missing; memory
 *		that was never looked at is blank, frames on no list are alone
 *	swap	each slot in use has one owner, each owner's is in use
 *	amap	each slot has as many references as entries that use it
 *	names	every name in use has been defined
 *
 * The queues, counters and reference counts are machine_check()'s.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core_section.h"

#define FRAME_HEADS 48 /* bytes before the frames of section "frames" */
#define FRAME_SIZE 21
#define ANON_HEADS 17
#define ANON_SIZE 8 /* and 4 with slots */

static uint64_t
frame_offset(const struct core_load *load, pfn_t pfn)
{
	return load->in.span[CORE_FRAMES].offset + FRAME_HEADS +
	    (uint64_t)(pfn - 1) * FRAME_SIZE;
}

static uint64_t
anon_offset(const struct core_load *load, uint32_t name)
{
	const uint64_t size = ANON_SIZE +
	    (load->m->vm.anons.slot != NULL ? 4 : 0);

	return load->in.span[CORE_ANONS].offset + ANON_HEADS +
	    (uint64_t)(name - 1) * size;
}

/* ------------------------------------------------------------ owners ---- */

/* Memory that was never looked at; only domains have some below `fresh'. */
static bool
is_virgin(const struct vm *vm, pfn_t pfn)
{
	return !vm->phys.plain &&
	    pfn >= vm->phys.domain[vm_phys_domain(vm, pfn)].virgin;
}

static bool
is_blank(const struct vm_page *pg)
{
	static const struct vm_page blank;

	return memcmp(pg, &blank, sizeof(blank)) == 0;
}

/* The anon or object that owns a frame has it, the page table is one. */
static bool
owner_agrees(const struct core_load *load, pfn_t pfn)
{
	const struct vm *vm = &load->m->vm;
	const struct vm_page *pg = &vm->pages.page[pfn];
	const struct core_names *objects = &load->names[CORE_SLAB_OBJECTS];

	switch (pg->pg_flags & (PG_ANON | PG_TABLED | PG_PTP | PG_FREE)) {
	case PG_ANON:
		return pg->owner != 0 && pg->owner < vm->anons.fresh &&
		    vm->anons.anon[pg->owner].ref != 0 &&
		    vm->anons.anon[pg->owner].where == pfn;
	case PG_TABLED:
		return pg->owner != 0 && pg->owner <= objects->nitems &&
		    objects->state[pg->owner] == CORE_NAME_DEFINED &&
		    sparse_get(&((struct vm_object *)slab_item(&vm->objects,
				     pg->owner))
				    ->pages,
			pg->pindex) == pfn;
	case PG_PTP:
		return load->is_table[pfn] && pg->owner <= PMAP_MAXID &&
		    vm->pmaps.byid[pg->owner] != NULL;
	case PG_FREE: return pg->owner == 0;
	default: return false; /* none, or several owners */
	}
}

/* Wired mappings wire a frame, and so do objects that have fixed frames. */
static bool
wiring_agrees(const struct core_load *load, pfn_t pfn)
{
	const struct vm *vm = &load->m->vm;
	const struct vm_page *pg = &vm->pages.page[pfn];
	unsigned wire = load->wired[pfn];

	if (pg->pg_flags & PG_TABLED) {
		const struct vm_object *obj = slab_item(&vm->objects,
		    pg->owner);

		wire += obj->pager == &uvm_deviceops ||
		    obj->pager == &phys_pager;
	}
	return pg->pg_wire == wire;
}

/*
 * Links are those of a queue, of the list of free frames, or of the first frame
 * of a free block, which says so in its page index: any other frame has none,
 * and what is free has no past.
 */
static bool
links_agree(const struct vm *vm, const struct vm_page *pg)
{
	const bool linked = (pg->qnext | pg->qprev) != 0;

	if ((pg->pg_flags & PG_FREE) == 0)
		return (pg->pg_flags & PQ_ALL) != 0 || !linked;
	if (pg->md.pv != 0)
		return false;
	if (vm->phys.plain)
		return pg->pindex == 0 && pg->qprev == 0;
	return pg->pindex != 0 || !linked;
}

static bool
check_frames(struct core_load *load)
{
	const struct vm_pages *pages = &load->m->vm.pages;

	for (pfn_t pfn = 1; pfn < pages->fresh; pfn++) {
		const struct vm_page *pg = &pages->page[pfn];

		if (is_virgin(&load->m->vm, pfn)) {
			if (is_blank(pg))
				continue;
			return sim_core_refuse_at(&load->in,
			    frame_offset(load, pfn),
			    "frame %u is in use, and in memory that never was",
			    pfn);
		}
		if (!owner_agrees(load, pfn))
			return sim_core_refuse_at(&load->in,
			    frame_offset(load, pfn),
			    "frame %u with flags "
			    "0x%x is not one of its owner %u",
			    pfn, pg->pg_flags, pg->owner);
		if (!links_agree(&load->m->vm, pg))
			return sim_core_refuse_at(&load->in,
			    frame_offset(load, pfn),
			    "frame %u with flags 0x%x is on no list, and has "
			    "neighbours or a past",
			    pfn, pg->pg_flags);
		if (!wiring_agrees(load, pfn))
			return sim_core_refuse_at(&load->in,
			    frame_offset(load, pfn),
			    "frame %u has wire "
			    "count %u and %u wired mappings",
			    pfn, pg->pg_wire, load->wired[pfn]);
	}
	return true;
}

/* An anon's frame is its own, so no two anons share one. */
static bool
check_anons(struct core_load *load)
{
	const struct vm_anons *a = &load->m->vm.anons;
	const struct vm_page *page = load->m->vm.pages.page;

	for (uint32_t i = 1; i < a->fresh; i++) {
		const struct vm_page *pg = &page[a->anon[i].where];

		if (a->anon[i].ref != 0 && a->anon[i].where != 0 &&
		    (!(pg->pg_flags & PG_ANON) || pg->owner != i))
			return sim_core_refuse_at(&load->in,
			    anon_offset(load, i),
			    "anon %u is not the owner "
			    "of its frame %u",
			    i, a->anon[i].where);
	}
	return true;
}

/* -------------------------------------------------------------- swap ---- */

/* A bit for each page of each device: it has an owner. */
struct owned {
	const struct vm *vm;
	uint64_t *bits[VM_SWAP_MAXDEVS];
};

static bool
test_bit(const uint64_t *bits, uint64_t i)
{
	return (bits[i / 64] >> i % 64 & 1) != 0;
}

/* => false: not in use, bad, or somebody else's */
static bool
own(struct owned *o, uint32_t slot)
{
	const struct vm_swapdev *d;
	uint32_t i;

	if (slot == SWSLOT_NONE || slot == SWSLOT_BAD)
		return true;
	if ((d = vm_swap_find(o->vm, slot)) == NULL)
		return false;
	i = slot - d->first;
	if (i == 0 && (d->flags & SWF_FILE) == 0)
		return false; /* the label */
	if (!test_bit(d->used, i) || test_bit(d->bad, i) ||
	    test_bit(o->bits[d - o->vm->swap.dev], i))
		return false;
	o->bits[d - o->vm->swap.dev][i / 64] |= (uint64_t)1 << i % 64;
	return true;
}

static bool
own_anons(struct core_load *load, struct owned *o)
{
	const struct vm_anons *a = &load->m->vm.anons;

	for (uint32_t i = 1; i < a->fresh; i++)
		if (!own(o, vm_anon_slot(a, i)))
			return sim_core_refuse_at(&load->in,
			    anon_offset(load, i),
			    "anon %u cannot have swap slot %u", i,
			    vm_anon_slot(a, i));
	return true;
}

static bool
own_objects(struct core_load *load, struct owned *o)
{
	struct vm_object *obj = load->m->vm.first_object;
	uint32_t slot;

	for (; obj != NULL; obj = obj->next)
		for (uint64_t i = 0;
		     (i = sparse_next(&obj->swap, i, &slot)) != SPARSE_END; i++)
			if (!own(o, slot))
				return sim_core_refuse_at(&load->in,
				    load->in.span[CORE_OBJECTS].offset,
				    "object %u cannot have swap slot %u",
				    obj->id, slot);
	return true;
}

/* Whatever is in use and not bad has been found. */
static bool
all_owned(struct core_load *load, const struct owned *o)
{
	const struct vm_swap *s = &load->m->vm.swap;

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++) {
		const struct vm_swapdev *d = &s->dev[i];
		uint64_t n = 0;

		if (d->flags == 0)
			continue;
		for (uint32_t w = 0; w <= (d->npages - 1) / 64; w++)
			n += (uint64_t)__builtin_popcountll(o->bits[i][w]);
		if (n != d->npginuse - d->npgbad)
			return sim_core_refuse_at(&load->in,
			    load->in.span[CORE_SWAP].offset,
			    "swap device %u has %u slots in use that are not "
			    "bad, %llu have an owner",
			    i, d->npginuse - d->npgbad, (unsigned long long)n);
	}
	return true;
}

static bool
check_swap(struct core_load *load)
{
	struct owned o = { .vm = &load->m->vm };
	bool ok = true;

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS && ok; i++) {
		const struct vm_swapdev *d = &o.vm->swap.dev[i];

		if (d->flags == 0)
			continue;
		o.bits[i] = calloc(d->npages / 64 + 1, sizeof(uint64_t));
		ok = o.bits[i] != NULL ||
		    sim_core_refuse_errno(&load->in, ENOMEM);
	}
	ok = ok && own_anons(load, &o) && own_objects(load, &o) &&
	    all_owned(load, &o);
	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++)
		free(o.bits[i]);
	return ok;
}

/* -------------------------------------------------------- free lists ---- */

/*
 * A list that ends after exactly as many free frames as there are has each of
 * them once.  (The free blocks of a machine that is not plain are
 * vm_phys_check()'s.)
 */
static bool
check_free_frames(struct core_load *load)
{
	const struct vm_pages *pages = &load->m->vm.pages;
	uint32_t nfree = 0, n = 0;
	pfn_t pfn;

	if (!load->m->vm.phys.plain)
		return pages->freelist == 0 ||
		    sim_core_refuse_at(&load->in,
			load->in.span[CORE_FRAMES].offset,
			"a list of free frames beside the blocks");
	for (pfn = 1; pfn < pages->fresh; pfn++)
		nfree += (pages->page[pfn].pg_flags & PG_FREE) != 0;
	for (pfn = pages->freelist; pfn != 0; pfn = pages->page[pfn].qnext)
		if (!(pages->page[pfn].pg_flags & PG_FREE) || n++ == nfree)
			return sim_core_refuse_at(&load->in,
			    frame_offset(load, pfn),
			    "list of free frames "
			    "does not end, or frame %u on it is not free",
			    pfn);
	return n == nfree ||
	    sim_core_refuse_at(&load->in, load->in.span[CORE_FRAMES].offset,
		"%u of %u free frames are on "
		"the list of free frames",
		n, nfree);
}

static bool
check_free_anons(struct core_load *load)
{
	const struct vm_anons *a = &load->m->vm.anons;
	uint32_t nfree = 0, n = 0, i;

	for (i = 1; i < a->fresh; i++)
		nfree += a->anon[i].ref == 0;
	for (i = a->freelist; i != 0; i = a->anon[i].where)
		if (a->anon[i].ref != 0 || n++ == nfree)
			return sim_core_refuse_at(&load->in,
			    anon_offset(load, i),
			    "list of free anons does "
			    "not end, or anon %u on it is not free",
			    i);
	if (n != nfree || a->inuse != a->fresh - 1 - nfree)
		return sim_core_refuse_at(&load->in,
		    load->in.span[CORE_ANONS].offset,
		    "%u of %u free anons "
		    "are on the list of free anons, %u are in use",
		    n, nfree, a->inuse);
	return true;
}

/* An amap's slots name anons in use. */
static bool
check_slots(struct core_load *load)
{
	const struct core_names *names = &load->names[CORE_SLAB_AMAPS];
	const struct vm_anons *a = &load->m->vm.anons;

	for (uint32_t id = 1; id <= names->nitems; id++) {
		struct vm_amap *amap;
		uint32_t anon;

		if (names->state[id] != CORE_NAME_DEFINED)
			continue;
		amap = slab_item(&load->m->vm.amaps, id);
		for (uint64_t i = 0;
		     (i = sparse_next(&amap->slots, i, &anon)) != SPARSE_END;
		     i++)
			if (a->anon[anon].ref == 0)
				return sim_core_refuse_at(&load->in,
				    anon_offset(load, anon),
				    "anon %u is free "
				    "but in amap %u",
				    anon, id);
	}
	return true;
}

/* ----------------------------------------------- references of slots ---- */

/* An entry begins or ends to use the slots of an amap here. */
struct border {
	const struct vm_amap *amap;
	uint64_t slot;
	int delta;
};

static int
by_slot(const void *a, const void *b)
{
	const struct border *x = a, *y = b;

	if (x->amap != y->amap)
		return x->amap->id < y->amap->id ? -1 : 1;
	return (x->slot > y->slot) - (x->slot < y->slot);
}

static size_t
collect_borders(const struct core_load *load, struct border *out)
{
	size_t n = 0;

	for (uint32_t i = 0; i < load->nspaces; i++) {
		const struct vm_map *map = &load->spaces[i]->vm_map;
		const struct vm_map_entry *e = map->header.next;

		for (; e != &map->header; e = e->next) {
			if (e->amap == NULL)
				continue;
			out[n++] = (struct border){ e->amap, e->ar_pageoff, 1 };
			out[n++] = (struct border){ e->amap,
				e->ar_pageoff + pg_atop(map, e->end - e->start),
				-1 };
		}
	}
	return n;
}

/* => the run that this slot is in, looked for from an earlier one on */
static const struct amap_run *
run_of(const struct amap_run *run, uint64_t slot)
{
	while (run != NULL && run->next != NULL && run->next->slot <= slot)
		run = run->next;
	return run;
}

/*
 * A slot that no entry uses any more may have kept the reference that the amap
 * had as a whole when its only entry was cut; that of several entries it may
 * not, for these go one by one.
 */
static bool
is_right(uint32_t ref, int uses)
{
	return uses == 0 ? ref <= 1 : ref == (uint32_t)uses;
}

/* Slots from there to the end have `uses' references, as it were. */
static bool
uses_agree(const struct vm_amap *amap, const struct amap_run *run,
    uint64_t slot, uint64_t end, int uses)
{
	if (slot >= end)
		return true;
	if (amap->runs == NULL)
		return is_right(amap->ref, uses);
	for (run = run_of(run, slot); run != NULL && run->slot < end;
	     run = run->next)
		if (!is_right(run->ref, uses))
			return false;
	return true;
}

static bool
refuse_uses(struct core_load *load, const struct border *b, int uses)
{
	return sim_core_refuse_at(&load->in, load->in.span[CORE_AMAPS].offset,
	    "amap %u: "
	    "references of slot %llu on differ from the %d "
	    "entries that use it",
	    b->amap->id, (unsigned long long)b->slot, uses);
}

/*
 * Between two borders every slot has as many references as entries use it, and
 * so have those in front of the first and behind the last one.
 */
static bool
check_borders(struct core_load *load, const struct border *b, size_t n)
{
	const struct amap_run *run = NULL;
	int uses = 0;

	for (size_t i = 0; i < n; i++) {
		const struct vm_amap *amap = b[i].amap;
		const bool last = i + 1 == n || b[i + 1].amap != amap;

		if (i == 0 || b[i - 1].amap != amap) {
			run = amap->runs;
			if (!uses_agree(amap, run, 0, b[i].slot, 0))
				return refuse_uses(load, &b[i], 0);
		}
		uses += b[i].delta;
		run = run_of(run, b[i].slot);
		if (!uses_agree(amap, run, b[i].slot,
			last ? amap->nslot : b[i + 1].slot, uses))
			return refuse_uses(load, &b[i], uses);
	}
	return true;
}

/* => also false when an amap is used by no entry at all */
static bool
check_amap_uses(struct core_load *load)
{
	const struct core_names *names = &load->names[CORE_SLAB_AMAPS];
	uint32_t nentries = load->names[CORE_SLAB_ENTRIES].nitems;
	struct border *b = malloc(((size_t)nentries + 1) * 2 * sizeof(*b));
	size_t n;
	bool ok;

	if (b == NULL)
		return sim_core_refuse_errno(&load->in, ENOMEM);
	n = collect_borders(load, b);
	qsort(b, n, sizeof(*b), by_slot);
	ok = check_borders(load, b, n);
	for (uint32_t id = 1, i = 0; id <= names->nitems && ok; id++) {
		if (names->state[id] != CORE_NAME_DEFINED)
			continue;
		while (i < n && b[i].amap->id < id)
			i++;
		if (i == n || b[i].amap->id != id)
			ok = sim_core_refuse_at(&load->in,
			    load->in.span[CORE_AMAPS].offset,
			    "amap %u belongs to no entry", id);
	}
	free(b);
	return ok;
}

/* --------------------------------------------------------- the whole ---- */

static bool
check_names(struct core_load *load)
{
	static const enum core_section home[CORE_NSLABS] = { CORE_SPACES,
		CORE_AMAPS, CORE_OBJECTS };

	for (unsigned i = 0; i < CORE_NSLABS; i++)
		if (load->names[i].missing != 0)
			return sim_core_refuse_at(&load->in,
			    load->in.span[home[i]].offset,
			    "%u names in use "
			    "are missing from section \"%s\"",
			    load->names[i].missing,
			    sim_core_section_name[home[i]]);
	return true;
}

bool
sim_core_check(struct core_load *load)
{
	return check_names(load) && check_frames(load) && check_anons(load) &&
	    check_swap(load) && check_free_frames(load) &&
	    check_free_anons(load) && check_slots(load) &&
	    check_amap_uses(load);
}
