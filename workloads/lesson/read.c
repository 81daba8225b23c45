/*
 * Reading a lesson: lines of Markdown into blocks.
 *
 * A line either begins a block, goes on with the one that is open, or ends it
 * (a blank line ends paragraphs and items, a fence what it opened).  Paragraphs
 * are kept as one long line, to be filled to any width; what is fenced or
 * indented is kept as it stands.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lesson.h"

#define MAXLINE 512

struct wl_keep { /* a piece of memory that goes with the lesson */
	struct wl_keep *next;
	char text[];
};

struct reader {
	struct wl_lesson *l;
	const char *at;  /* in the file */
	uint32_t lineno; /* of the line read last, from 1 */
	char line[MAXLINE];
	size_t maxblocks;
	bool open;  /* the last block goes on */
	bool notes; /* for teachers */
	char *err;
	size_t errlen;
};

static bool __attribute__((format(printf, 2, 3)))
wrong(struct reader *r, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(r->err, r->errlen, "%s:%" PRIu32 ": %s", r->l->path, r->lineno,
	    text);
	return false;
}

/* Has each line a place in r->line? */
static bool
check_lines(struct reader *r)
{
	for (const char *p = r->at; *p != '\0'; p += *p == '\n') {
		size_t n = strcspn(p, "\n");

		r->lineno++;
		if (n >= sizeof(r->line))
			return wrong(r, "a line of %zu bytes, at most %zu", n,
			    sizeof(r->line) - 1);
		p += n;
	}
	r->lineno = 0;
	return true;
}

/* The next line into r->line, without its newline. => false: there is none */
static bool
next_line(struct reader *r)
{
	size_t n = strcspn(r->at, "\n");

	if (*r->at == '\0')
		return false;
	memcpy(r->line, r->at, n);
	r->line[n] = '\0';
	r->at += n + (r->at[n] == '\n');
	r->lineno++;
	return true;
}

/* A copy that lives as long as the lesson; NULL: no memory */
static const char *
keep(struct reader *r, const char *text, size_t len)
{
	struct wl_keep *k = malloc(sizeof(*k) + len + 1);

	if (k == NULL) {
		wrong(r, "no memory");
		return NULL;
	}
	memcpy(k->text, text, len);
	k->text[len] = '\0';
	k->next = r->l->keeps;
	r->l->keeps = k;
	return k->text;
}

/* ------------------------------------------------------------- blocks ---- */

static struct wl_block *
add_block(struct reader *r, enum wl_block_kind kind)
{
	struct wl_lesson *l = r->l;
	struct wl_block *b;

	if (l->nblocks == r->maxblocks) {
		r->maxblocks = r->maxblocks * 2 + 16;
		b = realloc(l->block, r->maxblocks * sizeof(*b));
		if (b == NULL) {
			wrong(r, "no memory");
			return NULL;
		}
		l->block = b;
	}
	b = &l->block[l->nblocks++];
	*b = (struct wl_block){ .kind = kind, .notes = r->notes };
	return b;
}

/* text = text + between + more */
static bool
append(struct reader *r, char **text, const char *between, const char *more)
{
	size_t have = *text != NULL ? strlen(*text) : 0;
	char *p = realloc(*text, have + strlen(between) + strlen(more) + 1);

	if (p == NULL)
		return wrong(r, "no memory");
	*text = p;
	stpcpy(stpcpy(p + have, have > 0 ? between : ""), more);
	return true;
}

/* A line of a block of this kind: of the open one, or of a new one. */
static bool
put(struct reader *r, enum wl_block_kind kind, bool begins, const char *line)
{
	struct wl_block *b = NULL;
	bool lines = kind == WL_B_VERBATIM || kind == WL_B_CONSOLE;

	if (r->open && !begins)
		b = &r->l->block[r->l->nblocks - 1];
	if (b == NULL || (b->kind != kind && b->kind != WL_B_ITEM))
		b = add_block(r, kind);
	r->open = true;
	return b != NULL && append(r, &b->text, lines ? "\n" : " ", line);
}

/* ---------------------------------------------------------- questions ---- */

static bool
set_run(struct reader *r, struct wl_question *q, const char *value)
{
	size_t n = strcspn(value, " ");

	q->script = keep(r, value, n);
	value += n + strspn(value + n, " ");
	q->pairs = keep(r, value, strlen(value));
	return q->pairs != NULL && q->script != NULL;
}

static bool
set_choice(struct reader *r, struct wl_question *q, const char *key,
    const char *value)
{
	const char *bar = strstr(value, " | ");
	struct wl_choice *c = &q->choice[q->nchoices];

	if (bar == NULL)
		return wrong(r, "expected %s: TEXT | %s", key,
		    key[1] == 'a' ? "KEY=VALUE ..." : "EXPECTATION");
	if (q->nchoices == WL_LESSON_MAXCHOICES)
		return wrong(r, "expected at most %d choices",
		    WL_LESSON_MAXCHOICES);
	q->nchoices++;
	q->cases = key[1] == 'a';
	c->text = keep(r, value, (size_t)(bar - value));
	c->test = keep(r, bar + 3, strlen(bar + 3));
	return c->text != NULL && c->test != NULL;
}

