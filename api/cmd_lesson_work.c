/*
 * Homework: the exercises of a lesson for a seed, alone or for a class, with
 * and without their solutions.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_lesson.h"
#include "sim/suggest.h"
#include "workloads/fill.h"

#define MAXSEEDS 1000

/* ------------------------------------------------------------- making ---- */

static const struct wl_drill_kind *
kind_of(const struct cmd_lesson *s, const char *name)
{
	const struct wl_drill_kind *k = wl_drill_kind_byname(name);
	const char *names[64], *near;
	size_t n = 0;

	if (k != NULL)
		return k;
	for (k = wl_drill_kinds; k->name != NULL && n < NELEM(names); k++)
		names[n++] = k->name;
	near = sim_suggest(name, names, n);
	cmd_usage_error(&s->cmd, "unknown kind of exercise %s%s%s%s", name,
	    near != NULL ? "; did you mean " : "", near != NULL ? near : "",
	    near != NULL ? "?" : "");
	return NULL;
}

int
cmd_homework_make(const struct cmd_lesson *s, uint64_t seed,
    struct cmd_homework *hw)
{
	const char *const *name = s->lesson != NULL ?
	    (const char *const *)s->lesson->kind :
	    &s->exercise;
	unsigned n = s->lesson != NULL ? s->lesson->nkinds : 1;

	memset(hw, 0, sizeof(*hw));
	if (s->exercise != NULL) {
		name = &s->exercise;
		n = 1;
	}
	if (n == 0)
		return cmd_fail(&s->cmd, "lesson %u has no exercises",
		    s->lesson->number);
	hw->drill = calloc(n, sizeof(*hw->drill));
	if (hw->drill == NULL)
		return cmd_fail(&s->cmd, "no memory");
	for (; hw->n < n; hw->n++) {
		const struct wl_drill_kind *k = kind_of(s, name[hw->n]);
		struct wl_drill *d = &hw->drill[hw->n];

		if (k == NULL)
			return CMD_USAGE;
		if (!wl_drill_make(d, k, seed, hw->n + 1, &s->host)) {
			hw->n++;
			return cmd_fail(&s->cmd, "%s, seed %" PRIu64 ": %s",
			    k->name, seed, d->error);
		}
	}
	return CMD_OK;
}

void
cmd_homework_free(struct cmd_homework *hw)
{
	for (unsigned i = 0; i < hw->n; i++)
		wl_drill_free(&hw->drill[i]);
	free(hw->drill);
}

/* ----------------------------------------------------------- problems ---- */

static void
put_item(const struct wl_item *item, bool solved)
{
	char label[16];

	snprintf(label, sizeof(label), "%4s: ", item->label);
	fputs(label, stdout);
	wl_fill(stdout, item->prompt, WL_DRILL_WIDTH, 6, 6);
	if (!solved)
		return;
	printf("      = %s\n", item->right);
	fputs("      ", stdout);
	wl_fill(stdout, item->why, WL_DRILL_WIDTH, 6, 6);
	if (item->story != NULL)
		printf("\n%s\n", item->story);
}

static void
put_homework(const struct cmd_lesson *s, const struct cmd_homework *hw,
    uint64_t seed, bool solved)
{
	printf("# Lesson %u. %s\nlesson: %u\nseed: %" PRIu64 "\n%s",
	    s->lesson->number, s->lesson->title, s->lesson->number, seed,
	    solved ? "" : "name:\n");
	for (unsigned i = 0; i < hw->n; i++) {
		const struct wl_drill *d = &hw->drill[i];

		printf("\nExercise %u. %s\n\n%s\n", d->number, d->kind->title,
		    d->problem);
		for (unsigned j = 0; j < d->nitems; j++)
			put_item(&d->item[j], solved);
	}
}

/* An answer file: with the right answers, or to be filled in. */
static void
put_key(const struct cmd_lesson *s, const struct cmd_homework *hw,
    uint64_t seed, bool solved)
{
	printf("lesson: %u\nseed: %" PRIu64 "\n%s", s->lesson->number, seed,
	    solved ? "" : "name:\n");
	for (unsigned i = 0; i < hw->n; i++)
		for (unsigned j = 0; j < hw->drill[i].nitems; j++)
			printf("%s:%s%s\n", hw->drill[i].item[j].label,
			    solved ? " " : "",
			    solved ? hw->drill[i].item[j].right : "");
}

