/*
 * Looking ahead in a batch of references: inside of vm_access_policy.c.
 *
 * What a reference needs of the host's memory is fetched before its turn, step
 * by step as each step says where the next is:
 *
 *	i + AHEAD_PTE	walk to its PTE, fetch it and its slot
 *	i + AHEAD_AMAP	not mapped: walk to its anon's name, fetch that
 *	i + AHEAD_ANON	fetch the anon and its swap slot
 *	i		its turn
 *
 * Only the pointer to the PTE is relied on; it is good as long as no table has
 * been freed.  All else is a hint.
 */
#ifndef VM_ACCESS_AHEAD_H
#define VM_ACCESS_AHEAD_H

#include "vm_access.h"

#define AHEAD_PTE	24
#define AHEAD_AMAP	16
#define AHEAD_ANON	8
#define AHEAD_RING	32		/* a power of two above AHEAD_PTE */
#define AHEAD_NODES	16		/* a power of two */

/*
 * The lowest inner tables met last, by the number of the stretch of addresses
 * that they map, and how an address is cut.
 */
struct ahead_nodes {
	uint64_t	key[AHEAD_NODES];	/* + 1; 0: none */
	void *const    *child[AHEAD_NODES];	/* its leaf tables */
	vaddr_t		end;			/* of the user's addresses */
	unsigned	node_shift, leaf_shift, page_shift;
	uint32_t	node_mask, leaf_mask;
};

struct ahead {
	struct ahead_nodes nodes;
	uint64_t       *pte[AHEAD_RING];	/* or `nothing' */
	const uint32_t *name[AHEAD_RING];	/* of the anon, or &nobody */
	uint64_t	nothing;		/* 0 */
	uint32_t	nobody;			/* 0 */
	uint32_t	ndropped;		/* of the pmap, when filled */
};

static inline void
ahead_nodes_init(struct ahead_nodes *n, const struct vm_map *map)
{
	const struct pmap *pmap = map->pmap;
	const struct pmap_geometry *geo = pmap->sys->geo;
	const unsigned last = geo->nlevels - 2u;

	for (unsigned i = 0; i < AHEAD_NODES; i++)
		n->key[i] = 0;
	n->end = vm_map_max(map);
	n->leaf_shift = geo->shift[last];
	n->node_shift = geo->shift[last] + geo->bits[last];
	n->page_shift = pmap->page_shift;
	n->node_mask = PT_ENTRIES(geo, last) - 1;
	n->leaf_mask = pmap->leaf_mask;
}

/* => false: there is no such table */
static inline bool
ahead_node(struct ahead_nodes *n, const struct pmap *pmap, vaddr_t va)
{
	const uint64_t key = va >> n->node_shift;
	const struct pt_node *node = va < n->end ?
	    pmap_node_ahead(pmap, va) : NULL;

	if (node == NULL)
		return false;
	n->key[key % AHEAD_NODES] = key + 1;
	n->child[key % AHEAD_NODES] = node->child;
	return true;
}

/* The PTE of va, and its slot; NULL: there is no table. */
static inline uint64_t *
ahead_find(struct ahead_nodes *n, const struct pmap *pmap, vaddr_t va,
    uint32_t **slot)
{
	const uint64_t key = va >> n->node_shift;
	const uint32_t i = (uint32_t)(va >> n->page_shift) & n->leaf_mask;
	uint64_t *leaf;

	if (unlikely(n->key[key % AHEAD_NODES] != key + 1) &&
	    !ahead_node(n, pmap, va))
		return NULL;
	leaf = n->child[key % AHEAD_NODES][(va >> n->leaf_shift) &
	    n->node_mask];
	if (unlikely(leaf == NULL))
		return NULL;
	*slot = (uint32_t *)(void *)(leaf + n->leaf_mask + 1) + i;
	return leaf + i;
}

static inline void
ahead_pte(struct ahead *a, const struct pmap *pmap, size_t i, vaddr_t va)
{
	uint32_t *slot;
	uint64_t *pte = ahead_find(&a->nodes, pmap, va, &slot);

	if (likely(pte != NULL)) {
		__builtin_prefetch(pte, 1);
		__builtin_prefetch(slot);
	} else {
		pte = &a->nothing;
	}
	a->pte[i % AHEAD_RING] = pte;
	a->name[i % AHEAD_RING] = &a->nobody;
}

static inline void
ahead_amap(struct ahead *a, const struct vm_map *map, size_t i, vaddr_t va)
{
	const struct vm_map_entry *e = map->hint;
	const uint32_t *name;

	if (likely(*a->pte[i % AHEAD_RING] != 0) || va < e->start ||
	    va >= e->end || e->amap == NULL)
		return;
	name = sparse_ahead(&e->amap->slots, vm_entry_slot(map, e, va));
	if (name == NULL)
		return;
	__builtin_prefetch(name);
	a->name[i % AHEAD_RING] = name;
}

static inline void
ahead_anon(const struct ahead *a, const struct vm *vm, size_t i)
{
	const uint32_t name = *a->name[i % AHEAD_RING];

	if (name == 0 || name > vm->anons.nanons)
		return;
	__builtin_prefetch(&vm->anons.anon[name], 1);
	if (vm->anons.slot != NULL)
		__builtin_prefetch(&vm->anons.slot[name], 1);
}

#endif /* VM_ACCESS_AHEAD_H */
