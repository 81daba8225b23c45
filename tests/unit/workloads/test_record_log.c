/*
 * Logs with calls: small logs, whose traces are known line by line; recorded
 * logs, held against a naive reading of them.
 */
#include "strace_fixture.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workloads/record/record.h"
#include "workloads/uvt/uvt.h"

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
	char first[64], second[64], want[80];
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
	/* A log of the child that is there, but cannot be read. */
	assert_int_equal(mkdir(second, 0700), 0);
	convert(first, &r);
	assert_int_equal(r.error, EIO);
	snprintf(want, sizeof(want), "%s: ", second);
	if (strncmp(r.err, want, strlen(want)) != 0)
		assert_string_equal(r.err, want);
	free(r.text);
	unlink(first);
	(void)rmdir(second);
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

/* Descriptors: memory by descriptor, copies, /dev/zero; a file of which nobody
 * saw how it was opened. */
static void
descriptors(void **state)
{
	/* clang-format off */
	static const char log[] = HEAD
	    "I  00108000,3\n"
	    CALL "(319) sys_memfd_create ( 0x1(m), 0 ) --> Success(0x5)\n"
	    CALL "(319) sys_memfd_create ( 0x1, 0 ) --> Success(0x6)\n"
	    CALL "(9) sys_mmap ( 0x0, 4096, 1, 2, 5, 0 ) --> "
		 "[pre-success] Success(0x5000000) \n"
	    CALL "(9) sys_mmap ( 0x0, 4096, 1, 2, 6, 0 ) --> "
		 "[pre-success] Success(0x5001000) \n"
	    CALL "(2) sys_open ( 0x1(/f), 0 )[sync] --> Success(0x3) \n"
	    CALL "(72) sys_fcntl ( 3, 1, 0 )[sync] --> Success(0x7) \n"
	    CALL "(72) sys_fcntl ( 3, 1030, 8 )[sync] --> Success(0x8) \n"
	    CALL "(33) sys_dup2 ( 3, 3 )[sync] --> Success(0x3) \n"
	    CALL "(33) sys_dup2 ( 99, 5 )[sync] --> Success(0x5) \n"
	    CALL "(9) sys_mmap ( 0x0, 4096, 1, 2, 8, 0 ) --> "
		 "[pre-success] Success(0x5002000) \n"
	    CALL "(9) sys_mmap ( 0x0, 4096, 1, 2, 7, 0 ) --> "
		 "[pre-success] Success(0x5003000) \n"
	    CALL "(9) sys_mmap ( 0x0, 4096, 1, 2, 5, 0 ) --> "
		 "[pre-success] Success(0x5004000) \n"
	    CALL "(2) sys_open ( 0x1(/dev/zero), 2 )[sync] --> Success(0x9) \n"
	    CALL "(9) sys_mmap ( 0x0, 4096, 3, 2, 9, 0 ) --> "
		 "[pre-success] Success(0x5005000) \n"
	    CALL "(61) sys_wait4 ( 1, 0x0, 0, 0x0 )[sync] --> Failure(0xa) \n"
	    CALL "(61) sys_wait4 ( 1, 0x0, 1, 0x0 )[sync] --> Success(0x0) \n";
	/* clang-format on */
	static const char *const want[] = {
		"file \"/memfd:7.9:m\" 4K\n",
		"file \"/memfd:7.10:\" 4K\n",
		"p0: mmap(0x5002000, 4K, PROT_READ, MAP_PRIVATE|MAP_FIXED, "
		"\"/f\", 0)\n",
		"p0: mmap(0x5003000, 4K, PROT_READ, MAP_PRIVATE|MAP_FIXED, "
		"\"/descriptor/7.7\", 0)\n",
		"p0: mmap(0x5004000, 4K, PROT_READ, MAP_PRIVATE|MAP_FIXED, "
		"\"/descriptor/7.5\", 0)\n",
		"p0: mmap(0x5005000, 4K, PROT_READ|PROT_WRITE, "
		"MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n",
	};
	struct result r;

	(void)state;
	convert_text(log, &r);
	assert_int_equal(r.error, 0);
	for (size_t i = 0; i < NELEM(want); i++)
		if (strstr(r.text, want[i]) == NULL)
			fail_msg("%s has no %s", r.text, want[i]);
	free(r.text);
}

static int
run_record(struct wl_record_config *config, const char *log,
    struct wl_record_stats *stats, char *err, size_t len, char **text)
{
	char *name = log_file(log, strlen(log)), path[64];
	FILE *out;
	struct result r;
	int error;

	snprintf(path, sizeof(path), "/tmp/test_record.%d.o", (int)getpid());
	out = fopen(path, "w");
	assert_non_null(out);
	config->log = name;
	config->input = wl_input_open(name, err, len);
	assert_non_null(config->input);
	err[0] = '\0';
	error = wl_record_run(config, out, stats, err, len);
	wl_input_close(config->input);
	memset(&r, 0, sizeof(r));
	if (text != NULL) {
		dump(out, path, &r);
		*text = r.text;
	} else {
		fclose(out);
	}
	unlink(path);
	unlink(name);
	free(name);
	return error;
}

