/*
 * The express lane of sets: a fault on private anonymous memory, its page in
 * swap or fresh, and a victim that is such a page too.
 *
 *	comes	no anon			zero		2B
 *		anon, in a slot		page in		1A
 *	goes	clean			frame
 *		dirty			slot, write, frame
 *
 * Entry and table of the page that comes are at hand, nobody listens, nobody
 * else has the anon, and no daemon follows pages.  All else goes the long way,
 * each half by itself: vm_fault_slowly() and vm_page_evict().  The lane ends as
 * they would, counters included.
 */
#include "vm_replace_internal.h"
#include "vm_page_inline.h"
#include "pmap/pmap_inline.h"

/* ---------------------------------------------------------------- goes ---- */

/*
 * A dirty page of an anon to a new slot; there is one.  => it is as good as
 * clean; false: it could not be written, and stays
 */
static inline bool
write_out(struct vm *vm, pfn_t pfn, uint32_t *slot)
{
	uint32_t got;
	int error;

	vm_swap_free(vm, *slot, 1);
	*slot = vm_swap_alloc(vm, 1, true, &got);
	vm->exp.pgswapout++;
	error = vm_swap_put(vm, *slot, &pfn, 1);
	vm->exp.pdpageouts++;
	if (likely(error == 0))
		return true;
	vm_swap_markbad(vm, *slot);
	*slot = SWSLOT_BAD;
	uvm_pagemarkdirty(vm, pfn, PG_DIRTY);
	return false;
}

/* vm_page_evict() of a page of an anon that is mapped nowhere. */
static inline void
send_away(struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = &vm->pages.page[pfn];
	struct vm_anons *a = &vm->anons;
	const uint32_t name = pg->owner;

	if (unlikely(a->slot == NULL || vm->swap.avail <= vm->exp.swpginuse ||
		a->inuse + vm->exp.free + 1 > a->nanons)) {
		(void)vm_page_evict(vm, pfn);
		return;
	}
	if (((pg->pg_flags & PG_DIRTY) != 0 ||
		(pg->md.pv & PMAP_ATTR_MOD) != 0) &&
	    !write_out(vm, pfn, &a->slot[name]))
		return;
	vm->exp.swpgonly += vm_slot_is_place(a->slot[name]);
	a->anon[name].where = PFN_NONE;
	page_free(vm, pfn);
}

/* The node above the table of va, and its place there.  => it is mapped */
static inline struct pt_node *
node_of(const struct pmap *pmap, vaddr_t va, unsigned *index)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	const unsigned last = geo->nlevels - 2u;
	struct pt_node *node = pmap->root;

	for (unsigned level = 0; level < last; level++)
		node = node->child[pt_index(geo, va, level)];
	*index = pt_index(geo, va, last);
	return node;
}

bool
vm_set_evict_express(struct vm_set *set, uint32_t slot)
{
	const vaddr_t va = pg_ptoa(set->pmap, set->page[slot] - 1);
	struct pmap *pmap = set->pmap;
	const unsigned i = pt_leaf_index(pmap, va);
	struct vm *vm = set->vm;
	const struct vm_page *pg;
	struct pt_node *node;
	uint64_t *leaf;
	unsigned index;
	pfn_t pfn;

	node = node_of(pmap, va, &index);
	leaf = node->child[index];
	pfn = pte_pfn(pmap, leaf[i]);
	pg = &vm->pages.page[pfn];
	if (unlikely(!set->express || vm->event_fn != NULL ||
		mem_injecting(vm->mem) || (pg->pg_flags & PG_ANON) == 0 ||
		pg->pg_wire != 0 || pg->md.pv_more != 0))
		return false;
	pt_slots(pmap, leaf)[i] = 0;
	pmap_drop_pte(pmap, leaf, i, va);
	if (unlikely(--node->nvalid[index] == 0))
		pt_leaf_drop(pmap, node, index);
	pmap_op_done(&vm->pmaps);
	vm->stat.evictions++;
	vm->stat.dirtyevict += (pg->md.pv & PMAP_ATTR_MOD) != 0;
	send_away(vm, pfn);
	return true;
}

