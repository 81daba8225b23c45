/*
 * Keys: each is a command of the line mode, the beginning of one that is then
 * typed on, or something that concerns the drawing alone.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"

#define TYPED 200 /* bytes of a command */
#define EVENTS 6  /* of a step that are told at once */
#define ESC 27
#define CTRL(c) ((c)&31)

enum shown { IN_LOG, ON_PAGE }; /* where the output goes */

struct key {
	int code;
	const char *command; /* or its beginning */
	bool typed;          /* it is typed on */
	enum shown shown;
	void (*act)(struct screen *); /* command NULL: this */
	const char *help;             /* NULL: as the row above */
};

static void scroll_back(struct screen *);
static void scroll_on(struct screen *);
static void next_process(struct screen *);
static void follow(struct screen *);
static void next_entry(struct screen *);
static void previous_entry(struct screen *);
static void next_page(struct screen *);
static void previous_page(struct screen *);
static void next_side(struct screen *);
static void all_keys(struct screen *);

static const struct key keys[] = {
	{ 'n', "next", false, IN_LOG, NULL, "n Space Right  next operation" },
	{ ' ', "next", false, IN_LOG, NULL, NULL },
	{ KEY_RIGHT, "next", false, IN_LOG, NULL, NULL },
	{ 'b', "back", false, IN_LOG, NULL, "b Left         undo it" },
	{ KEY_LEFT, "back", false, IN_LOG, NULL, NULL },
	{ KEY_BACKSPACE, "back", false, IN_LOG, NULL, NULL },
	{ 127, "back", false, IN_LOG, NULL, NULL },
	{ KEY_NPAGE, "goto +10", false, IN_LOG, NULL,
	    "PgDn PgUp      ten operations on, back" },
	{ KEY_PPAGE, "goto -10", false, IN_LOG, NULL, NULL },
	{ KEY_HOME, "goto start", false, IN_LOG, NULL,
	    "Home End       beginning, end of the run" },
	{ KEY_END, "goto end", false, IN_LOG, NULL, NULL },
	{ 'f', "until fault", false, IN_LOG, NULL,
	    "f F            next, previous page fault" },
	{ 'F', "before fault", false, IN_LOG, NULL, NULL },
	{ 'x', "until failure", false, IN_LOG, NULL,
	    "x X            next, previous failure" },
	{ 'X', "before failure", false, IN_LOG, NULL, NULL },
	{ 'v', "until ", true, IN_LOG, NULL,
	    "v V            next, previous time of an event or a state" },
	{ 'V', "before ", true, IN_LOG, NULL, NULL },
	{ 'w', "when ", true, IN_LOG, NULL,
	    "w              first time of all: \"when sh buf dirty\"" },
	{ 'r', "run ", true, IN_LOG, NULL,
	    "r g            run to a line, go to an operation" },
	{ 'g', "goto ", true, IN_LOG, NULL, NULL },
	{ '/', "search ", true, IN_LOG, NULL,
	    "/              search the source" },
	{ 'e', "explain", false, ON_PAGE, NULL,
	    "e E            why it went so; in full" },
	{ 'E', "explain full", false, ON_PAGE, NULL, NULL },
	{ 'o', "events", false, ON_PAGE, NULL,
	    "o              events of the operation" },
	{ 'd', "diff", false, ON_PAGE, NULL,
	    "d              what is different from where one came" },
	{ 'i', "info", false, ON_PAGE, NULL,
	    "i              the run and the machine" },
	{ 's', "show ", true, ON_PAGE, NULL,
	    "s              show map, pages, queues, stats, ..." },
	{ 'D', "diverge", false, IN_LOG, NULL,
	    "D L            two sides: where they part; which one is told" },
	{ 'L', NULL, false, IN_LOG, next_side, NULL },
	{ ':', "", true, ON_PAGE, NULL,
	    ":              any command (help lists them)" },
	{ '\t', NULL, false, IN_LOG, next_process,
	    "Tab a          another process; who acts" },
	{ 'a', NULL, false, IN_LOG, follow, NULL },
	{ ']', NULL, false, IN_LOG, next_entry,
	    "] [ } {        next, previous entry; page" },
	{ '[', NULL, false, IN_LOG, previous_entry, NULL },
	{ '}', NULL, false, IN_LOG, next_page, NULL },
	{ '{', NULL, false, IN_LOG, previous_page, NULL },
	{ KEY_UP, NULL, false, IN_LOG, scroll_back,
	    "Up Down        scroll what was said" },
	{ KEY_DOWN, NULL, false, IN_LOG, scroll_on, NULL },
	{ '?', NULL, false, ON_PAGE, all_keys, "?              this page" },
	{ 'h', NULL, false, ON_PAGE, all_keys, NULL },
	{ 'q', "quit", false, IN_LOG, NULL, "q              leave" },
};

const char *
screen_hints(void)
{
	return "n next  b back  f fault  w when  e explain  d diff  : command"
	       "  Tab process  [ ] entry  ? keys  q quit";
}

/* ------------------------------------------------------------ commands ---- */

