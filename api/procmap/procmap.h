/*
 * procmap(1): the memory map of processes and of the kernel, dug out of kernel
 * memory through kvm(3), in the formats of OpenBSD's procmap of 2004.
 *
 *	options   argv -> struct procmap_options
 *	source    kvm(3) -> the structures of this header, whatever the
 *	          pointer width of the kernel that is looked at
 *	walk      the order of work: target, map, entry
 *	name      what backs an entry; cache: the kernel's name cache
 *	style     -a -d -l -m -s      dump  -D      table  -r -x
 *
 * Everything above source knows kernel memory only as 64-bit addresses and as
 * the structures below.  W, the width of an address in digits, is twice the
 * kernel's pointer size.
 *
 * Text goes to pm->out and complaints to pm->err, so that a test can look at
 * both.  A function that returns false has complained already; the program
 * then ends with status 1.
 */
#ifndef API_PROCMAP_PROCMAP_H
#define API_PROCMAP_PROCMAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* ------------------------------------------------------------ options ---- */

#define PROCMAP_NOPID	(-1)		/* no -p and no -P */

/*
 * Where the program of 2004 and its manual page differ: do as the program did
 * plus what the page wishes or promises besides (-r, -x, the `*' of -v -v); or
 * have -l -v name all entries, too; or do as the program did.
 */
enum procmap_compat { PROCMAP_DEFAULT, PROCMAP_MANUAL, PROCMAP_36 };

struct procmap_options {
	bool		all, ddb, linux_maps, map, solaris; /* -a -d -l -m -s */
	bool		reserved, shared;	/* -r -x */
	bool		self;			/* -P, and no -p after it */
	enum procmap_compat compat;		/* --compat= */
	int		verbose;		/* -v: 0, 1, 2 and more */
	int		debug;			/* -D bits */
	int		pid;			/* -p, or PROCMAP_NOPID */
	const char     *core, *system;		/* -M, -N, or NULL */
	char	      **operand;		/* pids, NULL-ended */
	int		noperands;
};

#define PROCMAP_D_VMSPACE	1
#define PROCMAP_D_MAP		2
#define PROCMAP_D_HEADER	4
#define PROCMAP_D_ENTRY		8
#define PROCMAP_D_CACHE		16

/* --------------------------------------------------- what is dug out ---- */

struct procmap_entry {
	uint64_t	addr;		/* of the structure itself */
	uint64_t	prev, next;
	uint64_t	start, end;
	uint64_t	object;		/* uvm_object or submap */
	uint64_t	offset;
	uint64_t	amap;
	int		pageoff;
	int		etype, protection, max_protection;
	int		inheritance, wired_count, advice;
	unsigned	flags;
};

#define PROCMAP_ET_OBJ		0x1
#define PROCMAP_ET_SUBMAP	0x2
#define PROCMAP_ET_COW		0x4
#define PROCMAP_ET_NEEDSCOPY	0x8

#define PROCMAP_READ		1
#define PROCMAP_WRITE		2
#define PROCMAP_EXEC		4

struct procmap_map {
	uint64_t	addr;
	uint64_t	pmap;
	struct procmap_entry header;	/* start, end: bounds of the map */
	int		nentries, ref_count;
	uint64_t	size;		/* bytes */
	int64_t		signed_size;	/* the same as the kernel's long */
	uint64_t	hint, first_free;
	unsigned	flags, timestamp;
};

struct procmap_vmspace {
	struct procmap_map map;		/* map.addr is the vmspace's too */
	int		refcnt;
	uint64_t	shm;
	int		rssize, swrss, tsize, dsize, ssize;	/* pages */
	uint64_t	taddr, daddr, maxsaddr, minsaddr;
};

struct procmap_proc {
	uint64_t	vmspace;
	uint32_t	uid;
	char		comm[32];
};

enum procmap_inode { PROCMAP_INO_NONE, PROCMAP_INO_UFS, PROCMAP_INO_ISO };

struct procmap_vnode {
	uint64_t	mount, data;
	uint64_t	id;		/* v_id, matched against nc_vpid */
	bool		root;		/* root of its file system */
	enum procmap_inode inode;	/* what v_data is; NONE: not asked */
};

struct procmap_ncp {			/* an entry of the name cache */
	uint64_t	next;
	uint64_t	vp, dvp;
	uint64_t	vpid, dvpid;
	int		nlen;
	char		name[32];
};

/* Pages of an entry that the pmap maps (-x), and which others have, too. */
struct procmap_resident {
	uint64_t	anon, anon_shared;	/* in the amap */
	uint64_t	object, object_shared;	/* in the object below */
	uint64_t	amap;		/* its address */
	int		amap_refs;	/* entries of all maps that have it */
};

enum procmap_symbol { PROCMAP_MAXSMAP, PROCMAP_VNODEOPS, PROCMAP_DEVICEOPS,
    PROCMAP_AOBJ_PAGER, PROCMAP_KERNEL_MAP, PROCMAP_NCHASHTBL, PROCMAP_NCHASH,
    PROCMAP_KERNEL_TEXT, PROCMAP_NSYMBOLS };

struct procmap;

/*
 * Where it all comes from: kernel memory in one pointer width (source.c), or a
 * test's own structures.  All return false after a complaint.
 */
