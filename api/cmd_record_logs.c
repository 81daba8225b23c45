/*
 * uvmsim record --children: the logs of a directory while they are written.
 *
 * Valgrind empties the log of a process when the process executes another
 * program: it opens the same name anew.  So a log is renamed as soon as it
 * appears, while its writer goes on with it, and the program that is executed
 * gets a new one; in the end the parts of each process are joined.
 *
 *	log.8 --> part.0000000008.000001	fork, and what came up to exec
 *	log.8 --> part.0000000008.000002	the program that was executed
 *	log.8 <-- both
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd_record.h"

#define WAIT_MS 20 /* between two looks at the process */
#define NAME 600   /* bytes of a path in the directory */

/* Rename what has appeared since. */
static void
take_parts(int fd, const char *dir, unsigned *count)
{
	alignas(struct inotify_event) char buf[4096];
	char from[NAME], to[NAME], *end;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (char *p = buf; p < buf + n;) {
			const struct inotify_event *e = (const void *)p;
			const char *name = e->len > 0 ? e->name : "";
			long pid = strncmp(name, "log.", 4) == 0 ?
			    strtol(name + 4, &end, 10) :
			    0;

			p += sizeof(*e) + e->len;
			if (pid <= 0 || *end != '\0')
				continue;
			snprintf(from, sizeof(from), "%s/%s", dir, name);
			snprintf(to, sizeof(to), "%s/part.%010ld.%06u", dir,
			    pid, ++*count);
			(void)rename(from, to);
		}
}

int
cmd_record_watch(const char *dir)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd >= 0 && inotify_add_watch(fd, dir, IN_CREATE) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Append a file to another one, which may end in the middle of a line.
 * => false: errno */
static bool
append(const char *from, const char *to)
{
	FILE *in = fopen(from, "re"), *out = fopen(to, "ae");
	bool ok = in != NULL && out != NULL;
	char buf[65536];
	size_t n;

	ok = ok && fputc('\n', out) != EOF;
	while (ok && (n = fread(buf, 1, sizeof(buf), in)) > 0)
		ok = fwrite(buf, 1, n, out) == n;
	ok = ok && !ferror(in);
	if (in != NULL)
		fclose(in);
	if (out != NULL && fclose(out) != 0)
		ok = false;
	return ok;
}

static int
is_part(const struct dirent *e)
{
	return strncmp(e->d_name, "part.", 5) == 0;
}

/* Parts in the order of their names: by process, then in time. */
static bool
join_parts(const char *dir)
{
	struct dirent **part = NULL;
	int n = scandir(dir, &part, is_part, alphasort);
	char from[NAME], to[NAME];
	bool ok = n >= 0;

	for (int i = 0; i < n; i++) {
		snprintf(from, sizeof(from), "%s/%s", dir, part[i]->d_name);
		snprintf(to, sizeof(to), "%s/log.%ld", dir,
		    strtol(part[i]->d_name + 5, NULL, 10));
		ok = ok &&
		    (access(to, F_OK) != 0 && errno == ENOENT ?
			    rename(from, to) == 0 :
			    append(from, to));
		if (ok)
			(void)unlink(from);
		free(part[i]);
	}
	free(part);
	return ok;
}

bool
cmd_record_gather(const char *dir, int fd, pid_t pid)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	unsigned count = 0;
	int status;

	if (fd < 0) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
		return true;
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		if (poll(&ready, 1, WAIT_MS) > 0)
			take_parts(fd, dir, &count);
	take_parts(fd, dir, &count);
	close(fd);
	return join_parts(dir);
}
