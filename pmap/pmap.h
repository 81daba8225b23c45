/*
 * pmap: the machine-dependent layer, after pmap(9).
 *
 *	        pmap (one per address space)
 *	         |
 *	       root node ---- inner node ---- leaf table (a page of PTEs)
 *	      pte[] child[]   pte[] child[]        |
 *	                                           +--> frame --- pv: which
 *	                                                mappings it has
 *
 * The geometry says how many levels there are (the root may hold leaves).
 *
 * A leaf table is a bare array of PTEs in the machine's own format.  What the
 * host needs besides (child pointers, valid counts) stands in the inner node.
 * Each table, inner or leaf, occupies one simulated frame, which the floor
 * above provides through the hooks of struct pmap_system.
 *
 * Write protection of a whole subtree is applied at its top: an inner entry
 * without the write bit makes everything below it read-only, as the hardware
 * does.  A later writable pmap_enter() below pushes the protection down.  So
 * "the effective write bit" is the AND of the write bits of all levels.
 *
 * Larger mappings.  A leaf above the last level is an entry of an inner node
 * with the format's `large` bit and a frame aligned to its size.  It has one
 * pv, on its first frame; what concerns any of its frames finds it there, for
 * the system counts the larger mappings of each block of frames.  After a
 * promotion it keeps the leaf table that it replaced, with its simulated frame.
 * A group (arm64's contiguous hint, Svnapot, AIX's 64K) is PTEs with the
 * `group` bit, with pvs as without it; each keeps A and M of its own: an access
 * sets those of the PTE that it went through.
 *
 * Host memory that demotions need is always there: the table that a larger
 * entry becomes is kept ready with it (8 bytes a base page), and of the free
 * pvs as many are held as all demotions together could take: none for blocks
 * that are mapped once, one for each base page and further mapping.
 *
 * Invariants (pmap_check names them):
 *  I1  an inner entry is valid iff it has a child; nvalid[] counts the valid
 *      PTEs (or entries) of each child (all that there could be, for a larger
 *      mapping), and no child stays with 0 of them.
 *  I2  resident == base pages that are mapped; wired == those with the wired
 *      bit; ntables == tables of the tree including the root, and those that
 *      larger mappings keep.
 *  I3  every managed leaf has exactly one pv of its (first) frame, and every
 *      pv points to a valid leaf that maps that frame (first).
 *  I4  the frames of a leaf lie in [1, npages), its pages are managed.
 *  I5  a TLB slot that hits agrees with the page table: rights no larger than
 *      the leaf's effective ones; write slot => A and M set; read/exec slot =>
 *      A set.
 *  I6  a leaf has M only if it has W (writing may be withheld above it);
 *      writable without accessed is possible (prefault).
 *  I7  last_leaf, unless NULL, is the leaf table of last_key, and last_nvalid,
 *      last_states, last_node and last_writable are what a walk to it finds.
 *  I8  the state (A, M, write bit) of each valid PTE is in the set states[] of
 *      its leaf table; the set may hold states that no PTE has any more.  Where
 *      it holds one and the table is full, nobody need read the PTEs.
 *  I9  a larger leaf is of a level that has such leaves, its frame and address
 *      aligned to its size; it has M if it has W (AIX rule: it need not).
 *  I10 the PTEs with the group bit come in aligned groups: all valid, frames
 *      rising from an aligned one, the same but for A and M.
 *  I11 large[psind][block] is the number of larger mappings of that block, and
 *      pv_held, no more than there are free pvs, what demotions could take.
 *  I12 only valid, unwired PTEs of leaf tables have a slot, and a TLB slot that
 *      hits has the same.
 *
 * Reference and modify state that a mapping had when it was removed is kept in
 * the frame (PMAP_ATTR_REF, PMAP_ATTR_MOD); so is M when writing is withheld.
 */
#ifndef PMAP_PMAP_H
#define PMAP_PMAP_H

#include "geometry.h"
#include "slab.h"

struct pmap;
struct pt_node;

