/*
 * Logs for tests (see strace_fixture.h).
 */
#include "strace_rows.h"

#include <inttypes.h>
#include <unistd.h>

#include "workloads/replay/script.h"
#include "workloads/script/exec.h"
#include "workloads/script/script.h"

char *
log_file(const void *text, size_t len)
{
	char *path = strdup("/tmp/uvmsim-log.XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
	return path;
}

char *
log_read(const char *path, size_t *len)
{
	FILE *fp = fopen(path, "rb");
	char *text = malloc(1 << 20);

	assert_non_null(fp);
	*len = fread(text, 1, (1 << 20) - 1, fp);
	text[*len] = '\0';
	fclose(fp);
	return text;
}

static void
report(void *ctx, enum wl_replay_report what, uint64_t line, const char *text)
{
	struct log_result *res = ctx;

	(void)what;
	if (res->first[0] == '\0')
		snprintf(res->first, sizeof(res->first), "%" PRIu64 ": %s",
		    line, text);
}

static void
map(void *ctx, int pid, const struct wl_maps *maps)
{
	struct log_result *res = ctx;
	size_t n = strlen(res->maps);
	FILE *fp = fmemopen(res->maps + n, sizeof(res->maps) - n, "w");

	assert_non_null(fp);
	fprintf(fp, "#pid=%d\n", pid);
	for (size_t i = 0; i < maps->n; i++)
		wl_area_print(fp, &maps->area[i]);
	fclose(fp);
}

static void
configure(struct wl_replay_config *config, const struct sim_personality *system)
{
	sim_config_default(&config->machine);
	config->machine.ram = (uint64_t)64 << 20;
	config->machine.personality = system;
	config->machine.check = true;
}

/* ---------------------------------------------------------- as a script -- */

static bool
script_line(void *ctx, const char *text, size_t len)
{
	return fprintf(ctx, "%.*s\n", (int)len, text) > 0;
}

static void differ(const char *script, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), noreturn));

