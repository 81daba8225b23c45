/*
 * uvmsim.h: libuvmsim for programs, the one public header.
 *
 *	uvmsim_create() --> struct uvmsim --> uvmsim_destroy()
 *	                      |
 *	    uvmsim_spawn()    |   processes, known by their pid
 *	    uvmsim_sys_*()    |   system calls of a process
 *	    uvmsim_access()   |   its references to memory
 *	    uvmsim_run()      |   scripts; uvmsim_replay(): traces
 *	    uvmsim_entry()    |   what there is: maps, pages, counters
 *	    uvmsim_listen()   |   what happens: events
 *
 * A machine is a whole simulated system of its own.  It is deterministic: the
 * same calls give the same results, on every host.
 *
 * Addresses and lengths are bytes of the simulated machine, 64 bits wide; there
 * is nothing of the program's own at them.  Structures that a caller passes
 * begin with their size, which the caller sets: a program that was compiled
 * against an older header goes on working.  Numbers of enumerations are never
 * used for anything else in a later version.
 *
 * Errors: a function that returns int returns -1 when it fails, sets errno, and
 * uvmsim_errmsg() has one sentence for people.  ENOMEM may come from all of
 * them; EFAULT: a pointer is NULL that must not be; EBUSY: called from within a
 * callback of the same machine and not one of those that only look; ESRCH: no
 * process has that pid, or it has exited; ENAMETOOLONG: a name or path of the
 * machine has more than 1023 bytes.  These five are not repeated below.
 * Nothing exits, prints or reads the environment (but the last part, below).
 *
 * Threads: a machine may be used by one thread at a time, any number of
 * machines by any number of threads at once.  Messages are the thread's own.
 *
 * Manual pages: uvmsim(3), uvmsim-machine(3), uvmsim-process(3),
 * uvmsim-query(3), uvmsim-events(3), uvmsim-policy(3).
 */
#ifndef UVMSIM_H
#define UVMSIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uvmsim;				/* a machine */
struct uvmsim_event;			/* see uvmsim_listen() */
struct uvmsim_policy;			/* see the end */

/* ------------------------------------------------------------ version ---- */

#define UVMSIM_VERSION_MAJOR	0	/* of this header */
#define UVMSIM_VERSION_MINOR	1
#define UVMSIM_VERSION_PATCH	0
#define UVMSIM_VERSION_NUMBER						\
	(UVMSIM_VERSION_MAJOR * 10000 + UVMSIM_VERSION_MINOR * 100 +	\
	UVMSIM_VERSION_PATCH)

/* Of the library that runs: "0.1.0"; 100. */
const char *uvmsim_version(void);
int	uvmsim_version_number(void);

/*
 * Why the last call of this thread that failed did so: one sentence without a
 * newline; "" if none has.  Valid until the next call that fails.
 */
const char *uvmsim_errmsg(void);

/* ----------------------------------------------------------- machines ---- */

/*
 * A machine.  config is "KEY=VALUE,KEY=VALUE", as --machine of uvmsim(1) has
 * it; NULL or "": a machine of the defaults.  policy=./FILE.so takes a policy
 * from a shared object, which stays loaded.
 * => 0 and *u, for uvmsim_destroy(); -1 and errno: EINVAL: a key, a value, or a
 *    machine that cannot be; E2BIG: config is longer than 4095 bytes
 */
int	uvmsim_create(struct uvmsim **u, const char *config);
/*
 * The same under a policy of the program's own, which must outlive the machine;
 * params is "NAME=NUMBER:NAME=NUMBER", NULL or "".  policy= of config loses.
 * => as above; EINVAL also: the policy lacks a function, or has another version
 */
int	uvmsim_create_policy(struct uvmsim **u, const char *config,
	    const struct uvmsim_policy *, const char *params);
/* All of it goes, but not from within a callback of its.  NULL is allowed. */
void	uvmsim_destroy(struct uvmsim *);

/*
 * Write the state to a file, uvmsim-core(5); the file is complete or not there.
 * => 0; -1 and errno: that of the file
 */
int	uvmsim_save(struct uvmsim *, const char *path);
/*
 * A machine as a core has it.  => 0 and *u; -1 and errno: that of the file;
 * EINVAL: no core, damaged, or of a policy from outside
 */
int	uvmsim_load(struct uvmsim **u, const char *path);
struct uvmsim_limits {			/* uvmsim-machine(3); 0: no limit */
	size_t		size;		/* sizeof(struct uvmsim_limits) */
	uint64_t	memory, operations, nanoseconds; /* bytes; to come */
};
/* What would go beyond a limit fails: EDQUOT (memory), ECANCELED, ETIMEDOUT. */
int	uvmsim_set_limits(struct uvmsim *, const struct uvmsim_limits *);
uint64_t uvmsim_host_memory(const struct uvmsim *);	/* bytes of it */
/*
 * Check every invariant of the whole state.  => 0: sound; -1 and errno
 * ENOTRECOVERABLE: broken, the message says which
 */
int	uvmsim_check(struct uvmsim *);

/*
 * The generator that everything random in a machine comes from (seed=).
 * uvmsim_seed() begins it anew, as seed= would have.  => 64 bits; 0 or -1
 */
uint64_t uvmsim_random(struct uvmsim *);
int	uvmsim_seed(struct uvmsim *, uint64_t seed);

