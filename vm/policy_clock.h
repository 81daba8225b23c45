/*
 * Clock, as it is inlined into a driver's loop; policy_clock.c has the account.
 */
#ifndef VM_POLICY_CLOCK_H
#define VM_POLICY_CLOCK_H

#include "policy.h"

enum { POLICY_CLOCK_CLEAR, POLICY_CLOCK_SET, POLICY_CLOCK_FREE };

struct policy_clock {
	uint32_t	frames, n;	/* slots, and those taken */
	uint32_t	hand;		/* slot that it looks at next */
	uint32_t	first;		/* state of a page that comes in */
	uint8_t		bit[];		/* by slot; 0 is not used */
};

static inline void
policy_clock_hit(void *state, uint32_t slot)
{
	((struct policy_clock *)state)->bit[slot] = POLICY_CLOCK_SET;
}

static inline void
policy_clock_insert(void *state, uint32_t slot, uint32_t key)
{
	struct policy_clock *c = state;

	(void)key;
	c->bit[slot] = (uint8_t)c->first;
	c->n++;
}

static inline void
policy_clock_remove(void *state, uint32_t slot)
{
	struct policy_clock *c = state;

	c->bit[slot] = POLICY_CLOCK_FREE;
	c->n--;
}

static inline uint32_t
policy_clock_victim(void *state, uint32_t key)
{
	struct policy_clock *c = state;
	uint32_t slot = c->hand;

	(void)key;
	while (c->bit[slot] != POLICY_CLOCK_CLEAR) {
		if (c->bit[slot] == POLICY_CLOCK_SET)
			c->bit[slot] = POLICY_CLOCK_CLEAR;
		slot = slot < c->frames ? slot + 1 : 1;
	}
	c->hand = slot < c->frames ? slot + 1 : 1;
	policy_clock_remove(state, slot);
	return slot;
}

#endif /* VM_POLICY_CLOCK_H */
