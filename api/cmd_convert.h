/*
 * Parts of uvmsim convert.
 *
 *	cmd_convert.c		options, formats, what is said at the end
 *	cmd_convert_copy.c	from one trace into the other
 *	cmd_convert_log.c	from a log of system calls
 */
#ifndef API_CMD_CONVERT_H
#define API_CMD_CONVERT_H

#include "cmd_record.h"
#include "cmd_trace_out.h"
#include "watch.h"
#include "workloads/calls/calllog.h"
#include "workloads/refs/refsource.h"

struct convert {
	struct cmd	cmd;
	const char     *from, *to;
	struct cmd_slice slice;
	bool		data_only, append;
	const struct wl_refformat *as;
	const struct wl_callformat *log_as; /* --from, one of them */
	const struct wl_sinkformat *format; /* NULL: a script */
	bool		script;		/* OUT is one */
	struct wl_input *in;
	enum {
		CONVERT_REFERENCES,	/* of any trace */
		CONVERT_BLOCKS,		/* uvt to uvt: operations too */
		CONVERT_CALLS,		/* of a log with calls */
		CONVERT_LOG,		/* of a log of calls alone */
	}		way;
	bool		has_operations;	/* IN, of those that OUT can have */
	struct wl_refsource source;	/* REFERENCES */
	struct wl_uvt_reader blocks;	/* BLOCKS */
	struct wl_refsink sink;
	struct cmd_trace_out out;
	struct cmd_watch watch;		/* REFERENCES, BLOCKS */
	struct wl_record_stats recorded; /* CALLS */
	uint64_t	references, operations, processes;
	uint64_t	left;		/* references to take, if --until */
	uint64_t	taken;		/* of those that --max-ops allows */
	uint64_t	left_out;	/* fetches, by --data-only */
};

/* IN, which is open, and what it is. => the exit status */
int	cmd_convert_begin(struct convert *);
/* All of it. => the exit status */
int	cmd_convert_copy(struct convert *);
/* The way CONVERT_LOG. => the exit status */
int	cmd_convert_log(struct convert *);
/* => the format's name; the trace breaks off */
const char *cmd_convert_format(const struct convert *);
bool	cmd_convert_cut(const struct convert *);
void	cmd_convert_end(struct convert *);

#endif /* API_CMD_CONVERT_H */
