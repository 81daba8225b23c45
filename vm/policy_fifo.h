/*
 * FIFO, as it is inlined into a driver's loop; policy_fifo.c has the account.
 */
#ifndef VM_POLICY_FIFO_H
#define VM_POLICY_FIFO_H

#include "policy.h"
#include "policy_list.h"

struct policy_fifo {
	uint32_t	frames, n;	/* slots, and those taken */
	struct pl_node	node[];		/* 0 is the head */
};

static inline void
policy_fifo_insert(void *state, uint32_t slot, uint32_t key)
{
	struct policy_fifo *q = state;

	(void)key;
	q->n++;
	pl_push(q->node, 0, slot);
}

static inline void
policy_fifo_remove(void *state, uint32_t slot)
{
	struct policy_fifo *q = state;

	q->n--;
	pl_remove(q->node, slot);
}

static inline uint32_t
policy_fifo_victim(void *state, uint32_t key)
{
	struct policy_fifo *q = state;
	uint32_t slot = pl_back(q->node, 0);

	(void)key;
	policy_fifo_remove(state, slot);
	return slot;
}

static inline void
policy_fifo_hit(void *state, uint32_t slot)
{
	(void)state;
	(void)slot;
}

#endif /* VM_POLICY_FIFO_H */
