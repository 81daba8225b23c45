/*
 * UVM's layers as FreeBSD's objects, see layers.h.
 *
 *	FreeBSD's reference count of an object
 *	    = entries that use it directly
 *	    + objects that shadow it
 *	    + others that hold it, by its kind (table below)
 *
 * UVM counts an entry with an amap above the object as a reference, too, so
 * that those are taken away and the distinct amaps added.  An object with one
 * reference needs no census.
 */
#include "layers.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "api/include/freebsd/sys/user.h"

/* -------------------------------------------------------------- kinds ---- */

static const struct kind {
	const struct vm_pager *pager;
	int type;
	/* References that are not entries': ours when a name (a file, a
	 * segment) holds one, and those that FreeBSD has besides. */
	bool named;     /* the name's does not count in FreeBSD */
	uint32_t extra; /* others that FreeBSD has */
} kinds[] = {
	{ &uvm_vnodeops, KVME_TYPE_VNODE, true, 0 },
	{ &aobj_pager, KVME_TYPE_SWAP, false, 0 },
	{ &uvm_deviceops, KVME_TYPE_DEVICE, true, 0 },
	{ &phys_pager, KVME_TYPE_PHYS, false, 1 }, /* the kernel's own */
	{ NULL, KVME_TYPE_UNKNOWN, false, 0 },
};

static const struct kind *
kind_of(const struct vm_object *obj)
{
	const struct kind *k = kinds;

	while (k->pager != NULL && k->pager != obj->pager)
		k++;
	return k;
}

/* References that a name (a file, a segment) has to the object. */
static uint32_t
name_refs(const struct vm_object *obj)
{
	return kind_of(obj)->named && obj->handle != NULL;
}

/* ------------------------------------------------------------- census ---- */

struct process *
api_next_space(struct machine *m, struct process *p)
{
	p = p == NULL ? m->procs : p->hh.next;
	while (p != NULL &&
	    (p->vmspace == NULL || p->vfork_parent != NULL || p->pid == 0))
		p = p->hh.next;
	return p;
}

/* Fixed memory is always mapped as it is: no amap lies above it. */
static bool
is_counted(const struct vm_object *obj)
{
	return obj->pager != &phys_pager;
}

/* References that entries may have to objects that are counted. */
static uint64_t
entry_refs(const struct vm *vm)
{
	const struct vm_object *obj = vm->first_object;
	uint64_t n = 0;

	for (; obj != NULL; obj = obj->next)
		if (is_counted(obj))
			n += obj->refs - name_refs(obj);
	return n;
}

/* *left: references not seen yet; with none left the rest is not looked at. */
static void
count_map(struct api_census *c, uint8_t *seen, struct vm_map *map,
    uint64_t *left)
{
	for (struct vm_map_entry *e = map->header.next;
	     e != &map->header && *left > 0; e = e->next) {
		const struct vm_object *obj = api_bottom_object(e);
		uint32_t amap;

		if (obj == NULL || !is_counted(obj))
			continue;
		--*left;
		if (e->amap == NULL)
			continue;
		amap = e->amap->id - 1;
		c->above[obj->id - 1].entries++;
		if (seen[amap / 8] & 1u << amap % 8)
			continue;
		seen[amap / 8] |= (uint8_t)(1u << amap % 8);
		c->above[obj->id - 1].amaps++;
	}
}

int
api_census(struct api_census *c)
{
	const struct vm *vm = &c->m->vm;
	struct process *p = NULL;
	uint64_t left = entry_refs(vm);
	uint8_t *seen;

	if (c->done)
		return 0;
	seen = calloc(vm->amaps.nitems / 8 + 1, 1);
	c->above = calloc(vm->objects.nitems + 1u, sizeof(*c->above));
	if (seen != NULL && c->above != NULL) {
		while ((p = api_next_space(c->m, p)) != NULL)
			count_map(c, seen, &p->vmspace->vm_map, &left);
		c->done = true;
	}
	free(seen);
	return c->done ? 0 : ENOMEM;
}

void
api_census_fini(struct api_census *c)
{
	free(c->above);
	c->above = NULL;
	c->done = false;
}

/* -------------------------------------------------------------- amaps ---- */

struct scan {
	const struct vm_anons *anons;
	struct api_sharing sharing;
};

static void
scan_leaf(void *ctx, const struct sparse_leaf *leaf)
{
	struct scan *s = ctx;

	for (uint64_t bits = leaf->used; bits != 0; bits &= bits - 1) {
		uint32_t name = leaf->value[__builtin_ctzll(bits)];
		uint32_t ref = vm_anon_get(s->anons, name)->ref;

		if (ref > s->sharing.most)
			s->sharing.most = ref;
		if (ref < s->sharing.least)
			s->sharing.least = ref;
	}
}

/* Only fork makes anons shared. */
struct api_sharing
api_amap_sharing(const struct vm *vm, const struct vm_amap *amap)
{
	struct scan s = { .anons = &vm->anons, .sharing = { UINT32_MAX, 0 } };

	if (vm->exp.forks == 0 || amap->slots.nused == 0)
		return (struct api_sharing){ 1, 1 };
	sparse_leaves(&amap->slots, scan_leaf, &s);
	return s.sharing;
}

struct count {
	const struct vm_anons *anons;
	uint64_t n;
};

static void
count_leaf(void *ctx, const struct sparse_leaf *leaf)
{
	struct count *c = ctx;

	for (uint64_t bits = leaf->used; bits != 0; bits &= bits - 1) {
		uint32_t name = leaf->value[__builtin_ctzll(bits)];

		c->n += vm_anon_get(c->anons, name)->where != 0;
	}
}

uint64_t
api_amap_resident(const struct vm *vm, const struct vm_amap *amap)
{
	struct count c = { .anons = &vm->anons };

	if (api_all_resident(vm))
		return amap->slots.nused;
	sparse_leaves(&amap->slots, count_leaf, &c);
	return c.n;
}

/* ------------------------------------------------------------ objects ---- */

int
api_object_type(const struct vm_object *obj)
{
	return kind_of(obj)->type;
}

const struct sim_file *
api_object_vnode(const struct vm_object *obj)
{
	return obj->pager == &uvm_vnodeops ? obj->handle : NULL;
}

int
api_object_counts(struct api_census *c, const struct vm_object *obj,
    struct api_counts *out)
{
	const uint32_t refs = obj->refs - name_refs(obj);
	int error;

	*out = (struct api_counts){ refs + kind_of(obj)->extra, 0 };
	if (refs <= 1 && !c->done)
		return 0;
	if ((error = api_census(c)) != 0)
		return error;
	out->shadows = c->above[obj->id - 1].amaps;
	out->refs -= c->above[obj->id - 1].entries - out->shadows;
	return 0;
}

/* ------------------------------------------------------------- vnodes ---- */

const char *
api_vnode_path(const struct sim_file *f)
{
	return f->links != 0 ? f->path : "";
}

uint16_t
api_vnode_mode(const struct sim_file *f)
{
	if (f->kind == SIM_FILE_DIR)
		return S_IFDIR | 0755;
	return (uint16_t)(S_IFREG | (f->object->text ? 0755 : 0644));
}

int
api_vnode_type(const struct sim_file *f)
{
	return f->kind == SIM_FILE_DIR ? KF_VTYPE_VDIR : KF_VTYPE_VREG;
}
