/*
 * Sweeps: grids against loops written out, the ring between one decoder and
 * several readers in several threads, results against replays of each point by
 * itself, files of results that are cut and damaged at every byte.
 */
#include "strace_fixture.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <unistd.h>

#include "workloads/sweep/sweep.h"
#include "workloads/sweep/lane.h"
#include "workloads/sweep/ring.h"
#include "tests/random.h"
#include "tests/slow.h"

static uint64_t seed = 1;

/* --------------------------------------------------------------- grids ---- */

static void
set(struct wl_grid *g, const char *line)
{
	char err[512] = "";

	assert_int_equal(wl_grid_set(g, line, true, err, sizeof(err)), 0);
}

static void
refused(const char *line, const char *why)
{
	struct wl_grid g = { .nkeys = 0 };
	char err[512] = "";

	set(&g, "frames=1");
	assert_int_equal(wl_grid_set(&g, line, false, err, sizeof(err)),
	    EINVAL);
	if (strstr(err, why) == NULL)
		fail_msg("%s: expected '%s' in '%s'", line, why, err);
	assert_int_equal(g.nkeys, 1);
	assert_int_equal(wl_grid_points(&g), 1);
	wl_grid_free(&g);
}

static void
test_grid(void **state)
{
	static const char *const policy[] = { "lru", "ws:tau=100" };
	static const char *const frames[] = { "1", "2", "4", "8", "100" };
	struct wl_grid g = { .nkeys = 0 };
	char text[WL_GRID_MAXTEXT], want[WL_GRID_MAXTEXT];
	size_t point = 0;

	(void)state;
	set(&g, "policy = lru ,\tws:tau=100");
	set(&g, "arch=amd64");
	set(&g, "frames=7");
	set(&g, "ram=1..3M");
	set(&g, "frames=1..15*2,100");
	assert_int_equal(wl_grid_points(&g), 2 * 5 * 3);
	for (int p = 0; p < 2; p++)
		for (int f = 0; f < 5; f++)
			for (int r = 1; r <= 3; r++) {
				snprintf(want, sizeof(want),
				    "arch=amd64 frames=%s policy=%s ram=%dM",
				    frames[f], policy[p], r);
				assert_true(wl_grid_text(&g, point, text,
				    sizeof(text)));
				assert_string_equal(text, want);
				assert_false(wl_grid_text(&g, point++, text,
				    strlen(want)));
			}
	wl_grid_free(&g);
	assert_int_equal(wl_grid_points(&g), 1);
}

static void
ranges_are(const char *line, const char *want)
{
	struct wl_grid g = { .nkeys = 0 };
	char got[512] = "";

	set(&g, line);
	for (size_t i = 0; i < g.key[0].nvalues; i++) {
		strcat(got, i > 0 ? " " : "");
		strcat(got, g.key[0].value[i]);
	}
	assert_string_equal(got, want);
	wl_grid_free(&g);
}

static void
test_grid_ranges(void **state)
{
	(void)state;
	ranges_are("frames=1..4", "1 2 3 4");
	ranges_are("frames=5..5", "5");
	ranges_are("frames=0..10+4", "0 4 8");
	ranges_are("frames=0..8+4", "0 4 8");
	ranges_are("frames=3..50*3", "3 9 27");
	ranges_are("frames=3..81*3", "3 9 27 81");
	ranges_are("ram=64..256K*2,1G", "64K 128K 256K 1G");
	ranges_are("seed=18446744073709551614..18446744073709551615",
	    "18446744073709551614 18446744073709551615");
	ranges_are("seed=1..18446744073709551615*4294967296", "1 4294967296");
	ranges_are("policy=../x.so,./y.so:a=1", "../x.so ./y.so:a=1");
}

static void
test_grid_errors(void **state)
{
	(void)state;
	refused("", "expected KEY=VALUE");
	refused("frames", "expected KEY=VALUE");
	refused("=1", "expected KEY=VALUE");
	refused("frames=2", "given twice");
	refused("polcy=lru", "did you mean policy?");
	refused("zzz=1", "seed");
	refused("zzz=1", " engine");
	refused("ram=", "expected VALUE");
	refused("ram=1M,", "expected VALUE");
	refused("ram=1M 2M", "expected VALUE");
	refused("ram=5..4", "rising");
	refused("ram=1..4*1", "rising");
	refused("ram=1..4+0", "rising");
	refused("ram=0..4*2", "rising");
	refused("ram=1..4*2x", "rising");
	refused("ram=1..99999999999999999999", "rising");
	refused("ram=0..1000000", "more than");
}

