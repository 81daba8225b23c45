/*
 * Exercises: problems whose numbers are drawn from a seed, and whose answers a
 * run of the simulator gives.
 *
 *	kind + seed --make--> problem (text), a script, items
 *	                            script --run--> right answers, reasons
 *
 * A kind is a row of wl_drill_kinds and a file of its own, drill_NAME.c.  Its
 * make() draws parameters, writes the problem and the script side by side, asks
 * (wl_drill_ask: an expectation whose left side is the answer), runs, and adds
 * to each item a sentence why.  The same seed always makes the same exercise.
 *
 * Whoever wants to know which exercise a student has needs three things: the
 * lesson, the kind, the seed.
 */
#ifndef WL_DRILL_H
#define WL_DRILL_H

#include <stdio.h>

#include "lesson.h"

#define WL_DRILL_MAXITEMS	20
#define WL_DRILL_MAXPROBES	96
#define WL_DRILL_WIDTH		76	/* columns of a problem */
#define WL_DRILL_WHY		400

struct wl_item {			/* one thing to answer */
	char		label[8];	/* "1a" */
	char	       *prompt;
	char		right[WL_LESSON_ANSWER];
	bool		set;		/* its words in any order */
	char		unit;		/* 'K': asked for in K, which need not
					   be written; 0: none */
	char		why[WL_DRILL_WHY];
	char	       *story;		/* explain's lines, or NULL */
	int		probe;		/* whose value it is, or -1 */
	int		told;		/* the run's output before this probe is
					   its story; -1: none */
};

struct wl_probe {			/* a measure that is looked at */
	uint32_t	line;		/* of the script */
	bool		met;
	char		got[WL_LESSON_ANSWER];
	size_t		from, to;	/* of the run's output before it */
};

struct wl_drill {
	const struct wl_drill_kind *kind;
	const struct wl_lesson_host *host;
	uint64_t	seed;
	unsigned	number;		/* of the exercise, from 1 */
	uint64_t	rng;
	char	       *problem;	/* once made */
	char	       *source;		/* the script, once made */
	struct wl_item	item[WL_DRILL_MAXITEMS];
	unsigned	nitems;
	char		error[300];	/* "" or why it could not be made */
	/* private */
	FILE	       *text, *script;
	size_t		textlen, sourcelen;
	uint32_t	line;		/* lines of the script */
	struct wl_probe	probe[WL_DRILL_MAXPROBES];
	unsigned	nprobes, seen;
	FILE	       *out;
	char	       *said;		/* what the run showed and explained */
	size_t		saidlen;
};

struct wl_drill_kind {
	const char     *name;		/* "translate" */
	const char     *title;		/* "Address translation" */
	void	      (*make)(struct wl_drill *);
};

extern const struct wl_drill_kind wl_drill_kinds[]; /* ends with a NULL name */
/* => NULL: there is no such kind */
const struct wl_drill_kind *wl_drill_kind_byname(const char *);

/*
 * Make exercise number `number' of this kind.  => false: d->error says why;
 * wl_drill_free() either way
 */
bool	wl_drill_make(struct wl_drill *, const struct wl_drill_kind *,
	    uint64_t seed, unsigned number, const struct wl_lesson_host *);
void	wl_drill_free(struct wl_drill *);

/* Is this the item's right answer? */
bool	wl_item_right(const struct wl_item *, const char *given);

/* ---- for the kinds ---- */

/* Draw: lo to hi, both included. */
uint64_t wl_draw(struct wl_drill *, uint64_t lo, uint64_t hi);
/* true once in n times */
bool	wl_draw_once_in(struct wl_drill *, unsigned n);
/* Put the numbers 0 .. n - 1 into some order. */
void	wl_draw_order(struct wl_drill *, unsigned *order, unsigned n);

#define WL_PRINTF(a, b) __attribute__((format(printf, a, b)))
/* "p", "p+8K": the page of that number from a name on */
const char *wl_place(char buf[24], const char *name, unsigned page);
/* A paragraph of the problem; a line of it as it stands. */
void	wl_say(struct wl_drill *, const char *fmt, ...) WL_PRINTF(2, 3);
void	wl_put(struct wl_drill *, const char *fmt, ...) WL_PRINTF(2, 3);
/* A line of the script; wl_do() shows it in the problem as well. */
void	wl_hide(struct wl_drill *, const char *fmt, ...) WL_PRINTF(2, 3);
void	wl_do(struct wl_drill *, const char *fmt, ...) WL_PRINTF(2, 3);
/* Look at a measure here, later. => its number */
int	wl_probe(struct wl_drill *, const char *fmt, ...) WL_PRINTF(2, 3);
/* The same with an operation: did it succeed, and how did it fail? */
int	wl_try(struct wl_drill *, const char *fmt, ...) WL_PRINTF(2, 3);
/*
 * Ask.  => the item's number.  Its answer is that of a probe, or what
 * wl_right() sets.
 */
unsigned wl_ask(struct wl_drill *, int probe, const char *fmt, ...)
	    WL_PRINTF(3, 4);
void	wl_right(struct wl_drill *, unsigned item, const char *fmt, ...)
	    WL_PRINTF(3, 4);
void	wl_why(struct wl_drill *, unsigned item, const char *fmt, ...)
	    WL_PRINTF(3, 4);
/*
 * What the run shows and explains before this probe, and behind the probe
 * before it, is the story of the item.
 */
void	wl_story_of(struct wl_drill *, unsigned item, int probe);
/*
 * Run the script; done(), if there is one, sees the machine at its end.
 * => false: d->error is set, make() returns
 */
bool	wl_drill_run(struct wl_drill *, void (*done)(void *, struct machine *),
	    void *ctx);
/* What the run showed before this probe, into the problem, indented. */
void	wl_put_said(struct wl_drill *, int probe);
/* Values of probes once it has run. */
const char *wl_probed(const struct wl_drill *, int probe);
uint64_t wl_number(const struct wl_drill *, int probe);
/* There was a value; the operation succeeded. */
bool	wl_has(const struct wl_drill *, int probe);
bool	wl_done_well(const struct wl_drill *, int probe);

#endif /* WL_DRILL_H */
