/*
 * The fault routine (uvm_fault; reference 6).
 *
 *		  amap	object		access		case
 *		  -----	------		------		----
 *	upper	  anon	  -		read, or ref 1	1A  map the anon's page
 *	layer	  anon	  -		write, ref > 1	1B  copy it
 *	lower	   -	page		read, or shared	2A  map object's page
 *	layer	   -	page		private write	2B  promote: copy
 *		   -	no object	any		2B  promote: zero
 *
 * Order: look up and check the protection; clear NEEDSCOPY if the access needs
 * an amap of its own (then start again); map resident neighbours; resolve the
 * page itself.  Everything that may be needed from the host is in stock before
 * the first change, so a fault fails for want of simulated frames only.
 *
 * A single-CPU simulation has no busy pages, no relocking, no loans.  uvm_fault
 * itself, with short cuts for the commonest faults, is in vm_fault_express.c;
 * what is done with the page that was found, in vm_fault_enter.c.
 */
#include "vm_fault_internal.h"
#include "vm_page_inline.h"
#include "pmap/pmap_inline.h"

#include <errno.h>

/* A fault waits for memory so often at most: what one wait gains, the next
   allocation may use up, and what that brings in, the next wait may take. */
#define MAXTRIES 100

/* Pages behind and ahead of the fault to be mapped with it, by advice. */
static const struct {
	uint8_t back, forw;
} window_of[] = {
	[UVM_ADV_NORMAL] = { VM_FAULT_BACK, VM_FAULT_FORW },
	[UVM_ADV_RANDOM] = { 0, 0 },
	[UVM_ADV_SEQUENTIAL] = { 8, 7 },
};

/*
 * Host memory for one fault: an anon's slot and an object's page (an amap_copy
 * on the way leaves these in stock), a window of pvs, and the tables of a
 * window that lies across two leaf tables.
 */
static int
stock_up(struct vm *vm)
{
	int error = amap_reserve_nodes(vm, 0, 0);

	return error == 0 ? pmap_reserve(&vm->pmaps, 3, UVM_MAXRANGE) : error;
}

static inline int
stock(struct vm *vm)
{
	if (likely(vm->sparse.leaves.nfree >= FAULT_LEAVES &&
		vm->sparse.inners.nfree >= FAULT_INNERS &&
		vm->pmaps.leaves.nfree >= 2 &&
		vm->pmaps.nodes.nfree >= 2 * (PMAP_MAXLEVELS - 2) &&
		vm->pmaps.pvs.nfree >= UVM_MAXRANGE + vm->pmaps.pv_held &&
		!mem_injecting(vm->mem)))
		return 0;
	return stock_up(vm);
}

/* --------------------------------------------------------- check stage ---- */

/* Find the entry; descends into a submap. */
static int
fault_lookup(struct fault *f)
{
	while (vm_map_lookup_entry(f->map, f->va, &f->entry)) {
		if ((f->entry->etype & UVM_ET_SUBMAP) == 0)
			return 0;
		f->map = f->entry->submap;
	}
	return vm_fault_fail(f, EFAULT, VM_PROT_NONE);
}

/*
 * Linux's guards are marks on the pages: an access that the area would allow
 * finds nothing there.  => EACCES, or EFAULT of such a page
 */
static int
refusal(const struct fault *f, const struct vm_map_entry *e)
{
	const vm_prot_t right = f->access == VM_PROT_READ ? VM_PROT_ALL :
							    f->access;

	return e->flags & UVM_MAP_GUARD && f->map->flags & VM_MAP_ANYREAD &&
		(e->aux & right) != 0 ?
	    EFAULT :
	    EACCES;
}

/*
 * => 0: go on; ERESTART-like -1: NEEDSCOPY was cleared, begin again; errno
 */
static int
fault_check(struct fault *f)
{
	struct vm_map_entry *e;
	vm_prot_t check;
	int error = fault_lookup(f);

	if (unlikely(error != 0))
		return error;
	e = f->entry;
	check = f->flags & FAULT_MAXPROT ? e->max_protection : e->protection;
	if (unlikely(f->map->flags & VM_MAP_ANYREAD && check != VM_PROT_NONE))
		check |= VM_PROT_READ;
	if (unlikely((f->access & ~check) != 0 || check == VM_PROT_NONE))
		return vm_fault_fail(f, refusal(f, e), check);
	f->enter = e->protection;
	f->wired = e->wired_count > 0 || (f->flags & FAULT_WIRE) != 0;
	if (unlikely(f->wired)) {
		f->access = f->enter;
		f->cow_now = (check & VM_PROT_WRITE) != 0;
		f->narrow = true;
	} else {
		f->cow_now = (f->access & VM_PROT_WRITE) != 0;
	}
	if (e->etype & UVM_ET_NEEDSCOPY) {
		if (f->cow_now || !vm_entry_has_object(e)) {
			error = amap_copy(f->vm, f->map, e, 0, f->va,
			    f->va + pg_size(f->vm));
			f->vm->exp.fltamcopy += error == 0;
			return error != 0 ? error : -1;
		}
		f->enter &= (vm_prot_t)~VM_PROT_WRITE;
	}
	if (unlikely(e->amap == NULL && !vm_entry_has_object(e)))
		return vm_fault_fail(f, EFAULT, check);
	if (e->amap != NULL && vm_entry_has_object(e) &&
	    (f->access & VM_PROT_WRITE) != 0)
		f->narrow = true;
	return 0;
}

