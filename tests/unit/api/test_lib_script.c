/*
 * <uvmsim.h>: scripts, lines of them, and traces.
 */
#include "lib_fixture.h"

#include <unistd.h>

#include "api/cmd.h"

struct text {
	char buf[4000];
	size_t len;
	unsigned starts;
};

static void
gather(void *ctx, const char *text, size_t len)
{
	struct text *t = ctx;

	assert_true(t->len + len < sizeof(t->buf));
	memcpy(t->buf + t->len, text, len);
	t->len += len;
	t->buf[t->len] = '\0';
}

struct intruder {
	struct uvmsim *u;
	unsigned refused;
};

/* Wants to change the machine that it is told of. */
static void
intrude(void *ctx, const char *text, size_t len)
{
	struct intruder *in = ctx;

	(void)text;
	(void)len;
	errno = 0;
	in->refused += uvmsim_end(in->u, 2, 0, 9) == -1 && errno == EBUSY;
	uvmsim_destroy(in->u); /* nothing is done */
	assert_true(uvmsim_page_size(in->u) == PAGE);
}

static const char script[] = "machine ram=64M seed=3\n"
			     "spawn sh\n"
			     "sh: buf = mmap 64K rw private anon\n"
			     "repeat 2\n"
			     "sh: write buf 16K\n"
			     "end\n"
			     "expect sh resident buf 64K == 4\n"
			     "expect sh resident buf 64K == 5\n"
			     "show map sh\n";

static void
test_run(void **state)
{
	struct text out = { .len = 0 }, no = { .len = 0 };
	struct uvmsim_run r = { .size = sizeof(r),
		.text = script,
		.out = gather,
		.ctx = &out };
	struct uvmsim *u = NULL, *same;
	uint64_t v;

	(void)state;
	assert_works(uvmsim_run(&u, &r));
	assert_int_equal(r.passed, 1);
	assert_int_equal(r.failed, 1);
	assert_int_equal(r.line, 0);
	assert_non_null(strstr(out.buf, "rw-/rwx"));
	assert_true(uvmsim_pid(u, "sh") > 0);
	assert_works(uvmsim_counter(u, "npages", &v));
	assert_int_equal(v, (64 << 20) / PAGE);

	/* more of it on the same machine, and no second machine */
	same = u;
	r = (struct uvmsim_run){ .size = sizeof(r),
		.text = "expect sh alive == 1garbage",
		.len = 20,
		.complaints = gather,
		.ctx = &no };
	assert_works(uvmsim_run(&u, &r));
	assert_ptr_equal(u, same);
	assert_int_equal(r.passed, 1);
	assert_int_equal(no.len, 0);
	r.text = script;
	r.len = 0;
	assert_fails(uvmsim_run(&u, &r), EINVAL, "no machine line");
	r.text = "spawn csh\n";
	r.config = "ram=1G";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "no config");
	uvmsim_destroy(u);
}

static void
test_run_complaints(void **state)
{
	struct text no = { .len = 0 };
	struct uvmsim_run r = { .size = sizeof(r),
		.text = script,
		.config = "ram=128M,personality=openbsd",
		.complaints = gather,
		.ctx = &no };
	struct uvmsim *u = NULL;
	struct uvmsim_process p = { .size = sizeof(p) };

	(void)state;
	assert_works(uvmsim_run(&u, &r));
	assert_non_null(strstr(no.buf, "resident buf 64K == 5"));
	assert_works(uvmsim_process(u, uvmsim_pid(u, "sh"), &p));
	assert_string_equal(p.system, "openbsd");
	uvmsim_destroy(u);
}

static void
test_run_stops(void **state)
{
	struct uvmsim_run r = { .size = sizeof(r) };
	struct uvmsim *u = NULL;

	(void)state;
	assert_fails(uvmsim_run(&u, &r), EINVAL, "path or a text");
	r.text = "spawn sh\nsh: mnap 4K\n";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "script:2:5: ");
	assert_int_equal(r.line, 2);
	assert_int_equal(r.column, 5);
	assert_null(u);
	r.text = "spawn sh\n\nsh: munmap 1 0\n";
	r.path = "my.uvm";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "my.uvm:3:");
	assert_int_equal(r.line, 3);
	assert_non_null(u); /* as far as it came */
	assert_true(uvmsim_pid(u, "sh") > 0);
	uvmsim_destroy(u);
	u = NULL;
	r.text = NULL;
	r.path = "/no/such/script";
	assert_fails(uvmsim_run(&u, &r), ENOENT, "/no/such/script");
	r.path = "gen:zipf";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "gen:zipf");
	r.path = NULL;
	r.text = "machine policy=./x.so\n";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "no script");
	r.text = "";
	assert_works(uvmsim_run(&u, &r));
	uvmsim_destroy(u);
	u = NULL;
	r.text = "spawn sh";
	r.config = "ram=3";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "ram=3");
	assert_null(u);
	r.size--;
	assert_fails(uvmsim_run(&u, &r), EINVAL, "uvmsim_run");
	assert_fails(uvmsim_run(NULL, &r), EFAULT, "");
	assert_fails(uvmsim_run(&u, NULL), EFAULT, "");
}

