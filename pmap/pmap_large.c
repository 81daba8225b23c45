/*
 * Larger entries: finding them, counting them by block, making and dropping
 * them, and the tables that the host keeps ready for their demotion.
 */
#include "pmap_large.h"

/* ----------------------------------------------------------- finding ---- */

bool
pt_find_large(struct pmap *pmap, vaddr_t va, struct pt_found *fd)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	uint64_t path = geo->pte.write;
	struct pt_node *node = pmap->root;

	if (!pmap_va_ok(geo, pmap->kernel, va))
		return false;
	for (unsigned level = 0; level + 1u < geo->nlevels; level++) {
		unsigned i = pt_index(geo, va, level);
		uint64_t pte = node->pte[i];

		if (pte & geo->pte.large) {
			*fd = (struct pt_found){
				.node = node,
				.index = i,
				.pte = &node->pte[i],
				.va = va,
				.psind = level_psind(pmap->sys, level),
				.writable = path != 0,
			};
			return true;
		}
		if (pte == 0)
			return false;
		path &= pte;
		node = node->child[i];
	}
	return false;
}

bool
pt_find(struct pmap *pmap, vaddr_t va, struct pt_found *fd)
{
	uint64_t *leaf = pt_leaf_find(pmap, va), *pte;

	if (leaf == NULL)
		return pmap->sys->super && pt_find_large(pmap, va, fd);
	pte = &leaf[pt_leaf_index(pmap, va)];
	if (*pte == 0)
		return false;
	*fd = (struct pt_found){
		.node = pmap->last_node,
		.index = pt_index(pmap->sys->geo, va, pmap->last_node->level),
		.pte = pte,
		.va = va,
		.writable = pmap->last_writable,
	};
	return true;
}

void
pt_found_settle(struct pmap *pmap, struct pt_found *fd)
{
	if (fd->writable || (*fd->pte & pmap->sys->geo->pte.write) == 0)
		return;
	if (fd->psind == 0)
		(void)pt_leaf_make(pmap, fd->va, VM_PROT_WRITE);
	else
		(void)pt_path_make(pmap, fd->va, fd->node->level,
		    VM_PROT_WRITE);
	fd->writable = true;
}

pfn_t
pt_pfn_at(const struct pmap *pmap, uint64_t pte, unsigned psind, vaddr_t va)
{
	return pte_pfn(pmap, pte) +
	    (pfn_t)(pg_atop(pmap, va) & (psind_pages(pmap->sys, psind) - 1));
}

/* ------------------------------------------------------------ blocks ---- */

static size_t
nblocks(const struct pmap_system *sys, unsigned psind)
{
	return (size_t)((sys->npages - 1) / psind_pages(sys, psind)) + 1;
}

void
pmap_large_fini(struct pmap_system *sys)
{
	for (unsigned psind = 1; psind < sys->geo->nsizes; psind++) {
		mem_free(sys->mem, sys->large[psind],
		    nblocks(sys, psind) * sizeof(uint32_t));
		sys->large[psind] = NULL;
	}
}

bool
pmap_large_init(struct pmap_system *sys)
{
	bool ok = true;

	for (unsigned psind = 1; psind < sys->geo->nsizes; psind++) {
		if (!psind_is_leaf(sys, psind) || sys->large[psind] != NULL)
			continue;
		mem_injection_hold(sys->mem, true);
		sys->large[psind] = mem_zalloc(sys->mem,
		    nblocks(sys, psind) * sizeof(uint32_t));
		mem_injection_hold(sys->mem, false);
		ok = ok && sys->large[psind] != NULL;
	}
	return ok;
}

uint32_t
pmap_large_need(const struct pmap_system *sys, unsigned psind, pfn_t pfn)
{
	uint32_t n = psind_pages(sys, psind), need = 0;

	if (sys->large[psind][pfn / n] > 0)
		return n - 1;
	for (uint32_t k = 1; k < n; k++)
		need += pmap_page_is_mapped(sys, pfn + k);
	return need;
}

void
pmap_large_count(struct pmap_system *sys, unsigned psind, pfn_t pfn, bool in)
{
	uint32_t *count = &sys->large[psind][pfn / psind_pages(sys, psind)];

	if (in) {
		sys->pv_held += pmap_large_need(sys, psind, pfn);
		(*count)++;
	} else {
		assert(*count > 0);
		(*count)--;
		sys->pv_held -= pmap_large_need(sys, psind, pfn);
	}
}

/* ------------------------------------------------------ ready tables ---- */

void
pmap_large_tables(const struct pmap_system *sys, unsigned psind,
    uint32_t *leaves, uint32_t *nodes)
{
	const struct pmap_geometry *geo = sys->geo;
	unsigned level = geo->sizes[psind].level + 1u;

	*leaves = 1;
	*nodes = 0;
	for (; level < geo->nlevels - 1u; level++) {
		*nodes += *leaves;
		*leaves *= PT_ENTRIES(geo, level);
	}
}

