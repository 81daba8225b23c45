/*
 * The touches of a trace of references, as numbers of pages: what the
 * miss-ratio curves are computed from.  A reference touches every page from
 * that of its first byte to that of its last one, in rising order (refs.h).
 * Pages of different processes are different pages, with keys of their own
 * (spaces.h).
 */
#ifndef WL_TOUCHES_H
#define WL_TOUCHES_H

#include "pageset.h"
#include "refsource.h"
#include "spaces.h"

#define WL_TOUCHES_ROOM		4096	/* pages returned at once, at most */

struct wl_touches {
	/* set by the caller before wl_touches_open() */
	const char     *trace;		/* name, for messages */
	struct wl_input *input;		/* at its beginning; the caller's */
	unsigned	page_shift;	/* of the pages, 10 or more */
	bool		data_only;	/* leave fetches out */
	bool		counts_4k;	/* count distinct pages of 4K */
	/* counted */
	uint64_t	references;	/* that have been returned */
	uint64_t	touches;
	uint64_t	distinct_4k;
	bool		stopped;	/* the input's watch has ended it */
	bool		cut;		/* the trace breaks off behind them */
	char		error[512];	/* a sentence that names the place */
	/* private */
	struct wl_refsource source;
	struct wl_spaces spaces;	/* of pages */
	struct wl_spaces spaces_4k;
	struct wl_pageset pages_4k;
	const struct wl_ref *ref, *end;	/* not returned yet */
	uint64_t	page[WL_TOUCHES_ROOM];
};

/* => false: no memory (error says so) */
bool	wl_touches_open(struct wl_touches *);
void	wl_touches_close(struct wl_touches *);
/*
 * The next touches, whole references, valid until the next call.
 * => how many; 0: the end, or an error if error is not empty
 */
size_t	wl_touches_next(struct wl_touches *, const uint64_t **page);

#endif /* WL_TOUCHES_H */
