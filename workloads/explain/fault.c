/*
 * A page fault in a story: what the fault routine looked at, in its order.
 *
 *	fault		where, what for, what the page table had
 *	entry, rights	the map's entry, and what it allows
 *	needscopy	what becomes of needs-copy (UVM's amap_copy)
 *	neighbours	mapped on the way
 *	case 1A-2B	the page: anon, copy, object, promotion
 *	pte		the mapping that was made
 *
 * Look-ups are made at the event, before what follows from it is done.
 */
#include <inttypes.h>
#include <string.h>

#include "int.h"
#include "workloads/script/show.h"

static const char *const advices[] = { "normal", "random", "sequential" };
static const char *const inheritances[] = { "shared", "copied", "not at all",
	"as zeros" };

/* ----------------------------------------------------------- its entry ---- */

static void
fact_entry(struct wl_story *s, const struct vm_map_entry *e, const char *name)
{
	char text[4];

	story_fact_address(s, "start", e->start);
	story_fact_address(s, "end", e->end);
	story_fact_text(s, "name", name);
	story_fact_text(s, "prot", wl_prot_text(e->protection, text));
	story_fact_text(s, "max_prot", wl_prot_text(e->max_protection, text));
	story_fact_text(s, "sharing",
	    e->etype & UVM_ET_COPYONWRITE ? "private" : "shared");
	story_fact(s, "needs_copy", (e->etype & UVM_ET_NEEDSCOPY) != 0);
	story_fact_address(s, "kva", sim_kva_entry(s->m, e));
}

/* What the short chain has no place for. */
static void
tell_entry_more(struct wl_story *s, const struct vm_map_entry *e)
{
	story_tell(s, false, "entry_more",
	    "the entry is used in %s order, a child would have it %s, it is "
	    "wired %" PRIu32 " times",
	    e->advice < NELEM(advices) ? advices[e->advice] : "some",
	    e->inheritance < NELEM(inheritances) ?
		inheritances[e->inheritance] :
		"somehow",
	    e->wired_count);
	story_fact(s, "advice", e->advice);
	story_fact(s, "inherit", e->inheritance);
	story_fact(s, "wired", e->wired_count);
	if (e->amap != NULL) {
		story_tell(s, false, "amap",
		    "its upper layer is amap %" PRIu32 ", from slot %" PRIu64
		    " on, %" PRIu32 " references%s",
		    e->amap->id, e->ar_pageoff, e->amap->ref,
		    e->amap->flags & AMAP_SHARED ? ", shared" : "");
		story_fact(s, "amap", e->amap->id);
		story_fact(s, "slot", e->ar_pageoff);
		story_fact(s, "refs", e->amap->ref);
		story_fact_address(s, "kva", sim_kva_amap(s->m, e->amap));
	}
	if (e->etype & UVM_ET_OBJ) {
		story_tell(s, false, "object",
		    "its lower layer is object %" PRIu32
		    " (%s) from offset 0x%" PRIx64 " on, %" PRIu32
		    " references",
		    e->object->id, e->object->pager->name, e->offset,
		    e->object->refs);
		story_fact(s, "object", e->object->id);
		story_fact_address(s, "offset", e->offset);
		story_fact(s, "refs", e->object->refs);
		story_fact_address(s, "kva", sim_kva_object(s->m, e->object));
	}
}

static void
tell_entry(struct wl_story *s, struct process *p, const struct vm_map_entry *e)
{
	const struct wl_view v = { .m = s->m, .p = p };
	char prot[4], max[4], name[STORY_TEXT];

	wl_entry_name(&v, e, name, sizeof(name));
	story_tell(s, true, "entry",
	    "the entry 0x%" PRIx64 "-0x%" PRIx64
	    " holds it: %s, %s of at most %s, %s%s%s",
	    e->start, e->end, name, wl_prot_text(e->protection, prot),
	    wl_prot_text(e->max_protection, max),
	    e->etype & UVM_ET_COPYONWRITE ? "private" : "shared",
	    e->etype & UVM_ET_NEEDSCOPY ? ", needs-copy" : "",
	    e->wired_count > 0 ? ", wired" : "");
	fact_entry(s, e, name);
	tell_entry_more(s, e);
}

/* ---------------------------------------------------------- needs-copy ---- */

/*
 * If others have the amap, it is copied: the event that follows tells that, and
 * how many had it is kept for it.
 */
