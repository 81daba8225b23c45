/*
 * Measures of a process as a whole that hold for the dead, too: what getrusage
 * tells, waits for memory, and which signal killed it.
 */
#ifndef WL_SCRIPT_USAGE_H
#define WL_SCRIPT_USAGE_H

#include "measure.h"

/* As wl_measure's get. */
const char *wl_get_minflt(const struct wl_at *, uint64_t *);
const char *wl_get_majflt(const struct wl_at *, uint64_t *);
const char *wl_get_nswap(const struct wl_at *, uint64_t *);
const char *wl_get_waits(const struct wl_at *, uint64_t *);
const char *wl_get_waited(const struct wl_at *, uint64_t *);	/* frames */
const char *wl_get_killed(const struct wl_at *, uint64_t *);	/* signal */
/* Points by the rule of its system; the highest is killed. */
const char *wl_get_oom_points(const struct wl_at *, uint64_t *);

/* "none", "SIGKILL"; "another": it has no name here */
const char *wl_signal_name(uint64_t);
/* => true and *signo */
bool	wl_signal_byname(const char *, uint64_t *signo);

#endif /* WL_SCRIPT_USAGE_H */
