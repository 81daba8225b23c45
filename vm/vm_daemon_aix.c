/*
 * The page stealer of AIX (vm_daemon_aix.h has its rules).
 *
 *	run:	while the goal is not reached
 *			look at the frame under the hand, move on
 *	look:	free, wired, a page table, busy		pass
 *		referenced				clear, pass
 *		of the other kind			pass
 *		modified				write
 *		then					steal
 *
 * scans counts the frames in use that it looks at, cycles how often the hand
 * comes round to frame 1, pgsteals what it frees: uvmexp's pdscans, pdrevs and
 * pdfreed.
 */
#include "vm_daemon_aix.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define AIX_PAGE_SHIFT 12 /* of the page that AIX's settings count */
#define MINFREE 960
#define SECOND 1000 /* in vm->tick */

const struct vm_aix_tune vm_aix_defaults = {
	.minperm = 3,
	.maxperm = 90,
	.maxclient = 90,
	.rpdecay = 90,
	.strict_maxclient = 1,
};

_Static_assert(sizeof(struct vm_aix_tune) == 9 * sizeof(uint64_t),
    "compared as a whole");

/* -------------------------------------------------------------- levels ---- */

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t
percent(uint64_t n, uint64_t of)
{
	return n * of / 100;
}

void
vm_aix_levels(const struct vm *vm, const struct vm_aix_tune *t,
    struct vm_aix_levels *l)
{
	const uint64_t npages = vm->exp.npages;
	const uint64_t per = (uint64_t)1 << (vm->page_shift - AIX_PAGE_SHIFT);

	l->lruable = npages - least(npages, vm->exp.reserve_kernel);
	l->minfree = t->minfree != 0 ? least(t->minfree, npages - 1) :
				       least(MINFREE / per, l->lruable / 20);
	l->maxfree = t->maxfree != 0 ? least(t->maxfree, npages) :
				       l->minfree +
		most((VM_AIX_PAGEAHEAD_MAX + per - 1) / per,
		    l->minfree * 2 / 15);
	l->maxfree = most(least(l->maxfree, npages), l->minfree + 1);
	l->maxperm = percent(l->lruable, t->maxperm);
	l->minperm = least(percent(l->lruable, t->minperm), l->maxperm);
	l->maxclient = least(percent(l->lruable, t->maxclient), l->maxperm);
}

/* --------------------------------------------------------------- kinds ---- */

struct vm_aix *
vm_aix_of(const struct vm *vm)
{
	return vm->pageout.daemon == &vm_daemon_aix ? vm->pageout.state : NULL;
}

unsigned
vm_aix_kind(struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = &vm->pages.page[pfn];

	if ((pg->pg_flags & PG_FILE) == 0)
		return VM_AIX_COMP;
	return vm_object_byid(vm, pg->owner)->text ? VM_AIX_COMP : VM_AIX_FILE;
}

/* Are computational pages stolen too? */
static bool
takes_both(const struct vm *vm, const struct vm_aix *a)
{
	const uint64_t numperm = vm->exp.filepages;

	if (numperm < a->level.minperm)
		return true;
	return numperm <= a->level.maxperm && a->tune.lru_file_repage &&
	    a->rpgcnt[VM_AIX_FILE] > a->rpgcnt[VM_AIX_COMP];
}

/* ------------------------------------------------------------ thresholds -- */

/* The most file pages that a hard bound allows. */
static uint64_t
hard_bound(const struct vm_aix *a)
{
	uint64_t bound = UINT64_MAX / 2;

	if (a->tune.strict_maxclient)
		bound = a->level.maxclient;
	if (a->tune.strict_maxperm)
		bound = least(bound, a->level.maxperm);
	return bound;
}

static bool
short_of_frames(const struct vm *vm, const struct vm_aix *a)
{
	return vm->exp.free < a->level.minfree;
}

static bool
near_bound(const struct vm *vm, const struct vm_aix *a)
{
	return vm->exp.filepages + a->level.minfree > hard_bound(a);
}

/* What must change before another sweep gains more than one that gave up. */
static void
observe(const struct vm *vm, uint64_t now[4])
{
	now[0] = vm->exp.free;
	now[1] = vm->exp.filepages;
	now[2] = vm->exp.wired;
	now[3] = vm->exp.swpginuse;
}

