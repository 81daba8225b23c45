/*
 * Histories of files and texts for tests, and what a straight run comes to.
 */
#ifndef TESTS_HISTORY_FIXTURE_H
#define TESTS_HISTORY_FIXTURE_H

#include "workloads/history/history.h"

struct history_bytes {
	uint8_t	       *data;
	size_t		len;
};

/* Fails the test if it cannot be opened.  machine: KEY=VALUE,... or "";
 * every 0, memory 0: as by default.  The last one's reports are counted. */
struct wl_history *history_of(const char *path, const char *machine,
	    uint64_t every, size_t memory);
extern unsigned history_reports;

/* The core of where it stands. */
struct history_bytes history_core(struct wl_history *);
/*
 * Go to n; then all that can be seen is that of a run that was made for it,
 * step by step.
 */
void	history_same(struct wl_history *, const char *path,
	    const char *machine, uint64_t n);
/* A text as a file of this name in a directory of the test's own. => its path,
 * until the next call */
const char *history_file(const char *name, const char *text);
uint64_t history_random(uint64_t *seed, uint64_t n);	/* 0 .. n-1 */

#endif /* TESTS_HISTORY_FIXTURE_H */
