/*
 * Larger mappings: what the files of the pmap know of them.
 *
 *	inner node  pte[i] --- a leaf (`large`): maps sizes[psind] bytes
 *	            child[i] - a table that the host has ready for the day when
 *	                       the mapping is demoted.  Above the last level it
 *	                       is a node whose children are ready in turn.
 *
 * Element 0 of a ready leaf table is the simulated frame that a promotion
 * saved (counted in ntables), or PFN_NONE: a mapping made directly, whose
 * demotion must first get a frame.  The other elements mean nothing, for a
 * demotion writes them all: what it saves is the frame and the host's memory.
 *
 *	block	sizes[psind] bytes of frames, aligned.  large[psind][block] of
 *		the system counts the larger mappings of the block.  Each has
 *		one pv, on the block's first frame, like that of a base page
 *		there: only a walk tells them apart.
 *
 * Host memory of a demotion, pvs: it gives each frame of the block but the
 * first a pv.  The first pv of a frame stands in the frame, so free overflow
 * pvs are needed for frames that several mappings share.  A frame with P pvs
 * of its own that L larger mappings cover (as another than their first) needs
 *
 *	P == 0	L - 1		P > 0	L
 *
 * of them for all its demotions; pv_held of the system is the sum over frames,
 * and so many of the slab's free pvs are spoken for.  A promotion never raises
 * what is needed above what it frees; the first pv of a frame raises it by one,
 * for which the one that its maker reserved is there.
 */
#ifndef PMAP_LARGE_H
#define PMAP_LARGE_H

#include "pmap_internal.h"

/* ---- sizes ---- */
/* Base pages of a page of this psind. */
static inline uint32_t
psind_pages(const struct pmap_system *sys, unsigned psind)
{
	return (uint32_t)1 <<
	    (sys->geo->sizes[psind].shift - sys->geo->page_shift);
}

static inline vsize_t
psind_size(const struct pmap_system *sys, unsigned psind)
{
	return (vsize_t)1 << sys->geo->sizes[psind].shift;
}

static inline bool
psind_is_leaf(const struct pmap_system *sys, unsigned psind)
{
	return sys->geo->sizes[psind].kind == PMAP_SIZE_LEAF;
}

/* psind of an entry of this level that is large; 0: none can be. */
static inline unsigned
level_psind(const struct pmap_system *sys, unsigned level)
{
	return sys->leaf_psind[level];
}

static inline bool
pt_is_large(const struct pmap *pmap, uint64_t pte)
{
	return (pte & pmap->sys->geo->pte.large) != 0;
}

/* ---- entries of any size (pmap_large.c) ---- */
struct pt_found {
	struct pt_node *node;	/* node and index of a larger entry; or of */
	unsigned	index;	/* the leaf table that pte is of */
	uint64_t       *pte;	/* valid */
	vaddr_t		va;	/* of the page */
	unsigned	psind;	/* 0: in a leaf table (a group too) */
	bool		writable;	/* no level above withholds writing */
};
/* The larger entry that maps va.  => false: none */
bool	pt_find_large(struct pmap *, vaddr_t va, struct pt_found *);
/* The entry that maps va, of any size.  => false: none */
bool	pt_find(struct pmap *, vaddr_t va, struct pt_found *);
/* Where writing is withheld above a writable entry: push it down, so that the
 * entry says itself whether it is writable. */
void	pt_found_settle(struct pmap *, struct pt_found *);
/* The frame that an entry of this psind gives the page at va. */
pfn_t	pt_pfn_at(const struct pmap *, uint64_t pte, unsigned psind, vaddr_t);

/* ---- larger entries (pmap_large.c) ---- */
/* Counters by block.  => false: no memory for them */
bool	pmap_large_init(struct pmap_system *);
void	pmap_large_fini(struct pmap_system *);
/* Count a mapping of the block in or out, pv_held included. */
void	pmap_large_count(struct pmap_system *, unsigned psind, pfn_t, bool in);
/* More pvs to be held by one mapping more of the block. */
uint32_t pmap_large_need(const struct pmap_system *, unsigned psind, pfn_t);
/* Host memory of one more: leaves and nodes that it keeps ready. */
void	pmap_large_tables(const struct pmap_system *, unsigned psind,
	    uint32_t *leaves, uint32_t *nodes);
