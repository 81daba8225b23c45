/*
 * Included before ufs/ufs/inode.h; a reader of memory maps needs none of it.
 */
#ifndef UVMSIM_NETBSD_UFS_UFS_QUOTA_H
#define UVMSIM_NETBSD_UFS_UFS_QUOTA_H
#endif
