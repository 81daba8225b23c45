/*
 * All objects of a machine: vm.objects, vm.swap_objects (reference "FreeBSD
 * kinfo" 5.2).
 *
 * FreeBSD's anonymous objects are the amaps.  They are found through the maps;
 * the first entry that has an amap decides what it is (layers.h).
 */
#include <stdlib.h>
#include <string.h>

#include "api/include/freebsd/sys/user.h"
#include "layers.h"
#include "sysctl.h"

#define HEAD offsetof(struct kinfo_vmobject, kvo_path)
#define PATH_ROOM (sizeof(((struct kinfo_vmobject *)0)->kvo_path) - 1)

_Static_assert(sizeof(struct kinfo_vmobject) == 1184, "kvo");
_Static_assert(offsetof(struct kinfo_vmobject, kvo_vn_fileid) == 16, "fileid");
_Static_assert(offsetof(struct kinfo_vmobject, kvo_resident) == 40, "resident");
_Static_assert(offsetof(struct kinfo_vmobject, kvo_backing_obj) == 64, "below");
_Static_assert(offsetof(struct kinfo_vmobject, kvo_me) == 72, "me");
_Static_assert(offsetof(struct kinfo_vmobject, kvo_swapped) == 128, "swapped");
_Static_assert(offsetof(struct kinfo_vmobject, kvo_path) == 160, "path");

struct each {
	struct machine *m;
	struct api_census census;
	uint8_t *seen; /* amaps told of, by number */
	api_object_fn *fn;
	void *ctx;
};

/* ------------------------------------------------------------- queues ---- */

struct frames {
	const struct vm *vm;
	bool anons; /* the values are anons, not frames */
	struct api_object *o;
};

static void
count_leaf(void *ctx, const struct sparse_leaf *leaf)
{
	struct frames *f = ctx;

	for (uint64_t bits = leaf->used; bits != 0; bits &= bits - 1) {
		uint32_t pfn = leaf->value[__builtin_ctzll(bits)];
		uint32_t slot = SWSLOT_NONE;
		unsigned flags;

		if (f->anons) {
			slot = vm_anon_slot(&f->vm->anons, pfn);
			pfn = vm_anon_get(&f->vm->anons, pfn)->where;
		}
		f->o->resident += pfn != PFN_NONE;
		f->o->swapped += pfn == PFN_NONE && slot != SWSLOT_NONE;
		flags = f->vm->pages.page[pfn].pg_flags;
		f->o->active += (flags & PQ_ACTIVE) != 0;
		f->o->inactive += (flags & PQ_INACTIVE) != 0;
	}
}

static void
count_frames(const struct each *w, const struct sparse *s, bool anons,
    struct api_object *o)
{
	struct frames f = { .vm = &w->m->vm, .anons = anons, .o = o };

	sparse_leaves(s, count_leaf, &f);
}

/* Slots of shared memory whose pages are not in memory. */
static uint64_t
count_out(struct vm_object *obj)
{
	uint64_t n = 0;

	for (uint64_t i = 0;
	     (i = sparse_next(&obj->swap, i, NULL)) != SPARSE_END; i++)
		n += sparse_get(&obj->pages, i) == 0;
	return n;
}

/* --------------------------------------------------------- each object --- */

static int
tell_object(struct each *w, struct vm_object *obj)
{
	struct api_counts counts;
	struct api_object o = {
		.type = api_object_type(obj),
		.size = pg_atop(w->m, pg_round(w->m, obj->size)),
		.file = api_object_vnode(obj),
	};
	int error = api_object_counts(&w->census, obj, &counts);

	if (error != 0)
		return error;
	o.refs = counts.refs;
	o.shadows = counts.shadows;
	count_frames(w, &obj->pages, false, &o);
	o.swapped = count_out(obj);
	return w->fn(w->ctx, &o);
}

static int
tell_amap(struct each *w, const struct vm_map_entry *e,
    const struct vm_amap *amap)
{
	const struct api_counts counts = api_amap_counts(e, amap,
	    api_amap_sharing(&w->m->vm, amap));
	const uint32_t i = amap->id - 1;
	struct api_object o = {
		.type = KVME_TYPE_SWAP,
		.anon = true,
		.refs = counts.refs,
		.shadows = counts.shadows,
		.size = amap->nslot,
		.handle = sim_kva_amap(w->m, amap),
		.backing = sim_kva_object(w->m, api_bottom_object(e)),
	};

	if (w->seen[i / 8] & 1u << i % 8)
		return 0;
	w->seen[i / 8] |= (uint8_t)(1u << i % 8);
	count_frames(w, &amap->slots, true, &o);
	return w->fn(w->ctx, &o);
}

