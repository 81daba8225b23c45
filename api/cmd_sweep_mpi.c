/*
 * A sweep on many machines: rank 0 has the file of results and prints; every
 * rank reads the trace itself and does its share of the points.
 *
 *	rank 0 --> others	"G" and a digit a point: 1, it is to be done;
 *				or "S": nothing is to be done
 *	others --> rank 0	"R" and a row (wl_sweep_line)
 *				"E" cut line, a blank, why the trace breaks off
 *				"X" and a sentence: it failed
 *
 * Each of the others ends with one "E" or "X".  Points are dealt like cards,
 * the first card of each round going to another rank, so that keys that change
 * fast do not all go to one.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_sweep.h"

/* ------------------------------------------------------------- dealing ---- */

static void
deal(struct cmd_sweep *c)
{
	const size_t size = (size_t)c->mpi.size, rank = (size_t)c->mpi.rank;
	size_t card = 0;

	for (size_t i = 0; i < c->sweep.npoints; i++) {
		struct wl_sweep_row *row = &c->sweep.row[i];

		if (row->state != WL_SWEEP_OPEN)
			continue;
		if ((card + card / size) % size != rank)
			row->state = WL_SWEEP_ELSEWHERE;
		card++;
	}
}

static bool
announce(struct cmd_sweep *c, bool go, char *digits)
{
	const size_t n = c->sweep.npoints;

	digits[0] = go ? 'G' : 'S';
	for (size_t i = 0; i < n; i++)
		digits[i + 1] = c->sweep.row[i].state == WL_SWEEP_OPEN ? '1' :
									 '0';
	for (int r = 1; r < c->mpi.size; r++)
		go &= api_mpi_send(&c->mpi, r, digits, n + 1);
	return go;
}

static bool
listen(struct cmd_sweep *c, char *digits)
{
	if (!api_mpi_recv(&c->mpi, true, digits, c->sweep.npoints + 1) ||
	    digits[0] != 'G')
		return false;
	for (size_t i = 0; i < c->sweep.npoints; i++)
		c->sweep.row[i].state = digits[i + 1] == '1' ? WL_SWEEP_OPEN :
							       WL_SWEEP_DONE;
	return true;
}

bool
cmd_sweep_deal(struct cmd_sweep *c, bool go)
{
	char *digits;

	if (c->mpi.size == 1)
		return go;
	digits = malloc(c->sweep.npoints + 1);
	if (digits == NULL)
		return false;
	go = c->mpi.rank == 0 ? announce(c, go, digits) : listen(c, digits);
	free(digits);
	if (go)
		deal(c);
	return go;
}

/* -------------------------------------------------------------- rank 0 ---- */

static void
take_end(struct cmd_sweep *c, const char *text)
{
	struct wl_sweep *s = &c->sweep;
	uint64_t line;
	int at = 0;

	c->ended++;
	if (sscanf(text, "%" SCNu64 " %n", &line, &at) == 1 && at > 0 &&
	    !s->cut) {
		s->cut = true;
		s->line = line;
		snprintf(s->cut_why, sizeof(s->cut_why), "%s", text + at);
	}
}

static void
take(struct cmd_sweep *c, const char *message)
{
	size_t point;

	switch (message[0]) {
	case 'R':
		if (wl_sweep_take(&c->sweep, c->index, message + 1, &point))
			cmd_sweep_take(c, point);
		break;
	case 'E': take_end(c, message + 1); break;
	case 'X':
		c->ended++;
		snprintf(c->why, sizeof(c->why), "%.*s",
		    (int)sizeof(c->why) - 1, message + 1);
		break;
	}
}

void
cmd_sweep_collect(struct cmd_sweep *c, bool all)
{
	char message[WL_SWEEP_MAXLINE + 2];

	while (c->ended + 1 < c->mpi.size) {
		memset(message, 0, sizeof(message));
		if (!api_mpi_recv(&c->mpi, all, message, sizeof(message) - 1))
			return;
		pthread_mutex_lock(&c->lock);
		take(c, message);
		pthread_mutex_unlock(&c->lock);
	}
}

/* ---------------------------------------------------------- the others ---- */

void
cmd_sweep_report(struct cmd_sweep *c, size_t point)
{
	char message[WL_SWEEP_MAXLINE + 1] = "R";

	if (wl_sweep_line(&c->sweep, point, message + 1, WL_SWEEP_MAXLINE) &&
	    !api_mpi_send(&c->mpi, 0, message, strlen(message)))
		c->error = EIO;
}

void
cmd_sweep_end(struct cmd_sweep *c, const char *err)
{
	const struct wl_sweep *s = &c->sweep;
	char message[1024];

	if (err[0] != '\0')
		snprintf(message, sizeof(message), "X%s", err);
	else if (s->cut)
		snprintf(message, sizeof(message), "E%" PRIu64 " %s", s->line,
		    s->cut_why);
	else
		snprintf(message, sizeof(message), "E");
	(void)api_mpi_send(&c->mpi, 0, message, strlen(message));
}