static bool
set_then(struct reader *r, struct wl_question *q, const char *value)
{
	char *all = NULL;
	bool ok;

	ok = append(r, &all, "", q->then != NULL ? q->then : "") &&
	    append(r, &all, "", value) && append(r, &all, "", "\n");
	if (ok)
		q->then = keep(r, all, strlen(all));
	free(all);
	return ok && q->then != NULL;
}

static bool
set_field(struct reader *r, struct wl_question *q, const char *key,
    const char *value)
{
	const struct {
		const char *name;
		const char **field;
	} plain[] = { { "until", &q->until }, { "answer", &q->answer },
		{ "least", &q->least }, { "most", &q->most },
		{ "command", &q->command }, { "take", &q->take },
		{ "hint", &q->hint }, { "why", &q->why } };

	if (strcmp(key, "run") == 0)
		return set_run(r, q, value);
	if (strcmp(key, "then") == 0)
		return set_then(r, q, value);
	if (strcmp(key, "choice") == 0 || strcmp(key, "case") == 0)
		return set_choice(r, q, key, value);
	for (size_t i = 0; i < NELEM(plain); i++)
		if (strcmp(key, plain[i].name) == 0) {
			*plain[i].field = keep(r, value, strlen(value));
			return *plain[i].field != NULL;
		}
	return wrong(r,
	    "unknown field %s; expected run, until, then, answer, choice, "
	    "case, least, most, command, take, hint or why",
	    key);
}

/* Is it one question, with one way to its answer? */
static bool
check_question(struct reader *r, const struct wl_question *q)
{
	const int ways = (q->answer != NULL) + (q->nchoices > 0) +
	    (q->command != NULL);

	if (q->text == NULL || q->why == NULL)
		return wrong(r, "expected a question's text and its why:");
	if (ways != 1)
		return wrong(r,
		    "expected one of answer, choice, case, command");
	if ((q->command == NULL) != (q->script != NULL))
		return wrong(r, "expected run: SCRIPT, or command:");
	if ((q->command != NULL) != (q->take != NULL))
		return wrong(r, "expected take: with command:");
	if (q->cases != ((q->least != NULL) + (q->most != NULL) == 1))
		return wrong(r, "expected least: or most: with case:");
	return true;
}

/* KEY: at the beginning of a line. => length of the key, or 0 */
static size_t
key_length(const char *line)
{
	size_t n = strspn(line, "abcdefghijklmnopqrstuvwxyz");

	return line[n] == ':' ? n : 0;
}

/* The fields from the line that has been read on, to the fence. */
static bool
read_fields(struct reader *r, struct wl_question *q)
{
	char key[32] = "", *value = NULL;
	bool ok = true, end = false;
	size_t n;

	while (ok && !end) {
		end = strcmp(r->line, "```") == 0;
		n = end ? 0 : key_length(r->line);
		if (!end && n == 0 && r->line[0] != ' ')
			ok = wrong(r, "expected KEY: VALUE or ```, got '%s'",
			    r->line);
		if (ok && (end || n > 0) && key[0] != '\0')
			ok = set_field(r, q, key, value);
		if (n > 0) {
			free(value);
			value = NULL;
			snprintf(key, sizeof(key), "%.*s", (int)n, r->line);
			n++;
		}
		ok = ok &&
		    (end ||
			append(r, &value, " ",
			    r->line + n + strspn(r->line + n, " ")));
		if (ok && !end && !next_line(r))
			ok = wrong(r,
			    "expected ``` at the end of the question");
	}
	free(value);
	return ok;
}

static bool
read_question(struct reader *r)
{
	struct wl_question *q;
	struct wl_block *b = add_block(r, WL_B_QUESTION);
	char *text = NULL;
	bool ok = b != NULL;

	r->open = false;
	if (!ok || (q = calloc(1, sizeof(*q))) == NULL)
		return wrong(r, "no memory");
	b->question = q;
	q->number = ++r->l->nquestions;
	q->line = r->lineno;
	while (ok && next_line(r) && r->line[0] != '\0')
		ok = append(r, &text, " ", r->line);
	if (ok && text != NULL)
		ok = (q->text = keep(r, text, strlen(text))) != NULL;
	free(text);
	if (ok && !next_line(r))
		ok = wrong(r, "expected the fields of the question");
	return ok && read_fields(r, q) && check_question(r, q);
}

/* -------------------------------------------------------------- lines ---- */

