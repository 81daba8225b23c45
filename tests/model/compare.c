/*
 * Comparison of a real map with the model's pages: every attribute and the
 * content of every page, and that page-table entries allow no more than they
 * may.
 */
#include "compare.h"

#include <inttypes.h>
#include <stdio.h>

static uint32_t
real_anon(struct vm_map_entry *e, vaddr_t va)
{
	if (e->amap == NULL)
		return 0;
	return sparse_get(&e->amap->slots,
	    e->ar_pageoff + model_atop(va - e->start));
}

/* In a frame, else in swap; one that was given up is nowhere and reads as 0. */
static uint64_t
content_of(struct vm *vm, pfn_t pfn, uint32_t slot)
{
	if (pfn != PFN_NONE)
		return vm->pages.tag[pfn];
	return slot != SWSLOT_NONE ? vm_swap_tag(vm, slot) : 0;
}

uint64_t
compare_real_content(struct vm *vm, struct vm_map_entry *e, vaddr_t va)
{
	uint32_t anon = real_anon(e, va);
	uint64_t pindex;
	pfn_t pfn;

	if (anon != 0)
		return content_of(vm, vm->anons.anon[anon].where,
		    vm_anon_slot(&vm->anons, anon));
	if ((e->etype & UVM_ET_OBJ) == 0)
		return 0;
	pindex = model_atop(e->offset + (va - e->start));
	pfn = sparse_get(&e->object->pages, pindex);
	return pfn == PFN_NONE && e->object->pager == &uvm_vnodeops ?
	    vm_object_disk_tag(e->object, pindex) :
	    content_of(vm, pfn, sparse_get(&e->object->swap, pindex));
}

static pfn_t
real_frame(struct vm *vm, struct vm_map_entry *e, vaddr_t va)
{
	uint32_t anon = real_anon(e, va);

	if (anon != 0)
		return vm->anons.anon[anon].where;
	return e->etype & UVM_ET_OBJ ?
	    sparse_get(&e->object->pages,
		model_atop(e->offset + (va - e->start))) :
	    PFN_NONE;
}

/* May this page be written without a fault? */
static bool
may_write(struct vm *vm, struct vm_map_entry *e, vaddr_t va)
{
	uint32_t anon = real_anon(e, va);

	if ((e->protection & VM_PROT_WRITE) == 0 ||
	    (e->etype & UVM_ET_NEEDSCOPY) != 0)
		return false;
	return anon != 0 ? vm->anons.anon[anon].ref == 1 :
			   (e->etype & UVM_ET_COPYONWRITE) == 0;
}

static const char *
check_pte(struct vm_map *map, struct vm_map_entry *e, vaddr_t va)
{
	const vm_prot_t withheld = VM_PROT_WRITE |
	    (compare_right(map->vm, VM_PROT_EXEC) & VM_PROT_EXEC);
	vm_prot_t prot;
	pfn_t pfn;

	if (!pmap_extract(map->pmap, va, &pfn))
		return NULL;
	if (pfn != real_frame(map->vm, e, va))
		return "page table maps a frame that is not the page's";
	(void)pmap_prot(map->pmap, va, &prot);
	if ((prot & ~e->protection & withheld) != 0 ||
	    e->protection == VM_PROT_NONE)
		return "page table allows more than the protection";
	if (prot & VM_PROT_WRITE && !may_write(map->vm, e, va))
		return "page table lets a shared page be written";
	return NULL;
}

struct attribute {
	const char *name;
	uint64_t real, model;
};

