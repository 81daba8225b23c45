/*
 * Finding moments of a run: when something happens, or comes true.
 *
 * Something *happens* in an operation: an event of a kind, a fault, one at a
 * page, of a process; a line of the script is done.  It is found at the moment
 * behind the operation.
 *
 * Something *is true* of a moment: a condition, a state of a page, a frame's
 * owner is another one than before.  What is looked for are the moments at
 * which it becomes true: the one before it was not so, or there is none before.
 *
 * How.  Forwards every moment is looked at on the way.  Backwards the stretch
 * between two checkpoints is done again and the last moment in it counts, then
 * the stretch before it.  What stays true once it is true is looked for by
 * bisection: among the checkpoints first, then in the one stretch.  The answer
 * is the same as that of looking at all moments; found.looked says how many
 * were.
 */
#ifndef WL_HISTORY_FIND_H
#define WL_HISTORY_FIND_H

#include "history.h"

enum wl_seek { WL_SEEK_NEXT, WL_SEEK_PREVIOUS, WL_SEEK_FIRST, WL_SEEK_LAST };

struct wl_sought {
	/*
	 * The operation that led to where the machine stands has just been
	 * done: is this one?  Called at each moment of a stretch, in order.
	 */
	bool	      (*hit)(void *ctx, struct wl_history *);
	/* A stretch begins here, the next hit() will be about what follows;
	   with NULL: about moment 0, before which nothing is true. */
	void	      (*begin)(void *ctx, struct wl_history *);
	/* Is it true now?  Only of what stays true; NULL: it may change. */
	bool	      (*holds)(void *ctx, struct wl_history *);
	bool		happens;	/* moment 0 is none */
	void	       *ctx;
};

struct wl_found {
	bool		found;		/* the machine stands at it; else where
					   it stood */
	bool		bisected;
	uint64_t	at;
	uint64_t	looked;		/* moments */
};

/*
 * NEXT and PREVIOUS: behind and before where the machine stands.  FIRST and
 * LAST of the whole run, which LAST goes to the end of.
 * => WENT, whether it was found or not; ENOUGH: progress() said so, and the
 *    machine stands where it stood; LOST
 */
enum wl_went wl_history_find(struct wl_history *, const struct wl_sought *,
	    enum wl_seek, struct wl_found *);

/* ---- what can be sought ---- */

/* A condition (history.h): becomes true. */
struct wl_seek_condition {
	const struct wl_condition *condition;
	bool		before;		/* private */
};
struct wl_sought wl_sought_condition(struct wl_seek_condition *);

/* A number that anybody computes: is another one than at the moment before. */
struct wl_seek_change {
	uint64_t      (*value)(void *ctx, struct wl_history *);
	void	       *ctx;
	uint64_t	before;		/* private */
};
struct wl_sought wl_sought_change(struct wl_seek_change *);

/* A yes or no that anybody computes: becomes yes. */
struct wl_seek_state {
	bool	      (*is)(void *ctx, struct wl_history *);
	void	       *ctx;
	bool		before;		/* private */
};
struct wl_sought wl_sought_state(struct wl_seek_state *);

/* An operation: of this line, with this error (any: -1), by this process. */
struct wl_seek_operation {
	uint32_t	line;		/* 0: any */
	bool		failed;		/* one that failed */
	int		pid;		/* 0: any */
};
struct wl_sought wl_sought_operation(struct wl_seek_operation *);

/*
 * Events.  While it is looked for, the machine's events are listened to, beside
 * who listened before.
 */
struct wl_seek_event {
	bool		kind[VM_EVENT_NKINDS];	/* which */
	int		pid;		/* 0: any process's */
	char		name[64];	/* of the process; "": any's */
	vaddr_t		va, end;	/* end 0: anywhere */
	uint32_t	frame;		/* 0: any; else a member named frame */
	/* private */
	struct machine *m;		/* listened to */
	vm_event_fn    *next_fn;
	void	       *next_ctx;
	bool		seen;
};
struct wl_sought wl_sought_event(struct wl_seek_event *);
/* Listens no more.  To be called after each search. */
void	wl_seek_event_end(struct wl_seek_event *, struct wl_history *);

#endif /* WL_HISTORY_FIND_H */