/* --------------------------------------------------------------- comes ---- */

/* What a page in the lane comes from. */
struct coming {
	struct vm_map_entry *e;
	uint64_t slot; /* of the amap */
	uint32_t name; /* of its anon; 0: none yet */
};

/* => the fault may take the lane */
static inline bool
look(struct vm_map *map, vaddr_t va, vm_prot_t access, struct coming *c)
{
	struct vm_map_entry *e = map->hint;
	struct pmap *pmap = map->pmap;
	struct vm *vm = map->vm;
	const struct vm_anon *anon;
	struct sparse *s;

	if (va - e->start >= e->end - e->start ||
	    e->etype != UVM_ET_COPYONWRITE || e->wired_count != 0 ||
	    (access & ~e->protection) != 0 || vm->event_fn != NULL ||
	    mem_injecting(vm->mem) || !pmap_at_hand(pmap, va, VM_PROT_WRITE))
		return false;
	s = &e->amap->slots;
	c->e = e;
	c->slot = vm_entry_slot(map, e, va);
	c->name = sparse_get(s, c->slot);
	if (c->name == 0)
		return s->last != NULL &&
		    c->slot - s->last_base < SPARSE_FANOUT;
	anon = &vm->anons.anon[c->name];
	return anon->ref == 1 && anon->where == PFN_NONE &&
	    vm_slot_is_place(vm_anon_slot(&vm->anons, c->name));
}

/* => the page's frame; PFN_NONE: it must go the long way */
static inline pfn_t
page_in(struct vm *vm, const struct coming *c)
{
	if (vm_anon_pagein_at(vm, c->name, c->e->amap, c->slot) != 0)
		return PFN_NONE;
	vm->exp.fltanget++;
	vm->stat.majflt++;
	vm->exp.fltrelck++;
	vm->exp.fltrelckok++;
	vm->exp.fltanretry++;
	vm->exp.flt_anon++;
	return vm->anons.anon[c->name].where;
}

/* The same; the leaf of the amap is at hand. */
static inline pfn_t
zero_fill(struct vm *vm, const struct coming *c)
{
	struct sparse *s = &c->e->amap->slots;
	const unsigned i = (unsigned)(c->slot - s->last_base);
	pfn_t pfn;
	uint32_t anon = anon_alloc(vm, c->e->amap, c->slot, &pfn);

	if (anon == 0)
		return PFN_NONE;
	s->last->used |= (uint64_t)1 << i;
	s->last->value[i] = anon;
	s->nused++;
	if (c->slot >= s->end)
		s->end = c->slot + 1;
	vm->stat.minflt++;
	vm->exp.flt_przero++;
	return pfn;
}

pfn_t
vm_set_fault_express(struct vm_map *map, vaddr_t va, vm_prot_t access)
{
	struct vm_set *set = map->pmap->client;
	struct pmap *pmap = map->pmap;
	struct vm *vm = map->vm;
	struct coming c;
	pfn_t pfn = PFN_NONE;

	if (!set->express || !look(map, va, access, &c))
		return PFN_NONE;
	vm->exp.faults++; /* first, for the time of what is written */
	if (vm_set_room(map) == 0 && pmap_at_hand(pmap, va, VM_PROT_WRITE))
		pfn = c.name != 0 ? page_in(vm, &c) : zero_fill(vm, &c);
	if (unlikely(pfn == PFN_NONE)) {
		vm->exp.faults--;
		return PFN_NONE;
	}
	pmap_put_pte(pmap, &pmap->last_leaf[pt_leaf_index(pmap, va)], pfn,
	    c.e->protection, access & VM_PROT_WRITE ? 2 : 1);
	pmap_page(&vm->pmaps, pfn)->pv = pv_make(pmap, va);
	page_append(vm, pfn, PQ_ACTIVE);
	return pfn;
}
