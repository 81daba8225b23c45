/*
 * What a screen draws, gathered from the machine as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "workloads/script/page.h"
#include "workloads/script/show.h"
#include "int.h"

static struct process *
find_process(struct wl_step *s, int side, int pid)
{
	struct process *p = NULL;

	if (side < s->nsides)
		p = sim_process_bypid(wl_history_machine(s->side[side].h), pid);
	return p != NULL && p->vmspace != NULL ? p : NULL;
}

/* ----------------------------------------------------- address space ---- */

static void
count_pages(struct process *p, struct wl_step_piece *piece)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	struct vm *vm = map->vm;
	vaddr_t va = piece->start;
	struct wl_page pg;

	piece->pages = pg_atop(map, piece->end - piece->start);
	while (piece->mapped && va < piece->end &&
	    wl_page_next(p, &va, piece->end, &pg)) {
		const pfn_t f = pg.mapped ? pg.mapped_frame : pg.frame;

		piece->resident += f != PFN_NONE;
		piece->swapped += wl_page_isout(&pg);
		piece->dirty += f != PFN_NONE &&
		    (vm->pages.page[f].pg_flags & PG_DIRTY ||
			pmap_is_modified(&vm->pmaps, f));
	}
}

size_t
wl_step_see_space(struct wl_step *s, int side, int pid,
    struct wl_step_piece **pieces)
{
	struct process *p = find_process(s, side, pid);
	const struct vm_map_entry *e;
	struct wl_step_piece *piece;
	struct wl_view v = { .p = p };
	vaddr_t at;
	size_t n = 0;

	*pieces = NULL;
	if (p == NULL)
		return 0;
	v.m = wl_history_machine(s->side[side].h);
	piece = calloc(2 * (size_t)p->vmspace->vm_map.nentries + 1,
	    sizeof(*piece));
	if (piece == NULL)
		return 0;
	at = vm_map_min(&p->vmspace->vm_map);
	for (e = p->vmspace->vm_map.header.next;
	     e != &p->vmspace->vm_map.header; e = e->next) {
		if (e->start > at)
			piece[n++] = (struct wl_step_piece){ .start = at,
				.end = e->start };
		piece[n] = (struct wl_step_piece){ .start = e->start,
			.end = e->end,
			.mapped = true,
			.prot = e->protection };
		wl_entry_name(&v, e, piece[n].name, sizeof(piece[n].name));
		at = e->end;
		n++;
	}
	if (at < vm_map_max(&p->vmspace->vm_map))
		piece[n++] = (struct wl_step_piece){ .start = at,
			.end = vm_map_max(&p->vmspace->vm_map) };
	for (size_t i = 0; i < n; i++)
		count_pages(p, &piece[i]);
	*pieces = piece;
	return n;
}

/* -------------------------------------------------------- page table ---- */

/* Names of the bits that are set. */
static void
name_bits(const struct pmap_geometry *g, unsigned level, uint64_t pte,
    char *buf, size_t len)
{
	const uint64_t hw = pmap_pte_to_hw(g, level, pte);
	const unsigned where = pmap_pte_where(g, level, pte);
	size_t at = 0;

	buf[0] = '\0';
	for (const struct pte_bitname *b = g->bitnames; b->name != NULL; b++)
		if ((hw & b->mask) != 0 && (b->where & where) != 0 && at < len)
			at += (size_t)snprintf(buf + at, len - at, "%s%s",
			    at > 0 ? " " : "", b->name);
}

unsigned
wl_step_see_walk(struct wl_step *s, int side, int pid, vaddr_t va,
    struct wl_step_level level[WL_STEP_MAXLEVELS])
{
	struct process *p = find_process(s, side, pid);
	const struct pmap_geometry *g;
	struct pmap_walk w;
	unsigned n = 0;

