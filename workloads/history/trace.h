/*
 * Inside of histories of traces: where such a run stands, and what both of its
 * files have.
 *
 *	trace.c	operations, processes, opening, keeping
 *	refs.c	references, one by one or in batches
 */
#ifndef WL_HISTORY_TRACE_H
#define WL_HISTORY_TRACE_H

#include "int.h"
#include "tape.h"
#include "workloads/refs/refs_future.h"

#define WL_TRACE_TOUCHES 1024	/* in a batch */

struct wl_trace_place {
	size_t		block;
	uint32_t	i;		/* of the block: references, or
					   statements that act */
	uint64_t	touches;
};

struct wl_trace_run {
	struct wl_tape	tape;
	struct wl_lines *lines;
	struct wl_future future;
	bool		foresees;
	struct wl_trace_place at;
	size_t		read;		/* block whose text the lines have;
					   SIZE_MAX: none */
	struct wl_trace_process {
		uint32_t number;	/* in the trace: any */
		int	pid;		/* 0: none (any more) */
	}	       *process;	/* rising numbers */
	size_t		nprocesses, maxprocesses;
	/* what was done last */
	struct wl_ref	ref;
	bool		was_ref;
	/* a batch */
	struct vm_ref	touch[WL_TRACE_TOUCHES];
	uint32_t	of[WL_TRACE_TOUCHES]; /* the reference that it is of */
};

/* The run ends here, for this reason. */
enum wl_went wl_trace_stop(struct wl_history *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* The host has no memory for this: nothing more can be done. */
enum wl_went wl_trace_starve(struct wl_history *, const char *what);
/* Process number n is this one, or none. => false: no memory */
bool	wl_trace_number(struct wl_trace_run *, uint32_t n, int pid);
/* => the pid of process number n; 0: none (any more) */
int	wl_trace_pid(const struct wl_trace_run *, uint32_t n);
/* => process number n, if it lives */
struct process *wl_trace_living(struct wl_history *, uint32_t n);
/* A process that is mapped everywhere. => NULL: no memory */
struct process *wl_trace_spawn(struct wl_history *, const char *name);
/* Numbers of processes that have ended are nobody's. */
void	wl_trace_forget_dead(struct wl_history *);

/* The next reference of a block. => as wl_source.one */
enum wl_went wl_trace_reference(struct wl_history *,
	    const struct wl_tape_block *);
/* As wl_source.many. */
uint64_t wl_trace_many(struct wl_history *, uint64_t n);

#endif /* WL_HISTORY_TRACE_H */
