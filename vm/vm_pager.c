/*
 * The four pagers.
 *
 * vnode	pages come from a simulated file: the content of page i is a
 *		hash of the file's seed and i until it has been written back.
 *		A clean page is mapped read-only, so that the first write is
 *		noticed.
 * aobj		zero-filled on first use, lives as long as it is referenced;
 *		goes to swap.  A page may have a slot while it is in memory.
 * device	frames of its own, entered by the fault routine's device path.
 * phys		frames of its own, always resident and wired.
 */
#include "vm_map_internal.h"
#include "vm_pager.h"

#include <errno.h>

/* ---------------------------------------------------------------- disk ---- */

uint64_t
vm_object_disk_tag(struct vm_object *obj, uint64_t pindex)
{
	uint32_t i = sparse_get(&obj->disk, pindex);

	if (i != 0)
		return obj->written[i - 1];
	return pindex < obj->initial ? vm_tag_hash(obj->seed, pindex) : 0;
}

/* Room for n more written-back tags. => 0 or ENOMEM */
static int
disk_reserve(struct vm *vm, struct vm_object *obj, uint64_t n)
{
	uint32_t max = obj->maxwritten;
	uint64_t *tags, leaves = obj->pages.nleaves;

	if (vm->pages.tag == NULL || n == 0)
		return 0;
	/* Only resident pages are written: at most their nodes again. */
	if (sparse_reserve_nodes(&vm->sparse, leaves < n ? leaves : n,
		obj->pages.ninners + SPARSE_MAXPATH) != 0)
		return ENOMEM;
	if (obj->nwritten + n <= max)
		return 0;
	max = obj->nwritten + (uint32_t)n + max / 2;
	tags = mem_realloc(vm->mem, obj->written,
	    obj->maxwritten * sizeof(*tags), max * sizeof(*tags));
	if (tags == NULL)
		return ENOMEM;
	obj->written = tags;
	obj->maxwritten = max;
	return 0;
}

/* => room was reserved */
static void
disk_write(struct vm *vm, struct vm_object *obj, uint64_t pindex, pfn_t pfn)
{
	uint32_t i;

	if (vm->pages.tag == NULL)
		return;
	i = sparse_get(&obj->disk, pindex);
	if (i == 0) {
		i = ++obj->nwritten;
		sparse_set(&vm->sparse, &obj->disk, pindex, i);
	}
	obj->written[i - 1] = vm->pages.tag[pfn];
}

/* ---------------------------------------------------------- page moves ---- */

void
vm_object_page_free(struct vm *vm, struct vm_object *obj, uint64_t pindex,
    pfn_t pfn)
{
	pmap_page_protect(&vm->pmaps, pfn, VM_PROT_NONE);
	sparse_set(&vm->sparse, &obj->pages, pindex, 0);
	if (obj->text)
		vm->exp.execpages--;
	VM_EVENT(vm, FREE, (struct vm_map *)NULL, 0, pfn, obj->id, 0);
	uvm_pagefree(vm, pfn);
}

pfn_t
vm_object_page_alloc(struct vm *vm, struct vm_object *obj, uint64_t pindex,
    unsigned flags, uint64_t tag)
{
	pfn_t pfn;

	if (sparse_reserve(&vm->sparse, 1) != 0)
		return PFN_NONE;
	pfn = uvm_pagealloc_object(vm, obj, (uint32_t)pindex,
	    PG_TABLED | flags);
	if (pfn == PFN_NONE)
		return PFN_NONE;
	sparse_set(&vm->sparse, &obj->pages, pindex, pfn);
	if (obj->text)
		vm->exp.execpages++;
	if (vm->pages.tag != NULL)
		vm->pages.tag[pfn] = tag;
	return pfn;
}

/* Slots of the pages [from, to) are free again. */
static void
free_slots(struct vm *vm, struct vm_object *obj, uint64_t from, uint64_t to)
{
	uint32_t slot;

	for (; (from = sparse_next(&obj->swap, from, &slot)) < to; from++) {
		if (vm_slot_is_place(slot) &&
		    sparse_get(&obj->pages, from) == PFN_NONE)
			vm->exp.swpgonly--;
		vm_swap_free(vm, slot, 1);
		sparse_set(&vm->sparse, &obj->swap, from, 0);
	}
}

void
vm_object_free_from(struct vm *vm, struct vm_object *obj, uint64_t from)
{
	uint32_t pfn;

	free_slots(vm, obj, from, SPARSE_END);
	while ((from = sparse_next(&obj->pages, from, &pfn)) != SPARSE_END)
		vm_object_page_free(vm, obj, from++, pfn);
}

