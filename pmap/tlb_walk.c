/*
 * What a walk reads.
 *
 *	a tree		one entry of each level down to the leaf, from the level
 *			below the deepest entry that a walk cache holds
 *	nested paging	for each of those, and for the page itself, a walk of
 *			the host's tree: g (h + 1) + h references
 *	a hashed table	as many lines (PTEGs) as the search touches
 *
 * The walk caches are asked from the deepest level up, and only the one that
 * hits notes a use; the levels that the walk then reads are filled in.  They
 * hold nothing of the host's walk.
 */
#include "hpt.h"
#include "tlb_internal.h"

/* Levels of the tree that the walk caches spare; the others are filled in. */
static unsigned
spared(struct tlb *t, uint64_t id, vaddr_t va, unsigned inner)
{
	const struct pmap_geometry *geo = t->sys->geo;
	uint64_t *word = t->now->word, tag[PMAP_MAXLEVELS];
	uint64_t *set[PMAP_MAXLEVELS];
	unsigned top = geo->nlevels - 2u, l;

	for (l = inner; l > 0; l--) {
		unsigned level = l - 1, shift = geo->shift[level];
		const struct tlb_array *a = &t->pwc[top - level];

		set[level] = &word[tlb_set(a, va, shift)];
		tag[level] = tlb_tag(id, va, shift, TLB_WALK_PSIND);
		if (a->ways != 0 && tlb_probe(a, set[level], tag[level]))
			break;
	}
	for (unsigned level = l; level < inner; level++)
		if (t->pwc[top - level].ways != 0)
			tlb_insert(&t->pwc[top - level], set[level],
			    tag[level]);
	return l;
}

void
tlb_walk(struct tlb *t, struct pmap *pmap, vaddr_t va, unsigned psind)
{
	struct tlb_counters *n = &t->now->count;
	unsigned levels = t->levels[psind], skip;

	n->walks++;
	if (psind == 0)
		n->walks_base++;
	else
		n->walks_large++;
	if (t->sys->hpt != NULL) {
		n->walk_refs += hpt_walk(t->sys->hpt, pmap, va, psind);
		return;
	}
	if (t->has_pwc) {
		skip = spared(t, tlb_id(pmap), va, levels - 1);
		n->pwc_hits += skip > 0;
		levels -= skip;
	}
	n->walk_refs += tlb_walk_refs(levels, t->preset.host_levels);
}
