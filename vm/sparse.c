/*
 * Sparse arrays: a radix tree of 64-way nodes that grows in height as higher
 * indexes are used and gives empty nodes back at once.
 */
#include "sparse.h"

#include <errno.h>
#include <string.h>

#define SLOT_MASK (SPARSE_FANOUT - 1)

static inline unsigned
slot_at(uint64_t idx, unsigned level)
{
	return (unsigned)(idx >> (SPARSE_BITS * level)) & SLOT_MASK;
}

static inline bool
fits(const struct sparse *s, uint64_t idx)
{
	unsigned shift = SPARSE_BITS * (s->height + 1u);

	return shift >= 64 || idx >> shift == 0;
}

void
sparse_pool_init(struct sparse_pool *pool, struct mem *mem)
{
	slab_init(&pool->leaves, mem, sizeof(struct sparse_leaf),
	    _Alignof(struct sparse_leaf), SLAB_NO_ID);
	slab_init(&pool->inners, mem, sizeof(struct sparse_inner),
	    _Alignof(struct sparse_inner), SLAB_NO_ID);
}

void
sparse_pool_fini(struct sparse_pool *pool)
{
	slab_fini(&pool->leaves);
	slab_fini(&pool->inners);
}

int
sparse_reserve_nodes(struct sparse_pool *pool, uint64_t nleaf, uint64_t ninner)
{
	int error;

	if (nleaf > UINT32_MAX || ninner > UINT32_MAX)
		return ENOMEM;
	error = slab_reserve(&pool->leaves, (uint32_t)nleaf);
	return error != 0 ? error :
			    slab_reserve(&pool->inners, (uint32_t)ninner);
}

/*
 * A new leaf may need a whole path of inner nodes.  Later leaves of the same
 * call, being close, share most of it; each may still need its own lowest
 * inner node, hence one more for each.
 */
int
sparse_reserve(struct sparse_pool *pool, uint32_t nleaf)
{
	return sparse_reserve_nodes(pool, nleaf,
	    (uint64_t)SPARSE_MAXPATH + nleaf + nleaf / 32);
}

/*
 * With base 0 the copy has the same nodes.  Otherwise the range of each node
 * may come to lie across two.
 */
void
sparse_copy_cost(const struct sparse *s, uint64_t base, uint64_t *nleaf,
    uint64_t *ninner)
{
	unsigned times = base == 0 ? 1 : 2;

	*nleaf += (uint64_t)s->nleaves * times;
	*ninner += (uint64_t)s->ninners * times;
}

static struct sparse_leaf *
leaf_take(struct sparse_pool *pool, struct sparse *s)
{
	struct sparse_leaf *leaf = slab_take(&pool->leaves);

	memset(leaf, 0, sizeof(*leaf));
	s->nleaves++;
	return leaf;
}

static struct sparse_inner *
inner_take(struct sparse_pool *pool, struct sparse *s)
{
	struct sparse_inner *inner = slab_take(&pool->inners);

	memset(inner, 0, sizeof(*inner));
	s->ninners++;
	return inner;
}

/* => the leaf that covers idx, or NULL */
static struct sparse_leaf *
leaf_find(const struct sparse *s, uint64_t idx)
{
	void *node = s->root;

	if (!fits(s, idx))
		return NULL;
	for (unsigned level = s->height; level > 0 && node != NULL; level--)
		node = ((struct sparse_inner *)node)
			   ->child[slot_at(idx, level)];
	return node;
}

uint32_t
sparse_get_walk(struct sparse *s, uint64_t idx)
{
	struct sparse_leaf *leaf = leaf_find(s, idx);

	if (leaf == NULL)
		return 0;
	s->last = leaf;
	s->last_base = idx & ~(uint64_t)SLOT_MASK;
	return leaf->value[idx & SLOT_MASK];
}

uint64_t
sparse_bits(const struct sparse *s, uint64_t idx)
{
	const unsigned shift = (unsigned)idx & SLOT_MASK;
	const struct sparse_leaf *leaf = leaf_find(s, idx);
	uint64_t bits = leaf != NULL ? leaf->used >> shift : 0;

	if (shift != 0 && (leaf = leaf_find(s, (idx | SLOT_MASK) + 1)) != NULL)
		bits |= leaf->used << (SPARSE_FANOUT - shift);
	return bits;
}

