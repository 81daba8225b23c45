/*
 * Lists of numbers, one a line: addresses, or objects of a cache.
 *
 *	hex		0x7ffd0e1ff218 or 7ffd0e1ff218
 *	decimal		140724838560280
 *	objects		17	the page of that number
 *
 * Each is a load of one byte.  Empty lines, and lines that begin with #, are
 * skipped.  A list is one of decimal addresses if none of its first lines has
 * 0x, a letter or a zero in front; objects must be asked for.
 */
#include <string.h>

#include "ref_formats.h"
#include "ref_simd.h"
#include "ref_text.h"

static enum wl_refline
hex_line(struct wl_reftext *t, struct wl_scan *c, struct wl_ref *ref)
{
	(void)t;
	if (wl_scan_is_comment(c))
		return WL_REFLINE_SKIP;
	return wl_scan_blanks(c) && wl_scan_address(c, &ref->va) &&
		wl_scan_blanks(c) && wl_scan_end(c) ?
	    WL_REFLINE_REF :
	    WL_REFLINE_BAD;
}

static enum wl_refline
decimal_line(struct wl_reftext *t, struct wl_scan *c, struct wl_ref *ref)
{
	(void)t;
	if (wl_scan_is_comment(c))
		return WL_REFLINE_SKIP;
	return wl_scan_blanks(c) && wl_scan_decimal(c, &ref->va) &&
		wl_scan_blanks(c) && wl_scan_end(c) ?
	    WL_REFLINE_REF :
	    WL_REFLINE_BAD;
}

static enum wl_refline
object_line(struct wl_reftext *t, struct wl_scan *c, struct wl_ref *ref)
{
	const enum wl_refline what = decimal_line(t, c, ref);

	ref->va = wl_ref_object(ref->va);
	return what;
}

/* Digits, 0x before them or not, newline */
static const char *
hex_fast(const char *s, const char *end, struct wl_ref *ref, size_t room,
    size_t *np)
{
	size_t n = 0;

	for (; n < room && s < end; n++) {
		const bool marked = s[0] == '0' && s[1] == 'x';
		const char *digits = s + (marked ? 2 : 0);
		const unsigned len = wl_find16(digits, '\n');
		wl_hexbad bad = WL_HEXBAD_NONE;

		if (len - 1 >= 15)
			break;
		ref[n].va = wl_hexn(digits + len, len, &bad);
		ref[n].size = 1;
		ref[n].kind = WL_REF_LOAD;
		if (wl_hex_is_bad(bad))
			break;
		s = digits + len + 1;
	}
	*np = n;
	return s;
}

/* Up to 18 digits, newline */
static const char *
decimal_fast(const char *s, const char *end, struct wl_ref *ref, size_t room,
    size_t *np)
{
	size_t n = 0;

	for (; n < room && s < end; n++) {
		const char *p = s;
		uint64_t v = 0;
		unsigned digit;

		for (; (digit = (unsigned)*p - '0') <= 9; p++)
			v = v * 10 + digit;
		if (*p != '\n' || p == s || p - s > 18)
			break;
		ref[n] = (struct wl_ref){ v, 1, WL_REF_LOAD };
		s = p + 1;
	}
	*np = n;
	return s;
}

static const struct wl_refrule hex_rule = {
	.sure = 3,
	.line = hex_line,
	.fast = hex_fast,
};

static const struct wl_refrule decimal_rule = {
	.sure = 3,
	.line = decimal_line,
	.fast = decimal_fast,
};

static const struct wl_refrule object_rule = {
	.sure = 3,
	.line = object_line,
};

/* => a number of the text is none in decimal, or has a zero in front */
static bool
has_mark(const char *text, size_t len)
{
	const char *end = text + len;
	bool comment = false, start = true;

	for (; text < end; text++) {
		if (*text == '\n')
			comment = false;
		else if (*text == '#')
			comment = true;
		if (!comment && (*text | 0x20) >= 'a' && (*text | 0x20) <= 'x')
			return true;
		if (!comment && start && *text == '0' && text + 1 < end &&
		    text[1] >= '0' && text[1] <= '9')
			return true;
		start = *text < '0' || *text > '9';
	}
	return false;
}

static bool
detect_hex(const char *text, size_t len)
{
	return wl_reftext_detect(&hex_rule, text, len) && has_mark(text, len);
}

static bool
detect_nothing(const char *text, size_t len)
{
	(void)text;
	(void)len;
	return false;
}

const struct wl_refformat wl_ref_hex = {
	.name = "hex",
	.summary = "addresses, one a line, hexadecimal",
	.detect = detect_hex,
	WL_REFTEXT(&hex_rule),
};

const struct wl_refformat wl_ref_decimal = {
	.name = "decimal",
	.summary = "addresses, one a line, decimal",
	WL_REFTEXT(&decimal_rule),
};

const struct wl_refformat wl_ref_objects = {
	.name = "objects",
	.summary = "numbers of pages, one a line, decimal (--from objects)",
	.detect = detect_nothing,
	WL_REFTEXT(&object_rule),
};
