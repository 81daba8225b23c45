/*
 * Amaps: allocation, references, per-slot reference runs (ppref), splitting,
 * extension, copying.
 *
 * Reference: UVM semantics 5.  Where NetBSD keeps am_slots/am_bckptr arrays and
 * an array for ppref, a sparse array and a list of runs stand here: they cost
 * what is used, and every rule that can be observed is the same.  ppref is
 * established when a reference first covers less than the whole amap.
 */
#include "vm_map_internal.h"
#include "vm_page_inline.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int
vm_amap_system_init(struct vm *vm)
{
	slab_init(&vm->amaps, vm->mem, sizeof(struct vm_amap),
	    _Alignof(struct vm_amap), offsetof(struct vm_amap, id));
	slab_init(&vm->amap_runs, vm->mem, sizeof(struct amap_run),
	    _Alignof(struct amap_run), SLAB_NO_ID);
	sparse_pool_init(&vm->sparse, vm->mem);
	return 0;
}

void
vm_amap_system_fini(struct vm *vm)
{
	slab_fini(&vm->amaps);
	slab_fini(&vm->amap_runs);
	sparse_pool_fini(&vm->sparse);
}

int
amap_reserve(struct vm *vm, uint32_t n, uint32_t nleaf, uint32_t nrun)
{
	int error = slab_reserve(&vm->amaps, n);

	if (error == 0)
		error = slab_reserve(&vm->amap_runs, nrun);
	if (error == 0 && nleaf > 0)
		error = sparse_reserve(&vm->sparse, nleaf);
	return error;
}

int
amap_reserve_nodes(struct vm *vm, uint64_t nleaf, uint64_t ninner)
{
	return sparse_reserve_nodes(&vm->sparse, nleaf + FAULT_LEAVES,
	    ninner + FAULT_INNERS);
}

struct vm_amap *
amap_alloc(struct vm *vm, uint64_t nslot, uint64_t maxslot)
{
	struct vm_amap *amap = slab_take(&vm->amaps);
	uint32_t id = amap->id;

	memset(amap, 0, sizeof(*amap));
	amap->id = id;
	amap->ref = 1;
	amap->nslot = nslot;
	amap->maxslot = maxslot;
	vm_reserv_owner_init(&amap->reserv, VM_RESERV_AMAP, id);
	return amap;
}

/* -------------------------------------------------------------- copies ---- */

static struct vm_amap *
by_id(struct vm *vm, uint32_t id)
{
	return id != 0 ? slab_item(&vm->amaps, id) : NULL;
}

void
amap_link_copy(struct vm *vm, struct vm_amap *from, struct vm_amap *to)
{
	struct vm_amap *first = by_id(vm, from->first_copy);

	to->origin = from->id;
	to->next_copy = from->first_copy;
	to->prev_copy = 0;
	if (first != NULL)
		first->prev_copy = to->id;
	from->first_copy = to->id;
	from->copies++;
}

static void
leave_origin(struct vm *vm, struct vm_amap *amap)
{
	struct vm_amap *origin = by_id(vm, amap->origin), *next, *prev;

	if (origin == NULL)
		return;
	next = by_id(vm, amap->next_copy);
	prev = by_id(vm, amap->prev_copy);
	if (next != NULL)
		next->prev_copy = amap->prev_copy;
	if (prev != NULL)
		prev->next_copy = amap->next_copy;
	else
		origin->first_copy = amap->next_copy;
	origin->copies--;
}

/* The amap goes: it is nobody's copy and nobody's original. */
static void
forget_copies(struct vm *vm, struct vm_amap *amap)
{
	struct vm_amap *copy = by_id(vm, amap->first_copy), *next;

	leave_origin(vm, amap);
	for (; copy != NULL; copy = next) {
		next = by_id(vm, copy->next_copy);
		copy->origin = copy->next_copy = copy->prev_copy = 0;
	}
}

/* ---------------------------------------------------------------- runs ---- */

static struct amap_run *
run_new(struct vm *vm, uint64_t slot, uint32_t ref, struct amap_run *next)
{
	struct amap_run *run = slab_take(&vm->amap_runs);

	run->slot = slot;
	run->ref = ref;
	run->next = next;
	return run;
}

static void
runs_free(struct vm *vm, struct vm_amap *amap)
{
	struct amap_run *run, *next;

	for (run = amap->runs; run != NULL; run = next) {
		next = run->next;
		slab_give(&vm->amap_runs, run);
	}
	amap->runs = NULL;
}

/* All slots have the same count so far: write it down. */
static void
runs_establish(struct vm *vm, struct vm_amap *amap)
{
	if (amap->runs == NULL)
		amap->runs = run_new(vm, 0, amap->ref, NULL);
}

