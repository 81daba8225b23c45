/*
 * Why a new range lies where it does, by the rule of its system.
 *
 *	fixed		where the caller said
 *	hint		there, if it is free; else from there on, or as without
 *	none		freebsd	first fit upwards, anonymous memory behind the
 *				last
 *			netbsd	the highest gap below the largest stack
 *			openbsd	a random place above the data segment
 *			linux	the highest gap below mmap_base
 *
 * The gap is what lies free around the new range now, and the range itself.
 */
#include <inttypes.h>

#include "int.h"
#include "workloads/script/show.h"

static const struct {
	const struct sim_personality *system;
	const char *free_choice; /* without a hint */
	const char *off_hint;    /* where the hint was taken */
} rules[] = {
	{ &sim_freebsd,
	    "FreeBSD takes the first gap that is large enough from its "
	    "default address on (anonymous memory: from behind the last)",
	    "FreeBSD takes the first gap from the hint on" },
	{ &sim_netbsd,
	    "NetBSD takes the highest gap that is large enough below the "
	    "largest stack",
	    "NetBSD takes the highest gap below the hint" },
	{ &sim_openbsd,
	    "OpenBSD draws a place above the data segment by lot and takes the "
	    "first gap from there on",
	    "OpenBSD takes the first gap from the hint on" },
	{ &sim_linux,
	    "Linux takes the highest gap that is large enough below mmap_base",
	    "Linux takes the highest gap below mmap_base, as without a hint" },
};

/* The call's own choice of an address: hint or order; 0: none. */
static vaddr_t
asked_for(const struct process *p, const struct sim_call *c)
{
	switch (c->no) {
	case SIM_SYS_MMAP: return c->arg[0];
	case SIM_SYS_SHMAT: return c->arg[1];
	case SIM_SYS_MREMAP:
		return c->arg[p->personality == &sim_netbsd ? 2 : 4];
	default: return 0;
	}
}

static bool
has_flag(const struct process *p, uint64_t flags, const char *name)
{
	uint64_t bit;

	return sim_const_value(p->personality, name, &bit) == 0 &&
	    (flags & bit) != 0;
}

static bool
is_fixed(const struct process *p, const struct sim_call *c)
{
	switch (c->no) {
	case SIM_SYS_MMAP:
		return has_flag(p, c->arg[3], "MAP_FIXED") ||
		    has_flag(p, c->arg[3], "MAP_FIXED_NOREPLACE");
	case SIM_SYS_MREMAP:
		return p->personality == &sim_netbsd ?
		    has_flag(p, c->arg[4], "MAP_FIXED") :
		    has_flag(p, c->arg[3], "MREMAP_FIXED");
	default: return false;
	}
}

static const char *
rule_of(const struct process *p, bool hint)
{
	for (size_t i = 0; i < NELEM(rules); i++)
		if (rules[i].system == p->personality)
			return hint ? rules[i].off_hint : rules[i].free_choice;
	return "the system chooses";
}

static void
why_there(const struct wl_story *s, const struct process *p, vaddr_t start,
    char buf[STORY_TEXT])
{
	const struct sim_call *c = s->deed.call;
	const vaddr_t asked = asked_for(p, c);
	const vaddr_t page = pg_trunc(s->m, asked);

	if (is_fixed(p, c))
		snprintf(buf, STORY_TEXT, "the call fixes the address");
	else if (c->place != 0 && c->place == start)
		snprintf(buf, STORY_TEXT,
		    "the recorded kernel had put it there, and it is free");
	else if (asked != 0 &&
	    (page == start || pg_round(s->m, asked) == start))
		snprintf(buf, STORY_TEXT, "that is the hint, and it is free");
	else if (asked != 0)
		snprintf(buf, STORY_TEXT, "the hint 0x%" PRIx64 " is %s: %s",
		    asked,
		    wl_entry_at(&p->vmspace->vm_map, asked) != NULL ?
			"in use" :
			"not to be had",
		    rule_of(p, true));
	else
		snprintf(buf, STORY_TEXT, "%s", rule_of(p, false));
}

void
story_place(struct wl_story *s, struct process *p, vaddr_t start, vaddr_t end)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	const struct vm_map_entry *e = wl_entry_at(map, start);
	const struct sim_call *c = s->deed.call;
	vaddr_t lo = start, hi = end;
	char why[STORY_TEXT];

	if (c == NULL || e == NULL ||
	    (c->no != SIM_SYS_MMAP && c->no != SIM_SYS_SHMAT &&
		c->no != SIM_SYS_MREMAP))
		return;
	if (e->start == start)
		lo = e->prev == &map->header ? vm_map_min(map) : e->prev->end;
	if (e->end == end)
		hi = e->next == &map->header ? vm_map_max(map) : e->next->start;
	why_there(s, p, start, why);
	story_tell(s, true, "place",
	    "it lies at 0x%" PRIx64 ", in the gap 0x%" PRIx64 "-0x%" PRIx64
	    ": %s",
	    start, lo, hi, why);
	story_fact_address(s, "start", start);
	story_fact_address(s, "gap_start", lo);
	story_fact_address(s, "gap_end", hi);
	story_fact_address(s, "hint", asked_for(p, c));
	story_fact(s, "fixed", is_fixed(p, c));
}