/* Bytes of its base page: 4096, 16384 or 65536.  0: NULL was given */
uint64_t uvmsim_page_size(const struct uvmsim *);
/* Simulated time since the start, nanoseconds. */
uint64_t uvmsim_clock(const struct uvmsim *);
/* System calls and accesses so far. */
uint64_t uvmsim_operations(const struct uvmsim *);

/*
 * A regular file of `bytes' bytes, under a name that no file has.
 * => 0; -1 and errno: EEXIST; EINVAL: the name is empty; EFBIG: above 16T
 */
int	uvmsim_make_file(struct uvmsim *, const char *path, uint64_t bytes);

/* ------------------------------------------------ scripts and traces ---- */

/* Text as it comes, not ended by NUL. */
typedef void uvmsim_text_fn(void *ctx, const char *text, size_t len);
/* A machine has just been made: time to listen to it. */
typedef void uvmsim_start_fn(void *ctx, struct uvmsim *);

/*
 * A run of a script, uvmsim-script(5).  Zero it, set size and what is needed.
 */
struct uvmsim_run {
	size_t		size;		/* sizeof(struct uvmsim_run) */
	const char     *path;		/* file; with text: its name */
	const char     *text;		/* the script itself, or NULL */
	size_t		len;		/* bytes of text; 0: ends with NUL */
	const char     *config;		/* stronger than the script's machine */
	uvmsim_text_fn *out;		/* what it shows, explains; or NULL */
	uvmsim_text_fn *complaints;	/* expectations not met, or NULL */
	uvmsim_start_fn *start;		/* or NULL */
	void	       *ctx;		/* of these three */
	/* results */
	uint64_t	passed, failed;	/* expectations */
	uint32_t	line, column;	/* where it stopped; 0: nowhere */
};
/*
 * Run a script to its end.  *u NULL: on a machine made for it, which becomes
 * *u also when the script stops on the way; else on *u, and the script has no
 * machine line and run->config is NULL.
 * => 0: to its end (look at failed); -1 and errno: EINVAL: no script, or it
 *    stopped, in line and column; that of the file, of a limit
 */
int	uvmsim_run(struct uvmsim **u, struct uvmsim_run *);
/*
 * One or more lines of a script, on a machine; no repeats.  Names of processes
 * and of results are known from one call to the next; what they show is
 * nobody's.
 * => 0; -1 and errno EINVAL: the line that stopped is in the message; lines
 *    before it have been done
 */
int	uvmsim_do(struct uvmsim *, const char *lines);
/* What `show WHAT' of a script prints: "map sh", "procmap sh".  => likewise */
int	uvmsim_show(struct uvmsim *, const char *what, uvmsim_text_fn *,
	    void *ctx);

enum uvmsim_trace {
	UVMSIM_TRACE_LOG	= 1,	/* of system calls (strace -f) */
	UVMSIM_TRACE_REFERENCES	= 2,	/* of memory references */
	UVMSIM_TRACE_STREAM	= 3	/* operations and references (uvt) */
};

#define UVMSIM_REPLAY_DATA_ONLY		0x1	/* leave fetches out */
#define UVMSIM_REPLAY_NO_HOST_FILES	0x2	/* logs: never read programs of
						   this host */

/* A replay of a trace.  Zero it, set size and what is needed. */
struct uvmsim_replay {
	size_t		size;		/* sizeof(struct uvmsim_replay) */
	const char     *path;		/* compressed or not; gen:NAME */
	const char     *format;		/* name, or NULL: by its content */
	const char     *config;		/* of the machine, or NULL */
	const struct uvmsim_policy *policy;	/* or NULL; then */
	const char     *params;		/* its parameters, or NULL */
	const char     *snaps, *initial_maps;	/* of logs, or NULL */
	uint32_t	flags;		/* UVMSIM_REPLAY_* */
	uint64_t	until;		/* stop after so many references; 0: at
					   the end */
	uvmsim_text_fn *report;		/* differences and warnings, a sentence
					   each; NULL */
	uvmsim_start_fn *start;		/* or NULL */
	void	       *ctx;		/* of both */
	/* results; what a kind of trace does not have is 0 */
	uint32_t	kind;		/* enum uvmsim_trace */
	uint32_t	cut;		/* 1: the trace breaks off */
	uint64_t	processes, operations;
	uint64_t	references, touches, misses;
	uint64_t	evictions, dirty_evictions;	/* of a policy that
					   sees every reference */
	uint64_t	distinct_pages;	/* of 4K */
	uint64_t	differences;	/* between machine and trace */
};
/*
 * Replay a trace through a machine made for it.
 * => 0 and *u (look at differences); -1 and errno: that of the file; EINVAL:
 *    the trace, the configuration, an option that this kind does not have;
 *    EFAULT: an address that is no user's.  *u is NULL then, but for a limit
 */
int	uvmsim_replay(struct uvmsim **u, struct uvmsim_replay *);

/* ---------------------------------------------------------- processes ---- */

enum uvmsim_segment_kind {
	UVMSIM_SEGMENT_FILE	= 0,	/* of the image, or of path */
	UVMSIM_SEGMENT_ANON	= 1,
	UVMSIM_SEGMENT_HEAP	= 2,	/* brk grows from its end */
	UVMSIM_SEGMENT_STACK	= 3,
	UVMSIM_SEGMENT_SPECIAL	= 4	/* path is a name: "[vdso]" */
};

