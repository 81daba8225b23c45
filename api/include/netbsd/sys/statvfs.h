/*
 * struct statvfs of NetBSD, as it stands in struct mount.
 */
#ifndef UVMSIM_NETBSD_SYS_STATVFS_H
#define UVMSIM_NETBSD_SYS_STATVFS_H

#include "../uvm/_kernel_types.h"

#define _VFS_NAMELEN	32
#define _VFS_MNAMELEN	1024

struct statvfs {
	_kulong		f_flag;
	_kulong		f_bsize;
	_kulong		f_frsize;
	_kulong		f_iosize;
	_ku64		f_blocks, f_bfree, f_bavail, f_bresvd;
	_ku64		f_files, f_ffree, f_favail, f_fresvd;
	_ku64		f_syncreads, f_syncwrites;
	_ku64		f_asyncreads, f_asyncwrites;
	int32_t		f_fsidx[2];
	_kulong		f_fsid;
	_kulong		f_namemax;
	uint32_t	f_owner;
	uint32_t	f_spare[4];
	char		f_fstypename[_VFS_NAMELEN];
	char		f_mntonname[_VFS_MNAMELEN];
	char		f_mntfromname[_VFS_MNAMELEN];
};

#endif /* UVMSIM_NETBSD_SYS_STATVFS_H */