/* Make the tree high enough for idx. */
static void
grow_height(struct sparse_pool *pool, struct sparse *s, uint64_t idx)
{
	while (!fits(s, idx)) {
		if (s->root != NULL) {
			struct sparse_inner *top = inner_take(pool, s);

			top->child[0] = s->root;
			top->used = 1;
			s->root = top;
		}
		s->height++;
		assert(s->height < SPARSE_MAXHEIGHT + 2);
	}
}

static struct sparse_leaf *
leaf_make(struct sparse_pool *pool, struct sparse *s, uint64_t idx)
{
	void **link = &s->root;
	struct sparse_inner *parent = NULL;
	unsigned slot = 0;

	grow_height(pool, s, idx);
	for (unsigned level = s->height;; level--) {
		if (*link == NULL) {
			*link = level > 0 ? (void *)inner_take(pool, s) :
					    (void *)leaf_take(pool, s);
			if (parent != NULL)
				parent->used |= (uint64_t)1 << slot;
		}
		if (level == 0)
			return *link;
		parent = *link;
		slot = slot_at(idx, level);
		link = &parent->child[slot];
	}
}

/* The leaf of idx has become empty: free it and the nodes above that do. */
static void
leaf_drop(struct sparse_pool *pool, struct sparse *s, uint64_t idx)
{
	struct sparse_inner *path[SPARSE_MAXHEIGHT + 2];
	void *node = s->root;
	unsigned level;

	for (level = s->height; level > 0; level--) {
		path[level] = node;
		node = path[level]->child[slot_at(idx, level)];
	}
	s->last = NULL;
	slab_give(&pool->leaves, node);
	s->nleaves--;
	for (level = 1; level <= s->height; level++) {
		struct sparse_inner *inner = path[level];

		inner->child[slot_at(idx, level)] = NULL;
		inner->used &= ~((uint64_t)1 << slot_at(idx, level));
		if (inner->used != 0)
			return;
		slab_give(&pool->inners, inner);
		s->ninners--;
	}
	s->root = NULL;
	s->height = 0;
}

void
sparse_set_walk(struct sparse_pool *pool, struct sparse *s, uint64_t idx,
    uint32_t value)
{
	struct sparse_leaf *leaf = leaf_find(s, idx);
	unsigned i = (unsigned)idx & SLOT_MASK;

	if (leaf == NULL) {
		if (value == 0)
			return;
		leaf = leaf_make(pool, s, idx);
	}
	s->last = leaf;
	s->last_base = idx & ~(uint64_t)SLOT_MASK;
	s->nused -= leaf->value[i] != 0;
	s->nused += value != 0;
	leaf->value[i] = value;
	if (value != 0) {
		leaf->used |= (uint64_t)1 << i;
		if (idx >= s->end)
			s->end = idx + 1;
		return;
	}
	leaf->used &= ~((uint64_t)1 << i);
	if (leaf->used == 0)
		leaf_drop(pool, s, idx);
}

/* Bits of `used` at or above slot i. */
static inline uint64_t
bits_from(uint64_t used, unsigned i)
{
	return used >> i << i;
}

/*
 * Lowest used index >= idx in the subtree, relative to its base; END if none.
 */
static uint64_t
next_in(void *node, unsigned level, uint64_t idx, struct sparse_leaf **leafp)
{
	unsigned i = slot_at(idx, level);
	uint64_t below = ((uint64_t)1 << (SPARSE_BITS * level)) - 1;

	if (level == 0) {
		struct sparse_leaf *leaf = node;
		uint64_t bits = bits_from(leaf->used, i);

		*leafp = leaf;
		return bits == 0 ? SPARSE_END : (uint64_t)__builtin_ctzll(bits);
	}

	struct sparse_inner *inner = node;
	uint64_t bits = bits_from(inner->used, i);
	uint64_t from = idx & below;

	for (; bits != 0; bits &= bits - 1) {
		unsigned j = (unsigned)__builtin_ctzll(bits);
		uint64_t found;

		found = next_in(inner->child[j], level - 1, j == i ? from : 0,
		    leafp);
		if (found != SPARSE_END)
			return ((uint64_t)j << (SPARSE_BITS * level)) + found;
	}
	return SPARSE_END;
}

