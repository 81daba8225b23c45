/*
 * uvmsim run: exit status, what goes where, which files are left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/cmd.h"

#define DIR "/tmp/uvmsim-run.XXXXXX"

struct told {
	char dir[sizeof(DIR)];
	int status;
	char *out, *err;
};

static void
write_file(const char *path, const char *text)
{
	FILE *fp = fopen(path, "w");

	assert_non_null(fp);
	fputs(text, fp);
	fclose(fp);
}

static char *
read_file(const char *path)
{
	FILE *fp = fopen(path, "r");
	char *text;
	size_t n;

	if (fp == NULL)
		return NULL;
	text = calloc(1, 1 << 16);
	assert_non_null(text);
	n = fread(text, 1, (1 << 16) - 1, fp);
	fclose(fp);
	text[n] = '\0';
	return text;
}

/* Run a file in a directory of its own, where the script is s.uvm. */
static void
run_file(struct told *t, const char *file, const char *script,
    const char *const *options)
{
	FILE *oldout = stdout, *olderr = stderr;
	size_t outlen, errlen;
	char *argv[16] = { (char *)"run", (char *)file };
	int argc = 2;

	strcpy(t->dir, DIR);
	assert_non_null(mkdtemp(t->dir));
	assert_int_equal(chdir(t->dir), 0);
	write_file("s.uvm", script);
	for (; options != NULL && *options != NULL; options++)
		argv[argc++] = (char *)*options;
	stdout = open_memstream(&t->out, &outlen);
	stderr = open_memstream(&t->err, &errlen);
	t->status = cmd_run(argc, argv);
	fclose(stdout);
	fclose(stderr);
	stdout = oldout;
	stderr = olderr;
}

static void
run(struct told *t, const char *script, const char *const *options)
{
	run_file(t, "s.uvm", script, options);
}

static void
done(struct told *t)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf '%s'", t->dir);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(system(command), 0);
	free(t->out);
	free(t->err);
}

#define OPTIONS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

static void
test_success(void **state)
{
	struct told t;
	char *record;

	(void)state;
	run(&t,
	    "spawn sh image=none\nshow clock\n"
	    "sh: mmap 4K r private anon\nexpect sh alive == 1\n",
	    OPTIONS("--record", "r.uvm", "--core=c.core", "--events", "e.json",
		"--machine", "ram=2M,seed=5", "-m", "seed=6"));
	assert_string_equal(t.err, "");
	assert_string_equal(t.out, "clock 0.000000000 s\n");
	assert_int_equal(t.status, CMD_OK);
	record = read_file("r.uvm");
	assert_string_equal(record,
	    "machine ram=2M seed=6\n"
	    "spawn sh image=none\nshow clock\nsh: mmap(0, 4K, PROT_READ, "
	    "MAP_PRIVATE|MAP_ANON, -1, 0)\nexpect sh alive == 1\n");
	free(record);
	assert_int_equal(access("c.core", R_OK), 0);
	record = read_file("e.json");
	assert_non_null(strstr(record, "{\"event\":\"map\",\"pid\":2,"));
	free(record);
	done(&t);
}

static void
test_quiet(void **state)
{
	struct told t;

	(void)state;
	run(&t, "spawn sh\nshow clock\nexplain\nexpect sh alive == 0\n",
	    OPTIONS("-q"));
	assert_string_equal(t.out, "");
	assert_string_equal(t.err,
	    "s.uvm:4: expected sh alive == 0, got 1\n"
	    "    reproduce: uvmsim run s.uvm\n");
	assert_int_equal(t.status, CMD_FAIL);
	done(&t);
}

/* A failed expectation keeps the record: it is what one wants to look at. */
static void
test_failed(void **state)
{
	struct told t;

	(void)state;
	run(&t, "spawn sh\nexpect sh alive == 0\n",
	    OPTIONS("--record", "r", "--machine", "ram=1M"));
	assert_string_equal(t.err,
	    "s.uvm:2: expected sh alive == 0, got 1\n"
	    "    reproduce: uvmsim run --machine ram=1M s.uvm\n");
	assert_int_equal(t.status, CMD_FAIL);
	assert_int_equal(access("r", R_OK), 0);
	done(&t);
}

