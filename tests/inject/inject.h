/*
 * Failures of the host, injected into whole commands.
 *
 *	driver --fork--> a filter of system calls, LD_PRELOAD --exec--> command
 *	   |                  |                      |
 *	   |  each call that touches files: go on,   |  each allocation: go on,
 *	   +- fail with this errno, do a part of it, +- or fail (shared.h)
 *	      or die here
 *
 * System calls are stopped by the kernel (seccomp, SECCOMP_RET_USER_NOTIF), for
 * the calls that stdio makes cannot be seen from a library; so it does not
 * matter which function of the libc made them, or which thread.
 */
#ifndef INJECT_H
#define INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared.h"

/* ---- calls.c: the system calls that are stopped ---- */

enum inj_arg { INJ_NOTHING, INJ_OPEN_FD, INJ_PATH };

struct inj_call {
	const char     *name;
	int		nr;
	enum inj_arg	what;		/* which file it is about */
	unsigned	arg;		/* the argument that says so */
	int		error[6];	/* errnos that it may have; 0 ends */
	bool		writes;		/* needs room on a disk */
	int		part;		/* 1: reads into memory, 2: writes from
					   it: may do a part */
};

extern const struct inj_call inj_calls[];
extern const size_t inj_ncalls;
const struct inj_call *inj_call_byno(int nr);	/* NULL: not stopped */

/* ---- run.c: one run ---- */

enum inj_kind {
	INJ_UNDISTURBED,
	INJ_MEMORY,	/* an allocation fails: mode, n */
	INJ_ERROR,	/* call n fails with its choice-th errno */
	INJ_PART,	/* call n transfers half of what it is asked to */
	INJ_PARTS,	/* so does every call */
	INJ_FULL,	/* from call n on, what writes fails with ENOSPC */
	INJ_KILL,	/* SIGKILL before call n */
};

struct inj_point {
	enum inj_kind	kind;
	enum inj_memory	mode;		/* of INJ_MEMORY */
	uint64_t	n;		/* from 1 */
	unsigned	choice;
	bool		uninterrupted;	/* its writes know no EINTR */
	bool		files_only;	/* calls about memory and threads, and
					   those of others than the first one,
					   are a sanitizer's own: not stopped */
};

struct inj_result {
	int		status;		/* as waitpid() says */
	bool		late;		/* it did not end in time */
	uint64_t	calls, allocations;	/* how many there were */
	uint64_t	fired;		/* failures that it met */
	const struct inj_call *call;	/* the first one that failed */
	int		error;		/* and with what */
	char		file[256];	/* and of which file: its last name */
	char	       *out, *err;	/* what it printed */
	size_t		outlen, errlen;
};

/*
 * Run argv in the present directory, standard input from the file `in'.
 * preload: for LD_PRELOAD, its last part being shim.so; an empty string: none,
 * then memory is not counted, nor anything else.
 * => 0, or an errno: it cannot be run like this
 */
int	inj_run(char *const *argv, const char *in, const char *preload,
	    const struct inj_point *, struct inj_result *);
void	inj_result_free(struct inj_result *);
/* The kernel lets us. => false: why, one sentence */
bool	inj_possible(const char *preload, char *why, size_t len);

/* ---- folder.c: what lies in a directory ---- */

struct inj_file {
	char	       *name;		/* below the directory */
	uint8_t	       *bytes;		/* the first ones; NULL: a directory */
	size_t		len;		/* of all */
};

struct inj_folder {
	struct inj_file *file;		/* sorted by name */
	size_t		n;
};

void	inj_folder_read(struct inj_folder *);	/* the present directory */
void	inj_folder_free(struct inj_folder *);
/* Make the present directory what the folder says. */
void	inj_folder_restore(const struct inj_folder *);
const struct inj_file *inj_folder_find(const struct inj_folder *,
	    const char *name);
bool	inj_file_same(const struct inj_file *, const struct inj_file *);

/* ---- commands.c: what is run ---- */

#define INJ_RESUMES	0x01	/* run again, it goes on where it was */
#define INJ_LONG	0x02	/* in the long run only */
#define INJ_STREAMS	0x08	/* writes files by streams of the libc */
#define INJ_TALKS	0x04	/* to somebody: what it says has no name before
				   it, and may be several lines */

struct inj_command {
	const char     *args;		/* words; behind "<": standard input */
	unsigned	flags;
	int		status;		/* of an undisturbed run */
};

extern const struct inj_command inj_commands[];
extern const size_t inj_ncommands;
/* The files that the commands read, made by uvmsim in the present directory. */
void	inj_prepare(const char *uvmsim, const char *top);

/* ---- judge.c: was that a proper end? ---- */

struct inj_scene {
	const struct inj_command *command;
	const struct inj_folder *before;	/* the directory at first */
	const struct inj_folder *after;	/* and after an undisturbed run */
	const struct inj_result *whole;	/* of that run */
};

/*
 * => NULL: it was; else what is wrong, in text.  left: how many temporary
 * files a kill left.
 */
const char *inj_judge(const struct inj_scene *, const struct inj_point *,
	    const struct inj_result *, const struct inj_folder *now,
	    char *text, size_t len, uint64_t *left);

#endif /* INJECT_H */
