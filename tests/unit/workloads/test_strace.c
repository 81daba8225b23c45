/*
 * The reader of strace logs: every form of line, by hand-written examples.
 */
#include "strace_fixture.h"

#include "workloads/calls/strace.h"

#include <errno.h>
#include <unistd.h>

/* What one line (or the last of several) must become. */
struct row {
	const char *text;
	enum wl_log_kind kind;
	int pid;
	const char *name;
	int nargs;
	enum wl_log_result result;
	uint64_t ret;     /* or errno */
	const char *last; /* last argument, as text */
};

#define VALUE WL_LOG_VALUE
#define ERROR WL_LOG_ERROR
#define NORET WL_LOG_UNKNOWN
#define CALL WL_LOG_CALL
#define ENTRY WL_LOG_ENTRY

static const struct row rows[] = {
	/* columns before the call */
	{ "15491 brk(NULL)                         = 0x56487b3e6000", CALL,
	    15491, "brk", 1, VALUE, 0x56487b3e6000, "NULL" },
	{ "9325  munmap(0x1000, 12) = 0", CALL, 9325, "munmap", 2, VALUE, 0,
	    "12" },
	{ "munmap(0x1000, 12) = 0", CALL, 0, "munmap", 2, VALUE, 0, "12" },
	{ "[pid  9393] brk(NULL)      = 0x10", CALL, 9393, "brk", 1, VALUE,
	    0x10, "NULL" },
	{ "[pid 12<a b>] brk(NULL) = 0x10", CALL, 12, "brk", 1, VALUE, 0x10,
	    "NULL" },
	{ "12<my (comm)> brk(NULL) = 0x10", CALL, 12, "brk", 1, VALUE, 0x10,
	    "NULL" },
	{ "15504 1795237021.515772 brk(NULL) = 0x10 <0.000008>", CALL, 15504,
	    "brk", 1, VALUE, 0x10, "NULL" },
	{ "1795237021.515772 brk(NULL) = 0x10", CALL, 0, "brk", 1, VALUE, 0x10,
	    "NULL" },
	{ "1795237021 brk(NULL) = 0x10", CALL, 0, "brk", 1, VALUE, 0x10,
	    "NULL" },
	{ "12 07:29:10.063742 brk(NULL) = 0x10", CALL, 12, "brk", 1, VALUE,
	    0x10, "NULL" },
	{ "07:29:10 brk(NULL) = 0x10", CALL, 0, "brk", 1, VALUE, 0x10, "NULL" },
	{ "     0.004766 brk(NULL) = 0x10", CALL, 0, "brk", 1, VALUE, 0x10,
	    "NULL" },
	{ "12 1795237021.5 (+     0.000123) brk(NULL) = 0x10", CALL, 12, "brk",
	    1, VALUE, 0x10, "NULL" },
	{ "[pid 12] 0.000487 brk(NULL) = 0x10", CALL, 12, "brk", 1, VALUE, 0x10,
	    "NULL" },
	{ "12 [   9] [00007f12abcd0000] brk(NULL) = 0x10", CALL, 12, "brk", 1,
	    VALUE, 0x10, "NULL" },
	/* arguments and results */
	{ "1 mmap(NULL, 47787, PROT_READ, MAP_PRIVATE, 3</a/b, c(d).so>, 0) "
	  "= 0x7f0000000000",
	    CALL, 1, "mmap", 6, VALUE, 0x7f0000000000, "0" },
	{ "1 mmap(NULL, 1, 0x1, 0x1, 5</memfd:a,b\\74c\\76)>(deleted), 0) "
	  "= 0x1000",
	    CALL, 1, "mmap", 6, VALUE, 0x1000, "0" },
	{ "1 close(4</tmp/a>, b>) = 0", CALL, 1, "close", 2, VALUE, 0, "b>" },
	{ "1 mmap(NULL, 8, PROT_READ, MAP_SHARED, "
	  "4<TCP:[127.0.0.1:1->127.0.0.1:2]>, 0) = 0x2000",
	    CALL, 1, "mmap", 6, VALUE, 0x2000, "0" },
	{ "1 mmap(NULL, 8, 0x3 /* PROT_READ|PROT_WRITE */, 0x22 /* A, B( */, "
	  "-1, 0) = 0x2000",
	    CALL, 1, "mmap", 6, VALUE, 0x2000, "0" },
	{ "1 execve(\"/bin/a)b\", [\"x, \\\"y\\\" (\", \"]\"...], 0x55 "
	  "/* 3 vars */) = 0",
	    CALL, 1, "execve", 3, VALUE, 0, "0x55 /* 3 vars */" },
	{ "1 munmap(0xfff, 4096)  = -1 EINVAL (Invalid argument)", CALL, 1,
	    "munmap", 2, ERROR, EINVAL, "4096" },
	{ "1 foo(1)  = -1 (errno 12)", CALL, 1, "foo", 1, ERROR, ENOMEM, "1" },
	{ "1 pause() = ? ERESTARTNOHAND (To be restarted if no handler)", CALL,
	    1, "pause", 0, NORET, 0, NULL },
	{ "1 exit_group(0)                     = ?", CALL, 1, "exit_group", 1,
	    NORET, 0, "0" },
	{ "1 openat(AT_FDCWD</srv>, \"x\", O_RDONLY) = 3</srv/x>", CALL, 1,
	    "openat", 3, VALUE, 3, "O_RDONLY" },
	{ "1 fork() = 9402<bash>", CALL, 1, "fork", 0, VALUE, 9402, NULL },
	{ "1 execve(\"/bin/true\", [\"true\"], 0x1) = 0 (DELAYED) <0.04>", CALL,
	    1, "execve", 3, VALUE, 0, "0x1" },
	{ "1 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x7f} => "
	  "{parent_tid=[77]}, 88) = 77",
	    CALL, 1, "clone3", 2, VALUE, 77, "88" },
	/* halves */
	{ "1 wait4(-1,  <unfinished ...>", ENTRY, 1, "wait4", 2, 0, 0, "" },
	{ "1 vfork( <unfinished ...>", ENTRY, 1, "vfork", 0, 0, 0, NULL },
	{ "1 munmap(0x1000, 4096 <unfinished ...>\n2 brk(NULL) = 0x1\n"
	  "1 <... munmap resumed>)   = 0",
	    CALL, 1, "munmap", 2, VALUE, 0, "4096" },
	{ "1 wait4(-1,  <unfinished ...>\n1 <... wait4 resumed>NULL, 0, NULL)"
	  " = 2",
	    CALL, 1, "wait4", 4, VALUE, 2, "NULL" },
	{ "1 vfork( <unfinished ...>\n1 <... vfork resumed>)  = 5", CALL, 1,
	    "vfork", 0, VALUE, 5, NULL },
	{ "1 brk(NULL <unfinished ...>\n1 <... brk resumed>) = ?", CALL, 1,
	    "brk", 1, NORET, 0, "NULL" },
	{ "[pid  7] wait4(-1,  <unfinished ...>\n"
	  "<... wait4 resumed>NULL, 0, NULL) = 2",
	    CALL, 7, "wait4", 4, VALUE, 2, "NULL" },
	{ "5 execve(\"/x\", [], 0x1 <unfinished ...>\n"
	  "4 +++ superseded by execve in pid 5 +++\n"
	  "4 <... execve resumed>) = 0",
	    CALL, 4, "execve", 3, VALUE, 0, "0x1" },
	{ "clone(child_stack=NULL, flags=SIGCHLDstrace: Process 9393 attached"
	  "\n, child_tidptr=0x7f) = 9393",
	    CALL, 0, "clone", 3, VALUE, 9393, "child_tidptr=0x7f" },
	{ "1 munmap(0x1000, 4096 <detached ...>", ENTRY, 1, "munmap", 2, 0, 0,
	    "4096" },
	/* marks */
	{ "1 +++ exited with 3 +++", WL_LOG_EXITED, 1, NULL, 0, 0, 3, NULL },
	{ "1 +++ killed by SIGABRT (core dumped) +++", WL_LOG_KILLED, 1, NULL,
	    0, 0, 0, NULL },
	{ "1 --- SIGCHLD {si_signo=SIGCHLD, si_pid=3} ---", WL_LOG_SIGNAL, 1,
	    NULL, 1, 0, 0, "{si_signo=SIGCHLD, si_pid=3} ---" },
	{ "1 --- stopped by SIGSTOP ---", WL_LOG_SIGNAL, 1, NULL, 0, 0, 0,
	    NULL },
	{ "strace: Process 44 attached", WL_LOG_ATTACHED, 44, NULL, 0, 0, 0,
	    NULL },
	{ "[ Process PID=3 runs in 32 bit mode. ]", WL_LOG_NOTE, 0, NULL, 0, 0,
	    0, NULL },
	{ "", WL_LOG_NOTE, 0, NULL, 0, 0, 0, NULL },
	/* not understood */
	{ "hello, world", WL_LOG_BAD, 0, NULL, 0, 0, 0, NULL },
	{ "1 <... munmap resumed>) = 0", WL_LOG_BAD, 1, NULL, 0, 0, 0, NULL },
	{ "1 munmap(0x1000, 4096", WL_LOG_BAD, 1, NULL, 0, 0, 0, NULL },
	{ "1 munmap(0x1000, 4096)", WL_LOG_BAD, 1, NULL, 0, 0, 0, NULL },
	{ "1 munmap(0x1000, 4096) 0", WL_LOG_BAD, 1, NULL, 0, 0, 0, NULL },
	{ "1 +++ exited with +++", WL_LOG_BAD, 1, NULL, 0, 0, 0, NULL },
	/* columns that are not what they begin like */
	{ "[pid 12 brk(NULL) = 0x10", WL_LOG_BAD, 0, NULL, 0, 0, 0, NULL },
	{ "[pid 12", WL_LOG_BAD, 0, NULL, 0, 0, 0, NULL },
	{ "12:30 brk(NULL) = 0x10", WL_LOG_BAD, 0, NULL, 0, 0, 0, NULL },
	{ "7 (+ 0.1", WL_LOG_BAD, 7, NULL, 0, 0, 0, NULL },
	{ "7 [00zz] brk(NULL) = 0x10", WL_LOG_BAD, 7, NULL, 0, 0, 0, NULL },
	{ "7 [0012", WL_LOG_BAD, 7, NULL, 0, 0, 0, NULL },
	{ "7", WL_LOG_NOTE, 0, NULL, 0, 0, 0, NULL },
	{ "1795237021.5", WL_LOG_NOTE, 0, NULL, 0, 0, 0, NULL },
	{ "7 07:29:10", WL_LOG_NOTE, 7, NULL, 0, 0, 0, NULL },
	{ "7 +++ superseded by execve in pid +++", WL_LOG_BAD, 7, NULL, 0, 0, 0,
	    NULL },
	{ "7 +++ superseded by execve in pid 9999999999 +++", WL_LOG_BAD, 7,
	    NULL, 0, 0, 0, NULL },
	/* a child of a terminal, gone again; what strace says else */
	{ "strace: Process 44 detached", WL_LOG_NOTE, 0, NULL, 0, 0, 0, NULL },
	{ "strace: Process attached", WL_LOG_NOTE, 0, NULL, 0, 0, 0, NULL },
	{ "strace: ", WL_LOG_NOTE, 0, NULL, 0, 0, 0, NULL },
	{ "strace: Process 44x attached", WL_LOG_ATTACHED, 44, NULL, 0, 0, 0,
	    NULL },
	{ "1 write(1, \"strace: no\", 10) = 10", CALL, 1, "write", 3, VALUE, 10,
	    "10" },
	{ "1 munmap(0x1000, 4096 <ptrace(SYSCALL):No such process>", ENTRY, 1,
	    "munmap", 2, 0, 0, "4096" },
	/* two are in a call of this name: whose it is cannot be told */
	{ "7 wait4(-1,  <unfinished ...>\n8 wait4(-1,  <unfinished ...>\n"
	  "<... wait4 resumed>NULL, 0, NULL) = 2",
	    WL_LOG_BAD, 0, NULL, 0, 0, 0, NULL },
	/* entered again though it has not returned */
	{ "7 brk(0x1 <unfinished ...>\n7 brk(0x2 <unfinished ...>\n"
	  "7 <... brk resumed>) = 0x2",
	    CALL, 7, "brk", 1, VALUE, 2, "0x2" },
	/* a halved clone, twice */
	{ "clone(child_stack=NULLstrace: Process 9 attached\n"
	  ", flags=SIGCHLDstrace: Process 10 attached\n, x=0x7f) = 9",
	    CALL, 0, "clone", 3, VALUE, 9, "x=0x7f" },
	/* more arguments than any call has; errors without a number */
	{ "1 f(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18) = 0", CALL, 1, "f",
	    16, VALUE, 0, "16" },
	{ "1 f(1) = -1 E", CALL, 1, "f", 1, ERROR, 0, "1" },
	{ "1 f(1) = -1 EAVERYLONGNAMEOFANERRORTHATNOBODYHASEVERSEEN (x)", CALL,
	    1, "f", 1, ERROR, 0, "1" },
	{ "1 f(1) = -1 (errno)", CALL, 1, "f", 1, VALUE, UINT64_MAX, "1" },
	{ "1 f(1) = 0x", WL_LOG_BAD, 1, NULL, 0, 0, 0, NULL },
	{ "1 f(1) = ", WL_LOG_BAD, 1, NULL, 0, 0, 0, NULL },
};

