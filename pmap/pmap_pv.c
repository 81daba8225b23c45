/*
 * pvs: which mappings a frame has.  The first stands in the frame, further ones
 * in a chain, newest first behind it.  When the first goes, the head of the
 * chain moves up.
 */
#include "pmap_internal.h"

static struct pv_entry *
pv_get(const struct pmap_system *sys, uint32_t id)
{
	return slab_item(&sys->pvs, id);
}

void
pv_insert(struct pmap_system *sys, pfn_t pfn, uint64_t pv)
{
	struct pmap_page *pg = pmap_page(sys, pfn);
	struct pv_entry *more;

	if (likely((pg->pv & PMAP_PV_ID_MASK) == 0)) {
		pg->pv = (pg->pv & PMAP_ATTR_MASK) | pv;
		return;
	}
	more = slab_take(&sys->pvs);
	more->pv = pv;
	more->next = pg->pv_more;
	pg->pv_more = more->id;
}

/* For restoring: behind all others. */
void
pv_append(struct pmap_system *sys, pfn_t pfn, uint64_t pv)
{
	struct pmap_page *pg = pmap_page(sys, pfn);
	uint32_t *link = &pg->pv_more;
	struct pv_entry *more;

	if ((pg->pv & PMAP_PV_ID_MASK) == 0) {
		pv_insert(sys, pfn, pv);
		return;
	}
	while (*link != 0)
		link = &pv_get(sys, *link)->next;
	more = slab_take(&sys->pvs);
	more->pv = pv;
	more->next = 0;
	*link = more->id;
}

static void
chain_remove(struct pmap_system *sys, uint32_t *link, uint64_t pv)
{
	struct pv_entry *more;

	for (;; link = &more->next) {
		assert(*link != 0);
		more = pv_get(sys, *link);
		if (more->pv == pv)
			break;
	}
	*link = more->next;
	slab_give(&sys->pvs, more);
}

void
pv_remove(struct pmap_system *sys, pfn_t pfn, uint64_t pv)
{
	struct pmap_page *pg = pmap_page(sys, pfn);

	if (unlikely((pg->pv & ~PMAP_ATTR_MASK) != pv)) {
		chain_remove(sys, &pg->pv_more, pv);
		return;
	}
	pg->pv &= PMAP_ATTR_MASK;
	if (unlikely(pg->pv_more != 0)) {
		struct pv_entry *more = pv_get(sys, pg->pv_more);

		pg->pv |= more->pv;
		pg->pv_more = more->next;
		slab_give(&sys->pvs, more);
	}
}

static void
call(struct pmap_system *sys, uint64_t pv, pv_fn *fn, void *arg)
{
	struct pmap *pmap = pv_pmap(sys, pv);
	vaddr_t va = pv_va(sys, pv);
	uint64_t *leaf = pt_leaf_find(pmap, va);

	assert(leaf != NULL);
	fn(pmap, va, &leaf[pt_leaf_index(pmap, va)], arg);
}

/* fn may not add or remove mappings of the frame. */
void
pv_foreach(struct pmap_system *sys, pfn_t pfn, pv_fn *fn, void *arg)
{
	const struct pmap_page *pg = pmap_page(sys, pfn);

	if ((pg->pv & PMAP_PV_ID_MASK) == 0)
		return;
	call(sys, pg->pv & ~PMAP_ATTR_MASK, fn, arg);
	for (uint32_t id = pg->pv_more; id != 0; id = pv_get(sys, id)->next)
		call(sys, pv_get(sys, id)->pv, fn, arg);
}

unsigned
pmap_page_mappings(struct pmap_system *sys, pfn_t pfn)
{
	const struct pmap_page *pg = pmap_page(sys, pfn);
	unsigned n = (pg->pv & PMAP_PV_ID_MASK) != 0;

	for (uint32_t id = pg->pv_more; id != 0; id = pv_get(sys, id)->next)
		n++;
	return n;
}

struct each {
	void (*fn)(void *, struct pmap *, vaddr_t);
	void *ctx;
};

static void
each_mapping(struct pmap *pmap, vaddr_t va, uint64_t *pte, void *arg)
{
	const struct each *each = arg;

	(void)pte;
	each->fn(each->ctx, pmap, va);
}

void
pmap_page_foreach(struct pmap_system *sys, pfn_t pfn,
    void (*fn)(void *, struct pmap *, vaddr_t), void *ctx)
{
	struct each each = { fn, ctx };

	pv_foreach(sys, pfn, each_mapping, &each);
}

void
pmap_page_reset(struct pmap_system *sys, pfn_t pfn)
{
	assert(!pmap_page_is_mapped(sys, pfn));
	pmap_page(sys, pfn)->pv = 0;
}
