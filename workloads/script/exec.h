/*
 * Running a script: what the parts of the executor share.
 *
 *	wl_script_run (run.c), statement by statement: wl_cursor
 *	  |- wl_do_op      op.c: one operation, by sim_syscall/sim_access
 *	  |    |- wl_eval       eval.c: names, constants, arithmetic
 *	  |    |- wl_do_pattern pattern.c
 *	  |    `- wl_op_done: the record, the story for explain
 *	  |- wl_do_set     set.c: what a kernel remembers; wl_do_kva
 *	  |- wl_judge      judge.c: expectations
 *	  |- wl_show       script_show*.c
 *	  `- wl_explain    explain.c, explain*.c
 */
#ifndef WL_SCRIPT_EXEC_H
#define WL_SCRIPT_EXEC_H

#include "workloads/sampler.h"
#include "ast.h"

struct wl_value {			/* NAME = ... */
	const char     *name;		/* the script's */
	uint64_t	value;
};

/* What the script knows about a process. */
struct wl_known {
	int		pid;		/* key */
	int		err;		/* errno of its last operation */
	struct wl_value *value;
	size_t		n, max;
	char	       *story[2];	/* of its last operation: short, full;
					   NULL: nobody will ask */
	UT_hash_handle	hh;
};

/* An operation that has been done. */
struct wl_done {
	const struct wl_op *op;
	const struct sim_personality *personality;
	struct sim_call	call;		/* arguments as numbers */
	vaddr_t		va;		/* access */
	vsize_t		len;
	int		err;
	uint64_t	ret;
	struct sim_signal sig;		/* access that failed */
};

struct wl_story;			/* explain/explain.h */
struct wl_deed;

struct wl_exec {
	struct wl_run  *run;
	struct machine *m;
	const struct wl_stmt *stmt;	/* under way */
	struct wl_known *known;		/* by pid */
	uint64_t	rng;		/* of the patterns */
	uint64_t	nops;		/* references of patterns */
	uint8_t		explaining;	/* enum wl_explain_what: as each ends */
	bool		explain_full;	/* that in full */
	bool		explain_each;	/* stories are kept for processes */
	bool		hushed;		/* failures need no good reasons */
	const struct wl_expect *expecting; /* its operation is under way */
	uint64_t	expected;	/* what it should return */
	struct wl_done	last;		/* op NULL: none yet */
	struct sim_error error;		/* of the last one that failed */
	struct wl_story *story;		/* NULL: nobody will ask */
	struct wl_sampler sampler;
};