/* ---------------------------------------------------------- neighbours ---- */

static void
enter_neighbour(struct vm_map *map, vaddr_t va, pfn_t pfn, vm_prot_t prot)
{
	struct vm *vm = map->vm;

	if (vm->pages.page[pfn].pg_wire == 0 &&
	    (vm->pages.page[pfn].pg_flags & PQ_ALL) == 0)
		uvm_pageactivate(vm, pfn);
	(void)pmap_enter_ahead(map->pmap, va, pfn, prot);
}

/* May a read-only look at this object page be mapped writable already? */
static vm_prot_t
object_prot(const struct fault *f, pfn_t pfn)
{
	const struct vm_page *pg = &f->vm->pages.page[pfn];

	if (f->entry->etype & UVM_ET_COPYONWRITE ||
	    (pg->pg_flags & PG_FILE && pg->pg_flags & PG_CLEAN))
		return f->enter & (vm_prot_t)~VM_PROT_WRITE;
	return f->enter;
}

void
vm_fault_neighbour(struct vm_map *map, vaddr_t va, uint32_t anon,
    vm_prot_t enter)
{
	const struct vm_anon *a = &map->vm->anons.anon[anon];

	if (unlikely(a->where == PFN_NONE))
		return;
	map->vm->exp.fltnamap++;
	VM_EVENT(map->vm, NEIGHBOUR, map, va, a->where, 0, 0);
	enter_neighbour(map, va, a->where,
	    a->ref > 1 ? enter & (vm_prot_t)~VM_PROT_WRITE : enter);
}

static void
neighbour(struct fault *f, vaddr_t va)
{
	struct vm_map_entry *e = f->entry;
	struct vm *vm = f->vm;
	uint32_t anon = 0;
	pfn_t pfn;

	if (e->amap != NULL)
		anon = sparse_get(&e->amap->slots,
		    vm_entry_slot(f->map, e, va));
	if (anon != 0) {
		vm_fault_neighbour(f->map, va, anon, f->enter);
	} else if (vm_entry_has_object(e) && e->object->pager->fault == NULL &&
	    (pfn = sparse_get(&e->object->pages,
		 pg_atop(vm, e->offset + (va - e->start)))) != PFN_NONE) {
		vm->exp.fltnomap++;
		VM_EVENT(vm, NEIGHBOUR, f->map, va, pfn, 1, 0);
		enter_neighbour(f->map, va, pfn, object_prot(f, pfn));
	}
}

/* SEQUENTIAL: what lies behind is done with. */
static void
put_behind(struct fault *f, vaddr_t start)
{
	struct vm_map_entry *e = f->entry;
	uint32_t anon;

	if (e->amap != NULL) {
		uint64_t slot = vm_entry_slot(f->map, e, start);
		uint64_t end = vm_entry_slot(f->map, e, f->va);

		for (; (slot = sparse_next(&e->amap->slots, slot, &anon)) < end;
		     slot++)
			if (f->vm->anons.anon[anon].where != PFN_NONE)
				uvm_pagedeactivate(f->vm,
				    f->vm->anons.anon[anon].where);
	}
	if (vm_entry_has_object(e))
		(void)e->object->pager->put(f->vm, e->object,
		    pg_atop(f->vm, e->offset + (start - e->start)),
		    pg_atop(f->vm, e->offset + (f->va - e->start)),
		    PGO_DEACTIVATE);
}

/*
 * The slots of a window of anonymous memory as a bitmap, bit 0 for lo, if the
 * amap's leaf at hand covers it.
 */
