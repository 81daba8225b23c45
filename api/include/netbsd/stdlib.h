/*
 * The host's, and devname(3).
 */
#include_next <stdlib.h>

#ifndef UVMSIM_NETBSD_STDLIB_H
#define UVMSIM_NETBSD_STDLIB_H

#include <sys/types.h>

#define devname	uvmsim_netbsd_devname

#ifdef __cplusplus
extern "C" {
#endif

/* Name of a device under /dev; NULL: unknown.  type: S_IFCHR or S_IFBLK */
char   *devname(unsigned dev, mode_t type);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_NETBSD_STDLIB_H */
