/*
 * Logs of the BSDs' tools.
 *
 * A random sequence of calls is written as each tool writes it, by printers
 * that know nothing of the readers; what is read must be the calls again.  Then
 * single lines, each with one thing in it that a reader can get wrong.
 */
#include "strace_fixture.h"
#include "tests/random.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

static uint64_t seed;

/* ------------------------------------------------------------- the calls - */

struct call {
	const char *name; /* as the record says it */
	int pid;
	unsigned nargs;
	uint64_t arg[6];
	const char *path; /* argument 0 of open */
	uint64_t ret;
	int err; /* index into errors, or -1 */
};

static const struct {
	unsigned bsd;
	int host;
	const char *name, *words;
} errors[] = {
	{ 12, ENOMEM, "ENOMEM", "Cannot allocate memory" },
	{ 22, EINVAL, "EINVAL", "Invalid argument" },
	{ 35, EAGAIN, "EAGAIN", "Resource temporarily unavailable" },
	{ 2, ENOENT, "ENOENT", "No such file or directory" },
};

static const struct {
	const char *name;
	unsigned nargs;
} kinds[] = {
	{ "mmap", 6 },
	{ "munmap", 2 },
	{ "mprotect", 3 },
	{ "madvise", 3 },
	{ "minherit", 3 },
	{ "brk", 1 },
	{ "open", 2 },
	{ "close", 1 },
	{ "vfork", 0 },
	{ "shmget", 3 },
};

static struct call
random_call(void)
{
	unsigned k = rnd_below(&seed, NELEM(kinds));
	struct call c = { .name = kinds[k].name,
		.nargs = kinds[k].nargs,
		.pid = 100 + (int)rnd_below(&seed, 3),
		.err = rnd_below(&seed, 4) == 0 ?
		    (int)rnd_below(&seed, NELEM(errors)) :
		    -1 };

	for (unsigned i = 0; i < c.nargs; i++)
		c.arg[i] = (uint64_t)rnd_below(&seed, 1 << 20)
		    << rnd_below(&seed, 28);
	if (strcmp(c.name, "mmap") == 0) {
		c.arg[2] = rnd_below(&seed, 8);
		c.arg[3] = 0x1002 | rnd_below(&seed, 2) * 0x10;
		c.arg[4] = rnd_below(&seed, 2) ? UINT64_MAX :
						 rnd_below(&seed, 9);
	}
	if (strcmp(c.name, "mprotect") == 0)
		c.arg[2] = rnd_below(&seed, 8);
	if (strcmp(c.name, "open") == 0)
		c.path = "/lib/lib x,y).so";
	c.ret = c.err >= 0 ?
	    UINT64_MAX :
	    (uint64_t)rnd_below(&seed, 1 << 30) << rnd_below(&seed, 17);
	return c;
}

/* ---------------------------------------------------------- the printers - */

struct tool {
	const char *name; /* of the format */
	const struct sim_personality *system;
	bool newer; /* names of arguments, mmap without a pad */
	/* a call, entered; and left */
	void (*enter)(FILE *, const struct tool *, const struct call *);
	void (*leave)(FILE *, const struct tool *, const struct call *);
};

static const char *
system_name(const struct tool *t, const struct call *c)
{
	if (strcmp(c->name, "brk") == 0)
		return "break";
	if (t->system == &sim_netbsd && strcmp(c->name, "vfork") == 0)
		return "__vfork14";
	return c->name;
}

static void
print_prot(FILE *fp, uint64_t prot)
{
	static const char *const names[] = { "PROT_READ", "PROT_WRITE",
		"PROT_EXEC" };
	const char *bar = "";

	if (prot == 0)
		fputs("PROT_NONE", fp);
	for (int i = 0; i < 3; i++)
		if (prot & 1u << i) {
			fprintf(fp, "%s%s", bar, names[i]);
			bar = "|";
		}
}

