/*
 * Inside of the readers of the BSDs' logs.
 *
 *	line --kdump, truss, ktruss--> enter, name, leave, fault, ...
 *	                                  |   bsdlog_call.c: pending calls
 *	                                  +-> struct wl_callrec
 */
#ifndef WL_BSDLOG_INT_H
#define WL_BSDLOG_INT_H

#include "bsdlog.h"

#define WL_BSD_PENDING	64		/* calls of one task not yet returned */

struct wl_bsdcall {			/* entered, not yet returned */
	char	       *name;		/* as the log has it */
	char	       *args;		/* text behind "(", without the ")" */
	size_t		len;
	char	       *path;		/* first name looked up, in quotes */
	uint64_t	line;
	struct wl_bsdcall *next;	/* in order of entry */
};

struct wl_bsdtask {
	uint64_t	key;		/* pid << 32 | tid */
	int		id;		/* for wl_callrec.pid */
	bool		called;		/* a call of it has been seen */
	bool		faulting;	/* PFLT without its PRET */
	uint64_t	fault, faultline;
	int		faulttype;
	struct wl_bsdcall *calls;
	unsigned	ncalls;
	UT_hash_handle	hh;
};

struct wl_bsdproc {			/* which of its tasks bears its pid */
	int		pid;
	UT_hash_handle	hh;
};

struct wl_bsdlog {
	struct wl_calllog *log;
	struct wl_bsdtask *tasks;
	struct wl_bsdproc *procs;
	int		threads;	/* made up: -1, -2, ... */
	bool		data;		/* lines of a record may follow */
	char	       *text;		/* of the call last returned */
	size_t		textcap;
	char		name[64];	/* plain, of that */
	char		offset[24];	/* of an mmap with two words of it */
	char		path[4160];	/* its path in quotes */
};

/* A line being read. */
struct wl_bsdline {
	const char     *begin, *end;	/* all of it */
	const char     *p;		/* what is to be read next */
	int		pid, tid;	/* 0: not there */
};

/* ------------------------------------------------------------- scanning -- */

const char *wl_bsd_blanks(const char *p, const char *end);
/* => behind the digits of a decimal number; p: there is none */
const char *wl_bsd_number(const char *p, const char *end, uint64_t *v);
bool	wl_bsd_begins(const char *p, const char *end, const char *word);
/* => behind a time, seconds with a fraction; p: there is none */
const char *wl_bsd_time(const char *p, const char *end, uint64_t *ns);
/* => length of the name of a call at p ("[477]" in front is passed over) */
size_t	wl_bsd_name(const char **p, const char *end);
/* => where the bracket stands that closes the arguments at p, or end */
const char *wl_bsd_close(const char *p, const char *end);

/* ---------------------------------------------------------------- calls -- */

/* What went wrong at a place of the line. */
void	wl_bsd_bad(struct wl_callrec *, const struct wl_bsdline *,
	    const char *at, const char *why);
/* => NULL: no memory, and said so */
struct wl_bsdtask *wl_bsd_task(struct wl_bsdlog *, struct wl_callrec *,
	    const struct wl_bsdline *);
void	wl_bsd_forget_process(struct wl_bsdlog *, int pid);
void	wl_bsd_forget(struct wl_bsdlog *);

/* An ENTRY: NAME(ARGS), ARGS from args on. */
void	wl_bsd_enter(struct wl_bsdlog *, struct wl_callrec *,
	    const struct wl_bsdline *, const char *name, size_t namelen,
	    const char *args, size_t len);
/* A name that the task's newest call looks up, in quotes. */
void	wl_bsd_path(struct wl_bsdlog *, struct wl_callrec *,
	    const struct wl_bsdline *);
/* A CALL whose result stands at p in one of the ways of the tools. */
void	wl_bsd_leave(struct wl_bsdlog *, struct wl_callrec *,
	    const struct wl_bsdline *, const char *name, size_t namelen,
	    const char *p);
/* A CALL in one line; the result stands at p. */
void	wl_bsd_whole(struct wl_bsdlog *, struct wl_callrec *,
	    const struct wl_bsdline *, const char *name, size_t namelen,
	    const char *args, size_t len, const char *p);
/* The process of the line ends, by a call or a signal. */
void	wl_bsd_end(struct wl_bsdlog *, struct wl_callrec *,
	    const struct wl_bsdline *, int status);
void	wl_bsd_signal(struct wl_bsdlog *, struct wl_callrec *,
	    const struct wl_bsdline *, const char *name, size_t len);
/* => the signal kills whoever leaves it alone */
bool	wl_bsd_fatal(const char *name, size_t len);
/* Name without version: "__vfork14" -> "vfork". */
void	wl_bsd_plain(const char *name, size_t len, char *buf, size_t buflen);

/* -------------------------------------------------------------- results -- */

/*
 * "3", "34366164992/0x800623000", "= 3 (0x3)", "-1 errno 2 Words",
 * "ERR#2 'Words'", "Err#2 ENOENT", "JUSTRETURN", "RESTART", nothing.
 * => false: none of these
 */
bool	wl_bsd_result(const struct wl_bsdlog *, const char *p, const char *end,
	    struct wl_callrec *);
/* Split ARGS. */
void	wl_bsd_args(const char *p, const char *end, struct wl_callrec *);

/* -------------------------------------------------------------- readers -- */

typedef void wl_bsdline_fn(struct wl_bsdlog *, struct wl_callrec *,
    struct wl_bsdline *);
wl_bsdline_fn wl_kdump_line, wl_truss_line, wl_ktruss_line;
bool	wl_kdump_detect(const char *text, size_t len,
	    const struct sim_personality **);
bool	wl_truss_detect(const char *text, size_t len,
	    const struct sim_personality **);
bool	wl_ktruss_detect(const char *text, size_t len,
	    const struct sim_personality **);

#endif /* WL_BSDLOG_INT_H */
