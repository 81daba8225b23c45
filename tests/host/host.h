/*
 * A second opinion: random operations on the host's own kernel and on a machine
 * under the linux personality, side by side.
 *
 *	test_second_opinion --exec--> agent 0 --fork--> agent 1 ...
 *	   | machine, processes          |                 |
 *	   '------ shared page: a box for each agent ------'
 *
 * An agent is this program again, started without address randomisation.  It
 * does what its box says (a system call, an access of real memory) and writes
 * down what it saw: the result, the signal, every page of its windows.  The
 * simulated process starts as the image that the kernel gave the agent, so that
 * both have the same holes, sizes and break.
 *
 *	heap |brk window|  ...  |low|    arena    |fence|libraries, box| stack
 *
 * The fence is mapped and never touched, so that nothing joins what the agent
 * itself needs; no operation reaches it.
 */
#ifndef TESTS_HOST_HOST_H
#define TESTS_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "sim/sim.h"

#define HOST_SHIFT	12
#define HOST_PAGE	((uint64_t)1 << HOST_SHIFT)
#define HOST_MASK	(HOST_PAGE - 1)

#define HOST_ARENA	64		/* pages that operations aim at */
#define HOST_LOW	32		/* below: where placement goes */
#define HOST_TOP	(HOST_ARENA + HOST_LOW)
#define HOST_BRK	16		/* pages behind the first break */
#define HOST_PAGES	(HOST_TOP + HOST_BRK)	/* of both windows */
#define HOST_FENCE	16
#define HOST_AGENTS	4
#define HOST_FILES	3
#define HOST_FDS	5
#define HOST_FILEPAGES	24		/* looked at of each file */
#define HOST_VEC	512		/* bytes that mincore may give */
#define HOST_MAPS	(128 << 10)	/* bytes of /proc/self/maps */

/* ---------------------------------------------------------- the box ---- */

enum host_do {
	HOST_NOTHING,			/* just look */
	HOST_CALL,			/* syscall(nr, arg ...) */
	HOST_MINCORE,			/* arg 0 and 1, into vec */
	HOST_LIMIT,			/* arg: resource, soft, hard */
	HOST_ACCESS,
	HOST_FORK,			/* into the box arg[0] */
	HOST_MAPS_READ,			/* /proc/self/maps into the text */
	HOST_EXIT
};

enum host_way {				/* how bytes are touched */
	HOST_EACH,			/* one in each page */
	HOST_BLOCK,			/* rep movs or stos over all of them */
	HOST_W2, HOST_W4, HOST_W8, HOST_W16, /* one instruction */
	HOST_NWAYS
};

enum { HOST_READ, HOST_WRITE, HOST_FETCH };

struct host_command {
	uint8_t		what;		/* enum host_do */
	uint8_t		type, way;	/* of an access */
	int		nr;
	uint64_t	arg[6];
	uint64_t	stamp;		/* last one given: pages get the next */
};

/* A page as its kernel has it. */
#define HOST_PRESENT	0x1		/* in the page table */
#define HOST_OF_FILE	0x2		/* the file's own page, or shared */
#define HOST_UNREAD	0x4		/* its content could not be read */

struct host_page {
	uint8_t		flags;
	uint64_t	content;	/* its first 8 bytes, if present */
};

struct host_result {
	int64_t		ret;
	int		err;
	int		signo, code;	/* of an access; 0: none */
	uint64_t	fault;		/* address that the signal gave */
	uint64_t	pages;		/* touched before it */
	uint8_t		vec[HOST_VEC];
	struct host_page page[HOST_PAGES];
};

struct host_box {
	uint32_t	turn;		/* HOST_MINE, HOST_YOURS */
	int		pid;
	int		died;		/* a signal that nobody expected */
	uint64_t	died_at;
	struct host_command command;
	struct host_result result;
};

enum { HOST_MINE, HOST_YOURS, HOST_GONE };

