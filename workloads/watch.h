/*
 * Who looks on while a trace is read, and may end it: a bar of progress, a
 * signal.  One hangs at the input (io/input.h), so that whatever reads the
 * trace asks it: wl_refsource_next() between batches, replays of operations
 * between blocks, those of logs between lines.
 *
 * When it says stop, reading ends as at the end of the trace, and what was read
 * until then is a prefix of it, of whole references or lines.
 */
#ifndef WL_WATCH_H
#define WL_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#define WL_WATCH_EVERY	1024	/* things read between two questions */

struct wl_watch {
	bool	      (*look)(void *ctx);	/* => true: stop */
	/* The trace has been read, and nobody will ask any more for long; NULL:
	   need not be told */
	void	      (*over)(void *ctx);
	void	       *ctx;
	int		wake;		/* a descriptor: to be read from when
					   look() would say stop; -1: none.  A
					   pipe that gives nothing is left */
	uint64_t	done;		/* references, or lines, read so far */
	uint64_t	ask_at;		/* private: done at the next look() */
	bool		stopped;	/* look() has said it */
	uint64_t	most;		/* operations and references to do; 0:
					   all.  Counted by whoever does them */
	bool		full;		/* there are more */
};

/* Asks, if it is time to.  => true: stop; NULL never says it */
static inline bool
wl_watch_stop(struct wl_watch *w)
{
	if (w == NULL || (w->done < w->ask_at && !w->stopped))
		return false;
	w->ask_at = w->done + WL_WATCH_EVERY;
	if (!w->stopped && w->look(w->ctx))
		w->stopped = true;
	return w->stopped;
}

/* The most are done, and there is one more.  => true: stop, which it is */
static inline bool
wl_watch_full(struct wl_watch *w)
{
	return w->full = w->stopped = true;
}

static inline void
wl_watch_over(struct wl_watch *w)
{
	if (w != NULL && w->over != NULL)
		w->over(w->ctx);
}

/* So many are read by now, perhaps for the second time.  => as above */
static inline bool
wl_watch_at(struct wl_watch *w, uint64_t done)
{
	if (w == NULL)
		return false;
	if (done < w->done)
		w->ask_at = done;
	w->done = done;
	return wl_watch_stop(w);
}

#endif /* WL_WATCH_H */
