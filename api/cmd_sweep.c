/*
 * uvmsim sweep: one trace of references under many configurations.
 *
 * Rows are printed in the order of the grid, each as soon as all before it are
 * there.  With --results each finished point goes to a file as well, at once;
 * what that file has already is not measured again.
 *
 * SIGINT, SIGTERM and SIGHUP are looked for between batches (watch.h): the
 * points that are finished are printed, and the signal has its way then.
 * (Under mpirun they are not: it takes care of its processes itself.)
 */
#include "cmd_sweep.h"

#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stats.h"

/* ---------------------------------------------------------------- rows ---- */

static bool
settled(const struct cmd_sweep *c, size_t point)
{
	const uint8_t state = c->sweep.row[point].state;

	return state == WL_SWEEP_DONE || state == WL_SWEEP_FAILED;
}

static void
print_head(struct cmd_sweep *c)
{
	if (!c->headed)
		c->form->head(c);
	c->headed = true;
}

/* Rows from the first that is not printed, as far as they are there. */
static void
print_rows(struct cmd_sweep *c)
{
	for (; c->printed < c->sweep.npoints && settled(c, c->printed);
	     c->printed++) {
		cmd_progress_clear(&c->watch.progress);
		print_head(c);
		c->form->row(c, c->printed);
	}
	cmd_progress_note(&c->watch.progress, "%zu of %zu points", c->printed,
	    c->sweep.npoints);
}

void
cmd_sweep_take(struct cmd_sweep *c, size_t point)
{
	if (c->file.fd >= 0 && c->sweep.row[point].state == WL_SWEEP_DONE &&
	    c->error == 0)
		c->error = wl_sweep_file_put(&c->file, &c->sweep, point);
	print_rows(c);
}

static void
finished(void *ctx, size_t point)
{
	struct cmd_sweep *c = ctx;

	pthread_mutex_lock(&c->lock);
	if (c->mpi.rank == 0)
		cmd_sweep_take(c, point);
	else
		cmd_sweep_report(c, point);
	pthread_mutex_unlock(&c->lock);
}

/* The line of progress and the rows are drawn by one thread at a time. */
static bool
look(void *ctx)
{
	struct cmd_sweep *c = ctx;
	bool signalled;

	pthread_mutex_lock(&c->lock);
	signalled = cmd_watch_look(&c->watch);
	pthread_mutex_unlock(&c->lock);
	return signalled;
}

static bool
stop(void *ctx)
{
	struct cmd_sweep *c = ctx;
	bool error;

	if (c->mpi.size > 1 && c->mpi.rank == 0)
		cmd_sweep_collect(c, false);
	pthread_mutex_lock(&c->lock);
	error = c->error != 0;
	pthread_mutex_unlock(&c->lock);
	return error;
}

/* ----------------------------------------------------------------- run ---- */

/* Rank 0: the file of results is there, and what it has is done. */
static int
take_results(struct cmd_sweep *c, const char *path)
{
	char err[512];

	c->index = wl_sweep_index(&c->sweep);
	if (c->index == NULL)
		return cmd_fail(&c->cmd, "no memory");
	if (path == NULL)
		return CMD_OK;
	if (wl_sweep_file_open(&c->file, path, &c->sweep, c->index, err,
		sizeof(err)) != 0)
		return cmd_fail(&c->cmd, "%s", err);
	if (c->file.damaged > 0 && !c->cmd.quiet)
		fprintf(stderr,
		    "uvmsim sweep: %s: warning: %zu damaged lines are passed "
		    "over\n",
		    path, c->file.damaged);
	return CMD_OK;
}

static size_t
count_rows(const struct cmd_sweep *c, enum wl_sweep_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < c->sweep.npoints; i++)
		n += c->sweep.row[i].state == state;
	return n;
}

/* Rows behind one that is missing, too. */
static void
print_rest(struct cmd_sweep *c)
{
	print_head(c);
	for (; c->printed < c->sweep.npoints; c->printed++)
		if (settled(c, c->printed))
			c->form->row(c, c->printed);
}

