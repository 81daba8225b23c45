/*
 * Replacement policies as anybody would write them down: plain arrays, linear
 * searches, one request at a time, by keys.  The oracle of test_policy.c; it
 * shares nothing with vm/policy*.c but what docs/policies.md says.
 */
#ifndef POLICY_NAIVE_H
#define POLICY_NAIVE_H

#include "vm/policy.h"

#define NAIVE_MAX	256		/* frames */
#define NAIVE_HIT	UINT32_MAX

struct naive_page {
	uint32_t	key, slot;
	uint64_t	arrival, last, count, next;
	bool		bit;
	uint32_t	value;
};

/* A list of keys, [0] the oldest. */
struct naive_list {
	uint32_t	n;
	uint32_t	key[4 * NAIVE_MAX];
};

struct naive {
	uint32_t	frames;
	uint64_t	param[VM_POLICY_MAXPARAMS];
	uint64_t	now;		/* requests so far */
	uint64_t	rng;
	uint32_t	hand;
	uint32_t	n;		/* resident pages, in page[] */
	struct naive_page page[NAIVE_MAX];
	struct naive_list a, b, ghost_a, ghost_b;
	uint32_t	target;
};

struct naive_policy {
	const char     *name;
	/*
	 * One reference. => NAIVE_HIT; or the key of the page that goes; 0: a
	 * frame was free.  slot: where the page will be if one was free
	 */
	uint32_t      (*request)(struct naive *, uint32_t key, uint64_t next);
	/* The page of key is no more; NULL: not modelled */
	void	      (*drop)(struct naive *, uint32_t key);
	/* => the key of a page that has to go, or 0; NULL: there is none */
	uint32_t      (*expired)(struct naive *);
};

extern const struct naive_policy naive_policies[];	/* NULL name ends */

#endif /* POLICY_NAIVE_H */
