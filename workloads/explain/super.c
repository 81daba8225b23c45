/*
 * Larger pages in a story: where frames come from, how far a larger page is,
 * why a promotion failed.
 *
 * The page table reports that a promotion failed, not why: the entries are
 * compared once more, in the order in which pmap_promote.c compares them, and
 * the first that differs is told.
 */
#include <inttypes.h>

#include "int.h"

static const char *const refusals[VM_NREFUSALS] = {
#define X(name, text) [VM_REFUSAL_##name] = text,
	VM_REFUSALS(X)
#undef X
};

/* The reservation that has the frame, or NULL; *b is its number. */
static const struct vm_reserv *
reservation_of(const struct vm *vm, pfn_t pfn, uint32_t *b)
{
	*b = pfn >> vm->reservs.order;
	return vm->reservs.on && vm_reserv_owner_of(vm, pfn) != NULL ?
	    vm_reserv_get(&vm->reservs, *b) :
	    NULL;
}

const char *
story_origin(struct wl_story *s, pfn_t pfn, char buf[STORY_TEXT])
{
	const struct vm *vm = &s->m->vm;
	const struct vm_reserv *rv;
	char size[32];
	size_t at = 0;
	uint32_t b;

	if ((rv = reservation_of(vm, pfn, &b)) != NULL)
		story_add(buf, STORY_TEXT, &at,
		    "the reservation of %s at frame %" PRIu32 " (%" PRIu32
		    " of %u in use)",
		    story_size(pg_ptoa(vm, (uint64_t)1 << vm->reservs.order),
			size),
		    b << vm->reservs.order, rv->popcnt,
		    1u << vm->reservs.order);
	else if (!vm->phys.plain)
		story_add(buf, STORY_TEXT, &at, "the buddy lists");
	else if (pfn >= s->before.fresh)
		story_add(buf, STORY_TEXT, &at,
		    "the free list (never used before)");
	else
		story_add(buf, STORY_TEXT, &at,
		    "the free list (the one freed last)");
	if (vm->phys.ndomains > 1)
		story_add(buf, STORY_TEXT, &at, " of domain %u%s",
		    vm_phys_domain(vm, pfn),
		    vm_phys_domain(vm, pfn) == vm->phys.cpu_domain[vm->curcpu] ?
			", the processor's own" :
			", another than the processor's");
	return buf;
}

/* A base page has been mapped: how far is the larger one? */
void
story_larger(struct wl_story *s, struct process *p, vaddr_t va, pfn_t pfn)
{
	const struct vm *vm = &s->m->vm;
	const struct vm_reserv *rv;
	unsigned all = 1u << vm->reservs.order;
	char size[32];
	uint32_t b;

	if (vm->config.superpages == VM_SUPER_NEVER || !vm->reservs.on ||
	    pmap_psind(p->vmspace->vm_map.pmap, va) != 0)
		return;
	story_size(pg_ptoa(vm, (uint64_t)all), size);
	if ((rv = reservation_of(vm, pfn, &b)) == NULL)
		story_tell(s, false, "larger",
		    "it cannot become part of a page of %s: its frame lies in "
		    "no block of its owner",
		    size);
	else if (rv->popcnt < all)
		story_tell(s, false, "larger",
		    "it is no page of %s yet: %" PRIu32
		    " of the %u frames of its block are in use",
		    size, rv->popcnt, all);
	else
		story_tell(s, false, "larger",
		    "all frames of its block of %s are in use; whether they "
		    "become one page depends on their entries being alike",
		    size);
	if (rv != NULL)
		story_fact(s, "in_use", rv->popcnt);
	story_fact(s, "of", all);
	for (unsigned i = 0; i < VM_NREFUSALS; i++)
		if (i != VM_REFUSAL_NONE && i != VM_REFUSAL_COVERED &&
		    vm->reservs.refused[i] != s->before.refused[i])
			story_tell(s, false, "refused",
			    "no reservation was made for it: %s", refusals[i]);
}

/* ---------------------------------------------- promotions that failed ---- */

/* The entry of the base page at va; 0: none. */
static uint64_t
entry_at(struct pmap *pmap, vaddr_t va)
{
	struct pmap_walk w;

	pmap_walk(pmap, va, &w);
	return w.mapped ? w.pte[w.nlevels - 1] : 0;
}