struct uvmsim_segment {
	uint64_t	start, end;	/* bytes, whole pages */
	uint64_t	offset;		/* bytes into the file */
	const char     *path;		/* or NULL */
	uint32_t	rights;		/* UVMSIM_READ and so on */
	uint32_t	kind;		/* enum uvmsim_segment_kind */
	uint32_t	shared;		/* 1: shared */
};

/* What a process begins with. */
struct uvmsim_image {
	size_t		size;		/* sizeof(struct uvmsim_image) */
	const char     *path;		/* its program, or NULL */
	const struct uvmsim_segment *segment;	/* NULL: text, data, bss, loader
					   and stack as the system has them */
	size_t		nsegments;	/* with none, a stack is all there is */
	size_t		segment_size;	/* sizeof(struct uvmsim_segment) */
	uint64_t	brk_start;	/* 0: behind the last data segment */
};

/*
 * A process from nothing.  pid: eight digits at most, 0: the next one; system:
 * "freebsd", "netbsd", "openbsd" or "linux", NULL: the machine's; image NULL:
 * its usual.  => its pid; -1 and errno: EEXIST: the name runs, or the pid is
 * taken; EINVAL: no such system, a bad image or pid
 */
int	uvmsim_spawn(struct uvmsim *, const char *name, int pid,
	    const char *system, const struct uvmsim_image *);
/* It ends: exit(status), or killed by a signal if that is not 0. */
int	uvmsim_end(struct uvmsim *, int pid, int status, int signal);
/* Forget one that has exited.  => 0; -1 and errno EBUSY: it runs; ESRCH */
int	uvmsim_reap(struct uvmsim *, int pid);
/* => pid of the running process of that name; -1 and errno ESRCH */
int	uvmsim_pid(const struct uvmsim *, const char *name);
/* => the next pid after `pid', running or exited, rising; begin with 0 (which
   is the kernel's); 0 when there is none */
int	uvmsim_next_pid(const struct uvmsim *, int pid);

#define UVMSIM_NAME_MAX	256		/* bytes of a name here, longer ones are
					   cut */
enum uvmsim_state { UVMSIM_RUNNING = 0, UVMSIM_EXITED = 1 };

struct uvmsim_process {
	size_t		size;		/* sizeof(struct uvmsim_process) */
	int		pid, ppid;
	uint32_t	uid, gid;
	uint32_t	state;		/* enum uvmsim_state */
	int		exit_status, exit_signal;
	uint32_t	cpu;		/* from 0 */
	uint64_t	mapped;		/* bytes of address space */
	uint64_t	resident;	/* pages that its page table maps */
	uint64_t	wired;		/* bytes */
	uint64_t	entries;	/* of its map */
	uint64_t	minor_faults, major_faults;
	uint64_t	syscalls, references;
	uint64_t	brk;		/* address */
	uint64_t	stack_top;	/* address */
	char		system[16];	/* "freebsd" */
	char		name[UVMSIM_NAME_MAX];
	char		image[UVMSIM_NAME_MAX];	/* path, or "" */
};
/* One process, running or exited; 0 is the kernel.  => 0 or -1; EINVAL: size */
int	uvmsim_process(const struct uvmsim *, int pid, struct uvmsim_process *);

/* ----------------------------------------------------------- accesses ---- */

/* Kinds of access, and rights, which add up. */
#define UVMSIM_READ	1
#define UVMSIM_WRITE	2
#define UVMSIM_EXEC	4

struct uvmsim_signal {			/* what a process would have got */
	size_t		size;		/* sizeof(struct uvmsim_signal) */
	uint64_t	address;	/* first one that failed */
	char		name[16];	/* "SIGSEGV", or "" */
	char		code[16];	/* "SEGV_ACCERR", or "" */
};

/*
 * The process touches each page of [address, address + len) once, rising;
 * access is one of UVMSIM_READ, WRITE and EXEC.  signal may be NULL.
 * => 0; -1 and errno: EINVAL: access, or signal->size; EACCES, EFAULT, EIO,
 *    ENOMEM: the fault failed, *signal says at which address; the pages before
 *    it have been touched
 */
int	uvmsim_access(struct uvmsim *, int pid, uint64_t address, uint64_t len,
	    unsigned access, struct uvmsim_signal *);

/* A reference to one page: address and access in one word. */
struct uvmsim_ref {
	uint64_t	word;		/* address, its last two bits: access */
};
static inline struct uvmsim_ref
uvmsim_ref(uint64_t address, unsigned access)
{
	struct uvmsim_ref ref;

	ref.word = (address & ~(uint64_t)3) | access >> 1;
	return ref;
}
/*
 * n references in order, each an operation of its own: much faster than one
 * call each.  done may be NULL: how many were made.  => as uvmsim_access();
 * EINVAL: a word with both last bits set, nothing is done then
 */
int	uvmsim_access_batch(struct uvmsim *, int pid, const struct uvmsim_ref *,
	    size_t n, size_t *done, struct uvmsim_signal *);

/* ------------------------------------------------------- system calls ---- */

