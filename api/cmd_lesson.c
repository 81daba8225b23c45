/*
 * uvmsim lesson: lessons told in the terminal, their questions, homework and
 * its marks.
 *
 *	uvmsim lesson				the list
 *	uvmsim lesson N				tell it, ask its questions
 *	uvmsim lesson N --answers FILE		check answers to them
 *	uvmsim lesson N -s SEED [-c]		homework [and its solution]
 *	uvmsim lesson N --grade FILE ...	homework marked
 *	uvmsim lesson --sheet N --seeds A-B	a class set and its key
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd_lesson.h"
#include "sim/suggest.h"
#include "tools.h"

#define MAXLESSONS 64

/* COLUMNS, or the terminal's; 80 where there is neither. */
static unsigned
find_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	unsigned width = columns != NULL ?
	    (unsigned)strtoul(columns, NULL, 10) :
	    0;

	if (width == 0 && isatty(STDOUT_FILENO) &&
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width == 0)
		width = 80;
	width--; /* some terminals wrap at the last column */
	return width < 30 ? 30 : width > 100 ? 100 : width;
}

/* ----------------------------------------------------------- the list ---- */

static int
list(const struct cmd_lesson *s)
{
	struct wl_lesson *l;
	char err[300];

	if (s->cmd.json)
		putchar('[');
	for (unsigned n = 1; wl_lesson_file(n) != NULL; n++) {
		l = wl_lesson_read(wl_lesson_file(n), err, sizeof(err));
		if (l == NULL)
			return cmd_fail(&s->cmd, "%s", err);
		if (s->cmd.json) {
			printf("%s{\"lesson\":%u,\"title\":", n > 1 ? "," : "",
			    n);
			cmd_json_string(stdout, l->title);
			printf(",\"questions\":%u,\"exercises\":[",
			    l->nquestions);
			for (unsigned i = 0; i < l->nkinds; i++)
				printf("%s\"%s\"", i > 0 ? "," : "",
				    l->kind[i]);
			printf("]}");
		} else {
			printf("%3u  %-44s", n, l->title);
			for (unsigned i = 0; i < l->nkinds; i++)
				printf(" %s", l->kind[i]);
			putchar('\n');
		}
		wl_lesson_free(l);
	}
	if (s->cmd.json)
		puts("]");
	else if (!s->cmd.quiet)
		printf("\nuvmsim lesson N tells lesson N; uvmsim lesson N -s "
		       "SEED gives homework of the\nkinds behind its title.\n");
	return CMD_OK;
}

/* "docs/lessons/07-fork.md" => "fork" */
static const char *
short_name(const struct wl_embedded *e, char *buf, size_t len)
{
	const char *p = strchr(strrchr(e->name, '/'), '-') + 1;

	snprintf(buf, len, "%.*s", (int)strcspn(p, "."), p);
	return buf;
}

/* A lesson by its number or its name. */
static int
open_lesson(struct cmd_lesson *s, const char *which)
{
	char name[MAXLESSONS][40], err[300], *end;
	const char *names[MAXLESSONS], *near;
	const struct wl_embedded *e;
	unsigned n = 0, number = (unsigned)strtoul(which, &end, 10);

	while (n < MAXLESSONS && (e = wl_lesson_file(n + 1)) != NULL) {
		names[n] = short_name(e, name[n], sizeof(name[n]));
		n++;
		if (*end != '\0' && strcmp(which, names[n - 1]) == 0)
			break;
	}
	if (n > 0 && strcmp(which, names[n - 1]) == 0)
		number = n;
	else if (*end != '\0' || number == 0 || number > n) {
		near = sim_suggest(which, names, n);
		if (near != NULL)
			return cmd_usage_error(&s->cmd,
			    "there is no lesson %s; did you mean %s?", which,
			    near);
		return cmd_usage_error(&s->cmd,
		    "expected a lesson from 1 to %u, not '%s'", n, which);
	}
	s->lesson = wl_lesson_read(wl_lesson_file(number), err, sizeof(err));
	return s->lesson != NULL ? CMD_OK : cmd_fail(&s->cmd, "%s", err);
}

/* ------------------------------------------------------------ options ---- */

