/*
 * A model of the TLBs and page walkers of the machine's processors.  It counts
 * and it makes cycles; what the VM does is the same with and without it.  (The
 * software TLB, struct pmap_tlb, is the simulation's own shortcut and counts
 * nothing.)
 *
 *	reference --> L1D or L1I --miss--> L2 --miss--> walk caches --> walk
 *	                 ^hit: counted        ^hit: fill L1     fill L1, L2
 *
 * A level is a set of arrays, each for a range of page sizes.  An entry is one
 * 64-bit word, 0 where there is none:
 *
 *	bits 0-44	virtual page number, in pages of the entry's own size
 *	bits 45-60	address space: id of the pmap, 0 for global pages
 *	bits 61-63	psind of the entry + 1
 *
 * A set of true LRU is its entries in order of use, the last used one first; a
 * set of tree-PLRU is the tag used last, the bits of the tree, the entries.  So
 * the first word of every set is what was used last, and a hit there is one
 * compare and changes nothing.
 *
 *  I1  no tag is twice in an array; a word is 0 or the tag of a size that the
 *      array holds, in the set that its page number names.
 *  I2  (true LRU) no entry stands behind an empty word of its set.
 *  I3  (PLRU) the word of the tag used last is 0 or one of the set's entries.
 *  I4  every entry but global ones is of a pmap that the processor has run
 *      since its entries were last flushed there (pmap->tlb_cpus).
 *  I5  without ASIDs a processor holds entries of its current pmap only.
 *  I6  between operations, an entry of a pmap that is not stale there covers
 *      memory that is mapped; a base page of the table is accessed too.
 *
 * Rules and numbers: docs/tlb.md.
 */
#ifndef PMAP_TLB_H
#define PMAP_TLB_H

#include "types.h"

struct pmap;
struct pmap_system;

#define TLB_MAXARRAYS	3	/* of one level */
#define TLB_MAXHEIGHT	4	/* walk caches, by height above leaves */
#define TLB_MAXCPUS	64
#define TLB_MAXWAYS	512	/* of fully associative arrays too */
#define TLB_MAXENTRIES	65536	/* of one array */

/* L1I without arrays: fetches use L1D.  L2I without arrays: they use L2D. */
enum tlb_place { TLB_L1D, TLB_L1I, TLB_L2D, TLB_L2I, TLB_NPLACES };
enum tlb_policy { TLB_LRU, TLB_PLRU };

struct tlb_array_spec {
	uint32_t	entries;	/* 0: no such array */
	uint16_t	ways;		/* 0: fully associative */
	uint8_t		lo, hi;		/* log2 of the page sizes it holds; a
					   larger page that no array of the
					   level holds is held in pieces where
					   `pieces` is set, else not at all */
	bool		pieces;
};

/* Cycles. */
struct tlb_cost {
	uint32_t	l1;		/* a hit in L1 */
	uint32_t	l2;		/* a hit in L2 */
	uint32_t	walk;		/* a reference of the walker */
	uint32_t	pwc;		/* a hit in a walk cache */
	uint32_t	invalidate;	/* of one page, each processor */
	uint32_t	flush;		/* a full flush, each processor */
	uint32_t	round;		/* an IPI round, the initiator */
	uint32_t	ipi;		/* each receiver, the initiator */
	uint32_t	ack;		/* taking an IPI, the receiver */
};

struct tlb_preset {
	const char     *name;		/* as in tlb=NAME */
	const char     *summary;
	const char     *source;		/* where its numbers are from */
	struct tlb_array_spec array[TLB_NPLACES][TLB_MAXARRAYS];
	/* [0]: entries of the level just above the leaf table, and so on up */
	struct tlb_array_spec pwc[TLB_MAXHEIGHT];
	uint8_t		policy;		/* enum tlb_policy, of all arrays */
	bool		asid;		/* entries outlive a switch of pmap */
	bool		broadcast;	/* invalidation needs no IPI (arm64) */
	uint8_t		host_levels;	/* nested paging: levels of the host's
					   walk; 0: none */
	uint32_t	threshold;	/* an operation that invalidates so many
					   pages flushes instead; 0: never */
	struct tlb_cost	cost;
};

