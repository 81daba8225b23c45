/*
 * Pages and frames: what changed, found by looking.
 *
 * A page that somebody may have changed is marked; at the end of a moment those
 * marked are looked at, and what differs from what was last seen of them is a
 * row.  A frame knows the pages that were last seen in it, mapped since or not:
 * what happens to the frame (it is evicted) marks all of them, and what happens
 * to one of them (it is unmapped, and its anon gone) has the frame looked at.
 *
 * A range is looked at page by page of the page table, and through the list of
 * the space's known pages for those that are mapped no more.
 */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "workloads/script/page.h"

#define NO_PAGE 0

/* -------------------------------------------------------------- spaces ---- */

struct report_space *
report_space(struct report *r, uint32_t map_id)
{
	struct report_space *s;

	for (size_t i = r->nspaces; i-- > 0;)
		if (r->space[i].map_id == map_id)
			return &r->space[i];
	if (!report_grow(&r->space, r->nspaces, &r->maxspaces,
		sizeof(*r->space))) {
		r->nomem = true;
		return NULL;
	}
	s = &r->space[r->nspaces++];
	*s = (struct report_space){ .map_id = map_id,
		.stale = true,
		.rescan = true };
	return s;
}

/* --------------------------------------------------------------- pages ---- */

static bool
index_room(struct report *r, uint32_t index)
{
	uint32_t max = r->maxindex > 0 ? r->maxindex : 1024;
	uint32_t *bigger;

	if (index < r->maxindex)
		return true;
	while (max <= index)
		max *= 2;
	bigger = realloc(r->page_of, max * sizeof(*bigger));
	if (bigger == NULL)
		return false;
	memset(bigger + r->maxindex, 0, (max - r->maxindex) * sizeof(*bigger));
	r->page_of = bigger;
	r->maxindex = max;
	return true;
}

static uint32_t
new_page(struct report *r, uint32_t space, uint64_t vpn)
{
	size_t max = r->maxpages;
	struct report_page *pg;

	if (!report_grow(&r->page, r->npages + 1, &max, sizeof(*r->page)))
		return NO_PAGE;
	r->maxpages = (uint32_t)max;
	pg = &r->page[++r->npages];
	*pg = (struct report_page){ .space = space,
		.vpn = vpn,
		.next_in_space = r->space[space].first_page };
	r->space[space].first_page = r->npages;
	r->space[space].npages++;
	report_put(r, REPORT_PAGE_SPACE, space);
	report_put(r, REPORT_PAGE_VPN, (int64_t)vpn);
	return r->npages;
}

/* The number of a page; 0: no memory, or too many. */
uint32_t
report_page(struct report *r, uint32_t space, uint64_t vpn)
{
	/* Addresses have 57 bits at most: above the pages there is room. */
	const uint64_t key = vpn ^ (uint64_t)space << 45;
	uint32_t index = wl_pageindex(&r->index, key);

	if (index == WL_PAGEINDEX_NONE || !index_room(r, index)) {
		r->nomem = true;
		return NO_PAGE;
	}
	if (r->page_of[index] == NO_PAGE)
		r->page_of[index] = new_page(r, space, vpn);
	if (r->page_of[index] == NO_PAGE)
		r->nomem = true;
	return r->page_of[index];
}

void
report_mark_page(struct report *r, uint32_t page)
{
	if (page == NO_PAGE || r->page[page].marked)
		return;
	r->page[page].marked = true;
	if (!report_column_put(&r->marked_pages, page))
		r->nomem = true;
}

static void
mark_frame_only(struct report *r, pfn_t frame)
{
	if (frame == PFN_NONE || frame >= r->nframes || r->frame_marked[frame])
		return;
	r->frame_marked[frame] = 1;
	if (!report_column_put(&r->marked_frames, frame))
		r->nomem = true;
}

void
report_mark_frame(struct report *r, pfn_t frame)
{
	if (frame == PFN_NONE || frame >= r->nframes)
		return;
	mark_frame_only(r, frame);
	for (uint32_t i = r->frame_first[frame]; i != NO_PAGE;
	     i = r->page[i].next_in_frame)
		report_mark_page(r, i);
}

void
report_mark_range(struct report *r, uint32_t space, vaddr_t va, vaddr_t end)
{
	const unsigned shift = r->m->page_shift;

	if (va >= end)
		return;
	if (!report_grow(&r->range, r->nranges, &r->maxranges,
		sizeof(*r->range))) {
		r->nomem = true;
		return;
	}
	r->range[r->nranges++] = (struct report_range){ space, va >> shift,
		(end - 1) >> shift };
}

