/*
 * Ghosts: chained hashing by the golden ratio (Knuth, The Art of Computer
 * Programming 3, 6.4), at least as many chains as ghosts.
 */
#include "policy_ghost.h"

#define FIRST POLICY_GHOST_QUEUES /* number of the first ghost */

static uint32_t
bits_for(uint32_t max)
{
	uint32_t bits = 1;

	while (((uint64_t)1 << bits) < max)
		bits++;
	return bits;
}

static struct policy_ghost *
ghosts(const struct policy_ghosts *g)
{
	return (struct policy_ghost *)(uintptr_t)&g->node[g->max + FIRST];
}

static uint32_t *
chain_of(const struct policy_ghosts *g, uint32_t key)
{
	uint32_t *chains = (uint32_t *)&ghosts(g)[g->max + FIRST];

	return &chains[key * 0x9e3779b1u >> (32 - g->bits)];
}

size_t
policy_ghosts_bytes(uint32_t max)
{
	size_t bytes = sizeof(struct policy_ghosts) +
	    (max + (size_t)FIRST) *
		(sizeof(struct pl_node) + sizeof(struct policy_ghost)) +
	    ((size_t)1 << bits_for(max)) * sizeof(uint32_t);

	return (bytes + 7) & ~(size_t)7;
}

void
policy_ghosts_init(struct policy_ghosts *g, uint32_t max)
{
	g->max = max;
	g->bits = bits_for(max);
	g->fresh = FIRST;
	pl_init(g->node, 0);
	pl_init(g->node, 1);
}

uint32_t
policy_ghost_find(const struct policy_ghosts *g, uint32_t key)
{
	uint32_t i = *chain_of(g, key);

	while (i != 0 && ghosts(g)[i].key != key)
		i = ghosts(g)[i].chain;
	return i;
}

uint32_t
policy_ghost_queue(const struct policy_ghosts *g, uint32_t ghost)
{
	return ghosts(g)[ghost].queue;
}

void
policy_ghost_add(struct policy_ghosts *g, uint32_t queue, uint32_t key)
{
	uint32_t *chain = chain_of(g, key), i = g->free;

	if (i != 0)
		g->free = g->node[i].next;
	else
		i = g->fresh++;
	ghosts(g)[i] = (struct policy_ghost){ key, *chain, queue };
	*chain = i;
	pl_push(g->node, queue, i);
	g->n[queue]++;
}

void
policy_ghost_drop(struct policy_ghosts *g, uint32_t ghost)
{
	struct policy_ghost *all = ghosts(g);
	uint32_t *at = chain_of(g, all[ghost].key);

	while (*at != ghost)
		at = &all[*at].chain;
	*at = all[ghost].chain;
	pl_remove(g->node, ghost);
	g->n[all[ghost].queue]--;
	g->node[ghost].next = g->free;
	g->free = ghost;
}

void
policy_ghost_forget(struct policy_ghosts *g, uint32_t queue)
{
	policy_ghost_drop(g, pl_back(g->node, queue));
}

void
policy_ghosts_keep(struct policy_ghosts *g, struct vm_keep *k)
{
	for (uint32_t q = 0; q < POLICY_GHOST_QUEUES; q++) {
		uint32_t n = g->n[q], i = q, key = 0;

		VM_KEEP(k, n, 0, q == 0 ? g->max : g->max - g->n[0]);
		for (; n > 0 && k->ok; n--) {
			if (!k->load) {
				i = g->node[i].prev;
				key = ghosts(g)[i].key;
			}
			VM_KEEP(k, key, 0, UINT32_MAX);
			if (!k->load || !k->ok)
				continue;
			if (policy_ghost_find(g, key) != 0)
				k->refuse(k, "a ghost is there twice");
			else
				policy_ghost_add(g, q, key);
		}
	}
}

const char *
policy_ghosts_check(const struct policy_ghosts *g)
{
	for (uint32_t q = 0; q < POLICY_GHOST_QUEUES; q++) {
		uint32_t n = pl_count(g->node, q, g->max + FIRST);

		if (n > g->max || n != g->n[q])
			return "G1: a queue of ghosts is broken";
		for (uint32_t i = g->node[q].next; i != q;
		     i = g->node[i].next) {
			if (i < FIRST || ghosts(g)[i].queue != q)
				return "G1: a ghost is in another queue";
			if (policy_ghost_find(g, ghosts(g)[i].key) != i)
				return "G2: a ghost is not found, or is there "
				       "twice";
		}
	}
	return NULL;
}
