/*
 * Logs of valgrind's lackey that have system calls beside the references
 * (--trace-mem=yes --trace-syscalls=yes), written as a trace of operations and
 * references that replay/stream.h replays.
 *
 *	log of each process --+--> I, L, S, M lines --> R blocks
 *	                      +--> SYSCALL lines -----> O blocks: mmap, munmap,
 *	                      |    mprotect, mremap, brk, madvise, fork, exec
 *	                      '--> program's image ---> mmap lines
 *
 * Every mapping is written with MAP_FIXED at the address that the log gives as
 * the call's result, so that the replay has the program's own addresses.  Calls
 * that failed are left out, and so are those that no map depends on; open,
 * close, dup and fcntl tell which file a descriptor is.
 *
 * The image.  Valgrind loads a program itself: one that is position independent
 * at 0x108000, its interpreter at 0x4000000, its stack ends at 0x1fff001000 and
 * grows.  The segments are those of the log's own lines
 *
 *	==PID== uvmsim: area START-END PROT OFFSET PATH
 *
 * behind its Command line, if there are such (PATH - is memory without a file);
 * else those of the program's file on this host.  The break is what the first
 * brk(0) says.
 *
 * Files are as long as their mappings need: a log has no sizes, and the program
 * had no bus error.
 *
 * Processes.  Each has a log of its own, LOG with the pid of the child in the
 * place of the parent's (as --log-file=NAME.%p makes them; compressed or not).
 * A child is read from the line of its parent that made it; those that run at
 * the same time take turns of WL_RECORD_TURN references, and a parent that
 * waited for a child goes on when the child's log has ended; after a wait that
 * a signal ended, when one more has.  Another head in a log, or a child's log
 * that does not go on where its parent forked, is another program (execve).
 */
#ifndef WL_RECORD_H
#define WL_RECORD_H

#include <stdio.h>

#include "workloads/io/input.h"

#define WL_RECORD_TURN	65536		/* references */

struct wl_record_config {
	const char     *log;		/* name, for messages, for those of the
					   children */
	const char     *name;		/* where the trace comes from; NULL: the
					   last part of log */
	struct wl_input *append;	/* the trace is written behind this
					   one, which has operations too;
					   NULL: none */
	struct wl_input *input;		/* the log, at its beginning; the
					   caller's */
	bool		children;	/* read their logs */
	bool		host_files;	/* read programs of this host */
	const char     *program;	/* the file that runs first; NULL: as
					   the log's Command line says */
	const char     *keep;		/* copy of each log, with area lines,
					   to KEEP.PID; NULL: none */
	/* What a reader should know, one sentence; NULL: nobody listens. */
	void	      (*report)(void *ctx, const char *text);
	void	       *ctx;
};

struct wl_record_stats {
	uint64_t	lines;		/* of all logs */
	uint64_t	references;
	uint64_t	operations;	/* lines written */
	uint64_t	processes;
	uint64_t	missing;	/* children without a log */
	bool		cut;		/* a log breaks off */
};

/*
 * => the input is such a log: lackey's, with a system call among its first
 *    lines.  Nothing is consumed, unless the input can be read only once.
 */
bool	wl_record_detect(struct wl_input *);
/*
 * Write the trace to out, which stays the caller's.
 * => 0; or an errno with a sentence in err: EINVAL: a bad line; ENOMEM; what
 *    the output or a copy says
 */
int	wl_record_run(const struct wl_record_config *, FILE *out,
	    struct wl_record_stats *, char *err, size_t errlen);

#endif /* WL_RECORD_H */