static void
test_grid_file(void **state)
{
	static const char text[] = "# a comment\n\n  frames=1,2 # more\r\n"
				   "\tpolicy = lru\n";
	char *path = log_file(text, strlen(text)), err[512];
	struct wl_grid g = { .nkeys = 0 };

	(void)state;
	assert_int_equal(wl_grid_read(&g, path, err, sizeof(err)), 0);
	assert_int_equal(g.nkeys, 2);
	assert_int_equal(wl_grid_points(&g), 2);
	assert_string_equal(wl_grid_value(&g, 1, 0), "2");
	/* Again: each key is there already. */
	assert_int_equal(wl_grid_read(&g, path, err, sizeof(err)), EINVAL);
	assert_non_null(strstr(err, ":3: frames: given twice"));
	assert_int_equal(wl_grid_points(&g), 2);
	wl_grid_free(&g);
	unlink(path);
	assert_int_equal(wl_grid_read(&g, path, err, sizeof(err)), ENOENT);
	free(path);
}

/* ---------------------------------------------------------------- ring ---- */

#define READERS 7
#define NREFS 20000

struct ringing {
	struct wl_ring *ring;
	pthread_mutex_t lock;
	uint64_t next[READERS];  /* reference that it must see */
	uint64_t leave[READERS]; /* it goes at the first batch from there on */
	bool ended[READERS];
	bool busy[READERS];
};

static void *
ring_decoder(void *arg)
{
	struct ringing *r = arg;
	uint64_t made = 0;
	struct wl_ring_batch *room;

	while (made < NREFS && (room = wl_ring_room(r->ring)) != NULL) {
		size_t n = 1 + made % 50;

		for (size_t i = 0; i < n; i++) {
			room->ref[i].va = made;
			wl_ring_add(room, (uint32_t)(made++ / 7 % 3), 1);
		}
		wl_ring_put(r->ring);
	}
	wl_ring_end(r->ring, false);
	return NULL;
}

static void *
ring_worker(void *arg)
{
	struct ringing *r = arg;
	const struct wl_ring_batch *batch;
	enum wl_ring_turn turn;
	size_t i;

	while ((turn = wl_ring_take(r->ring, &i, &batch)) != WL_RING_NOTHING) {
		bool more = turn == WL_RING_BATCH;

		pthread_mutex_lock(&r->lock);
		assert_false(r->busy[i]);
		assert_false(r->ended[i]);
		r->busy[i] = true;
		pthread_mutex_unlock(&r->lock);
		for (size_t k = 0, left = 0, run = 0; more && k < batch->n;
		     k++, left--) {
			if (left == 0)
				left = batch->run[run++].n;
			assert_int_equal(batch->run[run - 1].process,
			    batch->ref[k].va / 7 % 3);
			assert_true(batch->ref[k].va == r->next[i]++);
			if (k + 1 == batch->n)
				assert_true(left == 1 && run == batch->nruns);
		}
		more = more && r->next[i] < r->leave[i];
		r->ended[i] = !more;
		pthread_mutex_lock(&r->lock);
		r->busy[i] = false;
		pthread_mutex_unlock(&r->lock);
		wl_ring_done(r->ring, i, more);
	}
	return NULL;
}

/* Each reader sees all up to where it leaves, once, in order. */
static void
ring_run(unsigned workers, size_t batches, bool leave)
{
	struct ringing r = { .lock = PTHREAD_MUTEX_INITIALIZER };
	pthread_t decoder, worker[8];
	uint64_t made = 0;

	r.ring = wl_ring_create(batches, 50, READERS);
	assert_non_null(r.ring);
	for (size_t i = 0; i < READERS; i++)
		r.leave[i] = leave ? rnd_below(&seed, NREFS / 2) : UINT64_MAX;
	pthread_create(&decoder, NULL, ring_decoder, &r);
	for (unsigned i = 0; i < workers; i++)
		pthread_create(&worker[i], NULL, ring_worker, &r);
	for (unsigned i = 0; i < workers; i++)
		pthread_join(worker[i], NULL);
	pthread_join(decoder, NULL);
	while (made < NREFS)
		made += 1 + made % 50;
	for (size_t i = 0; i < READERS; i++) {
		assert_true(r.ended[i]);
		if (leave)
			assert_true(r.next[i] >= r.leave[i] &&
			    r.next[i] < r.leave[i] + 50);
		else
			assert_true(r.next[i] == made);
	}
	assert_null(wl_ring_check(r.ring));
	wl_ring_destroy(r.ring);
}