/*
 * Numbers in arguments (flags, advice, commands) are those of the process's own
 * system: uvmsim_flags() knows them by name.  Errors are those of the system's
 * manual, with the host's numbers; ENOSYS: the system has no such call.  A call
 * does all of its work or none.
 */
enum uvmsim_call {
	UVMSIM_SYS_MMAP = 1, UVMSIM_SYS_MUNMAP = 2, UVMSIM_SYS_MPROTECT = 3,
	UVMSIM_SYS_MINHERIT = 4, UVMSIM_SYS_MADVISE = 5,
	UVMSIM_SYS_POSIX_MADVISE = 6, UVMSIM_SYS_MLOCK = 7,
	UVMSIM_SYS_MLOCK2 = 8, UVMSIM_SYS_MUNLOCK = 9,
	UVMSIM_SYS_MLOCKALL = 10, UVMSIM_SYS_MUNLOCKALL = 11,
	UVMSIM_SYS_MSYNC = 12, UVMSIM_SYS_MINCORE = 13, UVMSIM_SYS_MREMAP = 14,
	UVMSIM_SYS_REMAP_FILE_PAGES = 15, UVMSIM_SYS_BRK = 16,
	UVMSIM_SYS_SBRK = 17, UVMSIM_SYS_FORK = 18, UVMSIM_SYS_VFORK = 19,
	UVMSIM_SYS_EXEC = 20, UVMSIM_SYS_EXIT = 21, UVMSIM_SYS_SHMGET = 22,
	UVMSIM_SYS_SHMAT = 23, UVMSIM_SYS_SHMDT = 24, UVMSIM_SYS_SHMCTL = 25,
	UVMSIM_SYS_SHM_OPEN = 26, UVMSIM_SYS_SHM_UNLINK = 27,
	UVMSIM_SYS_MEMFD_CREATE = 28, UVMSIM_SYS_OPEN = 29,
	UVMSIM_SYS_CLOSE = 30, UVMSIM_SYS_UNLINK = 31,
	UVMSIM_SYS_FTRUNCATE = 32, UVMSIM_SYS_SETRLIMIT = 33,
	UVMSIM_SYS_CPU = 34, UVMSIM_SYS_SLEEP = 35, UVMSIM_SYS_SWAPON = 36,
	UVMSIM_SYS_SWAPOFF = 37, UVMSIM_SYS_SWAPCTL = 38
};

/*
 * Any call by its number: at most 6 numbers in the order of the system's
 * manual, -1 being all ones, and the path or name of those that have one.
 * ret may be NULL: address, number or 0.
 * => 0; -1 and errno: EINVAL also: no such number, or nargs is more than 6
 */
int	uvmsim_syscall(struct uvmsim *, int pid, int number,
	    const uint64_t *args, unsigned nargs, const char *string,
	    uint64_t *ret);
/* => "mmap"; NULL: no such number.  The number; -1 and errno ENOENT */
const char *uvmsim_syscall_name(int number);
int	uvmsim_syscall_number(const char *name);
/*
 * "MAP_PRIVATE|MAP_ANON", "MADV_FREE", "0x10|MAP_FIXED" as the process's system
 * numbers them.  => 0 and *value; -1 and errno ENOENT: it has no such name
 */
int	uvmsim_flags(struct uvmsim *, int pid, const char *names,
	    uint64_t *value);

/* Memory.  at may be NULL. */
int	uvmsim_sys_mmap(struct uvmsim *, int pid, uint64_t addr, uint64_t len,
	    unsigned prot, uint64_t flags, int fd, uint64_t offset,
	    uint64_t *at);
int	uvmsim_sys_munmap(struct uvmsim *, int pid, uint64_t addr,
	    uint64_t len);
int	uvmsim_sys_mprotect(struct uvmsim *, int pid, uint64_t addr,
	    uint64_t len, unsigned prot);
int	uvmsim_sys_minherit(struct uvmsim *, int pid, uint64_t addr,
	    uint64_t len, int inherit);
int	uvmsim_sys_madvise(struct uvmsim *, int pid, uint64_t addr,
	    uint64_t len, int advice);
int	uvmsim_sys_posix_madvise(struct uvmsim *, int pid, uint64_t addr,
	    uint64_t len, int advice);
int	uvmsim_sys_mlock(struct uvmsim *, int pid, uint64_t addr,
	    uint64_t len);
int	uvmsim_sys_mlock2(struct uvmsim *, int pid, uint64_t addr, uint64_t len,
	    unsigned flags);
int	uvmsim_sys_munlock(struct uvmsim *, int pid, uint64_t addr,
	    uint64_t len);
int	uvmsim_sys_mlockall(struct uvmsim *, int pid, unsigned flags);
int	uvmsim_sys_munlockall(struct uvmsim *, int pid);
int	uvmsim_sys_msync(struct uvmsim *, int pid, uint64_t addr, uint64_t len,
	    unsigned flags);
/* vec has room for veclen pages, a byte each; EFAULT: the range has more */
int	uvmsim_sys_mincore(struct uvmsim *, int pid, uint64_t addr,
	    uint64_t len, unsigned char *vec, size_t veclen);
/* of NetBSD and Linux, whichever order their arguments have */
int	uvmsim_sys_mremap(struct uvmsim *, int pid, uint64_t old,
	    uint64_t oldlen, uint64_t newaddr, uint64_t newlen, uint64_t flags,
	    uint64_t *at);
