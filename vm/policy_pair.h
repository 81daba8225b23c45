/*
 * What policies with two queues of pages and with ghosts share (arc, 2q,
 * s3fifo): the queues, the keys, and who of the coming pages is a ghost.
 *
 *	queue 0  pages that came lately      ghosts 0
 *	queue 1  pages that came back        ghosts 1
 *
 *  P1  both queues are sound; each page is in the one that it names
 *  P2  no resident page is a ghost
 */
#ifndef VM_POLICY_PAIR_H
#define VM_POLICY_PAIR_H

#include "policy.h"
#include "policy_ghost.h"

struct policy_pair {
	uint32_t	frames;
	uint32_t	n[2];		/* pages of the queues */
	uint32_t	target;		/* size of queue 0, as it should be */
	uint32_t	limit;		/* ghosts that are kept */
	uint32_t	back;		/* key of the page that comes back */
	bool		coming;		/* back is one */
	struct pl_node	node[];		/* heads 0 and frames + 1 */
};

size_t	policy_pair_bytes(uint32_t frames, uint32_t ghosts);
void	policy_pair_init(struct policy_pair *, uint32_t frames,
	    uint32_t ghosts);
struct policy_ghosts *policy_pair_ghosts(const struct policy_pair *);
/* => by slot: its key; which queue it is in; a number of the policy's */
uint32_t *policy_pair_key(const struct policy_pair *, uint32_t slot);
uint8_t *policy_pair_queue(const struct policy_pair *, uint32_t slot);
uint8_t *policy_pair_count(const struct policy_pair *, uint32_t slot);

/* The page, in no queue, becomes the youngest of one. */
void	policy_pair_put(struct policy_pair *, uint32_t queue, uint32_t slot);
void	policy_pair_take(struct policy_pair *, uint32_t slot);
/* => the oldest of a queue that is not empty */
uint32_t policy_pair_oldest(const struct policy_pair *, uint32_t queue);
/*
 * A page is about to come: is it a ghost?  If so, it is one no longer, and is
 * noted as coming back.
 */
bool	policy_pair_recall(struct policy_pair *, uint32_t key,
	    uint32_t *queue);
/* The page has come: was it noted, or is it a ghost still? */
bool	policy_pair_returns(struct policy_pair *, uint32_t key);

/* vm_policy.remove and .check of all three */
void	policy_pair_remove(void *state, uint32_t slot);
const char *policy_pair_check(const void *state);
/* vm_policy.keep of those whose target is fixed */
void	policy_pair_keep(void *state, struct vm_keep *, uint32_t n);
uint32_t policy_pair_key_of(const void *state, uint32_t slot); /* .key */
bool	policy_pair_is_ghost(const void *state, uint32_t key); /* .ghost */

#endif /* VM_POLICY_PAIR_H */