static inline bool
window_bits(const struct vm_map *map, const struct vm_map_entry *e, vaddr_t lo,
    vaddr_t hi, uint64_t *bits)
{
	const struct sparse *s = &e->amap->slots;
	uint64_t from = vm_entry_slot(map, e, lo) - s->last_base;
	uint64_t n = pg_atop(map, hi - lo);

	if (s->last == NULL || from >= SPARSE_FANOUT ||
	    from + n > SPARSE_FANOUT)
		return false;
	*bits = s->last->used >> from & (((uint64_t)1 << n) - 1);
	return true;
}

/* Cut the window of the advice to the entry. */
static inline void
clip_window(const struct fault *f, vaddr_t *lo, vaddr_t *hi)
{
	const struct vm_map_entry *e = f->entry;
	vsize_t back = pg_ptoa(f->vm, window_of[e->advice].back);
	vsize_t forw = pg_ptoa(f->vm, window_of[e->advice].forw + 1);

	*lo = f->va - e->start < back ? e->start : f->va - back;
	*hi = e->end - f->va < forw ? e->end : f->va + forw;
}

/* Map the anons of the set bits, bit 0 for lo, that are not mapped yet. */
static inline void
map_bits(struct fault *f, vaddr_t lo, uint64_t bits)
{
	struct pmap *pmap = f->map->pmap;
	const uint64_t *leaf = pmap_leaf(pmap, f->va);
	unsigned first = pt_leaf_index(pmap, lo);
	bool within = leaf != NULL && first <= pt_leaf_index(pmap, f->va) &&
	    first + UVM_MAXRANGE <= pmap->leaf_mask;

	for (; bits != 0; bits &= bits - 1) {
		unsigned i = (unsigned)__builtin_ctzll(bits);

		if (within ? leaf[first + i] == 0 :
			     !pmap_is_mapped(pmap, lo + pg_ptoa(pmap, i)))
			neighbour(f, lo + pg_ptoa(pmap, i));
	}
}

static inline void
map_neighbours(struct fault *f)
{
	const struct vm_map_entry *e = f->entry;
	struct pmap *pmap = f->map->pmap;
	vaddr_t lo, hi, va;
	uint64_t bits;

	clip_window(f, &lo, &hi);
	if (unlikely(e->advice == UVM_ADV_SEQUENTIAL && lo < f->va)) {
		put_behind(f, lo);
		lo = f->va;
	}
	if (vm_entry_has_object(e) || !window_bits(f->map, e, lo, hi, &bits)) {
		for (va = lo; va < hi; va += pg_size(f->vm))
			if (va != f->va && !pmap_is_mapped(pmap, va))
				neighbour(f, va);
		return;
	}
	bits &= ~((uint64_t)1 << pg_atop(f->vm, f->va - lo));
	if (bits != 0)
		map_bits(f, lo, bits);
}

/* ----------------------------------------------------- the page itself ---- */

/* counter: what to count if no frame can be had by waiting either */
static int
no_frame(struct fault *f, uint64_t *counter)
{
	VM_EVENT(f->vm, NOMEM, f->map, f->va, 0, 0, 0);
	f->starved = counter;
	return ENOMEM;
}

/* Case 1B: the anon is shared and the access writes. */
static int
copy_anon(struct fault *f, uint32_t name)
{
	struct vm *vm = f->vm;
	struct vm_amap *amap = f->entry->amap;
	struct vm_anon *old = &vm->anons.anon[name];
	uint32_t new;
	pfn_t pfn;

	new = anon_alloc(vm, amap, vm_entry_slot(f->map, f->entry, f->va),
	    &pfn);
	if (unlikely(new == 0))
		return no_frame(f, &vm->exp.fltnoram);
	vm->exp.flt_acow++;
	if (vm->pages.tag != NULL)
		vm->pages.tag[pfn] = vm->pages.tag[old->where];
	if (amap->flags & AMAP_SHARED)
		pmap_page_protect(&vm->pmaps, old->where, VM_PROT_NONE);
	VM_EVENT(vm, ANON_COW, f->map, f->va, name, old->where, new);
	sparse_set(&vm->sparse, &amap->slots,
	    vm_entry_slot(f->map, f->entry, f->va), new);
	old->ref--;
	return vm_fault_enter_new(f, pfn);
}

/*
 * The anon has no frame: its page is brought in from swap, or zero if it was
 * given up.  The relock afterwards always succeeds, and the anon is looked at
 * once more, which fltanretry counts.
 */
