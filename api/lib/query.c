/*
 * What there is: entries, pages, contents, counters.
 *
 * Nothing here changes a machine, so all of it may be called while an operation
 * is under way, from within a callback.
 */
#include <string.h>

#include "lib.h"
#include "sim/oom.h"
#include "sim/residence.h"
#include "sim/stats.h"
#include "vm/vm_amap.h"
#include "workloads/script/page.h"

/* ------------------------------------------------------------- entries ---- */

_Static_assert(UVMSIM_READ == VM_PROT_READ && UVMSIM_WRITE == VM_PROT_WRITE &&
	UVMSIM_EXEC == VM_PROT_EXEC &&
	(int)UVMSIM_INHERIT_ZERO == VM_INHERIT_ZERO &&
	(int)UVMSIM_INHERIT_NONE == VM_INHERIT_NONE &&
	(int)UVMSIM_INHERIT_COPY == VM_INHERIT_COPY &&
	(int)UVMSIM_ADVICE_RANDOM == UVM_ADV_RANDOM &&
	(int)UVMSIM_ADVICE_SEQUENTIAL == UVM_ADV_SEQUENTIAL,
    "public numbers are the machine's");

static uint32_t
entry_flags(const struct vm_map_entry *e)
{
	static const struct {
		uint32_t own, public;
	} types[] = {
		{ UVM_ET_COPYONWRITE, UVMSIM_ENTRY_COPY_ON_WRITE },
		{ UVM_ET_NEEDSCOPY, UVMSIM_ENTRY_NEEDS_COPY },
		{ UVM_ET_OBJ, UVMSIM_ENTRY_OBJECT },
		{ UVM_ET_SUBMAP, UVMSIM_ENTRY_SUBMAP },
	}, flags[] = {
		{ UVM_MAP_GUARD, UVMSIM_ENTRY_GUARD },
		{ UVM_MAP_GROWSDOWN, UVMSIM_ENTRY_GROWS_DOWN },
		{ UVM_MAP_HEAP, UVMSIM_ENTRY_HEAP },
		{ UVM_MAP_STACK, UVMSIM_ENTRY_STACK },
		{ UVM_MAP_NOCORE, UVMSIM_ENTRY_NO_CORE },
		{ UVM_MAP_NOSYNC, UVMSIM_ENTRY_NO_SYNC },
	};
	uint32_t out = 0;

	for (size_t i = 0; i < NELEM(types); i++)
		out |= e->etype & types[i].own ? types[i].public : 0;
	for (size_t i = 0; i < NELEM(flags); i++)
		out |= e->flags & flags[i].own ? flags[i].public : 0;
	return out;
}

/* The layers below an entry that is no submap. */
static void
entry_layers(struct machine *m, const struct vm_map_entry *e,
    struct uvmsim_entry *my)
{
	char buf[512];

	if (e->amap != NULL) {
		my->amap = e->amap->id;
		my->amap_refs = e->amap->ref;
		my->amap_pages = e->amap->slots.nused;
	}
	if (e->etype & UVM_ET_OBJ) {
		my->object = e->object->id;
		my->object_refs = e->object->refs;
		my->offset = e->offset;
		lib_name(my->name,
		    sim_object_name(m, e->object, buf, sizeof(buf)));
	}
}

/*
 * A process with a space.  One that is being taken down may be asked about by a
 * callback; there is nothing to be seen any more.  => NULL: told
 */
static struct process *
with_space(const struct uvmsim *u, int pid, const void *out)
{
	struct process *p = lib_running(u, pid);

	if (p == NULL || !lib_needs(out, "the structure"))
		return NULL;
	if (p->vmspace != NULL &&
	    (p->vmspace->vm_map.flags & VM_MAP_DYING) == 0)
		return p;
	(void)api_fail(ESRCH, "process %d is on its way out", pid);
	return NULL;
}

int
uvmsim_entry(const struct uvmsim *u, int pid, uint64_t address,
    struct uvmsim_entry *out)
{
	struct process *p = with_space(u, pid, out);
	const struct vm_map_entry *e;
	struct uvmsim_entry my;

	if (p == NULL || !lib_sized(out->size, sizeof(my), "uvmsim_entry"))
		return -1;
	e = wl_entry_from(&p->vmspace->vm_map, address);
	if (e == NULL)
		return 0;
	my = (struct uvmsim_entry){
		.start = e->start,
		.end = e->end,
		.rights = e->protection,
		.max_rights = e->max_protection,
		.inheritance = e->inheritance,
		.advice = e->advice,
		.flags = entry_flags(e),
		.wired = e->wired_count,
	};
	if ((e->etype & UVM_ET_SUBMAP) == 0)
		entry_layers(u->m, e, &my);
	/* Linux has another use for the bit. */
	if (p->personality == &sim_linux)
		my.flags &= ~(uint32_t)UVMSIM_ENTRY_NO_SYNC;
	(void)lib_give(out, &my, sizeof(my));
	return 1;
}

/* --------------------------------------------------------------- pages ---- */

static uint32_t
queue_of(unsigned flags)
{
	return flags & PQ_ACTIVE   ? UVMSIM_QUEUE_ACTIVE :
	    flags & PQ_INACTIVE    ? UVMSIM_QUEUE_INACTIVE :
	    flags & PQ_LAUNDRY     ? UVMSIM_QUEUE_LAUNDRY :
	    flags & PQ_UNSWAPPABLE ? UVMSIM_QUEUE_UNSWAPPABLE :
				     UVMSIM_QUEUE_NONE;
}

