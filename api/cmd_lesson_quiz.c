/*
 * The questions of a lesson: asked on a terminal, checked from a file, solved.
 *
 * The right answer is that of a run, made when it is needed.  On a terminal a
 * wrong answer gets the hint, a second wrong one the answer and the reason; an
 * empty line is "I do not know".
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_lesson.h"
#include "paint.h"

static bool
right_answer(const struct cmd_lesson *s, const struct wl_question *q,
    char answer[WL_LESSON_ANSWER])
{
	char err[400];

	if (wl_question_answer(q, &s->host, answer, err, sizeof(err)))
		return true;
	cmd_fail(&s->cmd, "%s:%" PRIu32 ": question %u: %s", s->lesson->path,
	    q->line, q->number, err);
	return false;
}

/* A choice may be told by its letter or its text. */
static bool
is_right(const struct wl_question *q, const char *given, const char *right)
{
	unsigned i = q->nchoices > 0 ? (unsigned)(right[0] - 'a') : 0;

	return wl_answer_same(given, right, false) ||
	    (q->nchoices > 0 &&
		wl_answer_same(given, q->choice[i].text, false));
}

static void
show_right(const struct cmd_lesson *s, const struct wl_question *q,
    const char *right)
{
	char text[400];

	if (q->nchoices > 0)
		snprintf(text, sizeof(text), "%s) %s", right,
		    q->choice[right[0] - 'a'].text);
	else
		snprintf(text, sizeof(text), "%s", right);
	cmd_lesson_labelled(s, "Answer: ", text);
	cmd_lesson_labelled(s, "Why:    ", q->why);
}

/* ------------------------------------------------------ on a terminal ---- */

/* => false: the end of the input, or q */
static bool
read_answer(char *buf, size_t len)
{
	size_t n;

	printf("> ");
	fflush(stdout);
	if (fgets(buf, (int)len, stdin) == NULL)
		return false;
	n = strcspn(buf, "\n");
	if (buf[n] == '\0')
		for (int c = getchar(); c != '\n' && c != EOF; c = getchar())
			continue;
	buf[n] = '\0';
	return strcmp(buf, "q") != 0 && strcmp(buf, "quit") != 0;
}

bool
cmd_lesson_ask(struct cmd_lesson *s, const struct wl_question *q, int *status)
{
	const struct api_style *style = api_style(stdout);
	char given[WL_ANSWER_TEXT], right[WL_LESSON_ANSWER];

	cmd_lesson_pose(s, q);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return true;
	if (!right_answer(s, q, right)) {
		*status = CMD_FAIL;
		return false;
	}
	for (unsigned tries = 1;; tries++) {
		if (!read_answer(given, sizeof(given)))
			return false;
		if (is_right(q, given, right)) {
			printf("%sRight.%s\n", style->good, style->off);
			cmd_lesson_labelled(s, "Why:    ", q->why);
			return true;
		}
		if (given[strspn(given, " \t")] == '\0' || tries == 2 ||
		    q->hint == NULL) {
			show_right(s, q, right);
			return true;
		}
		printf("%sNo.%s ", style->bad, style->off);
		cmd_lesson_labelled(s, "Hint: ", q->hint);
	}
}

/* ------------------------------------------------------------- solved ---- */

int
cmd_lesson_solve(struct cmd_lesson *s)
{
	char right[WL_LESSON_ANSWER];

	printf("Lesson %u. %s\n", s->lesson->number, s->lesson->title);
	for (size_t i = 0; i < s->lesson->nblocks; i++) {
		const struct wl_question *q = s->lesson->block[i].question;

		if (q == NULL)
			continue;
		putchar('\n');
		cmd_lesson_pose(s, q);
		if (!right_answer(s, q, right))
			return CMD_FAIL;
		show_right(s, q, right);
	}
	return CMD_OK;
}

/* ------------------------------------------------------- from a file ---- */

/* A question as something that can be marked. */
static bool
make_item(const struct cmd_lesson *s, const struct wl_question *q,
    const struct wl_answers *a, struct wl_item *item)
{
	const struct wl_answer *given;

	memset(item, 0, sizeof(*item));
	snprintf(item->label, sizeof(item->label), "%u", q->number % 1000);
	snprintf(item->why, sizeof(item->why), "%s",
	    s->solution         ? q->why :
		q->hint != NULL ? q->hint :
				  "");
	if (!right_answer(s, q, item->right))
		return false;
	given = wl_answers_find(a, item->label);
	if (given != NULL && given->text[0] != '\0' &&
	    is_right(q, given->text, item->right))
		snprintf(item->right, sizeof(item->right), "%s", given->text);
	return true;
}

int
cmd_lesson_answers(struct cmd_lesson *s)
{
	struct wl_answers *a = malloc(sizeof(*a));
	struct wl_item *item = calloc(s->lesson->nquestions + 1, sizeof(*item));
	const struct wl_item **list = calloc(s->lesson->nquestions + 1,
	    sizeof(*list));
	struct cmd_mark mark = { .s = s,
		.path = s->answers,
		.answers = a,
		.item = list,
		.hide = !s->solution };
	struct cmd_marks marks = { 0 };
	int status = CMD_FAIL;

	if (a == NULL || item == NULL || list == NULL)
		cmd_fail(&s->cmd, "no memory");
	else
		status = cmd_lesson_read_answers(s, s->answers, a);
	for (size_t i = 0; status == CMD_OK && i < s->lesson->nblocks; i++) {
		const struct wl_question *q = s->lesson->block[i].question;

		if (q == NULL)
			continue;
		if (!make_item(s, q, a, &item[mark.nitems]))
			status = CMD_FAIL;
		list[mark.nitems] = &item[mark.nitems];
		mark.nitems++;
	}
	if (status == CMD_OK) {
		cmd_lesson_mark(&mark, &marks);
		if (marks.points < marks.of || a->nerrors > 0)
			status = CMD_FAIL;
	}
	free(a);
	free(item);
	free(list);
	return status;
}
