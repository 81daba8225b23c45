/*
 * Core sections "objects" and "amaps": what entries map.
 *
 * An object's pages and an amap's slots are sparse arrays; they are written as
 * pairs in rising order and rebuilt by the same calls that fill them in a live
 * machine.  Reference counts are in the file and are counted afresh by the
 * check that follows a load.
 */
#include <stdlib.h>
#include <string.h>

#include "core_section.h"

#define PAIR_SIZE 12 /* of a sparse array */

/* ----------------------------------------------------- sparse arrays ---- */

static void
put_sparse(struct core_out *out, struct sparse *s)
{
	uint32_t value;

	sim_core_put(out, s->nused, 8);
	for (uint64_t i = 0; (i = sparse_next(s, i, &value)) != SPARSE_END;
	     i++) {
		sim_core_put(out, i, 8);
		sim_core_put(out, value, 4);
	}
}

/* Indexes rise and are at most `last`; values lie in [1, hi]. */
static void
get_sparse(struct core_load *load, struct sparse *s, uint64_t last, uint32_t hi,
    const char *name)
{
	struct core_in *in = &load->in;
	struct sparse_pool *pool = &load->m->vm.sparse;
	uint64_t n = sim_core_get_count64(in, PAIR_SIZE, name), next = 0;

	for (; n > 0 && sim_core_in_ok(in); n--) {
		uint64_t i = sim_core_get_within(in, 8, next, last, name);
		uint32_t v = (uint32_t)sim_core_get_within(in, 4, 1, hi, name);

		if (!sim_core_in_ok(in))
			return;
		if (sparse_reserve(pool, 1) != 0) {
			sim_core_refuse_errno(in, ENOMEM);
			return;
		}
		sparse_set(pool, s, i, v);
		next = i + 1;
	}
}

/* ----------------------------------------------------------- objects ---- */

static const struct core_field object_fields[] = {
	CORE_FIELD(struct vm_object, refs, 4, 1, UINT32_MAX),
	CORE_FIELD(struct vm_object, size, 8, 0, INT64_MAX),
	CORE_FIELD(struct vm_object, seed, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_object, initial, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_object, text, 1, 0, 1),
	CORE_FIELD(struct vm_object, reserv.colour, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_object, reserv.first, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_object, reserv.coloured, 1, 0, 1), { .name = NULL }
};

void
sim_core_put_objects(struct core_out *out, struct machine *m)
{
	struct vm_object *obj;
	uint32_t n = 0;

	for (obj = m->vm.first_object; obj != NULL; obj = obj->next)
		n++;
	sim_core_put(out, n, 4);
	for (obj = m->vm.first_object; obj != NULL; obj = obj->next) {
		sim_core_put(out, obj->id, 4);
		sim_core_put_string(out, obj->pager->name);
		sim_core_put_record(out, object_fields, obj);
		put_sparse(out, &obj->pages);
		put_sparse(out, &obj->disk);
		put_sparse(out, &obj->swap);
		sim_core_put(out, obj->nwritten, 4);
		for (uint32_t i = 0; i < obj->nwritten; i++)
			sim_core_put(out, obj->written[i], 8);
	}
}

static const struct vm_pager *
get_pager(struct core_in *in)
{
	char name[32];

	if (!sim_core_get_name(in, name, sizeof(name), "pager"))
		return NULL;
	for (unsigned i = 0; vm_pagers[i] != NULL; i++)
		if (strcmp(vm_pagers[i]->name, name) == 0)
			return vm_pagers[i];
	sim_core_refuse(in, "no such pager: \"%.32s\"", name);
	return NULL;
}

