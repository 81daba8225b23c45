/*
 * Histories: wherever one goes, and by whatever way, the machine is the one
 * that a straight run would have come to.
 */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka wants the headers above first */
#include <cmocka.h>

#include "history_fixture.h"
#include "tests/pairs.h"

/* Random places of a run, there and back. => its length */
static uint64_t
wander(const char *path, const char *machine, uint64_t every, unsigned times)
{
	struct wl_history *h = history_of(path, machine, every, 0);
	uint64_t seed = every + 1, n;

	n = wl_history_goto(h, UINT64_MAX);
	assert_true(n == WL_WENT_END || n == WL_WENT_STOPPED);
	assert_true(wl_history_ended(h));
	n = wl_history_known(h);
	history_same(h, path, machine, n);
	history_same(h, path, machine, 0);
	for (unsigned i = 0; i < times; i++)
		history_same(h, path, machine, history_random(&seed, n + 1));
	wl_history_close(h);
	return n;
}

static void
test_examples(void **state)
{
	static const char *const where[] = { "workloads/examples/*.uvm",
		"tests/scripts/*.uvm" };
	glob_t g;

	(void)state;
	for (size_t w = 0; w < NELEM(where); w++) {
		assert_int_equal(glob(where[w], 0, NULL, &g), 0);
		for (size_t i = 0; i < g.gl_pathc; i++) {
			(void)wander(g.gl_pathv[i], "", 1, 2);
			(void)wander(g.gl_pathv[i], "", 5, 4);
		}
		globfree(&g);
	}
}

/* Loops, names, patterns of each kind, samples, files, forks and ends, more
 * memory than there is, failures that are expected and one that is not. */
static const char busy[] = "file /data 512K\n"
			   "spawn p\n"
			   "p: buf = mmap 2M rw private anon\n"
			   "p: map = mmap 256K rw shared file /data\n"
			   "sample every 50\n"
			   "repeat 3\n"
			   "  p: write rand buf 2M count 150\n"
			   "  p: fork c\n"
			   "  repeat 2\n"
			   "    c: write zipf buf 64K count 40\n"
			   "    p: read chase buf 1M count 30\n"
			   "    p: write stride map 256K by 8K\n"
			   "  end\n"
			   "  expect c: munmap(1, 4K) fails EINVAL\n"
			   "  expect c: write seq 4096 64K fails SIGSEGV\n"
			   "  show stats\n"
			   "  c: exit 0\n"
			   "  sample\n"
			   "end\n"
			   "p: last = mmap 64K rw private anon\n"
			   "p: madvise buf 1M dontneed\n"
			   "p: read last\n"
			   "p: munmap last 64K\n"
			   "p: read last\n"
			   "p: read buf\n";

static const char *const machines[] = {
	"ram=1M,swap=16M",
	"ram=1M,swap=16M,policy=freebsd",
	"ram=1M,swap=16M,policy=aix",
	"ram=4M,swap=16M,policy=lru,frames=60",
	"ram=4M,swap=16M,policy=clock,frames=60",
	"ram=4M,swap=16M,policy=arc,frames=60",
	"ram=4M,swap=16M,policy=random,frames=60",
	"ram=2M,swap=16M,personality=netbsd",
	"ram=2M,swap=16M,personality=linux,tags=off",
	"ram=2M,swap=16M,arch=i386",
	"ram=8M,swap=16M,arch=arm64-16k",
	"ram=2M,swap=16M,arch=riscv64,tlb=haswell",
	"ram=2M,swap=16M,arch=power,tlb=power",
	"ram=8M,superpages=reserve",
	"ram=16M,superpages=eager,personality=linux",
	"ram=16M,superpages=collapse,personality=linux",
	"ram=4M,swap=16M,domains=2,cpus=2,numa=interleave",
	"ram=4M,swap=16M,disk=hdd",
};

static void
test_machines(void **state)
{
	const char *path = history_file("busy.uvm", busy);

	(void)state;
	for (size_t i = 0; i < NELEM(machines); i++)
		assert_true(wander(path, machines[i], 37, 4) > 500);
	(void)wander(path, machines[0], 1, 6);
	unlink(path);
}

static void
test_stop(void **state)
{
	const char *path = history_file("busy.uvm", busy);
	struct wl_history *h = history_of(path, "ram=64M", 37, 0);
	uint64_t n;

	(void)state;
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_STOPPED);
	n = wl_history_known(h);
	assert_int_equal(wl_history_at(h), n);
	assert_int_equal(wl_history_moment(h)->err, EFAULT);
	assert_int_equal(wl_history_moment(h)->line, 24);
	assert_non_null(strstr(wl_history_error(h), "busy.uvm:24:"));
	assert_int_equal(wl_history_step(h, NULL), WL_WENT_STOPPED);
	assert_int_equal(wl_history_at(h), n);
	assert_int_equal(wl_history_goto(h, 10), WL_WENT);
	assert_int_equal(wl_history_next_line(h), 7);
	assert_int_equal(wl_history_moment(h)->parts, 150);
	assert_int_equal(wl_history_goto(h, n), WL_WENT);
	assert_int_equal(wl_history_goto(h, n + 1), WL_WENT_STOPPED);
	assert_int_equal(wl_history_next_line(h), 0);
	wl_history_close(h);
	unlink(path);
}

