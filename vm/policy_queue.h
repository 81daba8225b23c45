/*
 * A queue of pages, the latest in front, from whose end the victim is taken:
 * what FIFO and LRU share.  Inlined into a driver's loop.
 */
#ifndef VM_POLICY_QUEUE_H
#define VM_POLICY_QUEUE_H

#include "policy.h"
#include "policy_list.h"

struct policy_queue {
	uint32_t	frames, n;	/* slots, and those taken */
	struct pl_node	node[];		/* 0 is the head */
};

static inline void
policy_queue_insert(void *state, uint32_t slot, uint32_t key)
{
	struct policy_queue *q = state;

	(void)key;
	q->n++;
	pl_push(q->node, 0, slot);
}

static inline void
policy_queue_remove(void *state, uint32_t slot)
{
	struct policy_queue *q = state;

	q->n--;
	pl_remove(q->node, slot);
}

static inline uint32_t
policy_queue_victim(void *state, uint32_t key)
{
	struct policy_queue *q = state;
	uint32_t slot = pl_back(q->node, 0);

	(void)key;
	policy_queue_remove(state, slot);
	return slot;
}

/* The rest of their tables. */
size_t	policy_queue_bytes(const struct vm_policy_args *);
void	policy_queue_init(void *state, const struct vm_policy_args *);
const char *policy_queue_check(const void *state);
void	policy_queue_keep(void *state, struct vm_keep *, uint32_t n);

#endif /* VM_POLICY_QUEUE_H */
