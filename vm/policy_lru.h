/*
 * LRU, as it is inlined into a driver's loop; policy_lru.c has the account.
 */
#ifndef VM_POLICY_LRU_H
#define VM_POLICY_LRU_H

#include "policy.h"
#include "policy_list.h"

struct policy_lru {
	uint32_t	frames, n;	/* slots, and those taken */
	struct pl_node	node[];		/* 0 is the head */
};

static inline void
policy_lru_insert(void *state, uint32_t slot, uint32_t key)
{
	struct policy_lru *q = state;

	(void)key;
	q->n++;
	pl_push(q->node, 0, slot);
}

static inline void
policy_lru_remove(void *state, uint32_t slot)
{
	struct policy_lru *q = state;

	q->n--;
	pl_remove(q->node, slot);
}

static inline uint32_t
policy_lru_victim(void *state, uint32_t key)
{
	struct policy_lru *q = state;
	uint32_t slot = pl_back(q->node, 0);

	(void)key;
	policy_lru_remove(state, slot);
	return slot;
}

static inline void
policy_lru_hit(void *state, uint32_t slot)
{
	struct policy_lru *q = state;

	if (q->node[0].next == slot)
		return;
	pl_remove(q->node, slot);
	pl_push(q->node, 0, slot);
}

#endif /* VM_POLICY_LRU_H */
