/*
 * struct mount, as far as names go.
 */
#ifndef UVMSIM_NETBSD_SYS_MOUNT_H
#define UVMSIM_NETBSD_SYS_MOUNT_H

#include "param.h"
#include "statvfs.h"

struct vnode;

struct mount {
	_KPTR(struct mount) mnt_list_next;
	_KPTR(struct vnode) mnt_vnodecovered;
	int		mnt_flag;
	struct statvfs	mnt_stat;
};

#endif /* UVMSIM_NETBSD_SYS_MOUNT_H */
