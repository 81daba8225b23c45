/*
 * Reference and modify bits of frames, over all their mappings (pmap(9)), and
 * what is kept of mappings that are gone.
 */
#include "pmap_internal.h"

#define TS_REFERENCED_MAX 5 /* FreeBSD: PMAP_TS_REFERENCED_MAX */

static void
collect(struct pmap *pmap, vaddr_t va, uint64_t *pte, void *arg)
{
	(void)pmap, (void)va;
	*(uint64_t *)arg |= *pte;
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
clear_bits(struct pmap *pmap, vaddr_t va, uint64_t *pte, void *arg)
{
	*pte &= ~*(uint64_t *)arg;
	*pmap->last_states |= pte_states(&pmap->sys->geo->pte, *pte);
	tlb_drop(pmap, va);
}

bool
pmap_clear_reference(struct pmap_system *sys, pfn_t pfn)
{
	bool was = pmap_is_referenced(sys, pfn);
	uint64_t bits = sys->geo->pte.accessed;

	pv_foreach(sys, pfn, clear_bits, &bits);
	pmap_page(sys, pfn)->pv &= ~PMAP_ATTR_REF;
	return was;
}

bool
pmap_clear_modify(struct pmap_system *sys, pfn_t pfn)
{
	bool was = pmap_is_modified(sys, pfn);
	uint64_t bits = sys->geo->pte.dirty;

	pv_foreach(sys, pfn, clear_bits, &bits);
	pmap_page(sys, pfn)->pv &= ~PMAP_ATTR_MOD;
	return was;
}

static void
test_and_clear(struct pmap *pmap, vaddr_t va, uint64_t *pte, void *arg)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	unsigned *count = arg;

	if (*count >= TS_REFERENCED_MAX)
		return;
	if ((*pte & f->dirty) != 0 && (*pte & f->write) != 0)
		pmap_page(pmap->sys, pte_pfn(pmap, *pte))->pv |= PMAP_ATTR_MOD;
	if (*pte & f->accessed) {
		*pte &= ~f->accessed;
		*pmap->last_states |= pte_states(f, *pte);
		tlb_drop(pmap, va);
		(*count)++;
	}
}

unsigned
pmap_ts_referenced(struct pmap_system *sys, pfn_t pfn)
{
	unsigned count = 0;

	pv_foreach(sys, pfn, test_and_clear, &count);
	return count;
}
