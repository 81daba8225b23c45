/*
 * Streaming decoder of lackey traces.
 *
 *	input --> buf: |text not decoded yet ........|..room..|
 *	               |-- run 0 --|-- run 1 --| part of a line
 *	                    |           |
 *	                 part[0]     part[1]      returned one after the other
 *
 * Text is taken in windows of some 16 KB, which with the references decoded
 * from them stay in the host's first-level cache.  A window is cut in two at
 * the line nearest to its middle, and both halves are decoded together
 * (lackey_fast.c); lines that the fast decoder leaves are looked at one by one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lackey.h"

#define WINDOW ((size_t)16 << 10)
#define BUFFER ((size_t)64 << 10)
#define SHORTEST 7 /* bytes of a line: "I  1,1" */
#define PARTREFS (WINDOW / SHORTEST + 2)

/* ----------------------------------------------------------- one line ---- */

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const struct {
	char text[4];
	uint32_t kind;
} kinds[] = {
	{ "I  ", WL_REF_FETCH },
	{ " L ", WL_REF_LOAD },
	{ " S ", WL_REF_STORE },
	{ " M ", WL_REF_MODIFY },
};

/* => length of the kind's characters, 3; less: they are none */
static size_t
get_kind(const char *s, size_t len, struct wl_ref *ref)
{
	size_t best = 0, n;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		for (n = 0; n < 3 && n < len && s[n] == kinds[i].text[n]; n++)
			continue;
		if (n > best)
			best = n;
		if (n == 3)
			ref->kind = kinds[i].kind;
	}
	return best;
}

/* Digits from s[at] on. => where they end; at the first wrong one, if any */
static size_t
get_address(const char *s, size_t len, size_t at, struct wl_ref *ref)
{
	size_t end = at;

	ref->va = 0;
	for (; end < len && end - at < 16 && hex(s[end]) >= 0; end++)
		ref->va = ref->va << 4 | (unsigned)hex(s[end]);
	return end;
}

static size_t
get_size(const char *s, size_t len, size_t at, struct wl_ref *ref)
{
	uint32_t digit;

	ref->size = 0;
	for (; at < len && (digit = (uint32_t)(s[at] - '0')) <= 9; at++) {
		if (ref->size * 10 + digit > WL_LACKEY_MAXSIZE)
			break;
		ref->size = ref->size * 10 + digit;
	}
	return at;
}

static bool
begins(const char *s, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(s, with, n) == 0;
}

/* What valgrind writes beside references. */
static bool
is_talk(const char *s, size_t len)
{
	static const char *const marks[] = { "==", "--", "**", "SB ",
		"SYSCALL[", " --> " };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (begins(s, len, marks[i]))
			return true;
	return len == 0;
}

enum wl_lackey_line
wl_lackey_line(const char *s, size_t len, struct wl_ref *ref, size_t *column,
    const char **expected)
{
	size_t at;

	if (len > 0 && s[len - 1] == '\r')
		len--;
	if (is_talk(s, len))
		return WL_LACKEY_SKIP;
	at = get_kind(s, len, ref);
	*expected = "\"I  \", \" L \", \" S \" or \" M \"";
	if (at == 3) {
		*expected = "an address of 1 to 16 hexadecimal digits";
		at = get_address(s, len, 3, ref);
	}
	if (at > 3 && (at == len || s[at] != ',')) {
		if (at < 19 && at < len)
			*expected = "a hexadecimal digit or a comma";
		else
			*expected = "a comma";
	} else if (at > 3) {
		size_t from = ++at;

		*expected = "a size from 1 to 65536";
		at = get_size(s, len, from, ref);
		if (at == len && ref->size > 0)
			return WL_LACKEY_REF;
		if (at == len)
			at = from;
		else if (at > from && ref->size > 0 &&
		    (s[at] < '0' || s[at] > '9'))
			*expected = "the end of the line";
	}
	*column = at + 1;
	return WL_LACKEY_BAD;
}

bool
wl_lackey_detect(const char *text, size_t len)
{
	static const char says[] = "== Lackey, ";
	const char *end = text + len, *nl;
	struct wl_ref ref;

	for (; text < end; text = nl + 1) {
		nl = memchr(text, '\n', (size_t)(end - text));
		if (nl == NULL)
			nl = end;
		len = (size_t)(nl - text);
		if (begins(text, len, "==")) {
			if (memmem(text, len, says, sizeof(says) - 1) != NULL)
				return true;
			continue;
		}
		if (get_kind(text, len, &ref) == 3)
			return nl == end || len < 4 || hex(text[3]) >= 0;
		return begins(text, len, "SB ") ||
		    begins(text, len, "SYSCALL[");
	}
	return false;
}

/* ------------------------------------------------------------- a part ---- */

/* One line with care. => false: it is bad, and the part ends before it */
static bool
with_care(struct wl_lackey_run *run, struct wl_lackey_part *part)
{
	size_t left = (size_t)(run->end - run->text), column;
	const char *nl = memchr(run->text, '\n', left), *expected;

	if (nl == NULL)
		nl = run->end; /* the last line of all */
	switch (wl_lackey_line(run->text, (size_t)(nl - run->text),
	    &run->ref[run->n], &column, &expected)) {
	case WL_LACKEY_REF: run->n++; break;
	case WL_LACKEY_SKIP: part->skipped++; break;
	case WL_LACKEY_BAD:
		part->column = column;
		part->expected = expected;
		run->text = run->end;
		return false;
	}
	run->text = nl < run->end ? nl + 1 : nl;
	return true;
}