static uint64_t
run_end(const struct vm_amap *amap, const struct amap_run *run)
{
	return run->next != NULL ? run->next->slot : amap->nslot;
}

/* Make `slot` the beginning of a run. => the run, or NULL at the end */
static struct amap_run *
run_split(struct vm *vm, struct vm_amap *amap, uint64_t slot)
{
	struct amap_run *run = amap->runs;

	if (slot >= amap->nslot)
		return NULL;
	while (run_end(amap, run) <= slot)
		run = run->next;
	if (run->slot == slot)
		return run;
	run->next = run_new(vm, slot, run->ref, run->next);
	return run->next;
}

/* Join equal neighbours; a single run with every reference is no run. */
static void
runs_normalize(struct vm *vm, struct vm_amap *amap)
{
	struct amap_run *run = amap->runs, *next;

	while (run != NULL && (next = run->next) != NULL) {
		if (run->ref == next->ref) {
			run->next = next->next;
			slab_give(&vm->amap_runs, next);
		} else {
			run = next;
		}
	}
	if (amap->runs != NULL && amap->runs->next == NULL &&
	    amap->runs->ref == amap->ref)
		runs_free(vm, amap);
}

/* Forget the anons of slots [from, to). */
static void
wipe(struct vm *vm, struct vm_amap *amap, uint64_t from, uint64_t to)
{
	uint32_t anon;

	while ((from = sparse_next(&amap->slots, from, &anon)) < to) {
		sparse_set(&vm->sparse, &amap->slots, from, 0);
		uvm_anon_unref(vm, anon);
		from++;
	}
}

/* pp_adjref: change the count of n slots by +1 or -1; wipe those at 0. */
static void
runs_adjust(struct vm *vm, struct vm_amap *amap, uint64_t slot, uint64_t n,
    int delta)
{
	struct amap_run *run = run_split(vm, amap, slot);

	(void)run_split(vm, amap, slot + n);
	for (; run != NULL && run->slot < slot + n; run = run->next) {
		assert(delta > 0 || run->ref > 0);
		run->ref += (uint32_t)delta;
		if (run->ref == 0)
			wipe(vm, amap, run->slot, run_end(amap, run));
	}
	runs_normalize(vm, amap);
}

uint32_t
amap_ppref(const struct vm_amap *amap, uint64_t slot)
{
	const struct amap_run *run = amap->runs;

	if (run == NULL)
		return amap->ref;
	while (run_end(amap, run) <= slot)
		run = run->next;
	return run->ref;
}

/* ---------------------------------------------------------- references ---- */

static bool
is_whole(const struct vm_amap *amap, uint64_t slot, uint64_t n)
{
	return slot == 0 && n >= amap->nslot;
}

void
amap_ref(struct vm *vm, struct vm_map_entry *e, bool shared)
{
	struct vm_amap *amap = e->amap;
	uint64_t n = vm_entry_pages(vm, e);

	if (shared)
		amap->flags |= AMAP_SHARED;
	if (amap->runs == NULL && is_whole(amap, e->ar_pageoff, n)) {
		amap->ref++;
		return;
	}
	runs_establish(vm, amap);
	amap->ref++;
	runs_adjust(vm, amap, e->ar_pageoff, n, 1);
}

static void
unref_leaf(void *ctx, const struct sparse_leaf *leaf)
{
	for (uint64_t bits = leaf->used; bits != 0; bits &= bits - 1)
		anon_unref(ctx, leaf->value[__builtin_ctzll(bits)]);
}

/*
 * Frames of anons that live on in other amaps stay in reservations: the one
 * copy that is left has them now (FreeBSD would collapse the object into its
 * shadow), else they are broken.
 */
static void
leave_reservations(struct vm *vm, struct vm_amap *amap)
{
	if (likely(amap->reserv.first == 0))
		return;
	if (amap->copies == 1)
		vm_reserv_rename(vm, &amap->reserv,
		    &by_id(vm, amap->first_copy)->reserv);
	else
		vm_reserv_break_all(vm, &amap->reserv);
}

/* The last reference went: every anon loses one. */
static void
wipeout(struct vm *vm, struct vm_amap *amap)
{
	sparse_leaves(&amap->slots, unref_leaf, vm);
	sparse_clear(&vm->sparse, &amap->slots);
	leave_reservations(vm, amap);
	runs_free(vm, amap);
	forget_copies(vm, amap);
	slab_give(&vm->amaps, amap);
}

