/*
 * Logs with calls: each form of a line taken apart; a small log, whose trace is
 * known line by line; recorded logs, held against a naive reading of them.
 */
#include "strace_fixture.h"

#include <inttypes.h>
#include <unistd.h>

#include "workloads/record/lackey_call.h"
#include "workloads/record/record.h"
#include "workloads/uvt/uvt.h"

/* --------------------------------------------------------------- lines ---- */

static void
lines(void **state)
{
	static const struct {
		const char *line;
		bool ok;
		enum wl_vgcall_kind kind;
		int pid, tid;
		unsigned nr;
		const char *name, *args;
		bool failed;
		uint64_t result;
		int child;
	} all[] = {
		{ "SYSCALL[8428,1](9) sys_mmap ( 0x0, 8192, 3, 34, 4294967295, "
		  "0 ) --> [pre-success] Success(0x4835000) ",
		    true, WL_VGCALL_DONE, 8428, 1, 9, "mmap",
		    " 0x0, 8192, 3, 34, 4294967295, 0 ", false, 0x4835000, 0 },
		{ "SYSCALL[1,12](  3) sys_close ( 4 )[sync] --> Failure(0x9) ",
		    true, WL_VGCALL_DONE, 1, 12, 3, "close", " 4 ", true, 9,
		    0 },
		{ "SYSCALL[7,1](257) sys_openat ( 4294967196, 0x40(/a), 0 ) "
		  "--> [async] ... ",
		    true, WL_VGCALL_PENDING, 7, 1, 257, "openat",
		    " 4294967196, 0x40(/a), 0 ", false, 0, 0 },
		{ "SYSCALL[7,1](257) ... [async] --> Success(0x4) ", true,
		    WL_VGCALL_RETURN, 7, 1, 257, "", "", false, 4, 0 },
		{ "SYSCALL[7,1](56) sys_clone ( 1200011, 0x0, 0x0, 0x4a29a10, "
		  "0x0 )   clone(fork): process 7 created child 81",
		    true, WL_VGCALL_CHILD, 7, 1, 56, "clone",
		    " 1200011, 0x0, 0x0, 0x4a29a10, 0x0 ", false, 0, 81 },
		{ "SYSCALL[7,1](58) sys_fork ( )   fork: process 7 created "
		  "child 82",
		    true, WL_VGCALL_CHILD, 7, 1, 58, "fork", " ", false, 0,
		    82 },
		{ "SYSCALL[7,1](231) exit_group( 3 ) --> [pre-success] "
		  "Success(0x0) ",
		    true, WL_VGCALL_DONE, 7, 1, 231, "exit_group", " 3 ", false,
		    0, 0 },
		{ "SYSCALL[7,1](39) sys_getpid ()[sync] --> Success(0x360a) ",
		    true, WL_VGCALL_DONE, 7, 1, 39, "getpid", "", false, 0x360a,
		    0 },
		{ "SYSCALL[7,1](2) sys_open ( 0x40(/a) Success(0x1) b), 0 "
		  ")[sync] --> Failure(0x2) ",
		    true, WL_VGCALL_DONE, 7, 1, 2, "open",
		    " 0x40(/a) Success(0x1) b), 0 ", true, 2, 0 },
		{ "SYSCALL[7,1](334) unimplemented (by the kernel) syscall: "
		  "334! (ni_syscall)",
		    false, 0, 0, 0, 0, NULL, NULL, false, 0, 0 },
		{ "SYSCALL[7](3) sys_close ( 4 )", false, 0, 0, 0, 0, NULL,
		    NULL, false, 0, 0 },
		{ "SYSCALL[7,1](3) sys_close ( 4", false, 0, 0, 0, 0, NULL,
		    NULL, false, 0, 0 },
		{ "SYSCALL[", false, 0, 0, 0, 0, NULL, NULL, false, 0, 0 },
		{ "", false, 0, 0, 0, 0, NULL, NULL, false, 0, 0 },
		{ "I  0400,3", false, 0, 0, 0, 0, NULL, NULL, false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(all); i++) {
		const size_t len = strlen(all[i].line);
		struct wl_vgcall c;

		assert_int_equal(wl_vgcall_parse(all[i].line, len, &c),
		    all[i].ok);
		if (!all[i].ok)
			continue;
		assert_int_equal(c.kind, all[i].kind);
		assert_int_equal(c.pid, all[i].pid);
		assert_int_equal(c.tid, all[i].tid);
		assert_int_equal(c.nr, all[i].nr);
		assert_true(wl_vgcall_is(&c, all[i].name));
		assert_int_equal(c.argslen, strlen(all[i].args));
		assert_memory_equal(c.args, all[i].args, c.argslen);
		assert_int_equal(c.failed, all[i].failed);
		assert_int_equal(c.result, all[i].result);
		assert_int_equal(c.child, all[i].child);
	}
}

static void
arguments(void **state)
{
	static const char line[] = "SYSCALL[7,1](257) sys_openat ( 4294967196, "
				   "0x40(/a (b), 0x9, 3), 524288, 0x1f ) --> "
				   "[async] ... ";
	static const uint64_t want[] = { 4294967196, 0x40, 524288, 0x1f };
	const char *text;
	struct wl_vgcall c;
	uint64_t v;
	size_t len;

	(void)state;
	assert_true(wl_vgcall_parse(line, strlen(line), &c));
	for (unsigned i = 0; i < NELEM(want); i++) {
		assert_true(wl_vgcall_arg(&c, i, &v));
		assert_int_equal(v, want[i]);
	}
	assert_false(wl_vgcall_arg(&c, NELEM(want), &v));
	assert_true(wl_vgcall_string(&c, &text, &len));
	assert_int_equal(len, 14);
	assert_memory_equal(text, "/a (b), 0x9, 3", len);
}

/* --------------------------------------------------------- conversions ---- */

struct result {
	int error;
	struct wl_record_stats stats;
	char err[500];
	char said[500]; /* the last report */
	char *text;     /* operations, and "R PROCESS KIND ADDR SIZE" */
	size_t len;
};

static void
report(void *ctx, const char *text)
{
	struct result *r = ctx;

	snprintf(r->said, sizeof(r->said), "%s", text);
}

/* Blocks of the trace as text. */
static void
dump(FILE *in, const char *path, struct result *r)
{
	FILE *fp = open_memstream(&r->text, &r->len);
	struct wl_uvt_reader u;
	struct wl_input *input;
	char err[200];

	fclose(in);
	input = wl_input_open(path, err, sizeof(err));
	assert_non_null(fp);
	assert_non_null(input);
	assert_true(wl_uvt_open(&u, input));
	while (wl_uvt_next(&u))
		if (u.block.type == WL_UVT_OPS)
			fwrite(u.text, 1, u.block.length, fp);
		else if (u.block.type == WL_UVT_REFS)
			for (uint32_t i = 0; i < u.block.records; i++)
				fprintf(fp,
				    "R %" PRIu32 " %" PRIu32 " %" PRIx64
				    " %" PRIu32 "\n",
				    u.block.process, u.ref[i].kind, u.ref[i].va,
				    u.ref[i].size);
	assert_string_equal(u.error, "");
	wl_uvt_close(&u);
	wl_input_close(input);
	fclose(fp);
}

static void
convert(const char *log, struct result *r)
{
	struct wl_record_config config = { .log = log,
		.children = true,
		.report = report,
		.ctx = r };
	char path[64];
	FILE *out;

	memset(r, 0, sizeof(*r));
	snprintf(path, sizeof(path), "/tmp/test_record.%d.uvt", (int)getpid());
	out = fopen(path, "w");
	assert_non_null(out);
	config.input = wl_input_open(log, r->err, sizeof(r->err));
	assert_non_null(config.input);
	r->error = wl_record_run(&config, out, &r->stats, r->err,
	    sizeof(r->err));
	wl_input_close(config.input);
	dump(out, path, r);
	unlink(path);
}

static void
convert_text(const char *text, struct result *r)
{
	char *name = log_file(text, strlen(text));

	convert(name, r);
	unlink(name);
	free(name);
}

#define HEAD \
	"==7== Lackey, an example Valgrind tool\n" \
	"==7== Command: /bin/x\n" \
	"==7== \n" \
	"==7== uvmsim: area 108000-10a000 r-x 0 /bin/x\n" \
	"==7== uvmsim: area 10a000-10b000 rw- 2000 /bin/x\n" \
	"==7== uvmsim: area 10b000-10d000 rw- 0 -\n" \
	"==7== uvmsim: area 1ffefff000-1fff001000 rw- 0 [stack]\n"

static const char started[] =
    "machine personality=linux\n"
    "file \"/bin/x\" 12K\n"
    "spawn p0 personality=linux pid=7 image=none\n"
    "p0: mmap(0x108000, 8K, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED, "
    "\"/bin/x\", 0)\n"
    "p0: mmap(0x10a000, 4K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, "
    "\"/bin/x\", 8192)\n"
    "p0: mmap(0x10b000, 8K, PROT_READ|PROT_WRITE, "
    "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
    "p0: mmap(0x1ffefff000, 8K, PROT_READ|PROT_WRITE, "
    "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS|MAP_GROWSDOWN|MAP_STACK, -1, 0)\n";

#define CALL "SYSCALL[7,1]"

/* clang-format off */
static const char small_log[] = HEAD
    "I  00108000,3\n"
    " L 1fff000ff8,8\n"
    CALL "(12) sys_brk ( 0x0 ) --> [pre-success] Success(0x4035000)\n"
    CALL "(12) sys_brk ( 0x4036000 ) --> [pre-success] "
	 "Success(0x4036000) \n"
    CALL "(12) sys_brk ( 0x9036000 ) --> [pre-success] "
	 "Success(0x4036000) \n"
    CALL "(257) sys_openat ( 4294967196, 0x1(/lib/l.so), 0 ) --> "
	 "[async] ... \n"
    " S 00000001,1\n"
    CALL "(257) ... [async] --> Success(0x3) \n"
    CALL "(9) sys_mmap ( 0x0, 5000, 1, 2050, 3, 0 ) --> "
	 "[pre-success] Success(0x4837000) \n"
    CALL "(9) sys_mmap ( 0x4838000, 4096, 5, 2066, 3, 8192 ) --> "
	 "[pre-success] Success(0x4838000) \n"
    CALL "(3) sys_close ( 3 )[sync] --> Success(0x0) \n"
    CALL "(9) sys_mmap ( 0x0, 4096, 1, 1, 3, 0 ) --> [pre-success] "
	 "Success(0x5000000) \n"
    CALL "(9) sys_mmap ( 0x0, 4096, 1, 2, 3, 0 ) --> [pre-fail] "
	 "Failure(0xc) \n"
    CALL "(334) unimplemented (by the kernel) syscall: 334! (x)\n"
    " --> [pre-fail] Failure(0x26) \n"
    CALL "(10) sys_mprotect ( 0x4837000, 4096, 3 )[sync] --> "
	 "Success(0x0) \n"
    CALL "(25) sys_mremap ( 0x4837000, 4096, 8192, 0x1, 0x0 ) --> "
	 "[pre-success] Success(0x6000000) \n"
    CALL "(25) sys_mremap ( 0x6000000, 8192, 4096, 0x0, 0x0 ) --> "
	 "[pre-success] Success(0x6000000) \n"
    CALL "(28) sys_madvise ( 0x6000000, 4096, 4 )[sync] --> "
	 "Success(0x0) \n"
    CALL "(11) sys_munmap ( 0x6000000, 4096 )[sync] --> "
	 "Success(0x0) \n"
    " M 0010b000,4\n"
    CALL "(231) exit_group( 3 ) --> [pre-success] Success(0x0) \n"
    "==7== \n";
/* clang-format on */

static void
one_program(void **state)
{
	static const char want
	    [] = "R 0 1 108000 3\n"
		 "R 0 4 1fff000ff8 8\n"
		 "set p0 break 0x4035000\n"
		 "expect p0: brk(0x4036000) returns 0x4036000\n"
		 "R 0 3 1 1\n"
		 "file \"/lib/l.so\" 8K\n"
		 "p0: mmap(0x4837000, 5000, PROT_READ, "
		 "MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE, \"/lib/l.so\", 0)\n"
		 "p0: fd = open(\"/lib/l.so\", O_RDWR)\n"
		 "p0: ftruncate(fd, 12288)\n"
		 "p0: close(fd)\n"
		 "p0: mmap(0x4838000, 4K, PROT_READ|PROT_EXEC, "
		 "MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE, \"/lib/l.so\", 8192)\n"
		 "file \"/descriptor/7.3\" 4K\n"
		 "p0: mmap(0x5000000, 4K, PROT_READ|PROT_WRITE, "
		 "MAP_SHARED|MAP_FIXED, \"/descriptor/7.3\", 0)\n"
		 "p0: mprotect(0x5000000, 4K, PROT_READ)\n"
		 "p0: mprotect(0x4837000, 4K, PROT_READ|PROT_WRITE)\n"
		 "p0: mremap(0x4837000, 4K, 8K, MREMAP_MAYMOVE|MREMAP_FIXED, "
		 "0x6000000)\n"
		 "p0: mremap(0x6000000, 8K, 4K, 0, 0)\n"
		 "p0: madvise(0x6000000, 4K, MADV_DONTNEED)\n"
		 "p0: munmap(0x6000000, 4K)\n"
		 "R 0 5 10b000 4\n"
		 "p0: exit(3)\n";
	struct result r;

	(void)state;
	convert_text(small_log, &r);
	assert_string_equal(r.err, "");
	assert_int_equal(r.error, 0);
	assert_memory_equal(r.text, started, sizeof(started) - 1);
	assert_string_equal(r.text + sizeof(started) - 1, want);
	assert_int_equal(r.stats.references, 4);
	assert_int_equal(r.stats.processes, 1);
	assert_int_equal(r.stats.lines, 30);
	assert_false(r.stats.cut);
	free(r.text);
}

/* Another program in the same log; a child without a log; no head. */
static void
other_programs(void **state)
{
	/* clang-format off */
	static const char two_programs[] = HEAD
	    "I  00108000,3\n"
	    CALL "(12) sys_brk ( 0x0 ) --> [pre-success] Success(0x4035000)\n"
	    CALL "(58) sys_fork ( )   fork: process 7 created child 8\n"
	    HEAD
	    "I  00108000,3\n"
	    CALL "(12) sys_brk ( 0x0 ) --> [pre-success] Success(0x5035000)\n";
	/* clang-format on */
	struct result r;

	(void)state;
	convert_text(two_programs, &r);
	assert_int_equal(r.error, 0);
	assert_int_equal(r.stats.missing, 1);
	assert_non_null(strstr(r.said, "the child of pid 8 has no log"));
	assert_non_null(strstr(r.text,
	    "p0: exec(\"/bin/x\")\n"
	    "p0: munmap(0x1000, 137438953464K)\n"
	    "p0: mmap(0x108000, 8K, "));
	assert_non_null(strstr(r.text, "set p0 break 0x4035000\n"));
	assert_non_null(strstr(r.text, "set p0 break 0x5035000\n"));
	assert_null(strstr(r.text, "fork"));
	free(r.text);

	convert_text("I  00108000,3\n", &r);
	assert_int_equal(r.error, 0);
	assert_string_equal(r.text,
	    "machine personality=linux\n"
	    "spawn p0 personality=linux image=none\n"
	    "R 0 1 108000 3\n"
	    "p0: exit(0)\n");
	assert_non_null(strstr(r.said, "the map of the program is not known"));
	free(r.text);
}

static void
put_file(const char *path, const char *text)
{
	FILE *fp = fopen(path, "w");

	assert_non_null(fp);
	fputs(text, fp);
	assert_int_equal(fclose(fp), 0);
}

/* A child goes on where its parent forked, then executes; waits, both ways. */
static void
children(void **state)
{
	char first[64], second[64];
	struct result r;

	(void)state;
	snprintf(first, sizeof(first), "/tmp/test_record.%d.l.7",
	    (int)getpid());
	snprintf(second, sizeof(second), "/tmp/test_record.%d.l.8",
	    (int)getpid());
	put_file(first,
	    HEAD "I  00108000,3\n" CALL
		 "(58) sys_fork ( )   fork: process 7 created child 8\n" CALL
		 "(61) sys_wait4 ( 4294967295, 0x0, 0, 0x0 ) --> [async] ... \n"
		 "I  00108003,1\n" CALL
		 "(13) sys_rt_sigaction ( 2 )[sync] --> Success(0x0) \n"
		 "I  00108004,1\n");
	put_file(second,
	    "==8== Lackey, an example Valgrind tool\n"
	    "==8== Command: /bin/x\n"
	    "I  00108003,1\n"
	    "SYSCALL[8,1](59) sys_execve ( 0x1(/bin/y), 0x0, 0x0 )\n"
	    "==8== Lackey, an example Valgrind tool\n"
	    "==8== Command: /bin/y\n"
	    "==8== uvmsim: area 108000-109000 r-x 0 /bin/y\n"
	    "I  00108000,3\n"
	    "SYSCALL[8,1](231) exit_group( 2 ) --> [pre-success] "
	    "Success(0x0) \n");
	convert(first, &r);
	unlink(first);
	unlink(second);
	assert_int_equal(r.error, 0);
	assert_memory_equal(r.text, started, sizeof(started) - 1);
	assert_string_equal(r.text + sizeof(started) - 1,
	    "R 0 1 108000 3\n"
	    "p0: fork(\"p1\", 8)\n"
	    "R 0 1 108003 1\n"
	    "R 1 1 108003 1\n"
	    "file \"/bin/y\" 4K\n"
	    "p1: exec(\"/bin/y\")\n"
	    "p1: munmap(0x1000, 137438953464K)\n"
	    "p1: mmap(0x108000, 4K, PROT_READ|PROT_EXEC, "
	    "MAP_PRIVATE|MAP_FIXED, \"/bin/y\", 0)\n"
	    "R 1 1 108000 3\n"
	    "p1: exit(2)\n"
	    "R 0 1 108004 1\n"
	    "p0: exit(0)\n");
	free(r.text);
}

static void
errors(void **state)
{
	static const struct {
		const char *log, *says;
		int error;
		bool cut;
	} bad[] = {
		{ HEAD "I  0010800x,3\n", ":8:11: expected ", EINVAL, false },
		{ HEAD "I  00108000,3\nwords\nI  00108000,3\n",
		    ":9:1: expected ", EINVAL, false },
		{ HEAD "SYSCALL[9,1](3) sys_close ( 4 )[sync] --> "
		       "Success(0x0)\n",
		    "a call of process 9 in the log of process 7", EINVAL,
		    false },
		{ "==7== uvmsim: area 108000-107000 r-x 0 /bin/x\nI  1,1\n",
		    "of an area", EINVAL, false },
		{ "==7== uvmsim: area 108000-109000 r-x 0\nI  1,1\n",
		    "of an area", EINVAL, false },
		{ HEAD "I  00108000,3\nI  001", "", 0, true },
		{ HEAD "I  00108000,3", "", 0, false },
	};
	struct result r;

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++) {
		convert_text(bad[i].log, &r);
		assert_int_equal(r.error, bad[i].error);
		assert_int_equal(r.stats.cut, bad[i].cut);
		if (strstr(r.err, bad[i].says) == NULL)
			fail_msg("'%s' does not say '%s'", r.err, bad[i].says);
		free(r.text);
	}
}