static void
print_kdump_arg(FILE *fp, const struct tool *t, const struct call *c,
    unsigned i)
{
	bool mmap = strcmp(c->name, "mmap") == 0;
	bool fixed = (c->arg[3] & 0x10) != 0;

	if (c->path != NULL && i == 0) {
		fputs("0x7fffdeadbee0", fp);
	} else if (t->newer && i == 2 &&
	    (mmap || strcmp(c->name, "mprotect") == 0)) {
		fprintf(fp, "0x%" PRIx64 "<", c->arg[i]);
		print_prot(fp, c->arg[i]);
		fputc('>', fp);
	} else if (t->newer && mmap && i == 3) {
		fprintf(fp, "0x%" PRIx64 "<%s>", c->arg[i],
		    t->system == &sim_netbsd ?
			"PRIVATE,FILE,ANONYMOUS,ALIGN=NONE" :
			fixed ? "MAP_PRIVATE|MAP_FIXED|MAP_ANON" :
				"MAP_PRIVATE|MAP_ANON");
	} else if (mmap && i == 4) {
		if (t->system == &sim_openbsd)
			fprintf(fp, "%d", (int)c->arg[i]);
		else
			fprintf(fp, "0x%x", (unsigned)c->arg[i]);
	} else {
		fprintf(fp, c->arg[i] > 9 ? "0x%" PRIx64 : "%" PRIu64,
		    c->arg[i]);
	}
}

static void
kdump_head(FILE *fp, const struct tool *t, const struct call *c,
    const char *type)
{
	if (t->system == &sim_netbsd)
		fprintf(fp, "%6d %6d %-8s %-5s ", c->pid, c->pid, "prog", type);
	else
		fprintf(fp, "%6d %-8s %-5s ", c->pid, "pr og", type);
}

static void
kdump_enter(FILE *fp, const struct tool *t, const struct call *c)
{
	kdump_head(fp, t, c, "CALL");
	fputs(system_name(t, c), fp);
	if (c->nargs == 0 && t->newer) { /* both are seen */
		fputc('\n', fp);
		return;
	}
	fputc('(', fp);
	for (unsigned i = 0; i < c->nargs; i++) {
		if (i > 0)
			fputc(',', fp);
		if (i == 5 && t->system == &sim_netbsd)
			fputs("0,", fp);
		print_kdump_arg(fp, t, c, i);
	}
	fputs(")\n", fp);
	if (c->path != NULL) {
		kdump_head(fp, t, c, "NAMI");
		fprintf(fp, "\"%s\"\n", c->path);
	}
}

static void
kdump_leave(FILE *fp, const struct tool *t, const struct call *c)
{
	kdump_head(fp, t, c, "RET");
	fputs(system_name(t, c), fp);
	if (c->err >= 0)
		fprintf(fp, " -1 errno %u %s\n", errors[c->err].bsd,
		    errors[c->err].words);
	else if (c->ret < 10)
		fprintf(fp, " %" PRIu64 "\n", c->ret);
	else
		fprintf(fp, " %" PRIu64 "/0x%" PRIx64 "\n", c->ret, c->ret);
}

/* truss writes a call when it returns. */
static void
truss_enter(FILE *fp, const struct tool *t, const struct call *c)
{
	(void)fp, (void)t, (void)c;
}

static void
truss_leave(FILE *fp, const struct tool *t, const struct call *c)
{
	bool mmap = strcmp(c->name, "mmap") == 0;

	fprintf(fp, "%5d: ", c->pid);
	if (t->newer)
		fprintf(fp, "0.%09u ", rnd_below(&seed, 1000000000));
	fprintf(fp, "%s(", system_name(t, c));
	for (unsigned i = 0; i < c->nargs; i++) {
		if (i > 0)
			fputc(',', fp);
		if (c->path != NULL && i == 0)
			fprintf(fp, "\"%s\"", c->path);
		else if (i == 2 && (mmap || strcmp(c->name, "mprotect") == 0))
			print_prot(fp, c->arg[i]);
		else if (i == 3 && mmap)
			fprintf(fp, "MAP_PRIVATE|%sMAP_ANON",
			    c->arg[3] & 0x10 ? "MAP_FIXED|" : "");
		else if (i == 1)
			fprintf(fp, "%" PRIu64, c->arg[i]);
		else if (i == 4)
			fprintf(fp, "%d", (int)c->arg[i]);
		else
			fprintf(fp, "0x%" PRIx64, c->arg[i]);
	}
	fputs(")\t\t ", fp);
	if (c->err >= 0)
		fprintf(fp, "ERR#%u '%s'\n", errors[c->err].bsd,
		    errors[c->err].words);
	else
		fprintf(fp, "= %" PRIu64 " (0x%" PRIx64 ")\n", c->ret, c->ret);
}