static int
tell_amaps(struct each *w)
{
	struct process *p = NULL;
	int error = 0;

	while (error == 0 && (p = api_next_space(w->m, p)) != NULL) {
		const struct vm_map *map = &p->vmspace->vm_map;
		const struct vm_map_entry *e = map->header.next;

		for (; error == 0 && e != &map->header; e = e->next)
			if (api_top_amap(e) != NULL)
				error = tell_amap(w, e, e->amap);
	}
	return error;
}

int
api_each_object(struct machine *m, api_object_fn *fn, void *ctx)
{
	struct each w = { .m = m, .census = { .m = m }, .fn = fn, .ctx = ctx };
	struct vm_object *obj;
	int error = api_census(&w.census);

	w.seen = calloc(m->vm.amaps.nitems / 8 + 1, 1);
	if (w.seen == NULL)
		error = ENOMEM;
	for (obj = m->vm.first_object; error == 0 && obj != NULL;
	     obj = obj->next)
		error = tell_object(&w, obj);
	if (error == 0)
		error = tell_amaps(&w);
	free(w.seen);
	api_census_fini(&w.census);
	return error;
}

/* ------------------------------------------------------------- records --- */

static void
fill_vnode(struct kinfo_vmobject *k, const struct sim_file *f)
{
	const char *path = api_vnode_path(f);
	const size_t len = strlen(path);

	k->kvo_vn_fileid = f->ino;
	k->kvo_vn_fsid = f->dev;
	k->kvo_vn_fsid_freebsd11 = f->dev;
	memcpy(k->kvo_path, path, len < PATH_ROOM ? len : PATH_ROOM);
}

static void
fill(struct kinfo_vmobject *k, const struct machine *m,
    const struct api_object *o)
{
	*k = (struct kinfo_vmobject){
		.kvo_type = o->type,
		.kvo_size = pg_ptoa(m, o->size),
		.kvo_ref_count = (int)o->refs,
		.kvo_shadow_count = (int)o->shadows,
		.kvo_resident = o->resident,
	};
	if (o->anon) {
		k->kvo_me = o->handle;
		k->kvo_backing_obj = o->backing;
		k->kvo_swapped = o->swapped < UINT32_MAX ?
		    (uint32_t)o->swapped :
		    UINT32_MAX;
	}
}

static int
out(struct sysctl_req *r, struct kinfo_vmobject *k)
{
	const size_t len = HEAD + strlen(k->kvo_path) + 1;

	k->kvo_structsize = (int)((len + 7) & ~(size_t)7);
	return sysctl_out(r, k, (size_t)k->kvo_structsize);
}

static int
out_any(void *ctx, const struct api_object *o)
{
	const struct sysctl_req *r = ctx;
	struct kinfo_vmobject k;

	fill(&k, r->m, o);
	k.kvo_active = o->active;
	k.kvo_inactive = o->inactive;
	if (o->file != NULL)
		fill_vnode(&k, o->file);
	return out(ctx, &k);
}

static int
out_swap(void *ctx, const struct api_object *o)
{
	const struct sysctl_req *r = ctx;
	struct kinfo_vmobject k;

	if (o->type != KVME_TYPE_SWAP)
		return 0;
	fill(&k, r->m, o);
	return out(ctx, &k);
}

static int
count_object(void *ctx, const struct api_object *o)
{
	(void)o;
	++*(size_t *)ctx;
	return 0;
}

/* Who asks for the size is told that of a tenth more objects, all with the
 * longest path. */
static int
list(struct sysctl_req *r, api_object_fn *fn)
{
	size_t n = 0;
	int error;

	if (r->narg != 0)
		return EINVAL;
	if (r->old != NULL)
		return api_each_object(r->m, fn, r);
	error = api_each_object(r->m, count_object, &n);
	r->oldidx = n * sizeof(struct kinfo_vmobject) * 11 / 10;
	return error;
}

int
sysctl_objects(struct sysctl_req *r)
{
	return list(r, out_any);
}

int
sysctl_swap_objects(struct sysctl_req *r)
{
	return list(r, out_swap);
}
