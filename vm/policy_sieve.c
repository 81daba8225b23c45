/*
 * Sieve (Zhang, Yang, Yue, Vigfusson, Rashmi, NSDI 2024): a queue in the order
 * of arrival, a bit for each page, set by a hit, and a hand that moves from the
 * oldest page to the newest and begins again.  It clears bits that are set and
 * takes the first page whose bit is clear.  Pages stay where they are, so new
 * pages, in front, and old ones that were kept, behind the hand, are told
 * apart: the difference from clock.
 *
 *	newest  E  D  C  B  A  oldest
 *	              ^ hand, moving left; what comes is put left of E
 *
 *  S1  the queue is sound, and has as many pages as were counted
 *  S2  the hand is on a page of the queue, or 0
 */
#include "policy_sieve.h"

static size_t
sieve_bytes(const struct vm_policy_args *args)
{
	return sizeof(struct policy_sieve) +
	    (args->frames + (size_t)1) * (sizeof(struct pl_node) + 1);
}

static void
sieve_init(void *state, const struct vm_policy_args *args)
{
	struct policy_sieve *s = state;

	s->frames = args->frames;
	pl_init(s->node, 0);
}

static const char *
sieve_check(const void *state)
{
	const struct policy_sieve *s = state;
	uint32_t at;

	if (s->n > s->frames || pl_count(s->node, 0, s->frames + 1) != s->n)
		return "S1: the queue is broken";
	for (at = s->node[0].next; at != 0 && at != s->hand;)
		at = s->node[at].next;
	if (at != s->hand)
		return "S2: the hand is on no page";
	return NULL;
}

static void
sieve_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct policy_sieve *s = state;
	uint32_t slot = 0;

	VM_KEEP(k, s->hand, 0, s->frames);
	for (s->n = 0; s->n < n && pl_keep(s->node, 0, &slot, s->frames, k);
	     s->n++)
		VM_KEEP(k, policy_sieve_visited(s)[slot], 0, 1);
}

const struct vm_policy vm_policy_sieve = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "sieve",
	.summary = "sieve: a hand over a queue that hits leave as it is",
	.bytes = sieve_bytes,
	.init = sieve_init,
	.hit = policy_sieve_hit,
	.victim = policy_sieve_victim,
	.insert = policy_sieve_insert,
	.remove = policy_sieve_remove,
	.check = sieve_check,
	.keep = sieve_keep,
};
