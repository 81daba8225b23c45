/*
 * The host's types, and device numbers as OpenBSD packs them: eight bits of
 * major number among the bits of the minor.
 */
#include_next <sys/types.h>
#include_next <sys/resource.h>		/* rlim_t */

#ifndef UVMSIM_OPENBSD_SYS_TYPES_H
#define UVMSIM_OPENBSD_SYS_TYPES_H

#undef major
#undef minor
#undef makedev
#define major(x)	((int)(((unsigned)(x) >> 8) & 0xff))
#define minor(x)	((int)(((x) & 0xff) | (((x) & 0xffff0000) >> 8)))
#define makedev(x, y)							\
	((int)((((x) & 0xff) << 8) | ((y) & 0xff) | (((y) & 0xffff00) << 8)))

#endif /* UVMSIM_OPENBSD_SYS_TYPES_H */
