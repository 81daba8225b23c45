/*
 * Failures in a story: by which check, with which values, and what the manual
 * of the system says.
 *
 *	an access	no entry: who is nearest; rights; behind the end of the
 *			object; a page that cannot be read; want of memory;
 *			a stack that may not grow so far
 *	a system call	machine->error, made where the check is, and the row of
 *			the manual that stands for it
 */
#include <inttypes.h>
#include <string.h>

#include "int.h"
#include "manual.h"
#include "workloads/script/show.h"

/* siginfo(3) */
static const struct {
	const char *code, *says;
} codes[] = {
	{ "SEGV_MAPERR", "the address is not mapped" },
	{ "SEGV_ACCERR", "the mapping's rights do not allow the access" },
	{ "BUS_ADRALN", "the address is not aligned as it must be" },
	{ "BUS_ADRERR", "there is no memory behind the address" },
	{ "BUS_OBJERR", "what is behind the address could not be had" },
};

/* => &map->header: none */
static struct vm_map_entry *
entry_above(struct vm_map *map, vaddr_t va)
{
	struct vm_map_entry *e = wl_entry_from(map, va);

	return e != NULL ? e : &map->header;
}

void
story_no_entry(struct wl_story *s, struct process *p, vaddr_t va)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *above = entry_above(map, va), *below;
	char text[STORY_TEXT];
	size_t at = 0;

	below = above->prev;
	text[0] = '\0';
	if (below != &map->header)
		story_add(text, sizeof(text), &at,
		    ": the one below ends at 0x%" PRIx64, below->end);
	if (above != &map->header)
		story_add(text, sizeof(text), &at,
		    "%s the one above begins at 0x%" PRIx64, at > 0 ? "," : ":",
		    above->start);
	story_tell(s, true, "no_entry",
	    "no entry of the map holds that "
	    "address%s",
	    text);
	if (below != &map->header)
		story_fact_address(s, "below", below->end);
	if (above != &map->header)
		story_fact_address(s, "above", above->start);
}

/* ----------------------------------------------------------- accesses ---- */

/* Behind the end of the object, or nothing. */
static void
add_end(struct process *p, vaddr_t va, char *text, size_t len, size_t *at)
{
	struct wl_page pg;

	if (!wl_page_look(p, va, &pg) || pg.object == NULL ||
	    pg_ptoa(p->vmspace->vm_map.vm, pg.pindex) < pg.object->size)
		return;
	story_add(text, len, at,
	    ": the page is at offset 0x%" PRIx64
	    ", and what is mapped there ends at 0x%" PRIx64,
	    pg_ptoa(p->vmspace->vm_map.vm, pg.pindex), pg.object->size);
}

void
story_access_failed(struct wl_story *s, struct process *p,
    const struct vm_event *ev)
{
	static const char *const access[] = { "read", "write", "exec" };
	char text[STORY_TEXT], have[4];
	size_t at = 0;

	story_unmute(s, s->fault_line);
	s->failed = true;
	story_add(text, sizeof(text), &at,
	    "the fault at 0x%" PRIx64 " fails with %s", ev->va,
	    sim_errname((int)ev->b));
	if (ev->a != VM_PROT_NONE && ev->b == EACCES)
		story_add(text, sizeof(text), &at, ": access %s, allowed is %s",
		    access[ev->a >> 1], wl_prot_text((vm_prot_t)ev->c, have));
	else if (ev->b == EFAULT)
		story_add(text, sizeof(text), &at, ": nothing is there");
	else if (ev->b == EINVAL)
		add_end(p, ev->va, text, sizeof(text), &at);
	else if (ev->b == EIO)
		story_add(text, sizeof(text), &at,
		    ": the page could not be read");
	else if (ev->b == ENOMEM)
		story_add(text, sizeof(text), &at, ": no memory could be had");
	story_tell(s, true, "fault_fail", "%s", text);
	story_fact_address(s, "va", ev->va);
	story_fact_text(s, "errno", sim_errname((int)ev->b));
	story_fact_text(s, "allowed", wl_prot_text((vm_prot_t)ev->c, have));
}

/* The stack that would have to grow to hold va, or NULL. */
static const struct vm_map_entry *
stack_above(struct vm_map *map, vaddr_t va)
{
	const uint16_t stack = UVM_MAP_STACK | UVM_MAP_GROWSDOWN;
	const struct vm_map_entry *e = entry_above(map, va);

	if (e != &map->header &&
	    (e->flags & (UVM_MAP_STACKGAP | UVM_MAP_GUARD)) != 0)
		e = e->next;
	return e != &map->header && (e->flags & stack) != 0 && e->start > va ?
	    e :
	    NULL;
}

