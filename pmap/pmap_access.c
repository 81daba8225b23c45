/*
 * What the MMU does with one access: walk, check the rights, set A and M.
 */
#include "pmap_internal.h"

/* Remember the translation for accesses of this type. */
static void
tlb_fill(struct pmap *pmap, vaddr_t va, vm_prot_t type, pfn_t pfn)
{
	struct pmap_tlb *tlb = pmap->tlb;
	uint64_t tag = atop(va) + 1;
	unsigned slot = (unsigned)atop(va) & (PMAP_TLB_SLOTS - 1);

	if (tlb == NULL) {
		mem_injection_hold(pmap->sys->mem, true);
		tlb = pmap->tlb = mem_zalloc(pmap->sys->mem, sizeof(*tlb));
		mem_injection_hold(pmap->sys->mem, false);
		if (tlb == NULL)
			return;
	}
	for (unsigned kind = 0; kind < 3; kind++)
		if (tlb->tag[kind][slot] != tag)
			tlb->tag[kind][slot] = 0;
	tlb->tag[type >> 1][slot] = tag;
	tlb->pfn[slot] = pfn;
}

pfn_t
pmap_access(struct pmap *pmap, vaddr_t va, vm_prot_t type)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	uint64_t *leaf = pmap->last_leaf, *pte, bits = f->accessed;

	if (leaf == NULL || pmap->last_key != pt_leaf_key(pmap, va))
		leaf = pt_leaf_find(pmap, va);
	if (leaf == NULL)
		return PFN_NONE;
	pte = &leaf[pt_leaf_index(pmap, va)];
	if ((*pte & f->valid) == 0)
		return PFN_NONE;
	if (type == VM_PROT_WRITE) {
		if (!pmap->last_writable || (*pte & f->write) == 0)
			return PFN_NONE;
		bits |= f->dirty;
	} else if (type == VM_PROT_EXEC && (*pte & f->noexec) != 0) {
		return PFN_NONE;
	}
	*pte |= bits;
	*pmap->last_states |= pte_states(f, *pte);
	tlb_fill(pmap, va, type, pte_pfn(pmap, *pte));
	return pte_pfn(pmap, *pte);
}