int	uvmsim_sys_remap_file_pages(struct uvmsim *, int pid, uint64_t addr,
	    uint64_t len, unsigned prot, uint64_t pageoff, uint64_t flags);
/* now: Linux's result, the break; sbrk: the break before.  NULL is allowed */
int	uvmsim_sys_brk(struct uvmsim *, int pid, uint64_t addr, uint64_t *now);
int	uvmsim_sys_sbrk(struct uvmsim *, int pid, int64_t increment,
	    uint64_t *before);

/* Processes.  name NULL: one is made up.  => the child's pid or -1 */
int	uvmsim_sys_fork(struct uvmsim *, int pid, const char *name);
int	uvmsim_sys_vfork(struct uvmsim *, int pid, const char *name);
/* image NULL: the system's usual, of path */
int	uvmsim_sys_exec(struct uvmsim *, int pid, const char *path,
	    const struct uvmsim_image *);
int	uvmsim_sys_exit(struct uvmsim *, int pid, int status);
enum uvmsim_limit {
	UVMSIM_LIMIT_AS		= 0,
	UVMSIM_LIMIT_DATA	= 1,
	UVMSIM_LIMIT_STACK	= 2,
	UVMSIM_LIMIT_MEMLOCK	= 3,
	UVMSIM_LIMIT_RSS	= 4
};
/* bytes; all ones: no limit */
int	uvmsim_sys_setrlimit(struct uvmsim *, int pid, enum uvmsim_limit,
	    uint64_t soft, uint64_t hard);
/* the machine's own: run on another processor; let seconds go by */
int	uvmsim_sys_cpu(struct uvmsim *, int pid, unsigned cpu);
int	uvmsim_sys_sleep(struct uvmsim *, int pid, uint64_t seconds);

/* Segments of System V.  => the segment's id or -1 */
int	uvmsim_sys_shmget(struct uvmsim *, int pid, int64_t key, uint64_t size,
	    unsigned flags);
int	uvmsim_sys_shmat(struct uvmsim *, int pid, int id, uint64_t addr,
	    unsigned flags, uint64_t *at);
int	uvmsim_sys_shmdt(struct uvmsim *, int pid, uint64_t addr);
int	uvmsim_sys_shmctl(struct uvmsim *, int pid, int id, int command);

/* Files.  => a descriptor or -1 */
int	uvmsim_sys_open(struct uvmsim *, int pid, const char *path,
	    unsigned flags, unsigned mode);
int	uvmsim_sys_shm_open(struct uvmsim *, int pid, const char *path,
	    unsigned flags, unsigned mode);
int	uvmsim_sys_memfd_create(struct uvmsim *, int pid, const char *name,
	    unsigned flags);
/* => 0 or -1 */
int	uvmsim_sys_close(struct uvmsim *, int pid, int fd);
int	uvmsim_sys_unlink(struct uvmsim *, int pid, const char *path);
int	uvmsim_sys_shm_unlink(struct uvmsim *, int pid, const char *path);
int	uvmsim_sys_ftruncate(struct uvmsim *, int pid, int fd, uint64_t bytes);

/* Swap. */
int	uvmsim_sys_swapon(struct uvmsim *, int pid, const char *path,
	    unsigned flags);
int	uvmsim_sys_swapoff(struct uvmsim *, int pid, const char *path);
int	uvmsim_sys_swapctl(struct uvmsim *, int pid, int command,
	    const char *path, int misc);

/* ------------------------------------------------------------ queries ---- */
/* They look and change nothing, and may be called from within a callback. */

#define UVMSIM_ENTRY_COPY_ON_WRITE 0x1	/* private */
#define UVMSIM_ENTRY_NEEDS_COPY	0x2	/* a write makes an amap of its own */
#define UVMSIM_ENTRY_OBJECT	0x4	/* there is an object below */
#define UVMSIM_ENTRY_SUBMAP	0x8	/* of the kernel's map */
#define UVMSIM_ENTRY_GUARD	0x10	/* never accessible */
#define UVMSIM_ENTRY_GROWS_DOWN	0x20	/* a stack that grows */
#define UVMSIM_ENTRY_HEAP	0x40	/* made by brk */
#define UVMSIM_ENTRY_STACK	0x80	/* the process's first stack */
#define UVMSIM_ENTRY_NO_CORE	0x100
#define UVMSIM_ENTRY_NO_SYNC	0x200

enum uvmsim_inheritance {
	UVMSIM_INHERIT_SHARE	= 0,
	UVMSIM_INHERIT_COPY	= 1,
	UVMSIM_INHERIT_NONE	= 2,
	UVMSIM_INHERIT_ZERO	= 3
};
enum uvmsim_advice {
	UVMSIM_ADVICE_NORMAL	 = 0,
	UVMSIM_ADVICE_RANDOM	 = 1,
	UVMSIM_ADVICE_SEQUENTIAL = 2
};

