/*
 * Commands: a table, found by name or by any beginning of one; the first row
 * that a beginning fits is meant, so the common ones stand first.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/suggest.h"
#include "int.h"

#define MAXCOMMANDS 40

/* ------------------------------------------------------------- reading ---- */

size_t
wl_step_word(const char **args, const char **word)
{
	size_t n;

	*args += strspn(*args, " \t");
	*word = *args;
	n = strcspn(*args, " \t");
	*args += n;
	return n;
}

bool
wl_step_is(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && strncmp(word, name, len) == 0;
}

bool
wl_step_digits(const char *word, size_t len, uint64_t *n)
{
	char *end;

	if (len == 0 || word[0] < '0' || word[0] > '9')
		return false;
	errno = 0;
	*n = strtoull(word, &end, 10);
	return end == word + len && errno == 0;
}

bool
wl_step_number(struct wl_step *s, const char *args, uint64_t fallback,
    uint64_t *n)
{
	const char *word;
	size_t len = wl_step_word(&args, &word);

	*n = fallback;
	if (len == 0)
		return true;
	if (!wl_step_digits(word, len, n))
		return wl_step_fail(s, "expected a number, got '%.*s'",
		    (int)len, word);
	if (wl_step_word(&args, &word) != 0)
		return wl_step_fail(s, "expected nothing behind the number");
	return true;
}

/* -------------------------------------------------------------- moving ---- */

static bool
cmd_next(struct wl_step *s, const char *args)
{
	uint64_t n;

	return wl_step_number(s, args, 1, &n) && wl_step_next(s, n);
}

static bool
cmd_back(struct wl_step *s, const char *args)
{
	const uint64_t at = wl_history_at(wl_step_leader(s)->h);
	uint64_t n;
	bool ok;

	if (!wl_step_number(s, args, 1, &n))
		return false;
	if (at == 0)
		return wl_step_fail(s, "nothing has been done yet");
	ok = wl_step_goto(s, n < at ? at - n : 0);
	wl_step_where(s);
	return ok;
}

/* N, +N, -N, start, end */
static bool
cmd_goto(struct wl_step *s, const char *args)
{
	const uint64_t at = wl_history_at(wl_step_leader(s)->h);
	const char *word;
	size_t len = wl_step_word(&args, &word);
	uint64_t n = 0;
	bool ok;

	if (wl_step_is(word, len, "start"))
		n = 0;
	else if (wl_step_is(word, len, "end"))
		n = UINT64_MAX;
	else if (len > 0 && word[0] == '+' &&
	    wl_step_digits(word + 1, len - 1, &n))
		n = at + n >= at ? at + n : UINT64_MAX;
	else if (len > 0 && word[0] == '-' &&
	    wl_step_digits(word + 1, len - 1, &n))
		n = n < at ? at - n : 0;
	else if (!wl_step_digits(word, len, &n))
		return wl_step_fail(s,
		    "expected an operation: N, +N, -N, start or end");
	ok = wl_step_goto(s, n);
	wl_step_where(s);
	return ok;
}

static bool
cmd_quit(struct wl_step *s, const char *args)
{
	(void)args;
	s->quit = true;
	return true;
}

static const struct wl_step_command *
find(struct wl_step *, const char *, size_t);

static bool
cmd_help(struct wl_step *s, const char *args)
{
	const struct wl_step_command *c = NULL;
	const char *word;
	size_t len = wl_step_word(&args, &word);
	char left[40];

	if (len > 0 && (c = find(s, word, len)) == NULL)
		return false;
	for (const struct wl_step_command *row = wl_step_commands;
	     row->name != NULL; row++) {
		if (len > 0 && row != c)
			continue;
		snprintf(left, sizeof(left), "%s %s", row->name, row->args);
		wl_step_say(s, "%-27s %s\n", left, row->help);
	}
	if (len == 0)
		wl_step_say(s,
		    "Any beginning of a command will do; an empty line does "
		    "the last one again.\n");
	return true;
}

/* --------------------------------------------------------------- table ---- */

