/*
 * The form of lessons: what is read, what is refused and where; questions whose
 * answers runs give; and that exercises depend on their seed alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/lesson/drill.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))

static struct wl_lesson *
read_text(const char *text, char *err, size_t len)
{
	const struct wl_embedded e = { "page.md", text, strlen(text) };

	err[0] = '\0';
	return wl_lesson_read(&e, err, len);
}

static const char whole
    [] = "# 7. A title\n\nA paragraph\nof two lines.\n\n- an item\n  goes on\n"
	 "- another\n\n    verbatim\n    more\n\n```console\n$ uvmsim version\n"
	 "uvmsim\n\n$ cat f\n```\n\n```question\nHow\nmany?\n\n"
	 "run: workloads/lessons/loop.uvm frames=50\nanswer: a faults\n"
	 "hint: one\n  two\nwhy: so\n```\n\n## Homework\n\n"
	 "Exercises: cow, reach.\n\n## For teachers\n\nAims.\n";

static void
test_form(void **state)
{
	struct wl_lesson *l;
	const struct wl_question *q;
	char err[300];

	(void)state;
	l = read_text(whole, err, sizeof(err));
	if (l == NULL)
		fail_msg("%s", err);
	assert_int_equal(l->number, 7);
	assert_string_equal(l->title, "A title");
	assert_int_equal(l->nblocks, 10);
	assert_string_equal(l->block[0].text, "A paragraph of two lines.");
	assert_int_equal(l->block[1].kind, WL_B_ITEM);
	assert_string_equal(l->block[1].text, "an item goes on");
	assert_string_equal(l->block[3].text, "    verbatim\n    more");
	assert_string_equal(l->block[4].text,
	    "$ uvmsim version\nuvmsim\n\n$ cat f");
	q = l->block[5].question;
	assert_string_equal(q->text, "How many?");
	assert_string_equal(q->script, "workloads/lessons/loop.uvm");
	assert_string_equal(q->pairs, "frames=50");
	assert_string_equal(q->hint, "one two");
	assert_string_equal(q->why, "so");
	assert_int_equal(l->nkinds, 2);
	assert_string_equal(l->kind[1], "reach");
	assert_false(l->block[7].notes);
	assert_true(l->block[9].notes);
	wl_lesson_free(l);
}

/* No line is cut. */
static void
test_long_line(void **state)
{
	char text[700] = "# 1. T\n\n", err[300];
	struct wl_lesson *l;

	(void)state;
	memset(text + 8, 'a', 511);
	l = read_text(text, err, sizeof(err));
	assert_non_null(l);
	assert_int_equal(strlen(l->block[0].text), 511);
	wl_lesson_free(l);
	text[8 + 511] = 'a';
	assert_null(read_text(text, err, sizeof(err)));
	assert_string_equal(err, "page.md:3: a line of 512 bytes, at most 511");
}