int
vm_object_punch(struct vm *vm, struct vm_object *obj, uint64_t from, uint64_t n)
{
	const uint64_t end = pg_atop(obj, pg_round(obj, obj->size));
	const bool disk = obj->pager == &uvm_vnodeops && vm->pages.tag != NULL;
	uint32_t tag, pfn;

	if (vm_object_is_fixed(obj) || from >= end)
		return 0;
	n = n < end - from ? n : end - from;
	if (disk &&
	    (sparse_reserve(&vm->sparse, (uint32_t)n) != 0 ||
		disk_reserve(vm, obj, n) != 0))
		return ENOMEM;
	free_slots(vm, obj, from, from + n);
	for (uint64_t i = from; i < from + n; i++) {
		if ((pfn = sparse_get(&obj->pages, i)) != PFN_NONE)
			vm_object_page_free(vm, obj, i, pfn);
		if (!disk || vm_object_disk_tag(obj, i) == 0)
			continue;
		tag = sparse_get(&obj->disk, i);
		if (tag == 0) {
			tag = ++obj->nwritten;
			sparse_set(&vm->sparse, &obj->disk, i, tag);
		}
		obj->written[tag - 1] = 0;
	}
	return 0;
}

/* A frame's page index has 32 bits: no page of 4K lies beyond 16 TB. */
static bool
past_end(const struct vm_object *obj, uint64_t pindex)
{
	return pindex > UINT32_MAX ||
	    pg_ptoa(obj, pindex) >= pg_round(obj, obj->size);
}

/* DEACTIVATE or FREE of resident pages, common to the pagers. */
static void
put_aside(struct vm *vm, struct vm_object *obj, uint64_t pindex, pfn_t pfn,
    unsigned flags)
{
	const struct vm_page *pg = &vm->pages.page[pfn];

	if (pg->pg_wire != 0)
		return;
	if (flags & PGO_FREE) {
		vm_page_dropslot(vm, pfn);
		vm_object_page_free(vm, obj, pindex, pfn);
	} else if (flags & PGO_DEACTIVATE)
		uvm_pagedeactivate(vm, pfn);
}

/* --------------------------------------------------------------- vnode ---- */

/* One read or write of n pages of the file; wait: for it. => 0 or EIO */
static int
vnode_io(struct vm *vm, const struct vm_object *obj, enum vm_io_kind kind,
    bool wait, uint64_t pindex, uint32_t n)
{
	const struct vm_io io = {
		.kind = kind,
		.wait = wait,
		.id = obj->id,
		.page = pindex,
		.npages = n,
	};

	return vm->io_fn != NULL ? vm->io_fn(vm->io_ctx, &io) : 0;
}

static int
vnode_get(struct vm *vm, struct vm_object *obj, uint64_t pindex, pfn_t *pfn)
{
	if (past_end(obj, pindex))
		return EINVAL;
	*pfn = vm_object_page_alloc(vm, obj, pindex, PG_FILE | PG_CLEAN,
	    vm->pages.tag != NULL ? vm_object_disk_tag(obj, pindex) : 0);
	if (*pfn == PFN_NONE)
		return ENOMEM;
	if (vnode_io(vm, obj, VM_IO_READ, true, pindex, 1) != 0) {
		vm_object_page_free(vm, obj, pindex, *pfn);
		return EIO;
	}
	vm->exp.pageins++;
	vm->stat.textins += obj->text;
	vm_page_returns(vm, *pfn);
	return 0;
}

static bool
is_dirty(const struct vm *vm, pfn_t pfn)
{
	return (vm->pages.page[pfn].pg_flags & PG_CLEAN) == 0;
}

/* A dirty page has been written; its mappings become read-only again. */
static void
vnode_cleaned(struct vm *vm, struct vm_object *obj, uint64_t pindex, pfn_t pfn)
{
	pmap_page_protect(&vm->pmaps, pfn, VM_PROT_READ | VM_PROT_EXEC);
	(void)pmap_clear_modify(&vm->pmaps, pfn);
	disk_write(vm, obj, pindex, pfn);
	uvm_pagemarkdirty(vm, pfn, PG_CLEAN);
	vm->stat.fileouts++;
	VM_EVENT(vm, PAGEOUT, (struct vm_map *)NULL, 0, pfn, 0,
	    pg_ptoa(vm, pindex));
}

int
vm_object_write(struct vm *vm, struct vm_object *obj, uint64_t pindex,
    uint32_t n)
{
	if (disk_reserve(vm, obj, n) != 0)
		return ENOMEM;
	if (vnode_io(vm, obj, VM_IO_WRITE, false, pindex, n) != 0)
		return EIO;
	for (uint64_t i = pindex; i < pindex + n; i++)
		vnode_cleaned(vm, obj, i, sparse_get(&obj->pages, i));
	vm->exp.pdpageouts++;
	return 0;
}

/*
 * Each dirty page is written by itself, and waited for.  What cannot be written
 * stays as it is.
 */
