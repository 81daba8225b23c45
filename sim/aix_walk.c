/*
 * Gauges that are found by one walk over the frames that were ever used.
 *
 *	flag of the frame	segment it belongs to
 *	free			none
 *	PG_PTP			working, a system one
 *	PG_ANON, PG_AOBJ	working
 *	PG_FILE			client (files are JFS2's)
 *	none of these		none: unmanaged (device memory)
 *
 * A frame is of the largest size by which any page table maps it, else of the
 * base page's:
 *
 *	frames	|. . . .|A A A A|. . . .|B B B B|B B B B|
 *	sizes	 base	 64K	 base	 2M
 *
 * A larger mapping shows at its first frame, which is aligned to its size: the
 * walk asks there who maps it, and takes the whole block at once.  All of a
 * block belongs to one owner; where it does not (nothing makes such a one) its
 * frames count as base pages.  It is pinned when all of it is, else what is
 * pinned in it counts as base pages: so pages times size always add up.
 */
#include "aix.h"

#include <string.h>

#include "larger.h"

enum segment { SYSTEM, WORKING, CLIENT, UNMANAGED, NSEGMENTS };

/* Frames by size and segment. */
struct census {
	int64_t use[PMAP_MAXSIZES][NSEGMENTS];
	int64_t pinned[PMAP_MAXSIZES][NSEGMENTS];
};

static enum segment
segment_of(unsigned flags)
{
	if (flags & PG_PTP)
		return SYSTEM;
	if (flags & PG_SWAPBACKED)
		return WORKING;
	return flags & PG_FILE ? CLIENT : UNMANAGED;
}

/* ------------------------------------------------------------ the walk ---- */

static bool
is_pinned(const struct vm_page *pg)
{
	return pg->pg_wire > 0 || pg->pg_flags & PG_PTP;
}

static void
count_frame(const struct vm_page *pg, struct census *n)
{
	enum segment s = segment_of(pg->pg_flags);

	n->use[0][s]++;
	n->pinned[0][s] += is_pinned(pg);
}

/* n frames from pg on, a page of this size. */
static void
count_block(const struct vm_page *pg, pfn_t n, unsigned psind,
    struct census *out)
{
	enum segment s = segment_of(pg->pg_flags);
	int64_t pinned = 0;
	bool one = s != UNMANAGED;

	for (pfn_t i = 0; i < n; i++) {
		pinned += is_pinned(&pg[i]);
		one = one && segment_of(pg[i].pg_flags) == s;
	}
	if (one) {
		out->use[psind][s] += n;
		out->pinned[pinned == n ? psind : 0][s] += pinned;
		return;
	}
	for (pfn_t i = 0; i < n; i++)
		count_frame(&pg[i], out);
}

static void
walk_frames(struct vm *vm, struct census *out)
{
	const bool larger = sim_larger_any(&vm->pmaps);
	unsigned psind;

	memset(out, 0, sizeof(*out));
	for (pfn_t pfn = 1, n; pfn < vm->pages.fresh; pfn += n) {
		const struct vm_page *pg = &vm->pages.page[pfn];

		n = 1;
		if (vm_page_isfree(pg))
			continue;
		psind = larger ? sim_larger_at(&vm->pmaps, pfn) : 0;
		if (psind == 0) {
			count_frame(pg, out);
			continue;
		}
		n = sim_larger_frames(vm->pmaps.geo, psind);
		count_block(pg, n, psind, out);
	}
}

/* ----------------------------------------------------------- as gauges ---- */

/* One working page of an owner's: in a frame, in a block, or both. */
static void
count_page(bool frame, uint32_t slot, struct sim_aix *out)
{
	const bool block = slot != SWSLOT_NONE && slot != SWSLOT_BAD;

	out->numvpages += frame || block;
	out->numpgsp_pgs += block;
}

static void
count_aobj(struct vm_object *obj, struct sim_aix *out)
{
	uint64_t i;
	uint32_t slot;

	for (i = 0; (i = sparse_next(&obj->pages, i, NULL)) != SPARSE_END; i++)
		count_page(true, sparse_get(&obj->swap, i), out);
	for (i = 0; (i = sparse_next(&obj->swap, i, &slot)) != SPARSE_END; i++)
		if (sparse_get(&obj->pages, i) == PFN_NONE)
			count_page(false, slot, out);
}

/* Working pages by their owners, wherever the pages are. */
static void
count_owned(const struct vm *vm, struct sim_aix *out)
{
	const struct vm_anons *a = &vm->anons;
	struct vm_object *obj;

	out->numvpages = sim_aix_page_tables(vm);
	for (uint32_t i = 1; i < a->fresh; i++)
		if (a->anon[i].ref > 0)
			count_page(a->anon[i].where != PFN_NONE,
			    vm_anon_slot(a, i), out);
	for (obj = vm->first_object; obj != NULL; obj = obj->next)
		if (obj->pager == &aobj_pager)
			count_aobj(obj, out);
}

/* Whole pages of a larger size, n frames each. */
static void
put_size(const struct census *c, unsigned psind, int64_t n,
    struct sim_aix_psize *s)
{
	const int64_t *use = c->use[psind], *pinned = c->pinned[psind];

	s->system_pgs = use[SYSTEM] / n;
	s->numwseguse = (use[SYSTEM] + use[WORKING]) / n;
	s->numclseguse = use[CLIENT] / n;
	s->nonsys_pgs = (use[WORKING] + use[CLIENT]) / n;
	s->numwsegpin = (pinned[SYSTEM] + pinned[WORKING]) / n;
	s->numclsegpin = pinned[CLIENT] / n;
	s->numvpages = s->numwseguse;
	s->numclient = s->numperm = s->numclseguse;
	s->numframes = s->numwseguse + s->numclseguse;
}

void
sim_aix_walk(struct vm *vm, struct sim_aix *out)
{
	const struct pmap_geometry *geo = vm->pmaps.geo;
	struct census n;

	walk_frames(vm, &n);
	count_owned(vm, out);
	for (unsigned i = 0; i < geo->nsizes; i++) {
		const int64_t *use = n.use[i], *pinned = n.pinned[i];

		out->numwseguse += use[SYSTEM] + use[WORKING];
		out->numclseguse += use[CLIENT];
		out->numwsegpin += pinned[SYSTEM] + pinned[WORKING];
		out->numclsegpin += pinned[CLIENT];
		out->system_pgs += use[SYSTEM];
		out->nonsys_pgs += use[WORKING] + use[CLIENT];
		out->unmngd_pgs += use[UNMANAGED];
		if (i > 0)
			put_size(&n, i, sim_larger_frames(geo, i),
			    &out->size[i]);
	}
}
