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

static void
count_map(struct api_census *c, uint8_t *seen, struct vm_map *map)
{
	for (struct vm_map_entry *e = map->header.next; e != &map->header;
	     e = e->next) {
		const struct vm_object *obj = api_bottom_object(e);
		uint32_t amap;

		if (obj == NULL || e->amap == NULL)
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
	uint8_t *seen;

	if (c->done)
		return 0;
	seen = calloc(vm->amaps.nitems / 8 + 1, 1);
	c->above = calloc(vm->objects.nitems + 1u, sizeof(*c->above));
	if (seen != NULL && c->above != NULL) {
		while ((p = api_next_space(c->m, p)) != NULL)
			count_map(c, seen, &p->vmspace->vm_map);
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

struct sharers {
	const struct vm_anons *anons;
	uint32_t most;
};

static void
most_in_leaf(void *ctx, const struct sparse_leaf *leaf)
{
	struct sharers *s = ctx;

	for (uint64_t bits = leaf->used; bits != 0; bits &= bits - 1) {
		uint32_t name = leaf->value[__builtin_ctzll(bits)];
		uint32_t ref = vm_anon_get(s->anons, name)->ref;

		if (ref > s->most)
			s->most = ref;
	}
}

/* Only fork makes anons shared. */
uint32_t
api_amap_sharers(const struct vm *vm, const struct vm_amap *amap)
{
	struct sharers s = { .anons = &vm->anons, .most = 1 };

	if (vm->exp.forks != 0)
		sparse_leaves(&amap->slots, most_in_leaf, &s);
	return s.most;
}

/* ------------------------------------------------------------ objects ---- */

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
	const struct kind *k = kind_of(obj);
	const uint32_t name = k->named && obj->handle != NULL;
	int error;

	*out = (struct api_counts){ obj->refs - name + k->extra, 0 };
	if (obj->refs - name <= 1 && !c->done)
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
