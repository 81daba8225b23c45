/*
 * Finding live objects by number.
 */
#include "kernel.h"

#include "sim/core_section.h"

#include <stdlib.h>
#include <string.h>

/* Every address space once, the kernel's and its submaps too. */
static int
collect_spaces(struct kvm_view *v)
{
	struct process *p, *next;

	v->space = calloc(HASH_COUNT(v->m->procs) + SIM_NSUBMAPS,
	    sizeof(*v->space));
	if (v->space == NULL)
		return ENOMEM;
	HASH_ITER(hh, v->m->procs, p, next)
		if (p->vmspace != NULL &&
		    kvm_view_space(v, p->vmspace->vm_map.id) == NULL)
			v->space[v->nspaces++] = (struct kvm_space){
				&p->vmspace->vm_map, p->vmspace
			};
	for (size_t i = 0; i < SIM_NSUBMAPS; i++)
		v->space[v->nspaces++].map = &v->m->submaps[i];
	return 0;
}

const struct kvm_space *
kvm_view_space(const struct kvm_view *v, uint32_t id)
{
	for (size_t i = 0; i < v->nspaces; i++)
		if (v->space[i].map->id == id)
			return &v->space[i];
	return NULL;
}

static int
collect_objects(struct kvm_view *v)
{
	v->nentries = v->m->vm.entries.nitems + 1;
	v->namaps = v->m->vm.amaps.nitems + 1;
	v->entry = calloc(v->nentries, sizeof(*v->entry));
	v->entry_map = calloc(v->nentries, sizeof(*v->entry_map));
	v->amap = calloc(v->namaps, sizeof(*v->amap));
	v->nobjects = v->m->vm.objects.nitems + 1;
	v->object = calloc(v->nobjects, sizeof(*v->object));
	v->pv = sim_core_used_names(&v->m->vm.pmaps.pvs);
	if (v->entry == NULL || v->entry_map == NULL || v->amap == NULL ||
	    v->object == NULL || v->pv == NULL)
		return ENOMEM;
	for (struct vm_object *obj = v->m->vm.first_object; obj != NULL;
	     obj = obj->next)
		v->object[obj->id] = obj;
	for (size_t i = 0; i < v->nspaces; i++) {
		const struct vm_map *map = v->space[i].map;
		struct vm_map_entry *e = map->header.next;

		for (; e != &map->header; e = e->next) {
			v->entry[e->id] = e;
			v->entry_map[e->id] = map;
			if (e->amap != NULL)
				v->amap[e->amap->id] = e->amap;
		}
	}
	return 0;
}

void
kvm_view_free(struct kvm_view *v)
{
	kvm_names_free(v);
	kvm_larger_free(v);
	free(v->space);
	free(v->entry);
	free(v->entry_map);
	free(v->amap);
	free(v->object);
	free(v->pv);
	free(v->arrays);
	*v = (struct kvm_view){ .m = v->m, .layout = v->layout };
}

int
kvm_view_make(struct kvm_view *v)
{
	if (v->made && v->changes == v->m->changes)
		return 0;
	kvm_view_free(v);
	if (collect_spaces(v) != 0 || collect_objects(v) != 0 ||
	    kvm_larger_make(v) != 0 || kvm_slots_make(v) != 0 ||
	    kvm_names_make(v) != 0) {
		kvm_view_free(v);
		return ENOMEM;
	}
	v->changes = v->m->changes;
	v->made = true;
	return 0;
}