	if (p == NULL)
		return 0;
	g = wl_history_machine(s->side[side].h)->config.arch;
	if (!pmap_va_ok(g, p->vmspace->vm_map.pmap->kernel, va))
		return 0;
	pmap_walk(p->vmspace->vm_map.pmap, pg_trunc(g, va), &w);
	for (; n < w.nlevels && n < WL_STEP_MAXLEVELS; n++) {
		struct wl_step_level *l = &level[n];

		*l = (struct wl_step_level){ .level = n,
			.name = g->level_name[n],
			.index = w.index[n],
			.table = w.table[n],
			.entry = pmap_pte_to_hw(g, n, w.pte[n]),
			.leaf = w.mapped && n + 1 == w.nlevels };
		l->frame = l->leaf    ? w.pfn :
		    n + 1 < w.nlevels ? w.table[n + 1] :
					PFN_NONE;
		name_bits(g, n, w.pte[n], l->flags, sizeof(l->flags));
	}
	return n;
}

/* ------------------------------------------------------------ frames ---- */

uint32_t
wl_step_nframes(struct wl_step *s, int side)
{
	return side < s->nsides ?
	    wl_history_machine(s->side[side].h)->vm.pages.fresh :
	    0;
}

static enum wl_step_owner
owner(const struct vm_page *pg)
{
	if (vm_page_isfree(pg))
		return WL_STEP_FREE;
	if (pg->pg_flags & PG_PTP)
		return WL_STEP_TABLE;
	if (pg->pg_flags & (PG_ANON | PG_AOBJ))
		return WL_STEP_ANON;
	return pg->pg_flags & PG_TABLED ? WL_STEP_FILE : WL_STEP_OTHER;
}

static void
take_first(void *ctx, struct pmap *pmap, vaddr_t va)
{
	struct pmap **first = ctx;

	(void)va;
	if (*first == NULL)
		*first = pmap;
}

/* Whose page tables a frame is mapped by, or is one of. */
static int
mapper(struct machine *m, pfn_t frame)
{
	const struct vm_page *pg = &m->vm.pages.page[frame];
	struct process *p, *next;
	struct pmap *pmap = NULL;

	if (pg->pg_flags & PG_PTP)
		pmap = m->vm.pmaps.byid[pg->owner];
	else
		pmap_page_foreach(&m->vm.pmaps, frame, take_first, &pmap);
	HASH_ITER(hh, m->procs, p, next)
		if (pmap != NULL && p->vmspace != NULL &&
		    p->vmspace->vm_map.pmap == pmap)
			return p->pid;
	return 0;
}

void
wl_step_see_frame(struct wl_step *s, int side, uint32_t frame,
    struct wl_step_frame *f)
{
	struct machine *m = wl_history_machine(s->side[side].h);
	const struct vm_page *pg = &m->vm.pages.page[frame];

	*f = (struct wl_step_frame){ .owner = (uint8_t)owner(pg) };
	if (f->owner == WL_STEP_FREE)
		return;
	f->queue = (uint16_t)(pg->pg_flags & PQ_ALL);
	f->dirty = pg->pg_flags & PG_DIRTY ||
	    pmap_is_modified(&m->vm.pmaps, frame);
	f->referenced = pmap_is_referenced(&m->vm.pmaps, frame);
	f->wired = pg->pg_wire > 0;
	f->pid = mapper(m, frame);
	f->tag = m->vm.pages.tag != NULL ? m->vm.pages.tag[frame] : 0;
}

void
wl_step_see_memory(struct wl_step *s, int side, struct wl_step_memory *w)
{
	const struct machine *m = wl_history_machine(s->side[side].h);
	const struct uvmexp *e = &m->vm.exp;

	*w = (struct wl_step_memory){ .frames = e->npages,
		.free = e->free,
		.active = e->active,
		.inactive = e->inactive,
		.laundry = m->vm.pages.nlaundry,
		.wired = e->wired,
		.swap = e->swpages,
		.swapped = e->swpginuse,
		.faults = e->faults,
		.evictions = e->pdfreed + m->vm.stat.evictions,
		.cow = e->flt_acow + e->flt_prcopy,
		.clock = sim_clock(m) };
}
