/*
 * Memory objects: life, sizes, and the four pagers.
 *
 * vnode	pages come from a simulated file: the content of page i is a
 *		hash of the file's seed and i until it has been written back.
 *		A clean page is mapped read-only, so that the first write is
 *		noticed.
 * aobj		zero-filled on first use, lives as long as it is referenced.
 * device	frames of its own, entered by the fault routine's device path.
 * phys		frames of its own, always resident and wired.
 */
#include "vm_map_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int
vm_objects_init(struct vm *vm)
{
	slab_init(&vm->objects, vm->mem, sizeof(struct vm_object),
	    _Alignof(struct vm_object), offsetof(struct vm_object, id));
	return 0;
}

void
vm_objects_fini(struct vm *vm)
{
	slab_fini(&vm->objects);
}

struct vm_object *
vm_object_byid(struct vm *vm, uint32_t id)
{
	return slab_item(&vm->objects, id);
}

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

/* A page of an object leaves it. => not mapped anywhere afterwards */
static void
object_page_free(struct vm *vm, struct vm_object *obj, uint64_t pindex,
    pfn_t pfn)
{
	pmap_page_protect(&vm->pmaps, pfn, VM_PROT_NONE);
	sparse_set(&vm->sparse, &obj->pages, pindex, 0);
	if (obj->text)
		vm->exp.execpages--;
	VM_EVENT(vm, FREE, (struct vm_map *)NULL, 0, pfn, obj->id, 0);
	uvm_pagefree(vm, pfn);
}

