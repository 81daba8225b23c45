/*
 * Long compressed inputs, which a thread of their own decodes: the same bytes
 * as of short ones, whoever stops reading where; and what compresses them.
 */
#include "strace_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workloads/io/input.h"
#include "workloads/io/output.h"

#define LEN 900000u

static const char *const codecs[] = { "gzip", "xz", "zstd" };

static char *text, *packed;
static size_t npacked;
static uint64_t seed = 5;

static uint64_t
rnd(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return seed >> 33;
}

/* The text, in writes of this many bytes at most. */
static void
pack(const char *codec, size_t most)
{
	FILE *fp, *out;

	free(packed);
	fp = open_memstream(&packed, &npacked);
	out = wl_output_open(fp, wl_encoder_byname(codec));
	assert_non_null(out);
	for (size_t done = 0; done < LEN;) {
		size_t n = 1 + rnd() % most;

		n = n < LEN - done ? n : LEN - done;
		assert_int_equal(fwrite(text + done, 1, n, out), n);
		done += n;
	}
	assert_int_equal(fclose(out), 0);
	assert_int_equal(fclose(fp), 0);
}

/* Random words: they compress to a third or so, and none is like another. */
static int
set_up(void **state)
{
	(void)state;
	text = malloc(LEN + 16);
	for (size_t n = 0; n < LEN;)
		n += (size_t)sprintf(text + n, "%x\n",
		    (unsigned)(rnd() % 100000));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(text);
	free(packed);
	return 0;
}

static struct wl_input *
open_path(const char *path)
{
	char err[200];
	struct wl_input *in = wl_input_open(path, err, sizeof(err));

	assert_non_null(in);
	return in;
}

/* => the name of a file with the packed text, to be freed */
static char *
file(void)
{
	return log_file(packed, npacked);
}

/* Read so many bytes more, by all means, and compare. => less at the end */
static size_t
read_on(struct wl_input *in, size_t at, size_t want)
{
	static char buf[100000];
	size_t done = 0;

	while (done < want) {
		size_t n = 1 + rnd() % sizeof(buf), got;
		const char *seen;

		if (rnd() % 3 == 0) {
			seen = wl_input_peek(in, 1 + rnd() % 32000, &got);
			assert_memory_equal(seen, text + at + done, got);
		}
		n = n < want - done ? n : want - done;
		got = wl_input_read(in, buf, n);
		assert_memory_equal(buf, text + at + done, got);
		done += got;
		if (got < n)
			break;
	}
	return done;
}

static void
whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++) {
		struct wl_input *in;
		char *path;

		pack(codecs[i], LEN);
		path = file();
		in = open_path(path);
		assert_string_equal(wl_input_codec(in), codecs[i]);
		assert_int_equal(read_on(in, 0, LEN + 1), LEN);
		if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
			assert_non_null(in->ahead);
		assert_string_equal(in->error, "");
		assert_int_equal(read_on(in, LEN, 1), 0);
		/* From the middle of it back to the beginning. */
		for (size_t stop = 1; stop < LEN; stop = stop * 3 + 100000) {
			assert_true(wl_input_rewind(in));
			assert_int_equal(read_on(in, 0, stop), stop);
		}
		assert_true(wl_input_rewind(in));
		assert_int_equal(read_on(in, 0, LEN + 1), LEN);
		wl_input_close(in);
		unlink(path);
		free(path);
	}
}

static void
lines(void **state)
{
	char *path, *line, *at = text;
	struct wl_input *in;
	uint64_t n = 0;
	size_t len;

	(void)state;
	pack("zstd", LEN);
	path = file();
	in = open_path(path);
	while (wl_input_line(in, &line, &len) > 0) {
		assert_int_equal(in->line, ++n);
		assert_true(at + len <= text + LEN);
		assert_memory_equal(line, at, len);
		at += len + 1;
	}
	assert_string_equal(in->error, "");
	assert_true(at >= text + LEN);
	wl_input_close(in);
	unlink(path);
	free(path);
}

/* Closed anywhere, with slots full or empty: no hang and no leak. */
static void
early_close(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++) {
		char *path;

		pack(codecs[i], LEN);
		path = file();
		for (size_t stop = 200000; stop < LEN; stop += 177777) {
			struct wl_input *in = open_path(path);

			assert_int_equal(read_on(in, 0, stop), stop);
			if (stop % 2 != 0)
				usleep(2000);
			wl_input_close(in);
		}
		unlink(path);
		free(path);
	}
}

