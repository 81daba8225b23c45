/*
 * Options, their numbers, and output files of the subcommands (api/cmd.c,
 * api/cmd_number.c, api/cmd_file.c).
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/cmd.h"
#include "sim/outfile.h"

struct told { /* what one parse said and did */
	struct cmd cmd;
	bool ok;
	bool flag;
	const char *word;
	char *err; /* of stderr */
	char *out; /* of stdout */
};

/* Parse a line of words split at blanks. */
static void
parse(struct told *t, const char *line)
{
	static char copy[512];
	static char *argv[32];
	struct cmd_option options[] = { { "flag", 'f', NULL, "a flag",
					    &t->flag },
		{ "word", 'w', "WORD", "a word", &t->word },
		{ NULL, 0, NULL, NULL, NULL } };
	FILE *olderr = stderr, *oldout = stdout;
	size_t errlen, outlen;
	int argc = 0;

	memset(t, 0, sizeof(*t));
	t->cmd = (struct cmd){ .name = "test",
		.operands = "A [B]",
		.about = "About.",
		.takes = CMD_TAKES_ALL,
		.options = options,
		.min_operands = 1,
		.max_operands = 2 };
	snprintf(copy, sizeof(copy), "%s", line);
	for (char *p = strtok(copy, " "); p != NULL; p = strtok(NULL, " "))
		argv[argc++] = p;
	argv[argc] = NULL;
	stderr = open_memstream(&t->err, &errlen);
	stdout = open_memstream(&t->out, &outlen);
	t->ok = cmd_parse(&t->cmd, argc, argv);
	fclose(stderr);
	fclose(stdout);
	stderr = olderr;
	stdout = oldout;
}

static void
told_free(struct told *t)
{
	free(t->err);
	free(t->out);
}

static void
test_accepts(void **state)
{
	struct told t;

	(void)state;
	parse(&t, "test -f --word=x a --json b --core c.core");
	assert_true(t.ok);
	assert_true(t.flag);
	assert_true(t.cmd.json);
	assert_false(t.cmd.quiet);
	assert_string_equal(t.word, "x");
	assert_string_equal(t.cmd.core, "c.core");
	assert_null(t.cmd.events);
	assert_int_equal(t.cmd.noperands, 2);
	assert_string_equal(t.cmd.operand[0], "a");
	assert_string_equal(t.cmd.operand[1], "b");
	told_free(&t);

	parse(&t, "test -wy -q -- --json");
	assert_true(t.ok);
	assert_string_equal(t.word, "y");
	assert_true(t.cmd.quiet);
	assert_false(t.cmd.json);
	assert_string_equal(t.cmd.operand[0], "--json");
	told_free(&t);

	parse(&t, "test -");
	assert_true(t.ok);
	assert_string_equal(t.cmd.operand[0], "-");
	told_free(&t);
}

/* Each wrong line, and what its one sentence must name. */
static void
test_refuses(void **state)
{
	static const struct {
		const char *line, *names;
	} rows[] = {
		{ "test", "A [B]" },
		{ "test a b c", "c" },
		{ "test --nonsense a", "--nonsense" },
		{ "test --falg a", "did you mean --flag?" },
		{ "test --flag=1 a", "--flag" },
		{ "test a --word", "--word WORD" },
		{ "test -Z a", "-Z" },
		{ "test --machine ram=banana a", "banana" },
		{ "test --machine rma=64M a", "ram" },
		{ "test --machine ram=64M,,seed=2 a", "--machine" },
		{ "test -m ram a", "--machine" },
	};
	struct told t;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		parse(&t, rows[i].line);
		assert_false(t.ok);
		assert_int_equal(t.cmd.status, CMD_USAGE);
		assert_string_equal(t.out, "");
		assert_non_null(strstr(t.err, rows[i].names));
		assert_ptr_equal(strstr(t.err, "uvmsim test: "), t.err);
		/* one line */
		assert_ptr_equal(strchr(t.err, '\n'),
		    t.err + strlen(t.err) - 1);
		told_free(&t);
	}
}

