/*
 * Paging in a story: which pages go and by whose reasons, what is written and
 * read.
 *
 *	PAGEOUT EVICT REACTIVATE VICTIM		a line each
 *	    more than FEW of them: only the full chain has these lines, the
 *	    short one gets their sum when something else happens
 *	DAEMON					the end of a run
 *	SWAPIN					a page comes back
 *
 * Why a page goes is what the daemon, or the policy, goes by: a row of a table.
 */
#include <inttypes.h>
#include <string.h>

#include "int.h"
#include "sim/swap.h"
#include "vm/vm_daemon_freebsd.h"

#define FEW 2

static const struct {
	const char *name; /* of a daemon or a policy */
	const char *why;
} reasons[] = {
	{ "uvm",
	    "it stood at the head of the inactive queue, not referenced "
	    "since it came there" },
	{ "freebsd",
	    "it stood at the head of its queue, not referenced since "
	    "it came there" },
	{ "aix",
	    "the hand came round to it and found its reference bit "
	    "clear" },
	{ "fifo", "of all pages it came in first" },
	{ "lru", "of all pages its last reference is the longest ago" },
	{ "clock", "the hand came to it and found its reference bit clear" },
	{ "nfu", "its counter of recent references is the lowest" },
	{ "lfu", "it was referenced the fewest times since it came in" },
	{ "random", "the lot fell on it" },
	{ "opt", "of all pages its next reference is the farthest" },
	{ "ws", "it has left the working set, or is the oldest in it" },
	{ "wsclock",
	    "the hand came to it, and it has left the working set or "
	    "nothing has" },
	{ "arc",
	    "it is the oldest of the list (seen once, or seen more than "
	    "once) that is longer than it should be" },
	{ "2q",
	    "it is the oldest of the pages that came, or of those that "
	    "came back" },
	{ "s3fifo",
	    "it came to the end of its queue without being referenced "
	    "on the way" },
	{ "sieve", "the hand came to it and found it not visited" },
};

static const char *
reason_of(const char *name)
{
	for (size_t i = 0; i < NELEM(reasons); i++)
		if (strcmp(reasons[i].name, name) == 0)
			return reasons[i].why;
	return "the policy has chosen it";
}

/* Who lets pages go now; NULL: the operation itself. */
static const char *
who_decides(const struct wl_story *s)
{
	const struct vm *vm = &s->m->vm;

	if (vm->config.policy != NULL &&
	    (vm->config.frames != 0 || vm->pageout.running))
		return vm->config.policy->name;
	if (vm->pageout.running && vm->pageout.daemon != NULL)
		return vm->pageout.daemon->name;
	return NULL;
}

static const char *
why_goes(const struct wl_story *s)
{
	const char *who = who_decides(s);

	if (who != NULL)
		return reason_of(who);
	return s->deed.call != NULL ?
	    "the call asks for it" :
	    "its process has more pages in memory than it may";
}

const char *
story_page(struct wl_story *s, pfn_t pfn, char buf[STORY_TEXT])
{
	const struct vm_page *pg = &s->m->vm.pages.page[pfn];
	char text[STORY_TEXT / 2];
	const char *name;

	if (pg->pg_flags & PG_ANON) {
		snprintf(buf, STORY_TEXT, "anon %" PRIu32, pg->owner);
		return buf;
	}
	if ((pg->pg_flags & PG_TABLED) == 0) {
		snprintf(buf, STORY_TEXT, "the page");
		return buf;
	}
	name = sim_object_name(s->m, vm_object_byid(&s->m->vm, pg->owner), text,
	    sizeof(text));
	if (name != NULL)
		snprintf(buf, STORY_TEXT, "page %" PRIu32 " of %s", pg->pindex,
		    name);
	else
		snprintf(buf, STORY_TEXT, "page %" PRIu32 " of object %" PRIu32,
		    pg->pindex, pg->owner);
	return buf;
}

/* ---------------------------------------------------- who goes, stays --- */

static const char *
queue_of(const struct vm_page *pg)
{
	return pg->pg_flags & PQ_ACTIVE   ? "active" :
	    pg->pg_flags & PQ_INACTIVE    ? "inactive" :
	    pg->pg_flags & PQ_LAUNDRY     ? "laundry" :
	    pg->pg_flags & PQ_UNSWAPPABLE ? "unswappable" :
					    "none";
}

