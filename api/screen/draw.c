/*
 * Drawing: the header, the source, the log, a block for each side, the message
 * and the keys.  The terminal may be any size; one that is too small says so.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"

#define LINELEN 400

static void
put_at(int y, int x, int width, attr_t attr, char *text)
{
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\t')
			*c = ' ';
		else if (*c < ' ' || *c > '~')
			*c = '?';
	attrset((int)attr);
	mvaddnstr(y, x, text, width);
	attrset(0);
}

void
screen_put(const struct screen_pane *p, int row, enum screen_ink ink,
    const char *fmt, ...)
{
	char text[LINELEN];
	va_list ap;

	if (row < 0 || row >= p->h || p->w <= 0)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put_at(p->y + row, p->x, p->w, screen_ink(ink), text);
}

void
screen_rule(const struct screen_pane *p, int row, const char *fmt, ...)
{
	char text[LINELEN];
	va_list ap;
	int n;

	if (row >= p->h || p->w <= 0)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put_at(p->y + row, p->x, p->w, screen_ink(INK_TITLE), text);
	n = (int)strlen(text) + 1;
	if (n < p->w)
		mvhline(p->y + row, p->x + n, '-', p->w - n);
}

int
screen_process(struct screen *s, int side)
{
	struct wl_history *h = wl_step_history(s->step, side);
	struct machine *m = wl_history_machine(h);
	const int acts = wl_history_done(h)->pid;
	struct process *p, *next;
	int first = 0;

	HASH_ITER(hh, m->procs, p, next) {
		if (p == m->kernel || p->vmspace == NULL)
			continue;
		if (p->pid == (s->pid != 0 ? s->pid : acts))
			return p->pid;
		if (first == 0)
			first = p->pid;
	}
	return first;
}

vaddr_t
screen_address(struct screen *s, int side)
{
	const struct wl_moment *mo = wl_history_done(
	    wl_step_history(s->step, side));

	if (!s->chosen && mo->access)
		s->va = mo->va;
	return s->va;
}

static void
draw_header(struct screen *s)
{
	const struct screen_pane p = { 0, 0, 1, COLS };
	struct wl_history *h = wl_step_history(s->step, 0);
	struct wl_step_memory mem;
	char text[LINELEN];
	int n;

	wl_step_see_memory(s->step, 0, &mem);
	n = snprintf(text, sizeof(text),
	    " %s   operation %" PRIu64 " of %" PRIu64 "%s   line %" PRIu32
	    "   clock %" PRIu64 ".%03" PRIu64 " us   faults %" PRIu64,
	    s->stepping->cmd.operand[0], wl_history_at(h), wl_history_known(h),
	    wl_history_ended(h) ? "" : " or more", wl_history_done(h)->line,
	    mem.clock / 1000, mem.clock % 1000, mem.faults);
	screen_put(&p, 0, INK_HERE, "%s%*s", text, n < COLS ? COLS - n : 0, "");
}

/* Lines around the one that was done; the next one is marked too. */
static void
draw_source(struct screen *s, const struct screen_pane *p)
{
	struct wl_history *h = wl_step_history(s->step, 0);
	const uint32_t all = wl_history_nlines(h);
	const struct wl_moment *mo = wl_history_done(h);
	const uint32_t done = mo->n > 0 ? mo->line : 0;
	const uint32_t next = wl_history_next_line(h);
	const uint32_t rows = (uint32_t)p->h - 1;
	uint32_t middle = done != 0 ? done : next, from = 1;

	screen_rule(p, 0, all > 0 ? "source" : "operation");
	if (all == 0) {
		screen_put(p, 1, INK_TITLE, "%s",
		    mo->n > 0 ? wl_history_moment(h)->text : "(none yet)");
		return;
	}
	if (middle > rows / 2)
		from = middle - rows / 2;
	if (from + rows > all)
		from = all > rows ? all - rows + 1 : 1;
	for (uint32_t i = 0; i < rows && from + i <= all; i++) {
		const uint32_t n = from + i;

		screen_put(p, (int)i + 1,
		    n == done     ? INK_HERE :
			n == next ? INK_NEXT :
				    INK_PLAIN,
		    "%s%4" PRIu32 " %s",
		    n == done     ? "=>" :
			n == next ? " >" :
				    "  ",
		    n, wl_history_line(h, n));
	}
}

static void
draw_sides(struct screen *s, const struct screen_pane *right)
{
	const int sides = wl_step_history(s->step, 1) != NULL ? 2 : 1;
	struct screen_pane p = *right;

	p.h = right->h / sides;
	for (int side = 0; side < sides; side++) {
		p.y = right->y + side * p.h;
		screen_draw_side(s, side, &p);
	}
}

void
screen_draw(struct screen *s)
{
	const int body = LINES - 3, left = COLS / 2 - 1;
	const struct screen_pane foot = { LINES - 2, 0, 2, COLS };
	struct screen_pane p = { 1, 0, body * 2 / 5, left };

	erase();
	if (LINES < SCREEN_MINROWS || COLS < SCREEN_MINCOLS) {
		const struct screen_pane all = { 0, 0, LINES, COLS };

		screen_put(&all, 0, INK_BAD, "%dx%d is too small: %dx%d", COLS,
		    LINES, SCREEN_MINCOLS, SCREEN_MINROWS);
		refresh();
		return;
	}
	draw_header(s);
	draw_source(s, &p);
	p.y += p.h;
	p.h = body - p.h;
	screen_draw_log(s, &p);
	mvvline(1, left, '|', body);
	p = (struct screen_pane){ 1, left + 1, body, COLS - left - 1 };
	draw_sides(s, &p);
	screen_put(&foot, 0, s->bad ? INK_BAD : INK_PLAIN, "%s", s->message);
	screen_put(&foot, 1, INK_DIM, "%s", screen_hints());
	refresh();
}
