/*
 * A machine with a few processes, real and modelled side by side: the world of
 * test_syscalls.  The models of the system calls, one set per personality, are
 * written from the manuals and the semantics, on top of the naive model.
 */
#ifndef TESTS_MODEL_SYS_WORLD_H
#define TESTS_MODEL_SYS_WORLD_H

#include "compare.h"
#include "harness.h"
#include "sim/sim.h"

#define SYS_PROCS	5
#define SYS_FILES	3
#define SYS_SHMS	2
#define SYS_ARENA	48		/* pages for mmap */
#define SYS_BRK		16		/* pages for brk */
#define SYS_FIRSTFD	3		/* descriptors, see sys_world.c */
#define MODEL_SKIP	(-2)		/* not decidable: do not do it */

enum sys_op {
	S_MMAP, S_MUNMAP, S_MPROTECT, S_MINHERIT, S_MADVISE, S_MLOCK,
	S_MUNLOCK, S_MLOCKALL, S_MUNLOCKALL, S_MSYNC, S_MREMAP, S_BRK,
	S_SHMAT, S_SHMDT, S_FORK, S_VFORK, S_EXEC, S_EXIT, S_FTRUNCATE,
	S_READ, S_WRITE, S_FETCH, S_NKINDS
};

struct sys_space {			/* what processes can share by vfork */
	struct model_space *pages;
	unsigned	refs;
	bool		future;		/* MCL_FUTURE */
	vaddr_t		brk;
};

struct sys_proc {			/* one process */
	struct process *real;		/* NULL: none */
	struct sys_space *space;
	struct sys_world *world;
	vaddr_t		anon_loc;	/* FreeBSD: next fit starts here */
	vaddr_t		attach[8];	/* shmat addresses, newest last */
	uint8_t		attached[8];	/* which segment */
	unsigned	nattach;
};

/* A model of one system call.  dry: decide, change nothing. => errno or
 * MODEL_SKIP */
struct sys_args {
	uint64_t	a[6];
	vaddr_t		place;
	bool		dry;
	int		real_error;	/* what the machine said, if not dry */
};
typedef int sys_model_fn(struct sys_proc *, const struct sys_args *,
    uint64_t *ret);

struct sys_system {			/* a personality's models */
	const struct sim_personality *real;
	sys_model_fn   *call[S_NKINDS];	/* NULL: not tested */
	const uint64_t *mapflags;	/* to choose from, ends with ~0 */
	uint64_t	advice_free;	/* its MADV_FREE, if that drops pages */
	bool		topdown;
	bool		needs_place;	/* chooses addresses at random */
	bool		wired_once;
	uint16_t	flags;		/* entry flags that are modelled */
};

extern const struct sys_system sys_freebsd, sys_netbsd, sys_openbsd,
    sys_linux;

struct sys_world {
	const struct sys_system *sys;
	bool		tight;		/* hardly any memory */
	bool		paging;		/* little, and swap */
	bool		narrow;		/* an i386 */
	struct machine *m;
	struct sys_proc proc[SYS_PROCS];
	struct model_layout layout;
	struct model_object file[SYS_FILES];	/* two files, one shm object */
	struct model_object shm[SYS_SHMS];
	int		shmid[SYS_SHMS];
	struct sim_segment segment[3];
	struct sim_image program;	/* of them */
	vaddr_t		min, max;	/* of the user's address space */
	vaddr_t		base;		/* first (or last) default address */
	vaddr_t		brk_base;
	uint64_t	stamp;
	unsigned	serial;
};

/* ---- sys_world.c ---- */
void   *sys_create(unsigned variant, uint64_t seed);
void	sys_destroy(void *);
const char *sys_check(void *, char *buf, size_t len);
bool	sys_spawn(struct sys_world *, unsigned who);
void	sys_drop(struct sys_world *, unsigned who);
/* The image of every process; and what exec of it does to the model. */
const struct sim_image *sys_program(const struct sys_world *);
void	sys_exec_done(struct sys_world *, unsigned who);
const char *sys_step(void *, const struct op *, char *buf, size_t len);
void	sys_generate(struct model_rng *, unsigned variant, struct op *);
/* Bring any numbers into the ranges that sys_generate() draws from. => true */
bool	sys_fit(unsigned variant, struct op *);
void	sys_print(FILE *, unsigned variant, const struct op *);
extern const char *const sys_variants[];
#define SYS_VARIANTS	24		/* of them */

/* ---- sys_model.c: what the models share ---- */
/* Descriptors as every process has them. => NULL: not open */
struct sys_fd {
	struct model_object *object;
	uint8_t		mode;
};
bool	sys_fd(struct sys_proc *, uint64_t fd, struct sys_fd *);
/* [trunc(addr), round(addr + len)). => false: it wraps */
bool	sys_range(uint64_t addr, uint64_t len, vaddr_t *start, vaddr_t *end);
/* [trunc(addr), trunc(addr) + round(len)), the length modulo 2^64, as BSD's
 * calls round it.  => false: the end wraps */
bool	sys_range_size(uint64_t addr, uint64_t len, vaddr_t *start,
	    vaddr_t *end);
/* => first fit of size in the arenas from hint, up or down; 0: none there */
vaddr_t	sys_first_fit(struct sys_proc *, vaddr_t hint, vsize_t size,
	    vsize_t align, bool down);
/* => all pages of the range lie in the arenas */
bool	sys_modelled(const struct sys_proc *, vaddr_t start, vaddr_t end);
/* New memory under MCL_FUTURE. => errno of the wiring */
int	sys_wire(struct sys_proc *, vaddr_t start, vaddr_t end);
int	sys_shmdt(struct sys_proc *, const struct sys_args *, uint64_t *ret);
void	sys_attached(struct sys_proc *, unsigned segment, vaddr_t addr);

static inline bool
sys_inside(const struct sys_proc *p, vaddr_t start, vaddr_t end)
{
	return start >= p->world->min && end <= p->world->max && start <= end;
}

#endif /* TESTS_MODEL_SYS_WORLD_H */
