/*
 * Pin's pinatrace: text, the data references of a program.
 *
 *	#				comments are skipped
 *	0x7f2b6c8ad0a3: W 0x7ffd0e1ff218	a store
 *	0x7f2b6c8ad0a7: R 0x7f2b6c8d6e70	a load
 *	#eof				the last line
 *
 * The first number is the instruction's address.  That is no fetch: only
 * instructions with data are there, and one of them is there as often as it has
 * data.  It is read and left.  A size (decimal, bytes) may follow the address,
 * and then a value, as the tool of Pin's SimpleExamples writes them; without a
 * size it is 1.  "(nil)", which %p gives for 0, is 0.
 *
 * A trace that does not end with #eof breaks off.
 */
#include <string.h>

#include "ref_formats.h"
#include "ref_simd.h"
#include "ref_text.h"

#define EOF_MARK "#eof"

struct pin {
	bool ended; /* #eof was the last line */
};

static bool
address(struct wl_scan *c, uint64_t *out)
{
	*out = 0;
	return wl_scan_next(c) == '(' ? wl_scan_text(c, "(nil)") :
					wl_scan_address(c, out);
}

/* The letter of a load or a store. */
static bool
kind(struct wl_scan *c, struct wl_ref *ref)
{
	const char letter = wl_scan_next(c);

	if (letter != 'R' && letter != 'W')
		return wl_scan_wrong(c, "R or W");
	ref->kind = letter == 'R' ? WL_REF_LOAD : WL_REF_STORE;
	c->at++;
	return true;
}

/* What may follow the address: a size, and anything behind it. */
static bool
size(struct wl_scan *c, struct wl_ref *ref)
{
	size_t from = c->at;
	uint64_t bytes;

	(void)wl_scan_blanks(c);
	if (c->at == c->len)
		return true;
	if (c->at == from)
		return wl_scan_end(c);
	from = c->at;
	if (!wl_scan_decimal(c, &bytes))
		return false;
	if (bytes == 0 || bytes > WL_LACKEY_MAXSIZE) {
		c->at = from;
		return wl_scan_wrong(c, "a size from 1 to 65536");
	}
	ref->size = (uint32_t)bytes;
	if (c->at < c->len && c->s[c->at] != ' ')
		return wl_scan_end(c);
	while (c->at < c->len && c->s[c->at] != '\0')
		c->at++;
	return wl_scan_end(c);
}

static enum wl_refline
pin_line(struct wl_reftext *t, struct wl_scan *c, struct wl_ref *ref)
{
	struct pin *pin = t->state;
	uint64_t ip;

	if (wl_scan_is_comment(c)) {
		pin->ended = c->len == strlen(EOF_MARK) &&
		    memcmp(c->s, EOF_MARK, c->len) == 0;
		return WL_REFLINE_SKIP;
	}
	pin->ended = false;
	return address(c, &ip) && wl_scan_text(c, ": ") && kind(c, ref) &&
		wl_scan_blanks(c) && address(c, &ref->va) && size(c, ref) ?
	    WL_REFLINE_REF :
	    WL_REFLINE_BAD;
}

/* => behind the line at s; NULL: it is not of the plain form */
static inline const char *
usual(const char *s, struct wl_ref *ref)
{
	wl_hexbad bad = WL_HEXBAD_NONE;
	unsigned n;

	if ((wl_le32(s) & 0xffff) != ('0' | 'x' << 8))
		return NULL;
	n = wl_find16(s + 2, ':');
	if (n - 1 >= 15)
		return NULL;
	s += 2 + n;
	(void)wl_hexn(s, n, &bad);
	if ((wl_le64(s) & 0xffffff00ffffu) != 0x78302000203au)
		return NULL; /* ": ", a letter, " 0x" */
	ref->kind = s[2] == 'R' ? WL_REF_LOAD : WL_REF_STORE;
	if (s[2] != 'R' && s[2] != 'W')
		return NULL;
	n = wl_find16(s + 6, '\n');
	if (n - 1 >= 15)
		return NULL;
	s += 6 + n;
	ref->va = wl_hexn(s, n, &bad);
	ref->size = 1;
	return wl_hex_is_bad(bad) ? NULL : s + 1;
}

static const char *
pin_fast(const char *s, const char *end, struct wl_ref *ref, size_t room,
    size_t *n)
{
	const char *next;

	for (*n = 0; *n < room && s < end; s = next, ++*n)
		if ((next = usual(s, &ref[*n])) == NULL)
			break;
	return s;
}

static bool
pin_whole(const struct wl_reftext *t)
{
	return ((const struct pin *)t->state)->ended;
}

static const struct wl_refrule rule = {
	.sure = 1,
	.state = sizeof(struct pin),
	.line = pin_line,
	.fast = pin_fast,
	.whole = pin_whole,
};

const struct wl_refformat wl_ref_pinatrace = {
	.name = "pinatrace",
	.summary = "text of Pin's pinatrace: 0xIP: R 0xADDR",
	WL_REFTEXT(&rule),
};