static void
leave_home(struct report *r, uint32_t page)
{
	struct report_page *pg = &r->page[page];

	if (pg->home == PFN_NONE)
		return;
	if (pg->prev_in_frame != NO_PAGE)
		r->page[pg->prev_in_frame].next_in_frame = pg->next_in_frame;
	else
		r->frame_first[pg->home] = pg->next_in_frame;
	if (pg->next_in_frame != NO_PAGE)
		r->page[pg->next_in_frame].prev_in_frame = pg->prev_in_frame;
	pg->home = PFN_NONE;
}

static void
enter_home(struct report *r, uint32_t page, pfn_t frame)
{
	struct report_page *pg = &r->page[page];

	if (frame >= r->nframes || frame == pg->home)
		return;
	leave_home(r, page);
	pg->home = frame;
	pg->prev_in_frame = NO_PAGE;
	pg->next_in_frame = r->frame_first[frame];
	if (pg->next_in_frame != NO_PAGE)
		r->page[pg->next_in_frame].prev_in_frame = page;
	r->frame_first[frame] = page;
}

/* What the machine has at a page now. */
static uint32_t
page_now(const struct report *r, struct process *p, uint64_t vpn, pfn_t *frame)
{
	const struct pte_format *f = &r->m->vm.pmaps.geo->pte;
	const vaddr_t va = (vaddr_t)vpn << r->m->page_shift;
	vm_prot_t prot = VM_PROT_NONE;
	struct pmap_walk w;
	struct wl_page pg;
	uint32_t bits;

	*frame = PFN_NONE;
	pmap_walk(p->vmspace->vm_map.pmap, va, &w);
	if (!w.mapped)
		return wl_page_look(p, va, &pg) && wl_page_isout(&pg) ?
		    REPORT_PTE_OUT :
		    0;
	(void)pmap_prot(p->vmspace->vm_map.pmap, va, &prot);
	*frame = w.pfn;
	bits = REPORT_PTE_MAPPED | prot | (uint32_t)w.psind << REPORT_PTE_SIZE;
	if (w.pte[w.nlevels - 1] & f->wired)
		bits |= REPORT_PTE_WIRED;
	if (w.pte[w.nlevels - 1] & f->dirty)
		bits |= REPORT_PTE_DIRTY;
	return bits;
}

static void
look_page(struct report *r, uint32_t page)
{
	struct report_page *pg = &r->page[page];
	struct report_space *s = &r->space[pg->space];
	pfn_t frame = PFN_NONE;
	uint32_t bits = 0;

	pg->marked = false;
	if (s->p != NULL)
		bits = page_now(r, s->p, pg->vpn, &frame);
	mark_frame_only(r, pg->home);
	if (bits == pg->bits && frame == pg->frame)
		return;
	report_mark_frame(r, pg->frame);
	if (frame != PFN_NONE)
		enter_home(r, page, frame);
	report_mark_frame(r, frame);
	pg->frame = frame;
	pg->bits = bits;
	report_put(r, REPORT_PTE_MOMENT, (int64_t)r->moment);
	report_put(r, REPORT_PTE_PAGE, page);
	report_put(r, REPORT_PTE_FRAME, frame);
	report_put(r, REPORT_PTE_BITS, bits);
}

/* -------------------------------------------------------------- ranges ---- */

static void
mark_mapped(struct report *r, const struct report_range *g)
{
	const struct report_space *s = &r->space[g->space];
	const unsigned shift = r->m->page_shift;
	vaddr_t va = g->first << shift, end;
	struct vm_map *map;

	if (s->p == NULL)
		return;
	map = &s->p->vmspace->vm_map;
	end = (g->last + 1) << shift;
	if (end == 0 || end > vm_map_max(map))
		end = vm_map_max(map);
	while ((va = pmap_next_mapped(map->pmap, va, end)) < end && !r->nomem) {
		report_mark_page(r, report_page(r, g->space, va >> shift));
		va += pg_size(r->m);
	}
}

static void
mark_known(struct report *r, const struct report_range *g)
{
	const uint64_t n = g->last - g->first + 1;
	uint32_t i = r->space[g->space].first_page;

	if (n > 0 && n <= r->space[g->space].npages) {
		for (uint64_t vpn = g->first; vpn <= g->last; vpn++) {
			const uint64_t key = vpn ^ (uint64_t)g->space << 45;
			uint32_t at = wl_pageindex(&r->index, key);

			if (at == WL_PAGEINDEX_NONE)
				r->nomem = true;
			if (at < r->maxindex)
				report_mark_page(r, r->page_of[at]);
		}
		return;
	}
	for (; i != NO_PAGE; i = r->page[i].next_in_space)
		if ((r->page[i].bits != 0 || r->page[i].home != PFN_NONE) &&
		    r->page[i].vpn >= g->first && r->page[i].vpn <= g->last)
			report_mark_page(r, i);
}

