/*
 * System calls in a story: what was checked, what they did to the map, what
 * came of it.
 *
 * An event that has no teller of its own is told by its sentence, with its
 * members for facts (sim/event.h).
 */
#include <inttypes.h>

#include "int.h"
#include "manual.h"
#include "sim/stats.h"

/* A new range: its sentence, why there, and whether it joined a neighbour. */
static void
tell_joined(struct wl_story *s)
{
	static const struct {
		const char *counter, *text;
	} joins[] = {
		{ "ubackmerge",
		    "it is like the entry before it and becomes "
		    "its end" },
		{ "uforwmerge",
		    "it is like the entry behind it and becomes "
		    "its beginning" },
		{ "ubimerge",
		    "it is like the entries before and behind it, "
		    "and all three become one" },
	};

	for (size_t i = 0; i < NELEM(joins); i++)
		if (story_grown(s, joins[i].counter) != 0) {
			story_tell(s, true, "joined", "%s", joins[i].text);
			return;
		}
}

/* An entry of fork's; what is copied are references, not pages. */
static void
tell_fork(struct wl_story *s, const struct vm_event *ev)
{
	static const char *const how[] = { "shared", "copied", "not at all",
		"as zeros" };
	const bool plain = ev->b == VM_INHERIT_COPY && ev->c == 0;
	char after[STORY_TEXT] = "";

	s->plain_forks += plain;
	if (ev->b == VM_INHERIT_COPY && ev->c != 0)
		snprintf(after, sizeof(after),
		    ": no page is copied, both refer to amap %" PRIu64
		    ", need a copy before they write, and have their pages "
		    "write protected",
		    ev->c);
	story_tell(s, !plain, "fork_entry",
	    "the child gets 0x%" PRIx64 "-0x%" PRIx64 " %s%s", ev->va, ev->a,
	    ev->b < NELEM(how) ? how[ev->b] : "somehow", after);
	story_fact_event(s, ev);
}

/* A range that is emptied for something else may have been empty. */
static void
tell_unmap(struct wl_story *s, const struct process *p, const char *text)
{
	const vsize_t size = p->vmspace->vm_map.size;
	char gone[32];

	if (size >= s->mapped_size)
		story_tell(s, false, "unmap", "%s: nothing was there", text);
	else
		story_tell(s, true, "unmap", "%s: %s of it had been mapped",
		    text, story_size(s->mapped_size - size, gone));
}

void
story_call_event(struct wl_story *s, struct process *p,
    const struct vm_event *ev)
{
	char text[STORY_TEXT];

	if (ev->kind == VM_EVENT_FORK_ENTRY) {
		tell_fork(s, ev);
		return;
	}
	(void)sim_event_sentence(s->m, ev, text, sizeof(text));
	if (s->deed.call == NULL && s->failed && ev->kind == VM_EVENT_MAP) {
		story_tell(s, true, "stack",
		    "but that is where the stack may grow: it does, 0x%" PRIx64
		    "-0x%" PRIx64 " is mapped",
		    ev->va, ev->a);
		story_fact_event(s, ev);
		return;
	}
	if (ev->kind == VM_EVENT_UNMAP && p == s->deed.p)
		tell_unmap(s, p, text);
	else
		story_tell(s, true, sim_event_name(ev->kind), "%s", text);
	story_fact_event(s, ev);
	if (p == s->deed.p && p != NULL && p->vmspace != NULL)
		s->mapped_size = p->vmspace->vm_map.size;
	if (ev->kind != VM_EVENT_MAP || s->deed.call == NULL || p == NULL ||
	    p != s->deed.p || p->vmspace == NULL)
		return;
	if (s->deed.call->no != SIM_SYS_MREMAP)
		story_place(s, p, ev->va, ev->a);
	tell_joined(s);
}

/* ------------------------------------------------------------- checks ---- */

/* The reasons for which the call refuses, none of which held. */
static void
tell_checks(struct wl_story *s)
{
	const struct process *p = s->deed.p;
	const enum sim_sysno no = s->deed.call->no;
	char text[6 * STORY_TEXT];
	const struct wl_manual *row;
	size_t at = 0;
	unsigned n = 0;

	for (size_t i = 0; (row = wl_manual_at(i)) != NULL; i++) {
		if (!wl_manual_applies(row, p->personality, no))
			continue;
		story_add(text, sizeof(text), &at, "%s%s (%s)",
		    n++ > 0 ? "; " : "", row->why, sim_errname(row->err));
	}
	if (n > 0) {
		story_tell(s, false, "checks",
		    "none of its %u reasons to refuse holds: %s", n, text);
		story_fact(s, "checks", n);
	}
}

/* Used and limit of what a call may be held against. */
static void
add_limit(char *buf, size_t len, size_t *at, const char *name, uint64_t used,
    uint64_t limit)
{
	char a[32], b[32];

	story_size(used, a);
	if (limit >= (uint64_t)INT64_MAX)
		story_add(buf, len, at, "%s%s is %s, unlimited",
		    *at > 0 ? "; " : "", name, a);
	else
		story_add(buf, len, at, "%s%s is %s of at most %s",
		    *at > 0 ? "; " : "", name, a, story_size(limit, b));
}

