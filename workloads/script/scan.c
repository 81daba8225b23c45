/*
 * Scanning of one script line, and what is said when it does not fit.
 *
 * There is no separate lexer: what a character means depends on where it
 * stands (a '-' is part of a path, of a keyword, or a subtraction), so each
 * reader takes from the line what it expects.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "parse.h"
#include "sim/suggest.h"

#define SHOWN 24 /* characters of the text in a message */

uint32_t
wl_col(const struct wl_parser *ps, const char *where)
{
	return (uint32_t)(where - ps->line) + 1;
}

/* Bytes that a terminal would not show become '?'. */
static void
make_printable(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s > '~')
			*s = '?';
}

void
wl_error_at(struct wl_parser *ps, const char *where, const char *fmt, ...)
{
	va_list ap;

	if (wl_bad(ps))
		return;
	ps->error.line = ps->lineno;
	ps->error.col = ps->line != NULL ? wl_col(ps, where) : 0;
	va_start(ap, fmt);
	vsnprintf(ps->error.text, sizeof(ps->error.text), fmt, ap);
	va_end(ap);
	make_printable(ps->error.text);
}

void
wl_expected(struct wl_parser *ps, const char *what)
{
	size_t n;

	wl_skip(ps);
	n = strcspn(ps->at, " \t,()");
	if (n == 0 && *ps->at != '\0')
		n = 1;
	if (n == 0)
		wl_error_at(ps, ps->at, "expected %s, got the end of the line",
		    what);
	else if (n > SHOWN)
		wl_error_at(ps, ps->at, "expected %s, got %.*s...", what, SHOWN,
		    ps->at);
	else
		wl_error_at(ps, ps->at, "expected %s, got %.*s", what, (int)n,
		    ps->at);
}

void
wl_unknown(struct wl_parser *ps, const char *where, const char *what,
    const char *word, const char *const *names, size_t n)
{
	const char *near = sim_suggest(word, names, n);

	if (near != NULL)
		wl_error_at(ps, where, "unknown %s %.32s; did you mean %s?",
		    what, word, near);
	else
		wl_error_at(ps, where, "unknown %s %.32s", what, word);
}

void
wl_skip(struct wl_parser *ps)
{
	ps->at += strspn(ps->at, " \t");
}

bool
wl_at_end(struct wl_parser *ps)
{
	wl_skip(ps);
	return *ps->at == '\0' || wl_bad(ps);
}

bool
wl_try_char(struct wl_parser *ps, char c)
{
	wl_skip(ps);
	if (wl_bad(ps) || *ps->at != c)
		return false;
	ps->at++;
	return true;
}

void
wl_need_char(struct wl_parser *ps, char c, const char *what)
{
	if (!wl_bad(ps) && !wl_try_char(ps, c))
		wl_expected(ps, what);
}

void
wl_need_end(struct wl_parser *ps)
{
	if (!wl_at_end(ps))
		wl_expected(ps, "the end of the line");
}

/* ------------------------------------------------------------ words ---- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
name_length(const char *s)
{
	size_t n = 0;

	if (is_letter(s[0]))
		while (is_letter(s[n]) || is_digit(s[n]))
			n++;
	return n;
}

/* A keyword may have '-' inside: same-as. */
static size_t
word_length(const char *s)
{
	size_t n = name_length(s);

	while (n > 0 && s[n] == '-' && name_length(s + n + 1) > 0)
		n += 1 + name_length(s + n + 1);
	return n;
}

size_t
wl_peek_word(struct wl_parser *ps, char *buf, size_t cap)
{
	size_t n;

	wl_skip(ps);
	n = wl_bad(ps) ? 0 : word_length(ps->at);
	if (n >= cap)
		n = cap - 1;
	memcpy(buf, ps->at, n);
	buf[n] = '\0';
	return n;
}

