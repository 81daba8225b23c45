/*
 * Memory objects: life and sizes.  What their pages come from is the pagers'
 * business (vm_pager.c).
 */
#include "vm_map_internal.h"
#include "vm_pager.h"

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

/* ---------------------------------------------------------------- life ---- */

void
vm_object_settext(struct vm *vm, struct vm_object *obj)
{
	if (obj->text || obj->pager != &uvm_vnodeops)
		return;
	obj->text = true;
	vm->exp.execpages += obj->pages.nused;
}

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
	if (!vm_object_is_fixed(obj))
		vm_reserv_color(&obj->reserv, 0);
	if (vm_object_is_fixed(obj) && vm_object_fill(vm, obj) != 0) {
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
	sparse_clear(&vm->sparse, &obj->swap);
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

	if (vm_object_is_fixed(obj))
		return;
	if (size < obj->size) {
		vm_object_free_from(vm, obj, keep);
		forget_content(obj, keep);
	}
	obj->size = size;
}

void
vm_object_lengthen(struct vm_object *obj, uint64_t size)
{
	if (vm_object_is_fixed(obj) || size <= obj->size)
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
