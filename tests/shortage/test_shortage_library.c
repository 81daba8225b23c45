/*
 * <uvmsim.h> without memory of the host: each kind of call that takes any does
 * what it does with it, or fails with ENOMEM and a sentence.
 */
#include "shortage.h"

#include <stdlib.h>
#include <string.h>

#include "api/include/uvmsim.h"

#define ANON_PRIVATE "MAP_ANON|MAP_PRIVATE"

static const char script[] = "machine ram=1M swap=1M\n"
			     "file /data 64K\nspawn a\n"
			     "a: m = mmap 128K rw private anon\n"
			     "a: write m 128K\na: fork b\nb: write m 64K\n"
			     "repeat 3\na: read m 128K\nend\n"
			     "expect b resident m 128K >= 1\nshow map a\n";

static FILE *sink;

static void
print(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	fwrite(text, 1, len, sink);
}

/* A call ended: => 0 or its errno, which has a sentence. */
static int
ended(const struct shortage *s, int result, int err)
{
	shortage_counts(false);
	if (result >= 0)
		return 0;
	if (uvmsim_errmsg()[0] == '\0')
		fail_msg("%s: it fails and says nothing", s->name);
	if (err != ENOMEM)
		fail_msg("%s: %s: %s", s->name, strerror(err), uvmsim_errmsg());
	return err;
}

/* ---------------------------------------------------------- machines ---- */

static int
call_create(const struct shortage *s, void *world, FILE *out)
{
	struct uvmsim *u = NULL;
	int result;

	(void)world;
	errno = 0;
	result = uvmsim_create(&u, s->arg);
	if (ended(s, result, errno) != 0) {
		assert_null(u);
		return ENOMEM;
	}
	fprintf(out, "%llu\n", (unsigned long long)uvmsim_page_size(u));
	uvmsim_destroy(u);
	return 0;
}

/* A run that stopped may leave its machine, which is sound. */
static int
unfinished(struct uvmsim *u)
{
	if (u != NULL) {
		assert_int_equal(uvmsim_check(u), 0);
		uvmsim_destroy(u);
	}
	return ENOMEM;
}

static int
call_run(const struct shortage *s, void *world, FILE *out)
{
	struct uvmsim_run r = { .size = sizeof(r),
		.text = s->arg,
		.out = print,
		.complaints = print };
	struct uvmsim *u = NULL;
	int result;

	(void)world;
	sink = out;
	errno = 0;
	result = uvmsim_run(&u, &r);
	if (ended(s, result, errno) != 0)
		return unfinished(u);
	fprintf(out, "%llu passed, %llu failed\n", (unsigned long long)r.passed,
	    (unsigned long long)r.failed);
	uvmsim_destroy(u);
	return 0;
}

static int
call_replay(const struct shortage *s, void *world, FILE *out)
{
	struct uvmsim_replay r = { .size = sizeof(r),
		.path = s->arg,
		.report = print };
	struct uvmsim *u = NULL;
	int result;

	(void)world;
	sink = out;
	errno = 0;
	result = uvmsim_replay(&u, &r);
	if (ended(s, result, errno) != 0)
		return unfinished(u);
	fprintf(out, "kind %u: %llu processes, %llu touches, %llu misses\n",
	    r.kind, (unsigned long long)r.processes,
	    (unsigned long long)r.touches, (unsigned long long)r.misses);
	uvmsim_destroy(u);
	return 0;
}

