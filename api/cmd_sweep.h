/*
 * uvmsim sweep: what its parts share.
 *
 *	cmd_sweep.c	options, the run, results as they come
 *	cmd_sweep_out.c	rows as a table, as CSV, as JSON lines
 *	cmd_sweep_mpi.c	the points of a sweep dealt out to many machines
 */
#ifndef API_CMD_SWEEP_H
#define API_CMD_SWEEP_H

#include <pthread.h>

#include "cmd.h"
#include "mpi.h"
#include "watch.h"
#include "workloads/sweep/sweep.h"

struct cmd_sweep_form;

struct cmd_sweep {
	struct cmd	cmd;
	struct wl_grid	grid;
	struct wl_sweep	sweep;
	struct wl_sweep_index *index;
	struct wl_sweep_file file;	/* --results, or not open */
	struct api_mpi	mpi;
	const struct cmd_sweep_form *form;
	pthread_mutex_t	lock;		/* of all below, and of the file */
	size_t		printed;	/* rows, from the first on */
	bool		headed;		/* what stands above them, too */
	int		error;		/* of the file of results */
	struct cmd_watch watch;		/* of rank 0, if it is alone */
	/* of the other processes, to rank 0 (cmd_sweep_mpi.c) */
	int		ended;		/* how many of them */
	char		why[1024];	/* what one of them failed of */
};

/* A row is done or has failed. => the lock is held */
void	cmd_sweep_take(struct cmd_sweep *, size_t point);

/* ---- output ---- */

struct cmd_sweep_form {
	void	      (*head)(const struct cmd_sweep *);
	void	      (*row)(const struct cmd_sweep *, size_t point);
};

extern const struct cmd_sweep_form cmd_sweep_table, cmd_sweep_csv,
    cmd_sweep_json;

/* ---- many machines ---- */

/*
 * Ranks share out the points that are OPEN: those of the others are ELSEWHERE
 * then.  Each rank calls it, 0 when it knows what the file of results has, or
 * with go false, when there is nothing to do.  => as go of rank 0
 */
bool	cmd_sweep_deal(struct cmd_sweep *, bool go);
/* Rank 0: take what has come in; or all, until the last rank has ended. */
void	cmd_sweep_collect(struct cmd_sweep *, bool all);
/* Another rank: a row for rank 0. => the lock is held */
void	cmd_sweep_report(struct cmd_sweep *, size_t point);
/* Another rank: no more rows; err is why it failed, or empty. */
void	cmd_sweep_end(struct cmd_sweep *, const char *err);

#endif /* API_CMD_SWEEP_H */