static bool
low(struct vm *vm)
{
	const struct vm_aix *a = vm->pageout.state;
	uint64_t now[4];

	if (!short_of_frames(vm, a) && !near_bound(vm, a))
		return false;
	observe(vm, now);
	return memcmp(now, a->stuck, sizeof(now)) != 0;
}

/* ------------------------------------------------------------- stealing --- */

/* => stolen */
static bool
steal(struct vm *vm, struct vm_aix *a, pfn_t pfn, unsigned kind)
{
	const uint64_t key = vm_page_key(vm, pfn);
	const uint64_t written = vm->stat.fileouts;
	const int error = vm_page_evict(vm, pfn);

	a->permio += vm->stat.fileouts - written;
	if (error != 0)
		return false;
	vm->exp.pdfreed++;
	a->nreplaced[kind]++;
	vm_repages_add(&a->repages, key);
	return true;
}

/* The frame under the hand.  => stolen */
static bool
look(struct vm *vm, struct vm_aix *a, bool both)
{
	const pfn_t pfn = a->hand;
	unsigned kind;

	if (++a->hand >= vm->pages.fresh) {
		a->hand = 1;
		vm->exp.pdrevs++;
	}
	if (vm_page_isfree(&vm->pages.page[pfn]))
		return false;
	vm->exp.pdscans++;
	if (!vm_page_evictable(vm, pfn) ||
	    pmap_clear_reference(&vm->pmaps, pfn))
		return false;
	kind = vm_aix_kind(vm, pfn);
	return (both || kind == VM_AIX_FILE) && steal(vm, a, pfn, kind);
}

/* maxfree, or what somebody wants at once who waits: a frame beyond the
   reserve at least, however small maxfree was set. */
static uint64_t
free_goal(const struct vm *vm, const struct vm_aix *a)
{
	const struct vm_pageout *po = &vm->pageout;
	const uint64_t want = vm->exp.reserve_kernel +
	    (po->want > 0 ? po->want : 1);

	return po->starved ? most(want, a->level.maxfree) : a->level.maxfree;
}

/*
 * Steal until free frames or, for a hard bound, file pages have reached their
 * goal.  => false: two turns found nothing
 */
static bool
sweep(struct vm *vm, struct vm_aix *a, bool frames, bool force)
{
	const uint64_t bound = hard_bound(a), goal = free_goal(vm, a);
	uint64_t idle = 0;

	while (frames ? vm->exp.free < goal :
			vm->exp.filepages + a->level.maxfree > bound) {
		bool both = frames && (force || takes_both(vm, a));

		if (idle >= 2 * (uint64_t)vm->pages.fresh)
			return false;
		idle = look(vm, a, both) ? 0 : idle + 1;
	}
	return true;
}

static void
run(struct vm *vm, bool waiting)
{
	struct vm_aix *a = vm->pageout.state;
	bool below = true, enough = true;

	if (near_bound(vm, a))
		below = sweep(vm, a, false, false);
	if (short_of_frames(vm, a) || waiting)
		enough = sweep(vm, a, true, false) || sweep(vm, a, true, true);
	if (!below || !enough)
		observe(vm, a->stuck);
	vm->pageout.resigned = !enough;
}

/* ------------------------------------------------------------ repaging ---- */

static void
refault(struct vm *vm, pfn_t pfn, uint64_t key)
{
	struct vm_aix *a = vm->pageout.state;
	unsigned kind;

	if (!vm_repages_take(&a->repages, key))
		return;
	kind = vm_aix_kind(vm, pfn);
	a->nrepaged[kind]++;
	a->rpgcnt[kind]++;
}

/* Each second leaves rpdecay percent of the repages that count as recent. */
static void
tick(struct vm *vm)
{
	struct vm_aix *a = vm->pageout.state;
	uint64_t seconds = 0;

	if (vm->tick > a->decayed)
		seconds = (vm->tick - a->decayed) / SECOND;
	a->decayed += seconds * SECOND;
	if (a->tune.rpdecay >= 100)
		return;
	for (; seconds > 0 && (a->rpgcnt[0] | a->rpgcnt[1]) != 0; seconds--)
		for (unsigned k = 0; k < VM_AIX_NKINDS; k++)
			a->rpgcnt[k] = a->rpgcnt[k] * a->tune.rpdecay / 100;
}

