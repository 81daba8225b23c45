/*
 * Sets and the policy of all frames as numbers, for core files.
 *
 * When they are loaded, page tables and frames are there already, and so are
 * sets without pages, one for each space, in the order of their age.  A slot is
 * given to its mapping again only if that may have one; what is then left over
 * is for vm_replace_check() to find.  The state of a policy from outside, which
 * cannot keep it, is made anew: its pages come in by slot.
 */
#include "vm_replace_internal.h"
#include "vm_keep.h"

#include <errno.h>
#include <string.h>

/* A policy that keeps nothing, or whose pages were put in by loading. */
static void
begin_again(struct vm_policy_run *run)
{
	memset(run->block, 0, run->bytes);
	run->policy->init(run->state, &run->args);
}

static void
keep_policy(struct vm *vm, struct vm_policy_run *run, struct vm_keep *k,
    uint32_t taken, uint32_t slots, vm_policy_page_fn *page, void *ctx)
{
	uint32_t key;

	if (k->load)
		begin_again(run);
	if (run->policy->keep != NULL) {
		vm_policy_keep(run->policy, &run->args, run->state, k, vm->mem,
		    taken, page, ctx);
		return;
	}
	for (uint32_t slot = 1; k->load && slot <= slots; slot++)
		if (page(ctx, slot, &key))
			run->policy->insert(run->state, slot, key);
}

/* ---------------------------------------------------------------- sets ---- */

static void
keep_keys(struct vm *vm, struct vm_keys *keys, struct vm_keep *k)
{
	uint32_t n = keys->n;
	uint64_t *group = keys->group;
	int error;

	VM_KEEP(k, n, 0, VM_KEYS_MAX);
	if (n == 0)
		return;
	if (k->load)
		group = mem_zalloc(vm->mem, n * sizeof(*group));
	if (group == NULL) {
		k->refuse(k, NULL);
		return;
	}
	VM_KEEP_ARRAY(k, group, n, 0, VM_SET_MAXPAGE >> VM_KEYS_SHIFT);
	if (!k->load)
		return;
	error = k->ok ? vm_keys_restore(keys, vm->mem, group, n) : 0;
	if (error != 0)
		k->refuse(k,
		    error == ENOMEM ? NULL : "two keys are of the same pages");
	mem_free(vm->mem, group, n * sizeof(*group));
}

/* => the slot's mapping has it again */
static bool
give_back(struct vm_set *set, struct vm_map *map, uint32_t slot)
{
	const vaddr_t va = pg_ptoa(map, set->page[slot] - 1);
	pfn_t pfn;

	if (va < vm_map_min(map) || va >= vm_map_max(map) ||
	    !vm_set_may_have(set, va, &pfn) || pmap_slot(map->pmap, va) != 0)
		return false;
	pmap_set_slot(map->pmap, va, slot);
	return true;
}

static bool
set_page(void *ctx, uint32_t slot, uint32_t *key)
{
	struct vm_set *set = ctx;

	return set->page[slot] != 0 &&
	    vm_set_key(set, set->page[slot] - 1, key) == 0;
}

static void
keep_set(struct vm_map *map, struct vm_keep *k)
{
	struct vm_set *set = map->pmap->client;
	uint32_t taken = 0;

	VM_KEEP(k, set->used, 0, set->frames);
	VM_KEEP(k, set->nfree, 0, set->used);
	VM_KEEP_ARRAY(k, set->free, set->nfree, 1, set->used);
	VM_KEEP_ARRAY(k, (set->page + 1), set->used, 0, VM_SET_MAXPAGE + 1);
	keep_keys(map->vm, &set->keys, k);
	for (uint32_t slot = 1; slot <= set->used && k->ok; slot++) {
		if (set->page[slot] == 0)
			continue;
		taken++;
		if (k->load && !give_back(set, map, slot))
			k->refuse(k, "a page of a policy is not mapped");
	}
	if (k->ok)
		keep_policy(map->vm, &set->run, k, taken, set->used, set_page,
		    set);
}

/* ---------------------------------------------------------- all frames ---- */

static bool
member_page(void *ctx, uint32_t slot, uint32_t *key)
{
	const struct vm_commons *all = ctx;

	*key = all->key[slot];
	return all->member[slot] != 0;
}

static void
keep_all(struct vm *vm, struct vm_keep *k)
{
	struct vm_commons *all = vm->pageout.state;
	const uint32_t n = vm->pages.npages;
	uint32_t taken = 0;

	VM_KEEP_ARRAY(k, (all->member + 1), n, 0, 1);
	VM_KEEP_ARRAY(k, (all->key + 1), n, 0, UINT32_MAX);
	VM_KEEP(k, all->coming, 0, UINT32_MAX);
	for (pfn_t pfn = 1; pfn <= n; pfn++)
		taken += all->member[pfn];
	all->nmembers = taken;
	if (k->ok)
		keep_policy(vm, &all->run, k, taken, n, member_page, all);
}

void
vm_replace_keep(struct vm *vm, struct vm_keep *k)
{
	struct vmspace *space;

	if (vm->config.policy == NULL)
		return;
	if (vm->config.frames == 0) {
		keep_all(vm, k);
		return;
	}
	for (space = vm->first_space; space != NULL && k->ok;
	     space = space->next_space)
		if (space->vm_map.pmap->client != NULL)
			keep_set(&space->vm_map, k);
}
