/*
 * Core section "spaces": the kernel's submaps, and address spaces with their
 * maps and entries.
 *
 * A space is named by its map's id, which is never used again.  The first one
 * is the kernel's, which a new machine already has, like the submaps; the
 * others are made with the pmap id and the root frame that they had.  The tree
 * over the entries is built anew: its shape has no effect.
 */
#include <errno.h>
#include <stdlib.h>

#include "core_section.h"
#include "vm/vm_restore.h"

static const struct core_field map_fields[] = {
	CORE_FIELD(struct vm_map, id, 4, 1, UINT32_MAX),
	CORE_FIELD(struct vm_map, header.end, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_map, header.start, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_map, flags, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_map, size, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_map, ref_count, 4, 1, UINT32_MAX),
	CORE_FIELD(struct vm_map, timestamp, 4, 0, UINT32_MAX), { .name = NULL }
};

static const struct core_field space_fields[] = {
	CORE_FIELD(struct vmspace, vm_refcnt, 4, 1, UINT32_MAX),
	CORE_FIELD(struct vmspace, vm_tsize, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vmspace, vm_dsize, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vmspace, vm_ssize, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vmspace, vm_taddr, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vmspace, vm_daddr, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vmspace, vm_maxsaddr, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vmspace, vm_minsaddr, 8, 0, UINT64_MAX),
	{ .name = NULL }
};

#define ETYPE_KNOWN \
	(UVM_ET_OBJ | UVM_ET_SUBMAP | UVM_ET_COPYONWRITE | UVM_ET_NEEDSCOPY)

static const struct core_field entry_fields[] = {
	CORE_FIELD(struct vm_map_entry, start, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_map_entry, end, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_map_entry, offset, 8, 0, INT64_MAX),
	CORE_FIELD(struct vm_map_entry, ar_pageoff, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_map_entry, aux, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_map_entry, wired_count, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_map_entry, flags, 2, 0, UINT16_MAX),
	CORE_FIELD(struct vm_map_entry, etype, 1, 0, ETYPE_KNOWN),
	CORE_FIELD(struct vm_map_entry, protection, 1, 0, VM_PROT_ALL),
	CORE_FIELD(struct vm_map_entry, max_protection, 1, 0, VM_PROT_ALL),
	CORE_FIELD(struct vm_map_entry, inheritance, 1, 0, VM_INHERIT_ZERO),
	CORE_FIELD(struct vm_map_entry, advice, 1, 0, UVM_ADV_SEQUENTIAL),
	{ .name = NULL }
};

/* ---------------------------------------------------------- the list ---- */

static int
by_map_id(const void *a, const void *b)
{
	uint32_t x = (*(struct vmspace *const *)a)->vm_map.id;
	uint32_t y = (*(struct vmspace *const *)b)->vm_map.id;

	return (x > y) - (x < y);
}

