/*
 * The hashed page table of POWER: what the MMU reads there in place of a tree.
 *
 * One table serves the whole machine.  An effective address is a segment and an
 * offset in it; the segment of an address space has a virtual segment number
 * (VSID); VSID and page number in the segment are hashed to a group of eight
 * entries (PTEG, 128 bytes, a line of the cache), the primary one, and by the
 * complement to the secondary one.  A page is in one of the sixteen places or
 * the table does not have it.
 *
 *	EA  | segment | page in segment | byte |
 *	        |             |
 *	       VSID --- xor --+--> hash  & mask --> primary PTEG
 *	                           ~hash & mask --> secondary PTEG
 *
 * The table is a cache of the pmap's tree, which has the truth: a page that is
 * not found ("miss") is read from there and put in ("reload"), into the first
 * free place of the primary, else of the secondary PTEG, else in place of
 * another one in the primary.  Power ISA, book III, 6.7 (hash, doublewords);
 * what the books leave to the system is decided in docs/machines.md.
 *
 * Invariants (hpt_check names them):
 *  H1  an entry is in its primary PTEG, or with H set in its secondary one.
 *  H2  a page has one entry at most.
 *  H3  the first doubleword is what key and PTEG say.
 *  H4  each entry is on the list of its pmap, once; count[] is its length.
 *  H5  each entry's page is mapped in the tree, in that size, to that frame and
 *      with the rights in effect there; R only where the tree has A, and C,
 *      unless the entry withholds writing, where it has M.
 */
#ifndef PMAP_HPT_H
#define PMAP_HPT_H

#include "pmap.h"

#define HPT_GROUP	8		/* entries of a PTEG */
#define HPT_MIN_BYTES	((uint64_t)256 << 10)	/* the architecture's */
#define HPT_MAX_BYTES	((uint64_t)1 << 34)	/* the simulation's */
#define HPT_RATIO_SHIFT	7		/* table : RAM = 1 : 128 */

/* First doubleword of an entry. */
#define HPTE_V		((uint64_t)1)		/* valid */
#define HPTE_H		((uint64_t)2)		/* in its secondary PTEG */
#define HPTE_L		((uint64_t)4)		/* larger than 4K */
#define HPTE_AVPN_SHIFT	7			/* VA >> 23 */
#define HPTE_B_SHIFT	62			/* 0: 256M, 1: 1T segment */
/* Second doubleword. */
#define HPTE_PP0	((uint64_t)1 << 63)
#define HPTE_RPN	((uint64_t)0x0ffffffffffff000)
#define HPTE_R		((uint64_t)1 << 8)	/* referenced */
#define HPTE_C		((uint64_t)1 << 7)	/* changed */
#define HPTE_WIMG	((uint64_t)15 << 3)
#define HPTE_N		((uint64_t)1 << 2)	/* no execute */
#define HPTE_PP		((uint64_t)3)

struct hpte {
	uint64_t	v, r;		/* the doublewords; v == 0: free */
	uint64_t	key;		/* psind, pmap's id, page */
	uint32_t	next, prev;	/* entries of the same pmap, + 1 */
};

/* Counters.  Names are the interface of statistics. */
#define HPT_COUNTERS(X)							\
	X(lookups)							\
	X(primary)		/* found in the primary PTEG */		\
	X(secondary)		/* found in the secondary one */	\
	X(misses)		/* not found: reloads */		\
	X(compares)		/* of entries, of all lookups */	\
	X(lines)		/* PTEGs read, of all lookups */	\
	X(inserts)							\
	X(evictions)		/* of inserts: a page had to go */	\
	X(removals)		/* because the mapping changed */

struct hpt_counters {
#define X(member)	uint64_t member;
	HPT_COUNTERS(X)
#undef X
};

struct hpt {
	struct mem     *mem;
	const struct pmap_geometry *geo;
	struct hpte    *entry;
	uint32_t	ngroups;	/* a power of two */
	uint32_t	victim;		/* evictions so far: next place */
	uint32_t	used;		/* valid entries */
	uint32_t       *first;		/* by pmap id: an entry + 1; 0 none */
	uint32_t       *count;		/* by pmap id */
	struct hpt_counters stat;	/* never reset */
};

/* Where a page may be. */
struct hpt_place {
	uint64_t	vsid;
	uint8_t		seg_shift;	/* log2 of the segment: 28 or 40 */
	uint64_t	hash;
	uint32_t	group[2];	/* primary, secondary PTEG */
	int		which;		/* of group[]; -1: not in the table */
	unsigned	slot;		/* in that group */
};

/* Bytes of the table of a machine with so much memory. */
uint64_t hpt_bytes(uint64_t ram);
/* => 0 or ENOMEM */
int	hpt_create(struct mem *, const struct pmap_geometry *, uint64_t ram,
	    struct hpt **);
void	hpt_destroy(struct hpt *);	/* NULL: nothing to do */

/* Where the page of size psind at va would be and is; counts nothing. */
void	hpt_find(const struct hpt *, uint32_t pmap_id, vaddr_t va,
	    unsigned psind, struct hpt_place *);
/*
 * What the MMU does on a TLB miss: look the page up; put it in from the tree
 * when it is not there.  => lines (PTEGs) read, 1 or 2
 */
unsigned hpt_walk(struct hpt *, struct pmap *, vaddr_t va, unsigned psind);
/* The tree's A or M was set: so it is in the entry, if there is one. */
void	hpt_refresh(struct hpt *, struct pmap *, vaddr_t va, unsigned psind);

/* Mappings have changed: what the table holds of them goes. */
void	hpt_remove(struct hpt *, uint32_t pmap_id, vaddr_t va, unsigned psind);
void	hpt_remove_range(struct hpt *, uint32_t pmap_id, vaddr_t start,
	    vaddr_t end);
void	hpt_remove_all(struct hpt *, uint32_t pmap_id);

/*
 * Restore: entry n (PTEG * HPT_GROUP + slot) has this key and this second
 * doubleword.
 * => false: the key is none, it belongs elsewhere, or n is taken.  H2 and H5
 *    are hpt_check()'s to find.
 */
bool	hpt_put(struct hpt *, uint32_t n, uint64_t key, uint64_t r);

/* => NULL, or the text of the first broken invariant */
const char *hpt_check(const struct pmap_system *, const struct hpt *);

/* The page table allowed an access to the page of this psind at va, and the
 * software TLB did not know: without a model of TLBs that is a TLB miss. */
static inline void
hpt_access(struct pmap *pmap, vaddr_t va, unsigned psind)
{
	struct hpt *h = pmap->sys->hpt;

	if (likely(h == NULL))
		return;
	if (pmap->sys->tlbm == NULL)
		(void)hpt_walk(h, pmap, va, psind);
	hpt_refresh(h, pmap, va, psind);
}

/* The mapping of the base page at va has changed; all of the pmap's have. */
static inline void
hpt_drop(struct pmap *pmap, vaddr_t va)
{
	if (unlikely(pmap->sys->hpt != NULL))
		hpt_remove_range(pmap->sys->hpt, pmap->id, va,
		    va + pg_size(pmap));
}

static inline void
hpt_drop_all(struct pmap *pmap)
{
	if (unlikely(pmap->sys->hpt != NULL))
		hpt_remove_all(pmap->sys->hpt, pmap->id);
}

static inline struct hpte *
hpt_entry(const struct hpt *h, uint32_t group, unsigned slot)
{
	return &h->entry[(size_t)group * HPT_GROUP + slot];
}

#endif /* PMAP_HPT_H */
