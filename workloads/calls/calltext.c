/*
 * The words of tracers: arguments, numbers, strings, descriptors.
 *
 * An argument ends at a comma or closing bracket outside of strings, comments,
 * inner brackets and descriptors' paths.  A path begins at a `<' behind a
 * number or a comment and ends at the first `>' that a comma, a bracket, a
 * blank or the end follows: so `>' inside ("->" of a socket) does no harm.
 */
#include "calltext.h"

#include <ctype.h>
#include <string.h>

/* --------------------------------------------------------------- scan ---- */

static size_t
scan_string(const char *p, size_t len)
{
	size_t i = 1;

	while (i < len && p[i] != '"')
		i += p[i] == '\\' ? 2 : 1;
	return i < len ? i + 1 : len;
}

static size_t
scan_comment(const char *p, size_t len)
{
	const char *end = memmem(p + 2, len - 2, "*/", 2);

	return end != NULL ? (size_t)(end - p) + 2 : len;
}

/* => length with both brackets, 0: it does not end */
static size_t
scan_path(const char *p, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (p[i] == '>' &&
		    (i + 1 == len || strchr(",) (}]=", p[i + 1]) != NULL))
			return i + 1;
	return 0;
}

static bool
begins_path(const char *p, size_t i, size_t len)
{
	if (p[i] != '<' || i == 0 || (i + 1 < len && p[i + 1] == '<') ||
	    p[i - 1] == '<')
		return false;
	return isdigit((unsigned char)p[i - 1]) ||
	    isupper((unsigned char)p[i - 1]) || p[i - 1] == '/' ||
	    (i >= 2 && p[i - 1] == ' ' && p[i - 2] == '/');
}

size_t
wl_text_scan(const char *p, size_t len)
{
	unsigned depth = 0;
	size_t i = 0, n;

	while (i < len) {
		n = 1;
		if (p[i] == '"')
			n = scan_string(p + i, len - i);
		else if (p[i] == '/' && i + 1 < len && p[i + 1] == '*')
			n = scan_comment(p + i, len - i);
		else if (begins_path(p, i, len) &&
		    (n = scan_path(p + i, len - i)) == 0)
			n = 1;
		else if (strchr("([{", p[i]) != NULL && p[i] != '\0')
			depth++;
		else if (strchr(")]}", p[i]) != NULL && p[i] != '\0') {
			if (depth == 0)
				return i;
			depth--;
		} else if (p[i] == ',' && depth == 0)
			return i;
		i += n;
	}
	return len;
}

bool
wl_text_is(struct wl_text t, const char *word)
{
	return strlen(word) == t.len && memcmp(t.at, word, t.len) == 0;
}

/* ------------------------------------------------------------ numbers ---- */

static void
skip_blanks(struct wl_text *t)
{
	while (t->len > 0 && *t->at == ' ') {
		t->at++;
		t->len--;
	}
}

static void
advance(struct wl_text *t, size_t n)
{
	t->at += n;
	t->len -= n;
}

static bool
digits(struct wl_text *t, unsigned base, uint64_t *v)
{
	size_t n = 0;

	for (*v = 0; n < t->len; n++) {
		int c = tolower((unsigned char)t->at[n]);
		unsigned d = isdigit(c)  ? (unsigned)(c - '0') :
		    c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) :
					   99;

		if (d >= base)
			break;
		*v = *v * base + d;
	}
	advance(t, n);
	return n > 0;
}

struct names {
	wl_name_fn *fn;
	const void *ctx;
	struct wl_text unknown;
};

/*
 * NAME(VALUE), a field of flags: MAP_ALIGNED(12), PROT_MAX(PROT_READ|...).  Its
 * value is numbers and names, joined by |.
 */
