/*
 * Checking all pmaps: counts, pvs against page tables both ways, TLB slots,
 * the cached leaf, larger mappings, groups, slots (I1-I12 of pmap.h).
 */
#include "pmap_large.h"

#include <stdio.h>

struct count {
	uint64_t resident, wired;
	uint64_t mappings; /* a larger one is one */
	uint64_t larger;
	uint32_t tables;
};

static bool
has_pv(const struct pmap_system *sys, pfn_t pfn, uint64_t pv)
{
	const struct pmap_page *pg = pmap_page(sys, pfn);

	if ((pg->pv & ~PMAP_ATTR_MASK) == pv)
		return true;
	for (uint32_t id = pg->pv_more; id != 0;) {
		const struct pv_entry *more = slab_item(&sys->pvs, id);

		if (more->pv == pv)
			return true;
		id = more->next;
	}
	return false;
}

/* The group that begins at leaf[0], n PTEs. */
static const char *
check_group(struct pmap *pmap, const uint64_t *leaf, unsigned n)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	uint64_t marks = f->accessed | f->dirty;

	if ((pte_pfn(pmap, leaf[0]) & (n - 1)) != 0)
		return "I10: frames of a group are not aligned";
	for (unsigned k = 0; k < n; k++)
		if (((leaf[k] ^ (leaf[0] + pte_of_pfn(pmap, k))) & ~marks) != 0)
			return "I10: PTEs of a group differ";
	return NULL;
}

static const char *
check_groups(struct pmap *pmap, const uint64_t *leaf)
{
	uint64_t group = pmap->sys->geo->pte.group;
	const char *why = NULL;
	unsigned n;

	if (group == 0)
		return NULL;
	n = psind_pages(pmap->sys, pmap->sys->group_psind);
	for (unsigned i = 0; why == NULL && i <= pmap->leaf_mask; i++)
		if ((leaf[i] & group) != 0)
			why = check_group(pmap, &leaf[i & ~(n - 1)], n);
	return why;
}

/* Slots of a leaf table stand beside valid, unwired PTEs only. */
static const char *
check_slots(struct pmap *pmap, uint64_t *leaf)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	const uint32_t *slots = pt_slots(pmap, leaf);

	for (unsigned i = 0; pmap->sys->slots && i <= pmap->leaf_mask; i++)
		if (slots[i] != 0 &&
		    (leaf[i] & (f->valid | f->wired)) != f->valid)
			return "I12: slot of no mapping, or of a wired one";
	return NULL;
}

static bool
pfn_ok(const struct pmap *pmap, pfn_t pfn, uint32_t n)
{
	return pfn != PFN_NONE && pfn < pmap->sys->npages &&
	    n <= pmap->sys->npages - pfn;
}

static const char *
check_leaf(struct pmap *pmap, const struct pt_node *node, unsigned slot,
    vaddr_t base, struct count *n)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	uint64_t *leaf = node->child[slot];
	uint8_t states = node->states[slot];
	const char *why = check_slots(pmap, leaf);
	unsigned valid = 0;

	if (why != NULL)
		return why;

	for (unsigned i = 0; i <= pmap->leaf_mask; i++) {
		uint64_t pte = leaf[i];
		pfn_t pfn = pte_pfn(pmap, pte);

		if (pte == 0)
			continue;
		valid++;
		if ((pte & f->valid) == 0 || (pte & f->managed) == 0 ||
		    !pfn_ok(pmap, pfn, 1))
			return "I4: PTE of no managed frame";
		if ((pte & f->dirty) != 0 && (pte & f->write) == 0)
			return "I6: PTE with M and without W";
		if (!has_pv(pmap->sys, pfn,
			pv_make(pmap, base + pg_ptoa(pmap, i))))
			return "I3: PTE without pv";
		if ((pte_states(f, pte) & ~states) != 0)
			return "I8: PTE's state is not in its table's set";
		n->wired += (pte & f->wired) != 0;
	}
	n->resident += valid;
	n->mappings += valid;
	n->tables++;
	return valid == 0 || valid != node->nvalid[slot] ?
	    "I1: count of valid PTEs is wrong" :
	    check_groups(pmap, leaf);
}