static void
fact_page(struct wl_story *s, pfn_t pfn, const char *page)
{
	const struct vm *vm = &s->m->vm;
	const char *who = who_decides(s);

	story_fact(s, "frame", pfn);
	story_fact_text(s, "page", page);
	story_fact_text(s, "queue", queue_of(&vm->pages.page[pfn]));
	if (vm_fbsd(vm) != NULL)
		story_fact(s, "act_count", vm_fbsd_act_count(vm, pfn));
	if (who != NULL)
		story_fact_text(s, "by", who);
}

static void
tell_evict(struct wl_story *s, const struct vm_event *ev)
{
	const struct vm_page *pg = &s->m->vm.pages.page[ev->a];
	char page[STORY_TEXT], copy[64];

	if (ev->c != 0)
		snprintf(copy, sizeof(copy), "slot %" PRIu64 " has its content",
		    ev->c);
	else
		snprintf(copy, sizeof(copy), "%s",
		    pg->pg_flags & PG_FILE ?
			"its file has its content" :
			"it was given up and will read as zeros");
	story_page(s, (pfn_t)ev->a, page);
	story_tell(s, false, "evict",
	    "%s is evicted from frame %" PRIu64 ": %s; %s", page, ev->a,
	    why_goes(s), copy);
	fact_page(s, (pfn_t)ev->a, page);
	story_fact_text(s, "reason", why_goes(s));
	if (ev->c != 0)
		story_fact(s, "slot", ev->c);
	s->paging.evicted++;
	s->paging.last = (pfn_t)ev->a;
}

static void
tell_pageout(struct wl_story *s, const struct vm_event *ev)
{
	char page[STORY_TEXT], disk[STORY_TEXT], where[64];

	if (ev->b != 0)
		snprintf(where, sizeof(where), "to slot %" PRIu64 " of swap",
		    ev->b);
	else
		snprintf(where, sizeof(where), "back to its file");
	story_page(s, (pfn_t)ev->a, page);
	story_tell(s, false, "pageout",
	    "%s in frame %" PRIu64 " is dirty and is written %s%s", page, ev->a,
	    where, story_disk(s, disk));
	fact_page(s, (pfn_t)ev->a, page);
	if (ev->b != 0)
		story_fact(s, "slot", ev->b);
	else
		story_fact_address(s, "offset", ev->c);
	s->paging.written++;
}

static void
tell_reactivate(struct wl_story *s, const struct vm_event *ev)
{
	char page[STORY_TEXT];

	story_page(s, (pfn_t)ev->a, page);
	story_tell(s, false, "reactivate",
	    "%s in frame %" PRIu64
	    " stays: it was referenced since the page daemon saw it last, or "
	    "cannot go now",
	    page, ev->a);
	fact_page(s, (pfn_t)ev->a, page);
	s->paging.kept++;
}

/* A policy takes a page out of the set of a process. */
static void
tell_victim(struct wl_story *s, const struct vm_event *ev)
{
	char page[STORY_TEXT];

	story_page(s, (pfn_t)ev->a, page);
	story_tell(s, true, "victim",
	    "the process has its %" PRIu32 " pages mapped: that at 0x%" PRIx64
	    " must go, %s in frame %" PRIu64 ": %s (policy %s)",
	    s->m->vm.config.frames, ev->va, page, ev->a, why_goes(s),
	    s->m->vm.config.policy->name);
	fact_page(s, (pfn_t)ev->a, page);
	story_fact_address(s, "va", ev->va);
	story_fact(s, "slot", ev->b);
	story_fact(s, "modified", ev->c);
	story_fact_text(s, "reason", why_goes(s));
}

/* ---------------------------------------------------------- their sum --- */

/* Is the line one of those that a sum stands for? */
static bool
is_counted(const struct story_line *l)
{
	static const char *const steps[] = { "evict", "pageout", "reactivate" };

	for (size_t i = 0; i < NELEM(steps); i++)
		if (strcmp(l->step, steps[i]) == 0)
			return true;
	return false;
}

