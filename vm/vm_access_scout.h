/*
 * Looking ahead for victims: inside of vm_access_policy.c.
 *
 * Which pages a policy will choose next can be guessed from its state, for the
 * policies whose structure is known here.  What their eviction needs of the
 * host's memory is fetched before, step by step as with references:
 *
 *	place in the queue	12	page of the slot
 *				 9	walk to its PTE
 *				 6	PTE: the frame, and its neighbours on
 *				 3	their queue, and its anon and swap slot
 *
 * All of this is hints: a guess that is wrong costs time.
 */
#ifndef VM_ACCESS_SCOUT_H
#define VM_ACCESS_SCOUT_H

#include "vm_access_ahead.h"

#include "policy_clock.h"
#include "policy_fifo.h"
#include "policy_lru.h"
#include "policy_sieve.h"

#define SCOUT_RING	16		/* a power of two */
#define SCOUT_GUESSES	12
#define SCOUT_WALK	9
#define SCOUT_FRAME	6
#define SCOUT_ANON	3
#define SCOUT_STEPS	48		/* slots looked at for a guess */

/* The likely victim after one, or after none (0).  => 0: unknown */
typedef uint32_t scout_fn(const void *state, uint32_t after);

struct scout {
	uint32_t	head, tail;	/* guesses, counted from the first */
	uint32_t	walked, framed, named;	/* so many have got so far */
	uint32_t	slot[SCOUT_RING];
	uint64_t       *pte[SCOUT_RING];
};

static inline uint32_t
scout_clock(const void *state, uint32_t after)
{
	const struct policy_clock *c = state;
	uint32_t slot = after != 0 ? after : c->hand;

	if (after != 0)
		slot = slot < c->frames ? slot + 1 : 1;
	for (unsigned i = 0; i < SCOUT_STEPS; i++) {
		if (c->bit[slot] == POLICY_CLOCK_CLEAR)
			return slot;
		slot = slot < c->frames ? slot + 1 : 1;
	}
	return 0;
}

static inline uint32_t
scout_queue(const void *state, uint32_t after)
{
	return ((const struct policy_queue *)state)->node[after].prev;
}

static inline uint32_t
scout_sieve(const void *state, uint32_t after)
{
	struct policy_sieve *s = (void *)(uintptr_t)state;
	uint32_t slot = after == 0 ? s->hand : s->node[after].prev;

	for (unsigned i = 0; i < SCOUT_STEPS; i++) {
		if (slot == 0)
			slot = pl_back(s->node, 0);
		if (!policy_sieve_visited(s)[slot])
			return slot;
		slot = s->node[slot].prev;
	}
	return 0;
}

static inline void
scout_walk(struct scout *s, struct ahead_nodes *n, const struct vm_set *set,
    uint32_t i)
{
	const uint64_t page = set->page[s->slot[i]];
	uint32_t *slot;
	uint64_t *pte = page == 0 ? NULL : ahead_find(n, set->pmap,
	    pg_ptoa(set->pmap, page - 1), &slot);

	s->pte[i] = pte;
	if (pte == NULL)
		return;
	__builtin_prefetch(pte, 1);
	__builtin_prefetch(slot, 1);
}

/* => PFN_NONE: nothing is mapped there any more */
static inline pfn_t
scout_pfn(const struct scout *s, const struct vm *vm,
    const struct vm_set *set, uint32_t i)
{
	const uint64_t pte = s->pte[i] != NULL ? *s->pte[i] : 0;
	const pfn_t pfn = pte_pfn(set->pmap, pte);

	return pfn <= vm->pages.npages ? pfn : PFN_NONE;
}

static inline void
scout_name(const struct vm *vm, pfn_t pfn)
{
	const struct vm_page *pg = &vm->pages.page[pfn];

	__builtin_prefetch(&vm->pages.page[pg->qnext], 1);
	__builtin_prefetch(&vm->pages.page[pg->qprev], 1);
	if ((pg->pg_flags & PG_ANON) == 0 || vm->anons.slot == NULL)
		return;
	__builtin_prefetch(&vm->anons.anon[pg->owner], 1);
	/* Loaded, for its absence would be waited for: hosts may leave out a
	   prefetch that their own TLB does not know. */
	(void)*(const volatile uint32_t *)&vm->anons.slot[pg->owner];
}

/* A victim has gone, the set's last one: new guesses, and steps for the old. */
static inline void
scout_go(struct scout *s, struct ahead_nodes *n, const struct vm *vm,
    const struct vm_set *set, scout_fn *guess)
{
	while (s->head != s->tail)
		if (s->slot[s->head++ % SCOUT_RING] == set->last)
			break;
	while (s->tail - s->head < SCOUT_GUESSES) {
		uint32_t slot = guess(set->run.state, s->tail != s->head ?
		    s->slot[(s->tail - 1) % SCOUT_RING] : 0);

		if (slot == 0)
			break;
		__builtin_prefetch(&set->page[slot]);
		s->slot[s->tail++ % SCOUT_RING] = slot;
	}
	if ((int32_t)(s->walked - s->head) < 0)
		s->walked = s->head;
	if ((int32_t)(s->framed - s->head) < 0)
		s->framed = s->head;
	if ((int32_t)(s->named - s->head) < 0)
		s->named = s->head;
	for (; s->walked != s->tail && s->walked - s->head < SCOUT_WALK;
	     s->walked++)
		scout_walk(s, n, set, s->walked % SCOUT_RING);
	for (; s->framed != s->walked && s->framed - s->head < SCOUT_FRAME;
	     s->framed++)
		__builtin_prefetch(&vm->pages.page[scout_pfn(s, vm, set,
		    s->framed % SCOUT_RING)], 1);
	for (; s->named != s->framed && s->named - s->head < SCOUT_ANON;
	     s->named++)
		scout_name(vm, scout_pfn(s, vm, set, s->named % SCOUT_RING));
}

#endif /* VM_ACCESS_SCOUT_H */
