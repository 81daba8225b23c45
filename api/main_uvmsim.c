/*
 * uvmsim: the command.  Finds the subcommand in a table and runs it.
 *
 * Subcommands live in api/cmd_NAME.c; adding one is a function there, a
 * prototype in cmd.h and a row here.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "cmd.h"
#include "paint.h"
#include "sim/suggest.h"

/*
 * For jemalloc: threads share one arena.  One that wants an arena of its own,
 * and gets no memory for it, crashes in jemalloc 5.3; machines have theirs.
 */
extern const char *const malloc_conf;
const char *const malloc_conf = "narenas:1";

static int main_version(int, char **);
static int main_help(int, char **);

const struct cmd_entry cmd_table[] = { { "run", "run a workload script",
					   cmd_run },
	{ "replay", "replay a recorded trace", cmd_replay },
	{ "explain", "tell why operations went as they did", cmd_explain },
	{ "step", "step through a run, forward and back", cmd_step },
	{ "record", "record a program's maps and references", cmd_record },
	{ "report", "write a page of HTML about a run or a core", cmd_report },
	{ "lesson", "tell a lesson, give and mark homework", cmd_lesson },
	{ "mrc", "count the misses of a trace at many memory sizes", cmd_mrc },
	{ "wset", "measure the working sets of a trace", cmd_wset },
	{ "convert", "write a trace in another format", cmd_convert },
	{ "info", "say what a trace is", cmd_info },
	{ "generate", "write a trace from a rule", cmd_generate },
	{ "check", "verify the invariants of a core", cmd_check },
	{ "procfs", "write the processes as a tree like /proc", cmd_procfs },
	{ "ksyms", "print the names of a kernel and their addresses",
	    cmd_ksyms },
	{ "count", "count the misses of replacement policies over a trace",
	    cmd_count },
	{ "sweep", "run one trace under many configurations", cmd_sweep },
	{ "bench", "measure the simulator itself", cmd_bench },
	{ "version", "print the version", main_version },
	{ "help", "print this text, or the help of a command", main_help },
	{ NULL, NULL, NULL } };

static const struct cmd_entry *
find_command(const char *name)
{
	const struct cmd_entry *e;

	for (e = cmd_table; e->name != NULL; e++)
		if (strcmp(e->name, name) == 0)
			return e;
	return NULL;
}

static int
unknown_command(const char *name)
{
	const char *names[NELEM(cmd_table)], *near;
	size_t n;

	for (n = 0; cmd_table[n].name != NULL; n++)
		names[n] = cmd_table[n].name;
	near = sim_suggest(name, names, n);
	if (near != NULL)
		fprintf(stderr,
		    "uvmsim: unknown command %s; did you mean "
		    "%s?\n",
		    name, near);
	else
		fprintf(stderr,
		    "uvmsim: unknown command %s (see uvmsim "
		    "help)\n",
		    name);
	return CMD_USAGE;
}

static void
print_usage(FILE *fp)
{
	const struct api_style *st = api_style(fp);
	const struct cmd_entry *e;

	fprintf(fp,
	    "%susage:%s uvmsim COMMAND [options] [operands]\n\n"
	    "A BSD virtual memory system in userspace.\n\n%sCommands:%s\n",
	    st->bold, st->off, st->bold, st->off);
	for (e = cmd_table; e->name != NULL; e++)
		fprintf(fp, "  %s%-10s%s %s\n", st->word, e->name, st->off,
		    e->summary);
	fprintf(fp, "\nuvmsim COMMAND --help tells more.\n");
}

static int
main_version(int argc, char **argv)
{
	struct cmd cmd = { .name = "version",
		.about = "Prints the version of uvmsim." };

	if (!cmd_parse(&cmd, argc, argv))
		return cmd.status;
	puts("uvmsim " UVMSIM_VERSION);
	return CMD_OK;
}

static int
main_help(int argc, char **argv)
{
	struct cmd cmd = { .name = "help",
		.operands = "[COMMAND]",
		.about = "Prints the list of commands, or the help of one.",
		.max_operands = 1 };
	char option[] = "--help";
	const struct cmd_entry *e;

	if (!cmd_parse(&cmd, argc, argv))
		return cmd.status;
	if (cmd.noperands == 0) {
		print_usage(stdout);
		return CMD_OK;
	}
	e = find_command(cmd.operand[0]);
	if (e == NULL)
		return unknown_command(cmd.operand[0]);
	return e->run(2, (char *[]){ cmd.operand[0], option, NULL });
}

/* Output that did not reach its file is a failure, whatever was computed. */
static int
finish(int status)
{
	api_guard_end();
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "uvmsim: standard output: %s\n",
		    errno != 0 ? strerror(errno) : "write error");
		return status == CMD_OK ? CMD_FAIL : status;
	}
	return status;
}

int
main(int argc, char **argv)
{
	char version[] = "version", help[] = "help";
	const struct cmd_entry *e;

	(void)signal(SIGXFSZ, SIG_IGN); /* write(2) says EFBIG, and so do we */
	if (argc < 2) {
		print_usage(stderr);
		return CMD_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		argv[1] = version;
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		argv[1] = help;
	e = find_command(argv[1]);
	return finish(
	    e != NULL ? e->run(argc - 1, argv + 1) : unknown_command(argv[1]));
}