/* A ready table of this level, and the frame saved in it; and back. */
void   *pmap_ready_take(struct pmap *, unsigned level, pfn_t saved);
pfn_t	pmap_ready_frame(const struct pmap *, const void *, unsigned level);
void	pmap_ready_give(struct pmap *, void *, unsigned level);
/*
 * Put a larger entry where nothing is: counts, pv, wired hook, a ready table.
 * => host memory was reserved
 */
void	pmap_large_put(struct pmap *, struct pt_node *, unsigned, vaddr_t va,
	    uint64_t pte, pfn_t saved);
/* Take one away: state to its frames, ready table freed; the slot is left
 * empty but counted, as a table with nothing in it would be. */
void	pmap_large_drop(struct pmap *, struct pt_node *, unsigned, vaddr_t va);
/* M, A of a larger entry to all its frames. */
void	pmap_large_attr(struct pmap *, uint64_t pte, unsigned psind);
/* Withhold writing: M to the frames.  => the entry without W, M */
uint64_t pmap_large_readonly(struct pmap *, uint64_t pte, unsigned psind);

/* ---- demotion (pmap_demote.c) ---- */
/*
 * Take a larger entry apart, into entries of the next level.  => false: the
 * mapping is gone, and so are tables that emptied: node may be no more
 */
bool	pmap_demote(struct pmap *, struct pt_node *, unsigned, vaddr_t va);
/* Break the group that leaf[i] is of (at va): the hints go. */
void	pmap_group_break(struct pmap *, uint64_t *leaf, unsigned, vaddr_t va);
/* Write the PTE of a base page: a group whose PTEs would differ in more than A
 * is broken, TLBs are told. */
void	pmap_pte_change(struct pmap *, struct pt_found *, uint64_t new);
/* Break the groups that [i, end] is only part of. */
void	pmap_group_edges(struct pmap *, uint64_t *leaf, unsigned i,
	    unsigned end, vaddr_t va);

/* ---- ranges (pmap_range.c) ---- */
struct pt_range_ops {
	/* PTEs [va, last] of a leaf table, slot of node; may drop it */
	void (*leaf)(struct pmap *, struct pt_node *, unsigned slot,
	    vaddr_t va, vaddr_t last, void *);
	/* a larger entry all in range; may drop it.  => false: demote it and
	 * go on below.  NULL: always demoted */
	bool (*large)(struct pmap *, struct pt_node *, unsigned, vaddr_t va,
	    void *);
	/* an inner entry all in range.  => true: all done.  May be NULL */
	bool (*inner)(struct pmap *, struct pt_node *, unsigned, void *);
};
void	pt_range(struct pmap *, vaddr_t va, vaddr_t last,
	    const struct pt_range_ops *, void *);

/* ---- pvs of larger mappings (pmap_pv.c) ---- */
/*
 * fn for each larger mapping of the frame, at the frame's page; larger sizes
 * first.  fn may demote or remove what it is called for.
 */
typedef void pv_fn(struct pt_found *, struct pmap *, void *);
void	pv_foreach_large(struct pmap_system *, pfn_t, pv_fn *, void *);
/* All mappings, those first.  fn may not add or remove any. */
void	pv_foreach(struct pmap_system *, pfn_t, pv_fn *, void *);
/*
 * Look at the mappings one by one, larger ones first, while fn says so; those
 * that were looked at go behind the others of their list.
 */
typedef bool pv_more_fn(struct pt_found *, struct pmap *, void *);
void	pv_rotate(struct pmap_system *, pfn_t, pv_more_fn *, void *);

static inline void
pmap_resized(struct pmap *pmap, vaddr_t va, unsigned psind,
    enum pmap_resize what)
{
	struct pmap_system *sys = pmap->sys;

	if (sys->resized != NULL)
		sys->resized(sys->ctx, pmap, va, psind, what);
}

#endif /* PMAP_LARGE_H */
