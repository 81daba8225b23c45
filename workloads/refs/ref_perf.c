/*
 * Page faults as perf prints them: text, each fault a reference of its page.
 *
 * perfscript, perf script -F comm,pid,tid,time,event,addr,ip:
 *
 *	ls 23200/23200  3938.070608: page-faults: 7f5c1e2f0b10 7f5c1e2d9c4a
 *	COMM PID/TID [CPU] TIME: EVENT: ADDRESS IP
 *
 * PID/ and [CPU] may be missing, a period may stand before EVENT.  Events with
 * "fault" in their name are taken, and mem-loads and mem-stores of perf mem;
 * others, those without an address, and lines that begin with a tab (chains of
 * calls) are skipped.
 *
 *	ls 23200/23200 1.1: exceptions:page_fault_user: address=0x7ffd1c2f
 *	    ip=0x55d0 error_code=0x6
 *
 * The tracepoints of the x86 kernel tell what the access was, too: of the
 * hardware's error code, 0x10 is a fetch and 0x2 a store.
 *
 * perftrace, perf trace -F all:
 *
 *	3.985 ( 0.000 ms): ls/32255 minfault [f+0x28a] => 0x55c82c92d5c0 (?k)
 *	4.059 ( 0.000 ms): ls/32255 majfault [f] => /lib/ld.so@0x1ab70 (d.)
 *
 * The target is an address, or a place in a file, or "//anon@ADDRESS".  The
 * addresses of files are not told: each 4G of one get a place of their own,
 * from 0x100000000000 on, in the order of appearance.  Lines of anything but
 * minfault and majfault (system calls) are skipped.
 *
 * But for the tracepoints nothing says what the access was.  One whose address
 * is the instruction's own is a fetch; of the rest nothing is known, and they
 * are loads.  An instruction in the kernel copies for the process, whose page
 * it is.  Processes are numbered in the order of their first fault; perf trace
 * tells the thread only, which counts as a process.
 */
#include <stdio.h>
#include <string.h>

#include "ref_formats.h"
#include "ref_numbers.h"
#include "ref_text.h"

#define FILES_BASE ((uint64_t)1 << 44)
#define FILE_SHIFT 32
#define FILES_MAX ((uint32_t)1 << 14)

