/*
 * Lines of kdump(1) of FreeBSD, NetBSD and OpenBSD.
 *
 *	PID [TID] COMM [TIME] [ABI] TYPE  rest
 *	PID/TID COMM ...
 *
 * COMM may have blanks: the record's type is the first word behind it that is
 * one.  Lines that are no records belong to the record before them where that
 * has data (GIO, STRU, ...).
 */
#include <string.h>

#include "bsdlog_int.h"

enum type {
	CALL,
	RET,
	NAMI,
	PSIG,
	PFLT,
	PRET,
	DATA,  /* lines of data may follow */
	OTHER, /* nothing for a replay */
};

static const struct {
	const char *name;
	enum type type;
} types[] = {
	{ "CALL", CALL },
	{ "RET", RET },
	{ "NAMI", NAMI },
	{ "PSIG", PSIG },
	{ "PFLT", PFLT },
	{ "PRET", PRET },
	{ "GIO", DATA },
	{ "STRU", DATA },
	{ "MISC", DATA },
	{ "USER", DATA },
	{ "SCTL", DATA },
	{ "ARGS", DATA },
	{ "ENV", DATA },
	{ "MMSG", DATA },
	{ "MOOL", DATA },
	{ "MIB", DATA },
	{ "EXAR", DATA },
	{ "EXEV", DATA },
	{ "CSW", OTHER },
	{ "CAP", OTHER },
	{ "EMUL", OTHER },
	{ "EXEC", OTHER },
	{ "PLDG", OTHER },
	{ "PCTO", OTHER },
	{ "SAUP", OTHER },
	{ "EVNT", OTHER },
};

/* => behind the word's type, and it; NULL: the word at p is no type */
static const char *
type_at(const char *p, const char *end, enum type *type)
{
	size_t n;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		n = strlen(types[i].name);
		if (!wl_bsd_begins(p, end, types[i].name) ||
		    (p + n < end && p[n] != ' ' && p[n] != '\t'))
			continue;
		*type = types[i].type;
		return wl_bsd_blanks(p + n, end);
	}
	return NULL;
}

static const char *
word_end(const char *p, const char *end)
{
	while (p < end && *p != ' ' && *p != '\t')
		p++;
	return p;
}

/* "1234", "1234/5678", "1234  5678"; => false: no pid */
static bool
read_ids(struct wl_bsdline *l)
{
	const char *p = wl_bsd_blanks(l->p, l->end), *q;
	uint64_t v;

	q = wl_bsd_number(p, l->end, &v);
	if (q == p || v > SIM_MAXPID || q == l->end)
		return false;
	l->pid = (int)v;
	if (*q == '/')
		p = q + 1;
	else if (*q == ' ' || *q == '\t')
		p = wl_bsd_blanks(q, l->end);
	else
		return false;
	l->p = p;
	q = wl_bsd_number(p, l->end, &v);
	if (q > p && q < l->end && (*q == ' ' || *q == '\t') &&
	    v <= INT32_MAX) {
		l->tid = (int)v;
		l->p = wl_bsd_blanks(q, l->end);
	}
	return l->p < l->end;
}

/* => false: no record; else l->p stands behind its type */
static bool
read_head(struct wl_bsdline *l, enum type *type, uint64_t *ns, bool *timed)
{
	const char *p, *q;

	if (!read_ids(l))
		return false;
	*timed = false;
	p = wl_bsd_blanks(word_end(l->p, l->end), l->end);
	/* A command whose name is a number. */
	if (l->tid != 0 && type_at(l->p, l->end, type) != NULL &&
	    type_at(p, l->end, type) == NULL) {
		l->tid = 0;
		p = l->p;
	}
	while (p < l->end) {
		q = type_at(p, l->end, type);
		if (q != NULL) {
			l->p = q;
			return true;
		}
		q = wl_bsd_time(p, l->end, ns);
		if (q != p)
			*timed = true;
		else
			q = word_end(p, l->end);
		p = wl_bsd_blanks(q, l->end);
	}
	return false;
}

/* ------------------------------------------------------------- records --- */

