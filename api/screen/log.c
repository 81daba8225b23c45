/*
 * What was said: a ring of lines, shown from its end, folded at the width of
 * the pane; and a page over the whole screen for what is longer.
 */
#include <stdlib.h>
#include <string.h>

#include "screen.h"

bool
screen_tap_open(struct screen_tap *t)
{
	t->fp = open_memstream(&t->text, &t->len);
	return t->fp != NULL;
}

void
screen_tap_close(struct screen_tap *t)
{
	if (t->fp != NULL)
		fclose(t->fp);
	free(t->text);
}

void
screen_log_free(struct screen *s)
{
	for (size_t i = 0; i < SCREEN_LINES; i++)
		free(s->line[i]);
}

void
screen_say(struct screen *s, const char *line)
{
	char **slot = &s->line[s->nlines % SCREEN_LINES];

	free(*slot);
	*slot = strdup(line);
	s->nlines++;
	s->scrolled = 0;
}

/*
 * What has been printed since the last rewind; behind it the buffer may still
 * have what was printed before.  => NULL: nothing
 */
static char *
printed(struct screen_tap *t)
{
	fflush(t->fp);
	if (t->len == 0)
		return NULL;
	t->text[t->len] = '\0';
	return t->text;
}

/* The lines of a tap, each given to the log. => how many */
static size_t
pour(struct screen *s, struct screen_tap *t)
{
	char *line, *at = printed(t);
	size_t n = 0;

	while (at != NULL && *at != '\0') {
		line = strsep(&at, "\n");
		screen_say(s, line);
		n++;
	}
	rewind(t->fp);
	return n;
}

/* The first complaint is the message, without the name of the program. */
static void
complain(struct screen *s)
{
	const char *text = printed(&s->err);

	if (text == NULL)
		return;
	snprintf(s->message, sizeof(s->message), "%.*s",
	    (int)strcspn(text, "\n"), text);
	s->bad = true;
}

size_t
screen_hear(struct screen *s)
{
	size_t n = pour(s, &s->out);

	complain(s);
	return n + pour(s, &s->err);
}

static const char *
line_of(const struct screen *s, size_t i)
{
	const char *line = s->line[i % SCREEN_LINES];

	return line != NULL ? line : "";
}

static size_t
rows_of(const char *line, int width)
{
	size_t len = strlen(line);

	return len == 0 ? 1 : (len + (size_t)width - 1) / (size_t)width;
}

/* No further back than that the first line kept stands at the top. */
static void
keep_in_view(struct screen *s, size_t first, const struct screen_pane *p)
{
	const size_t room = (size_t)p->h - 1;
	size_t rows = 0;

	for (size_t i = first; i < s->nlines; i++)
		rows += rows_of(line_of(s, i), p->w);
	if (s->scrolled > 0 && s->scrolled + room > rows)
		s->scrolled = rows > room ? rows - room : 0;
}

void
screen_draw_log(struct screen *s, const struct screen_pane *p)
{
	const size_t kept = s->nlines < SCREEN_LINES ? s->nlines : SCREEN_LINES;
	const size_t first = s->nlines - kept;
	size_t back;
	int row = p->h;

	keep_in_view(s, first, p);
	back = s->scrolled;
	for (size_t i = s->nlines; i > first && row > 1; i--) {
		const char *line = line_of(s, i - 1);
		size_t rows = rows_of(line, p->w);

		for (size_t r = rows; r > 0 && row > 1; r--) {
			if (back > 0) {
				back--;
				continue;
			}
			screen_put(p, --row,
			    i == s->nlines ? INK_TITLE : INK_PLAIN, "%s",
			    line + (r - 1) * (size_t)p->w);
		}
	}
	screen_rule(p, 0, s->scrolled > 0 ? "said, %zu rows back" : "said",
	    s->scrolled);
}

/* ------------------------------------------------------------ pages ---- */

static void
draw_page(struct screen *s, size_t from, size_t top, const char *title)
{
	const struct screen_pane p = { 0, 0, LINES, COLS };

	erase();
	screen_rule(&p, 0, "%s", title);
	for (int row = 1; row < LINES - 1; row++)
		if (from + top + (size_t)row - 1 < s->nlines)
			screen_put(&p, row, INK_PLAIN, "%s",
			    line_of(s, from + top + (size_t)row - 1));
	screen_put(&p, LINES - 1, INK_HERE,
	    " Up Down PgUp PgDn: more   any other key: back ");
	refresh();
}

void
screen_page(struct screen *s, size_t lines, const char *title)
{
	const size_t from = s->nlines - lines;
	size_t top = 0, rows, last;
	int key;

	for (;;) {
		rows = LINES > 2 ? (size_t)LINES - 2 : 1;
		last = lines > rows ? lines - rows : 0;
		top = top < last ? top : last;
		draw_page(s, from, top, title);
		key = screen_getch();
		if (key == KEY_DOWN)
			top++;
		else if (key == KEY_UP)
			top -= top > 0;
		else if (key == KEY_NPAGE || key == ' ')
			top += rows;
		else if (key == KEY_PPAGE)
			top -= top < rows ? top : rows;
		else if (key != KEY_RESIZE)
			return;
	}
}
