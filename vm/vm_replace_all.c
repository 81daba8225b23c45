/*
 * All pageable frames under one policy that sees every reference: the daemon of
 * policy=POLICY with frames=0.
 *
 * Unlike daemons of real systems it does not look ahead: it runs when a fault
 * finds no more free frames than the kernel's reserve, and the victim's frame
 * becomes free, one at a time.
 *
 * A policy may choose a page that cannot go (wired now, or dirty and there is
 * no swap), or should not, for the fault under way has just brought it in and
 * wants another frame.  Such pages are put aside while it is asked again, and
 * come back in behind the others, in the order of their choice.
 *
 * Keys: the number of an anon; of other pages, a hash of object and index with
 * the highest bit set.  Numbers of anons are used again, so a new page may be
 * taken for one that is remembered.
 */
#include "vm_fault_internal.h"
#include "vm_replace.h"

#include <errno.h>

#define KICK_TRIES 16 /* victims that a run tries unless somebody waits */

static int
all_init(struct vm *vm)
{
	const size_t n = (size_t)vm->pages.npages + 1;
	struct vm_commons *all = mem_zalloc(vm->mem, sizeof(*all));

	if (all == NULL)
		return ENOMEM;
	vm->pageout.state = all;
	all->member = mem_zalloc(vm->mem, n * sizeof(*all->member));
	all->key = mem_zalloc(vm->mem, n * sizeof(*all->key));
	all->aside = mem_zalloc(vm->mem, n * sizeof(*all->aside));
	if (all->member == NULL || all->key == NULL || all->aside == NULL ||
	    vm_policy_start(vm, vm->pages.npages, &all->run) != 0) {
		vm_daemon_replace.fini(vm);
		return ENOMEM;
	}
	vm->pageout.wake = vm->exp.reserve_kernel + 1;
	vm->pageout.follows = true;
	return 0;
}

static void
all_fini(struct vm *vm)
{
	const size_t n = (size_t)vm->pages.npages + 1;
	struct vm_commons *all = vm->pageout.state;

	if (all == NULL)
		return;
	vm_policy_stop(vm, &all->run);
	mem_free(vm->mem, all->member, n * sizeof(*all->member));
	mem_free(vm->mem, all->key, n * sizeof(*all->key));
	mem_free(vm->mem, all->aside, n * sizeof(*all->aside));
	mem_free(vm->mem, all, sizeof(*all));
	vm->pageout.state = NULL;
	vm->pageout.follows = false;
}

/* ---------------------------------------------------------------- keys ---- */

static uint32_t
object_key(const struct vm_object *obj, uint64_t index)
{
	return (uint32_t)(vm_tag_hash(obj->id, index) >> 32) |
	    (uint32_t)1 << 31;
}

static uint32_t
page_key(const struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = &vm->pages.page[pfn];

	return pg->pg_flags & PG_TABLED ?
	    object_key(slab_item(&vm->objects, pg->owner), pg->pindex) :
	    pg->owner;
}

/* The key of the page that a fault at va will bring in. */
static uint32_t
coming_key(struct vm_map *map, vaddr_t va)
{
	const struct vm_anons *a = &map->vm->anons;
	struct vm_map_entry *e;
	uint32_t anon = 0;

	if (!vm_map_lookup_entry(map, va, &e) ||
	    (e->etype & UVM_ET_SUBMAP) != 0)
		return 0;
	if (e->amap != NULL)
		anon = sparse_get(&e->amap->slots, vm_entry_slot(map, e, va));
	if (anon != 0)
		return anon;
	if (vm_entry_has_object(e))
		return object_key(e->object,
		    pg_atop(map, e->offset + (va - e->start)));
	return a->freelist != 0 ? a->freelist : a->fresh;
}

/* ------------------------------------------------------------- members ---- */

static void
join(struct vm_commons *all, pfn_t pfn)
{
	all->member[pfn] = true;
	all->nmembers++;
	all->run.policy->insert(all->run.state, pfn, all->key[pfn]);
}

static void
all_arrive(struct vm *vm, pfn_t pfn)
{
	struct vm_commons *all = vm->pageout.state;

	if (all->member[pfn])
		return;
	all->key[pfn] = page_key(vm, pfn);
	if (all->faulting)
		all->arrived = pfn;
	join(all, pfn);
}

