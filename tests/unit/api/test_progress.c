/*
 * The line of progress: its words; and that nothing is written where there is
 * no terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "api/progress.h"

static void
says(uint64_t total, uint64_t at, uint64_t count, uint64_t ms, const char *want)
{
	struct cmd_progress p = { .unit = "references", .total = total };
	char text[200];

	cmd_progress_text(&p, at, count, ms, text, sizeof(text));
	assert_string_equal(text, want);
}

static void
test_words(void **state)
{
	(void)state;
	says(0, 0, 0, 0, "0 references  0/s");
	says(0, 5, 999, 1000, "999 references  999/s");
	says(0, 5, 1000, 500, "1.00K references  2.00K/s");
	says(0, 0, 99949, 1000, "99.9K references  99.9K/s");
	says(0, 0, 99951, 1000, "100K references  100K/s");
	says(0, 0, 999499, 1000, "999K references  999K/s");
	says(0, 0, 999500, 1000, "1.00M references  1.00M/s");
	says(0, 0, UINT64_MAX, 1000, "18.4E references  18.4E/s");
	/* A quarter took a second: three are left. */
	says(400, 100, 20, 1000, " 25%  20 references  20/s  0:03 left");
	says(400, 0, 0, 1000, "  0%  0 references  0/s");
	says(400, 400, 9, 3000, "100%  9 references  3/s  0:00 left");
	says(400, 500, 9, 3000, "100%  9 references  3/s  0:00 left");
	says(1000, 1, 1, 61000, "  0%  1 references  0/s  16:55:39 left");
	says(3600, 1, 1, 1000, "  0%  1 references  1/s  59:59 left");
	says(3601, 1, 1, 1000, "  0%  1 references  1/s  1:00:00 left");
	says(UINT64_MAX, 1, 1, 1000, "  0%  1 references  1/s  days left");
}

static void
test_note(void **state)
{
	struct cmd_progress p = { .unit = "lines", .total = 10 };
	char text[200];

	(void)state;
	cmd_progress_note(&p, "%d of %d points", 3, 16);
	cmd_progress_text(&p, 5, 7, 1000, text, sizeof(text));
	assert_string_equal(text,
	    " 50%  7 lines  7/s  0:01 left  3 of 16 points");
	/* Read another time: its own rate. */
	p.base = 5;
	p.note[0] = '\0';
	cmd_progress_text(&p, 5, 7, 1000, text, sizeof(text));
	assert_string_equal(text, " 50%  7 lines  2/s  0:01 left");
	/* No room: cut, no more. */
	cmd_progress_text(&p, 5, 7, 1000, text, 8);
	assert_string_equal(text, " 50%  7");
}

/* With standard error in a file, which stays empty. */
static void
test_no_terminal(void **state)
{
	const struct cmd cmd = { .name = "test" };
	FILE *file = tmpfile();
	const int saved = dup(STDERR_FILENO);
	struct cmd_progress p;
	long size;

	(void)state;
	assert_non_null(file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	cmd_progress_begin(&p, &cmd, "lines", 100);
	for (uint64_t i = 0; i < 100; i++) {
		if (cmd_progress_due(&p))
			cmd_progress_update(&p, i, i);
		usleep(7000);
	}
	cmd_progress_clear(&p);
	cmd_progress_end(&p);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	fclose(file);
	assert_int_equal(size, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
