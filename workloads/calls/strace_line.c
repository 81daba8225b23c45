/*
 * Taking one line apart (see strace_line.h).
 *
 *	15490 1795237021.515256 [   9] mmap(ARGS) = RET <0.000011>
 *	[pid 15490<sh>] 07:29:10.06 +++ exited with 0 +++
 *
 * A bare number is a pid if it is below 2^22 (Linux's largest pid), else whole
 * seconds.
 */
#include "strace_line.h"

#include <ctype.h>
#include <string.h>

#define PID_MAX ((uint64_t)1 << 22)

static const char *
blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static const char *
number(const char *p, const char *end, uint64_t *v)
{
	for (*v = 0; p < end && isdigit((unsigned char)*p); p++)
		*v = *v * 10 + (uint64_t)(*p - '0');
	return p;
}

static bool
begins(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

/* ------------------------------------------------------------- prefix ---- */

/* ".123456" as nanoseconds, if it is there. */
static const char *
fraction(const char *p, const char *end, uint64_t *ns)
{
	uint64_t scale = 100000000;

	*ns = 0;
	if (p >= end || *p != '.')
		return p;
	for (p++; p < end && isdigit((unsigned char)*p); p++, scale /= 10)
		*ns += (uint64_t)(*p - '0') * scale;
	return p;
}

/* A time: 12:34:56[.frac], SECONDS.frac, large SECONDS, (+ SECONDS.frac).
 * => behind it, or NULL */
static const char *
a_time(const char *p, const char *end, uint64_t *ns)
{
	uint64_t v, min, sec, frac;
	const char *q;

	if (begins(p, end, "(+")) {
		q = memchr(p, ')', (size_t)(end - p));
		return q != NULL ? q + 1 : NULL;
	}
	q = number(p, end, &v);
	if (q == p)
		return NULL;
	if (q < end && *q == ':') {
		p = number(q + 1, end, &min);
		if (p >= end || *p != ':')
			return NULL;
		p = number(p + 1, end, &sec);
		v = (v * 60 + min) * 60 + sec;
	} else if (q < end && *q == '.') {
		p = q;
	} else if (v >= PID_MAX) {
		p = q;
	} else {
		return NULL;
	}
	p = fraction(p, end, &frac);
	*ns = v * 1000000000 + frac;
	return p;
}

/* The pid's "<comm>": up to the first '>' that a blank or ']' follows. */
static const char *
comm(const char *p, const char *end)
{
	if (p < end && *p == '<')
		for (const char *q = p + 1; q < end; q++)
			if (*q == '>' &&
			    (q + 1 == end || q[1] == ' ' || q[1] == ']'))
				return q + 1;
	return p;
}

static const char *
pid_column(const char *p, const char *end, int *pid)
{
	bool bracket = begins(p, end, "[pid ");
	const char *q = bracket ? blanks(p + 5, end) : p, *after;
	uint64_t v;

	after = number(q, end, &v);
	if (after == q || v == 0 || v >= PID_MAX)
		return p;
	after = comm(after, end);
	if (bracket) {
		if (after >= end || *after != ']')
			return p;
		after++;
	} else if (after < end && *after != ' ' && *after != '\t') {
		return p;
	}
	*pid = (int)v;
	return blanks(after, end);
}

/* "[   9]" or "[00007f12abcd]" */
static const char *
bracketed(const char *p, const char *end)
{
	const char *q = p + 1;

	if (p >= end || *p != '[')
		return p;
	while (
	    q < end && (isxdigit((unsigned char)*q) || *q == ' ' || *q == '?'))
		q++;
	return q < end && *q == ']' ? blanks(q + 1, end) : p;
}

const char *
wl_line_prefix(const char *p, const char *end, struct wl_callrec *rec)
{
	const char *q;
	uint64_t ns = 0;

	p = blanks(p, end);
	p = pid_column(p, end, &rec->pid);
	while ((q = a_time(p, end, &ns)) != NULL) {
		if (!rec->has_time && *p != '(')
			rec->time = ns;
		rec->has_time = true;
		p = blanks(q, end);
	}
	for (int i = 0; i < 2; i++)
		p = bracketed(p, end);
	return p;
}

/* -------------------------------------------------------------- marks ---- */

static bool
plus_mark(const char *p, const char *end, struct wl_callrec *rec)
{
	uint64_t v;
	const char *q;

	if (begins(p, end, "exited with ")) {
		if (number(p + 12, end, &v) == p + 12)
			return false;
		rec->kind = WL_LOG_EXITED;
		rec->value = (int)v;
	} else if (begins(p, end, "killed by ")) {
		rec->kind = WL_LOG_KILLED;
		p += 10;
		for (q = p; q < end && *q != ' '; q++)
			continue;
		rec->errname = (struct wl_text){ p, (size_t)(q - p) };
	} else if (begins(p, end, "superseded by execve in pid ")) {
		if (number(p + 28, end, &v) == p + 28 || v >= PID_MAX)
			return false;
		rec->kind = WL_LOG_SUPERSEDED;
		rec->value = (int)v;
	} else {
		return false;
	}
	return true;
}

bool
wl_line_mark(const char *p, const char *end, struct wl_callrec *rec)
{
	if (begins(p, end, "+++ "))
		return plus_mark(p + 4, end, rec);
	if (!begins(p, end, "--- "))
		return false;
	rec->kind = WL_LOG_SIGNAL;
	p += 4;
	const char *q = p;
	while (q < end && *q != ' ')
		q++;
	rec->errname = (struct wl_text){ p, (size_t)(q - p) };
	q = memchr(q, '{', (size_t)(end - q));
	if (q != NULL) {
		rec->arg[0] = (struct wl_text){ q, (size_t)(end - q) };
		rec->nargs = 1;
	}
	return true;
}

/* --------------------------------------------------------------- call ---- */

size_t
wl_line_name(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && (isalnum((unsigned char)*q) || *q == '_'))
		q++;
	return q < end && *q == '(' && q > p && !isdigit((unsigned char)*p) ?
	    (size_t)(q - p) :
	    0;
}

