/*
 * Stepping for tests: a run, commands, and what is said to them.
 */
#ifndef TESTS_STEP_FIXTURE_H
#define TESTS_STEP_FIXTURE_H

#include "workloads/step/step.h"

struct step_talk {
	struct wl_step *s;
	const char     *right;		/* KEY=VALUE,... of the second side */
	uint64_t	enough;		/* operation at which to interrupt;
					   0: none */
	FILE	       *out, *err;
	char	       *said, *complained;	/* all of it */
	size_t		len, errlen;
};

/* A run on a machine, which its script configures. */
void	step_begin(struct step_talk *, const char *path);
/* Beside it on one with these keys.  Its sides are "left" and the keys. */
void	step_begin_two(struct step_talk *, const char *path,
	    const char *right);
/* Any config; its path, input, out, err and ctx are set. => an errno, err */
int	step_open(struct step_talk *, struct wl_step_config *, bool two,
	    const char *path, char *err, size_t errlen);
void	step_end(struct step_talk *);

/* What a command says; until the next call. */
const char *step_says(struct step_talk *, const char *command);

/* Where the first side stands. */
uint64_t step_at(const struct step_talk *);

/* Commands with ; between them, where the last one arrives, what it says and
 * complains of; NULL: anything, "": nothing. */
#define STEP_ANYWHERE UINT64_MAX
struct step_row {
	const char     *commands;
	uint64_t	at;
	const char     *said, *complained;
};
void	step_rows(struct step_talk *, const struct step_row *, size_t n);

#endif /* TESTS_STEP_FIXTURE_H */
