/*
 * The machine: what every floor above drives.
 *
 * One machine = one virtual memory (struct vm), processes, simulated files and
 * segments, a clock, statistics, an event stream.  Nothing is global; a
 * thousand machines may run side by side in threads.
 *
 * One vocabulary: a script line, a trace record, a C caller and a prompt all
 * end in sim_syscall() or sim_access(), with the same checks, errors, events.
 *
 * Errors are errno values (the host's numbers inside the program; printed by
 * name) and a last-error record in the machine.  Nothing here prints or exits.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <errno.h>

/*
 * No memory for a hash table exits nothing: what could not be added has an
 * hh.tbl of NULL.  uthash leaves it out even if the table only cannot grow;
 * SIM_HASH_ADD() keeps such a table as it is, which is slower, but not wrong,
 * so that only the first element of all can fail to be added.
 */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#define SIM_HASH_ADD(head, key, len, add) do {				\
	HASH_ADD_KEYPTR(hh, head, key, len, add);			\
	if ((add)->hh.tbl == NULL && (head) != NULL) {			\
		(head)->hh.tbl->noexpand = 1;				\
		HASH_ADD_KEYPTR(hh, head, key, len, add);		\
		(head)->hh.tbl->noexpand = 0;				\
	}								\
} while (0)

#include "pmap/tlb.h"
#include "disk.h"
#include "tunables.h"
#include "vm/vm.h"

struct machine;
struct process;
struct sim_personality;
struct sim_mount;
struct sim_swapdev;
struct sim_oom_rule;

/* ------------------------------------------------------------- config ---- */

struct sim_config {
	const struct pmap_geometry *arch;	/* arch=amd64 */
	uint64_t	ram;		/* ram=64M; bytes */
	uint64_t	swap;		/* swap=0; bytes of all devices */
	char		swap_value[256]; /* as it was given, or "" (swap.h) */
	uint8_t		disk;		/* disk=flat: row of sim_disk_kinds */
	char		policy_value[128]; /* policy=uvm, as it was given */
	const struct vm_daemon *daemon;	/* of that; NULL: none, or a policy */
	const struct vm_policy *policy;	/* NULL: none */
	struct vm_policy_args policy_args;
	uint32_t	frames;		/* frames=0: pages of a process under a
					   policy; 0: what the machine has */
	bool		files;		/* policy= may name a shared object: of
					   the command line and of programs,
					   never of scripts and cores.  Not a
					   key */
	const struct mem_host *host;	/* who looks after the host's memory,
					   or NULL.  Not a key */
	bool		foresight;	/* vm.future will be set: a policy may
					   ask for it.  Not a key */
	uint64_t	seed;		/* seed=1 */
	vaddr_t		maxuser;	/* maxuser=0: end of the user address
					   space; 0: as the system has it */
	const struct sim_personality *personality; /* personality=freebsd */
	uint8_t		superpages;	/* superpages=: enum vm_superpages */
	uint8_t		numa;		/* numa=first-touch: enum vm_numa */
	uint32_t	domains;	/* domains=1: of memory */
	uint32_t	cpus;		/* cpus=1: processors */
	struct tlb_preset tlb;	/* tlb=off: name is NULL, no model */
	char		tlb_value[256];	/* as it was given, or "" */
	bool		tags;		/* tags=on: keep content tags */
	bool		check;		/* check=off: machine_check() after
					   every operation */
};

#define SIM_MIN_PAGE	((uint64_t)4 << 10)	/* of all machines; the keys may
						   come in any order, so whole
						   pages of the one chosen are
						   looked for at the end */
#define SIM_MIN_PAGES	16		/* of RAM */
#define SIM_MIN_RAM	(SIM_MIN_PAGES * SIM_MIN_PAGE)
#define SIM_MAX_RAM	((uint64_t)8 << 40)	/* frame numbers are 32 bits */
#define SIM_MIN_MAXUSER	((vaddr_t)1 << 30)	/* room for an image */

void	sim_config_default(struct sim_config *);
/* The words of superpages= and numa=. */
const char *sim_superpages_name(uint8_t);
const char *sim_numa_name(uint8_t);
/*
 * Set from "KEY=VALUE" (one pair).  => 0; EINVAL and one sentence in err
 * (names the key, the value, what is allowed; suggests near words).
 */
int	sim_config_set(struct sim_config *, const char *pair, char *err,
	    size_t errlen);
/* Sizes: 4096, 64K, 16M, 2G, 1T, 0x1000. => 0 or EINVAL */
int	sim_parse_size(const char *, uint64_t *);

