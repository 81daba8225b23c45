/*
 * Inside of the Linux personality: what its files share.
 *
 * Facts follow Linux 6.18 on x86-64 as its manual pages (man-pages 6) describe
 * it and as it was seen to behave: overcommit mode 0, vm.max_map_count 65530,
 * vm.mmap_min_addr 65536, stack guard gap of 256 pages, transparent huge pages
 * on request.
 *
 * A Linux area (VMA) is one or several map entries: the core may keep borders
 * that Linux does not have (amaps, wiring).  linux_area_at() joins them again,
 * so that "within one area" means what it means there.
 *
 * VM_LOCKED and VM_LOCKONFAULT are entry flags; the wiring of the pages follows
 * them as far as memory allows, as Linux's own population does.
 */
#ifndef SIM_PERSONALITY_LINUX_H
#define SIM_PERSONALITY_LINUX_H

#include "common.h"

/* Entry flags of this personality's own, and what its maps remember. */
#define LINUX_LOCKED		0x0002	/* mlock */
#define LINUX_ONFAULT		0x0004	/* MLOCK_ONFAULT */
#define LINUX_WIPE		0x0100	/* fork wipes it, when it has it at all
					   (FreeBSD's NOSYNC has that bit) */
#define LINUX_DROPPABLE		0x8000	/* MAP_DROPPABLE */
#define LINUX_MAP_FUTURE	0x100000u /* mlockall(MCL_FUTURE) */
#define LINUX_MAP_ONFAULT	0x200000u /* ... with MCL_ONFAULT */

/* An entry under MADV_GUARD_INSTALL has no access; aux holds the area's own. */
#define LINUX_GUARD_AUX		0x100u

#define LINUX_MIN_ADDR		((vaddr_t)65536)
#define LINUX_MAX_MAP_COUNT	65530u
#define LINUX_GUARD_GAP(o)	pg_ptoa(o, 256)
/* What one whole leaf table maps, with entries of 8 bytes: 2M on 4K pages. */
#define LINUX_HUGE(o)		((vsize_t)1 << (2 * (o)->page_shift - 3))

#define LINUX_PROT_SEM		0x8u
#define LINUX_PROT_GROWSDOWN	0x01000000u
#define LINUX_PROT_GROWSUP	0x02000000u

#define LINUX_MAP_TYPE		0x0fu
#define LINUX_MAP_SHARED	0x01u
#define LINUX_MAP_PRIVATE	0x02u
#define LINUX_MAP_VALIDATE	0x03u
#define LINUX_MAP_DROPPABLE	0x08u
#define LINUX_MAP_FIXED		0x10u
#define LINUX_MAP_ANON		0x20u
#define LINUX_MAP_32BIT		0x40u
#define LINUX_MAP_GROWSDOWN	0x0100u
#define LINUX_MAP_LOCKED	0x2000u
#define LINUX_MAP_NORESERVE	0x4000u
#define LINUX_MAP_POPULATE	0x8000u
#define LINUX_MAP_NONBLOCK	0x10000u
#define LINUX_MAP_STACK		0x20000u
#define LINUX_MAP_HUGETLB	0x40000u
#define LINUX_MAP_SYNC		0x80000u
#define LINUX_MAP_NOREPLACE	0x100000u

/* What MAP_SHARED_VALIDATE lets pass: the flags that are older than it. */
#define LINUX_MAP_LEGACY	0x7c07f9f3u

#define LINUX_FAIL(m, err, arg, value, why)				\
	sim_fail((m), (err), (arg), (value), 0, 0, (why))

extern const struct sim_const sim_linux_consts[];

/* ------------------------------------------ personality_linux_area.c ---- */

struct linux_area {
	vaddr_t		start, end;
	struct vm_map_entry *entry;	/* the one that holds the address */
};

static inline struct vm_map *
linux_map(const struct process *p)
{
	return &p->vmspace->vm_map;
}

/* The protection as the process sees it. */
static inline vm_prot_t
linux_prot(const struct vm_map_entry *e)
{
	return e->flags & UVM_MAP_GUARD && e->aux & LINUX_GUARD_AUX ?
	    (vm_prot_t)(e->aux & VM_PROT_ALL) : e->protection;
}

/* First entry that ends behind va, or the map's header. */
struct vm_map_entry *linux_first(struct vm_map *, vaddr_t va);
/* => true and the area around va */
bool	linux_area_at(struct vm_map *, vaddr_t va, struct linux_area *);
/* Shared with other processes (MAP_SHARED, shmat). */
bool	linux_shared(const struct vm_map_entry *);
/* Memory without a file: private and anonymous. */
bool	linux_private_anon(const struct vm_map_entry *);
/* Mapped by the kernel or a device ([vvar], /dev/...): VM_IO or VM_PFNMAP. */
bool	linux_special(const struct vm_map_entry *);
/*
 * (addr, len) of a call whose address must be a page boundary; the end is
 * rounded up.  => false when the end wraps or lies beyond 64 bits
 */
bool	linux_range(const struct machine *, uint64_t addr, uint64_t len,
	    vaddr_t *end);
/*
 * Memory for a call that changes a few ranges in several steps, so that the
 * later ones cannot run out.  => 0 or ENOMEM; when 0, linux_end() must follow
 */
int	linux_begin(struct vm_map *, vaddr_t start, vaddr_t end);
void	linux_end(struct vm_map *);
/* The recorded kernel refused for a reason of its own (sim_call.refuse). */
int	linux_refuse(struct machine *, const struct sim_call *);

/* ------------------------------------------ personality_linux_lock.c ---- */

/* Bytes under LINUX_LOCKED, in all or in a range. */
uint64_t linux_locked(struct vm_map *, vaddr_t start, vaddr_t end);
/* => 0; EPERM: nothing may be locked (a limit of 0) */
int	linux_may_lock(struct machine *, const struct process *);
/* => 0; EAGAIN: bytes more are over the limit */
int	linux_lock_ok(struct machine *, const struct process *, vsize_t bytes);
/* Flags that mlockall(MCL_FUTURE) gives to new memory. */
uint16_t linux_lock_future(const struct vm_map *);
/* Wire what is locked in the range, or bring in what is missing there.  The
 * first failure is returned (0: none); it ends the work unless go_on. */
int	linux_wire(struct vm_map *, vaddr_t start, vaddr_t end, bool go_on);
/* Take the wiring away, not the flag. */
void	linux_unwire(struct vm_map *, vaddr_t start, vaddr_t end);
/* Fault a range in for an access of this type (0: as MAP_POPULATE does); stops
 * at a failure. */
int	linux_populate(struct vm_map *, vaddr_t start, vaddr_t end,
	    vm_prot_t type);
sim_syscall_fn sim_linux_mlock, sim_linux_mlock2, sim_linux_munlock,
    sim_linux_mlockall, sim_linux_munlockall;

/* ----------------------------------------- personality_linux_place.c ---- */

struct linux_want {
	const struct sim_call *call;	/* its place is taken when free */
	vaddr_t		hint;		/* 0: none */
	vsize_t		len;
	uint64_t	offset;
	bool		low;		/* MAP_32BIT */
	bool		huge;		/* align to huge pages if long enough */
	bool		anon;		/* ... if they are all of it, no hint */
};

/* => 0 and *addr, or ENOMEM */
int	linux_place(struct process *, const struct linux_want *,
	    vaddr_t *addr);
/* RLIMIT_AS, RLIMIT_DATA, the number of areas.  => 0 or ENOMEM */
int	linux_room(struct machine *, const struct process *, vsize_t bytes,
	    bool data);
/* Private memory that may be written counts as data. */
static inline bool
linux_is_data(vm_prot_t prot, bool shared)
{
	return (prot & VM_PROT_WRITE) != 0 && !shared;
}

/* -------------------------------------------------------- the others ---- */

sim_syscall_fn sim_linux_mmap, sim_linux_munmap, sim_linux_mprotect,
    sim_linux_madvise, sim_linux_msync, sim_linux_mincore, sim_linux_mremap,
    sim_linux_remap_file_pages, sim_linux_brk, sim_linux_shmat,
    sim_linux_shmdt, sim_linux_fork;
int	linux_unmap(struct process *, vaddr_t start, vaddr_t end);
/*
 * The guards of a range are pages like others again; wiped: those of areas that
 * fork wipes.  => 0 or ENOMEM; within linux_begin() 0
 */
int	linux_unguard(struct vm_map *, vaddr_t start, vaddr_t end, bool wiped);

#endif /* SIM_PERSONALITY_LINUX_H */
