/*
 * Random: any page goes, each as likely as the others.  The pages stand in an
 * array; the one that goes is replaced by the last.  Lots are drawn from
 * xorshift64*, seeded by the arguments: the n-th victim of n pages is
 * order[high 32 bits of the n-th number * n / 2^32].
 *
 *  R1  each page in the array knows its place there
 */
#include "policy.h"

struct random {
	uint32_t frames, n;
	uint64_t seed;
	uint32_t order[]; /* slots taken; behind them the places of all */
};

static size_t
random_bytes(const struct vm_policy_args *args)
{
	return sizeof(struct random) +
	    (2 * (size_t)args->frames + 1) * sizeof(uint32_t);
}

/* By slot; place[0] is not used. */
static uint32_t *
places(struct random *r)
{
	return &r->order[r->frames];
}

static void
random_init(void *state, const struct vm_policy_args *args)
{
	struct random *r = state;

	r->frames = args->frames;
	r->seed = (args->seed + 1) * 0x9e3779b97f4a7c15u | 1;
}

static uint32_t
draw(struct random *r)
{
	uint64_t x = r->seed;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	r->seed = x;
	return (uint32_t)((x * 0x2545f4914f6cdd1du) >> 32);
}

static void
random_hit(void *state, uint32_t slot)
{
	(void)state;
	(void)slot;
}

static void
random_insert(void *state, uint32_t slot, uint32_t key)
{
	struct random *r = state;

	(void)key;
	places(r)[slot] = r->n;
	r->order[r->n++] = slot;
}

static void
random_remove(void *state, uint32_t slot)
{
	struct random *r = state;
	uint32_t place = places(r)[slot], last = r->order[--r->n];

	r->order[place] = last;
	places(r)[last] = place;
}

static uint32_t
random_victim(void *state, uint32_t key)
{
	struct random *r = state;
	uint32_t slot = r->order[(uint64_t)draw(r) * r->n >> 32];

	(void)key;
	random_remove(state, slot);
	return slot;
}

static const char *
random_check(const void *state)
{
	const struct random *r = state;
	const uint32_t *place = &r->order[r->frames];

	if (r->n > r->frames)
		return "R1: there are more pages than slots";
	for (uint32_t i = 0; i < r->n; i++) {
		uint32_t slot = r->order[i];

		if (slot == 0 || slot > r->frames || place[slot] != i)
			return "R1: a page does not know its place";
	}
	return NULL;
}

static void
random_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct random *r = state;

	r->n = n;
	VM_KEEP(k, r->seed, 1, UINT64_MAX);
	VM_KEEP_ARRAY(k, r->order, n, 1, r->frames);
	for (uint32_t i = 0; i < n && k->load && k->ok; i++)
		places(r)[r->order[i]] = i;
}

const struct vm_policy vm_policy_random = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "random",
	.summary = "any page, by lot (seeded)",
	.bytes = random_bytes,
	.init = random_init,
	.hit = random_hit,
	.victim = random_victim,
	.insert = random_insert,
	.remove = random_remove,
	.check = random_check,
	.keep = random_keep,
};
