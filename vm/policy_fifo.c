/*
 * FIFO: the page that came first goes.  More frames may mean more misses
 * (Belady, Nelson, Shedler, CACM 12, 1969).  A queue, the latest in front.
 *
 *  Q1  the queue is sound, and has as many pages as were counted
 */
#include "policy_fifo.h"

static size_t
fifo_bytes(const struct vm_policy_args *args)
{
	return sizeof(struct policy_fifo) +
	    (args->frames + (size_t)1) * sizeof(struct pl_node);
}

static void
fifo_init(void *state, const struct vm_policy_args *args)
{
	struct policy_fifo *q = state;

	q->frames = args->frames;
	pl_init(q->node, 0);
}

static const char *
fifo_check(const void *state)
{
	const struct policy_fifo *q = state;

	if (q->n > q->frames || pl_count(q->node, 0, q->frames + 1) != q->n)
		return "Q1: the queue is broken";
	return NULL;
}

const struct vm_policy vm_policy_fifo = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "fifo",
	.summary = "first in, first out",
	.bytes = fifo_bytes,
	.init = fifo_init,
	.hit = policy_fifo_hit,
	.victim = policy_fifo_victim,
	.insert = policy_fifo_insert,
	.remove = policy_fifo_remove,
	.check = fifo_check,
};