static void
ktruss_args(FILE *fp, const struct tool *t, const struct call *c)
{
	fprintf(fp, "%6d %6d %-8s %s(", c->pid, 1, "prog", system_name(t, c));
	for (unsigned i = 0; i < c->nargs; i++) {
		if (i > 0)
			fputs(", ", fp);
		if (c->path != NULL && i == 0) {
			fprintf(fp, "\"%s\"", c->path);
			continue;
		}
		if (i == 5)
			fputs("0, ", fp);
		if (c->arg[i] == UINT64_MAX)
			fputs("0xffffffff", fp);
		else
			fprintf(fp, c->arg[i] == 0 ? "0" : "0x%" PRIx64,
			    c->arg[i]);
	}
	fputc(')', fp);
}

static void
ktruss_result(FILE *fp, const struct call *c)
{
	if (c->err >= 0)
		fprintf(fp, " Err#%u %s\n", errors[c->err].bsd,
		    errors[c->err].name);
	else if (c->ret & 1)
		fprintf(fp, " = %" PRIu64 "\n", c->ret);
	else
		fprintf(fp, " = 0x%" PRIx64 "\n", c->ret);
}

static void
ktruss_enter(FILE *fp, const struct tool *t, const struct call *c)
{
	ktruss_args(fp, t, c);
	fputc('\n', fp);
}

static void
ktruss_leave(FILE *fp, const struct tool *t, const struct call *c)
{
	fprintf(fp, "%6d %6d %-8s %-23s", c->pid, 1, "prog", system_name(t, c));
	ktruss_result(fp, c);
}

/* Call and result in one line. */
static void
ktruss_whole(FILE *fp, const struct tool *t, const struct call *c)
{
	ktruss_args(fp, t, c);
	ktruss_result(fp, c);
}

static const struct tool tools[] = {
	{ "kdump", &sim_freebsd, true, kdump_enter, kdump_leave },
	{ "kdump", &sim_freebsd, false, kdump_enter, kdump_leave },
	{ "kdump", &sim_netbsd, true, kdump_enter, kdump_leave },
	{ "kdump", &sim_netbsd, false, kdump_enter, kdump_leave },
	{ "kdump", &sim_openbsd, true, kdump_enter, kdump_leave },
	{ "truss", &sim_freebsd, true, truss_enter, truss_leave },
	{ "truss", &sim_freebsd, false, truss_enter, truss_leave },
	{ "ktruss", &sim_netbsd, true, ktruss_enter, ktruss_leave },
	{ "ktruss", &sim_netbsd, false, truss_enter, ktruss_whole },
};

/* ------------------------------------------------------------- comparing - */

static bool
name_value(const void *ctx, const char *name, size_t len, uint64_t *v)
{
	char buf[64];

	snprintf(buf, sizeof(buf), "%.*s", (int)len, name);
	return sim_const_value(ctx, buf, v) == 0;
}

static void
open_text(struct wl_calllog *log, const char *text, const char *format,
    const struct sim_personality *system, char **path)
{
	char err[200];
	struct wl_input *in;

	*path = log_file(text, strlen(text));
	in = wl_input_open(*path, err, sizeof(err));
	assert_non_null(in);
	assert_true(wl_calllog_open(log, in,
	    format != NULL ? wl_callformat_byname(format) : NULL, system));
}

static void
close_text(struct wl_calllog *log, char *path)
{
	wl_calllog_close(log);
	unlink(path);
	free(path);
}

static void
next_call(struct wl_calllog *log, struct wl_callrec *rec)
{
	do {
		wl_calllog_next(log, rec);
		if (rec->kind == WL_LOG_BAD)
			fail_msg("line %" PRIu64 ":%u: %s", rec->line,
			    rec->column, rec->error);
	} while (rec->kind == WL_LOG_ENTRY || rec->kind == WL_LOG_NOTE);
}

