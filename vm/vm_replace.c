/*
 * Sets: the pages that a process may have mapped, by a policy that sees every
 * reference.
 *
 *	fault, page not mapped	   a slot is free, or victim -> evict
 *				   ... the fault maps the page ...
 *				   insert
 *	fault, page mapped	   the slot is held while the fault may take
 *				   the mapping away (a copy); then hit
 *
 * Slots are taken as the counting engine takes them: that freed last, or else
 * the lowest one never used; the page that comes gets the slot of the one that
 * went.
 */
#include "vm_replace_internal.h"
#include "pmap/pmap_inline.h"

#include <errno.h>

/* --------------------------------------------------- policies at work ---- */

int
vm_policy_start(struct vm *vm, uint32_t frames, struct vm_policy_run *run)
{
	run->policy = vm->config.policy;
	run->args = vm->config.policy_args;
	run->args.frames = frames;
	run->bytes = run->policy->bytes(&run->args) + VM_POLICY_ALIGN;
	run->block = mem_zalloc(vm->mem, run->bytes);
	if (run->block == NULL)
		return ENOMEM;
	run->state = (char *)run->block + VM_POLICY_ALIGN -
	    (uintptr_t)run->block % VM_POLICY_ALIGN;
	run->policy->init(run->state, &run->args);
	return 0;
}

void
vm_policy_stop(struct vm *vm, struct vm_policy_run *run)
{
	mem_free(vm->mem, run->block, run->bytes);
	run->block = NULL;
}

/* Those of the house that have no key() do not. */
static bool
looks_at_keys(const struct vm_policy *policy)
{
	for (size_t i = 0; vm_policies[i] != NULL; i++)
		if (vm_policies[i] == policy)
			return policy->key != NULL;
	return true;
}

/* ---------------------------------------------------------------- life ---- */

static void
free_set(struct vm *vm, struct vm_set *set)
{
	const size_t n = set->frames + (size_t)1;

	vm_policy_stop(vm, &set->run);
	mem_free(vm->mem, set->free, n * sizeof(*set->free));
	mem_free(vm->mem, set->page, n * sizeof(*set->page));
	vm_keys_fini(&set->keys, vm->mem);
	mem_free(vm->mem, set, sizeof(*set));
}

int
vm_set_create(struct vm *vm, struct pmap *pmap)
{
	const size_t n = vm->config.frames + (size_t)1;
	struct vm_set *set;

	if (vm->config.policy == NULL || vm->config.frames == 0 || pmap->kernel)
		return 0;
	set = mem_zalloc(vm->mem, sizeof(*set));
	if (set == NULL)
		return ENOMEM;
	set->vm = vm;
	set->pmap = pmap;
	set->frames = vm->config.frames;
	set->keyed = looks_at_keys(vm->config.policy);
	set->express = vm->phys.plain && vm->pmaps.hpt == NULL &&
	    !vm->pageout.follows && !vm->pageout.clock &&
	    (vm->config.daemon == NULL || vm->config.daemon->refault == NULL);
	set->free = mem_zalloc(vm->mem, n * sizeof(*set->free));
	set->page = mem_zalloc(vm->mem, n * sizeof(*set->page));
	if (set->free == NULL || set->page == NULL ||
	    vm_policy_start(vm, set->frames, &set->run) != 0) {
		free_set(vm, set);
		return ENOMEM;
	}
	pmap->client = set;
	return 0;
}

void
vm_set_destroy(struct pmap *pmap)
{
	struct vm_set *set = pmap->client;

	if (set == NULL)
		return;
	assert(set->used == set->nfree);
	pmap->client = NULL;
	free_set(set->vm, set);
}

/* --------------------------------------------------------------- slots ---- */

static inline bool
is_full(const struct vm_set *set)
{
	return set->used == set->frames && set->nfree == 0;
}

/* The slot, which the policy has freed or never had, is free. */
static inline void
give_slot(struct vm_set *set, uint32_t slot)
{
	set->page[slot] = 0;
	set->free[set->nfree++] = slot;
}

static void
remove_page(struct vm_set *set, uint32_t slot)
{
	set->run.policy->remove(set->run.state, slot);
	give_slot(set, slot);
}

void
vm_set_gone(void *ctx, struct pmap *pmap, vaddr_t va, uint32_t slot)
{
	struct vm_set *set = pmap->client;

	(void)ctx;
	if (slot != set->held || set->faulting != pg_atop(pmap, va) + 1)
		remove_page(set, slot);
}