/* ------------------------------------------------------- recorded logs ---- */

/* References of process `number' in the trace are those of its log. */
static void
compare_refs(const struct result *r, unsigned number, const char *log)
{
	char err[200], *line, kind, *at = r->text, want[80];
	struct wl_input *in = wl_input_open(log, err, sizeof(err));
	uint64_t va, n = 0;
	size_t len;
	unsigned size, k;

	assert_non_null(in);
	while (wl_input_line(in, &line, &len) == 1) {
		if (sscanf(line, " %c %" SCNx64 ",%u", &kind, &va, &size) !=
			3 ||
		    strchr("ILSM", kind) == NULL)
			continue;
		k = kind == 'I' ? WL_REF_FETCH :
		    kind == 'L' ? WL_REF_LOAD :
		    kind == 'S' ? WL_REF_STORE :
				  WL_REF_MODIFY;
		snprintf(want, sizeof(want), "R %u %u %" PRIx64 " %u\n", number,
		    k, va, size);
		while (at != NULL &&
		    (at[0] != 'R' || (unsigned)(at[2] - '0') != number)) {
			at = strchr(at, '\n');
			at = at != NULL ? at + 1 : NULL;
		}
		assert_non_null(at);
		if (strncmp(at, want, strlen(want)) != 0)
			fail_msg("%s: reference %" PRIu64 ": %.30s, not %s",
			    log, n, at, want);
		at += strlen(want);
		n++;
	}
	assert_true(n > 0);
	wl_input_close(in);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static void
recorded(void **state)
{
	static const char *const pipe[] = { "pipe.32381.xz", "pipe.32537.xz",
		"pipe.32538.xz", "pipe.32723.xz" };
	char path[200];
	struct result r;

	(void)state;
	convert("tests/data/record/maps.32248.xz", &r);
	assert_int_equal(r.error, 0);
	assert_int_equal(r.stats.processes, 2);
	compare_refs(&r, 0, "tests/data/record/maps.32248.xz");
	compare_refs(&r, 1, "tests/data/record/maps.32269.xz");
	assert_int_equal(count(r.text, "p0: fork(\"p1\", 32269)\n"), 1);
	assert_int_equal(count(r.text, "p1: exit(7)\n"), 1);
	/* The parent waits for its child. */
	assert_null(strstr(strstr(r.text, "p1: exit(7)\n"), "R 1 "));
	free(r.text);

	convert("tests/data/record/pipe.32381.xz", &r);
	assert_int_equal(r.error, 0);
	assert_int_equal(r.stats.processes, 4);
	for (unsigned i = 0; i < NELEM(pipe); i++) {
		snprintf(path, sizeof(path), "tests/data/record/%s", pipe[i]);
		compare_refs(&r, i, path);
	}
	assert_int_equal(count(r.text, ": fork("), 3);
	assert_int_equal(count(r.text, ": exec(\"/usr/bin/true\")\n"), 2);
	free(r.text);
}

/* Bent anywhere: a trace or a sentence, and no more than that. */
static void
damage(void **state)
{
	static const char bytes[] = "0x,()[]<> \n=SILF9";
	const size_t len = strlen(small_log);
	uint64_t seed = 1;
	struct result r;

	(void)state;
	for (int i = 0; i < 400; i++) {
		char *bent = strdup(small_log);

		assert_non_null(bent);
		for (int k = 0; k < 3; k++) {
			seed = seed * 6364136223846793005u +
			    1442695040888963407u;
			bent[(seed >> 33) % len] = bytes[(seed >> 20) %
			    (sizeof(bytes) - 1)];
		}
		convert_text(bent, &r);
		assert_int_equal(r.error == 0, r.err[0] == '\0');
		free(r.text);
		free(bent);
	}
}

static void
what_it_is(void **state)
{
	static const struct {
		const char *path;
		bool yes;
	} all[] = {
		{ "tests/data/record/true.32276.xz", true },
		{ "tests/data/lackey/ls.lackey.xz", false },
		{ "tests/data/record/maps.final", false },
	};
	char err[200];

	(void)state;
	for (size_t i = 0; i < NELEM(all); i++) {
		struct wl_input *in = wl_input_open(all[i].path, err,
		    sizeof(err));

		assert_non_null(in);
		assert_int_equal(wl_record_detect(in), all[i].yes);
		wl_input_close(in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(arguments),
		cmocka_unit_test(one_program),
		cmocka_unit_test(other_programs),
		cmocka_unit_test(children),
		cmocka_unit_test(errors),
		cmocka_unit_test(recorded),
		cmocka_unit_test(damage),
		cmocka_unit_test(what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
