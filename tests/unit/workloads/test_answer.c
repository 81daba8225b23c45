/*
 * Answers: what counts as the same, what a file of them may look like, and what
 * is said of lines that cannot be read; then files of random bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/lesson/answer.h"

static void
test_same(void **state)
{
	static const struct {
		const char *given, *right;
		int set, same;
	} rows[] = {
		{ "4", "4", 0, 1 },
		{ "0x10", "16", 0, 1 },
		{ "0X1F", "31", 0, 1 },
		{ "64K", "65536", 0, 1 },
		{ "64kb", "64K", 0, 1 },
		{ "2MiB", "2M", 0, 1 },
		{ "007", "7", 0, 1 },
		{ "0", "00", 0, 1 },
		{ "0", "", 0, 0 },
		{ "5", "4", 0, 0 },
		{ "4 4", "4", 0, 0 },
		{ "0k", "0", 0, 1 },
		{ "000kib", "0", 0, 1 },
		{ "0x1b", "27", 0, 1 },
		{ "b", "0", 0, 0 },
		{ "rwxr", "rwx", 0, 0 },
		{ "Hit", "hit", 0, 1 },
		{ "h", "hit", 0, 1 },
		{ "miss 3", "miss 3", 0, 1 },
		{ "3 miss", "miss 3", 0, 0 },
		{ "m, 3", "miss 3", 0, 1 },
		{ "miss", "miss 3", 0, 0 },
		{ "rw", "rw-", 0, 1 },
		{ "r-x", "rx", 0, 1 },
		{ "r", "r-x", 0, 0 },
		{ "---", "none", 0, 1 },
		{ "yes", "Y", 0, 1 },
		{ "yes", "no", 0, 0 },
		{ "1 2 3", "3 2 1", 0, 0 },
		{ "1 2 3", "3 2 1", 1, 1 },
		{ "{1,2,3}", "3 2 1", 1, 1 },
		{ "1 2 2", "1 1 2", 1, 0 },
		{ "0x4f53 rw", "0x4f53 rw-", 0, 1 },
		{ "0x4f53 r", "0x4f53 rw-", 0, 0 },
		{ "18446744073709551616", "0", 0, 0 },
		{ "SIGSEGV", "fault", 0, 1 },
		{ "1x", "1", 0, 0 },
		{ "a-very-long-word-that-is-no-answer-to-anything", "1", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (wl_answer_same(rows[i].given, rows[i].right,
			rows[i].set != 0) != (rows[i].same != 0))
			fail_msg("'%s' against '%s'", rows[i].given,
			    rows[i].right);
}

static void
test_many_words(void **state)
{
	char given[WL_ANSWER_TEXT] = "";

	(void)state;
	while (strlen(given) + 3 < sizeof(given))
		strcat(given, "1 ");
	assert_false(wl_answer_same(given, given, false));
	given[60] = '\0'; /* thirty words */
	assert_true(wl_answer_same(given, given, true));
}

static void
read_text(struct wl_answers *a, const char *text)
{
	wl_answers_read(a, text, strlen(text));
}

static void
test_file(void **state)
{
	static struct wl_answers a;

	(void)state;
	read_text(&a,
	    "# mine\n\nName:  Ann B. \nlesson: 5\nSEED = 17\n"
	    "1a: hit # sure\n 1B)miss 3\n\t2 . 0x3000 RW\r\n3:\n10c= ok");
	assert_string_equal(a.name, "Ann B.");
	assert_true(a.has_lesson && a.has_seed);
	assert_int_equal(a.lesson, 5);
	assert_int_equal(a.seed, 17);
	assert_int_equal(a.nerrors, 0);
	assert_int_equal(a.n, 5);
	assert_string_equal(wl_answers_find(&a, "1a")->text, "hit");
	assert_string_equal(wl_answers_find(&a, "1b")->text, "miss 3");
	assert_string_equal(wl_answers_find(&a, "2")->text, "0x3000 RW");
	assert_string_equal(wl_answers_find(&a, "3")->text, "");
	assert_string_equal(wl_answers_find(&a, "10c")->text, "ok");
	assert_int_equal(wl_answers_find(&a, "10c")->line, 10);
	assert_null(wl_answers_find(&a, "2a"));
}

