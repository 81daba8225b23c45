/*
 * Checking all pmaps: counts, pvs against page tables both ways, TLB slots
 * and the cached leaf (I1-I5, I7, I8 of pmap.h).
 */
#include "pmap_internal.h"

#include <stdio.h>

struct count {
	uint64_t resident, wired;
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

static const char *
check_leaf(struct pmap *pmap, const struct pt_node *node, unsigned slot,
    vaddr_t base, struct count *n)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	const uint64_t *leaf = node->child[slot];
	uint8_t states = node->states[slot];
	unsigned valid = 0;

	for (unsigned i = 0; i <= pmap->leaf_mask; i++) {
		uint64_t pte = leaf[i];
		pfn_t pfn = pte_pfn(pmap, pte);

		if (pte == 0)
			continue;
		valid++;
		if ((pte & f->valid) == 0 || (pte & f->managed) == 0 ||
		    pfn == PFN_NONE || pfn >= pmap->sys->npages)
			return "I4: PTE of no managed frame";
		if (!has_pv(pmap->sys, pfn, pv_make(pmap, base + ptoa(i))))
			return "I3: PTE without pv";
		if ((pte_states(f, pte) & ~states) != 0)
			return "I8: PTE's state is not in its table's set";
		n->wired += (pte & f->wired) != 0;
	}
	n->resident += valid;
	n->tables++;
	return valid == 0 || valid != node->nvalid[slot] ?
	    "I1: count of valid PTEs is wrong" :
	    NULL;
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
		if (node->level == geo->nlevels - 2u)
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
	uint64_t vpn = pmap->tlb->tag[kind][slot] - 1, pte;
	const uint64_t *leaf = pt_leaf_find(pmap, ptoa(vpn));

	if (leaf == NULL)
		return false;
	pte = leaf[pt_leaf_index(pmap, ptoa(vpn))];
	if (pte == 0 || (pte & f->accessed) == 0 ||
	    pte_pfn(pmap, pte) != pmap->tlb->pfn[slot])
		return false;
	if (kind == VM_PROT_WRITE >> 1)
		return pmap->last_writable && (pte & f->write) != 0 &&
		    (pte & f->dirty) != 0;
	return kind != VM_PROT_EXEC >> 1 || (pte & f->noexec) == 0;
}

static const char *
check_tlb(struct pmap *pmap)
{
	if (pmap->tlb == NULL)
		return NULL;
	for (unsigned kind = 0; kind < 3; kind++)
		for (unsigned slot = 0; slot < PMAP_TLB_SLOTS; slot++)
			if (pmap->tlb->tag[kind][slot] != 0 &&
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
check_pmap(struct pmap *pmap)
{
	struct count n = { 0 };
	const char *why = check_node(pmap, pmap->root, 0, &n);

	if (why == NULL)
		why = check_cache(pmap);
	if (why == NULL &&
	    (n.resident != pmap->resident || n.wired != pmap->wired ||
		n.tables != pmap->ntables))
		why = "I2: resident, wired or table count is wrong";
	return why != NULL ? why : check_tlb(pmap);
}

/* Number of pvs of all frames must be the number of PTEs of all pmaps. */
static const char *
check_pv_total(struct pmap_system *sys, uint64_t resident)
{
	pfn_t end = sys->used != 0 ? sys->used : sys->npages;
	uint64_t pvs = 0;

	for (pfn_t pfn = 1; pfn < end; pfn++) {
		const struct pmap_page *pg = pmap_page(sys, pfn);

		if ((pg->pv & PMAP_PV_ID_MASK) != 0)
			pvs += pmap_page_mappings(sys, pfn);
		else if (pg->pv_more != 0)
			return "I3: overflow pv without a first one";
	}
	return pvs != resident ? "I3: pv without PTE" : NULL;
}

const char *
pmap_check(struct pmap_system *sys, char *buf, size_t len)
{
	const char *why = NULL;
	uint64_t resident = 0;

	for (uint32_t id = 1; id <= sys->maxid; id++) {
		struct pmap *pmap = sys->byid[id];

		if (pmap == NULL)
			continue;
		resident += pmap->resident;
		if ((why = check_pmap(pmap)) == NULL)
			continue;
		snprintf(buf, len, "pmap %u: %s", id, why);
		return buf;
	}
	why = check_pv_total(sys, resident);
	if (why != NULL)
		snprintf(buf, len, "pmap: %s", why);
	return why != NULL ? buf : NULL;
}
