/*
 * Working set (Denning, CACM 11, 1968): resident are the pages of the last tau
 * references, W(t, tau), and no others.  A page that has not been referenced
 * for tau references goes, whether a frame is wanted or not; a reference misses
 * if the page's last one is more than tau references back.
 *
 * Frames are no part of the theory.  Should W(t, tau) not fit into them, the
 * page goes whose last reference is the longest ago.
 *
 *  W1  the queue is sound, has as many pages as were counted, and their last
 *      references fall from its front to its back
 */
#include "policy.h"
#include "policy_list.h"

enum { PARAM_TAU };

static const struct vm_policy_param params[] = {
	[PARAM_TAU] = { "tau", "references that a page stays without one", 1,
	    UINT64_MAX / 16, 10000 },
	{ .name = NULL },
};

struct ws {
	uint32_t frames, n;
	uint64_t tau;
	uint64_t now;          /* references so far */
	struct pl_node node[]; /* 0 is the head; behind them the last
				  reference of each slot */
};

static uint64_t *
lasts(struct ws *s)
{
	return (uint64_t *)(void *)&s->node[s->frames + 1];
}

static size_t
ws_bytes(const struct vm_policy_args *args)
{
	return sizeof(struct ws) +
	    (args->frames + (size_t)1) *
	    (sizeof(struct pl_node) + sizeof(uint64_t));
}

static void
ws_init(void *state, const struct vm_policy_args *args)
{
	struct ws *s = state;

	s->frames = args->frames;
	s->tau = args->param[PARAM_TAU];
	pl_init(s->node, 0);
}

static void
ws_hit(void *state, uint32_t slot)
{
	struct ws *s = state;

	lasts(s)[slot] = ++s->now;
	pl_remove(s->node, slot);
	pl_push(s->node, 0, slot);
}

static void
ws_insert(void *state, uint32_t slot, uint32_t key)
{
	struct ws *s = state;

	(void)key;
	lasts(s)[slot] = ++s->now;
	pl_push(s->node, 0, slot);
	s->n++;
}

static void
ws_remove(void *state, uint32_t slot)
{
	struct ws *s = state;

	pl_remove(s->node, slot);
	s->n--;
}

static uint32_t
ws_victim(void *state, uint32_t key)
{
	struct ws *s = state;
	uint32_t slot = pl_back(s->node, 0);

	(void)key;
	ws_remove(state, slot);
	return slot;
}

static uint32_t
ws_expired(void *state)
{
	struct ws *s = state;
	uint32_t slot = pl_back(s->node, 0);

	if (slot == 0 || lasts(s)[slot] + s->tau > s->now)
		return 0;
	ws_remove(state, slot);
	return slot;
}

static const char *
ws_check(const void *state)
{
	struct ws *s = (void *)(uintptr_t)state;
	uint64_t last = s->now + 1;

	if (s->n > s->frames || pl_count(s->node, 0, s->frames + 1) != s->n)
		return "W1: the queue is broken";
	for (uint32_t i = s->node[0].next; i != 0; i = s->node[i].next) {
		if (lasts(s)[i] >= last)
			return "W1: the queue is out of order";
		last = lasts(s)[i];
	}
	return NULL;
}

/* From the page that was referenced the longest ago on. */
static void
ws_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct ws *s = state;
	uint32_t slot = 0;

	VM_KEEP(k, s->now, 0, UINT64_MAX / 4);
	for (s->n = 0; s->n < n && pl_keep(s->node, 0, &slot, s->frames, k);
	     s->n++)
		VM_KEEP(k, lasts(s)[slot], 0, s->now);
}

const struct vm_policy vm_policy_ws = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "ws",
	.summary = "working set: pages of the last tau references",
	.params = params,
	.bytes = ws_bytes,
	.init = ws_init,
	.hit = ws_hit,
	.victim = ws_victim,
	.insert = ws_insert,
	.remove = ws_remove,
	.check = ws_check,
	.expired = ws_expired,
	.keep = ws_keep,
};
