/*
 * procfs: the simulated processes as a tree of files like /proc, for tools that
 * read such a tree.  docs/procfs.md is the table of what each figure means.
 *
 *	tree      styles -> directories and files, whole or not at all
 *	 |  process files               machine files
 *	 +- maps     maps, smaps*       system  uptime, stat, meminfo, self/
 *	 +- stat     stat, statm, status, cmdline, comm
 *	 +- pagemap                    swap    swaps
 *	 +- bsd      map, status of FreeBSD and NetBSD
 *	      |
 *	     area    a line of maps: one or several map entries
 *	     account the pages of an area that the process has mapped
 *	     swap    and those that are in swap
 *
 * Nothing here changes the machine, not even the hint of a map.  All figures
 * come from the machine: no time, name or address of the host is in the tree.
 */
#ifndef API_PROCFS_PROCFS_H
#define API_PROCFS_PROCFS_H

#include <stdio.h>

#include "sim/sim.h"

/* Whose /proc it is: decides which files there are and what is in `map'. */
enum procfs_style { PROCFS_LINUX, PROCFS_FREEBSD, PROCFS_NETBSD,
    PROCFS_NSTYLES };
extern const char *const procfs_style_names[PROCFS_NSTYLES];

/*
 * Write the tree of all running processes as the directory dir, which must not
 * exist or be empty.  It is built beside dir and renamed when complete.
 * => 0; or an errno and one sentence in err, and nothing is left
 */
int	procfs_write(struct machine *, enum procfs_style, const char *dir,
	    char *err, size_t errlen);

/* -------------------------------------------------------------- areas ---- */

/*
 * A line of maps.  Of a Linux process it is what Linux has as one area; of the
 * others it is one map entry.
 */
struct procfs_area {
	struct vm_map_entry *entry;	/* the first one */
	vaddr_t		start, end;
	vm_prot_t	prot;		/* as the process sees it */
	bool		shared;		/* writes go to the object */
	bool		locked;		/* wired, or to be when touched */
	bool		charged;	/* private memory that must be there
					   when wanted: writable, or once
					   written */
	bool		heap, stack;	/* anonymous, and part of it */
	uint64_t	offset;		/* bytes into the object; 0: none */
	uint32_t	dev;		/* major << 8 | minor; 0: none */
	uint64_t	ino;		/* 0: none */
	const char     *name;		/* path or [NAME]; "": none.  May point
					   into buf */
	bool		deleted;	/* the path is gone */
	char		buf[40];
};

/*
 * The area that begins with entry e (first: the header's next).  A pointer to
 * an area moves with it: do not copy the structure.
 * => the entry that begins the next one; the map's header behind the last
 */
struct vm_map_entry *procfs_area(struct machine *, const struct process *,
	    struct vm_map_entry *e, struct procfs_area *);

/* The path of what a process runs: its image, else the file under its text;
 * NULL: none */
const char *procfs_image(struct machine *, const struct process *, char *buf,
	    size_t len);

/* -------------------------------------------------------------- pages ---- */

/*
 * Sums over the pages that the process's page table maps.  All in bytes; the
 * proportional ones (PSS*, LOCKED) in 1/4096 byte, as Linux keeps them.
 */
enum procfs_count { PROCFS_ZERO, PROCFS_RSS, PROCFS_PSS, PROCFS_PSS_DIRTY,
    PROCFS_PSS_ANON, PROCFS_PSS_FILE, PROCFS_PSS_SHMEM, PROCFS_SHARED_CLEAN,
    PROCFS_SHARED_DIRTY, PROCFS_PRIVATE_CLEAN, PROCFS_PRIVATE_DIRTY,
    PROCFS_REFERENCED, PROCFS_ANON, PROCFS_FILE, PROCFS_SHMEM,
    PROCFS_HUGE_ANON, PROCFS_HUGE_FILE, PROCFS_HUGE_SHMEM, PROCFS_LOCKED,
    PROCFS_LAZYFREE, PROCFS_SWAP, PROCFS_SWAP_PSS, PROCFS_SWAP_ANON,
    PROCFS_NCOUNTS };
#define PROCFS_PSS_SHIFT	12

