/*
 * Reference and modify bits of frames, over all their mappings (pmap(9)), and
 * what is kept of mappings that are gone.
 *
 * On a larger mapping, whose bits speak for all its pages:
 *
 *	is_referenced, is_modified	its bit is the answer for each page
 *	clear_reference			with A: demoted, then A of the page
 *	clear_modify			writable: demoted, then M and W of the
 *					page, so that the next write faults and
 *					may promote again
 *					(writing withheld from above: it is
 *					no writable one, and told so first)
 *	ts_referenced			A counts for each page; one page of the
 *					larger one clears it (is_chosen())
 */
#include "pmap_large.h"

#define TS_REFERENCED_MAX 5 /* FreeBSD: PMAP_TS_REFERENCED_MAX */

static void
collect(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	(void)pmap;
	*(uint64_t *)arg |= *fd->pte;
}

static uint64_t
all_bits(struct pmap_system *sys, pfn_t pfn)
{
	uint64_t bits = 0;

	pv_foreach(sys, pfn, collect, &bits);
	return bits;
}

bool
pmap_is_referenced(struct pmap_system *sys, pfn_t pfn)
{
	return (pmap_page(sys, pfn)->pv & PMAP_ATTR_REF) != 0 ||
	    (all_bits(sys, pfn) & sys->geo->pte.accessed) != 0;
}

bool
pmap_is_modified(struct pmap_system *sys, pfn_t pfn)
{
	return (pmap_page(sys, pfn)->pv & PMAP_ATTR_MOD) != 0 ||
	    (all_bits(sys, pfn) & sys->geo->pte.dirty) != 0;
}

static void
collect_lost(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	(void)pmap;
	if (!fd->writable)
		*(uint64_t *)arg |= *fd->pte;
}

bool
pmap_was_modified(struct pmap_system *sys, pfn_t pfn)
{
	uint64_t bits = 0;

	if ((pmap_page(sys, pfn)->pv & PMAP_ATTR_MOD) != 0)
		return true;
	pv_foreach(sys, pfn, collect_lost, &bits);
	return (bits & sys->geo->pte.dirty) != 0;
}

/* ------------------------------------------------------------ clearing ---- */

/* Demote a larger mapping that has any of these bits. */
static void
demote_with(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	if (*fd->pte & *(const uint64_t *)arg)
		(void)pmap_demote(pmap, fd->node, fd->index, fd->va);
}

/* A writable larger mapping: demote it, and write protect the page. */
static void
demote_writable(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	struct pt_found page;

	(void)arg;
	pt_found_settle(pmap, fd);
	if ((*fd->pte & f->write) != 0 &&
	    pmap_demote(pmap, fd->node, fd->index, fd->va) &&
	    pt_find(pmap, fd->va, &page) && page.psind == 0)
		pmap_pte_change(pmap, &page,
		    *page.pte & ~(f->write | f->dirty));
}

static void
clear_bits(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	uint64_t bits = *(const uint64_t *)arg;

	if (fd->psind == 0 && (*fd->pte & pmap->sys->geo->pte.group) != 0)
		pt_found_settle(pmap, fd);
	if (fd->psind == 0 && (*fd->pte & bits) != 0)
		pmap_pte_change(pmap, fd, *fd->pte & ~bits);
}

bool
pmap_clear_reference(struct pmap_system *sys, pfn_t pfn)
{
	bool was = pmap_is_referenced(sys, pfn);
	uint64_t bits = sys->geo->pte.accessed;

	pv_foreach_large(sys, pfn, demote_with, &bits);
	pv_foreach(sys, pfn, clear_bits, &bits);
	pmap_page(sys, pfn)->pv &= ~PMAP_ATTR_REF;
	pmap_op_done(sys);
	return was;
}

bool
pmap_clear_modify(struct pmap_system *sys, pfn_t pfn)
{
	bool was = pmap_is_modified(sys, pfn);
	uint64_t bits = sys->geo->pte.dirty;

	pv_foreach_large(sys, pfn, demote_writable, NULL);
	pv_foreach(sys, pfn, clear_bits, &bits);
	pmap_page(sys, pfn)->pv &= ~PMAP_ATTR_MOD;
	pmap_op_done(sys);
	return was;
}

/* ------------------------------------------------------------ sampling ---- */

struct sample {
	pfn_t pfn;
	unsigned count;
};

/* FreeBSD hashes the pmap's address; ours is no fact of the simulation, so its
 * id stands for it. */
static bool
is_chosen(const struct pt_found *fd, const struct pmap *pmap, pfn_t pfn)
{
	unsigned shift = pmap->sys->geo->sizes[fd->psind].shift;
	uint64_t mask = psind_pages(pmap->sys, fd->psind) - 1;

	return ((pfn ^ fd->va >> shift ^ pmap->id) & mask) == 0;
}

/* => go on: fewer than the most were found */
static bool
test_and_clear(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	struct sample *s = arg;
	uint64_t old = *fd->pte;

	if ((old & f->dirty) != 0 && (old & f->write) != 0)
		pmap_page(pmap->sys, s->pfn)->pv |= PMAP_ATTR_MOD;
	if ((old & f->accessed) == 0)
		return true;
	if (fd->psind == 0) {
		pmap_pte_change(pmap, fd, old & ~f->accessed);
	} else if ((old & f->wired) == 0 && is_chosen(fd, pmap, s->pfn)) {
		*fd->pte &= ~f->accessed;
		tlb_changed(pmap,
		    fd->va & ~(psind_size(pmap->sys, fd->psind) - 1), fd->psind,
		    old, *fd->pte);
	}
	return ++s->count < TS_REFERENCED_MAX;
}

unsigned
pmap_ts_referenced(struct pmap_system *sys, pfn_t pfn)
{
	struct sample s = { pfn, 0 };

	pv_rotate(sys, pfn, test_and_clear, &s);
	pmap_op_done(sys);
	return s.count;
}