static void
check_rec(const struct row *row, const struct wl_callrec *rec)
{
	if (rec->kind != row->kind)
		fail_msg("%s: kind %d, not %d", row->text, (int)rec->kind,
		    (int)row->kind);
	if (row->kind != WL_LOG_NOTE && rec->pid != row->pid)
		fail_msg("%s: pid %d", row->text, rec->pid);
	if (row->kind == WL_LOG_EXITED)
		assert_int_equal(rec->value, row->ret);
	if (row->kind == WL_LOG_BAD)
		assert_non_null(rec->error);
	if (row->name != NULL)
		assert_string_equal(rec->name, row->name);
	if (row->kind != CALL && row->kind != ENTRY)
		return;
	assert_int_equal(rec->nargs, row->nargs);
	if (row->last != NULL)
		assert_true(wl_text_is(rec->arg[rec->nargs - 1], row->last));
	if (row->kind == ENTRY)
		return;
	assert_int_equal(rec->result, row->result);
	if (row->result == VALUE)
		assert_int_equal(rec->ret, row->ret);
	else if (row->result == ERROR)
		assert_int_equal(rec->err, row->ret);
}

/* The record of the last line; a line behind it keeps it from being cut. */
static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct wl_callrec rec;
		struct wl_strace st;
		char text[1000], err[200], *path;
		size_t lines = 1;

		snprintf(text, sizeof(text), "%s\n", rows[i].text);
		for (const char *p = rows[i].text; *p != '\0'; p++)
			lines += *p == '\n';
		path = log_file(text, strlen(text));
		assert_true(wl_strace_open(&st, path, err, sizeof(err)));
		while (lines-- > 0)
			wl_strace_next(&st, &rec);
		check_rec(&rows[i], &rec);
		wl_strace_next(&st, &rec);
		assert_int_equal(rec.kind, WL_LOG_END);
		wl_strace_close(&st);
		unlink(path);
		free(path);
	}
}