static void
count_faults(void *ctx, const struct uvmsim_event *e)
{
	((struct text *)ctx)->len += uvmsim_event_kind(e) == UVMSIM_EVENT_FAULT;
}

static void
started(void *ctx, struct uvmsim *u)
{
	((struct text *)ctx)->starts++;
	assert_works(uvmsim_listen(u, count_faults, ctx));
}

static void
test_run_events(void **state)
{
	struct text t = { .len = 0 };
	struct uvmsim_run r = { .size = sizeof(r),
		.text = script,
		.start = started,
		.ctx = &t };
	struct uvmsim *u = NULL;
	uint64_t faults;

	(void)state;
	assert_works(uvmsim_run(&u, &r));
	assert_int_equal(t.starts, 1);
	assert_works(uvmsim_counter(u, "faults", &faults));
	assert_int_equal(t.len, faults);
	uvmsim_destroy(u);
}

static void
test_do(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");

	(void)state;
	assert_fails(uvmsim_do(u, "machine ram=1G"), EINVAL, "1:");
	assert_fails(uvmsim_do(u, "sh: munmap 0 1"), EINVAL, "1:1: ");
	lib_spawn(u, "sh");
	assert_works(uvmsim_do(u,
	    "sh: buf = mmap 64K rw private anon\n\n"
	    "sh: write buf 8K # a comment\n"));
	assert_works(uvmsim_do(u, "expect sh resident buf 64K == 2"));
	assert_fails(uvmsim_do(u, "\nexpect sh resident buf 64K == 3"), EINVAL,
	    "2:1: not as expected");
	assert_fails(uvmsim_do(u, "sh: write buf 4K\nsh: wrote buf"), EINVAL,
	    "2:5: ");
	assert_fails(uvmsim_do(u, "sh: write 0x40 4K"), EINVAL, "1:5: ");
	assert_works(uvmsim_do(u, ""));
	assert_works(uvmsim_do(u, "sh: fork kid\nkid: write buf 4K"));
	assert_true(uvmsim_pid(u, "kid") > 0);
	assert_fails(uvmsim_do(u, "repeat 3"), EINVAL, "1:1: ");
	assert_fails(uvmsim_do(u, "machine ram=1G"), EINVAL, "1:");
	assert_fails(uvmsim_do(u, NULL), EFAULT, "text");
	assert_fails(uvmsim_do(NULL, ""), EFAULT, "machine");
	lib_sound(u);
	uvmsim_destroy(u);
}

static void
test_show(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M"), *attached;
	struct text t = { .len = 0 };
	struct intruder in = { .refused = 0 };
	struct uvmsim_run r = { .size = sizeof(r),
		.text = "show map sh\nexpect sh alive == 0",
		.out = intrude,
		.complaints = intrude };
	int pid = lib_spawn(u, "sh");

	(void)state;
	assert_works(uvmsim_show(u, "map sh", gather, &t));
	assert_non_null(strstr(t.buf, "/bin/sh"));
	/* a tool, which is an observer; what is attached stays so */
	attached = lib_machine(NULL);
	assert_works(uvmsim_attach(attached, 0));
	t.len = 0;
	assert_works(uvmsim_show(u, "procmap -l sh", gather, &t));
	assert_non_null(strstr(t.buf, "/bin/sh"));
	assert_fails(uvmsim_setpid(pid), ESRCH, "2");
	uvmsim_close();
	uvmsim_destroy(attached);
	t.len = 0;
	assert_works(uvmsim_do(u, "show map sh"));
	assert_works(uvmsim_show(u, "map sh", NULL, NULL));
	assert_int_equal(t.len, 0);
	assert_fails(uvmsim_show(u, "mpa sh", gather, &t), EINVAL,
	    "did you mean map?");
	assert_fails(uvmsim_show(u, "map sh\nspawn x", gather, &t), EINVAL,
	    "one line");
	in.u = u;
	assert_works(uvmsim_show(u, "map sh", intrude, &in));
	r.ctx = &in;
	assert_works(uvmsim_run(&u, &r));
	assert_true(in.refused >= 3);
	assert_works(uvmsim_end(u, pid, 0, 9));
	assert_fails(uvmsim_show(u, NULL, gather, &t), EFAULT, "text");
	assert_fails(uvmsim_show(NULL, "map sh", gather, &t), EFAULT, "");
	uvmsim_destroy(u);
}

