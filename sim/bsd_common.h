/*
 * What FreeBSD, NetBSD and OpenBSD have in common below their system calls.
 *
 * A personality's call is written as its manual and source order the checks;
 * the pieces that are the same in all three stand here: page ranges as the
 * calls take them, what a descriptor allows to be mapped, sizes that limits
 * are held against, the stack gap's memory, and the common constants.
 *
 * Two uvm_* calls in one system call stand between sim_bsd_begin() and
 * sim_bsd_end(): memory for both is reserved first, so that the second cannot
 * run out half-way.
 */
#ifndef SIM_BSD_COMMON_H
#define SIM_BSD_COMMON_H

#include "common.h"

#define BSD_FAIL(m, err, arg, value, why)				\
	sim_fail((m), (err), (arg), (value), 0, 0, (why))

/* ------------------------------------------------------------- ranges ---- */

struct sim_range {			/* page aligned, [start, end) */
	vaddr_t		start, end;
};

/*
 * (addr, len) of a call: the start is truncated, the end rounded up, modulo
 * the machine's pointer width; len 0 at an aligned address is empty.
 * => false when the end wraps below the start (r is then meaningless)
 */
bool	sim_bsd_range(const struct machine *, uint64_t addr, uint64_t len,
	    struct sim_range *r);
/* Largest address of the machine: 2^32 - 1 or 2^64 - 1. */
uint64_t sim_bsd_vamask(const struct machine *);
/* Cut a range to the map's bounds; what lies outside becomes empty. */
void	sim_bsd_clamp(const struct vm_map *, struct sim_range *);
/* => the range lies within the map's bounds (an empty one may too) */
bool	sim_bsd_inside(const struct vm_map *, const struct sim_range *);
/* First entry that ends behind va, or the map's header. */
struct vm_map_entry *sim_bsd_first(struct vm_map *, vaddr_t va);

/*
 * Call fn for the part of each entry in the range, in rising order, until one
 * returns an errno.  fn must not change the map's list.  => that errno, or 0
 */
typedef int sim_bsd_entry_fn(void *ctx, struct vm_map_entry *, vaddr_t start,
    vaddr_t end);
int	sim_bsd_walk(struct vm_map *, const struct sim_range *,
	    sim_bsd_entry_fn *, void *ctx);

/* ------------------------------------------------------------- limits ---- */

#define BSD_RLIM_INFINITY	((uint64_t)INT64_MAX)	/* and all above */

/* => size more bytes on top of used exceed limit (infinity never) */
bool	sim_bsd_over(uint64_t used, uint64_t size, uint64_t limit);
/* Wired bytes of the process's page table. */
uint64_t sim_bsd_wired(const struct process *);
/* Bytes mapped, without guards (FreeBSD does not count them). */
uint64_t sim_bsd_size_noguard(struct vm_map *);
/* Pages of object-less, accessible entries outside the stack (vm_dused). */
uint64_t sim_bsd_dused(const struct process *);

/* ------------------------------------------------------------- mapping --- */

/*
 * Host memory for two or three uvm_* calls on single ranges (and for undoing
 * them).  => 0 or ENOMEM; when 0, sim_bsd_end() must follow
 */
int	sim_bsd_begin(struct vm_map *);
void	sim_bsd_end(struct vm_map *);

bool	sim_bsd_is_zero(const struct sim_file *);	/* /dev/zero */
/*
 * The protection half of mmap of a file, the same in all BSDs: READ needs a
 * descriptor open for reading, a shared WRITE one open for writing.
 * => 0, or EACCES
 */
int	sim_bsd_file_prot(struct machine *, const struct sim_fd *,
	    vm_prot_t prot, bool shared, vm_prot_t *maxprot);

/* => true and *addr: a replay wants `place` and it is free */
bool	sim_bsd_place(struct vm_map *, const struct sim_call *, vsize_t size,
	    vaddr_t *addr);

/* Why uvm_map() has refused with this errno, a sentence for sim_fail(). */
const char *sim_bsd_unmapped(struct vm_map *, const struct uvm_map_args *,
	    int error);

/* Map the already resident pages of [start, end) that are not mapped yet,
 * read-only and unreferenced.  => number mapped */
uint64_t sim_bsd_prefault(struct vm_map *, vaddr_t start, vaddr_t end);
/* The same, but no page `pages' pages or more behind start: a larger page that
 * is mapped whole counts as one. */
uint64_t sim_bsd_prefault_some(struct vm_map *, vaddr_t start, vaddr_t end,
	    uint64_t pages);
/* Frame of the resident page at va in an entry, or PFN_NONE. */
pfn_t	sim_bsd_resident(struct vm_map *, struct vm_map_entry *, vaddr_t va);

/* ------------------------------------------------- NetBSD and OpenBSD ---- */

/* again: errors other than ENOMEM become EAGAIN */
int	sim_bsd_mlockall(struct machine *, struct process *,
	    const struct sim_call *, bool again);
sim_syscall_fn sim_bsd_munlockall, sim_bsd_sbrk, sim_bsd_mincore;

struct sim_bsd_msync {			/* the system's MS_* values */
	uint32_t	async, sync, invalidate;
	bool		may_async;	/* false: always synchronous */
};
/* => 0 and PGO_* in *pgo; EINVAL: none, unknown, or both kinds */
int	sim_bsd_msync_flags(struct machine *, const struct sim_call *,
	    const struct sim_bsd_msync *, unsigned *pgo);
