/*
 * Ghosts: keys of pages that went and are remembered, in one queue or two, of
 * which the oldest is forgotten first.  A table of a fixed number of entries
 * with a hash over the keys, in memory of the policy's state.
 *
 *  G1  each ghost is in one queue, and its key's hash chain leads to it
 *  G2  no key is there twice
 */
#ifndef VM_POLICY_GHOST_H
#define VM_POLICY_GHOST_H

#include "policy_list.h"

#define POLICY_GHOST_QUEUES	2

struct policy_ghost {
	uint32_t	key;
	uint32_t	chain;		/* next of the same hash, or 0 */
	uint32_t	queue;
};

struct policy_ghosts {
	uint32_t	max;
	uint32_t	n[POLICY_GHOST_QUEUES];
	uint32_t	bits;		/* log2 of the number of chains */
	uint32_t	free;		/* list of unused ones, by link.next */
	uint32_t	fresh;		/* never used ones begin here */
	struct pl_node	node[];		/* heads 0, 1; then the ghosts; then
					   struct policy_ghost, and chains */
};

/* => bytes for max ghosts; a multiple of 8 */
size_t	policy_ghosts_bytes(uint32_t max);
void	policy_ghosts_init(struct policy_ghosts *, uint32_t max);
/* => the ghost of key, or 0 */
uint32_t policy_ghost_find(const struct policy_ghosts *, uint32_t key);
/* => which queue it is in */
uint32_t policy_ghost_queue(const struct policy_ghosts *, uint32_t ghost);
/* A new one, youngest of the queue. => there is none of key, and room */
void	policy_ghost_add(struct policy_ghosts *, uint32_t queue, uint32_t key);
void	policy_ghost_drop(struct policy_ghosts *, uint32_t ghost);
/* Forget the oldest one of a queue that is not empty. */
void	policy_ghost_forget(struct policy_ghosts *, uint32_t queue);
/* Which keys are ghosts, the oldest of each queue first. */
void	policy_ghosts_keep(struct policy_ghosts *, struct vm_keep *);
const char *policy_ghosts_check(const struct policy_ghosts *);

#endif /* VM_POLICY_GHOST_H */
