/*
 * Inside of the NetBSD personality: what its files share.
 */
#ifndef SIM_PERSONALITY_NETBSD_H
#define SIM_PERSONALITY_NETBSD_H

#include "bsd_common.h"

#define NETBSD_STACK_GUARD	((vsize_t)1 << 20) /* user_stack_guard_size */

#define NETBSD_MAP_SHARED	0x0001u
#define NETBSD_MAP_PRIVATE	0x0002u
#define NETBSD_MAP_REMAPDUP	0x0004u
#define NETBSD_MAP_FIXED	0x0010u
#define NETBSD_MAP_TRYFIXED	0x0400u
#define NETBSD_MAP_WIRED	0x0800u
#define NETBSD_MAP_ANON		0x1000u
#define NETBSD_MAP_ALIGN_MASK	0xff000000u
#define NETBSD_MAP_ALIGN_SHIFT	24

/*
 * range_test: a call's range must lie in the map.
 * => 0; EINVAL: below the minimum; EFBIG: beyond the maximum; EOVERFLOW: wraps
 *    (callers other than mmap make one errno of them)
 */
int	sim_netbsd_range_test(const struct vm_map *, vaddr_t start,
	    vaddr_t end);
/* Where a search without a hint begins, for this size. */
vaddr_t	sim_netbsd_default_addr(const struct process *, vsize_t size);
/* The alignment field of flags.  => 0 and *align (0 none), or EINVAL */
int	sim_netbsd_align(struct machine *, uint32_t flags, vaddr_t fixed,
	    vsize_t *align);

/* personality_netbsd_map.c */
sim_syscall_fn sim_netbsd_mmap;
/* personality_netbsd_mremap.c */
sim_syscall_fn sim_netbsd_mremap;
/* personality_netbsd_calls.c */
sim_syscall_fn sim_netbsd_munmap, sim_netbsd_mprotect, sim_netbsd_minherit,
    sim_netbsd_madvise, sim_netbsd_mlock, sim_netbsd_munlock,
    sim_netbsd_mlockall, sim_netbsd_msync,
    sim_netbsd_brk, sim_netbsd_shmat;

#endif /* SIM_PERSONALITY_NETBSD_H */