static void
decode(struct wl_lackey_run run[2], struct wl_lackey_part part[2])
{
	bool fast = true;

	memset(part, 0, 2 * sizeof(*part));
	while (run[0].text < run[0].end || run[1].text < run[1].end) {
		if (fast)
			fast = wl_lackey_fast(&run[0], &run[1]);
		for (int i = 0; i < 2; i++)
			if (run[i].text < run[i].end)
				(void)with_care(&run[i], &part[i]);
	}
	for (int i = 0; i < 2; i++) {
		part[i].n = run[i].n;
		part[i].lines = part[i].skipped + run[i].n;
	}
}

/* ------------------------------------------------------------- a file ---- */

bool
wl_lackey_open_text(struct wl_lackey *l, const char *text, size_t len)
{
	*l = (struct wl_lackey){ .buf = text, .len = len, .eof = true };
	l->next = 2;
	l->ref = malloc(2 * PARTREFS * sizeof(*l->ref));
	return l->ref != NULL;
}

bool
wl_lackey_open(struct wl_lackey *l, struct wl_input *in)
{
	char *mem = calloc(1, WL_LACKEY_BEFORE + BUFFER + WL_LACKEY_BEHIND);

	if (mem == NULL || !wl_lackey_open_text(l, mem + WL_LACKEY_BEFORE, 0)) {
		free(mem);
		return false;
	}
	l->mem = mem;
	l->in = in;
	l->eof = false;
	return true;
}

void
wl_lackey_close(struct wl_lackey *l)
{
	free(l->mem);
	free(l->ref);
	memset(l, 0, sizeof(*l));
}

/* More text behind what is left, if that is less than `want'. */
static void
refill(struct wl_lackey *l, size_t want)
{
	char *buf = l->mem + WL_LACKEY_BEFORE;

	if (l->eof || l->len - l->pos >= want)
		return;
	memmove(buf, buf + l->pos, l->len - l->pos);
	l->len -= l->pos;
	l->pos = 0;
	l->len += wl_input_read(l->in, buf + l->len, BUFFER - l->len);
	l->eof = l->len < BUFFER;
	if (l->eof && l->in->error[0] != '\0')
		l->cut = true;
}

/* The rest of a long line that is skipped, as far as it is here. */
static void
skip_talk(struct wl_lackey *l)
{
	const char *s = l->buf + l->pos;
	const char *nl = memchr(s, '\n', l->len - l->pos);

	l->pos = nl != NULL ? (size_t)(nl + 1 - l->buf) : l->len;
	l->talking = nl == NULL && !l->eof;
}

/*
 * A line of which there is no end in the buffer: too long to be one of
 * lackey's, or the last one.
 */
static void
long_line(struct wl_lackey *l)
{
	struct wl_lackey_part *part = &l->part[0];
	struct wl_lackey_run run = { l->buf + l->pos, l->buf + l->len, l->ref,
		0 };

	memset(l->part, 0, sizeof(l->part));
	l->next = 0;
	l->pos = l->len;
	/* Where the data break off, more of the line was to come. */
	if (l->cut || (!with_care(&run, part) && l->eof)) {
		l->cut = true;
		part->column = 0;
	}
	part->n = run.n;
	part->lines = part->n + part->skipped;
	l->talking = !l->eof;
}

/* Where the whole lines of a window at s end; NULL: there is none */
static const char *
window_end(const char *s, size_t len)
{
	const char *nl = memrchr(s, '\n', len < WINDOW ? len : WINDOW);

	if (nl == NULL)
		nl = memchr(s, '\n', len);
	return nl != NULL ? nl + 1 : NULL;
}

/* Decode the next window. => false: there is nothing more */
static bool
window(struct wl_lackey *l)
{
	struct wl_lackey_run run[2];
	const char *s, *end, *middle;

	for (refill(l, WINDOW); l->talking; refill(l, WINDOW))
		skip_talk(l);
	if (window_end(l->buf + l->pos, l->len - l->pos) == NULL)
		refill(l, BUFFER);
	if (l->pos == l->len)
		return false;
	s = l->buf + l->pos;
	end = window_end(s, l->len - l->pos);
	if (end == NULL) {
		long_line(l);
		return true;
	}
	middle = memchr(s + (end - s) / 2, '\n', (size_t)(end - s + 1) / 2);
	run[0] = (struct wl_lackey_run){ s, middle + 1, l->ref, 0 };
	run[1] = (struct wl_lackey_run){ middle + 1, end, l->ref + PARTREFS,
		0 };
	decode(run, l->part);
	l->pos = (size_t)(end - l->buf);
	l->next = 0;
	return true;
}

size_t
wl_lackey_next(struct wl_lackey *l, const struct wl_ref **ref)
{
	struct wl_lackey_part *part;
	size_t n;

	while (l->error[0] == '\0' && (l->next < 2 || window(l))) {
		part = &l->part[l->next];
		l->lines += part->lines;
		l->skipped += part->skipped;
		part->lines = part->skipped = 0;
		n = part->n;
		part->n = 0;
		*ref = l->ref + l->next * PARTREFS;
		if (part->column == 0) {
			l->next++;
		} else if (n == 0) {
			l->column = part->column;
			snprintf(l->error, sizeof(l->error), "expected %s",
			    part->expected);
		}
		if (n > 0)
			return n;
	}
	return 0;
}
