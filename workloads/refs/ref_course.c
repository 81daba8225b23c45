/*
 * Traces of operating-system courses: text, one reference a line.
 *
 *	0041f7a0 R	a load
 *	13f5e2c0 W	a store
 *
 * An address of 1 to 16 hexadecimal digits, 0x before it or not, blanks, R or W
 * in either case.  There are no fetches and no sizes: one byte is touched.
 * Empty lines, and lines that begin with #, are skipped.
 */
#include "ref_formats.h"
#include "ref_simd.h"
#include "ref_text.h"

static bool
kind(struct wl_scan *c, struct wl_ref *ref)
{
	const int letter = wl_scan_next(c) & ~0x20;

	if (letter != 'R' && letter != 'W')
		return wl_scan_wrong(c, "R or W");
	ref->kind = letter == 'R' ? WL_REF_LOAD : WL_REF_STORE;
	c->at++;
	return true;
}

static bool
some_blanks(struct wl_scan *c)
{
	const char next = wl_scan_next(c);

	if (next != ' ' && next != '\t')
		return wl_scan_wrong(c, "a blank");
	return wl_scan_blanks(c);
}

static enum wl_refline
course_line(struct wl_reftext *t, struct wl_scan *c, struct wl_ref *ref)
{
	(void)t;
	if (wl_scan_is_comment(c))
		return WL_REFLINE_SKIP;
	return wl_scan_address(c, &ref->va) && some_blanks(c) && kind(c, ref) &&
		wl_scan_blanks(c) && wl_scan_end(c) ?
	    WL_REFLINE_REF :
	    WL_REFLINE_BAD;
}

/* Digits, one blank, a capital, a newline: "0041f7a0 R" */
static const char *
course_fast(const char *s, const char *end, struct wl_ref *ref, size_t room,
    size_t *np)
{
	size_t n = 0;

	for (; n < room && s < end; n++) {
		const unsigned digits = wl_find16(s, ' ');
		wl_hexbad bad = WL_HEXBAD_NONE;

		if (digits - 1 >= 15 || s[digits + 2] != '\n')
			break;
		if (s[digits + 1] != 'R' && s[digits + 1] != 'W')
			break;
		ref[n].va = wl_hexn(s + digits, digits, &bad);
		ref[n].size = 1;
		ref[n].kind = s[digits + 1] == 'R' ? WL_REF_LOAD : WL_REF_STORE;
		if (wl_hex_is_bad(bad))
			break;
		s += digits + 3;
	}
	*np = n;
	return s;
}

static const struct wl_refrule rule = {
	.sure = 1,
	.line = course_line,
	.fast = course_fast,
};

const struct wl_refformat wl_ref_course = {
	.name = "course",
	.summary = "text of courses: 0041f7a0 R",
	WL_REFTEXT(&rule),
};