static void
test_ring(void **state)
{
	(void)state;
	for (unsigned workers = 1; workers <= TESTS_FEWER(8, 2); workers++)
		for (size_t batches = 1; batches <= 4; batches++) {
			ring_run(workers, batches, false);
			ring_run(workers, batches, true);
		}
}

static void
put_one(struct wl_ring *r, uint64_t va)
{
	struct wl_ring_batch *room = wl_ring_room(r);

	room->ref[0].va = va;
	wl_ring_add(room, 0, 1);
	wl_ring_put(r);
}

/* In one thread: who is chosen, when there is room, what counts are. */
static void
test_ring_turns(void **state)
{
	struct wl_ring *r = wl_ring_create(2, 4, 2);
	const struct wl_ring_batch *batch;
	size_t a, b;

	(void)state;
	assert_non_null(r);
	put_one(r, 10);
	put_one(r, 11);
	assert_null(wl_ring_check(r));
	assert_int_equal(wl_ring_take(r, &a, &batch), WL_RING_BATCH);
	assert_true(batch->ref[0].va == 10);
	/* The other one is behind nobody, and free. */
	assert_int_equal(wl_ring_take(r, &b, &batch), WL_RING_BATCH);
	assert_true(a != b && batch->ref[0].va == 10);
	wl_ring_done(r, a, true);
	assert_null(wl_ring_check(r));
	wl_ring_done(r, b, false);
	assert_null(wl_ring_check(r));
	assert_int_equal(wl_ring_take(r, &b, &batch), WL_RING_BATCH);
	assert_true(a == b && batch->ref[0].va == 11);
	wl_ring_end(r, false);
	wl_ring_done(r, b, true);
	assert_int_equal(wl_ring_take(r, &b, &batch), WL_RING_END);
	wl_ring_done(r, b, false);
	assert_int_equal(wl_ring_take(r, &b, &batch), WL_RING_NOTHING);
	assert_null(wl_ring_room(r));
	assert_null(wl_ring_check(r));
	wl_ring_destroy(r);
}

static void
test_ring_cancelled(void **state)
{
	struct wl_ring *r = wl_ring_create(1, 1, 1);
	const struct wl_ring_batch *batch;
	size_t i;

	(void)state;
	put_one(r, 1);
	wl_ring_end(r, true);
	assert_int_equal(wl_ring_take(r, &i, &batch), WL_RING_NOTHING);
	wl_ring_destroy(r);
}

/* -------------------------------------------------------------- sweeps ---- */

/* A trace of n references that is sure to make every policy choose. */
static char *
trace_file(size_t n)
{
	static const char kind[] = { 'I', 'L', 'S', 'M' };
	char *text = malloc(n * 32), *path;
	size_t at = 0;

	seed = 7;
	for (size_t i = 0; i < n; i++) {
		const char k = kind[rnd_below(&seed, 4)];

		at += (size_t)sprintf(text + at, "%s%c %s%08x,%u\n",
		    k == 'I' ? "" : " ", k, k == 'I' ? " " : "",
		    0x400000 +
			rnd_below(&seed, rnd_below(&seed, 2) ? 30 : 90) * 4096 +
			rnd_below(&seed, 4096),
		    1 + rnd_below(&seed, 16));
	}
	path = log_file(text, at);
	free(text);
	return path;
}

struct swept {
	struct wl_grid grid;
	struct wl_sweep sweep;
	unsigned finished[256]; /* calls, by point */
	unsigned asked, stop_at;
};

static void
count_finished(void *ctx, size_t point)
{
	((struct swept *)ctx)->finished[point]++;
}

static bool
stop_sometime(void *ctx)
{
	struct swept *w = ctx;

	return ++w->asked > w->stop_at;
}

static const char *const lines[] = {
	"policy=lru,clock,opt,ws:tau=50",
	"frames=8..32*2",
	"engine=count,machine",
	NULL,
};

