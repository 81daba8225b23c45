/*
 * The screen of `uvmsim step': the run, the address space, the page table, the
 * frames and what was said, drawn with ncurses over the model of
 * workloads/step/step.h.
 *
 *	+------------------------------------------------+
 *	| run          operation 3 of 5       a process  |  header
 *	+----------------------+-------------------------+
 *	| source               | address space, entries  |
 *	|                      | the way to an address   |  a block a side
 *	+----------------------+ memory                  |
 *	| what was said        | frames                  |
 *	+----------------------+-------------------------+
 *	| a message, or what is typed                    |
 *	| keys                                           |
 *	+------------------------------------------------+
 *
 * Keys become commands of the line mode (keys.c); what a command prints is read
 * back and shown (log.c).  Nothing is kept of the run here but what is looked
 * at, so that each drawing shows the machine as it is.
 */
#ifndef API_SCREEN_H
#define API_SCREEN_H

#include <ncurses.h>
#include <stdbool.h>
#include <stdio.h>

#include "api/cmd_step.h"

#define SCREEN_MINROWS	16
#define SCREEN_MINCOLS	60
#define SCREEN_LINES	2000		/* that are kept of what was said */

struct screen_pane {
	int		y, x, h, w;	/* on the terminal, cells */
};

/* What a command has printed, read back. */
struct screen_tap {
	FILE	       *fp;
	char	       *text;
	size_t		len;
};

struct screen {
	struct cmd_stepping *stepping;
	struct wl_step *step;
	struct screen_tap out, err;
	char	       *line[SCREEN_LINES]; /* what was said; [n % LINES] */
	size_t		nlines;		/* ever */
	size_t		scrolled;	/* rows back from the end */
	int		pid;		/* that is looked at; 0: who acts */
	bool		chosen;		/* va was chosen by hand */
	vaddr_t		va;		/* that is looked at */
	char		message[240];	/* "" */
	bool		bad;		/* it is a complaint */
	int		side;		/* that is told: left, right, both */
};

/* Kinds of text, as attributes of ncurses. */
enum screen_ink { INK_PLAIN, INK_TITLE, INK_HERE, INK_NEXT, INK_BAD, INK_FREE,
    INK_ANON, INK_FILE, INK_TABLE, INK_WRITE, INK_EXEC, INK_DIM, INK_N };
attr_t	screen_ink(enum screen_ink);
/* Without colours: bold, reverse and underlined text alone. */
void	screen_inks(bool colour);

/* A line of a pane, cut at its width; bytes that are no ASCII become '?'. */
void	screen_put(const struct screen_pane *, int row, enum screen_ink,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* A rule across the pane, with words in it. */
void	screen_rule(const struct screen_pane *, int row, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* draw.c: all of it */
void	screen_draw(struct screen *);
/* The process and the address that are looked at on a side; 0: none. */
int	screen_process(struct screen *, int side);
vaddr_t	screen_address(struct screen *, int side);

/* memory.c: a side's address space, page table, memory, frames */
void	screen_draw_side(struct screen *, int side,
	    const struct screen_pane *);

/* log.c */
bool	screen_tap_open(struct screen_tap *);
void	screen_tap_close(struct screen_tap *);
/* What was printed since the last time goes to the log. => its rows */
size_t	screen_hear(struct screen *);
void	screen_say(struct screen *, const char *line);
void	screen_draw_log(struct screen *, const struct screen_pane *);
void	screen_log_free(struct screen *);
/* The last `rows' lines said, over the whole screen, until a key ends it. */
void	screen_page(struct screen *, size_t lines, const char *title);

/* screen.c: the next key; ^C is one. => ERR: the terminal is gone */
int	screen_getch(void);

/* keys.c: what a key does. => false: quit */
bool	screen_key(struct screen *, int key);
/* One line of keys; all of them into the log, to be paged. */
const char *screen_hints(void);

#endif /* API_SCREEN_H */
