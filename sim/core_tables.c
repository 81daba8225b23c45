/*
 * Core sections "tables" and "pvs": page tables to the bit, and the order of
 * the mappings of frames that have several.
 *
 * A page table is written leaf table by leaf table: the entries on the way down
 * from the root, then each valid PTE.  Reading makes the same calls for each,
 * with a hook in place that hands out the table frames which the entries on the
 * way name; what came out is then compared, bit by bit, with what was wanted.
 *
 *	      L0 entry --> L1 entry --> ... --> leaf table: (index, PTE) ...
 *	root  frame of L1  frame of L2
 */
#include <stdlib.h>

#include "core_section.h"

/* ----------------------------------------------------------- walking ---- */

pfn_t
sim_core_root_frame(struct pmap *pmap)
{
	struct pmap_walk w;

	pmap_walk(pmap,
	    pmap->kernel ? pmap->sys->geo->kernel_min :
			   pmap->sys->geo->user_min,
	    &w);
	return w.table[0];
}

static vaddr_t
first_va(const struct pmap *pmap)
{
	return pmap->kernel ? pmap->sys->geo->kernel_min : 0;
}

static vaddr_t
end_va(const struct pmap *pmap)
{
	const struct pmap_geometry *geo = pmap->sys->geo;

	return pmap->kernel ? geo->kernel_max : geo->user_max;
}

/* Bytes that a leaf table spans. */
static vsize_t
leaf_span(const struct pmap_geometry *geo)
{
	return (vsize_t)1 << geo->shift[geo->nlevels - 2];
}

/* ------------------------------------------------------------ saving ---- */

/* End of the leaf table that maps va, or of the space. */
static vaddr_t
leaf_end(const struct pmap *pmap, vaddr_t va)
{
	vsize_t span = leaf_span(pmap->sys->geo);
	vaddr_t end = (va & ~(span - 1)) + span;

	return end - 1 < end_va(pmap) - 1 ? end : end_va(pmap);
}

static void
put_leaf(struct core_out *out, struct pmap *pmap, vaddr_t va, vaddr_t end)
{
	unsigned last = pmap->sys->geo->nlevels - 1u;
	struct pmap_walk w;
	uint32_t n = 0;

	for (vaddr_t a = va; a < end;
	     a = pmap_next_mapped(pmap, a + VM_PAGE_SIZE, end))
		n++;
	pmap_walk(pmap, va, &w);
	sim_core_put(out, va & ~(leaf_span(pmap->sys->geo) - 1), 8);
	for (unsigned level = 0; level < last; level++)
		sim_core_put(out, w.pte[level], 8);
	sim_core_put(out, n, 4);
	for (; va < end; va = pmap_next_mapped(pmap, va + VM_PAGE_SIZE, end)) {
		pmap_walk(pmap, va, &w);
		sim_core_put(out, w.index[last], 2);
		sim_core_put(out, w.pte[last], 8);
	}
}
#define PTE_SIZE 10

static void
put_table(struct core_out *out, struct pmap *pmap)
{
	vaddr_t end = end_va(pmap), va;
	uint32_t n = 0;

	for (va = pmap_next_mapped(pmap, first_va(pmap), end); va < end;
	     va = pmap_next_mapped(pmap, leaf_end(pmap, va), end))
		n++;
	sim_core_put(out, n, 4);
	for (va = pmap_next_mapped(pmap, first_va(pmap), end); va < end;
	     va = pmap_next_mapped(pmap, leaf_end(pmap, va), end))
		put_leaf(out, pmap, va, leaf_end(pmap, va));
}

void
sim_core_put_tables(struct core_out *out, struct machine *m)
{
	uint32_t n;
	struct vmspace **list = sim_core_spaces(m, &n);

	if (list == NULL) {
		out->error = out->error != 0 ? out->error : ENOMEM;
		return;
	}
	sim_core_put(out, m->vm.pmaps.pushdowns, 8);
	sim_core_put(out, m->vm.pmaps.nextid, 4);
	sim_core_put(out, m->config.arch->nlevels, 4);
	for (uint32_t i = 0; i < n; i++)
		put_table(out, list[i]->vm_map.pmap);
	free(list);
}