/* ------------------------------------------------------------- errors ---- */

struct sim_error {
	int		err;		/* errno value, 0 none */
	const char     *op;		/* system call or operation */
	const char     *arg;		/* offending argument's name, or NULL */
	uint64_t	value;		/* its value */
	uint64_t	lo, hi;		/* lawful range, if hi != 0 */
	const char     *why;		/* one plain sentence, static text */
};

const char *sim_errname(int err);		/* "ENOMEM"; "E?" if unknown */
int	sim_errbyname(const char *);		/* -1 if unknown */

/* -------------------------------------------------------------- files ---- */

/* DEV: device memory, frames of its own; BLK: a disk to swap to */
enum sim_file_kind { SIM_FILE_REG, SIM_FILE_SHM, SIM_FILE_DEV, SIM_FILE_DIR,
    SIM_FILE_BLK };

/*
 * A simulated file: content is a hash of its seed and the index of the page (of
 * the machine's own pages), so that "which bytes does this page hold" is a
 * question with an answer.
 */
struct sim_file {
	char	       *path;		/* key */
	enum sim_file_kind kind;
	uint32_t	dev, ino;	/* dev: major << 8 | minor; of a device
					   its own, else its file system's */
	bool		own_dev;	/* dev was given with the file */
	uint8_t		disk;		/* BLK: row of sim_disk_kinds */
	uint32_t	links;		/* 0: unlinked, lives while used */
	uint32_t	opens;
	struct vm_object *object;	/* the file holds one reference */
	UT_hash_handle	hh;
};

struct sim_fd {
	struct sim_file *file;		/* NULL: free */
	vm_prot_t	mode;		/* READ, WRITE as opened */
};

/* System V segment. */
struct sim_shm {
	int		id;
	int64_t		key;
	uint64_t	size;		/* bytes */
	uint32_t	nattch;
	bool		removed;	/* IPC_RMID: goes at the last detach */
	struct vm_object *object;
	UT_hash_handle	hh;		/* by id */
};

struct sim_attach {			/* one shmat of a process */
	vaddr_t		addr;
	struct sim_shm *shm;
	struct sim_attach *next;
};

/* ---------------------------------------------------------- processes ---- */

enum sim_limit { SIM_RLIMIT_AS, SIM_RLIMIT_DATA, SIM_RLIMIT_STACK,
    SIM_RLIMIT_MEMLOCK, SIM_RLIMIT_RSS, SIM_NLIMITS };
#define SIM_RLIM_INFINITY UINT64_MAX

struct sim_rlimit { uint64_t cur, max; };

enum sim_state { SIM_RUNNING, SIM_EXITED };

/* What a kernel knows of a process and its tools ask; scripts set them. */
#define SIM_P_SUGID	0x1		/* changed credentials since exec */
#define SIM_P_NOTRACE	0x2		/* has refused to be looked at */
#define SIM_P_INEXEC	0x4		/* stopped in the middle of exec */
#define SIM_P_WEXIT	0x8		/* stopped on its way out */
#define SIM_P_PROTECTED	0x10		/* FreeBSD: not killed for memory */
#define SIM_P_DANGER	0x20		/* AIX: handles SIGDANGER */
#define SIM_P_SUSPENDED	0x40		/* AIX: by load control */
#define SIM_P_ALL	0x7f

struct process {
	int		pid, ppid;
	char	       *name;		/* unique among the living */
	char	       *image;		/* path of what it runs, or NULL */
	uint32_t	uid, gid;
	const struct sim_personality *personality;
	struct vmspace *vmspace;	/* NULL once exited */
	enum sim_state	state;
	int		exit_status;
	int		exit_signal;	/* 0, or the signal that killed it */
	struct process *vfork_parent;	/* runs in its parent's space */
	struct sim_rlimit rlimit[SIM_NLIMITS];
	struct sim_fd  *fd;
	int		nfd;
	struct sim_attach *attaches;
	/* layout, set by exec */
	vaddr_t		brk_start, brk;	/* bytes; brk unrounded */
	vaddr_t		stack_top;
	vaddr_t		mmap_base;	/* default search start */
	vaddr_t		anon_loc;	/* FreeBSD: anonymous clustering */
	uint64_t	personality_flags; /* the personality's own bits */
	uint32_t	pflags;		/* SIM_P_* */
	uint32_t	cpu;		/* it runs on, from 0 */
	uint64_t	nsyscalls, nrefs;
	/* What getrusage(2) tells: faults without and with reading, and how
	   often it was suspended for want of memory. */
	uint64_t	minflt, majflt, nswap;
	/* Its operations waited for memory so often, and gained frames. */
	uint64_t	waits, wait_pages;
	int16_t		oom_score_adj;	/* Linux: -1000 .. 1000 */
	/* AIX's paging (aix_paging.h): SIGDANGERs that it got; faults and
	   repages since load control looked, and when it was let go on, s */
	uint32_t	dangers;
	uint64_t	aix_faults, aix_repages, aix_resumed;
	UT_hash_handle	hh;		/* by pid */
};

