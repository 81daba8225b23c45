/*
 * uvmsim record: a program under valgrind's lackey, its maps and references as
 * a trace.  And the same from a log of valgrind's that was saved.
 *
 *	one process	its log comes through a pipe, and is never stored
 *	--children	each has a log in a directory of its own, which are
 *			joined when all have ended
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd_record.h"
#include "cmd_trace_out.h"

#define MAXREPORTS 20 /* lines on stderr */
#define NOPTIONS 7    /* of valgrind's, before the command */

struct recording {
	struct cmd cmd;
	const char *output; /* -o */
	const char *keep;   /* --keep */
	bool children;      /* --children */
	bool append;        /* --append */
	char name[256];     /* of the output, if none was given */
	char dir[256];      /* of the logs; empty: there is none */
	char log[320];
	pid_t pid;
	struct cmd_trace_out out;
};

struct reports {
	const struct cmd *cmd;
	unsigned n;
};

static void
report(void *ctx, const char *text)
{
	struct reports *r = ctx;

	if (r->n++ < MAXREPORTS && !r->cmd->quiet)
		fprintf(stderr, "uvmsim %s: %s\n", r->cmd->name, text);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* ------------------------------------------------------------ valgrind ---- */

/* Is it where a shell would find it? */
static bool
have_valgrind(void)
{
	const char *dirs = getenv("PATH");
	char path[4096];

	for (size_t n; dirs != NULL && *dirs != '\0'; dirs += n) {
		n = strcspn(dirs, ":");
		snprintf(path, sizeof(path), "%.*s/valgrind", (int)n, dirs);
		if (access(path, X_OK) == 0)
			return true;
		n += dirs[n] == ':';
	}
	return false;
}

/* In the child. where: --log-fd=N or --log-file=... */
static void
run_valgrind(const struct recording *r, const char *where)
{
	char **argv = calloc((size_t)r->cmd.noperands + NOPTIONS + 3,
	    sizeof(*argv));
	const char *const options[NOPTIONS] = { "--tool=lackey",
		"--trace-mem=yes", "--basic-counts=no", "--trace-syscalls=yes",
		r->children ? "--trace-children=yes" :
			      "--child-silent-after-fork=yes",
		where, "--" };

	if (argv == NULL)
		_exit(127);
	argv[0] = (char *)(uintptr_t) "valgrind";
	for (int i = 0; i < NOPTIONS; i++)
		argv[i + 1] = (char *)(uintptr_t)options[i];
	for (int i = 0; i < r->cmd.noperands; i++)
		argv[NOPTIONS + 1 + i] = r->cmd.operand[i];
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	execvp(argv[0], argv);
	fprintf(stderr, "uvmsim record: valgrind: %s\n", strerror(errno));
	_exit(127);
}

/* fd: to be closed in the child; -1: none. => false: no process can be made */
static bool
start(struct recording *r, const char *where, int fd)
{
	fflush(NULL);
	/* Who interrupts ends the program, and has its trace. */
	signal(SIGINT, SIG_IGN);
	r->pid = fork();
	if (r->pid == 0) {
		if (fd >= 0)
			close(fd);
		run_valgrind(r, where);
	}
	return r->pid > 0;
}

static void
wait_for(struct recording *r)
{
	int status;

	if (r->pid <= 0)
		return;
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	r->pid = 0;
	signal(SIGINT, SIG_DFL);
}

/* The log of one process, through a pipe. => NULL: errno says why */
static struct wl_input *
through_pipe(struct recording *r)
{
	char where[64], path[64], err[256];
	struct wl_input *in;
	int fd[2];

	if (pipe(fd) != 0)
		return NULL;
	snprintf(where, sizeof(where), "--log-fd=%d", fd[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd[0]);
	if (!start(r, where, fd[0])) {
		close(fd[0]);
		close(fd[1]);
		return NULL;
	}
	close(fd[1]);
	in = wl_input_open(path, err, sizeof(err));
	close(fd[0]);
	snprintf(r->log, sizeof(r->log), "%.300s",
	    base_name(r->cmd.operand[0]));
	if (in != NULL)
		in->path = r->log;
	return in;
}

/* Logs in a directory, once they are whole. */
static struct wl_input *
through_files(struct recording *r)
{
	const char *tmp = getenv("TMPDIR");
	char where[400], err[256];
	pid_t pid;
	int fd;

	snprintf(r->dir, sizeof(r->dir), "%.200s/uvmsim-record.XXXXXX",
	    tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp");
	if (mkdtemp(r->dir) == NULL) {
		r->dir[0] = '\0';
		return NULL;
	}
	snprintf(where, sizeof(where), "--log-file=%s/log.%%p", r->dir);
	fd = cmd_record_watch(r->dir);
	if (!start(r, where, fd))
		return NULL;
	pid = r->pid;
	r->pid = 0;
	if (!cmd_record_gather(r->dir, fd, pid))
		return NULL;
	signal(SIGINT, SIG_DFL);
	snprintf(r->log, sizeof(r->log), "%s/log.%d", r->dir, (int)pid);
	return wl_input_open(r->log, err, sizeof(err));
}

/* ------------------------------------------------------------- writing ---- */

static int
write_trace(struct recording *r, struct wl_input *in)
{
	struct reports reports = { .cmd = &r->cmd };
	struct wl_record_config config = {
		.log = r->log,
		.name = base_name(r->cmd.operand[0]),
		.input = in,
		.children = r->children,
		.host_files = true,
		.keep = r->keep,
		.report = report,
		.ctx = &reports,
	};
	struct wl_record_stats stats;
	char err[512];
	int status = cmd_trace_open(&r->cmd, &r->out, r->output, r->append);

	if (status != CMD_OK)
		return status;
	config.append = r->out.old;
	if (wl_record_run(&config, r->out.fp, &stats, err, sizeof(err)) != 0)
		return cmd_fail(&r->cmd, "%s", err);
	if (stats.references == 0)
		return cmd_fail(&r->cmd,
		    "%s: valgrind has recorded nothing of it",
		    r->cmd.operand[0]);
	if (cmd_trace_commit(&r->cmd, &r->out) != CMD_OK)
		return CMD_FAIL;
	if (!r->cmd.quiet)
		cmd_record_summary(stderr, r->output, &stats);
	return CMD_OK;
}

void
cmd_record_summary(FILE *fp, const char *output,
    const struct wl_record_stats *s)
{
	fprintf(fp,
	    "%s: %" PRIu64 " references, %" PRIu64 " operations, %" PRIu64
	    " process%s",
	    output, s->references, s->operations, s->processes,
	    s->processes == 1 ? "" : "es");
	if (s->missing > 0)
		fprintf(fp, ", %" PRIu64 " child%s not recorded", s->missing,
		    s->missing == 1 ? "" : "ren");
	fprintf(fp, "%s\n", s->cut ? ", the log breaks off" : "");
}

int
cmd_record_log(const struct cmd *cmd, struct wl_input *in, FILE *out,
    struct wl_input *old, struct wl_record_stats *stats)
{
	struct reports reports = { .cmd = cmd };
	const struct wl_record_config config = {
		.log = cmd->operand[0],
		.append = old,
		.input = in,
		.children = true,
		.host_files = true,
		.report = report,
		.ctx = &reports,
	};
	char err[512];

	if (wl_record_run(&config, out, stats, err, sizeof(err)) != 0)
		return cmd_fail(cmd, "%s", err);
	return CMD_OK;
}

/* The directory is ours alone, and has nothing but logs. */
static void
remove_logs(const struct recording *r)
{
	DIR *dir = r->dir[0] != '\0' ? opendir(r->dir) : NULL;
	const struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (e->d_name[0] != '.')
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	if (r->dir[0] != '\0')
		(void)rmdir(r->dir);
}

static int
record(struct recording *r)
{
	struct wl_input *in;
	int status;

	if (!have_valgrind())
		return cmd_fail(&r->cmd,
		    "valgrind is not installed: apt-get install valgrind");
	errno = 0;
	in = r->children ? through_files(r) : through_pipe(r);
	if (in != NULL)
		status = write_trace(r, in);
	else
		status = cmd_fail(&r->cmd, "%s: no log of it could be read",
		    r->cmd.operand[0]);
	wl_input_close(in);
	if (status != CMD_OK && r->pid > 0)
		kill(r->pid, SIGTERM);
	wait_for(r);
	remove_logs(r);
	return status;
}

/* COMMAND's name, here. */
static void
choose_output(struct recording *r)
{
	if (r->output != NULL)
		return;
	snprintf(r->name, sizeof(r->name), "%.200s.uvt",
	    base_name(r->cmd.operand[0]));
	r->output = r->name;
}

int
cmd_record(int argc, char **argv)
{
	struct recording r = { .output = NULL };
	int status;
	const struct cmd_option options[] = {
		{ "output", 'o', "FILE", "the trace (else COMMAND.uvt)",
		    &r.output },
		{ "append", 0, NULL, CMD_APPEND_HELP, &r.append },
		{ "children", 'f', NULL, "record its children, too",
		    &r.children },
		{ "keep", 0, "NAME", "keep the logs as NAME.PID", &r.keep },
		{ .name = NULL },
	};

	r.cmd = (struct cmd){
		.name = "record",
		.operands = "-- COMMAND ARGUMENTS...",
		.about =
		    "Runs a command under valgrind and writes what it maps "
		    "and every reference that it\nmakes as a trace, which "
		    "uvmsim replay takes.",
		.takes = CMD_TAKES_QUIET,
		.options = options,
		.min_operands = 1,
		.max_operands = INT_MAX,
	};
	if (!cmd_parse(&r.cmd, argc, argv))
		return r.cmd.status;
	choose_output(&r);
	if (strcmp(r.output, "-") == 0)
		return cmd_usage_error(&r.cmd,
		    "-o -: expected a file, standard output is the command's");
	status = record(&r);
	cmd_trace_abandon(&r.out);
	return status;
}