/* Frames of devices are in no set. */
static bool
is_device(const struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = &vm->pages.page[pfn];
	const struct vm_object *obj;

	if ((pg->pg_flags & PG_TABLED) == 0)
		return false;
	obj = slab_item(&vm->objects, pg->owner);
	return obj->pager == &uvm_deviceops || obj->pager == &phys_pager;
}

/*
 * What the frame remembers of writes before it came in must not be taken for
 * one after that: it becomes the page's.
 */
static void
forget_writes(struct vm *vm, pfn_t pfn)
{
	struct pmap_page *pg = pmap_page(&vm->pmaps, pfn);

	if (likely((pg->pv & PMAP_ATTR_MOD) == 0) || pg->pv_more != 0)
		return;
	pg->pv &= ~PMAP_ATTR_MOD;
	uvm_pagemarkdirty(vm, pfn, PG_DIRTY);
}

/* The page at va, mapped in this frame, comes in.  => a slot is free */
static void
insert_page(struct vm_set *set, vaddr_t va, pfn_t pfn, uint32_t key)
{
	const uint32_t slot = set->nfree > 0 ? set->free[--set->nfree] :
					       ++set->used;

	assert(slot <= set->frames);
	set->page[slot] = pg_atop(set->pmap, va) + 1;
	forget_writes(set->vm, pfn);
	pmap_set_slot(set->pmap, va, slot);
	set->run.policy->insert(set->run.state, slot, key);
}

int
vm_set_key(struct vm_set *set, uint64_t page, uint32_t *key)
{
	*key = 0;
	return set->keyed ? vm_keys_get(&set->keys, set->vm->mem, page, key) :
			    0;
}

/* ------------------------------------------------------------ eviction ---- */

/* The page of a slot goes, whatever it is. */
static void
evict_slowly(struct vm_set *set, uint32_t slot)
{
	const vaddr_t va = vm_set_va(set, slot);
	struct pmap *pmap = set->pmap;
	struct vm *vm = set->vm;
	uint64_t pte;
	bool dirty;
	pfn_t pfn;

	pte = pmap_leaf(pmap, va)[pt_leaf_index(pmap, va)];
	pfn = pte_pfn(pmap, pte);
	pmap_set_slot(pmap, va, 0);
	pmap_remove(pmap, va, va + pg_size(vm));
	dirty = (pte & pmap->sys->geo->pte.dirty) != 0;
	if (!pmap_page_is_mapped(&vm->pmaps, pfn)) {
		dirty |= pmap_was_modified(&vm->pmaps, pfn);
		if (vm_page_evictable(vm, pfn))
			(void)vm_page_evict(vm, pfn);
	}
	vm->stat.evictions++;
	vm->stat.dirtyevict += dirty;
}

/* => it is mapped still */
static void
tell_victim(const struct vm_map *map, const struct vm_set *set, uint32_t slot)
{
	const vaddr_t va = vm_set_va(set, slot);
	const uint64_t pte = pmap_leaf(map->pmap,
	    va)[pt_leaf_index(map->pmap, va)];

	VM_EVENT(map->vm, VICTIM, map, va, pte_pfn(map->pmap, pte), slot,
	    (pte & map->pmap->sys->geo->pte.dirty) != 0);
}

/* The page of a slot that the policy has freed goes. */
static void
evict(struct vm_map *map, uint32_t slot)
{
	struct vm_set *set = map->pmap->client;

	if (unlikely(map->vm->event_fn != NULL))
		tell_victim(map, set, slot);
	if (!vm_set_evict_express(set, slot))
		evict_slowly(set, slot);
	set->last = slot;
	give_slot(set, slot);
}

struct vm_policy_run *
vm_replace_run(struct vm_map *map)
{
	struct vm_set *set = map->pmap->client;

	if (set != NULL)
		return &set->run;
	return map->vm->config.policy != NULL && map->vm->config.frames == 0 ?
	    &((struct vm_commons *)map->vm->pageout.state)->run :
	    NULL;
}

bool
vm_replace_is_ghost(struct vm_map *map, vaddr_t va)
{
	const struct vm_policy_run *run = vm_replace_run(map);
	const struct vm_set *set = map->pmap->client;
	uint32_t key;

	if (run == NULL || run->policy->ghost == NULL)
		return false;
	if (set == NULL)
		key = ((struct vm_commons *)map->vm->pageout.state)->coming;
	else if (!vm_keys_find(&set->keys, pg_atop(map, va), &key))
		return false;
	return run->policy->ghost(run->state, key);
}