struct vmspace **
sim_core_spaces(struct machine *m, uint32_t *n)
{
	struct vmspace **list;
	struct process *p;
	uint32_t max = 1, k = 0;

	for (p = m->procs; p != NULL; p = p->hh.next)
		max++;
	list = malloc(max * sizeof(struct vmspace *));
	if (list == NULL)
		return NULL;
	list[k++] = m->vm.kernel;
	for (p = m->procs; p != NULL; p = p->hh.next)
		if (p->vmspace != NULL)
			list[k++] = p->vmspace;
	qsort(list, k, sizeof(struct vmspace *), by_map_id);
	*n = 0;
	for (uint32_t i = 0; i < k; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[(*n)++] = list[i];
	return list;
}

/* ------------------------------------------------------------ saving ---- */

static uint32_t
entry_name(const struct vm_map *map, const struct vm_map_entry *e)
{
	return e != &map->header ? e->id : 0;
}

/* => 1 to SIM_NSUBMAPS; 0: none of the machine's */
static uint32_t
submap_number(const struct machine *m, const struct vm_map *map)
{
	for (uint32_t i = 0; i < SIM_NSUBMAPS; i++)
		if (map == &m->submaps[i])
			return i + 1;
	return 0;
}

/* A program's own submap has no place in a core. */
static uint32_t
target_name(struct core_out *out, const struct machine *m,
    const struct vm_map_entry *e)
{
	uint32_t n = 0;

	if (e->etype & UVM_ET_OBJ)
		return e->object->id;
	if (e->etype & UVM_ET_SUBMAP &&
	    (n = submap_number(m, e->submap)) == 0 && out->error == 0)
		out->error = ENOTSUP;
	return n;
}

static void
put_entries(struct core_out *out, const struct machine *m,
    const struct vm_map *map)
{
	const struct vm_map_entry *e;

	sim_core_put(out, entry_name(map, map->hint), 4);
	sim_core_put(out, entry_name(map, map->first_free), 4);
	sim_core_put(out, map->nentries, 4);
	for (e = map->header.next; e != &map->header; e = e->next) {
		sim_core_put(out, e->id, 4);
		sim_core_put_record(out, entry_fields, e);
		sim_core_put(out, target_name(out, m, e), 4);
		sim_core_put(out, e->amap != NULL ? e->amap->id : 0, 4);
	}
}
#define ENTRY_SIZE 63

static void
put_space(struct core_out *out, const struct machine *m,
    const struct vmspace *vs)
{
	const struct vm_map *map = &vs->vm_map;

	sim_core_put_record(out, map_fields, map);
	sim_core_put_record(out, space_fields, vs);
	sim_core_put(out, map->pmap->id, 4);
	sim_core_put(out, map->pmap->kernel, 1);
	sim_core_put(out, sim_core_root_frame(map->pmap), 4);
	put_entries(out, m, map);
}

void
sim_core_put_spaces(struct core_out *out, struct machine *m)
{
	uint32_t n;
	struct vmspace **list = sim_core_spaces(m, &n);

	if (list == NULL) {
		out->error = out->error != 0 ? out->error : ENOMEM;
		return;
	}
	for (uint32_t i = 0; i < SIM_NSUBMAPS; i++) {
		sim_core_put_record(out, map_fields, &m->submaps[i]);
		put_entries(out, m, &m->submaps[i]);
	}
	sim_core_put(out, n, 4);
	for (uint32_t i = 0; i < n; i++)
		put_space(out, m, list[i]);
	free(list);
}

/* ----------------------------------------------------------- entries ---- */

/* What the entry maps: an object, a submap (in the kernel's map), nothing. */
static void
get_target(struct core_load *load, const struct vm_map *map,
    struct vm_map_entry *e)
{
	struct core_in *in = &load->in;
	bool kernel = map == &load->m->vm.kernel->vm_map;
	uint32_t n;

	switch (e->etype & (UVM_ET_OBJ | UVM_ET_SUBMAP)) {
	case 0:
		sim_core_get_within(in, 4, 0, 0,
		    "object of an entry that "
		    "has none");
		break;
	case UVM_ET_OBJ:
		e->object = sim_core_refer(load, CORE_SLAB_OBJECTS, false);
		break;
	case UVM_ET_SUBMAP:
		n = (uint32_t)sim_core_get_within(in, 4, 1,
		    kernel ? SIM_NSUBMAPS : 0, "submap of an entry");
		if (n > 0)
			e->submap = &load->m->submaps[n - 1];
		break;
	default:
		sim_core_refuse(in, "entry %u has an object and a submap",
		    e->id);
		break;
	}
}

/* The slots that an entry uses lie in its amap. */
static void
get_amap_of(struct core_load *load, struct vm_map_entry *e)
{
	uint64_t n = pg_atop(load->m, e->end - e->start);

	e->amap = sim_core_refer(load, CORE_SLAB_AMAPS, true);
	if (e->amap != NULL &&
	    (n > e->amap->nslot || e->ar_pageoff > e->amap->nslot - n))
		sim_core_refuse(&load->in,
		    "entry %u uses %llu slots from "
		    "%llu of amap %u, which has %llu",
		    e->id, (unsigned long long)n,
		    (unsigned long long)e->ar_pageoff, e->amap->id,
		    (unsigned long long)e->amap->nslot);
}

/* => appended to the map, or NULL: refused */
static struct vm_map_entry *
get_entry(struct core_load *load, struct vm_map *map)
{
	struct core_in *in = &load->in;
	struct vm_map_entry *e = sim_core_define(load, CORE_SLAB_ENTRIES);

	if (e == NULL || !sim_core_get_record(in, entry_fields, e))
		return NULL;
	if ((e->etype & ~ETYPE_KNOWN) != 0)
		sim_core_refuse(in, "entry %u of unknown type 0x%x", e->id,
		    e->etype);
	get_target(load, map, e);
	if (sim_core_in_ok(in) &&
	    (e->start >= e->end ||
		((e->start | e->end | e->offset) & pg_mask(load->m)) != 0 ||
		e->start < map->header.prev->end || e->end > vm_map_max(map)))
		sim_core_refuse(in,
		    "entry %u: 0x%llx-0x%llx is out of order "
		    "or not page aligned",
		    e->id, (unsigned long long)e->start,
		    (unsigned long long)e->end);
	get_amap_of(load, e);
	if (!sim_core_in_ok(in))
		return NULL;
	vm_map_restore_entry(map, e);
	return e;
}

/* The entries, and hint and first_free, which are two of them. */
static void
get_entries(struct core_load *load, struct vm_map *map)
{
	struct core_in *in = &load->in;
	uint32_t hint = (uint32_t)sim_core_get(in, 4);
	uint32_t first_free = (uint32_t)sim_core_get(in, 4);
	uint32_t n = sim_core_get_count(in, ENTRY_SIZE, "entries");
	struct vm_map_entry *e, *hinted = NULL, *free_at = NULL;

	for (; n > 0 && sim_core_in_ok(in); n--) {
		e = get_entry(load, map);
		if (e != NULL && e->id == hint)
			hinted = e;
		if (e != NULL && e->id == first_free)
			free_at = e;
	}
	if (sim_core_in_ok(in) &&
	    ((hint != 0 && hinted == NULL) ||
		(first_free != 0 && free_at == NULL)))
		sim_core_refuse(in,
		    "hint or first_free of map %u is not one "
		    "of its entries",
		    map->id);
	map->hint = hint != 0 ? hinted : &map->header;
	map->first_free = first_free != 0 ? free_at : &map->header;
}

/* ------------------------------------------------------------ spaces ---- */

struct vmspace *
sim_core_refer_space(struct core_load *load)
{
	uint32_t id = (uint32_t)sim_core_get(&load->in, 4);
	uint32_t lo = 0, hi = load->nspaces;

	if (!sim_core_in_ok(&load->in) || id == 0)
		return NULL;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (load->spaces[mid]->vm_map.id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < load->nspaces && load->spaces[lo]->vm_map.id == id)
		return load->spaces[lo];
	sim_core_refuse(&load->in, "map %u is not in this core", id);
	return NULL;
}

static bool
get_map(struct core_load *load, struct vm_map *map, bool kernel)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	vaddr_t lo = kernel ? geo->kernel_min : 0, min, max;
	vaddr_t hi = kernel ? geo->kernel_max : geo->user_max;

	if (!sim_core_get_record(&load->in, map_fields, map))
		return false;
	min = vm_map_min(map);
	max = vm_map_max(map);
	if (((min | max) & pg_mask(load->m)) == 0 && min >= lo && min < max &&
	    max <= hi)
		return true;
	return sim_core_refuse(&load->in,
	    "map %u from 0x%llx to 0x%llx is "
	    "not within the machine's address space",
	    map->id, (unsigned long long)min, (unsigned long long)max);
}