static void
same_call(const struct tool *t, const struct call *c,
    const struct wl_callrec *rec)
{
	char path[64];
	uint64_t v;
	bool cut;

	assert_int_equal(rec->kind, WL_LOG_CALL);
	assert_string_equal(rec->name, c->name);
	assert_int_equal(rec->pid, c->pid);
	assert_int_equal(rec->nargs, c->nargs);
	for (unsigned i = 0; i < c->nargs; i++) {
		if (c->path != NULL && i == 0) {
			assert_true(wl_text_string(rec->arg[0], path,
			    sizeof(path), &cut));
			assert_string_equal(path, c->path);
			continue;
		}
		assert_true(wl_text_number(rec->arg[i], name_value, t->system,
		    &v, NULL));
		if (i == 4)
			assert_int_equal((int)v, (int)c->arg[i]);
		else
			assert_int_equal(v, c->arg[i]);
	}
	if (c->err >= 0) {
		assert_int_equal(rec->result, WL_LOG_ERROR);
		assert_int_equal(rec->err, errors[c->err].host);
	} else {
		assert_int_equal(rec->result, WL_LOG_VALUE);
		assert_int_equal(rec->ret, c->ret);
	}
}

#define MANY 400

/* Each process is in one call at most; they return in any order. */
static void
round_trip(const struct tool *t)
{
	static struct call order[MANY];
	struct call open[3];
	bool in[3] = { false, false, false };
	struct wl_callrec rec;
	struct wl_calllog log;
	unsigned n = 0, k;
	char *text, *path;
	size_t len;
	FILE *fp = open_memstream(&text, &len);

	while (n < MANY) {
		struct call c = random_call();

		k = (unsigned)c.pid - 100;
		if (in[k]) {
			t->leave(fp, t, &open[k]);
			order[n++] = open[k];
		} else {
			t->enter(fp, t, &c);
			open[k] = c;
		}
		in[k] = !in[k];
	}
	fclose(fp);
	/* Found from its content; the system of a bare kdump is not told. */
	open_text(&log, text, NULL, t->system, &path);
	assert_string_equal(log.format->name, t->name);
	for (int again = 0; again < 2; again++) {
		for (n = 0; n < MANY; n++) {
			next_call(&log, &rec);
			same_call(t, &order[n], &rec);
		}
		next_call(&log, &rec);
		assert_int_equal(rec.kind, WL_LOG_END);
		assert_true(wl_calllog_rewind(&log));
	}
	close_text(&log, path);
	free(text);
}

static void
test_round_trips(void **state)
{
	(void)state;
	for (unsigned s = 1; s <= 8; s++)
		for (unsigned i = 0; i < NELEM(tools); i++) {
			seed = s;
			round_trip(&tools[i]);
		}
}

/* ----------------------------------------------------------------- lines - */