struct uvmsim_entry {			/* of a map */
	size_t		size;		/* sizeof(struct uvmsim_entry) */
	uint64_t	start, end;	/* end is the first address behind */
	uint64_t	offset;		/* bytes into the object */
	uint32_t	rights, max_rights;
	uint32_t	inheritance;	/* enum uvmsim_inheritance */
	uint32_t	advice;		/* enum uvmsim_advice */
	uint32_t	flags;		/* UVMSIM_ENTRY_* */
	uint32_t	wired;		/* how often */
	uint32_t	amap, object;	/* their numbers; 0: none */
	uint32_t	amap_refs, object_refs;
	uint64_t	amap_pages;	/* in all of its amap */
	char		name[UVMSIM_NAME_MAX];	/* of the object: path, "" */
};
/*
 * The first entry that ends behind an address; begin with 0, go on with end.
 * pid 0 is the kernel's map.
 * => 1 and *entry; 0: there is none; -1 and errno: EINVAL: size
 */
int	uvmsim_entry(const struct uvmsim *, int pid, uint64_t address,
	    struct uvmsim_entry *);

#define UVMSIM_PAGE_RESIDENT	0x1	/* in memory */
#define UVMSIM_PAGE_MAPPED	0x2	/* by the process's page table */
#define UVMSIM_PAGE_SWAPPED	0x4	/* has a place in swap */
#define UVMSIM_PAGE_REFERENCED	0x8	/* bit of the page table entry */
#define UVMSIM_PAGE_MODIFIED	0x10	/* likewise */
#define UVMSIM_PAGE_WIRED	0x20	/* likewise */
#define UVMSIM_PAGE_DIRTY	0x40	/* its frame must be written to go */
#define UVMSIM_PAGE_ANON	0x80	/* private: of an anon */

enum uvmsim_queue {
	UVMSIM_QUEUE_NONE	 = 0,
	UVMSIM_QUEUE_ACTIVE	 = 1,
	UVMSIM_QUEUE_INACTIVE	 = 2,
	UVMSIM_QUEUE_LAUNDRY	 = 3,
	UVMSIM_QUEUE_UNSWAPPABLE = 4
};

struct uvmsim_page {
	size_t		size;		/* sizeof(struct uvmsim_page) */
	uint64_t	address;	/* of the page */
	uint64_t	mapping;	/* bytes of what maps it: 4096, 2M; 0 */
	uint64_t	offset;		/* bytes into the object */
	uint32_t	flags;		/* UVMSIM_PAGE_* */
	uint32_t	rights;		/* of the mapping */
	uint32_t	frame;		/* its number; 0: not in memory */
	uint32_t	slot;		/* of swap; 0: none */
	uint32_t	anon, object;	/* their numbers; 0: none */
	uint32_t	anon_refs;
	uint32_t	queue;		/* enum uvmsim_queue */
	uint32_t	domain;		/* of memory, from 0 */
};
/* => 0; -1 and errno: EFAULT: nothing is mapped at address; EINVAL: size */
int	uvmsim_page(const struct uvmsim *, int pid, uint64_t address,
	    struct uvmsim_page *);
/*
 * The content that a read would find there: 0 for zeros, a number that the file
 * and the offset give, or the stamp of the last write.
 * => 0; -1 and errno: EFAULT: nothing is mapped; EACCES: it may not be read,
 *    EIO: it cannot be; ENOTSUP: the machine keeps no tags (tags=off)
 */
int	uvmsim_tag(const struct uvmsim *, int pid, uint64_t address,
	    uint64_t *tag);

struct uvmsim_residence {		/* of a range; whole pages */
	size_t		size;		/* sizeof(struct uvmsim_residence) */
	uint64_t	mapped;		/* by the page table */
	uint64_t	shared;		/* of these, mapped elsewhere too */
	uint64_t	referenced;	/* of these, since the bits were
					   cleared */
	uint64_t	dirty;		/* of these */
	uint64_t	proportional;	/* bytes: each page divided by its
					   mappings */
	uint64_t	resident;	/* in memory, mapped or not */
	uint64_t	swapped;	/* in swap only */
};
/* Of [start, end); 0 and all ones: of everything.  => 0; -1: EINVAL: size, or
   start lies behind end */
int	uvmsim_residence(const struct uvmsim *, int pid, uint64_t start,
	    uint64_t end, struct uvmsim_residence *);

/* A counter of the machine ("faults", "free").  => 0; -1 and errno ENOENT */
int	uvmsim_counter(const struct uvmsim *, const char *name,
	    uint64_t *value);
/* The i-th one, from 0; name and value may be NULL.  => 0; -1 and errno
   ENOENT: there are not so many */
int	uvmsim_counter_at(const struct uvmsim *, size_t i, const char **name,
	    uint64_t *value);

/* ------------------------------------------------------------- events ---- */

