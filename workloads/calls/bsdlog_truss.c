/*
 * Lines of FreeBSD's truss(1) and NetBSD's ktruss(1).
 *
 *	truss	[PID: | TID: | PID TID: ] [TIME] [TIME] what
 *	ktruss	PID LWP COMM [TIME] what
 *
 * What is NAME(ARGS) and a result; in ktruss also the one and, in a later line,
 * NAME and the other, when something else happened between them.
 */
#include <string.h>

#include "bsdlog_int.h"

/* --------------------------------------------------------------- truss --- */

#define FIRST_TID 100000 /* FreeBSD's threads are numbered from here */

/* "1234: ", "1234 100123: ", "100123: " */
static void
truss_ids(struct wl_bsdline *l)
{
	const char *p = wl_bsd_blanks(l->p, l->end), *q;
	uint64_t v[2] = { 0, 0 };
	int n = 0;

	for (; n < 2; n++) {
		q = wl_bsd_number(p, l->end, &v[n]);
		if (q == p || v[n] > INT32_MAX)
			break;
		p = wl_bsd_blanks(q, l->end);
		if (p < l->end && *p == ':' && p == q) {
			n++;
			break;
		}
	}
	if (n == 0 || p == l->end || *p != ':')
		return;
	if (n == 2 && v[0] > SIM_MAXPID)
		return;
	if (n == 1 && v[0] >= FIRST_TID) {
		l->tid = (int)v[0];
	} else {
		l->pid = (int)v[0];
		l->tid = (int)v[1];
	}
	l->p = wl_bsd_blanks(p + 1, l->end);
}

static void
times(struct wl_bsdline *l, struct wl_callrec *rec)
{
	const char *q;
	uint64_t ns;

	l->p = wl_bsd_blanks(l->p, l->end);
	while ((q = wl_bsd_time(l->p, l->end, &ns)) != l->p) {
		if (!rec->has_time)
			rec->time = ns;
		rec->has_time = true;
		l->p = wl_bsd_blanks(q, l->end);
	}
}

static const char *const signals[] = { "SIGKILL", "SIGHUP", "SIGINT", "SIGQUIT",
	"SIGILL", "SIGTRAP", "SIGABRT", "SIGEMT", "SIGFPE", "SIGKILL", "SIGBUS",
	"SIGSEGV", "SIGSYS", "SIGPIPE", "SIGALRM", "SIGTERM" };

/* "process exit, rval = 0", "process killed, signal = 11 (core dumped)" */
static bool
truss_end(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	static const char exited[] = "process exit, rval = ";
	static const char killed[] = "process killed, signal = ";
	const char *name;
	uint64_t v;

	if (wl_bsd_begins(l->p, l->end, exited)) {
		(void)wl_bsd_number(l->p + strlen(exited), l->end, &v);
		wl_bsd_end(b, rec, l, (int)(v & 0xff));
		return true;
	}
	if (!wl_bsd_begins(l->p, l->end, killed))
		return false;
	(void)wl_bsd_number(l->p + strlen(killed), l->end, &v);
	name = signals[v < sizeof(signals) / sizeof(signals[0]) ? v : 0];
	wl_bsd_signal(b, rec, l, name, strlen(name));
	return true;
}

/* exit() is followed by a line of its own, and does not return. */
static bool
is_exit(const char *name, size_t len)
{
	char plain[32];

	wl_bsd_plain(name, len, plain, sizeof(plain));
	return strcmp(plain, "exit") == 0 || strcmp(plain, "thr_exit") == 0;
}

void
wl_truss_line(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	const char *name, *close;
	size_t n;

	truss_ids(l);
	times(l, rec);
	name = l->p;
	n = wl_bsd_name(&name, l->end);
	if (truss_end(b, rec, l))
		return;
	if (n > 0 && name + n < l->end && name[n] == '(') {
		close = wl_bsd_close(name + n + 1, l->end);
		if (close == l->end)
			wl_bsd_bad(rec, l, l->end,
			    "expected \")\" behind the arguments");
		else if (is_exit(name, n))
			rec->kind = WL_LOG_NOTE;
		else
			wl_bsd_whole(b, rec, l, name, n, name + n + 1,
			    (size_t)(close - (name + n + 1)), close + 1);
	} else if (l->p == l->end || *l->p == '<' ||
	    wl_bsd_begins(l->p, l->end, "SIGNAL ") ||
	    wl_bsd_begins(l->p, l->end, "-- ")) {
		rec->kind = WL_LOG_NOTE; /* <new process>, <thread 1 exited> */
	} else {
		wl_bsd_bad(rec, l, l->p,
		    "expected a system call, a signal or an exit");
	}
}

/* ") = 3 (0x3)" or ") ERR#2 ...": nothing else writes results so */
static bool
truss_result(const char *p, const char *end)
{
	uint64_t v;
	const char *q;

	p = wl_bsd_blanks(p, end);
	if (wl_bsd_begins(p, end, "ERR#"))
		return true;
	if (!wl_bsd_begins(p, end, "= "))
		return false;
	p += 2;
	if (p < end && *p == '-')
		p++;
	q = wl_bsd_number(p, end, &v);
	return q > p && wl_bsd_begins(q, end, " (0x") && end[-1] == ')';
}

static bool
is_truss(const char *line, const char *end)
{
	struct wl_bsdline l = { .begin = line, .end = end, .p = line };
	struct wl_callrec rec = { .pid = 0 };
	const char *name;
	size_t n;

	truss_ids(&l);
	times(&l, &rec);
	name = l.p;
	n = wl_bsd_name(&name, end);
	if (n == 0 || name + n == end || name[n] != '(')
		return false;
	name = wl_bsd_close(name + n + 1, end);
	return name < end && truss_result(name + 1, end);
}