struct attribute {
	size_t mask; /* in struct pte_format */
	const char *words;
};
static const struct attribute attributes[] = {
	{ offsetof(struct pte_format, write), "may be written" },
	{ offsetof(struct pte_format, dirty), "has been modified" },
	{ offsetof(struct pte_format, noexec), "may not be executed" },
	{ offsetof(struct pte_format, wired), "is wired" },
};

/* How an entry differs from what the first one asks for; NULL: not at all. */
static const char *
difference(const struct pmap_system *sys, uint64_t pte, uint64_t want,
    char buf[STORY_TEXT])
{
	const struct pte_format *f = &sys->geo->pte;
	const bool aix = sys->promote == PMAP_PROMOTE_AIX;

	if (pte == 0)
		return "is not mapped";
	if (((pte ^ want) & f->frame) != 0)
		return "lies in a frame that does not follow the first one's";
	if (aix && (pte & f->accessed) == 0)
		return "has not been referenced";
	for (size_t i = 0; i < NELEM(attributes); i++) {
		const uint64_t mask = *(
		    const uint64_t *)(const void *)((const char *)f +
		    attributes[i].mask);

		if (((pte ^ want) & mask) == 0 || (aix && mask == f->dirty))
			continue;
		if (pte & mask)
			snprintf(buf, STORY_TEXT, "%s, the first one not so",
			    attributes[i].words);
		else
			snprintf(buf, STORY_TEXT, "differs: the first one %s",
			    attributes[i].words);
		return buf;
	}
	return NULL;
}

static void
tell_promote_fail(struct wl_story *s, struct process *p,
    const struct vm_event *ev)
{
	struct pmap *pmap = p->vmspace->vm_map.pmap;
	const struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	const uint64_t n = pg_atop(pmap, ev->a), first = entry_at(pmap, ev->va);
	char size[32], buf[STORY_TEXT];
	const char *why = NULL;
	vaddr_t va = ev->va;

	story_size(ev->a, size);
	if (first == 0 ||
	    (first >> f->pfn_shift & (n - 1) & f->frame >> f->pfn_shift) != 0) {
		why = "does not lie at the beginning of a block of frames";
	} else if (sys->promote == PMAP_PROMOTE_AIX &&
	    (first & f->accessed) == 0) {
		why = "has not been referenced";
	} else {
		for (uint64_t i = n - 1; i > 0 && why == NULL; i--) {
			va = ev->va + pg_ptoa(pmap, i);
			why = difference(sys, entry_at(pmap, va),
			    first + (i << f->pfn_shift), buf);
		}
	}
	if (why == NULL)
		story_tell(s, true, "promote_fail",
		    "no mapping of %s at 0x%" PRIx64 " can be made now", size,
		    ev->va);
	else
		story_tell(s, true, "promote_fail",
		    "no mapping of %s at 0x%" PRIx64
		    " yet: the page at 0x%" PRIx64 " %s",
		    size, ev->va, va, why);
	story_fact_address(s, "va", ev->va);
	story_fact(s, "size", ev->a);
	if (why != NULL) {
		story_fact_address(s, "page", va);
		story_fact_text(s, "reason", why);
	}
}

/* ------------------------------------------------------------------------- */

static void
tell_promoted(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	char size[32];

	(void)p;
	story_size(ev->a, size);
	story_tell(s, true, "promoted",
	    "the base pages at 0x%" PRIx64
	    " become one mapping of %s: all of its frames are in use, in "
	    "order, and their entries agree",
	    ev->va, size);
	story_fact_address(s, "va", ev->va);
	story_fact(s, "size", ev->a);
}

static void
tell_demoted(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	char size[32];

	(void)p;
	story_size(ev->a, size);
	story_tell(s, true, "demoted",
	    "the mapping of %s at 0x%" PRIx64
	    " is split into base pages: only a part of it is meant",
	    size, ev->va);
	story_fact_address(s, "va", ev->va);
	story_fact(s, "size", ev->a);
}

bool
story_super_event(struct wl_story *s, struct process *p,
    const struct vm_event *ev)
{
	bool muted;

	if (p == NULL || p->vmspace == NULL)
		return false;
	if (ev->kind != VM_EVENT_PROMOTED && ev->kind != VM_EVENT_DEMOTED &&
	    ev->kind != VM_EVENT_PROMOTE_FAIL)
		return false;
	muted = story_loud(s);
	if (ev->kind == VM_EVENT_PROMOTED)
		tell_promoted(s, p, ev);
	else if (ev->kind == VM_EVENT_DEMOTED)
		tell_demoted(s, p, ev);
	else
		tell_promote_fail(s, p, ev);
	s->muted = muted;
	return true;
}
