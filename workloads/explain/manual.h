/*
 * What the manuals say about errors: for each reason for which a system call
 * of a system is refused, a sentence of its own on what that system's manual
 * page has to say.
 *
 * A row is found by system, call, errno and the reason that was recorded where
 * the check is (struct sim_error.why).  Sentences are ours; the page is named.
 * tests/explain provokes each row and fails for those that it cannot.
 */
#ifndef WL_MANUAL_H
#define WL_MANUAL_H

#include "sim/sim.h"

#define WL_FREEBSD	0x1
#define WL_NETBSD	0x2
#define WL_OPENBSD	0x4
#define WL_LINUX	0x8
#define WL_BSD		(WL_FREEBSD | WL_NETBSD | WL_OPENBSD)
#define WL_ALL		(WL_BSD | WL_LINUX)

struct wl_manual {
	uint8_t		systems;	/* WL_FREEBSD, ... */
	uint64_t	calls;		/* bits by enum sim_sysno */
	int		err;
	const char     *why;		/* sim_error.why */
	const char     *says;
};

/* Tables by subject, end with a row without `why'. */
extern const struct wl_manual wl_manual_map[];	  /* mmap, munmap, mremap */
extern const struct wl_manual wl_manual_linux[];  /* the same of Linux */
extern const struct wl_manual wl_manual_range[];  /* mprotect, madvise, ... */
extern const struct wl_manual wl_manual_wire[];	  /* mlock and its like */
extern const struct wl_manual wl_manual_process[]; /* brk, fork, limits */
extern const struct wl_manual wl_manual_file[];	  /* files, segments, swap */

/* All rows. => NULL behind the last */
const struct wl_manual *wl_manual_at(size_t i);
bool	wl_manual_applies(const struct wl_manual *,
	    const struct sim_personality *, enum sim_sysno);
/* => NULL: nothing is known of it */
const struct wl_manual *wl_manual_find(const struct sim_personality *,
	    enum sim_sysno, const struct sim_error *);
/* "mmap(2)" */
const char *wl_manual_page(enum sim_sysno, char *buf, size_t len);
/* "FreeBSD" */
const char *wl_manual_system(const struct sim_personality *);

#endif /* WL_MANUAL_H */
