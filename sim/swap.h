/*
 * Swap devices and swap files of a machine: the machine key, and the system
 * calls that add and remove them.
 *
 * swap=LIST: parts joined by "+", each SIZE and options behind colons:
 *
 *	pri=N		priority as NetBSD counts: 0 (the default) first
 *	file		a swap file, on the disk of the files; others are block
 *			devices with a disk of their own, whose first page is
 *			their label
 *	crypt		encryption is asked for: shown, changes nothing
 *	disk=KIND	kind of its disk; else that of disk=
 *	name=PATH	else /dev/swapN or /swapN, N its place in the list
 *
 * as in swap=256M or swap=64M:pri=0+128M:pri=1:file:crypt.  Each is a simulated
 * file too, a block device or a regular one, so that it can be removed and
 * added again.
 *
 * While a machine runs:
 *
 *	freebsd	swapon(path), swapoff(path)
 *	linux	swapon(path, flags), swapoff(path)
 *	netbsd, openbsd	swapctl(cmd, path, misc); of its commands SWAP_STATS
 *			fills nothing in and returns how many it would
 *
 * Errors (NetBSD and OpenBSD as in reference 7.8, the others as their manual
 * pages have them):
 *
 *	EPERM	not the super-user	ENOENT	no such file; CTL: not in use
 *	ENXIO	no device or file; OFF: not in use (ENOTBLK, EINVAL: FreeBSD,
 *		Linux)
 *	EINVAL	smaller than a page, bad flags, priority, command
 *	EBUSY	in use already; OFF: slots are left
 *	ENOMEM	OFF: its pages do not fit into memory
 *	ENOSPC	no more devices
 */
#ifndef SIM_SWAP_H
#define SIM_SWAP_H

#include "sim.h"

#define SIM_SWAP_MAXPARTS 16		/* of swap= */
#define SIM_SWAP_MAXNAME 80
#define SIM_SWAP_MAXPRI	32767		/* of swap= and NetBSD's swapctl */

struct sim_swap_part {			/* of swap= */
	uint64_t	size;		/* bytes */
	int		priority;
	unsigned	flags;		/* SWF_FILE, SWF_CRYPT */
	int		disk;		/* row of sim_disk_kinds; -1: disk= */
	char		name[SIM_SWAP_MAXNAME];
};

/* A row of vm_swap's. */
struct sim_swapdev {
	char	       *path;
	uint32_t	ino;		/* of the file */
};

/*
 * => 0, the parts and how many they are (0 for "0"); EINVAL and in why what is
 *    wrong, for people
 */
int	sim_swap_parse(const char *value, struct sim_swap_part *,
	    uint32_t *nparts, char *why, size_t len);
/*
 * The devices of config.swap_value in a new machine.
 * => 0; EINVAL: a size or their sum does not fit, why in err; ENOMEM
 */
int	sim_swap_boot(struct machine *, char *err, size_t errlen);
/*
 * Put a regular file or a block device to use; flags: SWF_CRYPT.
 * => as vm_swap_on(), and nothing has changed on failure
 */
int	sim_swap_add(struct machine *, const struct sim_file *, int priority,
	    unsigned flags, uint32_t *number);
/* => number of the device in use that has this path, or -1 */
int	sim_swap_byname(const struct machine *, const char *path);
/*
 * A row with its name and, if it is a block device, its disk; the VM's row of
 * the same number is there (or follows, when a core is loaded).
 * => 0 or ENOMEM
 */
int	sim_swap_name(struct machine *, uint32_t number, const char *path,
	    uint32_t ino, uint8_t disk, bool file);
/* => NULL, or which of names, disks and the VM's rows do not agree, in buf */
const char *sim_swap_check(const struct machine *, char *buf, size_t len);

/* Commands of swapctl(2); on and CTL take a priority in misc. */
#define SIM_SWAP_ON	1
#define SIM_SWAP_OFF	2
#define SIM_SWAP_NSWAP	3
#define SIM_SWAP_CTL	5
#define SIM_SWAP_STATS	10

sim_syscall_fn sim_freebsd_swapon, sim_linux_swapon, sim_sys_swapoff,
    sim_bsd_swapctl;

#endif /* SIM_SWAP_H */