void *
pmap_ready_take(struct pmap *pmap, unsigned level, pfn_t saved)
{
	struct pmap_system *sys = pmap->sys;
	struct pt_node *node;
	uint64_t *leaf;

	if (level == sys->geo->nlevels - 1u) {
		leaf = slab_take(&sys->leaves);
		leaf[0] = saved;
		return leaf;
	}
	node = pt_node_take(pmap, NULL, 0, saved);
	for (unsigned k = 0; k < PT_ENTRIES(sys->geo, level); k++)
		node->child[k] = pmap_ready_take(pmap, level + 1, PFN_NONE);
	return node;
}

pfn_t
pmap_ready_frame(const struct pmap *pmap, const void *table, unsigned level)
{
	if (level == pmap->sys->geo->nlevels - 1u)
		return (pfn_t) * (const uint64_t *)table;
	return ((const struct pt_node *)table)->frame;
}

void
pmap_ready_give(struct pmap *pmap, void *table, unsigned level)
{
	struct pmap_system *sys = pmap->sys;
	struct pt_node *node = table;

	if (level == sys->geo->nlevels - 1u) {
		slab_give(&sys->leaves, table);
		return;
	}
	for (unsigned k = 0; k < PT_ENTRIES(sys->geo, level); k++)
		pmap_ready_give(pmap, node->child[k], level + 1);
	slab_give(&sys->nodes, node);
}

/* --------------------------------------------------- put, drop, lower ---- */

/* n base pages more (or fewer) are mapped, wired if the entry is. */
static void
count_pages(struct pmap *pmap, uint64_t pte, unsigned psind, bool in)
{
	struct pmap_system *sys = pmap->sys;
	uint32_t n = psind_pages(sys, psind);
	pfn_t pfn = pte_pfn(pmap, pte);

	pmap->resident += in ? n : -(uint64_t)n;
	if ((pte & sys->geo->pte.wired) == 0)
		return;
	pmap->wired += in ? n : -(uint64_t)n;
	for (uint32_t k = 0; k < n && sys->wired_pte != NULL; k++)
		sys->wired_pte(sys->ctx, pfn + k, in);
}

void
pmap_large_put(struct pmap *pmap, struct pt_node *node, unsigned i, vaddr_t va,
    uint64_t pte, pfn_t saved)
{
	struct pmap_system *sys = pmap->sys;
	unsigned psind = level_psind(sys, node->level);
	pfn_t pfn = pte_pfn(pmap, pte);

	assert(node->child[i] == NULL);
	node->pte[i] = pte;
	node->child[i] = pmap_ready_take(pmap, node->level + 1, saved);
	node->nvalid[i] = (uint16_t)PT_ENTRIES(sys->geo, node->level + 1);
	pmap->ntables += saved != PFN_NONE;
	count_pages(pmap, pte, psind, true);
	pmap_large_count(sys, psind, pfn, true);
	pv_insert(sys, pfn, pv_make(pmap, va));
}

void
pmap_large_drop(struct pmap *pmap, struct pt_node *node, unsigned i, vaddr_t va)
{
	struct pmap_system *sys = pmap->sys;
	unsigned psind = level_psind(sys, node->level);
	uint64_t pte = node->pte[i];
	pfn_t saved = pmap_ready_frame(pmap, node->child[i], node->level + 1);

	va &= ~(psind_size(sys, psind) - 1);
	pmap_large_attr(pmap, pte, psind);
	count_pages(pmap, pte, psind, false);
	pmap_large_count(sys, psind, pte_pfn(pmap, pte), false);
	pv_remove(sys, pte_pfn(pmap, pte), pv_make(pmap, va));
	pmap_ready_give(pmap, node->child[i], node->level + 1);
	if (saved != PFN_NONE) {
		pmap->ntables--;
		sys->ptp_free(sys->ctx, pmap, saved);
	}
	node->pte[i] = 0;
	node->child[i] = NULL;
	node->nvalid[i] = 0;
	tlb_changed(pmap, va, psind, pte, 0);
}

void
pmap_large_attr(struct pmap *pmap, uint64_t pte, unsigned psind)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	uint64_t attr = (pte & f->accessed ? PMAP_ATTR_REF : 0) |
	    (pte & f->dirty ? PMAP_ATTR_MOD : 0);
	uint32_t n = psind_pages(pmap->sys, psind);
	pfn_t pfn = pte_pfn(pmap, pte);

	for (uint32_t k = 0; attr != 0 && k < n; k++)
		pmap_page(pmap->sys, pfn + k)->pv |= attr;
}

uint64_t
pmap_large_readonly(struct pmap *pmap, uint64_t pte, unsigned psind)
{
	const struct pte_format *f = &pmap->sys->geo->pte;

	pmap_large_attr(pmap, pte & ~f->accessed, psind);
	return pte & ~(f->write | f->dirty);
}