static void
tell_sum(struct wl_story *s)
{
	const struct story_paging *pg = &s->paging;
	char text[STORY_TEXT];
	size_t at = 0;

	if (pg->written > 0)
		story_add(text, sizeof(text), &at,
		    "%" PRIu64 " pages are written", pg->written);
	if (pg->evicted > 0)
		story_add(text, sizeof(text), &at,
		    "%s%" PRIu64 " pages are evicted", at > 0 ? ", " : "",
		    pg->evicted);
	if (pg->kept > 0)
		story_add(text, sizeof(text), &at,
		    "%s%" PRIu64
		    " stay because they were referenced or cannot go",
		    at > 0 ? ", " : "", pg->kept);
	if (pg->who == NULL)
		story_tell(s, true, "paging", "%s", text);
	else if (pg->evicted == 0)
		story_tell(s, true, "paging",
		    "memory is short, %" PRIu64 " frames are free: %s (by %s)",
		    pg->free, text, pg->who);
	else
		story_tell(s, true, "paging",
		    "memory is short, %" PRIu64
		    " frames are free: %s (by %s: %s)",
		    pg->free, text, pg->who, reason_of(pg->who));
	story_fact(s, "written", pg->written);
	story_fact(s, "evicted", pg->evicted);
	story_fact(s, "kept", pg->kept);
	story_fact(s, "free", pg->free);
}

void
story_paging_done(struct wl_story *s)
{
	struct story_paging *pg = &s->paging;
	const uint64_t n = pg->written + pg->evicted + pg->kept;
	bool muted;

	if (n > FEW) {
		muted = story_loud(s);
		tell_sum(s);
		s->muted = muted;
	}
	for (unsigned i = pg->at; n <= FEW && n > 0 && i < s->nlines; i++)
		s->line[i].brief |= is_counted(&s->line[i]);
	*pg = (struct story_paging){ 0 };
}

/* ------------------------------------------------------------------------- */

static void
tell_swapin(struct wl_story *s, const struct vm_event *ev)
{
	char page[STORY_TEXT], disk[STORY_TEXT];

	story_page(s, (pfn_t)ev->b, page);
	story_tell(s, true, "swapin",
	    "%s is in swap only: slot %" PRIu64 " is read into frame %" PRIu64
	    "%s",
	    page, ev->c, ev->b, story_disk(s, disk));
	story_fact_text(s, "page", page);
	story_fact(s, "slot", ev->c);
	story_fact(s, "frame", ev->b);
}

static void
tell_daemon(struct wl_story *s, const struct vm_event *ev)
{
	const char *name = s->m->vm.pageout.daemon != NULL ?
	    s->m->vm.pageout.daemon->name :
	    "policy";

	story_tell(s, ev->c > 0, "daemon",
	    "the page daemon (%s) has freed %" PRIu64 " frames: %" PRIu64
	    " are free, it aims at %" PRIu64,
	    name, ev->c, ev->a, ev->b);
	story_fact(s, "freed", ev->c);
	story_fact(s, "free", ev->a);
	story_fact(s, "target", ev->b);
}

static void
counted(struct wl_story *s, const struct vm_event *ev,
    void (*tell)(struct wl_story *, const struct vm_event *))
{
	struct story_paging *pg = &s->paging;

	if (pg->written + pg->evicted + pg->kept == 0) {
		pg->at = s->nlines;
		pg->free = s->m->vm.exp.free;
		pg->who = who_decides(s);
	}
	tell(s, ev);
}

bool
story_paging_event(struct wl_story *s, struct process *p,
    const struct vm_event *ev)
{
	(void)p;
	switch (ev->kind) {
	case VM_EVENT_PAGEOUT: counted(s, ev, tell_pageout); return true;
	case VM_EVENT_EVICT: counted(s, ev, tell_evict); return true;
	case VM_EVENT_REACTIVATE: counted(s, ev, tell_reactivate); return true;
	case VM_EVENT_FREE:
		if (ev->a == s->paging.last && ev->a != 0)
			return true;
		break;
	case VM_EVENT_VICTIM:
		story_paging_done(s);
		tell_victim(s, ev);
		return true;
	case VM_EVENT_SWAPIN:
		story_paging_done(s);
		tell_swapin(s, ev);
		return true;
	case VM_EVENT_DAEMON:
		story_paging_done(s);
		tell_daemon(s, ev);
		return true;
	default: break;
	}
	story_paging_done(s);
	return false;
}
