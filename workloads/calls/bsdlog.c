/*
 * The formats of the BSDs' logs as formats of calls (see bsdlog.h).
 */
#include "bsdlog.h"

#include <stdlib.h>
#include <string.h>

#include "bsdlog_int.h"

static bool
open_log(struct wl_calllog *log)
{
	struct wl_bsdlog *b = calloc(1, sizeof(*b));

	log->state = b;
	if (b != NULL)
		b->log = log;
	return b != NULL;
}

static void
rewind_log(struct wl_calllog *log)
{
	wl_bsd_forget(log->state);
}

static void
close_log(struct wl_calllog *log)
{
	struct wl_bsdlog *b = log->state;

	wl_bsd_forget(b);
	free(b->text);
	free(b);
}

static void
next(struct wl_calllog *log, struct wl_callrec *rec, wl_bsdline_fn *read)
{
	struct wl_bsdline l = { .pid = 0 };
	size_t len;
	char *line;
	int got;

	memset(rec, 0, sizeof(*rec));
	got = wl_input_line(log->in, &line, &len);
	rec->line = log->in->line;
	if (got <= 0) {
		rec->kind = got == 0 ? WL_LOG_END : WL_LOG_CUT;
		rec->error = log->in->error;
		return;
	}
	l.begin = l.p = line;
	l.end = line + len;
	if (log->in->cut)
		wl_bsd_bad(rec, &l, l.end, "the line is too long");
	else
		read(log->state, rec, &l);
	if (rec->kind == WL_LOG_BAD && log->in->unended) {
		rec->kind = WL_LOG_CUT;
		rec->error = "the last line is cut off";
	}
}

static void
next_kdump(struct wl_calllog *log, struct wl_callrec *rec)
{
	next(log, rec, wl_kdump_line);
}

static void
next_truss(struct wl_calllog *log, struct wl_callrec *rec)
{
	next(log, rec, wl_truss_line);
}

static void
next_ktruss(struct wl_calllog *log, struct wl_callrec *rec)
{
	next(log, rec, wl_ktruss_line);
}

const struct wl_callformat wl_call_kdump = {
	.name = "kdump",
	.summary = "calls of FreeBSD, NetBSD, OpenBSD: ktrace -i, then kdump",
	.expected = "the text of kdump, PID COMMAND CALL ...",
	.bsd = true,
	.detect = wl_kdump_detect,
	.open = open_log,
	.close = close_log,
	.rewind = rewind_log,
	.next = next_kdump,
};

const struct wl_callformat wl_call_truss = {
	.name = "truss",
	.summary = "calls of FreeBSD: truss -f -o FILE",
	.expected = "the log of truss -f -o FILE",
	.bsd = true,
	.detect = wl_truss_detect,
	.open = open_log,
	.close = close_log,
	.rewind = rewind_log,
	.next = next_truss,
};

const struct wl_callformat wl_call_ktruss = {
	.name = "ktruss",
	.summary = "calls of NetBSD: ktruss -i -o FILE",
	.expected = "the log of ktruss -i -o FILE",
	.bsd = true,
	.detect = wl_ktruss_detect,
	.open = open_log,
	.close = close_log,
	.rewind = rewind_log,
	.next = next_ktruss,
};