/* A map as the record says, its entries still to come. */
static void
set_map(struct vm_map *map, const struct vm_map *got)
{
	sim_core_copy_record(map_fields, map, got);
	map->header.gap = vm_map_max(map) - vm_map_min(map);
}

/* The pmap of a space to be made. */
struct wanted {
	uint32_t id;
	bool kernel;
	pfn_t root;
};

/* A space with the wanted pmap; the new machine's kernel has its own. */
static struct vmspace *
make_space(struct core_load *load, const struct vm_map *got,
    const struct wanted *want)
{
	struct core_in *in = &load->in;
	struct vm *vm = &load->m->vm;
	struct vmspace *vs = vm->kernel;
	uint32_t id = want->id;
	int error = 0;
	pfn_t root;

	load->ptp[0] = want->root;
	load->nptp = 1;
	load->next_ptp = 0;
	vm->pmaps.nextid = id;
	if (!want->kernel && vm->pmaps.byid[id] != NULL)
		error = EEXIST;
	else if (!want->kernel)
		error = uvmspace_alloc(vm, vm_map_min(got), vm_map_max(got),
		    got->flags, &vs);
	if (error == ENOMEM && !load->bad_frame) {
		sim_core_refuse_errno(in, error);
		return NULL;
	}
	if (error != 0) {
		sim_core_refuse(in,
		    "no space could be made with pmap %u and "
		    "root frame %u",
		    id, want->root);
		return NULL;
	}
	root = sim_core_root_frame(vs->vm_map.pmap);
	if (vs->vm_map.pmap->id != id || root != want->root) {
		sim_core_refuse(in,
		    "pmap %u with root frame %u; expected "
		    "pmap %u and frame %u",
		    id, want->root, vs->vm_map.pmap->id, root);
		return NULL;
	}
	if (!(vm->pages.page[root].pg_flags & PG_PTP) ||
	    vm->pages.page[root].owner != id) {
		sim_core_refuse(in, "frame %u is no page table of pmap %u",
		    root, id);
		return NULL;
	}
	load->is_table[root] = 1;
	return vs;
}

