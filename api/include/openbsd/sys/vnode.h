/*
 * struct vnode: a file in use.  It begins with its memory object, so that the
 * address of one is that of the other.
 */
#ifndef UVMSIM_OPENBSD_SYS_VNODE_H
#define UVMSIM_OPENBSD_SYS_VNODE_H

#include <sys/queue.h>

#include "param.h"

#include "../uvm/uvm_object.h"

enum vtype { VNON, VREG, VDIR, VBLK, VCHR, VLNK, VSOCK, VFIFO, VBAD };

enum vtagtype { VT_NON, VT_UFS, VT_NFS, VT_MFS, VT_MSDOSFS, VT_LFS, VT_LOFS,
    VT_FDESC, VT_PORTAL, VT_NULL, VT_UMAP, VT_KERNFS, VT_PROCFS, VT_AFS,
    VT_ISOFS, VT_UNION, VT_ADOSFS, VT_EXT2FS, VT_NCPFS, VT_VFS, VT_XFS };

struct mount;

struct uvm_vnode {
	struct uvm_object u_obj;
	int		u_flags;
	int		u_nio;
	_koff		u_size;		/* bytes */
};

struct vnode {
	struct uvm_vnode v_uvm;
	unsigned int	v_flag;		/* VROOT, VTEXT */
	enum vtype	v_type;
	enum vtagtype	v_tag;
	int		v_usecount;
	_KPTR(struct mount) v_mount;
	_KPTR(void)	v_data;		/* struct inode, struct iso_node */
	_kulong		v_id;		/* capability of the name cache */
};

#define VROOT		0x0001	/* root of its file system */
#define VTEXT		0x0002	/* a program's text */

#endif /* UVMSIM_OPENBSD_SYS_VNODE_H */
