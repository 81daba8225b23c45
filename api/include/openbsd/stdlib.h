/*
 * The host's, and devname(3).
 */
#include_next <stdlib.h>

#ifndef UVMSIM_OPENBSD_STDLIB_H
#define UVMSIM_OPENBSD_STDLIB_H

#include <sys/types.h>

#define devname	uvmsim_openbsd_devname

#ifdef __cplusplus
extern "C" {
#endif

/* Name of a device under /dev; "??": unknown.  type: S_IFCHR or S_IFBLK */
char   *devname(int dev, mode_t type);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_OPENBSD_STDLIB_H */
