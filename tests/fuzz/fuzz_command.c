/*
 * Bytes as command lines of uvmsim, procmap, procstat and vmstat:
 *
 *	run\n			the words of the command line, a line each
 *	--json\n
 *	in\n
 *	\n			an empty line; what follows is the file `in' and
 *	...			standard input
 *
 * and, with the words given, what is typed at uvmsim step and answers to
 * lessons.  The command runs here, in a folder of its own with a few small
 * files, and its output goes nowhere.  It ends with a status of the manual's,
 * no descriptor stays open, and what it has written goes away.
 *
 * Nothing is run that starts other programs (record, bench), takes a policy
 * from a program (.so), or bounds the process; paths have no slashes, and
 * numbers are of at most three digits, so that all ends soon.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "api/cmd.h"
#include "api/procmap/procmap.h"
#include "api/procstat/procstat.h"
#include "api/vmstat/vmstat.h"
#include "api/include/uvmsim.h"

#define MAXWORDS 24
#define MAXWORD 100
#define MAXOPS "2000"

static const char script[] = "machine ram=1M swap=1M seed=1\n"
			     "file /data 40K\n"
			     "spawn a\n"
			     "a: m = mmap 64K rw private anon\n"
			     "a: write m 20K\n"
			     "a: fork b\n"
			     "b: write m 4K\n"
			     "show map a\n"
			     "expect machine faults > 1\n";
static const char trace[] = "I  0400d7d4,8\n S 1ffeffe7e,8\n L 04016c8,4\n"
			    " M 04222c4,4\nI  0400d7d8,8\n L 1ffeffe80,8\n";
static const char answers[] = "name: somebody\n1 a\n2 3\n";

/* Files that there are in the folder. */
static const struct file {
	const char *name, *text;
} files[] = { { "s.uvm", script }, { "t", trace }, { "answers", answers } };

static char folder[64]; /* "": not made yet */
static int home = -1;   /* where the program was started */
static FILE *nowhere;

/* ----------------------------------------------------------- the folder --- */

static void
write_file(const char *name, const void *data, size_t len)
{
	const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	insist(fd >= 0 && write(fd, data, len) == (ssize_t)len, name);
	close(fd);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level > 0 ? remove(path) : 0;
}

static void
empty(void)
{
	(void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
leave(void)
{
	empty();
	(void)rmdir(folder);
}

static void
begin(void)
{
	snprintf(folder, sizeof(folder), "%s/fuzz.XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	home = open(".", O_RDONLY | O_DIRECTORY);
	nowhere = fopen("/dev/null", "w");
	insist(mkdtemp(folder) != NULL && home >= 0 && nowhere != NULL,
	    "no folder");
	atexit(leave);
}

static void
enter(const uint8_t *data, size_t len)
{
	int in;

	if (folder[0] == '\0')
		begin();
	insist(chdir(folder) == 0, folder);
	for (size_t i = 0; i < NELEM(files); i++)
		write_file(files[i].name, files[i].text, strlen(files[i].text));
	write_file("in", data, len);
	in = open("in", O_RDONLY);
	insist(in >= 0 && dup2(in, STDIN_FILENO) == STDIN_FILENO, "no input");
	if (in != STDIN_FILENO)
		close(in);
	rewind(stdin);
}

/* ------------------------------------------------------------- commands --- */

static int
run_tool(int (*tool)(int, char **, FILE *, FILE *), int argc, char **argv)
{
	const int status = tool(argc, argv, stdout, stderr);

	uvmsim_close();
	return status;
}

static int
run_argv(int argc, char **argv)
{
	if (strcmp(argv[0], "procmap") == 0)
		return run_tool(procmap_main, argc, argv);
	if (strcmp(argv[0], "procstat") == 0)
		return run_tool(procstat_main, argc, argv);
	if (strcmp(argv[0], "vmstat") == 0)
		return run_tool(vmstat_main, argc, argv);
	for (const struct cmd_entry *e = cmd_table; e->name != NULL; e++)
		if (strcmp(e->name, argv[0]) == 0 && e->run != cmd_record &&
		    e->run != cmd_bench)
			return e->run(argc, argv);
	return CMD_USAGE;
}

static int
lowest_fd(void)
{
	const int fd = dup(home);

	close(fd);
	return fd;
}

static void
run(int argc, char **argv, const uint8_t *data, size_t len)
{
	FILE *const out = stdout, *const err = stderr;
	int before, status;

	enter(data, len);
	if (fuzz_tells())
		for (int i = 0; i < argc; i++)
			fprintf(stderr, "%s%c", argv[i],
			    i + 1 < argc ? ' ' : '\n');
	before = lowest_fd();
	if (!fuzz_tells())
		stdout = stderr = nowhere;
	status = run_argv(argc, argv);
	(void)fflush(stdout);
	stdout = out;
	stderr = err;
	insist(lowest_fd() == before, "a descriptor stays open");
	insist((status >= 0 && status <= 2) ||
		(status >= EX__BASE && status <= EX__MAX),
	    "a status that no manual has");
	insist(fchdir(home) == 0, "the way back is lost");
	empty();
}

/* ---------------------------------------------------------------- words --- */

/* Words that have no place here. => false */
static bool
is_allowed(const struct fuzz_input *in)
{
	static const char *const not [] = { "record", "bench", ".so", "mpi",
		"--max", "--timeout", "--time", "gen:" };

	for (size_t i = 0; i < NELEM(not ); i++)
		if (memmem(in->data, in->len, not [i], strlen(not [i])) != NULL)
			return false;
	return true;
}

/* No paths out of the folder, no number that takes long. */
static void
tame(char *word)
{
	unsigned digits = 0;
	char *to = word;

	for (const char *p = word; *p != '\0'; p++) {
		const bool digit = *p >= '0' && *p <= '9';
		const bool large = digits > 0 && strchr("MGTPEmgtpe", *p);

		digits = digit ? digits + 1 : 0;
		if (digits <= 3)
			*to++ = *p == '/' ? '_' : large ? 'K' : *p;
	}
	*to = '\0';
}

/* The words, and where what follows them begins. => how many */
static int
words(const struct fuzz_input *in, char text[MAXWORDS][MAXWORD], size_t *rest)
{
	const char *p = (const char *)in->data, *end = p + in->len;
	int n = 0;

	while (p < end && n < MAXWORDS) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl != NULL ? nl : end) - p);

		if (len == 0) {
			p++;
			break;
		}
		snprintf(text[n], MAXWORD, "%.*s",
		    (int)(len < MAXWORD ? len : MAXWORD), p);
		tame(text[n++]);
		p += len + (nl != NULL);
	}
	*rest = (size_t)(p - (const char *)in->data);
	return n;
}

