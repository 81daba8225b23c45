/*
 * Output files on the host: whole or not at all.
 *
 *	open --> a file without a name, in the directory of the final one
 *	           |  write: all of it, whatever the host does at a time
 *	commit --> fsync, a name beside the final one, rename, fsync of the
 *	           directory
 *
 * Until the commit a file of the final name stays as it was; nothing of a
 * process that dies before is left, for the host drops a file without a name.
 * A host or file system that has no such files (O_TMPFILE) gets one by the
 * name PATH.XXXXXX at once, which only a process that is killed leaves behind.
 * When commit() says 0, the bytes and the name are on the disk.
 *
 * The first error sticks: whoever writes need not look, the commit tells.
 */
#ifndef SIM_OUTFILE_H
#define SIM_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

struct sim_outfile {
	int		fd;		/* -1: not open */
	int		error;		/* first errno */
	const char     *path;		/* final name */
	char	       *tmp;		/* name beside it, or room for one */
	bool		named;		/* that is its name now */
};

/* path must live as long. => 0, or an errno and nothing is open */
int	sim_outfile_open(struct sim_outfile *, const char *path);
/* What is there is a device, a pipe or a socket: nothing may take its place. */
bool	sim_outfile_is_special(const char *path);
/* All of it, however often the host is interrupted. => no error so far */
bool	sim_outfile_write(struct sim_outfile *, const void *, size_t);
/* => 0: the file has its name; else the first errno, and what was there is */
int	sim_outfile_commit(struct sim_outfile *);
/* Throw it away; allowed when not open. */
void	sim_outfile_abandon(struct sim_outfile *);
/* write(2) of all, on any descriptor. => 0 or an errno */
int	sim_write_all(int fd, const void *, size_t);

#endif /* SIM_OUTFILE_H */
