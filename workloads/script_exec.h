/*
 * Running a script: what the parts of the executor share.
 *
 *	wl_script_run (script_run.c)
 *	  |- wl_do_op      script_op.c: one operation, by sim_syscall/sim_access
 *	  |    |- wl_eval       script_eval.c: names, constants, arithmetic
 *	  |    |- wl_do_pattern script_pattern.c
 *	  |    `- wl_op_done: the record, the story for explain
 *	  |- wl_do_set     script_set.c: what a kernel remembers; wl_do_kva
 *	  |- wl_judge      script_judge.c: expectations
 *	  |- wl_show       script_show*.c
 *	  `- wl_explain    script_explain.c
 */
#ifndef WL_SCRIPT_EXEC_H
#define WL_SCRIPT_EXEC_H

#include "sampler.h"
#include "script_ast.h"

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

struct wl_story;			/* script_explain.c */

struct wl_exec {
	struct wl_run  *run;
	struct machine *m;
	const struct wl_stmt *stmt;	/* under way */
	struct wl_known *known;		/* by pid */
	uint64_t	rng;		/* of the patterns */
	uint64_t	nops;		/* references of patterns */
	bool		explaining;	/* explain on */
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

/* ---- statements (script_run.c) ---- */
/* Do one that is no repeat and no end; ex->stmt is it. => false: stopped */
bool	wl_run_statement(struct wl_exec *, const struct wl_stmt *);

/* ---- names and numbers (script_eval.c) ---- */
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

/* ---- operations (script_op.c, script_pattern.c) ---- */
/* Do it; *done says how it went. => false: stopped */
bool	wl_do_op(struct wl_exec *, const struct wl_op *, struct wl_done *);
/* One reference of an access. => false: stopped */
bool	wl_touch(struct wl_exec *, struct process *, const struct wl_op *,
	    vaddr_t, vsize_t, struct wl_done *);
bool	wl_do_pattern(struct wl_exec *, struct process *,
	    const struct wl_op *, vaddr_t, vsize_t, struct wl_done *);
/* Forget an exited process of this name, so that it can be used again. */
void	wl_reap(struct wl_exec *, const char *name);
/* Why an operation failed: "mmap fails with EINVAL: ..." */
void	wl_error_text(const struct sim_error *, char *buf, size_t len);

/* ---- what a kernel remembers (script_set.c), recorded ---- */
bool	wl_do_set(struct wl_exec *, const struct wl_set *);
bool	wl_do_kva(struct wl_exec *, const struct wl_kva *);

/* ---- files and their names (script_file.c), recorded ---- */
bool	wl_do_file(struct wl_exec *, const struct wl_file *);
bool	wl_do_mount(struct wl_exec *, const struct wl_mount *);
bool	wl_do_name(struct wl_exec *, const char *path, bool drop);

/* ---- disks (script_disk.c), recorded ---- */
bool	wl_do_ioerror(struct wl_exec *, const struct wl_ioerror *);
/* => NULL and *value, or why there is none */
const char *wl_device_value(const struct machine *, const struct wl_side *,
	    uint64_t *value);

/* ---- the record (script_record.c) ---- */
void	wl_record_machine(struct wl_exec *);
void	wl_record_spawn(struct wl_exec *, const struct wl_spawn *);
void	wl_record_file(struct wl_exec *, const struct wl_file *);
void	wl_record_text(struct wl_exec *, const char *);
/* An operation, with what is expected of it. */
void	wl_record_op(struct wl_exec *, const struct wl_done *);
/* PROC: [NAME =] CALL(...), or PROC: read ADDR LENGTH */
void	wl_write_op(FILE *, const struct wl_done *);
/* 64K, 12345 */
void	wl_size_text(uint64_t, char *buf, size_t len);

/* ---- expectations (script_judge.c) ---- */
bool	wl_judge(struct wl_exec *, const struct wl_expect *);

/* ---- showing (script_show.c) ---- */
bool	wl_show(struct wl_exec *, const struct wl_show *);

/* ---- explaining (script_explain.c) ---- */
/* Begin to listen. => false: no memory */
bool	wl_story_open(struct wl_exec *);
void	wl_story_close(struct wl_exec *);
void	wl_story_begin(struct wl_exec *);	/* an operation begins */
void	wl_explain(struct wl_exec *);		/* tell the last one */

#endif /* WL_SCRIPT_EXEC_H */
