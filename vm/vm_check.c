/*
 * Checking everything: each structure by its own checker, then references
 * counted afresh over all maps (A1, A2, A12, A14, D1, O2, M9, M10, P1).
 *
 * The marks that amaps and objects carry for checkers count what was seen.
 */
#include "vm_map_internal.h"

#include <stdio.h>
#include <string.h>

struct census {
	struct vm *vm;
	uint32_t *anon_refs; /* [nanons + 1], counted slots */
	size_t nanon;
	struct vm_map *const *maps;
	size_t nmaps;
	char *buf;
	size_t len;
};

static const char *
broken(const struct census *c, const struct vm_map *map, vaddr_t va,
    const char *why)
{
	snprintf(c->buf, c->len, "map %u, entry 0x%llx: %s", map->id,
	    (unsigned long long)va, why);
	return c->buf;
}

static void
clear_marks(const struct census *c)
{
	struct vm_object *obj;
	struct vm_map_entry *e;

	for (obj = c->vm->first_object; obj != NULL; obj = obj->next)
		obj->mark = 0;
	for (size_t i = 0; i < c->nmaps; i++)
		for (e = c->maps[i]->header.next; e != &c->maps[i]->header;
		     e = e->next)
			if (e->amap != NULL)
				e->amap->mark = 0;
}

/* First sight of an amap: check it and count the anons it names. */
static const char *
check_amap(const struct census *c, struct vm_amap *amap)
{
	const char *why = amap_check(c->vm, amap);
	uint64_t slot = 0;
	uint32_t anon;

	for (; why == NULL &&
	     (slot = sparse_next(&amap->slots, slot, &anon)) != SPARSE_END;
	     slot++)
		c->anon_refs[anon]++;
	return why;
}

/* M10: pages of a wired entry that are mapped are mapped wired. */
static const char *
check_wiring(const struct vm_map *map, const struct vm_map_entry *e)
{
	const struct pte_format *f = &map->vm->pmaps.geo->pte;
	vaddr_t va = e->start;
	struct pmap_walk w;

	while ((va = pmap_next_mapped(map->pmap, va, e->end)) < e->end) {
		bool wired;

		pmap_walk(map->pmap, va, &w);
		wired = (w.pte[w.nlevels - 1] & f->wired) != 0;
		if (wired != (e->wired_count > 0))
			return wired ?
			    "M10: wired page in an unwired entry" :
			    "M10: page of a wired entry is not wired";
		va += pg_size(map);
	}
	return NULL;
}

/* A mapped page must be the one that the layers name, with no more rights. */
static const char *
check_mapped(const struct vm_map *map, struct vm_map_entry *e)
{
	struct vm *vm = map->vm;
	vaddr_t va = e->start;

	while ((va = pmap_next_mapped(map->pmap, va, e->end)) < e->end) {
		uint32_t anon = 0;
		vm_prot_t prot;
		pfn_t pfn, want = PFN_NONE;

		(void)pmap_extract(map->pmap, va, &pfn);
		(void)pmap_prot(map->pmap, va, &prot);
		if (e->amap != NULL)
			anon = sparse_get(&e->amap->slots,
			    vm_entry_slot(map, e, va));
		if (anon != 0)
			want = vm->anons.anon[anon].where;
		else if (vm_entry_has_object(e))
			want = sparse_get(&e->object->pages,
			    pg_atop(map, e->offset + (va - e->start)));
		if (pfn != want)
			return "F1: mapped page is not the layers' page";
		if (prot & VM_PROT_WRITE && !(e->protection & VM_PROT_WRITE))
			return "F3: page mapped with more rights than allowed";
		if (prot & VM_PROT_WRITE &&
		    (e->etype & UVM_ET_NEEDSCOPY ||
			(anon != 0 && vm->anons.anon[anon].ref > 1) ||
			(anon == 0 && e->etype & UVM_ET_COPYONWRITE)))
			return "F3: page to be copied is mapped writable";
		va += pg_size(map);
	}
	return NULL;
}