static void
differ(const char *script, const char *fmt, ...)
{
	char what[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s%s\n", script, what);
	fail_msg("%s", what);
	abort();
}

/* The machine in which the log's operations have been run as a script. */
static struct machine *
script_machine(const struct wl_replay_config *config, char **text)
{
	struct wl_replay_stats stats;
	struct wl_replay_config own = *config;
	struct wl_replay_script out = { .line = script_line };
	struct sim_config machine = config->machine;
	struct wl_run run = { .command = "uvmsim run log.uvm" };
	struct wl_script_error error;
	struct wl_script *script;
	struct wl_input *in;
	char err[512], *path;
	size_t len;

	out.ctx = open_memstream(text, &len);
	own.report = NULL;
	assert_int_equal(wl_replay_script(&own, &stats, &out, err, sizeof(err)),
	    0);
	fclose(out.ctx);
	path = log_file(*text, len);
	in = wl_input_open(path, err, sizeof(err));
	script = wl_script_read(in, &error);
	if (script == NULL)
		differ(*text, "%u:%u: %s", error.line, error.col, error.text);
	wl_input_close(in);
	unlink(path);
	free(path);
	wl_script_config(script, &machine);
	assert_int_equal(sim_machine_create(&machine, &run.machine, err,
			     sizeof(err)),
	    0);
	run.script = script;
	if (!wl_script_run(&run))
		differ(*text, "%u:%u: %s", run.error.line, run.error.col,
		    run.error.text);
	wl_script_free(script);
	return run.machine;
}

/*
 * As a script can say it: memory without a name is a file with a number,
 * NAME.NUMBER; [vdso] and its like are memory, as is a private /dev/zero;
 * control characters are not.
 */
static void
plain_names(struct wl_maps *maps)
{
	for (size_t i = 0; i < maps->n; i++) {
		struct wl_area *a = &maps->area[i];
		char *dot = a->path != NULL ? strrchr(a->path, '.') : NULL;

		if (dot != NULL && dot[1 + strspn(dot + 1, "0123456789")] == 0)
			*dot = '\0';
		if (a->path != NULL)
			wl_clean_path(a->path);
		if (a->path != NULL &&
		    (a->path[0] == '[' ||
			(!a->shared && strcmp(a->path, "/dev/zero") == 0))) {
			free(a->path);
			a->path = NULL;
			a->offset = 0;
		}
	}
	wl_maps_join(maps);
}

/* What runs in both has the same map in both; nothing runs in one alone. */
static void
compare_machines(struct machine *m, struct machine *by_script, const char *text)
{
	struct process *p, *tmp, *q;
	struct wl_maps a, b;
	struct wl_maps_diff diff;

	HASH_ITER(hh, m->procs, p, tmp) {
		q = sim_process_bypid(by_script, p->pid);
		if (p == m->kernel || p->state != SIM_RUNNING)
			continue;
		if (p->image == NULL)
			continue; /* strace's child, its execve refused */
		if (q == NULL || q->state != SIM_RUNNING)
			differ(text, "the script has no pid %d", p->pid);
		assert_int_equal(wl_maps_of(m, p, &a), 0);
		assert_int_equal(wl_maps_of(by_script, q, &b), 0);
		plain_names(&a);
		plain_names(&b);
		if (!wl_maps_equal(&a, &b, &diff))
			differ(text,
			    "pid %d: %" PRIx64 "-%" PRIx64
			    ": the log's %s, the script's %s",
			    p->pid, diff.start, diff.end, diff.a, diff.b);
		wl_maps_clear(&a);
		wl_maps_clear(&b);
	}
	HASH_ITER(hh, by_script->procs, q, tmp)
		assert_true(q->state != SIM_RUNNING ||
		    sim_process_bypid(m, q->pid) != NULL);
}

static void
compare_script(const struct wl_replay_config *config, struct machine *m)
{
	char *text = NULL;
	struct machine *by_script = script_machine(config, &text);

	compare_machines(m, by_script, text);
	sim_machine_destroy(by_script);
	free(text);
}

/* --------------------------------------------------------------- replay -- */

static char *
maybe_file(const char *text)
{
	return text != NULL ? log_file(text, strlen(text)) : NULL;
}

static void
drop_file(char *path)
{
	if (path != NULL)
		unlink(path);
	free(path);
}

static void
replay(const struct sim_personality *system, const char *text,
    const char *snaps, const char *maps, struct log_result *res)
{
	char *path = log_file(text, strlen(text)), err[512];
	char *spath = maybe_file(snaps), *mpath = maybe_file(maps);
	struct wl_replay_config config = { .trace = path,
		.snaps = spath,
		.initial_maps = mpath,
		.report = report,
		.map = map,
		.ctx = res };
	struct machine *m = NULL;
	char buf[512];

	memset(res, 0, sizeof(*res));
	configure(&config, system);
	res->err = wl_replay_run(&config, &res->stats, &m, err, sizeof(err));
	if (res->err == 0)
		assert_null(machine_check(m, buf, sizeof(buf)));
	/* Where a stack has grown is seen by snapshots alone. */
	if (res->err == 0 && res->stats.divergences == 0 &&
	    (snaps == NULL || strstr(snaps, "event=fork") == NULL))
		compare_script(&config, m);
	if (m != NULL)
		sim_machine_destroy(m);
	drop_file(path);
	drop_file(spath);
	drop_file(mpath);
}

void
log_replay(const char *text, const char *snaps, struct log_result *res)
{
	replay(&sim_linux, text, snaps, NULL, res);
}

void
log_replay_of(const struct sim_personality *system, const char *text,
    const char *snaps, struct log_result *res)
{
	replay(system, text, snaps, NULL, res);
}

void
log_replay_with(const char *text, const char *snaps, const char *maps,
    struct log_result *res)
{
	replay(&sim_linux, text, snaps, maps, res);
}

const struct log_result *
log_check_maps(const struct log_maps *c, size_t n, const char *snaps)
{
	static struct log_result res;
	char log[2000];

	for (; n > 0; n--, c++) {
		(void)snprintf(log, sizeof(log), EXEC "%s", c->log);
		log_replay(log, snaps, &res);
		assert_int_equal(res.err, 0);
		if (res.first[0] != '\0' || strcmp(res.maps, c->maps) != 0 ||
		    res.stats.from_log != c->from_log)
			fail_msg("%s%s\n%s(%d from the log)", c->log, res.first,
			    res.maps, (int)res.stats.from_log);
	}
	return &res;
}