static const struct {
	const char *format,
	    *text; /* the record of the last line is looked at */
	enum wl_log_kind kind;
	int pid;
	const char *name;
	uint64_t ret;
	int value;
} lines[] = {
	/* threads that the log tells apart */
	{ "kdump", " 7 100101 a CALL  f(0)\n 7 100102 a CALL  f(1)\n",
	    WL_LOG_ENTRY, -1, "f", 0, 0 },
	{ "kdump", " 7/1 a CALL  f(0)\n 7/2 a CALL  f(1)\n 7/1 a RET   f 4\n",
	    WL_LOG_CALL, 7, "f", 4, 0 },
	/* and those that it does not: the older one returns */
	{ "kdump", " 7 a CALL  f(0)\n 7 a CALL  g(1)\n 7 a RET   f 4\n",
	    WL_LOG_CALL, 7, "f", 4, 0 },
	{ "kdump",
	    " 7 a 1700000000.000123 CALL  f(0)\n 7 a 0.1 RET   f 4/0x4, "
	    "5/0x5\n",
	    WL_LOG_CALL, 7, "f", 4, 0 },
	{ "kdump", " 7 a FreeBSD-ELF64 CALL  [477]mmap2(0)\n", WL_LOG_ENTRY, 7,
	    "mmap2", 0, 0 },
	{ "kdump", " 7 a CALL  compat11.kevent(0)\n", WL_LOG_ENTRY, 7, "kevent",
	    0, 0 },
	{ "kdump", " 7 a CALL  freebsd6_mmap(0,1,2,3,4,5,6)\n", WL_LOG_ENTRY, 7,
	    "mmap", 0, 0 },
	{ "kdump", " 7 CALL CALL  f(0)\n", WL_LOG_ENTRY, 7, "f", 0, 0 },
	{ "kdump", " 7 42 CALL  f(0)\n", WL_LOG_ENTRY, 7, "f", 0, 0 },
	{ "kdump", " 7 a CALL  f(0)\n 7 a RET   f RESTART\n", WL_LOG_NOTE, 7,
	    NULL, 0, 0 },
	{ "kdump", " 7 a RET   fork 0\n", WL_LOG_NOTE, 7, NULL, 0, 0 },
	{ "kdump", " 7 a CALL  exit(0x103)\n", WL_LOG_EXITED, 7, NULL, 0, 3 },
	{ "kdump", " 7 a PSIG  SIGSEGV SIG_DFL code=SEGV_MAPERR\n",
	    WL_LOG_KILLED, 7, NULL, 0, 0 },
	{ "kdump", " 7 a PSIG  SIGSEGV caught handler=0x1 mask=0 code=1\n",
	    WL_LOG_SIGNAL, 0, NULL, 0, 0 },
	{ "kdump", " 7 a PSIG  SIGCHLD SIG_DFL\n", WL_LOG_SIGNAL, 0, NULL, 0,
	    0 },
	{ "kdump",
	    " 7 a PFLT  0x12000 0x2<VM_PROT_WRITE>\n 7 a PRET  "
	    "KERN_SUCCESS\n",
	    WL_LOG_FAULT, 7, NULL, 0x12000, 2 },
	{ "kdump",
	    " 7 a PFLT  0x12000 VM_PROT_READ|VM_PROT_EXECUTE\n 7 a PRET "
	    " KERN_SUCCESS\n",
	    WL_LOG_FAULT, 7, NULL, 0x12000, 5 },
	{ "kdump", " 7 a GIO   fd 1 wrote 3 bytes\n\t\"12 a b\"\n", WL_LOG_NOTE,
	    0, NULL, 0, 0 },
	{ "kdump", " 7 a CSW   stop user \"select\"\n", WL_LOG_NOTE, 0, NULL, 0,
	    0 },
	{ "truss", "f(1,2) = 3 (0x3)\n", WL_LOG_CALL, 0, "f", 3, 0 },
	{ "truss", "100101: f(1,2) = 3 (0x3)\n", WL_LOG_CALL, 0, "f", 3, 0 },
	{ "truss", " 71 100101: 0.5 0.25 f(1,2) = 3 (0x3)\n", WL_LOG_CALL, 71,
	    "f", 3, 0 },
	{ "truss", " 71: f(\"a)\\\",(\",{ a={1,2} }) = -1 (0xff)\n",
	    WL_LOG_CALL, 71, "f", UINT64_MAX, 0 },
	{ "truss", " 71: <new process>\n", WL_LOG_NOTE, 0, NULL, 0, 0 },
	{ "truss", " 71: SIGNAL 20 (SIGCHLD) code=1\n", WL_LOG_NOTE, 0, NULL, 0,
	    0 },
	{ "truss", " 71: exit(0x3)\t\t\n", WL_LOG_NOTE, 0, NULL, 0, 0 },
	{ "truss", " 71: process exit, rval = 3\n", WL_LOG_EXITED, 71, NULL, 0,
	    3 },
	{ "truss", "process killed, signal = 11 (core dumped)\n", WL_LOG_KILLED,
	    0, NULL, 0, 0 },
	{ "truss", " 71: f(1) ERESTART\n", WL_LOG_NOTE, 71, NULL, 0, 0 },
	{ "ktruss", "7 7 a emul(netbsd)\n", WL_LOG_ENTRY, 7, "emul", 0, 0 },
	{ "ktruss", "7 1 a b 1700000000.123 f(1) = 2\n", WL_LOG_CALL, 7, "f", 2,
	    0 },
	{ "ktruss", "7 1 a SIGSEGV SIG_DFL\n", WL_LOG_KILLED, 7, NULL, 0, 0 },
	{ "ktruss", "7 1 a fktrace    = 0\n", WL_LOG_NOTE, 7, NULL, 0, 0 },
	/* names of older systems, and what looks like one */
	{ "kdump", " 7 a CALL  compat_43_munmap(0)\n", WL_LOG_ENTRY, 7,
	    "munmap", 0, 0 },
	{ "kdump", " 7 a CALL  sys_munmap(0)\n", WL_LOG_ENTRY, 7, "munmap", 0,
	    0 },
	{ "kdump", " 7 a CALL  compat(0)\n", WL_LOG_ENTRY, 7, "compat", 0, 0 },
	{ "kdump", " 7 a CALL  freebsd11(0)\n", WL_LOG_ENTRY, 7, "freebsd", 0,
	    0 },
	{ "kdump", " 7 a CALL  netbsdx_y(0)\n", WL_LOG_ENTRY, 7, "netbsdx_y", 0,
	    0 },
	{ "kdump", " 7 a CALL  _(0)\n", WL_LOG_ENTRY, 7, "_", 0, 0 },
	{ "kdump", " 7 a CALL  [x]f(0)\n", WL_LOG_BAD, 0, NULL, 0, 12 },
	{ "kdump", " 7 a CALL  []f(0)\n", WL_LOG_BAD, 0, NULL, 0, 12 },
	/* ends of threads; of a process whose status is not told */
	{ "kdump", " 7/1 a CALL  f(0)\n 7/2 a CALL  lwp_exit(0)\n",
	    WL_LOG_EXITED, -1, NULL, 0, 0 },
	{ "kdump", " 7 a CALL  threxit(0)\n", WL_LOG_NOTE, 7, NULL, 0, 0 },
	{ "kdump", " 7 a CALL  exit\n", WL_LOG_EXITED, 7, NULL, 0, 0 },
	/* results */
	{ "kdump", " 7 a CALL  f(0)\n 7 a RET   f\n", WL_LOG_CALL, 7, "f", 0,
	    0 },
	{ "kdump", " 7 a CALL  f(0)\n 7 a RET   f = 5\n", WL_LOG_CALL, 7, "f",
	    5, 0 },
	{ "kdump", " 7 a CALL  f(0)\n 7 a RET   f EJUSTRETURN\n", WL_LOG_CALL,
	    7, "f", 0, 0 },
	{ "kdump", " 7 a CALL  f(0)\n 7 a RET   f -1 errno -3 Internal\n",
	    WL_LOG_CALL, 7, "f", UINT64_MAX, 0 },
	{ "kdump", " 7 a CALL  f(0)\n 7 a RET   f -1 errno x\n", WL_LOG_CALL, 7,
	    "f", UINT64_MAX, 0 },
	{ "kdump", " 7 a CALL  f(0)\n 7 a RET   f -1\n", WL_LOG_CALL, 7, "f",
	    UINT64_MAX, 0 },
	{ "truss", " 71: f(1) ERR#250 'Never seen'\n", WL_LOG_CALL, 71, "f",
	    UINT64_MAX, 0 },
	/* arguments: blanks, names, brackets; more than any call has */
	{ "kdump", " 7 a CALL  f( 1 , 2<A,B>,3<<x,(4,5), [6,7])\n",
	    WL_LOG_ENTRY, 7, "f", 0, 0 },
	{ "kdump", " 7 a CALL  f(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17)\n",
	    WL_LOG_ENTRY, 7, "f", 0, 0 },
	/* times that are none */
	{ "kdump", " 7 a 12. CALL  f(0)\n", WL_LOG_ENTRY, 7, "f", 0, 0 },
	{ "kdump", " 7 a 12.5x CALL  f(0)\n", WL_LOG_ENTRY, 7, "f", 0, 0 },
	{ "truss", "12.5", WL_LOG_NOTE, 0, NULL, 0, 0 },
	/* faults: by another name, without an end, with another's end */
	{ "kdump", " 7 a PFLT  0x12000 VM_PROT_NEVER\n", WL_LOG_NOTE, 7, NULL,
	    0, 0 },
	{ "kdump", " 7 a PRET  KERN_SUCCESS\n", WL_LOG_NOTE, 7, NULL, 0, 0 },
	{ "kdump", " 7 a PFLT  0x12000 0x1\n 7 a PRET  0\n", WL_LOG_FAULT, 7,
	    NULL, 0x12000, 1 },
	/* threads and ends of truss */
	{ "truss", " 71: thr_exit(0x0)\n", WL_LOG_NOTE, 0, NULL, 0, 0 },
	{ "truss", " 71: -- UNKNOWN FreeBSD SYSCALL 700 --\n", WL_LOG_NOTE, 0,
	    NULL, 0, 0 },
	{ "truss", "process killed, signal = 99\n", WL_LOG_KILLED, 0, NULL, 0,
	    0 },
	{ "truss", " 71: f(1,(2\n", WL_LOG_BAD, 0, NULL, 0, 12 },
	{ "truss", " 71: \n", WL_LOG_NOTE, 0, NULL, 0, 0 },
	{ "ktruss", "\n", WL_LOG_NOTE, 0, NULL, 0, 0 },
	{ "ktruss", "7 1 a f(1\n", WL_LOG_BAD, 0, NULL, 0, 10 },
	{ "ktruss", "7 1 a f\n", WL_LOG_BAD, 0, NULL, 0, 8 },
	/* what is nothing of the kind */
	{ "kdump", "hello, world\n", WL_LOG_BAD, 0, NULL, 0, 1 },
	{ "kdump", " 7 a CALL  (0)\n", WL_LOG_BAD, 0, NULL, 0, 12 },
	{ "kdump", " 7 a CALL  f(0\n", WL_LOG_BAD, 0, NULL, 0, 13 },
	{ "kdump", " 7 a CALL  f(0)\n 7 a RET   g 1\n", WL_LOG_BAD, 7, NULL, 0,
	    12 },
	{ "kdump", " 7 a CALL  f(0)\n 7 a RET   f x\n", WL_LOG_BAD, 7, NULL, 0,
	    13 },
	{ "truss", " 71: f(1\n", WL_LOG_BAD, 0, NULL, 0, 9 },
	{ "truss", " 71: f(1) what\n", WL_LOG_BAD, 71, NULL, 0, 10 },
	{ "truss", " 71: !\n", WL_LOG_BAD, 0, NULL, 0, 6 },
	{ "ktruss", "7 a f(1) = 2\n", WL_LOG_BAD, 0, NULL, 0, 1 },
};

