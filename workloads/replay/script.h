/*
 * A log of system calls as operations: the lines of uvmsim-script(5) that do
 * what the log's processes did.
 *
 *	log --replay--> machine --op_fn--> "p1234: mmap(...)" --> line()
 *
 * The log is replayed, and what the machine was made to do is written in the
 * plain form of run --record, every address as the log has it: a call that
 * chose one is written with MAP_FIXED or its like.  Calls that failed, and
 * those that change no memory, are left out.
 *
 *	an image	spawn NAME image=none, then a mapping for each area
 *	execve		exec, its stand-in unmapped, then the same (OpenBSD:
 *			exit and spawn)
 *	brk		mmap and munmap of what the heap gained or lost
 *	files		declared as long as their mappings need
 *	page faults	read, write, exec
 */
#ifndef WL_REPLAY_SCRIPT_H
#define WL_REPLAY_SCRIPT_H

#include "replay.h"

struct wl_replay_script {
	/* A line without its newline. => false: stop (the output fails) */
	bool	      (*line)(void *ctx, const char *text, size_t len);
	void	       *ctx;
	uint64_t	operations;	/* lines written, but for machine's */
	bool		failed;		/* line() said so */
};

/*
 * Replay as config says (start, map, begun and ended are not looked at),
 * writing lines to out.
 * => as wl_replay_run(); EIO without a sentence: out->failed
 */
int	wl_replay_script(const struct wl_replay_config *,
	    struct wl_replay_stats *, struct wl_replay_script *out, char *err,
	    size_t errlen);

#endif /* WL_REPLAY_SCRIPT_H */
