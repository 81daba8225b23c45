/*
 * Colour: escape sequences of ECMA-48, which every terminal has that is not
 * called dumb.
 *
 * A painted stream is one of the C library whose bytes go to a function
 * (fopencookie(3)).  It gathers a line, paints the words that the rules of its
 * kind name, and passes it on.
 */
#include "paint.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAXLINE 1024 /* longer lines are passed on in pieces, unpainted */

static const struct api_style plain = { "", "", "", "", "" };
static const struct api_style colours = { "\033[1m", "\033[32m", "\033[31m",
	"\033[36m", "\033[0m" };

const struct api_style *
api_style(FILE *fp)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if ((no != NULL && *no != '\0') || term == NULL || *term == '\0' ||
	    strcmp(term, "dumb") == 0 || !isatty(fileno(fp)))
		return &plain;
	return &colours;
}

/* --------------------------------------------------------------- rules ---- */

struct rule {
	const char *text;
	const char *colour;
};

static const struct rule story[] = {
	{ "page fault", "\033[1m" },
	{ "case 1A", "\033[36m" },
	{ "case 1B", "\033[36m" },
	{ "case 2A", "\033[36m" },
	{ "case 2B", "\033[36m" },
	{ "refused", "\033[31m" },
	{ "fails with", "\033[31m" },
	{ "is killed", "\033[31m" },
	{ "SIGSEGV", "\033[31m" },
	{ "SIGBUS", "\033[31m" },
	{ "SIGKILL", "\033[31m" },
	{ NULL, NULL },
};
static const struct rule complaints[] = {
	{ ": expected ", "\033[31m" },
	{ ", got ", "\033[31m" },
	{ NULL, NULL },
};

struct painter {
	FILE *to;
	enum api_paint kind;
	bool telling; /* lines of a story are coming */
	size_t len;
	char line[MAXLINE];
};

/* The rule whose text stands at s, a whole word. => NULL: none */
static const struct rule *
rule_at(const struct rule *r, const char *s, size_t left)
{
	for (; r->text != NULL; r++) {
		const size_t n = strlen(r->text);

		if (n < left && memcmp(r->text, s, n) == 0 &&
		    (r->text[n - 1] == ' ' || !isalnum((unsigned char)s[n])))
			return r;
	}
	return NULL;
}

static void
paint(const struct painter *p, const struct rule *rules, size_t from)
{
	const struct rule *r;
	size_t i = from;

	fwrite(p->line, 1, from, p->to);
	while (i < p->len) {
		r = rule_at(rules, p->line + i, p->len - i);
		if (r == NULL) {
			fputc(p->line[i++], p->to);
			continue;
		}
		fprintf(p->to, "%s%s%s", r->colour, r->text, colours.off);
		i += strlen(r->text);
	}
}

/* "   7. ": where the number ends; 0: it is no line of that kind */
static size_t
number_end(const struct painter *p)
{
	size_t i = 0;

	while (i < p->len && p->line[i] == ' ')
		i++;
	if (i == 0 || i == p->len || !isdigit((unsigned char)p->line[i]))
		return 0;
	while (i < p->len && isdigit((unsigned char)p->line[i]))
		i++;
	return i + 1 < p->len && p->line[i] == '.' && p->line[i + 1] == ' ' ?
	    i + 1 :
	    0;
}

static void
put_line(struct painter *p)
{
	static const char margin[] = "      ";
	size_t end;

	if (p->kind == API_PAINT_COMPLAINTS) {
		paint(p, complaints, 0);
		return;
	}
	end = number_end(p);
	if (end == 0 &&
	    !(p->telling && p->len > sizeof(margin) &&
		memcmp(p->line, margin, sizeof(margin) - 1) == 0)) {
		p->telling = false;
		fwrite(p->line, 1, p->len, p->to);
		return;
	}
	p->telling = true;
	paint(p, story, end);
}

static ssize_t
painter_write(void *cookie, const char *text, size_t len)
{
	struct painter *p = cookie;

	for (size_t i = 0; i < len; i++) {
		p->line[p->len++] = text[i];
		if (text[i] != '\n' && p->len < MAXLINE)
			continue;
		put_line(p);
		p->len = 0;
	}
	if (fflush(p->to) != 0)
		return 0;
	return (ssize_t)len;
}

static int
painter_close(void *cookie)
{
	struct painter *p = cookie;

	put_line(p);
	free(p);
	return 0;
}

FILE *
api_paint(FILE *to, enum api_paint kind)
{
	const cookie_io_functions_t io = { .write = painter_write,
		.close = painter_close };
	struct painter *p;
	FILE *fp;

	if (api_style(to) == &plain || (p = malloc(sizeof(*p))) == NULL)
		return to;
	*p = (struct painter){ .to = to, .kind = kind };
	fp = fopencookie(p, "w", io);
	if (fp == NULL) {
		free(p);
		return to;
	}
	(void)setvbuf(fp, NULL, _IOLBF, BUFSIZ);
	return fp;
}

void
api_paint_end(FILE *painted, FILE *to)
{
	if (painted != NULL && painted != to)
		fclose(painted);
}
