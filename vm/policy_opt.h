/*
 * OPT, as it is inlined into a driver's loop; policy_opt.c has the account.
 *
 * The heap is 4-ary: the children of place i are places 4i + 1 to 4i + 4, half
 * a cache line.
 */
#ifndef VM_POLICY_OPT_H
#define VM_POLICY_OPT_H

#include "policy.h"

struct policy_opt {
	uint32_t	frames, n;
	uint32_t	when;		/* what next() said */
	uint32_t	fill[3];	/* children lie aligned */
	uint64_t	heap[];		/* next reference << 32 | slot; behind
					   it the place of each slot, 32 bits */
};

static inline uint32_t *
policy_opt_places(struct policy_opt *o)
{
	return (uint32_t *)&o->heap[o->frames];
}

/* A place to be filled with v: move it up until v may stand there. */
static inline void
policy_opt_up(struct policy_opt *o, uint32_t i, uint64_t v)
{
	uint32_t *place = policy_opt_places(o);

	while (i > 0) {
		uint32_t parent = (i - 1) / 4;

		if (o->heap[parent] >= v)
			break;
		o->heap[i] = o->heap[parent];
		place[(uint32_t)o->heap[i]] = i;
		i = parent;
	}
	o->heap[i] = v;
	place[(uint32_t)v] = i;
}

/* The place of the greatest of up to 4 children from place `first' on. */
static inline uint32_t
policy_opt_greatest(const struct policy_opt *o, uint32_t first)
{
	const uint64_t *h = &o->heap[first];
	uint32_t a, b;

	if (unlikely(first + 4 > o->n)) {
		a = 0;
		for (b = 1; first + b < o->n; b++)
			a = h[b] > h[a] ? b : a;
		return first + a;
	}
	a = h[1] > h[0];
	b = 2 + (h[3] > h[2]);
	return first + (h[b] > h[a] ? b : a);
}

/*
 * Take what is at place i out: a path of greatest children moves up, and what
 * was last goes where it ends, or further up.
 */
static inline void
policy_opt_take(struct policy_opt *o, uint32_t i)
{
	uint32_t *place = policy_opt_places(o), child;
	uint64_t last = o->heap[--o->n];

	if (i == o->n)
		return;
	while ((child = 4 * i + 1) < o->n) {
		child = policy_opt_greatest(o, child);
		o->heap[i] = o->heap[child];
		place[(uint32_t)o->heap[i]] = i;
		i = child;
	}
	policy_opt_up(o, i, last);
}

static inline void
policy_opt_next(void *state, uint32_t when)
{
	((struct policy_opt *)state)->when = when;
}

static inline void
policy_opt_remove(void *state, uint32_t slot)
{
	struct policy_opt *o = state;

	policy_opt_take(o, policy_opt_places(o)[slot]);
}

static inline void
policy_opt_insert(void *state, uint32_t slot, uint32_t key)
{
	struct policy_opt *o = state;

	(void)key;
	policy_opt_up(o, o->n++, (uint64_t)o->when << 32 | slot);
}

static inline void
policy_opt_hit(void *state, uint32_t slot)
{
	struct policy_opt *o = state;
	uint32_t i = policy_opt_places(o)[slot];
	uint64_t v = (uint64_t)o->when << 32 | slot;

	if (likely(v >= o->heap[i])) {
		policy_opt_up(o, i, v);
	} else {
		policy_opt_take(o, i);
		policy_opt_up(o, o->n++, v);
	}
}

static inline uint32_t
policy_opt_victim(void *state, uint32_t key)
{
	struct policy_opt *o = state;
	uint32_t slot = (uint32_t)o->heap[0];

	(void)key;
	policy_opt_take(o, 0);
	return slot;
}

#endif /* VM_POLICY_OPT_H */