static bool
field(struct wl_text *t, struct names *names, const char *name, size_t len,
    uint64_t *v)
{
	static const struct {
		const char *name;
		unsigned shift;
	} fields[] = { { "MAP_ALIGNED", 24 }, { "PROT_MAX", 16 } };
	uint64_t one;
	size_t n, i = 0;

	while (i < 2 &&
	    (strlen(fields[i].name) != len ||
		memcmp(fields[i].name, name, len) != 0))
		i++;
	if (i == 2)
		return false;
	names->unknown.len = names->unknown.at == name ? 0 : names->unknown.len;
	*v = 0;
	do {
		advance(t, 1); /* the bracket or bar */
		for (n = 0; n < t->len && strchr("|()", t->at[n]) == NULL;)
			n++;
		if ((n < t->len && t->at[n] == '(') ||
		    !wl_text_number((struct wl_text){ t->at, n }, names->fn,
			names->ctx, &one, NULL) ||
		    n == t->len)
			return false;
		*v |= one << fields[i].shift;
		advance(t, n);
	} while (*t->at == '|');
	advance(t, 1);
	return true;
}

static bool
word(struct wl_text *t, struct names *names, uint64_t *v)
{
	const char *at;
	size_t n = 0;

	while (n < t->len &&
	    (isalnum((unsigned char)t->at[n]) || t->at[n] == '_' ||
		(t->at[n] == '?' && n > 0)))
		n++;
	if (n == 0)
		return false;
	if (!(n == 4 && memcmp(t->at, "NULL", 4) == 0) &&
	    (names->fn == NULL || !names->fn(names->ctx, t->at, n, v))) {
		*v = 0;
		if (names->unknown.len == 0)
			names->unknown = (struct wl_text){ t->at, n };
	}
	at = t->at;
	advance(t, n);
	if (t->len > 0 && *t->at == '(')
		return field(t, names, at, n, v);
	return true;
}

static bool
factor(struct wl_text *t, struct names *names, uint64_t *v)
{
	bool minus = false, ok;

	skip_blanks(t);
	*v = 0;
	if (t->len > 0 && (*t->at == '-' || *t->at == '~')) {
		minus = *t->at == '-';
		advance(t, 1);
	}
	if (t->len == 0)
		return false;
	if (t->len > 2 && t->at[0] == '0' && tolower(t->at[1]) == 'x') {
		advance(t, 2);
		ok = digits(t, 16, v);
	} else if (isdigit((unsigned char)*t->at)) {
		ok = digits(t, *t->at == '0' ? 8 : 10, v);
	} else {
		ok = word(t, names, v);
	}
	if (minus)
		*v = -*v;
	return ok;
}

static void
skip_comment(struct wl_text *t)
{
	skip_blanks(t);
	if (t->len >= 4 && t->at[0] == '/' && t->at[1] == '*')
		advance(t, scan_comment(t->at, t->len));
	skip_blanks(t);
}

static bool
term(struct wl_text *t, struct names *names, uint64_t *v)
{
	uint64_t right;

	if (!factor(t, names, v))
		return false;
	for (;;) {
		skip_comment(t);
		if (t->len > 1 && *t->at == '*') {
			advance(t, 1);
			if (!factor(t, names, &right))
				return false;
			*v *= right;
		} else if (t->len > 2 && t->at[0] == '<' && t->at[1] == '<') {
			advance(t, 2);
			if (!factor(t, names, &right))
				return false;
			*v = right < 64 ? *v << right : 0;
		} else {
			return true;
		}
	}
}

bool
wl_text_number(struct wl_text t, wl_name_fn *fn, const void *ctx, uint64_t *v,
    struct wl_text *unknown)
{
	struct names names = { .fn = fn, .ctx = ctx };
	uint64_t one;

	*v = 0;
	for (;;) {
		if (!term(&t, &names, &one))
			return false;
		*v |= one;
		if (t.len == 0 || *t.at != '|')
			break;
		advance(&t, 1);
	}
	if (unknown != NULL)
		*unknown = names.unknown;
	return t.len == 0 || *t.at == '<';
}

/* ------------------------------------------------------------ strings ---- */