/* One line, exit 1, and no file of the run is left. */
static void
expect_error(const char *script, const char *message)
{
	struct told t;

	run(&t, script,
	    OPTIONS("--record", "r", "--events", "e", "--core", "c"));
	assert_string_equal(t.err, message);
	assert_int_equal(t.status, CMD_FAIL);
	assert_int_equal(access("r", F_OK), -1);
	assert_int_equal(access("e", F_OK), -1);
	assert_int_equal(access("c", F_OK), -1);
	assert_int_equal(system("test $(ls | wc -l) -eq 1"), 0);
	done(&t);
}

static void
test_errors(void **state)
{
	(void)state;
	expect_error("spwan sh\n",
	    "uvmsim run: s.uvm:1:1: unknown statement "
	    "spwan; did you mean spawn?\n");
	expect_error("spawn sh\nshow clock\nsh: munmap 1 0\n",
	    "uvmsim run: "
	    "s.uvm:3:5: sh: munmap fails with EINVAL: len is 0x0: the length "
	    "is 0\n");
	expect_error("repeat 2\n",
	    "uvmsim run: s.uvm:1: the repeat of line 1 "
	    "has no end\n");
	/* 16 frames: 2 roots, 3 tables, 5 in reserve, 6 for data */
	expect_error(
	    "machine ram=64K personality=linux policy=none\n"
	    "spawn sh image=none\n"
	    "sh: b = mmap 64K rw private anon at 1M fixed\nsh: write b 64K\n",
	    "uvmsim run: s.uvm:4:5: sh: write fails with ENOMEM: addr is "
	    "0x106000: no memory could be had (SIGKILL, SI_KERNEL)\n");
	expect_error("machine ram=256K swap=1M personality=netbsd\n"
		     "spawn sh image=none\n"
		     "sh: mmap 384K rw private anon at 1M fixed\n"
		     "sh: write 1M 384K\n"
		     "ioerror swap read 1\n"
		     "sh: read 1M\n",
	    "uvmsim run: s.uvm:6:5: sh: read fails with EIO: addr is 0x100000: "
	    "the page could not be read (SIGSEGV, SEGV_MAPERR)\n");
	/* a third of 64 pages, 16 of which are wired already */
	expect_error("machine ram=256K personality=netbsd\n"
		     "spawn sh image=none\n"
		     "sh: mmap 128K rw private anon at 1M fixed\n"
		     "sh: mlock 1M 64K\n"
		     "sh: mlock 1088K 32K\n",
	    "uvmsim run: s.uvm:5:5: sh: mlock fails with EAGAIN: len is "
	    "0x8000, lawful 0x0 to 0x15000: more than may be wired in all\n");
}

static void
test_usage(void **state)
{
	struct told t;

	(void)state;
	run(&t, "", OPTIONS("--recrod", "r"));
	assert_string_equal(t.err,
	    "uvmsim run: unknown option --recrod; did "
	    "you mean --record? (see uvmsim run --help)\n");
	assert_int_equal(t.status, CMD_USAGE);
	done(&t);
	run(&t, "", OPTIONS("another"));
	assert_int_equal(t.status, CMD_USAGE);
	done(&t);
	run(&t, "", OPTIONS("--machine", "ram=1"));
	assert_int_equal(t.status, CMD_USAGE);
	done(&t);
	run(&t, "", OPTIONS("--record", "/nowhere/at/all"));
	assert_string_equal(t.err,
	    "uvmsim run: /nowhere/at/all: No such file "
	    "or directory\n");
	assert_int_equal(t.status, CMD_FAIL);
	done(&t);
}

/* The script itself cannot be read. */
static void
test_no_script(void **state)
{
	struct told t;

	(void)state;
	run(&t, "", OPTIONS("--", "gone.uvm"));
	assert_int_equal(t.status, CMD_USAGE); /* two of them */
	done(&t);
	run(&t, "", NULL);
	assert_int_equal(t.status, CMD_OK);
	assert_string_equal(t.out, "");
	done(&t);
	run_file(&t, "gone.uvm", "", NULL);
	assert_string_equal(t.err,
	    "uvmsim run: gone.uvm: No such file or "
	    "directory\n");
	assert_int_equal(t.status, CMD_FAIL);
	done(&t);
	run_file(&t, ".", "", NULL);
	assert_string_equal(t.err, "uvmsim run: .: Is a directory\n");
	assert_int_equal(t.status, CMD_FAIL);
	done(&t);
}

/* ------------------------------------------------------------- JSON ---- */

static const char *json_value(const char *);

