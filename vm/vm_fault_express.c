/*
 * uvm_fault and its express lanes: the commonest faults by far, on private
 * memory beside what was touched last.
 *
 *	entry, amap leaf and page table are those of the last fault, nobody
 *	listens, and
 *	  nothing in the slot, nothing to map around it	2B  zero
 *	  an anon that others have too, a write		1B  copy
 *	all else					vm_fault_slowly
 *
 * A lane ends exactly as the long way would, counters included.
 */
#include "vm_fault_internal.h"
#include "vm_page_inline.h"
#include "pmap/pmap_inline.h"

struct lane {
	struct vm_map_entry *e;
	struct sparse_leaf *leaf; /* of the amap */
	uint64_t *pte;
	unsigned slot;  /* of leaf */
	unsigned index; /* of pte in its table */
	vm_prot_t access;
};

/* => all that a lane needs is at hand, and *l says where */
static inline bool
lane_find(struct vm_map *map, vaddr_t va, vm_prot_t access, struct lane *l)
{
	struct vm_map_entry *e = map->hint;
	struct pmap *pmap = map->pmap;
	struct sparse *s;
	uint64_t slot;

	if (va - e->start >= e->end - e->start ||
	    e->etype != UVM_ET_COPYONWRITE || e->wired_count != 0 ||
	    e->advice != UVM_ADV_NORMAL || (access & ~e->protection) != 0 ||
	    map->vm->event_fn != NULL || mem_injecting(map->vm->mem) ||
	    map->vm->config.superpages == VM_SUPER_EAGER)
		return false;
	s = &e->amap->slots;
	slot = vm_entry_slot(map, e, va) - s->last_base;
	if (s->last == NULL || slot >= SPARSE_FANOUT ||
	    !pmap_at_hand(pmap, va, VM_PROT_WRITE))
		return false;
	*l = (struct lane){
		.e = e,
		.leaf = s->last,
		.slot = (unsigned)slot,
		.index = pt_leaf_index(pmap, va),
		.access = access,
	};
	l->pte = &pmap->last_leaf[l->index];
	return true;
}

/* Map a page just made where nothing is mapped, and count the fault. */
static inline void
lane_enter(struct vm_map *map, vaddr_t va, const struct lane *l, pfn_t pfn)
{
	struct vm *vm = map->vm;

	pmap_put_pte(map->pmap, l->pte, pfn, l->e->protection,
	    l->access & VM_PROT_WRITE ? 2 : 1);
	pmap_page(&vm->pmaps, pfn)->pv = pv_make(map->pmap, va);
	page_link(vm, pfn, PQ_ACTIVE);
	vm->exp.faults++;
	vm->stat.minflt++;
	if (unlikely(vm->pmaps.super)) {
		if (l->access & VM_PROT_WRITE)
			pmap_page(&vm->pmaps, pfn)->pv |= PMAP_ATTR_MOD;
		pmap_promote(map->pmap, va);
	}
}

/*
 * Would map_neighbours find nothing to map around va?  The PTEs before it that
 * may be looked at are of its table.
 */
static inline bool
lonely(const struct vm_map *map, const struct lane *l, vaddr_t va)
{
	const struct vm_map_entry *e = l->e;
	const struct sparse *s = &e->amap->slots;
	const uint64_t *pte = l->pte;
	const unsigned i = l->slot;
	uint64_t back = pg_atop(map, va - e->start), forw;

	if (unlikely(pte[-1] == 0 || pte[-2] == 0 || pte[-3] == 0)) {
		back = back < VM_FAULT_BACK ? back : VM_FAULT_BACK;
		for (unsigned k = 1; k <= back; k++)
			if (pte[-(int)k] == 0 &&
			    (i < k || l->leaf->used >> (i - k) & 1))
				return false;
	}
	if (likely(s->last_base + i + 1 >= s->end))
		return true;
	forw = pg_atop(map, e->end - va) - 1;
	forw = forw < VM_FAULT_FORW ? forw : VM_FAULT_FORW;
	return i + forw < SPARSE_FANOUT &&
	    (l->leaf->used >> i >> 1 & (((uint64_t)1 << forw) - 1)) == 0;
}

/* Case 2B, fresh memory with nothing to map on the way.  => false: not so */
static inline bool
zero_fill_express(struct vm_map *map, vaddr_t va, const struct lane *l)
{
	struct sparse *s = &l->e->amap->slots;
	struct vm *vm = map->vm;
	uint32_t anon;
	pfn_t pfn;

	if (l->index < VM_FAULT_BACK || *l->pte != 0 || !lonely(map, l, va) ||
	    (anon = anon_alloc(vm, l->e->amap, s->last_base + l->slot, &pfn)) ==
		0)
		return false;
	l->leaf->used |= (uint64_t)1 << l->slot;
	l->leaf->value[l->slot] = anon;
	s->nused++;
	if (s->last_base + l->slot >= s->end)
		s->end = s->last_base + l->slot + 1;
	vm->exp.flt_przero++;
	lane_enter(map, va, l, pfn);
	return true;
}