static const char *
check_larger(struct pmap *pmap, const struct pt_node *node, unsigned i,
    vaddr_t va, struct count *n)
{
	const struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	unsigned psind = level_psind(sys, node->level);
	uint64_t pte = node->pte[i];
	pfn_t pfn = pte_pfn(pmap, pte);
	uint32_t pages;

	if (psind == 0)
		return "I9: larger mapping at a level that has none";
	pages = psind_pages(sys, psind);
	if ((pte & f->valid) == 0 || (pte & f->managed) == 0 ||
	    !pfn_ok(pmap, pfn, pages))
		return "I4: larger mapping of no managed frames";
	if ((pfn & (pages - 1)) != 0 || (pte & f->group) != 0)
		return "I9: larger mapping is not aligned";
	if ((pte & f->dirty) != 0 && (pte & f->write) == 0)
		return "I6: larger mapping with M and without W";
	if ((pte & f->dirty) == 0 && (pte & f->write) != 0 &&
	    sys->promote != PMAP_PROMOTE_AIX)
		return "I9: larger mapping is writable and clean";
	if (!has_pv(sys, pfn, pv_make(pmap, va)))
		return "I3: larger mapping without pv";
	if (node->nvalid[i] != PT_ENTRIES(sys->geo, node->level + 1))
		return "I1: count of a larger mapping's entries is wrong";
	n->resident += pages;
	n->wired += pte & f->wired ? pages : 0;
	n->tables += pmap_ready_frame(pmap, node->child[i], node->level + 1) !=
	    PFN_NONE;
	n->mappings++;
	n->larger++;
	return NULL;
}

static const char *
check_node(struct pmap *pmap, struct pt_node *node, vaddr_t base,
    struct count *n)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	unsigned valid = 0;
	const char *why = NULL;

	n->tables++;
	for (unsigned i = 0; i < PT_ENTRIES(geo, node->level); i++) {
		vaddr_t va = base + ((vaddr_t)i << geo->shift[node->level]);
		struct pt_node *child = node->child[i];

		if ((node->pte[i] != 0) != (child != NULL))
			return "I1: entry and child disagree";
		if (child == NULL)
			continue;
		valid++;
		if (pt_is_large(pmap, node->pte[i]))
			why = check_larger(pmap, node, i, va, n);
		else if (node->level == geo->nlevels - 2u)
			why = check_leaf(pmap, node, i, va, n);
		else if (child->count != node->nvalid[i] || child->count == 0)
			why = "I1: count of valid entries is wrong";
		else if (child->parent != node || child->index != i)
			why = "I1: parent link is wrong";
		else
			why = check_node(pmap, child, va, n);
		if (why != NULL)
			return why;
	}
	return valid != node->count ? "I1: count of valid entries is wrong" :
				      NULL;
}

static bool
tlb_agrees(struct pmap *pmap, unsigned kind, unsigned slot)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	vaddr_t va = pg_ptoa(pmap, pmap->tlb->tag[kind][slot]);
	struct pt_found fd;

	if (!pt_find(pmap, va, &fd) || (*fd.pte & f->accessed) == 0 ||
	    pt_pfn_at(pmap, *fd.pte, fd.psind, va) != pmap->tlb->pfn[slot] ||
	    (pmap->sys->slots && pmap->tlb->slot[slot] != pmap_slot(pmap, va)))
		return false;
	if (kind == VM_PROT_WRITE >> 1)
		return fd.writable && (*fd.pte & f->write) != 0 &&
		    (*fd.pte & f->dirty) != 0;
	return kind != VM_PROT_EXEC >> 1 || (*fd.pte & f->noexec) == 0;
}

static const char *
check_tlb(struct pmap *pmap)
{
	if (pmap->tlb == NULL)
		return NULL;
	for (unsigned kind = 0; kind < 3; kind++)
		for (unsigned slot = 0; slot < PMAP_TLB_SLOTS; slot++)
			if (pmap->tlb->tag[kind][slot] != PMAP_TLB_EMPTY &&
			    !tlb_agrees(pmap, kind, slot))
				return "I5: TLB slot disagrees with the "
				       "page table";
	return NULL;
}

