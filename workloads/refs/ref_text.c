/*
 * Streaming decoder of formats of one reference a line.
 *
 * References are gathered as long as there are whole lines in the buffer and
 * room for them, and as long as they are of one process: the line that changes
 * it is read again for the next batch.  What is wrong with a line is told when
 * all before it has been returned.
 */
#include "ref_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pmap/types.h"

#define ROOM 2048 /* references returned at once */
#define BUFFER ((size_t)WL_REFTEXT_LINE)

/* ----------------------------------------------------------- one line ---- */

bool
wl_scan_wrong(struct wl_scan *c, const char *expected)
{
	c->expected = expected;
	return false;
}

bool
wl_scan_text(struct wl_scan *c, const char *text)
{
	const char *s = text;

	for (; *s != '\0'; s++, c->at++)
		if (c->at == c->len || c->s[c->at] != *s)
			return wl_scan_wrong(c, text);
	return true;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
wl_scan_hex(struct wl_scan *c, uint64_t *out)
{
	const size_t from = c->at;
	int digit;

	*out = 0;
	for (; c->at < c->len && (digit = hex(c->s[c->at])) >= 0; c->at++) {
		if (c->at - from == 16)
			return wl_scan_wrong(c,
			    "16 hexadecimal digits at most");
		*out = *out << 4 | (unsigned)digit;
	}
	return c->at > from || wl_scan_wrong(c, "an address in hexadecimal");
}

bool
wl_scan_address(struct wl_scan *c, uint64_t *out)
{
	if (c->len - c->at >= 2 && c->s[c->at] == '0' &&
	    (c->s[c->at + 1] | 0x20) == 'x')
		c->at += 2;
	return wl_scan_hex(c, out);
}

bool
wl_scan_decimal(struct wl_scan *c, uint64_t *out)
{
	const size_t from = c->at;
	unsigned digit;

	*out = 0;
	for (; c->at < c->len; c->at++) {
		digit = (unsigned)c->s[c->at] - '0';
		if (digit > 9)
			break;
		if (*out > (UINT64_MAX - digit) / 10)
			return wl_scan_wrong(c, "a number below 2^64");
		*out = *out * 10 + digit;
	}
	return c->at > from || wl_scan_wrong(c, "a decimal number");
}

bool
wl_scan_blanks(struct wl_scan *c)
{
	while (c->at < c->len && (c->s[c->at] == ' ' || c->s[c->at] == '\t'))
		c->at++;
	return true;
}

bool
wl_scan_end(struct wl_scan *c)
{
	return c->at == c->len || wl_scan_wrong(c, "the end of the line");
}

bool
wl_scan_is_comment(const struct wl_scan *c)
{
	struct wl_scan blanks = *c;

	(void)wl_scan_blanks(&blanks);
	return blanks.at == c->len || c->s[blanks.at] == '#';
}

/* A line of [s, nl), with care. */
static enum wl_refline
with_care(struct wl_reftext *t, const char *s, const char *nl,
    struct wl_ref *ref)
{
	struct wl_scan scan = { .s = s, .len = (size_t)(nl - s) };
	enum wl_refline what;

	if (scan.len > 0 && nl[-1] == '\r')
		scan.len--;
	*ref = (struct wl_ref){ .size = 1, .kind = WL_REF_LOAD };
	what = t->rule->line(t, &scan, ref);
	if (what == WL_REFLINE_BAD) {
		t->column = scan.at + 1;
		t->expected = scan.expected;
	}
	return what;
}

/* ------------------------------------------------------------- detect ---- */

/* => references before the first bad line, `sure' at most; 0: there is none */
static unsigned
good_lines(struct wl_reftext *t, const char *text, size_t len)
{
	const char *end = text + len, *nl;
	struct wl_ref ref;
	unsigned n = 0;

	for (; text < end && n < t->rule->sure; text = nl + 1) {
		nl = memchr(text, '\n', (size_t)(end - text));
		if (nl == NULL && n > 0)
			return n; /* perhaps part of a line */
		if (nl == NULL)
			nl = end;
		switch (with_care(t, text, nl, &ref)) {
		case WL_REFLINE_REF: n++; break;
		case WL_REFLINE_SKIP: break;
		case WL_REFLINE_BAD: return 0;
		}
	}
	return n;
}

static bool
make_state(struct wl_reftext *t, const struct wl_refrule *rule)
{
	t->rule = rule;
	if (rule->state > 0)
		t->state = calloc(1, rule->state);
	return rule->state == 0 || t->state != NULL;
}

static void
drop_state(struct wl_reftext *t)
{
	if (t->rule->fini != NULL && t->state != NULL)
		t->rule->fini(t->state);
	free(t->state);
	t->state = NULL;
}

bool
wl_is_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' && text[i] != '\n' &&
		    text[i] != '\r' && text[i] != '\t')
			return false;
	return true;
}

bool
wl_reftext_detect(const struct wl_refrule *rule, const char *text, size_t len)
{
	struct wl_reftext t = { .rule = NULL };
	bool good;

	if (!wl_is_text(text, len))
		return false;
	good = make_state(&t, rule) && good_lines(&t, text, len) > 0;
	drop_state(&t);
	return good;
}

/* ------------------------------------------------------------- a file ---- */

bool
wl_reftext_open(struct wl_refsource *s)
{
	struct wl_reftext *t = s->state = calloc(1, sizeof(*t));

	if (t == NULL)
		return false;
	t->mem = calloc(1, WL_REFTEXT_BEFORE + BUFFER + WL_REFTEXT_BEHIND);
	t->ref = malloc(ROOM * sizeof(*t->ref));
	if (!make_state(t, s->format->rule) || t->mem == NULL || t->ref == NULL)
		return false;
	t->buf = t->mem + WL_REFTEXT_BEFORE;
	return true;
}