/* Counters, of each processor.  Names are the interface of statistics. */
#define TLB_COUNTERS(X)							\
	X(l1d_hits)		/* reads and writes */			\
	X(l1d_misses)							\
	X(l1i_hits)		/* fetches */				\
	X(l1i_misses)							\
	X(l2_hits)		/* of both */				\
	X(l2_misses)		/* without an L2, all; each walks */	\
	X(leftover_hits)	/* of all hits, on entries smaller than \
				   the page */				\
	X(walks)							\
	X(walk_refs)		/* entries or PTEG lines read */	\
	X(pwc_hits)		/* walks that a walk cache shortened */	\
	X(walks_base)		/* walks to a base page */		\
	X(walks_large)		/* to a larger one */			\
	X(switches)		/* of the processor to another pmap */	\
	X(switch_flushes)	/* without ASIDs: those that flushed */	\
	X(lazy_flushes)		/* with ASIDs: on coming back to a pmap \
				   that was changed meanwhile */	\
	X(shootdowns)		/* operations that invalidated */	\
	X(ipi_rounds)		/* of those, with an IPI */		\
	X(ipis_sent)							\
	X(ipis_received)						\
	X(pages_invalidated)						\
	X(full_flushes)		/* in place of single pages */

struct tlb_counters {
#define X(member)	uint64_t member;
	TLB_COUNTERS(X)
#undef X
};

struct tlb_counter_name {
	const char     *name;
	size_t		offset;		/* in struct tlb_counters */
};
extern const struct tlb_counter_name tlb_counter_names[]; /* NULL-ended */

/* An array as built. */
struct tlb_array {
	uint32_t	base;		/* word of its first set */
	uint32_t	mask;		/* sets - 1 */
	uint32_t	ways;		/* 0: no such array */
	uint32_t	stride;		/* words of a set */
	uint32_t	first;		/* of the entries in a set */
};

/* How a level holds pages of one psind. */
struct tlb_use {
	const struct tlb_array *array;	/* NULL: not at all */
	uint8_t		shift;		/* log2 of the piece it holds */
	uint8_t		psind;		/* of the piece */
};

struct tlb_cpu {
	uint64_t       *word;		/* all arrays; word[0] is always 0 */
	struct pmap    *pmap;		/* current; NULL: none yet */
	uint64_t	refs[3];	/* reads, writes, fetches */
	struct tlb_counters count;	/* hits in L1: tlb_counters() */
};

/* An operation that has changed mappings and is not done yet. */
struct tlb_pending {
	struct pmap    *pmap;		/* NULL: none */
	uint64_t	npages;		/* invalidations so far */
	bool		all;		/* a full flush */
};

struct tlb {
	struct pmap_system *sys;
	struct tlb_preset preset;	/* a copy */
	struct tlb_array array[TLB_NPLACES][TLB_MAXARRAYS];
	struct tlb_array pwc[TLB_MAXHEIGHT];
	struct tlb_use	use[TLB_NPLACES][8];	/* by psind */
	uint8_t		levels[8];	/* of the tree, to a leaf of psind */
	bool		swaps;		/* true LRU, and no array of L1 is
					   direct-mapped: see tlb_swap() */
	bool		has_pwc;	/* any walk cache */
	bool		bare;		/* no array at all: references walk the
					   tree, see tlb_count_walks() */
	uint32_t	nwords;		/* of a processor */
	uint32_t	ncpus;
	struct tlb_cpu *now;		/* whose references come next */
	struct tlb_pending pending;
	struct tlb_cpu	cpu[];
};

/* ---- presets (tlb_preset.c) ---- */
extern const struct tlb_preset *const tlb_presets[];	/* NULL-ended */
/* => NULL when there is none of that name */
const struct tlb_preset *tlb_preset_byname(const char *);
/* => NULL, or what is wrong with it: a sentence part, as "sets are no power
 * of two" */
const char *tlb_preset_check(const struct tlb_preset *);

/* ---- the model (tlb.c) ---- */
/*
 * Give the system a model (sys->tlbm).  => 0, ENOMEM or EINVAL (the preset does
 * not pass its check, or 0 or too many CPUs); on failure nothing has changed
 */
int	tlb_create(struct pmap_system *, const struct tlb_preset *,
	    uint32_t ncpus);
