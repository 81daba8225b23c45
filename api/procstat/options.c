/*
 * Arguments of procstat: one letter or one word says what is to be shown, then
 * processes.
 *
 *	procstat [--libxo json|text] [-h] [-M core] -v | vm -a | pid ... | core
 *
 * Words: the first operand may be the name of what -v stands for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "procstat.h"

/* => the style of --libxo; false: not one that is known */
static bool
set_style(struct procstat_options *o, const char *style)
{
	if (strcmp(style, "json") != 0 && strcmp(style, "text") != 0)
		return false;
	o->json = *style == 'j';
	return true;
}

/*
 * A long option at argv[*i], which may take the next word.
 * => false: not one
 */
static bool
long_option(struct procstat_options *o, int argc, char **argv, int *i)
{
	const char *word = argv[*i];

	if (strncmp(word, "--libxo=", 8) == 0)
		return set_style(o, word + 8);
	if (strcmp(word, "--libxo:J") == 0)
		return set_style(o, "json");
	if (strcmp(word, "--libxo:T") == 0)
		return set_style(o, "text");
	if (strcmp(word, "--libxo") != 0 || *i + 1 >= argc)
		return false;
	return set_style(o, argv[++*i]);
}

/* The letters of one word; -M takes the rest or the next word. */
static bool
letters(struct procstat_options *o, int argc, char **argv, int *i)
{
	for (const char *c = argv[*i] + 1; *c != '\0'; c++) {
		switch (*c) {
		case 'a': o->all = true; break;
		case 'h': o->noheader = true; break;
		case 'v':
			if (o->vm)
				return false;
			o->vm = true;
			break;
		case 'M':
			if (c[1] == '\0' && *i + 1 >= argc)
				return false;
			o->core = c[1] != '\0' ? c + 1 : argv[++*i];
			return true;
		default: return false;
		}
	}
	return true;
}

int
procstat_pid(const char *word, int *pid)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(word, &end, 10);
	if (end == word || *end != '\0')
		return 0;
	if (errno != 0 || v < 0 || v > INT32_MAX)
		return -1;
	*pid = (int)v;
	return 1;
}

/* Operands are pids and cores; with -a there are none. */
static bool
operands_ok(const struct procstat_options *o)
{
	int pid;

	if (!o->vm || o->all == (o->noperands > 0))
		return false;
	for (int i = 0; i < o->noperands; i++)
		if (procstat_pid(o->operand[i], &pid) < 0)
			return false;
	return true;
}

bool
procstat_parse(struct procstat_options *o, int argc, char **argv)
{
	int i;

	*o = (struct procstat_options){ .vm = false };
	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (argv[i][1] == '-' ? !long_option(o, argc, argv, &i) :
					!letters(o, argc, argv, &i))
			return false;
	}
	if (!o->vm && i < argc && strcmp(argv[i], "vm") == 0) {
		o->vm = true;
		i++;
		/* the word may have options of its own behind it */
		for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++)
			if (argv[i][1] == '-' || !letters(o, argc, argv, &i))
				return false;
	}
	o->operand = argv + i;
	o->noperands = argc - i;
	return operands_ok(o);
}
