/*
 * Any bytes as a log of system calls (strace, kdump, truss, ktruss), as one
 * with references beside them (lackey), and as a snapshot of maps.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/record/record.h"
#include "workloads/replay/script.h"
#include "workloads/replay/int.h"
#include "workloads/replay/stream.h"

static const struct wl_callformat *
format_of(const struct fuzz_input *in)
{
	size_t n = 0;

	while (wl_callformats[n] != NULL)
		n++;
	return wl_callformats[in->pick % (n + 1)]; /* NULL: found */
}

static struct wl_replay_config
config_of(const struct fuzz_input *in)
{
	static const struct sim_personality *const systems[] = { NULL,
		&sim_freebsd, &sim_netbsd, &sim_openbsd };
	struct wl_replay_config config = { .format = format_of(in),
		.trace = in->path };

	sim_config_default(&config.machine);
	config.machine.personality = systems[in->pick >> 4 & 3];
	config.machine.ram = (uint64_t)16 << 20;
	return config;
}

static void
listen(void *ctx, enum wl_replay_report what, uint64_t line, const char *text)
{
	(void)ctx;
	(void)what;
	(void)line;
	insist(text[0] != '\0' && strchr(text, '\n') == NULL,
	    "a report that is no line");
}

void
fuzz_log(const struct fuzz_input *in)
{
	struct wl_replay_config config = config_of(in);
	struct wl_replay_stats stats;
	struct machine *m = NULL;
	char err[512];
	int error;

	config.report = listen;
	error = wl_replay_run(&config, &stats, &m, err, sizeof(err));
	insist(error == 0 || err[0] != '\0', "an error without a sentence");
	fuzz_end(m);
}

/* Lines of a script that can be read again, each by itself. */
struct lines {
	struct wl_lines *reader;
	uint64_t n;
};

static bool
put(void *ctx, const char *text, size_t len)
{
	struct lines *l = ctx;
	struct wl_script_error err;
	char *line = malloc(len + 2);

	insist(line != NULL, "no memory");
	memcpy(line, text, len);
	line[len] = '\n';
	line[len + 1] = '\0';
	if (!wl_lines_read(l->reader, line, len + 1, &err)) {
		fprintf(stderr, "%s%s\n", line, err.text);
		insist(false, "a line that is none");
	}
	free(line);
	l->n++;
	return true;
}

void
fuzz_convert(const struct fuzz_input *in)
{
	struct wl_replay_config config = config_of(in);
	struct lines lines = { .reader = wl_lines_new() };
	struct wl_replay_script out = { .line = put, .ctx = &lines };
	struct wl_replay_stats stats;
	char err[512];

	insist(lines.reader != NULL, "no memory");
	if (wl_replay_script(&config, &stats, &out, err, sizeof(err)) == 0 &&
	    lines.n > 0)
		insist(out.operations + 1 == lines.n, "lines are not counted");
	wl_lines_free(lines.reader);
}

/* -------------------------------------------------------------- record --- */

static int
configure(void *ctx, const struct wl_lines *said, struct sim_config *config)
{
	(void)ctx;
	sim_config_default(config);
	wl_lines_config(said, config);
	fuzz_small(config);
	return 0;
}

static void
replay_trace(const struct fuzz_input *in)
{
	struct wl_stream_config config = { .trace = "trace",
		.until = 100000,
		.configure = configure };
	struct wl_stream_stats stats;
	struct machine *m = NULL;
	char err[512];
	int error;

	config.input = wl_input_open(in->path, err, sizeof(err));
	insist(config.input != NULL, "no input");
	if (wl_stream_detect(config.input)) {
		error = wl_stream_run(&config, &stats, &m, err, sizeof(err));
		insist(error == 0 || error == ENOMEM, err);
	}
	wl_input_close(config.input);
	fuzz_end(m);
}

/* What comes out is a trace that can be replayed. */
void
fuzz_record(const struct fuzz_input *in)
{
	struct wl_record_config config = { .log = "LOG.1" };
	struct wl_record_stats stats;
	char *trace = NULL, err[512];
	size_t len = 0;
	FILE *fp = open_memstream(&trace, &len);
	int error;

	insist(fp != NULL, "no memory");
	config.input = wl_input_open(in->path, err, sizeof(err));
	insist(config.input != NULL, "no input");
	error = wl_record_run(&config, fp, &stats, err, sizeof(err));
	insist(error == 0 || err[0] != '\0', "an error without a sentence");
	wl_input_close(config.input);
	fclose(fp);
	fuzz_rewrite(in, (const uint8_t *)trace, len);
	free(trace);
	if (error == 0)
		replay_trace(in);
}

/* ---------------------------------------------------------------- maps --- */

void
fuzz_maps(const struct fuzz_input *in)
{
	struct wl_snaps snaps = { .n = 0 };
	struct sim_config config;
	char err[512];

	sim_config_default(&config);
	err[0] = '\0';
	if (wl_snaps_read(config.arch, in->path, &snaps, err, sizeof(err)) != 0)
		insist(err[0] != '\0', "an error without a sentence");
	wl_snaps_free(&snaps);
	err[0] = '\0';
	if (wl_snaps_read_map(config.arch, in->path, &snaps, 1, WL_SNAP_EXEC,
		err, sizeof(err)) != 0)
		insist(err[0] != '\0', "an error without a sentence");
	for (size_t i = 0; i < snaps.n; i++)
		wl_maps_join(&snaps.snap[i].maps);
	wl_snaps_free(&snaps);
}
