/*
 * Output files of the host are whole or not there (sim/outfile.h), and a file
 * says itself whether it is a core.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/core_format.h"
#include "sim/outfile.h"
#include "sim/sim.h"

static char room[] = "/tmp/uvmsim-outfile.XXXXXX";

static int
into_room(void **state)
{
	(void)state;
	return mkdtemp(room) == NULL || chdir(room) != 0;
}

static int
leave_room(void **state)
{
	(void)state;
	return chdir("/") != 0 || rmdir(room) != 0;
}

/* What the file has, in a buffer of its own; "-": there is none. */
static const char *
text_of(const char *path, char *buf, size_t len)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd >= 0 ? read(fd, buf, len - 1) : -1;

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return "-";
	buf[n] = '\0';
	return buf;
}

static void
put(const char *path, const char *text)
{
	struct sim_outfile f;

	assert_int_equal(sim_outfile_open(&f, path), 0);
	assert_true(sim_outfile_write(&f, text, strlen(text)));
	assert_int_equal(sim_outfile_commit(&f), 0);
}

static void
test_whole(void **state)
{
	struct sim_outfile f;
	struct stat st;
	char buf[64];

	(void)state;
	umask(027);
	assert_int_equal(sim_outfile_open(&f, "a"), 0);
	assert_true(sim_outfile_write(&f, "one ", 4));
	assert_string_equal(text_of("a", buf, sizeof(buf)), "-");
	assert_true(sim_outfile_write(&f, "two", 3));
	assert_int_equal(sim_outfile_commit(&f), 0);
	assert_string_equal(text_of("a", buf, sizeof(buf)), "one two");
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	put("./a", "other");
	assert_string_equal(text_of("a", buf, sizeof(buf)), "other");
	assert_int_equal(unlink("a"), 0);
}

static void
test_abandoned(void **state)
{
	struct sim_outfile f;
	char buf[64];

	(void)state;
	put("a", "old");
	assert_int_equal(sim_outfile_open(&f, "a"), 0);
	assert_true(sim_outfile_write(&f, "new", 3));
	sim_outfile_abandon(&f);
	sim_outfile_abandon(&f);
	assert_string_equal(text_of("a", buf, sizeof(buf)), "old");
	assert_int_equal(unlink("a"), 0); /* the room must be empty then */
}

/* The first error is the one that is told, and the file stays as it was. */
static void
test_error(void **state)
{
	struct sim_outfile f;
	char buf[64];
	int fd;

	(void)state;
	put("a", "old");
	assert_int_equal(sim_outfile_open(&f, "a"), 0);
	fd = open("/dev/full", O_WRONLY);
	if (fd >= 0 && dup2(fd, f.fd) >= 0) {
		assert_false(sim_outfile_write(&f, "new", 3));
		assert_int_equal(f.error, ENOSPC);
		assert_false(sim_outfile_write(&f, "more", 4));
		assert_int_equal(sim_outfile_commit(&f), ENOSPC);
		assert_string_equal(text_of("a", buf, sizeof(buf)), "old");
	} else {
		sim_outfile_abandon(&f);
	}
	if (fd >= 0)
		close(fd);
	assert_int_equal(unlink("a"), 0);
	assert_int_equal(sim_outfile_open(&f, "nowhere/a"), ENOENT);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(sim_outfile_open(&f, "d"), 0);
	assert_int_equal(sim_outfile_commit(&f), EISDIR);
	assert_int_equal(rmdir("d"), 0);
}

static void
test_sniff(void **state)
{
	bool core, empty;

	(void)state;
	put("core", CORE_MAGIC "and more");
	put("short", "\x89UVM");
	put("empty", "");
	assert_int_equal(sim_core_sniff("core", &core, &empty), 0);
	assert_true(core && !empty);
	assert_int_equal(sim_core_sniff("short", &core, &empty), 0);
	assert_true(!core && !empty);
	assert_int_equal(sim_core_sniff("empty", &core, &empty), 0);
	assert_true(!core && empty);
	assert_int_equal(sim_core_sniff(".", &core, &empty), EISDIR);
	assert_int_equal(sim_core_sniff("no", &core, &empty), ENOENT);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(sim_core_sniff("pipe", &core, &empty), 0);
	assert_true(!core && !empty);
	for (const char *const *p = (const char *const[]){ "core", "short",
		 "empty", "pipe", NULL };
	     *p != NULL; p++)
		assert_int_equal(unlink(*p), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_abandoned),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_sniff),
	};

	return cmocka_run_group_tests(tests, into_room, leave_room);
}