static const char *
first_reason(const struct wl_sweep *s)
{
	size_t i = 0;

	while (s->row[i].state != WL_SWEEP_FAILED)
		i++;
	return s->row[i].why != NULL ? s->row[i].why : "no memory";
}

/* The sweep has been made, or an error ended it; how did it go? */
static int
conclude(struct cmd_sweep *c, const char *err)
{
	const struct wl_sweep *s = &c->sweep;
	const size_t done = count_rows(c, WL_SWEEP_DONE),
		     failed = count_rows(c, WL_SWEEP_FAILED);
	char where[512] = "", why[128];

	if (err[0] == '\0')
		print_rest(c);
	fflush(stdout); /* before what is said of it */
	if (s->cut && !c->cmd.quiet)
		fprintf(stderr,
		    "uvmsim sweep: %s:%" PRIu64
		    ": warning: the trace breaks off%s%s\n",
		    s->input->path, s->line + 1,
		    s->cut_why[0] != '\0' ? ": " : "", s->cut_why);
	if (err[0] != '\0')
		return cmd_fail(&c->cmd, "%s", err);
	if (c->error != 0)
		return cmd_fail(&c->cmd, "%s: %s", c->file.path,
		    strerror(c->error));
	if (c->file.fd >= 0)
		snprintf(where, sizeof(where), "; they are in %.480s",
		    c->file.path);
	if (s->stopped)
		return cmd_fail(&c->cmd, "%s: %zu of %zu points are done%s",
		    c->watch.over == API_OVER_NOT ?
			"interrupted" :
			api_bounds_why(&c->cmd.bounds, c->watch.over, why),
		    done, s->npoints, where);
	if (done + failed < s->npoints)
		return cmd_fail(&c->cmd, "%zu of %zu points got lost",
		    s->npoints - done - failed, s->npoints);
	if (failed > 0)
		return cmd_fail(&c->cmd, "%zu of %zu points failed%s%s", failed,
		    s->npoints, failed > 1 ? ", the first one: " : ": ",
		    first_reason(s));
	return CMD_OK;
}

/* Rank 0, or the only process. */
static int
lead(struct cmd_sweep *c, const char *results)
{
	int status = take_results(c, results);
	char err[1024] = "";

	if (!cmd_sweep_deal(c, status == CMD_OK))
		return status != CMD_OK ? status :
					  cmd_fail(&c->cmd, "no memory");
	if (c->mpi.size == 1) {
		cmd_watch_begin(&c->watch, &c->cmd, c->sweep.input,
		    "references");
		c->watch.watch.look = look;
		c->watch.watch.ctx = c;
		c->watch.watch.over = NULL;
	}
	print_rows(c);
	(void)wl_sweep_run(&c->sweep, err, sizeof(err));
	cmd_watch_end(&c->watch);
	cmd_sweep_collect(c, true);
	status = conclude(c, err[0] != '\0' ? err : c->why);
	if (c->watch.over == API_OVER_OPS)
		cmd_watch_tell(&c->watch, c->cmd.bounds.ops, "references",
		    c->sweep.input->path);
	return status;
}

static int
follow(struct cmd_sweep *c)
{
	char err[1024] = "";

	if (!cmd_sweep_deal(c, true))
		return CMD_FAIL;
	(void)wl_sweep_run(&c->sweep, err, sizeof(err));
	cmd_sweep_end(c, err);
	return CMD_OK;
}

static int
run(struct cmd_sweep *c, const char *trace, const char *results)
{
	char err[512];
	int status;

	if (!api_mpi_open(&c->mpi, err, sizeof(err)))
		return cmd_fail(&c->cmd, "%s", err);
	if (c->mpi.size > 1 && strcmp(trace, "-") == 0)
		status = c->mpi.rank > 0 ?
		    CMD_USAGE :
		    cmd_usage_error(&c->cmd,
			"expected a file that each process can read, not "
			"standard input");
	else
		status = c->mpi.rank == 0 ? lead(c, results) : follow(c);
	api_mpi_close(&c->mpi);
	return status;
}

