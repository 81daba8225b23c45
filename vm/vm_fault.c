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
 * itself, with short cuts for the commonest faults, is in vm_fault_express.c.
 */
#include "vm_fault_internal.h"
#include "vm_page_inline.h"
#include "pmap/pmap_inline.h"

#include <errno.h>

#define FAULT_WIRE 0x1    /* wiring: narrow, wired mapping */
#define FAULT_MAXPROT 0x2 /* check max_protection */

/* Pages behind and ahead of the fault to be mapped with it, by advice. */
static const struct {
	uint8_t back, forw;
} window_of[] = {
	[UVM_ADV_NORMAL] = { VM_FAULT_BACK, VM_FAULT_FORW },
	[UVM_ADV_RANDOM] = { 0, 0 },
	[UVM_ADV_SEQUENTIAL] = { 8, 7 },
};

struct fault {
	struct vm *vm;
	struct vm_map *map;
	struct vm_map_entry *entry;
	vaddr_t va; /* page of the fault */
	vm_prot_t access;
	vm_prot_t enter; /* rights the mapping may get */
	unsigned flags;
	bool wired;
	bool cow_now; /* the access wants a private copy */
	bool narrow;
	bool read_in; /* the object's page was not resident */
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

static int
fail(const struct fault *f, int error, vm_prot_t prot)
{
	VM_EVENT(f->vm, FAULT_FAIL, f->map, f->va, f->access, (uint64_t)error,
	    prot);
	return error;
}

/* Find the entry; descends into a submap. */
static int
fault_lookup(struct fault *f)
{
	while (vm_map_lookup_entry(f->map, f->va, &f->entry)) {
		if ((f->entry->etype & UVM_ET_SUBMAP) == 0)
			return 0;
		f->map = f->entry->submap;
	}
	return fail(f, EFAULT, VM_PROT_NONE);
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
	if (unlikely((f->access & ~check) != 0 || check == VM_PROT_NONE))
		return fail(f, EACCES, check);
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
		return fail(f, EFAULT, check);
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
	    (vm->pages.page[pfn].pg_flags & (PQ_ACTIVE | PQ_INACTIVE)) == 0)
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

/*
 * A write fault makes its page dirty: larger mappings ask for that.  Wiring is
 * no write.
 */
static inline void
fault_dirty(const struct fault *f, pfn_t pfn)
{
	if (unlikely(f->vm->pmaps.super) && f->access & VM_PROT_WRITE &&
	    (f->flags & FAULT_WIRE) == 0)
		pmap_page(&f->vm->pmaps, pfn)->pv |= PMAP_ATTR_MOD;
}

/* May all the frames of a larger mapping be wired once more? */
static bool
may_wire(const struct fault *f, pfn_t first, uint64_t n)
{
	for (pfn_t pfn = first; pfn < first + n; pfn++)
		if (f->vm->pages.page[pfn].pg_wire >= VM_MAXWIRE)
			return false;
	return true;
}

/* A resident page by a larger mapping.  => false: not so, nothing changed */
static bool
enter_larger(struct fault *f, pfn_t pfn, vm_prot_t prot, unsigned flags)
{
	unsigned psind = vm_super_fit(f->map, f->entry, f->va, pfn, prot);
	vsize_t mask;
	pfn_t first;

	if (psind == 0)
		return false;
	mask = ((vsize_t)1 << f->vm->config.geometry->sizes[psind].shift) - 1;
	first = pfn - (pfn_t)pg_atop(f->vm, f->va & mask);
	if ((f->wired && !may_wire(f, first, pg_atop(f->vm, mask + 1))) ||
	    pmap_enter_super(f->map->pmap, f->va & ~mask, first, prot,
		flags | (prot & VM_PROT_WRITE), psind) != 0)
		return false;
	if (f->vm->config.geometry->sizes[psind].kind == PMAP_SIZE_GROUP)
		pmap_promote(f->map->pmap, f->va); /* its table may be full */
	f->vm->stat.superflt++;
	return true;
}

/* Enter the mapping of the faulting page and queue the page. */
static inline int
fault_enter(struct fault *f, pfn_t pfn, vm_prot_t prot)
{
	unsigned flags = f->access | (f->wired ? PMAP_WIRED : 0);
	int error = 0;

	if (unlikely(f->wired && (prot & VM_PROT_WRITE) == 0))
		flags &= ~(unsigned)VM_PROT_WRITE;
	if (unlikely(f->wired && f->vm->pages.page[pfn].pg_wire >= VM_MAXWIRE))
		return fail(f, ENOMEM, prot);
	if (likely(!f->vm->pmaps.super) || f->read_in ||
	    !enter_larger(f, pfn, prot, flags))
		error = pmap_enter(f->map->pmap, f->va, pfn, prot, flags);
	if (unlikely(error != 0)) {
		VM_EVENT(f->vm, NOMEM, f->map, f->va, 1, 0, 0);
		return error;
	}
	fault_dirty(f, pfn);
	VM_EVENT(f->vm, PTE, f->map, f->va, pfn, prot, f->wired);
	if (!f->wired)
		uvm_pageactivate(f->vm, pfn);
	return 0;
}

/* The same for a page just made: mapped nowhere, on no queue. */
static inline int
enter_new_page(struct fault *f, pfn_t pfn)
{
	if (unlikely(f->wired ||
		pmap_enter_fresh(f->map->pmap, f->va, pfn, f->enter,
		    f->access) != 0))
		return fault_enter(f, pfn, f->enter);
	fault_dirty(f, pfn);
	VM_EVENT(f->vm, PTE, f->map, f->va, pfn, f->enter, 0);
	page_append(f->vm, pfn, PQ_ACTIVE);
	return 0;
}

static int
no_frame(const struct fault *f, uint64_t *counter)
{
	(*counter)++;
	VM_EVENT(f->vm, NOMEM, f->map, f->va, 0, 0, 0);
	return fail(f, ENOMEM, f->enter);
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
	return enter_new_page(f, pfn);
}

/* Case 1: an anon is there. */
static int
fault_anon(struct fault *f, uint32_t name)
{
	struct vm *vm = f->vm;
	const struct vm_anon *anon = &vm->anons.anon[name];
	vm_prot_t prot = f->enter;

	vm->exp.fltanget++;
	vm->stat.minflt++;
	if (anon->ref > 1 && f->cow_now)
		return copy_anon(f, name);
	vm->exp.flt_anon++;
	VM_EVENT(vm, ANON, f->map, f->va, name, anon->where, anon->ref);
	if (anon->ref > 1)
		prot &= (vm_prot_t)~VM_PROT_WRITE;
	if (unlikely(vm->pages.page[anon->where].pg_flags & PG_CLEAN) &&
	    f->access & prot & VM_PROT_WRITE)
		uvm_pagemarkdirty(vm, anon->where, PG_DIRTY);
	return fault_enter(f, anon->where, prot);
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
	return enter_new_page(f, pfn);
}

/* The policy `eager': all of the range around.  => false: not so */
static bool
fill(struct fault *f)
{
	pfn_t pfn;

	if (!vm_super_eager(f->map, f->entry, f->va, f->enter, f->access,
		f->wired, &pfn))
		return false;
	fault_dirty(f, pfn);
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
	vm->stat.majflt++;
	vm->exp.fltget++;
	f->read_in = true;
	error = obj->pager->get(vm, obj, i, pfn);
	if (error == ENOMEM)
		return no_frame(f, &vm->exp.fltnoram);
	if (error != 0)
		return fail(f, error, f->enter);
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
		return fail(f, EACCES, f->enter);
	error = obj->pager->fault(f->vm, obj,
	    pg_atop(f->vm, f->entry->offset + (f->va - f->entry->start)), &pfn);
	if (error != 0)
		return fail(f, error, f->enter);
	f->vm->stat.minflt++;
	return fault_enter(f, pfn, f->enter);
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
	return fault_enter(f, pfn, prot);
}

static int
fault_resolve(struct fault *f)
{
	struct vm_map_entry *e;
	uint32_t anon = 0;
	int error;

	f->vm->exp.faults++;
	f->vm->stat.protflt += pmap_is_mapped(f->map->pmap, f->va);
	VM_EVENT(f->vm, FAULT, f->map, f->va, f->access, 0, 0);
	if (unlikely((error = stock(f->vm)) != 0))
		return fail(f, error, f->enter);
	while (unlikely((error = fault_check(f)) != 0))
		if (error != -1)
			return error;
	e = f->entry;
	if (unlikely(vm_entry_has_object(e) && e->object->pager->fault))
		return fault_device(f);
	if (e->amap != NULL)
		anon = sparse_get(&e->amap->slots,
		    vm_entry_slot(f->map, e, f->va));
	if (!f->narrow)
		map_neighbours(f);
	return anon != 0 ? fault_anon(f, anon) : fault_lower(f);
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

	return fault_resolve(&f);
}

/* -------------------------------------------------------------- wiring ---- */

/* The end of the mapping at va, of whatever size. */
static vaddr_t
mapping_end(const struct vm_map *map, vaddr_t va)
{
	const struct pmap_geometry *geo = map->vm->config.geometry;
	const unsigned psind = pmap_psind(map->pmap, va);
	const vsize_t size = (vsize_t)1 << geo->sizes[psind].shift;

	return (va & ~(size - 1)) + size;
}

int
uvm_fault_wire(struct vm_map *map, vaddr_t start, vaddr_t end, bool maxprot)
{
	vaddr_t va;

	for (va = start; va < end; va = mapping_end(map, va)) {
		struct fault f = {
			.vm = map->vm,
			.map = map,
			.va = va,
			.flags = FAULT_WIRE | (maxprot ? FAULT_MAXPROT : 0),
		};
		int error = fault_resolve(&f);

		if (error != 0) {
			uvm_fault_unwire(map, start, va);
			return error;
		}
	}
	return 0;
}

void
uvm_fault_unwire(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	pmap_unwire_range(map->pmap, start, end);
}