struct host_shared {
	int		driver;		/* pid */
	unsigned	uid;		/* to become; 0: stay */
	uint64_t	arena;		/* first page of the window */
	uint64_t	brk_start, brk;
	uint64_t	brk_window;	/* first page of it */
	char		failed[200];	/* why the first agent cannot start */
	char		maps[HOST_MAPS];
	struct host_box	box[HOST_AGENTS];
};

/* Descriptors of an agent. */
#define HOST_FD_SHARED	200
#define HOST_FD_FILES	201		/* .. + HOST_FDS */

/* ------------------------------------------- the agent (host_agent*.c) ---- */

#define HOST_AGENT_ARG	"--second-opinion-agent"
int	host_agent_main(void);
/* An access, by real instructions; pages of a write are stamped. */
void	host_touch_init(void);
void	host_touch(const struct host_command *, struct host_result *);
/* => true and the 8 bytes at va; false: not readable so */
bool	host_peek(uint64_t va, uint64_t *content);
/* Who is told about a signal that nobody expected. */
extern struct host_box *host_touch_box;

/* -------------------------------------------- the link (host_link.c) ---- */

struct host_link {
	struct host_shared *shared;
	int		fd_shared;
	int		fd[HOST_FDS];	/* agents' descriptors, here */
	char		path[HOST_FILES][64];
	bool		punch;		/* the files can have holes punched */
	pid_t		first;		/* agent 0, our only own child */
};

/*
 * Files of these sizes and one agent.
 * => 0; 1: not possible here, and why
 */
int	host_link_open(struct host_link *, unsigned uid,
	    const uint64_t size[HOST_FILES], char *why, size_t len);
void	host_link_close(struct host_link *);
/* Have agent who do it.  => NULL; else it died or hangs, in words */
const char *host_link_do(struct host_link *, unsigned who,
	    const struct host_command *, char *buf, size_t len);

/* ------------------------------------------ the machine (host_sim.c) ---- */

struct host_sim {
	struct machine *m;
	struct process *p[HOST_AGENTS];
	struct sim_file *file[HOST_FILES];
};

/*
 * A machine with one process that has the agent's map, break and files; fills
 * the agent's files with what the machine's have.
 * => 0, or 1 and why
 */
int	host_sim_open(struct host_sim *, const struct host_link *,
	    const uint64_t size[HOST_FILES], char *why, size_t len);
void	host_sim_close(struct host_sim *);

enum host_kind { HOST_FREE, HOST_ANON, HOST_PRIVATE, HOST_SHARED };

struct host_seen {			/* a page as the machine has it */
	enum host_kind	kind;
	bool		own;		/* a private page of its own */
	bool		given_up;	/* by MADV_FREE, not written since */
	uint64_t	content;
};

void	host_sim_look(const struct host_sim *, unsigned who, uint64_t va,
	    struct host_seen *);
/* Page i of a file. */
uint64_t host_sim_file(const struct host_sim *, unsigned file, uint64_t i);

/* -------------------------------------------- operations (host_ops.c) ---- */

/*	id, name, system call, the machine's */
#define HOST_OPS(X)							\
	X(MMAP,		"mmap",		SYS_mmap)			\
	X(MUNMAP,	"munmap",	SYS_munmap)			\
	X(MPROTECT,	"mprotect",	SYS_mprotect)			\
	X(MREMAP,	"mremap",	SYS_mremap)			\
	X(MADVISE,	"madvise",	SYS_madvise)			\
	X(MSYNC,	"msync",	SYS_msync)			\
	X(MLOCK,	"mlock",	SYS_mlock)			\
	X(MLOCK2,	"mlock2",	SYS_mlock2)			\
	X(MUNLOCK,	"munlock",	SYS_munlock)			\
	X(MLOCKALL,	"mlockall",	SYS_mlockall)			\
	X(MUNLOCKALL,	"munlockall",	SYS_munlockall)			\
	X(MINCORE,	"mincore",	SYS_mincore)			\
	X(BRK,		"brk",		SYS_brk)			\
	X(FTRUNCATE,	"ftruncate",	SYS_ftruncate)			\
	X(SETRLIMIT,	"setrlimit",	SYS_setrlimit)			\
	X(FORK,		"fork",		0)			\
	X(EXIT,		"exit",		SYS_exit)			\
	X(READ,		"read",		0)				\
	X(WRITE,	"write",	0)				\
	X(FETCH,	"exec",		0)