static int
vnode_put(struct vm *vm, struct vm_object *obj, uint64_t start, uint64_t end,
    unsigned flags)
{
	uint64_t i, n = 0;
	int error = 0;
	uint32_t pfn;

	if (flags & PGO_CLEANIT) {
		for (i = start; (i = sparse_next(&obj->pages, i, &pfn)) < end;
		     i++)
			n += is_dirty(vm, pfn);
		if (disk_reserve(vm, obj, n) != 0)
			return ENOMEM;
	}
	for (i = start; (i = sparse_next(&obj->pages, i, &pfn)) < end; i++) {
		if (flags & PGO_CLEANIT && is_dirty(vm, pfn)) {
			if (vnode_io(vm, obj, VM_IO_WRITE, true, i, 1) != 0) {
				error = EIO;
				continue;
			}
			vnode_cleaned(vm, obj, i, pfn);
			vm->exp.pdpageouts++;
		}
		put_aside(vm, obj, i, pfn, flags);
	}
	return error;
}

/* ---------------------------------------------------------------- aobj ---- */

static int
aobj_get(struct vm *vm, struct vm_object *obj, uint64_t pindex, pfn_t *pfn)
{
	if (past_end(obj, pindex))
		return EINVAL;
	if (sparse_get(&obj->swap, pindex) != SWSLOT_NONE)
		return vm_aobj_pagein(vm, obj, pindex, pfn);
	*pfn = vm_object_page_alloc(vm, obj, pindex, PG_AOBJ | PG_DIRTY, 0);
	if (*pfn == PFN_NONE)
		return ENOMEM;
	vm->stat.aobjzero++;
	return 0;
}

/*
 * Nothing to clean.  FREE: with other references the pages are only
 * deactivated; else they go.
 */
static int
aobj_put(struct vm *vm, struct vm_object *obj, uint64_t start, uint64_t end,
    unsigned flags)
{
	uint32_t pfn;

	if ((flags & (PGO_DEACTIVATE | PGO_FREE)) == 0)
		return 0;
	if (flags & PGO_FREE && (obj->refs > 1 || flags & PGO_CLEANIT))
		flags = PGO_DEACTIVATE;
	for (uint64_t i = start; (i = sparse_next(&obj->pages, i, &pfn)) < end;
	     i++)
		put_aside(vm, obj, i, pfn, flags);
	return 0;
}

/* ----------------------------------------------------- device and phys ---- */

static int
fixed_get(struct vm *vm, struct vm_object *obj, uint64_t pindex, pfn_t *pfn)
{
	(void)vm;
	*pfn = sparse_get(&obj->pages, pindex);
	return *pfn != PFN_NONE ? 0 : EINVAL;
}

static int
fixed_put(struct vm *vm, struct vm_object *obj, uint64_t start, uint64_t end,
    unsigned flags)
{
	(void)vm, (void)obj, (void)start, (void)end, (void)flags;
	return 0;
}

static void
fixed_last(struct vm *vm, struct vm_object *obj)
{
	uint32_t pfn;

	for (uint64_t i = 0;
	     (i = sparse_next(&obj->pages, i, &pfn)) != SPARSE_END; i++)
		uvm_pageunwire(vm, pfn);
	vm_object_free_from(vm, obj, 0);
}

/* Give a device or physical object all its frames, wired. */
int
vm_object_fill(struct vm *vm, struct vm_object *obj)
{
	uint64_t n = pg_atop(obj, pg_round(obj, obj->size));

	if (n > vm->exp.free || n > UINT32_MAX) {
		if (n <= vm->exp.npages)
			vm_pageout_starve(vm, n);
		return ENOMEM;
	}
	for (uint64_t i = 0; i < n; i++) {
		pfn_t pfn = vm_object_page_alloc(vm, obj, i, PG_DIRTY,
		    obj->seed != 0 ? vm_tag_hash(obj->seed, i) : 0);

		if (pfn == PFN_NONE) {
			fixed_last(vm, obj);
			return ENOMEM;
		}
		uvm_pagewire(vm, pfn);
	}
	return 0;
}

static void
free_all(struct vm *vm, struct vm_object *obj)
{
	vm_object_free_from(vm, obj, 0);
}

const struct vm_pager uvm_vnodeops = {
	.name = "uvm_vnodeops",
	.summary = "simulated files",
	.get = vnode_get,
	.put = vnode_put,
	.last = free_all,
};
const struct vm_pager aobj_pager = {
	.name = "aobj_pager",
	.summary = "anonymous shared memory",
	.get = aobj_get,
	.put = aobj_put,
	.last = free_all,
};
const struct vm_pager uvm_deviceops = {
	.name = "uvm_deviceops",
	.summary = "device memory",
	.get = fixed_get,
	.put = fixed_put,
	.last = fixed_last,
	.fault = fixed_get,
};
const struct vm_pager phys_pager = {
	.name = "phys_pager",
	.summary = "a fixed range of wired frames",
	.get = fixed_get,
	.put = fixed_put,
	.last = fixed_last,
};

const struct vm_pager *const vm_pagers[] = { &uvm_vnodeops, &aobj_pager,
	&uvm_deviceops, &phys_pager, NULL };

bool
vm_object_is_fixed(const struct vm_object *obj)
{
	return obj->pager == &uvm_deviceops || obj->pager == &phys_pager;
}
