/*
 * procmap's command line.
 *
 * The scanner is BSD getopt(3)'s: options stop at the first operand, `--' ends
 * them, an argument may be glued to its letter.  The host's is not used,
 * because hosts word the complaints differently and some permute.
 *
 * One thing is ours: --compat=3.6 or =manual, first on the command line only.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "procmap.h"

#define OPTIONS "aD:dlmM:N:p:Prsvx"

struct scan {
	char **argv;
	int next;          /* of argv */
	const char *place; /* in a group of letters */
	const char *arg;
};

bool
procmap_usage(struct procmap *pm)
{
	fprintf(pm->err,
	    "usage: %s [-adlmPsv] [-D number] [-M core] [-N system]"
	    " [-p pid] [pid ...]\n",
	    pm->progname);
	pm->status = 1;
	return false;
}

bool
procmap_strtopid(struct procmap *pm, const char *text, int *pid)
{
	unsigned long long value;
	char *end;

	/* What a 64-bit kernel's unsigned long would hold. */
	errno = 0;
	value = strtoull(text, &end, 10);
	if (*text == '\0' || *end != '\0' ||
	    (errno == ERANGE && value == ULLONG_MAX))
		return procmap_usage(pm);
	*pid = (int)(uint32_t)value;
	return true;
}

/* The letter of the next option; -1: no more; '?': complained. */
static int
scan_option(struct procmap *pm, struct scan *s)
{
	const char *known;
	char c;

	if (s->place == NULL || *s->place == '\0') {
		s->place = s->argv[s->next];
		if (s->place == NULL || *s->place++ != '-' || *s->place == '\0')
			return -1;
		if (strcmp(s->place, "-") == 0) {
			s->next++;
			return -1;
		}
	}
	c = *s->place++;
	if (c == '-' && *s->place == '\0')
		return -1;
	known = c == ':' || c == '-' ? NULL : strchr(OPTIONS, c);
	if (known == NULL) {
		procmap_warn(pm, "unknown option -- %c", c);
		return '?';
	}
	if (known[1] != ':') {
		if (*s->place == '\0')
			s->next++;
		return c;
	}
	s->arg = *s->place != '\0' ? s->place : s->argv[++s->next];
	if (s->arg == NULL) {
		procmap_warn(pm, "option requires an argument -- %c", c);
		return '?';
	}
	s->next++;
	s->place = NULL;
	return c;
}

/* atoi(3) with an end for numbers that fit nothing. */
static int
debug_bits(const char *text)
{
	long long value = strtoll(text, NULL, 10);

	return (int)(uint32_t)value;
}

/* -r and -x, which the program of 2004 only wished for. */
static bool
wished(struct procmap *pm, int c)
{
	if (pm->opt.compat != PROCMAP_36) {
		*(c == 'r' ? &pm->opt.reserved : &pm->opt.shared) = true;
		return true;
	}
	procmap_warn(pm, "-%c option not implemented, sorry", c);
	pm->status = 1;
	return false;
}

static bool
apply(struct procmap *pm, int c, const char *arg)
{
	struct procmap_options *o = &pm->opt;

	switch (c) {
	case 'a': o->all = true; return true;
	case 'D': o->debug = debug_bits(arg); return true;
	case 'd': o->ddb = true; return true;
	case 'l': o->linux_maps = true; return true;
	case 'm': o->map = true; return true;
	case 'M': o->core = arg; return true;
	case 'N': o->system = arg; return true;
	case 'p': o->self = false; return procmap_strtopid(pm, arg, &o->pid);
	case 'P': o->self = true; return true;
	case 'r':
	case 'x': return wished(pm, c);
	case 's': o->solaris = true; return true;
	case 'v':
		if (o->verbose == 0 ||
		    (o->compat != PROCMAP_36 && o->verbose == 1))
			o->verbose++;
		return true;
	default: return procmap_usage(pm);
	}
}

/* => the number of arguments used, -1: complained */
static int
parse_compat(struct procmap *pm, const char *arg)
{
	static const char prefix[] = "--compat=";

	if (arg == NULL || strncmp(arg, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	arg += sizeof(prefix) - 1;
	if (strcmp(arg, "3.6") == 0) {
		pm->opt.compat = PROCMAP_36;
	} else if (strcmp(arg, "manual") == 0) {
		pm->opt.compat = PROCMAP_MANUAL;
	} else {
		procmap_warn(pm,
		    "--compat=%s: expected --compat=3.6 or --compat=manual",
		    arg);
		pm->status = 1;
		return -1;
	}
	return 1;
}

bool
procmap_parse(struct procmap *pm, int argc, char **argv)
{
	struct procmap_options *o = &pm->opt;
	struct scan s = { .argv = argv, .next = argc > 0 ? 1 : 0 };
	int c, used;

	o->pid = PROCMAP_NOPID;
	used = parse_compat(pm, argv[s.next]);
	if (used < 0)
		return false;
	s.next += used;
	while ((c = scan_option(pm, &s)) != -1)
		if (!apply(pm, c, s.arg))
			return false;
	if (o->reserved && o->shared) {
		procmap_warn(pm, "-r and -x are mutually exclusive");
		pm->status = 1;
		return false;
	}
	o->operand = argv + s.next;
	o->noperands = argc > s.next ? argc - s.next : 0;
	if (!o->all && !o->ddb && !o->linux_maps && !o->map && !o->solaris &&
	    !o->reserved && !o->shared)
		o->solaris = true;
	return true;
}
