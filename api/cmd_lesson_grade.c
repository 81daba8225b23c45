/*
 * Marking answer files: line by line, a point for each right answer.
 *
 * In text an answer that is wrong is told with the right one and why; as JSON
 * each file is one object on a line of its own, for a class.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_lesson.h"

#define MAXFILE ((size_t)1 << 20)

/* At most MAXFILE + 1 bytes of a file, or of standard input. => 0, an errno */
static int
read_file(const char *path, char *text, size_t *len)
{
	const bool input = strcmp(path, "-") == 0;
	const int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 ? errno : 0;
	ssize_t n = 1;

	*len = 0;
	while (error == 0 && n != 0 && *len <= MAXFILE) {
		n = read(fd, text + *len, MAXFILE + 1 - *len);
		if (n < 0 && errno != EINTR)
			error = errno;
		*len += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0 && !input)
		close(fd);
	return error;
}

int
cmd_lesson_read_answers(const struct cmd_lesson *s, const char *path,
    struct wl_answers *a)
{
	char *text = malloc(MAXFILE + 1);
	int status = CMD_OK, error;
	size_t n;

	if (text == NULL)
		return cmd_fail(&s->cmd, "no memory");
	error = read_file(path, text, &n);
	if (error != 0)
		status = cmd_fail(&s->cmd, "%s: %s", path, strerror(error));
	else if (n > MAXFILE)
		status = cmd_fail(&s->cmd,
		    "%s: expected a file of answers, at most %zu bytes", path,
		    MAXFILE);
	if (status == CMD_OK)
		wl_answers_read(a, text, n);
	free(text);
	return status;
}

/* ------------------------------------------------------------- as text ---- */

/* Has the item this label? */
static bool
is_asked(const struct cmd_mark *k, const char *label)
{
	for (size_t i = 0; i < k->nitems; i++)
		if (strcmp(k->item[i]->label, label) == 0)
			return true;
	return false;
}

static void
tell_item(const struct cmd_mark *k, const struct wl_item *item,
    const struct wl_answer *given, bool right)
{
	char label[40], text[WL_DRILL_WHY + 3 * WL_ANSWER_TEXT];

	snprintf(label, sizeof(label), "%4s: ", item->label);
	if (right)
		snprintf(text, sizeof(text), "right: %s", given->text);
	else if (given == NULL || given->text[0] == '\0')
		snprintf(text, sizeof(text), "not answered.");
	else
		snprintf(text, sizeof(text), "wrong: %s.", given->text);
	if (!right && !k->hide)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    " It is %s: %s", item->right, item->why);
	else if (!right && item->why[0] != '\0')
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    " Hint: %s", item->why);
	cmd_lesson_labelled(k->s, label, text);
}

static void
tell_text(const struct cmd_mark *k, const bool *right,
    const struct cmd_marks *marks)
{
	const struct wl_answers *a = k->answers;

	printf("%s: lesson %u", k->path, k->s->lesson->number);
	if (k->has_seed)
		printf(", seed %" PRIu64, k->seed);
	if (a->name[0] != '\0')
		printf(", %s", a->name);
	printf(": %u of %u points\n", marks->points, marks->of);
	if (k->s->cmd.quiet)
		return;
	for (size_t i = 0; i < k->nitems; i++)
		tell_item(k, k->item[i], wl_answers_find(a, k->item[i]->label),
		    right[i]);
	for (size_t i = 0; i < a->n; i++)
		if (!is_asked(k, a->answer[i].label))
			printf("%s:%" PRIu32 ": there is no question %s\n",
			    k->path, a->answer[i].line, a->answer[i].label);
	for (size_t i = 0; i < a->nerrors; i++)
		printf("%s:%" PRIu32 ": %s\n", k->path, a->error[i].line,
		    a->error[i].text);
}

/* ------------------------------------------------------------- as JSON ---- */

static void
put_member(const char *name, const char *text)
{
	printf(",\"%s\":", name);
	cmd_json_string(stdout, text);
}

static void
json_item(const struct cmd_mark *k, const struct wl_item *item,
    const struct wl_answer *given, bool right)
{
	printf("{\"label\":\"%s\",\"correct\":%s", item->label,
	    right ? "true" : "false");
	if (given != NULL) {
		printf(",\"line\":%" PRIu32, given->line);
		put_member("given", given->text);
	}
	if (!k->hide)
		put_member("right", item->right);
	if (!right)
		put_member(k->hide ? "hint" : "why", item->why);
	putchar('}');
}

static void
tell_json(const struct cmd_mark *k, const bool *right,
    const struct cmd_marks *marks)
{
	const struct wl_answers *a = k->answers;
	bool first = true;

	printf("{\"file\":");
	cmd_json_string(stdout, k->path);
	put_member("name", a->name);
	printf(",\"lesson\":%u", k->s->lesson->number);
	put_member("title", k->s->lesson->title);
	if (k->has_seed)
		printf(",\"seed\":%" PRIu64, k->seed);
	printf(",\"points\":%u,\"of\":%u,\"answers\":[", marks->points,
	    marks->of);
	for (size_t i = 0; i < k->nitems; i++) {
		if (i > 0)
			putchar(',');
		json_item(k, k->item[i], wl_answers_find(a, k->item[i]->label),
		    right[i]);
	}
	printf("],\"errors\":[");
	for (size_t i = 0; i < a->nerrors; i++, first = false) {
		printf("%s{\"line\":%" PRIu32, first ? "" : ",",
		    a->error[i].line);
		put_member("text", a->error[i].text);
		putchar('}');
	}
	for (size_t i = 0; i < a->n; i++) {
		if (is_asked(k, a->answer[i].label))
			continue;
		printf("%s{\"line\":%" PRIu32
		       ",\"text\":\"there is no question %s\"}",
		    first ? "" : ",", a->answer[i].line, a->answer[i].label);
		first = false;
	}
	printf("]}\n");
}

