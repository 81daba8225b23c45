/*
 * One line of an strace log, taken apart: what stands before the call, and the
 * call's own parts.  strace.c joins lines; this knows only one at a time.
 */
#ifndef WL_STRACE_LINE_H
#define WL_STRACE_LINE_H

#include "strace.h"

/* Pid, times, bracketed numbers. => where the rest begins */
const char *wl_line_prefix(const char *line, const char *end,
	    struct wl_callrec *);
/* "--- ... ---" and "+++ ... +++". => false: neither */
bool	wl_line_mark(const char *p, const char *end, struct wl_callrec *);
/* Length of the name of a call that begins here; 0: none */
size_t	wl_line_name(const char *p, const char *end);
/*
 * The arguments and result behind "name(".  Fills arg, nargs, result, ret, err.
 * => false: rec->error and *at (where) are set
 */
bool	wl_line_call(const char *p, const char *end, struct wl_callrec *,
	    const char **at);

#endif /* WL_STRACE_LINE_H */
