/*
 * The history of a script that is given as text, for tests.  cmocka's headers
 * come first.
 */
#ifndef TESTS_HISTORY_TEXT_H
#define TESTS_HISTORY_TEXT_H

#include <string.h>

#include "workloads/history/history.h"

/* Fails the test if it cannot be opened. */
static inline struct wl_history *
history_of_text(const char *script)
{
	struct wl_history_config config = { .path = "script",
		.every = UINT64_MAX };
	struct wl_history *history = NULL;
	char err[300];

	config.input = wl_input_memory("script", script, strlen(script), err,
	    sizeof(err));
	assert_non_null(config.input);
	if (wl_history_open(&config, &history, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	return history;
}

#endif /* TESTS_HISTORY_TEXT_H */