static void
call(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	const char *name = l->p, *end = l->end;
	size_t n = wl_bsd_name(&name, end);
	const char *args = name + n;

	if (n == 0) {
		wl_bsd_bad(rec, l, name, "expected the name of a call");
		return;
	}
	if (args == end) { /* a call without arguments */
		wl_bsd_enter(b, rec, l, name, n, args, 0);
		return;
	}
	while (end > args && end[-1] != ')')
		end--;
	if (*args != '(' || end - args < 2) {
		wl_bsd_bad(rec, l, args, "expected \"(ARGUMENTS)\"");
		return;
	}
	wl_bsd_enter(b, rec, l, name, n, args + 1,
	    (size_t)(end - 1 - (args + 1)));
}

static void
ret(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	const char *name = l->p;
	size_t n = wl_bsd_name(&name, l->end);

	if (n == 0)
		wl_bsd_bad(rec, l, name, "expected the name of a call");
	else
		wl_bsd_leave(b, rec, l, name, n, name + n);
}

/* "SIGSEGV SIG_DFL ...": the default of most is death. */
static void
sig(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	const char *end = word_end(l->p, l->end);
	size_t n = (size_t)(end - l->p);

	rec->kind = WL_LOG_SIGNAL;
	rec->errname = (struct wl_text){ l->p, n };
	if (wl_bsd_fatal(l->p, n) &&
	    wl_bsd_begins(wl_bsd_blanks(end, l->end), l->end, "SIG_DFL"))
		wl_bsd_signal(b, rec, l, l->p, n);
}

static uint64_t
hex_or_decimal(const char *p, const char *end, const char **behind)
{
	const char *q = p;
	uint64_t v = 0;

	while (q < end && strchr(" \t<", *q) == NULL)
		q++;
	*behind = q;
	return wl_text_number((struct wl_text){ p, (size_t)(q - p) }, NULL,
		   NULL, &v, NULL) ?
	    v :
	    UINT64_MAX;
}