/* An empty range becomes the entry that holds its start.  => 0 or EINVAL */
int	sim_bsd_msync_whole(struct machine *, struct process *,
	    const struct sim_call *, struct sim_range *);

struct sim_bsd_heap {			/* what the break is grown with */
	bool		amappad;	/* amap at once, with spare slots */
	uint16_t	flags;		/* UVM_MAP_* */
};
/* Map or unmap up to the new break.  => limits checked; 0 or ENOMEM */
int	sim_bsd_set_break(struct machine *, struct process *, uint64_t want,
	    const struct sim_bsd_heap *);

/* --------------------------------------------------------------- shmat --- */

struct sim_bsd_shm_rules {
	/* Where a segment goes when the caller does not say.  => 0, ENOMEM */
	int	      (*choose)(struct machine *, struct process *,
			    vsize_t size, vaddr_t *addr);
	bool		remap;		/* SHM_REMAP is known */
	uint8_t		advice;
	uint16_t	flags;		/* UVM_MAP_* of the entry */
	uint64_t	prefault;	/* pages mapped at once */
};
/* => 0 and *ret; EINVAL: id or address; EMFILE; ENOMEM */
int	sim_bsd_shmat(struct machine *, struct process *,
	    const struct sim_call *, const struct sim_bsd_shm_rules *,
	    uint64_t *ret);
sim_syscall_fn sim_bsd_shmdt;		/* EINVAL: not an attach address */

/* ---------------------------------------------------------- stack gap ---- */
/*
 * aux of a UVM_MAP_STACKGAP entry: guard bytes (page aligned), with the
 * protection (bits 0-2) and maximum (bits 4-6) that growth will give.
 */
#define SIM_GAP_BITS	((uint64_t)0xff)
static inline uint64_t
sim_gap_aux(uint64_t guard, vm_prot_t prot, vm_prot_t maxprot)
{
	return guard | prot | (uint64_t)maxprot << 4;
}

static inline uint64_t
sim_gap_guard(uint64_t aux)
{
	return aux & ~SIM_GAP_BITS;
}

static inline vm_prot_t
sim_gap_prot(uint64_t aux)
{
	return aux & VM_PROT_ALL;
}

static inline vm_prot_t
sim_gap_maxprot(uint64_t aux)
{
	return aux >> 4 & VM_PROT_ALL;
}

/* ---------------------------------------------------------------- exec --- */

/* Layout of an address space, for one pointer width. */
struct sim_bsd_layout {
	uint32_t	min;		/* lowest user page, if the geometry's
					   is not higher */
	vaddr_t		max;		/* end of user space; 0: geometry's */
	uint32_t	above;		/* pages between stack and that end */
	vaddr_t		text;		/* where the stand-in is linked */
	uint64_t	dfldsiz, maxdsiz;	/* RLIMIT_DATA soft, hard */
	uint64_t	dflssiz, maxssiz;	/* RLIMIT_STACK soft, hard */
};

struct sim_bsd_part {			/* of a module of the stand-in */
	uint32_t	size;		/* bytes, multiple of 4K */
	vm_prot_t	prot;
	bool		bss;		/* zero-filled, no file */
};

/*
 * The stand-in image: a program, its dynamic linker, and a C library, each
 * mapped as a run of parts from the start of its file.
 */
struct sim_bsd_system {
	struct sim_bsd_layout layout[2];	/* 64-bit, 32-bit */
	const char     *paths[3];	/* program, linker, library */
	uint16_t	flags;		/* UVM_MAP_* of all its entries */
	bool		rss_is_ram;	/* RLIMIT_RSS begins as all memory */
	int	      (*place)(struct machine *, struct process *,
			    vsize_t size, vaddr_t *addr);
	int	      (*stack)(struct machine *, struct process *,
			    const struct sim_bsd_layout *);
	/* What comes last; NULL: nothing. */
	int	      (*finish)(struct machine *, struct process *);
};

const struct sim_bsd_layout *sim_bsd_layout(const struct machine *,
	    const struct sim_bsd_system *);
/* End of user space: maxuser=, else the layout's or the machine's, whichever is
 * less. */
vaddr_t	sim_bsd_max(const struct machine *, const struct sim_bsd_layout *);
void	sim_bsd_limits(struct machine *, struct process *,
	    const struct sim_bsd_system *);
/* => 0, ENOMEM, EINVAL (segments) */
int	sim_bsd_exec(struct machine *, struct process *,
	    const struct sim_image *, const struct sim_bsd_system *);

/*
 * NetBSD's and OpenBSD's stack: mapped whole at exec, the part within the soft
 * limit accessible, the rest a reservation; setrlimit moves the border.
 */
int	sim_bsd_stack(struct machine *, struct process *,
	    const struct sim_bsd_layout *, uint16_t flags);
sim_syscall_fn sim_bsd_setrlimit;

/* -------------------------------------------------------------- signals -- */

struct sim_bsd_signal {
	int		err;		/* uvm_fault's; 0: any other */
	const char     *name, *code;
};
/* The first row that fits. */
void	sim_bsd_signal(const struct sim_bsd_signal *, int err,
	    struct sim_signal *);

#endif /* SIM_BSD_COMMON_H */
