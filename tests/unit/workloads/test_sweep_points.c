/*
 * Points of sweeps: which of them can be measured, and what is said of those
 * that cannot; statistics; results that the disk has no room for.
 */
#include "strace_fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workloads/sweep/sweep.h"

static const char trace[] = "I  00400000,3\n L 00401000,8\n S 00402000,8\n"
			    " M 00400010,4\n L 00401004,2\n";

struct swept {
	struct wl_grid grid;
	struct wl_sweep sweep;
	char *path;
};

/* text: keys of one point, or of several */
static void
swept_open(struct swept *w, const char *text, const char *stat)
{
	char copy[300], err[512], *save = NULL;

	memset(w, 0, sizeof(*w));
	(void)snprintf(copy, sizeof(copy), "%s", text);
	for (char *key = strtok_r(copy, " ", &save); key != NULL;
	     key = strtok_r(NULL, " ", &save))
		assert_int_equal(wl_grid_set(&w->grid, key, true, err,
				     sizeof(err)),
		    0);
	w->sweep.grid = &w->grid;
	w->sweep.jobs = 1;
	w->sweep.nstats = stat != NULL ? 1 : 0;
	w->sweep.stat[0] = stat;
	assert_true(wl_sweep_rows(&w->sweep));
	w->path = log_file(trace, sizeof(trace) - 1);
	w->sweep.input = wl_input_open(w->path, err, sizeof(err));
	assert_non_null(w->sweep.input);
}

static void
swept_run(struct swept *w)
{
	char err[512] = "";

	assert_int_equal(wl_sweep_run(&w->sweep, err, sizeof(err)), 0);
	assert_string_equal(err, "");
}

static void
swept_close(struct swept *w)
{
	wl_input_close(w->sweep.input);
	wl_sweep_free(&w->sweep);
	wl_grid_free(&w->grid);
	unlink(w->path);
	free(w->path);
}

/* Three pages, five touches: of two frames, the second one is missed again. */
static const struct {
	const char *point, *why; /* NULL: it is measured */
	uint64_t misses;
} points[] = {
	{ "engine=count frames=3", NULL, 3 },
	{ "engine=count frames=2", NULL, 5 },
	{ "engine=count frames=2 seed=7 policy=fifo", NULL, 5 },
	{ "engine=count frames=3 arch=amd64", NULL, 3 },
	{ "engine=machine frames=3 policy=lru", NULL, 3 },
	{ "engine=count frames=3 ram=1M",
	    "engine=count has no ram; expected policy, frames, seed or arch",
	    0 },
	{ "engine=count frames=none", "frames", 0 },
	{ "engine=count arch=none frames=3", "arch", 0 },
	{ "engine=count arch=arm64-16k frames=3",
	    "engine=count has pages of 4K, and arm64-16k has not", 0 },
	{ "engine=count", "engine=count: expected frames=N, from 1 to ", 0 },
	{ "engine=count frames=3 policy=none", "policy=none: ", 0 },
	{ "engine=count frames=3 policy=/nonexistent.so",
	    "policy=/nonexistent.so: ", 0 },
	{ "engine=machine frames=3 policy=/nonexistent.so",
	    "policy=/nonexistent.so: ", 0 },
	{ "engine=machine frames=3 policy=lru ram=none", "ram", 0 },
	{ "engine=machine policy=lru",
	    "policy=lru: expected frames=N, or ram=SIZE for all of memory", 0 },
};

static void
test_points(void **state)
{
	struct swept w;

	(void)state;
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		const struct wl_sweep_row *row;

		swept_open(&w, points[i].point, NULL);
		assert_int_equal(w.sweep.npoints, 1);
		swept_run(&w);
		row = &w.sweep.row[0];
		if (points[i].why == NULL) {
			if (row->state != WL_SWEEP_DONE)
				fail_msg("%s: %s", points[i].point, row->why);
			assert_int_equal(row->value[WL_SWEEP_MISSES],
			    points[i].misses);
			assert_int_equal(row->value[WL_SWEEP_PAGES], 3);
		} else {
			assert_int_equal(row->state, WL_SWEEP_FAILED);
			if (strstr(row->why, points[i].why) == NULL)
				fail_msg("%s: %s", points[i].point, row->why);
		}
		swept_close(&w);
	}
}

/* The machine has statistics, a count has none. */
static void
test_statistics(void **state)
{
	struct swept w;

	(void)state;
	swept_open(&w, "engine=count,machine frames=3 policy=lru", "forks");
	swept_run(&w);
	for (size_t i = 0; i < 2; i++) {
		const bool counted = strcmp(wl_grid_value(&w.grid, i, 0),
					 "count") == 0;

		assert_int_equal(w.sweep.row[i].state, WL_SWEEP_DONE);
		assert_int_equal(w.sweep.row[i].value[WL_SWEEP_NFIGURES],
		    counted ? WL_SWEEP_NONE : 0);
	}
	swept_close(&w);
	swept_open(&w, "engine=machine frames=3 policy=lru", "nosuch");
	swept_run(&w);
	assert_int_equal(w.sweep.row[0].state, WL_SWEEP_FAILED);
	assert_string_equal(w.sweep.row[0].why, "no statistic is named nosuch");
	swept_close(&w);
}

/* A row for which there is no room leaves the file as it was. */
static void
test_no_room(void **state)
{
	struct rlimit old, limit;
	struct wl_sweep_index *x;
	struct wl_sweep_file f;
	struct stat before, after;
	struct swept w;
	char err[512], *path = log_file("", 0);

	(void)state;
	swept_open(&w, "engine=count frames=2,3", NULL);
	swept_run(&w);
	x = wl_sweep_index(&w.sweep);
	assert_non_null(x);
	assert_int_equal(wl_sweep_file_open(&f, path, &w.sweep, x, err,
			     sizeof(err)),
	    0);
	assert_int_equal(wl_sweep_file_put(&f, &w.sweep, 0), 0);
	assert_int_equal(stat(path, &before), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit.rlim_cur = (rlim_t)before.st_size + 10; /* a part of it */
	limit.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(wl_sweep_file_put(&f, &w.sweep, 1), EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	assert_int_equal(wl_sweep_file_put(&f, &w.sweep, 1), 0);
	wl_sweep_file_close(&f);
	/* Both rows are there, and nothing is damaged. */
	assert_int_equal(wl_sweep_file_open(&f, path, &w.sweep, x, err,
			     sizeof(err)),
	    0);
	assert_int_equal(f.taken, 2);
	assert_int_equal(f.damaged, 0);
	wl_sweep_file_close(&f);
	wl_sweep_index_free(x);
	swept_close(&w);
	unlink(path);
	free(path);
}

/* Where the file of results cannot be. */
static void
test_no_file(void **state)
{
	struct wl_sweep_index *x;
	struct wl_sweep_file f;
	struct swept w;
	char err[512];

	(void)state;
	swept_open(&w, "engine=count frames=2", "forks");
	x = wl_sweep_index(&w.sweep);
	assert_int_equal(wl_sweep_file_open(&f, "/nonexistent/results",
			     &w.sweep, x, err, sizeof(err)),
	    ENOENT);
	assert_string_equal(err,
	    "/nonexistent/results: No such file or directory");
	wl_sweep_file_close(&f);
	wl_sweep_index_free(x);
	swept_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