static void
test_traces(void **state)
{
	static const char *const traces[] = { "tests/data/formats/ls.course",
		"tests/data/formats/ls.champsim",
		"tests/data/formats/ls.drmemtrace",
		"tests/data/formats/requests.csv",
		"tests/data/formats/ls.pinatrace.gz", "gen:zipf:n=20000",
		"gen:forkserver:n=5000", "gen:gc:n=20000" };
	static const char *const how[] = { "ram=64M", "ram=64M,tags=on",
		"ram=1M,swap=64M,policy=freebsd",
		"ram=16M,swap=64M,policy=lru,frames=40",
		"ram=16M,swap=64M,policy=opt,frames=40",
		"ram=64M,superpages=reserve", "ram=64M,tlb=skylake,tags=on" };

	(void)state;
	for (size_t i = 0; i < NELEM(traces); i++)
		for (size_t k = 0; k < NELEM(how); k++)
			assert_true(wander(traces[i], how[k], 991, 3) > 30);
}

static void
test_logs(void **state)
{
	static const char *const logs[] = { "tests/data/traces/ls.strace",
		"tests/data/traces/bash_forks.strace",
		"tests/data/calls/ls.freebsd.kdump",
		"tests/data/calls/ls.freebsd.truss" };
	struct wl_history *h;

	(void)state;
	for (size_t i = 0; i < NELEM(logs); i++)
		assert_true(wander(logs[i], "ram=64M", 10, 4) >= 17);
	h = history_of(logs[0], "", 0, 0);
	assert_int_equal(wl_history_kind(h), WL_RUN_LOG);
	assert_int_equal(wl_history_goto(h, 3), WL_WENT);
	assert_non_null(strstr(wl_history_moment(h)->text, "mmap(NULL, 8192"));
	assert_int_equal(wl_history_moment(h)->line, 3);
	wl_history_close(h);
}

/* A reference that the map does not allow ends the run, in a batch or alone. */
static void
test_bad_reference(void **state)
{
	const char *path = history_file("bad.course",
	    "00001000 R\n00002000 W\n00003000 R\nffffffffff000000 R\n"
	    "00001000 W\n");
	struct wl_history *h = history_of(path, "", 0, 0);

	(void)state;
	assert_int_equal(wl_history_goto(h, 5), WL_WENT_STOPPED);
	assert_int_equal(wl_history_at(h), 4);
	assert_int_equal(wl_history_moment(h)->err, EFAULT);
	history_same(h, path, "", 4);
	history_same(h, path, "", 3);
	history_same(h, path, "", 4);
	wl_history_close(h);
	unlink(path);
}

/* Little room for checkpoints: fewer of them, the same states. */
static void
test_memory(void **state)
{
	const char *path = "gen:uniform:n=60000";
	struct wl_history *h = history_of(path, "ram=64M,tags=on", 100, 400000);
	struct wl_history_use use;
	uint64_t seed = 1, at, before = 0;

	(void)state;
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_END);
	wl_history_use(h, &use);
	assert_true(use.n > 4);
	assert_true(use.bytes <= 400000);
	assert_true(use.gap >= 100 && use.gap < 60000);
	for (size_t i = 0; wl_history_checkpoint(h, i, &at); i++) {
		assert_true(i == 0 ? at == 0 : at > before);
		before = at;
	}
	for (unsigned i = 0; i < 5; i++)
		history_same(h, path, "ram=64M,tags=on",
		    history_random(&seed, wl_history_known(h)));
	wl_history_use(h, &use);
	assert_true(use.bytes <= 400000);
	wl_history_close(h);
}

/* Back and back again is near. */
static void
test_back(void **state)
{
	struct wl_history *h = history_of("gen:zipf:n=50000", "ram=64M,tags=on",
	    20000, 0);
	struct wl_history_use before, after;

	(void)state;
	assert_int_equal(wl_history_goto(h, 39000), WL_WENT);
	assert_int_equal(wl_history_goto(h, 38999), WL_WENT);
	wl_history_use(h, &before);
	for (uint64_t n = 38998; n > 38900; n--)
		assert_int_equal(wl_history_goto(h, n), WL_WENT);
	wl_history_use(h, &after);
	assert_true(after.redone - before.redone < 98 * 2600);
	history_same(h, "gen:zipf:n=50000", "ram=64M,tags=on", 38901);
	wl_history_close(h);
}

static bool
not_long(void *ctx, uint64_t at)
{
	(void)ctx;
	return at < 40000;
}

static void
test_enough(void **state)
{
	char err[300];
	struct wl_history_config c = { .path = "gen:zipf:n=200000",
		.input = wl_input_open("gen:zipf:n=200000", err, sizeof(err)),
		.progress = not_long };
	struct wl_history *h;

	(void)state;
	assert_int_equal(wl_history_open(&c, &h, err, sizeof(err)), 0);
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_ENOUGH);
	assert_true(wl_history_at(h) >= 40000);
	assert_true(wl_history_at(h) < 100000);
	assert_false(wl_history_ended(h));
	wl_history_close(h);
}