static void
test_help(void **state)
{
	static const char *const words[] = { "usage: uvmsim test [options] A",
		"About.", "-f, --flag", "--word WORD", "--machine", "--json",
		"--core FILE", "--events FILE", "-q, --quiet", "-h, --help" };
	struct told t;
	size_t i;

	(void)state;
	parse(&t, "test --help");
	assert_false(t.ok);
	assert_int_equal(t.cmd.status, CMD_OK);
	assert_string_equal(t.err, "");
	for (i = 0; i < NELEM(words); i++)
		assert_non_null(strstr(t.out, words[i]));
	told_free(&t);
}

static void
test_machine(void **state)
{
	struct sim_config config;
	struct told t;

	(void)state;
	sim_config_default(&config);
	config.ram = 1;
	parse(&t, "test -m ram=64M,check=on a --machine seed=7 -m ram=32M");
	assert_true(t.ok);
	assert_int_equal(t.cmd.nmachine, 3);
	cmd_config(&t.cmd, &config);
	assert_true(config.ram == (uint64_t)32 << 20);
	assert_true(config.check);
	assert_true(config.seed == 7);
	told_free(&t);
}

/* -------------------------------------------------------------- files ---- */

static char dir[] = "/tmp/test_cmd.XXXXXX";

static unsigned
files_in_dir(void)
{
	char line[128];
	unsigned n = 0;
	FILE *p;

	snprintf(line, sizeof(line), "ls -A %s", dir);
	p = popen(line, "r");
	while (fgets(line, sizeof(line), p) != NULL)
		n++;
	pclose(p);
	return n;
}

static void
test_file(void **state)
{
	struct cmd_file f;
	char path[64], text[16];
	struct stat st;
	FILE *fp;
	int full;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/out", dir);
	umask(022);

	/* Thrown away: nothing stays. */
	assert_int_equal(cmd_file_open(&f, path), 0);
	fputs("half", f.fp);
	cmd_file_abandon(&f);
	assert_int_equal(files_in_dir(), 0);
	cmd_file_abandon(&f);

	/* Committed: whole, alone, with the usual rights. */
	assert_int_equal(cmd_file_open(&f, path), 0);
	fputs("whole\n", f.fp);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(cmd_file_commit(&f), 0);
	assert_int_equal(files_in_dir(), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	fp = fopen(path, "r");
	assert_non_null(fgets(text, sizeof(text), fp));
	assert_string_equal(text, "whole\n");
	fclose(fp);

	/* No such directory; a full disk leaves what was there. */
	assert_int_equal(cmd_file_open(&f, "/nonexistent/x"), ENOENT);
	assert_int_equal(cmd_file_open(&f, path), 0);
	full = open("/dev/full", O_WRONLY);
	assert_true(full >= 0 && dup2(full, f.file->fd) == f.file->fd);
	close(full);
	fputs("text", f.fp);
	assert_int_equal(cmd_file_commit(&f), ENOSPC);
	assert_int_equal(files_in_dir(), 1);
	fp = fopen(path, "r");
	assert_non_null(fgets(text, sizeof(text), fp));
	assert_string_equal(text, "whole\n");
	fclose(fp);

	/* A device is written as it is, and says so, too. */
	assert_int_equal(cmd_file_open(&f, "/dev/full"), 0);
	fputs("text", f.fp);
	assert_int_equal(cmd_file_commit(&f), ENOSPC);

	unlink(path);
	rmdir(dir);
}

/* What a failure with these words says on stderr, and how long that is. */
static size_t
failure(char **said, const char *fmt, const char *word)
{
	const struct cmd cmd = { .name = "test" };
	FILE *old = stderr;
	size_t n;

	stderr = open_memstream(said, &n);
	assert_int_equal(cmd_fail(&cmd, fmt, word), CMD_FAIL);
	fclose(stderr);
	stderr = old;
	return n;
}

/* However long what was given is, the message says what was expected. */
static void
test_long_words(void **state)
{
	char word[100001], *said;

	(void)state;
	memset(word, 'w', sizeof(word));
	word[254] = '\0'; /* and the colon */
	assert_int_equal(failure(&said, "--o %s: expected y", word),
	    strlen("uvmsim test: --o : expected y\n") + 254);
	free(said);
	memset(word, 'w', sizeof(word));
	word[0] = 'a';
	memcpy(word + sizeof(word) - 2, "z", 2);
	assert_int_equal(failure(&said, "--o %s: expected y", word),
	    strlen("uvmsim test: --o  expected y\n") + 60 + 3 + 20);
	assert_non_null(strstr(said, "--o awww"));
	assert_non_null(strstr(said, "www...www"));
	assert_non_null(strstr(said, "wwwz: expected y\n"));
	free(said);

	/* Of blanks; and of characters of three bytes, cut at none of them. */
	for (size_t i = 2; i < sizeof(word); i += 2)
		word[i - 1] = ' ';
	assert_in_range(failure(&said, "--o %s: expected y", word), 1000, 1300);
	assert_non_null(strstr(said, ": expected y\n"));
	free(said);
	for (size_t i = 0; i + 3 < sizeof(word); i += 3)
		memcpy(word + i, "\xe2\x82\xac", 4);
	failure(&said, "o%s", word);
	assert_non_null(strstr(said, "\xac...\xe2"));
	free(said);
}

static void
test_json_string(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "", "\"\"" },
		{ "a\"b\\c\n\t\x01/", "\"a\\\"b\\\\c\\n\\t\\u0001/\"" },
		{ "\x7f", "\"\\u007f\"" },
		/* well-formed: 2, 3 and 4 bytes */
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		    "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
		/* stray continuation, cut short, overlong, surrogate */
		{ "\x80", "\"\\u0080\"" },
		{ "\xe2\x82", "\"\\u00e2\\u0082\"" },
		{ "\xc0\xaf", "\"\\u00c0\\u00af\"" },
		{ "\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"" },
	};
	char *text;
	size_t i, len;
	FILE *fp;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		fp = open_memstream(&text, &len);
		cmd_json_string(fp, rows[i].in);
		fclose(fp);
		assert_string_equal(text, rows[i].out);
		free(text);
	}
}

