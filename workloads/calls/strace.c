/*
 * Reading strace logs, line by line (see strace.h).
 *
 *	line -> prefix -> mark?		SIGNAL, EXITED, ...
 *		       -> "<... NAME resumed>"	join with the pending entry
 *		       -> "NAME(" ... "<unfinished ...>"	keep as pending
 *		       -> "NAME(" ... ") = RET"		CALL
 *
 * On a terminal strace writes "strace: Process N attached" into the middle of a
 * line; the beginning is kept and joined with the next line.
 */
#include "strace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strace_line.h"

#define UNFINISHED "<unfinished ...>"

struct wl_strace_pending {
	int pid; /* key; 0 for logs without pids */
	uint64_t line;
	uint64_t time;
	bool has_time;
	char *name;
	char *args; /* text behind "(" */
	size_t len;
	UT_hash_handle hh;
};

/* ------------------------------------------------------------ pending ---- */

static void
pending_free(struct wl_strace *st, struct wl_strace_pending *p)
{
	HASH_DEL(st->pending, p);
	free(p->name);
	free(p->args);
	free(p);
}

static struct wl_strace_pending *
pending_find(struct wl_strace *st, int pid)
{
	struct wl_strace_pending *p;

	HASH_FIND_INT(st->pending, &pid, p);
	return p;
}

static bool
pending_add(struct wl_strace *st, const struct wl_callrec *rec,
    const char *args, size_t len)
{
	struct wl_strace_pending *p = pending_find(st, rec->pid);

	if (p != NULL) /* it never returned */
		pending_free(st, p);
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return false;
	p->pid = rec->pid;
	p->line = rec->line;
	p->time = rec->time;
	p->has_time = rec->has_time;
	p->len = len;
	p->name = strdup(rec->name);
	p->args = malloc(len + 1);
	if (p->name == NULL || p->args == NULL) {
		free(p->name);
		free(p->args);
		free(p);
		return false;
	}
	memcpy(p->args, args, len);
	HASH_ADD_INT(st->pending, pid, p);
	if (p->hh.tbl != NULL)
		return true;
	free(p->name);
	free(p->args);
	free(p);
	return false;
}

static void
pending_clear(struct wl_strace *st)
{
	struct wl_strace_pending *p, *tmp;

	HASH_ITER(hh, st->pending, p, tmp)
		pending_free(st, p);
}

/* --------------------------------------------------------------- life ---- */

bool
wl_strace_open(struct wl_strace *st, const char *path, char *err, size_t errlen)
{
	memset(st, 0, sizeof(*st));
	st->in = wl_input_open(path, err, errlen);
	return st->in != NULL;
}

void
wl_strace_close(struct wl_strace *st)
{
	pending_clear(st);
	wl_input_close(st->in);
	free(st->part);
	free(st->text);
	memset(st, 0, sizeof(*st));
}

static void
forget(struct wl_strace *st)
{
	st->summing = false;
	pending_clear(st);
	free(st->part);
	st->part = NULL;
	st->partlen = 0;
}

bool
wl_strace_rewind(struct wl_strace *st)
{
	forget(st);
	if (wl_input_rewind(st->in))
		return true;
	snprintf(st->error, sizeof(st->error), "%s", st->in->error);
	return false;
}

/* Room for n bytes of joined text. => false: no memory */
static bool
text_room(struct wl_strace *st, size_t n)
{
	char *text;

	if (n <= st->textcap)
		return true;
	text = realloc(st->text, n * 2);
	if (text == NULL)
		return false;
	st->text = text;
	st->textcap = n * 2;
	return true;
}

/* -------------------------------------------------------------- lines ---- */

static void
bad(struct wl_callrec *rec, const char *why, size_t column)
{
	rec->kind = WL_LOG_BAD;
	rec->error = why;
	rec->column = (unsigned)column + 1;
}