void
amap_unref(struct vm *vm, struct vm_amap *amap, uint64_t slot, uint64_t n)
{
	assert(amap->ref > 0);
	if (amap->ref == 1) {
		wipeout(vm, amap);
		return;
	}
	if (amap->runs == NULL && !is_whole(amap, slot, n))
		runs_establish(vm, amap);
	if (--amap->ref == 1)
		amap->flags &= ~(uint32_t)AMAP_SHARED;
	if (amap->runs != NULL)
		runs_adjust(vm, amap, slot, n, -1);
}

void
amap_splitref(struct vm *vm, struct vm_map_entry *front,
    struct vm_map_entry *back)
{
	struct vm_amap *amap = front->amap;

	assert(back->amap == amap);
	runs_establish(vm, amap);
	amap->ref++;
}

bool
amap_joinable(const struct vm *vm, const struct vm_map_entry *a,
    const struct vm_map_entry *b)
{
	return a->amap == b->amap &&
	    a->ar_pageoff + vm_entry_pages(vm, a) == b->ar_pageoff;
}

void
amap_joinref(struct vm *vm, struct vm_amap *amap)
{
	assert(amap->ref > 1);
	if (--amap->ref == 1)
		amap->flags &= ~(uint32_t)AMAP_SHARED;
	runs_normalize(vm, amap);
}

void
amap_unadd(struct vm *vm, struct vm_amap *amap, uint64_t slot)
{
	uint32_t anon = sparse_get(&amap->slots, slot);
	const pfn_t pfn = vm->anons.anon[anon].where;

	/* Whoever maps it through this amap must look again. */
	if (pfn != PFN_NONE)
		pmap_page_protect(&vm->pmaps, pfn, VM_PROT_NONE);
	sparse_set(&vm->sparse, &amap->slots, slot, 0);
	uvm_anon_unref(vm, anon);
}

/* ----------------------------------------------------------- extension ---- */

/*
 * Slide all slots up by n, so that a backward extension finds room.  Only for
 * small amaps (fewer than UVM_AMAP_LARGE slots), with one reference.
 */
static void
slide_up(struct vm *vm, struct vm_amap *amap, uint64_t n)
{
	for (uint64_t i = amap->nslot; i-- > 0;) {
		uint32_t anon = sparse_get(&amap->slots, i);

		if (anon == 0)
			continue;
		sparse_set(&vm->sparse, &amap->slots, i, 0);
		sparse_set(&vm->sparse, &amap->slots, i + n, anon);
	}
	amap->reserv.colour -= n;
}

/*
 * With one reference left, slots outside the entry are unreachable: counts of
 * single slots mean nothing any more.
 */
static void
drop_runs(struct vm *vm, struct vm_map_entry *e)
{
	struct vm_amap *amap = e->amap;

	wipe(vm, amap, 0, e->ar_pageoff);
	wipe(vm, amap, e->ar_pageoff + vm_entry_pages(vm, e), amap->nslot);
	runs_free(vm, amap);
}

int
amap_extend(struct vm *vm, struct vm_map_entry *e, uint64_t npages,
    bool forwards, bool limited)
{
	struct vm_amap *amap = e->amap;
	uint64_t room = forwards ? 0 : e->ar_pageoff;
	uint64_t slide = npages > room ? npages - room : 0;
	uint64_t need = forwards ?
	    e->ar_pageoff + vm_entry_pages(vm, e) + npages :
	    amap->nslot + slide;

	assert(amap->ref == 1);
	if (need > amap->maxslot && need >= UVM_AMAP_LARGE &&
	    (limited || !forwards))
		return E2BIG;
	if (!forwards && slide > 0 &&
	    amap_reserve_nodes(vm, amap->slots.nleaves,
		amap->slots.ninners + SPARSE_MAXPATH) != 0)
		return ENOMEM;
	drop_runs(vm, e);
	if (!forwards) {
		if (slide > 0)
			slide_up(vm, amap, slide);
		e->ar_pageoff = slide > 0 ? 0 : room - npages;
	}
	if (need > amap->nslot)
		amap->nslot = need;
	if (amap->nslot > amap->maxslot)
		amap->maxslot = amap->nslot;
	return 0;
}

/* ---------------------------------------------------------------- copy ---- */

/*
 * The neighbour of an entry that is about to get its first amap may take it
 * over instead ("copying" trymerge): equal but for NEEDSCOPY, with an amap of
 * one reference that can be extended.
 */
