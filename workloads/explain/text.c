/*
 * Lines of a story, their facts, and how they are written.
 *
 * Texts and facts stand one behind the other in one buffer that is used again
 * for each operation; facts are added to the line told last, which is the end
 * of the buffer.  Where memory for a line is missing, it is counted as lost.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "sim/json.h"
#include "workloads/script/exec.h"

#define WIDTH 79
#define FOR_BRIEF 512
#define ROW 6 /* lines of one step that the short chain has in a row */

/* => room for n more bytes of text */
static bool
room(struct wl_story *s, size_t n)
{
	size_t size = s->size != 0 ? s->size : 4096;
	char *p;

	while (size - s->len < n)
		size *= 2;
	if (size == s->size)
		return true;
	p = realloc(s->buf, size);
	s->nomem |= p == NULL;
	if (p == NULL)
		return false;
	s->buf = p;
	s->size = size;
	return true;
}

/* The last lines are kept for the short chain. */
static bool
room_for_line(struct wl_story *s, bool brief)
{
	unsigned max = s->maxlines != 0 ? 2 * s->maxlines : 64;
	void *p;

	if (s->nlines >= WL_STORY_MAXLINES - (brief ? 0 : FOR_BRIEF))
		return false;
	if (s->nlines < s->maxlines)
		return true;
	p = realloc(s->line, max * sizeof(*s->line));
	s->nomem |= p == NULL;
	if (p == NULL)
		return false;
	s->line = p;
	s->maxlines = max;
	return true;
}

/* Format at the end of the buffer, its NUL included. => false: no memory */
__attribute__((format(printf, 2, 0))) static bool
append(struct wl_story *s, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || !room(s, (size_t)n + 2))
		return false;
	vsnprintf(s->buf + s->len, (size_t)n + 1, fmt, ap);
	s->len += (size_t)n + 1;
	return true;
}

void
story_tell(struct wl_story *s, bool brief, const char *step, const char *fmt,
    ...)
{
	struct story_line l = { .step = step,
		.text = s->len,
		.brief = brief,
		.muted = s->muted };
	va_list ap;

	va_start(ap, fmt);
	s->kept = room_for_line(s, brief && !s->muted) && append(s, fmt, ap);
	va_end(ap);
	if (!s->kept) {
		s->lost++;
		s->lost_brief += brief && !s->muted;
		return;
	}
	l.facts = s->len;
	s->buf[s->len++] = '\0';
	s->line[s->nlines++] = l;
}

bool
story_loud(struct wl_story *s)
{
	const bool was = s->muted;

	s->muted = false;
	return was;
}

void
story_unmute(struct wl_story *s, unsigned i)
{
	s->muted = false;
	for (; i < s->nlines; i++)
		s->line[i].muted = false;
}

void
story_only_brief(struct wl_story *s)
{
	if (s->kept)
		s->line[s->nlines - 1].only_brief = true;
}

static bool
is_brief(const struct story_line *l)
{
	return l->brief && !l->muted;
}

/* -------------------------------------------------------------- facts ---- */

static void __attribute__((format(printf, 2, 3)))
fact(struct wl_story *s, const char *fmt, ...)
{
	bool first = s->len > 1 && s->buf[s->len - 2] == '\0';
	size_t len = s->len;
	va_list ap;

	s->len--; /* over the NUL */
	if (!first)
		s->buf[s->len++] = ',';
	va_start(ap, fmt);
	if (!append(s, fmt, ap)) {
		s->len = len;
		s->buf[len - 1] = '\0';
	}
	va_end(ap);
}

void
story_fact(struct wl_story *s, const char *key, uint64_t v)
{
	if (s->kept)
		fact(s, "\"%s\":%" PRIu64, key, v);
}

void
story_fact_change(struct wl_story *s, const char *key, uint64_t from,
    uint64_t to)
{
	if (s->kept)
		fact(s, "\"%s\":%" PRId64, key, (int64_t)(to - from));
}

void
story_fact_address(struct wl_story *s, const char *key, uint64_t v)
{
	if (s->kept)
		fact(s, "\"%s\":\"0x%" PRIx64 "\"", key, v);
}

/* What stands within a string of JSON. */
static void
json_text(const char *text, char *buf, size_t len)
{
	char piece[SIM_JSON_PIECE];
	size_t at = 0;

	buf[0] = '\0';
	while (*text != '\0') {
		(void)sim_json_piece(&text, NULL, piece);
		story_add(buf, len, &at, "%s", piece);
	}
}

void
story_fact_text(struct wl_story *s, const char *key, const char *v)
{
	char text[6 * STORY_TEXT + 1];

	json_text(v, text, sizeof(text));
	if (s->kept)
		fact(s, "\"%s\":\"%s\"", key, text);
}

