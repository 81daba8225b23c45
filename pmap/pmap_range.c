/*
 * Operations on ranges of addresses: one walk over what is mapped there.
 *
 *	                 the entry is      all in range        partly
 *	larger mapping   ops->large, or    demoted             demoted
 *	inner table      ops->inner, or    gone down into      gone down into
 *	leaf table       -                 ops->leaf           ops->leaf
 *
 * An operation may empty a table, whose node is then freed with its last entry,
 * and so may a demotion that fails.  So where an entry is the only one of its
 * node, nothing is read from the node afterwards.
 */
#include "pmap_large.h"

struct range {
	struct pmap *pmap;
	const struct pt_range_ops *ops;
	void *arg;
};

/* A larger entry.  => true: nothing is left to do below it */
static bool
at_large(const struct range *r, struct pt_node *node, unsigned i, vaddr_t va,
    bool whole)
{
	if (whole && r->ops->large != NULL &&
	    r->ops->large(r->pmap, node, i, va, r->arg))
		return true;
	return !pmap_demote(r->pmap, node, i, va);
}

static void
below(const struct range *r, struct pt_node *node, vaddr_t va, vaddr_t last)
{
	const struct pmap_geometry *geo = r->pmap->sys->geo;
	unsigned level = node->level;
	unsigned i = pt_index(geo, va, level), end = pt_index(geo, last, level);
	vaddr_t mask = ((vaddr_t)1 << geo->shift[level]) - 1;

	for (; i <= end; i++, va = (va | mask) + 1) {
		vaddr_t to = (va | mask) < last ? va | mask : last;
		bool only = node->count == 1 && node->parent != NULL;
		bool whole = (va & mask) == 0 && to == (va | mask);
		bool done = false;

		if (node->pte[i] == 0)
			continue;
		if (unlikely(pt_is_large(r->pmap, node->pte[i])))
			done = at_large(r, node, i, va, whole);
		else if (whole && r->ops->inner != NULL)
			done = r->ops->inner(r->pmap, node, i, r->arg);
		if (done)
			;
		else if (level == geo->nlevels - 2u)
			r->ops->leaf(r->pmap, node, i, va, to, r->arg);
		else
			below(r, node->child[i], va, to);
		if (only)
			return;
	}
}

void
pt_range(struct pmap *pmap, vaddr_t va, vaddr_t last,
    const struct pt_range_ops *ops, void *arg)
{
	const struct range r = { pmap, ops, arg };

	if (va <= last && pmap->resident > 0)
		below(&r, pmap->root, va, last);
}