#define QUESTION "# 1. T\n\n```question\nQ?\n\n"

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "", "page.md:0: expected # NUMBER. TITLE" },
		{ "Title\n", "page.md:1: expected # NUMBER. TITLE" },
		{ "# One\n", "page.md:1: expected # NUMBER. TITLE, got" },
		{ "# 1. T\n```console\n$ ls | wc\n```\n",
		    "page.md:3: expected uvmsim ... or cat FILE, got 'ls" },
		{ "# 1. T\n```console\n$ uvmsim run x >y\n```\n",
		    "page.md:3: expected uvmsim ..." },
		{ "# 1. T\n```console\nx\n",
		    "page.md:3: the fence of line 2 has no end" },
		{ QUESTION "run: s\nanswer: a faults\nwhy: w\n",
		    "page.md:8: expected ``` at the end of the question" },
		{ QUESTION "colour: red\n```\n",
		    "page.md:7: unknown field colour; expected run" },
		{ QUESTION "what\n```\n",
		    "page.md:6: expected KEY: VALUE or ```, got 'what'" },
		{ QUESTION "run: s\nwhy: w\n```\n",
		    "page.md:8: expected one of answer, choice, case," },
		{ QUESTION "answer: x\nwhy: w\n```\n",
		    "page.md:8: expected run: SCRIPT, or command:" },
		{ QUESTION "run: s\nanswer: a faults\n```\n",
		    "page.md:8: expected a question's text and its why:" },
		{ QUESTION "run: s\nchoice: yes\nwhy: w\n```\n",
		    "page.md:8: expected choice: TEXT | EXPECTATION" },
		{ QUESTION "run: s\ncase: yes\nwhy: w\n```\n",
		    "page.md:8: expected case: TEXT | KEY=VALUE ..." },
		{ "# 1. T\n\n```question\nQ?\n",
		    "expected the fields of the question" },
		{ "# 1. T\n\n```question\nQ?\n\n: x\n```\n",
		    "page.md:6: expected KEY: VALUE or ```, got ': x'" },
		{ "# 1. T\n\nExercises: a, b, c, d, e, f, g, h, i.\n",
		    "page.md:3: expected at most 8 kinds" },
		{ "# 1 T\n", "page.md:1: expected # NUMBER. TITLE, got" },
		{ QUESTION "run: s\ncase: a | policy=lru\nwhy: w\n```\n",
		    "page.md:9: expected least: or most: with case:" },
		{ QUESTION "command: uvmsim x\nwhy: w\n```\n",
		    "page.md:8: expected take: with command:" },
		{ QUESTION "run: s\nchoice: a | b\nchoice: a | b\nchoice: a | b"
			   "\nchoice: a | b\nchoice: a | b\nchoice: a | b\n"
			   "choice: a | b\nwhy: w\n```\n",
		    "page.md:14: expected at most 6 choices" },
	};
	char err[300];

	(void)state;
	for (size_t i = 0; i < NELEMS(rows); i++) {
		assert_null(read_text(rows[i].text, err, sizeof(err)));
		if (strstr(err, rows[i].error) == NULL)
			fail_msg("expected '%s', got '%s'", rows[i].error, err);
	}
}

/* Cut anywhere, a lesson is read or refused with a line. */
static void
test_cut(void **state)
{
	char err[300], *text = strdup(whole);
	struct wl_lesson *l;

	(void)state;
	for (size_t n = strlen(whole); n-- > 0;) {
		text[n] = '\0';
		l = read_text(text, err, sizeof(err));
		if (l == NULL)
			assert_true(strncmp(err, "page.md:", 8) == 0);
		wl_lesson_free(l);
	}
	free(text);
}

/* ---------------------------------------------------------- questions ---- */

static int
echo(void *ctx, const char *line, char **out)
{
	(void)line;
	*out = ctx != NULL ? strdup(ctx) : NULL;
	return ctx != NULL ? 0 : -1;
}

/* Answer, or what is wrong, of a question with these fields. */
static void
ask(const char *fields, const struct wl_lesson_host *host, char *got,
    size_t len)
{
	char text[2000], err[300], right[WL_LESSON_ANSWER];
	struct wl_lesson *l;

	snprintf(text, sizeof(text), QUESTION "%s\nwhy: w\n```\n", fields);
	l = read_text(text, err, sizeof(err));
	if (l == NULL)
		fail_msg("%s", err);
	if (wl_question_answer(l->block[0].question, host, right, err,
		sizeof(err)))
		snprintf(got, len, "%s", right);
	else
		snprintf(got, len, "%s", err);
	wl_lesson_free(l);
}

#define RUN "run: workloads/lessons/loop.uvm"

