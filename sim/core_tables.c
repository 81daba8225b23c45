/*
 * Core sections "tables" and "pvs": page tables to the bit, and the order of
 * the mappings of frames that have several.
 *
 * A page table is written leaf by leaf, in rising order: of a leaf table, the
 * entries on the way down from the root, then each valid PTE; of a larger page,
 * the entries on the way, its own, and the frame of the table that it keeps.
 * Reading makes the same calls for each, with a hook in place that hands out
 * the table frames which the entries on the way name; what came out is then
 * compared, bit by bit, with what was wanted.
 *
 *	      L0 entry --> L1 entry --> ... --> leaf table: (index, PTE) ...
 *	root  frame of L1  frame of L2
 *
 * Entries are in the page table's normal form (pmap/geometry.h).
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
	     a = pmap_next_mapped(pmap, a + pg_size(pmap), end))
		n++;
	pmap_walk(pmap, va, &w);
	sim_core_put(out, 0, 1);
	sim_core_put(out, va & ~(leaf_span(pmap->sys->geo) - 1), 8);
	for (unsigned level = 0; level < last; level++)
		sim_core_put(out, w.pte[level], 8);
	sim_core_put(out, n, 4);
	for (; va < end; va = pmap_next_mapped(pmap, va + pg_size(pmap), end)) {
		pmap_walk(pmap, va, &w);
		sim_core_put(out, w.index[last], 2);
		sim_core_put(out, w.pte[last], 8);
	}
}
#define PTE_SIZE 10

/* Is the mapping at va an entry above the leaf tables? => its size; 0: no */
static vsize_t
large_size(struct pmap *pmap, vaddr_t va)
{
	const struct pmap_pagesize *size = &pmap->sys->geo
						->sizes[pmap_psind(pmap, va)];

	return size->kind == PMAP_SIZE_LEAF ? (vsize_t)1 << size->shift : 0;
}

static void
put_large(struct core_out *out, struct pmap *pmap, vaddr_t va)
{
	struct pmap_walk w;

	pmap_walk(pmap, va, &w);
	sim_core_put(out, w.psind, 1);
	sim_core_put(out, va, 8);
	for (unsigned level = 0; level < w.nlevels; level++)
		sim_core_put(out, w.pte[level], 8);
	sim_core_put(out, w.saved, 4);
}

/* The leaf table or larger page at va, or only count it. => behind it */
static vaddr_t
put_next(struct core_out *out, struct pmap *pmap, vaddr_t va)
{
	const vsize_t large = large_size(pmap, va);
	const vaddr_t end = large != 0 ? va + large : leaf_end(pmap, va);

	if (out != NULL && large != 0)
		put_large(out, pmap, va);
	else if (out != NULL)
		put_leaf(out, pmap, va, end);
	return end;
}

static void
put_table(struct core_out *out, struct pmap *pmap)
{
	vaddr_t end = end_va(pmap), va;
	uint32_t n = 0;

	for (va = pmap_next_mapped(pmap, first_va(pmap), end); va < end;
	     va = pmap_next_mapped(pmap, put_next(NULL, pmap, va), end))
		n++;
	sim_core_put(out, n, 4);
	for (va = pmap_next_mapped(pmap, first_va(pmap), end); va < end;
	     va = pmap_next_mapped(pmap, put_next(out, pmap, va), end))
		continue;
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
	pfn_t pfn = PFN_NONE;

	if (load->next_ptp < load->nptp)
		pfn = load->ptp[load->next_ptp++];
	pg = &load->m->vm.pages.page[pfn];
	if (pfn == PFN_NONE || !(pg->pg_flags & PG_PTP) ||
	    pg->owner != pmap->id || load->is_table[pfn]) {
		load->bad_frame = true;
		return PFN_NONE;
	}
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
	load->saved_wired = sys->wired_pte;
	load->saved_resized = sys->resized;
	sys->wired_pte = NULL;
	sys->resized = NULL;
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
	sys->wired_pte = load->saved_wired;
	sys->resized = load->saved_resized;
}

static pfn_t
pte_frame(const struct pmap_geometry *geo, uint64_t pte)
{
	uint64_t pfn = (pte & geo->pte.frame) >> geo->pte.pfn_shift;

	return pfn <= UINT32_MAX ? (pfn_t)pfn : PFN_NONE;
}

