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
 * Only the pointer to the PTE is relied on; it is good as long as no leaf table
 * has been freed.  All else is a hint.
 */
#ifndef VM_ACCESS_AHEAD_H
#define VM_ACCESS_AHEAD_H

#include "vm_access.h"

#define AHEAD_PTE	24
#define AHEAD_AMAP	16
#define AHEAD_ANON	8
#define AHEAD_RING	32		/* a power of two above AHEAD_PTE */

struct ahead {
	uint64_t       *pte[AHEAD_RING];	/* or `nothing' */
	const uint32_t *name[AHEAD_RING];	/* of the anon, or &nobody */
	uint64_t	nothing;		/* 0 */
	uint32_t	nobody;			/* 0 */
	uint32_t	ndropped;		/* of the pmap, when filled */
	vaddr_t		end;			/* of the user's addresses */
};

static inline void
ahead_pte(struct ahead *a, const struct pmap *pmap, size_t i, vaddr_t va)
{
	uint64_t *pte = likely(va < a->end) ? pmap_pte_ahead(pmap, va) : NULL;

	if (likely(pte != NULL)) {
		__builtin_prefetch(pte, 1);
		__builtin_prefetch(pmap_slot_beside(pmap, pte, va));
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