/* ------------------------------------------------------------- options ---- */

static int
read_grid(struct cmd_sweep *c)
{
	const struct cmd_list *set = c->cmd.list;
	size_t length = 0;
	char err[512];

	if (c->cmd.noperands == 2 &&
	    wl_grid_read(&c->grid, c->cmd.operand[0], err, sizeof(err)) != 0)
		return cmd_fail(&c->cmd, "%s", err);
	for (unsigned i = 0; i < set->n; i++)
		if (wl_grid_set(&c->grid, set->value[i], true, err,
			sizeof(err)) != 0)
			return cmd_usage_error(&c->cmd, "--set: %s", err);
	if (c->grid.nkeys == 0)
		return cmd_usage_error(&c->cmd,
		    "expected GRID, or --set KEY=VALUE,...");
	if (wl_grid_points(&c->grid) > WL_GRID_MAXPOINTS)
		return cmd_usage_error(&c->cmd,
		    "the grid has more than %zu points", WL_GRID_MAXPOINTS);
	for (size_t k = 0; k < c->grid.nkeys; k++) {
		size_t most = 0, len;

		for (size_t i = 0; i < c->grid.key[k].nvalues; i++)
			if ((len = strlen(c->grid.key[k].value[i])) > most)
				most = len;
		length += most + strlen(c->grid.key[k].name) + 2;
	}
	return length < WL_GRID_MAXTEXT ?
	    CMD_OK :
	    cmd_usage_error(&c->cmd, "the values of the grid are too long");
}

/* Machines have these counters; a small one says so. */
static int
read_stats(struct cmd_sweep *c, char *list)
{
	struct wl_sweep *s = &c->sweep;
	struct sim_config config;
	struct machine *m = NULL;
	char err[256], *save = NULL;
	int status = CMD_OK;
	uint64_t value;

	if (list == NULL)
		return CMD_OK;
	sim_config_default(&config);
	config.ram = (uint64_t)1 << 20;
	if (sim_machine_create(&config, &m, err, sizeof(err)) != 0)
		return cmd_fail(&c->cmd, "%s", err);
	for (char *name = strtok_r(list, ",", &save);
	     name != NULL && status == CMD_OK;
	     name = strtok_r(NULL, ",", &save)) {
		if (!sim_stat_byname(m, name, &value))
			status = cmd_no_counter(&c->cmd, m, "--stats", name);
		else if (s->nstats == WL_SWEEP_MAXSTATS)
			status = cmd_usage_error(&c->cmd,
			    "--stats takes at most %d names",
			    WL_SWEEP_MAXSTATS);
		else
			s->stat[s->nstats++] = name;
	}
	sim_machine_destroy(m);
	return status;
}

/* Those that this process may use: mpirun gives each of its own. */
static unsigned
processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) :
							       1;

	return n < WL_SWEEP_MAXJOBS ? (unsigned)n : WL_SWEEP_MAXJOBS;
}

struct texts { /* options as given, or NULL */
	const char *jobs, *live, *until, *stats, *results, *from;
	bool csv, json, one_space;
};

static int
read_options(struct cmd_sweep *c, const struct texts *t, char *stats)
{
	uint64_t jobs = processors(), live = 0;

	if (!cmd_number(t->jobs, 1, WL_SWEEP_MAXJOBS, &jobs))
		return cmd_usage_error(&c->cmd,
		    "--jobs takes a number from 1 to %d, not '%s'",
		    WL_SWEEP_MAXJOBS, t->jobs);
	if (!cmd_number(t->live, 1, 65536, &live))
		return cmd_usage_error(&c->cmd,
		    "--live takes a number from 1 to 65536, not '%s'", t->live);
	if (!cmd_number(t->until, 1, UINT64_MAX, &c->sweep.until))
		return cmd_usage_error(&c->cmd,
		    "--until takes a number of references, not '%s'", t->until);
	if (t->csv && t->json)
		return cmd_usage_error(&c->cmd, "--csv or --json, not both");
	c->sweep.jobs = (unsigned)jobs;
	c->sweep.live = (unsigned)live;
	c->form = t->json ? &cmd_sweep_json :
	    t->csv        ? &cmd_sweep_csv :
			    &cmd_sweep_table;
	return read_stats(c, stats);
}