static void
tell_needscopy(struct wl_story *s, const struct vm_map_entry *e,
    vm_prot_t access)
{
	bool object = (e->etype & UVM_ET_OBJ) != 0;

	s->copy_refs = 0;
	if ((e->etype & UVM_ET_NEEDSCOPY) == 0)
		return;
	if (object && (access & VM_PROT_WRITE) == 0) {
		story_tell(s, true, "needscopy",
		    "needs-copy: a read may go through to the object, but the "
		    "page will be mapped without w");
	} else if (e->amap == NULL) {
		story_tell(s, true, "needscopy",
		    "needs-copy and no amap yet: the entry gets one, and needs "
		    "a copy no more");
	} else if (e->amap->ref == 1) {
		story_tell(s, true, "needscopy",
		    "needs-copy, but nobody else refers to amap %" PRIu32
		    ": it is the entry's own, and needs a copy no more",
		    e->amap->id);
		story_fact(s, "amap", e->amap->id);
	} else {
		s->copy_refs = e->amap->ref;
	}
}

static void
tell_amap_copy(struct wl_story *s, const struct vm_event *ev)
{
	const char *plural = ev->c == 1 ? " gains" : "s gain";

	if (s->copy_refs != 0)
		story_tell(s, true, "needscopy",
		    "needs-copy: %" PRIu32 " entries refer to amap %" PRIu64
		    ", so this one gets a copy of it, amap %" PRIu64
		    ", and %" PRIu64 " anon%s a reference",
		    s->copy_refs, ev->a, ev->b, ev->c, plural);
	else
		story_tell(s, true, "needscopy",
		    "amap %" PRIu64 " is copied to amap %" PRIu64 ": %" PRIu64
		    " anon%s a reference",
		    ev->a, ev->b, ev->c, plural);
	story_fact(s, "amap", ev->a);
	story_fact(s, "copy", ev->b);
	story_fact(s, "anons", ev->c);
	if (s->copy_refs != 0)
		story_fact(s, "refs", s->copy_refs);
	s->copy_refs = 0;
}

/* ------------------------------------------------------------ rights ---- */

static void
tell_rights(struct wl_story *s, const struct vm_map_entry *e, vm_prot_t access)
{
	const bool ok = (access & ~e->protection) == 0;
	char need[4], have[4];

	wl_prot_text(access, need);
	wl_prot_text(e->protection, have);
	if (access == VM_PROT_NONE)
		story_tell(s, true, "rights",
		    "it is being wired, for all that the entry allows, %s",
		    have);
	else
		story_tell(s, true, "rights",
		    "the access needs %s, the entry allows %s: %s%s", need,
		    have, ok ? "go on" : "refused",
		    ok || (e->flags & (UVM_MAP_GUARD | UVM_MAP_STACKGAP)) == 0 ?
			"" :
			", for it is a guard");
	story_fact_text(s, "need", need);
	story_fact_text(s, "have", have);
	if (ok)
		tell_needscopy(s, e,
		    access == VM_PROT_NONE ? e->protection : access);
}

/*
 * A fault begins.  Those on further pages are for the full chain; the second
 * one of a page, after its stack has grown, is not.
 */
void
story_fault(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	static const char *const access[] = { "read", "write", "exec" };
	const vaddr_t page = pg_trunc(s->m, ev->va);
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *e = wl_entry_at(map, ev->va);
	char why[STORY_TEXT];

	if (s->nfaults++ == 0)
		s->first_fault = page;
	s->muted = page != s->first_fault;
	s->fault = page;
	s->fault_line = s->nlines;
	s->access = (vm_prot_t)ev->a;
	s->failed = false;
	s->copy_refs = 0;
	story_why_fault(s, map->pmap, ev->va, ev->a != VM_PROT_NONE, why);
	if (ev->a == VM_PROT_NONE)
		story_tell(s, true, "fault",
		    "page fault at 0x%" PRIx64 ", to wire the page: %s", ev->va,
		    why);
	else
		story_tell(s, true, "fault",
		    "page fault at 0x%" PRIx64 ", access %s: %s", ev->va,
		    access[ev->a >> 1], why);
	story_fact_address(s, "va", ev->va);
	story_fact_text(s, "access",
	    ev->a == VM_PROT_NONE ? "wire" : access[ev->a >> 1]);
	story_walk(s, map->pmap, ev->va);
	if (e == NULL) {
		story_no_entry(s, p, ev->va);
		return;
	}
	tell_entry(s, p, e);
	if ((e->etype & UVM_ET_SUBMAP) == 0)
		tell_rights(s, e, s->access);
	if (s->m->config.policy != NULL && vm_replace_is_ghost(map, page)) {
		story_tell(s, true, "ghost",
		    "the policy %s remembers the page, which went not long "
		    "ago: it is a ghost, and comes back as a page in use",
		    s->m->config.policy->name);
		story_fact_text(s, "policy", s->m->config.policy->name);
	}
}

