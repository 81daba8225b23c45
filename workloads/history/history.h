/*
 * History: any run as numbered moments, any of which a machine can be put into.
 *
 *	moment  0 ------- 1 ------- 2 ---- ... ---- n ------- n+1 ---- ... N
 *	           op 1      op 2                      op n+1
 *	        [core]             [core]        ^ the machine stands here
 *
 * Moment n is the state after n operations.  An operation is what changes the
 * machine: a statement of a script that acts (a call, an access, spawn, file,
 * set, ioerror, sample, ...), a single reference of a pattern, a statement or a
 * reference of a trace, a record of a log of system calls.  What only looks
 * (show, explain, expect of measures) stands between two operations and belongs
 * to the moment after the first of them.
 *
 * Checkpoints are cores in memory, packed, with what the run knows besides the
 * machine (names, loops, samplers).  They are made on the way forward, at
 * distances in proportion to their size, and thinned when they take more than
 * their limit; the one of moment 0 always stays.  To go back, the last one that
 * is not behind the moment is loaded and the operations from there on are done
 * again.
 *
 * I1  the machine at moment n is the same by core bytes, however it was come by
 *     (straight on, or over any checkpoints).
 * I2  moments are never lost: if known() says n, goto(n) can be done.
 *
 * References of traces are operations each of its own, where a replay gives the
 * machine a thousand at once.  Where nobody asks for the time or the stamp of a
 * write (no disks in use, content tags, larger pages, daemons with a clock,
 * samples) this is the same, and they are given in batches here too.  On other
 * machines time goes on after each reference, and each write has a stamp of its
 * own.
 *
 * The length N of a run is found by going there: known() grows as far as one
 * has gone, ended() says that it is N.
 *
 * The machine, its processes and whatever they have are valid until the next
 * goto() or do_one(), which may make another machine; whoever listens to events
 * is told of each (start).
 */
#ifndef WL_HISTORY_H
#define WL_HISTORY_H

#include <stdio.h>

#include "workloads/io/input.h"
#include "sim/sim.h"

struct wl_history;
struct wl_exec;
struct wl_done;
struct wl_stmt;

#define WL_HISTORY_MEMORY ((size_t)512 << 20)	/* bytes of checkpoints */

enum wl_run_kind { WL_RUN_SCRIPT, WL_RUN_TRACE, WL_RUN_LOG };

struct wl_history_config {
	const char     *path;		/* names the run in messages */
	struct wl_input *input;		/* at its beginning; taken over, but for
					   a failed open */
	size_t		memory;		/* of checkpoints, bytes; 0:
					   WL_HISTORY_MEMORY */
	uint64_t	every;		/* operations between checkpoints; 0: in
					   proportion to their size */
	bool		data_only;	/* traces: leave fetches out */
	uint64_t	most;		/* operations, with which the run ends;
					   0: as many as it has */
	/* The command's words over the run's own.  NULL: none.
	   => false: say nothing more, open() fails with EINVAL */
	bool	      (*configure)(void *ctx, struct sim_config *);
	/* A machine has been made or loaded: at first, and when going back.
	   The one before is gone then.  NULL: nobody listens. */
	void	      (*start)(void *ctx, struct machine *);
	/* On long ways, now and then.  => false: stop here.  NULL: go on */
	bool	      (*progress)(void *ctx, uint64_t at);
	/* An operation that the run did not expect to fail has failed, or an
	   expectation was not met: one line.  Told each time that it is done;
	   NULL: nobody listens. */
	void	      (*report)(void *ctx, const char *text);
	/* Just before operation n (from 1) is done.  NULL: nobody listens. */
	void	      (*before)(void *ctx, uint64_t n);
	int	      (*tool)(struct machine *, int argc, char **argv,
			    FILE *out);	/* as of struct wl_run */
	void	       *ctx;
};

/* What the input holds, by its content and name; it is at its beginning, before
 * and after. */
enum wl_run_kind wl_history_detect(struct wl_input *);
/*
 * Make the machine and stand at moment 0.  What the input holds is found out
 * from its content.
 * => 0; or an errno, with one sentence in err that names the place
 */
int	wl_history_open(const struct wl_history_config *,
	    struct wl_history **, char *err, size_t errlen);
void	wl_history_close(struct wl_history *);		/* NULL is allowed */

enum wl_run_kind wl_history_kind(const struct wl_history *);
struct machine *wl_history_machine(struct wl_history *);
/* The moment where the machine stands. */
uint64_t wl_history_at(const struct wl_history *);
/* The last moment that has been seen, and whether it is the last of all. */
uint64_t wl_history_known(const struct wl_history *);
bool	wl_history_ended(const struct wl_history *);
/* It ended because the trace or the log breaks off. */
bool	wl_history_cut(const struct wl_history *);