uint64_t
sparse_next(struct sparse *s, uint64_t idx, uint32_t *value)
{
	struct sparse_leaf *leaf;

	if (likely(s->last != NULL &&
		(idx & ~(uint64_t)SLOT_MASK) == s->last_base)) {
		uint64_t bits = bits_from(s->last->used,
		    (unsigned)idx & SLOT_MASK);

		if (bits != 0) {
			unsigned i = (unsigned)__builtin_ctzll(bits);

			if (value != NULL)
				*value = s->last->value[i];
			return s->last_base + i;
		}
	}
	if (s->root == NULL || !fits(s, idx))
		return SPARSE_END;
	idx = next_in(s->root, s->height, idx, &leaf);
	if (idx == SPARSE_END)
		return SPARSE_END;
	s->last = leaf;
	s->last_base = idx & ~(uint64_t)SLOT_MASK;
	if (value != NULL)
		*value = leaf->value[idx & SLOT_MASK];
	return idx;
}

static void
each_leaf(void *node, unsigned level,
    void (*fn)(void *, const struct sparse_leaf *), void *ctx)
{
	const struct sparse_inner *inner = node;

	if (level == 0) {
		fn(ctx, node);
		return;
	}
	for (uint64_t bits = inner->used; bits != 0; bits &= bits - 1)
		each_leaf(inner->child[__builtin_ctzll(bits)], level - 1, fn,
		    ctx);
}

void
sparse_leaves(const struct sparse *s,
    void (*fn)(void *, const struct sparse_leaf *), void *ctx)
{
	if (s->root != NULL)
		each_leaf(s->root, s->height, fn, ctx);
}

static void
clear_node(struct sparse_pool *pool, void *node, unsigned level)
{
	if (level == 0) {
		slab_give(&pool->leaves, node);
		return;
	}

	struct sparse_inner *inner = node;

	for (uint64_t bits = inner->used; bits != 0; bits &= bits - 1)
		clear_node(pool, inner->child[__builtin_ctzll(bits)],
		    level - 1);
	slab_give(&pool->inners, inner);
}

void
sparse_clear(struct sparse_pool *pool, struct sparse *s)
{
	if (s->root != NULL)
		clear_node(pool, s->root, s->height);
	memset(s, 0, sizeof(*s));
}

/* Recount a subtree.  => NULL or the invariant that fails */
static const char *
check_node(void *node, unsigned level, uint64_t *nused, uint32_t *nleaves,
    uint32_t *ninners)
{
	if (level == 0) {
		struct sparse_leaf *leaf = node;

		(*nleaves)++;
		for (unsigned i = 0; i < SPARSE_FANOUT; i++) {
			if ((leaf->value[i] != 0) != (leaf->used >> i & 1))
				return "S1: bitmap differs from values";
			*nused += leaf->value[i] != 0;
		}
		return leaf->used == 0 ? "S1: empty leaf in the tree" : NULL;
	}

	struct sparse_inner *inner = node;

	(*ninners)++;
	if (inner->used == 0)
		return "S2: inner node without child";
	for (unsigned i = 0; i < SPARSE_FANOUT; i++) {
		const char *why;

		if ((inner->child[i] != NULL) != (inner->used >> i & 1))
			return "S2: bitmap differs from children";
		if (inner->child[i] == NULL)
			continue;
		why = check_node(inner->child[i], level - 1, nused, nleaves,
		    ninners);
		if (why != NULL)
			return why;
	}
	return NULL;
}

const char *
sparse_check(const struct sparse *s)
{
	uint64_t nused = 0;
	uint32_t nleaves = 0, ninners = 0;
	const char *why = NULL;

	if (s->root != NULL)
		why = check_node(s->root, s->height, &nused, &nleaves,
		    &ninners);
	if (why == NULL && nused != s->nused)
		why = "S2: nused is not the number of values";
	if (why == NULL && s->root != NULL &&
	    sparse_next((struct sparse *)(uintptr_t)s, s->end, NULL) !=
		SPARSE_END)
		why = "S3: a used index beyond the end";
	if (why == NULL && (nleaves != s->nleaves || ninners != s->ninners))
		why = "S2: nleaves or ninners is not the number of nodes";
	return why;
}