/* ------------------------------------------------------------ marking ---- */

void
cmd_lesson_mark(const struct cmd_mark *k, struct cmd_marks *marks)
{
	bool *right = calloc(k->nitems + 1, sizeof(*right));
	unsigned exercise;

	*marks = (struct cmd_marks){ .of = (unsigned)k->nitems };
	if (right == NULL) {
		cmd_fail(&k->s->cmd, "no memory");
		return;
	}
	for (size_t i = 0; i < k->nitems; i++) {
		const struct wl_item *item = k->item[i];
		const struct wl_answer *given = wl_answers_find(k->answers,
		    item->label);

		right[i] = given != NULL && wl_item_right(item, given->text);
		marks->points += right[i];
		exercise = (unsigned)strtoul(item->label, NULL, 10) - 1;
		if (exercise < WL_LESSON_MAXKINDS) {
			marks->asked[exercise]++;
			marks->right[exercise] += right[i];
		}
	}
	if (k->s->cmd.json)
		tell_json(k, right, marks);
	else
		tell_text(k, right, marks);
	free(right);
}

/* Whose exercise is it? */
static int
seed_of(const struct cmd_lesson *s, const char *path,
    const struct wl_answers *a, uint64_t *seed)
{
	if (a->has_lesson && a->lesson != s->lesson->number)
		return cmd_fail(&s->cmd,
		    "%s: it is of lesson %" PRIu64 ", expected lesson %u", path,
		    a->lesson, s->lesson->number);
	if (!s->has_seed && !a->has_seed)
		return cmd_fail(&s->cmd,
		    "%s: expected a line 'seed: NUMBER' (or -s SEED)", path);
	if (s->has_seed && a->has_seed && s->seed != a->seed)
		return cmd_fail(&s->cmd,
		    "%s: it is of seed %" PRIu64 ", expected seed %" PRIu64,
		    path, a->seed, s->seed);
	*seed = s->has_seed ? s->seed : a->seed;
	return CMD_OK;
}

/* A class: who has how much of what. */
struct class
{
	unsigned files;
	struct cmd_marks sum;
};

static void
add_marks(struct class *class, const struct cmd_marks *m)
{
	class->files++;
	class->sum.points += m->points;
	class->sum.of += m->of;
	for (unsigned i = 0; i < WL_LESSON_MAXKINDS; i++) {
		class->sum.asked[i] += m->asked[i];
		class->sum.right[i] += m->right[i];
	}
}

static void
tell_class(const struct cmd_lesson *s, const struct class *class)
{
	const struct cmd_marks *m = &class->sum;

	printf("\n%u files: %u of %u points, %.1f of %.1f on the average\n",
	    class->files, m->points, m->of,
	    (double)m->points / (double)class->files,
	    (double)m->of / (double)class->files);
	for (unsigned i = 0; i < WL_LESSON_MAXKINDS && m->asked[i] > 0; i++)
		printf("exercise %u (%s): %u of %u right\n", i + 1,
		    s->exercise != NULL ? s->exercise : s->lesson->kind[i],
		    m->right[i], m->asked[i]);
}

static int
grade_homework(const struct cmd_lesson *s, const char *path,
    const struct wl_answers *a, const struct cmd_homework *hw, uint64_t seed,
    struct class *class)
{
	const struct wl_item **list = calloc(hw->n * WL_DRILL_MAXITEMS + 1,
	    sizeof(*list));
	struct cmd_mark mark = { .s = s,
		.path = path,
		.answers = a,
		.item = list,
		.has_seed = true,
		.seed = seed };
	struct cmd_marks marks;

	if (list == NULL)
		return cmd_fail(&s->cmd, "no memory");
	for (unsigned i = 0; i < hw->n; i++)
		for (unsigned j = 0; j < hw->drill[i].nitems; j++)
			list[mark.nitems++] = &hw->drill[i].item[j];
	cmd_lesson_mark(&mark, &marks);
	add_marks(class, &marks);
	free(list);
	return marks.points == marks.of && a->nerrors == 0 ? CMD_OK : CMD_FAIL;
}

static int
grade_file(const struct cmd_lesson *s, const char *path, struct class *class)
{
	struct wl_answers *a = calloc(1, sizeof(*a));
	struct cmd_homework hw;
	uint64_t seed = 0;
	int status;

	if (a == NULL)
		return cmd_fail(&s->cmd, "no memory");
	status = cmd_lesson_read_answers(s, path, a);
	if (status == CMD_OK)
		status = seed_of(s, path, a, &seed);
	if (status == CMD_OK) {
		status = cmd_homework_make(s, seed, &hw);
		if (status == CMD_OK)
			status = grade_homework(s, path, a, &hw, seed, class);
		cmd_homework_free(&hw);
	}
	free(a);
	return status;
}

int
cmd_lesson_grade(struct cmd_lesson *s)
{
	struct class class = { 0 };
	int status = CMD_OK;

	for (int i = 1; i < s->cmd.noperands; i++) {
		if (i > 1 && !s->cmd.json && !s->cmd.quiet)
			putchar('\n');
		if (grade_file(s, s->cmd.operand[i], &class) != CMD_OK)
			status = CMD_FAIL;
	}
	if (class.files > 1 && !s->cmd.json)
		tell_class(s, &class);
	return status;
}