static bool
ends_with(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	while (end > p && end[-1] == ' ')
		end--;
	return (size_t)(end - p) >= n && memcmp(end - n, word, n) == 0;
}

static bool
begins_with(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

/* Words of strace itself. */
static void
note(const char *p, const char *end, struct wl_callrec *rec)
{
	static const char attached[] = "strace: Process ";
	uint64_t v;

	rec->kind = WL_LOG_NOTE;
	if (!begins_with(p, end, attached) || !ends_with(p, end, " attached"))
		return;
	p += sizeof(attached) - 1;
	for (v = 0; p < end && *p >= '0' && *p <= '9'; p++)
		v = v * 10 + (uint64_t)(*p - '0');
	if (v == 0)
		return;
	rec->kind = WL_LOG_ATTACHED;
	rec->pid = (int)(v & 0x7fffffff);
}

/* "NAME(ARGS <unfinished ...>"; also cut by ptrace errors and detaching. */
static bool
is_unfinished(const char *p, const char *end, const char **upto)
{
	static const char *const tails[] = { UNFINISHED, "<detached ...>",
		"No such process>" };
	const char *q;

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (ends_with(p, end, tails[i])) {
			for (q = end - 1; q > p && *q != '<'; q--)
				continue;
			*upto = q;
			return true;
		}
	return false;
}

static void
parse_args(struct wl_callrec *rec, const char *p, const char *end)
{
	const char *at;

	/* An entry has no result: only its arguments count. */
	(void)wl_line_call(p, end, rec, &at);
	rec->error = NULL;
}

static void
parse_entry(struct wl_strace *st, struct wl_callrec *rec, const char *p,
    const char *end)
{
	rec->kind = WL_LOG_ENTRY;
	if (!pending_add(st, rec, p, (size_t)(end - p)))
		bad(rec, wl_log_no_memory, 0);
	else
		parse_args(rec, p, end);
}

/* Split "name(..." at p; the name gets its NUL in place of the bracket. */
static void
parse_call(struct wl_strace *st, struct wl_callrec *rec, char *line, char *p,
    char *end)
{
	size_t n = wl_line_name(p, end);
	const char *at;

	rec->name = p;
	p[n] = '\0';
	p += n + 1;
	if (is_unfinished(p, end, &at)) {
		parse_entry(st, rec, p, at);
		return;
	}
	rec->kind = WL_LOG_CALL;
	rec->entry_line = rec->line;
	if (!wl_line_call(p, end, rec, &at)) {
		/* "exit_group(0" of a thread killed in the call */
		bad(rec, rec->error, (size_t)(at - line));
	}
}

static bool
is_name(const struct wl_strace_pending *e, const char *name, size_t len)
{
	return strlen(e->name) == len && memcmp(e->name, name, len) == 0;
}

/*
 * The entry that a line resumes.  On a terminal a pid is shown only while there
 * are several tasks: then one half may lack it.
 */
static struct wl_strace_pending *
pending_match(struct wl_strace *st, struct wl_callrec *rec, const char *name,
    size_t len)
{
	struct wl_strace_pending *e = pending_find(st, rec->pid), *p, *tmp;

	if (e != NULL && is_name(e, name, len))
		return e;
	e = NULL;
	HASH_ITER(hh, st->pending, p, tmp)
		if ((rec->pid == 0 || p->pid == 0) && is_name(p, name, len)) {
			if (e != NULL)
				return NULL;
			e = p;
		}
	if (e != NULL && rec->pid == 0)
		rec->pid = e->pid;
	return e;
}

/* "<... NAME resumed>REST" */
static void
parse_resumed(struct wl_strace *st, struct wl_callrec *rec, char *line, char *p,
    char *end)
{
	char *rest = memmem(p, (size_t)(end - p), "resumed>", 8);
	struct wl_strace_pending *e = NULL;
	size_t restlen, namelen;
	const char *at;

	if (rest == NULL) {
		bad(rec, "expected \"<... NAME resumed>\"", (size_t)(p - line));
		return;
	}
	namelen = (size_t)(rest - p) > 6 ? (size_t)(rest - p) - 6 : 0;
	if (namelen > 0)
		e = pending_match(st, rec, p + 5, namelen);
	if (e == NULL) {
		bad(rec, "resumes a call that was not left unfinished",
		    (size_t)(p - line));
		return;
	}
	rest += 8;
	restlen = (size_t)(end - rest);
	if (!text_room(st, namelen + 1 + e->len + restlen + 1)) {
		bad(rec, wl_log_no_memory, 0);
		return;
	}
	memcpy(st->text, e->name, namelen + 1);
	rec->name = st->text;
	p = st->text + namelen + 1;
	memcpy(p, e->args, e->len);
	memcpy(p + e->len, rest, restlen);
	end = p + e->len + restlen;
	*end = '\0';
	rec->entry_line = e->line;
	if (e->has_time) {
		rec->time = e->time;
		rec->has_time = true;
	}
	rec->resumed = true;
	rec->kind = WL_LOG_CALL;
	pending_free(st, e);
	if (is_unfinished(p, end, &at))
		parse_entry(st, rec, p, at);
	else if (!wl_line_call(p, end, rec, &at))
		bad(rec, rec->error, (size_t)(rest - line));
}

/* The pending call goes to the thread group leader's pid. */
static void
supersede(struct wl_strace *st, struct wl_callrec *rec)
{
	struct wl_strace_pending *e = pending_find(st, rec->value), *old;

	if (e == NULL || rec->pid == rec->value)
		return;
	if ((old = pending_find(st, rec->pid)) != NULL)
		pending_free(st, old);
	HASH_DEL(st->pending, e);
	e->pid = rec->pid;
	SIM_HASH_ADD(st->pending, &e->pid, sizeof(e->pid), e);
	if (e->hh.tbl == NULL) {
		free(e->name);
		free(e->args);
		free(e);
		bad(rec, wl_log_no_memory, 0);
	}
}

static void
parse_rest(struct wl_strace *st, struct wl_callrec *rec, char *line, char *p,
    char *end)
{
	struct wl_strace_pending *e;

	if (wl_line_mark(p, end, rec)) {
		if (rec->kind == WL_LOG_SUPERSEDED)
			supersede(st, rec);
		if ((rec->kind == WL_LOG_EXITED ||
			rec->kind == WL_LOG_KILLED) &&
		    (e = pending_find(st, rec->pid)) != NULL)
			pending_free(st, e);
	} else if (begins_with(p, end, "<... ")) {
		parse_resumed(st, rec, line, p, end);
	} else if (wl_line_name(p, end) > 0) {
		parse_call(st, rec, line, p, end);
	} else if (begins_with(p, end, "[ Process PID=") ||
	    begins_with(p, end, "?\?\?\?(") || begins_with(p, end, "> ") ||
	    p == end) {
		rec->kind = WL_LOG_NOTE;
	} else {
		bad(rec, "expected a system call, a signal or an exit",
		    (size_t)(p - line));
	}
}

/* Join a kept beginning with this line. => false: no memory */
static bool
join_part(struct wl_strace *st, char **line, size_t *len)
{
	char *text;

	if (st->part == NULL)
		return true;
	text = realloc(st->part, st->partlen + *len + 1);
	if (text == NULL)
		return false;
	memcpy(text + st->partlen, *line, *len + 1);
	*len += st->partlen;
	st->part = *line = text;
	return true;
}

/*
 * "clone(..., flags=SIGCHLDstrace: Process 12 attached": keep the beginning.
 * => true: the line is the note; *p is its beginning
 */
static bool
split_note(struct wl_strace *st, char *line, size_t len, char **p)
{
	*p = memmem(line, len, "strace: ", 8);
	if (*p == NULL ||
	    (*p != line && !ends_with(*p, line + len, " attached") &&
		!ends_with(*p, line + len, " detached")))
		return false;
	if (*p > line) {
		const size_t kept = st->part != NULL ? st->partlen : 0;
		const size_t n = (size_t)(*p - line);
		char *part = realloc(st->part, kept + n + 1);

		if (part == NULL)
			return true;
		memcpy(part + kept, line, n);
		st->part = part;
		st->partlen = kept + n;
	}
	return true;
}

static void
parse_line(struct wl_strace *st, struct wl_callrec *rec, char *line, size_t len)
{
	bool joined = st->part != NULL;
	char *p, *end;

	st->summing |= begins_with(line, line + len, "% time ");
	if (st->summing) {
		rec->kind = WL_LOG_NOTE;
		return;
	}
	if (split_note(st, line, len, &p)) {
		note(p, line + len, rec);
		return;
	}
	if (!join_part(st, &line, &len)) {
		bad(rec, wl_log_no_memory, 0);
		return;
	}
	end = line + len;
	p = line + (wl_line_prefix(line, end, rec) - line);
	parse_rest(st, rec, line, p, end);
	if (joined)
		st->partlen = 0;
}

void
wl_strace_next(struct wl_strace *st, struct wl_callrec *rec)
{
	size_t len;
	char *line;
	int r;

	memset(rec, 0, sizeof(*rec));
	if (st->part != NULL && st->partlen == 0) {
		free(st->part); /* the joined line has been used */
		st->part = NULL;
	}
	r = wl_input_line(st->in, &line, &len);
	rec->line = st->in->line;
	if (r <= 0) {
		rec->kind = r == 0 ? WL_LOG_END : WL_LOG_CUT;
		rec->error = st->in->error;
		return;
	}
	st->nlines++;
	if (st->in->cut) {
		bad(rec, "the line is too long", WL_INPUT_MAXLINE);
		return;
	}
	parse_line(st, rec, line, len);
	if (rec->kind == WL_LOG_BAD && st->in->unended) {
		rec->kind = WL_LOG_CUT;
		rec->error = "the last line is cut off";
	}
}

/* ------------------------------------------------------------- format ---- */

/* A line with a call, a mark, or a note of strace. */
static bool
is_line(const char *line, const char *end)
{
	struct wl_callrec rec = { .pid = 0 };
	const char *p = wl_line_prefix(line, end, &rec);
	size_t n = wl_line_name(p, end);

	if (wl_line_mark(p, end, &rec))
		return true;
	return n > 0 &&
	    (is_unfinished(p, end, &p) ||
		wl_line_call(p + n + 1, end, &rec, &p));
}

/* => one of the first lines is a call or a mark */
static bool
detect(const char *text, size_t len, const struct sim_personality **system)
{
	const char *end = text + len, *eol;

	(void)system;
	for (int i = 0; i < 40 && text < end; i++, text = eol + 1) {
		eol = memchr(text, '\n', (size_t)(end - text));
		if (eol == NULL)
			eol = end;
		if (is_line(text, eol))
			return true;
	}
	return false;
}

static bool
open_log(struct wl_calllog *log)
{
	struct wl_strace *st = calloc(1, sizeof(*st));

	log->state = st;
	if (st != NULL)
		st->in = log->in;
	return st != NULL;
}

static void
close_log(struct wl_calllog *log)
{
	struct wl_strace *st = log->state;

	st->in = NULL; /* the log's */
	wl_strace_close(st);
	free(st);
}

static void
rewind_log(struct wl_calllog *log)
{
	forget(log->state);
}

static void
next(struct wl_calllog *log, struct wl_callrec *rec)
{
	wl_strace_next(log->state, rec);
}

const struct wl_callformat wl_call_strace = {
	.name = "strace",
	.summary = "calls of Linux programs: strace -f -o FILE",
	.expected = "the log of strace -f -o FILE",
	.detect = detect,
	.open = open_log,
	.close = close_log,
	.rewind = rewind_log,
	.next = next,
};