/* Farther below its end, nobody would call it the stack's. */
static vsize_t
far_below(const struct process *p)
{
	const uint64_t hard = p->rlimit[SIM_RLIMIT_STACK].max;
	const vsize_t least = (vsize_t)64 << 20;

	return hard > least && hard <= (vsize_t)1 << 30 ? hard : least;
}

static void
tell_stack(struct wl_story *s, struct process *p, vaddr_t va)
{
	const struct vm_map_entry *e = stack_above(&p->vmspace->vm_map, va);
	const uint64_t limit = p->rlimit[SIM_RLIMIT_STACK].cur;
	char need[32], may[32];
	vaddr_t top;

	if (e == NULL || e->end - va > far_below(p))
		return;
	top = p->stack_top > e->start ? p->stack_top : e->end;
	story_size(top - pg_trunc(s->m, va), need);
	story_size(limit, may);
	if (top - va > limit)
		story_tell(s, true, "stack",
		    "the stack above may not grow so far: it would be %s, "
		    "RLIMIT_STACK is %s",
		    need, may);
	else
		story_tell(s, true, "stack",
		    "the stack above, which begins at 0x%" PRIx64
		    ", does not grow to it: %s",
		    e->start,
		    p->personality->grow == NULL ?
			"this system's stacks have their size from the start" :
			"a guard is kept to what lies below");
	story_fact(s, "need", top - pg_trunc(s->m, va));
	story_fact(s, "limit", limit);
}

void
story_signal(struct wl_story *s, const struct sim_signal *sig)
{
	struct process *p = s->deed.p;
	const char *says = NULL;

	s->muted = false;
	if (p->vmspace != NULL && s->failed)
		tell_stack(s, p, sig->addr);
	for (size_t i = 0; sig->code != NULL && i < NELEM(codes); i++)
		if (strcmp(codes[i].code, sig->code) == 0)
			says = codes[i].says;
	story_tell(s, true, "signal",
	    "so the process gets %s%s%s for 0x%" PRIx64 "%s%s%s", sig->signame,
	    sig->code != NULL ? ", " : "", sig->code != NULL ? sig->code : "",
	    sig->addr, says != NULL ? " (siginfo(3): " : "",
	    says != NULL ? says : "", says != NULL ? ")" : "");
	story_fact_text(s, "signal", sig->signame);
	if (sig->code != NULL)
		story_fact_text(s, "code", sig->code);
	story_fact_address(s, "addr", sig->addr);
}

/* -------------------------------------------------------------- calls ---- */

/* The value that was looked at, and what is lawful. */
static void
fact_error(struct wl_story *s, const struct sim_error *e)
{
	story_fact_text(s, "call", e->op != NULL ? e->op : "operation");
	story_fact_text(s, "errno", sim_errname(e->err));
	if (e->arg != NULL) {
		story_fact_text(s, "argument", e->arg);
		story_fact_address(s, "value", e->value);
	}
	if (e->hi != 0 && e->lo <= e->hi) {
		story_fact_address(s, "least", e->lo);
		story_fact_address(s, "most", e->hi);
	}
	if (e->why != NULL)
		story_fact_text(s, "why", e->why);
}

void
story_call_failed(struct wl_story *s, int err)
{
	const struct sim_error *e = &s->m->error;
	const struct process *p = s->deed.p;
	const struct wl_manual *row;
	char text[STORY_TEXT];
	int no;

	(void)err;
	s->muted = false;
	wl_error_text(e, text, sizeof(text));
	story_tell(s, true, "fails", "%s", text);
	fact_error(s, e);
	no = e->op != NULL ? sim_sysbyname(e->op) : -1;
	row = no < 0 ? NULL :
		       wl_manual_find(p->personality, (enum sim_sysno)no, e);
	if (row == NULL)
		return;
	story_tell(s, true, "manual", "%s of %s says for %s: %s",
	    wl_manual_page((enum sim_sysno)no, text, sizeof(text)),
	    wl_manual_system(p->personality), sim_errname(e->err), row->says);
	story_fact_text(s, "page", text);
	story_fact_text(s, "system", wl_manual_system(p->personality));
	story_fact_text(s, "says", row->says);
}