static void
get_space(struct core_load *load)
{
	struct core_in *in = &load->in;
	bool kernel = load->nspaces == 0;
	uint32_t last = kernel ? 0 : load->spaces[load->nspaces - 1]->vm_map.id;
	struct vmspace got = { .vm_refcnt = 0 }, *vs;
	struct wanted want;

	if (!get_map(load, &got.vm_map, kernel))
		return;
	sim_core_get_record(in, space_fields, &got);
	want.id = (uint32_t)sim_core_get_within(in, 4, 1, PMAP_MAXID, "pmap");
	want.kernel = sim_core_get_within(in, 1, kernel, kernel, "kernel") != 0;
	want.root = (pfn_t)sim_core_get_within(in, 4, 1,
	    load->m->vm.pages.fresh - 1, "root frame");
	if (!sim_core_in_ok(in))
		return;
	if (got.vm_map.id <= last) {
		sim_core_refuse(in, "map %u after map %u", got.vm_map.id, last);
		return;
	}
	vs = make_space(load, &got.vm_map, &want);
	if (vs == NULL)
		return;
	load->spaces[load->nspaces++] = vs;
	set_map(&vs->vm_map, &got.vm_map);
	sim_core_copy_record(space_fields, vs, &got);
	get_entries(load, &vs->vm_map);
}

static void
get_submap(struct core_load *load, struct vm_map *map)
{
	struct vm_map got;

	if (!get_map(load, &got, true))
		return;
	set_map(map, &got);
	get_entries(load, map);
}

void
sim_core_get_spaces(struct core_load *load)
{
	uint32_t n;

	for (unsigned i = 0; i < SIM_NSUBMAPS && sim_core_in_ok(&load->in); i++)
		get_submap(load, &load->m->submaps[i]);
	n = sim_core_get_count(&load->in, 100, "spaces");
	load->spaces = calloc((size_t)n + 1, sizeof(struct vmspace *));
	if (load->spaces == NULL)
		sim_core_refuse_errno(&load->in, ENOMEM);
	for (; n > 0 && sim_core_in_ok(&load->in); n--)
		get_space(load);
	if (sim_core_in_ok(&load->in) && load->nspaces == 0)
		sim_core_refuse(&load->in,
		    "no address space, not even the "
		    "kernel's");
}
