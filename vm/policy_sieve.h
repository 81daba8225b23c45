/*
 * Sieve, as it is inlined into a driver's loop; policy_sieve.c has the account.
 */
#ifndef VM_POLICY_SIEVE_H
#define VM_POLICY_SIEVE_H

#include "policy.h"
#include "policy_list.h"

struct policy_sieve {
	uint32_t	frames, n;
	uint32_t	hand;		/* page that it looks at next, or 0:
					   begin with the oldest one */
	struct pl_node	node[];		/* 0 is the head, next the older one;
					   behind them a byte for each slot:
					   visited */
};

static inline uint8_t *
policy_sieve_visited(struct policy_sieve *s)
{
	return (uint8_t *)&s->node[s->frames + 1];
}

static inline void
policy_sieve_hit(void *state, uint32_t slot)
{
	policy_sieve_visited(state)[slot] = 1;
}

static inline void
policy_sieve_insert(void *state, uint32_t slot, uint32_t key)
{
	struct policy_sieve *s = state;

	(void)key;
	policy_sieve_visited(s)[slot] = 0;
	pl_push(s->node, 0, slot);
	s->n++;
}

static inline void
policy_sieve_remove(void *state, uint32_t slot)
{
	struct policy_sieve *s = state;

	if (s->hand == slot)
		s->hand = s->node[slot].prev;
	pl_remove(s->node, slot);
	s->n--;
}

static inline uint32_t
policy_sieve_victim(void *state, uint32_t key)
{
	struct policy_sieve *s = state;
	uint8_t *visited = policy_sieve_visited(s);
	uint32_t slot = s->hand != 0 ? s->hand : pl_back(s->node, 0);

	(void)key;
	while (visited[slot]) {
		visited[slot] = 0;
		slot = s->node[slot].prev;
		if (slot == 0)
			slot = pl_back(s->node, 0);
	}
	s->hand = slot;
	policy_sieve_remove(state, slot);
	return slot;
}

#endif /* VM_POLICY_SIEVE_H */
