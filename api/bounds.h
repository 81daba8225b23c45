/*
 * What a command may take of its host: --max-host-memory, --max-ops and
 * --timeout.  They are rows of the common options (cmd.c), for the programs
 * beside uvmsim they come first on the command line.
 *
 * There is no bound unless one is asked for: what a run gives must not depend
 * on the host it runs on.
 */
#ifndef API_BOUNDS_H
#define API_BOUNDS_H

#include "guard.h"

struct api_bounds {
	/* as given, or NULL */
	const char     *memory_text, *ops_text, *timeout_text;
	/* set by api_bounds_begin() */
	uint64_t	ops;		/* 0: any number */
	struct api_guard *guard;	/* NULL: neither memory nor time is
					   bounded */
	char		name[32];	/* of the command, for the guard */
};

/*
 * Understand what was given and begin to guard; name: "uvmsim run".
 * => true; false and one sentence in err
 */
bool	api_bounds_begin(struct api_bounds *, const char *name, char *err,
	    size_t errlen);

/* 2, 0.5, 90s, 5m, 1.5h, 20ms, into ns. => false: it is no such time, or 0 */
bool	api_bounds_time(const char *text, uint64_t *ns);

/* Why it is over, as the end of a line: "--timeout 2s is over". => buf */
const char *api_bounds_why(const struct api_bounds *, enum api_over,
	    char buf[128]);

/*
 * --max-host-memory=SIZE and --timeout=TIME in front of all else, for programs
 * whose options are those of a real system.  *argc and *argv lose them.
 * => true; false: complained on standard error, as a usage error
 */
bool	api_bounds_args(struct api_bounds *, const char *name, int *argc,
	    char ***argv);

#endif /* API_BOUNDS_H */
