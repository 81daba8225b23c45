/*
 * Workload scripts: a text, one operation a line, that drives a machine.
 *
 *	text --wl_script_read--> struct wl_script --wl_script_run--> machine
 *	                                              |  shows, explanations
 *	                                              |  failed expects
 *	                                              +- record: a plain script
 *
 * The whole text is read and checked before anything runs.  The language is
 * described in uvmsim-script(5).  Nothing here exits; what is wrong with a
 * script is told as a line, a column and one sentence.
 */
#ifndef WL_SCRIPT_H
#define WL_SCRIPT_H

#include <stdio.h>

#include "workloads/io/input.h"
#include "sim/sim.h"

struct wl_script;
struct wl_deed;				/* explain/explain.h */
struct wl_done;				/* exec.h */

/* Limits against runaway scripts. */
#define WL_SCRIPT_MAXDEPTH	32		/* repeats in repeats */
#define WL_SCRIPT_MAXOPS	100000000	/* operations, all repeated */

struct wl_script_error {
	uint32_t	line, col;	/* from 1; 0: not in the text */
	char		text[300];	/* one sentence, no newline */
};

/* Where: "", ":LINE" or ":LINE:COL", to stand behind a path. => place */
#define WL_SCRIPT_PLACE	24
const char *wl_script_place(const struct wl_script_error *,
	    char place[WL_SCRIPT_PLACE]);

/*
 * Read a script to its end.  in->path names it in messages and must live as
 * long as the script.
 * => NULL: *err says where and why
 */
struct wl_script *wl_script_read(struct wl_input *, struct wl_script_error *);
/* The same for a machine that is there, whose processes may be named. */
struct wl_script *wl_script_read_on(struct wl_input *, struct machine *,
	    struct wl_script_error *);
void	wl_script_free(struct wl_script *);		/* NULL is allowed */

/* Apply the script's machine line to *config (it was checked when read). */
void	wl_script_config(const struct wl_script *, struct sim_config *);

struct wl_watch;

/* One run.  Zero it, set the first part, call wl_script_run(). */
struct wl_run {
	const struct wl_script *script;
	struct machine *machine;	/* fresh; wl_script_config() was used */
	FILE	       *out;		/* show and explain; NULL: nowhere */
	FILE	       *err;		/* failed expects; NULL: nowhere */
	FILE	       *record;		/* operation log, or NULL */
	FILE	       *samples;	/* rows of samples, or NULL */
	bool		samples_csv;	/* as comma-separated values */
	const char *const *stat;	/* counters in them (sampler.h) */
	size_t		nstats;
	uint64_t	sample_every;	/* operations, from the first one; 0:
					   as the script says */
	/* Tools that `show' can run on the machine, argv[0] being their name
	   (procmap, procstat, vmstat).  => exit status; NULL: none at hand */
	int	      (*tool)(struct machine *, int argc, char **argv,
			    FILE *out);
	const char     *command;	/* what reproduces the run, or NULL */
	struct wl_watch *watch;		/* may end it between two operations,
					   which it counts (watch.h); or NULL */
	/* Told of each expectation, met or not: its line, and what was got as
	   a failure would say it; NULL: nobody asks */
	void	      (*judged)(void *ctx, uint32_t line, bool met,
			    const char *got);
	void	       *judged_ctx;
	/* Told of each operation, just before it and when it has ended, with
	   the line that it is on; of what else changes the machine (spawn,
	   file, ...) only before it, with NULL; NULL: nobody asks */
	void	      (*before)(void *ctx, uint32_t line,
			    const struct wl_deed *);
	void	      (*after)(void *ctx, uint32_t line,
			    const struct wl_done *);
	void	       *looker;		/* ctx of both */
	/* KEY=VALUE each: came after the script's own, for the record */
	const char *const *pairs;
	size_t		npairs;
	/* results */
	uint64_t	passed, failed;	/* expects */
	uint64_t	operations;	/* begun, as histories count them */
	bool		starved;	/* the host had no memory for the last
					   of them: the run ends */
	bool		nomem;		/* nor for what the executor itself has
					   to remember of it */
	bool		in_part;	/* and it is an access of several pages,
					   of which some are done; else it is
					   not done.  Or watch ended it so */
	struct wl_script_error error;	/* when wl_script_run() says false */
};

/*
 * => true: ran to its end (look at failed); false: stopped, error says where
 */
bool	wl_script_run(struct wl_run *);

#endif /* WL_SCRIPT_H */
