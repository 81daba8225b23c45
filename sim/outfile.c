/*
 * Output files that are whole or not there (outfile.h).
 *
 * A name for a nameless file: link(2) takes no name that exists, rename(2) is
 * what replaces, so the file is linked to a name of its own first, and renamed.
 * In between lie two system calls, in which a SIGKILL leaves the whole new file
 * as PATH.XXXXXX.  Where nothing is to be replaced, the link is all.
 */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".XXXXXX"
#define TRIES 100 /* at a name that nobody has */

int
sim_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		const ssize_t n = write(fd, p, len);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

bool
sim_outfile_is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
	    !S_ISDIR(st.st_mode);
}

/* ----------------------------------------------------------- directory ---- */

/* Open the directory that path is in. => -1 and errno */
static int
open_directory(const char *path, int flags)
{
	const char *slash = strrchr(path, '/');
	const size_t len = slash == NULL ? 1 : (size_t)(slash - path) + 1;
	char *dir = malloc(len + 1);
	int fd;

	if (dir == NULL)
		return -1;
	memcpy(dir, slash == NULL ? "." : path, len);
	dir[len] = '\0';
	fd = open(dir, flags | O_CLOEXEC, 0666);
	free(dir);
	return fd;
}

/*
 * The new name is to outlive the host, too.  A directory that one may write
 * but not read cannot be asked; nor can some file systems.
 */
static int
sync_directory(const char *path)
{
	const int fd = open_directory(path, O_RDONLY | O_DIRECTORY);
	int error = 0;

	if (fd < 0)
		return 0;
	if (fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP &&
	    errno != EROFS)
		error = errno;
	close(fd);
	return error;
}

/* ---------------------------------------------------------------- name ---- */

/* Where a file without a name can be linked from. */
static const char *
link_source(int fd, char *buf, size_t len)
{
	snprintf(buf, len, "/proc/self/fd/%d", fd);
	return buf;
}

/* => false: no such files here */
static bool
open_nameless(struct sim_outfile *f)
{
	char source[64];

	f->fd = open_directory(f->path, O_TMPFILE | O_RDWR);
	if (f->fd < 0)
		return false;
	if (access(link_source(f->fd, source, sizeof(source)), F_OK) == 0)
		return true;
	close(f->fd);
	f->fd = -1;
	return false;
}

/* mkstemp made it private; give it the rights that any new file gets. */
static int
open_rights(int fd)
{
	const mode_t mask = umask(0);

	umask(mask);
	return fchmod(fd, 0666 & ~mask) == 0 ? 0 : errno;
}

/* Another ending of six letters. */
static void
draw_name(char *ending)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	unsigned char lot[6];

	if (getrandom(lot, sizeof(lot), 0) != (ssize_t)sizeof(lot))
		for (size_t i = 0; i < sizeof(lot); i++)
			lot[i] = (unsigned char)(getpid() >> i);
	for (size_t i = 0; i < sizeof(lot); i++)
		ending[i] = letters[lot[i] % 32];
}

/* Give a nameless file a name: the final one if that is free, else tmp. */
static int
give_name(struct sim_outfile *f, bool *final)
{
	char source[64];
	const char *from = link_source(f->fd, source, sizeof(source));

	*final = linkat(AT_FDCWD, from, AT_FDCWD, f->path, AT_SYMLINK_FOLLOW) ==
	    0;
	for (unsigned i = 0; !*final && !f->named; i++) {
		if (errno != EEXIST || i == TRIES)
			return errno;
		draw_name(f->tmp + strlen(f->path) + 1);
		f->named = linkat(AT_FDCWD, from, AT_FDCWD, f->tmp,
			       AT_SYMLINK_FOLLOW) == 0;
	}
	return 0;
}

/* ---------------------------------------------------------------- file ---- */

static int
forget(struct sim_outfile *f)
{
	const int error = f->error;

	if (f->fd >= 0)
		close(f->fd);
	if (f->named)
		unlink(f->tmp);
	free(f->tmp);
	memset(f, 0, sizeof(*f));
	f->fd = -1;
	return error;
}

int
sim_outfile_open(struct sim_outfile *f, const char *path)
{
	const size_t len = strlen(path) + sizeof(SUFFIX);

	*f = (struct sim_outfile){ .fd = -1, .path = path };
	if ((f->tmp = malloc(len)) == NULL) {
		f->error = ENOMEM;
		return forget(f);
	}
	snprintf(f->tmp, len, "%s" SUFFIX, path);
	if (open_nameless(f))
		return 0;
	f->fd = mkstemp(f->tmp);
	f->named = f->fd >= 0;
	f->error = f->fd < 0 ? errno : open_rights(f->fd);
	return f->error != 0 ? forget(f) : 0;
}

bool
sim_outfile_write(struct sim_outfile *f, const void *data, size_t len)
{
	if (f->error == 0)
		f->error = sim_write_all(f->fd, data, len);
	return f->error == 0;
}

int
sim_outfile_commit(struct sim_outfile *f)
{
	bool final = false;

	if (f->error == 0 && fsync(f->fd) != 0)
		f->error = errno;
	if (f->error == 0 && !f->named)
		f->error = give_name(f, &final);
	if (close(f->fd) != 0 && f->error == 0)
		f->error = errno;
	f->fd = -1;
	if (f->error == 0 && !final) {
		if (rename(f->tmp, f->path) != 0)
			f->error = errno;
		else
			f->named = false;
	}
	if (f->error == 0)
		f->error = sync_directory(f->path);
	return forget(f);
}

void
sim_outfile_abandon(struct sim_outfile *f)
{
	if (f->path != NULL)
		(void)forget(f);
}