/*
 * What the pmap keeps in each frame: 16 bytes at the start of the frame's
 * structure.  pv: bits 0-44 virtual page number, 45-60 pmap id (0: no mapping),
 * 61-63 attributes.  Further mappings hang off pv_more.
 */
struct pmap_page {
	uint64_t	pv;		/* first mapping and attributes */
	uint32_t	pv_more;	/* id of first overflow pv; 0 none */
	uint16_t	client_flags;	/* the floor above's: not read here */
	uint16_t	client_count;	/* likewise */
};

#define PMAP_PV_VPN_BITS	45
#define PMAP_PV_VPN_MASK	(((uint64_t)1 << PMAP_PV_VPN_BITS) - 1)
#define PMAP_PV_ID_BITS		16
#define PMAP_PV_ID_MASK		((((uint64_t)1 << PMAP_PV_ID_BITS) - 1) << \
				    PMAP_PV_VPN_BITS)
#define PMAP_ATTR_REF		((uint64_t)1 << 61)
#define PMAP_ATTR_MOD		((uint64_t)1 << 62)
#define PMAP_ATTR_MASK		((uint64_t)7 << 61)
#define PMAP_MAXID		0xffff

/* The structure that holds a pmap_page first is this many bytes long. */
#define PMAP_PAGE_STRIDE	32

struct pv_entry {			/* overflow pv */
	uint64_t	pv;		/* as in pmap_page, no attributes */
	uint32_t	next;		/* id of the next; 0 last */
	uint32_t	id;		/* own id (slab) */
};

/* vm.pmap.pde.{promotions, demotions, mappings, p_failures} and their like. */
struct pmap_counters {
	uint64_t	promotions[PMAP_MAXSIZES];
	uint64_t	demotions[PMAP_MAXSIZES];	/* that succeeded */
	uint64_t	mappings[PMAP_MAXSIZES];	/* made at once */
	uint64_t	p_failures[PMAP_MAXSIZES];
};
enum pmap_resize { PMAP_PROMOTED, PMAP_DEMOTED, PMAP_MAPPED,
    PMAP_PROMOTION_FAILED, PMAP_DEMOTION_FAILED };
#define PMAP_PROMOTE_FREEBSD	0
#define PMAP_PROMOTE_AIX	1	/* a page not referenced hinders */

/* One per machine. */
struct pmap_system {
	const struct pmap_geometry *geo;
	uint8_t		page_shift;	/* the geometry's */
	struct mem     *mem;
	char	       *pages;		/* frame structures, STRIDE apart */
	pfn_t		npages;		/* frames are 1 .. npages-1 */
	struct pmap   **byid;		/* PMAP_MAXID + 1 slots, NULL unused */
	uint32_t	nextid;		/* lowest id that may be free */
	uint32_t	maxid;		/* highest id ever used */
	pfn_t		used;		/* frames from here on were never used;
					   0: not known.  Bounds pmap_check */
	struct slab	leaves;		/* leaf tables */
	struct slab	nodes;		/* inner nodes */
	struct slab	pvs;		/* overflow pvs */
	/* Frames for tables; alloc gives PFN_NONE when there are none. */
	pfn_t	      (*ptp_alloc)(void *ctx, struct pmap *);
	void	      (*ptp_free)(void *ctx, struct pmap *, pfn_t);
	/* A PTE of this frame has become wired, or is wired no more (removed,
	 * replaced or unwired).  NULL: nobody counts. */
	void	      (*wired_pte)(void *ctx, pfn_t, bool wired);
	/*
	 * The largest psind such that the aligned block of that size around the
	 * frame is wholly in use by one owner, in order; 0: none.  Asked only
	 * when a table or group is full.  NULL: nothing is ever promoted.
	 */
	unsigned      (*full_level)(void *ctx, pfn_t);
	/* A mapping changed its size, or failed to.  NULL: nobody listens. */
	void	      (*resized)(void *ctx, struct pmap *, vaddr_t va,
			    unsigned psind, enum pmap_resize);
	void	       *ctx;
	bool		ps_enabled;	/* pg_ps_enabled: larger pages at all */
	uint8_t		promote;	/* PMAP_PROMOTE_* */
	struct tlb     *tlbm;		/* model of TLBs (tlb.h); NULL: none */
	/* Larger mappings may be: set by pmap_create when there is full_level
	 * or ps_enabled, which are set before it, and by what makes one. */
	bool		super;
	uint8_t		group_psind;	/* of groups of PTEs; 0: none */
	uint8_t		leaf_psind[PMAP_MAXLEVELS]; /* of a leaf there; or 0 */
	uint32_t       *large[PMAP_MAXSIZES];	/* larger mappings by psind and
					   block; NULL: none made yet */
	uint32_t	pv_held;	/* free pvs kept for demotions */
	struct hpt     *hpt;		/* hashed table (hpt.h); NULL: none */
	bool		slots;		/* PTEs have slots: pmap_use_slots() */
	/* A base mapping that had a slot has been removed or become wired. */
	void	      (*slot_gone)(void *ctx, struct pmap *, vaddr_t va,
			    uint32_t slot);
	/* Counters, never reset. */
	uint64_t	pushdowns;	/* write protections pushed down */
	struct pmap_counters count;	/* by psind */
};

