/*
 * Stories: the beginning and the end of an operation, and its events between.
 *
 *	begin	what is there is noted: counters, clock, the page's entry
 *	event	to the parts, in turn, until one has told it
 *	end	what the operation came to
 *
 * Neighbours and pages that go are counted first and told when something else
 * happens.  Faults on pages behind the first one of an operation are muted:
 * the end says how many there were.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "int.h"

static void
listen(void *ctx, const struct vm_event *ev)
{
	struct wl_story *s = ctx;
	struct process *p;

	if (s->next_fn != NULL)
		s->next_fn(s->next_ctx, ev);
	if (!s->open)
		return;
	if (ev->kind == VM_EVENT_NEIGHBOUR) {
		if (s->neighbours++ == 0)
			s->neighbour = ev->va;
		return;
	}
	story_neighbours(s);
	p = sim_event_process(s->m, ev);
	if (!story_paging_event(s, p, ev) && !story_fault_event(s, p, ev) &&
	    !story_super_event(s, p, ev))
		story_call_event(s, p, ev);
}

struct wl_story *
wl_story_new(struct machine *m)
{
	struct wl_story *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->m = m;
	if (!story_before_init(s)) {
		story_before_fini(s);
		free(s);
		return NULL;
	}
	s->next_fn = m->vm.event_fn;
	s->next_ctx = m->vm.event_ctx;
	m->vm.event_fn = listen;
	m->vm.event_ctx = s;
	return s;
}

void
wl_story_free(struct wl_story *s)
{
	if (s == NULL)
		return;
	if (s->m->vm.event_ctx == s) {
		s->m->vm.event_fn = s->next_fn;
		s->m->vm.event_ctx = s->next_ctx;
	}
	story_before_fini(s);
	free(s->line);
	free(s->buf);
	free(s);
}

/* The page table as an access finds it. */
static void
note_walk(struct wl_story *s)
{
	const struct wl_deed *d = &s->deed;
	struct pmap *pmap;

	s->before.walked = false;
	if (d->call != NULL || d->p->vmspace == NULL)
		return;
	pmap = d->p->vmspace->vm_map.pmap;
	if (!pmap_va_ok(s->m->config.arch, pmap->kernel, d->va))
		return;
	pmap_walk(pmap, d->va, &s->before.walk);
	s->before.walked = true;
}

static void
note_space(struct wl_story *s)
{
	const struct process *p = s->deed.p;

	if (p->vmspace == NULL)
		return;
	s->mapped_size = p->vmspace->vm_map.size;
	s->before.nentries = p->vmspace->vm_map.nentries;
	s->before.ntables = p->vmspace->vm_map.pmap->ntables;
	s->before.resident = p->vmspace->vm_map.pmap->resident;
}

void
wl_story_begin(struct wl_story *s, const struct wl_deed *deed)
{
	s->deed = *deed;
	s->open = true;
	s->nlines = 0;
	s->len = 0;
	s->lost = s->lost_brief = 0;
	s->nomem = false;
	s->kept = s->muted = s->failed = s->mapped = false;
	s->nfaults = 0;
	s->neighbours = 0;
	s->copy_refs = 0;
	s->plain_forks = 0;
	s->paging = (struct story_paging){ 0 };
	story_before_note(s);
	note_space(s);
	note_walk(s);
}

/* The pages behind the first one, in a line. */
static void
tell_rest(struct wl_story *s)
{
	s->muted = false;
	if (s->nfaults < 2 || s->fault == s->first_fault || s->failed)
		return;
	story_tell(s, true, "more_faults",
	    "%u more page faults on the way, the last one at 0x%" PRIx64,
	    s->nfaults - 1, s->fault);
	story_fact(s, "faults", s->nfaults - 1);
	story_fact_address(s, "last", s->fault);
}

static void
end_access(struct wl_story *s, int err, const struct sim_signal *sig)
{
	if (s->nfaults == 0 && err == 0)
		story_no_fault(s);
	tell_rest(s);
	if (err != 0 && sig != NULL && sig->signame != NULL)
		story_signal(s, sig);
	else if (err != 0)
		story_call_failed(s, err);
	story_tlb(s);
}

void
wl_story_end(struct wl_story *s, int err, uint64_t ret,
    const struct sim_signal *sig)
{
	if (!s->open)
		return;
	story_neighbours(s);
	story_paging_done(s);
	if (s->deed.call == NULL) {
		end_access(s, err, sig);
	} else {
		tell_rest(s);
		story_call_end(s, err, ret);
	}
	story_counters(s);
	story_cost(s);
	s->open = false;
}
