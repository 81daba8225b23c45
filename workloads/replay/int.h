/*
 * Inside of the replay: tasks, processes, descriptors, pending calls.
 *
 *	task (thread)  --> proc (thread group) --> sim process --> vmspace
 *	   entry: the call	  fds: what its descriptors are
 *	   it is in
 *
 * A process that shares its parent's memory (vfork, posix_spawn, CLONE_VM) is a
 * sim process on the same vmspace until it executes or ends.
 */
#ifndef WL_REPLAY_INT_H
#define WL_REPLAY_INT_H

#include "elf_image.h"
#include "replay.h"

#define WL_PATH	4096

/* --------------------------------------------------------- the system ---- */

struct wl_row;

/* How a call says what the child shares (CLONE_* of Linux and NetBSD). */
enum wl_birth_how { WL_BIRTH_FIXED, WL_BIRTH_BY_MEMBER, WL_BIRTH_BY_ARGUMENT,
    WL_BIRTH_BY_RFORK };

#define WL_BIRTH_VM	0x100u
#define WL_BIRTH_FILES	0x400u
#define WL_BIRTH_VFORK	0x4000u
#define WL_BIRTH_THREAD	0x10000u

struct wl_birthcall {
	const char     *name;
	enum wl_birth_how how;
	uint64_t	flags;		/* WL_BIRTH_FIXED: these */
};

#define WL_NLIMITS	5

struct wl_system {
	const struct sim_personality *personality;
	const struct wl_row *rows;	/* ends with a NULL name */
	const struct wl_birthcall *births; /* likewise */
	uint64_t	map_anon;	/* MAP_ANON */
	uint64_t	map_noreplace;	/* MAP_FIXED that replaces nothing */
	uint64_t	dupfd_cloexec;	/* F_DUPFD_CLOEXEC; F_DUPFD is 0 */
	bool		refuses;	/* its calls obey sim_call.refuse */
	bool		bsd;
	vaddr_t		text, text32;	/* bsd: where a program is linked */
	/* RLIMIT_DATA, _STACK, _RSS, _MEMLOCK, _AS */
	uint8_t		limits[WL_NLIMITS];
};

/* system.c */
const struct wl_system *wl_system_of(const struct sim_personality *);
const struct wl_row *wl_row_find(const struct wl_system *, const char *name);
/* wl_name_fn; ctx: the system */
bool	wl_system_name(const void *ctx, const char *name, size_t len,
	    uint64_t *v);
bool	wl_system_number(const struct wl_system *, struct wl_text,
	    uint64_t *v);
/* => the call makes a process or a thread, and WL_BIRTH_* */
bool	wl_birth_flags(const struct wl_system *, const struct wl_callrec *,
	    uint64_t *flags);

/* ----------------------------------------------------------- the scan ---- */

struct wl_birth {			/* a child, as its parent's call says */
	int		pid, parent;	/* of the task that called */
	uint64_t	flags;		/* WL_BIRTH_* */
	uint64_t	line, entry_line;
	bool		used;
};

struct wl_image_hint {			/* what the log says of an image */
	int		pid;
	uint64_t	line;		/* of the execve; 0: the first image */
	bool		has_brk;
	vaddr_t		brk;
	struct wl_elf_relro relro[40];	/* mprotect(..., PROT_READ) */
	int		nrelro;
};

struct wl_early {			/* result of an interrupted mremap */
	uint64_t	line;
	uint64_t	ret;
};

struct wl_scan {
	struct wl_birth *birth;
	size_t		nbirth, capbirth;
	struct wl_image_hint *image;
	size_t		nimage, capimage;
	struct wl_early *early;
	size_t		nearly, capearly;
	int		root;		/* pid of lines without; 0 unknown */
	int		first;		/* pid of the first call; 0: none */
	bool		stopped;	/* by the input's watch */
	bool		any;		/* there is a call */
	bool		first_exec;	/* which is an execve */
	bool		has_paths;	/* -y: descriptors show their paths */
	bool		has_opens;	/* openat and its like are in the log */
};