struct perf {
	struct wl_numbers processes, files;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
set_process(struct wl_reftext *t, struct wl_scan *c, uint64_t pid)
{
	struct perf *perf = t->state;

	t->process = wl_numbers_get(&perf->processes, pid);
	return t->process != WL_NUMBERS_NONE ||
	    wl_scan_wrong(c, "fewer processes: memory is short");
}

/* ------------------------------------------------------- perf script ---- */

/* "12.345:" at s[at ..]. => behind it; 0: it is no time */
static size_t
time_at(const struct wl_scan *c, size_t at)
{
	const size_t from = at;

	while (at < c->len && is_digit(c->s[at]))
		at++;
	if (at == from || at == c->len || c->s[at] != '.')
		return 0;
	for (at++; at < c->len && is_digit(c->s[at]); at++)
		continue;
	return at < c->len && c->s[at] == ':' ? at + 1 : 0;
}

/*
 * PID or PID/TID, perhaps [CPU], then the time.  c stands at a word; behind the
 * time's colon afterwards.  => false: it is something else, c has not moved
 */
static bool
who_and_when(struct wl_scan *c, uint64_t *pid)
{
	struct wl_scan word = *c;
	uint64_t tid;
	size_t end;

	if (!wl_scan_decimal(&word, pid))
		return false;
	if (wl_scan_next(&word) == '/') {
		word.at++;
		if (!wl_scan_decimal(&word, &tid))
			return false;
	}
	if (wl_scan_next(&word) != ' ')
		return false;
	(void)wl_scan_blanks(&word);
	if (wl_scan_next(&word) == '[') {
		while (word.at < word.len && word.s[word.at] != ']')
			word.at++;
		word.at += word.at < word.len;
		(void)wl_scan_blanks(&word);
	}
	if ((end = time_at(&word, word.at)) == 0)
		return false;
	c->at = end;
	return true;
}

/* The command's name may have blanks: look for what follows it. */
static bool
skip_command(struct wl_scan *c, uint64_t *pid)
{
	const size_t from = c->at;

	for (; c->at < c->len; c->at++)
		if (is_digit(c->s[c->at]) &&
		    (c->at == 0 || c->s[c->at - 1] == ' ') &&
		    who_and_when(c, pid))
			return true;
	c->at = from;
	return wl_scan_wrong(c, "COMMAND PID/TID TIME: of perf script");
}

static bool
has(const char *s, size_t len, const char *word)
{
	return memmem(s, len, word, strlen(word)) != NULL;
}

/* An event whose addresses are taken. => false: it is another */
static bool
event_kind(const char *s, size_t len, struct wl_ref *ref)
{
	if (has(s, len, "mem-stores"))
		ref->kind = WL_REF_STORE;
	return ref->kind == WL_REF_STORE || has(s, len, "mem-loads") ||
	    has(s, len, "fault");
}

/* The event's name, up to the colon and blank behind it. */
static bool
event(struct wl_scan *c, size_t *from, size_t *len)
{
	uint64_t period;
	struct wl_scan number;

	(void)wl_scan_blanks(c);
	number = *c;
	if (wl_scan_decimal(&number, &period) && wl_scan_next(&number) == ' ') {
		*c = number;
		(void)wl_scan_blanks(c);
	}
	*from = c->at;
	for (; c->at < c->len && c->s[c->at] != ' '; c->at++)
		continue;
	*len = c->at - *from;
	if (*len < 2 || c->s[c->at - 1] != ':')
		return wl_scan_wrong(c, "an event's name and a colon");
	return true;
}

#define CODE_WRITE 0x2
#define CODE_FETCH 0x10

/* "NAME=NUMBER", somewhere behind: its number. => false: it is not there */
static bool
member(struct wl_scan *c, const char *name, uint64_t *out)
{
	const char *from = c->s + c->at;
	const char *found = memmem(from, c->len - c->at, name, strlen(name));

	if (found == NULL)
		return wl_scan_wrong(c, name);
	c->at = (size_t)(found - c->s) + strlen(name);
	return wl_scan_address(c, out);
}

static bool
tracepoint(struct wl_scan *c, struct wl_ref *ref)
{
	uint64_t code;

	if (!member(c, "address=", &ref->va) ||
	    !member(c, "error_code=", &code))
		return false;
	if (code & CODE_FETCH)
		ref->kind = WL_REF_FETCH;
	else if (code & CODE_WRITE)
		ref->kind = WL_REF_STORE;
	return true;
}

static bool
addresses(struct wl_scan *c, struct wl_ref *ref)
{
	uint64_t ip;

	if (!wl_scan_address(c, &ref->va))
		return false;
	if (c->at < c->len && wl_scan_next(c) != ' ')
		return wl_scan_wrong(c, "a hexadecimal digit or a blank");
	(void)wl_scan_blanks(c);
	if (wl_scan_address(c, &ip) && ip == ref->va)
		ref->kind = WL_REF_FETCH;
	return true;
}

static enum wl_refline
script_line(struct wl_reftext *t, struct wl_scan *c, struct wl_ref *ref)
{
	uint64_t pid;
	size_t from, len;
	bool good;

	if (wl_scan_is_comment(c) || wl_scan_next(c) == '\t')
		return WL_REFLINE_SKIP;
	if (!skip_command(c, &pid) || !event(c, &from, &len))
		return WL_REFLINE_BAD;
	(void)wl_scan_blanks(c);
	if (!event_kind(c->s + from, len, ref) || c->at == c->len)
		return WL_REFLINE_SKIP;
	good = has(c->s + from, len, "page_fault_") ? tracepoint(c, ref) :
						      addresses(c, ref);
	return good && set_process(t, c, pid) ? WL_REFLINE_REF : WL_REFLINE_BAD;
}

/* -------------------------------------------------------- perf trace ---- */

/* TIME ( SPAN ms): COMMAND/TID, up to the blank behind it */
static bool
trace_start(struct wl_scan *c, uint64_t *tid)
{
	const char *close, *blank, *slash;

	(void)wl_scan_blanks(c);
	if (!is_digit(wl_scan_next(c)))
		return wl_scan_wrong(c, "the time of a line of perf trace");
	close = memmem(c->s, c->len, "): ", 3);
	if (close == NULL)
		return wl_scan_wrong(c, "TIME (SPAN ms): of perf trace");
	c->at = (size_t)(close + 3 - c->s);
	for (;;) { /* a command may have blanks, and slashes */
		slash = memchr(c->s + c->at, '/', c->len - c->at);
		if (slash == NULL)
			return wl_scan_wrong(c, "COMMAND/TID");
		c->at = (size_t)(slash + 1 - c->s);
		blank = memchr(slash, ' ', c->len - c->at + 1);
		if (blank != NULL && is_digit(slash[1]))
			return wl_scan_decimal(c, tid);
	}
}

/* A place in a file: its own range of addresses. */
static bool
file_place(struct wl_reftext *t, struct wl_scan *c, const char *name,
    size_t len, uint64_t *va)
{
	struct perf *perf = t->state;
	const uint32_t n = wl_numbers_get(&perf->files,
	    wl_numbers_text(name, len) + (*va >> FILE_SHIFT));

	if (n >= FILES_MAX) {
		c->at = (size_t)(name - c->s);
		return wl_scan_wrong(c, "fewer files: 16384 at most");
	}
	*va = FILES_BASE + ((uint64_t)n << FILE_SHIFT | (uint32_t)*va);
	return true;
}

/* The last "@0x" of what follows "=> ", or an address. */
static bool
target(struct wl_reftext *t, struct wl_scan *c, uint64_t *va)
{
	const char *name = c->s + c->at, *at = NULL, *end = c->s + c->len;
	size_t len;

	for (const char *s = name; s < end; s++)
		if (end - s >= 3 && memcmp(s, "@0x", 3) == 0)
			at = s;
	if (at == NULL)
		return wl_scan_address(c, va);
	len = (size_t)(at - name);
	c->at = (size_t)(at + 1 - c->s);
	if (!wl_scan_address(c, va))
		return false;
	if ((len == 6 && memcmp(name, "//anon", 6) == 0) || *va >> 44 != 0)
		return true; /* an address as it is */
	return file_place(t, c, name, len, va);
}

static enum wl_refline
trace_line(struct wl_reftext *t, struct wl_scan *c, struct wl_ref *ref)
{
	static const char fault[] = "fault [", arrow[] = "] => ";
	const char *found;
	uint64_t tid;

	if (wl_scan_is_comment(c))
		return WL_REFLINE_SKIP;
	if (!trace_start(c, &tid))
		return WL_REFLINE_BAD;
	(void)wl_scan_blanks(c);
	if (c->len - c->at < 3 + strlen(fault) ||
	    memcmp(c->s + c->at + 3, fault, strlen(fault)) != 0)
		return WL_REFLINE_SKIP;
	found = memmem(c->s + c->at, c->len - c->at, arrow, strlen(arrow));
	if (found == NULL) {
		(void)wl_scan_wrong(c, "[PLACE] => TARGET");
		return WL_REFLINE_BAD;
	}
	c->at = (size_t)(found + strlen(arrow) - c->s);
	return target(t, c, &ref->va) && set_process(t, c, tid) ?
	    WL_REFLINE_REF :
	    WL_REFLINE_BAD;
}

/* ------------------------------------------------------------ formats ---- */

static void
fini(void *state)
{
	struct perf *perf = state;

	wl_numbers_fini(&perf->processes);
	wl_numbers_fini(&perf->files);
}

static const struct wl_refrule script_rule = {
	.sure = 1,
	.state = sizeof(struct perf),
	.line = script_line,
	.fini = fini,
};

static const struct wl_refrule trace_rule = {
	.sure = 1,
	.state = sizeof(struct perf),
	.line = trace_line,
	.fini = fini,
};

const struct wl_refformat wl_ref_perfscript = {
	.name = "perfscript",
	.summary = "page faults of perf script",
	WL_REFTEXT(&script_rule),
};

const struct wl_refformat wl_ref_perftrace = {
	.name = "perftrace",
	.summary = "page faults of perf trace -F all",
	WL_REFTEXT(&trace_rule),
};
