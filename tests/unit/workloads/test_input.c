/*
 * Input files: every compression, cut and damaged, lines of every shape.
 */
#include "strace_fixture.h"

#include <fcntl.h>
#include <lzma.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "workloads/io/input.h"

#define NLINES 20000

static char *
sample(size_t *len)
{
	char *text = malloc(NLINES * 12);

	*len = 0;
	for (int i = 0; i < NLINES; i++)
		*len += (size_t)sprintf(text + *len, "line %d\n", i);
	return text;
}

static size_t
plain(const void *from, size_t n, void *to, size_t room)
{
	(void)room;
	memcpy(to, from, n);
	return n;
}

static size_t
gzip(const void *from, size_t n, void *to, size_t room)
{
	z_stream z = { .next_in = (void *)(uintptr_t)from,
		.avail_in = (uInt)n,
		.next_out = to,
		.avail_out = (uInt)room };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8,
			     Z_DEFAULT_STRATEGY),
	    Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static size_t
xz(const void *from, size_t n, void *to, size_t room)
{
	size_t out = 0;

	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL,
			     from, n, to, &out, room),
	    LZMA_OK);
	return out;
}

static size_t
zstd(const void *from, size_t n, void *to, size_t room)
{
	return ZSTD_compress(to, room, from, n, 3);
}

static const struct {
	const char *name;
	size_t (*pack)(const void *, size_t, void *, size_t);
} codecs[] = {
	{ "plain", plain },
	{ "gzip", gzip },
	{ "xz", xz },
	{ "zstd", zstd },
};

/* => number of lines, all as they should be; *last: what the end was */
static int
count_lines(struct wl_input *in, int *last)
{
	char *line, want[20];
	size_t len;
	int n = 0;

	while ((*last = wl_input_line(in, &line, &len)) > 0) {
		snprintf(want, sizeof(want), "line %d", n % NLINES);
		if (in->unended)
			break;
		assert_string_equal(line, want);
		n++;
		assert_int_equal(in->line, n);
	}
	return n;
}

static void
test_codecs(void **state)
{
	size_t len, n;
	char *text = sample(&len), *packed = malloc(2 * len + 1000);

	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++) {
		struct wl_input *in;
		char err[100], *path;
		int last;

		n = codecs[i].pack(text, len, packed, len + 500);
		/* Two members one behind the other are one input. */
		n += codecs[i].pack(text, len, packed + n, len + 500);
		path = log_file(packed, n);
		in = wl_input_open(path, err, sizeof(err));
		assert_non_null(in);
		assert_string_equal(wl_input_codec(in), codecs[i].name);
		assert_int_equal(count_lines(in, &last), 2 * NLINES);
		assert_int_equal(last, 0);
		assert_true(wl_input_rewind(in));
		assert_int_equal(count_lines(in, &last), 2 * NLINES);
		assert_true(wl_input_rewind(in));
		assert_int_equal(wl_input_read(in, packed, 6), 6);
		assert_memory_equal(packed, "line 0", 6);
		wl_input_close(in);
		unlink(path);
		free(path);
	}
	free(text);
	free(packed);
}

/* Cut anywhere, or with a byte changed: an end and a sentence. */
static void
test_damage(void **state)
{
	size_t len, n;
	char *text = sample(&len), *packed = malloc(len + 1000);

	(void)state;
	for (size_t i = 1; i < NELEM(codecs); i++)
		for (int cut = 0; cut < 2; cut++) {
			struct wl_input *in;
			char err[100], *path, *line;
			size_t got;
			int r;

			n = codecs[i].pack(text, len, packed, len + 500);
			if (cut)
				n /= 2;
			else
				memset(packed + n / 2, 0x55, 40);
			path = log_file(packed, n);
			in = wl_input_open(path, err, sizeof(err));
			assert_non_null(in);
			while ((r = wl_input_line(in, &line, &got)) > 0)
				continue;
			assert_int_equal(r, -1);
			assert_non_null(strstr(in->error, codecs[i].name));
			wl_input_close(in);
			unlink(path);
			free(path);
		}
	free(text);
	free(packed);
}

static void
test_shapes(void **state)
{
	static const char text[] = "a\r\n\nb\0c\nlast";
	char *path = log_file(text, sizeof(text) - 1), err[100], *line;
	struct wl_input *in = wl_input_open(path, err, sizeof(err));
	size_t len;

	(void)state;
	assert_non_null(in);
	assert_int_equal(wl_input_line(in, &line, &len), 1);
	assert_string_equal(line, "a");
	assert_int_equal(wl_input_line(in, &line, &len), 1);
	assert_int_equal(len, 0);
	assert_int_equal(wl_input_line(in, &line, &len), 1);
	assert_int_equal(len, 3);
	assert_false(in->unended);
	assert_int_equal(wl_input_line(in, &line, &len), 1);
	assert_string_equal(line, "last");
	assert_true(in->unended);
	assert_int_equal(wl_input_line(in, &line, &len), 0);
	wl_input_close(in);
	unlink(path);
	free(path);
	assert_null(wl_input_open("/nonexistent", err, sizeof(err)));
	assert_null(wl_input_open("/", err, sizeof(err)));
}

