/*
 * What the tests of reference formats share: bytes as a trace, read whole, and
 * compared with what a regular expression of a line says.
 */
#ifndef TEST_REF_FIXTURE_H
#define TEST_REF_FIXTURE_H

#include "strace_fixture.h"

#include "pmap/types.h"
#include "workloads/refs/refsource.h"

struct ref_got {
	const char     *format;		/* NULL: none was found */
	struct wl_ref  *ref;
	uint32_t       *process;	/* of each */
	size_t		n;
	uint64_t	records, skipped;
	bool		cut;
	char		error[256];	/* empty: none */
};

/* Read a trace, of this format or (NULL) of that which is found. */
void	ref_read(struct ref_got *, const char *as, const void *data,
	    size_t len);
/* Read one that is found to be of this format and has so many references. */
void	ref_found(struct ref_got *, const char *format, size_t n,
	    const void *data, size_t len);
void	ref_drop(struct ref_got *);

/* One reference of size 1 is at va; the kind by its letter: I L S M. */
void	ref_is(const struct ref_got *, size_t i, char kind, uint64_t va);
/* A trace of this text, of one line, is bad, and the error is this. */
void	ref_bad(const char *as, const char *line, const char *error);

/*
 * What the oracle says of a line: 1 and *ref, 0: skipped, -1: bad.  The line
 * has no NULs, no newline and no carriage return at its end.
 */
typedef int ref_naive_fn(const char *line, struct wl_ref *);
/* A trace is read as the oracle says, line by line. */
void	ref_against(const char *as, const char *text, size_t len,
	    ref_naive_fn *);
/*
 * The same for `times' texts made of the lines given (NULL-ended), picked, cut
 * and damaged at random.
 */
void	ref_junk(const char *as, const char *const *lines, unsigned times,
	    ref_naive_fn *);
/* => the line matches; group i of the expression is *group[i], or empty */
bool	ref_matches(const char *regex, const char *line, char group[10][80]);

uint32_t ref_rnd(uint32_t n);		/* 0 .. n - 1, the same each time */

#endif /* TEST_REF_FIXTURE_H */