static bool
absorbs(const struct vm_map *map, const struct vm_map_entry *n,
    const struct vm_map_entry *e)
{
	return n != &map->header && n->amap != NULL && n->amap->ref == 1 &&
	    n->etype == (e->etype & ~UVM_ET_NEEDSCOPY) &&
	    n->object == e->object && n->flags == e->flags &&
	    n->aux == e->aux && n->protection == e->protection &&
	    n->max_protection == e->max_protection &&
	    n->inheritance == e->inheritance && n->advice == e->advice &&
	    n->wired_count == 0 && e->wired_count == 0;
}

static bool
object_runs_on(const struct vm_map_entry *a, const struct vm_map_entry *b)
{
	return !vm_entry_has_object(a) ||
	    a->offset + (a->end - a->start) == b->offset;
}

/* e goes; its range belongs to a neighbour from now on. */
static bool
merge_copying(struct vm *vm, struct vm_map *map, struct vm_map_entry *e)
{
	struct vm_map_entry *next = e->next, *prev = e->prev;
	vaddr_t start = e->start, end = e->end;
	uint64_t n = vm_entry_pages(vm, e);

	if (e->flags & UVM_MAP_NOMERGE)
		return false;
	if (next->start == end && absorbs(map, next, e) &&
	    object_runs_on(e, next) &&
	    amap_extend(vm, next, n, false, true) == 0) {
		vm_entry_unlink(map, e);
		next->start = start;
		if (vm_entry_has_object(next))
			next->offset = e->offset;
		vm_entry_fix_gap(map, next->prev);
	} else if (prev->end == start && absorbs(map, prev, e) &&
	    object_runs_on(prev, e) &&
	    amap_extend(vm, prev, n, true, true) == 0) {
		vm_entry_unlink(map, e);
		prev->end = end;
		vm_entry_fix_gap(map, prev);
	} else {
		return false;
	}
	if (vm_entry_has_object(e))
		vm_object_unref(vm, e->object);
	vm_entry_free(map, e);
	return true;
}

/* First amap of an entry (of the 16-page chunk around the fault if large). */
static int
copy_first(struct vm *vm, struct vm_map *map, struct vm_map_entry *e,
    unsigned flags, vaddr_t start, vaddr_t end)
{
	const vaddr_t chunk = pg_ptoa(vm, UVM_AMAP_CHUNK);
	bool chunked = (flags & AMAP_COPY_NOCHUNK) == 0 &&
	    (map->flags & VM_MAP_CHUNK) != 0;
	int error;

	if ((error = slab_reserve(&vm->entries, 2)) != 0 ||
	    (error = amap_reserve(vm, 1, 0, 4)) != 0 ||
	    (error = amap_reserve_nodes(vm, 0, 0)) != 0)
		return error;
	if (chunked && vm_entry_pages(vm, e) >= UVM_AMAP_LARGE) {
		vm_map_clip_start(map, e, start & ~(chunk - 1));
		vm_map_clip_end(map, e, (end + chunk - 1) & ~(chunk - 1));
	}
	if (chunked && (flags & AMAP_COPY_NOMERGE) == 0 &&
	    merge_copying(vm, map, e))
		return 0;
	e->amap = amap_alloc(vm, vm_entry_pages(vm, e), vm_entry_pages(vm, e));
	e->ar_pageoff = 0;
	e->etype &= (uint8_t)~UVM_ET_NEEDSCOPY;
	return 0;
}

/* Own copy of a shared amap: every anon gains a reference. */
static int
copy_shared(struct vm *vm, struct vm_map *map, struct vm_map_entry *e)
{
	struct vm_amap *from = e->amap, *to;
	uint64_t n = vm_entry_pages(vm, e), base = e->ar_pageoff, slot = base;
	uint64_t leaves = 0, inners = 0;
	uint32_t anon;
	int error;

	sparse_copy_cost(&from->slots, base, &leaves, &inners);
	if ((error = amap_reserve(vm, 1, 0, 4)) != 0 ||
	    (error = amap_reserve_nodes(vm, leaves, inners)) != 0)
		return error;
	to = amap_alloc(vm, n, n);
	if (from->reserv.coloured)
		vm_reserv_color(&to->reserv, from->reserv.colour + base);
	while ((slot = sparse_next(&from->slots, slot, &anon)) < base + n) {
		vm->anons.anon[anon].ref++;
		sparse_set(&vm->sparse, &to->slots, slot - base, anon);
		slot++;
	}
	amap_link_copy(vm, from, to);
	VM_EVENT(vm, AMAP_COPY, map, e->start, from->id, to->id,
	    to->slots.nused);
	amap_unref(vm, from, base, n);
	e->amap = to;
	e->ar_pageoff = 0;
	e->etype &= (uint8_t)~UVM_ET_NEEDSCOPY;
	return 0;
}

