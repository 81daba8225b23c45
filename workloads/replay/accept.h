/*
 * The rows of the table of memory calls, and which recorded errors the log
 * alone can know.
 */
#ifndef WL_REPLAY_ACCEPT_H
#define WL_REPLAY_ACCEPT_H

#include "int.h"

enum wl_result_kind {
	WL_RES_ZERO,			/* 0 */
	WL_RES_ADDR,			/* an address, as recorded */
	WL_RES_BRK,			/* the break */
	WL_RES_ID,			/* an id: the log's stands for ours */
};

#define WL_ROW_FD	0x01		/* argument 5 is a descriptor */
#define WL_ROW_FREES	0x02		/* gives memory back */
#define WL_ROW_LOCK	0x04		/* privilege matters */
#define WL_ROW_SHMID	0x08		/* argument 1 is a segment */
#define WL_ROW_SHADOW	0x10		/* map_shadow_stack */
#define WL_ROW_VEC	0x20		/* wants a byte for each page */

struct wl_row {
	const char     *name;		/* as the reader says it */
	enum sim_sysno	no;
	int		nargs;
	enum wl_result_kind result;
	unsigned	flags;		/* WL_ROW_* */
	uint8_t		len;		/* which argument is the length of what
					   it maps */
};

struct wl_outcome {			/* a recorded error and what is known */
	const struct wl_row *row;
	const uint64_t *num;
	int		err;
	const struct wl_system *sys;
	const struct wl_proc *proc;
	bool		mode_known;	/* how the file was opened */
	bool		named;		/* the descriptor was found */
	bool		sealed;		/* mseal has been seen */
	struct wl_text	fd;
};

/* => the error may have a reason that the machine cannot see */
bool	wl_accept(const struct wl_outcome *);
bool	wl_accept_bsd(const struct wl_outcome *); /* of a BSD's log */
/* => the error comes from an argument that strace does not print */
bool	wl_accept_unseen(const struct wl_outcome *);
/*
 * mprotect refused with EACCES: the first shared file mapping that is not
 * writable now was opened for reading only; let the machine know.
 */
void	wl_learn_readonly(struct wl_replay *, struct wl_proc *,
	    const struct wl_memop *, int err);
/* The log's processes are root's, or not. */
void	wl_set_root(struct wl_replay *, bool);
/* Processes that share a space share its break. */
void	wl_brk_share(struct wl_replay *, const struct wl_proc *);
uint64_t wl_shm_size(struct wl_replay *, struct wl_task *, int recorded);

#endif /* WL_REPLAY_ACCEPT_H */
