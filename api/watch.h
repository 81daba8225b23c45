/*
 * A command that reads a trace or runs for long: its line of progress, and the
 * signals that end it in good order.
 *
 * SIGINT, SIGTERM and SIGHUP are held back from begin to end (one that is
 * ignored, as in the background of a shell, stays so).  When one comes, the
 * trace ends there for whoever reads it (workloads/watch.h): the command prints
 * and writes what it has, says "interrupted after N references of TRACE", and
 * lets the signal have its way at last, so that its status is the one of a
 * program that was interrupted (128 + the signal's number, in a shell).  The
 * first one lets the next one through: that ends the command at once.
 *
 * A bound of the command ends it in the same way: --max-ops, --timeout and
 * --max-host-memory.  Its status is CMD_FAIL then.
 *
 *	begin(cmd, input) .. read .. told() .. print .. end() .. kill()
 */
#ifndef API_WATCH_H
#define API_WATCH_H

#include <signal.h>

#include "progress.h"
#include "workloads/io/input.h"
#include "workloads/watch.h"

/* In place of a signal: a bound of the command has been met (bounds.h). */
#define CMD_WATCH_BOUND	(-1)

struct cmd_watch {
	struct wl_watch watch;		/* of the input; done is kept there */
	struct cmd_progress progress;
	const struct cmd *cmd;
	/* private */
	struct wl_input *in;		/* NULL: none */
	sigset_t	held;		/* signals that are held back */
	sigset_t	before;		/* as they were */
	bool		begun;
	int		fd;		/* tells of them, or -1 */
	int		signal;		/* that has come, CMD_WATCH_BOUND,
					   or 0 */
	enum api_over	over;		/* the bound, or API_OVER_NOT */
};

/*
 * From here on; in (NULL: there is none) gets the watch.  unit: what
 * watch.done counts, "references".
 */
void	cmd_watch_begin(struct cmd_watch *, const struct cmd *,
	    struct wl_input *in, const char *unit);
/* Without an input, between two steps: so much is done. => true: stop */
bool	cmd_watch_step(struct cmd_watch *, uint64_t done);
/* What watch.look is, for who puts something of his own around it. */
bool	cmd_watch_look(void *);
/* The signals come through again, the line goes; the input, which may be closed
   by now, is read no more.  May be called twice. */
void	cmd_watch_end(struct cmd_watch *);

/*
 * A request for memory has failed on the way.  => it was bounded, and this is
 * how what is under way ends; false: it was not
 */
bool	cmd_watch_refused(struct cmd_watch *);
/*
 * After an interruption: what was done, one line on standard error, behind the
 * results: "interrupted after N UNIT of TRACE", or what bound was met and, if
 * there is a --core, that it is there.  Nothing without one.
 */
void	cmd_watch_tell(struct cmd_watch *, uint64_t n, const char *unit,
	    const char *trace);
/* The signal that has come takes its course: does not return then.  All that
   there is to say and to clean up comes before.  => status */
int	cmd_watch_kill(struct cmd_watch *, int status);

#endif /* API_WATCH_H */
