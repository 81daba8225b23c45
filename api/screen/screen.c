/*
 * The screen's life: terminal, streams, the loop of keys.
 *
 * SIGINT stays blocked from the beginning to the end: while a command runs,
 * cmd_step_do() takes it to stop a long way.  While a key is waited for, ^C is
 * one that gives up what is typed; a signal that came when the way had just
 * ended is forgotten, lest it stops the next one.  The other signals that end a
 * program are ncurses' to handle: it gives the terminal back first.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "screen.h"

static const struct {
	short colour;
	attr_t with, without; /* colours */
} inks[INK_N] = {
	[INK_PLAIN] = { -1, 0, 0 },
	[INK_TITLE] = { -1, A_BOLD, A_BOLD },
	[INK_HERE] = { -1, A_REVERSE, A_REVERSE },
	[INK_NEXT] = { -1, A_BOLD, A_BOLD },
	[INK_BAD] = { COLOR_RED, A_BOLD, A_BOLD },
	[INK_FREE] = { -1, A_DIM, A_DIM },
	[INK_ANON] = { COLOR_CYAN, 0, 0 },
	[INK_FILE] = { COLOR_YELLOW, 0, 0 },
	[INK_TABLE] = { COLOR_MAGENTA, 0, 0 },
	[INK_WRITE] = { COLOR_CYAN, 0, 0 },
	[INK_EXEC] = { COLOR_GREEN, 0, 0 },
	[INK_DIM] = { -1, A_DIM, A_DIM },
};

void
screen_inks(bool colour)
{
	if (!colour || !has_colors() || start_color() == ERR)
		return;
	use_default_colors();
	for (int i = 1; i < INK_N; i++)
		init_pair((short)i, inks[i].colour, -1);
}

attr_t
screen_ink(enum screen_ink ink)
{
	short fg, bg;

	if (ink != INK_PLAIN && has_colors() &&
	    pair_content((short)ink, &fg, &bg) == OK && fg > 0)
		return (attr_t)COLOR_PAIR((short)ink) | inks[ink].with;
	return inks[ink].without;
}

/* On a long way: where it is, ten times a second at most. */
static void
moving(struct cmd_stepping *stepping, uint64_t at)
{
	struct timespec now;
	int64_t tenth;

	clock_gettime(CLOCK_MONOTONIC, &now);
	tenth = now.tv_sec * 10 + now.tv_nsec / 100000000;
	if (tenth == stepping->drawn)
		return;
	stepping->drawn = tenth;
	mvprintw(LINES - 2, 0, "operation %llu ... ^C stops",
	    (unsigned long long)at);
	clrtoeol();
	refresh();
}

int
screen_getch(void)
{
	static const struct timespec now;
	struct termios t = { 0 };
	sigset_t interrupt;
	cc_t sends;
	int key;

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	(void)tcgetattr(STDIN_FILENO, &t);
	sends = t.c_cc[VINTR];
	t.c_cc[VINTR] = _POSIX_VDISABLE;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &t);
	while (sigtimedwait(&interrupt, NULL, &now) == SIGINT)
		;
	key = getch();
	t.c_cc[VINTR] = sends;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &t);
	return key;
}

static void
loop(struct screen *s)
{
	bool on = true;

	wl_step_begin(s->step);
	screen_hear(s);
	while (on) {
		screen_draw(s);
		on = screen_key(s, screen_getch());
	}
}

/* => false: the terminal can do no such thing */
static bool
open_terminal(SCREEN **terminal)
{
	const char *no_color = getenv("NO_COLOR");

	*terminal = newterm(NULL, stdout, stdin);
	if (*terminal == NULL)
		return false;
	set_term(*terminal);
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	mousemask(BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	screen_inks(no_color == NULL || no_color[0] == '\0');
	return true;
}

int
cmd_step_screen(struct cmd_stepping *stepping,
    int (*open_run)(struct cmd_stepping *))
{
	struct screen *s = calloc(1, sizeof(*s));
	SCREEN *terminal = NULL;
	sigset_t interrupt, before;
	int status = CMD_FAIL;

	if (s == NULL || !screen_tap_open(&s->out) ||
	    !screen_tap_open(&s->err)) {
		status = cmd_fail(&stepping->cmd, "out of memory");
		goto out;
	}
	stepping->out = s->out.fp;
	stepping->err = s->err.fp;
	status = open_run(stepping);
	if (status != CMD_OK)
		goto out;
	if (!open_terminal(&terminal)) {
		status = cmd_fail(&stepping->cmd,
		    "the terminal %s cannot be drawn on; --plain has lines",
		    getenv("TERM") != NULL ? getenv("TERM") : "(no TERM)");
		goto out;
	}
	s->stepping = stepping;
	s->step = stepping->step;
	stepping->moving = moving;
	stepping->cmd.quiet = true; /* its progress is drawn here */
	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, &before);
	loop(s);
	endwin();
	delscreen(terminal);
	sigprocmask(SIG_SETMASK, &before, NULL);
out:
	wl_step_close(stepping->step);
	stepping->step = NULL;
	if (s != NULL) {
		screen_log_free(s);
		screen_tap_close(&s->out);
		screen_tap_close(&s->err);
	}
	free(s);
	return status;
}
