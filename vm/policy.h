/*
 * Page replacement policies that see every reference: which page goes when one
 * comes and no frame is free.
 *
 *	driver                              policy
 *	  reference to a resident page -----> hit(slot)
 *	  reference to another one:
 *	    no slot is free ----------------> victim(key) -> slot, now free
 *	    the page takes a free slot -----> insert(slot, key)
 *	  page gone for other reasons ------> remove(slot)
 *
 * A slot is a place for one page, 1 to args->frames; 0 is no slot.  A key is
 * the name of a page, 32 bits, the same whenever the page comes back; policies
 * that remember pages which are no longer resident (ghosts) know them by it.
 * Drivers: the counting engine (workloads/policy/count.h), and a machine.
 *
 * A policy is a const struct vm_policy in a file of its own.  Its state is one
 * block of memory, which belongs to the driver: as many bytes as bytes() says,
 * zeroed, aligned to VM_POLICY_ALIGN, without pointers to itself or to anything
 * else, so that it may be copied.  A policy allocates nothing, cannot fail, and
 * decides by its arguments and its calls alone.  The clock of a policy that has
 * one counts its calls of hit and insert: references.
 *
 * Rules for the driver:
 *  D1  insert: the slot is free; hit, remove: it is not
 *  D2  victim: some slot is taken; the page of key is not resident, and comes
 *      next (it may not: then its insert is left out)
 *  D3  expired, when there is one, is called before each reference until it
 *      returns 0, and after the last one
 *  D4  next, when there is one, is called before each hit and insert
 *
 * The textbook's details that papers leave open are decided in
 * docs/policies.md, which shows as well how a policy is added.
 */
#ifndef VM_POLICY_H
#define VM_POLICY_H

#include "vm_keep.h"

#define VM_POLICY_ABI		1
#define VM_POLICY_ALIGN		64
#define VM_POLICY_MAXPARAMS	4
/* Of a small host, so that sizes in bytes fit. */
#define VM_POLICY_MAXFRAMES	((uint32_t)1 << (sizeof(size_t) > 4 ? 29 : 23))

/* next(): the page is never referenced again */
#define VM_POLICY_NEVER		UINT32_MAX

/* A number that a policy takes: "tau" of ws:tau=10000. */
struct vm_policy_param {
	const char     *name;		/* NULL ends a list */
	const char     *summary;
	uint64_t	min, max;	/* inclusive */
	uint64_t	value;		/* unless given */
};

struct vm_policy_args {
	uint32_t	frames;		/* 1 .. VM_POLICY_MAXFRAMES */
	uint64_t	seed;		/* of policies that draw lots */
	uint64_t	param[VM_POLICY_MAXPARAMS]; /* as in ->params */
};

struct vm_policy {
	uint32_t	abi;		/* VM_POLICY_ABI */
	uint32_t	size;		/* sizeof(struct vm_policy) */
	const char     *name;		/* lower case letters and digits */
	const char     *summary;	/* one line, no full stop */
	const struct vm_policy_param *params;	/* or NULL: none */

	/* => bytes of state, for these arguments */
	size_t	      (*bytes)(const struct vm_policy_args *);
	/* The state is zeroed; all slots are free. */
	void	      (*init)(void *state, const struct vm_policy_args *);
	/* The page in slot is referenced. */
	void	      (*hit)(void *state, uint32_t slot);
	/* => the slot whose page goes; it is free from now on */
	uint32_t      (*victim)(void *state, uint32_t key);
	/* The page of key comes into slot, and is referenced. */
	void	      (*insert)(void *state, uint32_t slot, uint32_t key);
	/* The page in slot is no more; it is no ghost either. */
	void	      (*remove)(void *state, uint32_t slot);
	/* => NULL, or the broken invariant: "S2: the hand is on no page" */
	const char   *(*check)(const void *state);

	/* Rare ones; NULL in most policies. */
	/* The page of the coming hit or insert is referenced again by reference
	   number `when' of the stream (counted from 0), or VM_POLICY_NEVER. */
	void	      (*next)(void *state, uint32_t when);
	/* => a slot whose page has to go although there may be free ones; it is
	   free from now on; 0: none */
	uint32_t      (*expired)(void *state);
	/*
	 * What decides about coming victims, for a core file (vm_keep.h): which
	 * page is where, not how it is linked.  n slots are taken.  In: the
	 * state is as init() made it; each slot that comes in is 1 .. frames;
	 * check() is called afterwards.  NULL: who loads a core begins anew,
	 * with the pages that are there.
	 */
	void	      (*keep)(void *state, struct vm_keep *, uint32_t n);
	/* => the key that it remembers for a slot that is taken; NULL: none */
	uint32_t      (*key)(const void *state, uint32_t slot);
	/* => it remembers the page of this key, which went; NULL: none.  For
	   those who explain, without effect */
	bool	      (*ghost)(const void *state, uint32_t key);
};

/* The policies of the house, by name; ends with NULL. */
extern const struct vm_policy *const vm_policies[];

/* => NULL: there is none of that name */
const struct vm_policy *vm_policy_byname(const char *);
/* All parameters as if none were given. */
void	vm_policy_defaults(const struct vm_policy *, struct vm_policy_args *);
/*
 * Parameters as text, "tau=10000:NAME=NUMBER"; "" is none.
 * => false: err says what was expected
 */
bool	vm_policy_set(const struct vm_policy *, struct vm_policy_args *,
	    const char *text, char *err, size_t errlen);
struct mem;
/* Is a page in the slot? => true, and its key */
typedef bool vm_policy_page_fn(void *ctx, uint32_t slot, uint32_t *key);
/*
 * keep(), and what has come in is looked at: sound, and taken are those n slots
 * for which page() is true, by these keys; else it is refused.
 * => the policy has a keep
 */
void	vm_policy_keep(const struct vm_policy *, const struct vm_policy_args *,
	    void *state, struct vm_keep *, struct mem *, uint32_t n,
	    vm_policy_page_fn *page, void *ctx);
/*
 * The table itself: what a policy from outside must have.
 * => NULL, or a sentence
 */
const char *vm_policy_unusable(const struct vm_policy *);

extern const struct vm_policy vm_policy_fifo, vm_policy_lru, vm_policy_clock,
    vm_policy_nfu, vm_policy_lfu, vm_policy_random, vm_policy_opt, vm_policy_ws,
    vm_policy_wsclock, vm_policy_arc, vm_policy_2q, vm_policy_s3fifo,
    vm_policy_sieve;

#endif /* VM_POLICY_H */
