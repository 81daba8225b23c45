/*
 * uvmsim step: what its line mode shares with others that have its screen.
 */
#ifndef API_CMD_STEP_H
#define API_CMD_STEP_H

#include "cmd.h"
#include "progress.h"
#include "workloads/step/step.h"

struct cmd_stepping {
	struct cmd	cmd;
	const char     *beside;		/* --beside KEY=VALUE,... or NULL */
	struct cmd_list	list;		/* -x */
	const char     *from, *memory_text;
	uint64_t	memory;
	bool		plain;		/* --plain */
	const struct wl_refformat *as;
	char		left[160];	/* name of the left side */
	FILE	       *out, *err;	/* where results and complaints go */
	struct wl_step *step;
	struct cmd_progress progress;
	/* A long way has come to operation `at'.  NULL: nobody wants to know */
	void	      (*moving)(struct cmd_stepping *, uint64_t at);
	int64_t		drawn;		/* for moving(): when it last drew */
	int		status;		/* why configuring failed */
};

/* A command; a signal to interrupt stops what takes long. => false: quit */
bool	cmd_step_do(struct cmd_stepping *, const char *command);

/*
 * The screen (api/screen/): opens the run by this function, with out and err
 * its own; closes it when it is left. => exit status
 */
int	cmd_step_screen(struct cmd_stepping *,
	    int (*open_run)(struct cmd_stepping *));

#endif /* API_CMD_STEP_H */