/* -------------------------------------------------------------- ktruss --- */

static bool
ktruss_ids(struct wl_bsdline *l)
{
	int *const to[] = { &l->pid, &l->tid };
	const uint64_t most[] = { SIM_MAXPID, INT32_MAX };
	const char *p = l->p, *q;
	uint64_t v;

	for (int i = 0; i < 2; i++) {
		p = wl_bsd_blanks(p, l->end);
		q = wl_bsd_number(p, l->end, &v);
		if (q == p || v > most[i] || q == l->end ||
		    (*q != ' ' && *q != '\t'))
			return false;
		*to[i] = (int)v;
		p = q;
	}
	l->p = wl_bsd_blanks(p, l->end);
	return l->p < l->end;
}

/* => a result stands at p, and more than blanks */
static bool
is_ktruss_result(const char *p, const char *end)
{
	return wl_bsd_begins(p, end, "= ") || wl_bsd_begins(p, end, "Err#") ||
	    wl_bsd_begins(p, end, "JUSTRETURN") ||
	    wl_bsd_begins(p, end, "RESTART");
}

static const char *
next_word(const char *p, const char *end)
{
	while (p < end && *p != ' ' && *p != '\t')
		p++;
	return wl_bsd_blanks(p, end);
}

/* Behind the command's name, which may have blanks, and times.
 * => false: nothing that ktruss writes */
static bool
ktruss_what(struct wl_bsdline *l, struct wl_callrec *rec)
{
	const char *comm = l->p, *p;
	size_t n;

	l->p = next_word(comm, l->end);
	if (memchr(comm, '(', (size_t)(l->p - comm)) != NULL)
		return false; /* a call already: no command */
	while (l->p < l->end) {
		times(l, rec);
		p = l->p;
		n = wl_bsd_name(&p, l->end);
		if (n > 0 &&
		    ((p + n < l->end && p[n] == '(') ||
			is_ktruss_result(wl_bsd_blanks(p + n, l->end),
			    l->end) ||
			wl_bsd_begins(p, l->end, "SIG")))
			return true;
		l->p = next_word(l->p, l->end);
	}
	return false;
}

static void
ktruss_call(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	const char *name = l->p, *close, *p;
	size_t n = wl_bsd_name(&name, l->end);
	const char *args = name + n + 1;

	if (name + n == l->end || name[n] != '(') {
		wl_bsd_leave(b, rec, l, name, n, name + n);
		return;
	}
	close = wl_bsd_close(args, l->end);
	if (close == l->end) {
		wl_bsd_bad(rec, l, l->end,
		    "expected \")\" behind the arguments");
		return;
	}
	p = wl_bsd_blanks(close + 1, l->end);
	if (p == l->end)
		wl_bsd_enter(b, rec, l, name, n, args, (size_t)(close - args));
	else
		wl_bsd_whole(b, rec, l, name, n, args, (size_t)(close - args),
		    p);
}

/* "SIGSEGV SIG_DFL" */
static void
ktruss_signal(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	const char *end = l->p;

	while (end < l->end && *end != ' ' && *end != '\t')
		end++;
	rec->kind = WL_LOG_SIGNAL;
	rec->errname = (struct wl_text){ l->p, (size_t)(end - l->p) };
	if (wl_bsd_fatal(l->p, (size_t)(end - l->p)) &&
	    wl_bsd_begins(wl_bsd_blanks(end, l->end), l->end, "SIG_DFL"))
		wl_bsd_signal(b, rec, l, l->p, (size_t)(end - l->p));
}

void
wl_ktruss_line(struct wl_bsdlog *b, struct wl_callrec *rec,
    struct wl_bsdline *l)
{
	if (wl_bsd_blanks(l->p, l->end) == l->end)
		rec->kind = WL_LOG_NOTE;
	else if (!ktruss_ids(l) || !ktruss_what(l, rec))
		wl_bsd_bad(rec, l, l->p,
		    "expected \"PID LWP COMMAND CALL(...)\" of ktruss");
	else if (wl_bsd_begins(l->p, l->end, "SIG"))
		ktruss_signal(b, rec, l);
	else
		ktruss_call(b, rec, l);
}

static bool
is_ktruss(const char *line, const char *end)
{
	struct wl_bsdline l = { .begin = line, .end = end, .p = line };
	struct wl_callrec rec = { .pid = 0 };
	const char *p;
	size_t n;

	if (!ktruss_ids(&l) || !ktruss_what(&l, &rec))
		return false;
	p = l.p;
	n = wl_bsd_name(&p, end);
	if (p + n == end || p[n] != '(')
		return is_ktruss_result(wl_bsd_blanks(p + n, end), end);
	p = wl_bsd_close(p + n + 1, end);
	if (p == end)
		return false;
	p = wl_bsd_blanks(p + 1, end);
	return p == end || is_ktruss_result(p, end);
}

/* ------------------------------------------------------------- finding --- */

static bool
find(const char *p, size_t len, bool (*is)(const char *, const char *))
{
	const char *end = p + len, *eol;

	for (int i = 0; i < 40 && p < end; i++, p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (eol == NULL)
			eol = end;
		if (is(p, eol > p && eol[-1] == '\r' ? eol - 1 : eol))
			return true;
	}
	return false;
}

bool
wl_truss_detect(const char *text, size_t len,
    const struct sim_personality **system)
{
	*system = &sim_freebsd;
	return find(text, len, is_truss);
}

bool
wl_ktruss_detect(const char *text, size_t len,
    const struct sim_personality **system)
{
	*system = &sim_netbsd;
	return find(text, len, is_ktruss);
}
