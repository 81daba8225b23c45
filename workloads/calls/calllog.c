/*
 * Logs of system calls: which tool wrote one, and its reader (see calllog.h).
 */
#include "calllog.h"

#include <stdio.h>
#include <string.h>

#include "bsdlog.h"
#include "strace.h"

#define LOOK_AT 32768 /* bytes of the log's beginning */

const struct wl_callformat *const wl_callformats[] = { &wl_call_kdump,
	&wl_call_ktruss, &wl_call_truss, &wl_call_strace, NULL };

const struct wl_callformat *
wl_callformat_byname(const char *name)
{
	for (size_t i = 0; wl_callformats[i] != NULL; i++)
		if (strcmp(wl_callformats[i]->name, name) == 0)
			return wl_callformats[i];
	return NULL;
}

const struct wl_callformat *
wl_calllog_detect(struct wl_input *in, const struct sim_personality **system)
{
	const char *text;
	size_t len;

	text = wl_input_peek(in, LOOK_AT, &len);
	if (text == NULL || len == 0)
		return NULL;
	if (wl_bsdlog_binary(text, len)) {
		snprintf(in->error, sizeof(in->error),
		    "this is ktrace's binary file: expected the text that "
		    "kdump(1) makes of it (kdump -f FILE)");
		return NULL;
	}
	if (len >= 4 && memcmp(text, "\211UVM", 4) == 0) {
		snprintf(in->error, sizeof(in->error),
		    "this is the core of a machine: expected a run of one (a "
		    "script, a trace, a log)");
		return NULL;
	}
	for (size_t i = 0; wl_callformats[i] != NULL; i++)
		if (wl_callformats[i]->detect(text, len, system))
			return wl_callformats[i];
	return NULL;
}

bool
wl_calllog_open(struct wl_calllog *log, struct wl_input *in,
    const struct wl_callformat *format, const struct sim_personality *system)
{
	const struct wl_callformat *found;
	const struct sim_personality *told = NULL;

	memset(log, 0, sizeof(*log));
	log->in = in;
	found = wl_calllog_detect(in, &told);
	if (found == NULL && in->error[0] != '\0') {
		snprintf(log->error, sizeof(log->error), "%s", in->error);
		return false;
	}
	log->format = format != NULL ? format :
	    found != NULL            ? found :
				       &wl_call_strace;
	if (!log->format->bsd)
		log->system = &sim_linux;
	else if (system != NULL)
		log->system = system;
	else
		log->system = told != NULL ? told : &sim_freebsd;
	if (log->format->bsd && log->system == &sim_linux) {
		snprintf(log->error, sizeof(log->error),
		    "personality=linux: expected freebsd, netbsd or openbsd, "
		    "whose calls the log has");
		return false;
	}
	if (log->format->open(log))
		return true;
	snprintf(log->error, sizeof(log->error), "no memory");
	return false;
}

void
wl_calllog_close(struct wl_calllog *log)
{
	if (log->state != NULL)
		log->format->close(log);
	wl_input_close(log->in);
	memset(log, 0, sizeof(*log));
}

bool
wl_calllog_rewind(struct wl_calllog *log)
{
	log->format->rewind(log);
	if (wl_input_rewind(log->in))
		return true;
	snprintf(log->error, sizeof(log->error), "%s", log->in->error);
	return false;
}

const char wl_log_no_memory[] = "no memory";

/* The line is well, but this host has no memory for it. */
static void
unreadable(struct wl_calllog *log, struct wl_callrec *rec)
{
	snprintf(log->in->error, sizeof(log->in->error), "%s",
	    wl_log_no_memory);
	log->in->failed = true;
	rec->kind = WL_LOG_CUT;
}

void
wl_calllog_next(struct wl_calllog *log, struct wl_callrec *rec)
{
	log->format->next(log, rec);
	if (rec->kind == WL_LOG_BAD && rec->error == wl_log_no_memory)
		unreadable(log, rec);
	/* A result that the end of the log cuts looks like another one. */
	if (rec->kind == WL_LOG_CALL && log->in->unended) {
		rec->kind = WL_LOG_CUT;
		rec->error = "the last line has no newline";
	}
}