static void
all_leave(struct vm *vm, pfn_t pfn)
{
	struct vm_commons *all = vm->pageout.state;

	if (!all->member[pfn])
		return;
	all->member[pfn] = false;
	all->nmembers--;
	all->run.policy->remove(all->run.state, pfn);
}

/* ------------------------------------------------------------ eviction ---- */

static bool
all_low(struct vm *vm)
{
	return vm->exp.free <= vm->exp.reserve_kernel;
}

/* => true: it has gone */
static bool
evict(struct vm *vm, pfn_t pfn)
{
	bool dirty;

	if (!vm_page_evictable(vm, pfn))
		return false;
	dirty = pmap_is_modified(&vm->pmaps, pfn);
	if (vm_page_evict(vm, pfn) != 0)
		return false;
	vm->stat.evictions++;
	vm->stat.dirtyevict += dirty;
	return true;
}

/* => true: a frame became free */
static bool
evict_one(struct vm *vm, uint32_t tries)
{
	struct vm_commons *all = vm->pageout.state;
	uint32_t n = 0;
	bool done = false;

	while (!done && n < tries && all->nmembers > 0) {
		pfn_t pfn = all->run.policy->victim(all->run.state,
		    all->coming);

		all->member[pfn] = false;
		all->nmembers--;
		done = pfn != all->arrived && evict(vm, pfn);
		if (!done)
			all->aside[n++] = pfn;
	}
	for (uint32_t i = 0; i < n; i++)
		join(all, all->aside[i]);
	return done;
}

/* Whoever waits wants one frame at least. */
static void
all_run(struct vm *vm, bool waiting)
{
	const uint32_t tries = waiting ? UINT32_MAX : KICK_TRIES;

	if (!waiting && !all_low(vm))
		return;
	while (evict_one(vm, tries) && all_low(vm))
		continue;
}

void
vm_commons_expire(struct vm *vm)
{
	struct vm_commons *all = vm->pageout.state;
	uint32_t n = 0, slot;

	while ((slot = all->run.policy->expired(all->run.state)) != 0) {
		all->member[slot] = false;
		all->nmembers--;
		if (!evict(vm, slot))
			all->aside[n++] = slot;
	}
	for (uint32_t i = 0; i < n; i++)
		join(all, all->aside[i]);
}

/* -------------------------------------------------------------- faults ---- */

void
vm_commons_wiring(struct vm_map *map, vaddr_t va)
{
	struct vm_commons *all = map->vm->pageout.state;

	if (likely(map->vm->pageout.daemon != &vm_daemon_replace))
		return;
	all->faulting = va != 0;
	all->arrived = PFN_NONE;
	if (va != 0)
		all->coming = coming_key(map, va);
}

int
vm_commons_fault(struct vm_map *map, vaddr_t va, vm_prot_t access)
{
	struct vm_commons *all = map->vm->pageout.state;
	int error;
	pfn_t pfn;

	all->coming = coming_key(map, va);
	vm_pageout_kick(map->vm);
	all->faulting = true;
	error = vm_fault_slowly(map, va, access);
	if (error == 0 && pmap_extract(map->pmap, va, &pfn) &&
	    pfn != all->arrived && all->member[pfn])
		all->run.policy->hit(all->run.state, pfn);
	all->arrived = PFN_NONE;
	all->faulting = false;
	return error;
}

/* ------------------------------------------------------------ checking ---- */

static const char *
all_check(struct vm *vm, char *buf, size_t len)
{
	struct vm_commons *all = vm->pageout.state;
	uint32_t n = 0;

	(void)buf, (void)len;
	for (pfn_t pfn = 1; pfn <= vm->pages.npages; pfn++) {
		const struct vm_page *pg = &vm->pages.page[pfn];

		n += all->member[pfn];
		if (all->member[pfn] ? vm_page_isfree(pg) :
				       (pg->pg_flags & PQ_ALL) != 0)
			return "R5: a queued frame is not the policy's, or a "
			       "free one is";
	}
	return n != all->nmembers ? "R5: the number of members is wrong" :
				    all->run.policy->check(all->run.state);
}

const struct vm_daemon vm_daemon_replace = {
	.name = "replace",
	.summary = "a policy that sees every reference",
	.init = all_init,
	.fini = all_fini,
	.low = all_low,
	.run = all_run,
	.arrive = all_arrive,
	.leave = all_leave,
	.check = all_check,
};
