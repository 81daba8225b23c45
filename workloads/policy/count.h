/*
 * Counting engine: what a replacement policy does to a stream of touches of
 * pages, with no map and no page table; any number of policies and sizes of
 * memory side by side, in one pass.
 *
 *	touches --> keys --+--> run 0: lru, 64 frames    misses, dirty evictions
 *	                   +--> run 1: lru, 256 frames
 *	                   +--> run 2: opt, 64 frames    (when all is known)
 *
 * A touch is a page number and whether it writes.  Pages get keys, numbers from
 * 0 without large gaps, 64 pages that lie side by side together.  Each run has
 * the slot of each key, and the policy's state.  Frames are filled in rising
 * order; the frame of the page that goes is that of the page that comes.
 *
 * A policy that must know the future (vm_policy.next) runs when the stream has
 * ended; the touches are kept for it, in 8 bytes each.
 *
 * fifo, lru, clock, sieve and opt run in loops that have them inline, with the
 * same results as through their tables (wl_count_plain()).
 */
#ifndef WL_POLICY_COUNT_H
#define WL_POLICY_COUNT_H

#include "pmap/mem.h"
#include "vm/policy.h"

/* A touch as one number. */
#define WL_TOUCH(page, write)	((uint64_t)(page) << 1 | ((write) != 0))

struct wl_count_result {
	const struct vm_policy *policy;
	struct vm_policy_args args;
	uint64_t	touches;
	uint64_t	misses;
	uint64_t	evictions;	/* pages that went */
	uint64_t	dirty_evictions; /* of them, written */
	uint64_t	expired;	/* of the evictions, by expired() */
	uint32_t	resident;	/* pages, now */
	uint64_t	resident_sum;	/* pages resident, summed over touches,
					   after each; with expired() only */
	size_t		state_bytes;	/* of the policy */
	size_t		bytes;		/* all told, without what runs share */
};

struct wl_count;

/* Memory is mem's. => NULL: no memory */
struct wl_count *wl_count_create(struct mem *);
void	wl_count_destroy(struct wl_count *);	/* NULL is allowed */
/*
 * Another run. => before the first touch; args->frames within its range
 * => false: no memory; it is good for wl_count_destroy() alone
 */
bool	wl_count_add(struct wl_count *, const struct vm_policy *,
	    const struct vm_policy_args *);
/* Use the tables of all policies: what a policy from outside gets. */
void	wl_count_plain(struct wl_count *);
/*
 * n touches, of pages below 2^63.
 * => 0; ENOMEM; EOVERFLOW: more than 2^31 keys, or a policy that must know the
 *    future and more than 2^32 - 2 touches.  The counts are void then
 */
int	wl_count_touch(struct wl_count *, const uint64_t *touch, size_t n);
/* The stream has ended. => 0, ENOMEM */
int	wl_count_finish(struct wl_count *);
/* => NULL: there is no such run */
const struct wl_count_result *wl_count_result(const struct wl_count *,
	    size_t run);
/* Pages touched. => there is a run, and the stream has ended */
uint64_t wl_count_distinct(const struct wl_count *);
/* vm_policy.check of each run, and the engine's own tables.
 * => NULL or a broken invariant; *run says whose */
const char *wl_count_check(const struct wl_count *, size_t *run);

#endif /* WL_POLICY_COUNT_H */