static const char *
json_space(const char *s)
{
	return s + strspn(s, " \n");
}

static const char *
json_string(const char *s)
{
	assert_int_equal(*s, '"');
	for (s++; *s != '"'; s++) {
		assert_true((unsigned char)*s >= ' ');
		if (*s == '\\')
			s++;
	}
	return json_space(s + 1);
}

static const char *
json_list(const char *s, char close, bool keys)
{
	s = json_space(s + 1);
	while (*s != close) {
		if (keys) {
			s = json_string(s);
			assert_int_equal(*s, ':');
			s = json_space(s + 1);
		}
		s = json_value(s);
		if (*s == ',')
			s = json_space(s + 1);
		else
			assert_int_equal(*s, close);
	}
	return json_space(s + 1);
}

/* => behind a well-formed value */
static const char *
json_value(const char *s)
{
	size_t n;

	if (*s == '{')
		return json_list(s, '}', true);
	if (*s == '[')
		return json_list(s, ']', false);
	if (*s == '"')
		return json_string(s);
	n = strspn(s, "0123456789");
	if (n == 0)
		n = strncmp(s, "true", 4) == 0  ? 4 :
		    strncmp(s, "false", 5) == 0 ? 5 :
						  0;
	assert_true(n > 0);
	return json_space(s + n);
}

static void
expect_json(const char *script, int status, const char *const *parts)
{
	struct told t;

	run(&t, script, OPTIONS("--json"));
	assert_int_equal(t.status, status);
	assert_int_equal(t.out[0], '{');
	assert_string_equal(json_value(t.out), "");
	for (; *parts != NULL; parts++)
		if (strstr(t.out, *parts) == NULL)
			fail_msg("no %s in %s", *parts, t.out);
	done(&t);
}

static void
test_json(void **state)
{
	(void)state;
	expect_json("", CMD_OK,
	    OPTIONS("\"script\":\"s.uvm\","
		    "\"status\":\"ok\",\"passed\":0,\"failed\":0,\"output\":[],"
		    "\"clock\":0,\"statistics\":{\"pagesize\":4096,",
		"\"processes\":[]}"));
	expect_json(
	    "machine personality=linux\nfile \"/a b\" 8K\n"
	    "spawn sh image=none\n"
	    "sh: m = mmap 4K rw private file \"/a b\" offset 4K at 1M fixed\n"
	    "sh: write m\nsh: fork c\nc: exit 3\nshow names sh\n"
	    "expect sh alive == 0\n",
	    CMD_FAIL,
	    OPTIONS("\"status\":\"failed\",\"passed\":0,\"failed\":1",
		"\"output\":[\"sh: m = 0x100000\"]",
		"{\"pid\":2,\"ppid\":0,\"name\":\"sh\","
		"\"personality\":\"linux\",\"minflt\":0,\"majflt\":1,"
		"\"nswap\":0,\"waits\":0,\"waited\":0,"
		"\"state\":\"running\",\"size\":4096,\"resident\":1,\"map\":["
		"{\"start\":\"0x100000\",\"end\":\"0x101000\","
		"\"protection\":\"rw-\",\"max_protection\":\"rwx\","
		"\"inheritance\":\"copy\",\"advice\":\"normal\",\"wired\":0,"
		"\"cow\":true,\"needs_copy\":true,\"name\":\"/a b\","
		"\"offset\":4096,\"amap_refs\":1,\"amap_pages\":1}]}",
		"{\"pid\":3,\"ppid\":2,\"name\":\"c\","
		"\"personality\":\"linux\",\"minflt\":0,\"majflt\":0,"
		"\"nswap\":0,\"waits\":0,\"waited\":0,"
		"\"state\":\"exited\",\"status\":3}"));
	expect_json("machine ram=1M personality=netbsd\nspawn sh image=none\n"
		    "sh: m = mmap 2M rw private anon\n"
		    "expect sh: write m 2M fails SIGKILL\n",
	    CMD_OK,
	    OPTIONS("\"waits\":1,\"waited\":0,\"state\":\"exited\","
		    "\"status\":0,\"signal\":\"SIGKILL\"}"));
	expect_json("spawn sh\nsh: read 0\n", CMD_FAIL,
	    OPTIONS("\"status\":\"error\"",
		"\"error\":{\"line\":2,\"column\":5,"
		"\"text\":\"sh: read fails with EFAULT"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_success),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_no_script),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
