/*
 * The ring between one decoder of a trace and many readers of it: batches of
 * references, each of which every reader consumes, in order.
 *
 *	decoder --> | 7 | 8 | 9 |   |   |   |   room for more, or wait
 *	              ^       ^
 *	        reader 2    readers 0, 1	batch 7 goes when 2 has had it
 *
 * Readers are not threads: any thread takes the reader that is furthest behind
 * and has a batch, and no other thread holds.  So no thread waits while there
 * is work, however unequal the readers, and each reader sees the trace once, in
 * order, by one thread at a time.
 *
 * R1  each batch's count of readers that have not had it is right; it is free
 *     when that is 0
 * R2  no reader is further ahead than the decoder, or, until it goes, further
 *     behind than there are batches
 */
#ifndef WL_SWEEP_RING_H
#define WL_SWEEP_RING_H

#include "workloads/refs/lackey.h"

struct wl_ring;

#define WL_RING_RUNS	1024	/* of a batch, at most */

/* References of one process. */
struct wl_ring_run {
	uint32_t	process, n;
};

struct wl_ring_batch {
	struct wl_ref  *ref;
	size_t		n;		/* the sum of all runs */
	struct wl_ring_run *run;
	size_t		nruns;
};

enum wl_ring_turn {
	WL_RING_BATCH,		/* a batch for a reader */
	WL_RING_END,		/* this reader has had all: its last turn */
	WL_RING_NOTHING		/* there is nothing left to do, for any */
};

/* => NULL: no memory; all numbers are at least 1 */
struct wl_ring *wl_ring_create(size_t batches, size_t refs, size_t readers);
void	wl_ring_destroy(struct wl_ring *);	/* NULL is allowed */

/* ---- the decoder ---- */

/* Room for `refs' references, none of them there yet; waits for it.
   => NULL: nobody reads any more */
struct wl_ring_batch *wl_ring_room(struct wl_ring *);
/* The next n references of the room are there, and of this process.
   => before that nruns is less than WL_RING_RUNS */
void	wl_ring_add(struct wl_ring_batch *, uint32_t process, size_t n);
/* What is in the room is a batch. */
void	wl_ring_put(struct wl_ring *);
/* There are no more; or, cancelled, readers get no more turns. */
void	wl_ring_end(struct wl_ring *, bool cancelled);

/* ---- threads that drive readers ---- */

/* Waits for a turn. => *reader is the caller's until wl_ring_done() */
enum wl_ring_turn wl_ring_take(struct wl_ring *, size_t *reader,
	    const struct wl_ring_batch **);
/* The turn is over.  more false: the reader is done with the trace (it must
   be after WL_RING_END) */
void	wl_ring_done(struct wl_ring *, size_t reader, bool more);

/* When nobody is at work: => NULL, or the invariant that is broken */
const char *wl_ring_check(const struct wl_ring *);

#endif /* WL_SWEEP_RING_H */
