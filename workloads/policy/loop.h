/*
 * Inside of the counting engine: a run, and the loop over touches.
 *
 * The loop is written once; with functions that the compiler sees it becomes a
 * loop of its own for a policy, without calls.
 */
#ifndef WL_POLICY_LOOP_H
#define WL_POLICY_LOOP_H

#include "count.h"

/* A page that was resident, but is not now. */
#define WL_GONE		1u

/* Words behind a buffer of touches that may be read. */
#define WL_LOOP_AHEAD	32

struct wl_run {
	struct wl_count_result r;
	void	       *state;		/* in block, aligned */
	void	       *block;
	uint32_t       *page;		/* by key: slot << 1 | dirty, or
					   WL_GONE, or 0: never touched */
	size_t		keys;		/* that there is room for */
	uint32_t       *key;		/* by slot: what is in it */
	uint32_t	used;		/* slots that were ever taken */
	uint32_t       *free;		/* slots free again, or NULL */
	uint32_t	nfree;
};

/*
 * n touches, key << 1 | write; when: next touches, or NULL.
 */
typedef void wl_loop_fn(struct wl_run *, const uint32_t *touch,
	    const uint32_t *when, size_t n);

/* => the loop of a policy; that for all if it has none of its own */
wl_loop_fn *wl_loop_of(const struct vm_policy *);
wl_loop_fn wl_loop_any;

#endif /* WL_POLICY_LOOP_H */