/* Tags written back; the disk array has named at most that many. */
static void
get_written(struct core_load *load, struct vm_object *obj, uint32_t named)
{
	struct core_in *in = &load->in;
	uint32_t n = sim_core_get_count(in, 8, "written tags");
	uint64_t *tags;

	if (sim_core_in_ok(in) && named != n)
		sim_core_refuse(in, "%u written tags; %u expected", n, named);
	if (!sim_core_in_ok(in) || n == 0)
		return;
	tags = mem_alloc(load->m->mem, n * sizeof(*tags));
	if (tags == NULL) {
		sim_core_refuse_errno(in, ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		tags[i] = sim_core_get(in, 8);
	obj->written = tags;
	obj->nwritten = obj->maxwritten = n;
}

static void
list_object(struct vm *vm, struct vm_object *obj)
{
	obj->prev = vm->last_object;
	if (obj->prev != NULL)
		obj->prev->next = obj;
	else
		vm->first_object = obj;
	vm->last_object = obj;
}

/*
 * Disk names values 1 to n of the written tags, where n may not be known yet;
 * each page written back has a tag of its own, so that there are as many.
 */
static void
get_object(struct core_load *load)
{
	struct vm_object *obj = sim_core_define(load, CORE_SLAB_OBJECTS);
	uint64_t used;

	if (obj == NULL)
		return;
	obj->page_shift = load->m->page_shift;
	vm_reserv_owner_init(&obj->reserv, VM_RESERV_OBJECT, obj->id);
	obj->pager = get_pager(&load->in);
	sim_core_get_record(&load->in, object_fields, obj);
	list_object(&load->m->vm, obj);
	get_sparse(load, &obj->pages, UINT32_MAX, load->m->vm.pages.fresh - 1,
	    "page of an object");
	get_sparse(load, &obj->disk, UINT32_MAX, UINT32_MAX,
	    "disk page of an object");
	get_sparse(load, &obj->swap, UINT32_MAX, UINT32_MAX,
	    "swap slot of an object");
	if (obj->swap.nused != 0 && obj->pager != &aobj_pager)
		sim_core_refuse(&load->in, "object %u has swap slots", obj->id);
	used = obj->disk.nused;
	get_written(load, obj, (uint32_t)used);
	for (uint64_t i = 0; sim_core_in_ok(&load->in); i++) {
		uint32_t tag;

		if ((i = sparse_next(&obj->disk, i, &tag)) == SPARSE_END)
			break;
		if (tag > obj->nwritten)
			sim_core_refuse(&load->in,
			    "object %u: disk page "
			    "%llu has tag %u of %u",
			    obj->id, (unsigned long long)i, tag, obj->nwritten);
	}
}

void
sim_core_get_objects(struct core_load *load)
{
	uint32_t n = sim_core_get_count(&load->in, 32, "objects");

	for (; n > 0 && sim_core_in_ok(&load->in); n--)
		get_object(load);
}

/* ------------------------------------------------------------- amaps ---- */

#define MAXSLOTS ((uint64_t)1 << 52) /* pages of 64 bits */

static const struct core_field amap_fields[] = {
	CORE_FIELD(struct vm_amap, ref, 4, 1, UINT32_MAX),
	CORE_FIELD(struct vm_amap, flags, 4, 0, AMAP_SHARED),
	CORE_FIELD(struct vm_amap, origin, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_amap, nslot, 8, 1, MAXSLOTS),
	CORE_FIELD(struct vm_amap, maxslot, 8, 1, MAXSLOTS),
	CORE_FIELD(struct vm_amap, reserv.colour, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_amap, reserv.first, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_amap, reserv.coloured, 1, 0, 1), { .name = NULL }
};

static void
put_amap(struct core_out *out, struct vm_amap *amap)
{
	const struct amap_run *run;
	uint32_t n = 0;

	sim_core_put(out, amap->id, 4);
	sim_core_put_record(out, amap_fields, amap);
	for (run = amap->runs; run != NULL; run = run->next)
		n++;
	sim_core_put(out, n, 4);
	for (run = amap->runs; run != NULL; run = run->next) {
		sim_core_put(out, run->slot, 8);
		sim_core_put(out, run->ref, 4);
	}
	put_sparse(out, &amap->slots);
}
#define RUN_SIZE 12

void
sim_core_put_amaps(struct core_out *out, struct machine *m)
{
	const struct slab *s = &m->vm.amaps;
	uint8_t *used = sim_core_used_names(s);

	if (used == NULL) {
		out->error = out->error != 0 ? out->error : ENOMEM;
		return;
	}
	sim_core_put(out, s->nitems - s->nfree, 4);
	for (uint32_t id = 1; id <= s->nitems; id++)
		if (used[id])
			put_amap(out, slab_item(s, id));
	free(used);
}

/* Runs rise from slot 0 and begin inside the amap. */
static void
get_runs(struct core_load *load, struct vm_amap *amap)
{
	struct core_in *in = &load->in;
	struct slab *s = &load->m->vm.amap_runs;
	uint32_t n = sim_core_get_count(in, RUN_SIZE, "runs");
	struct amap_run **link = &amap->runs;
	uint64_t next = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t slot = sim_core_get_within(in, 8, next,
		    i == 0 ? 0 : amap->nslot - 1, "first slot of a run");
		uint32_t ref = (uint32_t)sim_core_get_within(in, 4, 0,
		    amap->ref, "references of a run");

		if (!sim_core_in_ok(in))
			return;
		if (slab_reserve(s, 1) != 0) {
			sim_core_refuse_errno(in, ENOMEM);
			return;
		}
		*link = slab_take(s);
		**link = (struct amap_run){ .slot = slot, .ref = ref };
		link = &(*link)->next;
		next = slot + 1;
	}
}

static void
get_amap(struct core_load *load)
{
	struct vm_amap *amap = sim_core_define(load, CORE_SLAB_AMAPS);

	if (amap == NULL)
		return;
	vm_reserv_owner_init(&amap->reserv, VM_RESERV_AMAP, amap->id);
	if (!sim_core_get_record(&load->in, amap_fields, amap))
		return;
	if (amap->nslot > amap->maxslot)
		sim_core_refuse(&load->in, "amap %u uses %llu of %llu slots",
		    amap->id, (unsigned long long)amap->nslot,
		    (unsigned long long)amap->maxslot);
	get_runs(load, amap);
	get_sparse(load, &amap->slots, amap->nslot - 1,
	    load->m->vm.anons.fresh - 1, "slot of an amap");
}

/* Copies by their originals, lowest id first. */
static void
link_copies(struct core_load *load)
{
	const struct core_names *names = &load->names[CORE_SLAB_AMAPS];
	struct vm *vm = &load->m->vm;

	for (uint32_t id = 1; id <= names->nitems && sim_core_in_ok(&load->in);
	     id++) {
		struct vm_amap *amap = slab_item(&vm->amaps, id);
		uint32_t origin;

		if (names->state[id] != CORE_NAME_DEFINED || amap->origin == 0)
			continue;
		origin = amap->origin;
		if (origin > names->nitems || origin == id ||
		    names->state[origin] != CORE_NAME_DEFINED)
			sim_core_refuse(&load->in,
			    "amap %u is a copy of amap %u, which is not in "
			    "this core",
			    id, origin);
		else
			amap_link_copy(vm, slab_item(&vm->amaps, origin), amap);
	}
}

void
sim_core_get_amaps(struct core_load *load)
{
	uint32_t n = sim_core_get_count(&load->in, 32, "amaps");

	for (; n > 0 && sim_core_in_ok(&load->in); n--)
		get_amap(load);
	link_copies(load);
}