static void
test_lines(void **state)
{
	struct wl_callrec rec, last;
	struct wl_calllog log;
	char *path, name[64];

	(void)state;
	for (size_t i = 0; i < NELEM(lines); i++) {
		memset(&last, 0, sizeof(last));
		name[0] = '\0';
		open_text(&log, lines[i].text, lines[i].format, NULL, &path);
		for (wl_calllog_next(&log, &rec); rec.kind != WL_LOG_END;
		     wl_calllog_next(&log, &rec)) {
			last = rec;
			if (rec.name != NULL)
				snprintf(name, sizeof(name), "%s", rec.name);
		}
		if (lines[i].name != NULL)
			assert_string_equal(name, lines[i].name);
		if (last.kind != lines[i].kind || last.pid != lines[i].pid)
			fail_msg("%s: kind %d of pid %d, expected %d of %d",
			    lines[i].text, last.kind, last.pid, lines[i].kind,
			    lines[i].pid);
		if (last.kind == WL_LOG_CALL || last.kind == WL_LOG_FAULT)
			assert_int_equal(last.ret, lines[i].ret);
		if (last.kind == WL_LOG_EXITED || last.kind == WL_LOG_FAULT)
			assert_int_equal(last.value, lines[i].value);
		if (last.kind == WL_LOG_BAD &&
		    (int)last.column != lines[i].value)
			fail_msg("%s: column %u, expected %d", lines[i].text,
			    last.column, lines[i].value);
		close_text(&log, path);
	}
}

