/*
 * Exact miss counts of Belady's MIN (OPT: out goes the page whose next touch is
 * farthest, every page touched is brought in) at many memory sizes, or at all,
 * in one pass over a trace that is held in memory.
 *
 * OPT has a stack as LRU has (Mattson, Gecsei, Slutz and Traiger, 1970): the
 * first C pages of it are what C frames hold.  What the stack has to know of a
 * page is the time of its next touch alone.  A touch puts its page on top; the
 * page that was there sinks, and at every place down to where the touched page
 * lay, the nearer next touch of the two stays and the farther one sinks on:
 *
 *	time 5 touches the page at depth 4, to be touched again at 9
 *
 *	  7  8  6  5  12 ...	    9  7  6  8  12 ...
 *	  |     7 > 6 ...	    top; 7 < 8: 7 stays, 8 sinks; 6 stays; 8
 *
 * The stack is cut into blocks.  A page that sinks through a whole block leaves
 * it as the farthest of all that are in it, and no order within matters for
 * that: a block is a heap.  If blocks end at the sizes asked for, their order
 * inside is never needed.  For the miss counts of all sizes, blocks are about
 * as long as the square root of their depth, and what sank through a block
 * since it was last looked into is put in its place when the touched page
 * lies there (opt_curve.c).
 *
 * Host memory: 6 bytes a touch that is not of the page touched just before, 4
 * an index, 8 for each page that the largest size holds, 16 for all sizes.
 */
#ifndef WL_OPT_CURVE_H
#define WL_OPT_CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WL_OPT_LIMIT	((uint64_t)1 << 28)	/* touches held by default */

struct wl_opt {
	uint32_t       *page;		/* by time: index */
	uint64_t	n;		/* touches held */
	uint64_t	room;
	uint64_t	limit;		/* on n; 0: WL_OPT_LIMIT; at most
					   UINT32_MAX - 1 */
	uint64_t	repeats;	/* touches of the page just touched:
					   misses with no frame at all, hits
					   with one */
	uint32_t	top_index;	/* greatest index, plus one */
	uint32_t	distinct;	/* pages; set with the next touches */
	bool		prepared;	/* page[] has next touches */
};

/* All zero bytes hold no touch. */
void	wl_opt_fini(struct wl_opt *);
/*
 * Hold a touch of the page of an index below 2^29.
 * => 0; ENOMEM; EFBIG: the limit is reached.  Not after a curve was asked for.
 */
int	wl_opt_add(struct wl_opt *, uint32_t page);
/* Pages touched. => 0, or ENOMEM: no memory for counting them */
int	wl_opt_distinct(struct wl_opt *, uint64_t *distinct);
/*
 * misses[i] = misses of OPT with frames[i] frames, for all i < n.
 * => frames rises, and none is 0; n is at most WL_OPT_MAXPOINTS
 * => 0; ENOMEM
 */
#define WL_OPT_MAXPOINTS	4096
int	wl_opt_misses(struct wl_opt *, const uint64_t *frames, size_t n,
	    uint64_t *misses);
/*
 * *hist gets distinct + 1 numbers, which the caller frees: [d] touches hit with
 * d frames or more and miss with fewer; [0] are first touches.
 * => 0; ENOMEM, and *hist is NULL or what it was
 */
int	wl_opt_distances(struct wl_opt *, uint64_t **hist);

#endif /* WL_OPT_CURVE_H */
