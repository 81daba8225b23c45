/*
 * Inside of logs as scripts (script.h).
 *
 *	script.c	lines, files, mappings; what the machine tells
 *	script_image.c	processes as they stand
 */
#ifndef WL_REPLAY_SCRIPT_INT_H
#define WL_REPLAY_SCRIPT_INT_H

#include "int.h"
#include "script.h"

/* Flags of mmap, the same in all systems. */
#define WL_RS_FIXED	0x10u
#define WL_RS_SHARED	0x1u
#define WL_RS_PRIVATE	0x2u

struct wl_rs_file {
	uint64_t	size;		/* as the lines have it by now */
	UT_hash_handle	hh;
	char		path[];
};

struct wl_rs_proc {
	int		pid;
	vaddr_t		start, brk;	/* of the heap */
	UT_hash_handle	hh;
};

struct wl_rs {
	struct wl_replay_config config;
	struct wl_replay_script *out;
	struct machine *m;
	const struct wl_system *sys;
	struct wl_rs_file *files;
	struct wl_rs_proc *procs;
	bool		executed;	/* there has been an exec line */
	bool		no_memory;
};

void	wl_rs_put(struct wl_rs *, const char *text, size_t len);
void	wl_rs_line(struct wl_rs *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* PROCESS: CALL(...); file: behind mmap's descriptor, or NULL */
void	wl_rs_operation(struct wl_rs *, const struct process *,
	    const struct sim_call *, const char *file);
void	wl_rs_unmap(struct wl_rs *, const struct process *, vaddr_t start,
	    vaddr_t end);
/* The file is there, and at least so long. */
void	wl_rs_need(struct wl_rs *, const struct process *, const char *path,
	    uint64_t size);
/* mmap; the call gets what its line has.  may_write: as the file was opened */
void	wl_rs_map(struct wl_rs *, const struct process *, struct sim_call *,
	    const char *path, bool may_write);
/* => NULL: no memory, and said so */
struct wl_rs_proc *wl_rs_known(struct wl_rs *, const struct process *);
/* A process as it stands.  again: it has been written before */
void	wl_rs_process(struct wl_rs *, const struct process *, bool again);

#endif /* WL_REPLAY_SCRIPT_INT_H */