/* The 65th call that has not returned drives out the first. */
static void
test_unreturned(void **state)
{
	struct wl_callrec rec;
	struct wl_calllog log;
	char *text, *path;
	size_t len;
	FILE *fp = open_memstream(&text, &len);

	(void)state;
	for (int i = 0; i < 65; i++)
		fprintf(fp, " 7 a CALL  f%c(%d)\n", i == 0 ? 'a' : 'b', i);
	fputs(" 7 a RET   fb 1\n 7 a RET   fa 2\n", fp);
	fclose(fp);
	open_text(&log, text, "kdump", NULL, &path);
	for (int i = 0; i < 66; i++)
		wl_calllog_next(&log, &rec);
	assert_int_equal(rec.kind, WL_LOG_CALL);
	assert_true(wl_text_is(rec.arg[0], "1"));
	wl_calllog_next(&log, &rec);
	assert_int_equal(rec.kind, WL_LOG_BAD);
	close_text(&log, path);
	free(text);
}

/* A line longer than any is told, and the next one is read. */
static void
test_long_line(void **state)
{
	const size_t n = WL_INPUT_MAXLINE + 10;
	char *text = malloc(n + 100), *path;
	struct wl_callrec rec;
	struct wl_calllog log;
	bool told = false;

	(void)state;
	memset(text, 'x', n);
	memcpy(text, " 7 a CALL  f(", 13);
	strcpy(text + n, "\n 7 a CALL  g(1)\n");
	open_text(&log, text, "kdump", NULL, &path);
	do {
		wl_calllog_next(&log, &rec);
		told |= rec.kind == WL_LOG_BAD &&
		    strcmp(rec.error, "the line is too long") == 0;
	} while (rec.kind == WL_LOG_BAD);
	assert_true(told);
	assert_int_equal(rec.kind, WL_LOG_ENTRY);
	assert_string_equal(rec.name, "g");
	close_text(&log, path);
	free(text);
}