static void
swept_open(struct swept *w, const char *path, const char *const *line)
{
	char err[512];

	memset(w, 0, sizeof(*w));
	for (; *line != NULL; line++)
		set(&w->grid, *line);
	w->stop_at = UINT32_MAX;
	w->sweep.grid = &w->grid;
	w->sweep.jobs = 1;
	w->sweep.stop = stop_sometime;
	w->sweep.finished = count_finished;
	w->sweep.ctx = w;
	assert_true(wl_sweep_rows(&w->sweep));
	w->sweep.input = wl_input_open(path, err, sizeof(err));
	assert_non_null(w->sweep.input);
}

static void
swept_close(struct swept *w)
{
	wl_input_close(w->sweep.input);
	wl_sweep_free(&w->sweep);
	wl_grid_free(&w->grid);
}

static void
swept_run(struct swept *w)
{
	char err[512] = "";

	assert_int_equal(wl_sweep_run(&w->sweep, err, sizeof(err)), 0);
	assert_string_equal(err, "");
}

/* What a point gives by itself, through the calls that replay uses. */
static void
replay_point(const struct swept *w, size_t point, uint64_t *value)
{
	struct wl_refs_config config = { .trace = "t" };
	struct wl_refs_stats s;
	struct machine *m = NULL;
	char err[512], pair[300];

	wl_refs_default(&config.machine);
	for (size_t k = 0; k < w->grid.nkeys; k++) {
		snprintf(pair, sizeof(pair), "%s=%s", w->grid.key[k].name,
		    wl_grid_value(&w->grid, point, k));
		if (strncmp(pair, "engine", 6) != 0)
			assert_int_equal(sim_config_set(&config.machine, pair,
					     err, sizeof(err)),
			    0);
	}
	assert_true(wl_refs_complete(&config.machine));
	config.data_only = w->sweep.data_only;
	config.until = w->sweep.until;
	config.input = wl_input_open(w->sweep.input->path, err, sizeof(err));
	assert_non_null(config.input);
	assert_int_equal(wl_refs_run(&config, &s, &m, err, sizeof(err)), 0);
	value[WL_SWEEP_REFERENCES] = s.references;
	value[WL_SWEEP_TOUCHES] = s.touches;
	value[WL_SWEEP_MISSES] = s.misses;
	value[WL_SWEEP_EVICTIONS] = s.evictions;
	value[WL_SWEEP_DIRTY] = s.dirty_evictions;
	value[WL_SWEEP_PAGES] = s.distinct_pages;
	sim_machine_destroy(m);
	wl_input_close(config.input);
}

static void
same_as_replays(struct swept *w)
{
	uint64_t want[WL_SWEEP_NFIGURES];

	for (size_t i = 0; i < w->sweep.npoints; i++) {
		if (w->sweep.row[i].state != WL_SWEEP_DONE)
			fail_msg("point %zu: %s", i, w->sweep.row[i].why);
		assert_int_equal(w->finished[i], 1);
		replay_point(w, i, want);
		for (int f = 0; f < WL_SWEEP_NFIGURES; f++)
			if (w->sweep.row[i].value[f] != want[f])
				fail_msg("point %zu: %s is %" PRIu64
					 ", not %" PRIu64,
				    i, wl_sweep_figures[f],
				    w->sweep.row[i].value[f], want[f]);
	}
}

static void
test_results(void **state)
{
	/* a host of 32 bits has no room for five machines of 24G */
	const unsigned some = sizeof(size_t) > 4 ? 5 : 1;
	char *path = trace_file(50000);
	struct swept w;

	(void)state;
	for (unsigned jobs = 1; jobs <= 3; jobs += 2)
		for (unsigned live = 0; live <= some; live += some) {
			swept_open(&w, path, lines);
			w.sweep.jobs = jobs;
			w.sweep.live = live;
			w.sweep.data_only = jobs == 3;
			w.sweep.until = live > 0 ? 20001 : 0;
			swept_run(&w);
			same_as_replays(&w);
			swept_close(&w);
		}
	unlink(path);
	free(path);
}

/* A point that fails leaves its neighbours, of its lane too, alone. */
static void
test_failures(void **state)
{
	static const char *const grid[] = { "engine=count,machine,magic",
		"policy=lru,nosuch,clock", "frames=16,0", NULL };
	static const bool good[] = { true, false, false, false, true, false };
	char *path = trace_file(1000);
	struct swept w;

	(void)state;
	swept_open(&w, path, grid);
	w.sweep.jobs = 2;
	swept_run(&w);
	assert_int_equal(w.sweep.npoints, 18);
	for (size_t i = 0; i < 18; i++) {
		const struct wl_sweep_row *row = &w.sweep.row[i];

		assert_int_equal(w.finished[i], 1);
		assert_int_equal(row->state,
		    i < 12 && good[i % 6] ? WL_SWEEP_DONE : WL_SWEEP_FAILED);
		assert_true((row->why == NULL) == (i < 12 && good[i % 6]));
	}
	swept_close(&w);
	unlink(path);
	free(path);
}

