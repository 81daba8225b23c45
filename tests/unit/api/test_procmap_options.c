/*
 * procmap's command line: the scanner of BSD getopt(3), pids, what is refused
 * and in which words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "api/procmap/procmap.h"

#define USAGE \
	"usage: procmap [-adlmPsv] [-D number] [-M core] [-N system]" \
	" [-p pid] [pid ...]\n"

static char said[400];

/* Parse "procmap ARGUMENTS", blanks between them; "''" is an empty one. */
static bool
parse(struct procmap *pm, const char *arguments)
{
	static char args[200], *argv[20];
	char *text = NULL;
	int argc = 0;
	size_t len;
	bool ok;

	*pm = (struct procmap){ .progname = "procmap" };
	snprintf(args, sizeof(args), "procmap %s", arguments);
	for (char *p = strtok(args, " "); p != NULL; p = strtok(NULL, " "))
		argv[argc++] = strcmp(p, "''") == 0 ? "" : p;
	argv[argc] = NULL;
	pm->out = pm->err = open_memstream(&text, &len);
	assert_non_null(pm->err);
	ok = procmap_parse(pm, argc, argv);
	fclose(pm->err);
	snprintf(said, sizeof(said), "%s", text);
	free(text);
	return ok;
}

static struct procmap_options
options(const char *arguments)
{
	struct procmap pm;

	assert_true(parse(&pm, arguments));
	assert_string_equal(said, "");
	assert_int_equal(pm.status, 0);
	return pm.opt;
}

static void
refused(const char *arguments, const char *text)
{
	struct procmap pm;

	assert_false(parse(&pm, arguments));
	assert_string_equal(said, text);
	assert_int_equal(pm.status, 1);
}

static void
test_styles(void **state)
{
	struct procmap_options o;

	(void)state;
	o = options("");
	assert_true(o.solaris && !o.all && !o.ddb && !o.linux_maps && !o.map);
	assert_int_equal(o.noperands, 0);
	o = options("-a");
	assert_true(o.all && !o.solaris);
	o = options("-d -l -m");
	assert_true(o.ddb && o.linux_maps && o.map && !o.solaris);
	o = options("-sdlma");
	assert_true(o.ddb && o.linux_maps && o.map && o.solaris && o.all);
	o = options("-r");
	assert_true(o.reserved && !o.shared && !o.solaris);
	o = options("-x -s");
	assert_true(!o.reserved && o.shared && o.solaris);
}

static void
test_debug(void **state)
{
	(void)state;
	assert_int_equal(options("-D 31").debug, 31);
	assert_int_equal(options("-D31").debug, 31);
	assert_int_equal(options("-aD16 -D 2").debug, 2);
	assert_int_equal(options("-D junk").debug, 0);
	assert_int_equal(options("-D 0x10").debug, 0);
	assert_int_equal(options("-D 7up").debug, 7);
	assert_int_equal(options("-D ''").debug, 0);
	assert_int_equal(options("-D -v").debug, 0);
}

static void
test_verbose(void **state)
{
	(void)state;
	assert_int_equal(options("-m").verbose, 0);
	assert_int_equal(options("-mv").verbose, 1);
	assert_int_equal(options("-v -m -v").verbose, 2);
	assert_int_equal(options("-vvv").verbose, 2);
	assert_int_equal(options("--compat=3.6 -vv").verbose, 1);
}

static void
test_pid(void **state)
{
	(void)state;
	assert_int_equal(options("").pid, PROCMAP_NOPID);
	assert_int_equal(options("-p 12").pid, 12);
	assert_int_equal(options("-p12 -p +13").pid, 13);
	assert_int_equal(options("-p -1").pid, PROCMAP_NOPID);
	assert_int_equal(options("-p 4294967295").pid, PROCMAP_NOPID);
	assert_int_equal(options("-p 4294967296").pid, 0);
	assert_int_equal(options("-p 18446744073709551615").pid, PROCMAP_NOPID);
	assert_true(options("-p 12 -P").self);
	assert_false(options("-P -p 12").self);
	refused("-p ''", USAGE);
	refused("-p x", USAGE);
	refused("-p 1x", USAGE);
	refused("-p 0x1", USAGE);
	refused("-p 18446744073709551616", USAGE);
}

/* Options end at the first operand, at `--', at `-'. */
static void
test_operands(void **state)
{
	struct procmap_options o;

	(void)state;
	o = options("-a 1 -m 2");
	assert_false(o.map);
	assert_int_equal(o.noperands, 3);
	assert_string_equal(o.operand[1], "-m");
	o = options("-a -- -m");
	assert_false(o.map);
	assert_int_equal(o.noperands, 1);
	assert_string_equal(o.operand[0], "-m");
	o = options("-a - -m");
	assert_int_equal(o.noperands, 2);
	assert_string_equal(o.operand[0], "-");
	o = options("-a '' -m");
	assert_int_equal(o.noperands, 2);
	o = options("-M core -Nsystem -Mother 1");
	assert_string_equal(o.core, "other");
	assert_string_equal(o.system, "system");
	assert_int_equal(o.noperands, 1);
	o = options("--");
	assert_int_equal(o.noperands, 0);
}

static void
test_refused(void **state)
{
	(void)state;
	refused("-z", "procmap: unknown option -- z\n" USAGE);
	refused("-az 1", "procmap: unknown option -- z\n" USAGE);
	refused("-:", "procmap: unknown option -- :\n" USAGE);
	refused("-1", "procmap: unknown option -- 1\n" USAGE);
	refused("--help", "procmap: unknown option -- -\n" USAGE);
	refused("-p", "procmap: option requires an argument -- p\n" USAGE);
	refused("-aD", "procmap: option requires an argument -- D\n" USAGE);
	refused("-r -x", "procmap: -r and -x are mutually exclusive\n");
	refused("-a --compat=3.6", "procmap: unknown option -- -\n" USAGE);
	refused("--compat=netbsd",
	    "procmap: --compat=netbsd: expected --compat=3.6 or"
	    " --compat=manual\n");
}

/* 3.6 stops at -r and -x; what follows is never looked at. */
static void
test_compat(void **state)
{
	(void)state;
	assert_int_equal(options("-a").compat, PROCMAP_DEFAULT);
	assert_int_equal(options("--compat=3.6 -a").compat, PROCMAP_36);
	assert_int_equal(options("--compat=manual").compat, PROCMAP_MANUAL);
	assert_true(options("--compat=manual -r").reserved);
	assert_int_equal(options("--compat=manual -vv").verbose, 2);
	refused("--compat=3.6 -r -z",
	    "procmap: -r option not implemented, sorry\n");
	refused("--compat=3.6 -ax",
	    "procmap: -x option not implemented, sorry\n");
}

static void
test_no_argv(void **state)
{
	struct procmap pm = { .progname = "procmap" };
	char *argv[] = { NULL };

	(void)state;
	assert_true(procmap_parse(&pm, 0, argv));
	assert_int_equal(pm.opt.noperands, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_debug),
		cmocka_unit_test(test_verbose),
		cmocka_unit_test(test_pid),
		cmocka_unit_test(test_operands),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_compat),
		cmocka_unit_test(test_no_argv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
