/*
 * struct vnode: a file in use.  It begins with its memory object, so that the
 * address of one is that of the other.
 */
#ifndef UVMSIM_NETBSD_SYS_VNODE_H
#define UVMSIM_NETBSD_SYS_VNODE_H

#include <sys/queue.h>

#include "param.h"

#include "../uvm/uvm_object.h"

enum vtype { VNON, VREG, VDIR, VBLK, VCHR, VLNK, VSOCK, VFIFO, VBAD };

enum vtagtype { VT_NON, VT_UFS, VT_NFS, VT_MFS, VT_MSDOSFS, VT_LFS, VT_LOFS,
    VT_FDESC, VT_PORTAL, VT_NULL, VT_UMAP, VT_KERNFS, VT_PROCFS, VT_AFS,
    VT_ISOFS, VT_UNION, VT_ADOSFS, VT_EXT2FS, VT_CODA, VT_FILECORE, VT_NTFS,
    VT_VFS, VT_OVERLAY, VT_SMBFS, VT_PTYFS, VT_TMPFS, VT_UDF, VT_SYSVBFS,
    VT_PUFFS, VT_HFS, VT_EFS, VT_ZFS };

struct mount;

struct vnode {
	struct uvm_object v_uobj;
	_koff		v_size;		/* bytes */
	_koff		v_writesize;
	int		v_iflag;
	int		v_vflag;	/* VV_* */
	int		v_uflag;
	int		v_usecount;
	int		v_writecount;
	_KPTR(struct mount) v_mount;
	enum vtype	v_type;
	enum vtagtype	v_tag;
	_KPTR(void)	v_data;		/* struct inode, struct iso_node */
};

#define VV_ROOT		0x0001	/* root of its file system */

/* The flags had one word before NetBSD 5. */
#define v_flag		v_vflag
#define VROOT		VV_ROOT

#endif /* UVMSIM_NETBSD_SYS_VNODE_H */