/* What the cache says must be what a walk finds; the walk refills it. */
static const char *
check_cache(struct pmap *pmap)
{
	const uint64_t *leaf = pmap->last_leaf;
	const uint16_t *nvalid = pmap->last_nvalid;
	const uint8_t *states = pmap->last_states;
	const struct pt_node *node = pmap->last_node;
	bool writable = pmap->last_writable;

	if (leaf == NULL)
		return NULL;
	if (pt_leaf_find(pmap, pmap->last_key << pmap->leaf_span) != leaf ||
	    pmap->last_nvalid != nvalid || pmap->last_states != states ||
	    pmap->last_node != node || pmap->last_writable != writable)
		return "I7: cached leaf table is not the one of its addresses";
	return NULL;
}

static const char *
check_pmap(struct pmap *pmap, struct count *n)
{
	const char *why = check_node(pmap, pmap->root, 0, n);

	if (why == NULL)
		why = check_cache(pmap);
	if (why == NULL &&
	    (n->resident != pmap->resident || n->wired != pmap->wired ||
		n->tables != pmap->ntables))
		why = "I2: resident, wired or table count is wrong";
	return why != NULL ? why : check_tlb(pmap);
}

/* pvs that stand on the frame itself. */
static unsigned
own_pvs(const struct pmap_system *sys, pfn_t pfn)
{
	const struct pmap_page *pg = pmap_page(sys, pfn);
	unsigned n = (pg->pv & PMAP_PV_ID_MASK) != 0;
	const struct pv_entry *more;

	for (uint32_t id = pg->pv_more; id != 0; id = more->next, n++)
		more = slab_item(&sys->pvs, id);
	return n;
}

static void
count_pv(struct pt_found *fd, struct pmap *pmap, void *arg)
{
	(void)fd, (void)pmap;
	++*(uint64_t *)arg;
}

/* The larger mappings of the blocks that begin with this frame. */
static bool
blocks_agree(struct pmap_system *sys, pfn_t pfn, uint64_t *larger)
{
	uint64_t want = 0, got = 0;

	for (unsigned psind = 1; psind < sys->geo->nsizes; psind++) {
		uint32_t pages = psind_pages(sys, psind);

		if (sys->large[psind] != NULL && (pfn & (pages - 1)) == 0)
			*larger += sys->large[psind][pfn / pages];
		if (sys->large[psind] != NULL)
			want += sys->large[psind][pfn / pages];
	}
	if (want > 0)
		pv_foreach_large(sys, pfn, count_pv, &got);
	return want == got;
}

/*
 * Number of pvs of all frames must be the number of leaves of all pmaps, and
 * what is held for demotions what they could take.
 */
static const char *
check_pvs(struct pmap_system *sys, const struct count *n)
{
	pfn_t end = sys->used != 0 ? sys->used : sys->npages;
	uint64_t pvs = 0, larger = 0, held = 0;

	for (pfn_t pfn = 1; pfn < end; pfn++) {
		unsigned own = own_pvs(sys, pfn);
		unsigned over = sys->super ? pmap_large_over(sys, pfn) : 0;

		if (own == 0 && pmap_page(sys, pfn)->pv_more != 0)
			return "I3: overflow pv without a first one";
		pvs += own;
		held += over > 0 && own == 0 ? over - 1 : over;
		if (sys->super && !blocks_agree(sys, pfn, &larger))
			return "I11: count of a block's larger mappings is "
			       "wrong";
	}
	if (pvs != n->mappings)
		return "I3: pv without PTE";
	if (larger != n->larger)
		return "I11: count of larger mappings is wrong";
	return held != sys->pv_held || held > sys->pvs.nfree ?
	    "I11: pvs held for demotions are not what they could take" :
	    NULL;
}

const char *
pmap_check(struct pmap_system *sys, char *buf, size_t len)
{
	const char *why = NULL;
	struct count all = { 0 };

	for (uint32_t id = 1; id <= sys->maxid; id++) {
		struct pmap *pmap = sys->byid[id];
		struct count n = { 0 };

		if (pmap == NULL)
			continue;
		why = check_pmap(pmap, &n);
		all.mappings += n.mappings;
		all.larger += n.larger;
		if (why == NULL)
			continue;
		snprintf(buf, len, "pmap %u: %s", id, why);
		return buf;
	}
	why = check_pvs(sys, &all);
	if (why == NULL && sys->hpt != NULL)
		why = hpt_check(sys, sys->hpt);
	if (why == NULL && sys->tlbm != NULL)
		why = tlb_check(sys->tlbm);
	if (why != NULL)
		snprintf(buf, len, "pmap: %s", why);
	return why != NULL ? buf : NULL;
}
