/*
 * The thread's current machine, process and credentials, for the interfaces
 * that have no machine argument.  include/uvmsim.h is the public side.
 */
#ifndef API_CONTEXT_H
#define API_CONTEXT_H

#include "sim/sim.h"

struct api_context {
	struct machine *m;		/* NULL: nothing is open */
	bool		owned;		/* opened here: destroyed by close */
	bool		tried;		/* the environment was looked at */
	uint64_t	serial;		/* another one for each machine */
	int		pid;		/* current process; 0: an observer */
	bool		have_uid;	/* uid was given */
	uint32_t	uid;
	char		msg[400];
};

/* uvmsim_attach() of a machine without its public name. => as that */
int	api_attach(struct machine *, int pid);
/* A machine is about to go: let go of it. */
void	api_forget(const struct machine *);
/*
 * Look at a machine as an observer, for a while: *own is what the thread had
 * open, and has again after api_return().
 */
void	api_borrow(struct machine *, struct api_context *own);
void	api_return(const struct api_context *own);

/*
 * The machine to act on, looking at the environment at the first use.
 * => NULL and errno (ENXIO when there is none; uvmsim_errmsg() says why)
 */
struct machine *api_machine(void);
/*
 * The current process, running.  => NULL and errno: as api_machine(); ESRCH:
 * the caller is an observer or the process has exited
 */
struct process *api_process(void);
/*
 * There is a machine; do its addresses fit into the pointers of this program?
 * => 0; -1 and EOVERFLOW, told of the call
 */
int	api_addresses_fit(const char *call);

/* A call fails: uvmsim_errmsg() will say why, errno is err. => -1 */
int	api_fail(int err, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* Changes when the thread's machine is let go: what points into it is stale. */
uint64_t api_serial(void);

/*
 * Make the machine of a core, or of a script that is run to its end.
 * => 0; an errno and one sentence in msg: ENOEXEC: neither of the two
 */
int	api_load_machine(const char *path, struct machine **, char *msg,
	    size_t len);

/* Who asks.  => a machine is open */
int	api_pid(void);			/* an observer's: the next free one */
int	api_ppid(void);			/* an observer's: the lowest pid */
uint32_t api_uid(void);
uint32_t api_gid(void);

/* A process by pid, not exited; 0 is the kernel's.  NULL: none */
struct process *api_process_bypid(struct machine *, int64_t pid);

#endif /* API_CONTEXT_H */
