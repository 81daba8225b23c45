/*
 * The trace that convert, generate and record write: a file beside its name
 * (cmd.h), compressed if its suffix says so (OUT.uvt.xz), behind what is there
 * if it is appended to.
 */
#ifndef API_CMD_TRACE_OUT_H
#define API_CMD_TRACE_OUT_H

#include "cmd.h"
#include "workloads/io/input.h"
#include "workloads/refs/refsink.h"

struct cmd_trace_out {
	FILE	       *fp;		/* what the trace is written to */
	struct wl_input *old;		/* what it is appended to; NULL: to
					   nothing */
	/* private */
	struct cmd_file	file;
	bool		compressed;
};

#define CMD_APPEND_HELP	"append to OUT, a uvt trace, all of it or nothing"

/* The format that the name asks for, compressed or not. => NULL: none */
const struct wl_sinkformat *cmd_trace_format(const char *path);
/*
 * append: behind what path has, if it is there.
 * => CMD_OK, or what a usage error or a file that cannot be had gives
 */
int	cmd_trace_open(const struct cmd *, struct cmd_trace_out *,
	    const char *path, bool append);
/* => CMD_OK, and the file is there; or CMD_FAIL, and what was there still is */
int	cmd_trace_commit(const struct cmd *, struct cmd_trace_out *);
/* Throw it away; allowed on what is not open, or committed. */
void	cmd_trace_abandon(struct cmd_trace_out *);

#endif /* API_CMD_TRACE_OUT_H */