/*
 * Software TLB: a shortcut of the simulation, not a model of hardware.  A slot
 * is a base page; kind: type of access >> 1 (read, write, exec).  Besides the
 * frame it has what a reference needs of the TLB model (tlb.h) where there is
 * one.
 */
#define PMAP_TLB_SLOTS	1024
#define PMAP_TLB_EMPTY	UINT64_MAX
struct pmap_tlb {
	uint64_t	tag[3][PMAP_TLB_SLOTS];	/* page number, or EMPTY */
	pfn_t		pfn[PMAP_TLB_SLOTS];	/* of whichever kind hits */
	uint32_t	slot[PMAP_TLB_SLOTS];	/* of the PTE, if it may have
						   one (pmap_use_slots) */
	/* What follows is there only if there is a model. */
	uint32_t	set[3][PMAP_TLB_SLOTS];	/* its set in the model's L1 */
	uint64_t	model[3][PMAP_TLB_SLOTS]; /* its tag there */
	uint8_t		psind[PMAP_TLB_SLOTS];	/* of the mapping */
};

struct pmap {
	struct pmap_system *sys;
	struct pt_node *root;
	/* The leaf table used last: what an enter needs without a walk. */
	uint64_t       *last_leaf;	/* NULL: none */
	uint64_t	last_key;	/* va >> leaf_span */
	uint16_t       *last_nvalid;	/* its count of valid PTEs */
	uint8_t	       *last_states;	/* the states that they may have */
	struct pt_node *last_node;	/* inner node above it */
	bool		last_writable;	/* no level above withholds writing */
	bool		kernel;		/* entries lack the user bit */
	uint8_t		page_shift;	/* the geometry's */
	uint8_t		pfn_shift;	/* likewise */
	uint8_t		leaf_span;	/* log2 of the bytes a leaf spans */
	uint32_t	leaf_mask;	/* PTEs of a leaf - 1 */
	uint64_t	template[VM_PROT_ALL + 1]; /* PTE bits by protection */
	/* By what the first access is: none, a read, a write. */
	uint64_t	template_access[3]; /* A, M */
	uint8_t		template_states[3][VM_PROT_ALL + 1];
	uint64_t	vpn_mask;	/* of a virtual page number */
	uint64_t	resident;	/* valid leaf PTEs */
	uint64_t	wired;		/* of those, wired */
	uint32_t	ntables;	/* frames used by tables */
	uint32_t	id;		/* 1 .. PMAP_MAXID */
	struct pmap_tlb *tlb;		/* NULL until the first access */
	uint64_t	tlb_cpus;	/* that may hold entries of it, a bit
					   each (tlb.h) */
	uint64_t	tlb_stale;	/* of those, that must flush when they
					   come back to it */
	void	       *client;		/* the floor above's: not read here */
	/* For those who keep pointers to PTEs (vm_access_ahead.h): tables
	   that have been freed, and whether writing was ever withheld above
	   one. */
	uint32_t	ndropped;
	bool		withheld;
};

