/*
 * The line of progress.  The rate is that of the whole reading, so that it does
 * not jump; the time left is what the rest takes at the pace of all before.
 *
 * The clock is asked at most once in a few updates: after each look the number
 * of updates until the next one is chosen so that some ten milliseconds lie
 * between.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "progress.h"

#define FIRST 500 /* ms until the line appears */
#define AGAIN 100 /* ms between two drawings */
#define SOON 10   /* ms between two looks at the clock, about */

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void
cmd_progress_begin(struct cmd_progress *p, const struct cmd *cmd,
    const char *unit, uint64_t total)
{
	const char *term = getenv("TERM");

	memset(p, 0, sizeof(*p));
	if (cmd->quiet || !isatty(STDERR_FILENO))
		return;
	p->name = cmd->name;
	p->unit = unit;
	p->total = total;
	p->begun = p->drawn = now_ms();
	p->dumb = term == NULL || strcmp(term, "dumb") == 0;
	p->skip = 1;
}

/* ---------------------------------------------------------------- text ---- */

/* 999, 12.3K, 4.5M, 6.7G: three digits and a letter */
static const char *
short_number(double v, char buf[16])
{
	static const char letters[] = " KMGTPEZY";
	size_t i = 0;

	for (; v >= (i == 0 ? 1000 : 999.5) && i + 1 < sizeof(letters) - 1; i++)
		v /= 1000;
	if (i == 0)
		snprintf(buf, 16, "%.0f", floor(v));
	else
		snprintf(buf, 16, "%.*f%c",
		    v < 9.995     ? 2 :
			v < 99.95 ? 1 :
				    0,
		    v, letters[i]);
	return buf;
}

static const char *
duration(double seconds, char buf[16])
{
	const uint64_t all = seconds < 360000 ? (uint64_t)seconds : 360000;
	const unsigned h = (unsigned)(all / 3600),
		       m = (unsigned)(all / 60 % 60), s = (unsigned)(all % 60);

	if (h >= 100)
		snprintf(buf, 16, "days");
	else if (h > 0)
		snprintf(buf, 16, "%u:%02u:%02u", h, m, s);
	else
		snprintf(buf, 16, "%u:%02u", m, s);
	return buf;
}

void
cmd_progress_text(const struct cmd_progress *p, uint64_t at, uint64_t count,
    uint64_t ms, char *buf, size_t len)
{
	char a[16], b[16], left[32] = "", share[8] = "";
	double rest;

	if (at > p->total)
		at = p->total;
	if (p->total > 0) {
		snprintf(share, sizeof(share), "%3.0f%%  ",
		    (double)at * 100 / (double)p->total);
		rest = (double)(p->total - at) * (double)ms /
		    (double)(at > 0 ? at : 1) / 1000;
		if (at > 0)
			snprintf(left, sizeof(left), "  %s left",
			    duration(rest, a));
	}
	snprintf(buf, len, "%s%s %s  %s/s%s%s%s", share,
	    short_number((double)count, a), p->unit,
	    short_number((double)(count - p->base) * 1000 /
		    (double)(ms > 0 ? ms : 1),
		b),
	    left, p->note[0] != '\0' ? "  " : "", p->note);
}

/* ------------------------------------------------------------- drawing ---- */

static size_t
columns(void)
{
	struct winsize w;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 1 ?
	    w.ws_col - 1u :
	    79;
}

/* The text takes the place of what stood in the line. */
static void
put(const struct cmd_progress *p, const char *text)
{
	const size_t width = columns();

	if (p->dumb)
		fprintf(stderr, "\r%-*.*s\r", (int)width, (int)width, text);
	else
		fprintf(stderr, "\r\033[K%.*s", (int)width, text);
	fflush(stderr);
}

bool
cmd_progress_due(struct cmd_progress *p)
{
	return p->name != NULL && ++p->calls >= p->skip;
}

/* So many updates from now on the clock is looked at again. */
static void
pace(struct cmd_progress *p, uint64_t now)
{
	const uint64_t passed = now - p->begun;

	if (passed < SOON && p->skip < 1024)
		p->skip *= 2;
	else if (now - p->drawn > 2 * (uint64_t)AGAIN && p->skip > 1)
		p->skip /= 2;
	p->calls = 0;
}

/* It is read another time. */
static void
begin_again(struct cmd_progress *p, uint64_t at, uint64_t count, uint64_t now)
{
	if (at < p->at) {
		p->base = count < p->count ? 0 : p->count;
		p->begun = now;
	}
	p->at = at;
	p->count = count;
}

void
cmd_progress_update(struct cmd_progress *p, uint64_t at, uint64_t count)
{
	char line[256], text[200];
	uint64_t now;

	if (p->name == NULL || p->calls < p->skip)
		return;
	now = now_ms();
	pace(p, now);
	begin_again(p, at, count, now);
	if (now - p->begun < FIRST || now - p->drawn < AGAIN)
		return;
	cmd_progress_text(p, at, count, now - p->begun, text, sizeof(text));
	snprintf(line, sizeof(line), "uvmsim %s: %s", p->name, text);
	put(p, line);
	p->drawn = now;
	p->shown = true;
}

void
cmd_progress_note(struct cmd_progress *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->note, sizeof(p->note), fmt, ap);
	va_end(ap);
}

void
cmd_progress_clear(struct cmd_progress *p)
{
	if (p->shown)
		put(p, "");
	p->shown = false;
}

void
cmd_progress_end(struct cmd_progress *p)
{
	cmd_progress_clear(p);
	p->name = NULL;
}