/* Commands that a lesson can run itself. */
static bool
check_command(struct reader *r)
{
	const char *line = r->line;

	if (strncmp(line, "$ ", 2) != 0)
		return true;
	if (strpbrk(line + 2, "|<>&;`*?") != NULL ||
	    (strncmp(line, "$ uvmsim ", 9) != 0 &&
		strncmp(line, "$ cat ", 6) != 0))
		return wrong(r, "expected uvmsim ... or cat FILE, got '%s'",
		    line + 2);
	return true;
}

static bool
read_fenced(struct reader *r)
{
	bool console = strcmp(r->line, "```console") == 0, begins = true;
	uint32_t line = r->lineno;

	while (next_line(r)) {
		if (strcmp(r->line, "```") == 0) {
			r->open = false;
			return true;
		}
		if ((console && !check_command(r)) ||
		    !put(r, console ? WL_B_CONSOLE : WL_B_VERBATIM, begins,
			r->line))
			return false;
		begins = false;
	}
	return wrong(r, "the fence of line %" PRIu32 " has no end", line);
}

/* "Exercises: translate, reach." */
static bool
read_kinds(struct reader *r)
{
	const char *p = strchr(r->line, ':') + 1;
	struct wl_lesson *l = r->l;
	size_t n;

	while (*(p += strspn(p, " ,.")) != '\0') {
		n = strcspn(p, " ,.");
		if (l->nkinds == WL_LESSON_MAXKINDS)
			return wrong(r, "expected at most %d kinds",
			    WL_LESSON_MAXKINDS);
		l->kind[l->nkinds] = keep(r, p, n);
		if (l->kind[l->nkinds++] == NULL)
			return false;
		p += n;
	}
	return true;
}

static bool
read_line(struct reader *r)
{
	const char *line = r->line;

	if (strcmp(line, "```question") == 0)
		return read_question(r);
	if (strncmp(line, "```", 3) == 0)
		return read_fenced(r);
	if (line[0] == '\0') {
		r->open = false;
		return true;
	}
	if (strncmp(line, "## ", 3) == 0) {
		r->notes = r->notes || strcmp(line, "## For teachers") == 0;
		return put(r, WL_B_HEAD, true, line + 3) &&
		    ((r->open = false), true);
	}
	if (strncmp(line, "Exercises: ", 11) == 0 && !read_kinds(r))
		return false;
	if (strncmp(line, "- ", 2) == 0)
		return put(r, WL_B_ITEM, true, line + 2);
	if (line[0] == '|' || strncmp(line, "    ", 4) == 0)
		return put(r, WL_B_VERBATIM, false, line);
	return put(r, WL_B_TEXT, false, line + strspn(line, " "));
}

static bool
read_title(struct reader *r)
{
	char *end;

	if (!next_line(r) || strncmp(r->line, "# ", 2) != 0)
		return wrong(r, "expected # NUMBER. TITLE");
	r->l->number = (unsigned)strtoul(r->line + 2, &end, 10);
	if (end == r->line + 2 || strncmp(end, ". ", 2) != 0)
		return wrong(r, "expected # NUMBER. TITLE, got '%s'", r->line);
	r->l->title = strdup(end + 2);
	return r->l->title != NULL || wrong(r, "no memory");
}

struct wl_lesson *
wl_lesson_read(const struct wl_embedded *e, char *err, size_t errlen)
{
	struct wl_lesson *l = calloc(1, sizeof(*l));
	struct reader r = { .l = l,
		.at = e->data,
		.err = err,
		.errlen = errlen };
	bool ok;

	if (l == NULL) {
		snprintf(err, errlen, "no memory");
		return NULL;
	}
	l->path = e->name;
	ok = check_lines(&r) && read_title(&r);
	while (ok && next_line(&r))
		ok = read_line(&r);
	if (ok)
		return l;
	wl_lesson_free(l);
	return NULL;
}

void
wl_lesson_free(struct wl_lesson *l)
{
	struct wl_keep *next;

	if (l == NULL)
		return;
	for (size_t i = 0; i < l->nblocks; i++) {
		free(l->block[i].text);
		free(l->block[i].question);
	}
	for (; l->keeps != NULL; l->keeps = next) {
		next = l->keeps->next;
		free(l->keeps);
	}
	free(l->block);
	free(l->title);
	free(l);
}

const struct wl_embedded *
wl_lesson_file(unsigned number)
{
	const struct wl_embedded *e;
	const char prefix[] = "docs/lessons/";
	char *end;

	for (e = wl_embed_lessons; e->name != NULL; e++)
		if (strncmp(e->name, prefix, sizeof(prefix) - 1) == 0 &&
		    strtoul(e->name + sizeof(prefix) - 1, &end, 10) == number &&
		    *end == '-')
			return e;
	return NULL;
}
