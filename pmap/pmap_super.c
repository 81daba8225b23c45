/*
 * Larger mappings made at once, without promotion: pmap_enter_super, what
 * FreeBSD's pmap_copy does for them, and restoring them from a core.
 *
 *	the entry's place	NOREPLACE	else
 *	nothing			make it		make it
 *	larger mapping		EBUSY		that one goes, or is demoted
 *	base mappings		EEXIST		they go, and their tables
 *
 * Rejected early: frames and host memory are all there before anything is
 * changed, except that a mapping larger than the one wanted is demoted first.
 */
#include "pmap_large.h"

#include <errno.h>

/* ---------------------------------------------------------- looking ---- */

unsigned
pmap_psind(struct pmap *pmap, vaddr_t va)
{
	struct pt_found fd;

	if (!pt_find(pmap, va, &fd))
		return 0;
	if (fd.psind != 0 || (*fd.pte & pmap->sys->geo->pte.group) == 0)
		return fd.psind;
	return pmap->sys->group_psind;
}

/* => 0: nothing is mapped in this page; EBUSY, EEXIST as the table says */
static int
occupied(struct pmap *pmap, vaddr_t va, unsigned psind)
{
	vsize_t size = psind_size(pmap->sys, psind);
	vaddr_t at = pmap_next_mapped(pmap, va, va + size);

	if (at - va >= size)
		return 0;
	return at == va && pmap_psind(pmap, va) >= psind ? EBUSY : EEXIST;
}

/* -------------------------------------------------- one large entry ---- */

/* Host memory for one: the way to it, ready tables, pvs. */
static int
reserve_leaf(struct pmap_system *sys, unsigned psind, pfn_t pfn)
{
	uint32_t leaves, nodes;
	int error;

	if (!pmap_large_init(sys))
		return ENOMEM;
	pmap_large_tables(sys, psind, &leaves, &nodes);
	error = slab_reserve(&sys->leaves, leaves);
	if (error == 0)
		error = slab_reserve(&sys->nodes, nodes + sys->geo->nlevels);
	if (error == 0)
		error = slab_reserve(&sys->pvs,
		    sys->pv_held + 1 + pmap_large_need(sys, psind, pfn));
	return error;
}

/*
 * Put pte (all its bits but `large`) at va, in place of what is there; want:
 * the rights that may not be withheld on the way.
 * save: its table's frame is taken now.
 */
static int
put_leaf(struct pmap *pmap, vaddr_t va, uint64_t pte, unsigned psind, bool save,
    vm_prot_t want)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	unsigned level = sys->geo->sizes[psind].level;
	pfn_t saved = PFN_NONE;
	struct pt_node *node;
	unsigned i;

	sys->super = true;
	node = pt_path_make(pmap, va, level, want);
	if (node == NULL)
		return ENOMEM;
	i = pt_index(sys->geo, va, level);
	if (save && (saved = sys->ptp_alloc(sys->ctx, pmap)) == PFN_NONE) {
		pt_path_trim(pmap, node);
		return ENOMEM;
	}
	if (node->pte[i] == 0) {
		pt_slot_count(node);
	} else {
		pt_slot_empty(pmap, node, i, va);
		tlb_changed_range(pmap, va, va + psind_size(sys, psind));
	}
	pmap_large_put(pmap, node, i, va, pte | f->large, saved);
	return 0;
}

/* ---------------------------------------------------------- a group ---- */

static int
put_group(struct pmap *pmap, vaddr_t va, uint64_t pte, unsigned psind)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	uint32_t n = psind_pages(sys, psind);
	unsigned i = pt_leaf_index(pmap, va);
	uint64_t *leaf;
	int error = pmap_reserve(sys, 1, n);

	if (error != 0)
		return error;
	leaf = pt_leaf_make(pmap, va, pte & f->write ? VM_PROT_WRITE : 0);
	if (leaf == NULL)
		return ENOMEM;
	sys->super = true;
	pte |= f->group;
	for (uint32_t k = 0; k < n; k++, va += pg_size(pmap)) {
		if (leaf[i + k] != 0) {
			leaf[i + k] &= ~f->group;
			pmap_drop_pte(pmap, leaf, i + k, va);
			(*pmap->last_nvalid)--;
		}
		leaf[i + k] = pte + pte_of_pfn(pmap, k);
		pmap_count_pte(pmap, leaf[i + k]);
		pv_insert(sys, pte_pfn(pmap, leaf[i + k]), pv_make(pmap, va));
	}
	return 0;
}

