/*
 * Showing of amaps and objects: the two layers under an entry.
 */
#include <inttypes.h>
#include <string.h>

#include "show.h"

/* frame 0: its content is in the slot */
static void
show_tag(const struct wl_view *v, pfn_t pfn, uint32_t slot)
{
	const struct vm *vm = &v->m->vm;

	wl_put_slot(v, slot);
	if (vm->pages.tag != NULL && (pfn != PFN_NONE || slot != SWSLOT_BAD))
		fprintf(v->fp, " tag %016" PRIx64,
		    pfn != PFN_NONE ? vm->pages.tag[pfn] :
				      vm_swap_tag(vm, slot));
}

static void
show_slot(const struct wl_view *v, uint64_t slot, uint32_t name)
{
	const struct vm_anon *a = vm_anon_get(&v->m->vm.anons, name);

	fprintf(v->fp, "slot %5" PRIu64 ": anon %5" PRIu32 " refs %" PRIu32,
	    slot, name, a->ref);
	if (a->where != PFN_NONE)
		fprintf(v->fp, " frame %5" PRIu32, a->where);
	else
		fprintf(v->fp, " in swap    ");
	show_tag(v, a->where, vm_anon_slot(&v->m->vm.anons, name));
	putc('\n', v->fp);
}

bool
wl_show_amap(const struct wl_view *v)
{
	struct vm_map_entry *e = wl_entry_at(&v->p->vmspace->vm_map, v->va);
	struct vm_amap *am;
	uint64_t slot;
	uint32_t name;

	if (e == NULL) {
		fprintf(v->fp, "nothing is mapped at 0x%" PRIx64 "\n", v->va);
		return true;
	}
	if (e->etype & UVM_ET_SUBMAP || e->amap == NULL) {
		fprintf(v->fp, "the entry has no amap\n");
		return true;
	}
	am = e->amap;
	fprintf(v->fp,
	    "amap %" PRIu32 ": refs %" PRIu32 "%s, %" PRIu64 " slots, %" PRIu64
	    " used; the entry begins at slot %" PRIu64 "\n",
	    am->id, am->ref, am->flags & AMAP_SHARED ? " shared" : "",
	    am->nslot, am->slots.nused, e->ar_pageoff);
	for (slot = 0;
	     (slot = sparse_next(&am->slots, slot, &name)) != SPARSE_END;
	     slot++)
		show_slot(v, slot, name);
	return true;
}

static struct vm_object *
find_object(const struct wl_view *v)
{
	struct vm_map_entry *e;
	struct sim_file *f;

	if (v->path != NULL) {
		HASH_FIND_STR(v->m->files, v->path, f);
		return f != NULL ? f->object : NULL;
	}
	e = wl_entry_at(&v->p->vmspace->vm_map, v->va);
	return e != NULL && e->etype & UVM_ET_OBJ ? e->object : NULL;
}

/* The first page from i on that is in memory or in swap. */
static uint64_t
next_page(struct vm_object *obj, uint64_t i)
{
	uint64_t a = sparse_next(&obj->pages, i, NULL);
	uint64_t b = sparse_next(&obj->swap, i, NULL);

	return a < b ? a : b;
}

static void
show_page(const struct wl_view *v, struct vm_object *obj, uint64_t i)
{
	const pfn_t pfn = sparse_get(&obj->pages, i);
	const unsigned flags = v->m->vm.pages.page[pfn].pg_flags;

	fprintf(v->fp, "page %5" PRIu64 ": ", i);
	if (pfn != PFN_NONE)
		fprintf(v->fp, "frame %5" PRIu32 " %-7s", pfn,
		    flags & PG_CLEAN     ? "clean" :
			flags & PG_DIRTY ? "dirty" :
					   "unknown");
	else
		fprintf(v->fp, "%-19s", "in swap");
	show_tag(v, pfn, sparse_get(&obj->swap, i));
	putc('\n', v->fp);
}

bool
wl_show_object(const struct wl_view *v)
{
	struct vm_object *obj = find_object(v);
	char name[512], size[32];
	const char *text;
	uint64_t i;

	if (obj == NULL) {
		fprintf(v->fp, "there is no object\n");
		return true;
	}
	text = sim_object_name(v->m, obj, name, sizeof(name));
	wl_size_text(obj->size, size, sizeof(size));
	fprintf(v->fp,
	    "object %" PRIu32 " (%s, %s): refs %" PRIu32 ", size %s, %" PRIu64
	    " pages in memory\n",
	    obj->id, text != NULL ? text : "no name", obj->pager->name,
	    obj->refs, size, obj->pages.nused);
	for (i = 0; (i = next_page(obj, i)) != SPARSE_END; i++)
		show_page(v, obj, i);
	return true;
}
