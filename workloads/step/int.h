/*
 * Inside of stepping.
 *
 *	step.c		opening, moving, where it stands
 *	command.c	the table of commands, reading of what is typed
 *	find.c		until, before, first, last: what is looked for
 *	look.c		list, info, events, explain, show
 *	diff.c		what is different between two moments
 *	beside.c	two sides: where they part
 *	see.c		what a screen draws
 */
#ifndef WL_STEP_INT_H
#define WL_STEP_INT_H

#include "workloads/explain/explain.h"
#include "workloads/history/find.h"
#include "step.h"

#define WL_STEP_MAXEVENTS 256		/* kept of an operation */

struct wl_step_events {
	char	      **line;
	size_t		n, max;
	uint64_t	lost;
	uint64_t	count[VM_EVENT_NKINDS];
};

struct wl_step_side {
	struct wl_step *step;
	int		number;
	const char     *name;
	struct wl_history *h;
	struct wl_step_events events;	/* of the operation done last */
	uint64_t	events_of;	/* its number; 0: none is known */
	uint64_t	heard;		/* events since somebody looked */
	bool		listening;	/* events are kept */
	bool		telling;	/* what the run reports is told */
};

struct wl_step {
	struct wl_step_config config;
	const char     *base;		/* of the path, behind the last slash */
	struct wl_step_side side[WL_STEP_SIDES];
	int		nsides;
	int		chosen;		/* what looks is about; -1: both */
	uint64_t	before;		/* where it stood before it moved */
	char	       *last;		/* command */
	uint64_t	failed;
	bool		quit;
};

/* A complaint, one line. => false */
bool	wl_step_fail(struct wl_step *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Text to the output. */
void	wl_step_say(struct wl_step *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* What looks: begins on this side, with a heading if both are told. */
#define WL_STEP_EACH(s, side_) for (int side_ = 0; side_ < (s)->nsides;	\
    side_++) if (wl_step_begins(s, side_))
bool	wl_step_begins(struct wl_step *, int side);
/* The side that finding is about. */
struct wl_step_side *wl_step_leader(struct wl_step *);

/* One word of *args, which moves behind it. => its length; 0: none left */
size_t	wl_step_word(const char **args, const char **word);
bool	wl_step_is(const char *word, size_t len, const char *name);
/* A decimal number and nothing else. => false: it is none, or too large */
bool	wl_step_digits(const char *word, size_t len, uint64_t *n);
/* A number of operations; empty: fallback. => false: said so */
bool	wl_step_number(struct wl_step *, const char *args, uint64_t fallback,
	    uint64_t *n);

/* ---- moving (step.c) ---- */
/* To operation n, both. => false: it could not, and said so */
bool	wl_step_goto(struct wl_step *, uint64_t n);
/* What kept a side from getting there. => true: nothing that matters; false:
 * said so */
bool	wl_step_went_well(struct wl_step_side *, enum wl_went);
/* n operations on, telling what is printed on the way. */
bool	wl_step_next(struct wl_step *, uint64_t n);
/* The operation that led here again, on this side, being listened to; story
 * NULL: not told. => false: said so (there is none, it could not) */
bool	wl_step_redo(struct wl_step_side *, struct wl_story **story);
void	wl_step_forget_events(struct wl_step_events *);
/* The line that says what led here. */
void	wl_step_line(struct wl_step_side *, FILE *);

/* ---- commands ---- */
bool	wl_step_cmd_until(struct wl_step *, const char *);
bool	wl_step_cmd_before(struct wl_step *, const char *);
bool	wl_step_cmd_first(struct wl_step *, const char *);
bool	wl_step_cmd_last(struct wl_step *, const char *);
bool	wl_step_cmd_run(struct wl_step *, const char *);
bool	wl_step_cmd_list(struct wl_step *, const char *);
bool	wl_step_cmd_search(struct wl_step *, const char *);
bool	wl_step_cmd_info(struct wl_step *, const char *);
bool	wl_step_cmd_events(struct wl_step *, const char *);
bool	wl_step_cmd_explain(struct wl_step *, const char *);
bool	wl_step_cmd_show(struct wl_step *, const char *);
bool	wl_step_cmd_expect(struct wl_step *, const char *);
bool	wl_step_cmd_save(struct wl_step *, const char *);
bool	wl_step_cmd_diff(struct wl_step *, const char *);
bool	wl_step_cmd_diverge(struct wl_step *, const char *);
bool	wl_step_cmd_side(struct wl_step *, const char *);

#endif /* WL_STEP_INT_H */