enum wl_went {
	WL_WENT,			/* as wanted */
	WL_WENT_END,			/* the run has ended before; error()
					   may say why, or is "" */
	WL_WENT_STOPPED,		/* the run cannot go on from here: an
					   operation of a script failed, the
					   trace is broken; error() says how */
	WL_WENT_ENOUGH,			/* progress() said false */
	WL_WENT_LOST,			/* no memory, or a checkpoint could not
					   be loaded: error() says so */
};

/* Stand at moment n. => where it ended is at() */
enum wl_went wl_history_goto(struct wl_history *, uint64_t n);
/*
 * Do one operation.  What looks (shows, expectations) behind it is written to
 * `out' and reported, if out is not NULL.
 */
enum wl_went wl_history_step(struct wl_history *, FILE *out);
/* What looks before operation 1. */
void	wl_history_begin(struct wl_history *, FILE *out);
/* What WL_WENT_STOPPED and WL_WENT_LOST were about: one sentence that names the
 * place; or "". */
const char *wl_history_error(const struct wl_history *);

/*
 * From now on this story (explain/explain.h, of the present machine) is that of
 * each operation as it is done; NULL: nobody's.  Going back ends it: it is of a
 * machine that is gone then.  Logs of system calls tell none.
 */
struct wl_story;
void	wl_history_tell_story(struct wl_history *, struct wl_story *);

/* ---- what was done ---- */

struct wl_moment {
	uint64_t	n;		/* operation n led here; 0: none did */
	uint32_t	line;		/* of the source, from 1; 0: none */
	int		pid;		/* who did it; 0: nobody */
	bool		access;		/* a reference: va, len, type */
	vaddr_t		va;
	vsize_t		len;
	vm_prot_t	type;
	int		err;		/* errno, 0: it succeeded */
	uint64_t	ret;
	struct sim_signal sig;		/* of an access that failed */
	uint64_t	part, parts;	/* a reference of a pattern: part-th of
					   parts; else 0 */
	const char     *text;		/* as a plain script has it */
	bool		nomem;		/* there was no memory for it */
};

/* The operation that led to where the machine stands; valid until the next
 * goto() or step(). */
const struct wl_moment *wl_history_moment(struct wl_history *);
/* The same without its text, which takes time to write. */
const struct wl_moment *wl_history_done(struct wl_history *);
/* The line of the operation that comes next; 0: none, or none known */
uint32_t wl_history_next_line(const struct wl_history *);

/* ---- the source ---- */

/* Lines of the source, from 1 on; 0: it is no text */
uint32_t wl_history_nlines(const struct wl_history *);
/* => a line without its newline; "" behind the last one */
const char *wl_history_line(const struct wl_history *, uint32_t line);

/* ---- looking ---- */

/*
 * A statement that only looks (show ..., expect ..., explain) as of now, with
 * the names that the run has by now.  => false and err: one sentence
 */
bool	wl_history_look(struct wl_history *, const char *statement, FILE *out,
	    char *err, size_t errlen);
/*
 * Is this true now?  The condition is what an expect statement has behind the
 * word: "p dirty buf == 1", "machine faults > 10".
 * => false and err: it is no condition
 */
struct wl_condition;
struct wl_condition *wl_condition_new(struct wl_history *, const char *text,
	    char *err, size_t errlen);
void	wl_condition_free(struct wl_condition *);	/* NULL is allowed */
/* What cannot be measured (no such process yet) is not true. */
bool	wl_condition_holds(struct wl_history *, const struct wl_condition *);
/* Once true it stays so, to the end of the run: bisection finds it. */
bool	wl_condition_monotone(const struct wl_condition *);

/* The names of the run and its last operation, for those who show them. */
struct wl_exec *wl_history_exec(struct wl_history *);

/* ---- checkpoints ---- */

struct wl_history_use {
	size_t		n;		/* checkpoints */
	size_t		bytes;		/* that they take, packed */
	uint64_t	gap;		/* the longest way between two, or to
					   known(), operations */
	uint64_t	saves, loads, redone;	/* made, loaded; operations
					   done again */
};
void	wl_history_use(const struct wl_history *, struct wl_history_use *);
/* => the moments that have checkpoints, rising: the i-th; false: no more */
bool	wl_history_checkpoint(const struct wl_history *, size_t i,
	    uint64_t *at);

#endif /* WL_HISTORY_H */