/* ----------------------------------------------------------- loading ---- */

/*
 * Hand out the frames that the core says, and only those: frames that belong
 * to this pmap as page tables and are not one already.
 */
static pfn_t
wanted_frame(void *ctx, struct pmap *pmap)
{
	struct core_load *load = ctx;
	const struct vm_page *pg;
	pfn_t pfn;

	if (load->next_ptp == load->nptp)
		return PFN_NONE;
	pfn = load->ptp[load->next_ptp++];
	pg = &load->m->vm.pages.page[pfn];
	if (!(pg->pg_flags & PG_PTP) || pg->owner != pmap->id ||
	    load->is_table[pfn])
		return PFN_NONE;
	load->is_table[pfn] = 1;
	return pfn;
}

static void
keep_frame(void *ctx, struct pmap *pmap, pfn_t pfn)
{
	(void)ctx, (void)pmap, (void)pfn;
}

void
sim_core_tables_hook(struct core_load *load)
{
	struct pmap_system *sys = &load->m->vm.pmaps;

	load->saved_alloc = sys->ptp_alloc;
	load->saved_free = sys->ptp_free;
	load->saved_ctx = sys->ctx;
	sys->ptp_alloc = wanted_frame;
	sys->ptp_free = keep_frame;
	sys->ctx = load;
}

void
sim_core_tables_unhook(struct core_load *load)
{
	struct pmap_system *sys = &load->m->vm.pmaps;

	sys->ptp_alloc = load->saved_alloc;
	sys->ptp_free = load->saved_free;
	sys->ctx = load->saved_ctx;
}

static pfn_t
pte_frame(const struct pmap_geometry *geo, uint64_t pte)
{
	uint64_t pfn = (pte & geo->pte.frame) >> VM_PAGE_SHIFT;

	return pfn <= UINT32_MAX ? (pfn_t)pfn : PFN_NONE;
}

/* A PTE that a leaf table may have: known bits, a frame of the machine. */
static bool
pte_ok(struct core_load *load, uint64_t pte)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	const struct pte_format *f = &geo->pte;
	uint64_t known = f->valid | f->write | f->user | f->accessed |
	    f->dirty | f->global | f->managed | f->wired | f->noexec | f->frame;
	pfn_t pfn = pte_frame(geo, pte);

	if ((pte & ~known) == 0 && (pte & f->valid) == f->valid &&
	    pfn != PFN_NONE && pfn < load->m->vm.pages.fresh &&
	    (load->m->vm.pages.page[pfn].pg_flags & PG_FREE) == 0)
		return true;
	return sim_core_refuse(&load->in,
	    "0x%llx is no valid PTE of a used "
	    "frame",
	    (unsigned long long)pte);
}

/*
 * Frames for the tables on the way to va that are not there yet.  Each level
 * that is there must be in the frame that the core says.
 */
static bool
want_frames(struct core_load *load, struct pmap *pmap, vaddr_t va,
    const uint64_t *way)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	struct pmap_walk w;

	load->nptp = load->next_ptp = 0;
	pmap_walk(pmap, va, &w);
	for (unsigned level = 0; level + 1u < geo->nlevels; level++) {
		pfn_t pfn = pte_frame(geo, way[level]);

		if (pfn == PFN_NONE || pfn >= load->m->vm.pages.fresh)
			return sim_core_refuse(&load->in,
			    "page table in "
			    "frame %u, which is not in use",
			    pfn);
		if (level + 1 >= w.nlevels)
			load->ptp[load->nptp++] = pfn;
		else if (w.table[level + 1] != pfn)
			return sim_core_refuse(&load->in,
			    "page table for "
			    "0x%llx in frame %u and in frame %u",
			    (unsigned long long)va, w.table[level + 1], pfn);
	}
	return true;
}