void
vm_replace_next(struct vm_map *map)
{
	const struct vm_policy *policy = map->vm->config.policy;
	struct vm_policy_run *run = vm_replace_run(map);

	if (policy->next != NULL && run != NULL)
		policy->next(run->state,
		    map->vm->future != NULL ? *map->vm->future :
					      VM_POLICY_NEVER);
}

void
vm_replace_after(struct vm_map *map)
{
	struct vm_set *set = map->pmap->client;
	uint32_t slot;

	if (map->vm->future != NULL)
		map->vm->future++;
	if (map->vm->config.policy->expired == NULL)
		return;
	if (set == NULL) {
		if (map->vm->config.frames == 0)
			vm_commons_expire(map->vm);
		return;
	}
	while ((slot = set->run.policy->expired(set->run.state)) != 0)
		evict(map, slot);
}

int
vm_set_room(struct vm_map *map)
{
	struct vm_set *set = map->pmap->client;
	uint32_t key;
	int error;

	if (set->held != 0)
		return 0;
	error = vm_set_key(set, set->faulting - 1, &key);
	if (error == 0 && is_full(set))
		evict(map, set->run.policy->victim(set->run.state, key));
	return error;
}

/* -------------------------------------------------------------- faults ---- */

bool
vm_set_may_have(struct vm_set *set, vaddr_t va, pfn_t *pfn)
{
	const struct pte_format *f = &set->pmap->sys->geo->pte;
	const uint64_t *leaf = pmap_leaf(set->pmap, va);
	uint64_t pte;

	if (leaf == NULL)
		return false;
	pte = leaf[pt_leaf_index(set->pmap, va)];
	*pfn = pte_pfn(set->pmap, pte);
	return (pte & (f->valid | f->wired)) == f->valid &&
	    !is_device(set->vm, *pfn);
}

/* The fault at va is over. */
static void
settle(struct vm_set *set, vaddr_t va, int error)
{
	const struct vm_policy *policy = set->run.policy;
	const uint32_t held = set->held;
	uint32_t key;
	pfn_t pfn;

	set->faulting = 0;
	set->held = 0;
	if (!vm_set_may_have(set, va, &pfn)) {
		if (held != 0)
			remove_page(set, held);
		return;
	}
	if (held == 0) {
		/* The key was made when there was made room. */
		(void)vm_set_key(set, pg_atop(set->pmap, va), &key);
		insert_page(set, va, pfn, key);
		return;
	}
	pmap_set_slot(set->pmap, va, held);
	if (error == 0)
		policy->hit(set->run.state, held);
}

int
vm_replace_fault(struct vm_map *map, vaddr_t va, vm_prot_t access)
{
	struct vm_set *set = map->pmap->client;
	uint32_t key;
	int error;
	pfn_t pfn;

	if (map->vm->config.frames == 0)
		return vm_commons_fault(map, va, access);
	vm_pageout_kick(map->vm);
	if (set == NULL) /* the kernel */
		return vm_fault_slowly(map, va, access);
	set->faulting = pg_atop(map, va) + 1;
	set->held = pmap_slot(map->pmap, va);
	if (set->held == 0 &&
	    (pfn = vm_set_fault_express(map, va, access)) != PFN_NONE) {
		set->faulting = 0;
		(void)vm_set_key(set, pg_atop(map, va), &key);
		insert_page(set, va, pfn, key);
		return 0;
	}
	error = vm_fault_slowly(map, va, access);
	settle(set, va, error);
	return error;
}

void
vm_set_unwired(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_set *set = map->pmap->client;
	uint32_t key;
	pfn_t pfn;

	while ((start = pmap_next_mapped(map->pmap, start, end)) < end) {
		if (pmap_slot(map->pmap, start) == 0 &&
		    vm_set_may_have(set, start, &pfn)) {
			if (!is_full(set) &&
			    vm_set_key(set, pg_atop(map, start), &key) == 0)
				insert_page(set, start, pfn, key);
			else
				pmap_remove(map->pmap, start,
				    start + pg_size(map));
		}
		start += pg_size(map);
	}
}

void
vm_replace_hit(struct vm_map *map, vaddr_t va, pfn_t pfn)
{
	struct vm_set *set = map->pmap->client;
	struct vm_commons *all;
	uint32_t slot;

	if (set != NULL) {
		if ((slot = pmap_slot(map->pmap, va)) != 0)
			set->run.policy->hit(set->run.state, slot);
		return;
	}
	all = map->vm->pageout.state;
	if (map->vm->config.frames == 0 && all->member[pfn])
		all->run.policy->hit(all->run.state, pfn);
}