static void
tell_limits(struct wl_story *s)
{
	const struct process *p = s->deed.p;
	const struct vm_map *map;
	char text[STORY_TEXT];
	size_t at = 0;

	if (p->state != SIM_RUNNING || p->vmspace == NULL)
		return;
	map = &p->vmspace->vm_map;
	add_limit(text, sizeof(text), &at, "the address space", map->size,
	    p->rlimit[SIM_RLIMIT_AS].cur);
	add_limit(text, sizeof(text), &at, "the heap", p->brk - p->brk_start,
	    p->rlimit[SIM_RLIMIT_DATA].cur);
	add_limit(text, sizeof(text), &at, "locked memory",
	    pg_ptoa(map, map->pmap->wired), p->rlimit[SIM_RLIMIT_MEMLOCK].cur);
	story_tell(s, false, "limits", "afterwards %s", text);
	story_fact(s, "mapped", map->size);
	story_fact(s, "heap", p->brk - p->brk_start);
	story_fact(s, "locked", pg_ptoa(map, map->pmap->wired));
}

/* ---------------------------------------------------------------- end ---- */

/* Calls whose result is an address or a number that somebody wants. */
static bool
has_result(enum sim_sysno no)
{
	switch (no) {
	case SIM_SYS_MMAP:
	case SIM_SYS_MREMAP:
	case SIM_SYS_SBRK:
	case SIM_SYS_SHMAT: return true;
	default: return false;
	}
}

/* Address spaces that go say nothing by events. */
static void
tell_space(struct wl_story *s, enum sim_sysno no)
{
	const struct story_before *b = &s->before;

	if (no != SIM_SYS_EXIT && no != SIM_SYS_EXEC)
		return;
	story_tell(s, true, "space",
	    "the address space %s: %" PRIu32 " entries, %" PRIu64
	    " pages in the page table and its %" PRIu32
	    " tables; whatever only this process had is free now",
	    no == SIM_SYS_EXIT ? "goes" : "that it had goes", b->nentries,
	    b->resident, b->ntables);
	story_fact(s, "entries", b->nentries);
	story_fact(s, "resident", b->resident);
	story_fact(s, "tables", b->ntables);
}

/* No event: frames and mappings may have come or gone all the same. */
static void
tell_pages(struct wl_story *s)
{
	const struct process *p = s->deed.p;
	const int64_t frames = (int64_t)story_grown(s, "free");
	int64_t pages = 0;

	if (p->vmspace != NULL)
		pages = (int64_t)(p->vmspace->vm_map.pmap->resident -
		    s->before.resident);
	if (frames == 0 && pages == 0) {
		story_tell(s, true, "unchanged",
		    "no entry and no page was changed");
		return;
	}
	story_tell(s, true, "pages",
	    "no entry was changed; %" PRIu64
	    " pages %s are mapped, and %" PRIu64 " frames %s are free",
	    (uint64_t)(pages < 0 ? -pages : pages), pages < 0 ? "less" : "more",
	    (uint64_t)(frames < 0 ? -frames : frames),
	    frames < 0 ? "less" : "more");
	story_fact(s, "mapped_before", s->before.resident);
	story_fact(s, "mapped", s->before.resident + (uint64_t)pages);
}

/* mremap: entries go on at another address. */
static void
tell_moved(struct wl_story *s, vaddr_t to)
{
	const uint64_t *arg = s->deed.call->arg;
	struct process *p = s->deed.p;
	const vsize_t size = arg[p->personality == &sim_netbsd ? 3 : 2];

	story_tell(s, true, "moved",
	    "what was at 0x%" PRIx64 " is at 0x%" PRIx64
	    " now: its entries go on there with the same amaps and objects, no "
	    "page is copied",
	    arg[0], to);
	story_fact_address(s, "from", arg[0]);
	story_fact_address(s, "to", to);
	if (p->vmspace != NULL)
		story_place(s, p, to, to + pg_round(s->m, size));
}

static void
tell_plain_forks(struct wl_story *s)
{
	if (s->plain_forks == 0)
		return;
	story_tell(s, true, "plain_forks",
	    "%" PRIu32 " entries more are copied as they stand: nothing "
	    "private is in them yet",
	    s->plain_forks);
	story_only_brief(s);
	story_fact(s, "entries", s->plain_forks);
}

void
story_call_end(struct wl_story *s, int err, uint64_t ret)
{
	const enum sim_sysno no = s->deed.call->no;

	tell_plain_forks(s);
	if (err != 0) {
		story_call_failed(s, err);
		return;
	}
	tell_space(s, no);
	if (s->nlines == 0)
		tell_pages(s);
	if (no == SIM_SYS_MREMAP && ret != s->deed.call->arg[0])
		tell_moved(s, ret);
	if (no == SIM_SYS_BRK && s->m->error.why != NULL) {
		story_tell(s, true, "break_stays", "the break stays: %s",
		    s->m->error.why);
		story_fact_address(s, "break", s->deed.p->brk);
	}
	tell_checks(s);
	tell_limits(s);
	if (has_result(no)) {
		story_tell(s, false, "result", "it returns 0x%" PRIx64, ret);
		story_fact_address(s, "ret", ret);
	}
}