static struct wl_text
trimmed(const char *p, size_t n)
{
	while (n > 0 && (*p == ' ' || *p == '\t')) {
		p++;
		n--;
	}
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	return (struct wl_text){ p, n };
}

/* "ENOMEM (Cannot ...)" or "(errno 22)" behind -1 */
static void
error_of(const char *p, const char *end, struct wl_callrec *rec)
{
	const char *q = p;
	char name[32];
	uint64_t v;

	if (begins(p, end, "(errno ")) {
		(void)number(p + 7, end, &v);
		rec->err = (int)(v & 0xfff);
		rec->errname = (struct wl_text){ p, 0 };
		return;
	}
	while (q < end && isupper((unsigned char)*q))
		q++;
	while (q < end && (isalnum((unsigned char)*q) || *q == '_'))
		q++;
	rec->errname = (struct wl_text){ p, (size_t)(q - p) };
	if (rec->errname.len > 0 && rec->errname.len < sizeof(name)) {
		memcpy(name, p, rec->errname.len);
		name[rec->errname.len] = '\0';
		rec->err = sim_errbyname(name);
		if (rec->err < 0)
			rec->err = 0;
	}
}

static bool
result_of(const char *p, const char *end, struct wl_callrec *rec)
{
	const char *q;

	p = blanks(p, end);
	if (p >= end || *p != '=')
		return false;
	p = blanks(p + 1, end);
	if (p >= end)
		return false;
	if (*p == '?') {
		rec->result = WL_LOG_UNKNOWN;
		return true;
	}
	rec->rettext = (struct wl_text){ p, (size_t)(end - p) };
	for (q = p; q < end && *q != ' ' && *q != '<'; q++)
		continue;
	rec->result = WL_LOG_VALUE;
	if (!wl_text_number((struct wl_text){ p, (size_t)(q - p) }, NULL, NULL,
		&rec->ret, NULL))
		return false;
	q = blanks(q, end);
	if (q - p >= 3 && p[0] == '-' && p[1] == '1' && q < end &&
	    (*q == 'E' || begins(q, end, "(errno "))) {
		rec->result = WL_LOG_ERROR;
		error_of(q, end, rec);
	}
	return true;
}

bool
wl_line_call(const char *p, const char *end, struct wl_callrec *rec,
    const char **at)
{
	size_t n;

	rec->nargs = 0;
	for (;;) {
		n = wl_text_scan(p, (size_t)(end - p));
		if (rec->nargs < WL_LOG_MAXARGS) {
			struct wl_text a = trimmed(p, n);

			if (a.len > 0 || rec->nargs > 0 ||
			    (p + n < end && p[n] == ','))
				rec->arg[rec->nargs++] = a;
		}
		p += n;
		if (p == end || *p != ',')
			break;
		p++;
	}
	*at = p;
	if (p == end || *p != ')') {
		rec->error = "expected \")\" behind the arguments";
		return false;
	}
	*at = p + 1;
	if (!result_of(p + 1, end, rec)) {
		rec->error = "expected \"= RESULT\" behind the call";
		return false;
	}
	return true;
}
