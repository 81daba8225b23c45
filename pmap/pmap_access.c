/*
 * What the MMU does with one access: walk, check the rights, set A and M; and
 * the software TLB, which remembers the answer.
 */
#include "pmap_large.h"
#include "tlb.h"

#include <errno.h>
#include <string.h>

static size_t
tlb_size(const struct pmap *pmap)
{
	return pmap->sys->tlbm != NULL ? sizeof(struct pmap_tlb) :
					 offsetof(struct pmap_tlb, set);
}

static void
empty(struct pmap *pmap)
{
	if (pmap->tlb != NULL)
		memset(pmap->tlb->tag, 0xff, sizeof(pmap->tlb->tag));
}

void
tlb_flush(struct pmap *pmap)
{
	hpt_drop_all(pmap);
	empty(pmap);
}

void
tlb_free(struct pmap *pmap)
{
	mem_free(pmap->sys->mem, pmap->tlb, tlb_size(pmap));
	pmap->tlb = NULL;
}

struct pmap_tlb *
pmap_tlb(struct pmap *pmap)
{
	struct mem *mem = pmap->sys->mem;

	if (pmap->tlb == NULL) {
		mem_injection_hold(mem, true);
		pmap->tlb = mem_alloc(mem, tlb_size(pmap));
		mem_injection_hold(mem, false);
		empty(pmap);
	}
	return pmap->tlb;
}

/* A slot passes to another page: what the model says of that. */
static void
fill_model(struct pmap *pmap, vaddr_t va, unsigned slot, unsigned psind)
{
	const struct tlb *t = pmap->sys->tlbm;
	struct pmap_tlb *tlb = pmap->tlb;

	tlb->psind[slot] = (uint8_t)psind;
	for (unsigned kind = 0; kind < 3; kind++) {
		tlb->set[kind][slot] = tlb_l1_set(t, va, psind, kind);
		tlb->model[kind][slot] = tlb_l1_tag(t, pmap, va, psind, kind);
	}
}

/* Remember the translation for accesses of this type. */
static inline void
tlb_fill(struct pmap *pmap, vaddr_t va, vm_prot_t type, pfn_t pfn,
    unsigned psind)
{
	struct pmap_tlb *tlb = likely(pmap->tlb != NULL) ? pmap->tlb :
							   pmap_tlb(pmap);
	uint64_t tag = pg_atop(pmap, va);
	unsigned slot = (unsigned)tag & (PMAP_TLB_SLOTS - 1);

	hpt_access(pmap, va, psind);
	if (tlb == NULL)
		return;
	for (unsigned kind = 0; kind < 3; kind++)
		if (tlb->tag[kind][slot] != tag)
			tlb->tag[kind][slot] = PMAP_TLB_EMPTY;
	tlb->tag[type >> 1][slot] = tag;
	tlb->pfn[slot] = pfn;
	if (pmap->sys->tlbm != NULL)
		fill_model(pmap, va, slot, psind);
}

int
pmap_set_tlb(struct pmap *pmap, vaddr_t va, unsigned kinds)
{
	struct pmap_tlb *tlb = pmap_tlb(pmap);
	uint64_t tag = pg_atop(pmap, va);
	unsigned slot = (unsigned)tag & (PMAP_TLB_SLOTS - 1);
	struct pt_found fd;

	if (tlb == NULL)
		return ENOMEM;
	if (!pt_find(pmap, va, &fd))
		return EINVAL;
	for (unsigned kind = 0; kind < 3; kind++)
		tlb->tag[kind][slot] = kinds >> kind & 1 ? tag : PMAP_TLB_EMPTY;
	tlb->pfn[slot] = pt_pfn_at(pmap, *fd.pte, fd.psind, va);
	if (pmap->sys->tlbm != NULL)
		fill_model(pmap, va, slot, pmap_psind(pmap, va));
	return 0;
}

/* => the bits that an access of this type sets in the entry; 0: a fault */
static inline uint64_t
bits_of(const struct pte_format *f, uint64_t pte, bool writable, vm_prot_t type)
{
	if (type == VM_PROT_WRITE)
		return writable && (pte & f->write) != 0 ?
		    f->accessed | f->dirty :
		    0;
	return type == VM_PROT_EXEC && (pte & f->noexec) != 0 ? 0 : f->accessed;
}

/* No table of PTEs there: a larger mapping, or none. */
static pfn_t __attribute__((noinline))
access_large(struct pmap *pmap, vaddr_t va, vm_prot_t type)
{
	struct pt_found fd;
	uint64_t bits;
	pfn_t pfn;

	if (!pmap->sys->super || !pt_find_large(pmap, va, &fd))
		return PFN_NONE;
	bits = bits_of(&pmap->sys->geo->pte, *fd.pte, fd.writable, type);
	if (bits == 0)
		return PFN_NONE;
	*fd.pte |= bits;
	pfn = pt_pfn_at(pmap, *fd.pte, fd.psind, va);
	tlb_fill(pmap, va, type, pfn, fd.psind);
	return pfn;
}

pfn_t
pmap_access(struct pmap *pmap, vaddr_t va, vm_prot_t type)
{
	const struct pte_format *f = &pmap->sys->geo->pte;
	uint64_t *leaf = pmap->last_leaf, *pte, bits;

	if (leaf == NULL || pmap->last_key != pt_leaf_key(pmap, va))
		leaf = pt_leaf_find(pmap, va);
	if (unlikely(leaf == NULL))
		return access_large(pmap, va, type);
	pte = &leaf[pt_leaf_index(pmap, va)];
	if ((*pte & f->valid) == 0)
		return PFN_NONE;
	bits = bits_of(f, *pte, pmap->last_writable, type);
	if (bits == 0)
		return PFN_NONE;
	if (unlikely((*pte & bits) != bits)) {
		*pte |= bits;
		*pmap->last_states |= pte_states(f, *pte);
	}
	tlb_fill(pmap, va, type, pte_pfn(pmap, *pte),
	    *pte & f->group ? pmap->sys->group_psind : 0);
	if (unlikely(pmap->sys->slots) && pmap->tlb != NULL)
		pmap->tlb->slot[pg_atop(pmap, va) &
		    (PMAP_TLB_SLOTS - 1)] = pt_slots(pmap,
		    leaf)[pt_leaf_index(pmap, va)];
	return pte_pfn(pmap, *pte);
}