/* ------------------------------------------------------------- finding --- */

static void
test_detect(void **state)
{
	static const struct {
		const char *text, *format;
		const struct sim_personality *system;
	} rows[] = {
		{ " 7 a CALL  f(0)\n", "kdump", &sim_freebsd },
		{ " 7 a CALL  kbind(0)\n 7 a RET   kbind 0\n", "kdump",
		    &sim_openbsd },
		{ " 7 7 a EMUL  \"netbsd\"\n 7 7 a RET   x 0\n", "kdump",
		    &sim_netbsd },
		{ "f(1) = 1 (0x1)\n", "truss", &sim_freebsd },
		{ "1 1 a f(1) = 1\n", "ktruss", &sim_netbsd },
		{ "1 f(1) = 1\n", "strace", &sim_linux },
		{ "1 mmap(NULL, 1) = 0x1 (flags)\n", "strace", &sim_linux },
		{ "1 +++ exited with 0 +++\n", "strace", &sim_linux },
	};
	static const uint8_t binary[40] = { 16, 0, 0, 0, 1, 0, 1, 0, 7, 0, 0, 0,
		'l', 's' };
	static const struct {
		size_t at;
		uint8_t byte;
	} damaged[] = { { 3, 1 }, { 4, 0 }, { 4, 33 }, { 5, 1 }, { 6, 9 },
		{ 7, 1 }, { 8, 0 }, { 11, 9 }, { 12, 0 }, { 13, 0x80 },
		{ 16, 'x' } };
	struct wl_calllog log;
	char *path, err[200];
	struct wl_input *in;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		open_text(&log, rows[i].text, NULL, NULL, &path);
		assert_string_equal(log.format->name, rows[i].format);
		assert_ptr_equal(log.system, rows[i].system);
		close_text(&log, path);
	}
	/* the same with one byte that no ktrace.out has there */
	for (size_t i = 0; i < NELEM(damaged); i++) {
		uint8_t copy[40];

		memcpy(copy, binary, sizeof(copy));
		copy[damaged[i].at] = damaged[i].byte;
		path = log_file(copy, sizeof(copy));
		in = wl_input_open(path, err, sizeof(err));
		if (wl_calllog_open(&log, in, NULL, NULL))
			assert_string_equal(log.format->name, "strace");
		else
			assert_null(strstr(log.error, "kdump -f"));
		close_text(&log, path);
	}
	path = log_file(binary, sizeof(binary));
	in = wl_input_open(path, err, sizeof(err));
	assert_false(wl_calllog_open(&log, in, NULL, NULL));
	assert_non_null(strstr(log.error, "kdump -f"));
	close_text(&log, path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_unreturned),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_detect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