static bool
within(const struct report_range *a, const struct report_range *b)
{
	return a->space == b->space && a->first >= b->first &&
	    a->last <= b->last;
}

void
report_look_pages(struct report *r)
{
	for (uint32_t i = 0; i < r->nspaces; i++)
		if (r->space[i].rescan) {
			r->space[i].rescan = false;
			report_mark_range(r, i, 0, UINT64_MAX);
		}
	for (size_t i = 0; i < r->nranges; i++) {
		if (i > 0 && within(&r->range[i], &r->range[i - 1]))
			continue;
		mark_mapped(r, &r->range[i]);
		mark_known(r, &r->range[i]);
	}
	r->nranges = 0;
	/* Looking marks frames, and those the pages of others. */
	for (size_t i = 0; i < r->marked_pages.n; i++)
		look_page(r, (uint32_t)r->marked_pages.v[i]);
	r->marked_pages.n = 0;
}

/* -------------------------------------------------------------- frames ---- */

static uint32_t
object_owner(struct report *r, const struct vm_page *pg)
{
	struct vm_object *obj = vm_object_byid(&r->m->vm, pg->owner);
	char buf[200];
	const char *name = NULL;
	uint32_t row;

	if (obj != NULL)
		name = sim_object_name(r->m, obj, buf, sizeof(buf));
	if (name == NULL)
		name = obj != NULL ? obj->pager->name : "object";
	row = report_string(&r->objects, name, strlen(name));
	if (row == UINT32_MAX)
		r->nomem = true;
	return REPORT_OBJECT + row;
}

static uint32_t
owner_of(struct report *r, const struct vm_page *pg)
{
	if (vm_page_isfree(pg))
		return REPORT_FREE;
	if (pg->pg_flags & PG_PTP)
		return REPORT_TABLE;
	if (pg->pg_flags & PG_ANON)
		return REPORT_ANON;
	if (pg->pg_flags & PG_TABLED)
		return object_owner(r, pg);
	return pg->pg_wire > 0 ? REPORT_KERNEL : REPORT_HELD;
}

static uint32_t
frame_bits(const struct report *r, pfn_t frame, const struct vm_page *pg)
{
	static const struct {
		unsigned flag, queue;
	} queues[] = {
		{ PQ_ACTIVE, 1 },
		{ PQ_INACTIVE, 2 },
		{ PQ_LAUNDRY, 3 },
		{ PQ_UNSWAPPABLE, 4 },
	};
	uint32_t bits = 0;

	if (vm_page_isfree(pg))
		return 0;
	for (size_t i = 0; i < NELEM(queues); i++)
		if (pg->pg_flags & queues[i].flag)
			bits = queues[i].queue;
	if (pg->pg_wire > 0)
		bits |= REPORT_FRAME_WIRED;
	if ((pg->pg_flags & PG_PTP) == 0 &&
	    (pg->pg_flags & PG_DIRTY ||
		pmap_is_modified((struct pmap_system *)&r->m->vm.pmaps, frame)))
		bits |= REPORT_FRAME_DIRTY;
	return bits;
}

static void
look_frame(struct report *r, pfn_t frame)
{
	const struct vm_page *pg = &r->m->vm.pages.page[frame];
	const uint32_t owner = owner_of(r, pg);
	const uint32_t bits = frame_bits(r, frame, pg);

	r->frame_marked[frame] = 0;
	if (owner == r->frame_owner[frame] && bits == r->frame_bits[frame])
		return;
	while (owner == REPORT_FREE && r->frame_first[frame] != NO_PAGE)
		leave_home(r, r->frame_first[frame]);
	r->frame_owner[frame] = owner;
	r->frame_bits[frame] = bits;
	report_put(r, REPORT_FRAME_MOMENT, (int64_t)r->moment);
	report_put(r, REPORT_FRAME_FRAME, frame);
	report_put(r, REPORT_FRAME_OWNER, owner);
	report_put(r, REPORT_FRAME_BITS, bits);
}

void
report_look_frames(struct report *r)
{
	const pfn_t end = r->m->vm.pages.fresh < r->nframes ?
	    r->m->vm.pages.fresh :
	    r->nframes;

	if (r->all_frames) {
		r->scanned += end;
		for (pfn_t i = 1; i < end; i++)
			look_frame(r, i);
	}
	r->all_frames = false;
	for (size_t i = 0; i < r->marked_frames.n; i++)
		look_frame(r, (pfn_t)r->marked_frames.v[i]);
	r->marked_frames.n = 0;
}