/* --------------------------------------------------------------- exec ---- */

enum sim_seg_kind { SIM_SEG_FILE, SIM_SEG_ANON, SIM_SEG_HEAP, SIM_SEG_STACK,
    SIM_SEG_SPECIAL };

struct sim_segment {
	vaddr_t		start, end;	/* page aligned */
	vm_prot_t	prot;
	bool		shared;
	enum sim_seg_kind kind;
	uint64_t	offset;		/* bytes */
	const char     *path;		/* file, or "[vdso]" for SPECIAL */
};

/*
 * What exec maps.  With segments NULL the personality's stand-in image is
 * used: text, data, bss, dynamic loader and stack at its default layout.
 */
struct sim_image {
	const char     *path;
	const struct sim_segment *segments;
	size_t		nsegments;
	vaddr_t		brk_start;	/* 0: behind the last data segment */
};

/* ------------------------------------------------------- system calls ---- */

/*	id, name, number of numeric arguments, takes a string */
#define SIM_SYSCALLS(X)							\
	X(MMAP,		"mmap",		6, false)			\
	X(MUNMAP,	"munmap",	2, false)			\
	X(MPROTECT,	"mprotect",	3, false)			\
	X(MINHERIT,	"minherit",	3, false)			\
	X(MADVISE,	"madvise",	3, false)			\
	X(POSIX_MADVISE, "posix_madvise", 3, false)			\
	X(MLOCK,	"mlock",	2, false)			\
	X(MLOCK2,	"mlock2",	3, false)			\
	X(MUNLOCK,	"munlock",	2, false)			\
	X(MLOCKALL,	"mlockall",	1, false)			\
	X(MUNLOCKALL,	"munlockall",	0, false)			\
	X(MSYNC,	"msync",	3, false)			\
	X(MINCORE,	"mincore",	3, false)			\
	X(MREMAP,	"mremap",	5, false)			\
	X(REMAP_FILE_PAGES, "remap_file_pages", 5, false)		\
	X(BRK,		"brk",		1, false)			\
	X(SBRK,		"sbrk",		1, false)			\
	X(FORK,		"fork",		0, true)	/* child's name */ \
	X(VFORK,	"vfork",	0, true)			\
	X(EXEC,		"exec",		0, true)	/* path */	\
	X(EXIT,		"exit",		1, false)			\
	X(SHMGET,	"shmget",	3, false)			\
	X(SHMAT,	"shmat",	3, false)			\
	X(SHMDT,	"shmdt",	1, false)			\
	X(SHMCTL,	"shmctl",	3, false)			\
	X(SHM_OPEN,	"shm_open",	2, true)	/* flags, mode */ \
	X(SHM_UNLINK,	"shm_unlink",	0, true)			\
	X(MEMFD_CREATE,	"memfd_create",	1, true)			\
	X(OPEN,		"open",		2, true)			\
	X(CLOSE,	"close",	1, false)			\
	X(UNLINK,	"unlink",	0, true)			\
	X(FTRUNCATE,	"ftruncate",	2, false)			\
	X(SETRLIMIT,	"setrlimit",	3, false) /* sim_limit, cur, max */ \
	/* the machine's own: run on processor N; wait N seconds */	\
	X(CPU,		"cpu",		1, false)			\
	X(SLEEP,	"sleep",	1, false)			\
	X(SWAPON,	"swapon",	1, true)	/* flags: Linux */ \
	X(SWAPOFF,	"swapoff",	0, true)			\
	X(SWAPCTL,	"swapctl",	2, true)	/* cmd, misc */

enum sim_sysno {
#define X(id, name, nargs, str) SIM_SYS_##id,
	SIM_SYSCALLS(X)
#undef X
	SIM_NSYSCALLS
};

/*
 * Arguments are numbers of the process's own system (its MAP_ANON, its
 * MADV_FREE), in the order of its manual page; -1 is UINT64_MAX.
 */
