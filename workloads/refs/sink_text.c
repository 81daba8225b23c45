/*
 * Traces written as text of one touch a line; the forms are those that
 * ref_pin.c, ref_course.c and ref_list.c read.
 *
 *		load		store		modify		fetch
 *	pinatrace  0xIP: R 0xVA	0xIP: W 0xVA	both		gives IP
 *	course	VA R		VA W		VA W		-
 *	hex	0xVA		0xVA		0xVA		0xVA
 *
 * IP is the last fetch's address, 0x0 before the first one.
 */
#include <stdlib.h>
#include <string.h>

#include "sink_formats.h"

#define LINE 96 /* bytes of the longest: two lines of pinatrace */
#define LINES ((size_t)1024)

typedef char *put_fn(struct wl_refsink *, char *, const struct wl_ref *);

/* At least `least' digits. */
static char *
put_hex(char *p, uint64_t v, unsigned least)
{
	static const char digits[] = "0123456789abcdef";
	unsigned n = v == 0 ? 1 : (unsigned)(67 - __builtin_clzll(v)) / 4;

	if (n < least)
		n = least;
	while (n-- > 0)
		*p++ = digits[v >> (4 * n) & 15];
	return p;
}

static char *
put_text(char *p, const char *text)
{
	return mempcpy(p, text, strlen(text));
}

static bool
put_all(struct wl_refsink *s, const struct wl_ref *ref, size_t n, put_fn *put)
{
	while (n > 0) {
		const size_t part = n < LINES ? n : LINES;
		char *p = s->text;
		size_t len;

		for (size_t i = 0; i < part; i++)
			p = put(s, p, &ref[i]);
		len = (size_t)(p - s->text);
		if (fwrite(s->text, 1, len, s->fp) != len)
			return false;
		ref += part;
		n -= part;
	}
	return true;
}

/* Comments that say where the trace comes from. */
static bool
begin(struct wl_refsink *s, const char *origin)
{
	s->text = malloc(LINES * LINE);
	if (s->text == NULL)
		return false;
	for (size_t n; *origin != '\0'; origin += n) {
		n = strcspn(origin, "\n");
		fprintf(s->fp, "# %.*s\n", (int)n, origin);
		n += origin[n] == '\n';
	}
	return ferror(s->fp) == 0;
}

static bool
end(struct wl_refsink *s)
{
	return ferror(s->fp) == 0;
}

/* ---------------------------------------------------------- pinatrace ---- */

static char *
pin_access(const struct wl_refsink *s, char *p, const char *what, uint64_t va)
{
	p = put_hex(put_text(p, "0x"), s->ip, 1);
	p = put_hex(put_text(p, what), va, 1);
	*p++ = '\n';
	return p;
}

static char *
pin_line(struct wl_refsink *s, char *p, const struct wl_ref *ref)
{
	if (ref->kind == WL_REF_FETCH) {
		s->ip = ref->va;
		return p;
	}
	if (ref->kind != WL_REF_STORE)
		p = pin_access(s, p, ": R 0x", ref->va);
	if (ref->kind != WL_REF_LOAD)
		p = pin_access(s, p, ": W 0x", ref->va);
	return p;
}

static bool
pin_put(struct wl_refsink *s, const struct wl_ref *ref, size_t n)
{
	return put_all(s, ref, n, pin_line);
}

static bool
pin_end(struct wl_refsink *s)
{
	fputs("#eof\n", s->fp);
	return ferror(s->fp) == 0;
}

const struct wl_sinkformat wl_sink_pinatrace = {
	.name = "pinatrace",
	.summary = "text of Pin's pinatrace; fetches are left out",
	.touches = true,
	.data_only = true,
	.begin = begin,
	.put = pin_put,
	.end = pin_end,
};

/* ------------------------------------------------------------- course ---- */

static char *
course_line(struct wl_refsink *s, char *p, const struct wl_ref *ref)
{
	(void)s;
	if (ref->kind == WL_REF_FETCH)
		return p;
	p = put_hex(p, ref->va, 8);
	return put_text(p, ref->kind == WL_REF_LOAD ? " R\n" : " W\n");
}

static bool
course_put(struct wl_refsink *s, const struct wl_ref *ref, size_t n)
{
	return put_all(s, ref, n, course_line);
}

const struct wl_sinkformat wl_sink_course = {
	.name = "course",
	.summary = "text of courses, 0041f7a0 R; fetches are left out",
	.touches = true,
	.data_only = true,
	.begin = begin,
	.put = course_put,
	.end = end,
};

/* ---------------------------------------------------------------- hex ---- */

static char *
hex_line(struct wl_refsink *s, char *p, const struct wl_ref *ref)
{
	(void)s;
	p = put_hex(put_text(p, "0x"), ref->va, 1);
	*p++ = '\n';
	return p;
}

static bool
hex_put(struct wl_refsink *s, const struct wl_ref *ref, size_t n)
{
	return put_all(s, ref, n, hex_line);
}

const struct wl_sinkformat wl_sink_hex = {
	.name = "hex",
	.summary = "addresses, one a line, of everything",
	.touches = true,
	.begin = begin,
	.put = hex_put,
	.end = end,
};