int
amap_copy(struct vm *vm, struct vm_map *map, struct vm_map_entry *e,
    unsigned flags, vaddr_t start, vaddr_t end)
{
	assert(e->etype & UVM_ET_NEEDSCOPY);
	if (e->amap == NULL)
		return copy_first(vm, map, e, flags, start, end);
	if (e->amap->ref > 1)
		return copy_shared(vm, map, e);
	e->etype &= (uint8_t)~UVM_ET_NEEDSCOPY;
	return 0;
}

/*
 * A wired entry was forked: the child gets pages of its own at once, so that
 * the parent never takes a copy-on-write fault.  => frames were counted before
 */
int
amap_cow_now(struct vm *vm, struct vm_map *map, struct vm_map_entry *e)
{
	struct vm_amap *amap = e->amap;
	uint64_t slot = 0;
	uint32_t name;

	for (; (slot = sparse_next(&amap->slots, slot, &name)) != SPARSE_END;
	     slot++) {
		struct vm_anon *anon = &vm->anons.anon[name];
		uint32_t copy;
		pfn_t pfn;

		/* What is out is not wired: it is copied when it is written. */
		if (anon->ref == 1 || anon->where == PFN_NONE)
			continue;
		copy = uvm_analloc(vm, amap, slot, &pfn);
		if (copy == 0)
			return ENOMEM;
		if (vm->pages.tag != NULL)
			vm->pages.tag[pfn] = vm->pages.tag[anon->where];
		sparse_set(&vm->sparse, &amap->slots, slot, copy);
		anon->ref--;
		uvm_pageactivate(vm, pfn);
		VM_EVENT(vm, ANON_COW, map, e->start + pg_ptoa(vm, slot), name,
		    pfn, copy);
	}
	/* Every page is its own: it is no longer anybody's copy. */
	leave_origin(vm, amap);
	amap->origin = amap->next_copy = amap->prev_copy = 0;
	return 0;
}

void
amap_share_protect(struct vm *vm, struct vm_map_entry *e)
{
	uint64_t slot = 0;
	uint32_t name;

	for (; (slot = sparse_next(&e->amap->slots, slot, &name)) != SPARSE_END;
	     slot++)
		if (vm->anons.anon[name].where != PFN_NONE)
			pmap_page_protect(&vm->pmaps,
			    vm->anons.anon[name].where,
			    VM_PROT_READ | VM_PROT_EXEC);
}

/* ------------------------------------------------------------ checking ---- */

static const char *
check_runs(const struct vm_amap *amap)
{
	uint64_t expect = 0;

	for (const struct amap_run *r = amap->runs; r != NULL; r = r->next) {
		if (r->slot < expect || (expect == 0 && r->slot != 0) ||
		    r->slot >= amap->nslot)
			return "A3: runs do not cover the slots";
		if (r->ref > amap->ref)
			return "A3: a slot has more references than its amap";
		expect = r->slot + 1;
	}
	return NULL;
}

/* Every copy in the list says where it is from, and there are so many. */
static bool
copies_agree(struct vm *vm, const struct vm_amap *amap)
{
	const struct vm_amap *copy = by_id(vm, amap->first_copy);
	uint32_t n = 0;

	for (; copy != NULL && n < amap->copies;
	     copy = by_id(vm, copy->next_copy), n++)
		if (copy->origin != amap->id)
			return false;
	return copy == NULL && n == amap->copies;
}

const char *
amap_check(struct vm *vm, struct vm_amap *amap)
{
	const char *why = sparse_check(&amap->slots);
	const struct amap_run *run = amap->runs;
	uint64_t slot = 0;
	uint32_t anon;

	if (why == NULL)
		why = check_runs(amap);
	if (amap->ref == 0)
		why = "A1: amap without reference";
	if (amap->nslot > amap->maxslot)
		why = "A2: nslot beyond maxslot";
	if (amap->ref == 1 && (amap->flags & AMAP_SHARED) != 0)
		why = "A4: SHARED with one reference";
	if (!copies_agree(vm, amap))
		why = "A5: copies and originals disagree";
	for (; why == NULL &&
	     (slot = sparse_next(&amap->slots, slot, &anon)) != SPARSE_END;
	     slot++) {
		while (run != NULL && run_end(amap, run) <= slot)
			run = run->next;
		if (slot >= amap->nslot)
			why = "A2: used slot beyond nslot";
		else if (anon > vm->anons.nanons ||
		    vm->anons.anon[anon].ref == 0)
			why = "A1: slot names a free anon";
		else if ((run != NULL ? run->ref : amap->ref) == 0)
			why = "A3: a slot of no reference holds an anon";
	}
	return why;
}