struct sim_call {
	enum sim_sysno	no;
	uint64_t	arg[6];
	const char     *str;		/* path or name, if it has one */
	const struct sim_image *image;	/* exec: NULL = stand-in */
	uint8_t	       *vec;		/* mincore: one byte a page, or NULL */
	uint64_t	vec_len;
	/*
	 * Replays: where the recorded kernel put it.  A call that chooses an
	 * address takes this one if it is free; 0: choose freely.
	 */
	vaddr_t		place;
	int		pid;		/* fork: the child's, or 0: any */
	/*
	 * Replays: the recorded kernel refused with this errno for a reason
	 * that is not in the machine (a disk, a policy).  A call that passes
	 * all its own checks then fails with it, nothing done.  Linux only.
	 */
	int		refuse;
};

/*
 * The one way in.  => 0 and *ret (address, id, pid, 0); or an errno, with
 * machine->error filled in.  On failure the state is unchanged (exceptions are
 * the personality's documented partial effects).
 */
int	sim_syscall(struct machine *, struct process *,
	    const struct sim_call *, uint64_t *ret);
const char *sim_sysname(enum sim_sysno);
int	sim_sysbyname(const char *);		/* -1 if unknown */

/* ------------------------------------------------------------ accesses ---- */

struct sim_signal {
	int		err;		/* uvm_fault's errno, 0: no fault */
	const char     *signame;	/* "SIGSEGV" */
	const char     *code;		/* "SEGV_ACCERR" */
	vaddr_t		addr;		/* first address that failed */
};

/*
 * Touch every page of [va, va + len) once, in rising order; type is
 * VM_PROT_READ/_WRITE/_EXEC.  A write stamps each page with a stamp of its own
 * (machine->stamp counts up).  => 0, or uvm_fault's errno and *sig (may be
 * NULL); pages before the failing one have been touched.  Stack growth is
 * tried as the personality does.  EINTR: ended by machine->stop_fn.
 */
int	sim_access(struct machine *, struct process *, vaddr_t va, vsize_t len,
	    vm_prot_t type, struct sim_signal *sig);
/*
 * n references of a page each, in order, each an operation; all their writes
 * leave the same stamp.  access_fn is not told of them.
 * => as sim_access(); *done: how many were made (the next one failed)
 */
int	sim_access_batch(struct machine *, struct process *,
	    const struct vm_ref *, size_t n, size_t *done,
	    struct sim_signal *sig);

/* --------------------------------------------------------- personality ---- */

struct sim_const {			/* a named constant of a system */
	const char     *group;		/* "prot", "map", "madv", ...; "page":
					   the value is in base pages */
	const char     *name;		/* "MAP_PRIVATE" */
	uint64_t	value;
};

typedef int sim_syscall_fn(struct machine *, struct process *,
    const struct sim_call *, uint64_t *ret);

struct sim_personality {
	const char     *name;		/* as in personality=NAME */
	const char     *summary;
	sim_syscall_fn *sys[SIM_NSYSCALLS];	/* NULL: ENOSYS */
	const struct sim_const *consts;	/* ends with a NULL name */
	uint32_t	mapflags;	/* VM_MAP_* of its vmspaces */
	/* Fill a fresh process's limits and layout before any image. */
	void	      (*limits)(struct machine *, struct process *);
	/* Map an image (NULL segments: the stand-in) into an empty space. */
	int	      (*exec)(struct machine *, struct process *,
			    const struct sim_image *);
	/* A fault at va failed with err: grow the stack?  => true: retry */
	bool	      (*grow)(struct machine *, struct process *, vaddr_t va,
			    int err);
	/* Turn uvm_fault's errno into what the process sees. */
	void	      (*signal)(int err, struct sim_signal *);
	/* Who is killed when no memory can be had (oom.h). */
	const struct sim_oom_rule *oom;
	bool		rss_limit;	/* RLIMIT_RSS counts (rss.h) */
};

extern const struct sim_personality sim_freebsd, sim_netbsd, sim_openbsd,
    sim_linux;
extern const struct sim_personality *const sim_personalities[]; /* NULL-ended */
const struct sim_personality *sim_personality_byname(const char *);
/* => 0 and *value; EINVAL: unknown name.  Names are whole (MAP_ANON). */
int	sim_const_value(const struct sim_personality *, const char *name,
	    uint64_t *value);
/* The same as a process of this machine has it: those in pages are in bytes. */
int	sim_const_here(const struct machine *, const struct sim_personality *,
	    const char *name, uint64_t *value);

