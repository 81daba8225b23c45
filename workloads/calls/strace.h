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
 * Lines of a stack (-k), " > FILE(FUNCTION+0x..) [0x..]", and all from the
 * table of -C on are passed over.
 *
 * Unfinished and resumed halves are joined by pid, wherever they were cut.  A
 * line that is none of these is reported (BAD) with what was expected, and
 * reading goes on.
 */
#ifndef WL_STRACE_H
#define WL_STRACE_H

#include "calllog.h"

struct wl_strace_pending;

struct wl_strace {
	struct wl_input *in;
	struct wl_strace_pending *pending; /* calls not yet returned, by pid */
	char	       *part;		/* beginning of a line cut by a note */
	size_t		partlen;
	char	       *text;		/* the joined text of a call */
	size_t		textcap;
	uint64_t	nlines;
	bool		summing;	/* the table of -C has begun */
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
void	wl_strace_next(struct wl_strace *, struct wl_callrec *);

extern const struct wl_callformat wl_call_strace;

#endif /* WL_STRACE_H */
