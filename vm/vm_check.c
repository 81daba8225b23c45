/*
 * Checking everything: each structure by its own checker, then references
 * counted afresh over all maps (A1, A2, O2, M9, M10, P1).
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

static const char *
check_anons(const struct census *c)
{
	struct vm *vm = c->vm;
	const char *why = NULL;
	uint32_t i, live = 0;

	for (i = 1; i < vm->anons.fresh && why == NULL; i++) {
		const struct vm_anon *anon = &vm->anons.anon[i];
		const struct vm_page *pg;

		if (anon->ref != c->anon_refs[i])
			why = "A1: references are not the slots that name it";
		if (anon->ref == 0 || why != NULL)
			continue;
		live++;
		if (anon->where == PFN_NONE || anon->where > vm->pages.npages) {
			why = "A2: anon without a frame";
			continue;
		}
		pg = &vm->pages.page[anon->where];
		if (!(pg->pg_flags & PG_ANON) || pg->owner != i)
			why = "P1: anon's frame does not belong to it";
	}
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

static const char *
check_objects(const struct census *c,
    uint32_t (*extra)(void *, struct vm_object *), void *ctx)
{
	struct vm_object *obj;

	for (obj = c->vm->first_object; obj != NULL; obj = obj->next) {
		const char *why = vm_object_check(c->vm, obj);

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