/* --------------------------------------------------------- entering ---- */

static int
put_any(struct pmap *pmap, vaddr_t va, uint64_t pte, unsigned psind, bool save)
{
	int error;

	if (!psind_is_leaf(pmap->sys, psind))
		return put_group(pmap, va, pte, psind);
	error = reserve_leaf(pmap->sys, psind, pte_pfn(pmap, pte));
	return error != 0 ?
	    error :
	    put_leaf(pmap, va, pte, psind, save,
		pte & pmap->sys->geo->pte.write ? VM_PROT_WRITE : VM_PROT_NONE);
}

static void
mapped(struct pmap *pmap, vaddr_t va, unsigned psind)
{
	pmap->sys->count.mappings[psind]++;
	pmap_resized(pmap, va, psind, PMAP_MAPPED);
}

int
pmap_enter_super(struct pmap *pmap, vaddr_t va, pfn_t pfn, vm_prot_t prot,
    unsigned flags, unsigned psind)
{
	struct pmap_system *sys = pmap->sys;
	const struct pte_format *f = &sys->geo->pte;
	uint64_t pte = pte_of_pfn(pmap, pfn) | pmap->template[prot];
	bool wired = (flags & PMAP_WIRED) != 0;
	int error;

	if (!sys->ps_enabled || psind == 0 || psind >= sys->geo->nsizes)
		return ENOTSUP;
	assert(pfn % psind_pages(sys, psind) == 0 && pfn != PFN_NONE &&
	    pfn + psind_pages(sys, psind) <= sys->npages &&
	    va % psind_size(sys, psind) == 0);
	if ((flags & PMAP_NOREPLACE) != 0 &&
	    (error = occupied(pmap, va, psind)) != 0)
		return error;
	if (prot & VM_PROT_WRITE)
		pte |= f->accessed | f->dirty;
	else if (flags & VM_PROT_ALL)
		pte |= f->accessed;
	pte |= wired ? f->wired : 0;
	error = put_any(pmap, va, pte, psind, wired);
	if (error == 0)
		mapped(pmap, va, psind);
	pmap_op_done(sys);
	return error;
}

int
pmap_set_super(struct pmap *pmap, vaddr_t va, unsigned psind, uint64_t pte,
    bool saved)
{
	uint64_t large = pmap->sys->geo->pte.large;
	int error = reserve_leaf(pmap->sys, psind, pte_pfn(pmap, pte));

	assert(psind_is_leaf(pmap->sys, psind) && (pte & large) != 0);
	return error != 0 ?
	    error :
	    put_leaf(pmap, va, pte & ~large, psind, saved, VM_PROT_NONE);
}

/* ---------------------------------------------------------- copying ---- */

/* The larger mapping of src at va, for dst.  => it was made */
static bool
copy_one(struct pmap *dst, struct pmap *src, vaddr_t va, unsigned psind)
{
	const struct pte_format *f = &src->sys->geo->pte;
	struct pt_found fd;
	uint64_t pte;

	if (!pt_find(src, va, &fd) || occupied(dst, va, psind) != 0)
		return false;
	pte = *fd.pte &
	    ~(f->wired | f->accessed | f->large | f->promoted | f->group);
	if (!fd.writable)
		pte &= ~(f->write | f->dirty);
	if (put_any(dst, va, pte, psind, false) != 0)
		return false;
	mapped(dst, va, psind);
	return true;
}

uint64_t
pmap_copy_super(struct pmap *dst, struct pmap *src, vaddr_t start, vaddr_t end)
{
	struct pmap_system *sys = src->sys;
	uint64_t made = 0;
	vaddr_t va = start;

	if (!sys->ps_enabled || !sys->super)
		return 0;
	while ((va = pmap_next_mapped(src, va, end)) < end) {
		unsigned psind = pmap_psind(src, va);
		vsize_t size = psind_size(sys, psind);

		if (psind != 0 && (va & (size - 1)) == 0 && end - va >= size)
			made += copy_one(dst, src, va, psind);
		va = (va & ~(size - 1)) + size;
	}
	return made;
}