/* pmap_enter flags: the access that caused it, and (as pmap(9) has them) */
#define PMAP_WIRED	0x10		/* wired mapping */
#define PMAP_CANFAIL	0x20		/* accepted for pmap(9)'s sake */
#define PMAP_NOREPLACE	0x40	/* pmap_enter_super only */

/* ---- the system ---- */
/* => 0 or ENOMEM; on failure nothing is left allocated */
int	pmap_system_init(struct pmap_system *, struct mem *,
	    const struct pmap_geometry *, void *pages, pfn_t npages);
void	pmap_system_fini(struct pmap_system *);	/* no pmap may be left */

/*
 * Host memory for later calls.  => 0: the next operations that together build
 * at most `tables` leaf tables (with the inner nodes above them) and make at
 * most `pvs` mappings cannot fail for lack of host memory.  ENOMEM: unchanged.
 */
static inline int
pmap_reserve(struct pmap_system *sys, uint32_t tables, uint32_t pvs)
{
	int error = slab_reserve(&sys->leaves, tables);

	if (likely(error == 0))
		error = slab_reserve(&sys->nodes,
		    tables * (sys->geo->nlevels - 2u));
	return likely(error == 0) ?
	    slab_reserve(&sys->pvs, pvs + sys->pv_held) : error;
}

/* ---- pmaps ---- */
/* => ENOMEM: no host memory, no frame for the root, or no id left */
int	pmap_create(struct pmap_system *, bool kernel, struct pmap **);
void	pmap_destroy(struct pmap *);	/* => removes what is mapped first */

/* ---- slots: a number of the client's beside each PTE of a leaf table ---- */
/* => no pmap has been made yet, and there are no larger mappings */
void	pmap_use_slots(struct pmap_system *);
/* Of the mapping at va; 0: it has none, or there is no mapping. */
uint32_t pmap_slot(struct pmap *, vaddr_t va);
/* => a base page is mapped at va, unwired */
void	pmap_set_slot(struct pmap *, vaddr_t va, uint32_t slot);

/* ---- mappings; va and ranges are page aligned ---- */
/*
 * Map pfn at va with prot, replacing any mapping there (its R/M state goes to
 * the frame it mapped; a mapping of the same frame is changed in place and
 * keeps A and M).  flags: the access type (VM_PROT_*: sets A; WRITE sets M;
 * 0 sets neither) and PMAP_WIRED.  Pushes inner write protection down if prot
 * has WRITE.
 * => host memory was reserved (one table, one pv).
 * => 0, or ENOMEM when no frame for a table could be had: nothing changed.
 */
int	pmap_enter(struct pmap *, vaddr_t va, pfn_t, vm_prot_t prot,
	    unsigned flags);
void	pmap_remove(struct pmap *, vaddr_t start, vaddr_t end);
void	pmap_remove_all(struct pmap *);	/* whole address space, quickly */
/* Lower rights to prot; NONE removes; rights are never raised. */
void	pmap_protect(struct pmap *, vaddr_t start, vaddr_t end, vm_prot_t prot);
/* Withhold writing only, as high in the tree as can be: fork. */
void	pmap_write_protect(struct pmap *, vaddr_t start, vaddr_t end);
/* Clear the wired bit; a larger mapping all in range keeps its size. */
void	pmap_unwire(struct pmap *, vaddr_t va);
void	pmap_unwire_range(struct pmap *, vaddr_t start, vaddr_t end);
/* => true and *pfn (if not NULL) when va is mapped */
bool	pmap_extract(struct pmap *, vaddr_t va, pfn_t *);
/* Effective rights of the mapping at va; false when there is none. */
bool	pmap_prot(struct pmap *, vaddr_t va, vm_prot_t *);
/* Next mapped address in [va, end), or end.  Skips empty subtrees. */
vaddr_t	pmap_next_mapped(struct pmap *, vaddr_t va, vaddr_t end);