struct procmap_source {
	unsigned	ptrsize;	/* 4 or 8 */
	uint64_t	maxdsiz;	/* largest data segment, bytes */
	/* *found: whether there is such a process */
	bool	(*proc)(struct procmap *, int pid, struct procmap_proc *,
		    bool *found);
	bool	(*vmspace)(struct procmap *, uint64_t,
		    struct procmap_vmspace *);
	bool	(*map)(struct procmap *, uint64_t, struct procmap_map *);
	bool	(*entry)(struct procmap *, uint64_t, struct procmap_entry *);
	bool	(*pgops)(struct procmap *, uint64_t object, uint64_t *);
	bool	(*vnode)(struct procmap *, uint64_t, struct procmap_vnode *);
	/* the mount point's path, ending in NUL */
	bool	(*mounted_on)(struct procmap *, uint64_t mount, char *path,
		    size_t);
	bool	(*inode)(struct procmap *, enum procmap_inode, uint64_t,
		    uint32_t *dev, int *ino);
	bool	(*device)(struct procmap *, uint64_t object, uint32_t *dev);
	bool	(*ncp)(struct procmap *, uint64_t, struct procmap_ncp *);
	/* n pointers at an address; one long */
	bool	(*pointers)(struct procmap *, uint64_t, uint64_t *, size_t n);
	bool	(*ulong)(struct procmap *, uint64_t, uint64_t *);
	bool	(*resident)(struct procmap *, const struct procmap_map *,
		    const struct procmap_entry *, struct procmap_resident *);
	/* "bpf0" of a character device; NULL: unknown */
	const char *(*devname)(struct procmap *, uint32_t dev);
};

/* ----------------------------------------------------------- the run ---- */

struct procmap_names;			/* the name cache, cache.c */

struct procmap {
	FILE	       *out, *err;
	const char     *progname;
	struct procmap_options opt;
	int		status;		/* of the program, once it ends */

	const struct procmap_source *src;
	void	       *kd;		/* kvm_t */
	int		w;		/* digits of an address */
	uint64_t	page_size;
	uint64_t	symbol[PROCMAP_NSYMBOLS];	/* 0: not found */
	uint64_t	maxsmap, maxdsiz;		/* bytes */
	uint64_t	kernel_map, nchashtbl;
	struct procmap_names *names;	/* NULL: not loaded yet */
};

/* An entry with all that is printed of it. */
struct procmap_line {
	const struct procmap_entry *e;
	uint64_t	vnode;		/* address, or 0 */
	uint32_t	dev;
	int		ino;		/* 0: not known */
	uint64_t	kbytes;		/* size, truncated */
	bool		stack, heap;	/* what the name says */
	char		name[1024];
};

/* The whole program.  => its exit status */
int	procmap_main(int argc, char **argv, FILE *out, FILE *err);

/* run.c */
void	procmap_warn(struct procmap *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/*
 * options.c: all of argv but the pids.
 * => false: the program ends here with pm->status; a complaint was printed
 */
bool	procmap_parse(struct procmap *, int argc, char **argv);
bool	procmap_usage(struct procmap *);	/* prints; => false */
/* A pid, the kernel's 0 included. => false: usage was printed */
bool	procmap_strtopid(struct procmap *, const char *, int *pid);

/*
 * source.c: open what -M and -N name and read what is needed once.
 * => false: complained (nothing to close)
 */
bool	procmap_open(struct procmap *);
bool	procmap_close(struct procmap *);
/* Who asks: the current simulated process, or an observer. */
int	procmap_getpid(struct procmap *);
int	procmap_getppid(struct procmap *);
uint32_t procmap_getuid(struct procmap *);

/* walk.c: one target, without its banner. */
bool	procmap_process(struct procmap *, int pid, const struct procmap_proc *);

/* name.c: fill in everything of a line but e and kbytes. */
bool	procmap_name(struct procmap *, const struct procmap_vmspace *,
	    struct procmap_line *);

/*
 * cache.c: the path of a vnode, as far as the name cache knows it, behind
 * where its file system is mounted.
 */
bool	procmap_path(struct procmap *, uint64_t vp,
	    const struct procmap_vnode *, const char *mounted_on, char *path,
	    size_t len);
void	procmap_forget(struct procmap *);

/* style.c: what each style prints before, for and after the entries. */
void	procmap_print_head(struct procmap *, const struct procmap_map *);
void	procmap_print_line(struct procmap *, const struct procmap_line *);
void	procmap_print_totals(struct procmap *, uint64_t kbytes);

/* "read/write/exec/shared", what applies of it */
#define PROCMAP_WORDS	sizeof("/read/write/exec/shared")
const char *procmap_words(int prot, bool shared, char text[PROCMAP_WORDS]);

/* dump.c: -D */
void	procmap_dump_vmspace(struct procmap *, const struct procmap_vmspace *);
void	procmap_dump_map(struct procmap *, const char *title,
	    const struct procmap_map *);
void	procmap_dump_entry(struct procmap *, const char *title,
	    const struct procmap_entry *);
void	procmap_dump_ncp(struct procmap *, const struct procmap_ncp *);

/*
 * table.c: -r and -x, in the formats of Solaris 7.  Rows are gathered while
 * the map is walked and printed behind all other styles.
 */
struct procmap_row {
	uint64_t	start, end;
	int		protection;
	bool		shared_map;	/* not copy-on-write */
	bool		stack, heap;
	struct procmap_resident pages;
	char	       *name;
};

struct procmap_table {
	struct procmap_row *row;
	size_t		n, max;
};

bool	procmap_table_add(struct procmap *, struct procmap_table *,
	    const struct procmap_map *, const struct procmap_line *);
bool	procmap_table_print(struct procmap *, struct procmap_table *,
	    int pid, const struct procmap_proc *,
	    const struct procmap_vmspace *);
void	procmap_table_free(struct procmap_table *);

#endif /* API_PROCMAP_PROCMAP_H */