/* All `npages` frames from this one on are in use. */
static bool
frames_used(const struct core_load *load, pfn_t pfn, uint64_t npages)
{
	const struct vm_pages *pages = &load->m->vm.pages;

	if (pfn == PFN_NONE || pfn + npages > pages->fresh)
		return false;
	for (uint64_t i = 0; i < npages; i++)
		if (vm_page_isfree(&pages->page[pfn + i]))
			return false;
	return true;
}

/* A leaf of this size: known bits, and frames of the machine. */
static bool
pte_ok(struct core_load *load, uint64_t pte, unsigned psind)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	const struct pte_format *f = &geo->pte;
	const unsigned order = geo->sizes[psind].shift - geo->page_shift;
	const uint64_t known = f->valid | f->write | f->user | f->accessed |
	    f->dirty | f->global | f->managed | f->wired | f->noexec |
	    f->frame | f->leaf | f->leaf_kernel |
	    (psind > 0                           ? f->large | f->promoted :
		    load->m->vm.pmaps.ps_enabled ? f->group :
						   0);
	const pfn_t pfn = pte_frame(geo, pte);

	if ((pte & ~known) == 0 && (pte & f->valid) == f->valid &&
	    ((pte & f->large) != 0) == (psind > 0 && f->large != 0) &&
	    (pfn & (((pfn_t)1 << order) - 1)) == 0 &&
	    frames_used(load, pfn, (uint64_t)1 << order))
		return true;
	return sim_core_refuse(&load->in,
	    "0x%llx is no valid PTE of a used frame", (unsigned long long)pte);
}

/*
 * Frames for the tables on the way to va that are not there yet, the way being
 * n entries.  Each level that is there must be in the frame that the core says.
 */
static bool
want_frames(struct core_load *load, struct pmap *pmap, vaddr_t va,
    const uint64_t *way, unsigned n)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	struct pmap_walk w;

	load->nptp = load->next_ptp = 0;
	pmap_walk(pmap, va, &w);
	for (unsigned level = 0; level < n; level++) {
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

/* Wired mappings of each of these frames. */
static void
count_wired(struct core_load *load, pfn_t pfn, uint64_t npages)
{
	for (uint64_t i = 0; i < npages; i++)
		if (load->wired[pfn + i]++ == UINT16_MAX)
			sim_core_refuse(&load->in,
			    "frame %u is wired too often", pfn);
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

	if (!sim_core_in_ok(in) || !pte_ok(load, pte, 0))
		return;
	error = pmap_reserve(pmap->sys, 1, 1);
	if (error != 0) {
		sim_core_refuse_errno(in, error);
		return;
	}
	if (pmap_set_pte(pmap, base + pg_ptoa(pmap, index), pte) != 0)
		sim_core_refuse(in,
		    "a page table for 0x%llx is in a frame "
		    "that is none of pmap %u, or is used twice",
		    (unsigned long long)base, pmap->id);
	if (pte & geo->pte.wired)
		count_wired(load, pte_frame(geo, pte), 1);
	load->last_index = (uint32_t)index;
}

/* The way down must now be as the core says, to the bit. */
static void
set_way(struct core_load *load, struct pmap *pmap, vaddr_t va,
    const uint64_t *way, unsigned n)
{
	const struct pmap_geometry *geo = load->m->config.arch;
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

/* A leaf table for va, behind its address. => the address behind it */
static vaddr_t
get_leaf(struct core_load *load, struct pmap *pmap, vaddr_t va)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	const unsigned nway = geo->nlevels - 1u;
	struct core_in *in = &load->in;
	uint64_t way[PMAP_MAXLEVELS];
	uint64_t first = 0;
	uint32_t n;

	for (unsigned level = 0; level < nway; level++)
		way[level] = sim_core_get(in, 8);
	n = sim_core_get_count(in, PTE_SIZE, "PTEs");
	if (!sim_core_in_ok(in))
		return va;
	if ((va & (leaf_span(geo) - 1)) != 0 || n == 0) {
		sim_core_refuse(in,
		    "page table for 0x%llx is empty or not "
		    "aligned",
		    (unsigned long long)va);
		return va;
	}
	if (!want_frames(load, pmap, va, way, nway))
		return va;
	for (; n > 0 && sim_core_in_ok(in); n--) {
		get_pte(load, pmap, va, first);
		first = load->last_index + 1u;
	}
	if (sim_core_in_ok(in))
		set_way(load, pmap, va, way, nway);
	return va + leaf_span(geo);
}

/* A larger page at va, likewise. */
static vaddr_t
get_large(struct core_load *load, struct pmap *pmap, vaddr_t va, unsigned psind)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	const struct pmap_pagesize *size = &geo->sizes[psind];
	const vsize_t span = (vsize_t)1 << size->shift;
	struct core_in *in = &load->in;
	uint64_t way[PMAP_MAXLEVELS];
	pfn_t saved;
	int error;

	for (unsigned level = 0; level <= size->level; level++)
		way[level] = sim_core_get(in, 8);
	saved = (pfn_t)sim_core_get_within(in, 4, 0,
	    load->m->vm.pages.fresh - 1, "frame of a table kept");
	if (!sim_core_in_ok(in))
		return va;
	if ((va & (span - 1)) != 0 || span - 1 > end_va(pmap) - 1 - va) {
		sim_core_refuse(in, "no page of 0x%llx bytes can be at 0x%llx",
		    (unsigned long long)span, (unsigned long long)va);
		return va;
	}
	if (!pte_ok(load, way[size->level], psind) ||
	    !want_frames(load, pmap, va, way, size->level))
		return va;
	if (saved != PFN_NONE)
		load->ptp[load->nptp++] = saved;
	error = pmap_reserve(pmap->sys, 1, 1);
	if (error == 0)
		error = pmap_set_super(pmap, va, psind, way[size->level],
		    saved != PFN_NONE);
	if (error != 0 && !load->bad_frame)
		sim_core_refuse_errno(in, error);
	else if (error != 0)
		sim_core_refuse(in,
		    "a page table for 0x%llx is in a frame "
		    "that is none of pmap %u, or is used twice",
		    (unsigned long long)va, pmap->id);
	else if (way[size->level] & geo->pte.wired)
		count_wired(load, pte_frame(geo, way[size->level]),
		    pg_atop(pmap, span));
	if (sim_core_in_ok(in))
		set_way(load, pmap, va, way, size->level);
	return va + span;
}