static const char *
check_entries(const struct census *c, struct vm_map *map)
{
	struct vm_map_entry *e;
	const char *why = vm_map_check(map, c->buf, c->len);

	if (why != NULL)
		return why;
	for (e = map->header.next; e != &map->header; e = e->next) {
		if (vm_entry_has_object(e))
			e->object->mark++;
		if (e->amap != NULL && e->amap->mark++ == 0)
			why = check_amap(c, e->amap);
		if (why == NULL)
			why = check_wiring(map, e);
		if (why == NULL)
			why = check_mapped(map, e);
		if (why != NULL)
			return broken(c, map, e->start, why);
	}
	return NULL;
}

static const char *
check_refs(const struct census *c)
{
	for (size_t i = 0; i < c->nmaps; i++) {
		struct vm_map *map = c->maps[i];
		struct vm_map_entry *e = map->header.next;

		for (; e != &map->header; e = e->next)
			if (e->amap != NULL && e->amap->mark != e->amap->ref)
				return broken(c, map, e->start,
				    "A1: amap's references are not its "
				    "entries");
	}
	return NULL;
}

/* D1: what is in memory and in a slot is the same, unless it is dirty. */
static const char *
check_slot(struct vm *vm, pfn_t pfn, uint32_t slot)
{
	if (slot == SWSLOT_NONE || vm_page_isdirty(vm, pfn))
		return NULL;
	if (slot == SWSLOT_BAD)
		return "D1: a clean page whose slot is bad";
	return vm->pages.tag != NULL &&
		vm->pages.tag[pfn] != vm_swap_tag(vm, slot) ?
	    "D1: a clean page differs from its slot" :
	    NULL;
}

static const char *
check_anon(struct vm *vm, uint32_t name)
{
	const struct vm_anon *anon = &vm->anons.anon[name];
	const uint32_t slot = vm_anon_slot(&vm->anons, name);
	const struct vm_page *pg = &vm->pages.page[anon->where];

	if (anon->where == PFN_NONE)
		return NULL;
	if (anon->where > vm->pages.npages)
		return "A2: anon in a frame that there is not";
	if (!(pg->pg_flags & PG_ANON) || pg->owner != name)
		return "P1: anon's frame does not belong to it";
	if (slot == SWSLOT_NONE && (pg->pg_flags & (PG_CLEAN | PG_DIRTY)) == 0)
		return "A12: a page without a slot that came from one";
	return check_slot(vm, anon->where, slot);
}

static const char *
check_anons(const struct census *c)
{
	struct vm *vm = c->vm;
	const char *why = NULL;
	uint32_t i, live = 0;

	for (i = 1; i < vm->anons.fresh && why == NULL; i++) {
		const struct vm_anon *anon = &vm->anons.anon[i];

		if (anon->ref != c->anon_refs[i])
			why = "A1: references are not the slots that name it";
		else if (anon->ref == 0 &&
		    vm_anon_slot(&vm->anons, i) != SWSLOT_NONE)
			why = "A12: a free name has a slot";
		if (anon->ref == 0 || why != NULL)
			continue;
		live++;
		why = check_anon(vm, i);
	}
	if (why == NULL && vm->anons.inuse + vm->exp.free > vm->anons.nanons)
		why = "A14: more frames are free than names";
	if (why != NULL) {
		snprintf(c->buf, c->len, "anon %u: %s", i - 1, why);
		return c->buf;
	}
	if (live != vm->anons.inuse) {
		snprintf(c->buf, c->len, "anons: A1: %u in use, %u counted",
		    vm->anons.inuse, live);
		return c->buf;
	}
	return NULL;
}

/* D1 for the pages of an aobj that have a slot. */
static const char *
check_aobj(struct vm *vm, struct vm_object *obj)
{
	const char *why = sparse_check(&obj->swap);
	uint32_t slot;

	if (obj->pager != &aobj_pager)
		return obj->swap.nused != 0 ?
		    "S1: slots of an object that has no place in swap" :
		    why;
	for (uint64_t i = 0; why == NULL &&
	     (i = sparse_next(&obj->swap, i, &slot)) != SPARSE_END;
	     i++) {
		const pfn_t pfn = sparse_get(&obj->pages, i);

		if (pfn != PFN_NONE)
			why = check_slot(vm, pfn, slot);
	}
	return why;
}