static pfn_t
object_page_alloc(struct vm *vm, struct vm_object *obj, uint64_t pindex,
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

void
vm_object_settext(struct vm *vm, struct vm_object *obj)
{
	if (obj->text || obj->pager != &uvm_vnodeops)
		return;
	obj->text = true;
	vm->exp.execpages += obj->pages.nused;
}

static void
free_pages_from(struct vm *vm, struct vm_object *obj, uint64_t from)
{
	uint32_t pfn;

	while ((from = sparse_next(&obj->pages, from, &pfn)) != SPARSE_END)
		object_page_free(vm, obj, from++, pfn);
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
	if (flags & PGO_FREE)
		object_page_free(vm, obj, pindex, pfn);
	else if (flags & PGO_DEACTIVATE)
		uvm_pagedeactivate(vm, pfn);
}

/* --------------------------------------------------------------- vnode ---- */

static int
vnode_get(struct vm *vm, struct vm_object *obj, uint64_t pindex, pfn_t *pfn)
{
	if (past_end(obj, pindex))
		return EINVAL;
	*pfn = object_page_alloc(vm, obj, pindex, PG_FILE | PG_CLEAN,
	    vm->pages.tag != NULL ? vm_object_disk_tag(obj, pindex) : 0);
	if (*pfn == PFN_NONE)
		return ENOMEM;
	vm->exp.pageins++;
	vm->stat.textins += obj->text;
	return 0;
}

/* Write a dirty page back; its mappings become read-only again. */
static void
vnode_clean(struct vm *vm, struct vm_object *obj, uint64_t pindex, pfn_t pfn)
{
	bool dirty = (vm->pages.page[pfn].pg_flags & PG_CLEAN) == 0;

	if (!dirty)
		return;
	pmap_page_protect(&vm->pmaps, pfn, VM_PROT_READ | VM_PROT_EXEC);
	(void)pmap_clear_modify(&vm->pmaps, pfn);
	disk_write(vm, obj, pindex, pfn);
	uvm_pagemarkdirty(vm, pfn, PG_CLEAN);
	vm->exp.pdpageouts++;
	VM_EVENT(vm, PAGEOUT, (struct vm_map *)NULL, 0, pfn, 0,
	    pg_ptoa(vm, pindex));
}

static int
vnode_put(struct vm *vm, struct vm_object *obj, uint64_t start, uint64_t end,
    unsigned flags)
{
	uint64_t i, n = 0;
	uint32_t pfn;

	if (flags & PGO_CLEANIT) {
		for (i = start; (i = sparse_next(&obj->pages, i, &pfn)) < end;
		     i++)
			n += (vm->pages.page[pfn].pg_flags & PG_CLEAN) == 0;
		if (disk_reserve(vm, obj, n) != 0)
			return ENOMEM;
	}
	for (i = start; (i = sparse_next(&obj->pages, i, &pfn)) < end; i++) {
		if (flags & PGO_CLEANIT)
			vnode_clean(vm, obj, i, pfn);
		put_aside(vm, obj, i, pfn, flags);
	}
	return 0;
}

/* ---------------------------------------------------------------- aobj ---- */

static int
aobj_get(struct vm *vm, struct vm_object *obj, uint64_t pindex, pfn_t *pfn)
{
	if (past_end(obj, pindex))
		return EINVAL;
	*pfn = object_page_alloc(vm, obj, pindex, PG_AOBJ | PG_DIRTY, 0);
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
	free_pages_from(vm, obj, 0);
}

/* Give a device or physical object all its frames, wired. */
static int
fixed_fill(struct vm *vm, struct vm_object *obj)
{
	uint64_t n = pg_atop(obj, pg_round(obj, obj->size));

	if (n > vm->exp.free || n > UINT32_MAX)
		return ENOMEM;
	for (uint64_t i = 0; i < n; i++) {
		pfn_t pfn = object_page_alloc(vm, obj, i, PG_DIRTY,
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
	free_pages_from(vm, obj, 0);
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

static bool
is_fixed(const struct vm_object *obj)
{
	return obj->pager == &uvm_deviceops || obj->pager == &phys_pager;
}

/* ---------------------------------------------------------------- life ---- */

static void
list_append(struct vm *vm, struct vm_object *obj)
{
	obj->prev = vm->last_object;
	obj->next = NULL;
	if (obj->prev != NULL)
		obj->prev->next = obj;
	else
		vm->first_object = obj;
	vm->last_object = obj;
}

static void
list_remove(struct vm *vm, struct vm_object *obj)
{
	if (obj->prev != NULL)
		obj->prev->next = obj->next;
	else
		vm->first_object = obj->next;
	if (obj->next != NULL)
		obj->next->prev = obj->prev;
	else
		vm->last_object = obj->prev;
}

int
vm_object_create(struct vm *vm, const struct vm_pager *pager, uint64_t size,
    uint64_t seed, struct vm_object **out)
{
	struct vm_object *obj;
	uint32_t id;

	if (slab_reserve(&vm->objects, 1) != 0)
		return ENOMEM;
	obj = slab_take(&vm->objects);
	id = obj->id;
	memset(obj, 0, sizeof(*obj));
	obj->id = id;
	obj->pager = pager;
	obj->refs = 1;
	obj->page_shift = vm->page_shift;
	obj->size = size;
	obj->initial = pg_atop(obj, pg_round(obj, size));
	obj->seed = seed;
	vm_reserv_owner_init(&obj->reserv, VM_RESERV_OBJECT, id);
	if (!is_fixed(obj))
		vm_reserv_color(&obj->reserv, 0);
	if (is_fixed(obj) && fixed_fill(vm, obj) != 0) {
		slab_give(&vm->objects, obj);
		return ENOMEM;
	}
	list_append(vm, obj);
	*out = obj;
	return 0;
}

void
vm_object_ref(struct vm_object *obj)
{
	obj->refs++;
}

void
vm_object_unref(struct vm *vm, struct vm_object *obj)
{
	assert(obj->refs > 0);
	if (--obj->refs > 0)
		return;
	obj->pager->last(vm, obj);
	vm_reserv_break_all(vm, &obj->reserv);
	sparse_clear(&vm->sparse, &obj->disk);
	mem_free(vm->mem, obj->written,
	    obj->maxwritten * sizeof(*obj->written));
	list_remove(vm, obj);
	slab_give(&vm->objects, obj);
}

/* What was on the disk from page `from` on reads as zero if it comes back. */
static void
forget_content(struct vm_object *obj, uint64_t from)
{
	uint32_t tag;

	if (obj->initial > from)
		obj->initial = from;
	for (uint64_t i = from;
	     (i = sparse_next(&obj->disk, i, &tag)) != SPARSE_END; i++)
		obj->written[tag - 1] = 0;
}

void
vm_object_setsize(struct vm *vm, struct vm_object *obj, uint64_t size)
{
	uint64_t keep = pg_atop(obj, pg_round(obj, size));

	if (is_fixed(obj))
		return;
	if (size < obj->size) {
		free_pages_from(vm, obj, keep);
		forget_content(obj, keep);
	}
	obj->size = size;
}

void
vm_object_lengthen(struct vm_object *obj, uint64_t size)
{
	if (is_fixed(obj) || size <= obj->size)
		return;
	if (obj->initial == pg_atop(obj, pg_round(obj, obj->size)))
		obj->initial = pg_atop(obj, pg_round(obj, size));
	obj->size = size;
}

const char *
vm_object_check(struct vm *vm, struct vm_object *obj)
{
	const char *why = sparse_check(&obj->pages);
	uint32_t pfn;

	if (why == NULL && obj->refs == 0)
		why = "O2: object without reference";
	for (uint64_t i = 0; why == NULL &&
	     (i = sparse_next(&obj->pages, i, &pfn)) != SPARSE_END;
	     i++) {
		const struct vm_page *pg = &vm->pages.page[pfn];

		if (pfn > vm->pages.npages || !(pg->pg_flags & PG_TABLED) ||
		    pg->owner != obj->id || pg->pindex != i)
			why = "O1: a page of the object is not its own";
	}
	return why;
}
