/*
 * The queue of FIFO and LRU: what is not inlined.
 *
 *  Q1  the queue is sound, and has as many pages as were counted
 */
#include "policy_queue.h"

size_t
policy_queue_bytes(const struct vm_policy_args *args)
{
	return sizeof(struct policy_queue) +
	    (args->frames + (size_t)1) * sizeof(struct pl_node);
}

void
policy_queue_init(void *state, const struct vm_policy_args *args)
{
	struct policy_queue *q = state;

	q->frames = args->frames;
	pl_init(q->node, 0);
}

const char *
policy_queue_check(const void *state)
{
	const struct policy_queue *q = state;

	if (q->n > q->frames || pl_count(q->node, 0, q->frames + 1) != q->n)
		return "Q1: the queue is broken";
	return NULL;
}

void
policy_queue_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct policy_queue *q = state;
	uint32_t slot = 0;

	for (q->n = 0; q->n < n && pl_keep(q->node, 0, &slot, q->frames, k);)
		q->n++;
}
