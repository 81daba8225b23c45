/*
 * Showing of pages and frames.
 */
#include <inttypes.h>
#include <string.h>

#include "show.h"

/* ------------------------------------------------------------ pages ---- */

void
wl_put_tag(const struct wl_view *v, pfn_t frame, uint32_t slot)
{
	const struct vm *vm = &v->m->vm;

	if (vm->pages.tag == NULL)
		return;
	if (frame != PFN_NONE)
		fprintf(v->fp, "%016" PRIx64 " ", vm->pages.tag[frame]);
	else if (slot != SWSLOT_NONE && slot != SWSLOT_BAD)
		fprintf(v->fp, "%016" PRIx64 " ", vm_swap_tag(vm, slot));
	else
		fprintf(v->fp, "%16s ", "");
}

void
wl_put_slot(const struct wl_view *v, uint32_t slot)
{
	if (slot == SWSLOT_BAD)
		fprintf(v->fp, " slot bad");
	else if (slot != SWSLOT_NONE)
		fprintf(v->fp, " slot %" PRIu32, slot);
}

static void
show_page(const struct wl_view *v, const struct wl_page *pg)
{
	const struct pte_format *f = &v->m->config.arch->pte;
	pfn_t frame = pg->mapped ? pg->mapped_frame : pg->frame;
	vm_prot_t prot = VM_PROT_NONE;
	char text[4];

	fprintf(v->fp, "%012" PRIx64 " ", pg->va);
	if (frame == PFN_NONE && pg->swslot != SWSLOT_NONE)
		fprintf(v->fp, "%8s ",
		    pg->swslot == SWSLOT_BAD ? "lost" : "in swap");
	else
		fprintf(v->fp, "%8" PRIu32 " ", frame);
	if (pg->mapped && pmap_prot(v->p->vmspace->vm_map.pmap, pg->va, &prot))
		fprintf(v->fp, "%s %c%c%c ", wl_prot_text(prot, text),
		    pg->pte & f->accessed ? 'R' : '-',
		    pg->pte & f->dirty ? 'M' : '-',
		    pg->pte & f->wired ? 'W' : '-');
	else
		fprintf(v->fp, "not mapped ");
	wl_put_tag(v, frame, pg->swslot);
	if (pg->anon != 0)
		fprintf(v->fp, "anon %" PRIu32 " refs %" PRIu32, pg->anon,
		    vm_anon_get(&v->m->vm.anons, pg->anon)->ref);
	else if (pg->object != NULL)
		fprintf(v->fp, "object %" PRIu32 " page %" PRIu64,
		    pg->object->id, pg->pindex);
	wl_put_slot(v, pg->swslot);
	putc('\n', v->fp);
}

bool
wl_show_pages(const struct wl_view *v)
{
	vsize_t len = v->len != 0 ? v->len : 1;
	vaddr_t va = v->va, end;
	struct wl_page pg;
	uint64_t n = 0, out = 0;

	end = len > UINT64_MAX - va ? UINT64_MAX : va + len;
	fprintf(v->fp, "%-12s    FRAME PTE RMW%s OWNER\n", "ADDRESS",
	    v->m->vm.pages.tag != NULL ? " TAG             " : "");
	while (va < end && wl_page_next(v->p, &va, end, &pg)) {
		show_page(v, &pg);
		n += pg.frame != PFN_NONE || pg.mapped;
		out += wl_page_isout(&pg);
	}
	fprintf(v->fp, "%" PRIu64 " of %" PRIu64 " pages are in memory", n,
	    pg_atop(v->m, end - 1) - pg_atop(v->m, v->va) + 1);
	if (out > 0)
		fprintf(v->fp, ", %" PRIu64 " in swap", out);
	putc('\n', v->fp);
	return true;
}

/* ----------------------------------------------------------- frames ---- */

/*
 * The whole memory in at most 24 rows of 64 letters, a letter for one or more
 * frames: the commonest use among those that are not free.
 */
#define ROW ((size_t)64)
#define ROWS 24

static const char uses[] = ".afsPo";
enum { USE_FREE, USE_ANON, USE_FILE, USE_SHM, USE_TABLE, USE_OTHER, NUSES };

static unsigned
use_of(const struct vm_pages *ps, pfn_t pfn)
{
	unsigned flags;

	if (pfn >= ps->fresh || vm_page_isfree(&ps->page[pfn]))
		return USE_FREE;
	flags = ps->page[pfn].pg_flags;
	if (flags & PG_PTP)
		return USE_TABLE;
	if (flags & PG_ANON)
		return USE_ANON;
	if (flags & PG_AOBJ)
		return USE_SHM;
	return flags & PG_FILE ? USE_FILE : USE_OTHER;
}

/* The letter for frames [from, to); a capital when one of them is wired. */
static char
letter_of(const struct vm_pages *ps, pfn_t from, pfn_t to)
{
	uint64_t count[NUSES] = { 0 };
	unsigned best = USE_FREE;
	bool wired = false;
	char c;

	for (pfn_t i = from; i < to && i < ps->fresh; i++) {
		unsigned use = use_of(ps, i);

		count[use]++;
		wired |= use != USE_FREE && use != USE_TABLE &&
		    ps->page[i].pg_wire > 0;
	}
	for (unsigned i = USE_ANON; i < NUSES; i++)
		if (count[i] > (best == USE_FREE ? 0 : count[best]))
			best = i;
	c = uses[best];
	return wired && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool
wl_show_frames(const struct wl_view *v)
{
	const struct vm_pages *ps = &v->m->vm.pages;
	uint64_t per = ((uint64_t)ps->npages + ROW * ROWS - 1) / (ROW * ROWS);
	uint64_t at;
	unsigned n = 0;

	fprintf(v->fp,
	    "%" PRIu32 " frames, %" PRIu64 " a letter: . free, "
	    "a anonymous, f file, s shared memory,\no other, P page table; "
	    "capitals are wired\n",
	    ps->npages, per);
	for (at = 1; at <= ps->npages; at += per) {
		uint64_t to = at + per;

		if (to > (uint64_t)ps->npages + 1)
			to = (uint64_t)ps->npages + 1;
		if (n % ROW == 0)
			fprintf(v->fp, "%s%8" PRIu64 " ", n > 0 ? "\n" : "",
			    at);
		putc(letter_of(ps, (pfn_t)at, (pfn_t)to), v->fp);
		n++;
	}
	putc('\n', v->fp);
	return true;
}