static void
test_times(void **state)
{
	static const char
	    text[] = "7 1795237021.515772 brk(NULL) = 0x1\n"
		     "7 01:00:02.5 brk(NULL) = 0x1\n7 brk(NULL) = 0x1\n";
	char *path = log_file(text, sizeof(text) - 1), err[100];
	struct wl_callrec rec;
	struct wl_strace st;

	(void)state;
	assert_true(wl_strace_open(&st, path, err, sizeof(err)));
	wl_strace_next(&st, &rec);
	assert_int_equal(rec.time, UINT64_C(1795237021515772000));
	wl_strace_next(&st, &rec);
	assert_int_equal(rec.time, UINT64_C(3602500000000));
	wl_strace_next(&st, &rec);
	assert_false(rec.has_time);
	assert_true(wl_strace_rewind(&st));
	wl_strace_next(&st, &rec);
	assert_int_equal(rec.line, 1);
	wl_strace_close(&st);
	unlink(path);
	free(path);
}

static bool
name_value(const void *ctx, const char *name, size_t len, uint64_t *v)
{
	(void)ctx;
	*v = len == 1 && name[0] >= 'A' ? (uint64_t)1 << (name[0] - 'A') : 26;
	return name[0] != '?' && strncmp(name, "UNKNOWN", 7) != 0;
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t v;
	} n[] = {
		{ "NULL", true, 0 },
		{ "0x7fff", true, 0x7fff },
		{ "0600", true, 0600 },
		{ "4096", true, 4096 },
		{ "-1", true, UINT64_MAX },
		{ "-100", true, (uint64_t)-100 },
		{ "8192*1024", true, 8388608 },
		{ "A|B|0x10", true, 0x13 },
		{ "21<<SHIFT", true, (uint64_t)21 << 26 },
		{ "A|21<<SHIFT|0600", true, 1 | (uint64_t)21 << 26 | 0600 },
		{ "0x4d /* MADV_??? */", true, 0x4d },
		{ "0x3 /* A|B */|17 /* C */", true, 19 },
		{ "3</path>", true, 3 },
		{ "-100 /* A */</tmp>", true, (uint64_t)-100 },
		{ "UNKNOWN|A", true, 1 },
		{ "", false, 0 },
		{ "x", true, (uint64_t)1 << 55 },
		{ "12 34", false, 12 },
		{ "{a=1}", false, 0 },
		{ "A|", false, 0 },
		{ "*", false, 0 },
		{ "18446744073709551615", true, UINT64_MAX },
		/* fields of the BSDs' flags */
		{ "MAP_ALIGNED(12)", true, (uint64_t)12 << 24 },
		{ "A|PROT_MAX(A|B)", true, 1 | (uint64_t)3 << 16 },
		{ "UNKNOWN|MAP_ALIGNED(1)", true, (uint64_t)1 << 24 },
		{ "MAP_ALIGNED(12", false, 0 },
		{ "MAP_ALIGNED()", false, 0 },
		{ "MAP_ALIGNED(A(1))", false, 0 },
		{ "PROT_MIN(A)", false, 0 },
		/* operators without a number behind, shifts too far */
		{ "2*", false, 0 },
		{ "2*{", false, 0 },
		{ "2<<{x}", false, 0 },
		{ "1<<64", true, 0 },
		{ "2<", true, 2 },
		{ "~0", true, 0 },
		{ "-", false, 0 },
		{ "0xg", false, 0 },
		{ "08", false, 0 },
		{ "3 /* never ends", true, 3 },
		{ "  7  ", true, 7 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(n); i++) {
		struct wl_text t = { n[i].text, strlen(n[i].text) }, unknown;
		uint64_t v;

		assert_int_equal(wl_text_number(t, name_value, NULL, &v,
				     &unknown),
		    n[i].ok);
		if (n[i].ok)
			assert_int_equal(v, n[i].v);
		if (strncmp(n[i].text, "UNKNOWN", 7) == 0)
			assert_true(wl_text_is(unknown, "UNKNOWN"));
	}
}

