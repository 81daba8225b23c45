/*
 * The text of the BSDs' logs: numbers, times, arguments, results.
 *
 * An argument ends at a comma or closing bracket outside of strings and inner
 * brackets.  Behind a number or a name `<' opens a list of names, which may
 * have commas of its own: 0x1002<PRIVATE,FILE,ANONYMOUS,ALIGN=NONE>.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bsdlog_int.h"

const char *
wl_bsd_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

const char *
wl_bsd_number(const char *p, const char *end, uint64_t *v)
{
	for (*v = 0; p < end && isdigit((unsigned char)*p); p++)
		*v = *v * 10 + (uint64_t)(*p - '0');
	return p;
}

bool
wl_bsd_begins(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

const char *
wl_bsd_time(const char *p, const char *end, uint64_t *ns)
{
	uint64_t scale = 100000000, sec;
	const char *q = wl_bsd_number(p, end, &sec);

	if (q == p || q == end || *q != '.' || q + 1 == end ||
	    !isdigit((unsigned char)q[1]))
		return p;
	*ns = sec * 1000000000;
	for (q++; q < end && isdigit((unsigned char)*q); q++, scale /= 10)
		*ns += (uint64_t)(*q - '0') * scale;
	return q == end || *q == ' ' || *q == '\t' ? q : p;
}

/* "[477]", the call's number */
static const char *
behind_code(const char *p, const char *end)
{
	const char *q = p + 1;

	if (p == end || *p != '[')
		return p;
	while (q < end && isdigit((unsigned char)*q))
		q++;
	return q > p + 1 && q < end && *q == ']' ? q + 1 : p;
}

size_t
wl_bsd_name(const char **p, const char *end)
{
	const char *q = *p = behind_code(*p, end);

	if (q == end || !(isalpha((unsigned char)*q) || *q == '_'))
		return 0;
	while (q < end &&
	    (isalnum((unsigned char)*q) || strchr("_.", *q) != NULL) &&
	    *q != '\0')
		q++;
	return (size_t)(q - *p);
}

/* ---------------------------------------------------------- arguments ---- */

static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

/* => behind the `>' that closes the `<' at p, or p + 1: there is none */
static const char *
names_end(const char *p, const char *end)
{
	unsigned depth = 0;

	for (const char *q = p; q < end && *q != '('; q++)
		if (*q == '<')
			depth++;
		else if (*q == '>' && --depth == 0)
			return q + 1;
	return p + 1;
}

/* => the comma or bracket that ends the argument at p, or end */
static const char *
arg_end(const char *p, const char *end)
{
	const char *begin = p;
	unsigned depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = string_end(p, end);
			continue;
		}
		if (*p == '<' && p > begin && isalnum((unsigned char)p[-1])) {
			p = names_end(p, end);
			continue;
		}
		if (*p == '(' || *p == '[' || *p == '{')
			depth++;
		else if (*p == ')' || *p == ']' || *p == '}') {
			if (depth == 0)
				return p;
			depth--;
		} else if (*p == ',' && depth == 0)
			return p;
		p++;
	}
	return end;
}

const char *
wl_bsd_close(const char *p, const char *end)
{
	while (p < end) {
		p = arg_end(p, end);
		if (p < end && *p == ')')
			return p;
		if (p < end)
			p++;
	}
	return end;
}

void
wl_bsd_args(const char *p, const char *end, struct wl_callrec *rec)
{
	const char *q, *last;

	rec->nargs = 0;
	if (wl_bsd_blanks(p, end) == end)
		return;
	for (;; p = q + 1) {
		q = last = arg_end(p, end);
		p = wl_bsd_blanks(p, q);
		while (last > p && (last[-1] == ' ' || last[-1] == '\t'))
			last--;
		if (rec->nargs < WL_LOG_MAXARGS)
			rec->arg[rec->nargs++] = (struct wl_text){ p,
				(size_t)(last - p) };
		if (q == end)
			break;
	}
}

/* ------------------------------------------------------------- results --- */

