/*
 * Logs of system calls, whichever tool wrote them: a reader for each tool makes
 * the same records of its lines, and the replay does not know the tool.
 *
 *	strace log ---> strace.c --.
 *	kdump text ---> bsdlog*.c --+--> struct wl_callrec --> replay/replay.h
 *	truss, ktruss -> bsdlog*.c -'
 *
 * A format is a row of wl_callformats.
 */
#ifndef WL_CALLLOG_H
#define WL_CALLLOG_H

#include "calltext.h"
#include "workloads/io/input.h"
#include "sim/sim.h"

#define WL_LOG_MAXARGS	16

enum wl_log_kind {
	WL_LOG_END,			/* of the log */
	WL_LOG_CALL,			/* entry and return */
	WL_LOG_ENTRY,			/* entry alone, returns later */
	WL_LOG_FAULT,			/* a page fault: ret, value, err */
	WL_LOG_SIGNAL,
	WL_LOG_EXITED,
	WL_LOG_KILLED,
	WL_LOG_SUPERSEDED,
	WL_LOG_ATTACHED,
	WL_LOG_NOTE,			/* nothing for the replay */
	WL_LOG_BAD,			/* not understood: error, column */
	WL_LOG_CUT,			/* the log breaks off here: error */
};

enum wl_log_result {
	WL_LOG_VALUE,			/* ret */
	WL_LOG_ERROR,			/* err */
	WL_LOG_UNKNOWN,			/* it did not return */
};

struct wl_callrec {
	enum wl_log_kind kind;
	uint64_t	line;
	uint64_t	entry_line;	/* CALL: where it was entered */
	int		pid;		/* of the task; 0: the line has none */
	int		process;	/* its process, 0: unknown, or pid.  A
					   pid that differs from it is a
					   thread's, and made up (negative) */
	bool		has_time;
	uint64_t	time;		/* ns, as the log's clock counts */
	char	       *name;		/* call, or signal's name */
	struct wl_text	arg[WL_LOG_MAXARGS];
	int		nargs;
	bool		resumed;	/* an ENTRY came before */
	enum wl_log_result result;
	uint64_t	ret;		/* FAULT: address */
	int		err;		/* errno here; 0: unknown name.  FAULT:
					   0, or it failed */
	struct wl_text	errname;	/* "ENOMEM" */
	struct wl_text	rettext;	/* "3</etc/passwd>" */
	int		value;		/* exit status, other pid; FAULT:
					   VM_PROT_* */
	bool		all;		/* EXITED, KILLED: all of the process */
	const char     *error;		/* BAD, CUT: one sentence */
	unsigned	column;		/* BAD: from 1 */
};

struct wl_calllog;

struct wl_callformat {
	const char     *name;		/* "kdump" */
	const char     *summary;
	const char     *expected;	/* "the log of strace -f -o FILE" */
	bool		bsd;		/* calls of FreeBSD, NetBSD, OpenBSD */
	/*
	 * => the text (the log's beginning) is of this format.  *system: whose
	 * calls they are; left alone when the text does not tell
	 */
	bool	      (*detect)(const char *text, size_t len,
			    const struct sim_personality **system);
	/* => false: no memory */
	bool	      (*open)(struct wl_calllog *);
	void	      (*close)(struct wl_calllog *);
	/* The input is at its beginning again. */
	void	      (*rewind)(struct wl_calllog *);
	void	      (*next)(struct wl_calllog *, struct wl_callrec *);
};

/* NULL-ended; in the order in which they are looked for */
extern const struct wl_callformat *const wl_callformats[];
/* => NULL: none of that name */
const struct wl_callformat *wl_callformat_byname(const char *);

struct wl_calllog {
	struct wl_input *in;
	const struct wl_callformat *format;
	const struct sim_personality *system; /* whose calls */
	void	       *state;		/* the reader's */
	char		error[160];
};

/*
 * What the input is a log of, from its content, nothing of it consumed.
 * => NULL: of nothing known; in->error may say what it is instead.  *system as
 *    in detect()
 */
const struct wl_callformat *wl_calllog_detect(struct wl_input *,
	    const struct sim_personality **system);
/*
 * in is taken over.  format NULL: what detection says, or else strace; system
 * NULL: what the log tells, or else the format's usual one.
 * => false: log->error; close it all the same
 */
bool	wl_calllog_open(struct wl_calllog *, struct wl_input *in,
	    const struct wl_callformat *, const struct sim_personality *);
void	wl_calllog_close(struct wl_calllog *);
/* Start again at the first line. => false: log->error */
bool	wl_calllog_rewind(struct wl_calllog *);
/* A reader that has no memory for a line says so with this error of WL_LOG_BAD;
   wl_calllog_next() makes WL_LOG_CUT of it, and the input's failure. */
extern const char wl_log_no_memory[];
/*
 * The next record; what it points to lives until the next call.  Never fails:
 * what cannot be read is BAD or CUT; END comes for ever after the last line.
 */
void	wl_calllog_next(struct wl_calllog *, struct wl_callrec *);

#endif /* WL_CALLLOG_H */