/* Stop the run: col 0 is the statement's. => false */
bool	wl_stop(struct wl_exec *, uint32_t col, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* The host has no memory for this: stops the run, which cannot go on from here
   (run->nomem). => false */
bool	wl_short(struct wl_exec *, uint32_t col, const char *what);
/* The host had no memory for what was just done: stops the run. => true */
bool	wl_starved(struct wl_exec *);

/* ---- statements (run.c) ---- */
/* Do one that is no repeat and no end; ex->stmt is it. => false: stopped */
bool	wl_run_statement(struct wl_exec *, const struct wl_stmt *);

/*
 * Where a run of statements stands (cursor.c).  The cursor comes to a
 * statement, through repeats and their ends, then does it, or one reference of
 * it if it is a pattern's.
 */
struct wl_cursor {
	const struct wl_stmt *next;	/* NULL: at the end */
	struct { const struct wl_stmt *stmt; uint64_t left; }
			open[WL_SCRIPT_MAXDEPTH];
	uint32_t	depth;
	struct wl_walk *walk;		/* of next; NULL: not begun */
};

void	wl_cursor_first(struct wl_cursor *, const struct wl_script *);
/* => the statement that comes next; NULL: none */
const struct wl_stmt *wl_cursor_stmt(struct wl_cursor *);
bool	wl_cursor_do(struct wl_exec *, struct wl_cursor *);
void	wl_cursor_forget(struct wl_cursor *);

/*
 * What an executor knows besides its machine, and where it stands (cursor may
 * be NULL): a copy to go on from later, on a machine in the same state.
 * => NULL: no memory
 */
struct wl_kept;
struct wl_kept *wl_exec_keep(const struct wl_exec *, const struct wl_cursor *);
/* => false: no memory; the executor is as it begins then */
bool	wl_exec_restore(struct wl_exec *, struct wl_cursor *,
	    const struct wl_kept *, struct machine *);
void	wl_kept_free(struct wl_kept *);		/* NULL is allowed */

/* An executor as it begins, on run's machine. */
void	wl_exec_init(struct wl_exec *, struct wl_run *);
void	wl_exec_fini(struct wl_exec *);

/* ---- names and numbers (eval.c) ---- */
/* => NULL: no memory */
struct wl_known *wl_known(struct wl_exec *, int pid);
bool	wl_set_value(struct wl_exec *, int pid, const char *name, uint64_t);
/* A child knows what its parent knew. => false: no memory */
bool	wl_known_copy(struct wl_exec *, int from, int to);
void	wl_known_drop(struct wl_exec *, int pid);
void	wl_known_free(struct wl_exec *);
/* The running process of this name, or the one that exited; stops => NULL */
struct process *wl_process(struct wl_exec *, const char *name);
/* => false: stopped.  An expression not given is 0. */
bool	wl_eval(struct wl_exec *, struct process *, struct wl_expr,
	    uint64_t *);

/* ---- operations (op.c, pattern.c) ---- */
/* Do it; *done says how it went. => false: stopped */
bool	wl_do_op(struct wl_exec *, const struct wl_op *, struct wl_done *);
/* One reference of an access. => false: stopped */
bool	wl_touch(struct wl_exec *, struct process *, const struct wl_op *,
	    vaddr_t, vsize_t, struct wl_done *);
/* The process of an operation, which runs; stops => NULL */
struct process *wl_actor(struct wl_exec *, const struct wl_op *);
/* What becomes of a statement's operation that has been done. => false: stopped
 */
bool	wl_op_outcome(struct wl_exec *, const struct wl_op *,
	    const struct wl_done *);

/* The references of a pattern, one after another. */
struct wl_walk;
struct wl_walk *wl_walk_begin(struct wl_exec *, struct process *,
	    const struct wl_op *);		/* stops => NULL */
bool	wl_walk_more(const struct wl_walk *);
bool	wl_walk_next(struct wl_exec *, struct wl_walk *, struct wl_done *);
void	wl_walk_progress(const struct wl_walk *, uint64_t *done,
	    uint64_t *all);
struct wl_walk *wl_walk_copy(const struct wl_walk *);	/* NULL: no memory */
void	wl_walk_free(struct wl_walk *);			/* NULL is allowed */
/* Forget an exited process of this name, so that it can be used again. */
void	wl_reap(struct wl_exec *, const char *name);
/* Why an operation failed: "mmap fails with EINVAL: ..." */
void	wl_error_text(const struct sim_error *, char *buf, size_t len);

/* ---- what a kernel remembers (set.c), recorded ---- */
bool	wl_do_set(struct wl_exec *, const struct wl_set *);
bool	wl_do_kva(struct wl_exec *, const struct wl_kva *);

/* ---- files and their names (file.c), recorded ---- */
bool	wl_do_file(struct wl_exec *, const struct wl_file *);
bool	wl_do_mount(struct wl_exec *, const struct wl_mount *);
bool	wl_do_name(struct wl_exec *, const char *path, bool drop);

/* ---- disks (disk.c), recorded ---- */
bool	wl_do_ioerror(struct wl_exec *, const struct wl_ioerror *);
/* => NULL and *value, or why there is none */
const char *wl_device_value(const struct machine *, const struct wl_side *,
	    uint64_t *value);

/* ---- the record (record.c) ---- */
void	wl_record_machine(struct wl_exec *);
void	wl_record_spawn(struct wl_exec *, const struct wl_spawn *);
void	wl_record_file(struct wl_exec *, const struct wl_file *);
void	wl_record_text(struct wl_exec *, const char *);
/* An operation, with what is expected of it. */
void	wl_record_op(struct wl_exec *, const struct wl_done *);
/* PROC: [NAME =] CALL(...), or PROC: read ADDR LENGTH */
void	wl_write_op(FILE *, const struct wl_done *);
/* PROC: CALL(...) of a call that no script does. */
struct wl_spoken {
	const char     *proc;
	const struct sim_personality *personality;
	const struct sim_call *call;
	const char     *file;		/* behind mmap's descriptor, or NULL */
	int		err;		/* "expect ... fails ERR"; 0: none */
};
/* => length of the text in buf; 0: it does not fit; -1: no memory */
long	wl_call_text(const struct wl_spoken *, char *buf, size_t len);
/* A path as a line can have it: what cannot be in it is an underscore. */
void	wl_clean_path(char *path);
/* 64K, 12345 */
void	wl_size_text(uint64_t, char *buf, size_t len);

/* ---- expectations (judge.c) ---- */
bool	wl_judge(struct wl_exec *, const struct wl_expect *);
/* Is it met, two sides being compared? => false: it is not, or stopped */
bool	wl_expect_holds(struct wl_exec *, const struct wl_expect *);
/* The same in parts, of an operation: before and behind it. */
bool	wl_judge_begin(struct wl_exec *, const struct wl_expect *);
void	wl_judge_end(struct wl_exec *, const struct wl_expect *,
	    const struct wl_done *);

/* ---- showing (show.c) ---- */
bool	wl_show(struct wl_exec *, const struct wl_show *);

/* ---- explaining (explain.c) ---- */
/* Begin to listen, if the script asks for explanations. => false: no memory */
bool	wl_explain_open(struct wl_exec *);
void	wl_explain_close(struct wl_exec *);
/* Just before an operation, its arguments known; and when it has ended. */
void	wl_explain_begin(struct wl_exec *, const struct wl_deed *);
void	wl_explain_end(struct wl_exec *, const struct wl_done *);
/* It is on record: what `explain on' tells, what `explain PROCESS' will.
 * => false: stopped */
bool	wl_explain_after(struct wl_exec *, struct wl_known *);
/* The statement. */
bool	wl_explain(struct wl_exec *, const struct wl_stmt *);

#endif /* WL_SCRIPT_EXEC_H */
