/*
 * Logs for tests (see strace_fixture.h).
 */
#include "strace_fixture.h"

#include <inttypes.h>
#include <unistd.h>

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

void
log_replay(const char *text, const char *snaps, struct log_result *res)
{
	log_replay_of(&sim_linux, text, snaps, res);
}

void
log_replay_of(const struct sim_personality *system, const char *text,
    const char *snaps, struct log_result *res)
{
	char *path = log_file(text, strlen(text)), err[512];
	char *spath = snaps != NULL ? log_file(snaps, strlen(snaps)) : NULL;
	struct wl_replay_config config = { .trace = path,
		.snaps = spath,
		.report = report,
		.map = map,
		.ctx = res };
	struct machine *m = NULL;
	char buf[512];

	memset(res, 0, sizeof(*res));
	sim_config_default(&config.machine);
	config.machine.ram = (uint64_t)64 << 20;
	config.machine.personality = system;
	config.machine.check = true;
	res->err = wl_replay_run(&config, &res->stats, &m, err, sizeof(err));
	if (res->err == 0)
		assert_null(machine_check(m, buf, sizeof(buf)));
	if (m != NULL)
		sim_machine_destroy(m);
	unlink(path);
	free(path);
	if (spath != NULL)
		unlink(spath);
	free(spath);
}