/* ------------------------------------------------------------- machine ---- */

#define SIM_NSUBMAPS	4

/* A kernel address that a script has fixed. */
struct sim_kvafix {
	uint64_t	addr;
	uint32_t	id;
	uint8_t		kind;		/* enum sim_kva_kind */
};
#define SIM_MAXKVAFIX	1024

#define SIM_MAXPID	99999999	/* more than any of the systems has */

struct machine {
	struct sim_config config;
	struct mem     *mem;
	uint8_t		page_shift;	/* log2 of the base page */
	struct vm	vm;
	struct process *procs;		/* uthash by pid; the living and the
					   exited not yet reaped */
	struct process *kernel;		/* process 0 */
	struct vm_map	submaps[SIM_NSUBMAPS];	/* of the kernel map */
	struct sim_file *files;		/* uthash by path */
	struct sim_file *unlinked;	/* list by hh.next: links == 0 */
	struct sim_shm *shms;		/* uthash by id */
	int		next_pid, next_shmid;
	uint32_t	next_ino;
	uint64_t	rng;		/* state of the one generator */
	uint64_t	stamp;		/* last write stamp given */
	uint64_t	nops;		/* operations done (calls, accesses) */
	uint64_t	changes;	/* counts whatever may have changed the
					   state; for those who keep pointers */
	struct sim_tunables tunables;
	struct sim_kvafix *kvafix;	/* SIM_MAXKVAFIX, NULL: none yet */
	uint32_t	nkvafix;	/* in the order of their making */
	struct sim_mount *mounts;	/* sim/namecache.h; NULL: none yet */
	uint32_t	nmounts;
	char	      **dropped;	/* paths not in the name cache */
	uint32_t	ndropped;
	struct sim_error error;		/* of the last failed operation */
	char		check_text[200]; /* check=on: what it found */
	/* counters that are not the VM's */
	uint64_t	next_scan;	/* of the collapsing daemon, ns */
	uint64_t	slept;		/* by sleep, ns; part of the clock */
	struct sim_disk_counters io;	/* of all disks; its wait is part of
					   the clock, too */
	struct sim_disk *disk[SIM_MAXDISKS];	/* NULL: no such disk */
	uint64_t	io_fail[SIM_IO_NTARGETS][2]; /* the n-th next read,
					   write fails; 0: none */
	struct sim_swapdev *swapdev[VM_SWAP_MAXDEVS]; /* swap.h; NULL: row is
					   free */
	uint64_t	oom_kills;	/* processes killed for memory */
	struct {			/* aix_paging.h: who acts, and the
					   counters when that began */
		int	pid;
		uint64_t faults, repages;
	} aix_run;
	uint64_t	syscalls[SIM_NSYSCALLS];
	/* Every finished operation is reported here (recorder, explain). */
	void	      (*op_fn)(void *ctx, struct machine *,
			    struct process *, const struct sim_call *,
			    int err, uint64_t ret);
	void	      (*access_fn)(void *ctx, struct machine *,
			    struct process *, vaddr_t va, vsize_t len,
			    vm_prot_t type, int err);
	void	       *op_ctx;
	/* A long access asks now and then whether it is to end between two of
	   its pages, and says in stopped that it has.  NULL: nobody wants to */
	bool	      (*stop_fn)(void *ctx);
	void	       *stop_ctx;
	bool		stopped;
	/* Somebody wants to look on, as soon as sample_at operations have been
	   done, between two of them; he sets the next time.  NULL: nobody. */
	void	      (*sample_fn)(void *ctx, struct machine *);
	void	       *sample_ctx;
	uint64_t	sample_at;
};

/* => 0 and *out; ENOMEM; EINVAL (config makes no machine), why in err */
int	sim_machine_create(const struct sim_config *, struct machine **out,
	    char *err, size_t errlen);
void	sim_machine_destroy(struct machine *);

/*
 * A new process from nothing (a script's spawn): empty file table, fresh
 * address space with `image` (NULL: the personality's stand-in).  pid 0: next.
 */
int	sim_spawn(struct machine *, const char *name, int pid,
	    const struct sim_personality *, const struct sim_image *image,
	    struct process **out);
struct process *sim_process_bypid(struct machine *, int pid);
struct process *sim_process_byname(struct machine *, const char *);
/* End a process (exit, or killed by signo); its space goes. */
void	sim_process_exit(struct machine *, struct process *, int status,
	    int signo);
