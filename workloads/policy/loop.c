/*
 * Loops of the counting engine.
 *
 * A hit takes the slot from the page's word, puts the write into it, and tells
 * the policy.  The words of coming touches are fetched ahead: with many pages
 * they are the misses of the host's own caches.
 */
#include "loop.h"

#include <string.h>

#include "vm/policy_clock.h"
#include "vm/policy_fifo.h"
#include "vm/policy_lru.h"
#include "vm/policy_opt.h"
#include "vm/policy_sieve.h"

#define AHEAD 24 /* touches; at most WL_LOOP_AHEAD */

#define INLINE static inline __attribute__((always_inline))

typedef void hit_fn(void *, uint32_t);
typedef uint32_t victim_fn(struct wl_run *, uint32_t);
typedef void insert_fn(void *, uint32_t, uint32_t);
typedef void next_fn(void *, uint32_t);

/* The page in slot has gone. */
INLINE void
gone(struct wl_run *run, uint32_t slot)
{
	uint32_t *page = &run->page[run->key[slot]];

	run->r.dirty_evictions += *page & 1;
	*page = WL_GONE;
}

INLINE void
miss(struct wl_run *run, uint32_t touch, victim_fn *victim, insert_fn *insert)
{
	uint32_t key = touch >> 1, slot;

	run->r.misses++;
	if (run->used < run->r.args.frames) {
		slot = ++run->used;
	} else {
		slot = victim(run, key);
		gone(run, slot);
	}
	run->key[slot] = key;
	run->page[key] = slot << 1 | (touch & 1);
	insert(run->state, slot, key);
}

INLINE void
loop(struct wl_run *run, const uint32_t *touch, const uint32_t *when, size_t n,
    hit_fn *hit, victim_fn *victim, insert_fn *insert, next_fn *next)
{
	uint32_t *const page = run->page;
	void *const state = run->state;

	for (size_t i = 0; i < n; i++) {
		uint32_t t = touch[i], word = page[t >> 1];

		__builtin_prefetch(&page[touch[i + AHEAD] >> 1], 1);
		if (next != NULL)
			next(state, when[i]);
		if (likely(word > WL_GONE)) {
			page[t >> 1] = word | (t & 1);
			hit(state, word >> 1);
		} else {
			miss(run, t, victim, insert);
		}
	}
	run->r.touches += n;
	run->r.resident = run->used;
	run->r.evictions = run->r.misses - run->used;
}

/* The word of the page that goes next is fetched: it was not used of late. */
INLINE uint32_t
queue_victim(struct wl_run *run, uint32_t key)
{
	const struct policy_queue *q = run->state;
	uint32_t slot = policy_queue_victim(run->state, key);

	__builtin_prefetch(&run->page[run->key[pl_back(q->node, 0)]], 1);
	return slot;
}

#define VICTIM(name) \
	INLINE uint32_t name##_victim(struct wl_run *run, uint32_t key) \
	{ \
		return policy_##name##_victim(run->state, key); \
	}

VICTIM(clock)
VICTIM(sieve)
VICTIM(opt)

#define LOOP(name, hit, victim, insert, next) \
	static void loop_##name(struct wl_run *run, const uint32_t *touch, \
	    const uint32_t *when, size_t n) \
	{ \
		loop(run, touch, when, n, hit, victim, insert, next); \
	}

LOOP(fifo, policy_fifo_hit, queue_victim, policy_queue_insert, NULL)
LOOP(lru, policy_lru_hit, queue_victim, policy_queue_insert, NULL)
LOOP(clock, policy_clock_hit, clock_victim, policy_clock_insert, NULL)
LOOP(sieve, policy_sieve_hit, sieve_victim, policy_sieve_insert, NULL)
LOOP(opt, policy_opt_hit, opt_victim, policy_opt_insert, policy_opt_next)

/* ------------------------------------------------------------ by table ---- */

static void
expire(struct wl_run *run)
{
	uint32_t slot;

	while ((slot = run->r.policy->expired(run->state)) != 0) {
		gone(run, slot);
		run->r.expired++;
		run->r.resident--;
		run->free[run->nfree++] = slot;
	}
}

static uint32_t
take_slot(struct wl_run *run, uint32_t key)
{
	uint32_t slot;

	if (run->nfree > 0) {
		slot = run->free[--run->nfree];
	} else if (run->used < run->r.args.frames) {
		slot = ++run->used;
	} else {
		slot = run->r.policy->victim(run->state, key);
		gone(run, slot);
		return slot;
	}
	run->r.resident++;
	return slot;
}

void
wl_loop_any(struct wl_run *run, const uint32_t *touch, const uint32_t *when,
    size_t n)
{
	const struct vm_policy *p = run->r.policy;

	for (size_t i = 0; i < n; i++) {
		uint32_t t = touch[i], key = t >> 1, slot = run->page[key] >> 1;

		if (p->next != NULL)
			p->next(run->state, when[i]);
		if (slot != 0) {
			run->page[key] |= t & 1;
			p->hit(run->state, slot);
		} else {
			run->r.misses++;
			slot = take_slot(run, key);
			run->key[slot] = key;
			run->page[key] = slot << 1 | (t & 1);
			p->insert(run->state, slot, key);
		}
		if (p->expired != NULL) {
			expire(run);
			run->r.resident_sum += run->r.resident;
		}
	}
	run->r.touches += n;
	run->r.evictions = run->r.misses - run->r.resident;
}

static const struct {
	const struct vm_policy *policy;
	wl_loop_fn *loop;
} loops[] = {
	{ &vm_policy_fifo, loop_fifo },
	{ &vm_policy_lru, loop_lru },
	{ &vm_policy_clock, loop_clock },
	{ &vm_policy_sieve, loop_sieve },
	{ &vm_policy_opt, loop_opt },
};

wl_loop_fn *
wl_loop_of(const struct vm_policy *p)
{
	for (size_t i = 0; i < NELEM(loops); i++)
		if (loops[i].policy == p)
			return loops[i].loop;
	return wl_loop_any;
}