/*
 * The window around va, as far as the entry goes: pages before and behind.
 * => false: it is not all in the page table at hand
 */
static inline bool
lane_window(const struct vm_map *map, const struct lane *l, vaddr_t va,
    int *back, int *forw)
{
	const uint64_t before = pg_atop(map, va - l->e->start);
	const uint64_t behind = pg_atop(map, l->e->end - va) - 1;

	*back = before < VM_FAULT_BACK ? (int)before : VM_FAULT_BACK;
	*forw = behind < VM_FAULT_FORW ? (int)behind : VM_FAULT_FORW;
	return l->index >= (unsigned)*back &&
	    l->index + (unsigned)*forw <= map->pmap->leaf_mask;
}

/* A slot of another amap leaf; the leaf at hand stays. */
static uint32_t __attribute__((noinline))
other_leaf(struct sparse *s, uint64_t idx)
{
	struct sparse_leaf *last = s->last;
	const uint64_t base = s->last_base;
	const uint32_t name = sparse_get_walk(s, idx);

	s->last = last;
	s->last_base = base;
	return name;
}

/* Map what is there around va and not mapped. */
static inline void
lane_neighbours(struct vm_map *map, vaddr_t va, const struct lane *l, int back,
    int forw)
{
	struct sparse *s = &l->e->amap->slots;

	for (int k = -back; k <= forw; k++) {
		const unsigned slot = l->slot + (unsigned)k;
		uint32_t name;

		if (likely(l->pte[k] != 0) || k == 0)
			continue;
		name = likely(slot < SPARSE_FANOUT) ?
		    l->leaf->value[slot] :
		    other_leaf(s, s->last_base + l->slot + (uint64_t)k);
		if (name != 0)
			vm_fault_neighbour(map, va + pg_ptoa(map, k), name,
			    l->e->protection);
	}
}

/* => all of the window is mapped */
static inline bool
is_dense(const struct lane *l, int back, int forw)
{
	for (int k = -back; k <= forw; k++)
		if (l->pte[k] == 0 && k != 0)
			return false;
	return true;
}

/*
 * Case 1B, the write to an anon that others have too.  => false: not so.
 * Where tables may be promoted, mapping a neighbour can take the one at hand.
 */
static inline bool
copy_express(struct vm_map *map, vaddr_t va, const struct lane *l)
{
	struct vm *vm = map->vm;
	struct vm_anon *old = &vm->anons.anon[l->leaf->value[l->slot]];
	int back, forw;
	uint32_t new;
	pfn_t pfn;

	if (old->ref == 1 || old->where == PFN_NONE ||
	    (l->access & VM_PROT_WRITE) == 0 ||
	    (l->e->amap->flags & AMAP_SHARED) != 0 ||
	    vm->pmaps.pvs.nfree < UVM_MAXRANGE + vm->pmaps.pv_held ||
	    !lane_window(map, l, va, &back, &forw) ||
	    (vm->pmaps.super && !is_dense(l, back, forw)) ||
	    (new = anon_alloc(vm, l->e->amap,
		 l->e->amap->slots.last_base + l->slot, &pfn)) == 0)
		return false;
	lane_neighbours(map, va, l, back, forw);
	if (vm->pages.tag != NULL)
		vm->pages.tag[pfn] = vm->pages.tag[old->where];
	l->leaf->value[l->slot] = new;
	old->ref--;
	if (*l->pte != 0) {
		vm->stat.protflt++;
		pmap_drop_pte(map->pmap, map->pmap->last_leaf, l->index, va);
		(*map->pmap->last_nvalid)--;
	}
	vm->exp.fltanget++;
	vm->exp.flt_acow++;
	lane_enter(map, va, l, pfn);
	return true;
}

int
uvm_fault(struct vm_map *map, vaddr_t va, vm_prot_t access)
{
	struct lane l;

	va = pg_trunc(map, va);
	if (unlikely(map->vm->config.policy != NULL))
		return vm_replace_fault(map, va, access);
	vm_pageout_kick(map->vm);
	if (likely(lane_find(map, va, access, &l)) &&
	    ((l.leaf->used >> l.slot & 1) == 0 ?
		    zero_fill_express(map, va, &l) :
		    copy_express(map, va, &l)))
		return 0;
	return vm_fault_slowly(map, va, access);
}
