/*
 * Checking sets: R1 to R4 of vm_replace.h (R5 is the daemon's own).
 */
#include "vm_replace_internal.h"

#include <stdio.h>

/* R1 */
static const char *
check_slot(struct vm_set *set, uint32_t slot)
{
	pfn_t pfn;

	if (set->page[slot] == 0)
		return NULL;
	return !vm_set_may_have(set, vm_set_va(set, slot), &pfn) ||
		pmap_slot(set->pmap, vm_set_va(set, slot)) != slot ?
	    "R1: a slot and its mapping do not agree" :
	    NULL;
}

static uint64_t
count_mappings(struct vm_set *set, struct vm_map *map)
{
	vaddr_t va = vm_map_min(map), end = vm_map_max(map);
	uint64_t n = 0;
	pfn_t pfn;

	for (; (va = pmap_next_mapped(set->pmap, va, end)) < end;
	     va += pg_size(map))
		n += vm_set_may_have(set, va, &pfn);
	return n;
}

static const char *
check_set(struct vm_map *map)
{
	struct vm_set *set = map->pmap->client;
	const char *why = NULL;
	uint64_t taken = 0;

	if (set == NULL)
		return NULL;
	if (set->used > set->frames || set->nfree > set->used)
		return "R3: more slots than there are";
	if (set->faulting != 0 || set->held != 0)
		return "R3: a fault has not ended";
	for (uint32_t i = 0; i < set->nfree; i++)
		if (set->free[i] == 0 || set->free[i] > set->used ||
		    set->page[set->free[i]] != 0)
			return "R3: a slot on the free stack is not free";
	for (uint32_t slot = 1; slot <= set->used && why == NULL; slot++) {
		taken += set->page[slot] != 0;
		why = check_slot(set, slot);
	}
	if (why == NULL && taken != set->used - set->nfree)
		why = "R3: free slots are not those on the stack";
	if (why == NULL && taken != count_mappings(set, map))
		why = "R2: a mapped page is in no slot";
	return why != NULL ? why : set->run.policy->check(set->run.state);
}

const char *
vm_replace_check(struct vm *vm, char *buf, size_t len)
{
	struct vmspace *space;
	const char *why;

	for (space = vm->first_space; space != NULL; space = space->next_space)
		if ((why = check_set(&space->vm_map)) != NULL) {
			snprintf(buf, len, "map %u: %s", space->vm_map.id, why);
			return buf;
		}
	return NULL;
}