struct procfs_pages {
	uint64_t	count[PROCFS_NCOUNTS];
};

struct procfs_process;

/* Add the pages of an area. */
void	procfs_account(const struct procfs_process *,
	    const struct procfs_area *, struct procfs_pages *);

/* Add those of its pages that are in swap only (swap.c). */
void	procfs_account_swap(const struct procfs_process *,
	    const struct procfs_area *, struct procfs_pages *);

/*
 * How many entries of address spaces see each anon: who has a share of one that
 * is in swap.  => 0 and *out, by name, which the caller frees; NULL: nothing is
 * in swap; or ENOMEM
 */
int	procfs_sharers(struct machine *, uint32_t **out);

/* A private page that is in swap only. */
struct procfs_out {
	vaddr_t		va;
	uint32_t	anon;
	uint32_t	slot;
};

/* The next one in [*va, end) of an entry; *va becomes the address behind it.
 * => false: none */
bool	procfs_next_out(const struct machine *,
	    const struct vm_map_entry *, vaddr_t *va, vaddr_t end,
	    struct procfs_out *);

/* Of the machine's swap; pages. */
struct procfs_swap {
	uint64_t	total, free;
	uint64_t	cached;		/* slots whose page is in memory, too */
};
void	procfs_swap_total(const struct machine *, struct procfs_swap *);

/* What one page table entry maps. */
struct procfs_page {
	pfn_t		frame;
	unsigned	mappings;	/* of the frame, everywhere; >= 1 */
	bool		huge;		/* by an entry above the lowest level */
	bool		dirty, referenced;
	bool		lazyfree;	/* given up (MADV_FREE), still there */
	enum procfs_count kind;		/* PROCFS_ANON, _FILE or _SHMEM */
};

/* => false: nothing is mapped at va */
bool	procfs_page(struct machine *, const struct process *, vaddr_t va,
	    struct procfs_page *);

/* ---------------------------------------------------------- processes ---- */

/* Of a whole process; bytes. */
struct procfs_process {
	struct machine *m;
	struct process *p;
	const uint32_t *sharers;	/* as procfs_sharers() gives them */
	struct procfs_pages pages;
	vaddr_t		low, high;	/* of all areas; 0, 0: none */
	uint64_t	size;		/* of all areas */
	uint64_t	locked;		/* of locked areas */
	uint64_t	data, stack, exec; /* writable; stack; executable */
	uint64_t	text;		/* of exec, the program's own */
	vaddr_t		startstack;	/* in the stack's area; 0: no stack */
};

/* sharers: stays the caller's */
void	procfs_process_sum(struct machine *, struct process *,
	    const uint32_t *sharers, struct procfs_process *);

/* -------------------------------------------------------------- files ---- */

/* Write one file of a process.  => 0 or an errno; fp keeps its own errors */
typedef int procfs_file_fn(FILE *, const struct procfs_process *);

procfs_file_fn procfs_maps, procfs_smaps, procfs_smaps_rollup,	/* maps.c */
    procfs_pagemap,						/* pagemap.c */
    procfs_stat, procfs_statm, procfs_status, procfs_cmdline, procfs_comm,
    procfs_freebsd_map, procfs_freebsd_status,			/* bsd.c */
    procfs_netbsd_map, procfs_netbsd_maps, procfs_netbsd_status;

/* One file of the machine. */
typedef int procfs_system_fn(FILE *, struct machine *);

procfs_system_fn procfs_uptime, procfs_version, procfs_system_stat,
    procfs_meminfo, procfs_netbsd_meminfo, procfs_vmstat, procfs_loadavg,
    procfs_cpuinfo, procfs_swaps,
    procfs_self_maps, procfs_self_stat, procfs_self_status;

/* Bytes of Linux's huge page: what an entry above the lowest level maps. */
static inline uint64_t
procfs_hugepage(const struct machine *m)
{
	const struct pmap_geometry *geo = m->config.arch;

	return (uint64_t)1 << geo->shift[geo->nlevels - 2];
}

/* A name as /proc shows it: newlines as \012. */
void	procfs_put_path(FILE *, const char *);

#endif /* API_PROCFS_PROCFS_H */
