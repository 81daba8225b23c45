/*
 * Inside libuvmsim: the machine of <uvmsim.h>, and what its functions share.
 *
 *	uvmsim_access(u, pid, ...)
 *	    lib_acts(u, pid)	may it? who? ------> NULL: told, errno is set
 *	    sim_access(...)
 *	    lib_result(...)	a sentence, errno, 0 or -1
 */
#ifndef API_LIB_LIB_H
#define API_LIB_LIB_H

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "workloads/watch.h"

struct wl_lines;
struct wl_story;
struct wl_deed;

struct uvmsim {
	struct machine *m;
	unsigned	inside;		/* callbacks that are running */
	uvmsim_event_fn *listener;	/* NULL: nobody */
	void	       *listener_ctx;
	struct wl_lines *lines;		/* of uvmsim_do(), NULL: none yet */
	uint32_t	nlines;		/* that it has read */
	struct wl_story *story;		/* of uvmsim_explain(), or NULL */
	bool		told;		/* it is of an operation */
	struct uvmsim_limits limits;	/* limits.c; 0: none */
	uint64_t	last_op;	/* m->nops that operations allows */
	uint64_t	deadline;	/* ns of the host's clock */
};

/* ---- machines (machine.c) ---- */
/*
 * A machine, which is the library's from then on, under its public name.
 * => NULL: no memory (told); the machine is gone
 */
struct uvmsim *lib_wrap(struct machine *);
/* The same for one that somebody else still works on.  => NULL: it stays */
struct uvmsim *lib_borrow(struct machine *);
/*
 * "KEY=VALUE,..." on top of *config.  => 0; -1 and errno: EINVAL, E2BIG
 * (policies may come from files here)
 */
int	lib_configure(struct sim_config *, const char *pairs);
/* The caller's own policy on top of *config.  => 0; -1 and errno EINVAL */
int	lib_policy(struct sim_config *, const struct uvmsim_policy *,
	    const char *params);

/* ---- who, and may he (check.c) ---- */
/* => true; false: told (EFAULT: u is NULL) */
bool	lib_is(const struct uvmsim *);
/* Something will change.  => false: told (EBUSY: from within a callback) */
bool	lib_changes(const struct uvmsim *);
/* Any that is not reaped; 0 is the kernel.  => NULL: told */
struct process *lib_process(const struct uvmsim *, int pid);
/* A running one, to look at.  => NULL: told */
struct process *lib_running(const struct uvmsim *, int pid);
/* A running one, which acts.  => NULL: told */
struct process *lib_acts(const struct uvmsim *, int pid);
/* A pointer that must not be NULL, by its name.  => false: told */
bool	lib_needs(const void *, const char *name);
/*
 * A name or path for the machine, of less than API_PATH_MAX bytes.  => false:
 * told (EFAULT, ENAMETOOLONG)
 */
bool	lib_path(const char *, const char *name);
/* The size that a caller gave a structure.  => false: told (EINVAL) */
bool	lib_sized(size_t size, size_t least, const char *name);
/*
 * Give a structure to the caller, whose own may be longer or shorter: to and
 * from begin with a size_t, which in *to stays.  => 0
 */
int	lib_give(void *to, const void *from, size_t size);
/* A name of at most UVMSIM_NAME_MAX - 1 bytes; NULL is "". */
void	lib_name(char to[UVMSIM_NAME_MAX], const char *from);
/* An operation has ended with err, m->error says why.  => 0, or -1 and errno */
int	lib_result(const struct uvmsim *, const char *what, int err);

/* ---- limits (limits.c) ---- */
/* A watch of a run or a replay, which the limits of a machine may end. */
struct lib_watch {
	struct wl_watch	watch;
	const struct uvmsim *u;		/* NULL: none yet */
};
/* May another operation be done?  => false: told (ECANCELED, ETIMEDOUT) */
bool	lib_within(const struct uvmsim *);
/* => how many of n operations may be done */
size_t	lib_allowed(const struct uvmsim *, size_t n);
/* The host's memory was short: told (EDQUOT; ENOMEM without a limit), and
   forgotten. => false: it was not */
bool	lib_starved(const struct uvmsim *);
/* A run or a replay on it ends when a limit is met.  The machine may come only
   later: lib_watch_on() */
void	lib_watch(struct lib_watch *);
void	lib_watch_on(struct lib_watch *, struct uvmsim *);
/* It has ended.  => -1 and errno of the limit that was met; 0: none was */
int	lib_limit_met(struct uvmsim *, const struct lib_watch *);

/* ---- images (image.c) ---- */
struct lib_image {
	struct sim_image image;
	struct sim_segment *segment;	/* of image, NULL: none */
};
/* => false: told (EINVAL, ENOMEM).  lib_image_free() in any case */
bool	lib_image(struct lib_image *, const struct uvmsim_image *);
void	lib_image_free(struct lib_image *);

/* ---- explanations (explain.c): around an operation, if anybody asks ---- */
void	lib_story_begin(struct uvmsim *, const struct wl_deed *);
void	lib_story_end(struct uvmsim *, int err, uint64_t ret,
	    const struct sim_signal *);

#endif /* API_LIB_LIB_H */
