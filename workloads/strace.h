/*
 * Reading strace logs: text lines in, records out.
 *
 *	1234 mmap(NULL, 4096 <unfinished ...>		ENTRY
 *	1234 <... mmap resumed>, PROT_READ, ...) = 0x..	CALL (resumed)
 *	1234 munmap(0x7f.., 4096) = 0			CALL
 *	1234 --- SIGCHLD {...} ---			SIGNAL
 *	1234 +++ exited with 0 +++			EXITED
 *	1234 +++ killed by SIGABRT (core dumped) +++	KILLED
 *	1233 +++ superseded by execve in pid 1234 +++	SUPERSEDED
 *	strace: Process 1235 attached			ATTACHED
 *
 * Before these may stand a pid column or "[pid N] ", a "<comm>" behind the pid,
 * times (-t, -tt, -ttt, -r), a call number or an instruction pointer in
 * brackets (-n, -i); behind a call the time it took (-T).  The forms are found
 * line by line, so that a log may mix them.
 *
 * Unfinished and resumed halves are joined by pid, wherever they were cut.  A
 * line that is none of these is reported (BAD) with what was expected, and
 * reading goes on.
 */
#ifndef WL_STRACE_H
#define WL_STRACE_H

#include "input.h"
#include "sim/sim.h"

#define WL_STRACE_MAXARGS	16

enum wl_strace_kind {
	WL_STRACE_END,			/* of the log */
	WL_STRACE_CALL,			/* entry and return */
	WL_STRACE_ENTRY,		/* entry alone, returns later */
	WL_STRACE_SIGNAL,
	WL_STRACE_EXITED,
	WL_STRACE_KILLED,
	WL_STRACE_SUPERSEDED,
	WL_STRACE_ATTACHED,
	WL_STRACE_NOTE,			/* strace's own words */
	WL_STRACE_BAD,			/* not understood: error, column */
	WL_STRACE_CUT,			/* the log breaks off here: error */
};

enum wl_strace_result {
	WL_STRACE_VALUE,		/* ret */
	WL_STRACE_ERROR,		/* err */
	WL_STRACE_UNKNOWN,		/* "= ?": it did not return */
};

struct wl_text { const char *at; size_t len; };

struct wl_strace_rec {
	enum wl_strace_kind kind;
	uint64_t	line;
	uint64_t	entry_line;	/* CALL: where it was entered */
	int		pid;		/* 0: the line names none */
	bool		has_time;
	uint64_t	time;		/* ns, as the log's clock counts */
	char	       *name;		/* call, or signal's name */
	struct wl_text	arg[WL_STRACE_MAXARGS];
	int		nargs;
	bool		resumed;
	enum wl_strace_result result;
	uint64_t	ret;
	int		err;		/* errno here; 0: unknown name */
	struct wl_text	errname;	/* "ENOMEM" */
	struct wl_text	rettext;	/* "3</etc/passwd>" */
	int		value;		/* exit status, other pid */
	const char     *error;		/* BAD, CUT: one sentence */
	unsigned	column;		/* BAD: from 1 */
};

struct wl_strace_pending;

struct wl_strace {
	struct wl_input *in;
	struct wl_strace_pending *pending; /* calls not yet returned, by pid */
	char	       *part;		/* beginning of a line cut by a note */
	size_t		partlen;
	char	       *text;		/* the joined text of a call */
	size_t		textcap;
	uint64_t	nlines;
	char		error[160];
};

/* => false: err holds a sentence */
bool	wl_strace_open(struct wl_strace *, const char *path, char *err,
	    size_t errlen);
void	wl_strace_close(struct wl_strace *);
/* Start again at the first line. => false: st->error */
bool	wl_strace_rewind(struct wl_strace *);
/*
 * The next record; what it points to lives until the next call.  Never fails:
 * what cannot be read is BAD or CUT; END comes for ever after the last line.
 */
void	wl_strace_next(struct wl_strace *, struct wl_strace_rec *);

/* ---------------------------------------------------------- arguments ---- */

/* Value of a name that an argument uses. => false: unknown */
typedef bool wl_name_fn(void *ctx, const char *name, size_t len, uint64_t *v);

/*
 * An argument as a number: NULL, decimal, 0x, 0 octal, -N, names and numbers
 * joined by |, products and shifts (8192*1024, 21<<MAP_HUGE_SHIFT), a comment
 * or an fd's path behind.  Unknown names count as 0; *unknown (may be NULL) is
 * set to the first.
 * => false: no number
 */
bool	wl_text_number(struct wl_text t, wl_name_fn *fn, void *ctx,
	    uint64_t *v, struct wl_text *unknown);
/*
 * The path of a descriptor, "3</a/b>" or "3</memfd:x>(deleted)", decoded into
 * buf; the mark (deleted) is dropped.  => false: it has none
 */
bool	wl_text_fdpath(struct wl_text, char *buf, size_t len);
/* A quoted string, decoded. *cut: "..." followed. => false: not a string */
bool	wl_text_string(struct wl_text, char *buf, size_t len, bool *cut);
/* Member of a structure, "{flags=A|B, stack=0x1}". => false: not there */
bool	wl_text_member(struct wl_text, const char *name, struct wl_text *out);
bool	wl_text_is(struct wl_text, const char *);
/* => length of the first argument at p, up to its comma or the end; or to the
 * bracket that closes the list */
size_t	wl_text_scan(const char *p, size_t len);

#endif /* WL_STRACE_H */