int	wl_scan_log(struct wl_calllog *, const struct wl_system *,
	    struct wl_scan *);
void	wl_scan_free(struct wl_scan *);
/* First unused birth of pid, or NULL. */
struct wl_birth *wl_scan_birth(struct wl_scan *, int pid);
struct wl_image_hint *wl_scan_image(struct wl_scan *, int pid, uint64_t line);
bool	wl_scan_early(const struct wl_scan *, uint64_t line, uint64_t *ret);

/* ---------------------------------------------------------- snapshots ---- */

enum wl_snap_event { WL_SNAP_EXEC, WL_SNAP_FORK, WL_SNAP_EXIT, WL_SNAP_MID };

struct wl_snap {
	int		pid;
	enum wl_snap_event event;
	uint64_t	k, after_line;
	bool		used;
	struct wl_maps	maps;		/* not joined */
};

struct wl_snaps {
	struct wl_snap *snap;
	size_t		n, cap;
};

/* => 0; EINVAL, EIO or ENOMEM with a sentence */
int	wl_snaps_read(const struct pmap_geometry *, const char *path,
	    struct wl_snaps *, char *err, size_t errlen);
/* One map without headings, as a snapshot of pid. */
int	wl_snaps_read_map(const struct pmap_geometry *, const char *path,
	    struct wl_snaps *, int pid, enum wl_snap_event, char *err,
	    size_t errlen);
void	wl_snaps_free(struct wl_snaps *);
/*
 * The next unused one, the k-th of its pid (0: any); it is used then.
 * => NULL: none
 */
struct wl_snap *wl_snaps_take(struct wl_snaps *, int pid,
	    enum wl_snap_event, uint64_t k);

/* -------------------------------------------------------- descriptors ---- */

struct wl_fd {
	int		fd;		/* as recorded; key */
	char	       *path;
	vm_prot_t	mode;
	bool		mode_known;
	bool		shm;		/* shared memory by its name */
	int		sim;		/* the machine's (memfd), or -1 */
	UT_hash_handle	hh;
};

struct wl_fds {				/* one file table */
	unsigned	refs;
	struct wl_fd   *table;
};

struct wl_fds *wl_fds_new(void);
struct wl_fds *wl_fds_copy(const struct wl_fds *);
void	wl_fds_unref(struct wl_fds *);
struct wl_fd *wl_fds_get(const struct wl_fds *, int fd);
/* => NULL: no memory */
struct wl_fd *wl_fds_set(struct wl_fds *, int fd, const char *path);
void	wl_fds_close(struct wl_fds *, int fd);

/* -------------------------------------------------------------- tasks ---- */

struct wl_proc;

struct wl_memop {				/* a memory call */
	const struct wl_row *row;	/* NULL: none */
	uint64_t	line;
	uint64_t	num[6];
	int		nnum;		/* arguments that were read */
	struct wl_text	text[6];	/* valid while its record is */
	bool		applied;	/* before its return was read */
	int		err;		/* the machine's answer then */
	uint64_t	ret;
	const char     *why;
};

struct wl_task {
	int		tid;		/* key */
	struct wl_proc *proc;
	struct wl_memop	entry;		/* the call it is in */
	struct wl_birth *clone;		/* not yet returned */
	UT_hash_handle	hh;
};

struct wl_proc {
	int		pid;
	struct process *sim;
	struct wl_fds  *fds;
	unsigned	ntasks;
	bool		as_known;	/* RLIMIT_AS has been seen */
	bool		brk_known;
	bool		guessed;	/* its image is a stand-in */
	bool		exiting;	/* its end is in the log */
	uint64_t	nexec;
	struct wl_memop	left[8];	/* calls that never came back */
	unsigned	nleft;
	struct wl_proc *next, *prev;	/* in order of birth */
};

struct wl_shmid { int recorded, sim; UT_hash_handle hh; };