static void
test_long_line(void **state)
{
	size_t n = WL_INPUT_MAXLINE + 5, len;
	char *text = malloc(n + 5), err[100], *path, *line;
	struct wl_input *in;

	(void)state;
	memset(text, 'x', n);
	memcpy(text + n, "\nend\n", 5);
	path = log_file(text, n + 5);
	in = wl_input_open(path, err, sizeof(err));
	assert_int_equal(wl_input_line(in, &line, &len), 1);
	assert_true(in->cut);
	assert_int_equal(len, WL_INPUT_MAXLINE);
	assert_int_equal(wl_input_line(in, &line, &len), 1);
	assert_false(in->cut);
	assert_string_equal(line, "end");
	wl_input_close(in);
	unlink(path);
	free(path);
	free(text);
}

/* What a child writes into a pipe, a little at a time at the beginning. */
static pid_t
feed(const char *path, const char *bytes, size_t n)
{
	pid_t pid = fork();
	size_t done = 0;
	int fd;

	if (pid != 0)
		return pid;
	fd = open(path, O_WRONLY);
	while (done < n) {
		size_t piece = done < 20 ? 1 : n - done;
		ssize_t w;

		if (piece == 1)
			usleep(500);
		w = write(fd, bytes + done, piece);
		if (w <= 0)
			_exit(1);
		done += (size_t)w;
	}
	_exit(0);
}

/* A pipe can be read twice, until it is said that it need not be. */
static void
test_pipe(void **state)
{
	size_t len, n;
	char *text = sample(&len), *packed = malloc(len + 1000);

	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++) {
		char dir[] = "/tmp/uvmsim-pipe.XXXXXX", path[64], err[100];
		struct wl_input *in;
		int last, status;
		pid_t pid;

		n = codecs[i].pack(text, len, packed, len + 500);
		assert_non_null(mkdtemp(dir));
		snprintf(path, sizeof(path), "%s/pipe", dir);
		assert_int_equal(mkfifo(path, 0600), 0);
		pid = feed(path, packed, n);
		in = wl_input_open(path, err, sizeof(err));
		assert_non_null(in);
		assert_string_equal(wl_input_codec(in), codecs[i].name);
		assert_int_equal(wl_input_read(in, packed, 6), 6);
		assert_memory_equal(packed, "line 0", 6);
		assert_true(wl_input_rewind(in));
		assert_int_equal(count_lines(in, &last), NLINES);
		assert_true(wl_input_rewind(in));
		wl_input_once(in);
		assert_int_equal(count_lines(in, &last), NLINES);
		assert_int_equal(last, 0);
		assert_false(wl_input_rewind(in));
		assert_non_null(strstr(in->error, "twice"));
		wl_input_close(in);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		unlink(path);
		rmdir(dir);
	}
	free(text);
	free(packed);
}

/* A look ahead takes nothing away, before lines and before bytes. */
static void
test_peek(void **state)
{
	size_t len, n, got;
	char *text = sample(&len), *packed = malloc(len + 1000);

	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++) {
		char err[100], *path, *all = malloc(10001 + len);
		struct wl_input *in;
		const char *seen;

		n = codecs[i].pack(text, len, packed, len + 500);
		path = log_file(packed, n);
		in = wl_input_open(path, err, sizeof(err));
		seen = wl_input_peek(in, 5000, &got);
		assert_true(got >= 5000);
		assert_memory_equal(seen, text, got);
		wl_input_once(in);
		assert_int_equal(wl_input_read(in, all, 10001), 10001);
		seen = wl_input_peek(in, 1, &got);
		assert_true(got >= 1);
		assert_memory_equal(seen, text + 10001, got);
		assert_int_equal(wl_input_read(in, all + 10001, len),
		    len - 10001);
		assert_memory_equal(all, text, len);
		(void)wl_input_peek(in, 1, &got);
		assert_int_equal(got, 0);
		assert_int_equal(wl_input_read(in, all, 1), 0);
		assert_string_equal(in->error, "");
		wl_input_close(in);
		unlink(path);
		free(path);
		free(all);
	}
	free(text);
	free(packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codecs),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_peek),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
