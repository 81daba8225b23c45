/*
 * Explaining the last operation: its events as a chain of sentences, with what
 * was found on the way.
 *
 * The events come while the operation is under way, so the look-ups made here
 * see the state that the decision was made on: at "fault" the entry is as it
 * was before the fault changed it.  Nothing is changed by looking.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "script_show.h"
#include "sim/event.h"

#define MAXLINES 48
#define LINELEN 320
#define WIDTH 79

struct wl_story {
	struct wl_exec *ex;
	vm_event_fn *next_fn; /* who listened before */
	void *next_ctx;
	unsigned nlines;
	bool complete;       /* the outcome has been told */
	uint64_t more;       /* lines that did not fit */
	uint64_t neighbours; /* mapped on the way, not yet told */
	vaddr_t neighbour;   /* the first of them */
	/* Pages that the page daemon has dealt with, not yet told. */
	uint64_t written, evicted, kept;
	uint64_t last; /* frame that went last */
	char line[MAXLINES][LINELEN];
};

static void __attribute__((format(printf, 2, 3)))
tell(struct wl_story *s, const char *fmt, ...)
{
	va_list ap;

	if (s->nlines == MAXLINES) {
		s->more++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(s->line[s->nlines++], LINELEN, fmt, ap);
	va_end(ap);
}

static void
tell_neighbours(struct wl_story *s)
{
	if (s->neighbours == 1)
		tell(s,
		    "the neighbour at 0x%" PRIx64 " is in memory and is "
		    "mapped on the way",
		    s->neighbour);
	else if (s->neighbours > 1)
		tell(s,
		    "%" PRIu64 " neighbours from 0x%" PRIx64 " on are in "
		    "memory and are mapped on the way",
		    s->neighbours, s->neighbour);
	s->neighbours = 0;
}

/* What a run of the page daemon did, in one line. */
static void
tell_paging(struct wl_story *s)
{
	if (s->written + s->evicted + s->kept > 0)
		tell(s,
		    "memory is short: %" PRIu64 " pages are written to swap, "
		    "%" PRIu64 " pages are evicted, %" PRIu64 " stay because "
		    "they were referenced",
		    s->written, s->evicted, s->kept);
	s->written = s->evicted = s->kept = 0;
}

/* => the event is counted and needs no line of its own */
static bool
count_paging(struct wl_story *s, const struct vm_event *ev)
{
	switch (ev->kind) {
	case VM_EVENT_PAGEOUT: s->written += ev->b != 0; return ev->b != 0;
	case VM_EVENT_EVICT:
		s->evicted++;
		s->last = ev->a;
		return true;
	case VM_EVENT_REACTIVATE: s->kept++; return true;
	case VM_EVENT_FREE: return ev->a == s->last;
	default: return false;
	}
}

/* ---------------------------------------------------------- a fault ---- */

static void
tell_entry(struct wl_story *s, struct process *p, const struct vm_map_entry *e)
{
	const struct wl_view v = { .m = s->ex->m, .p = p };
	char prot[4], max[4], name[160];

	wl_entry_name(&v, e, name, sizeof(name));
	tell(s,
	    "the entry 0x%" PRIx64 "-0x%" PRIx64 " holds it: %s, %s of "
	    "at most %s, %s%s",
	    e->start, e->end, name, wl_prot_text(e->protection, prot),
	    wl_prot_text(e->max_protection, max),
	    e->etype & UVM_ET_COPYONWRITE ? "private" : "shared",
	    e->etype & UVM_ET_NEEDSCOPY ? ", needs-copy" : "");
}

/* What becomes of NEEDSCOPY (UVM's amap_copy). */
static void
tell_needscopy(struct wl_story *s, const struct vm_map_entry *e,
    vm_prot_t access)
{
	bool object = (e->etype & UVM_ET_OBJ) != 0;

	if ((e->etype & UVM_ET_NEEDSCOPY) == 0)
		return;
	if (object && (access & VM_PROT_WRITE) == 0)
		tell(s,
		    "needs-copy: a read may go through to the object, but "
		    "the page will be mapped without w");
	else if (e->amap == NULL)
		tell(s,
		    "needs-copy and no amap yet: the entry gets one, and "
		    "needs a copy no more");
	else if (e->amap->ref == 1)
		tell(s,
		    "needs-copy, but nobody else refers to amap %" PRIu32
		    ": it is the entry's own, and needs a copy no more",
		    e->amap->id);
	else
		tell(s,
		    "needs-copy: %" PRIu32 " entries refer to amap %" PRIu32
		    ", so this one gets a copy of it",
		    e->amap->ref, e->amap->id);
}

static void
tell_rights(struct wl_story *s, const struct vm_map_entry *e, vm_prot_t access)
{
	char need[4], have[4];

	wl_prot_text(access, need);
	wl_prot_text(e->protection, have);
	if (access == VM_PROT_NONE)
		tell(s, "it is being wired, for all that the entry allows");
	else if ((access & ~e->protection) == 0)
		tell(s, "the access needs %s, the entry allows %s: go on", need,
		    have);
	else
		tell(s, "the access needs %s, the entry allows %s: refused",
		    need, have);
	if (access != VM_PROT_NONE && (access & ~e->protection) == 0)
		tell_needscopy(s, e, access);
}

static void
tell_fault(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	struct vm_map_entry *e = wl_entry_at(&p->vmspace->vm_map, ev->va);

	if (e == NULL) {
		tell(s, "no entry of the map holds that address");
		return;
	}
	if (e->etype & UVM_ET_SUBMAP)
		return;
	tell_entry(s, p, e);
	tell_rights(s, e, (vm_prot_t)ev->a);
}

/* Where the anon has its place. */
static void
tell_slot(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	struct wl_page pg;

	if (wl_page_look(p, ev->va, &pg) && pg.amap != NULL)
		tell(s, "its place is slot %" PRIu64 " of amap %" PRIu32,
		    pg.slot, pg.amap->id);
}

static void
tell_event(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	char text[LINELEN];

	sim_event_sentence(s->ex->m, ev, text, sizeof(text));
	tell(s, "%s", text);
	if (p == NULL || p->vmspace == NULL)
		return;
	switch (ev->kind) {
	case VM_EVENT_FAULT: tell_fault(s, p, ev); break;
	case VM_EVENT_ANON:
	case VM_EVENT_ANON_COW:
	case VM_EVENT_PROMOTE_COPY:
	case VM_EVENT_PROMOTE_ZERO: tell_slot(s, p, ev); break;
	default: break;
	}
}

static void
listen(void *ctx, const struct vm_event *ev)
{
	struct wl_story *s = ctx;

	if (s->next_fn != NULL)
		s->next_fn(s->next_ctx, ev);
	if (ev->kind == VM_EVENT_NEIGHBOUR) {
		if (s->neighbours++ == 0)
			s->neighbour = ev->va;
		return;
	}
	tell_neighbours(s);
	if (count_paging(s, ev))
		return;
	s->last = 0;
	tell_paging(s);
	tell_event(s, sim_event_process(s->ex->m, ev), ev);
}

bool
wl_story_open(struct wl_exec *ex)
{
	struct wl_story *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return false;
	s->ex = ex;
	s->next_fn = ex->m->vm.event_fn;
	s->next_ctx = ex->m->vm.event_ctx;
	ex->m->vm.event_fn = listen;
	ex->m->vm.event_ctx = s;
	ex->story = s;
	return true;
}

void
wl_story_close(struct wl_exec *ex)
{
	struct wl_story *s = ex->story;

	if (s == NULL)
		return;
	ex->m->vm.event_fn = s->next_fn;
	ex->m->vm.event_ctx = s->next_ctx;
	free(s);
	ex->story = NULL;
}

void
wl_story_begin(struct wl_exec *ex)
{
	if (ex->story == NULL)
		return;
	ex->story->nlines = 0;
	ex->story->complete = false;
	ex->story->more = 0;
	ex->story->neighbours = 0;
	ex->story->written = ex->story->evicted = ex->story->kept = 0;
}

/* ---------------------------------------------------------- telling ---- */

/* "NN. text", filled to the width, continued under the text. */
static void
put_line(FILE *fp, unsigned number, const char *text)
{
	size_t column = (size_t)fprintf(fp, "%4u.", number), n;

	for (;;) {
		text += strspn(text, " ");
		n = strcspn(text, " ");
		if (n == 0)
			break;
		if (column + 1 + n > WIDTH)
			column = (size_t)fprintf(fp, "\n     ") - 1;
		column += (size_t)fprintf(fp, " %.*s", (int)n, text);
		text += n;
	}
	putc('\n', fp);
}

static void
tell_outcome(struct wl_story *s, const struct wl_done *d)
{
	char text[LINELEN];

	if (d->err == 0 && s->nlines == 0)
		tell(s,
		    d->op->access != NULL ?
			"no page fault: the page table allows the access" :
			"no entry and no page was changed");
	if (d->err != 0 && d->sig.signame != NULL)
		tell(s, "so the process gets %s%s%s for 0x%" PRIx64,
		    d->sig.signame, d->sig.code != NULL ? ", " : "",
		    d->sig.code != NULL ? d->sig.code : "", d->sig.addr);
	if (d->err != 0 && d->op->access == NULL) {
		wl_error_text(&s->ex->error, text, sizeof(text));
		tell(s, "%s", text);
	}
}

void
wl_explain(struct wl_exec *ex)
{
	struct wl_story *s = ex->story;
	FILE *fp = ex->run->out;

	if (s == NULL || fp == NULL)
		return;
	if (ex->last.op == NULL) {
		fprintf(fp, "nothing has been done yet\n");
		return;
	}
	if (!s->complete) {
		tell_neighbours(s);
		tell_paging(s);
		tell_outcome(s, &ex->last);
		s->complete = true;
	}
	wl_write_op(fp, &ex->last);
	putc('\n', fp);
	for (unsigned i = 0; i < s->nlines; i++)
		put_line(fp, i + 1, s->line[i]);
	if (s->more > 0)
		fprintf(fp, "      and %" PRIu64 " more\n", s->more);
}
