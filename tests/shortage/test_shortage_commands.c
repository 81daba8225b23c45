/*
 * Whole commands without memory, in this process: what each of them does when
 * an allocation fails, at places that lie denser than those of a short
 * test_inject.
 *
 * It ends with 0 and the output that it has undisturbed; or with 1 and one line
 * more than undisturbed, its last one, which begins with "uvmsim" and says that
 * memory is short.
 */
#include "shortage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/cmd.h"

#define MAXWORDS 24

/* Those that are tried here; lessons run commands of this table as well. */
const struct cmd_entry cmd_table[] = {
	{ "run", "", cmd_run },
	{ "convert", "", cmd_convert },
	{ "generate", "", cmd_generate },
	{ "explain", "", cmd_explain },
	{ "report", "", cmd_report },
	{ "lesson", "", cmd_lesson },
	{ NULL, NULL, NULL },
};

static const char script[] = "machine ram=64K swap=1M\nspawn a\n"
			     "a: m = mmap 32K rw private anon\na: write m 32K\n"
			     "a: fork b\nb: write m 16K\nb: fork c\n"
			     "c: write rand m 32K count 8\nb: exit\n"
			     "a: read m 32K\nexpect a resident m 32K >= 1\n";

/* Its image is the host's own, if that has such a program. */
static const char log[] = "100 execve(\"/bin/true\", [\"true\"], 0x7ffd0 "
			  "/* 9 vars */) = 0\n"
			  "100 brk(NULL) = 0x555555580000\n"
			  "100 exit_group(0) = ?\n"
			  "100 +++ exited with 0 +++\n";

static char complaint[1 << 16];

/* ------------------------------------------------------------ running ---- */

static int
dispatch(const char *command)
{
	char text[300], *argv[MAXWORDS + 1], *save, *word;
	int argc = 0;

	snprintf(text, sizeof(text), "%s", command);
	for (word = strtok_r(text, " ", &save); word != NULL && argc < MAXWORDS;
	     word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	for (const struct cmd_entry *e = cmd_table; e->name != NULL; e++)
		if (strcmp(e->name, argv[0]) == 0)
			return e->run(argc, argv);
	return CMD_USAGE;
}

/* => the exit status; what it complains of is in complaint */
static int
command(const char *line, FILE *out)
{
	FILE *const was_out = stdout, *const was_err = stderr;
	FILE *err;
	int status;

	shortage_counts(false);
	memset(complaint, 0, sizeof(complaint));
	err = fmemopen(complaint, sizeof(complaint) - 1, "w");
	if (err == NULL)
		return -1;
	stdout = out;
	stderr = err;
	shortage_counts(true);
	status = dispatch(line);
	shortage_counts(false);
	fflush(out);
	stdout = was_out;
	stderr = was_err;
	fclose(err);
	return status;
}

static const char *
last_line(void)
{
	const size_t len = strlen(complaint);
	char *nl;

	if (len == 0 || complaint[len - 1] != '\n')
		return "(no line)";
	complaint[len - 1] = '\0';
	nl = strrchr(complaint, '\n');
	return nl != NULL ? nl + 1 : complaint;
}

static int
call(const struct shortage *s, void *world, FILE *out)
{
	const int status = command(s->name, out);
	const char *why;

	(void)world;
	if (status == CMD_OK)
		return 0;
	why = last_line();
	if (status != CMD_FAIL || strncmp(why, "uvmsim", 6) != 0 ||
	    strstr(why, "memory") == NULL)
		fail_msg("%s: exit status %d, and it says: %s", s->name, status,
		    why);
	return ENOMEM;
}

/* ------------------------------------------------------------- folder ---- */

static char folder[] = "/tmp/shortage-XXXXXX";
static const char *const made[] = { "s.uvm", "ops.uvt", "maps.kdump", "answers",
	"exec.strace" };

static void
write_file(const char *name, const char *text)
{
	FILE *fp = fopen(name, "w");

	assert_non_null(fp);
	assert_true(fputs(text, fp) >= 0);
	assert_int_equal(fclose(fp), 0);
}

/* The test runs in the tree, where the log of calls is. */
static void
take_log(const char *name)
{
	static char text[1 << 18];
	FILE *fp = fopen("tests/data/calls/ls.freebsd.kdump", "r");
	size_t len;

	assert_non_null(fp);
	len = fread(text, 1, sizeof(text) - 1, fp);
	assert_true(len > 0 && len < sizeof(text) - 1);
	fclose(fp);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	write_file(name, text);
}

static int
enter(void **state)
{
	FILE *nowhere = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(nowhere);
	take_log("maps.kdump");
	write_file("s.uvm", script);
	write_file("exec.strace", log);
	write_file("answers", "1: 4\n2: 0x4123\n3: b\n4: 4086\n5: one\n");
	assert_int_equal(command("generate forkserver:pages=4:requests=2 "
				 "-o ops.uvt",
			     nowhere),
	    0);
	fclose(nowhere);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(made); i++)
		(void)unlink(made[i]);
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

/* --------------------------------------------------------------- tests --- */

/* most: enough for all allocations where few of them are alike. */
static const struct shortage rows[] = {
	{ .name = "run -q --samples - --every 3 s.uvm" },
	{ .name = "convert maps.kdump --to uvm -" },
	{ .name = "convert exec.strace --to uvm -" },
	{ .name = "explain ops.uvt:14", .most = 1000 },
	{ .name = "explain --full s.uvm:7" },
	{ .name = "report -o - --moments 4 ops.uvt", .most = 60 },
	{ .name = "lesson 2 -s 7 -c", .most = 1000 },
	{ .name = "lesson 1 --answers answers", .most = 30 },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct shortage s = rows[i];

		s.call = call;
		s.parts = true;
		if (shortage_try(&s) == 0)
			fail_msg("%s: no failure is told", s.name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
