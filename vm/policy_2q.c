/*
 * 2Q, full version (Johnson and Shasha, VLDB 1994): what comes goes through a
 * FIFO, A1in; what goes from there is remembered in A1out; what comes back
 * while it is remembered goes to Am, an LRU queue.  A hit in A1in moves
 * nothing: it is taken for part of the same use.
 *
 *	A1in (queue 0), of about Kin pages | A1out (ghosts), at most Kout
 *	Am   (queue 1)                     |
 *
 * A page goes from A1in if that has more than Kin pages, else from Am, without
 * a ghost.  kin and kout are shares of the frames in per cent, 25 and 50 as the
 * paper has it, rounded down, at least 1.  Decided: if Am is empty a page goes
 * from A1in all the same.
 *
 *  T1  there are at most Kout ghosts
 */
#include "policy_pair.h"

enum { ONCE, MANY };
enum { PARAM_KIN, PARAM_KOUT };

static const struct vm_policy_param params[] = {
	[PARAM_KIN] = { "kin", "frames of the queue A1in, per cent", 1, 100,
	    25 },
	[PARAM_KOUT] = { "kout", "pages remembered, per cent of the frames", 1,
	    1000, 50 },
	{ .name = NULL },
};

static uint32_t
share(const struct vm_policy_args *args, unsigned param)
{
	uint64_t n = args->frames * args->param[param] / 100;

	n = n < VM_POLICY_MAXFRAMES ? n : VM_POLICY_MAXFRAMES;
	return n > 1 ? (uint32_t)n : 1;
}

static size_t
twoq_bytes(const struct vm_policy_args *args)
{
	return policy_pair_bytes(args->frames, share(args, PARAM_KOUT));
}

static void
twoq_init(void *state, const struct vm_policy_args *args)
{
	struct policy_pair *p = state;

	policy_pair_init(p, args->frames, share(args, PARAM_KOUT));
	p->target = share(args, PARAM_KIN);
}

static void
twoq_hit(void *state, uint32_t slot)
{
	if (*policy_pair_queue(state, slot) != MANY)
		return;
	policy_pair_take(state, slot);
	policy_pair_put(state, MANY, slot);
}

static uint32_t
twoq_victim(void *state, uint32_t key)
{
	struct policy_pair *p = state;
	struct policy_ghosts *g = policy_pair_ghosts(p);
	bool once = p->n[ONCE] > p->target || p->n[MANY] == 0;
	uint32_t slot = policy_pair_oldest(p, once ? ONCE : MANY), queue;

	(void)policy_pair_recall(p, key, &queue);
	policy_pair_take(p, slot);
	if (!once)
		return slot;
	if (g->n[0] == p->limit)
		policy_ghost_forget(g, 0);
	policy_ghost_add(g, 0, *policy_pair_key(p, slot));
	return slot;
}

static void
twoq_insert(void *state, uint32_t slot, uint32_t key)
{
	bool back = policy_pair_returns(state, key);

	*policy_pair_key(state, slot) = key;
	policy_pair_put(state, back ? MANY : ONCE, slot);
}

static const char *
twoq_check(const void *state)
{
	const struct policy_pair *p = state;

	if (policy_pair_ghosts(p)->n[0] > p->limit)
		return "T1: there are too many ghosts";
	return policy_pair_check(state);
}

const struct vm_policy vm_policy_2q = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "2q",
	.summary = "two queues: pages that came, and pages that came back",
	.params = params,
	.bytes = twoq_bytes,
	.init = twoq_init,
	.hit = twoq_hit,
	.victim = twoq_victim,
	.insert = twoq_insert,
	.remove = policy_pair_remove,
	.check = twoq_check,
	.keep = policy_pair_keep,
	.key = policy_pair_key_of,
	.ghost = policy_pair_is_ghost,
};
