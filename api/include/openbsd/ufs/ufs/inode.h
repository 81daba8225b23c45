/*
 * struct inode: v_data of a vnode whose tag is UFS, LFS or EXT2FS.
 */
#ifndef UVMSIM_OPENBSD_UFS_UFS_INODE_H
#define UVMSIM_OPENBSD_UFS_UFS_INODE_H

#include "../../uvm/_kernel_types.h"

struct vnode;

struct inode {
	_KPTR(struct vnode) i_vnode;
	uint32_t	i_flag;
	_kdev		i_dev;
	uint32_t	i_number;
};

#endif /* UVMSIM_OPENBSD_UFS_UFS_INODE_H */