bool
wl_try_word(struct wl_parser *ps, const char *word)
{
	size_t n = strlen(word);

	wl_skip(ps);
	if (wl_bad(ps) || word_length(ps->at) != n ||
	    strncmp(ps->at, word, n) != 0)
		return false;
	ps->at += n;
	return true;
}

const char *
wl_get_name(struct wl_parser *ps, const char *what)
{
	const char *start;
	size_t n;

	if (wl_bad(ps))
		return NULL;
	wl_skip(ps);
	start = ps->at;
	n = name_length(start);
	if (n == 0) {
		wl_expected(ps, what);
		return NULL;
	}
	ps->at += n;
	return wl_intern(ps, start, n);
}

static const char *
get_quoted(struct wl_parser *ps, const char *what)
{
	const char *start = ps->at + 1, *end = strchr(start, '"');

	if (end == NULL)
		wl_error_at(ps, ps->at,
		    "expected %s, but the closing quote "
		    "is missing",
		    what);
	if (end == start)
		wl_error_at(ps, ps->at, "expected %s, got an empty string",
		    what);
	if (wl_bad(ps))
		return NULL;
	ps->at = end + 1;
	return wl_intern(ps, start, (size_t)(end - start));
}

const char *
wl_get_path(struct wl_parser *ps, const char *what)
{
	const char *start;
	size_t n;

	if (wl_bad(ps))
		return NULL;
	wl_skip(ps);
	start = ps->at;
	if (*start == '"')
		return get_quoted(ps, what);
	n = strcspn(start, " \t,)(\"");
	if (n == 0) {
		wl_expected(ps, what);
		return NULL;
	}
	ps->at += n;
	return wl_intern(ps, start, n);
}

bool
wl_peek_pair(struct wl_parser *ps, char *key, size_t keycap, char *value,
    size_t valuecap)
{
	const char *p;
	size_t k, v;

	wl_skip(ps);
	k = wl_bad(ps) ? 0 : name_length(ps->at);
	if (k == 0 || k >= keycap || ps->at[k] != '=')
		return false;
	p = ps->at + k + 1;
	v = strcspn(p, " \t,");
	memcpy(key, ps->at, k);
	key[k] = '\0';
	if (v >= valuecap)
		v = valuecap - 1;
	memcpy(value, p, v);
	value[v] = '\0';
	return true;
}

/* ---------------------------------------------------------- numbers ---- */

static unsigned
digit_value(char c)
{
	if (is_digit(c))
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 99;
}

/* => bits to shift by, 0: not a suffix */
static unsigned
suffix_shift(char c)
{
	const char *letters = "kKmMgGtT", *p = strchr(letters, c);

	return c == '\0' || p == NULL ? 0 :
					10 * ((unsigned)(p - letters) / 2 + 1);
}

/* As in C: 0x1f, 0755, 42; then K, M, G or T. */
uint64_t
wl_get_number(struct wl_parser *ps, const char *what)
{
	unsigned base = 10, shift;
	uint64_t v = 0;
	const char *start, *p;

	if (wl_bad(ps))
		return 0;
	wl_skip(ps);
	start = p = ps->at;
	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		base = 16;
		p += 2;
	} else if (p[0] == '0') {
		base = 8;
	}
	if (digit_value(*p) >= base) {
		wl_expected(ps, what);
		return 0;
	}
	for (; digit_value(*p) < base; p++) {
		if (v > (UINT64_MAX - digit_value(*p)) / base)
			goto large;
		v = v * base + digit_value(*p);
	}
	if ((shift = suffix_shift(*p)) > 0) {
		if (v > UINT64_MAX >> shift)
			goto large;
		v <<= shift;
		p++;
	}
	if (is_letter(*p) || is_digit(*p) || *p == '.')
		wl_expected(ps, what);
	ps->at = p;
	return v;
large:
	wl_error_at(ps, start, "number too large; at most %" PRIu64,
	    UINT64_MAX);
	return 0;
}