/* -------------------------------------------------------- neighbours ---- */

void
story_neighbours(struct wl_story *s)
{
	if (s->neighbours == 0)
		return;
	if (s->neighbours == 1)
		story_tell(s, true, "neighbours",
		    "the neighbour at 0x%" PRIx64
		    " is in memory and is mapped on the way",
		    s->neighbour);
	else
		story_tell(s, true, "neighbours",
		    "%" PRIu64 " neighbours from 0x%" PRIx64
		    " on are in memory and are mapped on the way",
		    s->neighbours, s->neighbour);
	story_fact_address(s, "va", s->neighbour);
	story_fact(s, "pages", s->neighbours);
	s->neighbours = 0;
}

/* ---------------------------------------------------------- the page ---- */

/* " of slot 3 of amap 1", where the anon has its place. */
static const char *
place_text(struct wl_story *s, struct process *p, vaddr_t va,
    char buf[STORY_TEXT])
{
	struct wl_page pg;

	(void)s;
	buf[0] = '\0';
	if (wl_page_look(p, va, &pg) && pg.amap != NULL)
		snprintf(buf, STORY_TEXT, "slot %" PRIu64 " of amap %" PRIu32,
		    pg.slot, pg.amap->id);
	return buf;
}

static void
fact_anon(struct wl_story *s, const char *kase, uint64_t anon,
    const char *place)
{
	story_fact_text(s, "case", kase);
	story_fact(s, "anon", anon);
	story_fact_text(s, "place", place);
}

/* Where the copy or the fresh page was put. */
static void
fact_frame(struct wl_story *s, uint64_t frame, const char *origin)
{
	story_fact(s, "frame", frame);
	story_fact_text(s, "from", origin);
}

static void
tell_anon(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	char place[STORY_TEXT];

	place_text(s, p, ev->va, place);
	if (ev->c == 1)
		story_tell(s, true, "anon",
		    "case 1A: %s has anon %" PRIu64 ", in frame %" PRIu64
		    ", and nobody else refers to it: its page is used",
		    place, ev->a, ev->b);
	else
		story_tell(s, true, "anon",
		    "case 1A: %s has anon %" PRIu64 ", in frame %" PRIu64
		    ", with %" PRIu64
		    " references: its page may be read, and is mapped "
		    "without w",
		    place, ev->a, ev->b, ev->c);
	fact_anon(s, "1A", ev->a, place);
	story_fact(s, "frame", ev->b);
	story_fact(s, "refs", ev->c);
}

/* fork, of wired memory; its map is the child's, which nobody knows yet. */
static void
tell_copied_now(struct wl_story *s, const struct vm_event *ev)
{
	const pfn_t frame = vm_anon_get(&s->m->vm.anons, (uint32_t)ev->c)
				->where;
	char origin[STORY_TEXT];

	story_origin(s, frame, origin);
	story_tell(s, true, "copied_now",
	    "anon %" PRIu64 " is copied at once to anon %" PRIu64
	    ", in frame %" PRIu32
	    " from %s: its page is wired, and may not be taken from its owner",
	    ev->a, ev->c, frame, origin);
	story_fact(s, "anon", ev->a);
	story_fact(s, "new_anon", ev->c);
	fact_frame(s, frame, origin);
}

static void
tell_anon_cow(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	const struct vm_anons *anons = &s->m->vm.anons;
	const pfn_t frame = vm_anon_get(anons, (uint32_t)ev->c)->where;
	const uint32_t refs = vm_anon_get(anons, (uint32_t)ev->a)->ref;
	char place[STORY_TEXT], origin[STORY_TEXT];

	place_text(s, p, ev->va, place);
	story_origin(s, frame, origin);
	story_tell(s, true, "anon_cow",
	    "case 1B: %s has anon %" PRIu64 ", in frame %" PRIu64
	    ", with %" PRIu32 " references: for the write it is copied to anon "
	    "%" PRIu64 ", in frame %" PRIu32 " from %s",
	    place, ev->a, ev->b, refs, ev->c, frame, origin);
	fact_anon(s, "1B", ev->a, place);
	story_fact(s, "refs", refs);
	story_fact(s, "copied", ev->b);
	story_fact(s, "new_anon", ev->c);
	fact_frame(s, frame, origin);
}