static int
bring_in(struct fault *f, uint32_t name)
{
	struct vm *vm = f->vm;
	const uint32_t slot = vm_anon_slot(&vm->anons, name);
	struct vm_amap *amap = f->entry->amap;
	int error = vm_anon_pagein_at(vm, name, amap,
	    vm_entry_slot(f->map, f->entry, f->va));

	if (error == ENOMEM)
		return no_frame(f, &vm->exp.fltnoram);
	f->read_in = true;
	if (slot == SWSLOT_NONE) {
		vm->stat.minflt++;
		vm->exp.flt_przero++;
		VM_EVENT(vm, PROMOTE_ZERO, f->map, f->va, name,
		    vm->anons.anon[name].where, 0);
		return 0;
	}
	vm->stat.majflt++;
	vm->exp.fltrelck++;
	vm->exp.fltrelckok++;
	if (error != 0)
		return vm_fault_fail(f, error, f->enter);
	vm->exp.fltanretry++;
	VM_EVENT(vm, SWAPIN, f->map, f->va, name, vm->anons.anon[name].where,
	    slot);
	return 0;
}

/* Case 1: an anon is there. */
static int
fault_anon(struct fault *f, uint32_t name)
{
	struct vm *vm = f->vm;
	const struct vm_anon *anon = &vm->anons.anon[name];
	vm_prot_t prot = f->enter;
	int error;

	vm->exp.fltanget++;
	if (likely(anon->where != PFN_NONE)) {
		vm->stat.minflt++;
	} else {
		if ((error = bring_in(f, name)) != 0)
			return error;
		uvm_pageactivate(vm, anon->where);
	}
	if (anon->ref > 1 && f->cow_now)
		return copy_anon(f, name);
	vm->exp.flt_anon++;
	VM_EVENT(vm, ANON, f->map, f->va, name, anon->where, anon->ref);
	if (anon->ref > 1)
		prot &= (vm_prot_t)~VM_PROT_WRITE;
	if (unlikely(vm->pages.page[anon->where].pg_flags & PG_CLEAN) &&
	    f->access & prot & VM_PROT_WRITE)
		uvm_pagemarkdirty(vm, anon->where, PG_DIRTY);
	return vm_fault_enter(f, anon->where, prot);
}

/* Case 2B: a new anon, copy of an object's page (pfn) or zero (PFN_NONE). */
static int
promote(struct fault *f, pfn_t from)
{
	struct vm *vm = f->vm;
	struct vm_map_entry *e = f->entry;
	const uint64_t slot = vm_entry_slot(f->map, e, f->va);
	uint32_t anon;
	pfn_t pfn;

	vm_reserv_color(&e->amap->reserv, pg_atop(vm, f->va) - slot);
	anon = anon_alloc(vm, e->amap, slot, &pfn);
	if (unlikely(anon == 0))
		return no_frame(f, &vm->exp.fltnoanon);
	if (from == PFN_NONE) {
		vm->exp.flt_przero++;
		VM_EVENT(vm, PROMOTE_ZERO, f->map, f->va, anon, pfn, 0);
	} else {
		vm->exp.flt_prcopy++;
		if (vm->pages.tag != NULL)
			vm->pages.tag[pfn] = vm->pages.tag[from];
		if (e->amap->flags & AMAP_SHARED)
			pmap_page_protect(&vm->pmaps, from, VM_PROT_NONE);
		VM_EVENT(vm, PROMOTE_COPY, f->map, f->va, e->object->id, from,
		    pfn);
	}
	sparse_set(&vm->sparse, &e->amap->slots,
	    vm_entry_slot(f->map, e, f->va), anon);
	return vm_fault_enter_new(f, pfn);
}

/* The policy `eager': all of the range around.  => false: not so */
static bool
fill(struct fault *f)
{
	pfn_t pfn;

	if (!vm_super_eager(f->map, f->entry, f->va, f->enter, f->access,
		f->wired, &pfn))
		return false;
	vm_fault_dirty(f, pfn);
	VM_EVENT(f->vm, PTE, f->map, f->va, pfn, f->enter, f->wired);
	return true;
}

/* The object's page at the fault, read in if it is not resident. */
static int
object_page(struct fault *f, pfn_t *pfn)
{
	struct vm *vm = f->vm;
	struct vm_object *obj = f->entry->object;
	uint64_t i = pg_atop(vm, f->entry->offset + (f->va - f->entry->start));
	int error;

	vm->exp.fltlget++;
	*pfn = sparse_get(&obj->pages, i);
	if (*pfn != PFN_NONE && pg_ptoa(vm, i) < pg_round(vm, obj->size)) {
		vm->stat.minflt++;
		return 0;
	}
	vm->exp.fltget++;
	f->read_in = true;
	error = obj->pager->get(vm, obj, i, pfn);
	if (error == ENOMEM)
		return no_frame(f, &vm->exp.fltnoram);
	vm->stat.majflt++;
	if (error != 0)
		return vm_fault_fail(f, error, f->enter);
	if (vm->pages.page[*pfn].pg_flags & PG_FILE)
		VM_EVENT(vm, PAGEIN, f->map, f->va, obj->id, *pfn,
		    pg_ptoa(vm, i));
	uvm_pageactivate(vm, *pfn);
	return 0;
}

