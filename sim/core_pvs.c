/*
 * Core section "pvs": in what order the mappings of a shared frame come.
 *
 * The page tables say which mappings there are; the order, which decides what
 * a sweep over a frame's mappings meets first, is only known to the pv lists.
 * A list has as many places after loading the tables as it had; here they get
 * their values.  That they are the same mappings is checked by pmap_check().
 */
#include "core_section.h"

static struct pv_entry *
pv_entry(const struct pmap_system *sys, uint32_t id)
{
	return slab_item(&sys->pvs, id);
}

static uint32_t
overflow_length(const struct pmap_system *sys, pfn_t pfn)
{
	uint32_t n = 0;

	for (uint32_t id = pmap_page(sys, pfn)->pv_more; id != 0;
	     id = pv_entry(sys, id)->next)
		n++;
	return n;
}

static void
put_list(struct core_out *out, const struct pmap_system *sys, pfn_t pfn)
{
	const struct pmap_page *page = pmap_page(sys, pfn);

	sim_core_put(out, pfn, 4);
	sim_core_put(out, overflow_length(sys, pfn) + 1u, 4);
	sim_core_put(out, page->pv & ~PMAP_ATTR_MASK, 8);
	for (uint32_t id = page->pv_more; id != 0; id = pv_entry(sys, id)->next)
		sim_core_put(out, pv_entry(sys, id)->pv, 8);
}

void
sim_core_put_pvs(struct core_out *out, struct machine *m)
{
	const struct pmap_system *sys = &m->vm.pmaps;
	uint32_t n = 0;
	pfn_t pfn;

	for (pfn = 1; pfn < m->vm.pages.fresh; pfn++)
		n += pmap_page(sys, pfn)->pv_more != 0;
	sim_core_put(out, n, 4);
	for (pfn = 1; pfn < m->vm.pages.fresh; pfn++)
		if (pmap_page(sys, pfn)->pv_more != 0)
			put_list(out, sys, pfn);
}

/* A pv: a mapping of this frame that the page tables have. */
static uint64_t
get_pv(struct core_load *load, pfn_t pfn)
{
	const struct pmap_system *sys = &load->m->vm.pmaps;
	uint64_t pv = sim_core_get_within(&load->in, 8, 0, ~PMAP_ATTR_MASK,
	    "mapping");
	struct pmap *pmap = sys->byid[pv >> PMAP_PV_VPN_BITS & PMAP_MAXID];
	vaddr_t va = pg_ptoa(sys, pv & PMAP_PV_VPN_MASK);
	pfn_t mapped;

	if (sim_core_in_ok(&load->in) &&
	    (pmap == NULL ||
		!pmap_extract(pmap, pmap_va_whole(sys->geo, pmap->kernel, va),
		    &mapped) ||
		mapped != pfn))
		sim_core_refuse(&load->in, "0x%llx is no mapping of frame %u",
		    (unsigned long long)pv, pfn);
	return pv;
}

static pfn_t
get_list(struct core_load *load, pfn_t last)
{
	struct core_in *in = &load->in;
	struct pmap_system *sys = &load->m->vm.pmaps;
	pfn_t pfn = (pfn_t)sim_core_get_within(in, 4, last + 1ull,
	    load->m->vm.pages.fresh - 1, "frame");
	struct pmap_page *page;
	uint32_t n;

	if (!sim_core_in_ok(in))
		return last;
	n = overflow_length(sys, pfn) + 1u;
	if (sim_core_get_within(in, 4, n, n, "number of mappings") < 2)
		sim_core_refuse(in, "frame %u has only one mapping", pfn);
	page = pmap_page(sys, pfn);
	page->pv = (page->pv & PMAP_ATTR_MASK) | get_pv(load, pfn);
	for (uint32_t id = page->pv_more; id != 0 && sim_core_in_ok(in);
	     id = pv_entry(sys, id)->next)
		pv_entry(sys, id)->pv = get_pv(load, pfn);
	return pfn;
}

void
sim_core_get_pvs(struct core_load *load)
{
	uint32_t n = sim_core_get_count(&load->in, 24, "frames");
	pfn_t last = 0;

	for (; n > 0 && sim_core_in_ok(&load->in); n--)
		last = get_list(load, last);
}
