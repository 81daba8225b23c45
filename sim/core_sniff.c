/*
 * Is a file a core?  Its first bytes say so.  Pipes and devices are none, and
 * are left alone: who reads them finds their first bytes there.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core_format.h"
#include "sim.h"

/* => how many bytes, less than n at the end of the file; -1 and errno */
static ssize_t
read_first(int fd, char *to, size_t n)
{
	size_t done = 0;
	ssize_t got = 1;

	while (done < n && got != 0) {
		got = read(fd, to + done, n - done);
		if (got < 0 && errno != EINTR)
			return -1;
		done += got > 0 ? (size_t)got : 0;
	}
	return (ssize_t)done;
}

int
sim_core_sniff(const char *path, bool *core, bool *empty)
{
	const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char magic[sizeof(CORE_MAGIC) - 1];
	struct stat st;
	ssize_t n = 0;
	int error = 0;

	*core = *empty = false;
	if (fd < 0)
		return errno;
	if (fstat(fd, &st) != 0)
		error = errno;
	else if (S_ISDIR(st.st_mode))
		error = EISDIR;
	else if (S_ISREG(st.st_mode)) {
		n = read_first(fd, magic, sizeof(magic));
		error = n < 0 ? errno : 0;
		*empty = n == 0;
	}
	*core = n == (ssize_t)sizeof(magic) &&
	    memcmp(magic, CORE_MAGIC, sizeof(magic)) == 0;
	close(fd);
	return error;
}
