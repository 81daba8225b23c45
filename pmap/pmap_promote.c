/*
 * Promotion, tried at the end of each enter of a base page.
 *
 *	group of PTEs	all valid, its block full	the hint is set in each
 *	leaf table	all valid, its block full	one entry above it; the
 *							table is saved
 *
 * in this order, each on its own.  What FreeBSD's pmap_promote_pde looks at, in
 * its order, is done by agree(); one call counts at most one failure of a size.
 * PTEs that are writable and clean are write protected on the way, which stays
 * whatever comes of it: the fault that follows tries again.
 *
 * AIX: each page must have been referenced; rights must be the same, M need not
 * be, and nothing is write protected.
 *
 * The accessed bit of a new larger entry is the AND of the PTEs'; the PTEs of a
 * group keep their own, as they keep their own M.
 *
 * FreeBSD's page tables have no writing withheld from above: where ours have,
 * it is pushed down to the PTEs first.
 */
#include "pmap_inline.h"
#include "pmap_large.h"

/* Write protect a PTE that is writable and clean; no TLB holds it writable. */
static inline uint64_t
settle(const struct pte_format *f, uint64_t *pte, bool aix)
{
	if ((*pte & f->write) != 0 && (*pte & f->dirty) == 0 && !aix)
		*pte &= ~f->write;
	return *pte;
}

/*
 * Do n PTEs map a block, in order and with the same attributes?
 * => *entry: the first one's, A as explained, M if any has it
 */
static bool
agree(struct pmap *pmap, uint64_t *pte, uint32_t n, uint64_t *entry)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	bool aix = pmap->sys->promote == PMAP_PROMOTE_AIX;
	uint64_t differ = ~(f->accessed | f->group | (aix ? f->dirty : 0));
	uint64_t want, first, all, any;

	if (pte[0] == 0 || (pte_pfn(pmap, pte[0]) & (n - 1)) != 0)
		return false;
	first = all = any = settle(f, &pte[0], aix);
	if (aix && (first & f->accessed) == 0)
		return false;
	for (uint32_t i = n - 1; i > 0; i--) {
		want = first + pte_of_pfn(pmap, i);
		if (pte[i] == 0 || ((pte[i] ^ want) & f->frame) != 0 ||
		    ((settle(f, &pte[i], aix) ^ want) & differ) != 0 ||
		    (aix && (pte[i] & f->accessed) == 0))
			return false;
		all &= pte[i];
		any |= pte[i];
	}
	*entry = (first & ~(f->accessed | f->group)) | (all & f->accessed) |
	    (any & f->dirty);
	return true;
}

static void
failed(struct pmap *pmap, vaddr_t va, unsigned psind)
{
	pmap->sys->count.p_failures[psind]++;
	pmap_resized(pmap, va, psind, PMAP_PROMOTION_FAILED);
}

static void
done(struct pmap *pmap, vaddr_t va, unsigned psind)
{
	pmap->sys->count.promotions[psind]++;
	pmap_resized(pmap, va, psind, PMAP_PROMOTED);
}

/* The PTEs from leaf[i] on, at va, into a group. */
static void
promote_group(struct pmap *pmap, uint64_t *leaf, unsigned i, vaddr_t va)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	unsigned psind = pmap->sys->group_psind;
	uint32_t n = psind_pages(pmap->sys, psind);
	uint64_t entry;
	bool ok = agree(pmap, &leaf[i], n, &entry);

	for (uint32_t k = 0; k < n; k++) {
		leaf[i + k] |= ok ? f->group : 0;
		*pmap->last_states |= pte_states(f, leaf[i + k]);
	}
	if (ok)
		tlb_promoted(pmap, va, psind);
	(ok ? done : failed)(pmap, va, psind);
}

/* The leaf table at hand, from va on, into one entry. */
static void
promote_leaf(struct pmap *pmap, vaddr_t va, unsigned psind)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	struct pt_node *node = pmap->last_node;
	unsigned i = pt_index(sys->geo, va, node->level);
	uint64_t *leaf = pmap->last_leaf, entry;
	uint32_t n = psind_pages(sys, psind);
	pfn_t pfn, frame = pte_pfn(pmap, node->pte[i]);

	if (!agree(pmap, leaf, n, &entry) || !pmap_large_init(sys)) {
		*pmap->last_states |= pte_states_readonly(*pmap->last_states);
		failed(pmap, va, psind);
		return;
	}
	pfn = pte_pfn(pmap, entry);
	for (uint32_t k = 1; k < n; k++)
		pv_remove(sys, pfn + k, pv_make(pmap, va + pg_ptoa(pmap, k)));
	pmap_large_count(sys, psind, pfn, true);
	leaf[0] = frame;
	node->pte[i] = entry | f->large | f->promoted;
	node->states[i] = 0;
	pmap->last_leaf = NULL;
	tlb_promoted(pmap, va, psind);
	done(pmap, va, psind);
}

/* The PTE at leaf[i] has no hint and the ends of its group are valid. */
static inline bool
group_may_be_full(const struct pmap *pmap, const uint64_t *leaf, unsigned i)
{
	const struct pmap_system *sys = pmap->sys;
	unsigned n;

	if (sys->group_psind == 0 || (leaf[i] & sys->geo->pte.group) != 0 ||
	    !sys->geo->sizes[sys->group_psind].promote)
		return false;
	n = psind_pages(sys, sys->group_psind);
	return leaf[i & ~(n - 1)] != 0 && leaf[i | (n - 1)] != 0;
}

/* All PTEs of a group are there: the two ends say little. */
static bool
all_valid(const uint64_t *pte, uint32_t n)
{
	while (n > 0 && pte[n - 1] != 0)
		n--;
	return n == 0;
}

void
pmap_promote(struct pmap *pmap, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	unsigned psind = level_psind(sys, sys->geo->nlevels - 2u), full, i;
	uint64_t *leaf;
	bool table, group;

	if (sys->full_level == NULL || !sys->ps_enabled ||
	    (leaf = pmap_leaf(pmap, va)) == NULL)
		return;
	i = pt_leaf_index(pmap, va);
	table = *pmap->last_nvalid == pmap->leaf_mask + 1 && psind != 0 &&
	    sys->geo->sizes[psind].promote;
	group = group_may_be_full(pmap, leaf, i);
	if ((!table && !group) || leaf[i] == 0)
		return;
	full = sys->full_level(sys->ctx, pte_pfn(pmap, leaf[i]));
	group = group && full >= sys->group_psind;
	if (group) {
		uint32_t n = psind_pages(sys, sys->group_psind);

		group = all_valid(&leaf[i & ~(n - 1)], n);
	}
	table = table && full >= psind;
	if (!table && !group)
		return;
	if (!pmap->last_writable)
		leaf = pt_leaf_make(pmap, va, VM_PROT_WRITE);
	if (group)
		promote_group(pmap, leaf,
		    i & ~(psind_pages(sys, sys->group_psind) - 1),
		    va & ~(psind_size(sys, sys->group_psind) - 1));
	if (table)
		promote_leaf(pmap, va & ~(psind_size(sys, psind) - 1), psind);
}