/* --------------------------------------------------------------- JSON ---- */

static void
put_string(const char *name, const char *text)
{
	printf(",\"%s\":", name);
	cmd_json_string(stdout, text);
}

static void
json_item(const struct wl_item *item, bool solved)
{
	printf("{\"label\":\"%s\"", item->label);
	put_string("text", item->prompt);
	if (solved) {
		put_string("right", item->right);
		put_string("why", item->why);
		put_string("story", item->story != NULL ? item->story : "");
	}
	putchar('}');
}

static void
json_homework(const struct cmd_lesson *s, const struct cmd_homework *hw,
    uint64_t seed, bool solved)
{
	printf("{\"lesson\":%u", s->lesson->number);
	put_string("title", s->lesson->title);
	printf(",\"seed\":%" PRIu64 ",\"exercises\":[", seed);
	for (unsigned i = 0; i < hw->n; i++) {
		const struct wl_drill *d = &hw->drill[i];

		printf("%s{\"number\":%u,\"kind\":\"%s\"", i > 0 ? "," : "",
		    d->number, d->kind->name);
		put_string("title", d->kind->title);
		put_string("problem", d->problem);
		if (solved)
			put_string("script", d->source);
		printf(",\"questions\":[");
		for (unsigned j = 0; j < d->nitems; j++) {
			if (j > 0)
				putchar(',');
			json_item(&d->item[j], solved);
		}
		printf("]}");
	}
	printf("]}\n");
}

/* ----------------------------------------------------------- commands ---- */

int
cmd_lesson_homework(struct cmd_lesson *s)
{
	struct cmd_homework hw;
	int status = cmd_homework_make(s, s->seed, &hw);

	if (status == CMD_OK && s->cmd.json)
		json_homework(s, &hw, s->seed, s->solution);
	else if (status == CMD_OK && (s->key || s->form))
		put_key(s, &hw, s->seed, s->key);
	else if (status == CMD_OK)
		put_homework(s, &hw, s->seed, s->solution);
	cmd_homework_free(&hw);
	return status;
}

/* A-B, or one number. */
static bool
read_range(const char *text, uint64_t *a, uint64_t *b)
{
	if (text == NULL || !cmd_number_at(&text, '-', 0, UINT64_MAX, a))
		return false;
	*b = *a;
	return (*text++ == '\0' || cmd_number(text, *a, UINT64_MAX, b)) &&
	    *b - *a < MAXSEEDS;
}

int
cmd_lesson_sheets(struct cmd_lesson *s)
{
	struct cmd_homework hw;
	uint64_t a, b, seed, n;
	int status = CMD_OK;

	if (!read_range(s->seeds, &a, &b))
		return cmd_usage_error(&s->cmd,
		    "--sheet goes with --seeds A-B, at most %d seeds, not '%s'",
		    MAXSEEDS, s->seeds != NULL ? s->seeds : "");
	for (int key = s->cmd.json; key < 2; key++)
		for (n = 0; n <= b - a && status == CMD_OK; n++) {
			seed = a + n;
			status = cmd_homework_make(s, seed, &hw);
			if (status == CMD_OK && s->cmd.json)
				json_homework(s, &hw, seed, true);
			else if (status == CMD_OK && key == 0)
				put_homework(s, &hw, seed, false);
			else if (status == CMD_OK) {
				if (seed == a)
					printf("# Key\n");
				putchar('\n');
				put_key(s, &hw, seed, true);
			}
			if (!s->cmd.json && key == 0)
				printf("\f\n");
			cmd_homework_free(&hw);
		}
	return status;
}

int
cmd_lesson_kinds(void)
{
	for (const struct wl_drill_kind *k = wl_drill_kinds; k->name != NULL;
	     k++)
		printf("%-12s %s\n", k->name, k->title);
	return CMD_OK;
}
