/*
 * LRU: the page whose last reference is the longest ago goes (Mattson and
 * others, IBM Systems Journal 9, 1970: a stack algorithm, so more frames never
 * mean more misses).  A queue by last reference, the latest in front.
 *
 * A log of references, in which each page knows its last entry and older ones
 * are void, has fewer stores for a hit, but was measured at half the speed: the
 * host cannot foresee which entries are void when one is looked for.
 */
#include "policy_lru.h"

const struct vm_policy vm_policy_lru = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "lru",
	.summary = "least recently used",
	.bytes = policy_queue_bytes,
	.init = policy_queue_init,
	.hit = policy_lru_hit,
	.victim = policy_queue_victim,
	.insert = policy_queue_insert,
	.remove = policy_queue_remove,
	.check = policy_queue_check,
	.keep = policy_queue_keep,
};