static int
sweep(struct cmd_sweep *c, const struct texts *t)
{
	const char *trace = c->cmd.operand[c->cmd.noperands - 1];
	char *stats = t->stats != NULL ? strdup(t->stats) : NULL;
	char err[512];
	int status = read_grid(c);

	if (status == CMD_OK && t->stats != NULL && stats == NULL)
		status = cmd_fail(&c->cmd, "no memory");
	if (status == CMD_OK)
		status = read_options(c, t, stats);
	if (status == CMD_OK && !wl_sweep_rows(&c->sweep))
		status = cmd_fail(&c->cmd, "no memory");
	if (status == CMD_OK) {
		c->sweep.input = wl_input_open(trace, err, sizeof(err));
		if (c->sweep.input == NULL)
			status = cmd_fail(&c->cmd, "%s: %s", trace, err);
	}
	if (status == CMD_OK)
		status = cmd_from(&c->cmd, t->from, &c->sweep.input->as);
	if (status == CMD_OK)
		c->sweep.input->one_space = t->one_space;
	if (status == CMD_OK)
		status = run(c, trace, t->results);
	wl_input_close(c->sweep.input);
	if (c->file.fd >= 0)
		wl_sweep_file_close(&c->file);
	wl_sweep_index_free(c->index);
	wl_sweep_free(&c->sweep);
	wl_grid_free(&c->grid);
	free(stats);
	return status;
}

int
cmd_sweep(int argc, char **argv)
{
	struct cmd_sweep c = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct cmd_list set = { .n = 0 };
	struct texts t = { .jobs = NULL };
	const struct cmd_option options[] = {
		{ "set", 's', "KEY=VALUE,...",
		    "a line of the grid, in place of the file's", &set },
		{ "jobs", 'j', "N", "threads (as many as there are processors)",
		    &t.jobs },
		{ "live", 0, "N",
		    "lanes at a time (16 for each thread; hosts of 32 bits: 1)",
		    &t.live },
		{ "results", 'r', "FILE",
		    "keep finished points here, and take them from here",
		    &t.results },
		{ "stats", 0, "NAME,...", "counters of machines, as columns",
		    &t.stats },
		{ "from", 0, "FORMAT", CMD_FROM_HELP, &t.from },
		{ "data-only", 0, NULL, "leave out the fetches",
		    &c.sweep.data_only },
		{ "one-space", 0, NULL,
		    "take all processes of the trace as one", &t.one_space },
		{ "until", 0, "N", "stop after so many references", &t.until },
		{ "csv", 0, NULL, "comma-separated values", &t.csv },
		{ "json", 0, NULL, "JSON lines, one object a point", &t.json },
		{ .name = NULL }
	};

	c.cmd = (struct cmd){
		.name = "sweep",
		.operands = "[GRID] TRACE",
		.about = "Runs a trace of references under many "
			 "configurations: all combinations of the\nvalues in "
			 "the file GRID and in --set, lines KEY=VALUE,..., "
			 "where KEY is of the\nmachine, or engine (machine, "
			 "count).  A value may be a range: LO..HI*N, LO..HI+N.",
		.takes = CMD_TAKES_QUIET | CMD_TAKES_BOUNDS | CMD_TAKES_OPS,
		.options = options,
		.list = &set,
		.min_operands = 1,
		.max_operands = 2,
	};
	c.file.fd = -1;
	c.mpi.size = 1;
	c.sweep.grid = &c.grid;
	c.sweep.stop = stop;
	c.sweep.finished = finished;
	c.sweep.ctx = &c;
	if (!cmd_parse(&c.cmd, argc, argv))
		return c.cmd.status;
	return cmd_watch_kill(&c.watch, sweep(&c, &t));
}