static void
test_answers(void **state)
{
	static const struct {
		const char *fields, *got;
	} rows[] = {
		{ RUN "\nanswer: a faults", "10000" },
		{ RUN " frames=50\nanswer: a faults", "50" },
		{ RUN "\nuntil: a: p = mmap 50*4K rw private anon\n"
		      "then: a: read p 12K\nthen: a: read p 4K\n"
		      "answer: a faults",
		    "3" },
		{ RUN "\nanswer: a prot p", "rw-" },
		{ RUN "\nchoice: x | a faults < 5\nchoice: y | a faults > 5",
		    "b" },
		{ RUN "\nchoice: x | a faults > 5\nchoice: y | a faults > 6",
		    "2 of the choices of question 1 are right" },
		{ RUN "\ncase: x | frames=50\ncase: y | frames=49\n"
		      "most: a faults",
		    "b" },
		{ RUN "\ncase: x | frames=50\ncase: y | frames=49\n"
		      "least: a faults",
		    "a" },
		{ RUN "\ncase: x | frames=48\ncase: y | frames=49\n"
		      "least: a faults",
		    "2 of the choices" },
		{ "command: uvmsim x\ntake: misses", "17" },
		{ "command: uvmsim x\ntake: name", "lru" },
		{ "command: uvmsim x\ntake: hits", "prints no \"hits\"" },
		{ RUN "\nuntil: repeat 2\nanswer: a faults",
		    "has no line 'repeat 2'" },
		{ RUN "\nchoice: x | a nonsense\nchoice: y | a faults > 5",
		    "unknown measure" },
		{ RUN "\ncase: x | frames=50\ncase: y | frames=x\n"
		      "most: a faults",
		    "frames=x: expected" },
		{ RUN "\nanswer: b faults", "no process b" },
		{ RUN " x=yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
		      "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
		      "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
		      "\nanswer: a faults",
		    "expected KEY=VALUE, got x=yyy" },
		{ RUN "\nuntil: a: p = mmap 50*4K rw private anon\n"
		      "then: a: write 0\nanswer: a faults",
		    "fails with EFAULT" },
		{ "run: none.uvm\nanswer: a faults",
		    "there is no script none.uvm" },
		{ RUN "\nuntil: b: nothing\nanswer: a faults",
		    "has no line 'b: nothing'" },
		{ RUN "\nanswer: a nonsense",
		    "loop.uvm:21:10: unknown measure" },
		{ RUN " frames=x\nanswer: a faults", "frames=x: expected" },
		{ RUN "\nanswer: a prot 0", "no value" },
	};
	const struct wl_lesson_host host = { .command = echo,
		.ctx = "{\"name\":\"lru\",\"misses\":17}" };
	char got[400];

	(void)state;
	for (size_t i = 0; i < NELEMS(rows); i++) {
		ask(rows[i].fields, &host, got, sizeof(got));
		if (strstr(got, rows[i].got) == NULL)
			fail_msg("%s: expected '%s', got '%s'", rows[i].fields,
			    rows[i].got, got);
	}
	ask("command: uvmsim x\ntake: misses",
	    &(struct wl_lesson_host){ .command = echo }, got, sizeof(got));
	assert_non_null(strstr(got, "cannot run 'uvmsim x'"));
}

/* ---------------------------------------------------------- exercises ---- */

static void
test_seeds(void **state)
{
	static struct wl_drill a, b, c;
	const struct wl_lesson_host host = { 0 };
	const struct wl_drill_kind *k;

	(void)state;
	for (k = wl_drill_kinds; k->name != NULL; k++) {
		assert_ptr_equal(wl_drill_kind_byname(k->name), k);
		assert_true(wl_drill_make(&a, k, 3, 1, &host));
		assert_true(wl_drill_make(&b, k, 3, 2, &host));
		assert_true(wl_drill_make(&c, k, 4, 1, &host));
		assert_string_equal(a.problem, b.problem);
		assert_string_equal(a.source, b.source);
		assert_true(strcmp(a.problem, c.problem) != 0 ||
		    strcmp(a.item[0].prompt, c.item[0].prompt) != 0);
		assert_int_equal(a.nitems, b.nitems);
		for (unsigned i = 0; i < a.nitems; i++) {
			assert_string_equal(a.item[i].right, b.item[i].right);
			assert_string_equal(a.item[i].label + 1,
			    b.item[i].label + 1);
			assert_int_equal(b.item[i].label[0], '2');
		}
		wl_drill_free(&a);
		wl_drill_free(&b);
		wl_drill_free(&c);
	}
	assert_null(wl_drill_kind_byname("nothing"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