static const char *
check_objects(const struct census *c,
    uint32_t (*extra)(void *, struct vm_object *), void *ctx)
{
	struct vm_object *obj;

	for (obj = c->vm->first_object; obj != NULL; obj = obj->next) {
		const char *why = vm_object_check(c->vm, obj);

		if (why == NULL)
			why = check_aobj(c->vm, obj);
		if (why == NULL &&
		    obj->refs !=
			obj->mark + (extra != NULL ? extra(ctx, obj) : 0))
			why = "O2: references differ from the recount";
		if (why != NULL) {
			snprintf(c->buf, c->len, "object %u: %s", obj->id, why);
			return c->buf;
		}
	}
	return NULL;
}

static const char *
check_pageout(const struct census *c)
{
	const struct vm_pageout *po = &c->vm->pageout;
	const char *why = vm_swap_check(c->vm, c->buf, c->len);

	if (why == NULL && po->daemon != NULL && po->daemon->check != NULL)
		why = po->daemon->check(c->vm, c->buf, c->len);
	if (why == NULL && (po->running || c->vm->exp.paging != 0)) {
		snprintf(c->buf, c->len,
		    "pageout: S3: pages are on their way out");
		why = c->buf;
	}
	return why;
}

static const char *
check_census(const struct census *c,
    uint32_t (*extra)(void *, struct vm_object *), void *ctx)
{
	const char *why = NULL;

	clear_marks(c);
	for (size_t i = 0; i < c->nmaps && why == NULL; i++)
		why = check_entries(c, c->maps[i]);
	if (why == NULL)
		why = check_refs(c);
	if (why == NULL)
		why = check_anons(c);
	if (why == NULL)
		why = check_objects(c, extra, ctx);
	if (why == NULL)
		why = vm_pages_check(c->vm, c->buf, c->len);
	if (why == NULL)
		why = vm_phys_check(c->vm, c->buf, c->len);
	if (why == NULL)
		why = vm_reserv_check(c->vm, c->buf, c->len);
	if (why == NULL)
		why = check_pageout(c);
	if (why == NULL && c->vm->config.policy != NULL)
		why = vm_replace_check(c->vm, c->buf, c->len);
	c->vm->pmaps.used = c->vm->pages.fresh;
	if (why == NULL)
		why = pmap_check(&c->vm->pmaps, c->buf, c->len);
	return why;
}

/* The maps of a space and the submaps below them. */
static size_t
collect(struct vm_map *map, struct vm_map **out, size_t n)
{
	struct vm_map_entry *e;

	if (out != NULL)
		out[n] = map;
	n++;
	for (e = map->header.next; e != &map->header; e = e->next)
		if (e->etype & UVM_ET_SUBMAP)
			n = collect(e->submap, out, n);
	return n;
}

static size_t
collect_all(struct vm *vm, struct vmspace *const *spaces, size_t n,
    struct vm_map **out)
{
	size_t k = collect(&vm->kernel->vm_map, out, 0);

	for (size_t i = 0; i < n; i++)
		k = collect(&spaces[i]->vm_map, out, k);
	return k;
}

const char *
vm_check(struct vm *vm, struct vmspace *const *spaces, size_t n,
    uint32_t (*extra)(void *, struct vm_object *), void *ctx, char *buf,
    size_t len)
{
	size_t nmaps = collect_all(vm, spaces, n, NULL);
	struct census c = {
		.vm = vm,
		.nanon = vm->anons.fresh,
		.nmaps = nmaps,
		.buf = buf,
		.len = len,
	};
	struct vm_map **maps;
	const char *why;

	mem_injection_hold(vm->mem, true);
	maps = mem_alloc(vm->mem, nmaps * sizeof(*maps));
	c.anon_refs = mem_zalloc(vm->mem, c.nanon * sizeof(*c.anon_refs));
	mem_injection_hold(vm->mem, false);
	if (maps == NULL || c.anon_refs == NULL) {
		snprintf(buf, len, "no memory to check the state");
		why = buf;
	} else {
		(void)collect_all(vm, spaces, n, maps);
		c.maps = maps;
		why = check_census(&c, extra, ctx);
	}
	mem_free(vm->mem, maps, nmaps * sizeof(*maps));
	mem_free(vm->mem, c.anon_refs, c.nanon * sizeof(*c.anon_refs));
	return why;
}