/* Device memory: the pager does it all, with the entry's rights. */
static int
fault_device(struct fault *f)
{
	struct vm_object *obj = f->entry->object;
	pfn_t pfn;
	int error;

	if (f->entry->etype & UVM_ET_COPYONWRITE)
		return vm_fault_fail(f, EACCES, f->enter);
	error = obj->pager->fault(f->vm, obj,
	    pg_atop(f->vm, f->entry->offset + (f->va - f->entry->start)), &pfn);
	if (error != 0)
		return vm_fault_fail(f, error, f->enter);
	f->vm->stat.minflt++;
	return vm_fault_enter(f, pfn, f->enter);
}

/* Case 2: no anon. */
static int
fault_lower(struct fault *f)
{
	struct vm *vm = f->vm;
	struct vm_map_entry *e = f->entry;
	vm_prot_t prot;
	pfn_t pfn;
	int error;

	if (!vm_entry_has_object(e)) {
		vm->stat.minflt++;
		return vm->config.superpages == VM_SUPER_EAGER && fill(f) ?
		    0 :
		    promote(f, PFN_NONE);
	}
	if ((error = object_page(f, &pfn)) != 0)
		return error;
	if (f->cow_now && (e->etype & UVM_ET_COPYONWRITE) != 0)
		return promote(f, pfn);
	vm->exp.flt_obj++;
	VM_EVENT(vm, OBJ, f->map, f->va, e->object->id, pfn,
	    e->offset + (f->va - e->start));
	if (f->access & f->enter & VM_PROT_WRITE &&
	    (e->etype & UVM_ET_COPYONWRITE) == 0)
		uvm_pagemarkdirty(vm, pfn, PG_DIRTY);
	prot = object_prot(f, pfn);
	return vm_fault_enter(f, pfn, prot);
}

/* Once; what fails for want of a frame may be tried again from its start. */
static int
attempt(struct fault *f)
{
	struct vm_map_entry *e;
	uint32_t anon = 0;
	int error;

	if (unlikely((error = stock(f->vm)) != 0))
		return vm_fault_fail(f, error, f->enter);
	while (unlikely((error = fault_check(f)) != 0))
		if (error != -1)
			return error;
	if (unlikely(f->vm->config.policy != NULL)) {
		f->narrow = true;
		if (f->map->pmap->client != NULL && !f->wired &&
		    ((error = vm_set_room(f->map)) != 0 ||
			(error = stock(f->vm)) != 0))
			return vm_fault_fail(f, error, f->enter);
	}
	e = f->entry;
	if (unlikely(vm_entry_has_object(e) && e->object->pager->fault))
		return fault_device(f);
	if (e->amap != NULL)
		anon = sparse_get(&e->amap->slots,
		    vm_entry_slot(f->map, e, f->va));
	if (!f->narrow)
		map_neighbours(f);
	f->narrow = true; /* from now on */
	return anon != 0 ? fault_anon(f, anon) : fault_lower(f);
}

/*
 * Want of a frame, for a page or for a page table: wait for the daemon and
 * begin again.  => true: so; false: none can be had
 */
static bool
may_retry(struct fault *f, vm_prot_t access, unsigned *tries)
{
	uint64_t *counter = f->starved;

	f->starved = NULL;
	if (f->vm->pageout.starved && ++*tries <= MAXTRIES &&
	    vm_pageout_wait(f->vm)) {
		f->vm->exp.fltnoram += counter != NULL;
		f->access = access;
		f->read_in = false;
		return true;
	}
	if (counter != NULL) {
		(*counter)++;
		(void)vm_fault_fail(f, ENOMEM, f->enter);
	}
	return false;
}

int
vm_fault_resolve(struct fault *f)
{
	const vm_prot_t access = f->access;
	struct vm_map *map = f->map;
	unsigned tries = 0;
	int error;

	f->vm->exp.faults++;
	f->vm->stat.protflt += pmap_is_mapped(map->pmap, f->va);
	VM_EVENT(f->vm, FAULT, map, f->va, access, 0, 0);
	while (unlikely((error = attempt(f)) == ENOMEM) &&
	    may_retry(f, access, &tries))
		f->map = map;
	return error;
}

int
vm_fault_slowly(struct vm_map *map, vaddr_t va, vm_prot_t access)
{
	struct fault f = {
		.vm = map->vm,
		.map = map,
		.va = va,
		.access = access,
	};

	return vm_fault_resolve(&f);
}
