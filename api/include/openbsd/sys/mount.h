/*
 * struct mount and struct statfs, as far as names go.
 */
#ifndef UVMSIM_OPENBSD_SYS_MOUNT_H
#define UVMSIM_OPENBSD_SYS_MOUNT_H

#include "param.h"

#include "../uvm/_kernel_types.h"

#define MFSNAMELEN	16
#define MNAMELEN	90

struct vnode;

struct statfs {
	uint32_t	f_flags;
	uint32_t	f_bsize;
	char		f_fstypename[MFSNAMELEN];
	char		f_mntonname[MNAMELEN];
	char		f_mntfromname[MNAMELEN];
};

struct mount {
	_KPTR(struct mount) mnt_list_next;
	_KPTR(struct vnode) mnt_vnodecovered;
	int		mnt_flag;
	struct statfs	mnt_stat;
};

#endif /* UVMSIM_OPENBSD_SYS_MOUNT_H */
