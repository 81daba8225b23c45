/*
 * Mappings of pages within a larger one.
 *
 * The machine keeps one pv for a larger mapping, on its first frame; a kernel
 * of NetBSD or OpenBSD knows no such mapping and has a pv on each page.  Those
 * that lack are made here, frame by frame in rising order:
 *
 *	frame	| f  | f+1 | f+2 | ...		own list, then
 *	kept	| pv |     |     |
 *	made	|    | pv  | pv  | ...		a run for each frame
 *
 * Their numbers lie behind those of all others.
 */
#include "kernel.h"

#include "sim/larger.h"

#include <stdlib.h>

struct making {
	struct kvm_view *v;
	uint32_t frame;
	size_t room; /* of v->larger */
	bool failed;
};

static void
add(struct making *k, const struct pmap *pmap, vaddr_t va)
{
	struct kvm_view *v = k->v;
	struct kvm_larger_pv *more;

	if (v->nlarger == k->room) {
		k->room = k->room * 2 + 1024;
		more = realloc(v->larger, k->room * sizeof(*more));
		if (more == NULL) {
			k->failed = true;
			k->room = v->nlarger;
			return;
		}
		v->larger = more;
	}
	v->larger[v->nlarger++] = (struct kvm_larger_pv){ .frame = k->frame,
		.pmap = pmap->id,
		.va = va };
}

/* What begins at this very page has a pv of the machine's. */
static void
see(void *ctx, struct pmap *pmap, vaddr_t va)
{
	struct making *k = ctx;
	const struct pmap_geometry *geo = pmap->sys->geo;
	const unsigned psind = pmap_psind(pmap, va);

	if (!k->failed && psind != 0 && sim_larger_leaf(geo, psind) &&
	    (va & (((vaddr_t)1 << geo->sizes[psind].shift) - 1)) != 0)
		add(k, pmap, va);
}

int
kvm_larger_make(struct kvm_view *v)
{
	struct pmap_system *sys = &v->m->vm.pmaps;
	struct making k = { .v = v };
	const uint32_t fresh = v->m->vm.pages.fresh, pvs = sys->pvs.nitems + 1;
	pfn_t n;

	v->larger_id = 2 * (fresh > pvs ? fresh : pvs) + 2;
	if (!sim_larger_any(sys))
		return 0;
	for (pfn_t pfn = 1; pfn < fresh && !k.failed; pfn += n) {
		const unsigned psind = sim_larger_at(sys, pfn);

		n = sim_larger_frames(sys->geo, psind);
		if (psind == 0 || !sim_larger_leaf(sys->geo, psind))
			continue;
		for (pfn_t i = 0; i < n; i++) {
			k.frame = pfn + i;
			pmap_page_foreach(sys, k.frame, see, &k);
		}
	}
	return k.failed ? ENOMEM : 0;
}

void
kvm_larger_free(struct kvm_view *v)
{
	free(v->larger);
	v->larger = NULL;
	v->nlarger = 0;
}

uint32_t
kvm_larger_first(const struct kvm_view *v, pfn_t frame)
{
	size_t low = 0, high = v->nlarger;

	while (low < high) {
		const size_t mid = (low + high) / 2;

		if (v->larger[mid].frame < frame)
			low = mid + 1;
		else
			high = mid;
	}
	return low < v->nlarger && v->larger[low].frame == frame ?
	    v->larger_id + (uint32_t)low :
	    0;
}

const struct kvm_larger_pv *
kvm_larger_byid(const struct kvm_view *v, uint32_t id, uint32_t *next)
{
	const size_t i = id - v->larger_id;

	if (id < v->larger_id || i >= v->nlarger)
		return NULL;
	*next = i + 1 < v->nlarger &&
		v->larger[i + 1].frame == v->larger[i].frame ?
	    id + 1 :
	    0;
	return &v->larger[i];
}