void
wl_reftext_close(struct wl_refsource *s)
{
	struct wl_reftext *t = s->state;

	if (t == NULL)
		return;
	drop_state(t);
	free(t->mem);
	free(t->ref);
	free(t);
	s->state = NULL;
}

/* More text behind the part of a line that is left. */
static void
refill(struct wl_refsource *s, struct wl_reftext *t)
{
	memmove(t->buf, t->buf + t->pos, t->len - t->pos);
	t->len -= t->pos;
	t->pos = 0;
	t->len += wl_input_read(s->in, t->buf + t->len, BUFFER - t->len);
	t->eof = t->len < BUFFER;
	if (t->eof && s->in->error[0] != '\0')
		t->cut = true;
}

/* More of the last line was to come. */
static void
break_off(struct wl_refsource *s, struct wl_reftext *t)
{
	t->cut = true;
	t->column = 0;
	if (s->in->error[0] == '\0')
		snprintf(s->in->error, sizeof(s->in->error),
		    "the last line has no newline");
}

/*
 * What is left is no whole line, and never will be.  A number that the end of
 * the trace cuts looks like another number, so that no reference is taken.
 */
static void
last_line(struct wl_refsource *s, struct wl_reftext *t)
{
	const char *text = t->buf + t->pos;

	t->pos = t->len;
	switch (with_care(t, text, t->buf + t->len, &t->ref[t->n])) {
	case WL_REFLINE_REF:
		if (t->eof) {
			break_off(s, t);
			return;
		}
		t->column = BUFFER + 1;
		t->expected = "the end of the line";
		return;
	case WL_REFLINE_SKIP:
		s->records++;
		s->skipped++;
		t->talking = !t->eof;
		if (t->eof && *text != '#')
			break_off(s, t);
		return;
	case WL_REFLINE_BAD:
		if (t->eof)
			break_off(s, t);
	}
}

/* The rest of a long line that is skipped, as far as it is here. */
static void
skip_talk(struct wl_reftext *t)
{
	const char *text = t->buf + t->pos;
	const char *nl = memchr(text, '\n', t->len - t->pos);

	t->pos = nl != NULL ? (size_t)(nl + 1 - t->buf) : t->len;
	t->talking = nl == NULL && !t->eof;
}

/* One line, which ends at nl. => false: the batch ends before it */
static bool
one_line(struct wl_refsource *s, struct wl_reftext *t, const char *nl)
{
	switch (with_care(t, t->buf + t->pos, nl, &t->ref[t->n])) {
	case WL_REFLINE_REF:
		if (t->n > 0 && t->process != s->process)
			return false;
		s->process = t->process;
		t->n++;
		break;
	case WL_REFLINE_SKIP: s->skipped++; break;
	case WL_REFLINE_BAD: return false;
	}
	s->records++;
	t->pos = (size_t)(nl + 1 - t->buf);
	return true;
}

/* Usual lines, up to `end', behind a newline. */
static void
fast_lines(struct wl_refsource *s, struct wl_reftext *t, const char *end)
{
	size_t n = 0;
	const char *text = t->rule->fast(t->buf + t->pos, end, t->ref + t->n,
	    ROOM - t->n, &n);

	t->pos = (size_t)(text - t->buf);
	t->n += n;
	s->records += n;
}

/* Whole lines of the buffer. => false: the batch ends */
static bool
decode(struct wl_refsource *s, struct wl_reftext *t)
{
	const char *nl, *end;

	end = memrchr(t->buf + t->pos, '\n', t->len - t->pos);
	while (end != NULL && t->n < ROOM) {
		if (t->rule->fast != NULL)
			fast_lines(s, t, end + 1);
		if (t->n == ROOM || t->buf + t->pos > end)
			break;
		nl = memchr(t->buf + t->pos, '\n', t->len - t->pos);
		if (!one_line(s, t, nl))
			return false;
		if (nl == end)
			break;
	}
	return t->n == 0;
}

/* The first lines of a batch, or the end. => false: nothing more comes */
static bool
more(struct wl_refsource *s, struct wl_reftext *t)
{
	const size_t left = t->len - t->pos;

	if (t->talking && left > 0) {
		skip_talk(t);
		return true;
	}
	if (!t->eof && left < BUFFER) {
		refill(s, t);
		return true;
	}
	if (left == 0)
		return false;
	if (memchr(t->buf + t->pos, '\n', left) == NULL)
		last_line(s, t);
	return true;
}

static void
finish(struct wl_refsource *s, struct wl_reftext *t)
{
	if (t->column != 0) {
		snprintf(s->error, sizeof(s->error),
		    "%" PRIu64 ":%zu: expected %s", s->records + 1, t->column,
		    t->expected);
		return;
	}
	if (t->rule->whole != NULL && !t->rule->whole(t))
		t->cut = true;
	s->cut = t->cut;
}

size_t
wl_reftext_next(struct wl_refsource *s, const struct wl_ref **ref)
{
	struct wl_reftext *t = s->state;

	t->n = 0;
	while (t->column == 0 && t->n == 0) {
		if (!t->talking && !decode(s, t))
			break;
		if (t->n == 0 && t->column == 0 && !more(s, t))
			break;
	}
	if (t->n == 0)
		finish(s, t);
	*ref = t->ref;
	return t->n;
}