enum uvmsim_event_kind {
	UVMSIM_EVENT_OTHER = 0,		/* of a later version: see its name */
	UVMSIM_EVENT_CALL = 1,		/* a system call has returned */
	UVMSIM_EVENT_MAP = 2, UVMSIM_EVENT_MERGE = 3, UVMSIM_EVENT_CLIP = 4,
	UVMSIM_EVENT_UNMAP = 5, UVMSIM_EVENT_PROTECT = 6,
	UVMSIM_EVENT_INHERIT = 7, UVMSIM_EVENT_ADVICE = 8,
	UVMSIM_EVENT_WIRE = 9, UVMSIM_EVENT_UNWIRE = 10,
	UVMSIM_EVENT_FORK_ENTRY = 11, UVMSIM_EVENT_FAULT = 12,
	UVMSIM_EVENT_FAULT_FAIL = 13, UVMSIM_EVENT_AMAP_COPY = 14,
	UVMSIM_EVENT_NEIGHBOUR = 15, UVMSIM_EVENT_ANON = 16,
	UVMSIM_EVENT_ANON_COW = 17, UVMSIM_EVENT_OBJ = 18,
	UVMSIM_EVENT_PROMOTE_COPY = 19, UVMSIM_EVENT_PROMOTE_ZERO = 20,
	UVMSIM_EVENT_PTE = 21, UVMSIM_EVENT_PAGEIN = 22,
	UVMSIM_EVENT_PAGEOUT = 23, UVMSIM_EVENT_FREE = 24,
	UVMSIM_EVENT_NOMEM = 25, UVMSIM_EVENT_PROMOTED = 26,
	UVMSIM_EVENT_DEMOTED = 27, UVMSIM_EVENT_SUPER_MAP = 28,
	UVMSIM_EVENT_PROMOTE_FAIL = 29, UVMSIM_EVENT_DEMOTE_FAIL = 30,
	UVMSIM_EVENT_SUPER_ZERO = 31, UVMSIM_EVENT_COLLAPSE = 32,
	UVMSIM_EVENT_RESERVE = 33, UVMSIM_EVENT_RESERVE_BREAK = 34,
	UVMSIM_EVENT_OOM_KILL = 35, UVMSIM_EVENT_SWAPIN = 36,
	UVMSIM_EVENT_EVICT = 37, UVMSIM_EVENT_REACTIVATE = 38,
	UVMSIM_EVENT_DAEMON = 39, UVMSIM_EVENT_SIGDANGER = 40,
	UVMSIM_EVENT_SUSPEND = 41, UVMSIM_EVENT_RESUME = 42,
	UVMSIM_EVENT_VICTIM = 43
};

/*
 * Called for each event, in order; the event is valid until the return.  It may
 * look at the machine, in the middle of an operation, and must not change it.
 */
typedef void uvmsim_event_fn(void *ctx, const struct uvmsim_event *);
/* From now on; one listener a machine, NULL: nobody.  => 0 or -1 */
int	uvmsim_listen(struct uvmsim *, uvmsim_event_fn *, void *ctx);

/* => enum uvmsim_event_kind, and as in JSON: "fault" */
int	uvmsim_event_kind(const struct uvmsim_event *);
const char *uvmsim_event_name(const struct uvmsim_event *);
/* => the machine */
const struct uvmsim *uvmsim_event_machine(const struct uvmsim_event *);
/* => the process that it is about; -1: none, or unknown (a space that fork is
   making) */
int	uvmsim_event_pid(const struct uvmsim_event *);
/* => where; 0: nowhere */
uint64_t uvmsim_event_address(const struct uvmsim_event *);
/* => the frame that it is about (of a copy: the one copied to); 0: none */
uint32_t uvmsim_event_frame(const struct uvmsim_event *);
/*
 * The i-th of its numbers, from 0, by its name as in JSON ("end", "refs"); name
 * may be NULL.  Of a call: its arguments, named "arg", then "ret" or "errno".
 * => true; false: it has not so many
 */
bool	uvmsim_event_value(const struct uvmsim_event *, unsigned i,
	    const char **name, uint64_t *value);
/* One sentence in plain words; one JSON object, as uvmsim run --events writes
   it.  => its length, as snprintf(3) */
int	uvmsim_event_sentence(const struct uvmsim_event *, char *buf,
	    size_t len);
int	uvmsim_event_json(const struct uvmsim_event *, char *buf, size_t len);
/* => the name of a kind; NULL: no such */
const char *uvmsim_event_kind_name(int kind);

/*
 * Why: the story of each system call and access is kept from now on (not of
 * batches, scripts and traces), or no longer.  It costs time.  => 0 or -1
 */
int	uvmsim_explain(struct uvmsim *, int on);
/*
 * That of the last one: numbered sentences, all of them or only the chain.
 * => its length, as snprintf(3); -1 and errno ENOENT: there is none
 */
int	uvmsim_explanation(const struct uvmsim *, bool full, char *buf,
	    size_t len);

/* ----------------------------------------------------------- policies ---- */

/*
 * A page replacement policy that sees every reference: a table of functions.
 * In a shared object it is the constant `uvmsim_policy', and nothing else of
 * the object is looked at; a program gives its own to uvmsim_create_policy().
 *
 *	  reference to a page in a slot ----> hit(slot)
 *	  reference to another one:
 *	    no slot is free ----------------> victim(key) -> slot, now free
 *	    the page takes a free slot -----> insert(slot, key)
 *	  page gone for other reasons ------> remove(slot)
 *
 * A slot is a place for one page, 1 to args->frames; 0 is none.  A key names a
 * page, and is the same when the page comes back.  The state is one block of
 * memory of the caller's, zeroed, aligned to 64 bytes, without pointers into
 * itself, so that it can be copied.  A policy allocates nothing, cannot fail,
 * keeps nothing elsewhere, and decides by its arguments and calls alone.
 */
#define UVMSIM_POLICY_ABI	1
#define UVMSIM_POLICY_MAXPARAMS	4
#define UVMSIM_POLICY_NEVER	UINT32_MAX	/* next(): never again */