static void
test_paths(void **state)
{
	static const struct {
		const char *text, *path;
	} p[] = {
		{ "3</etc/ld.so.cache>", "/etc/ld.so.cache" },
		{ "5</memfd:memops>(deleted)", "/memfd:memops" },
		{ "5</tmp/x (deleted)>", "/tmp/x" },
		{ "3</memfd:a,b\\74c\\76)>(deleted)", "/memfd:a,b<c>)" },
		{ "3</dev/null<char 1:3>>", "/dev/null" },
		{ "3</dev/sda<block 8:0>>", "/dev/sda" },
		{ "4<anon_inode:[io_uring]>", "anon_inode:[io_uring]" },
		{ "4</a, b (c)/d>", "/a, b (c)/d" },
		{ "4</a\\302\\240b>", "/a\302\240b" },
		{ "-1", NULL },
		{ "99", NULL },
		{ "3<", NULL },
		{ "3<>", NULL },
		{ "<a>", NULL },
		{ "1<<2>", NULL },
		{ "3<x>y", NULL },
		{ "3</a>>", "/a>" },
		{ "3</a<b>>", "/a<b>" },
		{ "AT_FDCWD</srv>", "/srv" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(p); i++) {
		struct wl_text t = { p[i].text, strlen(p[i].text) };
		char buf[100];
		bool ok = wl_text_fdpath(t, buf, sizeof(buf));

		assert_int_equal(ok, p[i].path != NULL);
		if (ok)
			assert_string_equal(buf, p[i].path);
	}
}

static void
test_strings(void **state)
{
	static const struct {
		const char *text, *value;
		bool cut;
	} s[] = {
		{ "\"abc\"", "abc", false },
		{ "\"abc\"...", "abc", true },
		{ "\"a\\\"b\\\\c\\n\\t\"", "a\"b\\c\n\t", false },
		{ "\"\\101\\x42C\"", "ABC", false },
		{ "\"\\x4a\\x4B\\xc\\0z\"", "JK\fz", false },
		{ "\"\\1\\12\\1012\"", "\1\nA2", false },
		{ "\"\\q\\r\\v\\f\\a\\b\"", "q\r\v\f\a\b", false },
		{ "\"a\"..", "a", false },
		{ "\"a\"xyz", "a", false },
		{ "  \"a\"", "a", false },
		{ "\"a\\", NULL, false },
		{ "NULL", NULL, false },
		{ "\"open", NULL, false },
		{ "\"", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(s); i++) {
		struct wl_text t = { s[i].text, strlen(s[i].text) };
		char buf[100];
		bool cut = false,
		     ok = wl_text_string(t, buf, sizeof(buf), &cut);

		assert_int_equal(ok, s[i].value != NULL);
		if (!ok)
			continue;
		assert_string_equal(buf, s[i].value);
		assert_int_equal(cut, s[i].cut);
	}
}

static void
test_members(void **state)
{
	static const char text[] = "{rlim_cur=8192*1024, rlim_max=B} => {c=1}";
	struct wl_text t = { text, sizeof(text) - 1 }, m;

	(void)state;
	assert_true(wl_text_member(t, "rlim_cur", &m));
	assert_true(wl_text_is(m, "8192*1024"));
	assert_true(wl_text_member(t, "rlim_max", &m));
	assert_true(wl_text_is(m, "B"));
	assert_false(wl_text_member(t, "rlim", &m));
	assert_false(wl_text_member((struct wl_text){ "NULL", 4 }, "a", &m));
	assert_false(wl_text_member((struct wl_text){ "{{ ", 3 }, "a", &m));
	assert_false(wl_text_member((struct wl_text){ "a=1, ", 5 }, "b", &m));
	assert_true(wl_text_member((struct wl_text){ " { a=1", 6 }, "a", &m));
	assert_true(wl_text_is(m, "1"));
	assert_false(wl_text_is(m, "2"));
	assert_false(wl_text_is(m, "12"));
}

/* What does not fit is left out; there is always an end. */
static void
test_short_buffers(void **state)
{
	static const char text[] = "\"abcdef\"";
	struct wl_text t = { text, sizeof(text) - 1 };
	char buf[4] = "???";
	bool cut;

	(void)state;
	assert_true(wl_text_string(t, buf, sizeof(buf), &cut));
	assert_string_equal(buf, "abc");
	buf[0] = '?';
	assert_true(wl_text_string(t, buf, 0, &cut));
	assert_int_equal(buf[0], '?');
	assert_true(wl_text_fdpath((struct wl_text){ "3</a/b/c>", 9 }, buf, 4));
	assert_string_equal(buf, "/a/");
}

/* A log that stops in the middle of a line says so; so does binary rubbish. */
static void
test_cut(void **state)
{
	static const char text[] = "1 brk(NULL) = 0x1000\n1 munmap(0x1000, 40";
	static const char rubbish[] = "\0\1\2\xff\xfe garbage \0 \n\n\x1f\x8c";
	struct wl_callrec rec;
	struct wl_strace st;
	char err[100], *path = log_file(text, sizeof(text) - 1);

	(void)state;
	assert_true(wl_strace_open(&st, path, err, sizeof(err)));
	wl_strace_next(&st, &rec);
	assert_int_equal(rec.kind, CALL);
	wl_strace_next(&st, &rec);
	assert_int_equal(rec.kind, WL_LOG_CUT);
	assert_int_equal(rec.line, 2);
	wl_strace_close(&st);
	unlink(path);
	free(path);
	path = log_file(rubbish, sizeof(rubbish) - 1);
	assert_true(wl_strace_open(&st, path, err, sizeof(err)));
	wl_strace_next(&st, &rec);
	assert_int_equal(rec.kind, WL_LOG_BAD);
	wl_strace_close(&st);
	unlink(path);
	free(path);
	assert_false(wl_strace_open(&st, "/nonexistent/x", err, sizeof(err)));
	assert_non_null(strstr(err, "No such file"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_short_buffers),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
