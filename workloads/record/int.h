/*
 * Inside of the conversion of logs with calls (record.h).
 *
 *	record.c	logs, turns, references
 *	calls.c		what a call means for its process
 *	image.c		what execve maps
 *	ops.c		lines of operations, files
 */
#ifndef WL_RECORD_INT_H
#define WL_RECORD_INT_H

#include "lackey_call.h"
#include "record.h"
#include "sim/sim.h"
#include "workloads/uvt/uvt.h"

#define WL_REC_PATH	4096		/* bytes of a path */

struct wl_fds;

struct wl_rec_file {			/* that has been mapped */
	uint64_t	size;		/* as the trace has it by now */
	UT_hash_handle	hh;
	char		path[];
};

struct wl_rec_area {			/* of an image, as the log has it */
	vaddr_t		start, end;
	vm_prot_t	prot;
	uint64_t	offset;
	char	       *path;		/* "-": none; "[stack]" */
};

struct wl_rec_pending {			/* call of a thread, to return */
	struct wl_vgcall call;		/* name and arguments are in text */
	char	       *text;
	struct wl_rec_pending *next;
};

#define WL_REC_ANY (-1)

struct wl_rec_proc {
	unsigned	number;
	int		pid;		/* 0: not known yet */
	char		name[16];	/* in the trace: p0 */
	struct wl_rec_proc *parent, *next;
	/* its log */
	char	       *path;
	struct wl_input *in;
	bool		own;		/* in is ours */
	char	       *mem, *buf;	/* buf[pos .. len): not read yet */
	size_t		pos, len;
	size_t		kept;		/* copied up to here */
	bool		eof;
	bool		dropping;	/* in a long line that is skipped */
	uint64_t	lines;
	FILE	       *keep;
	/* turns */
	int64_t		left;		/* references of this turn */
	int		waits;		/* for the child of this pid; 0: none;
					   WL_REC_ANY: for one more of them */
	unsigned	ended, reaped;	/* children: logs read, waits done */
	bool		begun;		/* its image has been decided on */
	bool		running;	/* it has had an image before */
	bool		done;
	/* what its head says */
	char	       *command;
	char	       *forked;		/* the parent's command, at its birth */
	struct wl_rec_area *area;
	size_t		nareas;
	/* what its calls say */
	struct wl_fds  *fds;		/* replay/int.h */
	struct wl_rec_pending *pending;
	bool		brk_known;
	uint64_t	status;		/* of its exit */
};

struct wl_rec {
	const struct wl_record_config *config;
	struct wl_record_stats *stats;
	struct wl_uvt_writer uvt;
	struct wl_rec_proc *procs, *last;
	struct wl_rec_file *files;
	struct wl_ref  *ref;
	unsigned	nprocs;
	int		error;		/* stop */
	char	       *err;
	size_t		errlen;
};

void	wl_rec_say(struct wl_rec *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Stop. => error */
int	wl_rec_fail(struct wl_rec *, int error, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
int	wl_rec_no_memory(struct wl_rec *);
/* The trace was not written, errno says why. */
void	wl_rec_unwritten(struct wl_rec *);
/* => NULL: none of that pid runs */
struct wl_rec_proc *wl_rec_find(struct wl_rec *, int pid);
/* A child, which its parent's line has just made. */
void	wl_rec_born(struct wl_rec *, struct wl_rec_proc *parent, int pid);

/* ---- calls.c ---- */
void	wl_rec_call(struct wl_rec *, struct wl_rec_proc *,
	    const struct wl_vgcall *);
void	wl_rec_pending_free(struct wl_rec_proc *);

/* ---- image.c ---- */
/* A line of the head that says something of the image. */
void	wl_rec_head(struct wl_rec *, struct wl_rec_proc *, const char *line,
	    size_t len);
/* The head has ended; first: the reference behind it, or NULL. */
void	wl_rec_begin(struct wl_rec *, struct wl_rec_proc *,
	    const struct wl_ref *first);
void	wl_rec_image_free(struct wl_rec_proc *);

/* ---- ops.c ---- */
void	wl_rec_line(struct wl_rec *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* PROC: CALL(...); file: behind mmap's descriptor, or NULL. */
void	wl_rec_op(struct wl_rec *, const struct wl_rec_proc *,
	    const struct sim_call *, const char *file);
/* The file is in the trace, and as long as `size' says. */
void	wl_rec_need(struct wl_rec *, const struct wl_rec_proc *,
	    const char *path, uint64_t size);
/* mmap at its place. */
void	wl_rec_map(struct wl_rec *, struct wl_rec_proc *, vaddr_t start,
	    uint64_t len, uint64_t prot, uint64_t flags, const char *path,
	    uint64_t offset);
/* A path as a script can have it, in place. */

#define WL_REC_PAGE	4096u		/* of the recorded system */

/* Values of Linux. */
#define LX_MAP_SHARED	1u
#define LX_MAP_PRIVATE	2u
#define LX_MAP_FIXED	0x10u
#define LX_MAP_ANON	0x20u
#define LX_MAP_GROWSDOWN 0x100u
#define LX_MAP_STACK	0x20000u

#endif /* WL_RECORD_INT_H */
