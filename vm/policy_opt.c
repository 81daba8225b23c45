/*
 * OPT, also MIN (Belady, IBM Systems Journal 5, 1966): the page goes whose next
 * reference is the farthest; fewer misses are not possible.  Each page that is
 * referenced comes in (demand paging: no bypass).
 *
 * The driver knows the future and tells it with next().  A heap of (next
 * reference, slot) has the page that goes at its top.  A page that is hit has
 * the least value of all, at the bottom, and its new one is mostly small as
 * well, so a hit is cheap.  Only pages that are never referenced again can be
 * equal: of these the one in the slot with the highest number goes.
 *
 *  O1  no place has a greater value than its parent
 *  O2  each page's place is where its value is
 */
#include "policy_opt.h"

static size_t
opt_bytes(const struct vm_policy_args *args)
{
	return sizeof(struct policy_opt) + args->frames * sizeof(uint64_t) +
	    (args->frames + (size_t)1) * sizeof(uint32_t);
}

static void
opt_init(void *state, const struct vm_policy_args *args)
{
	struct policy_opt *o = state;

	o->frames = args->frames;
	o->when = VM_POLICY_NEVER;
}

static const char *
opt_check(const void *state)
{
	const struct policy_opt *o = state;
	const uint32_t *place = (const uint32_t *)&o->heap[o->frames];

	if (o->n > o->frames)
		return "O1: there are more pages than slots";
	for (uint32_t i = 0; i < o->n; i++) {
		uint32_t slot = (uint32_t)o->heap[i];

		if (i > 0 && o->heap[(i - 1) / 4] < o->heap[i])
			return "O1: a place has more than its parent";
		if (slot == 0 || slot > o->frames || place[slot] != i)
			return "O2: a page is not where its place says";
	}
	return NULL;
}

static void
opt_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct policy_opt *o = state;

	o->n = n;
	VM_KEEP(k, o->when, 0, UINT32_MAX);
	for (uint32_t i = 0; i < n && k->ok; i++) {
		uint32_t slot = (uint32_t)o->heap[i];
		uint32_t when = (uint32_t)(o->heap[i] >> 32);

		VM_KEEP(k, slot, 1, o->frames);
		VM_KEEP(k, when, 0, UINT32_MAX);
		o->heap[i] = (uint64_t)when << 32 | slot;
		policy_opt_places(o)[slot] = i;
	}
}

const struct vm_policy vm_policy_opt = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "opt",
	.summary = "Belady's: the page whose next reference is the farthest",
	.bytes = opt_bytes,
	.init = opt_init,
	.hit = policy_opt_hit,
	.victim = policy_opt_victim,
	.insert = policy_opt_insert,
	.remove = policy_opt_remove,
	.check = opt_check,
	.next = policy_opt_next,
	.keep = opt_keep,
};
