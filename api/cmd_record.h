/*
 * What `uvmsim record' and `uvmsim convert' share: logs of valgrind's lackey
 * with calls, written as traces of operations and references.
 */
#ifndef API_CMD_RECORD_H
#define API_CMD_RECORD_H

#include "cmd.h"
#include "workloads/record/record.h"

/* Logs log.PID in a directory, before the first is written. => a descriptor to
   watch them by; -1: they cannot be watched */
int	cmd_record_watch(const char *dir);
/*
 * Wait for the process, keep what valgrind would have emptied, close fd.
 * => false: errno; the logs are not whole
 */
bool	cmd_record_gather(const char *dir, int fd, pid_t);
/* One line: what has been written. */
void	cmd_record_summary(FILE *, const char *output,
	    const struct wl_record_stats *);
/* A saved log to the file output, in place of a trace of references; behind
   old, or NULL. => the exit status */
int	cmd_record_log(const struct cmd *, struct wl_input *, FILE *out,
	    struct wl_input *old, struct wl_record_stats *);

#endif /* API_CMD_RECORD_H */
