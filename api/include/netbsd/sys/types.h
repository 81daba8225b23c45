/*
 * The host's types, and device numbers as NetBSD packs them: twelve bits of
 * major number among the bits of the minor.
 */
#include_next <sys/types.h>
#include_next <sys/resource.h>		/* rlim_t */

#ifndef UVMSIM_NETBSD_SYS_TYPES_H
#define UVMSIM_NETBSD_SYS_TYPES_H

#undef major
#undef minor
#undef makedev
#define major(x)	((int)(((unsigned)(x) & 0x000fff00) >> 8))
#define minor(x)							\
	((int)((((unsigned)(x) & 0xfff00000) >> 12) | ((x) & 0x000000ff)))
#define makedev(x, y)							\
	((unsigned)((((x) << 8) & 0x000fff00) |				\
	    (((y) << 12) & 0xfff00000) | ((y) & 0x000000ff)))

#endif /* UVMSIM_NETBSD_SYS_TYPES_H */