/* Those that take it end after so many operations. */
static bool
takes_max(const char *name)
{
	static const char *const not [] = { "check", "procfs", "ksyms", "info",
		"lesson", "version", "help", "procmap", "procstat", "vmstat" };

	for (size_t i = 0; i < NELEM(not ); i++)
		if (strcmp(name, not [i]) == 0)
			return false;
	return true;
}

void
fuzz_command(const struct fuzz_input *in)
{
	char text[MAXWORDS][MAXWORD], *argv[MAXWORDS + 3];
	char max[] = "--max-ops", ops[] = MAXOPS;
	size_t rest;
	int n, argc = 1;

	if (!is_allowed(in) || (n = words(in, text, &rest)) == 0)
		return;
	argv[0] = text[0];
	if (takes_max(text[0])) {
		argv[argc++] = max;
		argv[argc++] = ops;
	}
	for (int i = 1; i < n; i++)
		argv[argc++] = text[i];
	argv[argc] = NULL;
	run(argc, argv, in->data + rest, in->len - rest);
}

static void
run_with(const struct fuzz_input *in, const char *const *list)
{
	char text[8][40], *argv[9];
	int n = 0;

	if (!is_allowed(in))
		return;
	for (; list[n] != NULL; n++) {
		snprintf(text[n], sizeof(text[n]), "%s", list[n]);
		argv[n] = text[n];
	}
	argv[n] = NULL;
	run(n, argv, in->data, in->len);
}

/* What is typed at a stop: numbers and paths as in words. */
void
fuzz_step(const struct fuzz_input *in)
{
	static const char *const list[] = { "step", "--max-ops", MAXOPS,
		"s.uvm", NULL };
	struct fuzz_input tamed = *in;
	char *text;

	if (in->len > 4000 || memchr(in->data, '\0', in->len) != NULL)
		return;
	text = malloc(in->len + 1);
	insist(text != NULL, "no memory");
	memcpy(text, in->data, in->len);
	text[in->len] = '\0';
	tame(text);
	tamed.data = (const uint8_t *)text;
	tamed.len = strlen(text);
	run_with(&tamed, list);
	free(text);
}

/* Answers to a lesson's questions, and homework to be marked. */
void
fuzz_lesson(const struct fuzz_input *in)
{
	static const char *const lists[][8] = {
		{ "lesson", "1", "--answers", "in", NULL },
		{ "lesson", "--grade", "1", "in", NULL },
		{ "lesson", "--grade", "in", "answers", NULL },
		{ "lesson", "11", "--answers", "in", NULL },
	};

	run_with(in, lists[in->pick % NELEM(lists)]);
}
