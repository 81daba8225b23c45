/*
 * Why: the story of one operation, a chain of sentences in plain words with
 * the facts that each was made of.
 *
 *	wl_story_begin(what)	counters, clock and page table are noted
 *	    sim_access() or sim_syscall(): events --> lines
 *	wl_story_end(outcome)	what it came to, counters, time
 *	wl_story_print, _json, _line
 *
 * A story listens to a machine's events beside whoever listened before.  The
 * look-ups made while the operation is under way see the state that each
 * decision was made on; nothing is changed by looking.  A machine without a
 * story does not know that there are any.
 *
 * Lines are brief ones, which together are the short chain, and others, which
 * only the full one has.  Of an operation on many pages the short chain tells
 * the first fault, and the last one if it fails.
 *
 * A line:	step	"entry"; the names are in uvmsim-explain(1)
 *		text	one sentence without a full stop
 *		facts	members of a JSON object: "start":"0x1000","prot":"rw-"
 */
#ifndef WL_EXPLAIN_H
#define WL_EXPLAIN_H

#include <stdio.h>

#include "sim/sim.h"

struct wl_story;

/* What is about to be done. */
struct wl_deed {
	struct process *p;
	const struct sim_call *call;	/* NULL: an access */
	vaddr_t		va;		/* of an access */
	vsize_t		len;
	vm_prot_t	type;
};

struct wl_line {
	const char     *step;
	const char     *text;
	const char     *facts;		/* "" where there are none */
	bool		brief;
};

#define WL_STORY_MAXLINES 4096		/* what is more is only counted */

/* => NULL: no memory.  The machine must outlive it. */
struct wl_story *wl_story_new(struct machine *);
void	wl_story_free(struct wl_story *);	/* NULL is allowed */

/*
 * An operation begins: the story is that of this one from now on.  What deed
 * points to must live until wl_story_end().
 */
void	wl_story_begin(struct wl_story *, const struct wl_deed *);
/* It has ended so, just now; sig of an access that failed, or NULL. */
void	wl_story_end(struct wl_story *, int err, uint64_t ret,
	    const struct sim_signal *sig);

/* Lines of the operation that ended last; a story told to its end has some. */
unsigned wl_story_nlines(const struct wl_story *);
/* => false: there are no more.  Valid until the next begin. */
bool	wl_story_line(const struct wl_story *, unsigned i, struct wl_line *);
/* Lines that were not kept: MAXLINES, or no memory. */
uint64_t wl_story_lost(const struct wl_story *);
/* There was no memory for all of the present story. */
bool	wl_story_nomem(const struct wl_story *);

/* The chain, numbered, filled to 79 columns; long rows of lines of one kind are
 * cut short unless full. */
void	wl_story_print(const struct wl_story *, FILE *, bool full);
/* An array of {"step":...,"text":...,facts}, no newline. */
void	wl_story_json(const struct wl_story *, FILE *, bool full);

#endif /* WL_EXPLAIN_H */
