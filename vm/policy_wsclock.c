/*
 * WSClock (Carr and Hennessy, SOSP 1981): the frames in a circle, as in clock;
 * each page has a referenced bit and a time of last use, which is when the hand
 * found the bit set.  At each page the hand
 *
 *	bit set				clears it, notes the time, moves on
 *	bit clear, used within tau	moves on
 *	bit clear, not used within tau	takes the page: it is in no working set
 *
 * After a whole turn without one, the page with the oldest time goes, of equal
 * ones the first from where the hand began.  The hand stops behind it.
 *
 * Time is references made, and "within tau" is as in ws.  Written pages are
 * treated as others: when and how they are cleaned is the driver's business.
 *
 *  K1  each taken slot has a bit, and no other; the hand is on a slot
 *  K2  no page was used in the future
 */
#include "policy.h"

enum { PARAM_TAU };
enum { FREE, CLEAR, SET };

static const struct vm_policy_param params[] = {
	[PARAM_TAU] = { "tau", "references that make a page old", 1,
	    UINT64_MAX / 16, 10000 },
	{ .name = NULL },
};

struct wsclock {
	uint32_t frames, n;
	uint32_t hand;
	uint64_t tau, now;
	uint64_t used[]; /* by slot; behind them the bits, a byte each */
};

static uint8_t *
bits(struct wsclock *s)
{
	return (uint8_t *)&s->used[s->frames + 1];
}

static size_t
wsclock_bytes(const struct vm_policy_args *args)
{
	return sizeof(struct wsclock) +
	    (args->frames + (size_t)1) * (sizeof(uint64_t) + 1);
}

static void
wsclock_init(void *state, const struct vm_policy_args *args)
{
	struct wsclock *s = state;

	s->frames = args->frames;
	s->tau = args->param[PARAM_TAU];
	s->hand = 1;
}

static void
wsclock_hit(void *state, uint32_t slot)
{
	struct wsclock *s = state;

	s->now++;
	bits(s)[slot] = SET;
}

static void
wsclock_insert(void *state, uint32_t slot, uint32_t key)
{
	struct wsclock *s = state;

	(void)key;
	s->used[slot] = ++s->now;
	bits(s)[slot] = SET;
	s->n++;
}

static void
wsclock_remove(void *state, uint32_t slot)
{
	struct wsclock *s = state;

	bits(s)[slot] = FREE;
	s->n--;
}

static uint32_t
next_slot(const struct wsclock *s, uint32_t slot)
{
	return slot < s->frames ? slot + 1 : 1;
}

/* One turn, from the hand. => a page that is old; 0: none */
static uint32_t
find_old(struct wsclock *s)
{
	uint32_t slot = s->hand;

	for (uint32_t i = 0; i < s->frames; i++, slot = next_slot(s, slot)) {
		if (bits(s)[slot] == SET) {
			bits(s)[slot] = CLEAR;
			s->used[slot] = s->now;
		} else if (bits(s)[slot] == CLEAR &&
		    s->used[slot] + s->tau <= s->now) {
			return slot;
		}
	}
	return 0;
}

static uint32_t
find_oldest(struct wsclock *s)
{
	uint32_t slot = s->hand, best = 0;

	for (uint32_t i = 0; i < s->frames; i++, slot = next_slot(s, slot))
		if (bits(s)[slot] != FREE &&
		    (best == 0 || s->used[slot] < s->used[best]))
			best = slot;
	return best;
}

static uint32_t
wsclock_victim(void *state, uint32_t key)
{
	struct wsclock *s = state;
	uint32_t slot = find_old(s);

	(void)key;
	if (slot == 0)
		slot = find_oldest(s);
	s->hand = next_slot(s, slot);
	wsclock_remove(state, slot);
	return slot;
}

static const char *
wsclock_check(const void *state)
{
	struct wsclock *s = (void *)(uintptr_t)state;
	uint32_t n = 0;

	for (uint32_t i = 1; i <= s->frames; i++) {
		if (bits(s)[i] > SET)
			return "K1: a bit is neither clear nor set";
		if (bits(s)[i] != FREE && s->used[i] > s->now)
			return "K2: a page was used in the future";
		n += bits(s)[i] != FREE;
	}
	if (n != s->n || s->hand == 0 || s->hand > s->frames)
		return "K1: the number of pages is wrong, or the hand";
	return NULL;
}

static void
wsclock_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct wsclock *s = state;

	s->n = n;
	VM_KEEP(k, s->now, 0, UINT64_MAX / 4);
	VM_KEEP(k, s->hand, 1, s->frames);
	VM_KEEP_ARRAY(k, bits(s) + 1, s->frames, 0, SET);
	for (uint32_t i = 1; i <= s->frames; i++)
		if (bits(s)[i] != FREE)
			VM_KEEP(k, s->used[i], 0, s->now);
}

const struct vm_policy vm_policy_wsclock = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "wsclock",
	.summary = "clock that takes pages out of the working set first",
	.params = params,
	.bytes = wsclock_bytes,
	.init = wsclock_init,
	.hit = wsclock_hit,
	.victim = wsclock_victim,
	.insert = wsclock_insert,
	.remove = wsclock_remove,
	.check = wsclock_check,
	.keep = wsclock_keep,
};
