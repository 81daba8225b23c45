/*
 * Requests of a cache as columns of text, as libCacheSim reads them (csv).
 *
 *	time,obj_id,obj_size		a first line may name the columns
 *	0,1723,4096
 *	0.5,92,100
 *
 * Columns are separated by commas, semicolons or tabs, whichever the first line
 * has first.  Without names the object is the second column, and the first one
 * is a number; with names it is the one called obj_id, object_id, objid,
 * object, obj, id or key, in capitals or not.  Quotes around names and numbers
 * are dropped.
 *
 * A request is a load of the page whose number is the object's; times and sizes
 * are left.  Objects are decimal numbers below 2^64 (see wl_ref_object()).
 */
#include <string.h>
#include <strings.h>

#include "ref_formats.h"
#include "ref_text.h"

struct csv {
	char separator;  /* 0: no line so far */
	unsigned column; /* the object's, from 0 */
};

/* Tabs may separate columns. */
static void
skip_blanks(struct wl_scan *c)
{
	while (wl_scan_next(c) == ' ')
		c->at++;
}

static bool
is_separator(const struct csv *csv, char c)
{
	return csv->separator != 0 ? c == csv->separator :
				     c == ',' || c == ';' || c == '\t';
}

static size_t
column_length(const struct csv *csv, const struct wl_scan *c)
{
	size_t n = 0;

	while (c->at + n < c->len && !is_separator(csv, c->s[c->at + n]))
		n++;
	return n;
}

/* To the first character of another column. => false: there is none */
static bool
to_column(const struct csv *csv, struct wl_scan *c, unsigned column)
{
	for (; column > 0; column--) {
		c->at += column_length(csv, c);
		if (c->at == c->len)
			return wl_scan_wrong(c,
			    "a comma and the object's number");
		c->at++;
	}
	return true;
}

static bool
names_objects(const char *s, size_t len)
{
	static const char *const names[] = { "obj_id", "object_id", "objid",
		"object", "obj", "id", "key" };

	for (; len > 0 && (*s == ' ' || *s == '"'); len--)
		s++;
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '"'))
		len--;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len &&
		    strncasecmp(names[i], s, len) == 0)
			return true;
	return false;
}

/* The first line, if it has names. => false: it has none of an object */
static bool
header(struct csv *csv, struct wl_scan c)
{
	for (unsigned i = 0;; i++) {
		const size_t len = column_length(csv, &c);

		if (names_objects(c.s + c.at, len)) {
			csv->column = i;
			return true;
		}
		c.at += len;
		if (c.at == c.len)
			return false;
		c.at++;
	}
}

/* The first column of a line without names: a time. */
static bool
time_column(const struct csv *csv, struct wl_scan c)
{
	const size_t end = c.at + column_length(csv, &c);
	uint64_t v;

	skip_blanks(&c);
	if (!wl_scan_decimal(&c, &v))
		return false;
	if (wl_scan_next(&c) == '.') {
		c.at++;
		while (c.at < end && c.s[c.at] >= '0' && c.s[c.at] <= '9')
			c.at++;
	}
	skip_blanks(&c);
	return c.at == end;
}

static enum wl_refline
first_line(struct csv *csv, struct wl_scan *c)
{
	const size_t len = column_length(csv, c);

	if (c->at + len == c->len) {
		(void)wl_scan_wrong(c, "columns with commas between them");
		return WL_REFLINE_BAD;
	}
	csv->separator = c->s[c->at + len];
	csv->column = 1;
	if (time_column(csv, *c))
		return WL_REFLINE_REF;
	if (header(csv, *c))
		return WL_REFLINE_SKIP;
	csv->separator = 0;
	(void)wl_scan_wrong(c, "a time, or the name of a column obj_id");
	return WL_REFLINE_BAD;
}

static bool
quote(struct wl_scan *c)
{
	skip_blanks(c);
	c->at += wl_scan_next(c) == '"';
	skip_blanks(c);
	return true;
}

static enum wl_refline
csv_line(struct wl_reftext *t, struct wl_scan *c, struct wl_ref *ref)
{
	struct csv *csv = t->state;
	enum wl_refline what;

	if (wl_scan_is_comment(c))
		return WL_REFLINE_SKIP;
	if (csv->separator == 0 &&
	    (what = first_line(csv, c)) != WL_REFLINE_REF)
		return what;
	if (!to_column(csv, c, csv->column) || !quote(c) ||
	    !wl_scan_decimal(c, &ref->va) || !quote(c))
		return WL_REFLINE_BAD;
	if (c->at < c->len && !is_separator(csv, c->s[c->at])) {
		(void)wl_scan_wrong(c, "the end of a decimal number");
		return WL_REFLINE_BAD;
	}
	ref->va = wl_ref_object(ref->va);
	return WL_REFLINE_REF;
}

static const struct wl_refrule rule = {
	.sure = 3,
	.state = sizeof(struct csv),
	.line = csv_line,
};

const struct wl_refformat wl_ref_csv = {
	.name = "csv",
	.summary = "requests of a cache: columns time,obj_id,...",
	WL_REFTEXT(&rule),
};
