/*
 * Inside of the FreeBSD personality: what its files share.
 *
 * Sysctls stand at their defaults: security.bsd.map_at_zero 0,
 * security.bsd.stack_guard_page 1, security.bsd.unprivileged_mlock 1,
 * kern.sgrowsiz 128K, vm.cluster_anon 1, vm.imply_prot_max 0, vm.old_mlock 0,
 * vm.overcommit 0.  vm.mincore_mapped is a tunable of the machine.
 */
#ifndef SIM_PERSONALITY_FREEBSD_H
#define SIM_PERSONALITY_FREEBSD_H

#include "bsd_common.h"

#define FREEBSD_SGROWSIZ	((vsize_t)128 << 10)
#define FREEBSD_STACK_GUARD	1	/* page (stack_guard_page) */
#define FREEBSD_PREFAULT	96	/* pages mapped at once by mmap */
#define FREEBSD_LIMIT_32BIT	((vaddr_t)1 << 31)

/* PROT_MAX(p) is p << 16 */
#define FREEBSD_PROT_MAX(prot)	((vm_prot_t)((prot) >> 16 & VM_PROT_ALL))
#define FREEBSD_PROT_BITS	(VM_PROT_ALL | VM_PROT_ALL << 16)

/* personality_freebsd_map.c */
sim_syscall_fn sim_freebsd_mmap;
/* Where a search without a hint begins: behind the largest data segment. */
vaddr_t	sim_freebsd_default_addr(const struct process *);
/* Largest page a mapping of this size and offset is aligned for, 0: none. */
vsize_t	sim_freebsd_superpage(const struct machine *, uint64_t offset,
	    vsize_t size);
/* personality_freebsd_stack.c */
int	sim_freebsd_stack(struct machine *, struct process *, vaddr_t addr,
	    vsize_t size, vm_prot_t prot, vm_prot_t maxprot, uint16_t flags,
	    bool replace);
bool	sim_freebsd_grow(struct machine *, struct process *, vaddr_t va,
	    int err);
/* personality_freebsd_range.c */
sim_syscall_fn sim_freebsd_munmap, sim_freebsd_mprotect, sim_freebsd_minherit,
    sim_freebsd_msync;
/* Memory is about to go: next-fit placement steps back (vm.cluster_anon). */
void	sim_freebsd_forget(struct process *, const struct sim_range *);
/* personality_freebsd_mincore.c */
sim_syscall_fn sim_freebsd_mincore;
/* personality_freebsd_advise.c */
sim_syscall_fn sim_freebsd_madvise;
/* personality_freebsd_wire.c */
sim_syscall_fn sim_freebsd_mlock, sim_freebsd_munlock, sim_freebsd_mlockall,
    sim_freebsd_munlockall;
/* personality_freebsd_data.c */
sim_syscall_fn sim_freebsd_brk, sim_freebsd_sbrk, sim_freebsd_shmat;

/*
 * What mlockall(MCL_FUTURE) wires of new memory.  => 0; ENOMEM: more than
 * vm.max_user_wired; as uvm_map_pageable
 */
int	sim_freebsd_wire(struct machine *, struct process *, vaddr_t start,
	    vaddr_t end, bool skip);

#endif /* SIM_PERSONALITY_FREEBSD_H */
