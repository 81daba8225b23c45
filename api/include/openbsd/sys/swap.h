/*
 * <sys/swap.h> for programs written for OpenBSD: the swap devices of the
 * simulated machine.
 */
#ifndef UVMSIM_OPENBSD_SYS_SWAP_H
#define UVMSIM_OPENBSD_SYS_SWAP_H
#pragma GCC system_header

#include <stdint.h>

struct swapent {
	int32_t	se_dev;			/* -1: a file */
	int		se_flags;		/* SWF_* */
	int		se_nblks;		/* blocks of 512 bytes */
	int		se_inuse;		/* of these */
	int		se_priority;		/* the lowest is used first */
	char		se_path[1024];
};

#define SWAP_ON		1	/* begin to swap to a device or file */
#define SWAP_OFF	2	/* and end it */
#define SWAP_NSWAP	3	/* how many are there? */
#define SWAP_CTL	5	/* another priority */
#define SWAP_STATS	10	/* what is known of each */

#define SWF_INUSE	1
#define SWF_ENABLE	2

#define swapctl		uvmsim_openbsd_swapctl

#ifdef __cplusplus
extern "C" {
#endif

/*
 * arg: a path; STATS: struct swapent[misc].  => 0; NSWAP: devices; STATS: how
 * many have been filled in, in the order of their use; -1 and errno (EPERM,
 * ENOENT, ENXIO, EINVAL, EBUSY, ENOMEM, EFAULT)
 */
int	swapctl(int cmd, void *arg, int misc);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_OPENBSD_SYS_SWAP_H */
