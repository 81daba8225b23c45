/*
 * Resident sets from page tables; clearing of reference bits frame by frame.
 */
#include "residence.h"

#define AT_ONCE 5 /* mappings that pmap_ts_referenced() looks at, at most */

static void
count_page(struct machine *m, struct pmap *pmap, vaddr_t va,
    struct sim_residence *r)
{
	const struct pte_format *f = &m->config.arch->pte;
	struct pmap_walk w;
	unsigned mappings;
	uint64_t pte;

	pmap_walk(pmap, va, &w);
	pte = w.pte[w.nlevels - 1];
	mappings = pmap_page_mappings(&m->vm.pmaps, w.pfn);
	r->rss++;
	r->pss += (pg_size(m) << SIM_PSS_SHIFT) / mappings;
	r->shared += mappings > 1;
	if ((pte & f->accessed) != 0) {
		r->referenced++;
		r->used += (pg_size(m) << SIM_PSS_SHIFT) / mappings;
	}
	r->dirty += (pte & f->dirty) != 0;
}

void
sim_residence(struct machine *m, struct process *p, vaddr_t va, vaddr_t end,
    struct sim_residence *r)
{
	struct pmap *pmap;

	*r = (struct sim_residence){ 0 };
	if (p->vmspace == NULL)
		return;
	pmap = p->vmspace->vm_map.pmap;
	va = pg_trunc(m, va);
	if (end > vm_map_max(&p->vmspace->vm_map))
		end = vm_map_max(&p->vmspace->vm_map);
	while (va < end && (va = pmap_next_mapped(pmap, va, end)) < end) {
		count_page(m, pmap, va, r);
		va += pg_size(m);
	}
}

/*
 * A larger mapping has one bit for all of its frames, which goes at one of
 * them (a wired one keeps it).
 */
void
sim_clear_references(struct machine *m)
{
	struct pmap_system *sys = &m->vm.pmaps;

	for (pfn_t pfn = 1; pfn < m->vm.pages.fresh; pfn++) {
		unsigned left, found = 0;

		if (!pmap_page_is_mapped(sys, pfn))
			continue;
		left = pmap_page_mappings(sys, pfn);
		for (;; left -= AT_ONCE) {
			found |= pmap_ts_referenced(sys, pfn);
			if (left <= AT_ONCE)
				break;
		}
		if (found != 0)
			pmap_page(sys, pfn)->pv |= PMAP_ATTR_REF;
	}
}
