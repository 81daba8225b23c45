/*
 * What the tests of logs share: text as an open log or a replayed one.
 */
#ifndef TEST_STRACE_FIXTURE_H
#define TEST_STRACE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/replay/replay.h"

/* A temporary file with this content; unlink and free the name. */
char   *log_file(const void *text, size_t len);
/* The whole of a file of tests/data/traces, or of another path. */
char   *log_read(const char *path, size_t *len);

struct log_result {
	int		err;
	struct wl_replay_stats stats;
	char		first[1200];	/* first report: "LINE: text" */
	char		maps[20000];	/* all maps, as --maps all prints */
};

/*
 * Replay text; the image is a stand-in unless snaps (text) says otherwise.
 * What does not diverge is written as a script too, which must make the same
 * maps.
 */
void	log_replay(const char *text, const char *snaps,
	    struct log_result *);

/* The same of a log of this system; NULL: what the log says. */
void	log_replay_of(const struct sim_personality *, const char *text,
	    const char *snaps, struct log_result *);

/* The same of Linux, with a file of initial maps besides. */
void	log_replay_with(const char *text, const char *snaps,
	    const char *maps, struct log_result *);

#endif /* TEST_STRACE_FIXTURE_H */