static void
get_pte(struct core_load *load, struct pmap *pmap, vaddr_t base, uint64_t first)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	struct core_in *in = &load->in;
	uint64_t index = sim_core_get_within(in, 2, first,
	    ((uint64_t)1 << geo->bits[geo->nlevels - 1]) - 1, "PTE index");
	uint64_t pte = sim_core_get(in, 8);
	int error;

	if (!sim_core_in_ok(in) || !pte_ok(load, pte))
		return;
	error = pmap_reserve(pmap->sys, 1, 1);
	if (error != 0) {
		sim_core_refuse_errno(in, error);
		return;
	}
	if (pmap_set_pte(pmap, base + ptoa(index), pte) != 0)
		sim_core_refuse(in,
		    "a page table for 0x%llx is in a frame "
		    "that is none of pmap %u, or is used twice",
		    (unsigned long long)base, pmap->id);
	if (pte & geo->pte.wired &&
	    load->wired[pte_frame(geo, pte)]++ == UINT16_MAX)
		sim_core_refuse(in, "frame %u is wired too often",
		    pte_frame(geo, pte));
	load->last_index = (uint32_t)index;
}

/* The way down must now be as the core says, to the bit. */
static void
set_way(struct core_load *load, struct pmap *pmap, vaddr_t va,
    const uint64_t *way)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	unsigned n = geo->nlevels - 1u;
	struct pmap_walk w;

	for (unsigned level = 0; level < n; level++)
		(void)pmap_set_inner(pmap, va, level,
		    (way[level] & geo->pte.write) != 0);
	pmap_walk(pmap, va, &w);
	for (unsigned level = 0; level < n; level++)
		if (level >= w.nlevels || w.pte[level] != way[level]) {
			sim_core_refuse(&load->in,
			    "0x%llx: level %u entry "
			    "0x%llx; expected 0x%llx",
			    (unsigned long long)va, level,
			    (unsigned long long)way[level],
			    (unsigned long long)(level < w.nlevels ?
				    w.pte[level] :
				    0));
			return;
		}
}

/* A leaf table at or above `lowest`. => the address behind it */
static vaddr_t
get_leaf(struct core_load *load, struct pmap *pmap, vaddr_t lowest)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	struct core_in *in = &load->in;
	uint64_t way[PMAP_MAXLEVELS];
	vaddr_t va = sim_core_get_within(in, 8, lowest, end_va(pmap) - 1,
	    "address of a page table");
	uint64_t first = 0;
	uint32_t n;

	for (unsigned level = 0; level + 1u < geo->nlevels; level++)
		way[level] = sim_core_get(in, 8);
	n = sim_core_get_count(in, PTE_SIZE, "PTEs");
	if (!sim_core_in_ok(in))
		return lowest;
	if ((va & (leaf_span(geo) - 1)) != 0 || n == 0) {
		sim_core_refuse(in,
		    "page table for 0x%llx is empty or not "
		    "aligned",
		    (unsigned long long)va);
		return lowest;
	}
	if (!want_frames(load, pmap, va, way))
		return lowest;
	for (; n > 0 && sim_core_in_ok(in); n--) {
		get_pte(load, pmap, va, first);
		first = load->last_index + 1u;
	}
	if (sim_core_in_ok(in))
		set_way(load, pmap, va, way);
	return va + leaf_span(geo);
}

void
sim_core_get_tables(struct core_load *load)
{
	struct core_in *in = &load->in;
	unsigned nlevels = load->m->config.arch->nlevels;
	size_t size = 8u + 8u * (nlevels - 1u) + 4u + PTE_SIZE;

	load->pushdowns = sim_core_get(in, 8);
	load->next_pmap_id = (uint32_t)sim_core_get_within(in, 4, 1,
	    PMAP_MAXID + 1u, "next pmap");
	sim_core_get_within(in, 4, nlevels, nlevels, "levels");
	for (uint32_t i = 0; i < load->nspaces && sim_core_in_ok(in); i++) {
		struct pmap *pmap = load->spaces[i]->vm_map.pmap;
		uint32_t n = sim_core_get_count(in, size, "page tables");
		vaddr_t lowest = first_va(pmap);

		for (; n > 0 && sim_core_in_ok(in); n--)
			lowest = get_leaf(load, pmap, lowest);
	}
}