/* ---- pages larger than the base page (psind: index of geo->sizes) ---- */
/*
 * Promotion is tried at the end of every enter of base pages into a table (or
 * group) that is full then, by the rules of FreeBSD 14.1's pmap_promote_pde or,
 * for PMAP_PROMOTE_AIX, of AIX (all must be referenced).  Any operation on part
 * of a larger mapping demotes it first; where demotion fails (not accessed, or
 * no frame for its table) the mapping is gone, as in FreeBSD.
 */
/*
 * What pmap_enter and the inlined enters do at their end, for whoever writes
 * PTEs by pmap_put_pte: try to promote what va is part of.  Only where
 * sys->super is set.  A group is tried when all its PTEs are valid, a table
 * when it is full, each if its block is full by full_level().
 */
void	pmap_promote(struct pmap *, vaddr_t va);
/*
 * Map sizes[psind] bytes at va by one entry (or one group); va and pfn are
 * aligned to it.  flags as pmap_enter's; prot with WRITE makes the mapping
 * accessed and dirty whatever they say, for a writable larger mapping always
 * is.  PMAP_WIRED takes a frame for the table of a later demotion.
 * PMAP_NOREPLACE: only where nothing is mapped.  Else what is mapped there is
 * taken down first.  Host memory is reserved by the call itself.
 * => 0, count.mappings[psind] grows; EEXIST: NOREPLACE and base pages are
 *    there; EBUSY: a mapping of that size or larger is there (with NOREPLACE);
 *    ENOMEM: no frame for a table, or no host memory: nothing changed but that
 *    a mapping larger than this one may have been demoted;
 *    ENOTSUP: ps_enabled is off, or the machine has no such size
 */
int	pmap_enter_super(struct pmap *, vaddr_t va, pfn_t pfn, vm_prot_t prot,
	    unsigned flags, unsigned psind);
/* => psind of the mapping at va; 0 also when there is none */
unsigned pmap_psind(struct pmap *, vaddr_t va);
/*
 * pmap_copy of FreeBSD for larger pages only: give dst each whole larger page
 * that src maps in [start, end), with the same effective rights, M as it is,
 * neither accessed nor wired.  => those made; pages whose table cannot be had,
 * or where dst has something mapped, are left out (the child's fault will do)
 */
uint64_t pmap_copy_super(struct pmap *dst, struct pmap *src, vaddr_t start,
	    vaddr_t end);
/*
 * madvise(FREE: free, DONTNEED: !free) of FreeBSD: every larger mapping touched
 * is demoted and the last base page of it in range is removed, if not wired;
 * A and M go from the others, M to the frame (DONTNEED) or nowhere (FREE).
 */
void	pmap_advise(struct pmap *, vaddr_t start, vaddr_t end, bool free);

/* ---- pages: all mappings of a frame ---- */
void	pmap_page_protect(struct pmap_system *, pfn_t, vm_prot_t prot);
bool	pmap_is_referenced(struct pmap_system *, pfn_t);
bool	pmap_is_modified(struct pmap_system *, pfn_t);
/* Is it known of the frame itself (PMAP_ATTR_MOD)?  So is the M of a PTE from
 * which writing is withheld higher up: it is on its way there. */
bool	pmap_was_modified(struct pmap_system *, pfn_t);
bool	pmap_clear_reference(struct pmap_system *, pfn_t); /* previous state */
bool	pmap_clear_modify(struct pmap_system *, pfn_t);	   /* previous state */
/* FreeBSD: count A bits over all mappings, clearing them, at most 5. */
unsigned pmap_ts_referenced(struct pmap_system *, pfn_t);
unsigned pmap_page_mappings(struct pmap_system *, pfn_t);	/* how many */
/* Call fn for each mapping of the frame, first mapping first. */
void	pmap_page_foreach(struct pmap_system *, pfn_t,
	    void (*fn)(void *, struct pmap *, vaddr_t), void *);
