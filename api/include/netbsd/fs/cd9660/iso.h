/*
 * Included before fs/cd9660/cd9660_node.h.
 */
#ifndef UVMSIM_NETBSD_FS_CD9660_ISO_H
#define UVMSIM_NETBSD_FS_CD9660_ISO_H
#endif
