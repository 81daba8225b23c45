/*
 * Sparse arrays of 32-bit names: amap slots (anons), object pages (frames),
 * pages of a file that have been written back.
 *
 *	   root (height 2)              height 0: the root is a leaf
 *	   /    \                       an absent leaf reads as zeros
 *	inner  inner   64 children
 *	  |      |
 *	leaf   leaf    64 values and a bitmap of the non-zero ones
 *
 * A sparse 1 TB region costs what it uses.
 *
 * S1  bitmap bit i set  <=>  value[i] != 0; a leaf in the tree is never empty.
 * S2  an inner node in the tree has a child; nused counts all non-zero values.
 * S3  every used index is below end (which may lag, too high).
 * S4  an index needs height such that index >> (6 * (height + 1)) == 0.
 *
 * Values of 0 mean "nothing there".
 */
#ifndef VM_SPARSE_H
#define VM_SPARSE_H

#include "pmap/slab.h"

#define SPARSE_BITS	6
#define SPARSE_FANOUT	(1u << SPARSE_BITS)
#define SPARSE_MAXHEIGHT 8	/* enough for any page index of 54 bits */
/* inner nodes for one leaf: new levels on top, and a path down */
#define SPARSE_MAXPATH	((uint64_t)2 * SPARSE_MAXHEIGHT)
#define SPARSE_END	UINT64_MAX

struct sparse_leaf {
	uint64_t	used;			/* bitmap */
	uint32_t	value[SPARSE_FANOUT];
};

struct sparse_inner {
	void	       *child[SPARSE_FANOUT];
	uint64_t	used;			/* bitmap of children */
};

struct sparse_pool {			/* where the nodes come from */
	struct slab	leaves;
	struct slab	inners;
};

struct sparse {
	void	       *root;			/* leaf if height == 0 */
	struct sparse_leaf *last;		/* leaf used last, or NULL */
	uint64_t	last_base;		/* its first index */
	uint64_t	nused;			/* non-zero values */
	uint64_t	end;			/* no used index from here on */
	uint32_t	nleaves, ninners;	/* nodes, for reservations */
	uint8_t		height;
};

void	sparse_pool_init(struct sparse_pool *, struct mem *);
void	sparse_pool_fini(struct sparse_pool *);
/* => 0: new values of one array, in at most nleaf leaves that lie close
 *    together (or one anywhere), cannot fail */
int	sparse_reserve(struct sparse_pool *, uint32_t nleaf);
/* => 0: so many nodes can be had; ENOMEM also when they cannot be counted */
int	sparse_reserve_nodes(struct sparse_pool *, uint64_t nleaf,
	    uint64_t ninner);
/* Add the nodes that a copy may take, value i going to i - base. */
void	sparse_copy_cost(const struct sparse *, uint64_t base, uint64_t *nleaf,
	    uint64_t *ninner);

/* => as sparse_get/sparse_set, by walking; the inlines below try the cache */
uint32_t sparse_get_walk(struct sparse *, uint64_t idx);
void	sparse_set_walk(struct sparse_pool *, struct sparse *, uint64_t idx,
	    uint32_t value);
/* => lowest used index >= idx, or SPARSE_END; its value in *value if wanted */
uint64_t sparse_next(struct sparse *, uint64_t idx, uint32_t *value);
/* Which of the 64 indexes from idx on are used: bit i is idx + i's. */
uint64_t sparse_bits(const struct sparse *, uint64_t idx);
/* Call fn for each leaf, lowest first; fn must not change the array. */
void	sparse_leaves(const struct sparse *,
	    void (*fn)(void *, const struct sparse_leaf *), void *ctx);
void	sparse_clear(struct sparse_pool *, struct sparse *);	/* drop all */
/* => NULL or the first broken invariant */
const char *sparse_check(const struct sparse *);

static inline uint32_t
sparse_get(struct sparse *s, uint64_t idx)
{
	if (likely(s->last != NULL &&
	    (idx & ~(uint64_t)(SPARSE_FANOUT - 1)) == s->last_base))
		return s->last->value[idx & (SPARSE_FANOUT - 1)];
	return sparse_get_walk(s, idx);
}

/* Where the value of idx is, for those who fetch it ahead; NULL: nowhere.  Good
   until the array is changed. */
static inline const uint32_t *
sparse_ahead(const struct sparse *s, uint64_t idx)
{
	const unsigned shift = SPARSE_BITS * (s->height + 1u);
	const void *node = s->root;

	if (shift < 64 && idx >> shift != 0)
		return NULL;
	for (unsigned l = s->height; l > 0 && node != NULL; l--)
		node = ((const struct sparse_inner *)node)->child[
		    (idx >> (SPARSE_BITS * l)) & (SPARSE_FANOUT - 1)];
	return node != NULL ? &((const struct sparse_leaf *)node)->value[
	    idx & (SPARSE_FANOUT - 1)] : NULL;
}

/* value 0 empties the slot.  => nodes were reserved when value != 0 */
static inline void
sparse_set(struct sparse_pool *pool, struct sparse *s, uint64_t idx,
    uint32_t value)
{
	if (likely(value != 0 && s->last != NULL &&
	    (idx & ~(uint64_t)(SPARSE_FANOUT - 1)) == s->last_base)) {
		unsigned i = (unsigned)idx & (SPARSE_FANOUT - 1);

		s->nused += s->last->value[i] == 0;
		s->last->used |= (uint64_t)1 << i;
		s->last->value[i] = value;
		if (idx >= s->end)
			s->end = idx + 1;
		return;
	}
	sparse_set_walk(pool, s, idx, value);
}

#endif /* VM_SPARSE_H */
