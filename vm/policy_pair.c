/*
 * Policies with two queues of pages.  The block of state is
 *
 *	struct policy_pair | nodes | keys | queues | counts | ghosts
 */
#include "policy_pair.h"

static uint32_t
head_of(const struct policy_pair *p, uint32_t queue)
{
	return queue == 0 ? 0 : p->frames + 1;
}

static size_t
ghosts_at(uint32_t frames)
{
	size_t at = sizeof(struct policy_pair) +
	    (frames + (size_t)2) * sizeof(struct pl_node) +
	    (frames + (size_t)1) * (sizeof(uint32_t) + 2);

	return (at + 7) & ~(size_t)7;
}

size_t
policy_pair_bytes(uint32_t frames, uint32_t ghosts)
{
	return ghosts_at(frames) + policy_ghosts_bytes(ghosts);
}

struct policy_ghosts *
policy_pair_ghosts(const struct policy_pair *p)
{
	uintptr_t at = (uintptr_t)p + ghosts_at(p->frames);

	return (struct policy_ghosts *)at;
}

uint32_t *
policy_pair_key(const struct policy_pair *p, uint32_t slot)
{
	return (uint32_t *)(uintptr_t)&p->node[p->frames + 2] + slot;
}

uint8_t *
policy_pair_queue(const struct policy_pair *p, uint32_t slot)
{
	return (uint8_t *)policy_pair_key(p, p->frames + 1) + slot;
}

uint8_t *
policy_pair_count(const struct policy_pair *p, uint32_t slot)
{
	return policy_pair_queue(p, p->frames + 1) + slot;
}

void
policy_pair_init(struct policy_pair *p, uint32_t frames, uint32_t ghosts)
{
	p->frames = frames;
	p->limit = ghosts;
	pl_init(p->node, 0);
	pl_init(p->node, frames + 1);
	policy_ghosts_init(policy_pair_ghosts(p), ghosts);
}

void
policy_pair_put(struct policy_pair *p, uint32_t queue, uint32_t slot)
{
	*policy_pair_queue(p, slot) = (uint8_t)queue;
	pl_push(p->node, head_of(p, queue), slot);
	p->n[queue]++;
}

void
policy_pair_take(struct policy_pair *p, uint32_t slot)
{
	pl_remove(p->node, slot);
	p->n[*policy_pair_queue(p, slot)]--;
}

uint32_t
policy_pair_oldest(const struct policy_pair *p, uint32_t queue)
{
	return pl_back(p->node, head_of(p, queue));
}

bool
policy_pair_recall(struct policy_pair *p, uint32_t key, uint32_t *queue)
{
	struct policy_ghosts *g = policy_pair_ghosts(p);
	uint32_t ghost = policy_ghost_find(g, key);

	p->coming = ghost != 0;
	if (ghost == 0)
		return false;
	p->back = key;
	*queue = policy_ghost_queue(g, ghost);
	policy_ghost_drop(g, ghost);
	return true;
}

bool
policy_pair_returns(struct policy_pair *p, uint32_t key)
{
	bool noted = p->coming && p->back == key;
	uint32_t queue;

	noted = noted || policy_pair_recall(p, key, &queue);
	p->coming = false;
	return noted;
}

void
policy_pair_remove(void *state, uint32_t slot)
{
	policy_pair_take(state, slot);
}

static const char *
check_queue(const struct policy_pair *p, uint32_t queue)
{
	uint32_t head = head_of(p, queue);

	if (pl_count(p->node, head, p->frames + 2) != p->n[queue])
		return "P1: a queue is broken";
	for (uint32_t i = p->node[head].next; i != head; i = p->node[i].next) {
		if (i == 0 || i > p->frames ||
		    *policy_pair_queue(p, i) != queue)
			return "P1: a page is in another queue";
		if (policy_ghost_find(policy_pair_ghosts(p),
			*policy_pair_key(p, i)) != 0)
			return "P2: a resident page is a ghost";
	}
	return NULL;
}

/* The pages of a queue, the oldest first. */
static void
keep_queue(struct policy_pair *p, uint32_t queue, struct vm_keep *k, uint32_t n)
{
	uint32_t slot = head_of(p, queue);

	for (;
	     n > 0 && pl_keep(p->node, head_of(p, queue), &slot, p->frames, k);
	     n--) {
		VM_KEEP(k, *policy_pair_key(p, slot), 0, UINT32_MAX);
		VM_KEEP(k, *policy_pair_count(p, slot), 0, UINT8_MAX);
		*policy_pair_queue(p, slot) = (uint8_t)queue;
	}
}

void
policy_pair_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct policy_pair *p = state;
	uint8_t coming = p->coming;

	VM_KEEP(k, p->n[0], 0, n);
	p->n[1] = n - p->n[0];
	VM_KEEP(k, p->back, 0, UINT32_MAX);
	VM_KEEP(k, coming, 0, 1);
	p->coming = coming;
	keep_queue(p, 0, k, p->n[0]);
	keep_queue(p, 1, k, p->n[1]);
	policy_ghosts_keep(policy_pair_ghosts(p), k);
	if (k->load && k->ok && p->coming &&
	    policy_ghost_find(policy_pair_ghosts(p), p->back) != 0)
		k->refuse(k, "P2: the page that comes back is a ghost still");
}

uint32_t
policy_pair_key_of(const void *state, uint32_t slot)
{
	return *policy_pair_key(state, slot);
}

bool
policy_pair_is_ghost(const void *state, uint32_t key)
{
	return policy_ghost_find(policy_pair_ghosts(state), key) != 0;
}

const char *
policy_pair_check(const void *state)
{
	const struct policy_pair *p = state;
	const char *why;

	if ((uint64_t)p->n[0] + p->n[1] > p->frames)
		return "P1: there are more pages than slots";
	if ((why = check_queue(p, 0)) != NULL ||
	    (why = check_queue(p, 1)) != NULL)
		return why;
	return policy_ghosts_check(policy_pair_ghosts(p));
}