/*
 * The next one, at or above `lowest`.  The machine makes none that are larger
 * than what it reserves.  => the address behind it
 */
static vaddr_t
get_next(struct core_load *load, struct pmap *pmap, vaddr_t lowest)
{
	const struct pmap_geometry *geo = load->m->config.arch;
	struct core_in *in = &load->in;
	const struct vm_reservs *rs = &load->m->vm.reservs;
	unsigned psind = (unsigned)sim_core_get_within(in, 1, 0,
	    rs->on ? rs->psind : 0, "size of page");
	vaddr_t va = sim_core_get_within(in, 8, lowest, end_va(pmap) - 1,
	    "address of a page table");

	if (!sim_core_in_ok(in))
		return lowest;
	if (psind == 0)
		return get_leaf(load, pmap, va);
	if (geo->sizes[psind].kind != PMAP_SIZE_LEAF) {
		sim_core_refuse(in, "pages of size %u are no entries", psind);
		return lowest;
	}
	return get_large(load, pmap, va, psind);
}

void
sim_core_get_tables(struct core_load *load)
{
	struct core_in *in = &load->in;
	unsigned nlevels = load->m->config.arch->nlevels;
	size_t size = 1u + 8u + 8u + 4u; /* of the shortest: a root's leaf */

	load->pushdowns = sim_core_get_within(in, 8, 0, CORE_MAXCOUNT,
	    "write protections pushed down");
	load->next_pmap_id = (uint32_t)sim_core_get_within(in, 4, 1,
	    PMAP_MAXID + 1u, "next pmap");
	sim_core_get_within(in, 4, nlevels, nlevels, "levels");
	for (uint32_t i = 0; i < load->nspaces && sim_core_in_ok(in); i++) {
		struct pmap *pmap = load->spaces[i]->vm_map.pmap;
		uint32_t n = sim_core_get_count(in, size, "page tables");
		vaddr_t lowest = first_va(pmap);

		for (; n > 0 && sim_core_in_ok(in); n--)
			lowest = get_next(load, pmap, lowest);
	}
}
