/*
 * FIFO: the page that came first goes.  More frames may mean more misses
 * (Belady, Nelson, Shedler, CACM 12, 1969).  A queue, the latest in front.
 */
#include "policy_fifo.h"

const struct vm_policy vm_policy_fifo = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "fifo",
	.summary = "first in, first out",
	.bytes = policy_queue_bytes,
	.init = policy_queue_init,
	.hit = policy_fifo_hit,
	.victim = policy_queue_victim,
	.insert = policy_queue_insert,
	.remove = policy_queue_remove,
	.check = policy_queue_check,
	.keep = policy_queue_keep,
};
