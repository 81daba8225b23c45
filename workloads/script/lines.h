/*
 * Lines of uvmsim-script(5) done a few at a time, on one machine: operations
 * that stand in a trace between its references.
 *
 *	text --wl_lines_read--> statements --wl_lines_next--> machine
 *
 * Names of processes and of results are known from one text to the next; what
 * else a text needs is forgotten when the next one is read, so that memory does
 * not grow with the number of lines.  A machine line may stand at the very
 * beginning; repeats have no place here.
 */
#ifndef WL_SCRIPT_LINES_H
#define WL_SCRIPT_LINES_H

#include "ast.h"

struct wl_lines;
struct wl_exec;

/* => NULL: no memory */
struct wl_lines *wl_lines_new(void);
void	wl_lines_free(struct wl_lines *);		/* NULL is allowed */
/*
 * Read whole lines; statements of the text before that were not done are
 * dropped.  Lines count on from the text before.
 * => false: *err says where and why, and nothing of the text will be done
 */
bool	wl_lines_read(struct wl_lines *, const char *text, size_t len,
	    struct wl_script_error *err);
/* Apply the machine line, if one has been read, to *config. */
void	wl_lines_config(const struct wl_lines *, struct sim_config *);
/* The machine that the statements are done on, from now on. */
void	wl_lines_machine(struct wl_lines *, struct machine *);
/* Processes of the machine that no line has made may be named from now on.
 * => false: no memory */
bool	wl_lines_know(struct wl_lines *);
/* => the statement that wl_lines_next() does; NULL: all are done */
const struct wl_stmt *wl_lines_peek(const struct wl_lines *);
/* => false: it failed, *err says how; the next one can be done all the same */
bool	wl_lines_next(struct wl_lines *, struct wl_script_error *err);
/* => the one done last failed for want of the host's memory: what it did is not
   known, and nothing more should be done */
bool	wl_lines_nomem(const struct wl_lines *);
/* Pass over the next statement that acts, and what is before it. */
void	wl_lines_pass(struct wl_lines *);
/* => the name of the process that a statement makes; NULL: none */
const char *wl_stmt_birth(const struct wl_stmt *);
/* => the name of the process that a statement ends; NULL: none */
const char *wl_stmt_exit(const struct wl_stmt *);
/* The text read next begins at this line of all, from 1 on; at line 1 a machine
   line may stand, whatever was read before. */
void	wl_lines_at(struct wl_lines *, uint32_t line);
/* What they are done with: names, generators, samples. */
struct wl_exec *wl_lines_exec(struct wl_lines *);
/* => whether a statement changes the machine, rather than only looks at it */
bool	wl_stmt_acts(const struct wl_stmt *);
/* => the running process of that name; NULL: there is none */
struct process *wl_lines_process(const struct wl_lines *, const char *name);

#endif /* WL_SCRIPT_LINES_H */
