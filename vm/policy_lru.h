/*
 * LRU's hit, inlined into a driver's loop; policy_lru.c has the account.
 */
#ifndef VM_POLICY_LRU_H
#define VM_POLICY_LRU_H

#include "policy_queue.h"

static inline void
policy_lru_hit(void *state, uint32_t slot)
{
	struct policy_queue *q = state;

	if (q->node[0].next == slot)
		return;
	pl_remove(q->node, slot);
	pl_push(q->node, 0, slot);
}

#endif /* VM_POLICY_LRU_H */