/* The trace is bad: an error, and no point is done or has failed for it. */
static void
test_bad_trace(void **state)
{
	static const char text[] = " L 00001000,4\n L 0000x000,4\n";
	char *path = log_file(text, strlen(text)), err[512];
	struct swept w;

	(void)state;
	swept_open(&w, path, lines);
	assert_int_equal(wl_sweep_run(&w.sweep, err, sizeof(err)), EINVAL);
	assert_non_null(strstr(err, ":2:"));
	for (size_t i = 0; i < w.sweep.npoints; i++)
		assert_int_equal(w.sweep.row[i].state, WL_SWEEP_OPEN);
	swept_close(&w);
	unlink(path);
	free(path);
}

static void
test_stop(void **state)
{
	char *path = trace_file(50000);
	struct swept w;
	size_t done = 0;

	(void)state;
	swept_open(&w, path, lines);
	w.sweep.live = 2;
	w.stop_at = 10; /* 4 or 5 batches are a pass */
	swept_run(&w);
	assert_true(w.sweep.stopped);
	for (size_t i = 0; i < w.sweep.npoints; i++)
		done += w.sweep.row[i].state == WL_SWEEP_DONE;
	assert_true(done > 0 && done < w.sweep.npoints);
	/* The rest, as if nothing had been. */
	w.stop_at = UINT32_MAX;
	w.sweep.stopped = false;
	swept_run(&w);
	same_as_replays(&w);
	swept_close(&w);
	unlink(path);
	free(path);
}

/* --------------------------------------------------------------- files ---- */

/* Take path's rows into a fresh sweep of the trace. => how many */
static size_t
rows_of(const char *path, const char *trace, const struct swept *want,
    size_t *damaged)
{
	struct swept w;
	struct wl_sweep_index *x;
	struct wl_sweep_file f;
	char err[512];
	size_t n = 0;

	swept_open(&w, trace, lines);
	x = wl_sweep_index(&w.sweep);
	assert_non_null(x);
	assert_int_equal(wl_sweep_file_open(&f, path, &w.sweep, x, err,
			     sizeof(err)),
	    0);
	for (size_t i = 0; i < w.sweep.npoints; i++) {
		if (w.sweep.row[i].state != WL_SWEEP_DONE)
			continue;
		assert_memory_equal(w.sweep.row[i].value,
		    want->sweep.row[i].value,
		    WL_SWEEP_NFIGURES * sizeof(uint64_t));
		n++;
	}
	assert_int_equal(n, f.taken);
	*damaged = f.damaged;
	wl_sweep_file_close(&f);
	wl_sweep_index_free(x);
	swept_close(&w);
	return n;
}

static void
write_file(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0600);

	assert_true(write(fd, text, len) == (ssize_t)len);
	close(fd);
}

static void
make_results(struct swept *w, const char *path)
{
	struct wl_sweep_index *x = wl_sweep_index(&w->sweep);
	struct wl_sweep_file f;
	char err[512];

	assert_int_equal(wl_sweep_file_open(&f, path, &w->sweep, x, err,
			     sizeof(err)),
	    0);
	for (size_t i = w->sweep.npoints; i-- > 0;)
		assert_int_equal(wl_sweep_file_put(&f, &w->sweep, i), 0);
	wl_sweep_file_close(&f);
	wl_sweep_index_free(x);
}