void
story_fact_event(struct wl_story *s, const struct vm_event *ev)
{
	char text[STORY_TEXT];
	char *from, *end;

	(void)sim_event_json(s->m, ev, text, sizeof(text));
	from = strchr(text, ',');
	end = strrchr(text, '}');
	if (!s->kept || from == NULL || end == NULL)
		return;
	*end = '\0';
	fact(s, "%s", from + 1);
}

void
story_add(char *buf, size_t len, size_t *at, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (*at + 1 >= len)
		return;
	va_start(ap, fmt);
	n = vsnprintf(buf + *at, len - *at, fmt, ap);
	va_end(ap);
	if (n > 0)
		*at += (size_t)n < len - *at ? (size_t)n : len - *at - 1;
}

const char *
story_size(uint64_t bytes, char buf[32])
{
	wl_size_text(bytes, buf, 32);
	return buf;
}

/* ------------------------------------------------------------ reading ---- */

unsigned
wl_story_nlines(const struct wl_story *s)
{
	return s->nlines;
}

bool
wl_story_nomem(const struct wl_story *s)
{
	return s->nomem;
}

uint64_t
wl_story_lost(const struct wl_story *s)
{
	return s->lost;
}

bool
wl_story_line(const struct wl_story *s, unsigned i, struct wl_line *l)
{
	if (i >= s->nlines)
		return false;
	*l = (struct wl_line){ .step = s->line[i].step,
		.text = s->buf + s->line[i].text,
		.facts = s->buf + s->line[i].facts,
		.brief = is_brief(&s->line[i]) };
	return true;
}

/* ----------------------------------------------------------- printing ---- */

/* "NN. text", filled to the width, continued under the text. */
static void
put_line(FILE *fp, unsigned number, const char *text)
{
	size_t column = (size_t)fprintf(fp, "%4u.", number), n;

	for (;;) {
		text += strspn(text, " ");
		n = strcspn(text, " ");
		if (n == 0)
			break;
		if (column + 1 + n > WIDTH)
			column = (size_t)fprintf(fp, "\n     ") - 1;
		column += (size_t)fprintf(fp, " %.*s", (int)n, text);
		text += n;
	}
	putc('\n', fp);
}

/* Brief lines from i on that tell of the same step, the others between them
 * passed over. */
static unsigned
row_of(const struct wl_story *s, unsigned i)
{
	const char *step = s->line[i].step;
	unsigned n = 0;

	for (; i < s->nlines; i++)
		if (is_brief(&s->line[i])) {
			if (strcmp(s->line[i].step, step) != 0)
				break;
			n++;
		}
	return n;
}

static void
print_brief(const struct wl_story *s, FILE *fp)
{
	unsigned number = 0, in_row = 0, row = 0;
	const char *step = "";

	for (unsigned i = 0; i < s->nlines; i++) {
		if (!is_brief(&s->line[i]))
			continue;
		if (strcmp(s->line[i].step, step) != 0) {
			step = s->line[i].step;
			in_row = 0;
			row = row_of(s, i);
		}
		if (row <= ROW || in_row < ROW - 1)
			put_line(fp, ++number, s->buf + s->line[i].text);
		else if (in_row == ROW - 1)
			fprintf(fp, "      and %u more of that kind\n",
			    row - in_row);
		in_row++;
	}
}

static void
print_full(const struct wl_story *s, FILE *fp)
{
	unsigned number = 0;

	for (unsigned i = 0; i < s->nlines; i++)
		if (!s->line[i].only_brief)
			put_line(fp, ++number, s->buf + s->line[i].text);
}

void
wl_story_print(const struct wl_story *s, FILE *fp, bool full)
{
	if (full)
		print_full(s, fp);
	else
		print_brief(s, fp);
	if (full ? s->lost > 0 : s->lost_brief > 0)
		fprintf(fp, "      and %" PRIu64 " more\n",
		    full ? s->lost : s->lost_brief);
}

void
wl_story_json(const struct wl_story *s, FILE *fp, bool full)
{
	const char *comma = "";
	struct wl_line l;

	putc('[', fp);
	for (unsigned i = 0; wl_story_line(s, i, &l); i++) {
		char text[6 * 2 * STORY_TEXT + 1];

		if (full ? s->line[i].only_brief : !l.brief)
			continue;
		json_text(l.text, text, sizeof(text));
		fprintf(fp, "%s{\"step\":\"%s\",\"text\":\"%s\"%s%s}", comma,
		    l.step, text, l.facts[0] != '\0' ? "," : "", l.facts);
		comma = ",";
	}
	putc(']', fp);
}