static void
tell_obj(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	const struct vm_map_entry *e = wl_entry_at(&p->vmspace->vm_map, ev->va);
	char page[STORY_TEXT];

	story_page(s, (pfn_t)ev->b, page);
	story_tell(s, true, "object_page",
	    "case 2A: no anon is there, and %s: %s, in frame %" PRIu64
	    ", is used itself",
	    s->access & VM_PROT_WRITE ? "the entry is shared" :
		e != NULL && (e->etype & UVM_ET_COPYONWRITE) != 0 ?
					"nothing is written" :
					"the entry is shared",
	    page, ev->b);
	story_fact_text(s, "case", "2A");
	story_fact(s, "object", ev->a);
	story_fact(s, "frame", ev->b);
	story_fact_address(s, "offset", ev->c);
}

static void
tell_promote_copy(struct wl_story *s, struct process *p,
    const struct vm_event *ev)
{
	char place[STORY_TEXT], origin[STORY_TEXT], page[STORY_TEXT];

	place_text(s, p, ev->va, place);
	story_origin(s, (pfn_t)ev->c, origin);
	story_page(s, (pfn_t)ev->b, page);
	story_tell(s, true, "promote_copy",
	    "case 2B: a private write: %s, in frame %" PRIu64
	    ", is copied to an anon in %s, in frame %" PRIu64 " from %s",
	    page, ev->b, place, ev->c, origin);
	story_fact_text(s, "case", "2B");
	story_fact(s, "object", ev->a);
	story_fact(s, "copied", ev->b);
	story_fact_text(s, "place", place);
	fact_frame(s, ev->c, origin);
}

static void
tell_promote_zero(struct wl_story *s, struct process *p,
    const struct vm_event *ev)
{
	char place[STORY_TEXT], origin[STORY_TEXT];

	place_text(s, p, ev->va, place);
	story_origin(s, (pfn_t)ev->b, origin);
	story_tell(s, true, "promote_zero",
	    "case 2B: nothing was there; anon %" PRIu64
	    " of zeros goes into %s, in frame %" PRIu64 " from %s",
	    ev->a, place, ev->b, origin);
	fact_anon(s, "2B", ev->a, place);
	fact_frame(s, ev->b, origin);
}

static void
tell_pagein(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	char page[STORY_TEXT], disk[STORY_TEXT];

	(void)p;
	story_page(s, (pfn_t)ev->b, page);
	story_tell(s, true, "pagein",
	    "%s is not in memory: it is read from its file into frame %" PRIu64
	    "%s",
	    page, ev->b, story_disk(s, disk));
	story_fact(s, "object", ev->a);
	story_fact(s, "frame", ev->b);
	story_fact_address(s, "offset", ev->c);
}

/* ------------------------------------------------------------------------- */

bool
story_fault_event(struct wl_story *s, struct process *p,
    const struct vm_event *ev)
{
	static void (*const tell[VM_EVENT_NKINDS])(struct wl_story *,
	    struct process *, const struct vm_event *) = {
		[VM_EVENT_FAULT] = story_fault,
		[VM_EVENT_FAULT_FAIL] = story_access_failed,
		[VM_EVENT_ANON] = tell_anon,
		[VM_EVENT_ANON_COW] = tell_anon_cow,
		[VM_EVENT_OBJ] = tell_obj,
		[VM_EVENT_PROMOTE_COPY] = tell_promote_copy,
		[VM_EVENT_PROMOTE_ZERO] = tell_promote_zero,
		[VM_EVENT_PAGEIN] = tell_pagein,
		[VM_EVENT_PTE] = story_pte,
	};

	if (ev->kind == VM_EVENT_AMAP_COPY) {
		tell_amap_copy(s, ev);
		return true;
	}
	if (ev->kind == VM_EVENT_ANON_COW && s->nfaults == 0) {
		tell_copied_now(s, ev);
		return true;
	}
	if (tell[ev->kind] == NULL || p == NULL || p->vmspace == NULL)
		return false;
	tell[ev->kind](s, p, ev);
	return true;
}