static const char *
compare_page(struct vm_map *map, struct vm_map_entry *e, vaddr_t va,
    const struct model_page *p, const struct compare_how *how, char *buf,
    size_t len)
{
	const bool once = how->wired_once;
	const bool obj = (e->etype & UVM_ET_OBJ) != 0 &&
	    !(how->shared_objects && p->object == NULL && !p->cow &&
		e->object->pager == &aobj_pager);
	const struct attribute a[] = {
		{ "protection", e->protection, p->prot },
		{ "max_protection", e->max_protection, p->maxprot },
		{ "inheritance", e->inheritance, p->inherit },
		{ "advice", e->advice, p->advice },
		{ "wired", once ? e->wired_count > 0 : e->wired_count,
		    once ? p->wired > 0 : p->wired },
		{ "object", obj ? e->object->id : 0,
		    p->object != NULL ?
			((struct vm_object *)p->object->real)->id :
			0 },
		{ "page of object",
		    obj ? model_atop(e->offset + (va - e->start)) : 0,
		    p->pindex },
		{ "content",
		    model_past_end(p) && !p->cell->set ?
			0 :
			compare_real_content(map->vm, e, va),
		    model_content(p) },
		{ "flags", e->flags & how->flags, p->flags & how->flags },
	};
	const char *why = check_pte(map, e, va);

	for (size_t i = 0; i < NELEM(a) && why == NULL; i++)
		if (a[i].real != a[i].model) {
			(void)snprintf(buf, len,
			    "page %#" PRIx64 " %s: expected %#" PRIx64
			    ", got %#" PRIx64,
			    va, a[i].name, a[i].model, a[i].real);
			return buf;
		}
	if (why == NULL)
		return NULL;
	(void)snprintf(buf, len, "page %#" PRIx64 ": %s", va, why);
	return buf;
}

const char *
compare_space(struct vm_map *map, struct model_space *s,
    const struct compare_how *how, char *buf, size_t len)
{
	struct vm_map_entry *e = map->header.next;
	unsigned n = 0;

	for (; e != &map->header; e = e->next) {
		vaddr_t va = e->start;

		if (how->outside && model_at(s, va) == NULL)
			continue;
		for (; va < e->end; va += MODEL_PAGE, n++) {
			const struct model_page *p = model_at(s, va);

			if (p == NULL || p->cell == NULL) {
				(void)snprintf(buf, len,
				    "page %#" PRIx64
				    ": expected unmapped, got mapped",
				    va);
				return buf;
			}
			if (compare_page(map, e, va, p, how, buf, len) != NULL)
				return buf;
		}
	}
	if (n == s->nmapped)
		return NULL;
	(void)snprintf(buf, len, "pages mapped: expected %u, got %u",
	    s->nmapped, n);
	return buf;
}

void
compare_settle(struct vm_map *map, struct model_space *s, vaddr_t start,
    vaddr_t end, unsigned flags)
{
	struct vm_map_entry *e;
	unsigned i = model_index(s->layout, start);
	unsigned n = model_index(s->layout, end);

	for (; i < n; i++) {
		struct model_page *p = &s->page[i];
		vaddr_t va = model_addr(s->layout, i);

		if (p->cell == NULL || !model_may_free(p, flags) ||
		    !vm_map_lookup_entry(map, va, &e))
			continue;
		if (e->amap != NULL && real_anon(e, va) == 0)
			p->cell->set = false;
	}
}

void
compare_adopt(struct vm_map *map, struct model_space *s, vaddr_t start,
    vaddr_t end)
{
	struct vm_map_entry *e;
	unsigned i = model_index(s->layout, start);
	unsigned n = model_index(s->layout, end);

	for (; i < n; i++) {
		struct model_page *p = &s->page[i];
		vaddr_t va = model_addr(s->layout, i);

		if (p->cell == NULL || p->cell->set || p->object == NULL ||
		    !p->cow || model_past_end(p) ||
		    !vm_map_lookup_entry(map, va, &e) || real_anon(e, va) == 0)
			continue;
		p->cell->tag = model_content(p);
		p->cell->set = true;
	}
}

void
compare_adopt_wired(struct vm_map *map, struct model_space *s)
{
	struct vm_map_entry *e;

	for (unsigned i = 0; i < s->layout->npages; i++)
		if (s->page[i].cell != NULL &&
		    vm_map_lookup_entry(map, model_addr(s->layout, i), &e))
			s->page[i].wired = e->wired_count;
}