/* What the page table entry says. */
static void
page_mapping(const struct machine *m, struct pmap *pmap,
    const struct wl_page *pg, struct uvmsim_page *my)
{
	const struct pmap_geometry *geo = m->config.arch;
	vm_prot_t rights;

	my->flags |= UVMSIM_PAGE_MAPPED;
	if (pg->pte & geo->pte.accessed)
		my->flags |= UVMSIM_PAGE_REFERENCED;
	if (pg->pte & geo->pte.dirty)
		my->flags |= UVMSIM_PAGE_MODIFIED;
	if (pg->pte & geo->pte.wired)
		my->flags |= UVMSIM_PAGE_WIRED;
	my->mapping = (uint64_t)1 << geo->sizes[pmap_psind(pmap, pg->va)].shift;
	if (pmap_prot(pmap, pg->va, &rights))
		my->rights = rights;
}

static void
page_frame(struct machine *m, pfn_t frame, struct uvmsim_page *my)
{
	my->frame = frame;
	my->flags |= UVMSIM_PAGE_RESIDENT;
	my->queue = queue_of(m->vm.pages.page[frame].pg_flags);
	my->domain = vm_phys_domain(&m->vm, frame);
	if (vm_page_isdirty(&m->vm, frame))
		my->flags |= UVMSIM_PAGE_DIRTY;
}

int
uvmsim_page(const struct uvmsim *u, int pid, uint64_t address,
    struct uvmsim_page *out)
{
	struct process *p = with_space(u, pid, out);
	struct uvmsim_page my = { .flags = 0 };
	struct wl_page pg;
	pfn_t frame;

	if (p == NULL || !lib_sized(out->size, sizeof(my), "uvmsim_page"))
		return -1;
	if (!wl_page_look(p, address, &pg))
		return api_fail(EFAULT, "nothing is mapped at %#llx",
		    (unsigned long long)address);
	my.address = pg.va;
	frame = pg.mapped ? pg.mapped_frame : pg.frame;
	if (frame != PFN_NONE)
		page_frame(u->m, frame, &my);
	if (pg.mapped)
		page_mapping(u->m, p->vmspace->vm_map.pmap, &pg, &my);
	if (pg.swslot != SWSLOT_NONE && pg.swslot != SWSLOT_BAD) {
		my.slot = pg.swslot;
		my.flags |= UVMSIM_PAGE_SWAPPED;
	}
	if (pg.anon != 0) {
		my.anon = pg.anon;
		my.anon_refs = vm_anon_get(&u->m->vm.anons, pg.anon)->ref;
		my.flags |= UVMSIM_PAGE_ANON;
	}
	if (pg.object != NULL) {
		my.object = pg.object->id;
		my.offset = pg_ptoa(u->m, pg.pindex);
	}
	return lib_give(out, &my, sizeof(my));
}

int
uvmsim_tag(const struct uvmsim *u, int pid, uint64_t address, uint64_t *tag)
{
	struct process *p = with_space(u, pid, tag);
	int err;

	if (p == NULL)
		return -1;
	if (u->m->vm.pages.tag == NULL)
		return api_fail(ENOTSUP,
		    "the machine keeps no tags; expected tags=on");
	err = vm_peek_tag(&p->vmspace->vm_map, address, tag);
	return err == 0 ?
	    0 :
	    api_fail(err, "%#llx: %s", (unsigned long long)address,
		err == EFAULT ? "nothing is mapped there" :
				"it cannot be read");
}

int
uvmsim_residence(const struct uvmsim *u, int pid, uint64_t start, uint64_t end,
    struct uvmsim_residence *out)
{
	struct process *p = with_space(u, pid, out);
	struct uvmsim_residence my;
	struct sim_residence r;

	if (p == NULL || !lib_sized(out->size, sizeof(my), "uvmsim_residence"))
		return -1;
	if (start > end)
		return api_fail(EINVAL, "%#llx lies behind %#llx",
		    (unsigned long long)start, (unsigned long long)end);
	sim_residence(u->m, p, start, end, &r);
	my = (struct uvmsim_residence){
		.mapped = r.rss,
		.shared = r.shared,
		.referenced = r.referenced,
		.dirty = r.dirty,
		.proportional = r.pss >> SIM_PSS_SHIFT,
		.resident = wl_pages_resident(p, start, end),
		.swapped = wl_pages_out(p, start, end),
	};
	return lib_give(out, &my, sizeof(my));
}

/* ------------------------------------------------------------ counters ---- */

int
uvmsim_counter(const struct uvmsim *u, const char *name, uint64_t *value)
{
	if (!lib_is(u) || !lib_needs(name, "the name") ||
	    !lib_needs(value, "where the value goes"))
		return -1;
	return sim_stat_byname(u->m, name, value) ?
	    0 :
	    api_fail(ENOENT, "no counter is called \"%.64s\"", name);
}

int
uvmsim_counter_at(const struct uvmsim *u, size_t i, const char **name,
    uint64_t *value)
{
	struct sim_stat stat;

	if (!lib_is(u))
		return -1;
	if (!sim_stat_at(u->m, i, &stat))
		return api_fail(ENOENT, "there are not so many counters");
	if (name != NULL)
		*name = stat.name;
	if (value != NULL)
		*value = stat.value;
	return 0;
}