/* Errors of the BSDs that memory calls give, by number. */
static const struct {
	uint8_t no;
	const char *name;
	const struct sim_personality *of; /* NULL: of all */
} errors[] = {
	{ 1, "EPERM", NULL },
	{ 2, "ENOENT", NULL },
	{ 3, "ESRCH", NULL },
	{ 4, "EINTR", NULL },
	{ 5, "EIO", NULL },
	{ 6, "ENXIO", NULL },
	{ 7, "E2BIG", NULL },
	{ 8, "ENOEXEC", NULL },
	{ 9, "EBADF", NULL },
	{ 10, "ECHILD", NULL },
	{ 11, "EDEADLK", NULL },
	{ 12, "ENOMEM", NULL },
	{ 13, "EACCES", NULL },
	{ 14, "EFAULT", NULL },
	{ 16, "EBUSY", NULL },
	{ 17, "EEXIST", NULL },
	{ 19, "ENODEV", NULL },
	{ 20, "ENOTDIR", NULL },
	{ 21, "EISDIR", NULL },
	{ 22, "EINVAL", NULL },
	{ 23, "ENFILE", NULL },
	{ 24, "EMFILE", NULL },
	{ 26, "ETXTBSY", NULL },
	{ 27, "EFBIG", NULL },
	{ 28, "ENOSPC", NULL },
	{ 30, "EROFS", NULL },
	{ 34, "ERANGE", NULL },
	{ 35, "EAGAIN", NULL },
	{ 45, "EOPNOTSUPP", NULL },
	{ 62, "ELOOP", NULL },
	{ 63, "ENAMETOOLONG", NULL },
	{ 78, "ENOSYS", NULL },
	{ 82, "EIDRM", &sim_freebsd },
	{ 82, "EIDRM", &sim_netbsd },
	{ 84, "EOVERFLOW", &sim_freebsd },
	{ 84, "EOVERFLOW", &sim_netbsd },
	{ 86, "ENOTSUP", &sim_netbsd },
	{ 87, "EOVERFLOW", &sim_openbsd },
	{ 89, "EIDRM", &sim_openbsd },
	{ 91, "ENOTSUP", &sim_openbsd },
};

static void
error_of(const struct wl_bsdlog *b, uint64_t no, struct wl_callrec *rec)
{
	rec->result = WL_LOG_ERROR;
	rec->ret = UINT64_MAX;
	rec->err = 0;
	rec->errname = (struct wl_text){ "an error", 8 };
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].no != no ||
		    (errors[i].of != NULL && errors[i].of != b->log->system))
			continue;
		rec->errname = (struct wl_text){ errors[i].name,
			strlen(errors[i].name) };
		rec->err = sim_errbyname(errors[i].name);
		if (rec->err < 0)
			rec->err = 0;
		return;
	}
}

/* "ERR#2", "Err#2", "errno 2", with what stands behind. */
static bool
is_error(const struct wl_bsdlog *b, const char *p, const char *end,
    struct wl_callrec *rec)
{
	static const char *const words[] = { "ERR#", "Err#", "errno ",
		"unknown errno " };
	uint64_t no;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!wl_bsd_begins(p, end, words[i]))
			continue;
		p += strlen(words[i]);
		if (p < end && *p == '-')
			p++;
		if (wl_bsd_number(p, end, &no) == p)
			return false;
		error_of(b, no, rec);
		return true;
	}
	return false;
}

/* The number that ends at a blank, a slash, a comma or the line's end. */
static bool
value_of(const struct wl_bsdlog *b, const char *p, const char *end,
    struct wl_callrec *rec)
{
	const char *q = p;

	while (q < end && strchr(" \t/,(", *q) == NULL)
		q++;
	rec->result = WL_LOG_VALUE;
	rec->rettext = (struct wl_text){ p, (size_t)(q - p) };
	if (!wl_text_number(rec->rettext, NULL, NULL, &rec->ret, NULL) ||
	    !(isdigit((unsigned char)*p) || *p == '-'))
		return false;
	if (rec->ret == UINT64_MAX)
		(void)is_error(b, wl_bsd_blanks(q, end), end, rec);
	return true;
}

bool
wl_bsd_result(const struct wl_bsdlog *b, const char *p, const char *end,
    struct wl_callrec *rec)
{
	p = wl_bsd_blanks(p, end);
	rec->result = WL_LOG_UNKNOWN;
	if (p < end && *p == '=')
		p = wl_bsd_blanks(p + 1, end);
	if (p == end)
		return true;
	if (wl_bsd_begins(p, end, "JUSTRETURN") ||
	    wl_bsd_begins(p, end, "EJUSTRETURN")) {
		rec->result = WL_LOG_VALUE;
		rec->ret = 0;
		return true;
	}
	if (wl_bsd_begins(p, end, "RESTART") ||
	    wl_bsd_begins(p, end, "ERESTART")) {
		rec->kind = WL_LOG_NOTE; /* it is made once more */
		return true;
	}
	return is_error(b, p, end, rec) || value_of(b, p, end, rec);
}
