/*
 * What all personalities share: recording an error, descriptors, System V
 * segments, images, and the system calls that are the same everywhere.
 */
#ifndef SIM_COMMON_H
#define SIM_COMMON_H

#include "sim.h"

/*
 * Record why the operation under way fails (its name is known already) and
 * return err.  arg NULL: no argument is to blame; lo..hi: the lawful range, or
 * 0, 0; why: one sentence without a full stop, static text.
 */
int	sim_fail(struct machine *, int err, const char *arg, uint64_t value,
	    uint64_t lo, uint64_t hi, const char *why);

/*
 * Before an operation of a process.
 * => 0; EPERM: it is the kernel; ESRCH: it has exited
 */
int	sim_may_act(struct machine *, const struct process *);
/*
 * After an operation that ended with err: whoever samples the machine has his
 * turn; check=on (and every debug build) looks at the whole state.
 * => err; ENOTRECOVERABLE: an invariant is broken
 */
int	sim_self_check(struct machine *, int err);

/* ---- descriptors (file.c) ---- */
/* => the open descriptor, or NULL */
struct sim_fd *sim_fd_get(const struct process *, uint64_t fd);
/* Lowest free descriptor, opened on file. => ENOMEM or 0 and *fd */
int	sim_fd_alloc(struct machine *, struct process *, struct sim_file *,
	    vm_prot_t mode, int *fd);
void	sim_fd_close(struct machine *, struct process *, int fd);
void	sim_fd_close_all(struct machine *, struct process *);
/* A child's copy of the table. => ENOMEM or 0 */
int	sim_fd_copy(struct machine *, const struct process *from,
	    struct process *to);
/* A file that has no name. => NULL: no memory */
struct sim_file *sim_file_nameless(struct machine *, const char *path,
	    uint64_t size, enum sim_file_kind);
/* Take the name away; the file goes when nothing uses it any more. */
void	sim_file_unlink(struct machine *, struct sim_file *);
/*
 * Take back the files made since next_ino was ino, when the operation that
 * wanted them has failed.  => nobody uses them
 */
void	sim_file_undo(struct machine *, uint32_t ino);
/*
 * Before a file is cut: Linux's private copies of what goes are given up.
 * => 0; ENOMEM: the host's, nothing changed
 */
int	sim_linux_truncate(struct machine *, const struct vm_object *,
	    uint64_t size);
/* Free unlinked files that nothing uses any more. */
void	sim_file_sweep(struct machine *);

/* ---- System V segments (shm.c) ---- */
struct sim_shm *sim_shm_byid(struct machine *, int id);
/* Remember that p has attached shm at addr. => ENOMEM or 0 */
int	sim_shm_attach(struct machine *, struct process *, struct sim_shm *,
	    vaddr_t addr);
/* => the attach that begins at addr, or NULL */
struct sim_attach *sim_shm_attached(const struct process *, vaddr_t addr);
/* Forget an attach (its range is unmapped by the caller). */
void	sim_shm_detach(struct machine *, struct process *,
	    struct sim_attach *);
void	sim_shm_detach_all(struct machine *, struct process *);
int	sim_shm_copy(struct machine *, const struct process *from,
	    struct process *to);

/* ---- images and stacks (image.c) ---- */
/*
 * Map the segments of an image into an empty space and set the layout: brk,
 * stack_top, text, data and stack sizes.  => 0; ENOMEM; EINVAL: segments
 * overlap or lie outside
 */
int	sim_map_image(struct machine *, struct process *,
	    const struct sim_image *);
/*
 * An image stands: its files are at least as long as it has them mapped, and
 * those mapped executable count as text.  => cannot fail
 */
void	sim_settle_image(struct machine *, struct process *);
/*
 * uvm_map for a system call: the map gets a reference of its own to the object,
 * and an object mapped executable is text from then on.  => as uvm_map
 */
int	sim_uvm_map(struct machine *, struct vm_map *,
	    const struct uvm_map_args *);
/*
 * A stack that is one growing entry (Linux): extend the entry above va down to
 * it, within RLIMIT_STACK and RLIMIT_AS and leaving `gap` bytes to what lies
 * below.
 * => true: grown
 */
bool	sim_stack_grow(struct machine *, struct process *, vaddr_t va,
	    vsize_t gap);

/* ---- processors (cpu.c) ---- */
/* The machine turns to the processor of a process that is about to act. */
void	sim_cpu_enter(struct machine *, const struct process *);
/* The clock without what translations cost: what the VM does by time is the
 * same with any model of TLBs. */
uint64_t sim_clock_daemons(const struct machine *);
/* khugepaged's scan_sleep_millisecs in ns; its first pass is so long after the
 * start. */
#define SIM_SCAN_SLEEP	((uint64_t)10 * 1000 * 1000000)
/* An operation is over: time goes on for the VM and its daemons. */
void	sim_cpu_leave(struct machine *);

/* ---- checks (check.c) ---- */
/* Add delta to what files, segments and spaces count of who uses them: with all
 * uses taken away, nothing may be left of the counts. */
void	sim_count_uses(struct machine *, uint32_t delta);

/* ---- system calls (sys_files.c, shm.c, process.c) ---- */
sim_syscall_fn sim_sys_open, sim_sys_close, sim_sys_unlink, sim_sys_ftruncate,
    sim_sys_shm_open, sim_sys_shm_unlink, sim_sys_memfd_create,
    sim_sys_shmget, sim_sys_shmctl, sim_sys_setrlimit,
    sim_sys_fork, sim_sys_vfork, sim_sys_exec, sim_sys_exit, sim_sys_cpu,
    sim_sys_sleep;

/* The personality's value of a constant, or fallback if it has no such name. */
uint64_t sim_const_or(const struct process *, const char *name,
	    uint64_t fallback);

#endif /* SIM_COMMON_H */