static int
octal(const char *p, size_t len, size_t *used)
{
	int v = 0;

	for (*used = 0;
	     *used < 3 && *used < len && p[*used] >= '0' && p[*used] <= '7';
	     ++*used)
		v = v * 8 + (p[*used] - '0');
	return v;
}

static int
hexadecimal(const char *p, size_t len, size_t *used)
{
	int v = 0;

	for (*used = 0;
	     *used < 2 && *used < len && isxdigit((unsigned char)p[*used]);
	     ++*used) {
		int c = tolower((unsigned char)p[*used]);

		v = v * 16 + (isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	return v;
}

/* One escape behind a backslash. => its character; *used: its length */
static int
escape(const char *p, size_t len, size_t *used)
{
	static const char names[] = "n\nt\tr\rv\vf\fa\ab\b";
	size_t n;
	int c;

	*used = 1;
	if (*p >= '0' && *p <= '7')
		return octal(p, len, used);
	if (*p == 'x') {
		c = hexadecimal(p + 1, len - 1, &n);
		*used = n + 1;
		return c;
	}
	for (n = 0; n + 1 < sizeof(names); n += 2)
		if (names[n] == *p)
			return names[n + 1];
	return *p;
}

/* Decode escapes; what does not fit is dropped. */
static void
decode(const char *p, size_t len, char *buf, size_t buflen)
{
	size_t out = 0, used;

	for (size_t i = 0; i < len; i++) {
		int c = (unsigned char)p[i];

		if (c == '\\' && i + 1 < len) {
			c = escape(p + i + 1, len - i - 1, &used);
			i += used;
		}
		if (out + 1 < buflen && c != '\0')
			buf[out++] = (char)c;
	}
	if (buflen > 0)
		buf[out] = '\0';
}

bool
wl_text_string(struct wl_text t, char *buf, size_t len, bool *cut)
{
	size_t n;

	skip_blanks(&t);
	if (t.len < 2 || *t.at != '"')
		return false;
	n = scan_string(t.at, t.len);
	if (t.at[n - 1] != '"')
		return false;
	decode(t.at + 1, n - 2, buf, len);
	*cut = t.len >= n + 3 && memcmp(t.at + n, "...", 3) == 0;
	return true;
}

/* Drop `what' from the end of a string. */
static void
drop_end(char *s, const char *what)
{
	size_t n = strlen(s), m = strlen(what);

	if (n > m && strcmp(s + n - m, what) == 0)
		s[n - m] = '\0';
}

bool
wl_text_fdpath(struct wl_text t, char *buf, size_t len)
{
	const char *device;
	size_t i = 0, n;

	while (i < t.len && !begins_path(t.at, i, t.len))
		i++;
	if (i == t.len || (n = scan_path(t.at + i, t.len - i)) < 3)
		return false;
	t.at += i + 1;
	n -= 2;
	/* -yy: "/dev/null<char 1:3>" */
	if (t.at[n - 1] == '>' &&
	    ((device = memmem(t.at, n, "<char ", 6)) != NULL ||
		(device = memmem(t.at, n, "<block ", 7)) != NULL))
		n = (size_t)(device - t.at);
	decode(t.at, n, buf, len);
	drop_end(buf, " (deleted)");
	return true;
}

bool
wl_text_member(struct wl_text t, const char *name, struct wl_text *out)
{
	size_t n = strlen(name), m;

	while (t.len > 0 && (*t.at == '{' || *t.at == ' '))
		advance(&t, 1);
	while (t.len > 0) {
		m = wl_text_scan(t.at, t.len);
		if (m > n && memcmp(t.at, name, n) == 0 && t.at[n] == '=') {
			*out = (struct wl_text){ t.at + n + 1, m - n - 1 };
			return true;
		}
		if (m >= t.len || t.at[m] != ',')
			return false;
		advance(&t, m + 1);
		skip_blanks(&t);
	}
	return false;
}