/* Cut behind any byte of the last lines, or with any byte changed. */
static void
test_file(void **state)
{
	char *trace = trace_file(2000), *path = log_file("", 0);
	char text[8192], copy[8192];
	size_t len, head, damaged, n;
	struct swept w;
	int fd;

	(void)state;
	swept_open(&w, trace, lines);
	swept_run(&w);
	make_results(&w, path);
	n = w.sweep.npoints;
	assert_int_equal(rows_of(path, trace, &w, &damaged), n);
	assert_int_equal(damaged, 0);
	fd = open(path, O_RDONLY);
	len = (size_t)read(fd, text, sizeof(text));
	close(fd);
	head = (size_t)(strchr(text, '\n') - text) + 1;
	for (size_t cut = len - 150; cut < len; cut++) {
		size_t left = 0;

		for (size_t i = head; i <= cut; i++)
			left += text[i] == '\n';
		write_file(path, text, cut);
		assert_int_equal(rows_of(path, trace, &w, &damaged), left);
		/* Its end is mended: another line can come. */
		assert_true(rows_of(path, trace, &w, &damaged) == left);
	}
	for (size_t at = head; at < len; at += 1 + rnd_below(&seed, 5)) {
		memcpy(copy, text, len);
		copy[at] ^= (char)(1 + rnd_below(&seed, 7));
		write_file(path, copy, len);
		assert_true(rows_of(path, trace, &w, &damaged) >= n - 2);
		assert_true(damaged >= 1);
	}
	swept_close(&w);
	unlink(path);
	unlink(trace);
	free(path);
	free(trace);
}

/* Of other options, of another trace, no such file at all. */
static void
test_file_of_others(void **state)
{
	char *trace = trace_file(2000), *path = log_file("", 0), err[512];
	struct wl_sweep_index *x;
	struct wl_sweep_file f;
	struct swept w;

	(void)state;
	swept_open(&w, trace, lines);
	swept_run(&w);
	make_results(&w, path);
	x = wl_sweep_index(&w.sweep);
	w.sweep.data_only = true;
	assert_int_equal(wl_sweep_file_open(&f, path, &w.sweep, x, err,
			     sizeof(err)),
	    EINVAL);
	assert_non_null(strstr(err, "another trace"));
	assert_int_equal(wl_sweep_file_open(&f, trace, &w.sweep, x, err,
			     sizeof(err)),
	    EINVAL);
	assert_non_null(strstr(err, "expected a file of results"));
	assert_int_equal(f.fd, -1);
	wl_sweep_index_free(x);
	swept_close(&w);
	unlink(path);
	unlink(trace);
	free(path);
	free(trace);
}

/* Rows as lines and back; what a line of a failure holds. */
static void
test_lines(void **state)
{
	static const char *const grid[] = { "frames=1,2", NULL };
	char *trace = trace_file(10), line[WL_SWEEP_MAXLINE];
	struct wl_sweep_index *x;
	struct swept w;
	size_t point = 9;

	(void)state;
	swept_open(&w, trace, grid);
	x = wl_sweep_index(&w.sweep);
	wl_sweep_fail(&w.sweep, 1, "a\nb : c");
	assert_true(wl_sweep_line(&w.sweep, 1, line, sizeof(line)));
	assert_string_equal(line + 9, "failed frames=2 : a b : c");
	assert_false(wl_sweep_line(&w.sweep, 1, line, 20));
	assert_true(wl_sweep_line(&w.sweep, 1, line, sizeof(line)));
	w.sweep.row[1].state = WL_SWEEP_OPEN;
	assert_true(wl_sweep_take(&w.sweep, x, line, &point));
	assert_int_equal(point, 1);
	assert_int_equal(w.sweep.row[1].state, WL_SWEEP_FAILED);
	assert_string_equal(w.sweep.row[1].why, "a b : c");
	for (int i = 0; i < WL_SWEEP_NFIGURES; i++)
		w.sweep.row[0].value[i] = i == 3 ? WL_SWEEP_NONE : 1u << i;
	w.sweep.row[0].state = WL_SWEEP_DONE;
	assert_true(wl_sweep_line(&w.sweep, 0, line, sizeof(line)));
	assert_string_equal(line + 9, "done frames=1 : 1 2 4 - 16 32");
	assert_true(wl_sweep_take(&w.sweep, x, line, &point));
	assert_int_equal(point, 0);
	assert_true(w.sweep.row[0].value[3] == WL_SWEEP_NONE);
	line[9] = 'D';
	assert_false(wl_sweep_take(&w.sweep, x, line, &point));
	assert_false(wl_sweep_take(&w.sweep, x, "", &point));
	wl_sweep_index_free(x);
	swept_close(&w);
	unlink(trace);
	free(trace);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grid),
		cmocka_unit_test(test_grid_ranges),
		cmocka_unit_test(test_grid_errors),
		cmocka_unit_test(test_grid_file),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_ring_turns),
		cmocka_unit_test(test_ring_cancelled),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_bad_trace),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_file_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
