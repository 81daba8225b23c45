/*
 * Running a script from a string, for the tests of the script language.
 */
#ifndef TESTS_SCRIPT_FIXTURE_H
#define TESTS_SCRIPT_FIXTURE_H

#include "workloads/script/script.h"

struct script_result {
	bool		read;		/* the text could be read */
	bool		completed;	/* and ran to its end */
	uint64_t	passed, failed;
	struct wl_script_error error;
	char	       *out, *err, *record;	/* malloc'ed; "" if nothing */
};

void	script_run(struct script_result *, const char *text);
void	script_free(struct script_result *);
/* Fail the test unless the script stops with "LINE:COL: text". */
void	script_expect_error(const char *text, const char *message);
/* Fail the test unless it completes, with so many expects met and not met. */
void	script_expect_counts(const char *text, uint64_t passed,
	    uint64_t failed);
/* Fail the test unless its output is this. */
void	script_expect_output(const char *text, const char *output);

#endif /* TESTS_SCRIPT_FIXTURE_H */
