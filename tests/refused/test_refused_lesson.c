/*
 * Commands of lessons: what they print, what is no command, and a host that
 * refuses the folder or the process that they run in.  No folder is left.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/cmd_lesson.h"
#include "refuse.h"

/* The commands of this program: one that says what it was given. */
static int
echo(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("%s%c", argv[i], i + 1 < argc ? ' ' : '\n');
	return argc;
}

const struct cmd_entry cmd_table[] = {
	{ .name = "echo", .run = echo },
	{ .name = NULL },
};

static char folder[] = "/tmp/uvmsim-rooms.XXXXXX";

/* Names in the folder that rooms are made in. */
static unsigned
left_behind(void)
{
	DIR *dir = opendir(folder);
	unsigned n = 0;

	assert_non_null(dir);
	for (const struct dirent *e; (e = readdir(dir)) != NULL;)
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void
test_said(void **state)
{
	static const struct {
		const char *line, *out;
		int status;
	} rows[] = {
		{ "uvmsim echo a b", "echo a b\n", 3 },
		{ "uvmsim echo", "echo\n", 1 },
		{ "uvmsim ohce", "", 255 },
		{ "uvmsim", "", 255 },
		{ "ls /", "", 255 },
		{ "cat nowhere", "cat: nowhere: No such file or directory\n",
		    1 },
		{ "cat a b", "", 255 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *out = NULL;

		assert_int_equal(cmd_lesson_command(NULL, rows[i].line, &out),
		    rows[i].status);
		assert_string_equal(out, rows[i].out);
		free(out);
		assert_int_equal(left_behind(), 0);
	}
}

/* As many words as a command may have, and one more. */
static void
test_words(void **state)
{
	char line[600] = "uvmsim echo", *out;
	unsigned n = 1;

	(void)state;
	for (; n < 40; n++)
		strcat(line, " x");
	assert_int_equal(cmd_lesson_command(NULL, line, &out), 31);
	free(out);
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	assert_int_equal(cmd_lesson_command(NULL, line, &out), -1);
	assert_null(out);
}

static void
test_refused(void **state)
{
	static const struct {
		enum refuse kind;
		int error, status;
	} rows[] = {
		{ REFUSE_MKDTEMP, EACCES, -1 },
		{ REFUSE_FORK, EAGAIN, -1 },
		{ REFUSE_OPEN, EMFILE, 126 },
	};
	char *out;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		refuse_nth(rows[i].kind, 1, rows[i].error);
		assert_int_equal(cmd_lesson_command(NULL, "uvmsim echo", &out),
		    rows[i].status);
		assert_true(refuse_end());
		if (rows[i].status < 0)
			assert_int_equal(errno, rows[i].error);
		free(out);
		assert_int_equal(left_behind(), 0);
	}
	/* A read that is interrupted goes on. */
	refuse_nth(REFUSE_READ, 1, EINTR);
	assert_int_equal(cmd_lesson_command(NULL, "uvmsim echo", &out), 1);
	assert_true(refuse_end());
	assert_string_equal(out, "echo\n");
	free(out);
}

/* Without TMPDIR, or an empty one, rooms are made in /tmp. */
static void
test_folder(void **state)
{
	char far[5000];

	(void)state;
	assert_string_equal(cmd_lesson_tmpdir(), folder);
	assert_int_equal(setenv("TMPDIR", "", 1), 0);
	assert_string_equal(cmd_lesson_tmpdir(), "/tmp");
	assert_int_equal(unsetenv("TMPDIR"), 0);
	assert_string_equal(cmd_lesson_tmpdir(), "/tmp");
	for (size_t i = 0; i < sizeof(far); i++)
		far[i] = i % 2 == 0 ? '/' : '.';
	far[sizeof(far) - 1] = '\0';
	assert_int_equal(setenv("TMPDIR", far, 1), 0);
	assert_int_equal(cmd_lesson_command(NULL, "uvmsim echo",
			     &(char *){ 0 }),
	    -1);
	assert_int_equal(setenv("TMPDIR", folder, 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_said),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_folder),
	};
	int failed;

	if (mkdtemp(folder) == NULL || setenv("TMPDIR", folder, 1) != 0)
		return 1;
	failed = cmocka_run_group_tests_name("refused, lesson", tests, NULL,
	    NULL);
	rmdir(folder);
	return failed;
}