static bool
fault_name(const void *ctx, const char *name, size_t len, uint64_t *v)
{
	static const char *const names[] = { "VM_PROT_READ", "VM_PROT_WRITE",
		"VM_PROT_EXECUTE" };

	(void)ctx;
	for (size_t i = 0; i < 3; i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return *v = (uint64_t)1 << i, true;
	return false;
}

/* "PFLT  0x800a3c000 0x2<VM_PROT_WRITE>": the fault begins. */
static void
page_fault(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	struct wl_bsdtask *t = wl_bsd_task(b, rec, l);
	uint64_t type;
	const char *p;

	if (t == NULL)
		return;
	rec->kind = WL_LOG_NOTE;
	t->fault = hex_or_decimal(l->p, l->end, &p);
	p = wl_bsd_blanks(p, l->end);
	if (t->fault == UINT64_MAX ||
	    !wl_text_number((struct wl_text){ p, (size_t)(l->end - p) },
		fault_name, NULL, &type, NULL)) {
		wl_bsd_bad(rec, l, l->p, "expected an address and VM_PROT_*");
		return;
	}
	t->faulttype = (int)(type & VM_PROT_ALL);
	t->faultline = rec->line;
	t->faulting = true;
}

/* "PRET  KERN_SUCCESS": the fault is over. */
static void
page_return(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	struct wl_bsdtask *t = wl_bsd_task(b, rec, l);

	if (t == NULL)
		return;
	rec->kind = WL_LOG_NOTE;
	if (!t->faulting)
		return;
	t->faulting = false;
	rec->kind = WL_LOG_FAULT;
	rec->entry_line = t->faultline;
	rec->ret = t->fault;
	rec->value = t->faulttype;
	if (!wl_bsd_begins(l->p, l->end, "KERN_SUCCESS") &&
	    !(l->p < l->end && *l->p == '0'))
		rec->err = EFAULT;
}

void
wl_kdump_line(struct wl_bsdlog *b, struct wl_callrec *rec, struct wl_bsdline *l)
{
	enum type type;

	if (!read_head(l, &type, &rec->time, &rec->has_time)) {
		if (b->data || wl_bsd_blanks(l->begin, l->end) == l->end)
			rec->kind = WL_LOG_NOTE;
		else
			wl_bsd_bad(rec, l, l->begin,
			    "expected \"PID COMMAND TYPE\" of kdump");
		return;
	}
	b->data = type == DATA;
	switch (type) {
	case CALL: call(b, rec, l); break;
	case RET: ret(b, rec, l); break;
	case NAMI: wl_bsd_path(b, rec, l); break;
	case PSIG: sig(b, rec, l); break;
	case PFLT: page_fault(b, rec, l); break;
	case PRET: page_return(b, rec, l); break;
	default: rec->kind = WL_LOG_NOTE; break;
	}
}

/* ------------------------------------------------------------- finding --- */

/* Words that only one of the systems has in its logs. */
static const struct {
	const struct sim_personality *system;
	const char *word;
} signs[] = {
	{ &sim_freebsd, "sysarch(" },
	{ &sim_freebsd, "_umtx_op(" },
	{ &sim_freebsd, "thr_self(" },
	{ &sim_freebsd, "thr_new(" },
	{ &sim_freebsd, "rtprio_thread(" },
	{ &sim_freebsd, "sigfastblock(" },
	{ &sim_freebsd, "__sysctlbyname(" },
	{ &sim_freebsd, "ld-elf" },
	{ &sim_freebsd, "compat11." },
	{ &sim_freebsd, "PFLT " },
	{ &sim_freebsd, "fstatat(AT_FDCWD" },
	{ &sim_netbsd, "EMUL  \"netbsd" },
	{ &sim_netbsd, "ld.elf_so" },
	{ &sim_netbsd, "_lwp_" },
	{ &sim_netbsd, "__vfork14" },
	{ &sim_netbsd, "__fstat50(" },
	{ &sim_netbsd, "__stat50(" },
	{ &sim_netbsd, "__gettimeofday50(" },
	{ &sim_netbsd, "__sigaction_sigtramp(" },
	{ &sim_netbsd, ",ALIGN=" },
	{ &sim_openbsd, "kbind(" },
	{ &sim_openbsd, "pledge(" },
	{ &sim_openbsd, "unveil(" },
	{ &sim_openbsd, "mquery(" },
	{ &sim_openbsd, "mimmutable(" },
	{ &sim_openbsd, "pinsyscalls(" },
	{ &sim_openbsd, "msyscall(" },
	{ &sim_openbsd, "__tfork(" },
	{ &sim_openbsd, "__thrsleep(" },
	{ &sim_openbsd, "getthrid" },
	{ &sim_openbsd, "/usr/libexec/ld.so" },
};

static void
whose(const char *text, size_t len, const struct sim_personality **system)
{
	const struct sim_personality *best = NULL;
	unsigned most = 0, n;

	for (size_t i = 0; sim_personalities[i] != NULL; i++) {
		n = 0;
		for (size_t k = 0; k < sizeof(signs) / sizeof(signs[0]); k++)
			if (signs[k].system == sim_personalities[i] &&
			    memmem(text, len, signs[k].word,
				strlen(signs[k].word)) != NULL)
				n++;
		if (n > most) {
			most = n;
			best = sim_personalities[i];
		}
	}
	if (best != NULL)
		*system = best;
}

static bool
is_record(const char *line, const char *end)
{
	struct wl_bsdline l = { .begin = line, .end = end, .p = line };
	const char *name;
	enum type type;
	uint64_t ns;
	bool timed;
	size_t n;

	if (!read_head(&l, &type, &ns, &timed))
		return false;
	if (type != CALL && type != RET)
		return false;
	name = l.p;
	n = wl_bsd_name(&name, end);
	return n > 0 && (type == RET || name + n == end || name[n] == '(');
}

bool
wl_kdump_detect(const char *text, size_t len,
    const struct sim_personality **system)
{
	const char *p = text, *end = text + len, *eol;

	for (int i = 0; i < 100 && p < end; i++, p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (eol == NULL)
			eol = end;
		if (is_record(p, eol)) {
			whose(text, len, system);
			return true;
		}
	}
	return false;
}