struct wl_replay {
	const struct wl_replay_config *config;
	struct wl_replay_stats *stats;
	struct machine *m;
	struct wl_calllog log;
	const struct wl_system *sys;	/* the log's */
	struct wl_scan	scan;
	struct wl_snaps	snaps;
	struct wl_task *tasks;
	struct wl_proc *procs, *last;
	struct wl_shmid *shmids;
	int		root;		/* pid for lines without one */
	bool		uid_root;	/* the log shows privilege */
	bool		sealed;		/* mseal has been seen */
	bool		over;		/* the log's end has been read */
	int		error;		/* no memory: stop */
};

void	wl_replay_say(struct wl_replay *, enum wl_replay_report,
	    uint64_t line, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));
/* Argument i as a number; 0 and a warning when it is none. */
uint64_t wl_arg(struct wl_replay *, const struct wl_callrec *, int i);

/* task.c: births, executions, ends */
struct wl_task *wl_task_find(struct wl_replay *, int tid);
/* The task of a line; made when it is new. => NULL: no memory (r->error) */
struct wl_task *wl_task_of(struct wl_replay *, const struct wl_callrec *);
void	wl_task_born(struct wl_replay *, struct wl_birth *, uint64_t line);
void	wl_task_end(struct wl_replay *, struct wl_task *, int status,
	    int signo, uint64_t line);
/* Only `self' is left of its process (execve). */
void	wl_task_alone(struct wl_replay *, struct wl_task *self);
/* Its map as it stands: to the snapshot's test and the caller. */
void	wl_proc_report(struct wl_replay *, struct wl_proc *, uint64_t line);
void	wl_proc_finish(struct wl_replay *, struct wl_proc *, int status,
	    int signo, uint64_t line);
void	wl_task_free_all(struct wl_replay *);
/* Compare with a snapshot of this kind, if there is one. */
void	wl_proc_check(struct wl_replay *, struct wl_proc *,
	    enum wl_snap_event, uint64_t line);
void	wl_snap_mid(struct wl_replay *, uint64_t line);

/* image.c */
/* The image of a process that runs when the log begins. */
int	wl_image_first(struct wl_replay *, struct wl_proc *);
int	wl_image_exec(struct wl_replay *, struct wl_proc *, const char *path,
	    uint64_t line);

/* bsd.c */
/* The stand-in of an image, to be freed. => NULL: no memory */
struct sim_segment *wl_bsd_image(const struct wl_replay *, const char *path,
	    size_t *n);
/* A break of a BSD that was set, want, and answered with at. => true: it only
 * asked */
bool	wl_break_learn(struct wl_replay *, struct wl_proc *, uint64_t want,
	    uint64_t at);
void	wl_replay_fault(struct wl_replay *, struct wl_task *,
	    const struct wl_callrec *);

/* calls.c, files.c */
/* => false, and told: a record without all arguments, which is passed over */
bool	wl_op_decode(struct wl_replay *, const struct wl_row *,
	    const struct wl_callrec *, struct wl_memop *);
/* Give it to the machine and compare with the record. */
void	wl_op_finish(struct wl_replay *, struct wl_task *, struct wl_memop *,
	    const struct wl_callrec *);
/* A call that will not come back. */
void	wl_op_leave(struct wl_replay *, struct wl_task *, struct wl_memop *);
/* Do those of a process after all. => false: there are none */
bool	wl_op_unreturned(struct wl_replay *, struct wl_proc *);
/* => true: a call about descriptors, files or limits, dealt with */
bool	wl_file_call(struct wl_replay *, struct wl_task *,
	    const struct wl_callrec *);
/* A machine descriptor for a recorded one. *known: its mode is. => -1: none */
int	wl_fd_open(struct wl_replay *, struct wl_task *, struct wl_text,
	    uint64_t need, bool *known, bool *close_it);
/* Machine's id of a recorded segment; made up when it is new. */
int	wl_shm_id(struct wl_replay *, struct wl_task *, int recorded,
	    bool *known);
void	wl_shm_learn(struct wl_replay *, int recorded, int sim);

#endif /* WL_REPLAY_INT_H */