/* What does not go together. => NULL, or what is wrong */
static const char *
conflict(const struct cmd_lesson *s)
{
	const bool operand = s->cmd.noperands > 0;

	if (s->sheet != NULL && operand)
		return "--sheet takes the lesson's number itself";
	if (s->seeds != NULL && s->sheet == NULL)
		return "--seeds goes with --sheet N";
	if (s->sheet != NULL && (s->has_seed || s->grade))
		return "--sheet goes with --seeds A-B, not with -s or --grade";
	if (!operand && s->sheet == NULL &&
	    (s->has_seed || s->grade || s->answers != NULL || s->solve ||
		s->notes || s->files != NULL))
		return "expected the number of a lesson";
	if (s->grade && s->cmd.noperands < 2)
		return "--grade takes files of answers";
	if (!s->grade && s->cmd.noperands > 1)
		return "expected one lesson";
	if ((s->answers != NULL) + (s->files != NULL) + s->solve + s->notes +
		s->grade >
	    1)
		return "expected one of --answers, --files, --solve, --notes, "
		       "--grade";
	if ((s->key || s->form) && (!s->has_seed || s->grade))
		return "--key and --form go with -s SEED";
	if (s->key + s->form + s->solution > 1)
		return "expected one of -c, --key, --form";
	if (s->has_seed &&
	    (s->answers != NULL || s->files != NULL || s->solve || s->notes))
		return "-s goes with homework: alone, or with -c, --key, "
		       "--grade";
	if (s->solution && !s->has_seed && s->answers == NULL)
		return "-c goes with -s SEED or --answers FILE";
	if (s->exercise != NULL && !s->has_seed && !s->grade &&
	    s->sheet == NULL)
		return "--exercise goes with -s, --grade or --sheet";
	if (s->cmd.json && operand && !s->has_seed && !s->grade &&
	    s->answers == NULL)
		return "--json goes with the list, homework and marks";
	return NULL;
}

static int
work(struct cmd_lesson *s)
{
	if (s->sheet != NULL)
		return cmd_lesson_sheets(s);
	if (s->grade)
		return cmd_lesson_grade(s);
	if (s->has_seed)
		return cmd_lesson_homework(s);
	if (s->answers != NULL)
		return cmd_lesson_answers(s);
	if (s->files != NULL)
		return cmd_lesson_files(s);
	return s->solve ? cmd_lesson_solve(s) : cmd_lesson_tell(s);
}

int
cmd_lesson(int argc, char **argv)
{
	struct cmd_lesson s = { .host = { .tool = api_tool,
				    .command = cmd_lesson_command } };
	bool kinds = false;
	const struct cmd_option options[] = {
		{ "answers", 0, "FILE", "check answers to its questions",
		    &s.answers },
		{ "solve", 0, NULL, "its questions with answers and reasons",
		    &s.solve },
		{ "files", 0, "DIR", "put its scripts and traces into DIR",
		    &s.files },
		{ "notes", 0, NULL, "notes for teachers", &s.notes },
		{ "seed", 's', "SEED", "homework drawn from this number",
		    &s.seed_text },
		{ "solution", 'c', NULL, "with the solution and its reasons",
		    &s.solution },
		{ "key", 0, NULL, "the answers alone, as an answer file",
		    &s.key },
		{ "form", 0, NULL, "an answer file to be filled in", &s.form },
		{ "grade", 0, NULL, "mark the answer files FILE ...",
		    &s.grade },
		{ "exercise", 0, "KIND", "one kind of exercise only",
		    &s.exercise },
		{ "kinds", 0, NULL, "list the kinds of exercises", &kinds },
		{ "sheet", 0, "N", "problem sheets of lesson N and a key",
		    &s.sheet },
		{ "seeds", 0, "A-B", "a sheet for each of these seeds",
		    &s.seeds },
		{ .name = NULL }
	};
	const char *wrong;
	int status;

	s.cmd = (struct cmd){
		.name = "lesson",
		.operands = "[N [FILE ...]]",
		.about = "Tells lesson N in the terminal and asks its "
			 "questions; lists the lessons without\nN.  With -s, "
			 "homework of the lesson, a variant of its own for "
			 "each seed.\nExit status 0: done, or all answers are "
			 "right; 1: not all, or an error; 2: usage.",
		.takes = CMD_TAKES_JSON | CMD_TAKES_QUIET | CMD_TAKES_BOUNDS,
		.options = options,
		.max_operands = 1000,
	};
	if (!cmd_parse(&s.cmd, argc, argv))
		return s.cmd.status;
	s.width = find_width();
	s.has_seed = s.seed_text != NULL;
	if (!cmd_number(s.seed_text, 0, UINT64_MAX, &s.seed))
		return cmd_usage_error(&s.cmd,
		    "--seed takes a number, not '%s'", s.seed_text);
	if (kinds)
		return cmd_lesson_kinds();
	if ((wrong = conflict(&s)) != NULL)
		return cmd_usage_error(&s.cmd, "%s", wrong);
	if (s.cmd.noperands == 0 && s.sheet == NULL)
		return list(&s);
	status = open_lesson(&s, s.sheet != NULL ? s.sheet : s.cmd.operand[0]);
	if (status == CMD_OK)
		status = work(&s);
	wl_lesson_free(s.lesson);
	return status;
}
