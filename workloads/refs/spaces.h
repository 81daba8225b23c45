/*
 * Pages of several processes as one kind of number: the key of (process, page).
 * Different pairs have different keys, and those of process 0 are its page
 * numbers.
 *
 *	 63 62          64-shift            0
 *	+--+-----------+--------------------+
 *	|0 |  process  |    page number     |	processes 0 .. far - 1
 *	+--+-----------+-----------+--------+
 *	|0 | all ones  |   chunk   |  low   |	all others
 *	+--+-----------+-----------+--------+
 *
 * A page number has 64 - page shift bits, so that a few hundred or thousand
 * processes fit above it.  Those behind them have their pages by chunks of 1M
 * neighbours: a table gives each (process, chunk) a number of its own.
 */
#ifndef WL_SPACES_H
#define WL_SPACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wl_space_chunk;			/* of a process far out */

struct wl_spaces {
	uint64_t	base;		/* of the present process */
	uint32_t	process;
	bool		far;		/* it has no bits of its own */
	bool		failed;		/* no memory: keys mean nothing now */
	unsigned	page_bits;
	struct wl_space_chunk *chunks;	/* by process and number */
	struct wl_space_chunk *last;
	uint64_t	nchunks;
};

/* page_shift from 10 to 30; the present process is 0 */
void	wl_spaces_init(struct wl_spaces *, unsigned page_shift);
void	wl_spaces_fini(struct wl_spaces *);
/* The present process, from now on. */
void	wl_spaces_set(struct wl_spaces *, uint32_t process);
uint64_t wl_spaces_far_key(struct wl_spaces *, uint64_t page);

static inline void
wl_spaces_process(struct wl_spaces *s, uint32_t process)
{
	if (process != s->process)
		wl_spaces_set(s, process);
}

/* The key of a page of the present process, whose base and far are known. */
static inline uint64_t
wl_spaces_key_of(struct wl_spaces *s, uint64_t base, bool far, uint64_t page)
{
	return __builtin_expect(far, 0) ? wl_spaces_far_key(s, page) :
	    base | page;
}

/* The key of a page of the present process. */
static inline uint64_t
wl_spaces_key(struct wl_spaces *s, uint64_t page)
{
	return wl_spaces_key_of(s, s->base, s->far, page);
}

#endif /* WL_SPACES_H */
