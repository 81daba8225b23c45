/*
 * Core sections "frames", "tags" and "anons": the big arrays.
 *
 * They are written as they are, up to the lowest name never used; links and
 * owners are names already.  A frame's first mapping is not here but follows
 * from the page tables (sections "tables" and "pvs"); its saved reference and
 * modify state is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core_section.h"

#define FLAGS_KNOWN \
	(PG_CLEAN | PG_DIRTY | PG_BUSY | PG_FAKE | PG_RDONLY | PG_TABLED | \
	    PG_AOBJ | PG_ANON | PG_FILE | PG_PTP | PG_FREE | PQ_INACTIVE | \
	    PQ_ACTIVE | PQ_LAUNDRY | PQ_UNSWAPPABLE | PG_NOTED)
#define ATTR_SHIFT 61 /* of PMAP_ATTR_MASK */

/* ------------------------------------------------------------ frames ---- */

static const struct core_field heads[] = { CORE_FIELD(struct vm_pages, fresh, 4,
					       1, UINT32_MAX),
	CORE_FIELD(struct vm_pages, freelist, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, active.head, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, active.tail, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, inactive.head, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, inactive.tail, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, laundry.head, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, laundry.tail, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, unswappable.head, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, unswappable.tail, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, nlaundry, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_pages, nunswappable, 4, 0, UINT32_MAX),
	{ .name = NULL } };

void
sim_core_put_frames(struct core_out *out, struct machine *m)
{
	const struct vm_pages *pages = &m->vm.pages;

	sim_core_put_record(out, heads, pages);
	for (pfn_t pfn = 1; pfn < pages->fresh; pfn++) {
		const struct vm_page *pg = &pages->page[pfn];

		sim_core_put(out, pg->pg_flags, 2);
		sim_core_put(out, pg->pg_wire, 2);
		sim_core_put(out, pg->owner, 4);
		sim_core_put(out, pg->pindex, 4);
		sim_core_put(out, pg->qnext, 4);
		sim_core_put(out, pg->qprev, 4);
		sim_core_put(out, pg->md.pv >> ATTR_SHIFT, 1);
	}
}
#define FRAME_SIZE 21

static bool
queue_within(const struct vm_pageq *q, pfn_t fresh)
{
	return q->head < fresh && q->tail < fresh;
}

/* The heads and links of lists lie below `fresh`. */
static void
get_heads(struct core_in *in, struct vm_pages *pages)
{
	struct vm_pages got = { .fresh = 1 };

	if (!sim_core_get_record(in, heads, &got))
		return;
	if (got.fresh - 1 > pages->npages)
		sim_core_refuse(in, "frame %u of %u used", got.fresh - 1,
		    pages->npages);
	else if (got.freelist >= got.fresh ||
	    !queue_within(&got.active, got.fresh) ||
	    !queue_within(&got.inactive, got.fresh) ||
	    !queue_within(&got.laundry, got.fresh) ||
	    !queue_within(&got.unswappable, got.fresh))
		sim_core_refuse(in, "head of a list of frames beyond frame %u",
		    got.fresh - 1);
	pages->fresh = got.fresh;
	pages->freelist = got.freelist;
	pages->active = got.active;
	pages->inactive = got.inactive;
	pages->laundry = got.laundry;
	pages->unswappable = got.unswappable;
	pages->nlaundry = got.nlaundry;
	pages->nunswappable = got.nunswappable;
}

static void
get_frame(struct core_in *in, struct vm_page *pg, uint32_t last)
{
	memset(pg, 0, sizeof(*pg));
	pg->pg_flags = (uint16_t)sim_core_get(in, 2);
	if ((pg->pg_flags & ~FLAGS_KNOWN) != 0)
		sim_core_refuse(in, "frame with unknown flags 0x%x",
		    pg->pg_flags);
	pg->pg_wire = (uint16_t)sim_core_get(in, 2);
	pg->owner = (uint32_t)sim_core_get(in, 4);
	pg->pindex = (uint32_t)sim_core_get(in, 4);
	pg->qnext = (uint32_t)sim_core_get_within(in, 4, 0, last, "qnext");
	pg->qprev = (uint32_t)sim_core_get_within(in, 4, 0, last, "qprev");
	pg->md.pv = sim_core_get_within(in, 1, 0, 7, "attributes")
	    << ATTR_SHIFT;
}

void
sim_core_get_frames(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct vm_pages *pages = &load->m->vm.pages;

	get_heads(in, pages);
	if (sim_core_in_ok(in) &&
	    pages->fresh - 1 > (in->len - in->at) / FRAME_SIZE)
		sim_core_refuse(in, "%u frames do not fit into the section",
		    pages->fresh - 1);
	if (!sim_core_in_ok(in))
		return;
	load->is_table = calloc(pages->fresh, sizeof(*load->is_table));
	load->wired = calloc(pages->fresh, sizeof(*load->wired));
	if (load->is_table == NULL || load->wired == NULL)
		sim_core_refuse_errno(in, ENOMEM);
	for (pfn_t pfn = 1; pfn < pages->fresh && sim_core_in_ok(in); pfn++)
		get_frame(in, &pages->page[pfn], pages->fresh - 1);
}

/* -------------------------------------------------------------- tags ---- */

