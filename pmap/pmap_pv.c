/*
 * pvs: which mappings a frame has.  The first stands in the frame, further ones
 * in a chain, newest first behind it.  When the first goes, the head of the
 * chain moves up.
 */
#include "pmap_large.h"

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
		if (unlikely(sys->super && pmap_large_over(sys, pfn) > 0))
			sys->pv_held++;
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
	} else if (unlikely(sys->super && pmap_large_over(sys, pfn) > 0)) {
		sys->pv_held--;
	}
}

/* ----------------------------------------------------------- iterating ---- */

unsigned
pmap_large_over(const struct pmap_system *sys, pfn_t pfn)
{
	unsigned n = 0;

	for (unsigned psind = 1; psind < sys->geo->nsizes; psind++) {
		uint32_t pages = psind_pages(sys, psind);

		if (sys->large[psind] != NULL && (pfn & (pages - 1)) != 0)
			n += sys->large[psind][pfn / pages];
	}
	return n;
}

/* A pv of a block's first frame: is it of a mapping of that size? */
static void
call_large(struct pmap_system *sys, uint64_t pv, unsigned psind, pfn_t pfn,
    pv_fn *fn, void *arg)
{
	struct pmap *pmap = pv_pmap(sys, pv);
	struct pt_found fd;

	if (!pt_find_large(pmap, pv_va(sys, pv), &fd) || fd.psind != psind)
		return;
	fd.va += pg_ptoa(sys, pfn & (psind_pages(sys, psind) - 1));
	fn(&fd, pmap, arg);
}

/*
 * fn may take its mapping's pv away: then the next one moves up into the frame,
 * or the chain loses a link that is not looked at any more.
 */
void
pv_foreach_large(struct pmap_system *sys, pfn_t pfn, pv_fn *fn, void *arg)
{
	for (unsigned psind = sys->geo->nsizes - 1u;
	     unlikely(sys->super) && psind > 0; psind--) {
		uint32_t pages = psind_pages(sys, psind), id;
		struct pmap_page *pg = pmap_page(sys, pfn & ~(pages - 1));
		uint64_t pv;

		if (sys->large[psind] == NULL ||
		    sys->large[psind][pfn / pages] == 0)
			continue;
		do {
			pv = pg->pv & ~PMAP_ATTR_MASK;
			if (pv != 0)
				call_large(sys, pv, psind, pfn, fn, arg);
		} while (pv != (pg->pv & ~PMAP_ATTR_MASK));
		for (id = pg->pv_more; id != 0;) {
			const struct pv_entry *more = pv_get(sys, id);

			id = more->next;
			call_large(sys, more->pv, psind, pfn, fn, arg);
		}
	}
}

/* A pv of the frame itself, unless it is of a larger mapping. */
static void
call_base(struct pmap_system *sys, uint64_t pv, pv_fn *fn, void *arg)
{
	struct pmap *pmap = pv_pmap(sys, pv);
	struct pt_found fd;

	if (pt_find(pmap, pv_va(sys, pv), &fd) && fd.psind == 0)
		fn(&fd, pmap, arg);
}

/* fn may not add or remove mappings of the frame. */
void
pv_foreach(struct pmap_system *sys, pfn_t pfn, pv_fn *fn, void *arg)
{
	const struct pmap_page *pg = pmap_page(sys, pfn);

	pv_foreach_large(sys, pfn, fn, arg);
	if ((pg->pv & PMAP_PV_ID_MASK) == 0)
		return;
	call_base(sys, pg->pv & ~PMAP_ATTR_MASK, fn, arg);
	for (uint32_t id = pg->pv_more; id != 0; id = pv_get(sys, id)->next)
		call_base(sys, pv_get(sys, id)->pv, fn, arg);
}

/* ----------------------------------------------------------- rotating ---- */

/* The mappings of a list up to the one with this id (0: the one in the frame)
 * go behind the others. */
static void
rotate(struct pmap_system *sys, struct pmap_page *pg, uint32_t id)
{
	struct pv_entry *more, *tail;
	uint32_t first = pg->pv_more;
	uint64_t pv;

	more = id != 0 ? pv_get(sys, id) : NULL;
	if ((id != 0 ? more->next : first) == 0)
		return; /* all of them: as it was */
	/* The entry behind lends itself to what stands in the frame. */
	tail = pv_get(sys, id != 0 ? more->next : first);
	pv = tail->pv;
	tail->pv = pg->pv & ~PMAP_ATTR_MASK;
	pg->pv = (pg->pv & PMAP_ATTR_MASK) | pv;
	pg->pv_more = tail->next;
	if (id != 0)
		more->next = 0;
	tail->next = id != 0 ? first : 0;
	/* ... and goes, with what was looked at, to the end. */
	id = tail->id;
	if (pg->pv_more == 0) {
		pg->pv_more = id;
		return;
	}
	for (tail = pv_get(sys, pg->pv_more); tail->next != 0;
	     tail = pv_get(sys, tail->next))
		continue;
	tail->next = id;
}

struct looking {
	pfn_t pfn;
	unsigned psind; /* which mappings of the list */
	pv_more_fn *fn;
	void *arg;
};

/* => go on */
static bool
look_at(struct pmap_system *sys, uint64_t pv, const struct looking *l)
{
	struct pmap *pmap = pv_pmap(sys, pv);
	struct pt_found fd;

	if (!pt_find(pmap, pv_va(sys, pv), &fd) || fd.psind != l->psind)
		return true;
	fd.va += pg_ptoa(sys, l->pfn & (psind_pages(sys, l->psind) - 1));
	return l->fn(&fd, pmap, l->arg);
}

/* => go on with the next list */
static bool
look_at_list(struct pmap_system *sys, const struct looking *l)
{
	pfn_t first = l->pfn & ~(psind_pages(sys, l->psind) - 1);
	struct pmap_page *pg = pmap_page(sys, first);
	uint32_t id = 0, next = pg->pv_more;
	bool more;

	if ((pg->pv & PMAP_PV_ID_MASK) == 0)
		return true;
	more = look_at(sys, pg->pv & ~PMAP_ATTR_MASK, l);
	for (; more && next != 0; next = pv_get(sys, id)->next) {
		id = next;
		more = look_at(sys, pv_get(sys, id)->pv, l);
	}
	if (!more)
		rotate(sys, pg, id);
	return more;
}

void
pv_rotate(struct pmap_system *sys, pfn_t pfn, pv_more_fn *fn, void *arg)
{
	struct looking l = { .pfn = pfn, .fn = fn, .arg = arg };

	for (l.psind = sys->geo->nsizes - 1u; l.psind > 0; l.psind--)
		if (sys->large[l.psind] != NULL &&
		    sys->large[l.psind][pfn / psind_pages(sys, l.psind)] > 0 &&
		    !look_at_list(sys, &l))
			return;
	(void)look_at_list(sys, &l);
}

/* ----------------------------------------------------------- counting ---- */

unsigned
pmap_page_mappings(struct pmap_system *sys, pfn_t pfn)
{
	const struct pmap_page *pg = pmap_page(sys, pfn);
	unsigned n = (pg->pv & PMAP_PV_ID_MASK) != 0;

	for (uint32_t id = pg->pv_more; id != 0; id = pv_get(sys, id)->next)
		n++;
	return sys->super ? n + pmap_large_over(sys, pfn) : n;
}

struct each {
	void (*fn)(void *, struct pmap *, vaddr_t);
	void *ctx;
};

static void
each_mapping(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	const struct each *each = arg;

	each->fn(each->ctx, pmap, fd->va);
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
