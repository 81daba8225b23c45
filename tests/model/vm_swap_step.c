/*
 * The operations of test_vm_pageout on frames and swap.  None of them changes
 * what memory reads as: the model does not hear of them.
 */
#include "vm_world.h"

#include <errno.h>

static const char *
evict(struct vm *vm, pfn_t pfn)
{
	const bool may = vm_page_evictable(vm, pfn);
	const uint64_t before = vm->exp.free;
	const int error = vm_page_evict(vm, pfn);

	if (!may)
		return error == EBUSY ? NULL : "a page went that may not";
	if (error == 0)
		return vm->exp.free > before ? NULL : "no frame was gained";
	return error == ENOSPC && vm->exp.swpginuse == vm->swap.avail ?
	    NULL :
	    "a page could not be evicted";
}

static const char *
evict_range(struct vm_map *map, vaddr_t va, vaddr_t end)
{
	const char *why = NULL;
	pfn_t pfn;

	for (; va < end && why == NULL; va += MODEL_PAGE)
		if (pmap_extract(map->pmap, va, &pfn))
			why = evict(map->vm, pfn);
	return why;
}

/* Every so many frames, from one on. */
static const char *
evict_frames(struct vm *vm, uint64_t bits)
{
	const pfn_t step = 1 + (pfn_t)(bits >> 8 & 31);
	const char *why = NULL;

	for (pfn_t pfn = 1 + (pfn_t)(bits >> 16 & 31);
	     pfn < vm->pages.fresh && why == NULL; pfn += step)
		why = evict(vm, pfn);
	return why;
}

/* Clean them without dropping them: the slots stay with pages in memory. */
static const char *
clean_frames(struct vm *vm, uint64_t bits)
{
	pfn_t pages[VM_SWAP_CLUSTER] = { 0 },
	      pfn = 1 + (pfn_t)(bits >> 16 & 255);
	const unsigned want = bits & 4 ? PG_FILE : PG_SWAPBACKED;
	uint32_t n = 0, done;
	int error;

	for (; pfn < vm->pages.fresh && n < VM_SWAP_CLUSTER; pfn++)
		if (vm_page_evictable(vm, pfn) &&
		    (vm->pages.page[pfn].pg_flags & want) != 0)
			pages[n++] = pfn;
	done = vm_page_clean(vm, pages, n, &error);
	if (done < n && error != ENOSPC)
		return "pages could not be cleaned";
	for (uint32_t i = 0; i < done; i++)
		if (vm_page_isdirty(vm, pages[i]))
			return "a page that was cleaned is dirty";
	return NULL;
}

static const char *
run_daemon(struct vm *vm, uint64_t bits)
{
	if (bits & 1)
		vm_pageout_starve(vm, bits >> 8 & 63);
	(void)vm_pageout_wait(vm);
	vm_pageout_tick(vm);
	vm->tick += bits >> 4 & 15;
	return vm->pageout.starved ? "somebody is still starved" : NULL;
}

/* One of the devices goes if it can, or comes back. */
static const char *
swapctl(struct world *w, uint64_t bits)
{
	const uint32_t number = bits & 1;
	struct vm *vm = &w->vm;
	uint32_t got;
	int error;

	if (w->v->swap == 0)
		return NULL;
	if (vm->swap.dev[number].flags == 0) {
		error = vm_swap_on(vm, w->v->swap / 2, (int)(bits >> 8 & 3),
		    number > 0 ? SWF_FILE : 0, &got);
		return error == 0 ? NULL : "swapon fails";
	}
	error = vm_swap_off(vm, number);
	return error == 0 || error == ENOMEM ? NULL : "swapoff fails";
}

const char *
world_swap_step(struct world *w, struct vm_map *map, vaddr_t start, vaddr_t end,
    const struct op *op)
{
	const uint64_t bits = op->arg[2];

	if (op->kind == OP_DAEMON)
		return run_daemon(&w->vm, bits);
	if (op->kind == OP_SWAPCTL)
		return swapctl(w, bits);
	switch (bits & 3) {
	case 0: return evict_frames(&w->vm, bits);
	case 1: return clean_frames(&w->vm, bits);
	default: return evict_range(map, start, end);
	}
}
