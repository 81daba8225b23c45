/*
 * Formats of one reference a line: what they share.
 *
 *	input --> buf: |behind it: returned|lines not decoded yet|part of one|
 *	                                    |
 *	                            rule->fast, rule->line --> ref[]
 *
 * A format is a rule: how one line is read with care, and, if there are many of
 * them, how usual lines are read fast.  Lines end with a newline, and perhaps a
 * carriage return before it; the last one may lack it, and is the place where
 * the trace was cut if it is no line then.  Memory is constant; a line longer
 * than WL_REFTEXT_LINE is an error unless it is skipped.
 */
#ifndef WL_REF_TEXT_H
#define WL_REF_TEXT_H

#include "refsource.h"

#define WL_REFTEXT_LINE		65536	/* bytes of a line */
#define WL_REFTEXT_BEFORE	16	/* readable bytes before the text */
#define WL_REFTEXT_BEHIND	64	/* and behind it */

/* ---- one line, from left to right ---- */

struct wl_scan {
	const char     *s;		/* the line, without its end */
	size_t		len;
	size_t		at;		/* what comes next; the wrong place,
					   when something returned false */
	const char     *expected;	/* there */
};

/* => true, and behind it; false: at the first wrong character */
bool	wl_scan_text(struct wl_scan *, const char *);
/* A number of 1 to 16 hexadecimal digits, capitals or not */
bool	wl_scan_hex(struct wl_scan *, uint64_t *);
/* The same, perhaps with 0x before it */
bool	wl_scan_address(struct wl_scan *, uint64_t *);
/* A decimal number below 2^64 */
bool	wl_scan_decimal(struct wl_scan *, uint64_t *);
/* Blanks and tabs, if any. => true */
bool	wl_scan_blanks(struct wl_scan *);
bool	wl_scan_end(struct wl_scan *);
/* => false, and what was expected at the present place */
bool	wl_scan_wrong(struct wl_scan *, const char *expected);
/* => nothing, or blanks and nothing, or a comment: # and anything */
bool	wl_scan_is_comment(const struct wl_scan *);
/* => what comes next, or NUL at the end */
static inline char
wl_scan_next(const struct wl_scan *c)
{
	return c->at < c->len ? c->s[c->at] : '\0';
}

/* ---- a format ---- */

enum wl_refline { WL_REFLINE_REF, WL_REFLINE_SKIP, WL_REFLINE_BAD };

struct wl_reftext;

struct wl_refrule {
	unsigned	sure;		/* lines of references that must be
					   right for the content to be it */
	size_t		state;		/* bytes of its own, zero at first */
	/* One line, into *ref (of size 1 before); may set process. */
	enum wl_refline (*line)(struct wl_reftext *, struct wl_scan *,
			    struct wl_ref *);
	/*
	 * Lines of the usual form in text[0 .. end), end being behind a
	 * newline, at most `room' of them, or NULL: none is usual.
	 * => *n references, and the first line that it leaves
	 */
	const char     *(*fast)(const char *text, const char *end,
			    struct wl_ref *, size_t room, size_t *n);
	/* => the trace may end here; NULL: it may end anywhere */
	bool	      (*whole)(const struct wl_reftext *);
	void	      (*fini)(void *state);
};

struct wl_reftext {
	const struct wl_refrule *rule;
	void	       *state;
	uint32_t	process;	/* of the line's reference */
	/* private */
	char	       *mem, *buf;
	size_t		pos, len;
	bool		eof, cut;
	bool		talking;	/* in a long line that is skipped */
	struct wl_ref  *ref;
	size_t		n;		/* of them, decoded */
	size_t		column;		/* bad line behind them, or 0 */
	const char     *expected;
};

/* => no controls but tabs and ends of lines */
bool	wl_is_text(const char *, size_t len);
/* The functions of a row of wl_refformats, whose `rule' is a wl_refrule. */
#define WL_REFTEXT(rule_)	.open = wl_reftext_open, \
				.close = wl_reftext_close, \
				.next = wl_reftext_next, .rule = rule_
bool	wl_reftext_open(struct wl_refsource *);
void	wl_reftext_close(struct wl_refsource *);
size_t	wl_reftext_next(struct wl_refsource *, const struct wl_ref **);
/*
 * => the text begins with lines of this rule: as many references as it wants to
 *    be sure, or all that are there, and nothing wrong among them
 */
bool	wl_reftext_detect(const struct wl_refrule *, const char *, size_t);

#endif /* WL_REF_TEXT_H */
