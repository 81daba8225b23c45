/*
 * Inside of the pmap: tables, pvs, TLB upkeep.  Only pmap/ includes this
 * (through pmap_inline.h the fault routine sees the walk).
 */
#ifndef PMAP_INTERNAL_H
#define PMAP_INTERNAL_H

#include "hpt.h"
#include "tlb.h"

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
/* The slot is empty: clear and discount it, and free what empties above. */
void	pt_slot_drop(struct pmap *, struct pt_node *, unsigned index);
/* An inner table from the slab, all zero; below parent, or anywhere (NULL) */
struct pt_node *pt_node_take(struct pmap *, struct pt_node *parent,
	    unsigned index, pfn_t frame);
/*
 * The node of this level on the way to va, making what lacks above it as
 * pt_leaf_make does.  => NULL: no frame
 */
struct pt_node *pt_path_make(struct pmap *, vaddr_t va, unsigned level,
	    vm_prot_t want);
/* Free the node, and those above, if there is nothing in it. */
void	pt_path_trim(struct pmap *, struct pt_node *);
/* Remove all below a slot, which stays counted. */
void	pt_slot_empty(struct pmap *, struct pt_node *, unsigned, vaddr_t);

/* One more entry of the node is in use. */
static inline void
pt_slot_count(struct pt_node *node)
{
	node->count++;
	if (node->parent != NULL)
		node->parent->nvalid[node->index]++;
}

/* ---- pvs (pmap_pv.c) ---- */
void	pv_insert(struct pmap_system *, pfn_t, uint64_t pv);
void	pv_append(struct pmap_system *, pfn_t, uint64_t pv);
void	pv_remove(struct pmap_system *, pfn_t, uint64_t pv);

static inline uint64_t
pv_make(const struct pmap *pmap, vaddr_t va)
{
	return (pg_atop(pmap, va) & pmap->vpn_mask) |
	    (uint64_t)pmap->id << PMAP_PV_VPN_BITS;
}

static inline struct pmap *
pv_pmap(const struct pmap_system *sys, uint64_t pv)
{
	return sys->byid[(pv & PMAP_PV_ID_MASK) >> PMAP_PV_VPN_BITS];
}

/* Whole: those of the kernel have their upper bits again. */
static inline vaddr_t
pv_va(const struct pmap_system *sys, uint64_t pv)
{
	return pmap_va_whole(sys->geo, pv_pmap(sys, pv)->kernel,
	    pg_ptoa(sys, pv & PMAP_PV_VPN_MASK));
}

/* ---- slots (pmap_slot.c) ---- */
/* PTE i of a leaf table is to lose its slot, if it has one. */
void	pt_slot_gone(struct pmap *, uint64_t *leaf, unsigned i, vaddr_t va);

/* The slots of the PTEs of a leaf table, which stand behind them. */
static inline uint32_t *
pt_slots(const struct pmap *pmap, uint64_t *leaf)
{
	return (uint32_t *)(void *)(leaf + pmap->leaf_mask + 1);
}

/* ---- single PTEs (pmap_remove.c) ---- */
/* Take a valid PTE away: state to its frame, pv, counts, TLB. */
void	pmap_drop_pte(struct pmap *, uint64_t *leaf, unsigned index, vaddr_t);

static inline pfn_t
pte_pfn(const struct pmap *pmap, uint64_t pte)
{
	return (pfn_t)((pte & pmap->sys->geo->pte.frame) >> pmap->pfn_shift);
}

/* The bits of a PTE that name a frame. */
static inline uint64_t
pte_of_pfn(const struct pmap *pmap, pfn_t pfn)
{
	return (uint64_t)pfn << pmap->pfn_shift;
}

/* The entry that points to a table in this frame, write allowed. */
static inline uint64_t
pt_table_entry(const struct pmap *pmap, pfn_t frame)
{
	const struct pte_format *f = &pmap->sys->geo->pte;

	return pte_of_pfn(pmap, frame) | f->table |
	    (pmap->kernel ? 0 : f->table_user);
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
	return (unsigned)pg_atop(pmap, va) & pmap->leaf_mask;
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

/* What the states of a set become when W and M go: with A, and without. */
static inline uint8_t
pte_states_readonly(uint8_t set)
{
	return (set & 0x55 ? 1u << 0 : 0) |
	    (set & 0xaa ? 1u << PTE_STATE_A : 0);
}

/* ---- the software TLB; the model is told by tlb.h ---- */
static inline void
tlb_drop(struct pmap *pmap, vaddr_t va)
{
	struct pmap_tlb *tlb = pmap->tlb;
	uint64_t tag = pg_atop(pmap, va);
	unsigned slot = (unsigned)tag & (PMAP_TLB_SLOTS - 1);

	hpt_drop(pmap, va);
	if (tlb == NULL)
		return;
	for (unsigned kind = 0; kind < 3; kind++)
		if (tlb->tag[kind][slot] == tag)
			tlb->tag[kind][slot] = PMAP_TLB_EMPTY;
}

/* (pmap_access.c) The software TLB, made if need be (NULL: the host has no
 * memory); empty it; give its memory back. */
struct pmap_tlb *pmap_tlb(struct pmap *);
void	tlb_flush(struct pmap *);
void	tlb_free(struct pmap *);

/* An entry of the last level was `old` and is `new`. */
static inline void
pte_changed(struct pmap *pmap, vaddr_t va, uint64_t old, uint64_t new)
{
	if (likely(pmap->sys->tlbm == NULL))
		tlb_drop(pmap, va);
	else
		tlb_changed(pmap, va, 0, old, new);
}

/* The end of an operation: what it has changed is one round (tlb.h). */
static inline void
pmap_op_done(struct pmap_system *sys)
{
	if (unlikely(sys->tlbm != NULL))
		tlb_done(sys);
}

/* Count a PTE just written where none was, in the table at hand. */
static inline void
pmap_count_pte(struct pmap *pmap, uint64_t pte)
{
	struct pmap_system *sys = pmap->sys;

	(*pmap->last_nvalid)++;
	*pmap->last_states |= pte_states(&sys->geo->pte, pte);
	pmap->resident++;
	if (unlikely(pte & sys->geo->pte.wired)) {
		pmap->wired++;
		if (sys->wired_pte != NULL)
			sys->wired_pte(sys->ctx, pte_pfn(pmap, pte), true);
	}
}

#endif /* PMAP_INTERNAL_H */