static void
test_number(void **state)
{
	static const struct {
		const char *text;
		uint64_t lo, hi;
		bool ok;
		uint64_t value;
	} rows[] = {
		{ "0", 0, 9, true, 0 }, { "007", 0, 9, true, 7 },
		{ "5", 5, 5, true, 5 }, { "4", 5, 9, false, 0 },
		{ "10", 5, 9, false, 0 },
		{ "18446744073709551615", 0, UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", 0, UINT64_MAX, false, 0 },
		{ "", 0, 9, false, 0 }, { "+1", 0, 9, false, 0 },
		{ "-1", 0, UINT64_MAX, false, 0 }, { " 1", 0, 9, false, 0 },
		{ "1 ", 0, 9, false, 0 }, { "0x1", 0, 9, false, 0 },
		{ "1,2", 0, 9, false, 0 }, { NULL, 5, 9, true, 77 }, /* stays */
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		uint64_t v = 77;

		assert_int_equal(cmd_number(rows[i].text, rows[i].lo,
				     rows[i].hi, &v),
		    rows[i].ok);
		assert_int_equal(v, rows[i].ok ? rows[i].value : 77);
	}
}

static void
test_number_at(void **state)
{
	const char *text = "12,3,x", *at = text;
	uint64_t v = 0;

	(void)state;
	assert_true(cmd_number_at(&at, ',', 1, 99, &v));
	assert_int_equal(v, 12);
	assert_ptr_equal(at, text + 2);
	at++;
	assert_false(cmd_number_at(&at, '-', 1, 99, &v));
	assert_true(cmd_number_at(&at, ',', 1, 99, &v));
	assert_int_equal(v, 3);
	at++;
	assert_false(cmd_number_at(&at, ',', 1, 99, &v));
	assert_int_equal(v, 3);
	assert_string_equal(at, "x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepts),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_json_string),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_number_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
