/*
 * Clock, or second chance (Corbato, "A paging experiment with the Multics
 * system", 1968): the frames in a circle, a hand, one bit for each page, set by
 * a reference.  The hand clears bits that are set, takes the first page whose
 * bit is clear, and stops behind it; the page that comes takes that place.
 *
 *	 1   2   3   4          bits, before and after a search that begins at 2
 *	[0] [1] [1] [0]
 *	[0] [0] [0] [-]  -> 4, the hand on 1
 *
 * The bit of a page that comes in is clear, so that one reference is no reason
 * to stay; set=1 sets it, as many textbooks do.
 *
 *  C1  each taken slot has a bit, and no other
 *  C2  the hand is on a slot
 */
#include "policy_clock.h"

#include <string.h>

enum { PARAM_SET };

static const struct vm_policy_param params[] = {
	[PARAM_SET] = { "set", "bit of a page that comes in", 0, 1, 0 },
	{ .name = NULL },
};

static size_t
clock_bytes(const struct vm_policy_args *args)
{
	return sizeof(struct policy_clock) + args->frames + 1;
}

static void
clock_init(void *state, const struct vm_policy_args *args)
{
	struct policy_clock *c = state;

	c->frames = args->frames;
	c->hand = 1;
	c->first = args->param[PARAM_SET] ? POLICY_CLOCK_SET :
					    POLICY_CLOCK_CLEAR;
	memset(c->bit, POLICY_CLOCK_FREE, c->frames + (size_t)1);
}

static const char *
clock_check(const void *state)
{
	const struct policy_clock *c = state;
	uint32_t n = 0;

	for (uint32_t i = 1; i <= c->frames; i++) {
		if (c->bit[i] > POLICY_CLOCK_FREE)
			return "C1: a bit is neither clear nor set";
		n += c->bit[i] != POLICY_CLOCK_FREE;
	}
	if (n != c->n)
		return "C1: the number of pages is wrong";
	if (c->hand == 0 || c->hand > c->frames)
		return "C2: the hand is on no slot";
	return NULL;
}

static void
clock_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct policy_clock *c = state;

	c->n = n;
	VM_KEEP(k, c->hand, 1, c->frames);
	VM_KEEP_ARRAY(k, c->bit + 1, c->frames, 0, POLICY_CLOCK_FREE);
}

const struct vm_policy vm_policy_clock = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "clock",
	.summary = "second chance: one bit a page, a hand that clears it",
	.params = params,
	.bytes = clock_bytes,
	.init = clock_init,
	.hit = policy_clock_hit,
	.victim = policy_clock_victim,
	.insert = policy_clock_insert,
	.remove = policy_clock_remove,
	.check = clock_check,
	.keep = clock_keep,
};
