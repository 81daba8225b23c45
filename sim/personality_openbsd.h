/*
 * Inside of the OpenBSD personality: what its files share.
 */
#ifndef SIM_PERSONALITY_OPENBSD_H
#define SIM_PERSONALITY_OPENBSD_H

#include "bsd_common.h"

#define OPENBSD_MAXDSIZ		((vsize_t)32 << 30)	/* 64-bit machines */
#define OPENBSD_MAXDSIZ_32	((vsize_t)1 << 30)
#define OPENBSD_BRKSIZ		((vsize_t)1 << 30)

/* User mappings are never merged. */
#define OPENBSD_ENTRY		UVM_MAP_NOMERGE

/* An address and length whose sum may not wrap.  => 0 or EINVAL */
int	sim_openbsd_range(struct machine *, const struct sim_call *,
	    struct sim_range *);
/* A protection of known bits, not both WRITE and EXEC.
 * => 0, EINVAL, ENOTSUP */
int	sim_openbsd_prot(struct machine *, uint64_t prot);
/* pages more of data would exceed RLIMIT_DATA.  => 0 or ENOMEM */
int	sim_openbsd_data(struct machine *, const struct process *,
	    vsize_t size);
/*
 * An address for size bytes without a hint, or searched upwards from one: a
 * random place first, then the brk window from the top, then the rest.
 * => 0 or ENOMEM
 */
int	sim_openbsd_place(struct machine *, struct process *, vaddr_t hint,
	    vsize_t size, vaddr_t *addr);

/* personality_openbsd_map.c */
sim_syscall_fn sim_openbsd_mmap;
/* personality_openbsd_calls.c */
sim_syscall_fn sim_openbsd_munmap, sim_openbsd_mprotect,
    sim_openbsd_minherit, sim_openbsd_madvise, sim_openbsd_mlock,
    sim_openbsd_munlock, sim_openbsd_mlockall, sim_openbsd_msync,
    sim_openbsd_brk, sim_openbsd_shmat;

#endif /* SIM_PERSONALITY_OPENBSD_H */