/* ------------------------------------------------------------- traces ---- */

static char path[] = "/tmp/libtraceXXXXXX";

static char maps[] = "/tmp/libmapsXXXXXX";
static char stream[] = "/tmp/libstreamXXXXXX";

static void
write_to(const char *file, const char *text)
{
	FILE *fp = fopen(file, "w");

	assert_non_null(fp);
	fputs(text, fp);
	assert_int_equal(fclose(fp), 0);
}

static void
write_trace(const char *text)
{
	write_to(path, text);
}

static void
test_references(void **state)
{
	struct text t = { .len = 0 };
	struct uvmsim_replay r = { .size = sizeof(r),
		.path = path,
		.start = started,
		.ctx = &t };
	struct uvmsim *u = NULL;
	uint64_t faults;

	(void)state;
	write_trace(
	    " L 10000000,4\n S 10001ffe,4\nI  400000,3\n M 10000000,8\n");
	assert_works(uvmsim_replay(&u, &r));
	assert_int_equal(r.kind, UVMSIM_TRACE_REFERENCES);
	assert_int_equal(r.references, 4);
	assert_int_equal(r.touches, 5);
	assert_int_equal(r.misses, 4);
	assert_int_equal(r.distinct_pages, 4);
	assert_int_equal(r.processes, 1);
	assert_int_equal(r.evictions, 0);
	assert_int_equal(t.starts, 1);
	assert_works(uvmsim_counter(u, "faults", &faults));
	assert_int_equal(t.len, faults);
	lib_sound(u);
	uvmsim_destroy(u);

	r.flags = UVMSIM_REPLAY_DATA_ONLY;
	r.config = "policy=lru,frames=1";
	r.start = NULL;
	assert_works(uvmsim_replay(&u, &r));
	assert_int_equal(r.references, 3);
	assert_int_equal(r.misses, 4);
	assert_int_equal(r.evictions, 3);
	uvmsim_destroy(u);
	r.config = "policy=opt,frames=1";
	r.until = 2;
	assert_works(uvmsim_replay(&u, &r));
	assert_int_equal(r.references, 2);
	uvmsim_destroy(u);
	r.config = "policy=lru";
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "expected frames=N");
	assert_null(u);
	r.config = NULL;
	r.flags = UVMSIM_REPLAY_NO_HOST_FILES;
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "for logs");
	r.flags = 0;
	r.snaps = "x";
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "snaps");
	r.snaps = NULL;
	r.format = "none-such";
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "none-such");
	r.format = "lackey";
	assert_works(uvmsim_replay(&u, &r));
	uvmsim_destroy(u);
	write_trace(" L 10000000,4\n L 1000;\n L 10000000,4\n");
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "2:");
	assert_null(u);
	r.path = "/no/such/trace";
	assert_fails(uvmsim_replay(&u, &r), ENOENT, "/no/such");
	r.path = NULL;
	assert_fails(uvmsim_replay(&u, &r), EFAULT, "path");
	r.size = 9;
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "uvmsim_replay");
	assert_fails(uvmsim_replay(&u, NULL), EFAULT, "");
	assert_fails(uvmsim_replay(NULL, &r), EFAULT, "");
}

/* Several processes, their calls and references in one stream: a server that
 * forks for each of four requests. */
static void
test_stream(void **state)
{
	struct text t = { .len = 0 };
	struct uvmsim_replay r = { .size = sizeof(r),
		.path = stream,
		.report = gather,
		.start = started,
		.ctx = &t };
	char *words[] = { "generate", "forkserver:requests=4:pages=16", "--to",
		"uvt", "-o", stream };
	struct uvmsim *u = NULL;
	uint64_t all;

	(void)state;
	assert_int_equal(cmd_generate(6, words), 0);
	assert_works(uvmsim_replay(&u, &r));
	assert_int_equal(r.kind, UVMSIM_TRACE_STREAM);
	assert_int_equal(r.processes, 1 + 4);
	assert_int_equal(r.differences, 0);
	assert_int_equal(t.starts, 1);
	assert_true(r.operations >= 4 + 4 && r.references > 0);
	assert_true(r.touches >= r.references && r.misses > 0);
	lib_sound(u);
	uvmsim_destroy(u);
	all = r.references;

	r.until = 7;
	assert_works(uvmsim_replay(&u, &r));
	assert_int_equal(r.references, 7);
	assert_true(all > 7);
	uvmsim_destroy(u);
	r.until = 0;
	r.config = "policy=lru,frames=2";
	assert_works(uvmsim_replay(&u, &r));
	assert_int_equal(r.references, all);
	uvmsim_destroy(u);

	/* Too small for it: what could not be done is told, and counted. */
	r.config = "ram=64K";
	r.start = NULL;
	t.len = 0;
	assert_works(uvmsim_replay(&u, &r));
	assert_true(r.differences > 0);
	assert_true(t.len > 0);
	uvmsim_destroy(u);
	r.report = NULL;
	assert_works(uvmsim_replay(&u, &r));
	assert_true(r.differences > 0);
	uvmsim_destroy(u);

	r.config = "policy=lru";
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "expected frames=N");
	assert_null(u);
	r.config = "nonsense=1";
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "nonsense");
	r.config = NULL;
	r.initial_maps = "x";
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "for logs");
	r.path = path;
	r.initial_maps = NULL;
	write_trace("");
	r.format = "lackey";
	r.config = "nonsense=1";
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "nonsense");
	r.format = "strace";
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "nonsense");
	r.path = "gen:nosuch";
	r.format = NULL;
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "gen:nosuch");
}