void	tlb_destroy(struct pmap_system *);	/* no model: nothing to do */
/*
 * From now on references are made by this processor, which runs this pmap; the
 * kernel's pmap is in every address space and is switched to for nothing.  A
 * system without a model: nothing happens.  => cpu < ncpus
 */
void	tlb_switch(struct pmap_system *, uint32_t cpu, struct pmap *);
/* References of the current CPU to this pmap follow: switch to it if need be,
 * and be done with operations that nobody said were done. */
void	tlb_run(struct tlb *, struct pmap *);
/* One reference of the current CPU to the page at va, kind: type >> 1. */
void	tlb_reference(struct tlb *, struct pmap *, vaddr_t va, unsigned psind,
	    unsigned kind);
/*
 * For loops: the tag that va has in L1, and the first word of the set where it
 * is, an index into tlb_cpu.word (0, a word that is always 0: L1 does not hold
 * such pages).  If that word is the tag, the reference is a hit and nothing
 * else changes; if not, tlb_reference_slow() does all the rest.  References
 * are counted at the end, by tlb_count_refs(): n of each kind.
 */
uint64_t tlb_l1_tag(const struct tlb *, const struct pmap *, vaddr_t va,
	    unsigned psind, unsigned kind);
uint32_t tlb_l1_set(const struct tlb *, vaddr_t va, unsigned psind,
	    unsigned kind);
void	tlb_reference_slow(struct tlb *, struct pmap *, vaddr_t va,
	    unsigned psind, unsigned kind);
/* The second word of the set is the tag (where t->swaps allows to ask): a hit
 * that changes nothing but the order of the two. */
static inline bool
tlb_swap(uint64_t *set, uint64_t tag)
{
	if (set[1] != tag)
		return false;
	set[1] = set[0];
	set[0] = tag;
	return true;
}
void	tlb_count_refs(struct tlb *, const uint64_t n[3]);
/* For loops when the model is bare: n references of each kind, of them `large`
 * to larger pages, have walked so many levels in all.  Instead of all above. */
void	tlb_count_walks(struct tlb *, const uint64_t n[3], uint64_t large,
	    uint64_t levels);

/* Counters of one processor, or (cpu == ncpus) the sum over all. */
void	tlb_counters(const struct tlb *, uint32_t cpu, struct tlb_counters *);
/* What those counters cost, in cycles. */
uint64_t tlb_cycles(const struct tlb *, const struct tlb_counters *);
/* References of one walk, without walk caches: levels is those of the tree that
 * are read down to the leaf, host those of nested paging or 0. */
static inline unsigned
tlb_walk_refs(unsigned levels, unsigned host)
{
	return levels * (host + 1) + host;
}
/* => NULL, or the first broken invariant (I1-I6) */
const char *tlb_check(const struct tlb *);

/* ---- what the page table tells it (tlb_flush.c) ---- */
/*
 * Each drops what the software TLB holds and, when the hardware would have to,
 * invalidates.  Invalidations of one pmap until tlb_done() are one operation:
 * one round of IPIs, pages one by one or a full flush by the threshold.
 */
/* The mapping of sizes[psind] at va was `old` and is `new` (0: gone).  Needed
 * is what docs/tlb.md lists: nothing when old was not accessed, when only A, M
 * or software bits were set, or when only writing was taken from a clean one */
void	tlb_changed(struct pmap *, vaddr_t va, unsigned psind, uint64_t old,
	    uint64_t new);
/* Rights were lowered at inner entries over [start, end). */
void	tlb_changed_range(struct pmap *, vaddr_t start, vaddr_t end);
/* All mappings of the pmap are gone. */
void	tlb_changed_all(struct pmap *);
/* Same translations, another size: [va, va + sizes[psind]) has become one
 * mapping, or has been taken apart. */
void	tlb_promoted(struct pmap *, vaddr_t va, unsigned psind);
void	tlb_demoted(struct pmap *, vaddr_t va, unsigned psind);
/* End of an operation. */
void	tlb_done(struct pmap_system *);
/* The pmap is being destroyed: no processor knows it any more. */
void	tlb_forget(struct pmap *);

#endif /* PMAP_TLB_H */
