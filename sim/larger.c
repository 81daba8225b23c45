/*
 * Which frames are mapped large: the first frame of a page has its mappings
 * (pvs), and each of those is looked up in its page table.
 */
#include "larger.h"

bool
sim_larger_any(const struct pmap_system *sys)
{
	uint64_t n = 0;

	for (unsigned i = 1; i < sys->geo->nsizes; i++)
		n += sys->count.promotions[i] + sys->count.mappings[i];
	return n != 0;
}

static void
see_mapping(void *ctx, struct pmap *pmap, vaddr_t va)
{
	unsigned *largest = ctx, psind = pmap_psind(pmap, va);

	if (psind > *largest)
		*largest = psind;
}

unsigned
sim_larger_at(struct pmap_system *sys, pfn_t pfn)
{
	unsigned psind = 0;

	if (sys->geo->nsizes < 2 || pfn % sim_larger_frames(sys->geo, 1) != 0)
		return 0;
	pmap_page_foreach(sys, pfn, see_mapping, &psind);
	return pfn % sim_larger_frames(sys->geo, psind) == 0 ? psind : 0;
}
