/*
 * ARC (Megiddo and Modha, FAST 2003): pages seen once lately (T1) and pages
 * seen more than once (T2), both in the order of their last reference; what
 * goes from them is remembered in B1 and B2.  A ghost of B1 that comes back
 * says that T1 should be larger, one of B2 that it should be smaller.
 *
 *	T1 (queue 0) | B1 (ghosts 0)	together at most c, the frames
 *	T2 (queue 1) | B2 (ghosts 1)	all four together at most 2c
 *
 * Decided: the target p of T1 is a whole number; its step is the quotient of
 * the sizes of B1 and B2 before the ghost is taken out, rounded down, at least
 * 1.  A ghost that comes back while a frame is free goes to T2, and moves no
 * target.
 *
 *  A1  |T1| + |B1| <= c;  |T1| + |T2| + |B1| + |B2| <= 2c;  p <= c
 */
#include "policy_pair.h"

enum { RECENT, FREQUENT };

static size_t
arc_bytes(const struct vm_policy_args *args)
{
	return policy_pair_bytes(args->frames, 2 * args->frames);
}

static void
arc_init(void *state, const struct vm_policy_args *args)
{
	policy_pair_init(state, args->frames, 2 * args->frames);
}

static void
arc_hit(void *state, uint32_t slot)
{
	policy_pair_take(state, slot);
	policy_pair_put(state, FREQUENT, slot);
}

/* The target after a hit in B1 or B2, which have n ghosts, the hit included. */
static void
adapt(struct policy_pair *p, uint32_t queue, const uint32_t n[2])
{
	uint32_t step = n[!queue] / n[queue];

	step = step > 1 ? step : 1;
	if (queue == RECENT)
		p->target = step < p->frames - p->target ? p->target + step :
							   p->frames;
	else
		p->target = step < p->target ? p->target - step : 0;
}

/* A page that is no ghost comes: forget what there is no room for. */
static void
make_room(struct policy_pair *p)
{
	struct policy_ghosts *g = policy_pair_ghosts(p);
	const uint64_t recent = (uint64_t)p->n[RECENT] + g->n[RECENT];
	const uint64_t frequent = (uint64_t)p->n[FREQUENT] + g->n[FREQUENT];

	if (recent == p->frames) {
		if (g->n[RECENT] > 0)
			policy_ghost_forget(g, RECENT);
	} else if (recent + frequent == 2 * (uint64_t)p->frames) {
		policy_ghost_forget(g, FREQUENT);
	}
}

/* => the page that goes; it becomes a ghost unless T1 has all the frames */
static uint32_t
replace(struct policy_pair *p, bool ghost_of_b2, bool stranger)
{
	const uint32_t recent = p->n[RECENT];
	bool whole = stranger && recent == p->frames;
	uint32_t queue = FREQUENT, slot;

	if (whole || p->n[FREQUENT] == 0 ||
	    (recent > 0 &&
		(recent > p->target || (ghost_of_b2 && recent == p->target))))
		queue = RECENT;
	slot = policy_pair_oldest(p, queue);
	policy_pair_take(p, slot);
	if (!whole)
		policy_ghost_add(policy_pair_ghosts(p), queue,
		    *policy_pair_key(p, slot));
	return slot;
}

static uint32_t
arc_victim(void *state, uint32_t key)
{
	struct policy_pair *p = state;
	const struct policy_ghosts *g = policy_pair_ghosts(p);
	const uint32_t n[2] = { g->n[0], g->n[1] };
	uint32_t queue;

	if (policy_pair_recall(p, key, &queue)) {
		adapt(p, queue, n);
		return replace(p, queue == FREQUENT, false);
	}
	make_room(p);
	return replace(p, false, true);
}

static void
arc_insert(void *state, uint32_t slot, uint32_t key)
{
	struct policy_pair *p = state;
	bool back = policy_pair_returns(p, key);

	if (!back)
		make_room(p);
	*policy_pair_key(p, slot) = key;
	policy_pair_put(p, back ? FREQUENT : RECENT, slot);
}

static const char *
arc_check(const void *state)
{
	const struct policy_pair *p = state;
	const struct policy_ghosts *g = policy_pair_ghosts(p);
	const uint64_t recent = (uint64_t)p->n[RECENT] + g->n[RECENT];
	const uint64_t frequent = (uint64_t)p->n[FREQUENT] + g->n[FREQUENT];

	if (recent > p->frames || p->target > p->frames ||
	    recent + frequent > 2 * (uint64_t)p->frames)
		return "A1: there are too many pages and ghosts";
	return policy_pair_check(state);
}

static void
arc_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct policy_pair *p = state;

	VM_KEEP(k, p->target, 0, p->frames);
	policy_pair_keep(state, k, n);
}

const struct vm_policy vm_policy_arc = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "arc",
	.summary = "adaptive: seen once and seen more than once, with ghosts",
	.bytes = arc_bytes,
	.init = arc_init,
	.hit = arc_hit,
	.victim = arc_victim,
	.insert = arc_insert,
	.remove = policy_pair_remove,
	.check = arc_check,
	.keep = arc_keep,
	.key = policy_pair_key_of,
	.ghost = policy_pair_is_ghost,
};