const struct wl_step_command wl_step_commands[] = {
	{ "next", "[N]", "do the next operation, or N", true, cmd_next },
	{ "back", "[N]", "undo the last operation, or N", true, cmd_back },
	{ "goto", "N|+N|-N|start|end", "stand behind operation N", false,
	    cmd_goto },
	{ "run", "[LINE]", "run to the line of the script, or to the end", true,
	    wl_step_cmd_run },
	{ "until", "WHAT", "run until WHAT happens or comes true", true,
	    wl_step_cmd_until },
	{ "when", "WHAT", "go to the first time that it does", false,
	    wl_step_cmd_first },
	{ "before", "WHAT", "go back to the last time before here", true,
	    wl_step_cmd_before },
	{ "list", "[LINE]", "the source around here, or LINE", true,
	    wl_step_cmd_list },
	{ "last", "WHAT", "go to the last time of all", false,
	    wl_step_cmd_last },
	{ "explain", "[full]", "why the operation did what it did", false,
	    wl_step_cmd_explain },
	{ "events", "", "the events of the operation", false,
	    wl_step_cmd_events },
	{ "show", "KIND ...", "as show of uvmsim-script(5): map, pages, ...",
	    false, wl_step_cmd_show },
	{ "expect", "CONDITION", "is it true now?", false, wl_step_cmd_expect },
	{ "diff", "[N [M]]", "what is different between two operations", false,
	    wl_step_cmd_diff },
	{ "diverge", "[VIEW]", "two sides: go to where they part", false,
	    wl_step_cmd_diverge },
	{ "side", "[NAME|both]", "two sides: which one is looked at", false,
	    wl_step_cmd_side },
	{ "search", "TEXT", "lines of the source that have TEXT", false,
	    wl_step_cmd_search },
	{ "info", "", "the run, the machine, the checkpoints", false,
	    wl_step_cmd_info },
	{ "save", "FILE", "save the state as a core", false, wl_step_cmd_save },
	{ "help", "[COMMAND]", "this text", false, cmd_help },
	{ "quit", "", "leave", false, cmd_quit },
	{ NULL, NULL, NULL, false, NULL },
};

/* Words of other tools. */
static const char *const elsewhere[][2] = { { "step", "next" },
	{ "stepi", "next" }, { "continue", "run" }, { "previous", "back" },
	{ "undo", "back" }, { "reverse-step", "back" }, { "jump", "goto" },
	{ "break", "until" }, { "why", "explain" }, { "print", "show" },
	{ "where", "list" }, { "exit", "quit" } };

static const char *
meant(const char *word, const char *const *names, size_t n)
{
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (strcmp(elsewhere[i][0], word) == 0)
			return elsewhere[i][1];
	return sim_suggest(word, names, n);
}

/* => NULL: none, and said so */
static const struct wl_step_command *
find(struct wl_step *s, const char *word, size_t len)
{
	const struct wl_step_command *c;
	const char *names[MAXCOMMANDS], *near;
	char text[32];
	size_t n = 0;

	for (c = wl_step_commands; c->name != NULL; c++) {
		if (strncmp(c->name, word, len) == 0)
			return c;
		names[n++] = c->name;
	}
	snprintf(text, sizeof(text), "%.*s", (int)len, word);
	near = meant(text, names, n);
	if (near != NULL)
		(void)wl_step_fail(s, "unknown command %s; did you mean %s?",
		    text, near);
	else
		(void)wl_step_fail(s, "unknown command %s (help lists them)",
		    text);
	return NULL;
}

/* The command that an empty line does again. */
static void
remember(struct wl_step *s, const char *command)
{
	char *copy = strdup(command);

	if (copy == NULL)
		return;
	free(s->last);
	s->last = copy;
}

bool
wl_step_do(struct wl_step *s, const char *command)
{
	const char *args = command, *word;
	size_t len = wl_step_word(&args, &word);
	const struct wl_step_command *c;
	uint64_t at = wl_history_at(s->side[0].h);

	if (len > 0 && word[0] == '#')
		return true;
	if (len == 0) {
		if (s->last == NULL)
			return true;
		args = s->last;
		len = wl_step_word(&args, &word);
	}
	c = find(s, word, len);
	if (c == NULL)
		return true;
	if (command[strspn(command, " \t")] != '\0') {
		if (c->again)
			remember(s, command);
		else {
			free(s->last);
			s->last = NULL;
		}
	}
	(void)c->run(s, args + strspn(args, " \t"));
	if (wl_history_at(s->side[0].h) != at)
		s->before = at;
	return !s->quit;
}