/* The same twice is no mistake; nothing of a name moves a terminal. */
static void
test_twice(void **state)
{
	static struct wl_answers a;

	(void)state;
	read_text(&a, "seed: 17\nseed: 17\nname: A\033[1mB\n");
	assert_int_equal(a.nerrors, 0);
	assert_int_equal(a.seed, 17);
	assert_string_equal(a.name, "A?[1mB");
	read_text(&a, "seed: 17\nseed: 18\nlesson:\n");
	assert_int_equal(a.nerrors, 2);
	assert_non_null(strstr(a.error[0].text, "17 as above, got '18'"));
	assert_non_null(strstr(a.error[1].text, "a lesson's number"));
}

static void
test_errors(void **state)
{
	static const struct {
		const char *text, *error;
		unsigned line;
	} rows[] = {
		{ "1a 3\n", "expected LABEL: ANSWER, as in '1a: 42'", 1 },
		{ "\n: 3\n", "expected LABEL: ANSWER", 2 },
		{ "1a\n", "expected LABEL: ANSWER", 1 },
		{ "a1: 3\n", "expected a label such as 1 or 2b, got 'a1'", 1 },
		{ "1ab: 3\n", "expected a label such as 1 or 2b", 1 },
		{ "1000: 3\n", "expected a label such as 1 or 2b", 1 },
		{ "1: 3\n1: 4\n",
		    "expected one answer to 1 (the first is in "
		    "line 1), got '4'",
		    2 },
		{ "seed: -1\n", "expected a number as the seed, got '-1'", 1 },
		{ "lesson: five\n", "expected a lesson's number", 1 },
		{ "seed: 18446744073709551616000\n", "expected a number", 1 },
	};
	static struct wl_answers a;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		read_text(&a, rows[i].text);
		if (a.nerrors != 1 || a.error[0].line != rows[i].line ||
		    strstr(a.error[0].text, rows[i].error) == NULL)
			fail_msg("'%s': %zu errors, line %u: %s", rows[i].text,
			    a.nerrors, a.error[0].line, a.error[0].text);
	}
	/* A bad line does not undo a good one. */
	read_text(&a, "seed: 4\nseed: x\n");
	assert_true(a.has_seed && a.seed == 4);
}

static void
test_limits(void **state)
{
	static struct wl_answers a;
	static char text[40000];
	size_t n = 0;

	(void)state;
	for (unsigned i = 1; i < 500; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%u: 1\n%u\n",
		    i, i);
	wl_answers_read(&a, text, n);
	assert_int_equal(a.n, WL_ANSWERS_MAX);
	assert_int_equal(a.nerrors, WL_ANSWERS_MAXERRORS);
	memset(text, '7', sizeof(text));
	memcpy(text, "1: ", 3);
	wl_answers_read(&a, text, sizeof(text));
	assert_int_equal(a.n, 0);
	assert_int_equal(a.nerrors, 1);
	assert_non_null(strstr(a.error[0].text, "expected a shorter answer"));
}

/* Nothing that is read goes beyond its place. */
static void
test_junk(void **state)
{
	static const char letters[] = "0123456789abcxK:.)=#, \n\r\tseednamlo";
	static struct wl_answers a;
	uint64_t z = 42;
	char text[300];

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		for (size_t i = 0; i < sizeof(text); i++) {
			z = z * 6364136223846793005u + 1442695040888963407u;
			text[i] = round % 4 == 0 ?
			    (char)(z >> 56) :
			    letters[(z >> 33) % (sizeof(letters) - 1)];
		}
		wl_answers_read(&a, text, sizeof(text));
		assert_true(a.n <= WL_ANSWERS_MAX);
		for (size_t i = 0; i < a.n; i++) {
			assert_non_null(
			    memchr(a.answer[i].text, '\0', WL_ANSWER_TEXT));
			assert_true(wl_answer_same(a.answer[i].text,
					a.answer[i].text, true) ||
			    strlen(a.answer[i].text) > 15);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_many_words),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_junk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