/* Forget an exited process. */
void	sim_process_reap(struct machine *, struct process *);

/* Find or create a file; size is used when it is created. => NULL: ENOMEM */
struct sim_file *sim_file_get(struct machine *, const char *path,
	    uint64_t size, enum sim_file_kind);
struct sim_file *sim_file_byobject(struct machine *, struct vm_object *);
/* Name of what an object is: path, "/dev/zero", "/SYSV%08x"; NULL if none */
const char *sim_object_name(struct machine *, struct vm_object *, char *buf,
	    size_t len);

uint64_t sim_random(struct machine *);		/* 64 bits */
/* All sleeps of a machine together: a thousand days. */
#define SIM_MAX_SLEPT	((uint64_t)86400 * 1000 * 1000000000)
uint64_t sim_clock(const struct machine *);	/* simulated ns since start */
uint64_t sim_clock_disk(const struct machine *); /* waiting, of those */

/*
 * Simulated kernel addresses (sim/kva.c).  Each kind of kernel object has a
 * stretch of the kernel's address space; id 0 has address 0 (NULL).  A script
 * may have fixed an object's address; the address belongs to the object's slot,
 * so that the next object of the same number has it too, as with a pool.
 *
 * No two objects have the same address.  A 32-bit machine has room for so many
 * of a kind only (SIM_KVA_ENTRY: 3 million; Sv39: 6 million): those beyond have
 * address 0, at which any walk along pointers ends.  Maps, whose numbers are
 * never used again, take the addresses of maps long gone.
 */
enum sim_kva_kind { SIM_KVA_MAP, SIM_KVA_ENTRY, SIM_KVA_OBJECT, SIM_KVA_AMAP,
    SIM_KVA_PMAP, SIM_KVA_ANON, SIM_KVA_PAGE, SIM_KVA_PV, SIM_KVA_DIR,
    SIM_KVA_INODE, SIM_KVA_MOUNT, SIM_KVA_NAMECACHE, SIM_KVA_PROC,
    SIM_KVA_DATA, SIM_KVA_TEXT, SIM_NKVA };
uint64_t sim_kva(const struct machine *, enum sim_kva_kind, uint32_t id);
/* Bytes that an object of the kind has to itself from its address on. */
uint32_t sim_kva_size(const struct machine *, enum sim_kva_kind);
/*
 * Fix an address; one fixed before moves.  => 0; EINVAL: id 0, or not within
 * the kernel's half of the address space (on a 32-bit machine all from the end
 * of the user's half on); EEXIST: part of it is another fixed object's; ENOSPC:
 * SIM_MAXKVAFIX are fixed; ENOMEM.  machine->error says which
 */
int	sim_kva_fix(struct machine *, enum sim_kva_kind, uint32_t id,
	    uint64_t addr);
/*
 * Whose address is it?  => true, what stands there and how far into it addr is;
 * whether there is an object of that number now is for the caller to see
 */
bool	sim_kva_find(const struct machine *, uint64_t addr,
	    enum sim_kva_kind *, uint32_t *id, uint32_t *offset);
/* End of the user half: maxuser=, or the machine's own. */
vaddr_t	sim_user_end(const struct machine *);
uint64_t sim_kva_map(const struct machine *, const struct vm_map *);
uint64_t sim_kva_entry(const struct machine *, const struct vm_map_entry *);
uint64_t sim_kva_object(const struct machine *, const struct vm_object *);
uint64_t sim_kva_amap(const struct machine *, const struct vm_amap *);
uint64_t sim_kva_pmap(const struct machine *, const struct pmap *);

/* => NULL, or the first broken invariant of the whole state, in buf */
const char *machine_check(struct machine *, char *buf, size_t len);

/* Core files (docs/man/uvmsim-core.5). */
int	sim_core_save(struct machine *, const char *path, char *err,
	    size_t errlen);
int	sim_core_load(const char *path, struct machine **, char *err,
	    size_t errlen);
/* Does the file begin as a core does?  Pipes and devices are none, unread.
   => 0, or an errno: it cannot be told */
int	sim_core_sniff(const char *path, bool *core, bool *empty);
/* The same bytes in memory, malloc'ed.  Only what was saved so may be loaded
   so: it is believed to be sound. => 0 and *data; an errno */
int	sim_core_save_memory(struct machine *, uint8_t **data, size_t *len);
int	sim_core_load_memory(const void *data, size_t len, struct machine **,
	    char *err, size_t errlen);

#endif /* SIM_SIM_H */
