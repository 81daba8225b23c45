/*
 * Commands of lessons: "uvmsim run workloads/lessons/fork.uvm" wherever the
 * program is installed.
 *
 * A command runs in a child process, in a fresh folder that has the files of
 * the tree which the command names, and that goes when the command has ended.
 * What it says on both its outputs comes back through a pipe.  There is no
 * shell: words are cut at blanks.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd_lesson.h"
#include "workloads/io/memstream.h"

#define MAXWORDS 32
#define MAXCOMMAND 500
#define MAXOUTPUT ((size_t)16 << 20)

/* ---------------------------------------------------------- the folder ---- */

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* The path of a file of the tree, and the folders above it. => 0 or an errno */
static int
make_place(const char *room, const struct wl_embedded *e, char path[PATH_MAX])
{
	if (snprintf(path, PATH_MAX, "%s/%s", room, e->name) >= PATH_MAX)
		return ENAMETOOLONG;
	for (char *p = strchr(path + strlen(room) + 1, '/'); p != NULL;
	     p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			return errno;
		*p = '/';
	}
	return 0;
}

/* A file for somebody: whole, or not there. => 0 or an errno */
static int
give_file(const char *room, const struct wl_embedded *e, char path[PATH_MAX])
{
	struct cmd_file file = { .fp = NULL };
	int error = make_place(room, e, path);

	if (error == 0)
		error = cmd_file_open(&file, path);
	if (error != 0)
		return error;
	fwrite(e->data, 1, e->size, file.fp);
	return cmd_file_commit(&file);
}

/* A file for a command, which goes with its folder. */
static bool
put_file(const char *room, const struct wl_embedded *e)
{
	char path[PATH_MAX];
	FILE *fp;
	bool ok;

	if (make_place(room, e, path) != 0)
		return false;
	fp = fopen(path, "we");
	if (fp == NULL)
		return false;
	ok = fwrite(e->data, 1, e->size, fp) == e->size;
	return fclose(fp) == 0 && ok;
}

int
cmd_lesson_files(struct cmd_lesson *s)
{
	const struct wl_embedded *text, *e;
	char path[PATH_MAX];
	int error;

	text = wl_embed_find(wl_embed_lessons, s->lesson->path);
	if (mkdir(s->files, 0777) != 0 && errno != EEXIST)
		return cmd_fail(&s->cmd, "%s: %s", s->files, strerror(errno));
	for (e = wl_embed_lessons; e->name != NULL; e++) {
		if (strstr(text->data, e->name) == NULL)
			continue;
		error = give_file(s->files, e, path);
		if (error != 0)
			return cmd_fail(&s->cmd, "%s: %s", path,
			    strerror(error));
		if (!s->cmd.quiet)
			puts(path);
	}
	return CMD_OK;
}

/* Every file that the command names, on its own or in a list. */
static bool
furnish(const char *room, const char *line)
{
	const struct wl_embedded *e;

	for (e = wl_embed_lessons; e->name != NULL; e++)
		if (strstr(line, e->name) != NULL && !put_file(room, e))
			return false;
	return true;
}

/* ----------------------------------------------------------- the child ---- */

static int
cat(const char *path)
{
	const struct wl_embedded *e = wl_embed_find(wl_embed_lessons, path);

	if (e == NULL) {
		fprintf(stderr, "cat: %s: %s\n", path, strerror(ENOENT));
		return CMD_FAIL;
	}
	fwrite(e->data, 1, e->size, stdout);
	return CMD_OK;
}

/* Run the command here. => its exit status */
static int
run_here(char *line)
{
	const struct cmd_entry *e;
	char *word[MAXWORDS + 1], *save = NULL, *p;
	int n = 0, status;

	for (p = strtok_r(line, " ", &save); p != NULL && n < MAXWORDS;
	     p = strtok_r(NULL, " ", &save))
		word[n++] = p;
	word[n] = NULL;
	if (n == 2 && strcmp(word[0], "cat") == 0) {
		status = cat(word[1]);
	} else {
		for (e = cmd_table;
		     n > 1 && e->name != NULL && strcmp(e->name, word[1]) != 0;
		     e++)
			continue;
		if (n < 2 || e->name == NULL)
			return -1;
		status = e->run(n - 1, word + 1);
	}
	if (fflush(stdout) != 0)
		status = CMD_FAIL;
	return status;
}

static void __attribute__((noreturn))
child(const char *room, char *line, int to)
{
	int null = open("/dev/null", O_RDONLY);

	if (null < 0 || chdir(room) != 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(to, STDOUT_FILENO) < 0 || dup2(to, STDERR_FILENO) < 0)
		_exit(126);
	/* In the order in which it is said, though it is no terminal. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	_exit(run_here(line));
}

/* ---------------------------------------------------------- the parent ---- */

static char *
read_all(int fd)
{
	char *text = NULL, buf[16384];
	size_t len = 0;
	FILE *fp = wl_memstream(&text, &len);
	ssize_t n;

	if (fp == NULL)
		return NULL;
	while (
	    (n = read(fd, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR)) {
		fflush(fp);
		if (n > 0 && len < MAXOUTPUT)
			fwrite(buf, 1, (size_t)n, fp);
	}
	(void)fclose(fp); /* text is NULL then */
	return text;
}

static int
run_in(const char *room, char *line, char **out)
{
	int fd[2], status = -1;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) != 0)
		return -1;
	fflush(stdout);
	fflush(stderr);
	pid = fork();
	if (pid == 0)
		child(room, line, fd[1]);
	close(fd[1]);
	if (pid > 0) {
		*out = read_all(fd[0]);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
		status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
	close(fd[0]);
	return *out != NULL ? status : -1;
}

const char *
cmd_lesson_tmpdir(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp";
}

int
cmd_lesson_command(void *ctx, const char *line, char **out)
{
	const char *tmp = cmd_lesson_tmpdir();
	char room[PATH_MAX], copy[MAXCOMMAND];
	int error, status = -1;

	(void)ctx;
	*out = NULL;
	if (strlen(line) >= sizeof(copy) || strlen(tmp) > sizeof(room) - 40)
		return -1;
	memcpy(copy, line, strlen(line) + 1);
	snprintf(room, sizeof(room), "%s/uvmsim-lesson-XXXXXX", tmp);
	if (mkdtemp(room) == NULL)
		return -1;
	if (furnish(room, line))
		status = run_in(room, copy, out);
	error = errno;
	(void)nftw(room, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	errno = error;
	return status;
}
