/*
 * S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi, SOSP 2023): three FIFO queues.  What
 * comes goes to a small one, S; what is hit there more than once moves on to
 * the main one, M, and the rest goes, leaving a ghost in G; what comes back
 * while it is a ghost goes to M at once.  A hit only counts, up to 3.
 *
 *	come -> S (queue 0) --count > 1--> M (queue 1) --count > 0--+
 *	          |                          ^  |                   |
 *	          v count <= 1               |  +<--- count - 1 ----+
 *	          G ----- comes back --------+  v count == 0: goes
 *
 * S should have 10 % of the frames (small), rounded down, at least 1, M the
 * others, and G remembers as many pages as M should have, at least 1.  A page
 * goes from S if S has that many, or M none, else from M.  A page that moves
 * from S to M begins at count 0; if M has then more than it should, a page goes
 * from M, else the search goes on in S, and in M when S is empty.
 *
 *  F1  there are at most as many ghosts as said; no count is above 3
 */
#include "policy_pair.h"

#define MAXCOUNT 3

enum { SMALL, MAIN };
enum { PARAM_SMALL };

static const struct vm_policy_param params[] = {
	[PARAM_SMALL] = { "small", "frames of the small queue, per cent", 1, 99,
	    10 },
	{ .name = NULL },
};

static uint32_t
small_size(const struct vm_policy_args *args)
{
	uint64_t n = args->frames * args->param[PARAM_SMALL] / 100;

	return n > 1 ? (uint32_t)n : 1;
}

static uint32_t
ghosts_kept(const struct vm_policy_args *args)
{
	uint32_t n = args->frames - small_size(args);

	return n > 1 ? n : 1;
}

static size_t
s3fifo_bytes(const struct vm_policy_args *args)
{
	return policy_pair_bytes(args->frames, ghosts_kept(args));
}

static void
s3fifo_init(void *state, const struct vm_policy_args *args)
{
	struct policy_pair *p = state;

	policy_pair_init(p, args->frames, ghosts_kept(args));
	p->target = small_size(args);
}

static void
s3fifo_hit(void *state, uint32_t slot)
{
	uint8_t *count = policy_pair_count(state, slot);

	if (*count < MAXCOUNT)
		++*count;
}

static uint32_t
from_main(struct policy_pair *p)
{
	uint32_t slot;
	uint8_t *count;

	for (;;) {
		slot = policy_pair_oldest(p, MAIN);
		policy_pair_take(p, slot);
		count = policy_pair_count(p, slot);
		if (*count == 0)
			return slot;
		--*count;
		policy_pair_put(p, MAIN, slot);
	}
}

static void
remember(struct policy_pair *p, uint32_t key)
{
	struct policy_ghosts *g = policy_pair_ghosts(p);

	if (g->n[0] == p->limit)
		policy_ghost_forget(g, 0);
	policy_ghost_add(g, 0, key);
}

static uint32_t
s3fifo_victim(void *state, uint32_t key)
{
	struct policy_pair *p = state;
	uint32_t slot, queue;

	(void)policy_pair_recall(p, key, &queue);
	if (p->n[SMALL] < p->target && p->n[MAIN] > 0)
		return from_main(p);
	while (p->n[SMALL] > 0) {
		slot = policy_pair_oldest(p, SMALL);
		policy_pair_take(p, slot);
		if (*policy_pair_count(p, slot) <= 1) {
			remember(p, *policy_pair_key(p, slot));
			return slot;
		}
		*policy_pair_count(p, slot) = 0;
		policy_pair_put(p, MAIN, slot);
		if (p->n[MAIN] > p->frames - p->target)
			break;
	}
	return from_main(p);
}

static void
s3fifo_insert(void *state, uint32_t slot, uint32_t key)
{
	bool back = policy_pair_returns(state, key);

	*policy_pair_key(state, slot) = key;
	*policy_pair_count(state, slot) = 0;
	policy_pair_put(state, back ? MAIN : SMALL, slot);
}

static const char *
s3fifo_check(const void *state)
{
	const struct policy_pair *p = state;

	if (policy_pair_ghosts(p)->n[0] > p->limit)
		return "F1: there are too many ghosts";
	for (uint32_t i = 1; i <= p->frames; i++)
		if (*policy_pair_count(p, i) > MAXCOUNT)
			return "F1: a count is above 3";
	return policy_pair_check(state);
}

const struct vm_policy vm_policy_s3fifo = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "s3fifo",
	.summary = "three FIFO queues: small, main, and ghosts",
	.params = params,
	.bytes = s3fifo_bytes,
	.init = s3fifo_init,
	.hit = s3fifo_hit,
	.victim = s3fifo_victim,
	.insert = s3fifo_insert,
	.remove = policy_pair_remove,
	.check = s3fifo_check,
	.keep = policy_pair_keep,
	.key = policy_pair_key_of,
	.ghost = policy_pair_is_ghost,
};