static void
test_machines(void **state)
{
	static const struct shortage row[] = {
		{ .name = "create", .call = call_create, .arg = "ram=1M" },
		{ .name = "create with swap",
		    .call = call_create,
		    .arg = "ram=1M,swap=1M,swap=2M:pri=3,cpus=2" },
		{ .name = "run", .call = call_run, .arg = script },
		{ .name = "replay references",
		    .call = call_replay,
		    .arg = "gen:zipf:pages=20:n=300" },
		{ .name = "replay processes",
		    .call = call_replay,
		    .arg = "gen:forkserver:requests=2:pages=4" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_true(shortage_try(&row[i]) > 0);
}

/* ----------------------------------------------------- of one machine ---- */

struct world {
	struct uvmsim *u;
	int pid;
	uint64_t mem, anon;
};

static void *
make(const struct shortage *s)
{
	static struct world w;

	(void)s;
	assert_int_equal(uvmsim_create(&w.u, "ram=1M,swap=1M"), 0);
	w.pid = uvmsim_spawn(w.u, "sh", 0, NULL, NULL);
	assert_true(w.pid > 0);
	assert_int_equal(uvmsim_flags(w.u, w.pid, ANON_PRIVATE, &w.anon), 0);
	assert_int_equal(uvmsim_sys_mmap(w.u, w.pid, 0, 1 << 17,
			     UVMSIM_READ | UVMSIM_WRITE, w.anon, -1, 0, &w.mem),
	    0);
	return &w;
}

static void
drop(void *world)
{
	struct world *w = world;

	assert_int_equal(uvmsim_check(w->u), 0);
	uvmsim_destroy(w->u);
}

static int
call_explain(const struct shortage *s, void *world, FILE *out)
{
	struct world *w = world;
	char text[2000] = "";
	int result;

	errno = 0;
	result = uvmsim_explain(w->u, 1);
	if (ended(s, result, errno) != 0)
		return ENOMEM;
	shortage_counts(true);
	errno = 0;
	result = uvmsim_sys_mlock(w->u, w->pid, w->mem, 4096);
	if (ended(s, result, errno) != 0)
		return ENOMEM;
	shortage_counts(true);
	errno = 0;
	result = uvmsim_explanation(w->u, false, text, sizeof(text));
	if (ended(s, result, errno) != 0)
		return ENOMEM;
	assert_int_equal(uvmsim_sys_munlock(w->u, w->pid, w->mem, 4096), 0);
	fprintf(out, "%d %d\n", result > 0, strstr(text, "mlock") != NULL);
	assert_int_equal(uvmsim_explain(w->u, 0), 0);
	return 0;
}

static int
call_spawn(const struct shortage *s, void *world, FILE *out)
{
	static const struct uvmsim_segment segment = { .start = 0x10000,
		.end = 0x20000,
		.path = "/bin/new",
		.rights = 5 };
	static const struct uvmsim_image image = { .size = sizeof(image),
		.path = "/bin/new",
		.segment = &segment,
		.nsegments = 1,
		.segment_size = sizeof(segment) };
	struct world *w = world;
	int pid;

	errno = 0;
	pid = uvmsim_spawn(w->u, "new", 70, NULL, &image);
	if (ended(s, pid, errno) != 0)
		return ENOMEM;
	fprintf(out, "%d\n", pid);
	assert_int_equal(uvmsim_end(w->u, pid, 0, 0), 0);
	assert_int_equal(uvmsim_reap(w->u, pid), 0);
	return 0;
}

static int
call_do(const struct shortage *s, void *world, FILE *out)
{
	struct world *w = world;
	char lines[100];
	int result;

	sink = out;
	snprintf(lines, sizeof(lines), "# twice\nsh: read 0x%llx 8K\n",
	    (unsigned long long)w->mem);
	errno = 0;
	result = uvmsim_do(w->u, lines);
	if (ended(s, result, errno) != 0)
		return ENOMEM;
	shortage_counts(true);
	errno = 0;
	result = uvmsim_show(w->u, "map sh", print, NULL);
	return ended(s, result, errno);
}

static void
test_calls(void **state)
{
	static const struct shortage_call row[] = {
		{ "explain", call_explain },
		{ "spawn", call_spawn },
		{ "do, show", call_do },
	};

	const struct shortage kind = { .make = make, .drop = drop };

	(void)state;
	shortage_calls(&kind, row, sizeof(row) / sizeof(row[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