/* What came before the place is right, then there is a sentence. */
static void
damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++)
		for (int cut = 0; cut < 2; cut++) {
			struct wl_input *in;
			char *path;
			size_t n;

			pack(codecs[i], LEN);
			if (cut)
				npacked = npacked * 3 / 4;
			else
				memset(packed + npacked * 3 / 4, 0x55, 40);
			path = file();
			in = open_path(path);
			if (cut) {
				n = read_on(in, 0, LEN + 1);
				assert_in_range(n, LEN / 2, LEN - 1);
				assert_non_null(
				    strstr(in->error, "end in the middle"));
			} else {
				static char buf[4096];

				while (wl_input_read(in, buf, sizeof(buf)) ==
				    sizeof(buf))
					continue;
				assert_non_null(strstr(in->error, "damaged"));
			}
			wl_input_close(in);
			unlink(path);
			free(path);
		}
}

/* ---------------------------------------------------------------- pipes --- */

static char dir[64], fifo[80];

/* A child writes n bytes of the packed text, and ends; or stays, silent. */
static pid_t
feed(size_t n, bool stays)
{
	pid_t pid;
	int fd;

	snprintf(dir, sizeof(dir), "/tmp/uvmsim-ahead.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(fifo, sizeof(fifo), "%s/pipe", dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	pid = fork();
	if (pid != 0)
		return pid;
	fd = open(fifo, O_WRONLY);
	signal(SIGPIPE, SIG_IGN);
	for (size_t done = 0; done < n;) {
		ssize_t w = write(fd, packed + done, n - done);

		if (w <= 0)
			_exit(0);
		done += (size_t)w;
	}
	if (!stays)
		_exit(0);
	for (;;)
		pause();
}

static void
unfeed(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	unlink(fifo);
	rmdir(dir);
}

static void
pipes(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++) {
		struct wl_input *in;
		pid_t pid;

		pack(codecs[i], LEN);
		pid = feed(npacked, false);
		in = open_path(fifo);
		/* It is kept while it can be read again, and no longer. */
		assert_int_equal(read_on(in, 0, 400000), 400000);
		assert_true(wl_input_rewind(in));
		assert_int_equal(read_on(in, 0, LEN / 2), LEN / 2);
		wl_input_once(in);
		assert_int_equal(read_on(in, LEN / 2, LEN), LEN - LEN / 2);
		assert_string_equal(in->error, "");
		assert_false(wl_input_rewind(in));
		wl_input_close(in);
		unfeed(pid);
	}
}

/* A pipe that gives nothing more does not keep who has had enough. */
static void
silent_pipe(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++) {
		struct wl_input *in;
		pid_t pid;

		pack(codecs[i], LEN);
		pid = feed(npacked * 3 / 4, true);
		in = open_path(fifo);
		wl_input_once(in);
		assert_int_equal(read_on(in, 0, 300000), 300000);
		usleep(20000);
		alarm(60);
		wl_input_close(in);
		alarm(0);
		unfeed(pid);
	}
}

/* --------------------------------------------------------------- output --- */

/* The bytes do not depend on how they were written. */
static void
cut_of_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++) {
		char *first;
		size_t n;

		pack(codecs[i], LEN);
		first = packed;
		n = npacked;
		packed = NULL;
		pack(codecs[i], 5000);
		assert_int_equal(npacked, n);
		assert_memory_equal(packed, first, n);
		free(first);
	}
}

static void
full_device(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(codecs); i++) {
		FILE *fp = fopen("/dev/full", "w"), *out;

		if (fp == NULL)
			return;
		setvbuf(fp, NULL, _IONBF, 0);
		out = wl_output_open(fp, wl_encoder_byname(codecs[i]));
		assert_non_null(out);
		(void)fwrite(text, 1, 100, out);
		assert_int_not_equal(fclose(out), 0);
		fclose(fp);
	}
}

static void
suffixes(void **state)
{
	(void)state;
	assert_string_equal(wl_encoder_suffix(wl_encoder_bysuffix("a.uvt.xz")),
	    ".xz");
	assert_ptr_equal(wl_encoder_bysuffix("x.gz"),
	    wl_encoder_byname("gzip"));
	assert_null(wl_encoder_bysuffix("x.uvt"));
	assert_null(wl_encoder_bysuffix("xz"));
	assert_null(wl_encoder_byname("plain"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(lines),
		cmocka_unit_test(early_close),
		cmocka_unit_test(damage),
		cmocka_unit_test(pipes),
		cmocka_unit_test(silent_pipe),
		cmocka_unit_test(cut_of_writes),
		cmocka_unit_test(full_device),
		cmocka_unit_test(suffixes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
