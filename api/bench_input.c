/*
 * Compressed traces, and recording: how much of the speed is left of what
 * cannot be had faster.
 *
 *	input-*	the library that decompresses, into a buffer that nobody reads,
 *		against reading the file as references; both times from a file
 *	record	valgrind writing its log, against uvmsim record of the same
 *		program, whose trace is there when it ends
 *
 * 100 % is as fast.  The two are measured in turns, the best of each counts.
 */
#include <fcntl.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "bench.h"
#include "cmd.h"
#include "workloads/io/output.h"
#include "workloads/refs/refsource.h"

#define LINES 2000000u
#define ROOM ((size_t)64 << 10) /* what a decompressor writes to at once */
#define TURNS 3

struct packed {
	char *bytes;
	size_t len, unpacked;
	uint8_t *room;
};

/* ------------------------------------------------------- decompressors ---- */

static size_t
unpack_gzip(const struct packed *p)
{
	z_stream z = { .next_in = (Bytef *)p->bytes, .avail_in = (uInt)p->len };
	size_t n = 0;
	int r = inflateInit2(&z, 15 + 16);

	while (r == Z_OK) {
		z.next_out = p->room;
		z.avail_out = ROOM;
		r = inflate(&z, Z_NO_FLUSH);
		n += ROOM - z.avail_out;
	}
	inflateEnd(&z);
	return n;
}

static size_t
unpack_xz(const struct packed *p)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_ret r = lzma_stream_decoder(&z, UINT64_MAX, 0);
	size_t n = 0;

	z.next_in = (const uint8_t *)p->bytes;
	z.avail_in = p->len;
	while (r == LZMA_OK) {
		z.next_out = p->room;
		z.avail_out = ROOM;
		r = lzma_code(&z, LZMA_RUN);
		n += ROOM - z.avail_out;
	}
	lzma_end(&z);
	return n;
}

static size_t
unpack_zstd(const struct packed *p)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	ZSTD_inBuffer in = { p->bytes, p->len, 0 };
	size_t n = 0, left = 1;

	while (z != NULL && left != 0 && !ZSTD_isError(left)) {
		ZSTD_outBuffer out = { p->room, ROOM, 0 };

		left = ZSTD_decompressStream(z, &out, &in);
		n += out.pos;
	}
	ZSTD_freeDStream(z);
	return n;
}

static const struct {
	const char *name;
	size_t (*unpack)(const struct packed *);
} packers[] = {
	[BENCH_GZIP] = { "gzip", unpack_gzip },
	[BENCH_XZ] = { "xz", unpack_xz },
	[BENCH_ZSTD] = { "zstd", unpack_zstd },
};

/* ------------------------------------------------------------- reading ---- */

static bool
pack(struct packed *p, const char *name, uint64_t lines)
{
	struct bench_text t = { .mem = NULL };
	FILE *fp = open_memstream(&p->bytes, &p->len), *out = NULL;
	bool ok = fp != NULL && api_bench_text(&t, lines) &&
	    (out = wl_output_open(fp, wl_encoder_byname(name))) != NULL &&
	    fwrite(t.text, 1, t.len, out) == t.len;

	if (out != NULL)
		ok = fclose(out) == 0 && ok;
	if (fp != NULL)
		ok = fclose(fp) == 0 && ok;
	p->unpacked = t.len;
	p->room = malloc(ROOM);
	free(t.mem);
	return ok && p->room != NULL;
}

/* => references */
static uint64_t
read_all(struct wl_input *in)
{
	const struct wl_ref *ref;
	struct wl_refsource s;
	uint64_t all = 0;
	size_t n;

	if (in == NULL || !wl_input_rewind(in) ||
	    wl_refsource_open(&s, in) != 0)
		return 0;
	while ((n = wl_refsource_next(&s, &ref)) > 0)
		all += n;
	wl_refsource_close(&s);
	return all;
}

static void
least(double *best, double time)
{
	if (isnan(*best) || time < *best)
		*best = time;
}

bool
api_bench_compressed(const struct bench *b, struct bench_result *r)
{
	const uint64_t lines = api_bench_part(b, LINES);
	struct packed p = { .bytes = NULL };
	bool ok = pack(&p, packers[b->which].name, lines);
	struct wl_input *in = ok ? api_bench_file(p.bytes, p.len) : NULL;
	double alone = NAN, ours = NAN, at;

	for (unsigned i = 0; i < TURNS && ok; i++) {
		at = api_bench_now();
		ok = packers[b->which].unpack(&p) == p.unpacked;
		least(&alone, api_bench_now() - at);
		at = api_bench_now();
		ok = read_all(in) == lines && ok;
		least(&ours, api_bench_now() - at);
	}
	r->v[BENCH_OURS] = 100 * alone / ours;
	wl_input_close(in);
	free(p.bytes);
	free(p.room);
	return ok;
}

/* ----------------------------------------------------------- recording ---- */

/* What is run: long enough that valgrind's own start is little of it. */
#define COMMAND \
	"/bin/sh", "-c", "i=0; while [ $i -lt 100 ]; do i=$((i+1)); done"

/* valgrind, as uvmsim record runs it. => false: it cannot be run */
static bool
run_valgrind(const char *log)
{
	char where[128];
	int status = -1;
	pid_t pid;

	snprintf(where, sizeof(where), "--log-file=%s", log);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		execlp("valgrind", "valgrind", "--tool=lackey",
		    "--trace-mem=yes", "--basic-counts=no",
		    "--trace-syscalls=yes", "--child-silent-after-fork=yes",
		    where, "--", COMMAND, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool
run_record(const char *trace)
{
	const char *const args[] = { "record", "-q", "-o", trace, "--",
		COMMAND };
	char *argv[NELEM(args) + 1] = { NULL };

	for (size_t i = 0; i < NELEM(args); i++)
		argv[i] = (char *)(uintptr_t)args[i];
	return cmd_record((int)NELEM(args), argv) == CMD_OK;
}

bool
api_bench_record(const struct bench *b, struct bench_result *r)
{
	char dir[] = "/tmp/uvmsim-bench.XXXXXX", log[64], trace[64];
	double alone, ours, at;
	bool ok = mkdtemp(dir) != NULL;

	(void)b;
	snprintf(log, sizeof(log), "%s/log", dir);
	snprintf(trace, sizeof(trace), "%s/trace.uvt", dir);
	at = api_bench_now();
	ok = ok && run_valgrind(log);
	alone = api_bench_now() - at;
	at = api_bench_now();
	ok = ok && run_record(trace);
	ours = api_bench_now() - at;
	if (ok) {
		r->v[BENCH_OURS] = 100 * alone / ours;
		r->v[BENCH_HOST] = alone / 1e9;
	} else
		fprintf(stderr,
		    "uvmsim bench: record needs valgrind: apt-get "
		    "install valgrind\n");
	unlink(log);
	unlink(trace);
	rmdir(dir);
	return true;
}