/* The events of the step just taken, the first few of a side. */
static void
tell_events(struct screen *s)
{
	const char *event;
	char line[240];

	for (int side = 0; side < WL_STEP_SIDES; side++)
		for (size_t i = 0; i < EVENTS; i++) {
			if (wl_step_history(s->step, side) == NULL ||
			    (event = wl_step_see_event(s->step, side, i)) ==
				NULL)
				break;
			snprintf(line, sizeof(line), "  - %s", event);
			screen_say(s, line);
		}
}

static bool
command(struct screen *s, const char *text, enum shown shown)
{
	size_t lines;
	bool on;

	s->message[0] = '\0';
	s->bad = false;
	on = cmd_step_do(s->stepping, text);
	lines = screen_hear(s);
	if (shown == IN_LOG)
		tell_events(s);
	if (lines > SCREEN_LINES)
		lines = SCREEN_LINES;
	if (on && !s->bad && shown == ON_PAGE && lines > 2)
		screen_page(s, lines, text);
	return on;
}

/* What is typed behind `begins'. => false: it was given up */
static bool
type(struct screen *s, const char *begins, char text[TYPED])
{
	size_t n = strlen(begins);
	int key = 0;

	memcpy(text, begins, n + 1);
	while (key != '\n' && key != KEY_ENTER) {
		screen_draw(s);
		mvprintw(LINES - 2, 0, ": %s", text);
		clrtoeol();
		curs_set(1);
		key = screen_getch();
		curs_set(0);
		if (key == ESC || key == CTRL('c') || key == ERR)
			return false;
		if (key >= ' ' && key <= '~' && n + 1 < TYPED)
			text[n++] = (char)key;
		else if ((key == KEY_BACKSPACE || key == 127 || key == '\b') &&
		    n > 0)
			n--;
		else if (key == CTRL('u'))
			n = 0;
		text[n] = '\0';
	}
	return n > 0;
}

/* ------------------------------------------------------------ looking ---- */

static void
scroll_back(struct screen *s)
{
	s->scrolled++;
}

static void
scroll_on(struct screen *s)
{
	s->scrolled -= s->scrolled > 0;
}

static void
next_process(struct screen *s)
{
	struct machine *m = wl_history_machine(wl_step_history(s->step, 0));
	const int now = screen_process(s, 0);
	struct process *p, *next;
	bool found = false;

	s->pid = 0;
	HASH_ITER(hh, m->procs, p, next) {
		if (p == m->kernel || p->vmspace == NULL)
			continue;
		if (s->pid == 0 || found)
			s->pid = p->pid;
		if (found)
			return;
		found = p->pid == now;
	}
}

static void
follow(struct screen *s)
{
	s->pid = 0;
	s->chosen = false;
}

/* The entry `by' mapped ones behind the one that is looked at. */
static void
another_entry(struct screen *s, int by)
{
	const vaddr_t va = screen_address(s, 0);
	struct wl_step_piece *piece;
	size_t n = wl_step_see_space(s->step, 0, screen_process(s, 0), &piece);
	vaddr_t to = va;

	for (size_t i = 0; i < n; i++) {
		if (!piece[i].mapped)
			continue;
		if (by < 0 && piece[i].end <= va)
			to = piece[i].start;
		if (by > 0 && piece[i].start > va) {
			to = piece[i].start;
			break;
		}
	}
	free(piece);
	s->va = to;
	s->chosen = true;
}

static void
next_entry(struct screen *s)
{
	another_entry(s, 1);
}

static void
previous_entry(struct screen *s)
{
	another_entry(s, -1);
}

static void
another_page(struct screen *s, int by)
{
	const struct machine *m = wl_history_machine(
	    wl_step_history(s->step, 0));
	const vaddr_t size = (vaddr_t)1 << m->config.arch->page_shift;

	s->va = screen_address(s, 0) / size * size +
	    (by > 0 ? size : (vaddr_t)0 - size);
	s->chosen = true;
}

static void
next_page(struct screen *s)
{
	another_page(s, 1);
}

static void
previous_page(struct screen *s)
{
	another_page(s, -1);
}

static void
next_side(struct screen *s)
{
	static const char *const sides[] = { "side left", "side right",
		"side both" };

	if (wl_step_history(s->step, 1) == NULL) {
		snprintf(s->message, sizeof(s->message),
		    "there is one side; --beside gives another");
		return;
	}
	s->side = (s->side + 1) % 3;
	command(s, sides[s->side], IN_LOG);
}

static void
all_keys(struct screen *s)
{
	size_t lines = 0;

	for (size_t i = 0; i < NELEM(keys); i++)
		if (keys[i].help != NULL) {
			screen_say(s, keys[i].help);
			lines++;
		}
	screen_page(s, lines, "keys");
}

/* ------------------------------------------------------------ keys ---- */

/* The wheel of a mouse goes back and forth in time. */
static bool
mouse(struct screen *s)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return true;
	return command(s, event.bstate & BUTTON4_PRESSED ? "back" : "next",
	    IN_LOG);
}

bool
screen_key(struct screen *s, int code)
{
	char text[TYPED];

	if (code == KEY_MOUSE)
		return mouse(s);
	for (size_t i = 0; i < NELEM(keys); i++) {
		const struct key *k = &keys[i];

		if (k->code != code)
			continue;
		if (k->command == NULL) {
			k->act(s);
			return true;
		}
		if (!k->typed)
			return command(s, k->command, k->shown);
		return !type(s, k->command, text) || command(s, text, k->shown);
	}
	return code != ERR;
}