/* A frame changes owner: forget saved R/M state.  => it has no mappings */
void	pmap_page_reset(struct pmap_system *, pfn_t);

/* ---- accesses: what the MMU does ---- */
/*
 * One access of type VM_PROT_READ, _WRITE or _EXEC.  => PFN of the page if the
 * page table allows it, A (and M for a write) then set; PFN_NONE: page fault.
 */
pfn_t	pmap_access(struct pmap *, vaddr_t va, vm_prot_t type);

/* ---- looking in (tools, cores, tests) ---- */
struct pmap_walk {
	unsigned	nlevels;	/* levels reached */
	uint64_t	pte[PMAP_MAXLEVELS];	/* entry at each */
	pfn_t		table[PMAP_MAXLEVELS];	/* frame of each table */
	unsigned	index[PMAP_MAXLEVELS];	/* index used in each */
	bool		mapped;		/* the last is a valid leaf; then: */
	uint8_t		psind;		/* of the mapping (a group's too) */
	pfn_t		pfn;		/* frame of the base page at va */
	pfn_t		saved;		/* of the table that a larger leaf has
					   kept; PFN_NONE: none */
};
void	pmap_walk(struct pmap *, vaddr_t va, struct pmap_walk *);

/*
 * mincore: a byte a page of [start, end) to vec, which has room for all.  0
 * where nothing is mapped, else byte[A + 2 * M] | size[psind], where M is
 * "dirty and effectively writable"; A and M of a larger mapping are reported
 * for each page.  size[0] is not looked at.
 * => subtrees without a mapping and full tables of like PTEs are not walked
 */
void	pmap_mincore(struct pmap *, vaddr_t start, vaddr_t end,
	    const uint8_t byte[4], const uint8_t size[PMAP_MAXSIZES],
	    uint8_t *vec);

/*
 * Restore: pmap_enter without the table's write push-down, setting the leaf
 * PTE and the inner entries to exactly what a core says.  See sim/core.
 */
int	pmap_set_pte(struct pmap *, vaddr_t va, uint64_t pte);
int	pmap_set_inner(struct pmap *, vaddr_t va, unsigned level, bool write);
/*
 * Likewise for a larger mapping: pte is its entry.  saved: it keeps a table,
 * whose frame ptp_alloc gives (after those of the tables above it).
 * => 0, or ENOMEM: nothing changed
 */
int	pmap_set_super(struct pmap *, vaddr_t va, unsigned psind, uint64_t pte,
	    bool saved);
/*
 * Likewise: the software TLB knows the page at va for accesses of these kinds
 * (bit 0 read, 1 write, 2 exec).  That the rights are there is pmap_check()'s
 * to find.  => 0; ENOMEM: no host memory; EINVAL: nothing is mapped there
 */
int	pmap_set_tlb(struct pmap *, vaddr_t va, unsigned kinds);

/* => NULL, or the text of the first broken invariant (static buffer-free:
      written to buf) */
const char *pmap_check(struct pmap_system *, char *buf, size_t len);

/* ---- inline helpers ---- */
static inline struct pmap_page *
pmap_page(const struct pmap_system *sys, pfn_t pfn)
{
	return (struct pmap_page *)(void *)(sys->pages +
	    (size_t)pfn * PMAP_PAGE_STRIDE);
}

/* Larger mappings that cover the frame as another than their first. */
unsigned pmap_large_over(const struct pmap_system *, pfn_t);

static inline bool
pmap_page_is_mapped(const struct pmap_system *sys, pfn_t pfn)
{
	return (pmap_page(sys, pfn)->pv & PMAP_PV_ID_MASK) != 0 ||
	    (unlikely(sys->super) && pmap_large_over(sys, pfn) > 0);
}

#endif /* PMAP_PMAP_H */
