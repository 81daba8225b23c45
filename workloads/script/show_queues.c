/*
 * Showing of the queues of frames: how long they are, what the page daemon
 * aims at, and which pages are next.
 *
 *	a frame is its number, a letter for its owner (a anonymous, f file, s
 *	shared memory), then ' if it was referenced and + if it is dirty
 */
#include <inttypes.h>

#include "show.h"

#define SHOWN 8 /* frames of a queue's head */

static char
owner_letter(unsigned flags)
{
	return flags & PG_ANON ? 'a' : flags & PG_AOBJ ? 's' : 'f';
}

static void
show_frame(const struct wl_view *v, pfn_t pfn)
{
	struct pmap_system *sys = &v->m->vm.pmaps;
	const unsigned flags = v->m->vm.pages.page[pfn].pg_flags;

	fprintf(v->fp, " %" PRIu32 "%c%s%s", pfn, owner_letter(flags),
	    pmap_is_referenced(sys, pfn) ? "'" : "",
	    flags & PG_DIRTY || pmap_is_modified(sys, pfn) ? "+" : "");
}

static void
show_queue(const struct wl_view *v, const char *name, uint64_t pages,
    const struct vm_pageq *q)
{
	pfn_t pfn = q->head;

	fprintf(v->fp, "%-12s %10" PRIu64 " ", name, pages);
	for (unsigned i = 0; i < SHOWN && pfn != PFN_NONE; i++) {
		show_frame(v, pfn);
		pfn = v->m->vm.pages.page[pfn].qnext;
	}
	fprintf(v->fp, "%s\n", pfn != PFN_NONE ? " ..." : "");
}

bool
wl_show_queues(const struct wl_view *v)
{
	const struct vm *vm = &v->m->vm;
	const struct uvmexp *e = &vm->exp;
	const struct vm_pages *ps = &vm->pages;

	fprintf(v->fp,
	    "policy=%s: %" PRIu64 " of %" PRIu64 " frames are free; "
	    "freemin %" PRIu64 ", freetarg %" PRIu64 ", inactarg %" PRIu64 "\n",
	    v->m->config.policy_value, e->free, e->npages, e->freemin,
	    e->freetarg, e->inactarg);
	fprintf(v->fp, "%-12s %10s  NEXT\n", "QUEUE", "PAGES");
	show_queue(v, "active", e->active, &ps->active);
	show_queue(v, "inactive", e->inactive, &ps->inactive);
	if (ps->nlaundry != 0)
		show_queue(v, "laundry", ps->nlaundry, &ps->laundry);
	if (ps->nunswappable != 0)
		show_queue(v, "unswappable", ps->nunswappable,
		    &ps->unswappable);
	fprintf(v->fp, "%-12s %10" PRIu64 "\n", "wired", e->wired);
	return true;
}
