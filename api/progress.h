/*
 * A line about how far a long command has come:
 *
 *	uvmsim mrc: 42%  128.3M references  3.9M/s  0:45 left
 *
 * It stands on standard error while that is a terminal, and goes when the
 * command says something else or ends; nothing of it is ever written to a file
 * or a pipe, and nothing with --quiet.  It is drawn ten times a second at most,
 * and not before half a second has passed.
 *
 * The share is of bytes of the trace, or of operations; without a total there
 * is none, and no time left.  Where a trace is read more than once the share
 * begins again, and so do rate and time.
 */
#ifndef API_PROGRESS_H
#define API_PROGRESS_H

#include <time.h>

#include "cmd.h"

struct cmd_progress {
	/* private */
	const char     *name;		/* of the command; NULL: no line */
	const char     *unit;		/* "references" */
	uint64_t	total;		/* 0: not known */
	uint64_t	begun, drawn;	/* ms of the host's clock; 0: never */
	uint64_t	at, count;	/* at the last look */
	uint64_t	base;		/* units before this reading */
	char		note[40];	/* what else there is to say */
	bool		shown;		/* the line stands there */
	bool		dumb;		/* a terminal that cannot erase */
	uint64_t	skip, calls;	/* updates between looks at the clock */
};

/* unit must live until the end; total 0: not known */
void	cmd_progress_begin(struct cmd_progress *, const struct cmd *,
	    const char *unit, uint64_t total);
/*
 * at: how far, of the total; count: so many units are done.  Cheap: the clock
 * is looked at now and then only.
 */
void	cmd_progress_update(struct cmd_progress *, uint64_t at, uint64_t count);
/* Words for the end of the line, as "3 of 16 points". */
void	cmd_progress_note(struct cmd_progress *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Before anything else is written to a terminal: the line goes, until the next
   update. */
void	cmd_progress_clear(struct cmd_progress *);
void	cmd_progress_end(struct cmd_progress *);
/* => an update would be looked at, so it is worth to find out how far it is */
bool	cmd_progress_due(struct cmd_progress *);

/* The line without name, as drawn: buf gets it.  ms have passed since base. */
void	cmd_progress_text(const struct cmd_progress *, uint64_t at,
	    uint64_t count, uint64_t ms, char *buf, size_t len);

#endif /* API_PROGRESS_H */