/* Which file of this host the program is, when the log has no areas. */
static void
programs_of_host(void **state)
{
	char script[64], quoted[64], head[300], err[500], want[PATH_MAX + 40];
	const struct {
		const char *command, *program, *file;
	} rows[] = {
		{ "/bin/sh -c exit", NULL, "/bin/sh" },
		{ "sh -c exit", NULL, "/bin/sh" },
		{ script, NULL, "/bin/sh" },
		{ quoted, NULL, "/bin/sh" },
		{ "nothing", "/bin/sh", "/bin/sh" },
		{ "/nonexistent/program", NULL, NULL },
		{ "no-program-of-this-name", NULL, NULL },
		{ "/etc/passwd", NULL, NULL },
	};
	char name[64], *text, *real;
	struct wl_record_stats stats;

	(void)state;
	snprintf(script, sizeof(script), "/tmp/test_record.%d.sh",
	    (int)getpid());
	snprintf(name, sizeof(name), "/tmp/test_record.%d a", (int)getpid());
	snprintf(quoted, sizeof(quoted), "/tmp/test_record.%d\\ a x",
	    (int)getpid());
	put_file(script, "#! /bin/sh -e\nexit\n");
	assert_int_equal(symlink("/bin/sh", name), 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct wl_record_config config = { .host_files = true,
			.program = rows[i].program };

		snprintf(head, sizeof(head),
		    "==7== Lackey, an example Valgrind tool\n"
		    "==7== Command: %s\nI  00108000,3\n",
		    rows[i].command);
		assert_int_equal(run_record(&config, head, &stats, err,
				     sizeof(err), &text),
		    0);
		if (rows[i].file == NULL) {
			assert_null(strstr(text, "mmap("));
		} else {
			real = realpath(rows[i].file, NULL);
			snprintf(want, sizeof(want), "file \"%s\" ", real);
			if (strstr(text, want) == NULL)
				fail_msg("%s: %s", rows[i].command, text);
			free(real);
		}
		free(text);
	}
	unlink(script);
	unlink(name);
}

/* What a program writes between may be longer than any buffer. */
static void
long_talk(void **state)
{
	const size_t n = 300000;
	char *log = malloc(n + 1000), *at;
	struct result r;

	(void)state;
	at = log + sprintf(log, "%s", HEAD "I  00108000,3\n==7== ");
	memset(at, 'x', n);
	strcpy(at + n, "\nI  00108003,2\n");
	convert_text(log, &r);
	assert_int_equal(r.error, 0);
	assert_int_equal(r.stats.references, 2);
	assert_non_null(strstr(r.text, "R 0 1 108003 2\n"));
	free(r.text);
	/* It is the last line: there is no more. */
	at[n] = '\0';
	convert_text(log, &r);
	assert_int_equal(r.error, 0);
	assert_int_equal(r.stats.references, 1);
	free(r.text);
	free(log);
}

/* Copies of the logs, where they can be written. */
static void
kept_logs(void **state)
{
	char keep[64], copy[80], err[500], *text;
	struct wl_record_config config = { .keep = "/nonexistent/log" };
	struct wl_record_stats stats;
	size_t len;

	(void)state;
	assert_int_equal(run_record(&config, small_log, &stats, err,
			     sizeof(err), NULL),
	    ENOENT);
	assert_string_equal(err,
	    "/nonexistent/log.7: No such file or directory");
	snprintf(keep, sizeof(keep), "/tmp/test_record.%d.k", (int)getpid());
	snprintf(copy, sizeof(copy), "%s.7", keep);
	config.keep = keep;
	assert_int_equal(run_record(&config, small_log, &stats, err,
			     sizeof(err), NULL),
	    0);
	text = log_read(copy, &len);
	assert_string_equal(text, small_log);
	unlink(copy);
	free(text);
}

/* A trace with operations goes behind one that has them too, or nowhere. */
static void
appended(void **state)
{
	static const struct wl_ref ref = { .va = 0x1000, .size = 4 };
	char path[64], err[500];
	struct wl_record_config config = { .log = NULL };
	struct wl_record_stats stats;
	struct wl_uvt_writer w;
	FILE *fp;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/test_record.%d.a", (int)getpid());
	fp = fopen(path, "w");
	assert_true(wl_uvt_begin(&w, fp, "x\n") && wl_uvt_put(&w, 0, &ref, 1) &&
	    wl_uvt_end(&w));
	wl_uvt_drop(&w);
	fclose(fp);
	config.append = wl_input_open(path, err, sizeof(err));
	assert_int_equal(run_record(&config, small_log, &stats, err,
			     sizeof(err), NULL),
	    EINVAL);
	assert_non_null(strstr(err,
	    " has no operations, and a log with calls "
	    "has: expected two of a kind"));
	wl_input_close(config.append);
	put_file(path, "no trace\n");
	config.append = wl_input_open(path, err, sizeof(err));
	assert_int_equal(run_record(&config, small_log, &stats, err,
			     sizeof(err), NULL),
	    EINVAL);
	assert_int_not_equal(err[0], '\0');
	wl_input_close(config.append);
	unlink(path);
}

/* A disk that is full: the reason is told. */
static void
full_disk(void **state)
{
	char *name = log_file(small_log, sizeof(small_log) - 1), err[500];
	struct wl_record_config config = { .log = name };
	struct wl_record_stats stats;
	FILE *out = fopen("/dev/full", "w");

	(void)state;
	if (out == NULL)
		skip();
	(void)setvbuf(out, NULL, _IONBF, 0);
	config.input = wl_input_open(name, err, sizeof(err));
	assert_int_equal(wl_record_run(&config, out, &stats, err, sizeof(err)),
	    ENOSPC);
	assert_string_equal(err,
	    "the trace cannot be written: No space left on device");
	wl_input_close(config.input);
	(void)fclose(out);
	unlink(name);
	free(name);
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
		cmocka_unit_test(one_program),
		cmocka_unit_test(other_programs),
		cmocka_unit_test(children),
		cmocka_unit_test(errors),
		cmocka_unit_test(descriptors),
		cmocka_unit_test(programs_of_host),
		cmocka_unit_test(long_talk),
		cmocka_unit_test(kept_logs),
		cmocka_unit_test(appended),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(recorded),
		cmocka_unit_test(damage),
		cmocka_unit_test(what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