struct uvmsim_policy_param {		/* a number that it takes */
	const char     *name;		/* NULL ends a list */
	const char     *summary;
	uint64_t	min, max;	/* inclusive */
	uint64_t	value;		/* unless given */
};
struct uvmsim_policy_args {
	uint32_t	frames;		/* slots */
	uint64_t	seed;		/* for those that draw lots */
	uint64_t	param[UVMSIM_POLICY_MAXPARAMS];	/* as in ->params */
};
/* Who saves or loads the state, number by number: see keep(). */
struct uvmsim_keep {
	bool		load;		/* numbers come in; else they go out */
	bool		ok;		/* false: something was refused */
	/* one number of 1, 2, 4 or 8 bytes, from lo to hi */
	void	      (*number)(struct uvmsim_keep *, const char *name,
			    uint64_t *value, unsigned bytes, uint64_t lo,
			    uint64_t hi);
	/* what has come in is not lawful */
	void	      (*refuse)(struct uvmsim_keep *, const char *why);
	void	       *ctx;		/* the caller's */
};

struct uvmsim_policy {
	uint32_t	abi;		/* UVMSIM_POLICY_ABI */
	uint32_t	size;		/* sizeof(struct uvmsim_policy) */
	const char     *name;		/* lower case letters and digits */
	const char     *summary;	/* one line, no full stop */
	const struct uvmsim_policy_param *params;	/* or NULL: none */
	/* => bytes of state for these arguments */
	size_t	      (*bytes)(const struct uvmsim_policy_args *);
	/* the state is zeroed, all slots are free */
	void	      (*init)(void *state, const struct uvmsim_policy_args *);
	void	      (*hit)(void *state, uint32_t slot);
	/* => the slot whose page goes; it is free from then on */
	uint32_t      (*victim)(void *state, uint32_t key);
	/* the page comes into a free slot and is referenced */
	void	      (*insert)(void *state, uint32_t slot, uint32_t key);
	void	      (*remove)(void *state, uint32_t slot);
	/* => NULL, or which invariant is broken */
	const char   *(*check)(const void *state);
	/* The rest is rare, and NULL in most. */
	/* the page of the hit or insert to come is referenced again by that
	   reference, counted from 0, or UVMSIM_POLICY_NEVER */
	void	      (*next)(void *state, uint32_t when);
	/* => a slot whose page must go though there may be room; 0: none */
	uint32_t      (*expired)(void *state);
	/* names what decides about coming victims, for cores; n slots are
	   taken.  NULL: a machine that is loaded begins anew */
	void	      (*keep)(void *state, struct uvmsim_keep *, uint32_t n);
	/* => the key that it remembers for a slot that is taken */
	uint32_t      (*key)(const void *state, uint32_t slot);
	/* => it remembers the page of this key, which went */
	bool	      (*ghost)(const void *state, uint32_t key);
};

/* ------------------------------ clients of the systems' own interfaces ---- */

/*
 * Programs written for FreeBSD, NetBSD, OpenBSD or AIX compile against the
 * headers in the folder of that name.  Those calls have no machine argument:
 * they act for the thread's current process, set by one call of this part or,
 * when there was none, by the environment at the first use:
 *
 *	UVMSIM_CORE	core or script; else uvmsim.core of the current folder
 *	UVMSIM_PID	the process that getpid() names; else an observer, who
 *			is no process of the machine
 *	UVMSIM_UID	user id of the caller; else the process's, or 0
 *
 * An observer is root unless UVMSIM_UID says otherwise; its pid is the next one
 * free, its parent the process with the lowest pid.
 */

/*
 * Load a core, or run a script to its end (found out from the content), and
 * be its process pid; 0: be an observer.  What was open before is closed.
 * => 0; -1 and errno: ENOENT and the like; EINVAL: not a core and not a script
 *    that runs.  On failure nothing is open.
 */
int	uvmsim_open(const char *path, int pid);
/* Look at a machine, which stays the caller's.  => as uvmsim_open() */
int	uvmsim_attach(struct uvmsim *, int pid);
/* Let go; a machine that uvmsim_open() made is destroyed. */
void	uvmsim_close(void);
/* Be another process of the machine, or another user.  ENXIO: none is open */
int	uvmsim_setpid(int pid);
int	uvmsim_setuid(unsigned uid);
/*
 * The current process touches len bytes at addr: each page once, prot being
 * PROT_READ (1), PROT_WRITE (2) or PROT_EXEC (4).
 * => 0; -1 and errno: EFAULT: a signal would have come; EINVAL; ENXIO
 */
int	uvmsim_touch(const void *addr, size_t len, int prot);
/*
 * Simulated files, for mmap(): open(2) opens files of the host.  flags are
 * those of <fcntl.h> (O_CREAT makes an empty file); /dev/zero is always there.
 * => a descriptor of the current process; -1 and errno: ENOENT, EEXIST, EINVAL,
 *    EISDIR, EFAULT, ENAMETOOLONG, ENXIO
 */
int	uvmsim_file(const char *path, int flags);
/* => 0; -1 and errno: EBADF; of truncate also EINVAL, EFBIG */
int	uvmsim_file_close(int fd);
int	uvmsim_file_truncate(int fd, long long size);
/*
 * fork(2) of the current process, which stays the parent; uvmsim_setpid() to
 * the result makes the caller the child.  => the child's pid; -1 and errno
 */
int	uvmsim_fork(void);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_H */
