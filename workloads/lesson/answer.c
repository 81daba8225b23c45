/*
 * Comparing answers and reading files of them.
 *
 * Both sides are cut into words at blanks, commas and the like, each word is
 * brought to one form (a number to its value, rights to three letters, short
 * words to long ones), and the forms are compared.
 */
#include "answer.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

#define MAXWORDS 40
#define MAXWORD 40

static const char between[] = " \t\r,;{}[]()";

/* Short for long; the long ones stand for themselves. */
static const char *const synonyms[][2] = { { "y", "yes" }, { "true", "yes" },
	{ "n", "no" }, { "false", "no" }, { "h", "hit" }, { "m", "miss" },
	{ "---", "none" }, { "sigsegv", "fault" }, { "segv", "fault" } };

/* rw, r, R-X: three letters. => false: these are no rights */
static bool
rights(char *word)
{
	char out[4] = "---";
	size_t n = strlen(word);

	if (n == 0 || n > 3 || strspn(word, "rwx-") != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (word[i] != '-')
			out[strchr("rwx", word[i]) - "rwx"] = word[i];
	memcpy(word, out, sizeof(out));
	return true;
}

/* 64K, 64k, 64KB, 64KiB, 0x10000, 65536 */
static bool
number(const char *word, uint64_t *v)
{
	char text[MAXWORD];
	size_t n = strlen(word), zeros;

	if (n == 0 || !isdigit((unsigned char)word[0]))
		return false;
	memcpy(text, word, n + 1);
	if (strncmp(text, "0x", 2) != 0 && n > 1 && text[n - 1] == 'b') {
		text[--n] = '\0';
		if (n > 1 && text[n - 1] == 'i')
			text[--n] = '\0';
	}
	if (strncmp(text, "0x", 2) != 0) { /* 007 is 7, not octal */
		zeros = strspn(text, "0");
		if (!isdigit((unsigned char)text[zeros]) && zeros > 0)
			zeros--;
		memmove(text, text + zeros, n + 1 - zeros);
	}
	return sim_parse_size(text, v) == 0;
}

static void
normal(char *word)
{
	uint64_t v;

	for (char *p = word; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	if (number(word, &v))
		snprintf(word, MAXWORD, "%" PRIu64, v);
	else
		(void)rights(word);
	for (size_t i = 0; i < NELEM(synonyms); i++)
		if (strcmp(word, synonyms[i][0]) == 0)
			snprintf(word, MAXWORD, "%s", synonyms[i][1]);
}

/* => number of words, MAXWORDS + 1: too many or too long */
static size_t
words(const char *text, char word[MAXWORDS][MAXWORD])
{
	size_t n = 0, len;

	while (*(text += strspn(text, between)) != '\0') {
		len = strcspn(text, between);
		if (n == MAXWORDS || len >= MAXWORD - 24)
			return MAXWORDS + 1;
		memcpy(word[n], text, len);
		word[n][len] = '\0';
		normal(word[n++]);
		text += len;
	}
	return n;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

bool
wl_answer_same(const char *given, const char *right, bool set)
{
	char a[MAXWORDS][MAXWORD], b[MAXWORDS][MAXWORD];
	size_t n = words(given, a), m = words(right, b);

	if (n != m || n > MAXWORDS)
		return false;
	if (set) {
		qsort(a, n, sizeof(a[0]), by_text);
		qsort(b, n, sizeof(b[0]), by_text);
	}
	for (size_t i = 0; i < n; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

/* -------------------------------------------------------------- files ---- */

static void
complain(struct wl_answers *a, uint32_t line, const char *expected,
    const char *got, size_t len)
{
	struct wl_answer_error *e;
	char shown[60];
	size_t n = 0;

	if (a->nerrors == WL_ANSWERS_MAXERRORS)
		return;
	e = &a->error[a->nerrors++];
	for (; n < len && n < sizeof(shown) - 1; n++)
		shown[n] = isprint((unsigned char)got[n]) ? got[n] : '?';
	shown[n] = '\0';
	e->line = line;
	snprintf(e->text, sizeof(e->text), "expected %s, got '%s'", expected,
	    shown);
}

/* A number with nothing behind it. */
static bool
plain_number(const char *text, size_t len, uint64_t *v)
{
	char digits[24];

	if (len == 0 || len >= sizeof(digits) ||
	    strspn(text, "0123456789") < len)
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	errno = 0;
	*v = strtoull(digits, NULL, 10);
	return errno == 0;
}

/* A number of the head: it may be there twice, but not be two. */
static void
set_once(struct wl_answers *a, uint32_t line, const char *expected,
    const char *value, size_t len, bool *has, uint64_t *number)
{
	char before[40];
	uint64_t v;

	snprintf(before, sizeof(before), "%" PRIu64 " as above", *number);
	if (!plain_number(value, len, &v)) {
		complain(a, line, expected, value, len);
	} else if (!*has) {
		*has = true;
		*number = v;
	} else if (v != *number) {
		complain(a, line, before, value, len);
	}
}

/* name, lesson, seed. => false: it is none of these */
static bool
read_head(struct wl_answers *a, uint32_t line, const char *key, size_t keylen,
    const char *value, size_t len)
{
	if (keylen == 4 && strncasecmp(key, "name", 4) == 0) {
		snprintf(a->name, sizeof(a->name), "%.*s",
		    (int)(len > 70 ? 70 : len), value);
		for (char *p = a->name; *p != '\0'; p++)
			if (iscntrl((unsigned char)*p))
				*p = '?';
	} else if (keylen == 6 && strncasecmp(key, "lesson", 6) == 0) {
		set_once(a, line, "a lesson's number", value, len,
		    &a->has_lesson, &a->lesson);
	} else if (keylen == 4 && strncasecmp(key, "seed", 4) == 0) {
		set_once(a, line, "a number as the seed", value, len,
		    &a->has_seed, &a->seed);
	} else {
		return false;
	}
	return true;
}

static void
add(struct wl_answers *a, uint32_t line, const char *label, size_t labellen,
    const char *value, size_t len)
{
	struct wl_answer *w = &a->answer[a->n];
	char why[80];

	for (size_t i = 0; i < labellen; i++)
		w->label[i] = (char)tolower((unsigned char)label[i]);
	w->label[labellen] = '\0';
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->answer[i].label, w->label) == 0) {
			snprintf(why, sizeof(why),
			    "one answer to %s (the first is in line %" PRIu32
			    ")",
			    w->label, a->answer[i].line);
			complain(a, line, why, value, len);
			return;
		}
	if (len >= sizeof(w->text)) {
		complain(a, line, "a shorter answer", value, len);
		return;
	}
	for (size_t i = 0; i < len; i++)
		w->text[i] = iscntrl((unsigned char)value[i]) ? ' ' : value[i];
	w->text[len] = '\0';
	w->line = line;
	a->n++;
}

/* 1, 12c: digits, then at most one letter. => its length, or 0 */
static size_t
label_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && n < 3 && isdigit((unsigned char)text[n]))
		n++;
	if (n > 0 && n < len && isalpha((unsigned char)text[n]))
		n++;
	return n;
}

static void
read_line(struct wl_answers *a, uint32_t lineno, const char *line, size_t len)
{
	const char *comment = memchr(line, '#', len), *value;
	size_t key;

	if (comment != NULL)
		len = (size_t)(comment - line);
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		len--;
	for (; len > 0 && isspace((unsigned char)*line); len--)
		line++;
	if (len == 0)
		return;
	for (key = 0; key < len && isalnum((unsigned char)line[key]); key++)
		continue;
	for (value = line + key;
	     value < line + len && isspace((unsigned char)*value); value++)
		continue;
	if (key == 0 || value == line + len || strchr(":.)=", *value) == NULL) {
		complain(a, lineno, "LABEL: ANSWER, as in '1a: 42'", line, len);
		return;
	}
	for (value++; value < line + len && isspace((unsigned char)*value);)
		value++;
	len -= (size_t)(value - line);
	if (read_head(a, lineno, line, key, value, len))
		return;
	if (label_length(line, key) != key)
		complain(a, lineno, "a label such as 1 or 2b", line, key);
	else if (a->n == WL_ANSWERS_MAX)
		complain(a, lineno, "at most 200 answers", line, key);
	else
		add(a, lineno, line, key, value, len);
}

void
wl_answers_read(struct wl_answers *a, const char *text, size_t len)
{
	const char *end = text + len, *nl;
	uint32_t line = 0;

	memset(a, 0, sizeof(*a));
	for (; text < end; text = nl + 1) {
		nl = memchr(text, '\n', (size_t)(end - text));
		if (nl == NULL)
			nl = end;
		read_line(a, ++line, text, (size_t)(nl - text));
	}
}

const struct wl_answer *
wl_answers_find(const struct wl_answers *a, const char *label)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->answer[i].label, label) == 0)
			return &a->answer[i];
	return NULL;
}
