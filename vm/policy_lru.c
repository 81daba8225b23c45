/*
 * LRU: the page whose last reference is the longest ago goes (Mattson and
 * others, IBM Systems Journal 9, 1970: a stack algorithm, so more frames never
 * mean more misses).  A queue by last reference, the latest in front.
 *
 * A log of references, in which each page knows its last entry and older ones
 * are void, has fewer stores for a hit, but was measured at half the speed: the
 * host cannot foresee which entries are void when one is looked for.
 *
 *  L1  the queue is sound, and has as many pages as were counted
 */
#include "policy_lru.h"

static size_t
lru_bytes(const struct vm_policy_args *args)
{
	return sizeof(struct policy_lru) +
	    (args->frames + (size_t)1) * sizeof(struct pl_node);
}

static void
lru_init(void *state, const struct vm_policy_args *args)
{
	struct policy_lru *q = state;

	q->frames = args->frames;
	pl_init(q->node, 0);
}

static const char *
lru_check(const void *state)
{
	const struct policy_lru *q = state;

	if (q->n > q->frames || pl_count(q->node, 0, q->frames + 1) != q->n)
		return "L1: the queue is broken";
	return NULL;
}

const struct vm_policy vm_policy_lru = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "lru",
	.summary = "least recently used",
	.bytes = lru_bytes,
	.init = lru_init,
	.hit = policy_lru_hit,
	.victim = policy_lru_victim,
	.insert = policy_lru_insert,
	.remove = policy_lru_remove,
	.check = lru_check,
};
