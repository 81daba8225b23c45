/*
 * Queues of slots, for policies: doubly linked rings of 32-bit indexes.
 *
 *	     +------------------------------------------+
 *	     v                                          |
 *	    head --next--> front --next--> ... back ----+
 *
 * A head is a node like the others, linked to itself when the queue is empty.
 * Node 0 is a head by convention; further ones follow the slots.
 */
#ifndef VM_POLICY_LIST_H
#define VM_POLICY_LIST_H

#include "vm_keep.h"

struct pl_node {
	uint32_t	prev, next;
};

static inline void
pl_init(struct pl_node *node, uint32_t head)
{
	node[head].prev = node[head].next = head;
}

static inline bool
pl_empty(const struct pl_node *node, uint32_t head)
{
	return node[head].next == head;
}

static inline void
pl_remove(struct pl_node *node, uint32_t i)
{
	uint32_t prev = node[i].prev, next = node[i].next;

	node[prev].next = next;
	node[next].prev = prev;
}

/* Link i behind node `at' (a head: at the front). */
static inline void
pl_insert(struct pl_node *node, uint32_t at, uint32_t i)
{
	uint32_t next = node[at].next;

	node[i].prev = at;
	node[i].next = next;
	node[next].prev = i;
	node[at].next = i;
}

static inline void
pl_push(struct pl_node *node, uint32_t head, uint32_t i)
{
	pl_insert(node, head, i);
}

/* => the node at the back, or the head */
static inline uint32_t
pl_back(const struct pl_node *node, uint32_t head)
{
	return node[head].prev;
}

/*
 * One step of keeping a queue from its back to its front: *i, the head at
 * first, becomes the next member, at most max.  In, it goes to the front, on
 * faith: pl_count() finds what comes twice.  => false: refused, nothing done
 */
static inline bool
pl_keep(struct pl_node *node, uint32_t head, uint32_t *i, uint32_t max,
    struct vm_keep *k)
{
	if (!k->load)
		*i = node[*i].prev;
	vm_keep_numbers(k, "slot", i, sizeof(*i), 1, 1, max);
	if (k->load && k->ok)
		pl_push(node, head, *i);
	return k->ok;
}

/* => nodes of a sound queue of nodes below limit; UINT32_MAX: it is broken */
static inline uint32_t
pl_count(const struct pl_node *node, uint32_t head, uint32_t limit)
{
	uint32_t n = 0, at = head, next;

	do {
		next = node[at].next;
		if (next >= limit || node[next].prev != at || n > limit)
			return UINT32_MAX;
		n++;
		at = next;
	} while (at != head);
	return n - 1;
}

#endif /* VM_POLICY_LIST_H */