enum host_opno {
#define X(id, name, nr) HOST_OP_##id,
	HOST_OPS(X)
#undef X
	HOST_NOPS
};

/* Names no state: any part of a list of operations can be done. */
struct host_op {
	uint8_t		kind;		/* enum host_opno */
	uint8_t		who;
	uint16_t	small;
	uint16_t	page, n, page2;
	uint64_t	bits, more;
};

struct host_variant {
	const char     *name, *summary;
	bool		user;		/* another user than root */
	uint16_t	weight[HOST_NOPS];
};
extern const struct host_variant host_variants[];	/* NULL-ended */

/* What an operation is, here and now. */
struct host_deed {
	enum host_opno	kind;
	uint64_t	arg[6];		/* the kernel's */
	uint64_t	va, len;	/* of an access */
	uint8_t		type, way;
	bool		skip;		/* not to be done on this host */
};

struct host_limits {			/* what the host can */
	unsigned	version;	/* 6.18: 618 */
	bool		punch, sanitized;
};

void	host_draw(uint64_t *rng, const struct host_variant *,
	    struct host_op *);
void	host_decode(const struct host_op *, const struct host_shared *,
	    const struct host_sim *, unsigned who, const struct host_limits *,
	    struct host_deed *);

/* ------------------------------------------ comparing (host_compare.c) ---- */

struct host_answer {			/* of the machine */
	uint64_t	ret;
	int		err;
	int		signo, code;
	uint64_t	fault, pages;
	uint8_t		vec[HOST_VEC];
};

struct host_world {
	struct host_link link;
	struct host_sim	sim;
	struct host_limits limits;
	bool		alive[HOST_AGENTS];
	bool		forked;
	uint64_t	operations, compared, states, skipped;
	uint64_t	reclaimed;	/* given-up pages that it took */
	char		why[1200];	/* the first difference */
};

/* => false: they differ, w->why says how */
bool	host_same_result(struct host_world *, unsigned who,
	    const struct host_deed *, const struct host_answer *);
bool	host_same_pages(struct host_world *, unsigned who);
bool	host_same_maps(struct host_world *, unsigned who);
bool	host_same_files(struct host_world *);
/* The kernel's areas in [start, end) end where the machine's do. */
bool	host_same_borders(struct host_world *, unsigned who, uint64_t start,
	    uint64_t end, bool *same);

/* ------------------------------------------------ a run (host_run.c) ---- */

struct host_run {
	const struct host_variant *variant;
	uint64_t	seed;
	struct host_op *op;
	unsigned	n;
	unsigned	failed_at;	/* index of the operation */
	FILE	       *script;		/* or NULL: what was done */
	bool		verbose;
	struct host_world world;	/* counts, why */
};

enum host_outcome { HOST_SAME, HOST_DIFFERENT, HOST_CANNOT };
/* => HOST_CANNOT: world.why says why it cannot be done here */
enum host_outcome host_run(struct host_run *);
/* Make a failing run short, and say on fp what to do again and why. */
void	host_explain(struct host_run *, FILE *fp);
/* An operation as a line of a script. */
void	host_script_begin(struct host_run *);
void	host_script_op(struct host_run *, unsigned who,
	    const struct host_deed *, const struct host_answer *,
	    unsigned child);

static inline const struct host_result *
host_result(const struct host_link *l, unsigned who)
{
	return &l->shared->box[who].result;
}

static inline uint64_t
host_page_addr(const struct host_shared *s, unsigned i)
{
	return i < HOST_TOP ? s->arena + (uint64_t)i * HOST_PAGE :
	    s->brk_window + (uint64_t)(i - HOST_TOP) * HOST_PAGE;
}

#endif /* TESTS_HOST_HOST_H */
