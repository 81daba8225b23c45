/*
 * Inside of the pmap: tables, pvs, TLB upkeep.  Only pmap/ includes this
 * (through pmap_inline.h the fault routine sees the walk).
 */
#ifndef PMAP_INTERNAL_H
#define PMAP_INTERNAL_H

#include "pmap.h"

/*
 * An inner table.  pte[], child[], nvalid[] and states[] lie behind the
 * structure, as many of each as the geometry has entries a table.
 */
struct pt_node {
	uint64_t       *pte;		/* as the hardware sees it */
	void	      **child;		/* pt_node, or leaf array */
	uint16_t       *nvalid;		/* valid entries of each child */
	uint8_t	       *states;		/* of leaf tables: PTE states, I8 */
	struct pt_node *parent;		/* NULL: root */
	pfn_t		frame;		/* simulated frame it occupies */
	uint32_t	index;		/* slot in the parent */
	uint32_t	level;		/* 0: root */
	uint32_t	count;		/* valid entries */
};

#define PT_ENTRIES(geo, level)	(1u << (geo)->bits[level])

/* ---- tables (pmap_table.c) ---- */
size_t	pt_node_size(const struct pmap_geometry *);
int	pt_root_create(struct pmap *);
void	pt_root_destroy(struct pmap *);
/* => leaf array that covers va and the cache set to it, or NULL */
uint64_t *pt_leaf_find(struct pmap *, vaddr_t va);
/*
 * The same, making the tables that lack; want: rights (VM_PROT_WRITE) that the
 * path must not withhold: protection is pushed down.  => NULL: no frame
 */
uint64_t *pt_leaf_make(struct pmap *, vaddr_t va, vm_prot_t want);
/* A leaf (slot of node) has no valid PTE left: free it, and what empties. */
void	pt_leaf_drop(struct pmap *, struct pt_node *, unsigned index);

/* ---- pvs (pmap_pv.c) ---- */
void	pv_insert(struct pmap_system *, pfn_t, uint64_t pv);
void	pv_append(struct pmap_system *, pfn_t, uint64_t pv);
void	pv_remove(struct pmap_system *, pfn_t, uint64_t pv);

static inline uint64_t
pv_make(const struct pmap *pmap, vaddr_t va)
{
	return (atop(va) & pmap->vpn_mask) |
	    (uint64_t)pmap->id << PMAP_PV_VPN_BITS;
}

/* Sign-extended where the machine's addresses are, so that those of the kernel
 * come back whole. */
static inline vaddr_t
pv_va(const struct pmap_system *sys, uint64_t pv)
{
	unsigned unused = sys->geo->va_plain ? 0 : 64u - sys->geo->va_bits;

	return (vaddr_t)((int64_t)(ptoa(pv & PMAP_PV_VPN_MASK) << unused) >>
	    unused);
}

static inline struct pmap *
pv_pmap(const struct pmap_system *sys, uint64_t pv)
{
	return sys->byid[(pv & PMAP_PV_ID_MASK) >> PMAP_PV_VPN_BITS];
}

/* ---- single PTEs (pmap_remove.c) ---- */
/* Take a valid PTE away: state to its frame, pv, counts, TLB. */
void	pmap_drop_pte(struct pmap *, uint64_t *leaf, unsigned index, vaddr_t);

static inline pfn_t
pte_pfn(const struct pmap *pmap, uint64_t pte)
{
	return (pfn_t)((pte & pmap->sys->geo->pte.frame) >> VM_PAGE_SHIFT);
}

static inline unsigned
pt_index(const struct pmap_geometry *geo, vaddr_t va, unsigned level)
{
	return (unsigned)(va >> geo->shift[level]) &
	    (PT_ENTRIES(geo, level) - 1);
}

static inline unsigned
pt_leaf_index(const struct pmap *pmap, vaddr_t va)
{
	return (unsigned)atop(va) & pmap->leaf_mask;
}

static inline uint64_t
pt_leaf_key(const struct pmap *pmap, vaddr_t va)
{
	return va >> pmap->leaf_span;
}

/* ---- states of PTEs, for I8 ---- */
#define PTE_STATE_A	1
#define PTE_STATE_M	2
#define PTE_STATE_W	4		/* the PTE's own write bit */
#define PTE_NSTATES	8

static inline unsigned
pte_state(const struct pte_format *f, uint64_t pte)
{
	return (pte & f->accessed ? PTE_STATE_A : 0) |
	    (pte & f->dirty ? PTE_STATE_M : 0) |
	    (pte & f->write ? PTE_STATE_W : 0);
}

/* The state of a PTE as a set. */
static inline uint8_t
pte_states(const struct pte_format *f, uint64_t pte)
{
	return (uint8_t)(1u << pte_state(f, pte));
}

/* What the states of a set become when writing is withheld. */
static inline uint8_t
pte_states_readonly(uint8_t set)
{
	return (set | set >> PTE_STATE_W) & ((1u << PTE_STATE_W) - 1);
}

/* ---- TLB ---- */
static inline void
tlb_drop(struct pmap *pmap, vaddr_t va)
{
	struct pmap_tlb *tlb = pmap->tlb;
	uint64_t tag = atop(va) + 1;
	unsigned slot = (unsigned)atop(va) & (PMAP_TLB_SLOTS - 1);

	if (tlb == NULL)
		return;
	for (unsigned kind = 0; kind < 3; kind++)
		if (tlb->tag[kind][slot] == tag)
			tlb->tag[kind][slot] = 0;
}

void	tlb_flush(struct pmap *);

/* Call what follows for each mapping: pmap, va, leaf and index. */
typedef void pv_fn(struct pmap *, vaddr_t, uint64_t *pte, void *);
void	pv_foreach(struct pmap_system *, pfn_t, pv_fn *, void *);

#endif /* PMAP_INTERNAL_H */