static unsigned machines_seen;

static void
seen(void *ctx, struct machine *m)
{
	(void)ctx;
	assert_non_null(m);
	machines_seen++;
}

/* Who listens is told of each machine; what looks is printed where wanted. */
static void
test_telling(void **state)
{
	const char *path = history_file("tell.uvm",
	    "spawn p image=none\nshow clock\np: buf = mmap 64K rw private "
	    "anon\nexpect p resident buf 64K == 1\np: write buf\n");
	char err[300], *text = NULL;
	struct wl_history_config c = { .path = path,
		.input = wl_input_open(path, err, sizeof(err)),
		.start = seen,
		.report = NULL };
	struct wl_history *h;
	size_t len;
	FILE *fp = open_memstream(&text, &len);

	(void)state;
	machines_seen = 0;
	assert_int_equal(wl_history_open(&c, &h, err, sizeof(err)), 0);
	assert_int_equal(machines_seen, 1);
	wl_history_begin(h, fp);
	assert_int_equal(wl_history_step(h, fp), WL_WENT);
	fflush(fp);
	assert_string_equal(text, "clock 0.000000000 s\n");
	assert_int_equal(wl_history_goto(h, 3), WL_WENT);
	assert_int_equal(wl_history_goto(h, 1), WL_WENT);
	assert_int_equal(machines_seen, 2);
	assert_int_equal(wl_history_nlines(h), 5);
	assert_string_equal(wl_history_line(h, 2), "show clock");
	assert_string_equal(wl_history_line(h, 6), "");
	assert_true(wl_history_look(h, "show processes", fp, err, sizeof(err)));
	assert_false(wl_history_look(h, "p: exit 0", fp, err, sizeof(err)));
	assert_false(wl_history_look(h, "show nothing", fp, err, sizeof(err)));
	wl_history_close(h);
	fclose(fp);
	free(text);
	unlink(path);
}

static bool
chosen(void *ctx, struct sim_config *c)
{
	char err[300];

	return pairs_set(c, ctx, err, sizeof(err)) == 0;
}

/* Statements of no call are told as they are written. */
static void
test_texts(void **state)
{
	static const char *const texts[] = { "file \"/a#b\" 64K",
		"spawn p image=none",
		("p: mmap(0, 4K, PROT_READ|PROT_WRITE, "
		 "MAP_PRIVATE|MAP_ANON, -1, 0)"),
		"p: munmap(0x1, 4K)" };
	const char *path = history_file("texts.uvm",
	    "\tfile \"/a#b\" 64K \t# a name\nspawn p image=none# p\n"
	    "p: mmap 4K rw private anon\nexpect p: munmap(1, 4K) fails "
	    "ENOMEM\n");
	struct wl_history *h = history_of(path, "", 1, 0);

	(void)state;
	for (size_t i = 0; i < NELEM(texts); i++) {
		assert_int_equal(wl_history_goto(h, i + 1), WL_WENT);
		assert_string_equal(wl_history_moment(h)->text, texts[i]);
	}
	assert_int_equal(history_reports, 1); /* not as expected: EINVAL */
	assert_int_equal(wl_history_moment(h)->err, EINVAL);
	wl_history_close(h);
	unlink(path);
}

static void
test_refusals(void **state)
{
	static const struct {
		const char *name, *text, *why, *machine;
	} rows[] = {
		{ "a.uvm", "spwan p\n", "a.uvm:1:1: unknown statement spwan",
		    NULL },
		{ "b.uvm", "machine ram=1\n", "ram=1", NULL },
		{ "c.txt", "what is this\n", "c.txt", NULL },
		{ "d.txt", "\n# nothing\n", "d.txt", NULL },
		{ "e.txt", "p : wirte 0\n", "e.txt:1:1: no process p", NULL },
		{ "f.course", "00001000 R\n",
		    ": expected frames= or ram=", "policy=lru" },
		{ "g.course", "00001000 R\n",
		    "g.course: ram=", "ram=8T,arch=i386" },
		{ "h.course", "00001000 R\n", "", "no=such" },
		{ "i.strace", "1 munmap(0x7f4f41000000, 4096) = 0\n", "",
		    "no=such" },
	};
	char err[800];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *path = history_file(rows[i].name, rows[i].text);
		struct wl_history_config c = { .path = path,
			.input = wl_input_open(path, err, sizeof(err)) };
		struct wl_history *h = NULL;

		c.configure = rows[i].machine != NULL ? chosen : NULL;
		c.ctx = (void *)(uintptr_t)rows[i].machine;

		assert_int_not_equal(wl_history_open(&c, &h, err, sizeof(err)),
		    0);
		assert_null(h);
		if (strstr(err, rows[i].why) == NULL)
			fail_msg("'%s' has no '%s'", err, rows[i].why);
		assert_null(strchr(err, '\n'));
		wl_input_close(c.input);
		unlink(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_traces),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_bad_reference),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_enough),
		cmocka_unit_test(test_telling),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