void
sim_core_put_tags(struct core_out *out, struct machine *m)
{
	const struct vm_pages *pages = &m->vm.pages;
	uint32_t n = pages->tag != NULL ? pages->fresh - 1 : 0;

	sim_core_put(out, n, 4);
	for (uint32_t i = 1; i <= n; i++)
		sim_core_put(out, pages->tag[i], 8);
}

void
sim_core_get_tags(struct core_load *load)
{
	struct core_in *in = &load->in;
	const struct vm_pages *pages = &load->m->vm.pages;
	uint32_t expect = pages->tag != NULL ? pages->fresh - 1 : 0;
	uint32_t n = (uint32_t)sim_core_get_within(in, 4, expect, expect,
	    "number of tags");

	for (uint32_t i = 1; i <= n && sim_core_in_ok(in); i++) {
		pages->tag[i] = sim_core_get(in, 8);
		if (pages->tag[i] != 0 && vm_page_isfree(&pages->page[i]))
			sim_core_refuse(in, "frame %u is free and has a tag",
			    i);
	}
}

/* ------------------------------------------------------------- anons ---- */

/*
 * The names that a machine makes for these frames, slots and anons so far: one
 * for each frame and slot; or, as vm_page_drop() has it, half as many again as
 * it may need.  Devices that are gone have left no more behind that counts.
 */
static uint64_t
most_names(const struct vm *vm, uint32_t fresh)
{
	const uint64_t need = (uint64_t)vm->pages.npages + fresh;
	uint64_t places = vm->pages.npages;

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++)
		if (vm->swap.dev[i].flags != 0)
			places += vm_swap_nslots(&vm->swap.dev[i]);
	return places > need + need / 2 ? places : need + need / 2;
}

void
sim_core_put_anons(struct core_out *out, struct machine *m)
{
	const struct vm_anons *a = &m->vm.anons;
	const uint64_t most = most_names(&m->vm, a->fresh);

	sim_core_put(out, a->nanons < most ? a->nanons : most, 4);
	sim_core_put(out, a->fresh, 4);
	sim_core_put(out, a->freelist, 4);
	sim_core_put(out, a->inuse, 4);
	sim_core_put(out, a->slot != NULL, 1);
	for (uint32_t i = 1; i < a->fresh; i++) {
		sim_core_put(out, a->anon[i].ref, 4);
		sim_core_put(out, a->anon[i].where, 4);
		if (a->slot != NULL)
			sim_core_put(out, a->slot[i], 4);
	}
}

/* No more names than are of use, so that n bytes do not ask for a gigabyte. */
static void
get_names(struct core_load *load, uint32_t names, uint32_t n, bool slots)
{
	struct core_in *in = &load->in;
	struct vm *vm = &load->m->vm;
	const uint64_t most = most_names(vm, n + 1);

	if (!sim_core_in_ok(in))
		return;
	if (n > (in->len - in->at) / (slots ? 12 : 8))
		sim_core_refuse(in, "%u anons do not fit into the section", n);
	else if (names > most)
		sim_core_refuse_at(in, in->span[CORE_ANONS].offset,
		    "names for %u anons; at most %llu expected", names,
		    (unsigned long long)most);
	else if (!slots &&
	    (vm->anons.slot != NULL || names != vm->anons.nanons))
		sim_core_refuse(in, "%u anons without slots", names);
	else if (slots && vm_anons_grow(vm, names) != 0)
		sim_core_refuse_errno(in, ENOMEM);
}

/*
 * An anon in use is in a frame or has a slot, or was given up; a free one names
 * the next free one, and has no slot.
 */
static void
get_anon(struct core_load *load, uint32_t i, uint32_t last)
{
	struct core_in *in = &load->in;
	struct vm_anons *a = &load->m->vm.anons;
	const uint32_t ref = (uint32_t)sim_core_get(in, 4);
	uint32_t slot = SWSLOT_NONE;

	a->anon[i].ref = ref;
	a->anon[i].where = (uint32_t)sim_core_get_within(in, 4, 0,
	    ref != 0 ? load->m->vm.pages.fresh - 1 : last,
	    ref != 0 ? "frame of an anon" : "next free anon");
	if (a->slot != NULL)
		a->slot[i] = slot = (uint32_t)sim_core_get(in, 4);
	if (ref == 0 && slot != SWSLOT_NONE)
		sim_core_refuse(in, "anon %u is free and has a slot", i);
}

void
sim_core_get_anons(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct vm_anons *a = &load->m->vm.anons;
	const uint32_t nframes = load->m->vm.pages.npages;
	uint32_t names, n;
	bool slots;

	names = (uint32_t)sim_core_get_within(in, 4, nframes, UINT32_MAX - 1,
	    "anons");
	n = (uint32_t)sim_core_get_within(in, 4, 1, (uint64_t)names + 1,
		"lowest anon never used") -
	    1;
	a->freelist = (uint32_t)sim_core_get_within(in, 4, 0, n,
	    "first free anon");
	a->inuse = (uint32_t)sim_core_get_within(in, 4, 0, n, "anons in use");
	slots = sim_core_get_within(in, 1, 0, 1, "slots") != 0;
	get_names(load, names, n, slots);
	if (!sim_core_in_ok(in))
		return;
	for (uint32_t i = 1; i <= n && sim_core_in_ok(in); i++)
		get_anon(load, i, n);
	a->fresh = n + 1;
}