/* --------------------------------------------------------------- state ---- */

void
vm_aix_tune(struct vm *vm, const struct vm_aix_tune *t)
{
	struct vm_aix *a = vm->pageout.state;

	if (memcmp(t, &a->tune, sizeof(*t)) == 0)
		return;
	a->tune = *t;
	vm_aix_levels(vm, t, &a->level);
	memset(a->stuck, 0xff, sizeof(a->stuck));
}

static int
init(struct vm *vm)
{
	struct vm_aix *a = mem_zalloc(vm->mem, sizeof(*a));

	if (a == NULL)
		return ENOMEM;
	if (vm_repages_init(&a->repages, vm->mem, VM_AIX_RPTSIZE) != 0) {
		mem_free(vm->mem, a, sizeof(*a));
		return ENOMEM;
	}
	a->hand = 1;
	vm->pageout.state = a;
	/* A bound of file pages may be met with any number of free frames. */
	vm->pageout.wake = UINT64_MAX;
	vm_aix_tune(vm, &vm_aix_defaults);
	return 0;
}

static void
fini(struct vm *vm)
{
	struct vm_aix *a = vm->pageout.state;

	vm_repages_fini(&a->repages, vm->mem);
	mem_free(vm->mem, a, sizeof(*a));
	vm->pageout.state = NULL;
}

static const char *
check(struct vm *vm, char *buf, size_t len)
{
	const struct vm_aix *a = vm->pageout.state;
	const struct vm_aix_levels *l = &a->level;
	const char *why = vm_repages_check(&a->repages);

	if (l->minfree >= l->maxfree || l->minperm > l->maxperm ||
	    l->maxclient > l->maxperm)
		why = "L1: levels are in the wrong order";
	else if (a->rpgcnt[VM_AIX_COMP] > a->nrepaged[VM_AIX_COMP] ||
	    a->rpgcnt[VM_AIX_FILE] > a->nrepaged[VM_AIX_FILE])
		why = "L2: more recent repages than repages";
	else if (a->hand == 0 || a->hand > vm->pages.npages)
		why = "the hand is at no frame";
	if (why == NULL)
		return NULL;
	snprintf(buf, len, "aix: %s", why);
	return buf;
}

static void
keep(struct vm *vm, struct vm_keep *k)
{
	struct vm_aix *a = vm->pageout.state;
	struct vm_aix_tune t = a->tune;

	VM_KEEP(k, t.minfree, 0, VM_KEEP_MAX);
	VM_KEEP(k, t.maxfree, 0, VM_KEEP_MAX);
	VM_KEEP(k, t.minperm, 0, 100);
	VM_KEEP(k, t.maxperm, 0, 100);
	VM_KEEP(k, t.maxclient, 0, 100);
	VM_KEEP(k, t.rpdecay, 0, 100);
	VM_KEEP(k, t.strict_maxperm, 0, 1);
	VM_KEEP(k, t.strict_maxclient, 0, 1);
	VM_KEEP(k, t.lru_file_repage, 0, 1);
	if (k->load)
		vm_aix_tune(vm, &t);
	VM_KEEP(k, a->hand, 1, vm->pages.npages);
	VM_KEEP_ARRAY(k, a->nreplaced, VM_AIX_NKINDS, 0, VM_KEEP_MAX);
	VM_KEEP_ARRAY(k, a->nrepaged, VM_AIX_NKINDS, 0, VM_KEEP_MAX);
	VM_KEEP_ARRAY(k, a->rpgcnt, VM_AIX_NKINDS, 0, UINT64_MAX / 100);
	VM_KEEP(k, a->permio, 0, VM_KEEP_MAX);
	VM_KEEP(k, a->decayed, 0, UINT64_MAX / 2);
	VM_KEEP_ARRAY(k, a->stuck, NELEM(a->stuck), 0, UINT64_MAX);
	vm_repages_keep(&a->repages, k);
}

const struct vm_daemon vm_daemon_aix = {
	.name = "aix",
	.summary = "AIX: one hand over the frame table, minperm and maxperm",
	.init = init,
	.fini = fini,
	.low = low,
	.run = run,
	.tick = tick,
	.refault = refault,
	.check = check,
	.keep = keep,
};