/* Scripts that cannot be had; what is no script. */
static void
test_no_script(void **state)
{
	struct text t = { .len = 0 };
	struct uvmsim_run r = { .size = sizeof(r), .path = "/no/such" };
	struct uvmsim *u = NULL;
	char line[1100];

	(void)state;
	assert_fails(uvmsim_run(&u, &r), ENOENT, "/no/such");
	r.path = "gen:zipf";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "not a generator");
	r.path = NULL;
	r.text = "spawn sh\n";
	r.config = "nonsense=1";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "nonsense");
	assert_null(u);
	r.config = "ram=4K";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "");
	assert_null(u);
	u = lib_machine(NULL);
	r.config = "ram=8M";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "there already");
	r.config = NULL;
	r.text = "machine ram=8M\nspawn sh\n";
	assert_fails(uvmsim_run(&u, &r), EINVAL, "there already");
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	assert_fails(uvmsim_show(u, line, gather, &t), EINVAL, "1000 bytes");
	assert_fails(uvmsim_show(u, "stats\nstats", gather, &t), EINVAL,
	    "one line");
	assert_works(uvmsim_show(u, "stats", NULL, NULL));
	assert_fails(uvmsim_do(u, NULL), EFAULT, "text");
	assert_fails(uvmsim_do(NULL, "spawn sh"), EFAULT, "machine");
	uvmsim_destroy(u);
}

static void
test_log(void **state)
{
	struct text t = { .len = 0 };
	struct uvmsim_replay r = { .size = sizeof(r),
		.path = path,
		.report = gather,
		.ctx = &t,
		.initial_maps = maps,
		.flags = UVMSIM_REPLAY_NO_HOST_FILES };
	struct uvmsim *u = NULL;

	(void)state;
	write_to(maps,
	    "00400000-00401000 r-xp 00000000 08:01 5 /bin/x\n"
	    "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n");
	write_trace("100 execve(\"/bin/x\", [\"x\"], 0x7ffc /* 1 vars */) = 0\n"
		    "100 mmap(NULL, 8192, PROT_READ|PROT_WRITE, "
		    "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n"
		    "100 munmap(0x7f0000000000, 4096) = -1 EINVAL (Invalid)\n"
		    "100 exit_group(0) = ?\n"
		    "100 +++ exited with 0 +++\n");
	assert_works(uvmsim_replay(&u, &r));
	assert_int_equal(r.kind, UVMSIM_TRACE_LOG);
	assert_int_equal(r.differences, 1);
	assert_true(r.operations >= 2);
	assert_non_null(strstr(t.buf, "munmap"));
	uvmsim_destroy(u);
	r.format = "strace";
	assert_works(uvmsim_replay(&u, &r));
	assert_int_equal(r.differences, 1);
	uvmsim_destroy(u);
	r.flags |= UVMSIM_REPLAY_DATA_ONLY;
	assert_fails(uvmsim_replay(&u, &r), EINVAL, "references");
}

static int
make_files(void **state)
{
	char *const name[] = { path, maps, stream };

	(void)state;
	for (int i = 0; i < 3; i++) {
		int fd = mkstemp(name[i]);

		if (fd < 0 || close(fd) != 0)
			return -1;
	}
	return 0;
}

static int
remove_files(void **state)
{
	(void)state;
	return unlink(path) | unlink(maps) | unlink(stream);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_run_complaints),
		cmocka_unit_test(test_run_stops),
		cmocka_unit_test(test_run_events),
		cmocka_unit_test(test_do),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_no_script),
		cmocka_unit_test(test_log),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
